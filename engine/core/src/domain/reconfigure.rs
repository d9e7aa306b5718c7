//! Another configuration while the domain runs: looked at, then in force at one event, with everybody where they are.

use std::sync::Arc;

use super::Domain;
use super::commands::Begun;
use crate::agent::{Agent, History, Presence, Stage};
use crate::config::{AgentRule, Compiled, Config, FixedSetting, Queue};
use crate::contact::{Contact, Phase};
use crate::error::CommandError;
use crate::event::EventKind;
use crate::snapshot::Snapshot;
use crate::time::Timestamp;

impl Domain {
    pub(super) fn reconfigure(&self, wanted: &Config) -> Result<Begun, CommandError> {
        let config = self.next_version(wanted)?;
        let config_version = self.config_version.saturating_add(1);
        Ok(Begun::Emit(EventKind::Reconfigured { config: Arc::new(config), config_version }))
    }

    /// A configuration as it would follow the one in force.
    pub(super) fn next_version(&self, wanted: &Config) -> Result<Config, CommandError> {
        let config = wanted.following(&self.document).map_err(|error| match error {
            FixedSetting::Fixed { path } => CommandError::FixedSetting { path },
            FixedSetting::NoDestination { queue } => CommandError::NoDestination { queue },
        })?;
        Compiled::new(&config).map_err(CommandError::InvalidConfig)?;
        Ok(config)
    }

    /// The same state, led by another configuration from now on. What is published and armed follows from it anew.
    ///
    /// Everybody seeks again, and what is on offer is looked at: by the new rules somebody may be served at once, and an
    /// offer may be against them. Who waits in a queue that is given up goes; who is on offer there stays until that has ended.
    pub(super) fn reconfigured(&mut self, config: &Arc<Config>, config_version: u32, at: Timestamp) {
        let compiled = Compiled::new(config).expect("it was looked at before it was said");
        let mut snapshot = Snapshot::under(self.snapshot(), config.clone(), config_version);
        follow_rules(&mut snapshot, &self.config, &compiled, at);
        let mut next = Self::restored(snapshot, compiled);
        next.matcher = self.matcher;
        next.firing = self.firing;
        core::mem::swap(&mut next.outbox, &mut self.outbox);
        core::mem::swap(&mut next.run_queue, &mut self.run_queue);
        *self = next;
        self.freed = self.agents.iter().map(|agent| agent.id).collect();
        self.relieved =
            self.agents.iter().filter(|agent| agent.suspended > 0).map(|agent| agent.id).collect();
        self.seeking = self.by_arrival(|contact| contact.is_listed());
        let offers = self.agents.iter().flat_map(|agent| agent.offers());
        self.doubtful = offers.collect();
        self.doubtful.sort_unstable();
        (self.departed, self.narrowed) = (true, true);
        self.turned_away = self.by_arrival(|contact| self.is_stranded(contact));
        self.is_due |= self.contacts.iter().any(|(_, contact)| {
            contact.plan.as_ref().and_then(|plan| plan.opens_at).is_some_and(|opens| opens <= at)
        });
    }

    /// Whether a contact waits in a queue that was given up, with nobody asked for it.
    pub(super) fn is_stranded(&self, contact: &Contact) -> bool {
        contact.phase == Phase::Waiting && contact.offers.is_empty() && self.config.is_retired(contact.queue)
    }
}

/// What of contacts and agents hangs on settings and has to follow them.
pub(super) fn follow_rules(snapshot: &mut Snapshot, before: &Compiled, after: &Compiled, at: Timestamp) {
    for contact in snapshot.contacts_mut() {
        follow(contact, before, after, at);
    }
    for (queue, (was, is)) in snapshot.queues_mut().zip(before.queues.iter().zip(&after.queues)) {
        let quota = |queue: &Queue| {
            (queue.settings.agent_rule == AgentRule::Quota).then_some(queue.settings.quota_window)
        };
        if quota(was) != quota(is) {
            queue.forget_shares();
        }
    }
    for agent in snapshot.agents_mut() {
        keep_history(agent, after.keeps_history, at);
        // Of a queue that stands in for another it knows what it knows of that.
        if let Ok(resolved) = after.resolve_agent(&agent.spec) {
            agent.handle_times = resolved.handle_times;
        }
    }
}

/// What of a contact hangs on the settings of its queue.
fn follow(contact: &mut Contact, before: &Compiled, after: &Compiled, at: Timestamp) {
    let (was, is) = (&before.queues[contact.queue.index()], &after.queues[contact.queue.index()]);
    if was.settings.plan != is.settings.plan {
        contact.begins_plan_anew(&is.plan.steps, at);
    }
    if was.delays != is.delays {
        let passed = is.delays.iter().take_while(|delay| contact.joined_at + **delay <= at);
        contact.passed = passed.count() as u8;
    }
    if is.settings.affinity.is_none() {
        let kept = contact.kept.as_deref_mut().filter(|kept| kept.owner.is_none());
        kept.into_iter().for_each(|kept| kept.agent = None);
    }
}

/// What an agent did before is known from now on, or needed no more.
fn keep_history(agent: &mut Agent, wanted: bool, at: Timestamp) {
    if !wanted {
        agent.history = None;
    } else if agent.history.is_none() {
        let accepted = agent.work.iter().filter(|work| !matches!(work.stage, Stage::Reserved { .. }));
        let signed_in = agent.presence != Presence::Offline;
        agent.history = Some(Box::new(History::with(signed_in, accepted.count() as u32, at)));
    }
}

//! Another configuration while contacts are inside, checked anew.

use std::collections::BTreeSet;
use std::sync::Arc;

use sunline_core::config::{AgentRule, Compiled, Config, QueueConfig, diff};

use sunline_core::{QueueId, Span};

use super::{Books, Ledger, Phase, ensure};

impl Books {
    /// Every version is the one after the last.
    pub(super) fn next_version(&mut self, version: u32) -> Result<(), String> {
        self.new_versions += 1;
        ensure(version == 1 + self.new_versions, || format!("version {version} is out of turn"))
    }

    /// Other rules hold, with everybody where they are.
    pub(super) fn reconfigured(&mut self, config: &Arc<Config>, version: u32) -> Result<(), String> {
        self.next_version(version)?;
        let config = config.with_stand_ins_named().into_owned();
        let changed = diff(self.document(), &config).into_iter().map(|change| change.path);
        let known =
            ["queues[", "pools[", "skills[", "surges[", "partners[", "joint.weights", "private_attributes"];
        let mut elsewhere = changed.filter(|path| !known.iter().any(|list| path.starts_with(list)));
        let odd = elsewhere.next();
        ensure(odd.is_none(), || format!("{odd:?} changed, and the state is built on it"))?;
        let kept = self.document().queues.iter().zip(&config.queues).all(|(was, is)| was.name == is.name);
        ensure(kept, || "a queue has another number".to_owned())?;
        let compiled = Compiled::new(&config).map_err(|error| error.to_string())?;
        let asked_history = asks_history(self.document());
        let quota =
            |queue: &QueueConfig| (queue.agent_rule == AgentRule::Quota).then_some(queue.quota_window);
        let pairs = self.document().queues.iter().zip(&config.queues);
        let recounted: Vec<bool> = pairs.map(|(was, is)| quota(was) != quota(is)).collect();
        self.given.retain(|(queue, ..)| !recounted[queue.index()]);
        let plans = self.queues_with_another_plan(&config);
        let had_plan: Vec<bool> = self.document().queues.iter().map(|queue| !queue.plan.is_empty()).collect();
        let delays: Vec<_> =
            (0..self.ledgers.len() as u16).map(|queue| self.delays(QueueId(queue))).collect();
        self.config = Some(Arc::new((config, compiled)));
        for number in self.ledgers.len()..self.document().queues.len() {
            self.ledgers.push(Ledger::default());
            self.last_chosen.push(None);
            self.open.push(self.is_open(QueueId(number as u16)));
        }
        if asks_history(self.document()) && !asked_history {
            self.agents.iter_mut().for_each(|agent| agent.forget_the_past(self.at));
        }
        self.follow_rules(&plans, &had_plan, &delays);
        let inside: Vec<_> = self.contacts.keys().copied().collect();
        inside.iter().for_each(|contact| self.renew_need(contact));
        Ok(())
    }

    fn queues_with_another_plan(&self, next: &Config) -> Vec<bool> {
        let pairs = self.document().queues.iter().zip(&next.queues);
        pairs.map(|(was, is)| was.plan != is.plan).collect()
    }

    /// Another plan is gone through from its beginning by the same clock, other delays have passed or not, and nobody is kept
    /// where nobody is kept any more.
    fn follow_rules(&mut self, plans: &[bool], had_plan: &[bool], delays: &[BTreeSet<Span>]) {
        let at = self.at;
        let mut contacts = core::mem::take(&mut self.contacts);
        for contact in contacts.values_mut() {
            let queue = contact.queue;
            if plans[queue.index()] {
                let waits = contact.phase == Phase::Waiting && contact.not_before.is_none();
                let entered = contact.planned.filter(|_| had_plan[queue.index()]);
                contact.planned = entered.or(waits.then_some(contact.entered_at));
                (contact.stage, contact.back_at) = (0, at);
            }
            let now = self.delays(queue);
            if delays[queue.index()] != now {
                contact.passed = now.iter().filter(|delay| contact.joined_at + **delay <= at).count() as u8;
            }
            if self.queue(queue).affinity.is_none() && contact.owner.is_none() {
                contact.kept = None;
            }
        }
        self.contacts = contacts;
    }
}

/// Whether some rule asks what an agent did before; else nobody has kept it.
fn asks_history(config: &Config) -> bool {
    use AgentRule::{Fastest, FewestContacts, LeastOccupied};
    let asks = |queue: &QueueConfig| matches!(queue.agent_rule, Fastest | FewestContacts | LeastOccupied);
    config.joint.is_some() || config.queues.iter().any(asks)
}

//! A shadow: another version of the configuration that decides beside the one in force, and does nothing.
//!
//! It follows the events, so it stands in the very state in which each choice is made, and says whom its own rules would have
//! chosen there. Where that would have led it does not say: the simulator and the look-ahead do.

use std::collections::VecDeque;
use std::sync::Arc;

use super::reconfigure::follow_rules;
use super::{Domain, FoldError};
use crate::config::{Compiled, Config};
use crate::contact::Contact;
use crate::error::CommandError;
use crate::event::{Event, EventKind};
use crate::ids::{AgentId, ContactId, QueueId, Seq};
use crate::limits::SHADOW_DIFFERENCES;
use crate::record::{ChosenBy, Decision};
use crate::time::Timestamp;

/// How often a version chose as the one in force did, for one queue.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ShadowCounts {
    /// Offers for which the version would have made the same pair.
    pub same: u64,
    /// Offers for which it would have made another pair.
    pub other: u64,
    /// Offers for which it would have made no pair then.
    pub nobody: u64,
    /// Times that a contact began to wait although the version had an agent for it.
    pub sooner: u64,
    /// Offers that were not its to judge: made by hand, by a joint rule or by scores from outside.
    pub not_compared: u64,
}

/// What a version would have done instead.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Instead {
    /// Asked this agent for the contact.
    Asked(AgentId),
    /// Given the agent this contact.
    Given(ContactId),
    /// Let both wait.
    Nothing,
}

/// One choice that a version would have made otherwise.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Difference {
    /// The offer's event; the last event of the instant where there was none.
    pub seq: Seq,
    /// When.
    pub at: Timestamp,
    /// The contact's queue.
    pub queue: QueueId,
    /// The contact.
    pub contact: ContactId,
    /// Whom the version in force asked; `None` when it let the contact wait.
    pub agent: Option<AgentId>,
    /// What the other version would have done.
    pub instead: Instead,
}

/// What a shadow has seen so far.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ShadowReport {
    /// The last event heard.
    pub seq: Seq,
    /// How often the versions agreed, by queue in the order of the configuration.
    pub queues: Vec<ShadowCounts>,
    /// The choices that differ, latest last; at most [`SHADOW_DIFFERENCES`], the oldest are let go.
    pub differences: VecDeque<Difference>,
    /// Another version came into force here, and the comparison ended.
    pub ended: Option<Seq>,
}

impl ShadowReport {
    /// All queues together.
    #[must_use]
    pub fn total(&self) -> ShadowCounts {
        self.queues.iter().fold(ShadowCounts::default(), |sum, one| ShadowCounts {
            same: sum.same + one.same,
            other: sum.other + one.other,
            nobody: sum.nobody + one.nobody,
            sooner: sum.sooner + one.sooner,
            not_compared: sum.not_compared + one.not_compared,
        })
    }
}

/// Another version of the configuration that hears what happens, and decides beside.
#[derive(Clone, Debug)]
pub struct Shadow {
    follower: Domain,
    report: ShadowReport,
    /// Who began to seek at this instant.
    newcomers: Vec<ContactId>,
}

impl Domain {
    /// A shadow of this state under another version of the configuration. What may be put in force by
    /// [`crate::Command::Reconfigure`] may be tried beside, but for plans and delays. It is to hear every event from now
    /// on.
    ///
    /// Costs memory for every agent and contact once more.
    ///
    /// # Errors
    /// [`CommandError::FixedSetting`], [`CommandError::NoDestination`] and [`CommandError::InvalidConfig`], as for that command.
    pub fn shadow(&self, version: &Config) -> Result<Shadow, CommandError> {
        let config = self.next_version(version)?;
        let compiled = Compiled::new(&config).map_err(CommandError::InvalidConfig)?;
        if let Some(path) = self.cannot_be_followed(&config, &compiled) {
            return Err(CommandError::FixedSetting { path });
        }
        let mut snapshot = self.snapshot_under(Arc::new(config));
        follow_rules(&mut snapshot, &self.config, &compiled, self.now);
        let mut follower = Self::restored(snapshot, compiled);
        follower.matcher = self.matcher;
        let report = ShadowReport {
            seq: self.seq,
            queues: vec![ShadowCounts::default(); self.queues.len()],
            ..ShadowReport::default()
        };
        Ok(Shadow { follower, report, newcomers: Vec::new() })
    }

    /// What opens in time opens by events of the version in force, so another plan or another delay has none of its own.
    fn cannot_be_followed(&self, next: &Config, compiled: &Compiled) -> Option<String> {
        let pairs = self.config.queues.iter().zip(&compiled.queues).zip(&next.queues);
        pairs.into_iter().find_map(|((was, is), named)| {
            let plan =
                (was.settings.plan != is.settings.plan).then(|| format!("queues[{}].plan", named.name));
            plan.or_else(|| {
                (was.delays != is.delays).then(|| format!("the delays of queues[{}]", named.name))
            })
        })
    }
}

impl Shadow {
    /// Hears the next event. After another version has come into force nothing more is compared.
    ///
    /// # Errors
    /// [`FoldError::OutOfOrder`] unless it is the event after the last one.
    pub fn hear(&mut self, event: &Event) -> Result<(), FoldError> {
        if self.report.ended.is_some() {
            return Ok(());
        }
        if event.at > self.follower.now() {
            self.judge_the_waiting();
        }
        match &event.kind {
            EventKind::Reconfigured { .. } => {
                self.report.ended = Some(event.seq);
                return Ok(());
            }
            EventKind::OfferIssued { contact, queue, agent, decision, .. } => {
                self.judge(event, *contact, *queue, *agent, decision);
            }
            _ => {}
        }
        self.follower.fold_event(event)?;
        match &event.kind {
            EventKind::ContactArrived { contact, .. } | EventKind::OfferEnded { contact, .. } => {
                self.newcomers.push(*contact);
            }
            _ => {}
        }
        self.report.seq = event.seq;
        Ok(())
    }

    /// What it has seen so far.
    pub fn report(&self) -> &ShadowReport {
        &self.report
    }

    /// One offer, judged in the state before it.
    fn judge(&mut self, event: &Event, id: ContactId, queue: QueueId, agent: AgentId, decision: &Decision) {
        let counts = &mut self.report.queues[queue.index()];
        let Some(place) = self.follower.place(&id) else { return };
        let instead = match decision.chosen_by {
            ChosenBy::Joint | ChosenBy::Scorer | ChosenBy::Hand => {
                counts.not_compared += 1;
                return;
            }
            ChosenBy::AgentRule(_) => match self.follower.select_agent(place) {
                Some(choice) if choice.winner == agent => None,
                Some(choice) => Some(Instead::Asked(choice.winner)),
                None => Some(Instead::Nothing),
            },
            ChosenBy::Points | ChosenBy::ContactRule(_) => match self.follower.select_contact(agent) {
                Some(choice) if choice.winner == place => None,
                Some(choice) => Some(Instead::Given(self.follower.contacts[choice.winner].id)),
                None => Some(Instead::Nothing),
            },
        };
        match instead {
            None => counts.same += 1,
            Some(Instead::Nothing) => counts.nobody += 1,
            Some(_) => counts.other += 1,
        }
        if let Some(instead) = instead {
            let (seq, at) = (event.seq, event.at);
            self.note(Difference { seq, at, queue, contact: id, agent: Some(agent), instead });
        }
    }

    /// The instant is over: whoever still waits has been let wait.
    fn judge_the_waiting(&mut self) {
        let mut newcomers = core::mem::take(&mut self.newcomers);
        newcomers.sort_unstable();
        newcomers.dedup();
        for id in newcomers {
            let Some(place) = self.follower.place(&id) else { continue };
            let contact = &self.follower.contacts[place];
            if !self.decides_at_once(contact) {
                continue;
            }
            let Some(choice) = self.follower.select_agent(place) else { continue };
            let (queue, seq, at) = (contact.queue, self.report.seq, self.follower.now());
            self.report.queues[queue.index()].sooner += 1;
            let instead = Instead::Asked(choice.winner);
            self.note(Difference { seq, at, queue, contact: id, agent: None, instead });
        }
    }

    /// Whether a contact that waits is asked for as soon as some agent may take it.
    fn decides_at_once(&self, contact: &Contact) -> bool {
        let config = &self.follower.config;
        let in_rounds =
            config.joint.is_some() || config.queues[contact.queue.index()].settings.scorer.is_some();
        contact.is_listed() && !in_rounds
    }

    fn note(&mut self, difference: Difference) {
        if self.report.differences.len() == SHADOW_DIFFERENCES {
            self.report.differences.pop_front();
        }
        self.report.differences.push_back(difference);
    }
}

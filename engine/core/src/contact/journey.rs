//! A contact's way from hand to hand: how often it was passed on, by whom, and where it may go next.
//!
//! Who has passed it on is never asked again, a queue it was passed out of is closed to it, and beyond the queue's
//! `transfers.max` only those may take it to whom such contacts are escalated.

use core::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use smol_str::SmolStr;

use super::actor::{Contact, Phase};
use crate::agent::{AgentMessage, PassOn};
use crate::error::CommandError;
use crate::event::EventKind;
use crate::ids::{AgentId, ContactId, QueueId};
use crate::mailbox::{Context, Message};
use crate::record::Decision;

/// To whom or where a contact is passed on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum TransferTarget {
    /// Another queue, or the same one for another agent.
    Queue(QueueId),
    /// This agent, who must be able to take it now. Should it refuse, the contact waits in its queue for anybody.
    Agent(AgentId),
    /// Whoever of its queue also meets this requirement, an expression.
    Need(SmolStr),
    /// Whoever of its queue works at this site.
    Site(SmolStr),
}

impl Contact {
    /// It is another queue's now: what its old one said of closing and due dates is over.
    pub(crate) fn enters(&mut self, queue: QueueId) {
        if queue != self.queue {
            (self.queue, self.deferred, self.due) = (queue, false, None);
        }
    }
}

impl fmt::Display for TransferTarget {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Queue(queue) => write!(f, "{queue}"),
            Self::Agent(agent) => write!(f, "{agent}"),
            Self::Need(need) => write!(f, "whoever meets {need:?}"),
            Self::Site(site) => write!(f, "site {site:?}"),
        }
    }
}

/// What a contact carries of its way so far.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Journey {
    /// How often it was passed on.
    pub(crate) transfers: u16,
    /// It was passed on beyond the limit, to those who may take such contacts.
    pub(crate) escalated: bool,
    /// Who passed it on, in order of their number.
    pub(crate) passed_by: Vec<AgentId>,
    /// Queues it was passed out of.
    pub(crate) left: Vec<QueueId>,
    /// What it needs beside its queue's and its own requirement.
    pub(crate) need: Option<SmolStr>,
    /// The site at which it must be served.
    pub(crate) site: Option<SmolStr>,
    /// The agent's question about this contact that is open.
    pub(crate) consult: Option<ContactId>,
    /// It is itself a question about this contact.
    pub(crate) about: Option<ContactId>,
}

/// A transfer as asked, with what only the domain can see.
#[derive(Clone, Debug)]
pub(crate) struct Passing {
    pub(crate) to: TransferTarget,
    /// Why an agent gets it, where one is named.
    pub(crate) decision: Decision,
    /// Contacts beyond the limit may go there.
    pub(crate) escalates: bool,
    /// The question whose agent takes over, and the queue it was asked in.
    pub(crate) consult: Option<(ContactId, QueueId)>,
}

/// A question as asked, with what only the domain can see.
#[derive(Clone, Debug)]
pub(crate) struct Question {
    pub(crate) id: ContactId,
    pub(crate) to: TransferTarget,
    pub(crate) digest: u64,
    /// Why an agent gets it, where one is named.
    pub(crate) decision: Decision,
}

impl Journey {
    /// It was passed on.
    pub(crate) fn apply_passed_on(&mut self, by: AgentId, from: QueueId, to: QueueId, escalated: bool) {
        self.transfers = self.transfers.saturating_add(1);
        self.escalated |= escalated;
        if let Err(place) = self.passed_by.binary_search(&by) {
            self.passed_by.insert(place, by);
        }
        if from != to && !self.left.contains(&from) {
            self.left.push(from);
        }
    }

    /// It goes on to this target.
    pub(crate) fn apply_target(&mut self, to: &TransferTarget) {
        (self.need, self.site) = match to {
            TransferTarget::Need(need) => (Some(need.clone()), None),
            TransferTarget::Site(site) => (None, Some(site.clone())),
            TransferTarget::Queue(_) | TransferTarget::Agent(_) => (None, None),
        };
    }
}

impl Contact {
    /// The contact's way so far, to be changed.
    pub(crate) fn journey_mut(&mut self) -> &mut Journey {
        self.journey.get_or_insert_with(Box::default)
    }

    /// Whether it is a question of one agent to another, which has no customer.
    pub(crate) fn is_question(&self) -> bool {
        self.journey.as_ref().is_some_and(|journey| journey.about.is_some())
    }

    /// What the one who passed it on wants of the next: an expression, and a site.
    pub(crate) fn asked_beside(&self) -> (Option<&SmolStr>, Option<&SmolStr>) {
        self.journey.as_deref().map_or((None, None), |way| (way.need.as_ref(), way.site.as_ref()))
    }

    /// Whether this agent has passed it on.
    pub(crate) fn was_passed_by(&self, agent: AgentId) -> bool {
        self.journey.as_ref().is_some_and(|journey| journey.passed_by.binary_search(&agent).is_ok())
    }

    /// Whether this agent never serves it: excluded, or it has passed it on.
    pub(crate) fn is_closed_to(&self, agent: AgentId) -> bool {
        self.excludes(agent) || self.was_passed_by(agent)
    }

    /// Every agent who never serves it, each once.
    pub(crate) fn never(&self) -> impl Iterator<Item = AgentId> {
        let excluded = self.details.iter().flat_map(|details| details.excluded_agents.iter().copied());
        let shunned_by = self.shunned_by.iter().copied().filter(|agent| !self.names(*agent));
        let passed_on = self.journey.iter().flat_map(|journey| journey.passed_by.iter().copied());
        excluded.chain(shunned_by).chain(passed_on.filter(|agent| !self.excludes(*agent)))
    }

    /// The queue in which it waits after a transfer.
    pub(crate) fn queue_after(&self, to: &TransferTarget) -> QueueId {
        match to {
            TransferTarget::Queue(queue) => *queue,
            _ => self.queue,
        }
    }

    /// The agent passes the contact on, unless it has come far enough or would go round.
    pub(super) fn pass_on(&self, passing: Passing, cx: &mut Context<'_>) -> Result<(), CommandError> {
        let Phase::Engaged { agent, waited } = self.phase else { return Err(self.wrong("transfer")) };
        let way = self.journey.as_deref();
        let goes_round = match &passing.to {
            TransferTarget::Queue(queue) => way.is_some_and(|way| way.left.contains(queue)),
            TransferTarget::Agent(next) => *next == agent || self.was_passed_by(*next),
            TransferTarget::Need(_) | TransferTarget::Site(_) => false,
        };
        if goes_round {
            return Err(CommandError::TransferLoop { contact: self.id, to: passing.to });
        }
        let transfers = way.map_or(0, |way| way.transfers);
        let settings = &cx.config.queues[self.queue.index()].settings.transfers;
        let beyond = transfers >= settings.max;
        if beyond && !passing.escalates {
            return Err(CommandError::TooManyTransfers {
                contact: self.id,
                transfers,
                limit: settings.max,
                queues: settings.escalate_to_queues.iter().cloned().collect(),
                groups: settings.escalate_to_groups.iter().cloned().collect(),
            });
        }
        let queue = passing.consult.map_or_else(|| self.queue_after(&passing.to), |(_, queue)| queue);
        let pass_on = PassOn {
            contact: self.id,
            from: self.queue,
            queue,
            channel: self.channel,
            escalated: beyond,
            since: cx.now - waited,
            passing,
        };
        cx.send(Message::Agent(agent, AgentMessage::PassOn(Box::new(pass_on))));
        Ok(())
    }

    /// The agent asks somebody about the contact and keeps it meanwhile; one question at a time.
    pub(super) fn ask(&self, question: Question, cx: &mut Context<'_>) -> Result<(), CommandError> {
        let Phase::Engaged { agent, .. } = self.phase else { return Err(self.wrong("consult")) };
        let open = self.journey.as_deref().and_then(|way| way.consult);
        if open.is_some() || self.journey.as_deref().is_some_and(|way| way.about.is_some()) {
            return Err(self.wrong("consult"));
        }
        let Question { id, to, digest, decision } = question;
        if matches!(to, TransferTarget::Agent(next) if next == agent || self.was_passed_by(next)) {
            return Err(CommandError::TransferLoop { contact: self.id, to });
        }
        let asked = match to {
            TransferTarget::Agent(next) => Some(next),
            _ => None,
        };
        let queue = self.queue_after(&to);
        let (contact, channel, points, details) = (self.id, self.channel, self.points, self.details.clone());
        cx.emit(EventKind::ConsultBegun {
            consult: id,
            contact,
            agent,
            queue,
            channel,
            points,
            details,
            to,
            digest,
        });
        if let Some(next) = asked {
            let (contact, since, dialled, given) = (id, cx.now, false, None);
            let reserve = AgentMessage::Reserve { contact, since, dialled, queue, channel, decision, given };
            cx.send(Message::Agent(next, reserve));
        }
        Ok(())
    }
}

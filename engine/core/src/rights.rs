//! Who may say what: the rights of a handle, and where every command is placed.
//!
//! [`placed`] is the one table: it says of each command what a channel adapter, an agent and a supervisor may do with it. A
//! command that stands in no column is the host's alone. [`Domain::permits`] looks the command up and, where it depends on
//! data, at the state: whose the contact is, whose the offer, in which queue. Nothing changes here.
//!
//! A contact that is not there is answered like one that is somebody else's, so that a handle finds out nothing about what
//! it may not see.

use core::fmt;
use core::slice::from_ref;
use std::collections::BTreeSet;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::command::Command;
use crate::contact::Phase;
use crate::domain::Domain;
use crate::ids::{AgentId, ContactId, OfferId, QueueId};

/// What a handle may say. The host itself may say everything.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Right {
    /// What a channel adapter may: bring contacts, and say what becomes of them on their channel.
    Ingress,
    /// What one agent may: its own presence, offers and contacts.
    Agent(AgentId),
    /// What a supervisor of these queues may with the contacts that wait in them; a contact counts for its home queue.
    Supervisor(Arc<BTreeSet<QueueId>>),
    /// Nothing but to read.
    Observer,
}

/// A right without its particulars.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum RightKind {
    /// Everything.
    Host,
    /// See [`Right::Ingress`].
    Ingress,
    /// See [`Right::Agent`].
    Agent,
    /// See [`Right::Supervisor`].
    Supervisor,
    /// See [`Right::Observer`].
    Observer,
}

impl Right {
    /// Which right it is.
    pub const fn kind(&self) -> RightKind {
        match self {
            Self::Ingress => RightKind::Ingress,
            Self::Agent(_) => RightKind::Agent,
            Self::Supervisor(_) => RightKind::Supervisor,
            Self::Observer => RightKind::Observer,
        }
    }
}

impl fmt::Display for RightKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Host => "host",
            Self::Ingress => "ingress",
            Self::Agent => "agent",
            Self::Supervisor => "supervisor",
            Self::Observer => "observer",
        })
    }
}

/// What lies beyond a right.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Beyond {
    /// The call, whatever it names.
    Call,
    /// Another agent.
    Agent(AgentId),
    /// A contact that is not there, or not the caller's.
    Contact(ContactId),
    /// An offer that is not there, or not the caller's.
    Offer(OfferId),
    /// Another queue.
    Queue(QueueId),
}

impl fmt::Display for Beyond {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Call => f.write_str("it"),
            Self::Agent(agent) => write!(f, "{agent}"),
            Self::Contact(contact) => write!(f, "contact {contact}"),
            Self::Offer(offer) => write!(f, "offer {offer}"),
            Self::Queue(queue) => write!(f, "{queue}"),
        }
    }
}

/// A call was made without the right to it. Nothing changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{call} is refused: {what} is beyond the right of this handle ({right})")]
pub struct Forbidden {
    /// The right of the handle.
    pub right: RightKind,
    /// What was asked for, in the field's words.
    pub call: &'static str,
    /// What of it lies beyond.
    pub what: Beyond,
}

/// Where a command stands: what of it has to be the caller's own; `None`: it is not for that right at all.
struct Placed<'a> {
    ingress: bool,
    agent: Option<Own>,
    supervisor: Option<In<'a>>,
}

/// What of an agent's command has to be its own.
enum Own {
    Itself(AgentId),
    Offer(OfferId),
    Contact(ContactId),
}

/// What of a supervisor's command has to lie in its queues.
enum In<'a> {
    Queue(QueueId),
    Offer(OfferId),
    Contacts(&'a [ContactId]),
    Move(&'a [ContactId], QueueId),
}

fn placed(command: &Command) -> Placed<'_> {
    use Own::{Contact, Itself, Offer};
    let (ingress, agent, supervisor) = match command {
        // The host's alone.
        Command::RegisterAgent(_)
        | Command::UpdateAgent(..)
        | Command::SetPresences(_)
        | Command::AgentLost(_)
        | Command::Reconcile(_)
        | Command::ReleaseProjectLock(..)
        | Command::GiveScores(..)
        | Command::SetHours(..)
        | Command::Reconfigure(_)
        | Command::Resume => (false, None, None),
        // What happens on the channel.
        Command::Arrive(_)
        | Command::UpdateContact(..)
        | Command::Abandon(_)
        | Command::Withdraw(_)
        | Command::WithdrawAll(_)
        | Command::HandOff(_)
        | Command::RequestCallback(..) => (true, None, None),
        // What channel and agent both see.
        Command::Connected(id)
        | Command::ConnectionFailed(id)
        | Command::Complete(id)
        | Command::Park(id)
        | Command::Unpark(id)
        | Command::NotReached(id)
        | Command::GiveFeedback(id, _) => (true, Some(Contact(*id)), None),
        Command::FailOffer(offer, _) => (true, Some(Offer(*offer)), None),
        // What an agent does.
        Command::SetPresence(agent, _)
        | Command::AcceptOffer(_, agent)
        | Command::DeclineOffer(_, agent)
        | Command::FinishWrapUp(agent, _)
        | Command::ExtendWrapUp(agent, ..)
        | Command::BeginExternalWork(agent, ..)
        | Command::EndExternalWork(agent, _) => (false, Some(Itself(*agent)), None),
        Command::Transfer(id, _) | Command::Consult(id, ..) | Command::HandOver(id) => {
            (false, Some(Contact(*id)), None)
        }
        // What an agent and its supervisor may.
        Command::PauseQueue(agent, queue, _) => (false, Some(Itself(*agent)), Some(In::Queue(*queue))),
        Command::Pull(agent, id) => (false, Some(Itself(*agent)), Some(In::Contacts(from_ref(id)))),
        // What a supervisor does.
        Command::Assign(id, _) => (false, None, Some(In::Contacts(from_ref(id)))),
        Command::Reprioritise(ids, _) => (false, None, Some(In::Contacts(ids))),
        Command::MoveAll(ids, to) => (false, None, Some(In::Move(ids, *to))),
        Command::RevokeOffer(offer) => (false, None, Some(In::Offer(*offer))),
    };
    Placed { ingress, agent, supervisor }
}

impl Domain {
    /// Whether a right covers a command, in the state as it is; fire the deadlines that are due first.
    ///
    /// # Errors
    /// [`Forbidden`], with what of the command lies beyond the right.
    pub fn permits(&self, right: &Right, command: &Command) -> Result<(), Forbidden> {
        let place = placed(command);
        let found = match right {
            Right::Ingress => place.ingress.then_some(Ok(())),
            Right::Agent(me) => place.agent.map(|own| self.is_own(*me, &own)),
            Right::Supervisor(queues) => place.supervisor.map(|within| self.is_within(queues, &within)),
            Right::Observer => None,
        };
        let beyond = |what| Forbidden { right: right.kind(), call: command.name(), what };
        found.unwrap_or(Err(Beyond::Call)).map_err(beyond)
    }

    /// Whether a right covers reading a contact.
    ///
    /// # Errors
    /// [`Forbidden`].
    pub fn permits_reading(&self, right: &Right, contact: &ContactId) -> Result<(), Forbidden> {
        let found = match right {
            Right::Ingress | Right::Observer => Ok(()),
            Right::Agent(me) => {
                let asked = self.place(contact).map(|place| &self.contacts[place].offers);
                let is_asked = asked.is_some_and(|offers| offers.iter().any(|(_, agent)| agent == me));
                if is_asked { Ok(()) } else { self.is_own(*me, &Own::Contact(*contact)) }
            }
            Right::Supervisor(queues) => self.is_within(queues, &In::Contacts(from_ref(contact))),
        };
        found.map_err(|what| Forbidden { right: right.kind(), call: "read contact", what })
    }

    fn is_own(&self, me: AgentId, own: &Own) -> Result<(), Beyond> {
        let (mine, what) = match *own {
            Own::Itself(agent) => (agent == me, Beyond::Agent(agent)),
            Own::Offer(id) => {
                let live = self.offers.get(&id).map(|offer| offer.agent == me);
                // Of one that is over the kernel tells how it ended, and that is all it does.
                (live.unwrap_or_else(|| self.memory.offer(id).is_some()), Beyond::Offer(id))
            }
            Own::Contact(id) => (self.holder(&id) == Some(me), Beyond::Contact(id)),
        };
        if mine { Ok(()) } else { Err(what) }
    }

    fn is_within(&self, queues: &BTreeSet<QueueId>, within: &In<'_>) -> Result<(), Beyond> {
        // Whoever has a queue has the one that stands in for it.
        let has = |id: &QueueId| {
            let other = self.config.queues.get(id.index()).and_then(|queue| queue.stands_in_for);
            queues.contains(id) || other.is_some_and(|other| queues.contains(&other))
        };
        // What is sent to a queue that was given up comes in elsewhere.
        let queue = |id| if has(&self.config.in_use(id)) { Ok(()) } else { Err(Beyond::Queue(id)) };
        let contact = |id: &ContactId| {
            let inside = self.place(id).map(|place| self.contacts[place].queue);
            let home = inside.or_else(|| self.ended(id).map(|ended| ended.queue));
            home.filter(has).map(|_| ()).ok_or(Beyond::Contact(*id))
        };
        match *within {
            In::Queue(id) => queue(id),
            In::Offer(id) => match self.offers.get(&id) {
                Some(offer) if has(&offer.queue) => Ok(()),
                None if self.memory.offer(id).is_some() => Ok(()),
                _ => Err(Beyond::Offer(id)),
            },
            In::Contacts(ids) => ids.iter().try_for_each(contact),
            In::Move(ids, to) => ids.iter().try_for_each(contact).and_then(|()| queue(to)),
        }
    }

    /// Whose a contact is; of one that has none, and of one that has ended, who had it last.
    fn holder(&self, id: &ContactId) -> Option<AgentId> {
        let Some(place) = self.place(id) else { return self.ended(id)?.won.map(|(_, agent)| agent) };
        let contact = &self.contacts[place];
        match contact.phase {
            Phase::Waiting => contact.won.map(|(_, agent)| agent),
            Phase::Connecting { agent, .. }
            | Phase::Engaged { agent, .. }
            | Phase::Suspended { agent, .. }
            | Phase::Parked { agent, .. } => Some(agent),
        }
    }
}

/// What a command names, for a record that keeps nothing else of it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Named {
    /// The contact; in bulk the first.
    pub contact: Option<ContactId>,
    /// How many contacts.
    pub contacts: u32,
    /// The agent; of several the first.
    pub agent: Option<AgentId>,
    /// The offer.
    pub offer: Option<OfferId>,
    /// The queue.
    pub queue: Option<QueueId>,
}

impl Named {
    fn contact(id: &ContactId) -> Self {
        Self::contacts(from_ref(id))
    }

    fn contacts(ids: &[ContactId]) -> Self {
        let contacts = u32::try_from(ids.len()).unwrap_or(u32::MAX);
        Self { contact: ids.first().copied(), contacts, ..Self::default() }
    }

    fn agent(mut self, agent: AgentId) -> Self {
        self.agent = Some(agent);
        self
    }

    fn offer(mut self, offer: OfferId) -> Self {
        self.offer = Some(offer);
        self
    }

    fn queue(mut self, queue: QueueId) -> Self {
        self.queue = Some(queue);
        self
    }
}

impl Command {
    /// Whether somebody does by hand what the engine would decide: such commands are audited.
    pub const fn is_forced(&self) -> bool {
        matches!(
            self,
            Self::Assign(..)
                | Self::Pull(..)
                | Self::Reprioritise(..)
                | Self::MoveAll(..)
                | Self::WithdrawAll(_)
                | Self::RevokeOffer(_)
                | Self::ReleaseProjectLock(..)
                | Self::Reconcile(_)
                | Self::Reconfigure(_)
        )
    }

    /// Whom and what the command names: numbers and ids alone, nothing a customer said.
    pub fn named(&self) -> Named {
        match self {
            Self::RegisterAgent(_) | Self::SetHours(..) | Self::Reconfigure(_) | Self::Resume => {
                Named::default()
            }
            Self::UpdateAgent(agent, _)
            | Self::SetPresence(agent, _)
            | Self::AgentLost(agent)
            | Self::ReleaseProjectLock(agent, _) => Named::default().agent(*agent),
            Self::SetPresences(wanted) => {
                wanted.first().map_or_else(Named::default, |(agent, _)| Named::default().agent(*agent))
            }
            Self::Reconcile(reports) => {
                reports.first().map_or_else(Named::default, |report| Named::default().agent(report.agent))
            }
            Self::PauseQueue(agent, queue, _) => Named::default().agent(*agent).queue(*queue),
            Self::Arrive(new) => Named::contact(&new.id).queue(new.queue),
            Self::UpdateContact(id, _)
            | Self::Abandon(id)
            | Self::Withdraw(id)
            | Self::Connected(id)
            | Self::ConnectionFailed(id)
            | Self::Complete(id)
            | Self::HandOff(id)
            | Self::GiveFeedback(id, _)
            | Self::GiveScores(id, _)
            | Self::Park(id)
            | Self::Unpark(id)
            | Self::Transfer(id, _)
            | Self::Consult(id, ..)
            | Self::HandOver(id)
            | Self::RequestCallback(id, ..)
            | Self::NotReached(id) => Named::contact(id),
            Self::AcceptOffer(offer, agent) | Self::DeclineOffer(offer, agent) => {
                Named::default().offer(*offer).agent(*agent)
            }
            Self::FailOffer(offer, _) | Self::RevokeOffer(offer) => Named::default().offer(*offer),
            Self::FinishWrapUp(agent, id)
            | Self::ExtendWrapUp(agent, id, _)
            | Self::BeginExternalWork(agent, id, ..)
            | Self::EndExternalWork(agent, id)
            | Self::Assign(id, agent)
            | Self::Pull(agent, id) => Named::contact(id).agent(*agent),
            Self::Reprioritise(ids, _) | Self::WithdrawAll(ids) => Named::contacts(ids),
            Self::MoveAll(ids, to) => Named::contacts(ids).queue(*to),
        }
    }
}

//! Looking in from outside: what a caller may ask of a domain between two calls.

use std::collections::{BTreeMap, BTreeSet};

use smol_str::SmolStr;

use super::Domain;
use crate::agent::{AgentState, ExternalWork, Presence, Reach, Refusals, Stage, Work};
use crate::config::{AgentSpec, Compiled, Config};
use crate::contact::{Contact, ContactState, Phase, Scoring};
use crate::hours::Due;
use crate::ids::{AgentId, ContactId, OfferId, QueueId, SkillId};
use crate::time::{Span, Timestamp};

/// A contact as it is now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ContactView {
    /// Its id.
    pub id: ContactId,
    /// Its queue.
    pub queue: QueueId,
    /// What it is.
    pub state: ContactState,
    /// When its customer began to wait.
    pub origin: Timestamp,
    /// How long it has waited, or waited until it was answered.
    pub waited: Span,
    /// Priority points, added to the queue's base.
    pub points: i64,
    /// Who has it or is asked for it; the first, where several are asked.
    pub agent: Option<AgentId>,
    /// Its live offers.
    pub offers: Vec<OfferId>,
    /// When its answer is due: `answer_within` after its origin, in its queue's business time where that has a clock;
    /// `None` while that lies beyond the horizon of the calendar.
    pub due_at: Option<Timestamp>,
    /// How often it was passed on.
    pub transfers: u16,
    /// It was passed on beyond the limit.
    pub escalated: bool,
    /// The contact that it is a question about, from one agent to another; it is then no contact of a customer.
    pub about: Option<ContactId>,
    /// Whether its customer is not there and has to be dialled.
    pub dialled: bool,
}

/// An agent as it is now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AgentView<'a> {
    /// Its number.
    pub id: AgentId,
    /// Its registration.
    pub spec: &'a AgentSpec,
    /// What it wants to be.
    pub presence: &'a Presence,
    /// What it is.
    pub state: AgentState,
    /// What it has in hand, oldest first.
    pub work: &'a [Work],
    /// Cost units in use.
    pub used: u16,
    /// Its idle clock.
    pub idle_since: Timestamp,
    /// Offers that failed without a strike since it signed in.
    pub refusals: Refusals,
    /// Queues it takes nothing of for now.
    pub paused: &'a BTreeSet<QueueId>,
    /// How long new work may be expected to last, by its shift.
    pub reach: Reach,
    /// Work that the engine did not give, oldest first.
    pub external: &'a [ExternalWork],
    /// Whether it has more in hand than it may; then it is asked nothing.
    pub over_capacity: bool,
}

/// A live offer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OfferView {
    /// Its number.
    pub id: OfferId,
    /// The contact that is held out.
    pub contact: ContactId,
    /// The contact's queue.
    pub queue: QueueId,
    /// Who is asked.
    pub agent: AgentId,
    /// Since when.
    pub issued_at: Timestamp,
    /// When silence counts as no answer.
    pub expires_at: Timestamp,
}

/// A queue as it is now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QueueView<'a> {
    /// Its number.
    pub id: QueueId,
    /// Its name.
    pub name: &'a SmolStr,
    /// Contacts whose home it is and who have not ended.
    pub inside: u32,
    /// Of these, the ones that no agent has accepted.
    pub waiting: u32,
    /// Within its hours; a queue without hours always is.
    pub open: bool,
}

impl Domain {
    /// The configuration as written.
    pub fn document(&self) -> &Config {
        &self.document
    }

    /// The configuration with its names resolved.
    pub fn config(&self) -> &Compiled {
        &self.config
    }

    /// The agent called `name`.
    pub fn agent_id(&self, name: &str) -> Option<AgentId> {
        self.agent_names.get(name).copied()
    }

    /// The queue called `name`.
    pub fn queue_id(&self, name: &str) -> Option<QueueId> {
        self.config.queue_id(name)
    }

    /// One agent.
    pub fn agent_view(&self, id: AgentId) -> Option<AgentView<'_>> {
        let agent = self.agents.get(id.index())?;
        Some(AgentView {
            id,
            spec: &agent.spec,
            presence: &agent.presence,
            state: agent.state(),
            work: &agent.work,
            used: agent.used,
            idle_since: agent.idle_since,
            refusals: agent.refusals,
            paused: &agent.paused,
            reach: agent.reach,
            external: &agent.external,
            over_capacity: !agent.is_within(&self.config.rooms),
        })
    }

    /// All agents, in order of registration.
    pub fn agents(&self) -> impl Iterator<Item = AgentView<'_>> {
        (0..self.agents.len() as u32).filter_map(|id| self.agent_view(AgentId(id)))
    }

    /// One contact, while it is inside.
    pub fn contact_view(&self, id: &ContactId) -> Option<ContactView> {
        self.place(id).map(|place| self.view_of(&self.contacts[place]))
    }

    /// All contacts inside, in no particular order.
    pub fn contacts(&self) -> impl Iterator<Item = ContactView> {
        self.contacts.iter().map(|(_, contact)| self.view_of(contact))
    }

    /// The agents of whom scores are wanted for a contact; `None` when none are.
    pub fn scores_wanted(&self, id: &ContactId) -> Option<&[AgentId]> {
        match self.contacts[self.place(id)?].scoring.as_deref()? {
            Scoring::Asked { candidates, .. } => Some(candidates),
            _ => None,
        }
    }

    /// Questions of one agent to another that are inside, which are no contacts of customers.
    pub(crate) fn questions(&self) -> BTreeSet<ContactId> {
        let is_question = |contact: &Contact| contact.journey.as_ref().is_some_and(|way| way.about.is_some());
        self.contacts.iter().filter(|(_, c)| is_question(c)).map(|(_, contact)| contact.id).collect()
    }

    /// By when contacts inside are due whose target runs in business time.
    pub(crate) fn dues(&self) -> BTreeMap<ContactId, Due> {
        self.contacts.iter().filter_map(|(_, contact)| Some((contact.id, contact.due?))).collect()
    }

    /// One live offer.
    pub fn offer_view(&self, id: OfferId) -> Option<OfferView> {
        self.offers.get(&id).map(|offer| OfferView {
            id,
            contact: offer.contact,
            queue: offer.queue,
            agent: offer.agent,
            issued_at: offer.issued_at,
            expires_at: offer.expires_at,
        })
    }

    /// Since when the customer has waited who has waited longest and whom no agent has accepted. One entry per queue, by
    /// `QueueId`; `None` where nobody waits. Costs a look at every class and every agent, not at every contact.
    pub fn oldest_origins(&self) -> Vec<Option<Timestamp>> {
        let mut oldest: Vec<Option<Timestamp>> = vec![None; self.queues.len()];
        let mut note = |queue: QueueId, origin: Timestamp| {
            let known = &mut oldest[queue.index()];
            *known = Some(known.map_or(origin, |known| known.min(origin)));
        };
        for (queue, origin) in self.board.oldest_by_class() {
            note(queue, origin);
        }
        for work in self.agents.iter().flat_map(|agent| &agent.work) {
            if let (Stage::Reserved { .. }, Some(place)) = (work.stage, self.place(&work.contact)) {
                note(work.queue, self.contacts[place].origin);
            }
        }
        oldest
    }

    /// Position among all that wait in the same queue by the queue's order, from 1; `None` unless it waits.
    pub fn position(&self, id: &ContactId) -> Option<usize> {
        let contact = &self.contacts[self.place(id)?];
        if contact.phase != Phase::Waiting {
            return None;
        }
        let mine = self.order_of(contact);
        let peers =
            self.contacts.iter().filter(|(_, c)| c.queue == contact.queue && c.phase == Phase::Waiting);
        Some(1 + peers.filter(|(_, c)| self.order_of(c) < mine).count())
    }

    /// All queues, by `QueueId`.
    pub fn queues(&self) -> impl ExactSizeIterator<Item = QueueView<'_>> {
        self.queues.iter().map(|queue| QueueView {
            id: queue.id,
            name: &self.config.queues[queue.id.index()].settings.name,
            inside: queue.inside,
            waiting: queue.waiting,
            open: queue.open,
        })
    }

    /// Registered agents whose grant of the skill counts now, and how many of them are signed in.
    pub fn holders(&self, skill: SkillId) -> Option<(u32, u32)> {
        self.skills.get(skill.index()).map(|skill| (skill.holders, skill.signed_in))
    }

    fn view_of(&self, contact: &Contact) -> ContactView {
        let agent = match contact.phase {
            Phase::Waiting => contact.offers.first().map(|(_, agent)| *agent),
            Phase::Connecting { agent, .. }
            | Phase::Engaged { agent, .. }
            | Phase::Suspended { agent, .. }
            | Phase::Parked { agent, .. } => Some(agent),
        };
        ContactView {
            id: contact.id,
            queue: contact.queue,
            state: contact.state(),
            origin: contact.origin,
            waited: self.waited(contact),
            points: contact.points,
            agent,
            offers: contact.offers.iter().map(|(offer, _)| *offer).collect(),
            due_at: self.answer_due(contact),
            transfers: contact.journey.as_ref().map_or(0, |journey| journey.transfers),
            escalated: contact.journey.as_ref().is_some_and(|journey| journey.escalated),
            about: contact.journey.as_ref().and_then(|journey| journey.about),
            dialled: contact.dialled.is_some(),
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::{Command, Config, ContactId, Domain, NewContact, Presence, Timestamp};

    #[test]
    fn the_longest_wait_counts_a_contact_that_is_held_out_and_not_accepted() {
        let config = Config::from_toml(
            r#"
            name = "shop"
            channels = [{ name = "voice" }]
            queues = [{ name = "bills" }, { name = "orders" }]
            agents = [{ name = "ann" }]
            "#,
        )
        .unwrap();
        let at = Timestamp::from_secs;
        let mut domain = Domain::new(at(0), config).unwrap();
        let (ann, bills) = (domain.agent_id("ann").unwrap(), domain.queue_id("bills").unwrap());
        domain.handle(at(1), Command::SetPresence(ann, Presence::Available)).unwrap();
        for (id, second) in [(1, 2), (2, 3)] {
            domain.handle(at(second), Command::Arrive(NewContact::new(ContactId::from(id), bills))).unwrap();
        }
        let offer = domain.contact_view(&ContactId::from(1)).unwrap().offers[0];
        let view = domain.offer_view(offer).unwrap();
        assert_eq!((view.agent, view.contact, view.expires_at), (ann, ContactId::from(1), at(22)));
        assert_eq!(domain.oldest_origins(), [Some(at(2)), None]);
        domain.handle(at(4), Command::AcceptOffer(offer, ann)).unwrap();
        assert_eq!(domain.oldest_origins(), [Some(at(3)), None]);
        assert_eq!(domain.offer_view(offer), None);
    }
}

//! Explanations: why this agent got this contact, why a contact still waits, what would have made an agent win.
//!
//! They look at everybody, as the oracle does, and change nothing. An offer is explained in the state before its event:
//! [`Domain::explain`] runs the naive matcher there again. All of it is data; [`core::fmt::Display`] puts it into words.

mod offer;
mod reasons;
mod waiting;
mod winning;
mod words;

pub use offer::{ExplainError, Explanation, Runner, Sought};
pub use reasons::Reason;
pub use waiting::{Nearby, WhyWaiting};
pub use winning::{Order, WhatWouldMake};

use crate::agent::{Agent, Presence, Stage};
use crate::contact::{Contact, ContactState};
use crate::domain::Domain;
use crate::skill::Shortfall;

impl Domain {
    /// Everything that keeps an agent from a contact now; empty when it may take it.
    pub(crate) fn reasons(&self, agent: &Agent, contact: &Contact) -> Vec<Reason> {
        let mut reasons = Vec::new();
        let cost = self.config.channels[contact.channel.index()].cost;
        match self.board.classes.requirement(contact.class).shortfall(&agent.facts()) {
            Some(Shortfall::Mandatory) => reasons.push(Reason::Mandatory),
            Some(absolute) => reasons.push(Reason::Absolute(absolute)),
            None => {}
        }
        let passed_on = contact.was_passed_by(agent.id).then_some(Shortfall::Excluded);
        reasons.extend(contact.exclusion_of(agent.id).or(passed_on).map(Reason::Absolute));
        if cost > agent.spec.capacity {
            reasons.push(Reason::Absolute(Shortfall::Capacity));
        } else if !agent.room(&self.config.rooms).open.contains(contact.channel) {
            reasons.push(self.no_room(agent, cost));
        }
        match &agent.presence {
            Presence::Available => {}
            Presence::Offline => reasons.push(Reason::Offline),
            Presence::Break(_) => reasons.push(Reason::OnBreak),
        }
        if agent.not_responding {
            reasons.push(Reason::NotResponding);
        }
        reasons.extend(agent.cooling_until.map(|until| Reason::CoolingDown { until }));
        if agent.paused.contains(&contact.queue) {
            reasons.push(Reason::QueuePaused);
        }
        let passed_over = contact.exclusions.iter().find(|passed| passed.agent == agent.id);
        reasons.extend(passed_over.map(|passed| Reason::PassedOver { until: passed.until }));
        if let Some(kept) = contact.kept.as_deref().filter(|_| contact.is_kept_from(agent.id)) {
            reasons.extend(kept.agent.map(|agent| Reason::KeptFor { agent, until: kept.until }));
        }
        if contact.offers.iter().any(|(_, asked)| *asked == agent.id) {
            reasons.push(Reason::BeingAsked);
        }
        if contact.is_being_scored() {
            reasons.push(Reason::BeingScored);
        }
        if reasons.is_empty() && !self.naive_is_suitable(agent, contact) {
            reasons.push(Reason::Gated);
        }
        if contact.state() != ContactState::Waiting {
            reasons.push(Reason::ContactIs(contact.state()));
        }
        if reasons.is_empty() && !self.naive_may_serve(agent, contact) {
            reasons.push(Reason::Gated);
        }
        reasons
    }

    /// The agent has less room than the contact takes, at most until then where its wrap-ups alone take the rest; or its
    /// channels do not go together, and nobody knows until when.
    fn no_room(&self, agent: &Agent, cost: u16) -> Reason {
        let mut wrap_ups: Vec<_> = agent
            .work
            .iter()
            .filter_map(|work| match work.stage {
                Stage::WrapUp { ends_at, .. } => Some((ends_at, work.cost)),
                _ => None,
            })
            .collect();
        wrap_ups.sort_unstable();
        let room = agent.spec.capacity.saturating_sub(agent.used);
        let mut free = room;
        let until = wrap_ups.into_iter().find_map(|(ends_at, held)| {
            free += held;
            (free >= cost).then_some(ends_at)
        });
        Reason::NoRoom { free: room, cost, until: until.filter(|_| cost > room) }
    }
}

//! Applying events: the only place where state changes, live and in recovery alike.
//!
//! Each event changes the actors it names and what they publish on the board. Nothing is decided here.

mod agents;
mod callbacks;
mod contacts;
mod delays;
mod hands;
mod hours;
mod kept;
mod moves;
mod offers;
mod plans;
mod rights;
mod scores;
mod transfers;

use super::Domain;
use super::Figures;
use super::memory::KeptCommand;
use super::overflow::Standing;
use crate::channel_set::ChannelSet;
use crate::contact::{Contact, Phase};
use crate::event::{Event, EventKind};
use crate::matching::{Board, Gauges};
use crate::time::Span;

impl Domain {
    pub(super) fn apply(&mut self, event: &Event) {
        self.prediction_precedes(event);
        match &event.kind {
            EventKind::FeedbackGiven { .. }
            | EventKind::SlaAtRisk { .. }
            | EventKind::CandidatesJudged { .. } => {}
            EventKind::Configured { .. } => self.begin_calendars(event.at),
            EventKind::Reconfigured { config, config_version } => {
                self.reconfigured(config, *config_version, event.at);
            }
            EventKind::CommandRemembered { key, digest, receipt } => {
                self.memory.remember_command(*key, KeptCommand { digest: *digest, receipt: *receipt });
            }
            EventKind::AgentRegistered { .. }
            | EventKind::AgentUpdated { .. }
            | EventKind::SkillValidityChanged { .. }
            | EventKind::PresenceChanged { .. }
            | EventKind::AgentNotResponding { .. }
            | EventKind::AgentCooledDown { .. }
            | EventKind::WrapUpExtended { .. }
            | EventKind::WrapUpEnded { .. } => self.apply_to_agents(event),
            EventKind::ContactAssigned { .. }
            | EventKind::ContactTransferred { .. }
            | EventKind::ConsultBegun { .. }
            | EventKind::ContactHandedOver { .. }
            | EventKind::Reconciled { .. } => self.apply_to_transfers(event),
            EventKind::QueuePauseChanged { .. }
            | EventKind::AgentLost { .. }
            | EventKind::ContactHeld { .. }
            | EventKind::HoldEnded { .. }
            | EventKind::ContactRequeued { .. }
            | EventKind::ExternalWorkBegun { .. }
            | EventKind::ExternalWorkEnded { .. }
            | EventKind::WorkSuspended { .. }
            | EventKind::WorkResumed { .. }
            | EventKind::ContactParked { .. }
            | EventKind::ContactUnparked { .. } => self.apply_to_hands(event),
            EventKind::ContactArrived { .. }
            | EventKind::ContactUnservable { .. }
            | EventKind::ContactUpdated { .. }
            | EventKind::ExclusionEnded { .. }
            | EventKind::DelayPassed { .. }
            | EventKind::ContactEnded { .. } => self.apply_to_contacts(event),
            EventKind::OverflowTurned { queue, rule, active, .. } => {
                let standing = Standing { active: *active, since: Some(event.at) };
                self.standings.overflows.insert((*queue, *rule), standing);
            }
            EventKind::SurgeTurned { surge, active, .. } => self.surge_turned(*surge, *active, event.at),
            EventKind::CallbackAccepted { .. }
            | EventKind::ContactEligible { .. }
            | EventKind::CustomerNotReached { .. }
            | EventKind::ContactMerged { .. } => self.apply_to_callbacks(event),
            EventKind::ContactKept { contact, agent, until, owned } => {
                self.contact_kept(contact, *agent, *until, *owned);
            }
            EventKind::KeepEnded { contact, .. } => self.keep_ended(contact),
            EventKind::StepOpened { contact, step, .. } => self.step_opened(contact, *step, event.at),
            EventKind::ContactMoved { contact, to, .. } => self.contact_moved(contact, *to, event.at),
            EventKind::ScoresWanted { .. }
            | EventKind::ScoresGiven { .. }
            | EventKind::ScoresMissed { .. } => self.apply_to_scores(event),
            EventKind::OfferIssued { .. }
            | EventKind::OfferAccepted { .. }
            | EventKind::OfferEnded { .. }
            | EventKind::ContactConnected { .. }
            | EventKind::ConnectionFailed { .. } => self.apply_to_offers(event),
            EventKind::HoursChanged { .. }
            | EventKind::CalendarTurned { .. }
            | EventKind::QueueOpened { .. }
            | EventKind::QueueClosed { .. }
            | EventKind::ContactDeferred { .. }
            | EventKind::ContactDue { .. }
            | EventKind::ShiftTurned { .. } => self.apply_hours(event),
            EventKind::EntitlementChanged { .. } | EventKind::ProjectLockEnded { .. } => {
                self.apply_to_rights(event);
            }
        }
        self.prediction_follows(event);
    }

    /// Makes the board anew from agents and contacts.
    pub(crate) fn rebuild_board(&mut self) {
        self.board = Board::new(&self.config);
        self.figures = Figures::default();
        self.gauges = self.config.counts_pools.then(|| Gauges::new(&self.config));
        for agent in &mut self.agents {
            agent.profile = self.board.join_profile(&agent.facts());
            let idle = agent.takes_work(&self.config.rooms);
            let room = agent.room(&self.config.rooms);
            if idle {
                self.board.enter(agent.id, agent.profile, room, agent.reach, agent.idle_since);
            }
            if let Some(gauges) = &mut self.gauges {
                gauges.see(agent, if idle { room.open } else { ChannelSet::NONE }, &self.config);
            }
        }
        let mut waiting: Vec<(u32, (i64, u64))> =
            self.contacts.iter().map(|(place, c)| (place, c.key())).collect();
        waiting.sort_unstable_by_key(|(_, key)| *key);
        for (place, _) in waiting {
            self.classify(place);
            self.list_waiting(place);
        }
        self.seeking.clear();
        if let Some(gauges) = &mut self.gauges {
            gauges.take_woken();
        }
    }

    /// Wait of a contact since its origin; for views.
    pub(super) fn waited(&self, contact: &Contact) -> Span {
        match contact.phase {
            Phase::Engaged { waited, .. }
            | Phase::Suspended { waited, .. }
            | Phase::Parked { waited, .. } => waited,
            _ => contact.waited(self.now),
        }
    }
}

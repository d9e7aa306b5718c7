//! Applying what happened to offers, and to the connections that follow an accepted one.

use crate::agent::{Stage, Work, WorkKind};
use crate::config::AgentRule;
use crate::contact::Phase;
use crate::deadlines::Deadline;
use crate::domain::Domain;
use crate::domain::memory::EndedOffer;
use crate::event::{Connection, Event, EventKind};
use crate::ids::OfferId;
use crate::offer::{Offer, OfferOutcome};
use crate::record::ChosenBy;
use crate::time::Timestamp;

impl Domain {
    pub(super) fn apply_to_offers(&mut self, event: &Event) {
        let at = event.at;
        match &event.kind {
            EventKind::OfferIssued { offer, contact, queue, agent, expires_at, decision } => {
                let Some(place) = self.place(contact) else { return };
                self.leave_waiting(place);
                self.forget_scores(place);
                let known = &mut self.contacts[place];
                known.offers.push((*offer, *agent));
                let cost = (known.channel, self.config.rooms.cost(known.channel));
                let stage = Stage::Reserved { offer: *offer };
                let mut work = Work::new(*contact, *queue, cost, stage, at);
                if decision.chosen_by == ChosenBy::Hand {
                    work.kind = WorkKind::Direct;
                }
                self.agents[agent.index()].apply_reserved(work);
                self.refresh_agent(*agent);
                self.queues[queue.index()].apply_chosen(*agent, decision.chosen_by);
                // An offer that the engine accepts in this very step has no life of its own.
                if *expires_at == Timestamp::MAX {
                    return;
                }
                self.deadlines.arm(*expires_at, Deadline::OfferExpires(*offer));
                let expires_at = *expires_at;
                let live = Offer {
                    id: *offer,
                    contact: *contact,
                    place,
                    queue: *queue,
                    agent: *agent,
                    issued_at: at,
                    expires_at,
                };
                self.offers.insert(*offer, live);
            }
            EventKind::OfferAccepted { offer, contact, queue, agent, connection } => {
                // One that the engine accepted in the step that made it was never live.
                if self.offers.len() > 0 {
                    self.forget_offer(*offer, OfferOutcome::Accepted, at);
                }
                let Some(place) = self.place(contact) else { return };
                self.stop_delay(place);
                self.end_keep(place);
                self.disarm_step(place);
                // An offer that is out goes before a later instant that was wished for meanwhile.
                self.no_longer_held(place, at);
                let known = &mut self.contacts[place];
                let counted = known.waits_now();
                known.offers.retain(|(live, _)| live != offer);
                known.won = Some((*offer, *agent));
                known.phase = match *connection {
                    Connection::Made { waited } => Phase::Engaged { agent: *agent, waited },
                    Connection::Pending { until } => Phase::Connecting { agent: *agent, until },
                };
                if let Connection::Pending { until } = *connection {
                    self.deadlines.arm(until, Deadline::ConnectionFails(*contact));
                }
                let connected = matches!(connection, Connection::Made { .. });
                self.agents[agent.index()].apply_accepted(contact, connected, &self.config, at);
                let settings = &self.config.queues[queue.index()].settings;
                if settings.agent_rule == AgentRule::Quota {
                    let pool = self.agents[agent.index()].pool;
                    self.queues[queue.index()].given.add(pool, at, settings.quota_window);
                }
                self.refresh_accepting(*agent);
                self.lock_to_project(*agent, place);
                self.queues[queue.index()].waiting -= u32::from(counted);
            }
            EventKind::OfferEnded {
                offer,
                contact,
                agent,
                outcome,
                strikes,
                cool_down_until,
                excluded_until,
            } => {
                self.forget_offer(*offer, *outcome, at);
                let holder = &mut self.agents[agent.index()];
                holder.apply_released(contact);
                holder.strikes = *strikes;
                holder.refusals.count(*outcome);
                self.cool_down(*agent, *cool_down_until);
                self.refresh_agent(*agent);
                let Some(place) = self.place(contact) else { return };
                let known = &mut self.contacts[place];
                known.offers.retain(|(live, _)| live != offer);
                self.may_end_keep(place, *agent, *outcome);
                if let Some(until) = *excluded_until {
                    self.pass_over(place, *agent, until);
                }
                self.return_to_waiting(place);
            }
            EventKind::ContactConnected { contact, agent, waited, .. } => {
                let Some(place) = self.place(contact) else { return };
                self.stop_connecting(place);
                let known = &mut self.contacts[place];
                // Who was dialled is there now, and stays there when it goes from hand to hand.
                (known.phase, known.dialled) = (Phase::Engaged { agent: *agent, waited: *waited }, None);
                (known.uncallable, known.kept) = (false, None);
                self.agents[agent.index()].apply_connected(contact, at);
                self.refresh_interruptible(*agent);
            }
            EventKind::ConnectionFailed { contact, agent, cool_down_until } => {
                let Some(place) = self.place(contact) else { return };
                self.stop_connecting(place);
                self.cool_down(*agent, *cool_down_until);
                self.release_work(*agent, contact, at);
                let known = &mut self.contacts[place];
                known.phase = Phase::Waiting;
                self.count_waiting(place, false);
                self.resume_delays(place, at);
                self.resume_plan(place, at);
                self.return_to_waiting(place);
            }
            other => unreachable!("no event of offers: {other:?}"),
        }
    }

    fn forget_offer(&mut self, id: OfferId, outcome: OfferOutcome, at: Timestamp) {
        let Some(offer) = self.offers.remove(&id) else { return };
        self.deadlines.disarm(offer.expires_at, Deadline::OfferExpires(id));
        self.memory.remember_offer(id, EndedOffer { outcome, ended_at: at });
    }
}

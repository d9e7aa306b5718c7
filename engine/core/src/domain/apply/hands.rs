//! Applying what happened to work in hand: pauses of queues, holds, and contacts that go back to their queue.

use crate::agent::{Agent, ExternalWork, Stage, WorkKind};
use crate::config::IdleClock;
use crate::contact::Phase;
use crate::deadlines::Deadline;
use crate::domain::Domain;
use crate::event::{Event, EventKind, HoldReason};
use crate::ids::{AgentId, ContactId};
use crate::time::Timestamp;

impl Domain {
    pub(super) fn apply_to_hands(&mut self, event: &Event) {
        let at = event.at;
        match &event.kind {
            EventKind::QueuePauseChanged { agent, queue, paused } => {
                self.leave_board(*agent);
                let known = &mut self.agents[agent.index()];
                if *paused {
                    known.paused.insert(*queue);
                } else {
                    known.paused.remove(queue);
                }
                self.join_board(*agent);
            }
            // What it means for the agent, its presence and its work say.
            EventKind::AgentLost { .. } => {}
            EventKind::ContactHeld { contact, agent, until, reason } => {
                self.hold(*agent, contact, Some((*until, *reason)));
            }
            EventKind::HoldEnded { contact, agent } => self.hold(*agent, contact, None),
            EventKind::ContactRequeued { contact, agent, .. } => self.requeue(*agent, contact, at),
            EventKind::ExternalWorkBegun { agent, work, channel, cost } => {
                let begun = ExternalWork { id: *work, channel: *channel, cost: *cost, since: at };
                let known = &mut self.agents[agent.index()];
                known.apply_external_begun(begun);
                known.restart_idle_clock(IdleClock::SinceLastHandled, WorkKind::External, &self.config, at);
                self.refresh_agent(*agent);
                self.doubtful.extend(self.agents[agent.index()].offers());
            }
            EventKind::ExternalWorkEnded { agent, work } => {
                let ends = |agent: &mut Agent| agent.apply_external_ended(work);
                self.agents[agent.index()].with_clock(WorkKind::External, &self.config, at, ends);
                self.refresh_agent(*agent);
            }
            EventKind::WorkSuspended { agent, contact, .. } => {
                self.set_stage(*agent, contact, Stage::Suspended, at);
            }
            EventKind::WorkResumed { agent, contact } => self.set_stage(*agent, contact, Stage::Engaged, at),
            EventKind::ContactParked { agent, contact } => {
                self.hold(*agent, contact, None);
                let known = &mut self.agents[agent.index()];
                let kind = known.work_on(contact).map_or(WorkKind::Routed, |work| work.kind);
                let parks = |agent: &mut Agent| agent.apply_stage(contact, Stage::Parked, at);
                known.with_clock(kind, &self.config, at, parks);
                self.set_stage(*agent, contact, Stage::Parked, at);
            }
            EventKind::ContactUnparked { agent, contact, .. } => {
                self.set_stage(*agent, contact, Stage::Engaged, at);
                self.doubtful.extend(self.agents[agent.index()].offers());
            }
            other => unreachable!("no event of work in hand: {other:?}"),
        }
    }

    /// Takes a conversation from one stage to another; the contact follows.
    fn set_stage(&mut self, agent: AgentId, contact: &ContactId, stage: Stage, at: Timestamp) {
        let known = &mut self.agents[agent.index()];
        if known.work_on(contact).is_some_and(|work| work.stage != stage) {
            known.apply_stage(contact, stage, at);
        }
        self.refresh_agent(agent);
        let Some(place) = self.place(contact) else { return };
        self.contacts[place].apply_stage(stage);
    }

    /// Begins, moves or ends the time for which a contact is held with its agent.
    #[inline(always)]
    pub(crate) fn hold(
        &mut self,
        agent: AgentId,
        contact: &ContactId,
        held: Option<(Timestamp, HoldReason)>,
    ) {
        let before = self.agents[agent.index()].work_on(contact).and_then(|work| work.held);
        if before.is_some() || held.is_some() {
            self.hold_anew(agent, contact, before, held);
        }
    }

    fn hold_anew(
        &mut self,
        agent: AgentId,
        contact: &ContactId,
        before: Option<(Timestamp, HoldReason)>,
        held: Option<(Timestamp, HoldReason)>,
    ) {
        if let Some((before, _)) = before {
            self.deadlines.disarm(before, Deadline::HoldEnds(agent, *contact));
        }
        if let Some((until, _)) = held {
            self.deadlines.arm(until, Deadline::HoldEnds(agent, *contact));
        }
        self.agents[agent.index()].apply_held(contact, held);
    }

    /// An agent who was lost is there again: what was held for it is its own as before.
    pub(crate) fn end_holds_of_the_lost(&mut self, agent: AgentId) {
        let held = |work: &crate::agent::Work| work.held.is_some_and(|(_, why)| why == HoldReason::AgentLost);
        let work = self.agents[agent.index()].work.iter();
        let contacts: Vec<ContactId> = work.filter(|work| held(work)).map(|work| work.contact).collect();
        for contact in contacts {
            self.hold(agent, &contact, None);
        }
    }

    fn requeue(&mut self, agent: AgentId, contact: &ContactId, at: Timestamp) {
        self.hold(agent, contact, None);
        self.release_work(agent, contact, at);
        let Some(place) = self.place(contact) else { return };
        self.stop_connecting(place);
        self.disarm_risk_test(place);
        let known = &mut self.contacts[place];
        if let Some(journey) = &mut known.journey {
            self.orphans.extend(journey.consult.take());
        }
        known.apply_back_in_queue(at);
        debug_assert_eq!(known.phase, Phase::Waiting);
        self.count_waiting(place, false);
        // Who comes back from a conversation may wait as long as who has just come.
        self.disarm_longest_wait(place);
        self.begin_longest_wait(place, at);
        self.arm_risk_test(place);
        self.resume_delays(place, at);
        self.resume_plan(place, at);
        self.return_to_waiting(place);
    }
}

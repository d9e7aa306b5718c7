//! Applying what happened to work in hand: pauses of queues, holds, and contacts that go back to their queue.

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
            other => unreachable!("no event of work in hand: {other:?}"),
        }
    }

    /// Begins, moves or ends the time for which a contact is held with its agent.
    pub(crate) fn hold(
        &mut self,
        agent: AgentId,
        contact: &ContactId,
        held: Option<(Timestamp, HoldReason)>,
    ) {
        let known = self.agents[agent.index()].work_on(contact);
        if let Some((before, _)) = known.and_then(|work| work.held) {
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
        let known = &mut self.contacts[place];
        known.apply_back_in_queue(at);
        debug_assert_eq!(known.phase, Phase::Waiting);
        self.queues[known.queue.index()].waiting += 1;
        // Who comes back from a conversation may wait as long as who has just come.
        self.disarm_longest_wait(place);
        self.begin_longest_wait(place, at);
        self.resume_delays(place, at);
        self.arm_step(place, at);
        self.return_to_waiting(place);
    }
}

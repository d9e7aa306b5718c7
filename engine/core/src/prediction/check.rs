//! What is always true of predictions between two calls: they know of everybody who waits and works what the domain knows.

use crate::contact::Phase;
use crate::deadlines::Deadline;
use crate::domain::Domain;

use super::follow::{in_hand, takes_contacts};

impl Domain {
    pub(crate) fn check_prediction(&self, broken: &mut Vec<String>) {
        for (_, contact) in self.contacts.iter().filter(|(_, contact)| contact.phase == Phase::Waiting) {
            let armed = |at| self.deadlines.contains(at, Deadline::RiskIsTested(contact.id));
            if self.risk_test_at(contact).is_some_and(|at| at > self.now && !armed(at)) {
                broken.push(format!(
                    "contact {} has no deadline for the test of its service level",
                    contact.id
                ));
            }
        }
        let Some(prediction) = &self.prediction else { return };
        let (mut lines, mut watched) = (0, 0);
        for (_, contact) in self.contacts.iter() {
            let standing = prediction.standing.get(&contact.id);
            let stands = standing.is_some_and(|standing| standing.in_line && standing.queue == contact.queue);
            if stands != (contact.waits_now() && !contact.deferred) {
                broken.push(format!(
                    "contact {} is {} and stands in a line: {stands}",
                    contact.id,
                    contact.state()
                ));
            }
            lines += usize::from(stands);
            watched += usize::from(standing.is_some_and(|standing| standing.ticket.is_some()));
        }
        if (prediction.lines.len(), prediction.predictor.watched()) != (lines, watched) {
            broken.push(format!(
                "{} stand in lines and {} are watched, not {lines} and {watched}",
                prediction.lines.len(),
                prediction.predictor.watched()
            ));
        }
        let standing = prediction.standing.sorted();
        for queue in 0..self.queues.len() {
            let (from, told) = prediction.intervals.counts(queue);
            let of_queue = standing
                .iter()
                .filter(|of| of.queue.index() == queue && !of.nobody_waits && of.since >= from);
            let right = of_queue.count() as u32;
            if told != right {
                broken.push(format!("{told} wait in the interval of queue {queue}, not {right}"));
            }
        }
        for agent in &self.agents {
            let known = prediction.staff.member(agent.id).map(|known| (known.present, known.works));
            let right = (takes_contacts(agent), in_hand(agent));
            if known != Some(right) {
                broken.push(format!("{} is predicted with {known:?}, not {right:?}", agent.spec.name));
            }
        }
    }
}

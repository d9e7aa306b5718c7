//! A breach announced before it happens: whether a waiting contact will be answered in time.
//!
//! A contact is tested when it has sought an agent and found none (at its arrival, and whenever more agents may serve it),
//! and once more at a set time before it is due, by deadline. It is announced once.

use crate::contact::Contact;
use crate::deadlines::Deadline;
use crate::domain::Domain;
use crate::event::EventKind;
use crate::forecast::WaitMode;
use crate::hours::Due;
use crate::time::{Span, Timestamp};

/// Probabilities become whole millionths before they are compared or told.
const MILLION: f64 = 1_000_000.0;

impl Domain {
    /// When a contact is tested once more; `None` where its queue does not announce breaches, or no customer waits for an
    /// answer: it is not to be served yet, its customer will be called back, or it is an agent's question.
    pub(crate) fn risk_test_at(&self, contact: &Contact) -> Option<Timestamp> {
        let at_risk = self.config.queues[contact.queue.index()].settings.at_risk.as_ref()?;
        let expects = contact.not_before.is_none() && contact.is_a_customers_wait();
        Some(self.answer_due(contact).filter(|_| expects)? - at_risk.lead)
    }

    /// By when a contact is in time, what it was in conversation left out; `None` where that is not known, or not yet.
    pub(crate) fn answer_due(&self, contact: &Contact) -> Option<Timestamp> {
        let queue = &self.config.queues[contact.queue.index()];
        match contact.due {
            Some(Due::At(at)) => Some(at),
            Some(Due::Beyond { .. }) => None,
            None if queue.answer_clock.is_some() => None,
            None => Some(contact.waits_since() + queue.settings.answer_within),
        }
    }

    /// A contact has begun to wait in its queue: it will be tested.
    #[inline(always)]
    pub(crate) fn arm_risk_test(&mut self, place: u32) {
        if self.has_risk_tests(place) {
            self.arm_its_risk_test(place);
        }
    }

    fn arm_its_risk_test(&mut self, place: u32) {
        let contact = &self.contacts[place];
        if let Some(at) = self.risk_test_at(contact).filter(|at| *at > self.now) {
            self.deadlines.arm(at, Deadline::RiskIsTested(contact.id));
        }
    }

    #[inline(always)]
    pub(crate) fn disarm_risk_test(&mut self, place: u32) {
        if self.has_risk_tests(place) {
            self.disarm_its_risk_test(place);
        }
    }

    /// Whether breaches of the contact's queue are announced.
    #[inline(always)]
    fn has_risk_tests(&self, place: u32) -> bool {
        self.config.queues[self.contacts[place].queue.index()].settings.at_risk.is_some()
    }

    fn disarm_its_risk_test(&mut self, place: u32) {
        let contact = &self.contacts[place];
        if let Some(at) = self.risk_test_at(contact) {
            self.deadlines.disarm(at, Deadline::RiskIsTested(contact.id));
        }
    }

    /// Remembers who is about to seek an agent, so as to test those who find none.
    #[inline]
    pub(crate) fn test_seekers(&mut self) {
        if self.config.announces_breaches {
            self.tested.extend_from_slice(&self.seeking);
        }
    }

    /// Announces the breaches that are likely among those to be tested; by origin, then arrival.
    #[inline(always)]
    pub(crate) fn announce_breaches(&mut self) {
        if !self.tested.is_empty() {
            self.announce_the_tested();
        }
    }

    fn announce_the_tested(&mut self) {
        let mut tested = core::mem::take(&mut self.tested);
        tested.retain(|place| self.contacts.get(*place).is_some());
        tested.sort_unstable_by_key(|place| self.contacts[*place].key());
        for place in tested.drain(..) {
            if let Some(event) = self.breach(place) {
                self.emit(event);
                self.apply_emitted();
            }
        }
        self.tested = tested;
    }

    fn breach(&self, place: u32) -> Option<EventKind> {
        let contact = self.contacts.get(place)?;
        let settings = &self.config.queues[contact.queue.index()].settings;
        let at_risk = settings.at_risk.as_ref()?;
        let waits = contact.is_a_customers_wait() && contact.is_listed();
        if !waits || self.prediction.as_ref()?.was_warned(&contact.id) {
            return None;
        }
        let due = self.answer_due(contact)?;
        let lead = due.since(self.now);
        if lead <= Span::ZERO {
            return None;
        }
        // Where nobody is there the wait is not known, and that it will be too long is certain enough.
        let wait = self.predicted_wait(self.now, &contact.id, WaitMode::IfYouStay);
        let probability = wait.map_or(1.0, |wait| wait.p_breach());
        let probability = libm::rint(probability * MILLION) as u32;
        let enough = u32::from(at_risk.percent) * 10_000;
        let (contact, queue) = (contact.id, contact.queue);
        (probability >= enough).then_some(EventKind::SlaAtRisk { contact, queue, probability, due, lead })
    }
}

impl super::Prediction {
    fn was_warned(&self, contact: &crate::ContactId) -> bool {
        self.standing.get(contact).is_some_and(|standing| standing.warned)
    }
}

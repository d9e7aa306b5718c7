//! Counts of one queue, or of all, by how and after what wait contacts ended.

use super::service_level::ServiceLevel;
use crate::contact::ContactOutcome;
use crate::hours::Due;
use crate::time::{Span, Timestamp};

/// Counts of one queue, where the unit is the leg: one stay of a contact in the queue; or of all queues, where it is the
/// contact, by its first answer.
///
/// `arrived` counts by arrival, everything else where the contact was answered or ended.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct QueueCounts {
    /// Contacts that arrived.
    pub arrived: u64,
    /// Contacts answered.
    pub answered: u64,
    /// Of these, within the threshold; a wait of exactly the threshold is inside.
    pub answered_within: u64,
    /// Contacts that gave up.
    pub abandoned: u64,
    /// Of these, within the threshold.
    pub abandoned_within: u64,
    /// Of these, within the short threshold.
    pub abandoned_short: u64,
    /// Contacts turned away because nobody could serve them.
    pub blocked: u64,
    /// Contacts taken back by the host.
    pub withdrawn: u64,
    /// Contacts that had waited as long as the queue lets contacts wait; they are among those who gave up.
    pub timed_out: u64,
    /// Contacts turned away to keep the service for others.
    pub shed: u64,
    /// Contacts that ended because their queue was closed.
    pub closed: u64,
    /// Contacts that a system outside took over.
    pub handed_off: u64,
    /// Of these, the ones that nobody had answered.
    pub handed_off_waiting: u64,
    /// Contacts that ended served.
    pub served: u64,
    /// C: contacts whose customer accepted a callback here; they leave A and B.
    pub callbacks: u64,
    /// Of these, the ones whose customer was called back and served.
    pub callbacks_kept: u64,
    /// Of these, the ones whose customer gave it up.
    pub callbacks_given_up: u64,
    /// Contacts whose customer was to be called back and could not be reached.
    pub callback_failed: u64,
    /// Contacts whose place another contact of the same customer took.
    pub merged: u64,
    /// Over all queues: contacts that had been answered, went back to a queue, and ended there otherwise than served.
    pub left_after_answer: u64,
    /// Contacts that came from another queue.
    pub moved_in: u64,
    /// Contacts that went to another queue.
    pub moved_out: u64,

    /// Sum of the waits of the answered.
    pub wait_answered: Span,
    /// Sum of the waits of those who gave up.
    pub wait_abandoned: Span,
    /// Longest wait of the answered.
    pub longest_wait: Span,
    /// Contacts whose handling ended, and the sum of their handle times.
    pub handled: u64,
    /// Sum of handle times, from accept to the end of wrap-up.
    pub handle_time: Span,
    answer_within: Span,
    short: Span,
}

/// What a wait that ended without an answer counts as.
#[derive(Clone, Copy, Debug)]
pub(super) struct Parting {
    /// Within the target.
    pub(super) in_time: bool,
    /// Short enough to be left out of some formulas.
    pub(super) short: bool,
}

/// Whether a wait that is over at `at` was in time: by the due instant where the target runs in business time, else by its
/// length. At the due instant itself it is.
pub(super) fn in_time(due: Option<Due>, at: Timestamp, waited: Span, answer_within: Span) -> bool {
    match due {
        None => waited <= answer_within,
        Some(Due::At(due)) => at <= due,
        Some(Due::Beyond { .. }) => true,
    }
}

impl QueueCounts {
    pub(super) fn new(answer_within: Span, short: Span) -> Self {
        Self { answer_within, short, ..Self::default() }
    }

    /// An answer, in time or not.
    pub(super) fn answered(&mut self, waited: Span, in_time: bool) {
        self.answered += 1;
        self.answered_within += u64::from(in_time);
        self.wait_answered += waited;
        self.longest_wait = self.longest_wait.max(waited);
    }

    /// An end; who gives up may do so in time, and soon.
    pub(super) fn ended(&mut self, outcome: ContactOutcome, waited: Span, was_answered: bool, end: Parting) {
        match outcome {
            ContactOutcome::Served => self.served += 1,
            ContactOutcome::Abandoned | ContactOutcome::TimedOut => {
                self.timed_out += u64::from(outcome == ContactOutcome::TimedOut);
                self.abandoned += 1;
                self.abandoned_within += u64::from(end.in_time);
                self.abandoned_short += u64::from(end.short);
                self.wait_abandoned += waited;
            }
            ContactOutcome::Blocked => self.blocked += 1,
            ContactOutcome::Withdrawn => self.withdrawn += 1,
            ContactOutcome::Shed => self.shed += 1,
            ContactOutcome::Closed => self.closed += 1,
            ContactOutcome::CallbackFailed => self.callback_failed += 1,
            ContactOutcome::Merged => self.merged += 1,
            ContactOutcome::HandedOff => {
                self.handed_off += 1;
                self.handed_off_waiting += u64::from(!was_answered);
            }
        }
    }

    pub(super) fn handled(&mut self, handle_time: Span) {
        self.handled += 1;
        self.handle_time += handle_time;
    }

    /// The end of a contact whose first answer has been counted: it is in A, and in nothing else.
    pub(super) fn ended_after_answer(&mut self, outcome: ContactOutcome) {
        match outcome {
            ContactOutcome::Served => self.served += 1,
            _ => self.left_after_answer += 1,
        }
    }

    /// An end of a contact whose customer was to be called back: out of A and B.
    pub(super) fn callback_ended(&mut self, outcome: ContactOutcome, waited: Span, was_answered: bool) {
        match outcome {
            ContactOutcome::Abandoned | ContactOutcome::TimedOut => self.callbacks_given_up += 1,
            ContactOutcome::Served => {
                self.served += 1;
                self.callbacks_kept += 1;
            }
            // Nobody gives up here, so nobody does so in time.
            other => self.ended(other, waited, was_answered, Parting { in_time: false, short: false }),
        }
    }

    /// Share of the accepted callbacks that were kept, in `[0, 1]`.
    pub fn callbacks_kept_share(&self) -> Option<f64> {
        (self.callbacks > 0).then(|| self.callbacks_kept as f64 / self.callbacks as f64)
    }

    /// What counts as answered in time, and as a short abandonment.
    pub(super) fn thresholds(&self) -> (Span, Span) {
        (self.answer_within, self.short)
    }

    pub(super) fn restart(&mut self) {
        *self = Self::new(self.answer_within, self.short);
    }

    /// Both together, for a figure over several queues.
    #[must_use]
    pub fn plus(&self, other: &Self) -> Self {
        Self {
            arrived: self.arrived + other.arrived,
            answered: self.answered + other.answered,
            answered_within: self.answered_within + other.answered_within,
            abandoned: self.abandoned + other.abandoned,
            abandoned_within: self.abandoned_within + other.abandoned_within,
            abandoned_short: self.abandoned_short + other.abandoned_short,
            blocked: self.blocked + other.blocked,
            withdrawn: self.withdrawn + other.withdrawn,
            timed_out: self.timed_out + other.timed_out,
            shed: self.shed + other.shed,
            closed: self.closed + other.closed,
            handed_off: self.handed_off + other.handed_off,
            handed_off_waiting: self.handed_off_waiting + other.handed_off_waiting,
            served: self.served + other.served,
            callbacks: self.callbacks + other.callbacks,
            callbacks_kept: self.callbacks_kept + other.callbacks_kept,
            callbacks_given_up: self.callbacks_given_up + other.callbacks_given_up,
            callback_failed: self.callback_failed + other.callback_failed,
            merged: self.merged + other.merged,
            left_after_answer: self.left_after_answer + other.left_after_answer,
            moved_in: self.moved_in + other.moved_in,
            moved_out: self.moved_out + other.moved_out,
            wait_answered: self.wait_answered + other.wait_answered,
            wait_abandoned: self.wait_abandoned + other.wait_abandoned,
            longest_wait: self.longest_wait.max(other.longest_wait),
            handled: self.handled + other.handled,
            handle_time: self.handle_time + other.handle_time,
            answer_within: self.answer_within,
            short: self.short,
        }
    }

    /// F: moved on to another queue or handed off, unanswered.
    pub fn overflowed(&self) -> u64 {
        self.moved_out + self.handed_off_waiting
    }

    /// L: turned away. Every report prints it beside any service level.
    pub fn lost(&self) -> u64 {
        self.blocked + self.shed + self.closed + self.callback_failed
    }

    /// Contacts that ended here, by any outcome.
    pub fn gone(&self) -> u64 {
        let turned_away = self.lost();
        let left = self.abandoned + self.left_after_answer + self.callbacks_given_up;
        self.served + left + turned_away + self.withdrawn + self.handed_off + self.merged
    }

    /// Whether the ledger balances with so many contacts still inside: what came in is what went out and what is there.
    pub fn balances_with(&self, inside: u64) -> bool {
        self.arrived + self.moved_in == self.gone() + self.moved_out + inside
    }

    /// Share answered in time by the named formula; `None` where its denominator is zero.
    pub fn service_level(&self, formula: ServiceLevel) -> Option<f64> {
        formula.of(self)
    }

    /// Average speed of answer: mean wait of the answered.
    pub fn asa(&self) -> Option<Span> {
        mean(self.wait_answered, self.answered)
    }

    /// Mean wait of all who were answered or gave up.
    pub fn mean_wait(&self) -> Option<Span> {
        mean(self.wait_answered + self.wait_abandoned, self.answered + self.abandoned)
    }

    /// Average handle time.
    pub fn aht(&self) -> Option<Span> {
        mean(self.handle_time, self.handled)
    }

    /// Share of those answered or gone who gave up, in `[0, 1]`.
    pub fn abandonment(&self) -> Option<f64> {
        let all = self.answered + self.abandoned;
        (all > 0).then(|| self.abandoned as f64 / all as f64)
    }
}

fn mean(sum: Span, count: u64) -> Option<Span> {
    let count = i64::try_from(count).ok().filter(|count| *count > 0)?;
    Some(Span::from_nanos(sum.as_nanos() / count))
}

//! `earliest_deadline`: minus what is left of the target, in nanoseconds.
//!
//! Contacts past their deadline keep that place, or lie half the range of integers above all others (the longest wait
//! first) or below them (by deadline). At exactly its deadline a contact is not past it.

use super::{ContactIndex, Head};
use crate::config::PastDue;

#[derive(Debug)]
pub(super) struct EarliestDeadline {
    pub(super) past: PastDue,
}

const APART: i64 = i64::MAX / 2;

impl ContactIndex for EarliestDeadline {
    fn index(&self, head: &Head<'_>) -> i64 {
        let late = -head.remaining.as_nanos().max(-i64::MAX);
        match self.past {
            PastDue::First if late > 0 => head.waited().as_nanos().saturating_add(APART),
            PastDue::Last if late > 0 => late.saturating_sub(i64::MAX).saturating_add(1),
            _ => late,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::QueueConfig;
    use crate::ids::QueueId;
    use crate::time::Timestamp;

    /// The index of a contact that has waited so many seconds of its 20.
    fn index(past: PastDue, waited: i64) -> i64 {
        let settings = QueueConfig::new("bills");
        let now = Timestamp::from_secs(1_000_000);
        let head = Head {
            queue: QueueId(0),
            settings: &settings,
            now,
            origin: now - crate::Span::from_secs(waited),
            remaining: crate::Span::from_secs(20 - waited),
            spent: crate::Span::from_secs(waited),
            points: 0,
            waiting_here: 1,
            waiting_in_all: 1,
            handle_time: settings.handle_time,
            busy: 0,
        };
        EarliestDeadline { past }.index(&head)
    }

    #[test]
    fn who_is_late_keeps_a_place_or_goes_first_or_last() {
        for past in [PastDue::Keep, PastDue::First, PastDue::Last] {
            assert!(index(past, 20) > index(past, 19), "at the deadline nobody is late: {past:?}");
            assert!(index(past, 30) > index(past, 21), "{past:?}");
        }
        assert!(index(PastDue::Keep, 21) > index(PastDue::Keep, 20));
        assert!(index(PastDue::First, 21) > index(PastDue::First, 20) + APART);
        assert!(index(PastDue::Last, 100) < index(PastDue::Last, 0));
    }
}

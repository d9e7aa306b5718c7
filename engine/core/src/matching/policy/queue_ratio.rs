//! `queue_ratio`: contacts waiting in the queue − its ratio × contacts waiting in all, in millionths of a contact.

use super::{ContactIndex, Head, Ties};

#[derive(Debug)]
pub(super) struct QueueRatio;

impl ContactIndex for QueueRatio {
    fn index(&self, head: &Head<'_>) -> i64 {
        let share = i64::from(head.waiting_in_all) * head.settings.ratio.millionths();
        i64::from(head.waiting_here) * 1_000_000 - share
    }

    fn ties(&self) -> Ties {
        Ties::Queue
    }
}

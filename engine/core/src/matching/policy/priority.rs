//! `priority`: the queue's rank, 1 first; within a rank the longest wait, which is the tie-break.

use super::{ContactIndex, Head};

#[derive(Debug)]
pub(super) struct Priority;

impl ContactIndex for Priority {
    fn index(&self, head: &Head<'_>) -> i64 {
        -i64::from(head.settings.rank)
    }
}

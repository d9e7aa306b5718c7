//! `longest_queue`: contacts waiting in the queue.

use super::{ContactIndex, Head, Ties};

#[derive(Debug)]
pub(super) struct LongestQueue;

impl ContactIndex for LongestQueue {
    fn index(&self, head: &Head<'_>) -> i64 {
        head.waiting_here.into()
    }

    fn ties(&self) -> Ties {
        Ties::Queue
    }
}

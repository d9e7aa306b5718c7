//! `credit`: the wait and the queue's credit, in nanoseconds.

use super::{ContactIndex, Head};

#[derive(Debug)]
pub(super) struct Credit;

impl ContactIndex for Credit {
    fn index(&self, head: &Head<'_>) -> i64 {
        (head.waited() + head.settings.credit).as_nanos()
    }
}

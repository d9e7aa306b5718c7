//! `weighted_wait`: the wait times the queue's weight, in nanoseconds.

use super::head::weighted;
use super::{ContactIndex, Head};

#[derive(Debug)]
pub(super) struct WeightedWait;

impl ContactIndex for WeightedWait {
    fn index(&self, head: &Head<'_>) -> i64 {
        weighted(head.waited(), head.settings.weight.millionths())
    }
}

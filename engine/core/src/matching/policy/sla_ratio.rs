//! `sla_ratio`: the wait as a share of the queue's target, in millionths, both in the time in which the target runs. A target
//! of nothing counts as a nanosecond.

use super::head::clamp;
use super::{ContactIndex, Head};

#[derive(Debug)]
pub(super) struct SlaRatio;

impl ContactIndex for SlaRatio {
    fn index(&self, head: &Head<'_>) -> i64 {
        let target = i128::from(head.settings.answer_within.as_nanos().max(1));
        clamp(i128::from(head.spent.as_nanos()) * 1_000_000 / target)
    }
}

//! `sla_risk`: weight × (chance to miss the target when the contact starts at the next chance − the same when it starts
//! now), in millionths.
//!
//! The next chance is the next agent of this pool to become free: the base law of the wait with nobody ahead, where
//! work ends at the rate busy agents ÷ expected handle time. A contact past its target has nothing left to lose.
#![allow(clippy::disallowed_types, reason = "a forecast, rounded before it decides")]

use super::head::clamp;
use super::{ContactIndex, Head};
use crate::forecast::{BaseLaw, WaitMode};

#[derive(Debug)]
pub(super) struct SlaRisk;

const CERTAIN: i64 = 1_000_000;

impl ContactIndex for SlaRisk {
    fn index(&self, head: &Head<'_>) -> i64 {
        if head.remaining.is_negative() {
            return 0;
        }
        let missed = chance_to_miss(head).unwrap_or(CERTAIN);
        clamp(i128::from(missed) * i128::from(head.settings.weight.millionths()) / 1_000_000)
    }
}

/// In millionths; `None` where nobody is at work, so that no chance will come.
fn chance_to_miss(head: &Head<'_>) -> Option<i64> {
    let drain = f64::from(head.busy) / head.handle_time.as_secs_f64();
    let next = BaseLaw::new(0, drain, 0.0, WaitMode::IfYouStay).ok()?;
    let missed = next.survival(head.remaining.as_secs_f64()).ok()?;
    Some(libm::rint(missed * CERTAIN as f64) as i64)
}

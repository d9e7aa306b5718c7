//! How often an agent refused, was busy or could not be reached: counts of their own, beside the strikes.

use serde::{Deserialize, Serialize};

use crate::offer::OfferOutcome;

/// Offers to an agent that failed without a strike, since it last signed in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Refusals {
    /// It declined.
    pub declined: u32,
    /// Its line was busy.
    pub busy: u32,
    /// It could not be reached.
    pub unreachable: u32,
}

impl Refusals {
    pub(crate) fn count(&mut self, outcome: OfferOutcome) {
        let count = match outcome {
            OfferOutcome::Declined => &mut self.declined,
            OfferOutcome::Busy => &mut self.busy,
            OfferOutcome::Unreachable => &mut self.unreachable,
            _ => return,
        };
        *count = count.saturating_add(1);
    }
}

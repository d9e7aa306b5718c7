//! `generalised_cmu`: weight × β × wait^(β−1) ÷ expected handle time, in millionths per second.
//!
//! The powers are tabulated when the rule is made: for every second of wait up to two hours, for every minute up to a
//! week; a longer wait counts as a week.
#![allow(clippy::disallowed_types, reason = "powers are tabulated at load with pure libm, then rounded")]

use super::head::clamp;
use super::{ContactIndex, Head};
use crate::config::Decimal;

/// Waits tabulated by the second.
const SECONDS: usize = 2 * 3600;
/// Waits tabulated by the minute.
const MINUTES: usize = 7 * 24 * 60;

pub(super) struct GeneralisedCmu {
    /// β × wait^(β−1) in thousandths, by seconds, then by minutes.
    slopes: Vec<i64>,
}

impl core::fmt::Debug for GeneralisedCmu {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "GeneralisedCmu({} slopes)", self.slopes.len())
    }
}

impl GeneralisedCmu {
    pub(super) fn new(beta: Decimal) -> Self {
        let beta = beta.millionths() as f64 / 1e6;
        let seconds = (0..=SECONDS).map(|second| second as f64);
        let minutes = (0..=MINUTES).map(|minute| minute as f64 * 60.0);
        let slope = |wait: f64| libm::rint(1000.0 * beta * libm::pow(wait, beta - 1.0)) as i64;
        Self { slopes: seconds.chain(minutes).map(slope).collect() }
    }

    fn slope(&self, seconds: i64) -> i64 {
        let seconds = usize::try_from(seconds).unwrap_or(0);
        let place = if seconds <= SECONDS { seconds } else { SECONDS + 1 + (seconds / 60).min(MINUTES) };
        self.slopes[place]
    }
}

impl ContactIndex for GeneralisedCmu {
    fn index(&self, head: &Head<'_>) -> i64 {
        let cost = i128::from(self.slope(head.waited().whole_secs())) * 1_000_000;
        let weighted = cost * i128::from(head.settings.weight.millionths());
        clamp(weighted / i128::from(head.handle_time.as_nanos().max(1)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_slope_of_a_square_is_twice_the_wait_and_that_of_a_line_is_one() {
        let square = GeneralisedCmu::new(Decimal::from_millionths(2_000_000));
        assert_eq!([0, 1, 7200].map(|s| square.slope(s)), [0, 2_000, 14_400_000]);
        assert_eq!(square.slope(7_230), 14_400_000, "whole minutes after two hours");
        assert_eq!(square.slope(9_000_000), square.slope(7 * 86_400));
        let line = GeneralisedCmu::new(Decimal::ONE);
        assert_eq!([0, 1, 9_999].map(|s| line.slope(s)), [1_000; 3]);
    }
}

//! A factor that changes by the hour and begins again after its last one: of a day, of a week.

use serde::{Deserialize, Serialize};
use sunline_core::time::{Span, Timestamp};

/// Factors of equal steps, over and over.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Cycle {
    /// When the first step begins; earlier steps follow from going round backwards.
    pub from: Timestamp,
    /// Length of a step, above 0.
    pub step: Span,
    /// Factors of the steps, above 0 and at most 1000; at least one.
    pub factors: Vec<f64>,
}

impl Cycle {
    /// The factor at an instant; 1 where there are none.
    pub fn at(&self, at: Timestamp) -> f64 {
        let step = at.since(self.from).as_nanos().div_euclid(self.step.as_nanos().max(1));
        let place = step.rem_euclid((self.factors.len() as i64).max(1));
        self.factors.get(place as usize).copied().unwrap_or(1.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn factors_go_round_both_ways_and_change_at_the_full_hour() {
        let hour = Span::from_secs(3600);
        let cycle = Cycle { from: Timestamp::from_secs(7200), step: hour, factors: vec![1.0, 2.0, 3.0] };
        let nano = Span::from_nanos(1);
        let at = |hours: i64| Timestamp::from_secs(hours * 3600);
        for (instant, factor) in [(at(2), 1.0), (at(3) - nano, 1.0), (at(3), 2.0), (at(5), 1.0), (at(1), 3.0)]
        {
            assert_eq!(cycle.at(instant), factor, "{instant}");
        }
    }
}

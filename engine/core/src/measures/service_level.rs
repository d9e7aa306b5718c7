//! Service level: the share answered in time, by formulas that carry their names.

use core::fmt;

use serde::{Deserialize, Serialize};

use super::queue_counts::QueueCounts;

/// How those who gave up enter the service level. A≤ answered in time, A all answered, B≤ gave up in time, B all who
/// gave up (timed out included), S gave up within the short threshold, F moved on or handed off unanswered, L turned away. Accepted
/// callbacks are in none.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ServiceLevel {
    /// A≤ / A.
    AnsweredOnly,
    /// A≤ / (A + B − B≤).
    AbandonsCountIfLate,
    /// (A≤ + B≤) / (A + B).
    AbandonsWithinAreSuccess,
    /// A≤ / (A + B).
    AbandonsFail,
    /// A≤ / (A + B − S). The default: who hangs up at once did not wait for us.
    #[default]
    ShortExcluded,
    /// A≤ / (A + B + F + L).
    OfAllArrivals,
    /// A≤ / (A + B + F).
    OfferedAll,
}

impl ServiceLevel {
    /// All formulas.
    pub const ALL: [Self; 7] = [
        Self::AnsweredOnly,
        Self::AbandonsCountIfLate,
        Self::AbandonsWithinAreSuccess,
        Self::AbandonsFail,
        Self::ShortExcluded,
        Self::OfAllArrivals,
        Self::OfferedAll,
    ];

    /// The formula's name, as in configuration and reports.
    pub const fn name(self) -> &'static str {
        match self {
            Self::AnsweredOnly => "answered_only",
            Self::AbandonsCountIfLate => "abandons_count_if_late",
            Self::AbandonsWithinAreSuccess => "abandons_within_are_success",
            Self::AbandonsFail => "abandons_fail",
            Self::ShortExcluded => "short_excluded",
            Self::OfAllArrivals => "of_all_arrivals",
            Self::OfferedAll => "offered_all",
        }
    }

    pub(super) fn of(self, counts: &QueueCounts) -> Option<f64> {
        let QueueCounts { answered, answered_within, abandoned, abandoned_within, abandoned_short, .. } =
            *counts;
        let (good, all) = match self {
            Self::AnsweredOnly => (answered_within, answered),
            Self::AbandonsCountIfLate => (answered_within, answered + abandoned - abandoned_within),
            Self::AbandonsWithinAreSuccess => (answered_within + abandoned_within, answered + abandoned),
            Self::AbandonsFail => (answered_within, answered + abandoned),
            Self::ShortExcluded => (answered_within, answered + abandoned - abandoned_short),
            Self::OfferedAll => (answered_within, answered + abandoned + counts.overflowed()),
            Self::OfAllArrivals => {
                (answered_within, answered + abandoned + counts.overflowed() + counts.lost())
            }
        };
        (all > 0).then(|| good as f64 / all as f64)
    }
}

impl fmt::Display for ServiceLevel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::contact::ContactOutcome;
    use crate::measures::queue_counts::Parting;
    use crate::time::Span;

    #[test]
    fn each_formula_counts_those_who_gave_up_in_its_own_way() {
        let mut counts = QueueCounts::new(Span::from_secs(20), Span::from_secs(5));
        for wait in [0, 20, 21, 40] {
            counts.answered(Span::from_secs(wait), wait <= 20);
        }
        let end = |wait| Parting { in_time: wait <= 20, short: wait <= 5 };
        for wait in [3, 10, 60] {
            counts.ended(ContactOutcome::Abandoned, Span::from_secs(wait), false, end(wait));
        }
        counts.ended(ContactOutcome::Blocked, Span::ZERO, false, end(0));
        counts.ended(ContactOutcome::HandedOff, Span::ZERO, false, end(0));
        counts.ended(ContactOutcome::HandedOff, Span::ZERO, true, end(0));
        counts.moved_out = 2;
        let levels = ServiceLevel::ALL.map(|formula| counts.service_level(formula).unwrap());
        assert_eq!(levels, [2.0 / 4.0, 2.0 / 5.0, 4.0 / 7.0, 2.0 / 7.0, 2.0 / 6.0, 2.0 / 11.0, 2.0 / 10.0]);
        assert_eq!(counts.asa(), Some(Span::from_millis(20_250)));
        assert_eq!(QueueCounts::default().service_level(ServiceLevel::AnsweredOnly), None);
    }
}

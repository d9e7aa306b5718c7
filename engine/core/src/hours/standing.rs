//! What a calendar says of an instant: open, closed, or nothing any more.
//!
//! A table ends at its horizon. Past it nobody knows, and that is a word of its own: it is never read as closed.

use core::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::HoursTable;
use crate::time::Timestamp;

/// What a calendar says of an instant.
///
/// What `Unknown` means is said where hours are used: a queue is open, a shift has no end that is known, a business
/// clock stands still until the table grows, and nobody is called.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Standing {
    /// Within its hours.
    Open,
    /// Outside its hours.
    Closed,
    /// At or past the horizon of its table, or without a table.
    #[default]
    Unknown,
}

impl fmt::Display for Standing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Open => "open",
            Self::Closed => "closed",
            Self::Unknown => "unknown",
        })
    }
}

impl HoursTable {
    /// What the table says of an instant.
    pub fn standing(&self, at: Timestamp) -> Standing {
        if self.is_open(at) {
            Standing::Open
        } else if at < self.horizon {
            Standing::Closed
        } else {
            Standing::Unknown
        }
    }

    /// The next instant after `at` at which [`Self::standing`] changes: an opening, a closing or the horizon.
    pub fn next_turn(&self, at: Timestamp) -> Option<Timestamp> {
        let horizon = Some(self.horizon).filter(|end| *end > at && *end < Timestamp::MAX);
        self.next_change(at).or(horizon)
    }

    /// A table that knows nothing: for a calendar whose hours are still to come.
    pub fn unknown() -> Self {
        Self::never(Timestamp::MIN)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::hours::Interval;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_secs(second)
    }

    #[test]
    fn past_its_horizon_a_table_says_nothing() {
        let one = [Interval { from: at(10), until: at(20) }];
        let hours = HoursTable::new(&one, at(30), "").unwrap();
        let said = [0, 10, 19, 20, 29, 30, 31].map(|second| hours.standing(at(second)));
        use Standing::{Closed, Open, Unknown};
        assert_eq!(said, [Closed, Open, Open, Closed, Closed, Unknown, Unknown]);
        let turns = [0, 10, 20, 30].map(|second| hours.next_turn(at(second)));
        assert_eq!(turns, [Some(at(10)), Some(at(20)), Some(at(30)), None]);
    }

    #[test]
    fn hours_that_run_into_the_horizon_turn_there_once() {
        let hours = HoursTable::new(&[Interval { from: at(10), until: at(30) }], at(30), "").unwrap();
        assert_eq!((hours.next_turn(at(10)), hours.standing(at(30))), (Some(at(30)), Standing::Unknown));
        assert_eq!(HoursTable::always().next_turn(at(0)), None);
        assert_eq!(HoursTable::always().standing(at(0)), Standing::Open);
        assert_eq!(HoursTable::unknown().standing(at(0)), Standing::Unknown);
    }
}

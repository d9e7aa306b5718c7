//! Business-time clocks: instants by which something is due when only open time counts.
//!
//! When a calendar changes, what is preserved is the business time that was left: see [`Due::moved`].

use super::HoursTable;
use crate::time::{Span, Timestamp};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// When something is due, as far as the table of hours reaches.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub enum Due {
    /// At this instant.
    At(Timestamp),
    /// After the horizon of the table, with this much open time still to pass there.
    Beyond {
        /// Open time left at the horizon; more than none.
        left: Span,
    },
}

impl Due {
    /// Due when `business` of open time has passed since `from`. No business time is due at `from`.
    pub fn after(hours: &HoursTable, from: Timestamp, business: Span) -> Self {
        match hours.after_open_time(from, business) {
            Some(at) => Self::At(at),
            None => Self::Beyond { left: business - hours.open_between(from, hours.horizon()) },
        }
    }

    /// Open time that is left at `now`; none once it is due.
    pub fn left(self, hours: &HoursTable, now: Timestamp) -> Span {
        match self {
            Self::At(due) => hours.open_between(now, due),
            Self::Beyond { left } => hours.open_between(now, hours.horizon()) + left,
        }
    }

    /// The same business time counted in the `new` hours from `now` on, where it was counted in the `old` ones
    /// until then. What was due by `now` stays as it was.
    #[must_use]
    pub fn moved(self, old: &HoursTable, new: &HoursTable, now: Timestamp) -> Self {
        match self {
            Self::At(due) if due <= now => self,
            _ => Self::after(new, now, self.left(old, now)),
        }
    }
}

/// The dues that move when a calendar changes from `old` to `new` at `now`: the key of each and its new due, in
/// the order they came. Those that stay are left out.
///
/// ```
/// use sunline_core::hours::{Due, HoursTable, Interval, moved_dues};
/// use sunline_core::time::{Span, Timestamp};
///
/// let at = Timestamp::from_secs;
/// let hours = |from, until| HoursTable::new(&[Interval { from: at(from), until: at(until) }], at(1000), "");
/// let (old, new) = (hours(0, 100)?, hours(50, 150)?);
/// let due = Due::after(&old, at(0), Span::from_secs(60));
/// assert_eq!(due, Due::At(at(60)));
/// // At second 20 the calendar moves by 50 s: 40 s were left, so it is due at 90.
/// let moved = moved_dues(at(20), &old, &new, [("ticket", due)]);
/// assert_eq!(moved, [("ticket", Due::At(at(90)))]);
/// # Ok::<(), sunline_core::hours::HoursError>(())
/// ```
pub fn moved_dues<K>(
    now: Timestamp,
    old: &HoursTable,
    new: &HoursTable,
    dues: impl IntoIterator<Item = (K, Due)>,
) -> Vec<(K, Due)> {
    let moved = dues.into_iter().map(|(key, due)| (key, due, due.moved(old, new, now)));
    moved.filter(|(_, due, moved)| due != moved).map(|(key, _, moved)| (key, moved)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::hours::Interval;
    use proptest::prelude::*;

    fn at(hour: i64) -> Timestamp {
        Timestamp::from_secs(hour * 3600)
    }

    fn hours(count: i64) -> Span {
        Span::from_secs(count * 3600)
    }

    /// Open from 9 to 17 on each of `days`, known up to their end.
    fn desk(days: i64, closed: &[i64]) -> HoursTable {
        let open = (0..days).filter(|d| !closed.contains(d));
        let list: Vec<_> = open.map(|d| Interval { from: at(24 * d + 9), until: at(24 * d + 17) }).collect();
        HoursTable::new(&list, at(24 * days), "").unwrap()
    }

    #[test]
    fn a_promise_of_eight_business_hours_given_at_noon_is_due_at_noon_tomorrow() {
        assert_eq!(Due::after(&desk(5, &[]), at(12), hours(8)), Due::At(at(24 + 12)));
        assert_eq!(Due::after(&desk(5, &[]), at(12), hours(8)).left(&desk(5, &[]), at(15)), hours(5));
    }

    #[test]
    fn a_holiday_inserted_tomorrow_moves_the_due_by_a_day() {
        let (old, new) = (desk(5, &[]), desk(5, &[1]));
        let due = Due::after(&old, at(12), hours(8));
        assert_eq!(due.moved(&old, &new, at(15)), Due::At(at(48 + 12)));
        // What is due already does not become undue.
        assert_eq!(due.moved(&old, &new, at(24 + 12)), due);
        // Taking the holiday away again gives the old due.
        assert_eq!(due.moved(&old, &new, at(15)).moved(&new, &old, at(15)), due);
    }

    #[test]
    fn a_due_beyond_the_horizon_waits_for_the_table_to_grow() {
        let (short, long) = (desk(2, &[]), desk(9, &[]));
        let due = Due::after(&short, at(12), hours(24));
        assert_eq!(due, Due::Beyond { left: hours(11) });
        assert_eq!(due.left(&short, at(12)), hours(24));
        assert_eq!(due.moved(&short, &long, at(24)), Due::after(&long, at(12), hours(24)));
        assert_eq!(due.moved(&short, &desk(2, &[1]), at(24)), Due::Beyond { left: hours(19) });
    }

    proptest! {
        #[test]
        fn business_time_left_survives_every_change(
            closed_before in proptest::collection::vec(0_i64..20, 0..8),
            closed_after in proptest::collection::vec(0_i64..20, 0..8),
            from in 0_i64..300, promised in 1_i64..80, passed in 0_i64..200,
        ) {
            let (old, new) = (desk(20, &closed_before), desk(20, &closed_after));
            let due = Due::after(&old, at(from), hours(promised));
            let now = at(from + passed);
            let left = due.left(&old, now);
            prop_assert_eq!(left + old.open_between(at(from), now).min(hours(promised)), hours(promised));
            if due != Due::At(now) && left > Span::ZERO {
                prop_assert_eq!(due.moved(&old, &new, now).left(&new, now), left);
            }
        }
    }
}

//! Where to look in a table of hours: a guess from the instant alone, right to within a few intervals.
//!
//! The stretch from the first opening to the last closing is cut into equal buckets, twice as many as there are
//! intervals and a power of two nanoseconds long. Each knows which interval comes first in it, so that a lookup is a
//! shift and a search among the few intervals of one bucket, however long the table is. Where intervals crowd into one
//! bucket the search is still by halves.

use super::Interval;
use crate::time::Timestamp;

/// The buckets of one list of intervals.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Guide {
    /// Start of the first bucket, in nanoseconds.
    origin: i64,
    /// Length of a bucket, as a power of two.
    shift: u32,
    /// For the start of each bucket, how many intervals have ended by then; one more than there are buckets.
    ended: Box<[u32]>,
}

impl Guide {
    /// The guide to `intervals`, which are sorted and disjoint.
    pub(super) fn new(intervals: &[Interval]) -> Self {
        let (Some(first), Some(last)) = (intervals.first(), intervals.last()) else {
            return Self { origin: 0, shift: 0, ended: Box::new([]) };
        };
        let origin = first.from.as_nanos();
        let length = last.until.as_nanos().wrapping_sub(origin) as u64;
        let wanted = (intervals.len() as u64 * 2).next_power_of_two();
        let shift = (u64::BITS - length.leading_zeros()).saturating_sub(wanted.trailing_zeros());
        let buckets = (length.checked_shr(shift).unwrap_or(0) + 1) as usize;
        let mut ended = Vec::with_capacity(buckets + 1);
        let mut index = 0;
        for bucket in 0..=buckets as u128 {
            let start = i128::from(origin) + (bucket << shift) as i128;
            while intervals.get(index).is_some_and(|i| i128::from(i.until.as_nanos()) <= start) {
                index += 1;
            }
            ended.push(index as u32);
        }
        Self { origin, shift, ended: ended.into() }
    }

    /// How many of `intervals`, the ones this guide was made for, have ended by `at`.
    pub(super) fn ended_by(&self, intervals: &[Interval], at: Timestamp) -> usize {
        if at.as_nanos() < self.origin {
            return 0;
        }
        let since = at.as_nanos().wrapping_sub(self.origin) as u64;
        let bucket = since.checked_shr(self.shift).unwrap_or(0) as usize;
        let Some(&[low, high]) = self.ended.get(bucket..bucket.saturating_add(2)) else {
            return intervals.len();
        };
        let (low, high) = (low as usize, high as usize);
        low + intervals[low..high].partition_point(|i| i.until <= at)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn check(edges: Vec<i64>, probes: Vec<i64>) -> Result<(), TestCaseError> {
        let mut edges = edges;
        edges.sort_unstable();
        edges.dedup();
        let at = Timestamp::from_nanos;
        let pairs = edges.chunks_exact(2);
        let intervals: Vec<_> = pairs.map(|p| Interval { from: at(p[0]), until: at(p[1]) }).collect();
        let guide = Guide::new(&intervals);
        let near = edges.iter().flat_map(|&e| [e.saturating_sub(1), e, e.saturating_add(1)]);
        for probe in near.chain(probes) {
            let found = guide.ended_by(&intervals, at(probe));
            prop_assert_eq!(found, intervals.partition_point(|i| i.until <= at(probe)), "at {}", probe);
        }
        Ok(())
    }

    proptest! {
        #[test]
        fn the_guide_finds_what_a_search_finds(
            near in proptest::collection::vec(-1_000_i64..1_000, 0..60),
            far in proptest::collection::vec(any::<i64>(), 0..60),
            probes in proptest::collection::vec(any::<i64>(), 0..60),
        ) {
            check(near.clone(), probes.clone())?;
            check(far.clone(), probes.clone())?;
            check([near, far].concat(), probes)?;
        }
    }

    #[test]
    fn all_of_time_and_none_of_it_are_found() {
        check(vec![i64::MIN, i64::MAX], vec![0]).unwrap();
        check(vec![], vec![i64::MIN, 0, i64::MAX]).unwrap();
        check(vec![7, 8], vec![i64::MIN, 0, i64::MAX]).unwrap();
    }
}

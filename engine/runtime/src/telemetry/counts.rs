//! A histogram that many actors count into at once, without a lock and without waiting.
//!
//! The buckets are those of an `hdrhistogram` with two significant digits: 128 to every power of two, so a duration is
//! never told more than 1/128 too long, and never too short. Here are only the counts; what is asked of them is answered by
//! that library, over a copy.
//!
//! Its own recorders are not used: one of them has a histogram of its own, which thousands of sessions cannot afford, and
//! whoever reads has to wait until every recorder has come by, which an idle actor does not.

use core::fmt;
use core::sync::atomic::{AtomicU64, Ordering};
use core::time::Duration;
use std::time::Instant;

use hdrhistogram::Histogram;

use super::latency::Latency;

/// Buckets to a power of two, as bits.
const SUB_BITS: u32 = 7;
const SUBS: usize = 1 << SUB_BITS;
/// What takes longer counts as this long, in nanoseconds: some 73 minutes.
const LONGEST: u64 = (1 << 42) - 1;
const BUCKETS: usize = bucket(LONGEST) + 1;

/// Counts of durations; 37 kB.
pub(crate) struct Counts(Box<[AtomicU64]>);

impl Default for Counts {
    fn default() -> Self {
        Self((0..BUCKETS).map(|_| AtomicU64::new(0)).collect())
    }
}

impl Counts {
    /// Counts something that took so long.
    pub(crate) fn record(&self, took: Duration) {
        self.record_many(took, 1);
    }

    /// Counts something that began then and ends now.
    pub(crate) fn record_since(&self, began: Instant) {
        self.record(began.elapsed());
    }

    /// Counts so many things that took so long.
    pub(crate) fn record_many(&self, took: Duration, times: u64) {
        let nanos = u64::try_from(took.as_nanos()).unwrap_or(LONGEST).min(LONGEST);
        self.0[bucket(nanos)].fetch_add(times, Ordering::Relaxed);
    }

    /// Tells what has been counted since `before`, which then is now: for each bucket the longest duration in it, and how
    /// many.
    pub(super) fn since(&self, before: &mut Vec<u64>, mut tell: impl FnMut(Duration, u64)) {
        before.resize(self.0.len(), 0);
        for (index, (count, before)) in self.0.iter().zip(before).enumerate() {
            let count = count.load(Ordering::Relaxed);
            if count != *before {
                tell(Duration::from_nanos(highest(index)), count - *before);
                *before = count;
            }
        }
    }

    /// What has been counted so far. What is being counted meanwhile may or may not be in it.
    pub(crate) fn read(&self) -> Latency {
        let mut histogram = Histogram::new_with_bounds(1, LONGEST, 2)
            .expect("the bounds are in order and two digits allowed");
        for (index, count) in self.0.iter().enumerate() {
            let count = count.load(Ordering::Relaxed);
            if count > 0 {
                histogram.saturating_record_n(highest(index), count);
            }
        }
        Latency::of(histogram)
    }
}

impl fmt::Debug for Counts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.read().fmt(f)
    }
}

/// The bucket of a duration in nanoseconds.
const fn bucket(nanos: u64) -> usize {
    if nanos < 2 * SUBS as u64 {
        return nanos as usize;
    }
    let shift = nanos.ilog2() - SUB_BITS;
    ((shift as usize) << SUB_BITS) + (nanos >> shift) as usize
}

/// The longest duration in a bucket, in nanoseconds.
const fn highest(bucket: usize) -> u64 {
    if bucket < 2 * SUBS {
        return bucket as u64;
    }
    let shift = (bucket >> SUB_BITS) - 1;
    let first = bucket - (shift << SUB_BITS);
    ((first as u64 + 1) << shift) - 1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn buckets_follow_each_other_and_are_never_wider_than_a_128th() {
        for index in 0..BUCKETS {
            assert_eq!(bucket(highest(index)), index);
            if index > 0 {
                let lowest = highest(index - 1) + 1;
                assert_eq!(bucket(lowest), index);
                assert!((highest(index) - lowest) * 128 <= lowest, "{index}");
            }
        }
        assert_eq!((BUCKETS, highest(BUCKETS - 1)), (4608, LONGEST));
    }

    #[test]
    fn the_buckets_are_those_of_the_library() {
        let library = Histogram::<u64>::new_with_bounds(1, LONGEST, 2).unwrap();
        for index in 1..BUCKETS {
            assert_eq!(library.highest_equivalent(highest(index)), highest(index));
            let lowest = highest(index - 1) + 1;
            assert_eq!(library.lowest_equivalent(highest(index)), lowest);
        }
    }

    #[test]
    fn what_many_threads_count_is_all_there() {
        let counts = Counts::default();
        std::thread::scope(|scope| {
            for thread in 1..=4 {
                let counts = &counts;
                scope.spawn(move || (0..1000).for_each(|_| counts.record(Duration::from_micros(thread))));
            }
        });
        let read = counts.read();
        assert_eq!(read.count(), 4000);
        let bound = |micros: u64| Duration::from_nanos(micros * 1000)..=Duration::from_nanos(micros * 1008);
        assert!(bound(2).contains(&read.p50()), "{read:?}");
        assert!(bound(4).contains(&read.p90()) && bound(4).contains(&read.max()), "{read:?}");
        assert!(read.mean() >= Duration::from_nanos(2480) && read.mean() <= Duration::from_nanos(2520));
    }

    #[test]
    fn what_is_new_is_told_once() {
        let (counts, mut before, mut told) = (Counts::default(), Vec::new(), Vec::new());
        let nanos = Duration::from_nanos;
        counts.record_many(nanos(5), 2);
        counts.record(nanos(7));
        counts.since(&mut before, |longest, times| told.push((longest, times)));
        counts.record(nanos(5));
        counts.since(&mut before, |longest, times| told.push((longest, times)));
        counts.since(&mut before, |_, _| panic!("nothing is new"));
        assert_eq!(told, [(nanos(5), 2), (nanos(7), 1), (nanos(5), 1)]);
    }

    #[test]
    fn what_takes_for_ever_counts_as_the_longest() {
        let counts = Counts::default();
        counts.record(Duration::MAX);
        counts.record(Duration::ZERO);
        let read = counts.read();
        assert_eq!((read.count(), read.max()), (2, Duration::from_nanos(LONGEST)));
        assert_eq!(read.p50(), Duration::ZERO);
    }
}

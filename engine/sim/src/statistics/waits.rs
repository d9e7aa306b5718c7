//! How long contacts waited: quantiles within 0.1 %, mean and shares exactly, in fixed memory.

use hdrhistogram::Histogram;
use sunline_core::time::Span;

/// Room for an hour from the start; it grows when a longer wait comes.
const USUAL_NS: u64 = 3_600_000_000_000;
/// Significant decimal digits of a quantile.
const DIGITS: u8 = 3;

/// Waits of any number of contacts. About 270 kB; a copy of it is what a replication hands in.
#[derive(Clone, Debug)]
pub struct Waits {
    histogram: Histogram<u64>,
    /// Threshold, and how many waits were at most that long.
    within: Vec<(Span, u64)>,
    sum_ns: i128,
    longest: Span,
}

impl Waits {
    /// No waits yet; shares are counted for these thresholds.
    pub fn new(thresholds: &[Span]) -> Self {
        let mut histogram =
            Histogram::new_with_max(USUAL_NS, DIGITS).expect("three digits up to an hour are a histogram");
        histogram.auto(true);
        let within = thresholds.iter().map(|&threshold| (threshold, 0)).collect();
        Self { histogram, within, sum_ns: 0, longest: Span::ZERO }
    }

    /// Takes one wait in; below zero counts as zero.
    #[inline]
    pub fn record(&mut self, wait: Span) {
        let wait = wait.max(Span::ZERO);
        self.histogram
            .record(wait.as_nanos().unsigned_abs())
            .expect("a histogram that grows by itself refuses no 63-bit number");
        for (threshold, count) in &mut self.within {
            *count += u64::from(wait <= *threshold);
        }
        self.sum_ns += i128::from(wait.as_nanos());
        self.longest = self.longest.max(wait);
    }

    /// Takes all waits of `other` in. Thresholds that `other` did not count are dropped.
    pub fn merge(&mut self, other: &Self) {
        self.histogram.add(&other.histogram).expect("a histogram that grows by itself holds any other");
        self.within.retain_mut(|(threshold, count)| {
            let theirs = other.within.iter().find(|(other, _)| other == threshold);
            *count += theirs.map_or(0, |(_, count)| *count);
            theirs.is_some()
        });
        self.sum_ns += other.sum_ns;
        self.longest = self.longest.max(other.longest);
    }

    /// Number of waits.
    pub fn count(&self) -> u64 {
        self.histogram.len()
    }

    /// Mean wait, rounded down to the nanosecond; `None` without waits. Exact.
    pub fn mean(&self) -> Option<Span> {
        let count = i128::from(self.count());
        (count > 0).then(|| Span::from_nanos((self.sum_ns / count) as i64))
    }

    /// The longest wait; `None` without waits. Exact.
    pub fn longest(&self) -> Option<Span> {
        (self.count() > 0).then_some(self.longest)
    }

    /// The shortest span within which at least the share `q` of the contacts waited, at most 0.1 % too long.
    ///
    /// `q` lies in `[0, 1]`: 0.5 is the median. `None` without waits or for another `q`.
    pub fn quantile(&self, q: f64) -> Option<Span> {
        if self.count() == 0 || !(0.0..=1.0).contains(&q) {
            return None;
        }
        let ns = self.histogram.highest_equivalent(self.histogram.value_at_quantile(q));
        let ns = i64::try_from(ns).unwrap_or(i64::MAX);
        Some(Span::from_nanos(ns).min(self.longest))
    }

    /// Share of contacts that waited at most `threshold`, exactly; a wait of just the threshold is inside.
    ///
    /// `None` without waits, or for a threshold not named at the start.
    pub fn share_within(&self, threshold: Span) -> Option<f64> {
        let (_, count) = self.within.iter().find(|(named, _)| *named == threshold)?;
        (self.count() > 0).then(|| *count as f64 / self.count() as f64)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::{Chance, Purpose};

    fn secs(s: i64) -> Span {
        Span::from_secs(s)
    }

    #[test]
    fn a_hundred_waits_have_their_mean_and_quantiles() {
        let mut waits = Waits::new(&[secs(20), secs(60)]);
        (1..=100).for_each(|s| waits.record(secs(s)));
        assert_eq!(
            (waits.count(), waits.mean(), waits.longest()),
            (100, Some(Span::from_millis(50_500)), Some(secs(100)))
        );
        assert_eq!((waits.share_within(secs(20)), waits.share_within(secs(60))), (Some(0.2), Some(0.6)));
        assert_eq!(waits.share_within(secs(30)), None, "not counted");
        for (q, exact) in [(0.0, 1), (0.5, 50), (0.9, 90), (0.99, 99), (1.0, 100)] {
            let quantile = waits.quantile(q).unwrap();
            assert!(
                quantile >= secs(exact) && quantile <= secs(exact) + Span::from_millis(exact),
                "{q}: {quantile}"
            );
        }
        assert_eq!((waits.quantile(1.1), waits.quantile(f64::NAN)), (None, None));
    }

    #[test]
    fn nobody_waited_yet() {
        let waits = Waits::new(&[secs(20)]);
        assert_eq!((waits.mean(), waits.longest(), waits.quantile(0.5)), (None, None, None));
        assert_eq!(waits.share_within(secs(20)), None);
    }

    #[test]
    fn waits_of_zero_and_of_days_are_counted_alike() {
        let mut waits = Waits::new(&[Span::ZERO]);
        [Span::ZERO, Span::from_secs(-1), secs(3 * 86_400), Span::MAX].iter().for_each(|&w| waits.record(w));
        assert_eq!((waits.count(), waits.share_within(Span::ZERO)), (4, Some(0.5)));
        assert_eq!((waits.quantile(0.5), waits.quantile(1.0)), (Some(Span::ZERO), Some(Span::MAX)));
        let days = waits.quantile(0.75).unwrap();
        assert!(days >= secs(3 * 86_400) && days <= secs(3 * 86_400 + 260), "{days}");
    }

    #[test]
    fn merged_replications_are_the_whole() {
        let mut stream = Chance::new(2, 0).family(Purpose::Study, 0).stream(0);
        let thresholds = [secs(20), secs(90)];
        let (mut whole, mut merged) = (Waits::new(&thresholds), Waits::new(&thresholds));
        for replication in 0..4 {
            let mut part = Waits::new(if replication == 3 { &thresholds[..1] } else { &thresholds });
            for _ in 0..5_000 {
                let wait = Span::from_nanos((60e9 * stream.exponential()) as i64);
                whole.record(wait);
                part.record(wait);
            }
            merged.merge(&part);
        }
        assert_eq!(
            (whole.count(), whole.mean(), whole.longest()),
            (merged.count(), merged.mean(), merged.longest())
        );
        assert_eq!(whole.share_within(secs(20)), merged.share_within(secs(20)));
        assert_eq!(merged.share_within(secs(90)), None, "one replication did not count it");
        for q in [0.1, 0.5, 0.8, 0.95, 0.999] {
            assert_eq!(whole.quantile(q), merged.quantile(q));
        }
    }
}

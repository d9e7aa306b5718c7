//! What is left when the regression has spoken: decayed histograms, and out of them the law of the wait.

use serde::{Deserialize, Serialize};

/// Bins of a histogram.
pub(super) const BINS: usize = 96;
/// Histograms a pool has, by the length of the predicted wait.
pub(super) const BUCKETS: usize = 6;
/// A histogram covers errors of −`REACH` to `REACH` in the logarithm: a twentieth to twenty times the predicted wait.
pub(super) const REACH: f64 = 3.0;
/// Width of a bin.
pub(super) const WIDTH: f64 = 2.0 * REACH / BINS as f64;
const _: () = assert!(BINS.is_multiple_of(4));

/// How much of a histogram is kept at each observation: the last 670 count. Long enough for steady tails, short enough to
/// be right again within an afternoon.
const KEPT: f64 = 0.9985;
/// What the law at the start is worth, in contacts: enough for the first forecasts, and no burden after a day.
const PRIOR_CONTACTS: f64 = 6.0;
/// A bin never quite empties, so a law has no gap and no denormal number.
const FLOOR: f64 = 1e-9;
/// The shortest predicted wait with a histogram of its own, in units of the pool's scale; each next is twice as long.
const FIRST: f64 = 2.0 / 3.0;

/// Where a predicted wait lies between two neighbouring histograms.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Between {
    lower: u8,
    /// Share of the upper one.
    share: f64,
}

impl Between {
    /// `predicted` in units of the pool's scale.
    pub(super) fn of(predicted: f64) -> Self {
        let place = libm::log2((predicted + 1.0 / 15.0) / FIRST).clamp(0.0, BUCKETS as f64 - 1.0);
        let lower = (place as usize).min(BUCKETS - 2);
        Self { lower: lower as u8, share: place - lower as f64 }
    }

    fn pair(self) -> [(usize, f64); 2] {
        let lower = usize::from(self.lower);
        [(lower, 1.0 - self.share), (lower + 1, self.share)]
    }
}

/// Mean predicted wait of a bucket, in units of the pool's scale.
pub(super) fn bucket_wait(bucket: usize) -> f64 {
    FIRST * f64::from(1_u32 << bucket)
}

/// Decayed histograms of the errors of the predicted logarithm of a wait.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Residuals {
    masses: Vec<f64>,
    totals: [f64; BUCKETS],
}

impl Residuals {
    /// Histograms that start with the given law: its distribution function for each bucket at each upper bin edge.
    pub(super) fn new(below: impl Fn(usize, f64) -> f64) -> Self {
        let mut masses = vec![0.0; BUCKETS * BINS];
        let mut totals = [0.0; BUCKETS];
        for (bucket, histogram) in masses.chunks_exact_mut(BINS).enumerate() {
            let mut before = 0.0;
            for (bin, mass) in histogram.iter_mut().enumerate() {
                let upto = if bin + 1 == BINS { 1.0 } else { below(bucket, edge(bin + 1)) };
                *mass = (PRIOR_CONTACTS * (upto - before)).max(FLOOR);
                totals[bucket] += *mass;
                before = upto;
            }
        }
        Self { masses, totals }
    }

    /// The distribution of the error at a place between two histograms: cumulative, the last entry 1.
    pub(super) fn law(&self, between: Between) -> [f64; BINS] {
        let [(lower, first), (upper, second)] = between.pair();
        let (a, b) = (first / self.totals[lower], second / self.totals[upper]);
        let mut law = [0.0; BINS];
        let mut sum = 0.0;
        for (bin, below) in law.iter_mut().enumerate() {
            sum += a * self.masses[lower * BINS + bin] + b * self.masses[upper * BINS + bin];
            *below = sum;
        }
        let whole = 1.0 / sum;
        for below in &mut law {
            *below *= whole;
        }
        law[BINS - 1] = 1.0;
        law
    }

    /// An error was seen.
    pub(super) fn learn(&mut self, between: Between, error: f64) {
        let bin = bin(error);
        for (bucket, share) in between.pair() {
            self.fade(bucket, share);
            self.masses[bucket * BINS + bin] += share;
            self.totals[bucket] += share;
        }
    }

    /// An error of at least `least` was seen: its mass goes where the law has it beyond. Returns the mean error beyond.
    pub(super) fn learn_beyond(&mut self, between: Between, least: f64) -> f64 {
        let first = bin(least);
        let law = self.law(between);
        let before = if first == 0 { 0.0 } else { law[first - 1] };
        let each = 1.0 / (1.0 - before);
        let mut mean = 0.0;
        let mut last = before;
        for (bin, below) in law.iter().enumerate().skip(first) {
            mean += (below - last) * each * (edge(bin) + WIDTH / 2.0).max(least);
            last = *below;
        }
        for (bucket, share) in between.pair() {
            self.fade(bucket, share);
            let (mut last, each) = (before, share * each);
            for (bin, below) in law.iter().enumerate().skip(first) {
                self.masses[bucket * BINS + bin] += (below - last) * each;
                last = *below;
            }
            self.totals[bucket] += share;
        }
        mean.max(least)
    }

    fn fade(&mut self, bucket: usize, share: f64) {
        let kept = 1.0 - (1.0 - KEPT) * share;
        // Four sums side by side, as everywhere here: one order of addition, and a short chain.
        let mut sums = [0.0; 4];
        for masses in self.masses[bucket * BINS..(bucket + 1) * BINS].chunks_exact_mut(4) {
            for (mass, sum) in masses.iter_mut().zip(&mut sums) {
                *mass = (*mass * kept).max(FLOOR);
                *sum += *mass;
            }
        }
        self.totals[bucket] = (sums[0] + sums[1]) + (sums[2] + sums[3]);
    }
}

/// Lower edge of a bin.
pub(super) fn edge(bin: usize) -> f64 {
    bin as f64 * WIDTH - REACH
}

fn bin(error: f64) -> usize {
    (((error + REACH) / WIDTH).max(0.0) as usize).min(BINS - 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn flat() -> Residuals {
        Residuals::new(|_, error| (error + REACH) / (2.0 * REACH))
    }

    #[test]
    fn the_law_is_what_was_seen() {
        let mut residuals = flat();
        let place = Between::of(3.0);
        for i in 0..5000 {
            residuals.learn(place, if i % 4 == 0 { 1.0 } else { -1.0 });
        }
        let law = residuals.law(place);
        let middle = law[BINS / 2];
        assert!((middle - 0.75).abs() < 0.01, "{middle}");
        assert!(law.windows(2).all(|pair| pair[0] < pair[1]), "it rises without a gap");
    }

    #[test]
    fn what_is_censored_goes_beyond() {
        let mut residuals = flat();
        let place = Between::of(3.0);
        let mean = residuals.learn_beyond(place, 2.0);
        assert!((mean - 2.5).abs() < 0.02, "{mean}");
        let law = residuals.law(place);
        let (before, at_start) = (law[bin(2.0) - 1], 5.0 / 6.0);
        assert!(before < at_start - 0.05, "{before}");
    }

    #[test]
    fn totals_stay_the_sum_of_their_bins() {
        let mut residuals = flat();
        for i in 0..20_000 {
            let place = Between::of(f64::from(i % 40));
            if i % 3 == 0 {
                residuals.learn_beyond(place, f64::from(i % 7) / 3.0 - 1.0);
            } else {
                residuals.learn(place, f64::from(i % 11) / 3.0 - 1.5);
            }
        }
        for (histogram, total) in residuals.masses.chunks_exact(BINS).zip(residuals.totals) {
            assert!((histogram.iter().sum::<f64>() / total - 1.0).abs() < 1e-9);
        }
    }
}

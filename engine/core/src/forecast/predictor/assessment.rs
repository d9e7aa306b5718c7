//! How well forecasts came true: the predictor's own record.
//!
//! The forecast that counts is the one made when the contact joined, for `GivenServed`; it is scored when the contact is
//! served. All figures are plain sums, so records of several queues add up.

use serde::{Deserialize, Serialize};

use super::WaitForecast;

/// Levels of the quantiles that are announced and scored.
pub const LEVELS: [f64; 7] = [0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95];

/// Parts of [0, 1] in which announced probabilities are compared with what came true.
const PARTS: usize = 10;

/// What was told when a contact joined.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Told {
    mean: f64,
    quantiles: [f64; LEVELS.len()],
    horizons: [f64; 4],
    within: [f64; 4],
}

impl Told {
    pub(super) fn of(forecast: &WaitForecast, horizons: &[f64; 4]) -> Self {
        Self {
            mean: forecast.mean(),
            quantiles: LEVELS.map(|level| forecast.quantile_of(level)),
            horizons: *horizons,
            within: horizons.map(|horizon| forecast.cdf_of(horizon)),
        }
    }
}

/// Forecasts of P(wait ≤ horizon) against what came true.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct HorizonScore {
    /// The horizon in seconds.
    pub horizon: f64,
    /// Sum of squared differences between the probability and what came true (0 or 1).
    pub squared: f64,
    /// By the announced probability: tenths of [0, 1].
    pub bins: [CalibrationBin; PARTS],
}

/// Announced probabilities near one value, and how often it came true.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct CalibrationBin {
    /// Forecasts.
    pub count: u64,
    /// Sum of the announced probabilities.
    pub announced: f64,
    /// How often the wait was within the horizon.
    pub came_true: u64,
}

impl HorizonScore {
    /// Mean squared difference (Brier score), in `[0, 1]`; `None` before the first forecast.
    pub fn brier(&self) -> Option<f64> {
        let count = self.bins.iter().map(|bin| bin.count).sum();
        mean(self.squared, count)
    }

    /// Mean difference between announced probability and share that came true, over the tenths, by their number.
    pub fn calibration_error(&self) -> Option<f64> {
        let count = self.bins.iter().map(|bin| bin.count).sum();
        let off = |bin: &CalibrationBin| (bin.announced - bin.came_true as f64).abs();
        mean(self.bins.iter().map(off).sum(), count)
    }
}

/// The record of one queue.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Assessment {
    /// Contacts scored.
    pub count: u64,
    /// Sum of mean forecast − wait, in seconds.
    pub error: f64,
    /// Sum of |mean forecast − wait|.
    pub absolute: f64,
    /// Sum of (mean forecast − wait)².
    pub squared: f64,
    /// Sum of the pinball loss at each of [`LEVELS`].
    pub pinball: [f64; LEVELS.len()],
    /// How often the wait was at or below the quantile, at each of [`LEVELS`].
    pub below: [u64; LEVELS.len()],
    /// P(wait ≤ horizon), by horizon.
    pub horizons: [HorizonScore; 4],
}

impl Assessment {
    pub(super) fn observe(&mut self, told: &Told, wait: f64) {
        self.count += 1;
        let error = told.mean - wait;
        self.error += error;
        self.absolute += error.abs();
        self.squared += error * error;
        for (k, (level, quantile)) in LEVELS.iter().zip(told.quantiles).enumerate() {
            let off = wait - quantile;
            self.pinball[k] += (level * off).max((level - 1.0) * off);
            self.below[k] += u64::from(off <= 0.0);
        }
        for (k, score) in self.horizons.iter_mut().enumerate() {
            let (horizon, announced) = (told.horizons[k], told.within[k]);
            let came_true = wait <= horizon;
            score.horizon = horizon;
            score.squared += (announced - f64::from(u8::from(came_true))).powi(2);
            let bin = &mut score.bins[((announced * PARTS as f64) as usize).min(PARTS - 1)];
            bin.count += 1;
            bin.announced += announced;
            bin.came_true += u64::from(came_true);
        }
    }

    /// Mean of mean forecast − wait, in seconds: above zero, waits were shorter than told.
    pub fn bias(&self) -> Option<f64> {
        mean(self.error, self.count)
    }

    /// Mean absolute error of the mean forecast, in seconds.
    pub fn mean_absolute_error(&self) -> Option<f64> {
        mean(self.absolute, self.count)
    }

    /// Root of the mean squared error of the mean forecast, in seconds.
    pub fn root_mean_square_error(&self) -> Option<f64> {
        mean(self.squared, self.count).map(f64::sqrt)
    }

    /// Mean pinball loss over all of [`LEVELS`], in seconds.
    pub fn mean_pinball(&self) -> Option<f64> {
        mean(self.pinball.iter().sum::<f64>() / LEVELS.len() as f64, self.count)
    }

    /// Share of waits at or below the quantile, at each of [`LEVELS`].
    pub fn coverage(&self) -> Option<[f64; LEVELS.len()]> {
        (self.count > 0).then(|| self.below.map(|below| below as f64 / self.count as f64))
    }

    /// Share of waits in the interval from the 10 % to the 90 % quantile: 0.8 where forecasts are right.
    pub fn coverage80(&self) -> Option<f64> {
        self.coverage().map(|below| below[5] - below[1])
    }

    /// Both records together.
    #[must_use]
    pub fn plus(&self, other: &Self) -> Self {
        self.with(other, |one, other| one + other, |one, other| one + other)
    }

    /// What came to this record since an `earlier` state of it.
    #[must_use]
    pub fn since(&self, earlier: &Self) -> Self {
        self.with(earlier, u64::saturating_sub, |one, other| one - other)
    }

    fn with(&self, other: &Self, count: fn(u64, u64) -> u64, sum: fn(f64, f64) -> f64) -> Self {
        let mut both = *self;
        both.count = count(self.count, other.count);
        both.error = sum(self.error, other.error);
        both.absolute = sum(self.absolute, other.absolute);
        both.squared = sum(self.squared, other.squared);
        for k in 0..LEVELS.len() {
            both.pinball[k] = sum(self.pinball[k], other.pinball[k]);
            both.below[k] = count(self.below[k], other.below[k]);
        }
        for (score, more) in both.horizons.iter_mut().zip(&other.horizons) {
            score.horizon = score.horizon.max(more.horizon);
            score.squared = sum(score.squared, more.squared);
            for (bin, more) in score.bins.iter_mut().zip(&more.bins) {
                bin.count = count(bin.count, more.count);
                bin.announced = sum(bin.announced, more.announced);
                bin.came_true = count(bin.came_true, more.came_true);
            }
        }
        both
    }
}

fn mean(sum: f64, count: u64) -> Option<f64> {
    (count > 0).then(|| sum / count as f64)
}

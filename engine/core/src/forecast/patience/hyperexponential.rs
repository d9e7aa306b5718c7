//! Several kinds of customers, each with a patience of its own.

use super::Patience;
use crate::forecast::{ForecastError, checks};

/// A mixture of exponential laws, as where some hang up at the first announcement and others hold on.
#[derive(Clone, Debug, PartialEq)]
pub struct Hyperexponential {
    /// Share and mean of each kind.
    kinds: Vec<(f64, f64)>,
    breaks: Vec<f64>,
}

impl Hyperexponential {
    /// One pair (share, mean in seconds) for each kind of customer, in any order. The shares, each above 0,
    /// are scaled to sum to 1.
    ///
    /// # Errors
    /// [`ForecastError::Empty`], [`ForecastError::NotANumber`], [`ForecastError::OutOfRange`].
    ///
    /// # Examples
    ///
    /// ```
    /// use sunline_core::forecast::patience::{Hyperexponential, Patience};
    /// let law = Hyperexponential::new(&[(0.2, 5.0), (0.8, 300.0)])?;
    /// assert!((law.mean_capped(1e6) - 241.0).abs() < 1e-9);
    /// # Ok::<(), sunline_core::forecast::ForecastError>(())
    /// ```
    pub fn new(kinds: &[(f64, f64)]) -> Result<Self, ForecastError> {
        if kinds.is_empty() {
            return Err(ForecastError::Empty { quantity: "kinds" });
        }
        let mut whole = 0.0;
        let mut breaks = Vec::with_capacity(6 * kinds.len());
        for &(share, mean) in kinds {
            whole += checks::positive("share", share)?;
            checks::positive("mean_patience", mean)?;
            breaks.extend([0.1, 0.7, 2.3, 7.0, 14.0, 23.0].map(|part| part * mean));
        }
        breaks.sort_by(f64::total_cmp);
        Ok(Self { kinds: kinds.iter().map(|&(share, mean)| (share / whole, mean)).collect(), breaks })
    }

    fn sum(&self, of: impl Fn(f64) -> f64) -> f64 {
        self.kinds.iter().map(|&(share, mean)| share * of(mean)).sum()
    }
}

impl Patience for Hyperexponential {
    fn survival(&self, t: f64) -> f64 {
        self.sum(|mean| libm::exp(-t / mean))
    }
    fn mean_capped(&self, t: f64) -> f64 {
        self.sum(|mean| -mean * libm::expm1(-t / mean))
    }
    fn cdf(&self, t: f64) -> f64 {
        self.sum(|mean| -libm::expm1(-t / mean))
    }
    fn mean_between(&self, from: f64, to: f64) -> f64 {
        self.sum(|mean| -mean * libm::exp(-from / mean) * libm::expm1(-(to - from) / mean))
    }
    fn subtracted(&self, _: f64) -> f64 {
        0.0
    }
    fn breaks(&self) -> &[f64] {
        &self.breaks
    }
}

//! Patience without memory: after any wait, the same chance to give up in the next second.

use super::{CUTS, Patience};
use crate::forecast::{ForecastError, checks};

/// Exponential patience, the law of Erlang A.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Exponential {
    rate: f64,
    breaks: [f64; CUTS.len()],
}

impl Exponential {
    /// Patience of `mean` seconds (1e-15 to 1e15).
    ///
    /// # Errors
    /// [`ForecastError::NotANumber`], [`ForecastError::OutOfRange`].
    ///
    /// # Examples
    ///
    /// ```
    /// use sunline_core::forecast::patience::{Exponential, Patience};
    /// assert!((Exponential::with_mean(60.0)?.survival(60.0) - (-1.0_f64).exp()).abs() < 1e-15);
    /// # Ok::<(), sunline_core::forecast::ForecastError>(())
    /// ```
    pub fn with_mean(mean: f64) -> Result<Self, ForecastError> {
        let mean = checks::positive("mean_patience", mean)?;
        Ok(Self { rate: 1.0 / mean, breaks: CUTS.map(|share| -mean * libm::log(share)) })
    }
}

impl Patience for Exponential {
    fn survival(&self, t: f64) -> f64 {
        libm::exp(-self.rate * t)
    }
    fn mean_capped(&self, t: f64) -> f64 {
        self.cdf(t) / self.rate
    }
    fn cdf(&self, t: f64) -> f64 {
        -libm::expm1(-self.rate * t)
    }
    fn mean_between(&self, from: f64, to: f64) -> f64 {
        self.survival(from) * self.mean_capped(to - from)
    }
    fn subtracted(&self, _: f64) -> f64 {
        0.0
    }
    fn time_at_survival(&self, p: f64) -> f64 {
        -libm::log(p) / self.rate
    }
    fn breaks(&self) -> &[f64] {
        &self.breaks
    }
}

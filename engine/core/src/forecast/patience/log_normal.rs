//! Patience with a long tail: its logarithm is normal.

use super::{CUTS, Patience, smooth_breaks};
use crate::forecast::numeric::normal;
use crate::forecast::{ForecastError, checks};

/// Lognormal patience.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct LogNormal {
    median: f64,
    sigma: f64,
    breaks: [f64; CUTS.len()],
}

impl LogNormal {
    /// The law with the median `median` in seconds (1e-15 to 1e15) whose logarithm has standard deviation
    /// `sigma` (0.001 to 5).
    ///
    /// # Errors
    /// [`ForecastError::NotANumber`], [`ForecastError::OutOfRange`].
    ///
    /// # Examples
    ///
    /// ```
    /// use sunline_core::forecast::patience::{LogNormal, Patience};
    /// assert!((LogNormal::new(60.0, 1.0)?.survival(60.0) - 0.5).abs() < 1e-15);
    /// # Ok::<(), sunline_core::forecast::ForecastError>(())
    /// ```
    pub fn new(median: f64, sigma: f64) -> Result<Self, ForecastError> {
        let median = checks::positive("median", median)?;
        let sigma = checks::between("sigma", sigma, 1e-3, 5.0)?;
        let mut law = Self { median, sigma, breaks: [0.0; CUTS.len()] };
        law.breaks = smooth_breaks(&law);
        Ok(law)
    }

    /// The law whose mean is `mean` seconds and whose standard deviation is `cv` times the mean (0.001 to
    /// 1000).
    ///
    /// # Errors
    /// [`ForecastError::NotANumber`], [`ForecastError::OutOfRange`].
    ///
    /// # Examples
    ///
    /// ```
    /// use sunline_core::forecast::patience::{LogNormal, Patience};
    /// assert!((LogNormal::with_mean(90.0, 1.3)?.mean_capped(1e7) - 90.0).abs() < 1e-9);
    /// # Ok::<(), sunline_core::forecast::ForecastError>(())
    /// ```
    pub fn with_mean(mean: f64, cv: f64) -> Result<Self, ForecastError> {
        let mean = checks::positive("mean_patience", mean)?;
        let cv = checks::between("cv", cv, 1e-3, 1e3)?;
        let variance = libm::log1p(cv * cv);
        Self::new(mean * libm::exp(-0.5 * variance), variance.sqrt())
    }

    /// How many standard deviations of the logarithm `t` lies above the median.
    fn score(&self, t: f64) -> f64 {
        libm::log(t / self.median) / self.sigma
    }
}

impl Patience for LogNormal {
    fn survival(&self, t: f64) -> f64 {
        normal::cdf(-self.score(t))
    }
    fn mean_capped(&self, t: f64) -> f64 {
        if t <= 0.0 {
            return 0.0;
        }
        let score = self.score(t);
        let mean = self.median * libm::exp(0.5 * self.sigma * self.sigma);
        t * normal::cdf(-score) + mean * normal::cdf(score - self.sigma)
    }
    fn cdf(&self, t: f64) -> f64 {
        normal::cdf(self.score(t))
    }
    fn breaks(&self) -> &[f64] {
        &self.breaks
    }
}

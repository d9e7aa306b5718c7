//! Patience whose hazard rises or falls with the wait, as a power.

use super::{CUTS, Patience};
use crate::forecast::numeric::gamma;
use crate::forecast::{ForecastError, checks};

/// Weibull patience: survival exp(−(t/scale)^shape). With a shape below 1 those who have waited long are the
/// most patient.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Weibull {
    shape: f64,
    scale: f64,
    mean: f64,
    breaks: [f64; CUTS.len()],
}

impl Weibull {
    /// The law of `shape` (0.1 to 100) and `scale` in seconds (1e-15 to 1e15).
    ///
    /// # Errors
    /// [`ForecastError::NotANumber`], [`ForecastError::OutOfRange`].
    ///
    /// # Examples
    ///
    /// ```
    /// use sunline_core::forecast::patience::{Patience, Weibull};
    /// assert!((Weibull::new(2.0, 60.0)?.survival(60.0) - (-1.0_f64).exp()).abs() < 1e-15);
    /// # Ok::<(), sunline_core::forecast::ForecastError>(())
    /// ```
    pub fn new(shape: f64, scale: f64) -> Result<Self, ForecastError> {
        let shape = checks::between("shape", shape, 0.1, 100.0)?;
        let scale = checks::positive("scale", scale)?;
        let mut law =
            Self { shape, scale, mean: scale * libm::tgamma(1.0 + 1.0 / shape), breaks: [0.0; CUTS.len()] };
        law.breaks = CUTS.map(|share| law.time_at_survival(share));
        Ok(law)
    }

    /// The law of `shape` (0.1 to 100) whose mean is `mean` seconds.
    ///
    /// # Errors
    /// As [`Weibull::new`].
    ///
    /// # Examples
    ///
    /// ```
    /// use sunline_core::forecast::patience::{Patience, Weibull};
    /// assert!((Weibull::with_mean(0.8, 180.0)?.mean_capped(1e7) - 180.0).abs() < 1e-9);
    /// # Ok::<(), sunline_core::forecast::ForecastError>(())
    /// ```
    pub fn with_mean(shape: f64, mean: f64) -> Result<Self, ForecastError> {
        let shape = checks::between("shape", shape, 0.1, 100.0)?;
        let mean = checks::positive("mean_patience", mean)?;
        Self::new(shape, mean / libm::tgamma(1.0 + 1.0 / shape))
    }

    fn hazard_so_far(&self, t: f64) -> f64 {
        libm::pow(t / self.scale, self.shape)
    }
}

impl Patience for Weibull {
    fn survival(&self, t: f64) -> f64 {
        libm::exp(-self.hazard_so_far(t))
    }
    fn mean_capped(&self, t: f64) -> f64 {
        self.mean * gamma::incomplete(1.0 / self.shape, self.hazard_so_far(t)).0
    }
    fn cdf(&self, t: f64) -> f64 {
        -libm::expm1(-self.hazard_so_far(t))
    }
    fn time_at_survival(&self, p: f64) -> f64 {
        self.scale * libm::pow(-libm::log(p), 1.0 / self.shape)
    }
    fn breaks(&self) -> &[f64] {
        &self.breaks
    }
}

//! Patience as a sum of stages.

use super::{CUTS, Patience, smooth_breaks};
use crate::forecast::numeric::gamma::incomplete;
use crate::forecast::{ForecastError, checks};

/// Gamma patience; a whole shape is that many exponential stages (Erlang's law).
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Gamma {
    shape: f64,
    scale: f64,
    breaks: [f64; CUTS.len()],
}

impl Gamma {
    /// The law of `shape` (0.05 to 10,000) and `scale` in seconds (1e-15 to 1e15); its mean is their product.
    ///
    /// # Errors
    /// [`ForecastError::NotANumber`], [`ForecastError::OutOfRange`].
    ///
    /// # Examples
    ///
    /// ```
    /// use sunline_core::forecast::patience::{Gamma, Patience};
    /// assert!((Gamma::new(1.0, 60.0)?.survival(60.0) - (-1.0_f64).exp()).abs() < 1e-14);
    /// # Ok::<(), sunline_core::forecast::ForecastError>(())
    /// ```
    pub fn new(shape: f64, scale: f64) -> Result<Self, ForecastError> {
        let shape = checks::between("shape", shape, 0.05, 10_000.0)?;
        let scale = checks::positive("scale", scale)?;
        let mut law = Self { shape, scale, breaks: [0.0; CUTS.len()] };
        law.breaks = smooth_breaks(&law);
        Ok(law)
    }

    /// The law whose mean is `mean` seconds and whose standard deviation is `cv` times the mean (0.01 to
    /// 4.4).
    ///
    /// # Errors
    /// [`ForecastError::NotANumber`], [`ForecastError::OutOfRange`].
    ///
    /// # Examples
    ///
    /// ```
    /// use sunline_core::forecast::patience::{Gamma, Patience};
    /// assert!((Gamma::with_mean(45.0, 0.6)?.mean_capped(1e5) - 45.0).abs() < 1e-9);
    /// # Ok::<(), sunline_core::forecast::ForecastError>(())
    /// ```
    pub fn with_mean(mean: f64, cv: f64) -> Result<Self, ForecastError> {
        let mean = checks::positive("mean_patience", mean)?;
        let cv = checks::between("cv", cv, 0.01, 4.4)?;
        Self::new(1.0 / (cv * cv), mean * cv * cv)
    }
}

impl Patience for Gamma {
    fn survival(&self, t: f64) -> f64 {
        incomplete(self.shape, t / self.scale).1
    }
    fn mean_capped(&self, t: f64) -> f64 {
        let x = t / self.scale;
        self.scale * (x * incomplete(self.shape, x).1 + self.shape * incomplete(self.shape + 1.0, x).0)
    }
    fn cdf(&self, t: f64) -> f64 {
        incomplete(self.shape, t / self.scale).0
    }
    fn breaks(&self) -> &[f64] {
        &self.breaks
    }
}

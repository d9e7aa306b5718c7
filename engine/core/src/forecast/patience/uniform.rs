//! Patience spread evenly between two bounds.

use super::Patience;
use crate::forecast::{ForecastError, checks};

/// Patience spread evenly over an interval.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Uniform {
    bounds: [f64; 2],
}

impl Uniform {
    /// Patience between `least` and `most` seconds; `0 ≤ least < most ≤ 1e15`, and the interval at least 1e-9
    /// of `most`.
    ///
    /// # Errors
    /// [`ForecastError::NotANumber`], [`ForecastError::OutOfRange`].
    ///
    /// # Examples
    ///
    /// ```
    /// use sunline_core::forecast::patience::{Patience, Uniform};
    /// assert_eq!(Uniform::new(0.0, 120.0)?.survival(90.0), 0.25);
    /// # Ok::<(), sunline_core::forecast::ForecastError>(())
    /// ```
    pub fn new(least: f64, most: f64) -> Result<Self, ForecastError> {
        let most = checks::positive("most", most)?;
        let least = checks::between("least", least, 0.0, most * (1.0 - 1e-9))?;
        Ok(Self { bounds: [least, most] })
    }

    fn width(&self) -> f64 {
        self.bounds[1] - self.bounds[0]
    }
}

impl Patience for Uniform {
    fn survival(&self, t: f64) -> f64 {
        ((self.bounds[1] - t) / self.width()).clamp(0.0, 1.0)
    }
    fn mean_capped(&self, t: f64) -> f64 {
        self.mean_between(0.0, t)
    }
    fn cdf(&self, t: f64) -> f64 {
        ((t - self.bounds[0]) / self.width()).clamp(0.0, 1.0)
    }
    fn mean_between(&self, from: f64, to: f64) -> f64 {
        let [least, most] = self.bounds;
        let flat = (to.min(least) - from).max(0.0);
        let (a, b) = (from.clamp(least, most), to.clamp(least, most));
        flat + 0.5 * (b - a) * (self.survival(a) + self.survival(b))
    }
    fn subtracted(&self, _: f64) -> f64 {
        0.0
    }
    fn time_at_survival(&self, p: f64) -> f64 {
        self.bounds[1] - p * self.width()
    }
    fn breaks(&self) -> &[f64] {
        &self.bounds
    }
}

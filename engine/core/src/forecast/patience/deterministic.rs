//! Everyone gives up after the same time, as where a queue has a longest wait.

use super::Patience;
use crate::forecast::{ForecastError, checks};

/// Patience that is the same for all.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Deterministic {
    value: f64,
}

impl Deterministic {
    /// Patience of exactly `value` seconds (1e-15 to 1e15).
    ///
    /// # Errors
    /// [`ForecastError::NotANumber`], [`ForecastError::OutOfRange`].
    ///
    /// # Examples
    ///
    /// ```
    /// use sunline_core::forecast::patience::{Deterministic, Patience};
    /// let law = Deterministic::new(60.0)?;
    /// assert_eq!((law.survival(59.0), law.survival(60.0)), (1.0, 0.0));
    /// # Ok::<(), sunline_core::forecast::ForecastError>(())
    /// ```
    pub fn new(value: f64) -> Result<Self, ForecastError> {
        Ok(Self { value: checks::positive("patience", value)? })
    }
}

impl Patience for Deterministic {
    fn survival(&self, t: f64) -> f64 {
        if t < self.value { 1.0 } else { 0.0 }
    }
    fn mean_capped(&self, t: f64) -> f64 {
        t.min(self.value)
    }
    fn mean_between(&self, from: f64, to: f64) -> f64 {
        if to <= self.value { to - from } else { (self.value - from).max(0.0) }
    }
    fn subtracted(&self, _: f64) -> f64 {
        0.0
    }
    fn time_at_survival(&self, _: f64) -> f64 {
        self.value
    }
    fn breaks(&self) -> &[f64] {
        core::slice::from_ref(&self.value)
    }
}

//! One agent, classes with priorities, any law of the handle time (M/G/1, Cobham).

use super::{ForecastError, checks};

/// One class of contacts for a single agent.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct CobhamClass {
    /// Contacts per second, 0 to 1e15.
    pub arrival_rate: f64,
    /// Mean handle time in seconds, 1e-15 to 1e15.
    pub mean_handle_time: f64,
    /// Standard deviation of the handle time over its mean, 0 to 1000: 0 always the same, 1 exponential.
    pub cv: f64,
}

/// Mean wait in seconds of class `k` (counted from 0, the first in rank) before one agent: nobody's service
/// is broken off, nobody gives up, first come first served inside a class.
///
/// `classes` are in order of rank, the first in rank first.
///
/// # Errors
/// [`ForecastError::Overloaded`] when the load of all classes is not below 1; [`ForecastError::NoSuch`]
/// beyond the last class; [`ForecastError::Empty`], [`ForecastError::NotANumber`],
/// [`ForecastError::OutOfRange`].
///
/// # Source
/// A. Cobham, "Priority assignment in waiting line problems", Operations Research 2(1), 1954.
///
/// # Examples
///
/// ```
/// use sunline_core::forecast::{CobhamClass, cobham_mean_wait};
/// let short = CobhamClass { arrival_rate: 0.2, mean_handle_time: 1.0, cv: 1.0 };
/// let long = CobhamClass { arrival_rate: 0.3, mean_handle_time: 2.0, cv: 0.5 };
/// assert!((cobham_mean_wait(&[short, long], 0)? - 1.1875).abs() < 1e-12);
/// assert!((cobham_mean_wait(&[short, long], 1)? - 5.9375).abs() < 1e-12);
/// # Ok::<(), sunline_core::forecast::ForecastError>(())
/// ```
pub fn cobham_mean_wait(classes: &[CobhamClass], k: usize) -> Result<f64, ForecastError> {
    if classes.is_empty() {
        return Err(ForecastError::Empty { quantity: "classes" });
    }
    if k >= classes.len() {
        return Err(ForecastError::NoSuch { quantity: "class", index: k, count: classes.len() });
    }
    let (mut load, mut above, mut with_own, mut residual) = (0.0, 0.0, 0.0, 0.0);
    for (i, class) in classes.iter().enumerate() {
        let rate = checks::at_least_zero("arrival_rate", class.arrival_rate)?;
        let mean = checks::positive("mean_handle_time", class.mean_handle_time)?;
        let cv = checks::between("cv", class.cv, 0.0, 1000.0)?;
        let own = checks::at_least_zero("offered_load", rate * mean)?;
        load += own;
        residual += 0.5 * own * mean * (1.0 + cv * cv);
        if i < k {
            above = load;
        }
        if i == k {
            with_own = load;
        }
    }
    if load >= 1.0 {
        return Err(ForecastError::Overloaded { offered_load: load, agents: 1.0 });
    }
    Ok(residual / ((1.0 - above) * (1.0 - with_own)))
}

//! What each argument may be. Every public formula asks here first, so that none meets a NaN later.

use super::ForecastError;

/// The least rate (per second) and the shortest mean time (seconds) that are taken.
pub(super) const LEAST: f64 = 1e-15;
/// The greatest rate, time or load that is taken.
pub(super) const MOST: f64 = 1e15;

fn within(quantity: &'static str, value: f64, least: f64, most: f64) -> Result<f64, ForecastError> {
    if value.is_nan() {
        Err(ForecastError::NotANumber { quantity })
    } else if value < least || value > most {
        Err(ForecastError::OutOfRange { quantity, value, least, most })
    } else {
        Ok(value)
    }
}

/// A rate or a mean that must not vanish: between 1e-15 and 1e15.
pub(super) fn positive(quantity: &'static str, value: f64) -> Result<f64, ForecastError> {
    within(quantity, value, LEAST, MOST)
}

/// A time, a load or an arrival rate that may be zero: between 0 and 1e15.
pub(super) fn at_least_zero(quantity: &'static str, value: f64) -> Result<f64, ForecastError> {
    within(quantity, value, 0.0, MOST).map(f64::abs)
}

/// A rate of giving up: zero, or between 1e-15 and 1e15.
pub(super) fn rate_or_zero(quantity: &'static str, value: f64) -> Result<f64, ForecastError> {
    if value == 0.0 { Ok(0.0) } else { positive(quantity, value) }
}

/// A number in a range of its own.
pub(super) fn between(
    quantity: &'static str,
    value: f64,
    least: f64,
    most: f64,
) -> Result<f64, ForecastError> {
    within(quantity, value, least, most)
}

/// A probability or share strictly between 0 and 1.
pub(super) fn share(quantity: &'static str, value: f64) -> Result<f64, ForecastError> {
    within(quantity, value, f64::MIN_POSITIVE, 1.0 - f64::EPSILON / 2.0)
}

/// Agents on shift, at least one, as a real number.
pub(super) fn agents(agents: u32) -> Result<f64, ForecastError> {
    if agents == 0 { Err(ForecastError::NoAgents) } else { Ok(f64::from(agents)) }
}

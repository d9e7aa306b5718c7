//! What was told to a customer, and what may be told next.

use serde::{Deserialize, Serialize};

use super::WaitForecast;
use super::assessment::LEVELS;

/// Figures told to a waiting contact. While nothing happens in its pool, no later figure is greater: hope is not taken
/// back without a reason.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Announced {
    /// Mean remaining wait in seconds.
    pub mean: f64,
    /// Quantiles of the remaining wait in seconds, at [`LEVELS`].
    pub quantiles: [f64; LEVELS.len()],
    /// The facts of the pool it rests on.
    facts: u64,
}

impl Announced {
    pub(super) fn of(forecast: &WaitForecast, facts: u64, last: Option<&Self>) -> Self {
        let mut told =
            Self { mean: forecast.mean(), quantiles: LEVELS.map(|level| forecast.quantile_of(level)), facts };
        if let Some(last) = last.filter(|last| last.facts == facts) {
            told.mean = told.mean.min(last.mean);
            for (quantile, before) in told.quantiles.iter_mut().zip(last.quantiles) {
                *quantile = quantile.min(before);
            }
        }
        told
    }
}

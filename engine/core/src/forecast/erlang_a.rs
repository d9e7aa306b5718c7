//! Erlang A: contacts give up after an exponential patience, so any load has a steady state.
//!
//! Two routes to the same figures: a sum over the number ahead of an arrival where few numbers count, and the
//! integral of general patience where many do. What one contact should expect, given the number ahead of it,
//! is in [`BaseLaw`](super::BaseLaw).

use super::patience::Exponential;
use super::{
    FiniteRoomQueue, ForecastError, ImpatientQueue, ServiceLevel, SteadyState, Traffic, WaitingLine, checks,
    general_patience,
};

/// Up to here a sum over the numbers ahead is cheaper than an integral.
const MOST_SUMMED: u32 = 4_000;

/// The queue of `agents` (at least 1) under `traffic` whose contacts give up after an exponential time of
/// `mean_patience` seconds (1e-15 to 1e15): Erlang A, M/M/c+M.
///
/// Any load will do. As `mean_patience` grows the figures tend to those of [`DelayQueue`](super::DelayQueue),
/// where that has any. Exact to about 1e-12; tails below 1e-12 of `p_wait` lose digits.
///
/// # Errors
/// [`ForecastError::NoAgents`], [`ForecastError::NotANumber`], [`ForecastError::OutOfRange`], also where more
/// than 1e9 contacts may come within one wait.
///
/// # Source
/// C. Palm, 1957; Garnett, Mandelbaum and Reiman, "Designing a call center with impatient customers", M&SOM
/// 4(3), 2002.
///
/// # Examples
/// Thirty agents for thirty erlangs: 58 % wait and 6 % of all give up.
///
/// ```
/// use sunline_core::forecast::{Traffic, WaitingLine, erlang_a};
/// let queue = erlang_a(30, Traffic::new(10.0 / 60.0, 180.0)?, 300.0)?;
/// assert!((queue.figures().p_wait - 0.58444).abs() < 5e-6);
/// assert!((queue.figures().p_abandon - 0.06345).abs() < 5e-6);
/// # Ok::<(), sunline_core::forecast::ForecastError>(())
/// ```
pub fn erlang_a(agents: u32, traffic: Traffic, mean_patience: f64) -> Result<ErlangAQueue, ForecastError> {
    let theta = 1.0 / checks::positive("mean_patience", mean_patience)?;
    if let Some(queue) = FiniteRoomQueue::endless(agents, traffic, theta, MOST_SUMMED)? {
        return Ok(ErlangAQueue { route: Route::Sum(queue) });
    }
    let queue = general_patience(agents, traffic, Exponential::with_mean(mean_patience)?)?;
    Ok(ErlangAQueue { route: Route::Integral(queue) })
}

/// The queue of Erlang A; made by [`erlang_a`].
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ErlangAQueue {
    route: Route,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Route {
    Sum(FiniteRoomQueue),
    Integral(ImpatientQueue<Exponential>),
}

impl WaitingLine for ErlangAQueue {
    fn figures(&self) -> &SteadyState {
        match &self.route {
            Route::Sum(queue) => queue.figures(),
            Route::Integral(queue) => queue.figures(),
        }
    }

    fn service_level(&self, threshold: f64) -> Result<ServiceLevel, ForecastError> {
        match &self.route {
            Route::Sum(queue) => queue.service_level(threshold),
            Route::Integral(queue) => queue.service_level(threshold),
        }
    }

    fn virtual_wait_quantile(&self, p: f64) -> Result<f64, ForecastError> {
        match &self.route {
            Route::Sum(queue) => queue.virtual_wait_quantile(p),
            Route::Integral(queue) => queue.virtual_wait_quantile(p),
        }
    }
}

//! Laws of chance as a scenario says them: durations, and when contacts arrive.

use pyo3::prelude::*;
use sunline_core::time::{Span, Timestamp};
use sunline_sim::arrivals::{Busyness, Segment};
use sunline_sim::distribution::Branch;

use crate::columns;
use crate::errors::Refusal;

/// The law of a random duration; lengths in seconds.
#[pyclass(frozen, module = "sunline._native")]
#[derive(Clone)]
pub(crate) struct Distribution(pub(crate) sunline_sim::Distribution);

#[pymethods]
impl Distribution {
    #[staticmethod]
    #[pyo3(signature = (value_s, /))]
    fn deterministic(value_s: f64) -> Self {
        Self(sunline_sim::Distribution::Deterministic { value_s })
    }

    #[staticmethod]
    #[pyo3(signature = (mean_s, /))]
    fn exponential(mean_s: f64) -> Self {
        Self(sunline_sim::Distribution::Exponential { mean_s })
    }

    #[staticmethod]
    #[pyo3(signature = (mean_s, cv, /))]
    fn lognormal(mean_s: f64, cv: f64) -> Self {
        Self(sunline_sim::Distribution::Lognormal { mean_s, cv })
    }

    #[staticmethod]
    #[pyo3(signature = (mean_s, cv, /))]
    fn gamma(mean_s: f64, cv: f64) -> Self {
        Self(sunline_sim::Distribution::Gamma { mean_s, cv })
    }

    #[staticmethod]
    #[pyo3(signature = (shape, scale_s, /))]
    fn weibull(shape: f64, scale_s: f64) -> Self {
        Self(sunline_sim::Distribution::Weibull { shape, scale_s })
    }

    #[staticmethod]
    #[pyo3(signature = (phases, mean_s, /))]
    fn erlang(phases: u32, mean_s: f64) -> Self {
        Self(sunline_sim::Distribution::Erlang { phases, mean_s })
    }

    #[staticmethod]
    #[pyo3(signature = (low_s, high_s, /))]
    fn uniform(low_s: f64, high_s: f64) -> Self {
        Self(sunline_sim::Distribution::Uniform { low_s, high_s })
    }

    #[staticmethod]
    #[pyo3(signature = (branches, /))]
    fn hyperexponential(branches: Vec<(f64, f64)>) -> Self {
        let branch = |(probability, mean_s)| Branch { probability, mean_s };
        Self(sunline_sim::Distribution::Hyperexponential {
            branches: branches.into_iter().map(branch).collect(),
        })
    }

    #[staticmethod]
    #[pyo3(signature = (samples_s, interpolate, /))]
    fn empirical(samples_s: &Bound<'_, PyAny>, interpolate: bool) -> PyResult<Self> {
        let samples_s = columns::real(samples_s)?;
        Ok(Self(sunline_sim::Distribution::Empirical { samples_s, interpolate }))
    }

    /// Refuses the first parameter that cannot be meant.
    fn check(&self) -> Result<(), Refusal> {
        Ok(self.0.sampler().map(|_| ())?)
    }

    /// Mean and variance, in seconds and square seconds.
    fn moments(&self) -> Result<(f64, f64), Refusal> {
        self.check()?;
        Ok((self.0.mean_s(), self.0.variance_s2()))
    }
}

/// When the contacts of a stream arrive; instants in nanoseconds since 1970.
#[pyclass(frozen, module = "sunline._native")]
#[derive(Clone)]
pub(crate) struct Arrivals(pub(crate) sunline_sim::Arrivals);

#[pymethods]
impl Arrivals {
    #[staticmethod]
    #[pyo3(signature = (rate_per_hour, /))]
    fn poisson(rate_per_hour: f64) -> Self {
        Self(sunline_sim::Arrivals::Poisson { rate_per_hour })
    }

    #[staticmethod]
    #[pyo3(signature = (segments, busyness, /))]
    fn piecewise(segments: Vec<(i64, i64, f64)>, busyness: Option<(f64, i64)>) -> Self {
        let segment = |(from, until, rate_per_hour)| Segment {
            from: Timestamp::from_nanos(from),
            until: Timestamp::from_nanos(until),
            rate_per_hour,
        };
        let busyness = busyness.map(|(cv, period)| Busyness { cv, period: Span::from_nanos(period) });
        Self(sunline_sim::Arrivals::Piecewise {
            segments: segments.into_iter().map(segment).collect(),
            busyness,
        })
    }

    #[staticmethod]
    #[pyo3(signature = (instants_ns, /))]
    fn trace(instants_ns: &Bound<'_, PyAny>) -> PyResult<Self> {
        Ok(Self(sunline_sim::Arrivals::Trace { instants: columns::instants(instants_ns)? }))
    }

    /// Refuses the first parameter that cannot be meant.
    fn check(&self) -> Result<(), Refusal> {
        Ok(self.0.ready().map(|_| ())?)
    }
}

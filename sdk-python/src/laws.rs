//! Laws of chance as a scenario says them: durations, and when contacts arrive; and draws from the streams of the
//! simulator, for traffic that is made in Python.

use pyo3::prelude::*;
use pyo3::types::PyBytes;
use sunline_core::hours::Interval;
use sunline_core::time::{Span, Timestamp};
use sunline_sim::arrivals::{Busyness, Segment};
use sunline_sim::distribution::Branch;
use sunline_sim::random::{Chance, Purpose};

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

    /// The lengths that the first `count` contacts of a stream would have, in ns in native byte order; `purpose` is
    /// `service` or `patience`.
    #[pyo3(signature = (seed, replication, purpose, group, count, /))]
    fn draws<'py>(
        &self,
        py: Python<'py>,
        seed: u64,
        replication: u64,
        purpose: &str,
        group: u64,
        count: u64,
    ) -> PyResult<Bound<'py, PyBytes>> {
        let law = self.0.sampler().map_err(Refusal::from)?;
        let family = Chance::new(seed, replication).family(named(purpose), group);
        Ok(whole(py, (0..count).map(|contact| law.sample(&mut family.stream(contact)).as_nanos())))
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

    /// When the contacts of a stream would arrive between two instants, in ns in native byte order.
    #[pyo3(signature = (start_ns, end_ns, seed, replication, group, /))]
    fn draws<'py>(
        &self,
        py: Python<'py>,
        start_ns: i64,
        end_ns: i64,
        seed: u64,
        replication: u64,
        group: u64,
    ) -> PyResult<Bound<'py, PyBytes>> {
        let window = Interval { from: Timestamp::from_nanos(start_ns), until: Timestamp::from_nanos(end_ns) };
        let ready = self.0.ready().map_err(Refusal::from)?;
        let instants = ready.instants(window, Chance::new(seed, replication), group);
        Ok(whole(py, instants.map(Timestamp::as_nanos)))
    }
}

/// Numbers in `[0, 1)`, the first of each of the streams of the first `count` entities; in native byte order.
#[pyfunction]
#[pyo3(signature = (seed, replication, purpose, group, count, /))]
pub(crate) fn uniforms<'py>(
    py: Python<'py>,
    seed: u64,
    replication: u64,
    purpose: &str,
    group: u64,
    count: u64,
) -> Bound<'py, PyBytes> {
    let family = Chance::new(seed, replication).family(named(purpose), group);
    let bytes: Vec<u8> =
        (0..count).flat_map(|entity| family.stream(entity).uniform().to_ne_bytes()).collect();
    PyBytes::new(py, &bytes)
}

fn named(purpose: &str) -> Purpose {
    match purpose {
        "service" => Purpose::Service,
        "patience" => Purpose::Patience,
        "busyness" => Purpose::Busyness,
        "journey" => Purpose::Journey,
        "attendance" => Purpose::Attendance,
        _ => Purpose::Study,
    }
}

fn whole(py: Python<'_>, values: impl Iterator<Item = i64>) -> Bound<'_, PyBytes> {
    let bytes: Vec<u8> = values.flat_map(i64::to_ne_bytes).collect();
    PyBytes::new(py, &bytes)
}

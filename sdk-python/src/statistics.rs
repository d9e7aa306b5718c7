//! How sure a mean over replications is.

use pyo3::prelude::*;
use sunline_sim::statistics::{self, Replications};

use crate::errors::Refusal;

/// Mean, standard error and degrees of freedom of a list of independent values.
#[pyfunction]
#[pyo3(signature = (values, /))]
pub(crate) fn estimate(values: Vec<f64>) -> Result<(f64, f64, u64), Refusal> {
    let estimate = values.into_iter().collect::<Replications>().estimate()?;
    Ok((estimate.mean, estimate.standard_error, estimate.degrees_of_freedom))
}

/// Two-sided quantile of Student's t distribution.
#[pyfunction]
#[pyo3(signature = (level, degrees_of_freedom, /))]
pub(crate) fn student_t(level: f64, degrees_of_freedom: u64) -> Result<f64, Refusal> {
    Ok(statistics::student_t(level, degrees_of_freedom)?)
}

/// How many replications an interval of this half-width is likely to need.
#[pyfunction]
#[pyo3(signature = (values, half_width, level, /))]
pub(crate) fn needed(values: Vec<f64>, half_width: f64, level: f64) -> Result<u64, Refusal> {
    Ok(values.into_iter().collect::<Replications>().needed(half_width, level)?)
}

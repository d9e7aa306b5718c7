//! Columns of numbers that come from Python: anything with a buffer of 64-bit integers or floats.

use pyo3::buffer::PyBuffer;
use pyo3::prelude::*;
use sunline_core::time::{Span, Timestamp};

/// Stands for "none" in a column of nanoseconds, as in numpy's NaT.
pub(crate) const NONE_NS: i64 = i64::MIN;

pub(crate) fn whole(values: &Bound<'_, PyAny>) -> PyResult<Vec<i64>> {
    if values.len()? == 0 {
        // Where nothing lies, it need not be aligned.
        return Ok(Vec::new());
    }
    PyBuffer::<i64>::get(values)?.to_vec(values.py())
}

pub(crate) fn real(values: &Bound<'_, PyAny>) -> PyResult<Vec<f64>> {
    if values.len()? == 0 {
        return Ok(Vec::new());
    }
    PyBuffer::<f64>::get(values)?.to_vec(values.py())
}

pub(crate) fn instants(values: &Bound<'_, PyAny>) -> PyResult<Vec<Timestamp>> {
    Ok(whole(values)?.into_iter().map(Timestamp::from_nanos).collect())
}

/// A length of time, where there is one.
pub(crate) fn span(ns: i64) -> Option<Span> {
    (ns != NONE_NS).then_some(Span::from_nanos(ns))
}

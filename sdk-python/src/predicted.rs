//! Predicted waits: a law to be asked, or the reason why there is none.

use pyo3::IntoPyObjectExt;
use pyo3::prelude::*;
use sunline_core::{IntervalForecast, NoForecast, PredictedWait as Predicted, Span};

use crate::errors::Refusal;

/// The predicted wait of one contact.
#[pyclass(frozen, module = "sunline._native")]
pub(crate) struct PredictedWait(Predicted);

/// What was predicted, as a law or as the code of the reason.
pub(crate) fn answer(py: Python<'_>, wait: Result<Predicted, NoForecast>) -> PyResult<Py<PyAny>> {
    known(wait)?.map_or_else(|code| code.into_py_any(py), |wait| PredictedWait(wait).into_py_any(py))
}

/// From, until, in time, counted, waiting, to come, expected, low, high; or the code of the reason.
pub(crate) fn interval(
    py: Python<'_>,
    forecast: Result<IntervalForecast, NoForecast>,
) -> PyResult<Py<PyAny>> {
    let tuple = |level: IntervalForecast| {
        let IntervalForecast { from, until, in_time, counted, waiting, to_come, expected, low, high } = level;
        (from.as_nanos(), until.as_nanos(), in_time, counted, waiting, (to_come, expected, low, high))
    };
    known(forecast)?.map_or_else(|code| code.into_py_any(py), |level| tuple(level).into_py_any(py))
}

/// What is known, or the code of the reason why it is not; or a refusal, where it cannot be asked.
fn known<T>(answer: Result<T, NoForecast>) -> Result<Result<T, &'static str>, Refusal> {
    match answer {
        Ok(known) => Ok(Ok(known)),
        Err(NoForecast::Unknown(reason)) => Ok(Err(reason.code())),
        Err(error) => {
            let refusal = Refusal::new("PredictionRefused", error.code(), &error);
            Err(match error {
                NoForecast::NotWaiting { contact } => refusal.with("contact", contact.to_string()),
                _ => refusal,
            })
        }
    }
}

#[pymethods]
impl PredictedWait {
    #[getter]
    fn position(&self) -> u32 {
        self.0.position
    }

    #[getter]
    fn mean_s(&self) -> f64 {
        self.0.mean()
    }

    #[getter]
    fn p_meets_target(&self) -> f64 {
        self.0.p_meets_target()
    }

    #[getter]
    fn p_breach(&self) -> f64 {
        self.0.p_breach()
    }

    #[getter]
    fn p_closes_first(&self) -> f64 {
        self.0.p_closes_first()
    }

    #[getter]
    fn starts_in_ns(&self) -> i64 {
        self.0.starts_in.as_nanos()
    }

    #[getter]
    fn p_abandons(&self) -> f64 {
        self.0.law.p_abandons()
    }

    #[pyo3(signature = (q, /))]
    fn quantile_s(&self, q: f64) -> Result<f64, Refusal> {
        Ok(self.0.quantile(q)?)
    }

    #[pyo3(signature = (t_ns, /))]
    fn p_within(&self, t_ns: i64) -> Result<f64, Refusal> {
        Ok(self.0.p_within(Span::from_nanos(t_ns).as_secs_f64())?)
    }
}

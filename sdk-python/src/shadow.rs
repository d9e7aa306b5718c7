//! A version of the configuration that decides beside the one in force, and does nothing.

use std::sync::{Mutex, PoisonError};

use pyo3::prelude::*;
use sunline_core::{Difference, Instead, ShadowCounts, ShadowReport};
use sunline_runtime::ShadowHandle;

use crate::engine::id;

/// Same, other, nobody, sooner, not compared.
type Counts = [u64; 5];
/// Event, instant, queue, contact, whom the version in force asked; the agent or the contact instead.
type Differs = (u64, i64, u16, String, Option<u32>, (Option<u32>, Option<String>));
/// Last event heard, counts by queue, differences, where another version came into force.
type Report = (u64, Vec<Counts>, Vec<Differs>, Option<u64>);

/// A version that runs beside an engine, until it is stopped or forgotten.
#[pyclass(frozen, module = "sunline._native")]
pub(crate) struct Shadow(Mutex<(Option<ShadowHandle>, Report, Option<String>)>);

impl Shadow {
    pub(crate) fn new(handle: ShadowHandle) -> Self {
        let report = report_tuple(&handle.report());
        Self(Mutex::new((Some(handle), report, None)))
    }
}

#[pymethods]
impl Shadow {
    /// What it has seen so far, and why it follows no more where it could not.
    fn report(&self) -> (Report, Option<String>) {
        let mut held = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(handle) = &held.0 {
            let now = (report_tuple(&handle.report()), handle.failure().map(str::to_owned));
            (held.1, held.2) = now;
        }
        (held.1.clone(), held.2.clone())
    }

    /// Ends it; what it has seen stays readable.
    fn stop(&self) {
        self.report();
        self.0.lock().unwrap_or_else(PoisonError::into_inner).0 = None;
    }
}

fn report_tuple(report: &ShadowReport) -> Report {
    let differences = report.differences.iter().map(difference_tuple).collect();
    let queues = report.queues.iter().map(counts).collect();
    (report.seq.0, queues, differences, report.ended.map(|seq| seq.0))
}

fn counts(of: &ShadowCounts) -> Counts {
    [of.same, of.other, of.nobody, of.sooner, of.not_compared]
}

fn difference_tuple(it: &Difference) -> Differs {
    let instead = match it.instead {
        Instead::Asked(agent) => (Some(agent.0), None),
        Instead::Given(contact) => (None, Some(id(&contact))),
        _ => (None, None),
    };
    (it.seq.0, it.at.as_nanos(), it.queue.0, id(&it.contact), it.agent.map(|agent| agent.0), instead)
}

//! A table of hours, shared with the engine as it is.

use std::sync::Arc;

use pyo3::prelude::*;
use sunline_core::hours::{Due, Interval};
use sunline_core::{Span, Timestamp, hours};

use super::instant;
use crate::engine::{until, word};
use crate::errors::Refusal;

/// UTC intervals up to a horizon.
#[pyclass(frozen, eq, hash, from_py_object, module = "sunline._native")]
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct HoursTable(pub(crate) Arc<hours::HoursTable>);

impl From<hours::HoursTable> for HoursTable {
    fn from(table: hours::HoursTable) -> Self {
        Self(Arc::new(table))
    }
}

impl core::hash::Hash for HoursTable {
    fn hash<H: core::hash::Hasher>(&self, state: &mut H) {
        self.0.intervals().hash(state);
        self.0.horizon().hash(state);
    }
}

#[pymethods]
impl HoursTable {
    #[new]
    #[pyo3(signature = (intervals, horizon_ns, tz_release, /))]
    fn new(intervals: Vec<(i64, i64)>, horizon_ns: Option<i64>, tz_release: &str) -> Result<Self, Refusal> {
        let interval = |(from, until): (i64, i64)| Interval { from: instant(from), until: instant(until) };
        let intervals: Vec<_> = intervals.into_iter().map(interval).collect();
        let horizon = horizon_ns.map_or(Timestamp::MAX, instant);
        Ok(hours::HoursTable::new(&intervals, horizon, tz_release)?.into())
    }

    fn intervals(&self) -> Vec<(i64, i64)> {
        self.0.intervals().iter().map(|i| (i.from.as_nanos(), i.until.as_nanos())).collect()
    }

    fn horizon_ns(&self) -> Option<i64> {
        until(self.0.horizon())
    }

    fn tz_release(&self) -> &str {
        self.0.tz_release()
    }

    #[pyo3(signature = (at_ns, /))]
    fn standing(&self, at_ns: i64) -> String {
        word(&self.0.standing(instant(at_ns)))
    }

    #[pyo3(signature = (at_ns, /))]
    fn next_change(&self, at_ns: i64) -> Option<i64> {
        self.0.next_change(instant(at_ns)).map(Timestamp::as_nanos)
    }

    #[pyo3(signature = (at_ns, /))]
    fn next_open(&self, at_ns: i64) -> Option<i64> {
        self.0.next_open(instant(at_ns)).map(Timestamp::as_nanos)
    }

    #[pyo3(signature = (from_ns, until_ns, /))]
    fn open_between(&self, from_ns: i64, until_ns: i64) -> i64 {
        self.0.open_between(instant(from_ns), instant(until_ns)).as_nanos()
    }

    #[pyo3(signature = (other, /))]
    fn union(&self, other: &Self) -> Self {
        self.0.union(&other.0).into()
    }

    #[pyo3(signature = (other, /))]
    fn intersection(&self, other: &Self) -> Self {
        self.0.intersection(&other.0).into()
    }

    #[pyo3(signature = (other, /))]
    fn difference(&self, other: &Self) -> Self {
        self.0.difference(&other.0).into()
    }

    #[pyo3(signature = (from_ns, until_ns, /))]
    fn clipped(&self, from_ns: i64, until_ns: i64) -> Self {
        self.0.clipped(instant(from_ns), instant(until_ns)).into()
    }
}

/// Instant, or what is left at the horizon.
type DueTuple = (Option<i64>, Option<i64>);

fn due_tuple(due: Due) -> DueTuple {
    match due {
        Due::At(at) => (Some(at.as_nanos()), None),
        Due::Beyond { left } => (None, Some(left.as_nanos())),
    }
}

/// When so much open time has passed.
#[pyfunction]
#[pyo3(signature = (hours, from_ns, business_ns, /))]
pub(crate) fn due_after(hours: &HoursTable, from_ns: i64, business_ns: i64) -> DueTuple {
    due_tuple(Due::after(&hours.0, instant(from_ns), Span::from_nanos(business_ns)))
}

/// The same business time in other hours from now on.
#[pyfunction]
#[pyo3(signature = (due, old, new, now_ns, /))]
pub(crate) fn due_moved(due: DueTuple, old: &HoursTable, new: &HoursTable, now_ns: i64) -> DueTuple {
    let due = match due {
        (Some(at), _) => Due::At(instant(at)),
        (None, left) => Due::Beyond { left: Span::from_nanos(left.unwrap_or_default()) },
    };
    due_tuple(due.moved(&old.0, &new.0, instant(now_ns)))
}

//! A scenario, put together from what the front has.

use std::collections::BTreeMap;
use std::sync::Arc;

use pyo3::prelude::*;
use smol_str::SmolStr;
use sunline_core::hours::{HoursTable, Interval};
use sunline_core::time::{Span, Timestamp};
use sunline_sim::{Answers, ContactStream, Cycle, Learning, PlannedContact, Transfer};

use crate::columns;
use crate::config::parsed;
use crate::errors::Refusal;
use crate::laws::{Arrivals, Distribution};

/// A checked scenario, ready to run as often as wanted.
#[pyclass(frozen, module = "sunline._native")]
pub(crate) struct Scenario(pub(crate) Arc<sunline_sim::Scenario>);

/// Queue, arrivals, handling, patience, points.
pub(crate) type Stream<'py> =
    (String, PyRef<'py, Arrivals>, PyRef<'py, Distribution>, Option<PyRef<'py, Distribution>>, i64);
/// Names of queues, then columns with one entry a contact: arrival in ns, place among the names, handling in ns,
/// patience in ns or NaT, points.
type Contacts<'py> = (
    Vec<String>,
    Bound<'py, PyAny>,
    Bound<'py, PyAny>,
    Bound<'py, PyAny>,
    Option<Bound<'py, PyAny>>,
    Option<Bound<'py, PyAny>>,
);
/// Queues that hand on and take over, share, conversation before, conversation after, patience.
type Handover<'py> = (
    String,
    String,
    f64,
    Option<PyRef<'py, Distribution>>,
    PyRef<'py, Distribution>,
    Option<PyRef<'py, Distribution>>,
);
/// Name of an agent and its shifts, from and until in ns.
pub(crate) type Shifts = (String, Vec<(i64, i64)>);

/// The queue, the rate, the floor, and how often each agent has done it already.
type LearningRow = (String, f64, f64, Vec<(String, f64)>);

#[pymethods]
impl Scenario {
    #[new]
    #[pyo3(signature = (config_json, start_ns, end_ns, *, warm_up_ns, stop_at_end, streams, contacts, shifts, pace, answers,
        transfers=Vec::new(), learning=Vec::new(), patience_cycles=Vec::new()))]
    #[allow(clippy::too_many_arguments, reason = "one for each field of a scenario")]
    fn new(
        config_json: &str,
        start_ns: i64,
        end_ns: i64,
        warm_up_ns: i64,
        stop_at_end: bool,
        streams: Vec<Stream<'_>>,
        contacts: Option<Contacts<'_>>,
        shifts: Vec<Shifts>,
        pace: Vec<(String, f64)>,
        answers: (PyRef<'_, Distribution>, f64, f64),
        transfers: Vec<Handover<'_>>,
        learning: Vec<LearningRow>,
        patience_cycles: Vec<(String, i64, i64, Vec<f64>)>,
    ) -> PyResult<Self> {
        let config = parsed(config_json, true)?;
        let mut scenario = sunline_sim::Scenario::new(
            config,
            Timestamp::from_nanos(start_ns),
            Timestamp::from_nanos(end_ns),
        );
        scenario.warm_up = Span::from_nanos(warm_up_ns);
        scenario.stop_at_end = stop_at_end;
        scenario.streams = streams.into_iter().map(stream).collect();
        if let Some(contacts) = contacts {
            scenario.contacts = planned(contacts)?;
        }
        for (name, list) in shifts {
            scenario.shifts.insert(name.as_str().into(), hours(&name, &list)?);
        }
        scenario.pace = pace.into_iter().map(|(name, pace)| (name.into(), pace)).collect::<BTreeMap<_, _>>();
        let (after, ignored, declined) = answers;
        scenario.answers = Answers { after: after.0.clone(), ignored, declined };
        scenario.transfers = transfers.into_iter().map(transfer).collect();
        scenario.learning = learning
            .into_iter()
            .map(|(queue, rate, floor, experience)| Learning {
                queue: queue.into(),
                rate,
                floor,
                experience: experience.into_iter().map(|(name, contacts)| (name.into(), contacts)).collect(),
            })
            .collect();
        let cycle = |(queue, from, step, factors): (String, i64, i64, Vec<f64>)| {
            let cycle = Cycle { from: Timestamp::from_nanos(from), step: Span::from_nanos(step), factors };
            (queue.into(), cycle)
        };
        scenario.patience_cycles = patience_cycles.into_iter().map(cycle).collect();
        scenario.check().map_err(Refusal::from)?;
        Ok(Self(Arc::new(scenario)))
    }
}

fn transfer((source, target, share, talk, handling, patience): Handover<'_>) -> Transfer {
    Transfer {
        source: source.into(),
        target: target.into(),
        share,
        talk: talk.map(|law| law.0.clone()),
        handling: handling.0.clone(),
        patience: patience.map(|law| law.0.clone()),
    }
}

pub(crate) fn stream((queue, arrivals, handling, patience, points): Stream<'_>) -> ContactStream {
    ContactStream {
        queue: queue.into(),
        arrivals: arrivals.0.clone(),
        handling: handling.0.clone(),
        patience: patience.map(|law| law.0.clone()),
        points,
    }
}

fn planned((names, at, place, handling, patience, points): Contacts<'_>) -> PyResult<Vec<PlannedContact>> {
    let names: Vec<SmolStr> = names.into_iter().map(Into::into).collect();
    let (at, place, handling) =
        (columns::instants(&at)?, columns::whole(&place)?, columns::whole(&handling)?);
    let patience = patience.map(|column| columns::whole(&column)).transpose()?;
    let points = points.map(|column| columns::whole(&column)).transpose()?;
    let lengths = [
        ("queue", place.len()),
        ("handling", handling.len()),
        ("patience", patience.as_ref().map_or(at.len(), Vec::len)),
        ("points", points.as_ref().map_or(at.len(), Vec::len)),
    ];
    if let Some((column, found)) = lengths.into_iter().find(|(_, length)| *length != at.len()) {
        let message = format!("contacts.{column} has {found} entries, and contacts.at has {}", at.len());
        let refusal = Refusal::new("ScenarioInvalid", "unequal_columns", message);
        return Err(refusal.with("path", format!("contacts.{column}")).into());
    }
    let contact = |row: usize| {
        let queue = usize::try_from(place[row]).ok().and_then(|place| names.get(place)).cloned();
        PlannedContact {
            at: at[row],
            queue: queue.unwrap_or_default(),
            handling: columns::span(handling[row]).unwrap_or(Span::from_nanos(-1)),
            patience: patience.as_ref().and_then(|column| columns::span(column[row])),
            points: points.as_ref().map_or(0, |column| column[row]),
        }
    };
    Ok((0..at.len()).map(contact).collect())
}

pub(crate) fn hours(name: &str, shifts: &[(i64, i64)]) -> Result<HoursTable, Refusal> {
    let instant = Timestamp::from_nanos;
    let list: Vec<_> =
        shifts.iter().map(|&(from, until)| Interval { from: instant(from), until: instant(until) }).collect();
    HoursTable::new(&list, Timestamp::MAX, "").map_err(|error| {
        let message = format!("shifts.{name}: {error}");
        Refusal::new("ScenarioInvalid", "invalid_shift", message).with("path", format!("shifts.{name}"))
    })
}

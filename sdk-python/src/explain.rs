//! Explanations as tuples in the order of the Python classes, each with its words.

use std::path::PathBuf;

use pyo3::prelude::*;
use sunline_core::{Explanation, Nearby, Order, Reason, Runner, Seq, Sought, Timestamp};
use sunline_core::{WhatWouldMake, WhyWaiting};
use sunline_journal::{JournalReader, Store};

use crate::engine::{DecisionTuple, decision_tuple, id, word};
use crate::errors::Refusal;
use crate::journal::{at, open};

/// Code, words, whether it is absolute, when time alone ends it.
pub(crate) type ReasonTuple = (&'static str, String, bool, Option<i64>);

/// Words; offer, instant, contact, agent, its name, decision, whether an agent was sought, confirmed, candidates; the
/// first in order; counts by code; the rejected with their reasons.
pub(crate) type ExplanationTuple = (
    String,
    (u64, i64, String, u32, String, DecisionTuple, bool, bool, usize),
    Vec<String>,
    Vec<(String, usize)>,
    Vec<(String, Vec<ReasonTuple>)>,
);

/// Words; contact, queue, state, origin, waited, position, capable; counts by code; the nearest agents.
pub(crate) type WaitingTuple = (
    String,
    (String, String, String, i64, i64, Option<usize>, usize),
    Vec<(String, usize)>,
    Vec<(u32, String, Vec<ReasonTuple>)>,
);

/// Agent ahead, its name, since when it is idle, since when this one is, the index ahead, the place of this one.
pub(crate) type OrderTuple = (u32, String, i64, i64, i64, usize);

/// Words; agent, its name, contact, wins; could, could not; who goes first; preferred terms that are not met.
pub(crate) type WinningTuple = (
    String,
    (u32, String, String, bool),
    Vec<ReasonTuple>,
    Vec<ReasonTuple>,
    Option<OrderTuple>,
    Vec<String>,
);

/// Why an offer of a journal was made; no engine may have it open.
#[pyfunction]
#[pyo3(signature = (path, seq, /))]
pub(crate) fn explain_journal(py: Python<'_>, path: PathBuf, seq: u64) -> Result<ExplanationTuple, Refusal> {
    py.detach(|| {
        let store = open(&path)?;
        let reader = store.reader().map_err(|error| at(&path)(error.into()))?;
        let explained = sunline_journal::explain(&JournalReader::new(reader), Seq(seq)).map_err(at(&path))?;
        Ok(explanation_tuple(&explained))
    })
}

pub(crate) fn explanation_tuple(it: &Explanation) -> ExplanationTuple {
    let facts = (
        it.offer.0,
        it.at.as_nanos(),
        id(&it.contact),
        it.agent.0,
        it.agent_name.clone(),
        decision_tuple(&it.decision),
        it.sought == Sought::Agent,
        it.confirmed,
        it.candidates,
    );
    let rejected = |(runner, reasons): &(Runner, Vec<Reason>)| (runner.to_string(), reason_tuples(reasons));
    (
        it.to_string(),
        facts,
        it.runners.iter().map(ToString::to_string).collect(),
        it.rejected.iter().map(|(code, count)| (code.clone(), *count)).collect(),
        it.rejections.iter().map(rejected).collect(),
    )
}

pub(crate) fn waiting_tuple(it: &WhyWaiting) -> WaitingTuple {
    let facts = (
        id(&it.contact),
        it.queue.clone(),
        word(&it.state),
        it.origin.as_nanos(),
        it.waited.as_nanos(),
        it.position,
        it.capable,
    );
    let near = |near: &Nearby| (near.agent.0, near.name.clone(), reason_tuples(&near.reasons));
    (
        it.to_string(),
        facts,
        it.kept_by.iter().map(|(code, count)| (code.clone(), *count)).collect(),
        it.nearest.iter().map(near).collect(),
    )
}

pub(crate) fn winning_tuple(it: &WhatWouldMake) -> WinningTuple {
    let order = |order: &Order| {
        let (ahead, own) = (order.ahead_idle_since.as_nanos(), order.idle_since.as_nanos());
        (order.ahead.0, order.ahead_name.clone(), ahead, own, order.ahead_index, order.place)
    };
    (
        it.to_string(),
        (it.agent.0, it.name.clone(), id(&it.contact), it.wins),
        reason_tuples(&it.could),
        reason_tuples(&it.could_not),
        it.order.as_ref().map(order),
        it.unmet_preferences.clone(),
    )
}

fn reason_tuples(reasons: &[Reason]) -> Vec<ReasonTuple> {
    let tuple = |reason: &Reason| {
        let until = match reason {
            Reason::CoolingDown { until } | Reason::PassedOver { until } | Reason::KeptFor { until, .. } => {
                Some(*until)
            }
            Reason::NoRoom { until, .. } => *until,
            _ => None,
        };
        (reason.code(), reason.to_string(), reason.is_absolute(), until.map(Timestamp::as_nanos))
    };
    reasons.iter().map(tuple).collect()
}

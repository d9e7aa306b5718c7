//! What the engine tells of itself: latencies, and what the watchdog found.

use std::time::Duration;

use pyo3::prelude::*;
use sunline_runtime::{EngineBuilder, Finding, FindingKind, Latency, WatchdogOptions};

use crate::errors::Refusal;

/// How long the engine takes for what it does, as read at one moment.
#[pyclass(frozen, module = "sunline._native")]
pub(crate) struct Latencies(pub(super) sunline_runtime::Latencies);

/// Count; mean, the quantiles 0.5, 0.9, 0.99 and 0.999, and the greatest, in nanoseconds.
type Figures = (u64, u64, [u64; 4], u64);

#[pymethods]
impl Latencies {
    /// Decision, to session, to sink, commit.
    fn figures(&self) -> [Figures; 4] {
        let sunline_runtime::Latencies { decision, to_session, to_sink, commit } = &self.0;
        [decision, to_session, to_sink, commit].map(figures)
    }

    /// What was counted between an earlier reading and this one.
    #[pyo3(signature = (earlier, /))]
    fn since(&self, earlier: &Self) -> Result<Self, Refusal> {
        self.0.since(&earlier.0).map(Self).ok_or_else(|| {
            let message = "not an earlier reading of the same engine";
            Refusal::new("InvalidArgument", "not_earlier", message).with("argument", "earlier")
        })
    }
}

fn figures(latency: &Latency) -> Figures {
    let quantiles = [latency.p50(), latency.p90(), latency.p99(), latency.p999()];
    (latency.count(), nanos(latency.mean()), quantiles.map(nanos), nanos(latency.max()))
}

/// Kind, sentence; and what only some kinds have: offer, contact, agent, sink, position, events or entries, an instant and a
/// length in nanoseconds, whether it goes on.
type Problem = (
    &'static str,
    String,
    (Option<u64>, Option<String>, Option<u32>, Option<String>, Option<u64>, Option<u64>),
    (Option<i64>, Option<u64>, Option<bool>),
);
/// Number, found at, ended at, problem.
pub(crate) type FindingTuple = (u64, i64, Option<i64>, Problem);

pub(super) fn finding_tuple(finding: &Finding) -> FindingTuple {
    let nothing = (None, None, None, None, None, None);
    let (who, when) = match &finding.kind {
        FindingKind::OfferOverdue { offer, contact, agent, expired_at } => {
            let contact = Some(super::id(contact));
            let who = (Some(offer.0), contact, Some(agent.0), None, None, None);
            (who, (Some(expired_at.as_nanos()), None, None))
        }
        FindingKind::DeadlineMissed { due, late } => {
            (nothing, (Some(due.as_nanos()), Some(nanos(*late)), None))
        }
        FindingKind::WriterHeld { waiting, still } => {
            let who = (None, None, None, None, None, Some(*waiting as u64));
            (who, (None, Some(nanos(*still)), None))
        }
        FindingKind::SinkStalled { sink, position, lag_events, still } => {
            let who = (None, None, None, Some(sink.to_string()), Some(position.0), Some(*lag_events));
            (who, (None, Some(nanos(*still)), None))
        }
        FindingKind::CommitSlow { took, under_way } => {
            (nothing, (None, Some(nanos(*took)), Some(*under_way)))
        }
        // What a broken invariant says is its sentence; so is all that this binding does not know yet.
        _ => (nothing, (None, None, None)),
    };
    let problem = (finding.kind.name(), finding.kind.to_string(), who, when);
    let ended_at = finding.ended_at.map(|at| at.as_nanos());
    (finding.number, finding.found_at.as_nanos(), ended_at, problem)
}

/// Between looks, late at most, events behind, still at most, commit at most, between checks of the invariants (0: none);
/// lengths in nanoseconds.
pub(super) type WatchdogSetting = (u64, u64, u64, u64, u64, u64);

pub(super) fn watched(builder: EngineBuilder, setting: WatchdogSetting) -> EngineBuilder {
    let (every, late, sink_lag_events, still, commit, invariants) = setting;
    let length = Duration::from_nanos;
    builder.watchdog(WatchdogOptions {
        every: length(every),
        late_at_most: length(late),
        sink_lag_events,
        sink_still: length(still),
        commit_at_most: length(commit),
        invariants_every: (invariants > 0).then(|| length(invariants)),
    })
}

fn nanos(length: Duration) -> u64 {
    u64::try_from(length.as_nanos()).unwrap_or(u64::MAX)
}

//! What the engine tells of itself: how long things take, how much of everything there is, and what is wrong.
//!
//! The actors that know only count, in atomics; whatever costs more is done by whoever reads. So the writer pays the same
//! whether anybody looks or not.

mod counts;
mod latency;

pub use self::latency::{Latencies, Latency};

use self::counts::Counts;

/// What the actors count into.
#[derive(Debug, Default)]
pub(crate) struct Telemetry {
    /// From a command's entry to its decision: the domain's.
    pub(crate) decision: Counts,
    /// From the first decision of a group commit to a notice in its session's hands: the sessions'.
    pub(crate) to_session: Counts,
    /// The same, to events taken by a sink: the sinks'.
    pub(crate) to_sink: Counts,
    /// From a record that reaches the journal to one as durable as promised: the journal's.
    pub(crate) commit: Counts,
}

impl Telemetry {
    pub(crate) fn latencies(&self) -> Latencies {
        Latencies {
            decision: self.decision.read(),
            to_session: self.to_session.read(),
            to_sink: self.to_sink.read(),
            commit: self.commit.read(),
        }
    }
}

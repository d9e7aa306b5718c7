//! What the engine tells of itself: how long things take, how much of everything there is, and what is wrong.
//!
//! The actors that know only count, in atomics; whatever costs more is done by the watchdog, a few times a minute or a
//! second, or by whoever reads. So the writer pays the same whether anybody looks or not.
//!
//! | to know | read |
//! |---|---|
//! | how long things take | [`Latencies`] |
//! | what is wrong | [`Finding`], [`WatchdogOptions`] |
//! | what is exported | `meters.rs`, [`describe_metrics`] |

mod counts;
mod finding;
mod findings;
mod latency;
mod look;
mod meters;
mod options;

use core::sync::atomic::{AtomicU64, Ordering};
use core::time::Duration;
use std::time::Instant;

pub use self::finding::{Finding, FindingKind};
pub use self::latency::{Latencies, Latency};
pub use self::meters::describe_metrics;
pub use self::options::WatchdogOptions;

use self::counts::Counts;
use self::findings::Findings;
pub(crate) use self::look::Watch;
use self::meters::Meters;

/// What the actors count into.
#[derive(Debug)]
pub(crate) struct Telemetry {
    /// From a command's entry to its decision: the domain's.
    pub(crate) decision: Counts,
    /// From the first decision of a group commit to a notice in its session's hands: the sessions'.
    pub(crate) to_session: Counts,
    /// The same, to events taken by a sink: the sinks'.
    pub(crate) to_sink: Counts,
    /// From a record that reaches the journal to one as durable as promised: the journal's.
    pub(crate) commit: Counts,
    pub(crate) commits: CommitPulse,
    pub(crate) findings: Findings,
    pub(crate) meters: Meters,
}

impl Telemetry {
    /// For an engine whose domain has this name and whose last event is this.
    pub(crate) fn new(domain: &str, events: u64) -> Self {
        Self {
            decision: Counts::default(),
            to_session: Counts::default(),
            to_sink: Counts::default(),
            commit: Counts::default(),
            commits: CommitPulse::default(),
            findings: Findings::default(),
            meters: Meters::new(domain, events),
        }
    }

    pub(crate) fn latencies(&self) -> Latencies {
        Latencies {
            decision: self.decision.read(),
            to_session: self.to_session.read(),
            to_sink: self.to_sink.read(),
            commit: self.commit.read(),
        }
    }
}

/// What the journal says of its commits while they are under way.
#[derive(Debug)]
pub(crate) struct CommitPulse {
    epoch: Instant,
    /// When the one that is under way began, in nanoseconds since the epoch; 0: none is.
    began: AtomicU64,
    /// The longest since it was asked for, in nanoseconds.
    longest: AtomicU64,
}

impl Default for CommitPulse {
    fn default() -> Self {
        Self { epoch: Instant::now(), began: AtomicU64::new(0), longest: AtomicU64::new(0) }
    }
}

impl CommitPulse {
    /// A commit begins.
    pub(crate) fn begin(&self) {
        self.began.store(self.now(), Ordering::Relaxed);
    }

    /// It is over, well or not.
    pub(crate) fn end(&self) {
        let began = self.began.swap(0, Ordering::Relaxed);
        if began > 0 {
            self.longest.fetch_max(self.now().saturating_sub(began), Ordering::Relaxed);
        }
    }

    /// Whoever began one is gone, and nobody knows how long it took.
    pub(crate) fn abandon(&self) {
        self.began.store(0, Ordering::Relaxed);
    }

    /// How long the one has taken so far that is under way.
    pub(crate) fn under_way(&self) -> Option<Duration> {
        let began = self.began.load(Ordering::Relaxed);
        (began > 0).then(|| Duration::from_nanos(self.now().saturating_sub(began)))
    }

    /// The longest that ended since this was asked last; zero when none did.
    pub(crate) fn take_longest(&self) -> Duration {
        Duration::from_nanos(self.longest.swap(0, Ordering::Relaxed))
    }

    /// Never 0.
    fn now(&self) -> u64 {
        u64::try_from(self.epoch.elapsed().as_nanos()).unwrap_or(u64::MAX).max(1)
    }
}

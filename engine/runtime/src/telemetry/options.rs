//! What the watchdog looks for, and how hard.

use core::time::Duration;

/// How the watchdog watches. All durations are by the machine's clock, whatever the engine's own is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WatchdogOptions {
    /// Between two looks; less than 10 ms counts as 10 ms. Default 1 s: what is wrong for longer than that is worth
    /// knowing, and a look costs some 20 µs and does not touch the writer. Metrics are brought up to date as often.
    pub every: Duration,
    /// How late a deadline, or the end of an offer, may be before it counts as missed, and how long the writer may stay
    /// away while entries wait. Default 1 s: twenty times as old as
    /// views may be, which the watchdog reads; and somebody's wait is wrong by then.
    pub late_at_most: Duration,
    /// Events by which a sink may be behind. Default 32,768: half of the default buffer of recent events, beyond which it has
    /// to go on from the journal.
    pub sink_lag_events: u64,
    /// How long a sink that is behind may stand still. Default 10 s: after six failures in a row a sink has paused for
    /// 6.3 s in all.
    pub sink_still: Duration,
    /// How long a group commit may take. Default 1 s: a healthy disk takes milliseconds, and meanwhile every caller waits.
    pub commit_at_most: Duration,
    /// How often the kernel checks what must always be true of its state. Default: never. The check is a look at
    /// everybody and every pair of a waiting contact and an agent, and holds the writer as long as it takes: 0.1 ms
    /// with 100 agents and 100 who wait, 10 ms with 1,000 of each, 1.3 s with 10,000. The metric
    /// `sunline_invariants_check_seconds` tells. For pilots and tests, and for hours when nobody minds.
    pub invariants_every: Option<Duration>,
}

impl Default for WatchdogOptions {
    fn default() -> Self {
        Self {
            every: Duration::from_secs(1),
            late_at_most: Duration::from_secs(1),
            sink_lag_events: 32_768,
            sink_still: Duration::from_secs(10),
            commit_at_most: Duration::from_secs(1),
            invariants_every: None,
        }
    }
}

impl WatchdogOptions {
    /// Between two looks.
    pub(crate) fn pause(&self) -> Duration {
        self.every.max(Duration::from_millis(10))
    }
}

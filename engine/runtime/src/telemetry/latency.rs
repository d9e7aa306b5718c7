//! How long things take, as read at one moment.

use core::fmt;
use core::time::Duration;

use hdrhistogram::Histogram;

/// How long the engine takes for what it does, by the monotonic clock of the machine whatever the engine's own clock is.
///
/// All figures are since the engine was started. What happened between two readings is the later one
/// [`since`](Self::since) the earlier: so any number of readers have intervals of their own, and none resets another's.
#[derive(Clone, Debug, PartialEq)]
pub struct Latencies {
    /// From the entry of a command into its ring to the kernel's decision, refusals included: the wait for the writer and
    /// the decision itself. Moves of a clock and looks at the state do not count.
    pub decision: Latency,
    /// From a decision to a notice in the hands of the agent's session: the record, its release, and the way there. One
    /// count a notice. It is counted from the first decision of the group commit, so it is rather too long than too
    /// short; what a session hears when it connects does not count.
    pub to_session: Latency,
    /// The same from a decision to the moment at which a sink has taken the events. One count an event, as long as the
    /// oldest of its batch; events that a sink reads from the journal, because they are older than the buffer, do not
    /// count.
    pub to_sink: Latency,
    /// One group commit of the journal, until it is as durable as promised. In memory that is next to nothing.
    pub commit: Latency,
}

impl Latencies {
    /// What was counted between an earlier reading of the same engine and this one; `None` when `earlier` is not that.
    pub fn since(&self, earlier: &Self) -> Option<Self> {
        Some(Self {
            decision: self.decision.since(&earlier.decision)?,
            to_session: self.to_session.since(&earlier.to_session)?,
            to_sink: self.to_sink.since(&earlier.to_sink)?,
            commit: self.commit.since(&earlier.commit)?,
        })
    }
}

/// A distribution of durations. Quantiles, the greatest and the mean are never too short, and at most one part in 128 too
/// long; all are zero where nothing was counted. Whatever took longer than 73 minutes counts as 73 minutes.
#[derive(Clone, PartialEq)]
pub struct Latency {
    histogram: Histogram<u64>,
}

impl Latency {
    pub(super) const fn of(histogram: Histogram<u64>) -> Self {
        Self { histogram }
    }

    /// How many were counted.
    pub fn count(&self) -> u64 {
        self.histogram.len()
    }

    /// The mean.
    pub fn mean(&self) -> Duration {
        Duration::from_nanos(self.histogram.mean().ceil() as u64)
    }

    /// The median.
    pub fn p50(&self) -> Duration {
        self.quantile(0.5)
    }

    /// What nine out of ten do not exceed.
    pub fn p90(&self) -> Duration {
        self.quantile(0.9)
    }

    /// What 99 out of 100 do not exceed.
    pub fn p99(&self) -> Duration {
        self.quantile(0.99)
    }

    /// What 999 out of 1000 do not exceed.
    pub fn p999(&self) -> Duration {
        self.quantile(0.999)
    }

    /// The greatest.
    pub fn max(&self) -> Duration {
        Duration::from_nanos(self.histogram.max())
    }

    /// What a share of all does not exceed; `share` from 0 to 1, and taken as the nearer of the two beyond.
    pub fn quantile(&self, share: f64) -> Duration {
        Duration::from_nanos(self.histogram.value_at_quantile(share.clamp(0.0, 1.0)))
    }

    /// What was counted between an earlier reading and this one; `None` when `earlier` counts more.
    pub fn since(&self, earlier: &Self) -> Option<Self> {
        let mut histogram = self.histogram.clone();
        histogram.subtract(&earlier.histogram).ok()?;
        Some(Self { histogram })
    }
}

impl fmt::Debug for Latency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut figures = f.debug_struct("Latency");
        figures.field("count", &self.count()).field("mean", &self.mean());
        figures.field("p50", &self.p50()).field("p90", &self.p90()).field("p99", &self.p99());
        figures.field("p999", &self.p999()).field("max", &self.max()).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::super::counts::Counts;
    use super::*;

    #[test]
    fn an_interval_is_what_came_between_two_readings() {
        let counts = Counts::default();
        counts.record(Duration::from_secs(60));
        let first = counts.read();
        counts.record_many(Duration::from_nanos(200), 3);
        let second = counts.read();
        let between = second.since(&first).unwrap();
        assert_eq!((between.count(), between.max()), (3, Duration::from_nanos(200)));
        assert_eq!(second.count(), 4);
        assert_eq!(first.since(&second), None);
    }

    #[test]
    fn where_nothing_was_counted_all_is_zero() {
        let read = Counts::default().read();
        assert_eq!((read.count(), read.mean(), read.p999()), (0, Duration::ZERO, Duration::ZERO));
        assert_eq!((read.max(), read.quantile(7.0)), (Duration::ZERO, Duration::ZERO));
    }
}

//! A level that changes at instants and is averaged over time: contacts waiting, agents busy.
//!
//! Levels and time are integers, so the sum is exact whatever the length of the run.

use sunline_core::time::Timestamp;

/// The time average of a whole-number level.
///
/// An instant earlier than the last one is lifted to it, as in the kernel.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TimeAverage {
    level: i64,
    greatest: i64,
    start: Timestamp,
    last: Timestamp,
    /// Level × nanoseconds since the start.
    area: i128,
}

impl TimeAverage {
    /// Starts at `at` with `level`.
    pub const fn new(at: Timestamp, level: i64) -> Self {
        Self { level, greatest: level, start: at, last: at, area: 0 }
    }

    /// The level is `level` from `at` on.
    #[inline]
    pub fn set(&mut self, at: Timestamp, level: i64) {
        let at = at.max(self.last);
        self.area += i128::from(self.level) * i128::from(at.since(self.last).as_nanos());
        self.last = at;
        self.level = level;
        self.greatest = self.greatest.max(level);
    }

    /// The level grows by `by` at `at`, or falls by it when negative.
    #[inline]
    pub fn add(&mut self, at: Timestamp, by: i64) {
        self.set(at, self.level.saturating_add(by));
    }

    /// Forgets everything before `at` but the level: the end of the warm-up.
    pub fn restart(&mut self, at: Timestamp) {
        *self = Self::new(at.max(self.last), self.level);
    }

    /// The present level.
    pub const fn level(&self) -> i64 {
        self.level
    }

    /// The greatest level since the start.
    pub const fn greatest(&self) -> i64 {
        self.greatest
    }

    /// Level × time from the start to `until`, in seconds: agent-seconds busy, contact-seconds waited.
    pub fn total_s(&self, until: Timestamp) -> f64 {
        let mut upto = *self;
        upto.set(until, self.level);
        upto.area as f64 / 1e9
    }

    /// The average level from the start to `until`; `None` when no time has passed.
    pub fn average(&self, until: Timestamp) -> Option<f64> {
        let elapsed = until.max(self.last).since(self.start).as_nanos();
        (elapsed > 0).then(|| self.total_s(until) / (elapsed as f64 / 1e9))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(s: i64) -> Timestamp {
        Timestamp::from_secs(s)
    }

    #[test]
    fn a_queue_of_two_for_half_the_time_is_one_on_average() {
        let mut waiting = TimeAverage::new(at(100), 0);
        waiting.add(at(110), 1);
        waiting.add(at(110), 2);
        waiting.add(at(120), -1);
        waiting.set(at(130), 0);
        assert_eq!(waiting.average(at(140)), Some(1.25));
        assert_eq!((waiting.total_s(at(140)), waiting.greatest(), waiting.level()), (50.0, 3, 0));
    }

    #[test]
    fn the_level_counts_up_to_the_instant_asked_for() {
        let busy = TimeAverage::new(at(0), 4);
        assert_eq!((busy.average(at(10)), busy.total_s(at(10))), (Some(4.0), 40.0));
        assert_eq!(busy.average(at(0)), None);
    }

    #[test]
    fn the_warm_up_is_forgotten_but_not_the_level() {
        let mut waiting = TimeAverage::new(at(0), 50);
        waiting.set(at(10), 3);
        waiting.restart(at(20));
        assert_eq!((waiting.average(at(30)), waiting.greatest()), (Some(3.0), 3));
    }

    #[test]
    fn an_instant_that_is_already_past_is_lifted() {
        let mut waiting = TimeAverage::new(at(0), 1);
        waiting.set(at(10), 2);
        waiting.set(at(5), 4);
        assert_eq!(waiting.average(at(20)), Some(2.5));
        assert_eq!(
            waiting.average(at(5)),
            Some(1.0),
            "asked about the past, it answers for its last instant"
        );
    }

    #[test]
    fn centuries_of_nanoseconds_do_not_overflow() {
        let mut waiting = TimeAverage::new(Timestamp::MIN, i64::MAX);
        waiting.set(Timestamp::EPOCH, i64::MAX);
        assert!((waiting.average(Timestamp::EPOCH).unwrap() / i64::MAX as f64 - 1.0).abs() < 1e-12);
        waiting.add(Timestamp::EPOCH, 1);
        assert_eq!(waiting.level(), i64::MAX);
    }
}

//! Figures that forget: sums and rates in which an old observation counts for less.

use serde::{Deserialize, Serialize};

use crate::time::Timestamp;

/// A sum whose parts fade by 1/e in each `tau` seconds. A part added at an earlier instant can be taken out exactly.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct FadingSum {
    tau: f64,
    value: f64,
    at: Timestamp,
}

impl FadingSum {
    pub(super) const fn new(tau: f64) -> Self {
        Self { tau, value: 0.0, at: Timestamp::EPOCH }
    }

    pub(super) fn at(&self, now: Timestamp) -> f64 {
        if self.value == 0.0 { 0.0 } else { (self.value * self.faded(self.at, now)).max(0.0) }
    }

    pub(super) fn add(&mut self, now: Timestamp) {
        self.value = self.at(now) + 1.0;
        self.at = now;
    }

    /// Takes out what was added at `then`.
    pub(super) fn take(&mut self, then: Timestamp, now: Timestamp) {
        self.value = (self.at(now) - self.faded(then, now)).max(0.0);
        self.at = now;
    }

    fn faded(&self, from: Timestamp, to: Timestamp) -> f64 {
        libm::exp(-to.since(from).as_secs_f64().max(0.0) / self.tau)
    }
}

/// Departures per agent-second, counted only while somebody waits: how fast a line gets shorter, by agent.
///
/// It holds sharing and overtaking without a model of the policy, and keeps its meaning when agents come or go.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct DrainClock {
    tau: f64,
    departures: f64,
    agent_seconds: f64,
}

impl DrainClock {
    /// A clock that forgets by 1/e in `tau` seconds of waiting and starts at `rate` per agent-second, a belief that is
    /// worth `tau` seconds of one agent.
    pub(super) fn new(tau: f64, rate: f64) -> Self {
        Self { tau, departures: rate * tau, agent_seconds: tau }
    }

    /// Time has passed in which somebody waited and `agents` were there.
    pub(super) fn pass(&mut self, seconds: f64, agents: f64) {
        let kept = libm::exp(-seconds / self.tau);
        self.departures *= kept;
        self.agent_seconds = self.agent_seconds * kept + self.tau * (1.0 - kept) * agents;
    }

    pub(super) fn departed(&mut self) {
        self.departures += 1.0;
    }

    /// Departures per agent-second; never zero.
    pub(super) fn rate(&self) -> f64 {
        ((self.departures + FAINT) / (self.agent_seconds + FAINT)).clamp(SLOWEST, FASTEST)
    }
}

/// What keeps a rate defined where nothing was seen.
const FAINT: f64 = 1e-3;
/// One departure in eleven days of an agent.
const SLOWEST: f64 = 1e-6;
/// A thousand departures a second of an agent.
const FASTEST: f64 = 1e3;

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_secs(seconds)
    }

    #[test]
    fn a_part_taken_out_leaves_the_rest() {
        let mut sum = FadingSum::new(30.0);
        sum.add(at(0));
        sum.add(at(10));
        sum.take(at(0), at(25));
        assert!((sum.at(at(40)) - libm::exp(-1.0)).abs() < 1e-12);
    }

    #[test]
    fn a_clock_stands_while_nobody_waits() {
        let mut clock = DrainClock::new(600.0, 1.0 / 180.0);
        for _ in 0..2000 {
            clock.pass(20.0, 4.0);
            clock.departed();
        }
        assert!((clock.rate() * 4.0 * 20.0 - 1.0).abs() < 0.03, "{}", clock.rate());
    }

    #[test]
    fn a_clock_without_agents_keeps_a_rate() {
        let mut clock = DrainClock::new(600.0, 1.0 / 180.0);
        clock.pass(1e7, 0.0);
        assert!(clock.rate() > 0.0 && clock.rate().is_finite());
    }
}

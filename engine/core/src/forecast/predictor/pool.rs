//! A pool: queues that share agents. What has happened in it lately, and what was learned from it.

use serde::{Deserialize, Serialize};

use super::fading::{DrainClock, FadingSum};
use super::learner::Learner;
use super::patience::Patience;
use super::start::PoolStart;
use crate::forecast::WaitMode;
use crate::time::{Span, Timestamp};

/// A pool's memory.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Pool {
    /// Waits are measured in this unit, in seconds: about the time in which a small group takes the next contact.
    pub(super) scale: f64,
    pub(super) local_offset_ns: i64,
    /// Agents signed in, and those of them at work.
    pub(super) agents: u32,
    pub(super) busy: u32,
    /// Contacts waiting, and those of them with a head start.
    pub(super) waiting: u32,
    pub(super) favoured: u32,
    /// Sum of the rates at which those waiting give up.
    pub(super) restless: f64,
    pub(super) drain: DrainClock,
    pub(super) slow_drain: DrainClock,
    /// Wait of the last contact that was served after a wait, and when it had joined.
    pub(super) last_wait: f64,
    pub(super) last_started_joined: Timestamp,
    /// Agents who became free and are free still, and agents at work since, fading.
    pub(super) freed: FadingSum,
    pub(super) busy_since: FadingSum,
    /// Mean of the last errors.
    pub(super) drift: f64,
    /// The next change of staff that is known: when, and how many come (or go).
    pub(super) staff_change: Option<(Timestamp, i32)>,
    pub(super) patience: Patience,
    pub(super) stay: Learner,
    pub(super) served: Learner,
    /// Facts so far: while it stands, nothing has happened here.
    pub(super) facts: u64,
    last: Timestamp,
}

impl Pool {
    pub(super) fn new(start: &PoolStart) -> Self {
        let handle_time = start.handle_time.as_secs_f64().max(0.001);
        let scale = handle_time / 12.0;
        let giving_up = start.giving_up();
        let rate = 1.0 / handle_time;
        Self {
            scale,
            local_offset_ns: start.local_offset.as_nanos(),
            agents: 0,
            busy: 0,
            waiting: 0,
            favoured: 0,
            restless: 0.0,
            drain: DrainClock::new(600.0, rate),
            slow_drain: DrainClock::new(3600.0, rate),
            last_wait: 4.0 * scale,
            last_started_joined: Timestamp::EPOCH,
            freed: FadingSum::new(30.0),
            busy_since: FadingSum::new(360.0),
            drift: 0.0,
            staff_change: None,
            patience: Patience::new(scale, giving_up),
            stay: Learner::new(start, scale, WaitMode::IfYouStay),
            served: Learner::new(start, scale, WaitMode::GivenServed),
            facts: 0,
            last: Timestamp::EPOCH,
        }
    }

    /// Time has passed up to `now`.
    pub(super) fn pass(&mut self, now: Timestamp) {
        self.facts += 1;
        let seconds = now.since(self.last).as_secs_f64();
        if seconds > 0.0 {
            if self.waiting > 0 {
                let agents = f64::from(self.agents);
                self.drain.pass(seconds, agents);
                self.slow_drain.pass(seconds, agents);
            }
            self.last = now;
        }
        if self.staff_change.is_some_and(|(at, _)| at <= now) {
            self.staff_change = None;
        }
    }

    /// One contact fewer waits, for whatever reason.
    pub(super) fn left(&mut self, favoured: bool, giving_up: f64) {
        self.waiting = self.waiting.saturating_sub(1);
        self.favoured = self.favoured.saturating_sub(u32::from(favoured));
        // What is left of a sum when nothing is left in it is rounding.
        self.restless = if self.waiting == 0 { 0.0 } else { (self.restless - giving_up).max(0.0) };
    }

    /// One of those who wait cannot give up any more.
    pub(super) fn settles(&mut self, giving_up: f64) {
        self.restless = (self.restless - giving_up).max(0.0);
    }

    /// Seconds until `ahead` + 1 contacts have left, at the speed of late and with the staff that is known to be there;
    /// `None` when nobody is and nobody will be.
    pub(super) fn base_seconds(&self, now: Timestamp, ahead: u32) -> Option<f64> {
        let rate = self.drain.rate();
        let (need, agents) = (f64::from(ahead) + 1.0, f64::from(self.agents));
        let speed = rate * agents;
        let until = |change: Timestamp| change.since(now).max(Span::ZERO).as_secs_f64();
        match self.staff_change {
            Some((at, by)) if need > speed * until(at) => {
                let later = (agents + f64::from(by)).max(0.0);
                let rest = need - speed * until(at);
                // Those who would be left without anybody wait for the day after; the learner may know better.
                if later > 0.0 {
                    Some(until(at) + rest / (rate * later))
                } else {
                    (agents > 0.0).then(|| need / speed)
                }
            }
            _ => (agents > 0.0).then(|| need / speed),
        }
    }

    pub(super) fn learner(&self, mode: WaitMode) -> &Learner {
        match mode {
            WaitMode::IfYouStay => &self.stay,
            WaitMode::GivenServed => &self.served,
        }
    }
}

//! The engine's clock: the wall's, the wall's at another pace, or one that a test moves by hand.
//!
//! Time is read here, at the edge, and nowhere below. The kernel lifts an instant that lies before the last one it
//! applied, so a wall clock that is set back holds deadlines until it has caught up; hosts slew theirs.

use core::sync::atomic::{AtomicI64, Ordering};
use core::time::Duration;
use std::time::{Instant, SystemTime, UNIX_EPOCH};

use sunline_core::{Span, Timestamp};

use crate::error::EngineError;

/// Where the engine gets its time from.
#[derive(Debug)]
pub struct Clock(Kind);

#[derive(Debug)]
enum Kind {
    Wall,
    Scaled { began: Instant, start: Timestamp, factor: f64 },
    Manual(AtomicI64),
}

impl Clock {
    /// The system's clock, UTC.
    pub const fn wall() -> Self {
        Self(Kind::Wall)
    }

    /// A clock that stands at `start` now and runs `factor` times as fast as the wall's; finite and above 0.
    ///
    /// # Errors
    /// [`EngineError::ClockFactor`] for any other factor.
    pub fn scaled(start: Timestamp, factor: f64) -> Result<Self, EngineError> {
        if !factor.is_finite() || factor <= 0.0 {
            return Err(EngineError::ClockFactor { factor });
        }
        Ok(Self(Kind::Scaled { began: Instant::now(), start, factor }))
    }

    /// A clock that stands at `start` until it is moved by `Engine::advance_to`.
    pub const fn manual(start: Timestamp) -> Self {
        Self(Kind::Manual(AtomicI64::new(start.as_nanos())))
    }

    /// The time.
    pub fn now(&self) -> Timestamp {
        match &self.0 {
            Kind::Wall => wall(),
            Kind::Scaled { began, start, factor } => {
                let elapsed = began.elapsed().as_nanos() as f64 * factor;
                *start + Span::from_nanos(elapsed as i64)
            }
            Kind::Manual(at) => Timestamp::from_nanos(at.load(Ordering::SeqCst)),
        }
    }

    /// Whether only its owner moves it.
    pub const fn is_manual(&self) -> bool {
        matches!(self.0, Kind::Manual(_))
    }

    /// How long to sleep, by the wall, until it shows `at`; `None` for a manual clock.
    pub(crate) fn wall_time_until(&self, at: Timestamp) -> Option<Duration> {
        let ahead = at.since(self.now()).as_nanos().max(0);
        match &self.0 {
            Kind::Wall => Some(Duration::from_nanos(ahead as u64)),
            Kind::Scaled { factor, .. } => Some(Duration::from_nanos((ahead as f64 / factor) as u64)),
            Kind::Manual(_) => None,
        }
    }

    /// How long ago it showed `at`, by the wall; zero when that is still to come. Of a manual clock: by itself.
    pub(crate) fn wall_time_since(&self, at: Timestamp) -> Duration {
        let ago = self.now().since(at).as_nanos().max(0);
        match &self.0 {
            Kind::Wall | Kind::Manual(_) => Duration::from_nanos(ago as u64),
            Kind::Scaled { factor, .. } => Duration::from_nanos((ago as f64 / factor) as u64),
        }
    }

    /// Moves a manual clock forward; one that is later already stays.
    ///
    /// # Errors
    /// [`EngineError::ClockNotManual`].
    pub(crate) fn lift(&self, to: Timestamp) -> Result<(), EngineError> {
        let Kind::Manual(at) = &self.0 else { return Err(EngineError::ClockNotManual) };
        at.fetch_max(to.as_nanos(), Ordering::SeqCst);
        Ok(())
    }
}

fn wall() -> Timestamp {
    let nanos = |d: Duration| i64::try_from(d.as_nanos()).unwrap_or(i64::MAX);
    Timestamp::from_nanos(match SystemTime::now().duration_since(UNIX_EPOCH) {
        Ok(after) => nanos(after),
        Err(before) => -nanos(before.duration()),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clock_at_sixty_times_the_pace_sleeps_a_sixtieth() {
        let start = Timestamp::from_secs(1_000);
        let clock = Clock::scaled(start, 60.0).unwrap();
        let sleep = clock.wall_time_until(start + Span::from_secs(60)).unwrap();
        assert!(sleep <= Duration::from_secs(1) && sleep > Duration::from_millis(900), "{sleep:?}");
        assert!(clock.wall_time_since(start - Span::from_secs(60)) >= Duration::from_secs(1));
        assert_eq!(clock.wall_time_since(start + Span::from_secs(600)), Duration::ZERO);
        assert!(Clock::scaled(start, 0.0).is_err() && Clock::scaled(start, f64::NAN).is_err());
    }

    #[test]
    fn a_manual_clock_moves_forward_only() {
        let clock = Clock::manual(Timestamp::from_secs(10));
        clock.lift(Timestamp::from_secs(20)).unwrap();
        clock.lift(Timestamp::from_secs(15)).unwrap();
        assert_eq!(clock.now(), Timestamp::from_secs(20));
        assert_eq!(clock.wall_time_until(Timestamp::from_secs(30)), None);
        assert_eq!(Clock::wall().lift(Timestamp::EPOCH), Err(EngineError::ClockNotManual));
    }
}

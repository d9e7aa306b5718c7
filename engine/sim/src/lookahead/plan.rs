//! How far and how often to look, and the loop that does it.

use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use sunline_core::time::Span;

use super::LookAheadError;
use crate::random::Chance;

/// How far and how often to look.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Plan {
    /// How far. Default 2 hours: beyond the longest wait anybody should have, within one shift.
    pub horizon: Span,
    /// How often at most, 1 or more. Default 200: half-widths then are about a seventh of the spread of one run.
    pub replications: u64,
    /// No replication begins once this much time has passed; the ones begun are finished, so that long ones are not left
    /// out. Default: none, so that an answer depends on nothing but what was asked.
    pub budget: Option<Duration>,
    /// Which luck. Default 0. Two answers under one seed meet the same.
    pub seed: u64,
    /// Threads; default: as many as there are processors. The answer does not depend on it.
    pub threads: Option<usize>,
}

impl Default for Plan {
    fn default() -> Self {
        Self { horizon: Span::from_secs(7200), replications: 200, budget: None, seed: 0, threads: None }
    }
}

impl Plan {
    fn check(&self) -> Result<(), LookAheadError> {
        let wrong = |what, expected, found| Err(LookAheadError::OutOfRange { what, expected, found });
        if self.horizon <= Span::ZERO {
            return wrong("horizon", "more than 0 s", self.horizon.to_string());
        }
        if self.replications == 0 {
            return wrong("replications", "1 or more", "0".into());
        }
        if self.threads == Some(0) {
            return wrong("threads", "1 or more", "0".into());
        }
        Ok(())
    }

    /// Runs replications 0, 1, 2, … with their chance, as far as the plan, its budget and `go_on` allow; in order. The
    /// first one always runs.
    pub(super) fn replicate<T: Send>(
        &self,
        go_on: impl Fn() -> bool + Sync,
        run: impl Fn(Chance) -> Result<T, LookAheadError> + Sync,
    ) -> Result<Vec<T>, LookAheadError> {
        self.check()?;
        let began = Instant::now();
        let next = AtomicU64::new(0);
        let may_begin = |replication: u64| {
            let in_time = self.budget.is_none_or(|budget| began.elapsed() < budget);
            replication < self.replications && (replication == 0 || (in_time && go_on()))
        };
        let all = Mutex::new(Vec::new());
        let work = || {
            loop {
                let replication = next.fetch_add(1, Ordering::Relaxed);
                if !may_begin(replication) {
                    // Nobody begins another one, so those begun are the first ones.
                    next.fetch_max(self.replications, Ordering::Relaxed);
                    return;
                }
                let done = run(Chance::new(self.seed, replication));
                let failed = done.is_err();
                if let Ok(mut all) = all.lock() {
                    all.push((replication, done));
                }
                if failed {
                    next.fetch_max(self.replications, Ordering::Relaxed);
                }
            }
        };
        let cores = || thread::available_parallelism().map_or(1, usize::from);
        let most = usize::try_from(self.replications).unwrap_or(usize::MAX);
        let threads = self.threads.unwrap_or_else(cores).clamp(1, most);
        thread::scope(|scope| {
            for _ in 1..threads {
                scope.spawn(work);
            }
            work();
        });
        let mut all = all.into_inner().unwrap_or_else(std::sync::PoisonError::into_inner);
        all.sort_unstable_by_key(|(replication, _)| *replication);
        all.into_iter().map(|(_, done)| done).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn replications_come_in_order_whatever_the_threads() {
        let luck = |threads| {
            let plan = Plan { replications: 50, threads: Some(threads), ..Plan::default() };
            plan.replicate(|| true, Ok).unwrap()
        };
        assert_eq!(luck(1).len(), 50);
        assert_eq!(luck(1), luck(3));
    }

    #[test]
    fn a_budget_ends_the_looking_and_not_a_look() {
        let plan =
            Plan { replications: u64::MAX, budget: Some(Duration::from_millis(20)), ..Plan::default() };
        let slow = |_| {
            thread::sleep(Duration::from_millis(5));
            Ok(())
        };
        let looks = plan.replicate(|| true, slow).unwrap().len();
        assert!((2..=20).contains(&looks), "{looks}");
        let none = Plan { budget: Some(Duration::ZERO), ..plan };
        assert_eq!(none.replicate(|| true, |_| Ok(())).unwrap().len(), 1);
        let stopped = Plan::default().replicate(|| false, |_| Ok(())).unwrap().len();
        assert_eq!(stopped, 1);
    }

    #[test]
    fn a_plan_that_cannot_be_meant_is_refused() {
        let plan = Plan::default();
        let wrong = [
            (Plan { horizon: Span::ZERO, ..plan }, "horizon must be more than 0 s, not 0 s"),
            (Plan { replications: 0, ..plan }, "replications must be 1 or more, not 0"),
            (Plan { threads: Some(0), ..plan }, "threads must be 1 or more, not 0"),
        ];
        for (plan, expected) in wrong {
            let refused = plan.replicate(|| true, |_| Ok(())).unwrap_err();
            assert_eq!((refused.code(), refused.to_string().as_str()), ("out_of_range", expected));
        }
    }
}

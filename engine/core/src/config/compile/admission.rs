//! The bounds of queues, checked: targets exist, and no contact is sent round in a circle.

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, VecDeque};

use super::Compiled;
use crate::config::document::{AdmissionConfig, Config, QueueConfig, Staffing, TurnAway};
use crate::config::problem::Problems;
use crate::ids::QueueId;
use crate::time::Span;

/// What the kernel needs to know of a queue's bounds at a glance.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Admission {
    /// Some bound is set.
    pub(crate) is_bounded: bool,
    /// A contact that comes and finds nobody is put to the test.
    pub(crate) tests_newcomers: bool,
    /// Those who wait are put to the test when an agent leaves.
    pub(crate) tests_stay: bool,
    pub(crate) overflow_to: Option<QueueId>,
}

impl Admission {
    pub(super) fn of(admission: &AdmissionConfig) -> Self {
        Self {
            is_bounded: admission.actions().next().is_some(),
            tests_newcomers: admission.max_length.is_some() || admission.join != Staffing::Always,
            tests_stay: admission.stay != Staffing::Always,
            overflow_to: None,
        }
    }
}

impl Compiled {
    pub(super) fn admission(&self, queue: &QueueConfig, path: &str, problems: &mut Problems) -> Admission {
        let AdmissionConfig { max_wait, overflow_to, .. } = &queue.admission;
        let at = |field: &str| format!("{path}.admission.{field}");
        if max_wait.is_some_and(|wait| wait <= Span::ZERO) {
            problems
                .add(at("max_wait"), "must be more than 0s; a queue where nobody waits has max_length = 0");
        }
        let target = overflow_to.as_ref().and_then(|name| {
            let found = self.queue_id(name);
            if found.is_none() {
                problems.add(at("overflow_to"), format!("no queue is called {name:?}"));
            }
            found
        });
        if overflow_to.is_none() && queue.admission.actions().any(|action| action == TurnAway::Overflow) {
            problems.add(at("overflow_to"), "an action is `overflow`, and no queue is named to overflow to");
        }
        Admission { overflow_to: target, ..Admission::of(&queue.admission) }
    }

    /// A contact that every queue on its way turns on to the next must come to an end.
    pub(super) fn check_overflow_cycles(&self, config: &Config, problems: &mut Problems) {
        let at_bounds = |queue: QueueId| {
            let overflows = config.queues[queue.index()].admission.actions();
            let target = self.queues[queue.index()].admission.overflow_to;
            target.filter(|_| overflows.into_iter().any(|action| action == TurnAway::Overflow))
        };
        let when_closed = |queue: QueueId| self.queues[queue.index()].opening.and_then(|o| o.overflow_to);
        let by_rules = |queue: QueueId| self.queues[queue.index()].overflow.iter().map(|rule| rule.to);
        let in_surges = |queue: QueueId| {
            let bounds = self.surges.iter().flat_map(|surge| &surge.bounds);
            bounds.filter(move |(of, ..)| *of == queue).filter_map(|(.., to)| *to)
        };
        for start in (0..config.queues.len() as u16).map(QueueId) {
            let next = |queue| {
                let settings = at_bounds(queue).into_iter().chain(when_closed(queue));
                settings
                    .chain(by_rules(queue))
                    .chain(in_surges(queue))
                    .chain(self.queues[queue.index()].leads_to())
            };
            if let Some(way) = way_back(start, next) {
                let names: Vec<&str> =
                    way.iter().map(|queue| config.queues[queue.index()].name.as_str()).collect();
                let message = format!("contacts would go round in a circle: {}", names.join(" → "));
                let setting = match at_bounds(start) {
                    Some(_) => "admission.overflow_to",
                    None if when_closed(start).is_some() => "opening.overflow_to",
                    None => "overflow",
                };
                problems.add(format!("queues[{}].{setting}", start.0), message);
            }
        }
    }
}

/// The shortest way from a queue back to itself, both ends included; `None` when there is none.
fn way_back<I: Iterator<Item = QueueId>>(
    start: QueueId,
    next: impl Fn(QueueId) -> I,
) -> Option<Vec<QueueId>> {
    let mut from: BTreeMap<QueueId, QueueId> = BTreeMap::new();
    let mut edge = VecDeque::from([start]);
    while let Some(queue) = edge.pop_front() {
        for target in next(queue) {
            if target == start {
                let back = core::iter::successors(Some(queue), |queue| from.get(queue).copied());
                let mut way: Vec<QueueId> = core::iter::once(start).chain(back).collect();
                way.reverse();
                return Some(way);
            }
            if let Entry::Vacant(unseen) = from.entry(target) {
                unseen.insert(queue);
                edge.push_back(target);
            }
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use crate::Config;

    #[test]
    fn bounds_that_cannot_work_are_named() {
        let refused = Config::from_toml(
            r#"
            name = "shop"
            channels = [{ name = "voice" }]
            [[queues]]
            name = "bills"
            admission = { max_length = 5, when_full = "overflow", overflow_to = "orders" }
            [[queues]]
            name = "orders"
            admission = { max_wait = "5m", after_max_wait = "overflow", overflow_to = "bills" }
            [[queues]]
            name = "loans"
            admission = { max_wait = "0s", join = "signed_in", when_unstaffed = "overflow" }
            [[queues]]
            name = "cards"
            admission = { overflow_to = "nowhere" }
            "#,
        );
        let problems: Vec<String> =
            refused.unwrap_err().problems.into_iter().map(|problem| problem.to_string()).collect();
        assert_eq!(
            problems,
            [
                "queues[2].admission.max_wait: must be more than 0s; a queue where nobody waits has max_length = 0",
                "queues[2].admission.overflow_to: an action is `overflow`, and no queue is named to overflow to",
                "queues[3].admission.overflow_to: no queue is called \"nowhere\"",
                "queues[0].admission.overflow_to: contacts would go round in a circle: bills → orders → bills",
                "queues[1].admission.overflow_to: contacts would go round in a circle: orders → bills → orders",
            ]
        );
    }
}

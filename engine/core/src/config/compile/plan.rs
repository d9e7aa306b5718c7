//! A queue's plan, checked, with its names resolved and its steps added up.

use super::Compiled;
use super::checks::at_most;
use crate::config::document::{QueueConfig, StepConfig, Target};
use crate::config::problem::Problems;
use crate::ids::QueueId;
use crate::limits;
use crate::skill::{Expression, Relaxation};
use crate::time::Span;

/// What opens while a contact waits.
#[derive(Clone, Debug)]
pub(crate) struct Plan {
    /// Who may serve from the start.
    pub(crate) ring: Expression,
    pub(crate) steps: Vec<Step>,
}

/// One step, with all before it.
#[derive(Clone, Debug)]
pub(crate) struct Step {
    pub(crate) after: Span,
    /// What is relaxed from this step on.
    pub(crate) relaxed: Relaxation,
    /// Who may serve in the home queue from this step on.
    pub(crate) ring: Expression,
    /// Whether queues that were added before are withdrawn.
    pub(crate) withdraws: bool,
    /// Queues it adds.
    pub(crate) adds: Vec<QueueId>,
    /// The queue that becomes the contact's home.
    pub(crate) moves_to: Option<QueueId>,
}

/// Who may serve in the home queue; without any part, everyone.
#[derive(Clone, Debug, Default)]
struct Ring {
    everyone: bool,
    parts: Vec<Expression>,
}

impl Ring {
    fn expression(&self) -> Expression {
        match self.parts.as_slice() {
            _ if self.everyone => Expression::ALWAYS,
            [only] => only.clone(),
            parts => Expression::Any(parts.to_vec()),
        }
    }
}

impl Compiled {
    pub(super) fn plan(&self, queue: &QueueConfig, path: &str, problems: &mut Problems) -> Plan {
        at_most(queue.targets.len(), limits::MAX_TARGETS, format!("{path}.targets"), problems);
        at_most(queue.plan.len(), limits::MAX_STEPS, format!("{path}.plan"), problems);
        let mut ring = Ring { everyone: queue.targets.is_empty(), parts: Vec::new() };
        for (i, target) in queue.targets.iter().enumerate() {
            let at = format!("{path}.targets[{i}]");
            if self.target(target, &mut ring, &at, problems).is_some() {
                problems.add(
                    at,
                    "a queue is added by a step; from the start there are pools, partners and everyone",
                );
            }
        }
        let mut plan = Plan { ring: ring.expression(), steps: Vec::new() };
        let mut relaxed = Relaxation::default();
        for (i, step) in queue.plan.iter().enumerate() {
            let at = format!("{path}.plan[{i}]");
            let follows = i == 0 || queue.plan[i - 1].after < step.after;
            problems.check(follows, format!("{at}.after"), "must be later than the step before");
            relaxed.join(&self.relaxation(step, &at, problems));
            let (adds, moves_to) = self.targets(step, &mut ring, &at, problems);
            if moves_to.is_some() {
                let queues = &queue.plan[i + 1..];
                problems.check(
                    queues.is_empty(),
                    at.clone(),
                    "no step follows the one that moves to another queue",
                );
                problems.check(
                    step.after > Span::ZERO,
                    format!("{at}.after"),
                    "a queue that moves on at once is no queue",
                );
            }
            for added in adds.iter().chain(&moves_to) {
                let other = self.queue_id(&queue.name) != Some(*added);
                problems.check(other, at.clone(), "the contact is in this queue already");
            }
            plan.steps.push(Step {
                after: step.after,
                relaxed: relaxed.clone(),
                ring: ring.expression(),
                withdraws: !step.move_to.is_empty(),
                adds,
                moves_to,
            });
        }
        plan
    }

    fn relaxation(&self, step: &StepConfig, path: &str, problems: &mut Problems) -> Relaxation {
        let mut relaxed = Relaxation { all: step.drop_all, ..Relaxation::default() };
        for (i, term) in step.drop.iter().enumerate() {
            let at = format!("{path}.drop[{i}]");
            match self.expression(term) {
                Ok(term) if term.is_term() => relaxed.drop.push(term),
                Ok(_) => problems.add(at, "must be a single term: a skill, a label or a comparison"),
                Err(error) => problems.add(at, error),
            }
        }
        for (name, level) in &step.lower {
            match self.skill_id(name) {
                Some(skill) => {
                    relaxed.lower.insert(skill, *level);
                }
                None => problems.add(format!("{path}.lower.{name}"), "no skill has this name"),
            }
        }
        relaxed
    }

    /// The queues that a step adds, and the one it moves to; pools, partners and everyone change the ring.
    fn targets(
        &self,
        step: &StepConfig,
        ring: &mut Ring,
        path: &str,
        problems: &mut Problems,
    ) -> (Vec<QueueId>, Option<QueueId>) {
        at_most(step.add.len() + step.move_to.len(), limits::MAX_TARGETS, path.to_owned(), problems);
        let mut moves_to = None;
        if !step.move_to.is_empty() {
            let mut moved = Ring::default();
            for (i, target) in step.move_to.iter().enumerate() {
                let at = format!("{path}.move[{i}]");
                moves_to = moves_to.or(self.target(target, &mut moved, &at, problems));
            }
            if moves_to.is_none() {
                *ring = moved;
            } else if step.move_to.len() > 1 {
                problems
                    .add(format!("{path}.move"), "moves to one queue, or to pools, partners and everyone");
            }
        }
        let adds = step.add.iter().enumerate();
        let adds = adds
            .filter_map(|(i, target)| self.target(target, ring, &format!("{path}.add[{i}]"), problems))
            .collect();
        (adds, moves_to)
    }

    /// Adds a target to a ring; the queue, when it is one.
    fn target(
        &self,
        target: &Target,
        ring: &mut Ring,
        path: &str,
        problems: &mut Problems,
    ) -> Option<QueueId> {
        match target {
            Target::Everyone => ring.everyone = true,
            Target::Partner(partner) => ring.parts.push(Expression::Partner(partner.clone())),
            Target::Pool(name) => match self.pool_id(name) {
                Some(pool) => ring.parts.push(Expression::Pool(pool)),
                None => problems.add(path, format!("no pool is called {name:?}")),
            },
            Target::Queue(name) => {
                let queue = self.queue_id(name);
                if queue.is_none() {
                    problems.add(path, format!("no queue is called {name:?}"));
                }
                return queue;
            }
        }
        None
    }
}

//! A queue's plan, checked, with its names resolved and its steps added up.

use super::Compiled;
use super::checks::{at_most, check_name};
use crate::config::document::{Config, QueueConfig, StepConfig, Target};
use crate::config::problem::Problems;
use crate::ids::QueueId;
use crate::limits;
use crate::skill::{Expression, Relaxation};
use crate::time::Span;

/// What opens while a contact waits.
#[derive(Clone, Debug)]
pub(crate) struct Plan {
    /// Who may serve from the start.
    ring: Ring,
    pub(crate) steps: Vec<Step>,
}

/// One step, with all before it.
#[derive(Clone, Debug)]
pub(crate) struct Step {
    pub(crate) after: Span,
    /// What is relaxed from this step on.
    relaxed: Relaxation,
    /// Who may serve from this step on.
    ring: Ring,
    /// Whether it may close what was open before.
    pub(crate) narrows: bool,
    /// The queue that becomes the contact's home.
    pub(crate) moves_to: Option<QueueId>,
    /// Its customer is called back from then on.
    pub(crate) calls_back: bool,
}

impl Plan {
    /// What is left of the mandatory conditions of the queue and of the contact's own once so many steps are open, with who
    /// may serve.
    pub(crate) fn at(&self, stage: u16, of_queue: &Expression, own: &Expression) -> Expression {
        let both = || of_queue.clone().and(own.clone());
        match stage.checked_sub(1).and_then(|last| self.steps.get(usize::from(last))) {
            Some(step) => step.ring.admits(step.relaxed.apply(&both()), || step.relaxed.apply(own)),
            None => self.ring.admits(both(), || own.clone()),
        }
    }

    /// Whether something that it opens depends on the channel.
    pub(super) fn asks_channel(&self) -> bool {
        let rings = self.steps.iter().map(|step| &step.ring).chain([&self.ring]);
        rings.flat_map(|ring| &ring.queues).any(Expression::asks_channel)
    }
}

/// Who may serve; without any part, nobody.
#[derive(Clone, Debug, Default)]
struct Ring {
    everyone: bool,
    parts: Vec<Expression>,
    /// What queues ask whose agents may serve too.
    queues: Vec<Expression>,
}

impl Ring {
    /// Those of the ring who meet `need`, and those of its queues who meet what the contact asks for itself.
    fn admits(&self, need: Expression, own: impl FnOnce() -> Expression) -> Expression {
        let home = match self.parts.as_slice() {
            _ if self.everyone => need,
            [only] => need.and(only.clone()),
            parts => need.and(Expression::Any(parts.to_vec())),
        };
        match self.queues.as_slice() {
            [] => home,
            [only] => Expression::Any(vec![home, only.clone().and(own())]),
            queues => Expression::Any(vec![home, Expression::Any(queues.to_vec()).and(own())]),
        }
    }
}

impl Compiled {
    pub(super) fn plan(
        &self,
        config: &Config,
        queue: &QueueConfig,
        path: &str,
        problems: &mut Problems,
    ) -> Plan {
        at_most(queue.plan.len(), limits::MAX_STEPS, format!("{path}.plan"), problems);
        let mut ring = Ring { everyone: queue.targets.is_empty(), ..Ring::default() };
        self.targets((config, queue), &queue.targets, &mut ring, &format!("{path}.targets"), problems);
        let mut plan = Plan { ring: ring.clone(), steps: Vec::new() };
        let mut relaxed = Relaxation::default();
        for (i, step) in queue.plan.iter().enumerate() {
            let at = format!("{path}.plan[{i}]");
            let before = i.checked_sub(1).map_or(Span::ZERO, |before| queue.plan[before].after);
            problems.check(before < step.after, format!("{at}.after"), "must be later than the step before");
            relaxed.join(&self.relaxation(step, &at, problems));
            if !step.move_to.is_empty() {
                ring = Ring::default();
            }
            self.targets((config, queue), &step.move_to, &mut ring, &format!("{at}.move"), problems);
            self.targets((config, queue), &step.add, &mut ring, &format!("{at}.add"), problems);
            let moves_to = step.move_to_queue.as_ref().and_then(|name| {
                let last = i + 1 == queue.plan.len();
                problems.check(
                    last,
                    format!("{at}.move_to_queue"),
                    "no step follows one that leaves the queue",
                );
                let to = self.queue_id(name).filter(|_| *name != queue.name);
                problems.check(
                    to.is_some(),
                    format!("{at}.move_to_queue"),
                    format!("no other queue is called {name:?}"),
                );
                to
            });
            let stays = !step.callback || step.move_to_queue.is_none();
            problems.check(stays, format!("{at}.callback"), "a step that leaves the queue calls nobody back");
            let hours = !step.callback || queue.opening.is_some();
            problems.check(hours, format!("{at}.callback"), "needs the queue's opening hours");
            plan.steps.push(Step {
                after: step.after,
                relaxed: relaxed.clone(),
                ring: ring.clone(),
                narrows: !step.move_to.is_empty(),
                moves_to,
                calls_back: step.callback,
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

    fn targets(
        &self,
        (config, home): (&Config, &QueueConfig),
        targets: &[Target],
        ring: &mut Ring,
        path: &str,
        problems: &mut Problems,
    ) {
        at_most(targets.len(), limits::MAX_TARGETS, path.to_owned(), problems);
        for (i, target) in targets.iter().enumerate() {
            let at = format!("{path}[{i}]");
            match target {
                Target::Everyone => ring.everyone = true,
                Target::Partner(name) => {
                    check_name(name, at, problems);
                    ring.parts.push(Expression::Partner(name.clone()));
                }
                Target::Site(name) => {
                    check_name(name, at, problems);
                    ring.parts.push(Expression::Site(name.clone()));
                }
                Target::Pool(name) => match self.pool_id(name) {
                    Some(pool) => ring.parts.push(Expression::Pool(pool)),
                    None => problems.add(at, format!("no pool is called {name:?}")),
                },
                Target::Queue(name) => {
                    let found = config.queues.iter().find(|queue| queue.name == *name && *name != home.name);
                    match found {
                        None => problems.add(at, format!("no other queue is called {name:?}")),
                        Some(other) if !other.absolute.is_within(&home.absolute) => {
                            problems
                                .add(at, format!("queue {name:?} needs more that is absolute than this one"));
                        }
                        // A condition that cannot be read is reported where it stands.
                        Some(other) => ring.queues.extend(self.expression(&other.requires)),
                    }
                }
            }
        }
    }
}

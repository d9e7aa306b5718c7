//! Running scenarios until the end or until somebody presses Ctrl-C: detached from the interpreter, unless Python decides.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::thread;

use pyo3::prelude::*;
use sunline_core::measures::PolicyMeasures;
use sunline_core::{Event, Span, Timestamp};
use sunline_sim::{Listener, Records, World};

use crate::choosing::{Decider, Raised, run_by_rule, set_scorer};
use crate::decisions::Decisions;
use crate::errors::Refusal;
use crate::interrupts::{BETWEEN_LOOKS, Interrupts};
use crate::report::Report;
use crate::scenario::Scenario;

/// Runs one replication; `record`: keep a row for each contact; `decisions`: and one for each offer; `policy`: measure what
/// the policy did; `scorer`, `advisor` or `rule`: Python that decides, at most one of them.
#[pyfunction]
#[pyo3(signature = (
    scenario, seed, replication, *, record, decisions=false, policy=false, scorer=None, advisor=None, rule=None
))]
#[allow(clippy::too_many_arguments, reason = "one for each wish of the front")]
pub(crate) fn run(
    py: Python<'_>,
    scenario: &Scenario,
    seed: u64,
    replication: u64,
    record: bool,
    decisions: bool,
    policy: bool,
    scorer: Option<Py<PyAny>>,
    advisor: Option<Py<PyAny>>,
    rule: Option<Py<PyAny>>,
) -> PyResult<Report> {
    let decider = scorer.map(Decider::Scorer).or(advisor.map(Decider::Advisor)).or(rule.map(Decider::Rule));
    let decides_here = decider.is_some();
    let run = || {
        let mut interrupts = Interrupts::new();
        let keep = Keep { contacts: record || decisions, decisions, policy };
        let report = play(&scenario.0, seed, replication, keep, decider, || interrupts.go_on())?;
        interrupts.into_result()?;
        Ok(report)
    };
    // Where Python decides, giving the interpreter away and asking for it again would cost more than most decisions do.
    if decides_here { run() } else { py.detach(run) }
}

/// Runs replications `first` to `first + count − 1` on so many threads; one report each, in order. `progress` is told
/// after each how many are done; what it raises ends the run.
#[pyfunction]
#[pyo3(signature = (scenario, seed, count, *, threads, record, policy=false, first=0, progress=None))]
#[allow(clippy::too_many_arguments, reason = "one for each wish of the front")]
pub(crate) fn replicate(
    py: Python<'_>,
    scenario: &Scenario,
    seed: u64,
    count: u64,
    threads: Option<usize>,
    record: bool,
    policy: bool,
    first: u64,
    progress: Option<Py<PyAny>>,
) -> PyResult<Vec<Report>> {
    let cores = || thread::available_parallelism().map_or(1, usize::from);
    let threads = threads.unwrap_or_else(cores).clamp(1, usize::try_from(count.max(1)).unwrap_or(usize::MAX));
    py.detach(|| {
        let (next, stop) = (AtomicU64::new(0), AtomicBool::new(false));
        let keep = Keep { contacts: record, decisions: false, policy };
        let mut reports = thread::scope(|scope| {
            let (done, finished) = channel();
            for _ in 0..threads {
                let (done, next, stop) = (done.clone(), &next, &stop);
                scope.spawn(move || {
                    loop {
                        let replication = next.fetch_add(1, Ordering::Relaxed);
                        if replication >= count || stop.load(Ordering::Relaxed) {
                            return;
                        }
                        let go_on = || !stop.load(Ordering::Relaxed);
                        let number = first.saturating_add(replication);
                        let report = play(&scenario.0, seed, number, keep, None, go_on);
                        if done.send(report).is_err() {
                            return;
                        }
                    }
                });
            }
            drop(done);
            let mut interrupts = Interrupts::new();
            let mut reports = Vec::new();
            let ended = loop {
                match finished.recv_timeout(BETWEEN_LOOKS) {
                    Ok(Ok(report)) => {
                        reports.push(report);
                        let told = progress.as_ref().map(|progress| {
                            Python::attach(|py| progress.call1(py, (reports.len(),)).map(|_| ()))
                        });
                        if let Some(Err(raised)) = told {
                            break Err(raised);
                        }
                    }
                    Ok(Err(raised)) => break Err(raised),
                    Err(RecvTimeoutError::Disconnected) => break Ok(()),
                    Err(RecvTimeoutError::Timeout) => {}
                }
                if !interrupts.go_on() {
                    break interrupts.into_result();
                }
            };
            stop.store(true, Ordering::Relaxed);
            ended.map(|()| reports)
        })?;
        reports.sort_unstable_by_key(|report| report.replication);
        Ok(reports)
    })
}

/// What to keep of a run besides its figures.
#[derive(Clone, Copy, Debug)]
struct Keep {
    contacts: bool,
    decisions: bool,
    policy: bool,
}

/// Hears what is wanted besides the figures. Rows alone are heard by `Records` itself, which costs least.
struct Kept {
    records: Option<Records>,
    decisions: Option<Decisions>,
    policy: Option<PolicyMeasures>,
    /// Where the warm-up ends, until it has.
    warm: Option<Timestamp>,
}

impl Kept {
    fn new(keep: Keep, scenario: &sunline_sim::Scenario) -> Self {
        Self {
            records: keep.contacts.then(Records::default),
            decisions: keep.decisions.then(Decisions::default),
            policy: keep.policy.then(PolicyMeasures::default),
            warm: (scenario.warm_up > Span::ZERO).then(|| scenario.start + scenario.warm_up),
        }
    }
}

impl Listener for Kept {
    fn hear(&mut self, event: &Event) {
        if let Some(policy) = &mut self.policy {
            if let Some(warm) = self.warm.take_if(|warm| event.at >= *warm) {
                policy.restart(warm);
            }
            policy.observe(event);
        }
        if let Some(records) = &mut self.records {
            records.hear(event);
        }
        if let Some(decisions) = &mut self.decisions {
            decisions.hear(event);
        }
    }
}

/// One replication, as far as `go_on` lets it.
fn play(
    scenario: &sunline_sim::Scenario,
    seed: u64,
    replication: u64,
    keep: Keep,
    decider: Option<Decider>,
    mut go_on: impl FnMut() -> bool,
) -> PyResult<Report> {
    let mut world = World::new(scenario, seed, replication).map_err(Refusal::from)?;
    let mut kept = Kept::new(keep, scenario);
    match decider {
        Some(Decider::Rule(rule)) => run_by_rule(&mut world, &rule, &mut kept, go_on)?,
        Some(decider) => {
            let raised = Raised::default();
            set_scorer(&mut world, decider, raised.clone());
            world.run_while(&mut kept, || raised.nothing() && go_on());
            raised.into_result()?;
        }
        None => run_alone(&mut world, keep, &mut kept, go_on),
    }
    Ok(Report {
        replication,
        report: world.report(),
        records: kept.records,
        policy: kept.policy,
        decisions: kept.decisions.map(|decisions| (decisions, BTreeMap::new())),
    })
}

/// A run in which no Python decides. What is not wanted is not even asked for.
fn run_alone(world: &mut World<'_>, keep: Keep, kept: &mut Kept, go_on: impl FnMut() -> bool) {
    match (keep, &mut kept.records) {
        (Keep { contacts: false, decisions: false, policy: false }, _) => world.run_while(&mut (), go_on),
        (Keep { decisions: false, policy: false, .. }, Some(records)) => world.run_while(records, go_on),
        _ => world.run_while(kept, go_on),
    };
}

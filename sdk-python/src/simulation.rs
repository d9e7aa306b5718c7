//! Running scenarios, detached from the interpreter, until the end or until somebody presses Ctrl-C.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::thread;

use pyo3::prelude::*;
use sunline_core::measures::PolicyMeasures;
use sunline_core::{AgentId, ContactId, Domain, Event, Span};
use sunline_sim::{Listener, Records, World};

use crate::decisions::Decisions;
use crate::errors::Refusal;
use crate::interrupts::{BETWEEN_LOOKS, Interrupts};
use crate::report::Report;
use crate::scenario::Scenario;

/// Runs one replication; `record`: keep a row for each contact; `decisions`: and one for each offer; `scorer`: asked for
/// scores of agents.
#[pyfunction]
#[pyo3(signature = (scenario, seed, replication, *, record, decisions=false, scorer=None))]
pub(crate) fn run(
    py: Python<'_>,
    scenario: &Scenario,
    seed: u64,
    replication: u64,
    record: bool,
    decisions: bool,
    scorer: Option<Py<PyAny>>,
) -> PyResult<Report> {
    py.detach(|| {
        let mut interrupts = Interrupts::new();
        let keep = Keep { contacts: record, decisions };
        let report = play(&scenario.0, seed, replication, keep, scorer, || interrupts.go_on())?;
        interrupts.into_result()?;
        Ok(report)
    })
}

/// Runs replications `first` to `first + count − 1` on so many threads; one report each, in order. `progress` is told
/// after each how many are done; what it raises ends the run.
#[pyfunction]
#[pyo3(signature = (scenario, seed, count, *, threads, record, first=0, progress=None))]
#[allow(clippy::too_many_arguments, reason = "one for each wish of the front")]
pub(crate) fn replicate(
    py: Python<'_>,
    scenario: &Scenario,
    seed: u64,
    count: u64,
    threads: Option<usize>,
    record: bool,
    first: u64,
    progress: Option<Py<PyAny>>,
) -> PyResult<Vec<Report>> {
    let cores = || thread::available_parallelism().map_or(1, usize::from);
    let threads = threads.unwrap_or_else(cores).clamp(1, usize::try_from(count.max(1)).unwrap_or(usize::MAX));
    py.detach(|| {
        let (next, stop) = (AtomicU64::new(0), AtomicBool::new(false));
        let keep = Keep { contacts: record, decisions: false };
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
                    Ok(Err(refusal)) => break Err(PyErr::from(refusal)),
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
}

/// One replication, as far as `go_on` lets it.
fn play(
    scenario: &sunline_sim::Scenario,
    seed: u64,
    replication: u64,
    keep: Keep,
    scorer: Option<Py<PyAny>>,
    go_on: impl FnMut() -> bool,
) -> Result<Report, Refusal> {
    let mut world = World::new(scenario, seed, replication)?;
    if let Some(scorer) = scorer {
        world.set_scorer(move |_: &Domain, contact: &ContactId, candidates: &[AgentId]| {
            ask(&scorer, contact, candidates)
        });
    }
    if !keep.contacts && !keep.decisions {
        world.run_while(&mut (), go_on);
        let report = world.report();
        return Ok(Report { replication, report, records: None, policy: None, decisions: None });
    }
    let mut decisions = keep.decisions.then(Decisions::default);
    let (mut records, mut policy) = (Records::default(), PolicyMeasures::default());
    let warm = scenario.start + scenario.warm_up;
    let mut is_warm = scenario.warm_up == Span::ZERO;
    let mut both = |event: &Event| {
        if !is_warm && event.at >= warm {
            policy.restart(warm);
            is_warm = true;
        }
        records.hear(event);
        policy.observe(event);
        if let Some(decisions) = &mut decisions {
            decisions.hear(event);
        }
    };
    world.run_while(&mut both, go_on);
    Ok(Report {
        replication,
        report: world.report(),
        records: Some(records),
        policy: Some(policy),
        decisions: decisions.map(|decisions| (decisions, BTreeMap::new())),
    })
}

/// Asks a scorer in Python. One that breaks is reported where Python reports such things, and leaves the choice to the
/// queue's rule.
fn ask(scorer: &Py<PyAny>, contact: &ContactId, candidates: &[AgentId]) -> Vec<(AgentId, i64)> {
    let numbers: Vec<u32> = candidates.iter().map(|agent| agent.0).collect();
    Python::attach(|py| {
        let answer = scorer.call1(py, (contact.to_string(), numbers));
        let scores = answer.and_then(|scores| scores.extract::<Vec<(u32, i64)>>(py));
        match scores {
            Ok(scores) => scores.into_iter().map(|(agent, score)| (AgentId(agent), score)).collect(),
            Err(error) => {
                error.write_unraisable(py, None);
                Vec::new()
            }
        }
    })
}

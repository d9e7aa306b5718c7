//! Running scenarios, detached from the interpreter, until the end or until somebody presses Ctrl-C.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::thread;

use pyo3::prelude::*;
use sunline_core::measures::PolicyMeasures;
use sunline_core::{AgentId, ContactId, Domain, Event, Span};
use sunline_sim::{Listener, Records, World};

use crate::errors::Refusal;
use crate::interrupts::{BETWEEN_LOOKS, Interrupts};
use crate::report::Report;
use crate::scenario::Scenario;

/// Runs one replication; `record`: keep a row for each contact; `scorer`: asked for scores of agents.
#[pyfunction]
#[pyo3(signature = (scenario, seed, replication, *, record, scorer=None))]
pub(crate) fn run(
    py: Python<'_>,
    scenario: &Scenario,
    seed: u64,
    replication: u64,
    record: bool,
    scorer: Option<Py<PyAny>>,
) -> PyResult<Report> {
    py.detach(|| {
        let mut interrupts = Interrupts::new();
        let report = play(&scenario.0, seed, replication, record, scorer, || interrupts.go_on())?;
        interrupts.into_result()?;
        Ok(report)
    })
}

/// Runs replications 0 to `count − 1` on so many threads; one report each, in order.
#[pyfunction]
#[pyo3(signature = (scenario, seed, count, *, threads, record))]
pub(crate) fn replicate(
    py: Python<'_>,
    scenario: &Scenario,
    seed: u64,
    count: u64,
    threads: Option<usize>,
    record: bool,
) -> PyResult<Vec<Report>> {
    let cores = || thread::available_parallelism().map_or(1, usize::from);
    let threads = threads.unwrap_or_else(cores).clamp(1, usize::try_from(count.max(1)).unwrap_or(usize::MAX));
    py.detach(|| {
        let (next, stop) = (AtomicU64::new(0), AtomicBool::new(false));
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
                        let report = play(&scenario.0, seed, replication, record, None, go_on);
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
                    Ok(Ok(report)) => reports.push(report),
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

/// One replication, as far as `go_on` lets it.
fn play(
    scenario: &sunline_sim::Scenario,
    seed: u64,
    replication: u64,
    record: bool,
    scorer: Option<Py<PyAny>>,
    go_on: impl FnMut() -> bool,
) -> Result<Report, Refusal> {
    let mut world = World::new(scenario, seed, replication)?;
    if let Some(scorer) = scorer {
        world.set_scorer(move |_: &Domain, contact: &ContactId, candidates: &[AgentId]| {
            ask(&scorer, contact, candidates)
        });
    }
    if !record {
        world.run_while(&mut (), go_on);
        return Ok(Report { replication, report: world.report(), records: None, policy: None });
    }
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
    };
    world.run_while(&mut both, go_on);
    Ok(Report { replication, report: world.report(), records: Some(records), policy: Some(policy) })
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

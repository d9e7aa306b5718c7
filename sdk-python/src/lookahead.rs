//! Looking ahead from a copy of the live state, detached from the interpreter, until the end or until somebody presses
//! Ctrl-C.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::thread;
use std::time::Duration;

use pyo3::prelude::*;
use smol_str::SmolStr;
use sunline_core::forecast::WaitMode;
use sunline_core::measures::ServiceLevel;
use sunline_core::time::{Span, Timestamp};
use sunline_core::{Domain, QueueId};
use sunline_sim::lookahead::{self, Change, Figure, LookAheadError, Plan, Share, Subject, Who};
use sunline_sim::statistics::Estimate;
use sunline_sim::{Answers, lookahead::WaitOutlook as Wait};

use crate::config::{agent_spec, parsed};
use crate::engine::{ContactRef, details};
use crate::errors::Refusal;
use crate::interrupts::{BETWEEN_LOOKS, Interrupts};
use crate::laws::Distribution;
use crate::scenario::{Shifts, Stream, hours, stream};

/// Mean, standard error, degrees of freedom.
type EstimateTuple = (f64, f64, u64);
/// Horizon in ns, replications, budget in s, seed, threads.
type PlanTuple = (i64, u64, Option<f64>, u64, Option<usize>);
/// Kind, names, count, pool or queue, factor, instant in ns from now.
type ChangeTuple = (String, Vec<String>, Option<u32>, Option<String>, f64, i64);

/// What is assumed of the hours to come.
#[pyclass(frozen, module = "sunline._native")]
pub(crate) struct Assumptions(pub(crate) lookahead::Assumptions);

#[pymethods]
impl Assumptions {
    #[new]
    #[pyo3(signature = (streams, shifts, pace, answers, /))]
    fn new(
        streams: Vec<Stream<'_>>,
        shifts: Vec<Shifts>,
        pace: Vec<(String, f64)>,
        answers: (PyRef<'_, Distribution>, f64, f64),
    ) -> PyResult<Self> {
        let (after, ignored, declined) = answers;
        let mut assumptions = lookahead::Assumptions::of_streams(streams.into_iter().map(stream).collect());
        for (name, list) in shifts {
            assumptions.shifts.insert(name.as_str().into(), hours(&name, &list)?);
        }
        assumptions.pace = pace.into_iter().map(|(name, pace)| (name.into(), pace)).collect();
        assumptions.answers = Answers { after: after.0.clone(), ignored, declined };
        Ok(Self(assumptions))
    }

    /// The same with the shifts, paces and answers of another.
    #[pyo3(signature = (other, /))]
    fn with_agents_of(&self, other: &Self) -> Self {
        Self(lookahead::Assumptions { streams: self.0.streams.clone(), ..other.0.clone() })
    }
}

/// A copied state, and what is assumed of the hours to come.
#[pyclass(frozen, module = "sunline._native")]
pub(crate) struct LookAhead(Arc<lookahead::LookAhead>);

impl LookAhead {
    pub(crate) fn new(
        branch: Domain,
        now: Timestamp,
        assumptions: lookahead::Assumptions,
    ) -> Result<Self, Refusal> {
        Ok(Self(Arc::new(lookahead::LookAhead::of_branch(branch, now, assumptions)?)))
    }
}

#[pymethods]
impl LookAhead {
    /// The instant from which it looks.
    #[getter]
    fn now_ns(&self) -> i64 {
        self.0.now().as_nanos()
    }

    /// How the queues will do.
    #[pyo3(signature = (plan, /))]
    fn queues(&self, py: Python<'_>, plan: PlanTuple) -> PyResult<QueueOutlook> {
        let plan = plan_of(plan)?;
        let outlook = long(py, |go_on| self.0.queues_while(&plan, go_on))?;
        Ok(QueueOutlook(outlook))
    }

    /// How long a waiting contact will wait.
    #[pyo3(signature = (contact, served, plan, /))]
    fn wait(
        &self,
        py: Python<'_>,
        contact: ContactRef,
        served: bool,
        plan: PlanTuple,
    ) -> PyResult<WaitOutlook> {
        self.ask(py, &Subject::Contact(contact.0), served, plan)
    }

    /// How long a contact would wait that arrived now.
    #[pyo3(signature = (queue, points, details_json, payload, served, plan, /))]
    #[allow(clippy::too_many_arguments, reason = "a contact has many sides")]
    fn wait_of_newcomer(
        &self,
        py: Python<'_>,
        queue: &str,
        points: i64,
        details_json: Option<&str>,
        payload: Option<Vec<u8>>,
        served: bool,
        plan: PlanTuple,
    ) -> PyResult<WaitOutlook> {
        let details = details(details_json, payload)?;
        self.ask(py, &Subject::Newcomer { queue: queue.into(), points, details }, served, plan)
    }

    /// The same state under other circumstances, with the same luck.
    #[pyo3(signature = (changes, /))]
    fn what_if(&self, changes: Vec<ChangeTuple>) -> Result<Self, Refusal> {
        let changes = changes.into_iter().map(change_of).collect::<Result<Vec<_>, _>>()?;
        Ok(Self(Arc::new(self.0.what_if(&changes)?)))
    }
}

impl LookAhead {
    fn ask(&self, py: Python<'_>, subject: &Subject, served: bool, plan: PlanTuple) -> PyResult<WaitOutlook> {
        let plan = plan_of(plan)?;
        let mode = if served { WaitMode::GivenServed } else { WaitMode::IfYouStay };
        let outlook = long(py, |go_on| self.0.wait_while(subject, mode, &plan, go_on))?;
        Ok(WaitOutlook(outlook))
    }
}

/// Runs something long on threads of its own, while this one looks for Ctrl-C.
fn long<T: Send>(
    py: Python<'_>,
    run: impl FnOnce(&(dyn Fn() -> bool + Sync)) -> Result<T, LookAheadError> + Send,
) -> PyResult<T> {
    py.detach(|| {
        let stop = AtomicBool::new(false);
        thread::scope(|scope| {
            let (done, finished) = channel();
            let stop = &stop;
            scope.spawn(move || done.send(run(&|| !stop.load(Ordering::Relaxed))));
            let mut interrupts = Interrupts::new();
            loop {
                match finished.recv_timeout(BETWEEN_LOOKS) {
                    Ok(outlook) => {
                        interrupts.into_result()?;
                        return Ok(outlook.map_err(Refusal::from)?);
                    }
                    Err(RecvTimeoutError::Timeout) if interrupts.go_on() => {}
                    Err(_) => stop.store(true, Ordering::Relaxed),
                }
            }
        })
    })
}

/// Figures of queues over replications.
#[pyclass(frozen, module = "sunline._native")]
pub(crate) struct QueueOutlook(lookahead::QueueOutlook);

#[pymethods]
impl QueueOutlook {
    /// The names of the queues.
    fn names(&self) -> Vec<String> {
        self.0.names().iter().map(SmolStr::to_string).collect()
    }

    /// How many replications were run.
    #[getter]
    fn replications(&self) -> usize {
        self.0.replications().len()
    }

    /// A figure in each replication; of one queue, or of all together.
    #[pyo3(signature = (queue, figure, /))]
    fn values(&self, queue: Option<u16>, figure: &str) -> Result<Vec<Option<f64>>, Refusal> {
        let (queue, figure) = (queue.map(QueueId), figure_of(figure)?);
        Ok(self.0.replications().iter().map(|figures| figures.figure(queue, figure)).collect())
    }

    #[pyo3(signature = (queue, figure, /))]
    fn estimate(&self, queue: Option<u16>, figure: &str) -> Result<EstimateTuple, Refusal> {
        Ok(estimate_tuple(self.0.estimate(queue.map(QueueId), figure_of(figure)?)?))
    }

    /// The paired difference to another outlook; how many times pairing has cut the variance.
    #[pyo3(signature = (base, queue, figure, /))]
    fn minus(
        &self,
        base: &Self,
        queue: Option<u16>,
        figure: &str,
    ) -> Result<(EstimateTuple, Option<f64>), Refusal> {
        let difference = self.0.minus(&base.0, queue.map(QueueId), figure_of(figure)?)?;
        Ok((estimate_tuple(difference.change), difference.gain))
    }
}

/// A wait over replications.
#[pyclass(frozen, module = "sunline._native")]
pub(crate) struct WaitOutlook(Wait);

/// A share, and of how many.
type ShareTuple = (f64, u64);
/// Value, at least, at most, in ns; `None` is beyond the horizon.
type QuantileTuple = (Option<i64>, Option<i64>, Option<i64>);

#[pymethods]
impl WaitOutlook {
    #[getter]
    fn replications(&self) -> u64 {
        self.0.replications()
    }

    #[getter]
    fn horizon_ns(&self) -> i64 {
        self.0.horizon().as_nanos()
    }

    fn mean(&self) -> Result<EstimateTuple, Refusal> {
        Ok(estimate_tuple(self.0.mean()?))
    }

    #[pyo3(signature = (q, /))]
    fn quantile(&self, q: f64) -> Option<QuantileTuple> {
        let ns = |span: Option<Span>| span.map(Span::as_nanos);
        self.0.quantile(q).map(|found| (ns(found.value), ns(found.low), ns(found.high)))
    }

    #[pyo3(signature = (t_ns, /))]
    fn p_within(&self, t_ns: i64) -> Option<ShareTuple> {
        self.0.p_within(Span::from_nanos(t_ns)).map(share_tuple)
    }

    fn p_meets_target(&self) -> Option<ShareTuple> {
        self.0.p_meets_target().map(share_tuple)
    }

    fn p_abandons(&self) -> Option<ShareTuple> {
        self.0.p_abandons().map(share_tuple)
    }

    fn p_beyond_horizon(&self) -> Option<ShareTuple> {
        self.0.p_beyond_horizon().map(share_tuple)
    }
}

/// Bounds of a share of so many replications.
#[pyfunction]
#[pyo3(signature = (value, replications, level, /))]
pub(crate) fn share_interval(value: f64, replications: u64, level: f64) -> Result<(f64, f64), Refusal> {
    Ok(Share { value, replications }.interval(level)?)
}

fn share_tuple(share: Share) -> ShareTuple {
    (share.value, share.replications)
}

fn estimate_tuple(estimate: Estimate) -> EstimateTuple {
    (estimate.mean, estimate.standard_error, estimate.degrees_of_freedom)
}

fn plan_of((horizon_ns, replications, budget_s, seed, threads): PlanTuple) -> Result<Plan, Refusal> {
    let wrong = |_| {
        Refusal::new("InvalidArgument", "out_of_range", "a budget is 0 s or more").with("argument", "budget")
    };
    let budget = budget_s.map(Duration::try_from_secs_f64).transpose().map_err(wrong)?;
    Ok(Plan { horizon: Span::from_nanos(horizon_ns), replications, budget, seed, threads })
}

fn figure_of(word: &str) -> Result<Figure, Refusal> {
    let formula = ServiceLevel::ALL.into_iter().find(|formula| formula.name() == word);
    let unknown = || {
        let message = format!("there is no figure {word:?}");
        Refusal::new("InvalidArgument", "no_such_figure", message).with("argument", "figure")
    };
    Ok(match (formula, word) {
        (Some(formula), _) => Figure::ServiceLevel(formula),
        (None, "asa_s") => Figure::Asa,
        (None, "mean_wait_s") => Figure::MeanWait,
        (None, "abandonment") => Figure::Abandonment,
        (None, "arrived") => Figure::Arrived,
        (None, "answered") => Figure::Answered,
        (None, "abandoned") => Figure::Abandoned,
        (None, "waiting") => Figure::Waiting,
        _ => return Err(unknown()),
    })
}

fn change_of((kind, names, count, of, factor, after_ns): ChangeTuple) -> Result<Change, Refusal> {
    let (of, after) = (of.map(SmolStr::from), Span::from_nanos(after_ns));
    let named = || names.iter().map(SmolStr::from).collect();
    Ok(match (kind.as_str(), count) {
        ("leave", Some(count)) => Change::AgentsLeave { who: Who::Any { count, pool: of }, after },
        ("leave", None) => Change::AgentsLeave { who: Who::Named(named()), after },
        ("come", _) => Change::AgentsCome { agents: named(), after },
        ("join", _) => {
            let agents = names.iter().map(|spec| agent_spec(spec)).collect::<Result<_, _>>()?;
            Change::AgentsJoin { agents, after }
        }
        ("configured", _) => {
            let text = names.first().map_or("", String::as_str);
            Change::Configured { config: Box::new(parsed(text, true)?) }
        }
        ("arrivals", _) => Change::Arrivals { queue: of, factor },
        _ => Change::HandleTime { factor },
    })
}

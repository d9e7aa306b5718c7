//! Python that decides: scorers, and whole selection rules that are shown who waits and who is free.
//!
//! A whole rule is asked after every step of a world whose engine decides nothing by itself; its pairs are made with
//! `Pull`. As a scorer a rule is shown one contact and the agents that the engine thinks of.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use pyo3::exceptions::PyException;
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyDict, PyList};
use sunline_core::{
    AgentId, AgentState, AgentView, Command, ContactId, ContactState, Domain, Event, EventKind, QueueId,
    Timestamp,
};
use sunline_sim::{Listener, World};

use crate::errors::Refusal;

/// Contacts of one queue that a whole rule is shown at most, the oldest.
const MOST_OF_QUEUE: usize = 64;

/// What decides in Python.
pub(crate) enum Decider {
    /// Called with a contact's id and numbers of agents; answers with a mapping from numbers to scores.
    Scorer(Py<PyAny>),
    /// Called with a moment of one contact; answers with scores by place of the agent, or none.
    Advisor(Py<PyAny>),
    /// Called with every moment; answers with pairs.
    Rule(Py<PyAny>),
}

/// What a callback raised that ends the run: of a scorer what is no ordinary exception, such as Ctrl-C; of a rule
/// everything.
#[derive(Clone, Debug, Default)]
pub(crate) struct Raised(Rc<RefCell<Option<PyErr>>>);

impl Raised {
    /// Whether the run may go on.
    pub(crate) fn nothing(&self) -> bool {
        self.0.borrow().is_none()
    }

    pub(crate) fn into_result(self) -> PyResult<()> {
        self.0.take().map_or(Ok(()), Err)
    }

    fn keep(&self, error: PyErr) {
        self.0.borrow_mut().get_or_insert(error);
    }
}

/// Lets a scorer or an advisor answer in a world. One that breaks is reported where Python reports such things, and
/// leaves the choice to the queue's rule; one that is interrupted ends the run.
pub(crate) fn set_scorer(world: &mut World<'_>, decider: Decider, raised: Raised) {
    world.set_scorer(move |domain: &Domain, contact: &ContactId, candidates: &[AgentId]| {
        if !raised.nothing() {
            return Vec::new();
        }
        Python::attach(|py| {
            let scores = match &decider {
                Decider::Scorer(scorer) | Decider::Rule(scorer) => ask(scorer.bind(py), contact, candidates),
                Decider::Advisor(advisor) => {
                    let moment = Moment::of_one(domain, contact, candidates);
                    let scores = advisor.call1(py, (moment.native(py),));
                    scores.and_then(|scores| scores.extract(py)).map(|scores: Vec<(u32, i64)>| named(&scores))
                }
            };
            match scores {
                Ok(scores) => scores,
                Err(error) if error.is_instance_of::<PyException>(py) => {
                    error.write_unraisable(py, None);
                    Vec::new()
                }
                Err(error) => {
                    raised.keep(error);
                    Vec::new()
                }
            }
        })
    });
}

/// Asks a scorer about one contact. It is asked for every decision, so as few objects are made as can be: a text, a list and
/// what the scorer itself makes.
fn ask(
    scorer: &Bound<'_, PyAny>,
    contact: &ContactId,
    candidates: &[AgentId],
) -> PyResult<Vec<(AgentId, i64)>> {
    let id = contact.number().map_or_else(|| contact.to_string(), |number| number.to_string());
    let numbers = PyList::new(scorer.py(), candidates.iter().map(|agent| agent.0))?;
    let scores = scorer.call1((id, numbers))?;
    let entry = |agent: &Bound<'_, PyAny>, score: &Bound<'_, PyAny>| {
        PyResult::Ok((AgentId(agent.extract()?), score.extract()?))
    };
    if let Ok(scores) = scores.cast_exact::<PyDict>() {
        return scores.iter().map(|(agent, score)| entry(&agent, &score)).collect();
    }
    let items = scores.call_method0("items")?;
    items
        .try_iter()?
        .map(|item| item?.extract())
        .collect::<PyResult<_>>()
        .map(|scores: Vec<_>| named(&scores))
}

fn named(scores: &[(u32, i64)]) -> Vec<(AgentId, i64)> {
    scores.iter().map(|&(agent, score)| (AgentId(agent), score)).collect()
}

/// Runs a world in which a whole rule decides, as far as `go_on` lets it.
///
/// # Errors
/// What the rule raised, and pairs that cannot be.
pub(crate) fn run_by_rule(
    world: &mut World<'_>,
    rule: &Py<PyAny>,
    listener: &mut impl Listener,
    mut go_on: impl FnMut() -> bool,
) -> PyResult<()> {
    let mut here = Here::new(world.domain());
    world.begin(&mut Both(&mut here, listener));
    loop {
        decide(world, rule, &mut here, listener)?;
        if !world.step(&mut Both(&mut here, listener)) || !go_on() {
            return Ok(());
        }
    }
}

/// Asks the rule where a pair could be made, and makes those it says.
fn decide(
    world: &mut World<'_>,
    rule: &Py<PyAny>,
    here: &mut Here,
    listener: &mut impl Listener,
) -> PyResult<()> {
    let Some(moment) = here.moment(world) else { return Ok(()) };
    let (pairs, again): (Vec<(usize, usize)>, Option<i64>) =
        Python::attach(|py| rule.call1(py, (moment.native(py),))?.extract(py))?;
    for (row, column) in pairs {
        let (Some(waits), Some(free)) = (moment.waiting.get(row), moment.free.get(column)) else {
            return Err(no_pair(format!("there is no contact {row} or no agent {column} in this moment")));
        };
        let pull = Command::Pull(free.agent, waits.contact);
        if let Err(error) = world.say(pull, &mut Both(here, listener)) {
            return Err(no_pair(error.to_string()));
        }
    }
    if let Some(again) = again {
        let again = Timestamp::from_nanos(again);
        here.again = Some(again);
        world.wake_at(again);
    }
    Ok(())
}

fn no_pair(message: String) -> PyErr {
    Refusal::new("InvalidArgument", "cannot_pair", format!("the rule made a pair that cannot be: {message}"))
        .with("argument", "rule")
        .into()
}

/// Two listeners, one after the other.
struct Both<'a, L>(&'a mut Here, &'a mut L);

impl<L: Listener> Listener for Both<'_, L> {
    fn hear(&mut self, event: &Event) {
        self.0.hear(event);
        self.1.hear(event);
    }
}

/// A contact that waits.
#[derive(Clone, Copy, Debug)]
struct Waits {
    contact: ContactId,
    queue: QueueId,
    origin: Timestamp,
    points: i64,
}

/// An agent that has room.
#[derive(Clone, Copy, Debug)]
struct Free {
    agent: AgentId,
    idle_since: Timestamp,
}

/// Arrived, answered, answered in time, given up, and waiting.
type Tally = [i64; 5];

/// What a rule is shown.
#[derive(Debug, Default)]
struct Moment {
    now: Timestamp,
    waiting: Vec<Waits>,
    free: Vec<Free>,
    /// For each contact and agent whether they may come together.
    may: Vec<u8>,
    /// By queue.
    tallies: Vec<Tally>,
}

/// The instant; of contacts numbers, queues, instants of origin and points; of agents numbers and idle clocks; who may
/// serve whom; tallies. All but the first in native byte order.
type NativeMoment<'py> = (i64, [Bound<'py, PyBytes>; 8]);

impl Moment {
    /// One contact, and agents who may serve it.
    fn of_one(domain: &Domain, contact: &ContactId, candidates: &[AgentId]) -> Self {
        let waiting = domain.contact_view(contact).map(|view| Waits {
            contact: view.id,
            queue: view.queue,
            origin: view.origin,
            points: view.points,
        });
        let free = |agent: &AgentId| {
            let idle_since = domain.agent_view(*agent).map_or(domain.now(), |view| view.idle_since);
            Free { agent: *agent, idle_since }
        };
        Self {
            now: domain.now(),
            waiting: waiting.into_iter().collect(),
            free: candidates.iter().map(free).collect(),
            may: vec![1; candidates.len()],
            tallies: Vec::new(),
        }
    }

    fn native<'py>(&self, py: Python<'py>) -> NativeMoment<'py> {
        let of_waiting = |value: fn(&Waits) -> i64| whole(py, self.waiting.iter().map(value));
        let of_free = |value: fn(&Free) -> i64| whole(py, self.free.iter().map(value));
        let columns = [
            of_waiting(|waits| waits.contact.number().map_or(-1, |number| number.cast_signed())),
            of_waiting(|waits| i64::from(waits.queue.0)),
            of_waiting(|waits| waits.origin.as_nanos()),
            of_waiting(|waits| waits.points),
            of_free(|free| i64::from(free.agent.0)),
            of_free(|free| free.idle_since.as_nanos()),
            PyBytes::new(py, &self.may),
            whole(py, self.tallies.iter().flatten().copied()),
        ];
        (self.now.as_nanos(), columns)
    }
}

fn whole(py: Python<'_>, values: impl Iterator<Item = i64>) -> Bound<'_, PyBytes> {
    let bytes: Vec<u8> = values.flat_map(i64::to_ne_bytes).collect();
    PyBytes::new(py, &bytes)
}

/// Who waits where, kept from the events.
#[derive(Debug)]
struct Here {
    queues: Vec<BTreeMap<(Timestamp, ContactId), i64>>,
    places: BTreeMap<ContactId, (QueueId, Timestamp)>,
    /// Contacts that may have begun or ceased to wait.
    touched: BTreeSet<ContactId>,
    changed: bool,
    /// When the rule wants to be asked again whatever has happened.
    again: Option<Timestamp>,
}

impl Listener for Here {
    fn hear(&mut self, event: &Event) {
        self.changed = true;
        match &event.kind {
            EventKind::ContactArrived { contact, .. }
            | EventKind::ContactUpdated { contact, .. }
            | EventKind::ContactMoved { contact, .. }
            | EventKind::ContactAssigned { contact, .. }
            | EventKind::ContactRequeued { contact, .. }
            | EventKind::ContactTransferred { contact, .. }
            | EventKind::OfferIssued { contact, .. }
            | EventKind::OfferAccepted { contact, .. }
            | EventKind::OfferEnded { contact, .. }
            | EventKind::ConnectionFailed { contact, .. }
            | EventKind::ContactEnded { contact, .. } => {
                self.touched.insert(*contact);
            }
            _ => {}
        }
    }
}

impl Here {
    fn new(domain: &Domain) -> Self {
        Self {
            queues: vec![BTreeMap::new(); domain.queues().len()],
            places: BTreeMap::new(),
            touched: BTreeSet::new(),
            changed: false,
            again: None,
        }
    }

    /// What the rule is shown now; `None` where nothing has changed or no pair could be made.
    fn moment(&mut self, world: &World<'_>) -> Option<Moment> {
        let is_time = self.again.take_if(|again| *again <= world.now()).is_some();
        if !core::mem::take(&mut self.changed) && !is_time {
            return None;
        }
        let domain = world.domain();
        self.update(domain);
        if self.places.is_empty() {
            return None;
        }
        let free: Vec<Free> = domain
            .agents()
            .filter(has_room)
            .map(|agent| Free { agent: agent.id, idle_since: agent.idle_since })
            .collect();
        if free.is_empty() {
            return None;
        }
        let (mut waiting, mut may) = (Vec::new(), Vec::new());
        for (place, contacts) in self.queues.iter().enumerate() {
            // Contacts of one queue are alike to agents in a world that makes no offers.
            let Some((&(_, head), _)) = contacts.first_key_value() else { continue };
            let able: Vec<u8> =
                free.iter().map(|free| u8::from(domain.could_pull(free.agent, &head))).collect();
            if able.iter().all(|able| *able == 0) {
                continue;
            }
            for (&(origin, contact), &points) in contacts.iter().take(MOST_OF_QUEUE) {
                waiting.push(Waits { contact, queue: QueueId(place as u16), origin, points });
                may.extend_from_slice(&able);
            }
        }
        if waiting.is_empty() {
            return None;
        }
        let counts = world.measures().queues();
        let tally = |(counts, waiting): (&sunline_core::measures::QueueCounts, &BTreeMap<_, _>)| {
            let signed = |count: u64| i64::try_from(count).unwrap_or(i64::MAX);
            [
                signed(counts.arrived),
                signed(counts.answered),
                signed(counts.answered_within),
                signed(counts.abandoned),
                signed(waiting.len() as u64),
            ]
        };
        let tallies = counts.iter().zip(&self.queues).map(tally).collect();
        Some(Moment { now: world.now(), waiting, free, may, tallies })
    }

    fn update(&mut self, domain: &Domain) {
        for contact in core::mem::take(&mut self.touched) {
            if let Some((queue, origin)) = self.places.remove(&contact) {
                self.queues[queue.index()].remove(&(origin, contact));
            }
            let waits = domain.contact_view(&contact).filter(|view| view.state == ContactState::Waiting);
            if let Some(view) = waits {
                self.queues[view.queue.index()].insert((view.origin, contact), view.points);
                self.places.insert(contact, (view.queue, view.origin));
            }
        }
    }
}

fn has_room(agent: &AgentView<'_>) -> bool {
    match agent.state {
        AgentState::Idle => true,
        AgentState::Busy => agent.used < agent.spec.capacity,
        _ => false,
    }
}

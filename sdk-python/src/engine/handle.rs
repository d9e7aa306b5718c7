//! Handles that may not say everything, and the audit.

use std::sync::atomic::Ordering;
use std::time::Duration;

use pyo3::IntoPyObjectExt;
use pyo3::prelude::*;
use sunline_core::{AgentId, CommandKey, ContactId, Named, QueueId, Receipt, Right, Seq};
use sunline_runtime::{
    AgentHandle, Answer, AuditRecord, EngineError, IngressHandle, ObserverHandle, SessionOptions,
    SupervisorHandle, blocking,
};

use super::command::{Command, ContactRef};
use super::event::{id, receipt_tuple};
use super::operation::Operation;
use super::session::Session;
use super::stream::EventStream;
use super::{Engine, FORKED, closed, views};
use crate::errors::Refusal;
use crate::explain;

/// A handle of one right.
#[derive(Clone)]
enum Held {
    Ingress(IngressHandle),
    Agent(AgentHandle),
    Supervisor(SupervisorHandle),
    Observer(ObserverHandle),
}

impl Held {
    async fn say(
        &self,
        key: Option<CommandKey>,
        command: sunline_core::Command,
    ) -> Result<Receipt, EngineError> {
        macro_rules! said {
            ($($right:ident),*) => {
                match (self, key) {
                    $(
                        (Self::$right(handle), Some(key)) => handle.say_once(key, command).await,
                        (Self::$right(handle), None) => handle.say(command).await,
                    )*
                }
            };
        }
        said!(Ingress, Agent, Supervisor, Observer)
    }

    fn label(&self) -> &str {
        match self {
            Self::Ingress(handle) => handle.label(),
            Self::Agent(handle) => handle.label(),
            Self::Supervisor(handle) => handle.label(),
            Self::Observer(handle) => handle.label(),
        }
    }

    /// Whether the contact may be read; a refusal is audited.
    async fn may_read(&self, contact: ContactId) -> Result<(), EngineError> {
        let seen = match self {
            Self::Ingress(handle) => handle.contact_view(contact).await,
            Self::Agent(handle) => handle.contact_view(contact).await,
            Self::Supervisor(handle) => handle.contact_view(contact).await,
            Self::Observer(handle) => handle.contact_view(contact).await,
        };
        seen.map(|_| ())
    }

    fn right(&self) -> Right {
        match self {
            Self::Ingress(_) => Right::Ingress,
            Self::Agent(handle) => Right::Agent(handle.agent()),
            Self::Supervisor(handle) => Right::Supervisor(std::sync::Arc::new(handle.queues().collect())),
            Self::Observer(_) => Right::Observer,
        }
    }
}

/// A narrowed handle.
#[pyclass(frozen, module = "sunline._native")]
pub(crate) struct Handle {
    // Dropped in this order: the handle while the engine's threads still run. `None` only while it is dropped.
    held: Option<(Held, blocking::Engine)>,
}

impl Drop for Handle {
    fn drop(&mut self) {
        if FORKED.load(Ordering::Relaxed) {
            // The engine's threads are not here.
            core::mem::forget(self.held.take());
        }
    }
}

impl Handle {
    fn of(held: Held, engine: blocking::Engine) -> Self {
        Self { held: Some((held, engine)) }
    }

    fn open(&self) -> Result<(Held, blocking::Engine), Refusal> {
        self.held.clone().filter(|_| !FORKED.load(Ordering::Relaxed)).ok_or_else(closed)
    }

    fn wrong(call: &'static str) -> Refusal {
        Refusal::new("InvalidArgument", "wrong_handle", format!("{call} is not for this handle"))
    }
}

#[pymethods]
impl Handle {
    #[getter]
    fn label(&self) -> Result<String, Refusal> {
        Ok(self.open()?.0.label().to_owned())
    }

    #[pyo3(signature = (name, /))]
    fn agent_id(&self, name: &str) -> Result<u32, Refusal> {
        Ok(self.open()?.1.agent_id(name)?.0)
    }

    #[pyo3(signature = (name, /))]
    fn queue_id(&self, name: &str) -> Result<u16, Refusal> {
        Ok(self.open()?.1.handle().queue_id(name)?.0)
    }

    #[pyo3(signature = (name, /))]
    fn channel_id(&self, name: &str) -> Result<u16, Refusal> {
        Ok(self.open()?.1.handle().channel_id(name)?.0)
    }

    /// The engine's time.
    fn now_ns(&self) -> Result<i64, Refusal> {
        Ok(self.open()?.1.now().as_nanos())
    }

    /// Applies a command, under a key where one is given, if the right covers it.
    #[pyo3(signature = (command, key, /))]
    fn apply(&self, command: &Command, key: Option<u128>) -> Result<Operation, Refusal> {
        let ((held, _), command) = (self.open()?, command.0.clone());
        let receipt = async move { held.say(key.map(CommandKey), command).await };
        Ok(Operation::new(receipt, |py, receipt| receipt_tuple(&receipt).into_py_any(py)))
    }

    /// A contact as it is, while it is inside and if it may be read.
    #[pyo3(signature = (contact, /))]
    fn contact(&self, contact: ContactRef) -> Result<Operation, Refusal> {
        let ((held, engine), contact): (_, ContactId) = (self.open()?, contact.0);
        let (engine, right) = (engine.handle(), held.right());
        let look = async move {
            held.may_read(contact).await?;
            // Should it have gone elsewhere since, there is nothing to see.
            let look = move |domain: &sunline_core::Domain| {
                domain.permits_reading(&right, &contact).ok()?;
                views::contact_tuple(domain, &contact)
            };
            engine.inspect(look).await
        };
        Ok(Operation::new(look, |py, seen| seen.into_py_any(py)))
    }

    /// Why a contact is still waiting, if it may be read.
    #[pyo3(signature = (contact, /))]
    fn why_waiting(&self, contact: ContactRef) -> Result<Operation, Refusal> {
        let ((held, _), contact) = (self.open()?, contact.0);
        let work = async move {
            match held {
                Held::Supervisor(handle) => handle.why_waiting(contact).await,
                Held::Observer(handle) => handle.why_waiting(contact).await,
                Held::Ingress(_) | Held::Agent(_) => Ok(None),
            }
        };
        Ok(Operation::new(work, |py, it| it.as_ref().map(explain::waiting_tuple).into_py_any(py)))
    }

    // ── an agent ─────────────────────────────────────────────────────────────────────────────────────────────

    /// The agent as it is.
    fn agent(&self) -> Result<Operation, Refusal> {
        let (Held::Agent(handle), engine) = self.open()? else { return Err(Self::wrong("agent")) };
        let (engine, agent) = (engine.handle(), handle.agent().0);
        let look = async move { engine.inspect(move |domain| views::agent_tuple(domain, agent)).await };
        Ok(Operation::new(look, |py, seen| seen.into_py_any(py)))
    }

    /// Connects the agent; notices that may wait, seconds between heartbeats or none.
    #[pyo3(signature = (buffer, heartbeat_s, /))]
    fn session(&self, buffer: usize, heartbeat_s: Option<f64>) -> Result<Operation, Refusal> {
        let (Held::Agent(handle), engine) = self.open()? else { return Err(Self::wrong("session")) };
        let heartbeat = heartbeat_of(heartbeat_s)?;
        let begun = async move { handle.session_with(SessionOptions { buffer, heartbeat }).await };
        Ok(Operation::new(begun, |py, session| Session::new(session, engine).into_py_any(py)))
    }

    // ── a supervisor ─────────────────────────────────────────────────────────────────────────────────────────

    /// The numbers of its queues.
    fn queues(&self) -> Result<Vec<u16>, Refusal> {
        let (Held::Supervisor(handle), _) = self.open()? else { return Err(Self::wrong("queues")) };
        Ok(handle.queues().map(|queue| queue.0).collect())
    }

    /// Its contacts in a queue, by id.
    #[pyo3(signature = (queue, /))]
    fn contacts(&self, queue: u16) -> Result<Operation, Refusal> {
        let (Held::Supervisor(handle), engine) = self.open()? else { return Err(Self::wrong("contacts")) };
        let engine = engine.handle();
        let look = async move {
            let seen = handle.contacts(QueueId(queue)).await?;
            let look = move |domain: &sunline_core::Domain| {
                let still = seen.iter().filter_map(|contact| views::contact_tuple(domain, &contact.id));
                still.filter(|contact| contact.1 == queue).collect::<Vec<_>>()
            };
            engine.inspect(look).await
        };
        Ok(Operation::new(look, |py, seen| seen.into_py_any(py)))
    }

    // ── an observer ──────────────────────────────────────────────────────────────────────────────────────────

    /// What dashboards read, as of a moment ago.
    fn views(&self) -> Result<views::ViewsTuple, Refusal> {
        let mut views = views::views_tuple(&self.open()?.1.views());
        match self.open()?.0 {
            Held::Observer(_) => {}
            Held::Supervisor(handle) => {
                let mine: Vec<u16> = handle.queues().map(|queue| queue.0).collect();
                views.2.retain(|queue| mine.contains(&queue.0));
                views.3.clear();
            }
            Held::Ingress(_) | Held::Agent(_) => return Err(Self::wrong("views")),
        }
        Ok(views)
    }

    /// Counts since the engine started.
    fn stats(&self) -> Result<[u64; 7], Refusal> {
        let (Held::Observer(_), engine) = self.open()? else { return Err(Self::wrong("stats")) };
        Ok(super::stats_of(&engine))
    }

    /// Events from a position on, without what is private; without one, from now on.
    #[pyo3(signature = (from_seq, /))]
    fn events(&self, from_seq: Option<u64>) -> Result<EventStream, Refusal> {
        let (Held::Observer(handle), engine) = self.open()? else { return Err(Self::wrong("events")) };
        let stream = from_seq.map_or_else(|| handle.live_events(), |seq| handle.events(Seq(seq)));
        Ok(EventStream::new(stream, engine))
    }

    /// Why the offer with this number was made.
    #[pyo3(signature = (seq, /))]
    fn explain(&self, seq: u64) -> Result<Operation, Refusal> {
        let (Held::Observer(handle), _) = self.open()? else { return Err(Self::wrong("explain")) };
        let work = async move { handle.explain(Seq(seq)).await };
        Ok(Operation::new(work, |py, it| explain::explanation_tuple(&it).into_py_any(py)))
    }

    /// What would make an agent win a contact.
    #[pyo3(signature = (agent, contact, /))]
    fn what_would_make(&self, agent: u32, contact: ContactRef) -> Result<Operation, Refusal> {
        let (Held::Observer(handle), _) = self.open()? else { return Err(Self::wrong("what_would_make")) };
        let work = async move { handle.what_would_make(AgentId(agent), contact.0).await };
        Ok(Operation::new(work, |py, it| explain::winning_tuple(&it).into_py_any(py)))
    }
}

pub(super) fn ingress(engine: &Engine, label: &str) -> Result<Handle, Refusal> {
    let engine = engine.open()?;
    Ok(Handle::of(Held::Ingress(engine.handle().ingress(label)), engine))
}

pub(super) fn agent(engine: &Engine, agent: u32, label: &str) -> Result<Handle, Refusal> {
    let engine = engine.open()?;
    Ok(Handle::of(Held::Agent(engine.handle().agent(AgentId(agent), label)?), engine))
}

pub(super) fn supervisor(engine: &Engine, queues: Vec<u16>, label: &str) -> Result<Handle, Refusal> {
    let engine = engine.open()?;
    let supervisor = engine.handle().supervisor(queues.into_iter().map(QueueId), label)?;
    Ok(Handle::of(Held::Supervisor(supervisor), engine))
}

pub(super) fn observer(engine: &Engine, label: &str) -> Result<Handle, Refusal> {
    let engine = engine.open()?;
    Ok(Handle::of(Held::Observer(engine.handle().observer(label)), engine))
}

pub(super) fn heartbeat_of(seconds: Option<f64>) -> Result<Option<Duration>, Refusal> {
    let wrong = |_| {
        let message = "a heartbeat comes after 0 s or more";
        Refusal::new("InvalidArgument", "out_of_range", message).with("argument", "heartbeat")
    };
    seconds.map(Duration::try_from_secs_f64).transpose().map_err(wrong)
}

/// Contact, how many, agent, offer, queue.
type NamedTuple = (Option<String>, u32, Option<u32>, Option<u64>, Option<u16>);
/// `done`, `forbidden` or `refused`; the last event of it; the refusal's code.
type AnswerTuple = (&'static str, Option<u64>, Option<&'static str>);
/// Number, instant, label, right, call, what it named, answer.
type RecordTuple = (u64, i64, String, String, &'static str, NamedTuple, AnswerTuple);
/// Records, and how many refusals and actions are kept no more.
pub(super) type AuditTuple = (Vec<RecordTuple>, u64, u64);

pub(super) fn audit_tuple(engine: &blocking::Engine) -> AuditTuple {
    let audit = engine.audit();
    let record = |record: &AuditRecord| {
        let Named { contact, contacts, agent, offer, queue } = record.named;
        let named = (
            contact.as_ref().map(id),
            contacts,
            agent.map(|agent| agent.0),
            offer.map(|offer| offer.0),
            queue.map(|queue| queue.0),
        );
        let answer = match record.answer {
            Answer::Done { seq } => ("done", Some(seq.0), None),
            Answer::Refused { code } => ("refused", None, Some(code)),
            _ => ("forbidden", None, Some("forbidden")),
        };
        let (who, right) = (record.who.to_string(), record.right.to_string());
        (record.number, record.at.as_nanos(), who, right, record.call, named, answer)
    };
    (audit.records.iter().map(record).collect(), audit.forgotten_refusals, audit.forgotten_actions)
}

/// The limits of an engine that is built with the defaults, as JSON.
#[pyfunction]
pub(crate) fn limits() -> String {
    super::json(&sunline_runtime::limits())
}

//! One connected agent.

use std::sync::{Arc, Mutex as PlainMutex, PoisonError};

use pyo3::IntoPyObjectExt;
use pyo3::prelude::*;
use pyo3::types::PyTuple;
use sunline_core::OfferView;
use sunline_runtime::{AgentNotice, SessionEnd, SessionVoice, blocking};
use tokio::sync::Mutex;

use super::command::Command;
use super::event::{id, presence_tuple, receipt_tuple, until, word};
use super::operation::Operation;

/// A connected agent: what it is told, and its voice.
#[pyclass(frozen, module = "sunline._native")]
pub(crate) struct Session {
    // Dropped in this order: the session ends while the engine's threads still run.
    notices: PlainMutex<Option<Notices>>,
    voice: SessionVoice,
    engine: blocking::Engine,
}

type Notices = Arc<Mutex<sunline_runtime::AgentSession>>;

impl Session {
    pub(crate) fn new(session: sunline_runtime::AgentSession, engine: blocking::Engine) -> Self {
        let voice = session.voice();
        Self { notices: PlainMutex::new(Some(Arc::new(Mutex::new(session)))), voice, engine }
    }
}

#[pymethods]
impl Session {
    #[getter]
    fn agent(&self) -> u32 {
        self.voice.agent().0
    }

    /// The next notice as a tuple; `None` when the session is over.
    fn next(&self) -> Operation {
        let notices = self.notices.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let engine = self.engine.clone();
        let notice = async move {
            let Some(notices) = notices else { return Ok(None) };
            let notice = notices.lock().await.next().await;
            // The engine's threads outlive the session even if this was the last to hold it.
            drop(notices);
            drop(engine);
            Ok(notice)
        };
        Operation::new(notice, |py, notice| match notice {
            Some(notice) => Ok(notice_tuple(py, &notice)?.into_any().unbind()),
            None => Ok(py.None()),
        })
    }

    /// Says a command in the agent's name, unless the session is over.
    #[pyo3(signature = (command, /))]
    fn say(&self, command: &Command) -> Operation {
        let (voice, command) = (self.voice.clone(), command.0.clone());
        Operation::new(async move { voice.say(command).await }, |py, receipt| {
            receipt_tuple(&receipt).into_py_any(py)
        })
    }

    /// A sign of life.
    fn heartbeat(&self) {
        self.voice.heartbeat();
    }

    /// How the session ended; `None` while it goes on.
    #[getter]
    fn end(&self) -> Option<&'static str> {
        self.voice.end().map(end_word)
    }

    /// Lets the session go: its agent is lost, unless it signed out before.
    fn drop_session(&self) {
        let _session = self.notices.lock().unwrap_or_else(PoisonError::into_inner).take();
    }
}

fn end_word(end: SessionEnd) -> &'static str {
    match end {
        SessionEnd::Closed => "closed",
        SessionEnd::Replaced => "replaced",
        SessionEnd::Overrun => "overrun",
        SessionEnd::HeartbeatMissed => "heartbeat_missed",
        SessionEnd::EngineClosed => "engine_closed",
        _ => "crashed",
    }
}

fn notice_tuple<'py>(py: Python<'py>, notice: &AgentNotice) -> PyResult<Bound<'py, PyTuple>> {
    macro_rules! tuple {
        ($name:literal $(, $field:expr)* $(,)?) => {
            PyTuple::new(py, [$name.into_bound_py_any(py)?, $($field.into_bound_py_any(py)?,)*])
        };
    }
    match notice {
        AgentNotice::Offered(offer) => {
            let OfferView { id: offer, contact, queue, agent, issued_at, expires_at } = offer;
            let (issued_at, expires_at) = (issued_at.as_nanos(), until(*expires_at));
            tuple!("Offered", offer.0, id(contact), queue.0, agent.0, issued_at, expires_at)
        }
        AgentNotice::OfferEnded { offer, contact, outcome } => {
            tuple!("OfferEnded", offer.0, id(contact), word(outcome))
        }
        AgentNotice::Assigned { offer, contact, queue, connect_by } => {
            let connect_by = connect_by.map(|instant| instant.as_nanos());
            tuple!("Assigned", offer.0, id(contact), queue.0, connect_by)
        }
        AgentNotice::Connected { contact } => tuple!("Connected", id(contact)),
        AgentNotice::ConnectionFailed { contact } => tuple!("ConnectionFailed", id(contact)),
        AgentNotice::ContactEnded { contact, outcome, wrap_up_until } => {
            let wrap_up_until = wrap_up_until.map(|instant| instant.as_nanos());
            tuple!("ContactEnded", id(contact), word(outcome), wrap_up_until)
        }
        AgentNotice::WrapUpExtended { contact, until } => {
            tuple!("WrapUpExtended", id(contact), until.as_nanos())
        }
        AgentNotice::WrapUpEnded { contact } => tuple!("WrapUpEnded", id(contact)),
        AgentNotice::PresenceChanged { presence } => tuple!("PresenceChanged", presence_tuple(presence)),
        AgentNotice::NotResponding => tuple!("NotResponding"),
        AgentNotice::QueuePauseChanged { queue, paused } => tuple!("QueuePauseChanged", queue.0, paused),
        AgentNotice::Requeued { contact } => tuple!("Requeued", id(contact)),
        AgentNotice::Suspended { contact, by } => tuple!("Suspended", id(contact), id(by)),
        AgentNotice::Resumed { contact } => tuple!("Resumed", id(contact)),
        AgentNotice::Parked { contact } => tuple!("Parked", id(contact)),
        AgentNotice::Unparked { contact, over } => tuple!("Unparked", id(contact), over),
        AgentNotice::PassedOn { contact, wrap_up_until } => {
            tuple!("PassedOn", id(contact), wrap_up_until.map(|instant| instant.as_nanos()))
        }
        AgentNotice::TakenOver { contact, question } => tuple!("TakenOver", id(contact), id(question)),
        other => tuple!("OtherNotice", format!("{other:?}")),
    }
}

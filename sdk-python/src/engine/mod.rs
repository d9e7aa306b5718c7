//! The live engine: commands in, operations out.
//!
//! Nothing here waits. Every call makes an [`Operation`]; the front waits for it on the caller's thread or hands it to
//! asyncio.

mod command;
mod event;
mod handle;
mod operation;
mod reactor;
mod session;
mod stream;
mod views;
mod watching;

use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{PoisonError, RwLock};
use std::time::Duration;

use pyo3::IntoPyObjectExt;
use pyo3::prelude::*;
use sunline_core::forecast::WaitMode;
use sunline_core::{CommandKey, ContactId, Domain, NewContact, QueueId, Span, Timestamp};
use sunline_runtime::{Clock, Durability, EngineBuilder, EngineError, SessionOptions, blocking};

pub(crate) use command::{Command, ContactRef, details};
use event::receipt_tuple;
pub(crate) use event::{DecisionTuple, decision_tuple, event_tuple, id, json, until, word};
pub(crate) use handle::{Handle, limits};
pub(crate) use operation::Operation;
pub(crate) use reactor::Reactor;
pub(crate) use session::Session;
pub(crate) use stream::EventStream;
pub(crate) use watching::Latencies;

use crate::config::parsed;
use crate::errors::Refusal;
use crate::explain;
use crate::journal::backed_up;
use crate::laws::Distribution;
use crate::lookahead::{Assumptions, LookAhead};
use crate::shadow::Shadow;
use sunline_sim::Listener;
use sunline_sim::lookahead::Observed;

/// Set in a child process after a fork: the engine's threads stayed with the parent.
static FORKED: AtomicBool = AtomicBool::new(false);

/// Says that this process is a fork of the one that started its engines.
#[pyfunction]
pub(crate) fn after_fork_in_child() {
    FORKED.store(true, Ordering::Relaxed);
}

/// A live engine on threads of its own.
#[pyclass(frozen, module = "sunline._native")]
pub(crate) struct Engine(RwLock<Option<blocking::Engine>>);

impl Drop for Engine {
    fn drop(&mut self) {
        let engine = self.0.get_mut().unwrap_or_else(PoisonError::into_inner).take();
        if FORKED.load(Ordering::Relaxed) {
            // Its threads are not here; waiting for them would never end.
            core::mem::forget(engine);
        }
    }
}

/// Kind (`memory`, `durable`, `relaxed`), path, window in ns, whether a history is kept in memory.
type Store = (String, Option<PathBuf>, i64, bool);
/// Kind (`wall`, `scaled`, `manual`), start in ns, factor.
type ClockSetting = (String, i64, f64);
/// Entries of the rings of arrivals and control, events in the buffer, events between snapshots (0: only at the end), audit
/// records of each kind.
type Sizes = (usize, usize, usize, u64, usize);

#[pymethods]
impl Engine {
    /// Starts an engine; without a configuration it goes on from the journal.
    #[staticmethod]
    #[pyo3(signature = (config_json, store, clock, sizes, watchdog, /))]
    fn start(
        py: Python<'_>,
        config_json: Option<&str>,
        store: Store,
        clock: ClockSetting,
        sizes: Sizes,
        watchdog: watching::WatchdogSetting,
    ) -> Result<Self, Refusal> {
        let config = config_json.map(|json| parsed(json, true)).transpose()?;
        let (kind, path, window_ns, history) = store;
        let window = Duration::from_nanos(window_ns.unsigned_abs());
        let place = path.as_ref().map(|path| path.display().to_string());
        let durability = if kind == "relaxed" { Durability::Relaxed { window } } else { Durability::Durable };
        let builder = match (config, path) {
            (Some(config), None) => {
                let builder = sunline_runtime::Engine::in_memory(config);
                if history { builder.keep_history() } else { builder }
            }
            (Some(config), Some(path)) => match durability {
                Durability::Relaxed { window } => sunline_runtime::Engine::relaxed(config, path, window),
                _ => sunline_runtime::Engine::durable(config, path),
            },
            (None, Some(path)) => {
                crate::journal::must_exist(&path)?;
                let builder = sunline_runtime::Engine::reopen(path);
                if let Durability::Relaxed { window } = durability {
                    builder.relaxed(window)
                } else {
                    builder
                }
            }
            (None, None) => {
                let message = "without a configuration there must be a journal to go on from";
                return Err(Refusal::new("InvalidArgument", "no_config", message).with("argument", "config"));
            }
        };
        let builder = watching::watched(sized(builder, sizes), watchdog).clock(clock_of(clock)?);
        let engine =
            py.detach(|| builder.start_blocking()).map_err(|error| match (Refusal::from(error), place) {
                (refusal, Some(path)) if refusal.is_of_journal() => refusal.with("path", path),
                (refusal, _) => refusal,
            })?;
        Ok(Self(RwLock::new(Some(engine))))
    }

    // ── who is who ───────────────────────────────────────────────────────────────────────────────────────────

    #[pyo3(signature = (name, /))]
    fn agent_id(&self, name: &str) -> Result<u32, Refusal> {
        Ok(self.open()?.agent_id(name)?.0)
    }

    #[pyo3(signature = (name, /))]
    fn queue_id(&self, name: &str) -> Result<u16, Refusal> {
        Ok(self.open()?.handle().queue_id(name)?.0)
    }

    #[pyo3(signature = (name, /))]
    fn channel_id(&self, name: &str) -> Result<u16, Refusal> {
        Ok(self.open()?.handle().channel_id(name)?.0)
    }

    // ── commands ─────────────────────────────────────────────────────────────────────────────────────────────

    /// Applies a command, under a key where one is given; position, repetition, agent.
    #[pyo3(signature = (command, key, /))]
    fn apply(&self, command: &Command, key: Option<u128>) -> Result<Operation, Refusal> {
        let (engine, command) = (self.open()?.handle(), command.0.clone());
        let receipt = async move { engine.post(key.map(CommandKey), command).await?.await };
        Ok(Operation::new(receipt, |py, receipt| receipt_tuple(&receipt).into_py_any(py)))
    }

    /// Puts a contact in and asks for no answer.
    #[pyo3(signature = (contact, queue, points, /))]
    fn submit_nowait(&self, contact: ContactRef, queue: u16, points: i64) -> Result<(), Refusal> {
        let contact = NewContact { points, ..NewContact::new(contact.0, QueueId(queue)) };
        let held = self.0.read().unwrap_or_else(PoisonError::into_inner);
        let engine = held.as_ref().filter(|_| !FORKED.load(Ordering::Relaxed)).ok_or_else(closed)?;
        engine.submit_nowait(contact)?;
        Ok(())
    }

    /// Connects an agent; notices that may wait, seconds between heartbeats or none.
    #[pyo3(signature = (agent, buffer, heartbeat_s, /))]
    fn session(&self, agent: u32, buffer: usize, heartbeat_s: Option<f64>) -> Result<Operation, Refusal> {
        let heartbeat = handle::heartbeat_of(heartbeat_s)?;
        let (engine, options) = (self.open()?, SessionOptions { buffer, heartbeat });
        let handle = engine.handle();
        let begun = async move { handle.agent_session_with(sunline_core::AgentId(agent), options).await };
        Ok(Operation::new(begun, |py, session| Session::new(session, engine).into_py_any(py)))
    }

    // ── rights ───────────────────────────────────────────────────────────────────────────────────────────────

    /// A handle for a channel adapter.
    #[pyo3(signature = (label, /))]
    fn ingress(&self, label: &str) -> Result<Handle, Refusal> {
        handle::ingress(self, label)
    }

    /// A handle for one agent.
    #[pyo3(signature = (agent, label, /))]
    fn agent_handle(&self, agent: u32, label: &str) -> Result<Handle, Refusal> {
        handle::agent(self, agent, label)
    }

    /// A handle for a supervisor of these queues.
    #[pyo3(signature = (queues, label, /))]
    fn supervisor(&self, queues: Vec<u16>, label: &str) -> Result<Handle, Refusal> {
        handle::supervisor(self, queues, label)
    }

    /// A handle that only reads.
    #[pyo3(signature = (label, /))]
    fn observer(&self, label: &str) -> Result<Handle, Refusal> {
        handle::observer(self, label)
    }

    /// What was refused for want of a right, and what was done by hand.
    fn audit(&self) -> Result<handle::AuditTuple, Refusal> {
        Ok(handle::audit_tuple(&self.open()?))
    }

    /// Every bound of this engine, as JSON.
    fn limits(&self) -> Result<String, Refusal> {
        Ok(json(&self.open()?.limits()))
    }

    // ── reading ──────────────────────────────────────────────────────────────────────────────────────────────

    /// Events from a position on; without one, from now on.
    #[pyo3(signature = (from_seq, /))]
    fn events(&self, from_seq: Option<u64>) -> Result<EventStream, Refusal> {
        let engine = self.open()?;
        let stream = match from_seq {
            Some(seq) => engine.events(sunline_core::Seq(seq)),
            None => engine.live_events(),
        };
        Ok(EventStream::new(stream, engine))
    }

    /// What dashboards read, as of a moment ago.
    fn views(&self) -> Result<views::ViewsTuple, Refusal> {
        Ok(views::views_tuple(&self.open()?.views()))
    }

    /// Counts since the engine started: applied, refused, busy, commits, failed commits, rebuilds, restarts.
    fn stats(&self) -> Result<[u64; 7], Refusal> {
        Ok(stats_of(&self.open()?))
    }

    /// How long the engine takes for what it does.
    fn latencies(&self) -> Result<Latencies, Refusal> {
        Ok(Latencies(self.open()?.latencies()))
    }

    /// What the watchdog has found.
    fn findings(&self) -> Result<Vec<watching::FindingTuple>, Refusal> {
        Ok(self.open()?.findings().iter().map(watching::finding_tuple).collect())
    }

    /// Has the watchdog look now, and says what it has found.
    fn look(&self) -> Result<Operation, Refusal> {
        let engine = self.open()?.handle();
        Ok(Operation::new(async move { engine.look().await }, |py, findings| {
            findings.iter().map(watching::finding_tuple).collect::<Vec<_>>().into_py_any(py)
        }))
    }

    /// The state's hash, 64 hexadecimal digits.
    fn state_hash(&self) -> Result<Operation, Refusal> {
        let engine = self.open()?.handle();
        Ok(Operation::new(async move { engine.state_hash().await }, |py, hash| {
            hash.to_string().into_py_any(py)
        }))
    }

    /// The configuration as JSON.
    fn config(&self) -> Result<Operation, Refusal> {
        let engine = self.open()?.handle();
        let look = async move { engine.inspect(|domain| json(domain.document())).await };
        Ok(Operation::new(look, |py, config| config.into_py_any(py)))
    }

    /// A contact as it is, while it is inside.
    #[pyo3(signature = (contact, /))]
    fn contact(&self, contact: ContactRef) -> Result<Operation, Refusal> {
        let (engine, contact): (_, ContactId) = (self.open()?.handle(), contact.0);
        let look = async move { engine.inspect(move |domain| views::contact_tuple(domain, &contact)).await };
        Ok(Operation::new(look, |py, seen| seen.into_py_any(py)))
    }

    /// An agent as it is.
    #[pyo3(signature = (agent, /))]
    fn agent(&self, agent: u32) -> Result<Operation, Refusal> {
        let engine = self.open()?.handle();
        let look = async move { engine.inspect(move |domain| views::agent_tuple(domain, agent)).await };
        Ok(Operation::new(look, |py, seen| seen.into_py_any(py)))
    }

    /// The wait that is left to a waiting contact; a law, or the code of the reason why it is not known.
    #[pyo3(signature = (contact, served, /))]
    fn predicted_wait(&self, contact: ContactRef, served: bool) -> Result<Operation, Refusal> {
        let (engine, contact, now) = (self.open()?.handle(), contact.0, self.open()?.now());
        let look = async move {
            engine.inspect(move |domain| domain.predicted_wait(now, &contact, mode(served))).await
        };
        Ok(Operation::new(look, crate::predicted::answer))
    }

    /// The wait of a contact that would arrive in a queue now.
    #[pyo3(signature = (queue, points, served, /))]
    fn predicted_wait_in(&self, queue: u16, points: i64, served: bool) -> Result<Operation, Refusal> {
        let (engine, now) = (self.open()?.handle(), self.open()?.now());
        let ask = move |domain: &Domain| domain.predicted_wait_in(now, QueueId(queue), points, mode(served));
        let look = async move { engine.inspect(ask).await };
        Ok(Operation::new(look, crate::predicted::answer))
    }

    /// The service level that a queue will have when its interval ends; figures, or the code of the reason why it is not known.
    #[pyo3(signature = (queue, /))]
    fn predicted_service_level(&self, queue: u16) -> Result<Operation, Refusal> {
        let (engine, now) = (self.open()?.handle(), self.open()?.now());
        let ask = move |domain: &Domain| domain.predicted_service_level(now, QueueId(queue));
        let look = async move { engine.inspect(ask).await };
        Ok(Operation::new(look, crate::predicted::interval))
    }

    /// How well forecasts came true: number of the queue and its record, where it has one.
    fn forecast_record(&self) -> Result<Operation, Refusal> {
        let engine = self.open()?.handle();
        let look = async move { engine.inspect(|domain| domain.forecast_record().to_vec()).await };
        Ok(Operation::new(look, |py, records| {
            let known = (0_u16..)
                .zip(&records)
                .filter_map(|(queue, record)| Some((queue, crate::prediction::figures(record)?)));
            known.collect::<Vec<_>>().into_py_any(py)
        }))
    }

    /// A copy of the state to look ahead from, with what is assumed of the hours to come.
    #[pyo3(signature = (assumptions, /))]
    fn look_ahead(&self, assumptions: &Assumptions) -> Result<Operation, Refusal> {
        let (engine, assumptions) = (self.open()?.handle(), assumptions.0.clone());
        let now = engine.now();
        let copied = async move { engine.inspect(Domain::branch).await };
        Ok(Operation::new(copied, move |py, branch| {
            LookAhead::new(branch, now, assumptions)?.into_py_any(py)
        }))
    }

    /// Assumptions learned from the events since a position, as of now: arrivals of the last `window_ns`.
    #[pyo3(signature = (from_seq, window_ns, otherwise, /))]
    fn observed(
        &self,
        from_seq: u64,
        window_ns: i64,
        otherwise: PyRef<'_, Distribution>,
    ) -> Result<Operation, Refusal> {
        let (engine, otherwise) = (self.open()?, otherwise.0.clone());
        let (handle, now) = (engine.handle(), engine.now());
        let mut stream = engine.events(sunline_core::Seq(from_seq));
        let learned = async move {
            let reached = handle.inspect(|domain| (domain.config().clone(), domain.seq())).await;
            let (config, until) = reached?;
            let mut observed = Observed::new(&config, Span::from_nanos(window_ns));
            while stream.position() <= until {
                let batch = stream.next_batch(4096).await?;
                if batch.is_empty() {
                    break;
                }
                batch.iter().take_while(|event| event.seq <= until).for_each(|event| observed.hear(event));
            }
            // The stream goes before the engine whose threads feed it.
            drop(stream);
            drop(engine);
            Ok(observed.assumptions(now, &otherwise))
        };
        Ok(Operation::new(learned, |py, learned| Assumptions(learned).into_py_any(py)))
    }

    /// The slots of a queue with room left for callbacks: begin, end, room, booked.
    #[pyo3(signature = (queue, since_ns, until_ns, /))]
    fn callback_slots(&self, queue: u16, since_ns: i64, until_ns: i64) -> Result<Operation, Refusal> {
        let engine = self.open()?.handle();
        let (since, until) = (Timestamp::from_nanos(since_ns), Timestamp::from_nanos(until_ns));
        let work = async move { engine.callback_slots(QueueId(queue), since, until).await };
        Ok(Operation::new(work, |py, slots| {
            let slot =
                |s: &sunline_core::CallbackSlot| (s.from.as_nanos(), s.until.as_nanos(), s.room, s.booked);
            slots.iter().map(slot).collect::<Vec<_>>().into_py_any(py)
        }))
    }

    // ── why ──────────────────────────────────────────────────────────────────────────────────────────────────

    /// Why the offer with this number was made.
    #[pyo3(signature = (seq, /))]
    fn explain(&self, seq: u64) -> Result<Operation, Refusal> {
        let engine = self.open()?.handle();
        let work = async move { engine.explain(sunline_core::Seq(seq)).await };
        Ok(Operation::new(work, |py, it| explain::explanation_tuple(&it).into_py_any(py)))
    }

    /// Why a contact is still waiting.
    #[pyo3(signature = (contact, /))]
    fn why_waiting(&self, contact: ContactRef) -> Result<Operation, Refusal> {
        let engine = self.open()?.handle();
        let work = async move { engine.why_waiting(contact.0).await };
        Ok(Operation::new(work, |py, it| it.as_ref().map(explain::waiting_tuple).into_py_any(py)))
    }

    /// Another version of the configuration, to decide beside the one in force.
    #[pyo3(signature = (config_json, /))]
    fn shadow(&self, config_json: &str) -> Result<Operation, Refusal> {
        let engine = self.open()?.handle();
        let version = parsed(config_json, true)?;
        let work = async move { engine.shadow(version).await };
        Ok(Operation::new(work, |py, handle| Shadow::new(handle).into_py_any(py)))
    }

    /// What would make an agent win a contact.
    #[pyo3(signature = (agent, contact, /))]
    fn what_would_make(&self, agent: u32, contact: ContactRef) -> Result<Operation, Refusal> {
        let engine = self.open()?.handle();
        let work = async move { engine.what_would_make(sunline_core::AgentId(agent), contact.0).await };
        Ok(Operation::new(work, |py, it| explain::winning_tuple(&it).into_py_any(py)))
    }

    // ── time and the end ─────────────────────────────────────────────────────────────────────────────────────

    /// The engine's time.
    fn now_ns(&self) -> Result<i64, Refusal> {
        Ok(self.open()?.now().as_nanos())
    }

    /// Moves a manual clock.
    #[pyo3(signature = (to_ns, /))]
    fn advance_to(&self, to_ns: i64) -> Result<Operation, Refusal> {
        let engine = self.open()?.handle();
        let moved = async move { engine.advance_to(Timestamp::from_nanos(to_ns)).await };
        Ok(Operation::new(moved, |py, ()| Ok(py.None())))
    }

    /// Keeps a snapshot now.
    fn checkpoint(&self) -> Result<Operation, Refusal> {
        let engine = self.open()?.handle();
        Ok(Operation::new(async move { engine.checkpoint().await }, |py, ()| Ok(py.None())))
    }

    /// Copies the journal while commands go on.
    #[pyo3(signature = (to, /))]
    fn backup(&self, to: PathBuf) -> Result<Operation, Refusal> {
        let engine = self.open()?.handle();
        let copied = async move { engine.backup(to).await };
        Ok(Operation::new(copied, |py, it| backed_up(&it).into_py_any(py)))
    }

    /// Closes the engine; `None` when it is closed already.
    fn close(&self) -> Option<Operation> {
        let engine = self.0.write().unwrap_or_else(PoisonError::into_inner).take()?;
        if FORKED.load(Ordering::Relaxed) {
            core::mem::forget(engine);
            return None;
        }
        let closed = async move {
            let result = engine.handle().shutdown().await;
            drop(engine);
            match result {
                Err(EngineError::Closed) => Ok(()),
                result => result,
            }
        };
        Some(Operation::new(closed, |py, ()| Ok(py.None())))
    }

    /// Whether the engine is closed, or closing.
    #[getter]
    fn closed(&self) -> bool {
        self.open().map_or(true, |engine| engine.is_closed())
    }
}

impl Engine {
    pub(crate) fn open(&self) -> Result<blocking::Engine, Refusal> {
        let held = self.0.read().unwrap_or_else(PoisonError::into_inner);
        held.clone().filter(|_| !FORKED.load(Ordering::Relaxed)).ok_or_else(closed)
    }
}

fn mode(served: bool) -> WaitMode {
    if served { WaitMode::GivenServed } else { WaitMode::IfYouStay }
}

fn closed() -> Refusal {
    if FORKED.load(Ordering::Relaxed) {
        let message = "the engine stayed with the parent process; a fork has to start its own";
        return Refusal::new("EngineClosed", "forked", message);
    }
    EngineError::Closed.into()
}

/// Applied, refused, busy, commits, failed commits, rebuilds, restarts.
fn stats_of(engine: &blocking::Engine) -> [u64; 7] {
    let sunline_runtime::EngineStats { applied, refused, busy, commits, failed_commits, rebuilds, restarts } =
        engine.stats();
    [applied, refused, busy, commits, failed_commits, rebuilds, restarts]
}

fn sized(builder: EngineBuilder, (arrivals, control, events, snapshot, audit): Sizes) -> EngineBuilder {
    let builder = builder.arrivals_ring(arrivals).control_ring(control).event_buffer(events);
    let builder = builder.audit_length(audit);
    builder.snapshot_every((snapshot > 0).then_some(snapshot))
}

fn clock_of((kind, start_ns, factor): ClockSetting) -> Result<Clock, Refusal> {
    let start = Timestamp::from_nanos(start_ns);
    match kind.as_str() {
        "scaled" => Ok(Clock::scaled(start, factor)?),
        "manual" => Ok(Clock::manual(start)),
        _ => Ok(Clock::wall()),
    }
}

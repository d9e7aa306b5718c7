//! The domain's actor: it owns one kernel and is its only writer.
//!
//! ```text
//! rings ─drain─▶ apply, each as of its own stamp ─▶ record durable ─▶ release: log, sessions, answers ─▶ timer
//! ```
//!
//! Answers are held until the record is durable. Where it cannot be written nothing is released: the kernel goes back to
//! what was recorded, and every caller of the batch is told [`EngineError::Unavailable`].

use core::marker::PhantomData;
use core::time::Duration;
use std::sync::Arc;
use std::time::Instant;

use ractor::{Actor, ActorProcessingErr, ActorRef};
use sunline_core::{CommandError, Domain, Receipt, Timestamp};
use tokio::sync::oneshot;

use super::journal::JournalMessage;
use super::session::SessionMessage;
use crate::crash_points;
use crate::entry::{Action, Entry, Stamp};
use crate::error::EngineError;
use crate::host::{Break, Host, Kernel};
use crate::ledger::{LedgerError, Recovered};
use crate::port::Port;
use crate::release;
use crate::rings::Drained;
use crate::shared::{Shared, Tally};
use crate::step::Step;
use crate::views::{AT_MOST_EVERY, Publisher};

/// Commands of one group commit at most: large enough that a commit's cost is shared by many, small enough that the first
/// of them is answered within a few milliseconds.
pub(crate) const COMMIT_MOST: usize = 1024;
/// After a record that could not be written, deadlines wait so long for the next attempt.
const STORE_PAUSE: Duration = Duration::from_millis(250);

#[derive(Debug)]
pub(crate) enum DomainMessage {
    /// Somebody rang.
    Wake,
    /// Publish the views, which have been held back.
    Publish,
    /// Apply what is left, and say so. The rings are closed.
    Finish(oneshot::Sender<()>),
}

pub(crate) struct DomainActor<K>(pub(crate) PhantomData<fn() -> K>);

pub(crate) struct DomainArguments {
    pub(crate) shared: Arc<Shared>,
    pub(crate) journal: ActorRef<JournalMessage>,
    /// The state to begin with; without one it is asked of the journal.
    pub(crate) recovered: Option<Recovered>,
}

pub(crate) struct DomainState<K: Kernel> {
    shared: Arc<Shared>,
    journal: ActorRef<JournalMessage>,
    host: Host<K>,
    held: Vec<Entry>,
    publisher: Publisher,
    publish_is_due: bool,
    paused_until: Option<Instant>,
}

impl<K: Kernel> Actor for DomainActor<K> {
    type Msg = DomainMessage;
    type State = DomainState<K>;
    type Arguments = DomainArguments;

    async fn pre_start(
        &self,
        me: ActorRef<DomainMessage>,
        arguments: DomainArguments,
    ) -> Result<DomainState<K>, ActorProcessingErr> {
        let DomainArguments { shared, journal, recovered } = arguments;
        let recovered = match recovered {
            Some(recovered) => recovered,
            None => ask(&journal, JournalMessage::Recover).await?,
        };
        shared.configured(recovered.domain.document());
        release::catch_up(&shared, recovered.tail.seq).await?;
        tracing::info!(
            domain = recovered.domain.document().name.as_str(),
            seq = recovered.tail.seq.0,
            "the domain begins"
        );
        let publisher = Publisher::new(&recovered.domain);
        shared.views.store(Arc::new(crate::views::Views::of(&recovered.domain, shared.clock.now())));
        let host = Host::new(recovered);
        shared.bell.install(move || {
            // A writer that is gone is being replaced; its successor begins awake.
            let _ = me.send_message(DomainMessage::Wake);
        });
        Ok(DomainState {
            shared,
            journal,
            host,
            held: Vec::new(),
            publisher,
            publish_is_due: false,
            paused_until: None,
        })
    }

    async fn handle(
        &self,
        me: ActorRef<DomainMessage>,
        message: DomainMessage,
        state: &mut DomainState<K>,
    ) -> Result<(), ActorProcessingErr> {
        match message {
            DomainMessage::Wake => state.round(&me).await?,
            DomainMessage::Publish => {
                state.publish_is_due = false;
                state.publish_now();
            }
            DomainMessage::Finish(done) => {
                while !(state.shared.rings.has_settled()
                    && state.shared.rings.is_empty()
                    && state.held.is_empty())
                {
                    state.round(&me).await?;
                    tokio::task::yield_now().await;
                }
                state.publish_now();
                let _ = done.send(());
            }
        }
        Ok(())
    }
}

impl<K: Kernel> DomainState<K> {
    /// One round: whatever is in the rings, and the deadlines due by then.
    async fn round(&mut self, me: &ActorRef<DomainMessage>) -> Result<(), ActorProcessingErr> {
        let began = Instant::now();
        let shared = self.shared.clone();
        shared.bell.answer();
        let Drained { entries, by } = shared.rings.drain(&shared.clock, &mut self.held);
        let count = entries.len();
        self.run(entries, by).await?;
        shared.rings.note_pace(count, began.elapsed());
        let quiet = shared.rings.is_empty() && self.held.is_empty();
        if !quiet {
            shared.bell.ring();
        }
        self.offer_views(me, quiet);
        self.arm();
        Ok(())
    }

    async fn run(&mut self, entries: Vec<Entry>, by: Timestamp) -> Result<(), ActorProcessingErr> {
        let mut steps = Vec::with_capacity(entries.len().min(COMMIT_MOST));
        for Entry { stamp: Stamp { at, .. }, entered, action } in entries {
            if steps.len() == COMMIT_MOST {
                self.commit(core::mem::take(&mut steps), None).await?;
            }
            match action {
                Action::Apply { command, key, by, reply } => {
                    steps.push(Step::Apply { at, entered, key, command, by, reply });
                }
                Action::Advance { to, reply } => steps.push(Step::Advance { to, reply }),
                Action::Inspect(look) => {
                    self.commit(core::mem::take(&mut steps), None).await?;
                    look(self.host.domain());
                }
                Action::CheckInvariants(reply) => {
                    self.commit(core::mem::take(&mut steps), None).await?;
                    let began = Instant::now();
                    let broken = self.host.broken_invariants();
                    // Whoever gave up waiting needs no answer.
                    let _ = reply.send((broken, began.elapsed()));
                }
                Action::OpenSession(port, opened) => {
                    self.commit(core::mem::take(&mut steps), None).await?;
                    let _ = opened.send(self.open_session(&port));
                }
            }
        }
        // Under a manual clock nothing happens by itself.
        self.commit(steps, (!self.shared.clock.is_manual()).then_some(by)).await
    }

    /// Applies steps and the deadlines due `by` then, records what they led to, and releases it.
    async fn commit(&mut self, steps: Vec<Step>, by: Option<Timestamp>) -> Result<(), ActorProcessingErr> {
        let mut answers = Vec::with_capacity(steps.len());
        let mut decided = None;
        for step in &steps {
            answers.push(self.apply(step).await?);
            let now = Instant::now();
            decided.get_or_insert(now);
            if let Step::Apply { entered, .. } = step {
                self.shared.telemetry.decision.record(now.saturating_duration_since(*entered));
            }
        }
        let paused = self.paused_until.is_some_and(|until| Instant::now() < until);
        if let Some(by) =
            by.filter(|by| !paused && self.host.domain().next_deadline().is_some_and(|due| due <= *by))
        {
            let fired = self.apply(&Step::Advance { to: by, reply: None }).await?;
            if let Err(error) = fired {
                return Err(format!("deadlines cannot be fired: {error}").into());
            }
        }
        let decided = decided.unwrap_or_else(Instant::now);
        let (inputs, events) = self.host.take_record();
        crash_points::reached("applied");
        if !(inputs.is_empty() && events.is_empty()) {
            let events = Arc::new(events);
            let record = events.clone();
            let recorded =
                ask(&self.journal, |reply| JournalMessage::Append { inputs, events: record, reply }).await;
            if let Err(error) = recorded {
                return self.withdraw(steps, &error).await;
            }
            self.paused_until = None;
            Tally::count(&self.shared.tally.commits);
            crash_points::reached("releasing");
            release::release(&self.shared, self.host.domain(), events, decided);
            crash_points::reached("released");
            if self.shared.clock.is_manual() {
                // Whoever moves the clock by hand finds the views as fresh as the answer.
                self.publish_now();
            }
        }
        for (step, answer) in steps.into_iter().zip(answers) {
            self.shared.audit.note_step(&step, &answer);
            crash_points::reached("acknowledging");
            step.answer(answer, &self.shared.tally);
        }
        Ok(())
    }

    /// Applies one step; a kernel that breaks over it is rebuilt, and the step refused.
    async fn apply(&mut self, step: &Step) -> Result<Result<Receipt, EngineError>, ActorProcessingErr> {
        loop {
            let (name, done) = match step {
                Step::Apply { at, key, command, by, .. } => {
                    let right = by.as_deref().map(|by| &by.right);
                    (command.name(), self.host.say(*at, *key, command, right))
                }
                Step::Advance { to, .. } => ("advance", self.host.advance(*to).map(Ok)),
            };
            match done {
                Ok(answer) => return Ok(answer),
                Err(broken) => {
                    self.rebuild().await?;
                    if let Break::Command(message) = broken {
                        tracing::error!(
                            command = name,
                            message,
                            "the kernel broke over a command, which is refused"
                        );
                        return Ok(Err(EngineError::KernelPanicked { command: name, message }));
                    }
                }
            }
        }
    }

    async fn rebuild(&mut self) -> Result<(), ActorProcessingErr> {
        Tally::count(&self.shared.tally.rebuilds);
        let recovered = ask(&self.journal, JournalMessage::Recover).await?;
        Ok(self.host.rebuild(recovered)?)
    }

    /// Nothing of the batch was recorded, so nothing of it happened.
    async fn withdraw(&mut self, steps: Vec<Step>, error: &LedgerError) -> Result<(), ActorProcessingErr> {
        Tally::count(&self.shared.tally.failed_commits);
        tracing::error!(%error, steps = steps.len(), "a group commit was not recorded and is taken back");
        let recovered = ask(&self.journal, JournalMessage::Recover).await?;
        // Should the record hold it after all, readers shall see it.
        release::catch_up(&self.shared, recovered.tail.seq).await?;
        self.host.restart(recovered);
        self.paused_until = Instant::now().checked_add(STORE_PAUSE);
        for step in steps {
            let answer = Err(EngineError::unavailable(error));
            self.shared.audit.note_step(&step, &answer);
            step.answer(answer, &self.shared.tally);
        }
        Ok(())
    }

    fn open_session(&self, port: &Port) -> Result<(), EngineError> {
        let domain = self.host.domain();
        let Some(agent) = domain.agent_view(port.agent) else {
            return Err(CommandError::UnknownAgent { agent: port.agent }.into());
        };
        if let Some(replaced) = self.shared.registry.connect(port.clone()) {
            replaced.tell(SessionMessage::End(crate::session::SessionEnd::Replaced));
        }
        for notice in release::outstanding(domain, &agent) {
            port.tell(SessionMessage::Notice(notice, None));
        }
        // It may have ended before it was connected; then nobody else will notice.
        if port.has_ended() {
            if self.shared.registry.disconnect(port) {
                self.shared.lose_agent(port.agent);
            }
            return Err(EngineError::SessionOver { agent: port.agent });
        }
        Ok(())
    }

    fn offer_views(&mut self, me: &ActorRef<DomainMessage>, quiet: bool) {
        let now = self.shared.clock.now();
        let made = self.publisher.offer(&self.shared.views, self.host.domain(), now, quiet);
        if !made && !self.publish_is_due {
            self.publish_is_due = true;
            me.send_after(AT_MOST_EVERY, || DomainMessage::Publish);
        }
    }

    fn publish_now(&mut self) {
        let now = self.shared.clock.now();
        self.publisher.publish(&self.shared.views, self.host.domain(), now);
    }

    fn arm(&self) {
        let paused = self.paused_until.and_then(|until| until.checked_duration_since(Instant::now()));
        match (self.host.domain().next_deadline(), paused) {
            (Some(_), Some(pause)) => self.shared.tell_clock(super::clock::ClockMessage::RingAfter(pause)),
            (Some(at), None) => self.shared.arm(at),
            (None, _) => {}
        }
    }
}

/// Asks the journal, and waits for its answer.
pub(crate) async fn ask<T>(
    journal: &ActorRef<JournalMessage>,
    question: impl FnOnce(oneshot::Sender<Result<T, LedgerError>>) -> JournalMessage,
) -> Result<T, LedgerError> {
    let gone = || LedgerError { code: "unavailable", reason: "the journal is being opened again".into() };
    let (reply, answer) = oneshot::channel();
    journal.send_message(question(reply)).map_err(|_| gone())?;
    answer.await.map_err(|_| gone())?
}

/// The kernel that the product runs.
pub(crate) type LiveKernel = Domain;

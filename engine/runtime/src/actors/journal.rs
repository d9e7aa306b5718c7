//! The journal's actor: it owns the ledger, and answers when a record is as durable as was promised.
//!
//! A store that fails is an answer, not a fault of the actor: the next attempt may succeed. Only a panic breaks the
//! actor; its supervisor then opens the ledger again.

use core::time::Duration;
use std::sync::Arc;
use std::time::Instant;

use ractor::{Actor, ActorProcessingErr, ActorRef};
use sunline_journal::{Input, JournalReader};
use tokio::sync::oneshot;

use crate::ledger::{CLOSED, Ledger, LedgerError, Recovered};
use crate::log::Frame;
use crate::shared::Shared;

type Reply<T> = oneshot::Sender<Result<T, LedgerError>>;

pub(crate) enum JournalMessage {
    /// Record a group commit.
    Append { inputs: Vec<Input>, events: Frame, reply: Reply<()> },
    /// The state after all that was recorded.
    Recover(Reply<Recovered>),
    /// A view for a reader.
    Reader(Reply<Option<JournalReader>>),
    /// Keep a snapshot.
    Checkpoint(Reply<()>),
    /// Make durable what is not yet.
    Sync,
    /// Make all durable, keep a snapshot, and close.
    Close(Reply<()>),
}

#[derive(Debug)]
pub(crate) struct JournalActor;

pub(crate) struct JournalArguments {
    pub(crate) shared: Arc<Shared>,
    pub(crate) ledger: Box<dyn Ledger>,
    /// How long a record may stay volatile, where the ledger does not write through.
    pub(crate) window: Option<Duration>,
}

pub(crate) struct JournalState {
    shared: Arc<Shared>,
    /// `None` while a call is under way, and after the end.
    ledger: Option<Box<dyn Ledger>>,
    window: Option<Duration>,
    sync_is_due: bool,
}

impl JournalState {
    /// Runs a call on the ledger, off the actors' threads where it may take long.
    async fn run<T: Send + 'static>(
        &mut self,
        call: impl FnOnce(&mut dyn Ledger) -> Result<T, LedgerError> + Send + 'static,
    ) -> Result<Result<T, LedgerError>, ActorProcessingErr> {
        let Some(mut ledger) = self.ledger.take() else {
            return Ok(Err(LedgerError { code: CLOSED, reason: "the journal is closed".into() }));
        };
        let (ledger, done) = if ledger.blocks() {
            tokio::task::spawn_blocking(move || {
                let done = call(&mut *ledger);
                (ledger, done)
            })
            .await?
        } else {
            let done = call(&mut *ledger);
            (ledger, done)
        };
        self.ledger = Some(ledger);
        Ok(done)
    }
}

impl Actor for JournalActor {
    type Msg = JournalMessage;
    type State = JournalState;
    type Arguments = JournalArguments;

    async fn pre_start(
        &self,
        me: ActorRef<JournalMessage>,
        arguments: JournalArguments,
    ) -> Result<JournalState, ActorProcessingErr> {
        let JournalArguments { shared, ledger, window } = arguments;
        // A predecessor that broke may have left one behind.
        shared.telemetry.commits.abandon();
        shared.addresses.journal.store(Some(Arc::new(me)));
        tracing::debug!(?window, "the journal is open");
        Ok(JournalState { shared, ledger: Some(ledger), window, sync_is_due: false })
    }

    async fn handle(
        &self,
        me: ActorRef<JournalMessage>,
        message: JournalMessage,
        state: &mut JournalState,
    ) -> Result<(), ActorProcessingErr> {
        // Whoever asked may be gone: then nobody needs the answer.
        match message {
            JournalMessage::Append { inputs, events, reply } => {
                let began = Instant::now();
                state.shared.telemetry.commits.begin();
                let done = state.run(move |ledger| ledger.append(&inputs, &events)).await?;
                state.shared.telemetry.commits.end();
                if done.is_ok() {
                    state.shared.telemetry.commit.record_since(began);
                }
                if let (Ok(()), Some(window), false) = (&done, state.window, state.sync_is_due) {
                    state.sync_is_due = true;
                    me.send_after(window, || JournalMessage::Sync);
                }
                let _ = reply.send(done);
            }
            JournalMessage::Recover(reply) => {
                let _ = reply.send(state.run(|ledger| ledger.recover()).await?);
            }
            JournalMessage::Reader(reply) => {
                let _ = reply.send(state.run(|ledger| ledger.reader()).await?);
            }
            JournalMessage::Checkpoint(reply) => {
                let _ = reply.send(state.run(|ledger| ledger.checkpoint()).await?);
            }
            JournalMessage::Sync => {
                state.sync_is_due = false;
                // What was promised within the window is perhaps lost; only opening the journal again can tell.
                state.shared.telemetry.commits.begin();
                let done = state.run(|ledger| ledger.sync()).await?;
                state.shared.telemetry.commits.end();
                done?;
            }
            JournalMessage::Close(reply) => {
                let done = state.run(|ledger| ledger.sync().and_then(|()| ledger.checkpoint())).await?;
                state.ledger = None;
                let _ = reply.send(done);
            }
        }
        Ok(())
    }
}

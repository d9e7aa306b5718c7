//! The root supervisor: it starts the engine's actors, restarts what breaks, and ends the engine in good order.
//!
//! | actor | when it breaks |
//! |---|---|
//! | journal | the ledger is opened again, and the domain begins anew from it (rest for one) |
//! | domain | it begins anew from the journal; the rings and their entries stay |
//! | clock, sessions, sinks, watchdog | started again (permanent) |
//!
//! More than [`RESTARTS_MOST`] restarts within [`RESTARTS_WITHIN`] mean that restarting does not help: the engine gives
//! up, and every caller is told why.

use core::marker::PhantomData;
use core::time::Duration;
use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Instant;

use ractor::{Actor, ActorCell, ActorProcessingErr, ActorRef, ActorStatus, SupervisionEvent};
use tokio::sync::oneshot;
use tokio::time::{sleep, timeout};

use super::clock::ClockActor;
use super::domain::{DomainActor, DomainArguments, DomainMessage, ask};
use super::journal::{JournalActor, JournalArguments, JournalMessage};
use super::sessions::{SessionsActor, SessionsMessage};
use super::sinks::{SinksActor, SinksMessage};
use super::watchdog::WatchdogActor;
use crate::error::EngineError;
use crate::host::Kernel;
use crate::ledger::{Ledger, Opener, Recovered};
use crate::shared::{Shared, Tally};
use crate::telemetry::WatchdogOptions;

/// Restarts that are borne, and within how long.
pub(crate) const RESTARTS_MOST: usize = 5;
pub(crate) const RESTARTS_WITHIN: Duration = Duration::from_secs(10);
/// Between two attempts.
const RESTART_PAUSE: Duration = Duration::from_millis(100);
/// Sinks get so long to read to the end when the engine closes; then they go on from their cursor another day.
const SINKS_FINISH_WITHIN: Duration = Duration::from_secs(5);

pub(crate) type Closed = oneshot::Sender<Result<(), EngineError>>;

#[derive(Debug)]
pub(crate) enum RootMessage {
    /// Close: apply what has entered, make it durable, end.
    Shutdown(Option<Closed>),
}

pub(crate) struct RootActor<K>(pub(crate) PhantomData<fn() -> K>);

pub(crate) struct RootArguments {
    pub(crate) shared: Arc<Shared>,
    pub(crate) opener: Opener,
    pub(crate) ledger: Box<dyn Ledger>,
    pub(crate) recovered: Recovered,
    pub(crate) window: Option<Duration>,
    pub(crate) watchdog: WatchdogOptions,
}

pub(crate) struct RootState {
    shared: Arc<Shared>,
    opener: Opener,
    window: Option<Duration>,
    journal: ActorRef<JournalMessage>,
    domain: ActorRef<DomainMessage>,
    clock: ActorCell,
    sessions: ActorRef<SessionsMessage>,
    sinks: ActorRef<SinksMessage>,
    watchdog: ActorCell,
    options: WatchdogOptions,
    restarts: VecDeque<Instant>,
    closing: bool,
}

impl Drop for RootState {
    fn drop(&mut self) {
        // In good order nothing is left to end; but the runtime may have been dropped under the actors.
        self.shared.end();
        self.shared.ended.send_replace(true);
    }
}

impl<K: Kernel> Actor for RootActor<K> {
    type Msg = RootMessage;
    type State = RootState;
    type Arguments = RootArguments;

    async fn pre_start(
        &self,
        me: ActorRef<RootMessage>,
        arguments: RootArguments,
    ) -> Result<RootState, ActorProcessingErr> {
        let RootArguments { shared, opener, ledger, recovered, window, watchdog: options } = arguments;
        let root = me.get_cell();
        let journal = start_journal(&shared, ledger, window, &root).await?;
        let clock = start_clock(&shared, &root).await?;
        let sessions = start_sessions(&shared, &root).await?;
        let sinks = start_sinks(&shared, &root).await?;
        let domain = start_domain::<K>(&shared, &journal, Some(recovered), &root).await?;
        let watchdog = start_watchdog(&shared, options, &root).await?;
        let (restarts, closing) = (VecDeque::new(), false);
        Ok(RootState {
            shared,
            opener,
            window,
            journal,
            domain,
            clock,
            sessions,
            sinks,
            watchdog,
            options,
            restarts,
            closing,
        })
    }

    async fn handle(
        &self,
        me: ActorRef<RootMessage>,
        message: RootMessage,
        state: &mut RootState,
    ) -> Result<(), ActorProcessingErr> {
        let RootMessage::Shutdown(reply) = message;
        let done = state.shut_down().await;
        if let Some(reply) = reply {
            let _ = reply.send(done);
        } else if let Err(error) = done {
            tracing::error!(%error, "the engine did not close in good order");
        }
        me.stop(None);
        Ok(())
    }

    async fn handle_supervisor_evt(
        &self,
        me: ActorRef<RootMessage>,
        event: SupervisionEvent,
        state: &mut RootState,
    ) -> Result<(), ActorProcessingErr> {
        let (who, why) = match event {
            SupervisionEvent::ActorFailed(who, error) => (who, error.to_string()),
            SupervisionEvent::ActorTerminated(who, _, reason) => {
                (who, reason.unwrap_or_else(|| "stopped".into()))
            }
            _ => return Ok(()),
        };
        if state.closing {
            return Ok(());
        }
        if let Err(reason) = state.restart::<K>(&me.get_cell(), &who, &why).await {
            state.closing = true;
            state.shared.give_up(reason);
            state.shared.telemetry.meters.publish(&state.shared);
            me.stop(None);
        }
        Ok(())
    }
}

impl RootState {
    /// Starts again what broke. An actor that has been replaced already is nobody's loss.
    ///
    /// # Errors
    /// Why the engine has to give up.
    async fn restart<K: Kernel>(
        &mut self,
        root: &ActorCell,
        who: &ActorCell,
        why: &str,
    ) -> Result<(), String> {
        let id = who.get_id();
        let part = match () {
            () if id == self.journal.get_id() => "journal",
            () if id == self.domain.get_id() => "domain",
            () if id == self.clock.get_id() => "clock",
            () if id == self.sessions.get_id() => "sessions",
            () if id == self.sinks.get_id() => "sinks",
            () if id == self.watchdog.get_id() => "watchdog",
            () => return Ok(()),
        };
        let mut why = why.to_owned();
        loop {
            if let Some(fault) = self.shared.fault() {
                return Err(fault.to_owned());
            }
            tracing::error!(part, why, "a part of the engine broke and is started again");
            self.note_restart().map_err(|limit| format!("the {part} broke {limit}, last because: {why}"))?;
            match self.start_again::<K>(root, part).await {
                Ok(()) => return Ok(()),
                Err(error) => why = error.to_string(),
            }
            sleep(RESTART_PAUSE).await;
        }
    }

    async fn start_again<K: Kernel>(
        &mut self,
        root: &ActorCell,
        part: &str,
    ) -> Result<(), ActorProcessingErr> {
        let shared = &self.shared;
        match part {
            "clock" => self.clock = start_clock(shared, root).await?,
            "sessions" => self.sessions = start_sessions(shared, root).await?,
            "sinks" => self.sinks = start_sinks(shared, root).await?,
            "watchdog" => self.watchdog = start_watchdog(shared, self.options, root).await?,
            // A domain that broke because its journal did begins anew with it.
            "domain" if is_running(&self.journal) => {
                self.domain = start_domain::<K>(shared, &self.journal, None, root).await?;
            }
            _ => {
                self.journal.kill();
                // One that has broken already needs no stopping.
                let _ = self.domain.stop_and_wait(None, None).await;
                let opener = self.opener.clone();
                let ledger = tokio::task::spawn_blocking(move || opener()).await??;
                self.journal = start_journal(shared, ledger, self.window, root).await?;
                self.domain = start_domain::<K>(shared, &self.journal, None, root).await?;
            }
        }
        Ok(())
    }

    /// Notes a restart, unless there have been too many.
    fn note_restart(&mut self) -> Result<(), String> {
        Tally::count(&self.shared.tally.restarts);
        let now = Instant::now();
        self.restarts.push_back(now);
        while self.restarts.front().is_some_and(|first| now.duration_since(*first) > RESTARTS_WITHIN) {
            self.restarts.pop_front();
        }
        if self.restarts.len() <= RESTARTS_MOST {
            return Ok(());
        }
        Err(format!("{} times within {RESTARTS_WITHIN:?}", self.restarts.len()))
    }

    async fn shut_down(&mut self) -> Result<(), EngineError> {
        let shared = self.shared.clone();
        self.closing = true;
        shared.rings.close();
        tracing::info!("the engine closes");
        let (done, finished) = oneshot::channel();
        let asked = self.domain.send_message(DomainMessage::Finish(done));
        let broke = || EngineError::unavailable("the domain broke while the engine was closing");
        let finished = match asked {
            Ok(()) => finished.await.map_err(|_| broke()),
            Err(_) => Err(broke()),
        };
        shared.rings.discard();
        let closed = ask(&self.journal, JournalMessage::Close).await.map_err(EngineError::from);
        shared.log.close();
        let _ = self.sessions.send_message(SessionsMessage::EndAll);
        let (done, read) = oneshot::channel();
        if self.sinks.send_message(SinksMessage::Finish(done)).is_ok() {
            let _ = timeout(SINKS_FINISH_WITHIN, read).await;
        }
        shared.telemetry.meters.publish(&shared);
        tracing::info!(seq = shared.released().0, "the engine is closed");
        finished.and(closed)
    }
}

fn is_running<T>(actor: &ActorRef<T>) -> bool {
    actor.get_status() < ActorStatus::Draining
}

async fn start_journal(
    shared: &Arc<Shared>,
    ledger: Box<dyn Ledger>,
    window: Option<Duration>,
    root: &ActorCell,
) -> Result<ActorRef<JournalMessage>, ActorProcessingErr> {
    let arguments = JournalArguments { shared: shared.clone(), ledger, window };
    Ok(JournalActor::spawn_linked(None, JournalActor, arguments, root.clone()).await?.0)
}

async fn start_domain<K: Kernel>(
    shared: &Arc<Shared>,
    journal: &ActorRef<JournalMessage>,
    recovered: Option<Recovered>,
    root: &ActorCell,
) -> Result<ActorRef<DomainMessage>, ActorProcessingErr> {
    let arguments = DomainArguments { shared: shared.clone(), journal: journal.clone(), recovered };
    let actor = DomainActor::<K>(PhantomData);
    Ok(DomainActor::spawn_linked(None, actor, arguments, root.clone()).await?.0)
}

async fn start_clock(shared: &Arc<Shared>, root: &ActorCell) -> Result<ActorCell, ActorProcessingErr> {
    let started = ClockActor::spawn_linked(None, ClockActor, shared.clone(), root.clone()).await?;
    Ok(started.0.get_cell())
}

async fn start_sessions(
    shared: &Arc<Shared>,
    root: &ActorCell,
) -> Result<ActorRef<SessionsMessage>, ActorProcessingErr> {
    Ok(SessionsActor::spawn_linked(None, SessionsActor, shared.clone(), root.clone()).await?.0)
}

async fn start_sinks(
    shared: &Arc<Shared>,
    root: &ActorCell,
) -> Result<ActorRef<SinksMessage>, ActorProcessingErr> {
    Ok(SinksActor::spawn_linked(None, SinksActor, shared.clone(), root.clone()).await?.0)
}

async fn start_watchdog(
    shared: &Arc<Shared>,
    options: WatchdogOptions,
    root: &ActorCell,
) -> Result<ActorCell, ActorProcessingErr> {
    let started =
        WatchdogActor::spawn_linked(None, WatchdogActor, (shared.clone(), options), root.clone()).await?;
    Ok(started.0.get_cell())
}

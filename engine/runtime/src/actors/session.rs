//! A session's actor: it hands an agent's notices on, through a bounded channel, and ends when nobody takes them.

use core::time::Duration;
use std::sync::{Arc, OnceLock};
use std::time::Instant;

use ractor::{Actor, ActorProcessingErr, ActorRef};
use tokio::sync::mpsc;
use tokio::sync::mpsc::error::TrySendError;

use crate::port::Pulse;
use crate::session::{AgentNotice, SessionEnd};
use crate::shared::Shared;

#[derive(Debug)]
pub(crate) enum SessionMessage {
    /// Tell the agent. When it was decided is known of what has just happened.
    Notice(AgentNotice, Option<Instant>),
    /// Look whether the agent still lives.
    CheckPulse,
    /// It is over.
    End(SessionEnd),
}

#[derive(Debug)]
pub(crate) struct SessionActor;

#[derive(Debug)]
pub(crate) struct SessionArguments {
    pub(crate) shared: Arc<Shared>,
    pub(crate) notices: mpsc::Sender<AgentNotice>,
    pub(crate) end: Arc<OnceLock<SessionEnd>>,
    pub(crate) pulse: Pulse,
    pub(crate) heartbeat: Option<Duration>,
}

impl SessionArguments {
    fn end(&self, me: &ActorRef<SessionMessage>, how: SessionEnd) {
        // The first reason stays.
        let _ = self.end.set(how);
        me.stop(None);
    }
}

impl Actor for SessionActor {
    type Msg = SessionMessage;
    type State = SessionArguments;
    type Arguments = SessionArguments;

    async fn pre_start(
        &self,
        me: ActorRef<SessionMessage>,
        arguments: SessionArguments,
    ) -> Result<SessionArguments, ActorProcessingErr> {
        if let Some(heartbeat) = arguments.heartbeat {
            me.send_after(heartbeat, || SessionMessage::CheckPulse);
        }
        Ok(arguments)
    }

    async fn handle(
        &self,
        me: ActorRef<SessionMessage>,
        message: SessionMessage,
        state: &mut SessionArguments,
    ) -> Result<(), ActorProcessingErr> {
        match message {
            SessionMessage::Notice(notice, decided) => match state.notices.try_reserve() {
                Ok(room) => {
                    if let Some(decided) = decided {
                        state.shared.telemetry.to_session.record_since(decided);
                    }
                    room.send(notice);
                }
                Err(TrySendError::Full(())) => state.end(&me, SessionEnd::Overrun),
                Err(TrySendError::Closed(())) => state.end(&me, SessionEnd::Closed),
            },
            SessionMessage::CheckPulse => {
                let Some(heartbeat) = state.heartbeat else { return Ok(()) };
                match heartbeat.checked_sub(state.pulse.silence()) {
                    Some(left) if !left.is_zero() => {
                        me.send_after(left, || SessionMessage::CheckPulse);
                    }
                    _ => state.end(&me, SessionEnd::HeartbeatMissed),
                }
            }
            SessionMessage::End(how) => state.end(&me, how),
        }
        Ok(())
    }
}

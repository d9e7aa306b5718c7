//! The sessions' supervisor: it starts a session for each agent that connects, and sees each one's end.
//!
//! A session is never restarted: its agent is lost as of that instant and may connect again.

use std::collections::HashMap;
use std::sync::{Arc, OnceLock};

use ractor::{Actor, ActorId, ActorProcessingErr, ActorRef, SupervisionEvent};
use sunline_core::AgentId;
use tokio::sync::{mpsc, oneshot};

use super::session::{SessionActor, SessionArguments, SessionMessage};
use crate::port::{Port, Pulse};
use crate::session::{AgentNotice, SessionEnd, SessionOptions};
use crate::shared::Shared;

/// A session that has begun.
pub(crate) type Begun = (Port, mpsc::Receiver<AgentNotice>, Pulse);

#[derive(Debug)]
pub(crate) enum SessionsMessage {
    /// Begin a session.
    Begin { agent: AgentId, options: SessionOptions, reply: oneshot::Sender<Begun> },
    /// End them all, because the engine does.
    EndAll,
}

#[derive(Debug)]
pub(crate) struct SessionsActor;

#[derive(Debug)]
pub(crate) struct SessionsState {
    shared: Arc<Shared>,
    ports: HashMap<ActorId, Port>,
    begun: u64,
}

impl SessionsState {
    /// A session is over, for whatever reason: its agent is lost, unless another session has taken over.
    fn ended(&mut self, session: ActorId) {
        let Some(port) = self.ports.remove(&session) else { return };
        // Without a reason it was killed or it panicked.
        let _ = port.end.set(SessionEnd::Crashed);
        if self.shared.registry.disconnect(&port) {
            tracing::info!(agent = port.agent.0, end = ?port.end.get(), "an agent's session is lost");
            self.shared.lose_agent(port.agent);
        }
    }
}

impl Actor for SessionsActor {
    type Msg = SessionsMessage;
    type State = SessionsState;
    type Arguments = Arc<Shared>;

    async fn pre_start(
        &self,
        me: ActorRef<SessionsMessage>,
        shared: Arc<Shared>,
    ) -> Result<SessionsState, ActorProcessingErr> {
        // The sessions of a predecessor went with it.
        for port in shared.registry.disconnect_all() {
            let _ = port.end.set(SessionEnd::Crashed);
            shared.lose_agent(port.agent);
        }
        shared.addresses.sessions.store(Some(Arc::new(me)));
        Ok(SessionsState { shared, ports: HashMap::new(), begun: 0 })
    }

    async fn handle(
        &self,
        me: ActorRef<SessionsMessage>,
        message: SessionsMessage,
        state: &mut SessionsState,
    ) -> Result<(), ActorProcessingErr> {
        match message {
            SessionsMessage::Begin { agent, options, reply } => {
                let (sender, notices) = mpsc::channel(options.buffer.max(1));
                let (end, pulse) = (Arc::new(OnceLock::new()), Pulse::new());
                let arguments = SessionArguments {
                    shared: state.shared.clone(),
                    notices: sender,
                    end: end.clone(),
                    pulse: pulse.clone(),
                    heartbeat: options.heartbeat,
                };
                let (address, _) =
                    SessionActor::spawn_linked(None, SessionActor, arguments, me.get_cell()).await?;
                state.begun += 1;
                tracing::debug!(agent = agent.0, number = state.begun, "a session begins");
                let port = Port { agent, number: state.begun, address: address.clone(), end };
                state.ports.insert(address.get_id(), port.clone());
                if reply.send((port, notices, pulse)).is_err() {
                    address.stop(None);
                }
            }
            SessionsMessage::EndAll => {
                state.shared.registry.disconnect_all();
                for port in state.ports.values() {
                    port.tell(SessionMessage::End(SessionEnd::EngineClosed));
                }
            }
        }
        Ok(())
    }

    async fn handle_supervisor_evt(
        &self,
        _: ActorRef<SessionsMessage>,
        event: SupervisionEvent,
        state: &mut SessionsState,
    ) -> Result<(), ActorProcessingErr> {
        match event {
            SupervisionEvent::ActorTerminated(who, ..) | SupervisionEvent::ActorFailed(who, _) => {
                state.ended(who.get_id());
            }
            _ => {}
        }
        Ok(())
    }
}

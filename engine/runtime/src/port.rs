//! How the engine holds on to a session: where it is reached, how it ended, when it was heard of last.

use core::fmt;
use core::sync::atomic::{AtomicU64, Ordering};
use core::time::Duration;
use std::sync::{Arc, OnceLock};
use std::time::Instant;

use ractor::ActorRef;
use sunline_core::AgentId;

use crate::actors::session::SessionMessage;
use crate::session::SessionEnd;

/// Where a session is reached.
#[derive(Clone)]
pub(crate) struct Port {
    pub(crate) agent: AgentId,
    /// Tells the sessions of one agent apart.
    pub(crate) number: u64,
    pub(crate) address: ActorRef<SessionMessage>,
    pub(crate) end: Arc<OnceLock<SessionEnd>>,
}

impl Port {
    /// Tells the session; one that is gone is found out by its supervisor.
    pub(crate) fn tell(&self, message: SessionMessage) {
        let _ = self.address.send_message(message);
    }

    pub(crate) fn has_ended(&self) -> bool {
        self.end.get().is_some()
    }
}

impl fmt::Debug for Port {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "session {} of {}", self.number, self.agent)
    }
}

/// When a session was heard of last.
#[derive(Clone, Debug)]
pub(crate) struct Pulse(Arc<(Instant, AtomicU64)>);

impl Pulse {
    pub(crate) fn new() -> Self {
        Self(Arc::new((Instant::now(), 0.into())))
    }

    pub(crate) fn beat(&self) {
        let nanos = self.0.0.elapsed().as_nanos() as u64;
        self.0.1.store(nanos, Ordering::Relaxed);
    }

    /// How long ago the last sign of life was.
    pub(crate) fn silence(&self) -> Duration {
        let last = Duration::from_nanos(self.0.1.load(Ordering::Relaxed));
        self.0.0.elapsed().saturating_sub(last)
    }
}

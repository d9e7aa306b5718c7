//! The engine for callers without a runtime: it brings its own threads, and each call waits on the caller's.
//!
//! May also be called from inside a runtime; it then holds that worker while it waits.

mod agents;
mod backup;
mod contacts;
mod engine;
mod explaining;
mod reading;
mod rights;
mod session;
mod watching;

pub use engine::Engine;
pub use rights::{AgentHandle, IngressHandle, ObserverHandle, SupervisorHandle};
pub use session::AgentSession;

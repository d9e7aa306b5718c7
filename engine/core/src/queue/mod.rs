//! Queues: who waits, in order.

mod actor;
mod admission;

pub(crate) use actor::{Queue, QueueMessage};
pub use admission::{Bound, MoveCause};

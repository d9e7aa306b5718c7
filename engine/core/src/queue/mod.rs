//! Queues: who waits, in order.

mod actor;

pub(crate) use actor::{Queue, QueueMessage};

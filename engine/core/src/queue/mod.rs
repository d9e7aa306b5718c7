//! Queues: who waits, in order.

mod actor;
mod admission;
mod merge;
mod opening;
mod quota;

pub(crate) use actor::{Queue, QueueMessage};
pub(crate) use admission::Away;
pub use admission::{Bound, MoveCause};
pub(crate) use merge::Twin;
pub(crate) use opening::is_open;

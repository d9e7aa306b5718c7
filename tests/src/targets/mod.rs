//! Where a scenario can be played: anything that takes commands at instants and tells events.
//!
//! Every target must tell the same events and come to the same state; [`crate::parity()`] compares them. A new one
//! implements [`Target`] and joins [`ALL`].
//!
//! | target | who brings the time |
//! |---|---|
//! | [`Bare`], [`Restoring`], [`Following`] | the test, by hand |
//! | [`Simulated`] | the simulator's list of future events |
//! | [`Live`] | the engine's clock, moved by hand |

mod bare;
mod following;
mod live;
mod restoring;
mod simulated;

pub use bare::Bare;
pub use following::Following;
pub use live::Live;
pub use restoring::Restoring;
pub use simulated::Simulated;

use sunline_core::{
    Command, CommandError, CommandKey, Config, ConfigError, Event, Receipt, StateHash, Timestamp,
};

/// Something that routes.
pub trait Target {
    /// What it is, for reports.
    fn name(&self) -> &'static str;

    /// Tells it what happened at an instant, under a key or without.
    ///
    /// # Errors
    /// The kernel's own refusal.
    fn handle(
        &mut self,
        at: Timestamp,
        key: Option<CommandKey>,
        command: Command,
    ) -> Result<Receipt, CommandError>;

    /// Lets time pass up to an instant, that instant included.
    fn advance(&mut self, at: Timestamp);

    /// The events since the last call, oldest first.
    fn drain(&mut self) -> Vec<Event>;

    /// Hash of its state.
    fn state_hash(&mut self) -> StateHash;
}

/// Makes a target with a configuration, as of an instant.
pub type Mount = fn(Timestamp, &Config) -> Result<Box<dyn Target>, ConfigError>;

/// Every target, the plainest first.
pub const ALL: [Mount; 6] = [
    |at, config| Ok(Box::new(Bare::indexed(at, config)?)),
    |at, config| Ok(Box::new(Bare::naive(at, config)?)),
    |at, config| Ok(Box::new(Restoring::new(at, config)?)),
    |at, config| Ok(Box::new(Following::new(at, config)?)),
    |at, config| Ok(Box::new(Simulated::new(at, config)?)),
    |at, config| Ok(Box::new(Live::new(at, config)?)),
];

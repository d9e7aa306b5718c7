//! A kernel that is written down and read back after every step: nothing that matters may live outside a snapshot.

use sunline_core::{
    Command, CommandError, CommandKey, Config, ConfigError, Domain, Event, Receipt, Snapshot, StateHash,
    Timestamp,
};

use super::Target;
use super::bare::{drain, tell};

/// A domain that never lives longer than one step.
#[derive(Debug)]
pub struct Restoring {
    domain: Domain,
    told: Vec<Event>,
}

impl Restoring {
    /// With a configuration, as of an instant.
    ///
    /// # Errors
    /// [`ConfigError`] with every problem.
    pub fn new(at: Timestamp, config: &Config) -> Result<Self, ConfigError> {
        Ok(Self { domain: Domain::new(at, config.clone())?, told: Vec::new() })
    }

    fn restart(&mut self) {
        self.told.extend(drain(&mut self.domain));
        let bytes = self.domain.snapshot().to_bytes();
        let snapshot = Snapshot::from_bytes(&bytes).expect("a snapshot reads what it wrote");
        self.domain = Domain::restore(snapshot).expect("a configuration that was in force is accepted");
    }
}

impl Target for Restoring {
    fn name(&self) -> &'static str {
        "kernel, restored from a snapshot after every step"
    }

    fn handle(
        &mut self,
        at: Timestamp,
        key: Option<CommandKey>,
        command: Command,
    ) -> Result<Receipt, CommandError> {
        let answer = tell(&mut self.domain, at, key, command);
        self.restart();
        answer
    }

    fn advance(&mut self, at: Timestamp) {
        self.domain.handle_deadlines(at);
        self.restart();
    }

    fn drain(&mut self) -> Vec<Event> {
        self.told.extend(drain(&mut self.domain));
        core::mem::take(&mut self.told)
    }

    fn state_hash(&mut self) -> StateHash {
        self.domain.state_hash()
    }
}

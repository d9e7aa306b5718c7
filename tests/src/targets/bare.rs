//! The kernel as it is, with either matcher.

use sunline_core::{
    Command, CommandError, CommandKey, Config, ConfigError, Domain, Event, Matcher, Receipt, StateHash,
    Timestamp,
};

use super::Target;

/// A domain and nothing else.
#[derive(Debug)]
pub struct Bare {
    name: &'static str,
    domain: Domain,
}

impl Bare {
    /// With the board's index.
    ///
    /// # Errors
    /// [`ConfigError`] with every problem.
    pub fn indexed(at: Timestamp, config: &Config) -> Result<Self, ConfigError> {
        Ok(Self {
            name: "kernel, indexed",
            domain: Domain::with_matcher(at, config.clone(), Matcher::Indexed)?,
        })
    }

    /// With the oracle that looks at everybody.
    ///
    /// # Errors
    /// [`ConfigError`] with every problem.
    pub fn naive(at: Timestamp, config: &Config) -> Result<Self, ConfigError> {
        Ok(Self { name: "kernel, naive", domain: Domain::with_matcher(at, config.clone(), Matcher::Naive)? })
    }
}

impl Target for Bare {
    fn name(&self) -> &'static str {
        self.name
    }

    fn handle(
        &mut self,
        at: Timestamp,
        key: Option<CommandKey>,
        command: Command,
    ) -> Result<Receipt, CommandError> {
        tell(&mut self.domain, at, key, command)
    }

    fn advance(&mut self, at: Timestamp) {
        self.domain.handle_deadlines(at);
    }

    fn drain(&mut self) -> Vec<Event> {
        drain(&mut self.domain)
    }

    fn state_hash(&mut self) -> StateHash {
        self.domain.state_hash()
    }
}

pub(super) fn tell(
    domain: &mut Domain,
    at: Timestamp,
    key: Option<CommandKey>,
    command: Command,
) -> Result<Receipt, CommandError> {
    match key {
        Some(key) => domain.handle_once(at, key, command),
        None => domain.handle(at, command),
    }
}

pub(super) fn drain(domain: &mut Domain) -> Vec<Event> {
    core::iter::from_fn(|| domain.poll_event()).collect()
}

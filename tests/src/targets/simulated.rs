//! The simulator's driver: what the host says is a happening in its list of future events.
//!
//! Nothing is told to the kernel from outside. A command is scheduled, and the loop that moves every simulated world
//! comes to it in its turn, past the deadlines that are due.

use sunline_core::{
    Command, CommandError, CommandKey, Config, ConfigError, Domain, Event, Receipt, StateHash, Timestamp,
};
use sunline_sim::{Driver, Step};

use super::Target;

/// A kernel in virtual time.
#[derive(Debug)]
pub struct Simulated {
    driver: Driver<Cue>,
    told: Vec<Event>,
}

/// What the scenario lets happen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Cue {
    /// The host speaks.
    Command,
    /// The instant up to which time was to pass.
    Mark,
}

impl Simulated {
    /// With a configuration, as of an instant.
    ///
    /// # Errors
    /// [`ConfigError`] with every problem.
    pub fn new(at: Timestamp, config: &Config) -> Result<Self, ConfigError> {
        let mut simulated = Self { driver: Driver::new(Domain::new(at, config.clone())?), told: Vec::new() };
        simulated.hear();
        Ok(simulated)
    }

    /// Runs the simulator until it comes to a cue.
    fn run_to(&mut self, at: Timestamp, cue: Cue) {
        self.driver.schedule(at, cue);
        loop {
            match self.driver.step(None) {
                Step::Deadlines => self.hear(),
                Step::Happening(next) => return assert_eq!((self.driver.now(), next), (at, cue)),
                Step::Stop | Step::Nothing => unreachable!("a cue lies ahead"),
            }
        }
    }

    fn hear(&mut self) {
        self.told.extend(core::iter::from_fn(|| self.driver.poll_event()));
    }
}

impl Target for Simulated {
    fn name(&self) -> &'static str {
        "simulator"
    }

    fn handle(
        &mut self,
        at: Timestamp,
        key: Option<CommandKey>,
        command: Command,
    ) -> Result<Receipt, CommandError> {
        self.run_to(at, Cue::Command);
        let answer = match key {
            Some(key) => self.driver.tell_once(key, command),
            None => self.driver.tell(command),
        };
        self.hear();
        answer
    }

    fn advance(&mut self, at: Timestamp) {
        self.run_to(at, Cue::Mark);
    }

    fn drain(&mut self) -> Vec<Event> {
        core::mem::take(&mut self.told)
    }

    fn state_hash(&mut self) -> StateHash {
        self.driver.domain().state_hash()
    }
}

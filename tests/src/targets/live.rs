//! The live engine, on threads of its own: actors, rings and journal, with a clock moved by hand.
//!
//! Commands go in through the rings as any host's would; events come out of the stream that readers get, once their
//! record is kept.

use core::time::Duration;

use sunline_core::{
    Command, CommandError, CommandKey, Config, ConfigError, Domain, Event, Receipt, Seq, StateHash, Timestamp,
};
use sunline_runtime::{Clock, EngineError, EventStream, blocking};

use super::Target;

/// An event that is known to exist comes within this, on a machine however busy.
const PATIENCE: Duration = Duration::from_secs(60);

/// An engine in memory that keeps all events.
#[derive(Debug)]
pub struct Live {
    engine: blocking::Engine,
    events: EventStream,
}

impl Live {
    /// With a configuration, as of an instant.
    ///
    /// # Errors
    /// [`ConfigError`] with every problem.
    ///
    /// # Panics
    /// When the engine cannot be started for another reason.
    pub fn new(at: Timestamp, config: &Config) -> Result<Self, ConfigError> {
        let builder = sunline_runtime::Engine::in_memory(config.clone());
        match builder.clock(Clock::manual(at)).keep_history().start_blocking() {
            Ok(engine) => Ok(Self { events: engine.events(Seq(1)), engine }),
            Err(EngineError::Config(error)) => Err(error),
            Err(error) => panic!("the engine did not start: {error}"),
        }
    }
}

impl Target for Live {
    fn name(&self) -> &'static str {
        "live engine"
    }

    fn handle(
        &mut self,
        at: Timestamp,
        key: Option<CommandKey>,
        command: Command,
    ) -> Result<Receipt, CommandError> {
        self.advance(at);
        let answer = match key {
            Some(key) => self.engine.apply_once(key, command),
            None => self.engine.apply(command),
        };
        answer.map_err(|error| match error {
            EngineError::Command(error) => error,
            error => panic!("the engine itself refused: {error}"),
        })
    }

    fn advance(&mut self, at: Timestamp) {
        self.engine.advance_to(at).expect("the clock is manual and the engine open");
    }

    fn drain(&mut self) -> Vec<Event> {
        let last = self.engine.inspect(Domain::seq).expect("the engine is open");
        let mut told = Vec::new();
        while self.events.position() <= last {
            let event = self.events.wait_next(PATIENCE).expect("the history is kept");
            told.push(event.expect("the engine is open"));
        }
        told
    }

    fn state_hash(&mut self) -> StateHash {
        self.engine.state_hash().expect("the engine is open")
    }
}

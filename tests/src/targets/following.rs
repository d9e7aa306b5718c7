//! Two kernels that take turns: one decides, the other only folds its events, and at the next step they change places.
//!
//! So each decision is made by a state that was folded a moment ago. The events go through their journal form on the
//! way, as a frame would carry them.

use sunline_core::{
    Command, CommandError, CommandKey, Config, ConfigError, Domain, Event, Receipt, StateHash, Timestamp,
};

use super::Target;
use super::bare::{drain, tell};

/// A leader and a follower.
#[derive(Debug)]
pub struct Following {
    leader: Domain,
    follower: Domain,
    told: Vec<Event>,
}

impl Following {
    /// With a configuration, as of an instant.
    ///
    /// # Errors
    /// [`ConfigError`] with every problem.
    pub fn new(at: Timestamp, config: &Config) -> Result<Self, ConfigError> {
        let mut leader = Domain::new(at, config.clone())?;
        let told: Vec<Event> = drain(&mut leader).iter().map(through_the_journal).collect();
        let follower = Domain::fold(&told).expect("a domain's own events fold");
        Ok(Self { leader, follower, told })
    }

    fn change_places(&mut self) {
        for event in drain(&mut self.leader) {
            let event = through_the_journal(&event);
            self.follower.fold_event(&event).expect("a domain's own events fold");
            self.told.push(event);
        }
        let (led, followed) = (self.leader.state_hash(), self.follower.state_hash());
        assert_eq!(
            led,
            followed,
            "the leader and its follower came to different states at {}",
            self.leader.seq()
        );
        core::mem::swap(&mut self.leader, &mut self.follower);
    }
}

fn through_the_journal(event: &Event) -> Event {
    let bytes = postcard::to_allocvec(event).expect("events are plain data");
    postcard::from_bytes(&bytes).expect("the journal reads what it wrote")
}

impl Target for Following {
    fn name(&self) -> &'static str {
        "kernel, folded by a follower that leads the next step"
    }

    fn handle(
        &mut self,
        at: Timestamp,
        key: Option<CommandKey>,
        command: Command,
    ) -> Result<Receipt, CommandError> {
        let answer = tell(&mut self.leader, at, key, command);
        self.change_places();
        answer
    }

    fn advance(&mut self, at: Timestamp) {
        self.leader.handle_deadlines(at);
        self.change_places();
    }

    fn drain(&mut self) -> Vec<Event> {
        core::mem::take(&mut self.told)
    }

    fn state_hash(&mut self) -> StateHash {
        self.leader.state_hash()
    }
}

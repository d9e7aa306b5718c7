//! What one group commit will hold: inputs as they are applied, and the events they lead to.
//!
//! It knows what has to be journaled so that deciding again gives the same: an applied command; of a refused or
//! repeated one only the time it brought, where that fired deadlines; and time that was lifted without a trace, before
//! anything that would otherwise seem to happen earlier.

use sunline_core::{Command, CommandError, CommandKey, Domain, Event, Receipt, Timestamp};

use crate::input::{Input, InputKind};
use crate::tail::Tail;

/// Inputs and events of one group commit, in the making.
#[derive(Clone, Debug)]
pub struct Batch {
    inputs: Vec<Input>,
    events: Vec<Event>,
    /// The latest instant that a replay will have reached at the end of the inputs.
    reached: Timestamp,
}

impl Batch {
    /// An empty batch that continues a journal.
    pub fn after(tail: Tail) -> Self {
        Self { inputs: Vec::new(), events: Vec::new(), reached: tail.at }
    }

    /// Applies a command and takes up what it led to.
    ///
    /// # Errors
    /// The domain's refusal; deadlines that fired before it are in the batch. After [`CommandError::Poisoned`] the
    /// batch is as before this call and the domain is void: rebuild it from the journal and [`Self::inputs`].
    pub fn apply(
        &mut self,
        domain: &mut Domain,
        at: Timestamp,
        key: Option<CommandKey>,
        command: Command,
    ) -> Result<Receipt, CommandError> {
        let (seq, now) = (domain.seq(), domain.now());
        let answer = match key {
            Some(key) => domain.handle_once(at, key, command.clone()),
            None => domain.handle(at, command.clone()),
        };
        if domain.is_poisoned() {
            while domain.poll_event().is_some() {}
            return answer;
        }
        if domain.seq() > seq {
            let kind = match &answer {
                Ok(receipt) if !receipt.duplicate => InputKind::Command(command),
                _ => InputKind::AdvanceTo,
            };
            let key = key.filter(|_| matches!(kind, InputKind::Command(_)));
            self.push(domain, now, Input { at, key, kind });
        }
        answer
    }

    /// Fires the deadlines due by `at` and takes up what they led to; whether there was anything.
    ///
    /// A domain that is poisoned afterwards is void, and the batch is as before this call.
    pub fn advance(&mut self, domain: &mut Domain, at: Timestamp) -> bool {
        let (seq, now) = (domain.seq(), domain.now());
        domain.handle_deadlines(at);
        if domain.is_poisoned() {
            while domain.poll_event().is_some() {}
            return false;
        }
        let fired = domain.seq() > seq;
        if fired {
            self.push(domain, now, Input::advance_to(at));
        }
        fired
    }

    /// What was put in and had an effect, in order.
    pub fn inputs(&self) -> &[Input] {
        &self.inputs
    }

    /// What came out, in order.
    pub fn events(&self) -> &[Event] {
        &self.events
    }

    /// Whether there is nothing to journal.
    pub fn is_empty(&self) -> bool {
        self.inputs.is_empty()
    }

    /// Forgets what has been journaled, and keeps the room for the next commit.
    pub fn clear(&mut self) {
        self.inputs.clear();
        self.events.clear();
    }

    /// Takes out what is to be journaled; the next commit goes on from here.
    pub fn take(&mut self) -> (Vec<Input>, Vec<Event>) {
        (core::mem::take(&mut self.inputs), core::mem::take(&mut self.events))
    }

    fn push(&mut self, domain: &mut Domain, before: Timestamp, input: Input) {
        if input.at < before && self.reached < before {
            self.inputs.push(Input::advance_to(before));
        }
        self.reached = self.reached.max(before).max(input.at);
        self.inputs.push(input);
        self.events.extend(core::iter::from_fn(|| domain.poll_event()));
    }
}

#[cfg(test)]
mod tests {
    use sunline_core::{AgentId, Config, ContactId, NewContact, Presence, QueueId, Span};

    use super::*;

    const NINE: Timestamp = Timestamp::from_secs(9 * 3600);

    fn at(seconds: i64) -> Timestamp {
        NINE + Span::from_secs(seconds)
    }

    fn arrive(id: u64) -> Command {
        Command::Arrive(NewContact::new(ContactId::from(id), QueueId(0)))
    }

    /// Ann is offered contact 1 and has 20 s to answer.
    fn offered() -> (Domain, Batch) {
        let config = Config::from_toml(
            "name = 'shop'\nchannels = [{ name = 'voice' }]\nqueues = [{ name = 'orders' }]\nagents = [{ name = 'ann' }]",
        );
        let mut domain = Domain::new(NINE, config.unwrap()).unwrap();
        while domain.poll_event().is_some() {}
        let mut batch = Batch::after(Tail::EMPTY);
        let available = Command::SetPresence(AgentId(0), Presence::Available);
        batch.apply(&mut domain, NINE, None, available).unwrap();
        batch.apply(&mut domain, at(1), None, arrive(1)).unwrap();
        assert_eq!(batch.inputs().len(), 2);
        batch.clear();
        (domain, batch)
    }

    #[test]
    fn a_refused_command_leaves_only_the_time_it_brought_and_only_if_that_fired_deadlines() {
        let (mut domain, mut batch) = offered();
        let unknown = Command::Complete(ContactId::from(7));
        batch.apply(&mut domain, at(2), None, unknown.clone()).unwrap_err();
        assert!(batch.is_empty());
        batch.apply(&mut domain, at(30), Some(CommandKey(1)), unknown).unwrap_err();
        assert_eq!(batch.inputs(), [Input::advance_to(at(30))]);
        assert!(!batch.events().is_empty(), "the offer expired at 21 s");
    }

    #[test]
    fn time_that_only_a_refusal_has_seen_is_journaled_before_an_earlier_stamp() {
        let (mut domain, mut batch) = offered();
        batch.apply(&mut domain, at(9), None, Command::Complete(ContactId::from(7))).unwrap_err();
        batch.apply(&mut domain, at(5), None, arrive(2)).unwrap();
        assert_eq!(batch.inputs(), [Input::advance_to(at(9)), Input::command(at(5), arrive(2))]);
        assert_eq!(batch.events()[0].at, at(9));
        batch.apply(&mut domain, at(6), None, arrive(3)).unwrap();
        assert_eq!(batch.inputs().len(), 3, "a replay is at 9 s already");
    }

    #[test]
    fn a_repeated_command_leaves_nothing() {
        let (mut domain, mut batch) = offered();
        let key = Some(CommandKey(5));
        let first = batch.apply(&mut domain, at(2), key, arrive(2)).unwrap();
        assert_eq!(batch.inputs(), [Input { at: at(2), key, kind: InputKind::Command(arrive(2)) }]);
        let again = batch.apply(&mut domain, at(3), key, arrive(2)).unwrap();
        assert_eq!((again.duplicate, again.seq), (true, first.seq));
        batch.apply(&mut domain, at(4), None, arrive(2)).unwrap();
        assert_eq!(batch.inputs().len(), 1);
    }

    #[test]
    fn time_that_fires_nothing_leaves_nothing() {
        let (mut domain, mut batch) = offered();
        assert!(!batch.advance(&mut domain, at(20)));
        assert!(batch.is_empty());
        assert!(batch.advance(&mut domain, at(21)));
        assert_eq!(batch.inputs(), [Input::advance_to(at(21))]);
    }
}

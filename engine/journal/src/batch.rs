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

//! Changes made behind a checker's back, to prove that it would notice them. A run in earnest has none.

use std::borrow::Cow;

use sunline_core::Event;

/// Changes an event if it is of the kind meant; whether it was.
pub type Change = fn(&mut Event) -> bool;

/// What is planted in a run.
#[derive(Clone, Copy, Debug, Default)]
pub enum Plant {
    /// Nothing.
    #[default]
    Nothing,
    /// The books are told something else than what happened: the first event that can be so changed, after so many
    /// commands.
    Books(usize, Change),
    /// The oracle is not told one command that is applied, after so many.
    Oracle(usize),
    /// The kernel that is restored on the way is not told one command that is applied.
    Twin,
    /// The events that are folded lack the last one.
    Fold,
    /// The snapshot from half way is followed by all later events but the last.
    Tail,
    /// One command that was applied is left out when the commands are decided again.
    Replay,
    /// The journal holds something else than what happened: the first event that can be so changed.
    Journal(Change),
}

impl Plant {
    /// What the books are told of an event.
    pub(super) fn changed_for_the_books<'a>(&mut self, commands: usize, event: &'a Event) -> Cow<'a, Event> {
        if let Self::Books(after, change) = *self
            && commands >= after
        {
            let mut changed = event.clone();
            if change(&mut changed) {
                *self = Self::Nothing;
                return Cow::Owned(changed);
            }
        }
        Cow::Borrowed(event)
    }

    /// Whether the oracle is not told this command.
    pub(super) fn forgets_oracle(&mut self, commands: usize, applied: bool) -> bool {
        let planted = matches!(*self, Self::Oracle(after) if applied && commands >= after);
        self.used(planted)
    }

    /// Whether the restored kernel is not told this command.
    pub(super) fn forgets_twin(&mut self, applied: bool) -> bool {
        let planted = matches!(self, Self::Twin) && applied;
        self.used(planted)
    }

    /// Whether the command is left out when they are decided again.
    pub(super) fn forgets_replay(&mut self, applied: bool) -> bool {
        let planted = matches!(self, Self::Replay) && applied;
        self.used(planted)
    }

    /// The events that the journal gets.
    pub(super) fn changed_for_the_journal(&mut self, events: &[Event]) -> Vec<Event> {
        let mut events = events.to_vec();
        if let Self::Journal(change) = *self
            && events.iter_mut().any(change)
        {
            *self = Self::Nothing;
        }
        events
    }

    /// A plant works once.
    fn used(&mut self, planted: bool) -> bool {
        if planted {
            *self = Self::Nothing;
        }
        planted
    }
}

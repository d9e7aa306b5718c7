//! A kernel that breaks: over some commands, and over some deadlines, each time when its state has changed already.
//!
//! It stands for a bug in the kernel or a rule of a user's that panics. What breaks it is drawn outside and laid down
//! here, as the product makes its kernels itself.

use std::cell::Cell;
use std::collections::BTreeSet;

use sunline_core::{
    Command, CommandError, CommandKey, ContactId, Domain, NewContact, QueueId, Receipt, Timestamp,
};
use sunline_journal::Batch;
use sunline_runtime::parts::Kernel;

/// Contacts with numbers from here on are poison.
pub(super) const POISON: u64 = 666_000_000_000;

thread_local! {
    /// The number of the deadline that breaks the next kernel that fires any; 0: none does.
    static BAD_DEADLINE: Cell<u64> = const { Cell::new(0) };
}

/// The next deadline breaks the kernel, under this number, from 1.
pub(super) fn poison_the_next_deadline(number: u64) {
    BAD_DEADLINE.set(number);
}

/// No deadline breaks the kernel any more; whether one was meant to.
pub(super) fn heal_deadlines() -> bool {
    BAD_DEADLINE.replace(0) != 0
}

/// Whether a command breaks the kernel.
pub(super) fn is_poison(command: &Command) -> bool {
    matches!(command, Command::Arrive(new) if is_poisoned(&new.id))
}

fn is_poisoned(id: &ContactId) -> bool {
    (0..8).any(|n| *id == ContactId::from(POISON + n))
}

/// A kernel that breaks.
pub(super) struct Fragile {
    domain: Domain,
    breaking: Option<u64>,
    aside: BTreeSet<u64>,
}

impl Kernel for Fragile {
    type Broken = u64;

    fn of(domain: Domain) -> Self {
        Self { domain, breaking: None, aside: BTreeSet::new() }
    }

    fn domain(&self) -> &Domain {
        &self.domain
    }

    fn apply(
        &mut self,
        batch: &mut Batch,
        at: Timestamp,
        key: Option<CommandKey>,
        command: Command,
    ) -> Result<Receipt, CommandError> {
        if is_poison(&command) {
            // Half of it is done when it breaks.
            let _ = self
                .domain
                .handle(at, Command::Arrive(NewContact::new(ContactId::from(POISON - 1), QueueId(0))));
            panic!("too much");
        }
        batch.apply(&mut self.domain, at, key, command)
    }

    fn advance(&mut self, batch: &mut Batch, to: Timestamp) -> bool {
        let bad = BAD_DEADLINE.get();
        if bad > 0 && !self.aside.contains(&bad) && self.domain.next_deadline().is_some_and(|due| due <= to) {
            self.domain.handle_deadlines(to);
            self.breaking = Some(bad);
            panic!("a bad deadline");
        }
        batch.advance(&mut self.domain, to)
    }

    fn broken_deadline(&self) -> Option<u64> {
        self.breaking
    }

    fn set_aside(&mut self, broken: &u64) {
        self.aside.insert(*broken);
    }
}

//! The kernel in its cradle: whatever breaks in it is caught, told, and mended from the record.
//!
//! A panic or a poisoned step leaves a state that nobody may use. The host is then [`Host::rebuild`]t on the state that
//! was recorded last; the inputs of the open batch are put in again, and the one that broke it is not.

use std::panic::{AssertUnwindSafe, catch_unwind};

use core::fmt;
use sunline_core::{
    BrokenDeadline, Command, CommandError, CommandKey, Domain, Event, Receipt, Seq, Timestamp,
};
use sunline_journal::{Batch, Input, InputKind};

use crate::ledger::Recovered;

/// What the host needs of a kernel. The product has one; a test may wrap it to see it break.
pub(crate) trait Kernel: Send + 'static {
    /// Names a deadline over which the kernel broke.
    type Broken: fmt::Display + Clone + Send;

    fn of(domain: Domain) -> Self;
    fn domain(&self) -> &Domain;
    fn apply(
        &mut self,
        batch: &mut Batch,
        at: Timestamp,
        key: Option<CommandKey>,
        command: Command,
    ) -> Result<Receipt, CommandError>;
    fn advance(&mut self, batch: &mut Batch, to: Timestamp) -> bool;
    fn broken_deadline(&self) -> Option<Self::Broken>;
    fn set_aside(&mut self, broken: &Self::Broken);

    /// What does not hold that always should, each as a sentence.
    fn broken_invariants(&self) -> Vec<String> {
        self.domain().broken_invariants()
    }
}

impl Kernel for Domain {
    type Broken = BrokenDeadline;

    fn of(domain: Domain) -> Self {
        domain
    }

    fn domain(&self) -> &Domain {
        self
    }

    fn apply(
        &mut self,
        batch: &mut Batch,
        at: Timestamp,
        key: Option<CommandKey>,
        command: Command,
    ) -> Result<Receipt, CommandError> {
        batch.apply(self, at, key, command)
    }

    fn advance(&mut self, batch: &mut Batch, to: Timestamp) -> bool {
        batch.advance(self, to)
    }

    fn broken_deadline(&self) -> Option<BrokenDeadline> {
        Domain::broken_deadline(self)
    }

    fn set_aside(&mut self, broken: &BrokenDeadline) {
        Domain::set_aside(self, broken);
    }
}

/// The kernel broke; the host is void until it is rebuilt.
#[derive(Debug)]
pub(crate) enum Break {
    /// Over a deadline. It is set aside; the same call may be made again after the rebuild.
    Deadline,
    /// Over the command, with these words.
    Command(String),
}

/// One kernel and the batch that is open.
pub(crate) struct Host<K: Kernel> {
    kernel: K,
    batch: Batch,
    aside: Vec<K::Broken>,
}

impl<K: Kernel> Host<K> {
    pub(crate) fn new(recovered: Recovered) -> Self {
        let Recovered { domain, tail } = recovered;
        Self { kernel: K::of(domain), batch: Batch::after(tail), aside: Vec::new() }
    }

    pub(crate) fn domain(&self) -> &Domain {
        self.kernel.domain()
    }

    /// Applies a command as of its stamp; what it led to is in the batch.
    pub(crate) fn apply(
        &mut self,
        at: Timestamp,
        key: Option<CommandKey>,
        command: &Command,
    ) -> Result<Result<Receipt, CommandError>, Break> {
        self.guarded(|kernel, batch| kernel.apply(batch, at, key, command.clone()))
    }

    /// Fires the deadlines due by an instant; what they led to is in the batch.
    pub(crate) fn advance(&mut self, to: Timestamp) -> Result<Receipt, Break> {
        self.guarded(|kernel, batch| kernel.advance(batch, to))?;
        Ok(Receipt { seq: self.seq(), duplicate: false, agent: None })
    }

    /// What does not hold that always should; a check that panics is one thing more.
    pub(crate) fn broken_invariants(&self) -> Vec<String> {
        let checked = catch_unwind(AssertUnwindSafe(|| self.kernel.broken_invariants()));
        checked.unwrap_or_else(|panic| vec![format!("the check panicked: {}", panic_message(&*panic))])
    }

    /// Takes out what has to be recorded.
    pub(crate) fn take_record(&mut self) -> (Vec<Input>, Vec<Event>) {
        self.batch.take()
    }

    /// Goes on from the recorded state, and forgets the open batch.
    pub(crate) fn restart(&mut self, recovered: Recovered) {
        let Recovered { domain, tail } = recovered;
        (self.kernel, self.batch) = (K::of(domain), Batch::after(tail));
        self.set_aside();
    }

    /// Goes on from the recorded state, with the inputs of the open batch put in again.
    ///
    /// # Errors
    /// Why that is not possible: the inputs break the kernel again, or lead elsewhere than before.
    pub(crate) fn rebuild(&mut self, recovered: Recovered) -> Result<(), String> {
        let expected = self.batch.events().last().map_or(recovered.domain.seq(), |last| last.seq);
        let inputs = self.batch.inputs().to_vec();
        self.restart(recovered);
        for Input { at, key, kind } in inputs {
            self.set_aside();
            let done = match kind {
                InputKind::Command(command) => self.apply(at, key, &command).map(|_| ()),
                _ => self.advance(at).map(|_| ()),
            };
            done.map_err(|_| "the kernel broke again over commands that it had applied before".to_owned())?;
        }
        self.set_aside();
        let found = self.seq();
        if found == expected {
            Ok(())
        } else {
            Err(format!("the batch led to {found}, not again to {expected}"))
        }
    }

    fn seq(&self) -> Seq {
        self.domain().seq()
    }

    fn set_aside(&mut self) {
        for broken in &self.aside {
            self.kernel.set_aside(broken);
        }
    }

    fn guarded<T>(&mut self, run: impl FnOnce(&mut K, &mut Batch) -> T) -> Result<T, Break> {
        let Self { kernel, batch, .. } = self;
        let done = catch_unwind(AssertUnwindSafe(|| run(kernel, batch)));
        let message = match done {
            Ok(done) if !self.domain().is_poisoned() => return Ok(done),
            Ok(_) => "its messages never came to rest".to_owned(),
            Err(panic) => panic_message(&*panic),
        };
        match self.kernel.broken_deadline() {
            Some(broken) => {
                tracing::error!(deadline = %broken, message, "the kernel broke over a deadline, which is set aside");
                self.aside.push(broken);
                Err(Break::Deadline)
            }
            None => Err(Break::Command(message)),
        }
    }
}

/// What a panic said.
pub(crate) fn panic_message(panic: &(dyn core::any::Any + Send)) -> String {
    let text = panic.downcast_ref::<&str>().copied();
    let text = text.or_else(|| panic.downcast_ref::<String>().map(String::as_str));
    text.unwrap_or("no message").to_owned()
}

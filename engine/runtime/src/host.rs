//! The kernel in its cradle: whatever breaks in it is caught, told, and mended from the record.
//!
//! A panic or a poisoned step leaves a state that nobody may use. The host is then [`Host::rebuild`]t on the state that
//! was recorded last; the inputs of the open batch are put in again, and the one that broke it is not.

use std::panic::{AssertUnwindSafe, catch_unwind};

use core::fmt;
use sunline_core::{
    BrokenDeadline, Command, CommandError, CommandKey, Domain, Event, Receipt, Right, Seq, Timestamp,
};
use sunline_journal::{Batch, Input, InputKind};

use crate::error::EngineError;
use crate::ledger::Recovered;

/// What the host needs of a kernel. The product has one; a test may wrap it to see it break.
pub trait Kernel: Send + 'static {
    /// Names a deadline over which the kernel broke.
    type Broken: fmt::Display + Clone + Send;

    /// A kernel in this state.
    fn of(domain: Domain) -> Self;
    /// Its state.
    fn domain(&self) -> &Domain;
    /// Applies a command as of its stamp, into the batch.
    fn apply(
        &mut self,
        batch: &mut Batch,
        at: Timestamp,
        key: Option<CommandKey>,
        command: Command,
    ) -> Result<Receipt, CommandError>;
    /// Fires the deadlines due by an instant, into the batch.
    fn advance(&mut self, batch: &mut Batch, to: Timestamp) -> bool;
    /// The deadline over which it broke, if it was one.
    fn broken_deadline(&self) -> Option<Self::Broken>;
    /// Takes a deadline out, so that it never fires again.
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
pub enum Break {
    /// Over a deadline. It is set aside; the same call may be made again after the rebuild.
    Deadline,
    /// Over the command, with these words.
    Command(String),
}

/// One kernel and the batch that is open.
pub struct Host<K: Kernel> {
    kernel: K,
    batch: Batch,
    aside: Vec<K::Broken>,
}

impl<K: Kernel> Host<K> {
    /// A host that goes on from what was recorded.
    pub fn new(recovered: Recovered) -> Self {
        let Recovered { domain, tail } = recovered;
        Self { kernel: K::of(domain), batch: Batch::after(tail), aside: Vec::new() }
    }

    /// The kernel's state.
    pub fn domain(&self) -> &Domain {
        self.kernel.domain()
    }

    /// Applies a command as of its stamp, if the right of whoever says it covers it; `None`: the host's own.
    pub fn say(
        &mut self,
        at: Timestamp,
        key: Option<CommandKey>,
        command: &Command,
        right: Option<&Right>,
    ) -> Result<Result<Receipt, EngineError>, Break> {
        if let Some(right) = right {
            // Whose a contact is by then shows once the deadlines have fired.
            if self.domain().next_deadline().is_some_and(|due| due <= at) {
                self.advance(at)?;
            }
            if let Err(forbidden) = self.domain().permits(right, command) {
                return Ok(Err(forbidden.into()));
            }
        }
        Ok(self.apply(at, key, command)?.map_err(EngineError::from))
    }

    /// Applies a command as of its stamp; what it led to is in the batch.
    pub fn apply(
        &mut self,
        at: Timestamp,
        key: Option<CommandKey>,
        command: &Command,
    ) -> Result<Result<Receipt, CommandError>, Break> {
        self.guarded(|kernel, batch| kernel.apply(batch, at, key, command.clone()))
    }

    /// Fires the deadlines due by an instant; what they led to is in the batch.
    pub fn advance(&mut self, to: Timestamp) -> Result<Receipt, Break> {
        self.guarded(|kernel, batch| kernel.advance(batch, to))?;
        Ok(Receipt { seq: self.seq(), duplicate: false, agent: None })
    }

    /// What does not hold that always should; a check that panics is one thing more.
    pub(crate) fn broken_invariants(&self) -> Vec<String> {
        let checked = catch_unwind(AssertUnwindSafe(|| self.kernel.broken_invariants()));
        checked.unwrap_or_else(|panic| vec![format!("the check panicked: {}", panic_message(&*panic))])
    }

    /// Takes out what has to be recorded.
    pub fn take_record(&mut self) -> (Vec<Input>, Vec<Event>) {
        self.batch.take()
    }

    /// Goes on from the recorded state, and forgets the open batch.
    pub fn restart(&mut self, recovered: Recovered) {
        let Recovered { domain, tail } = recovered;
        (self.kernel, self.batch) = (K::of(domain), Batch::after(tail));
        self.set_aside();
    }

    /// Goes on from the recorded state, with the inputs of the open batch put in again.
    ///
    /// # Errors
    /// Why that is not possible: the inputs break the kernel again, or lead elsewhere than before.
    pub fn rebuild(&mut self, recovered: Recovered) -> Result<(), String> {
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

#[cfg(test)]
mod tests {
    use sunline_core::{AgentId, Beyond, Config, ContactId, Forbidden, NewContact, Presence, QueueId, Span};
    use sunline_journal::Tail;

    use super::*;

    const NINE: Timestamp = Timestamp::from_secs(9 * 3600);

    #[test]
    fn whose_a_contact_is_shows_after_the_deadlines_of_the_same_instant() {
        let config = Config::from_toml(
            r#"
            name = "shop"
            channels = [{ name = "voice" }]
            agents = [{ name = "ann" }, { name = "bob" }]
            [[queues]]
            name = "bills"
            offer = { answer = "auto", confirm_connection = true, connect_grace = "20s" }
            "#,
        );
        let mut domain = Domain::new(NINE, config.unwrap()).unwrap();
        while domain.poll_event().is_some() {}
        let tail = Tail { seq: domain.seq(), at: NINE, ..Tail::EMPTY };
        let mut host: Host<Domain> = Host::new(Recovered { domain, tail });
        let (ann, bob, contact) = (AgentId(0), AgentId(1), ContactId::from(1));
        let presences = vec![(ann, Presence::Available), (bob, Presence::Available)];
        for command in
            [Command::Arrive(NewContact::new(contact, QueueId(0))), Command::SetPresences(presences)]
        {
            host.say(NINE, None, &command, None).unwrap().unwrap();
        }
        let agent_of = |host: &Host<Domain>| host.domain().contact_view(&contact).unwrap().agent.unwrap();
        let first = agent_of(&host);
        let at = NINE + Span::from_secs(20);
        // At this instant the contact goes from the first to the other, and the first says that it is connected.
        let said = host.say(at, None, &Command::Connected(contact), Some(&Right::Agent(first))).unwrap();
        let what = Beyond::Contact(contact);
        let forbidden = Forbidden { right: Right::Agent(first).kind(), call: "connected", what };
        assert_eq!(said, Err(EngineError::Forbidden(forbidden)));
        let second = agent_of(&host);
        assert_ne!(first, second);
        let said = host.say(at, None, &Command::Connected(contact), Some(&Right::Agent(second))).unwrap();
        assert!(said.is_ok(), "{said:?}");
    }
}

//! What moves virtual time: a kernel, the list of what the world will do, and the loop between them.
//!
//! Next is the earlier of the kernel's next deadline and the world's next happening; at one instant the deadline goes
//! first. That rule stands here alone: whoever brings happenings of its own, a [`World`](crate::World) or a test, is
//! driven by it.
//!
//! ```text
//! schedule ─▶ happenings ─┐
//!                         ├─ the earlier ─▶ step ─▶ Deadlines: fired already  ─▶ poll_event …
//! kernel ──▶ deadlines ───┘                      └▶ Happening: tell the kernel ─▶ poll_event …
//! ```
//!
//! ```
//! use sunline_core::time::Timestamp;
//! use sunline_core::{AgentId, Command, Config, Domain, Presence};
//! use sunline_sim::{Driver, Step};
//!
//! let config = Config::from_toml(r#"
//!     name = "shop"
//!     channels = [{ name = "voice" }]
//!     queues = [{ name = "bills" }]
//!     agents = [{ name = "ann" }]
//! "#)?;
//! let nine = Timestamp::from_secs(9 * 3600);
//! let mut driver = Driver::new(Domain::new(Timestamp::EPOCH, config)?);
//! driver.schedule(nine, "ann comes");
//! assert_eq!(driver.step(None), Step::Happening("ann comes"));
//! driver.tell(Command::SetPresence(AgentId(0), Presence::Available))?;
//! assert_eq!(driver.step(None), Step::Nothing);
//! assert_eq!(driver.now(), nine);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

use sunline_core::time::Timestamp;
use sunline_core::{Command, CommandError, CommandKey, Domain, Event, Receipt, Told};

use crate::event_queue::{EventHandle, EventQueue};

/// What a step came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step<H> {
    /// Deadlines of the kernel, which have fired.
    Deadlines,
    /// Something that the world had scheduled, which it does now.
    Happening(H),
    /// The instant to stop at; what would happen at it or later has not happened.
    Stop,
    /// Nothing is left to happen.
    Nothing,
}

/// A kernel in virtual time, with the happenings `H` of the world around it.
#[derive(Debug)]
pub struct Driver<H> {
    domain: Domain,
    happenings: EventQueue<H>,
    now: Timestamp,
}

impl<H: Copy> Driver<H> {
    /// Drives a kernel from its own instant on.
    pub fn new(domain: Domain) -> Self {
        Self { now: domain.now(), domain, happenings: EventQueue::new() }
    }

    /// Lets something happen at an instant, after all that was scheduled for that instant before.
    #[inline(always)]
    pub fn schedule(&mut self, at: Timestamp, happening: H) -> EventHandle {
        self.happenings.schedule(at, happening)
    }

    /// Takes back what has not happened yet. `None` when it has, or was taken back before.
    #[inline]
    pub fn cancel(&mut self, handle: EventHandle) -> Option<H> {
        self.happenings.cancel(handle)
    }

    /// Comes to the next instant at which something happens, if it lies before `stop`. Drain
    /// [`poll_event`](Self::poll_event) before the next step.
    #[inline]
    pub fn step(&mut self, stop: Option<Timestamp>) -> Step<H> {
        let deadline = self.domain.next_deadline();
        let at = match (deadline, self.happenings.next_at()) {
            (None, None) => return Step::Nothing,
            (Some(deadline), Some(next)) => deadline.min(next),
            (Some(at), None) | (None, Some(at)) => at,
        };
        if let Some(stop) = stop.filter(|stop| at >= *stop) {
            self.now = stop;
            return Step::Stop;
        }
        self.now = at;
        if deadline.is_some_and(|deadline| deadline <= at) {
            self.domain.handle_deadlines(at);
            return Step::Deadlines;
        }
        self.happenings.pop().map_or(Step::Nothing, |(_, happening)| Step::Happening(happening))
    }

    /// Gives the kernel a command, as of the instant reached.
    ///
    /// # Errors
    /// The kernel's own refusal.
    #[inline]
    pub fn tell(&mut self, command: Command) -> Result<Receipt, CommandError> {
        self.domain.handle(self.now, command)
    }

    /// The same for a command that may be repeated under its key.
    ///
    /// # Errors
    /// As [`Self::tell`]; [`CommandError::KeyReused`] when the key stood for another command.
    pub fn tell_once(&mut self, key: CommandKey, command: Command) -> Result<Receipt, CommandError> {
        self.domain.handle_once(self.now, key, command)
    }

    /// The kernel's next event; `None` when all have been heard.
    #[inline]
    pub fn poll_event(&mut self) -> Option<Event> {
        self.domain.poll_event()
    }

    /// All of the kernel's events at once, to be heard where they lie; [`reuse_events`](Self::reuse_events) afterwards.
    #[inline]
    pub fn take_events(&mut self) -> Told {
        self.domain.take_events()
    }

    /// Gives back the room of events that were heard.
    #[inline]
    pub fn reuse_events(&mut self, heard: Told) {
        self.domain.reuse_events(heard);
    }

    /// The instant reached.
    #[inline]
    pub fn now(&self) -> Timestamp {
        self.now
    }

    /// The kernel as it stands.
    #[inline]
    pub fn domain(&self) -> &Domain {
        &self.domain
    }
}

#[cfg(test)]
mod tests {
    use sunline_core::time::Span;
    use sunline_core::{AgentId, Config, ContactId, EventKind, NewContact, Presence, QueueId};

    use super::*;

    /// A shop where ann has been asked, at the start, to take a contact.
    fn ann_is_asked() -> Driver<&'static str> {
        let config = Config::from_toml(
            "name = 'shop'\nchannels = [{ name = 'voice' }]\nqueues = [{ name = 'bills' }]\nagents = [{ name = 'ann' }]",
        );
        let domain = Domain::new(Timestamp::EPOCH, config.unwrap()).unwrap();
        let mut driver = Driver::new(domain);
        driver.tell(Command::SetPresence(AgentId(0), Presence::Available)).unwrap();
        driver.tell(Command::Arrive(NewContact::new(ContactId::from(1), QueueId(0)))).unwrap();
        while driver.poll_event().is_some() {}
        driver
    }

    #[test]
    fn at_one_instant_the_deadline_goes_first() {
        let mut driver = ann_is_asked();
        let expires = driver.domain().next_deadline().unwrap();
        driver.schedule(expires, "ann answers");
        assert_eq!(driver.step(None), Step::Deadlines);
        let told: Vec<Event> = core::iter::from_fn(|| driver.poll_event()).collect();
        assert!(matches!(told[0].kind, EventKind::OfferEnded { .. }), "{:?}", told[0]);
        assert_eq!(driver.now(), expires);
        assert_eq!(driver.step(None), Step::Happening("ann answers"));
        assert_eq!(driver.now(), expires);
    }

    #[test]
    fn a_nanosecond_before_the_deadline_is_before_it() {
        let mut driver = ann_is_asked();
        let expires = driver.domain().next_deadline().unwrap();
        let too_late = driver.schedule(expires + Span::from_nanos(1), "ann answers late");
        driver.schedule(expires - Span::from_nanos(1), "ann answers");
        assert_eq!(driver.step(Some(expires)), Step::Happening("ann answers"));
        assert_eq!(driver.step(Some(expires)), Step::Stop);
        assert_eq!(driver.now(), expires);
        assert_eq!(driver.domain().next_deadline(), Some(expires));
        assert_eq!(driver.step(None), Step::Deadlines);
        assert_eq!(driver.cancel(too_late), Some("ann answers late"));
        assert_eq!(driver.cancel(too_late), None);
    }
}

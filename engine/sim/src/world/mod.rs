//! The world: host, agents and customers of a simulated domain.
//!
//! It drives the kernel through the same calls as the live engine, in virtual time. What happens next is the earliest of
//! the kernel's next deadline and the world's next event; at one instant the deadline goes first.
//!
//! ```text
//! arrival ─▶ Arrive ─▶ offered? ─▶ answer ─▶ accepted ─▶ conversation ends ─▶ Complete
//!                └─ waits ─▶ patience ends ─▶ Abandon
//! ```

mod guests;
mod sources;

use sunline_core::measures::Measures;
use sunline_core::time::{Span, Timestamp};
use sunline_core::{
    AgentId, Command, CommandError, Connection, ContactId, Domain, Event, EventKind, NewContact, OfferId,
    Presence, QueueId,
};

use crate::distribution::Sampler;
use crate::event_queue::EventQueue;
use crate::random::{Chance, Family, Purpose};
use crate::report::Report;
use crate::scenario::{Scenario, ScenarioError};
use crate::shifts::{Attendance, ShiftChanges};
use guests::{Guest, Guests};
use sources::Sources;

/// What the world does next.
#[derive(Clone, Copy, Debug)]
enum Happening {
    /// The next contact of a source arrives.
    Arrival { source: u32 },
    /// A customer's patience ends.
    GivesUp { contact: u64 },
    /// A conversation ends.
    Finishes { contact: u64 },
    /// An agent answers an offer.
    Answers { offer: u64, agent: u32, accepts: bool },
    /// An agent's shift begins or ends.
    Attends { agent: u32, comes: bool },
    /// Figures begin.
    WarmUpEnds,
}

/// A domain and the world around it, one replication.
pub struct World<'a> {
    domain: Domain,
    scenario: &'a Scenario,
    happenings: EventQueue<Happening>,
    sources: Sources<'a>,
    shifts: ShiftChanges<'a>,
    guests: Guests,
    measures: Measures,
    pace: Vec<f64>,
    answer: Sampler,
    answers: Vec<Family>,
    now: Timestamp,
    commands: u64,
    begun: bool,
}

/// Steps between two questions whether to go on: well under a millisecond.
const STEPS_BETWEEN_QUESTIONS: u32 = 4096;

/// Hears every event of a run, in order.
pub trait Listener {
    /// One event, just applied.
    fn hear(&mut self, event: &Event);
}

/// Hears nothing.
impl Listener for () {
    #[inline]
    fn hear(&mut self, _: &Event) {}
}

impl<F: FnMut(&Event)> Listener for F {
    fn hear(&mut self, event: &Event) {
        self(event);
    }
}

impl<'a> World<'a> {
    /// The world of a scenario at its start, with the luck of one replication under a seed.
    ///
    /// # Errors
    /// [`ScenarioError`] names what cannot run.
    pub fn new(scenario: &'a Scenario, seed: u64, replication: u64) -> Result<Self, ScenarioError> {
        scenario.check()?;
        let mut config = scenario.config.clone();
        // The world never uses an id twice, so nothing needs to be remembered of those that ended.
        config.memory.ended_ids_max = 0;
        let domain = Domain::new(scenario.start, config)?;
        let chance = Chance::new(seed, replication);
        let names = scenario.config.agents.iter().map(|agent| &agent.name);
        let pace = names.clone().map(|name| scenario.pace.get(name).copied().unwrap_or(1.0)).collect();
        let answers = (0..names.len() as u64).map(|agent| chance.family(Purpose::Answer, agent)).collect();
        let answer = scenario.answers.after.sampler();
        let queue = |q: &sunline_core::config::QueueConfig| (q.answer_within, q.short_abandon);
        let thresholds: Vec<_> = scenario.config.queues.iter().map(queue).collect();
        let mut world = Self {
            sources: Sources::new(scenario, &domain, chance)?,
            shifts: ShiftChanges::new(names.filter_map(|name| scenario.shifts.get(name)), scenario.window()),
            domain,
            scenario,
            happenings: EventQueue::new(),
            guests: Guests::default(),
            measures: Measures::new(&thresholds),
            pace,
            answer: answer
                .map_err(|error| ScenarioError::Parameter { path: "answers.after".into(), error })?,
            answers,
            now: scenario.start,
            commands: 0,
            begun: false,
        };
        world.open();
        Ok(world)
    }

    fn open(&mut self) {
        if self.scenario.warm_up > Span::ZERO {
            self.happenings.schedule(self.scenario.start + self.scenario.warm_up, Happening::WarmUpEnds);
        }
        self.schedule_shift_change();
        for source in 0..self.sources.len() {
            self.schedule_arrival(source);
        }
    }

    /// Runs to the end; `listener` hears every event.
    pub fn run(&mut self, listener: &mut impl Listener) {
        self.run_while(listener, || true);
    }

    /// Runs to the end, or until `go_on` says no; it is asked every few thousand steps. True when the end was reached;
    /// otherwise a further call goes on from here.
    pub fn run_while(&mut self, listener: &mut impl Listener, mut go_on: impl FnMut() -> bool) -> bool {
        if !self.begun {
            self.begun = true;
            self.drain(listener);
            self.sign_in_the_shiftless(listener);
        }
        loop {
            if !(0..STEPS_BETWEEN_QUESTIONS).all(|_| self.step(listener)) {
                return true;
            }
            if !go_on() {
                return false;
            }
        }
    }

    /// Figures so far, as a report.
    pub fn report(&self) -> Report {
        Report::of(self.scenario, self)
    }

    /// Lets the next thing happen; false when nothing is left to happen, or the run stops.
    pub fn step(&mut self, listener: &mut impl Listener) -> bool {
        let next = self.happenings.next_at();
        let deadline = self.domain.next_deadline();
        let at = match (deadline, next) {
            (None, None) => return false,
            (Some(deadline), Some(next)) => deadline.min(next),
            (Some(at), None) | (None, Some(at)) => at,
        };
        if self.scenario.stop_at_end && at >= self.scenario.end {
            self.now = self.scenario.end;
            return false;
        }
        self.now = at;
        if deadline.is_some_and(|deadline| deadline <= at) {
            self.domain.handle_deadlines(at);
            self.drain(listener);
        } else if let Some((_, happening)) = self.happenings.pop() {
            self.happens(happening, listener);
        }
        true
    }

    /// The instant reached.
    pub fn now(&self) -> Timestamp {
        self.now
    }

    /// The domain as it stands.
    pub fn domain(&self) -> &Domain {
        &self.domain
    }

    /// Figures so far.
    pub fn measures(&self) -> &Measures {
        &self.measures
    }

    /// Commands applied so far.
    pub fn commands(&self) -> u64 {
        self.commands
    }

    fn happens(&mut self, happening: Happening, listener: &mut impl Listener) {
        match happening {
            Happening::Arrival { source } => self.arrive(source, listener),
            Happening::GivesUp { contact } => {
                self.tell(Command::Abandon(ContactId::from(contact)), listener);
            }
            Happening::Finishes { contact } => {
                self.tell(Command::Complete(ContactId::from(contact)), listener);
            }
            Happening::Answers { offer, agent, accepts } => {
                let (offer, agent) = (OfferId(offer), AgentId(agent));
                let answer = if accepts {
                    Command::AcceptOffer(offer, agent)
                } else {
                    Command::DeclineOffer(offer, agent)
                };
                self.tell(answer, listener);
            }
            Happening::Attends { agent, comes } => {
                let presence = if comes { Presence::Available } else { Presence::Offline };
                self.tell(Command::SetPresence(AgentId(agent), presence), listener);
                self.schedule_shift_change();
            }
            Happening::WarmUpEnds => self.measures.restart(self.now),
        }
    }

    fn arrive(&mut self, source: u32, listener: &mut impl Listener) {
        let arrival = self.sources.take(source);
        self.schedule_arrival(source);
        let contact =
            self.guests.welcome(Guest { handling: arrival.handling, gives_up: None, answered: false });
        let new =
            NewContact { points: arrival.points, ..NewContact::new(ContactId::from(contact), arrival.queue) };
        self.tell(Command::Arrive(new), listener);
        // Most contacts are answered at once; only those who still wait need their patience watched.
        if let (Some(patience), Some(guest)) = (arrival.patience, self.guests.waiting(contact)) {
            guest.gives_up =
                Some(self.happenings.schedule(self.now + patience, Happening::GivesUp { contact }));
        }
    }

    /// Gives a command to the kernel. In a world an answer can come too late; nothing else may be refused.
    fn tell(&mut self, command: Command, listener: &mut impl Listener) {
        self.commands += 1;
        let answer = self.domain.handle(self.now, command);
        if let Err(error) = answer {
            let late = matches!(error, CommandError::OfferEnded { .. } | CommandError::UnknownOffer { .. });
            assert!(late, "the world only says what fits: {error}");
        }
        self.drain(listener);
    }

    fn drain(&mut self, listener: &mut impl Listener) {
        while let Some(event) = self.domain.poll_event() {
            self.measures.observe(&event);
            self.follow(&event);
            listener.hear(&event);
        }
    }

    /// What customers and agents do about an event.
    #[inline]
    fn follow(&mut self, event: &Event) {
        match &event.kind {
            EventKind::OfferIssued { offer, agent, expires_at, .. } if *expires_at < Timestamp::MAX => {
                self.answer(*offer, *agent, event.at);
            }
            EventKind::OfferAccepted { contact, agent, connection, .. } => match connection {
                Connection::Made { .. } => self.converse(contact, *agent, event.at),
                Connection::Pending { .. } => {}
            },
            EventKind::ContactConnected { contact, agent, .. } => self.converse(contact, *agent, event.at),
            EventKind::ContactEnded { contact, .. } => {
                let left = contact.number().and_then(|contact| self.guests.farewell(contact));
                if let Some(gives_up) = left.and_then(|guest| guest.gives_up) {
                    self.happenings.cancel(gives_up);
                }
            }
            _ => {}
        }
    }

    fn converse(&mut self, contact: &ContactId, agent: AgentId, at: Timestamp) {
        let Some(contact) = contact.number() else { return };
        let Some(guest) = self.guests.get(contact) else { return };
        if let Some(gives_up) = guest.gives_up.take() {
            self.happenings.cancel(gives_up);
        }
        guest.answered = true;
        let pace = self.pace[agent.index()];
        #[allow(clippy::float_cmp, reason = "exactly 1 means untouched")]
        let length = if pace == 1.0 { guest.handling } else { scaled(guest.handling, pace) };
        self.happenings.schedule(at + length, Happening::Finishes { contact });
    }

    fn answer(&mut self, offer: OfferId, agent: AgentId, at: Timestamp) {
        let mut luck = self.answers[agent.index()].stream(offer.0);
        let share = luck.uniform();
        let answers = &self.scenario.answers;
        if share < answers.ignored {
            return;
        }
        let accepts = share >= answers.ignored + answers.declined;
        let at = at + self.answer.sample(&mut luck);
        self.happenings.schedule(at, Happening::Answers { offer: offer.0, agent: agent.0, accepts });
    }

    fn schedule_arrival(&mut self, source: u32) {
        if let Some(at) = self.sources.next_at(source) {
            self.happenings.schedule(at, Happening::Arrival { source });
        }
    }

    fn schedule_shift_change(&mut self) {
        let Some(change) = self.shifts.next() else { return };
        let agent = self.sources.agent_with_shift(change.agent);
        let comes = change.change == Attendance::SignIn;
        self.happenings.schedule(change.at, Happening::Attends { agent, comes });
    }

    fn sign_in_the_shiftless(&mut self, listener: &mut impl Listener) {
        for (agent, spec) in (0..).zip(&self.scenario.config.agents) {
            if !self.scenario.shifts.contains_key(&spec.name) {
                self.tell(Command::SetPresence(AgentId(agent), Presence::Available), listener);
            }
        }
    }
}

fn scaled(length: Span, pace: f64) -> Span {
    Span::from_secs_f64(length.as_secs_f64() * pace).unwrap_or(Span::MAX)
}

/// A queue of the domain by name; checked before the run.
fn queue_of(domain: &Domain, name: &str) -> QueueId {
    domain.queue_id(name).expect("the scenario was checked")
}

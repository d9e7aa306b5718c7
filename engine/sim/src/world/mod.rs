//! The world: host, agents and customers of a simulated domain.
//!
//! It tells the kernel what the live engine would be told, in virtual time; the [`Driver`] says what happens next.
//!
//! ```text
//! arrival ─▶ Arrive ─▶ offered? ─▶ answer ─▶ accepted ─▶ conversation ends ─▶ Complete
//!                └─ waits ─▶ patience ends ─▶ Abandon
//! ```

mod experience;
mod guests;
mod handing_on;
mod present;
mod sources;
mod talks;

use std::collections::VecDeque;
use std::sync::Arc;

use sunline_core::forecast::Assessment;
use sunline_core::measures::Measures;
use sunline_core::time::{Span, Timestamp};
use sunline_core::{
    AgentId, Command, CommandError, Connection, ContactId, Domain, Event, EventKind, NewContact, OfferId,
    Presence, QueueId,
};

use crate::distribution::Sampler;
use crate::driver::{Driver, Step};
use crate::random::{Chance, Family, Purpose};
use crate::report::Report;
use crate::scenario::{Scenario, ScenarioError};
use crate::shifts::{Attendance, ShiftChanges};
use experience::Experience;
pub(crate) use guests::Names;
use guests::{Guest, Guests};
use handing_on::{HandingOn, Origin};
pub(crate) use present::{Held, Inside, Progress, Start, Turn};
pub(crate) use sources::Arrival;
use sources::Sources;
use talks::{Talk, scaled};

/// What the world does next.
#[derive(Clone, Copy, Debug)]
enum Happening {
    /// The next contact of a source arrives.
    Arrival { source: u32 },
    /// A customer's patience ends.
    GivesUp { contact: u64 },
    /// The host connects a contact to the agent who accepted.
    Connects { contact: u64 },
    /// A conversation ends.
    Finishes { contact: u64 },
    /// An agent answers an offer.
    Answers { offer: u64, agent: u32, accepts: bool },
    /// An agent's shift begins or ends.
    Attends { agent: u32, comes: bool },
    /// Something happens that is assumed in particular.
    Turns { turn: u32 },
    /// A scorer says how well agents suit the contact that was asked for first.
    Scores,
    /// Whoever decides from outside wants to look again.
    Wakes,
    /// Figures begin.
    WarmUpEnds,
}

/// A domain and the world around it, one replication.
pub struct World<'a> {
    driver: Driver<Happening>,
    scenario: &'a Scenario,
    sources: Sources<'a>,
    shifts: ShiftChanges<'a>,
    names: Arc<Names>,
    guests: Guests,
    turns: &'a [Turn],
    measures: Measures,
    /// How well forecasts had come true when figures began.
    warm_up_record: Vec<Assessment>,
    pace: Vec<f64>,
    experience: Experience,
    handing_on: HandingOn,
    answer: Sampler,
    answers: Vec<Family>,
    scorer: Option<Box<dyn Scorer + 'a>>,
    /// Contacts for which the scorer was asked at this instant, in order; so happenings stay small.
    asked: VecDeque<ContactId>,
    commands: u64,
    begun: bool,
    /// Whether it goes on from a live state, in which whoever is on shift has signed in, or is missing.
    resumed: bool,
}

/// Steps between two questions whether to go on: well under a millisecond.
const STEPS_BETWEEN_QUESTIONS: u32 = 4096;

/// Hears every event of a run, in order.
pub trait Listener {
    /// One event, just applied.
    fn hear(&mut self, event: &Event);
}

/// Says how well agents suit a contact.
pub trait Scorer {
    /// Scores of candidates, larger is better; those left out are not chosen while one of the others is there. None at
    /// all: the queue's rule decides.
    fn score(&mut self, domain: &Domain, contact: &ContactId, candidates: &[AgentId]) -> Vec<(AgentId, i64)>;
}

impl<F: FnMut(&Domain, &ContactId, &[AgentId]) -> Vec<(AgentId, i64)>> Scorer for F {
    fn score(&mut self, domain: &Domain, contact: &ContactId, candidates: &[AgentId]) -> Vec<(AgentId, i64)> {
        self(domain, contact, candidates)
    }
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
        let queue = |q: &sunline_core::config::QueueConfig| (q.answer_within, q.short_abandon);
        let thresholds: Vec<_> = scenario.config.queues.iter().map(queue).collect();
        let mut world =
            Self::around(domain, scenario, Measures::new(&thresholds), Chance::new(seed, replication))?;
        world.open();
        Ok(world)
    }

    /// A world around a domain, in which nothing is going to happen yet.
    fn around(
        domain: Domain,
        scenario: &'a Scenario,
        measures: Measures,
        chance: Chance,
    ) -> Result<Self, ScenarioError> {
        let names = scenario.config.agents.iter().map(|agent| &agent.name);
        let pace = names.clone().map(|name| scenario.pace.get(name).copied().unwrap_or(1.0)).collect();
        let answers = (0..names.len() as u64).map(|agent| chance.family(Purpose::Answer, agent)).collect();
        let answer = scenario.answers.after.sampler();
        Ok(Self {
            sources: Sources::new(scenario, &domain, chance)?,
            handing_on: HandingOn::new(scenario, &domain, chance)?,
            experience: Experience::new(scenario, &domain),
            shifts: ShiftChanges::new(names.filter_map(|name| scenario.shifts.get(name)), scenario.window()),
            driver: Driver::new(domain),
            scenario,
            names: Arc::default(),
            guests: Guests::default(),
            turns: &[],
            measures,
            warm_up_record: Vec::new(),
            pace,
            answer: answer
                .map_err(|error| ScenarioError::Parameter { path: "answers.after".into(), error })?,
            answers,
            scorer: None,
            asked: VecDeque::new(),
            commands: 0,
            begun: false,
            resumed: false,
        })
    }

    fn open(&mut self) {
        if self.scenario.warm_up > Span::ZERO {
            self.driver.schedule(self.scenario.start + self.scenario.warm_up, Happening::WarmUpEnds);
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
        loop {
            if !(0..STEPS_BETWEEN_QUESTIONS).all(|_| self.step(listener)) {
                return true;
            }
            if !go_on() {
                return false;
            }
        }
    }

    /// Lets begin what begins before the first step; [`run_while`](Self::run_while) does it by itself.
    pub fn begin(&mut self, listener: &mut impl Listener) {
        if !self.begun {
            self.begun = true;
            self.drain(listener);
            self.sign_in_the_shiftless(listener);
        }
    }

    /// Gives the domain a command of the caller's own between two steps, as of the instant reached. The world does what
    /// follows from it.
    ///
    /// # Errors
    /// The kernel's own refusal.
    pub fn say(&mut self, command: Command, listener: &mut impl Listener) -> Result<(), CommandError> {
        self.commands += 1;
        let answer = self.driver.tell(command);
        self.drain(listener);
        answer.map(|_| ())
    }

    /// Lets a step happen at an instant that does nothing, so that the caller can look again.
    pub fn wake_at(&mut self, at: Timestamp) {
        self.driver.schedule(at.max(self.driver.now()), Happening::Wakes);
    }

    /// Lets a scorer answer where queues ask for scores, at the instant at which they ask. Without one the queues' own
    /// rules decide when the wait for scores is over.
    pub fn set_scorer(&mut self, scorer: impl Scorer + 'a) {
        self.scorer = Some(Box::new(scorer));
    }

    fn score(&mut self, contact: ContactId, listener: &mut impl Listener) {
        let candidates = self.driver.domain().scores_wanted(&contact);
        let (Some(scorer), Some(candidates)) = (&mut self.scorer, candidates) else { return };
        let scores = scorer.score(self.driver.domain(), &contact, candidates);
        self.tell(Command::GiveScores(contact, scores), listener);
    }

    /// Figures so far, as a report.
    pub fn report(&self) -> Report {
        Report::of(self.scenario, self)
    }

    /// Lets the next thing happen; false when nothing is left to happen, or the run stops.
    pub fn step(&mut self, listener: &mut impl Listener) -> bool {
        self.begin(listener);
        let stop = self.scenario.stop_at_end.then_some(self.scenario.end);
        match self.driver.step(stop) {
            Step::Deadlines => self.drain(listener),
            Step::Happening(happening) => self.happens(happening, listener),
            Step::Stop | Step::Nothing => return false,
        }
        true
    }

    /// The laws of a stream: of its conversations, and of the patience of its customers.
    pub(crate) fn laws(&self, stream: usize) -> (&Sampler, Option<&Sampler>) {
        self.sources.laws(stream)
    }

    /// The instant reached.
    pub fn now(&self) -> Timestamp {
        self.driver.now()
    }

    /// The domain as it stands.
    pub fn domain(&self) -> &Domain {
        self.driver.domain()
    }

    /// Figures so far.
    pub fn measures(&self) -> &Measures {
        &self.measures
    }

    /// How well forecasts have come true since figures began: one record per queue, by `QueueId`; none where the configuration
    /// wants no forecasts.
    pub fn forecast_records(&self) -> Vec<Assessment> {
        let mut records = self.domain().forecast_record().to_vec();
        for (record, before) in records.iter_mut().zip(&self.warm_up_record) {
            *record = record.since(before);
        }
        records
    }

    /// Commands applied so far.
    pub fn commands(&self) -> u64 {
        self.commands
    }

    fn happens(&mut self, happening: Happening, listener: &mut impl Listener) {
        match happening {
            Happening::Arrival { source } => self.arrive(source, listener),
            Happening::GivesUp { contact } => {
                self.tell(Command::Abandon(self.names.id(contact)), listener);
            }
            Happening::Connects { contact } => {
                // The customer may have hung up at this very instant.
                if self.guests.get(contact).is_some() {
                    self.tell(Command::Connected(self.names.id(contact)), listener);
                }
            }
            Happening::Finishes { contact } => self.finish(contact, listener),
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
            Happening::Turns { turn } => self.turn(turn, listener),
            Happening::Scores => {
                if let Some(contact) = self.asked.pop_front() {
                    self.score(contact, listener);
                }
            }
            Happening::Wakes => {}
            Happening::WarmUpEnds => {
                self.measures.restart(self.now());
                self.warm_up_record = self.domain().forecast_record().to_vec();
            }
        }
    }

    fn arrive(&mut self, source: u32, listener: &mut impl Listener) {
        let arrival = self.sources.take(source, self.now());
        self.schedule_arrival(source);
        self.send(arrival, listener);
    }

    /// A contact arrives; its id.
    pub(crate) fn send(&mut self, arrival: Arrival, listener: &mut impl Listener) -> ContactId {
        let contact = self.guests.welcome(Guest {
            handling: arrival.handling,
            gives_up: None,
            patient: false,
            talk: Talk::None,
            origin: Origin { source: arrival.source, number: arrival.number, hands: 0 },
        });
        let id = self.names.id(contact);
        let Arrival { queue, points, details, patience, .. } = arrival;
        self.tell(Command::Arrive(NewContact { points, details, ..NewContact::new(id, queue) }), listener);
        // Most contacts are answered at once; only those who wait on the line need their patience watched.
        if let (Some(patience), Some(guest)) = (patience, self.guests.restless(contact)) {
            let at = self.driver.now() + patience;
            guest.gives_up = Some(self.driver.schedule(at, Happening::GivesUp { contact }));
        }
        id
    }

    /// Gives a command to the kernel. In a world an answer can come too late; nothing else may be refused.
    fn tell(&mut self, command: Command, listener: &mut impl Listener) {
        if let Err(error) = self.say(command, listener) {
            let late = matches!(error, CommandError::OfferEnded { .. } | CommandError::UnknownOffer { .. });
            assert!(late, "the world only says what fits: {error}");
        }
    }

    fn drain(&mut self, listener: &mut impl Listener) {
        let events = self.driver.take_events();
        for event in events.iter() {
            self.measures.observe(event);
            self.follow(event);
            listener.hear(event);
        }
        self.driver.reuse_events(events);
    }

    /// What customers and agents do about an event.
    #[inline(always)]
    fn follow(&mut self, event: &Event) {
        match &event.kind {
            EventKind::OfferIssued { offer, agent, expires_at, .. } if *expires_at < Timestamp::MAX => {
                self.answer(*offer, *agent, event.at);
            }
            EventKind::OfferAccepted { contact, queue, agent, connection, .. } => match connection {
                Connection::Made { .. } => self.converse(contact, *queue, *agent, event.at),
                Connection::Pending { .. } => self.connect(contact, event.at),
            },
            EventKind::ScoresWanted { contact, .. } if self.scorer.is_some() => {
                self.asked.push_back(*contact);
                self.driver.schedule(event.at, Happening::Scores);
            }
            EventKind::ContactConnected { contact, queue, agent, .. } => {
                self.converse(contact, *queue, *agent, event.at);
            }
            EventKind::CallbackAccepted { contact, .. } => {
                if let Some(contact) = self.names.number(contact) {
                    self.stays(contact);
                }
            }
            EventKind::ContactEnded { contact, .. } => {
                let left = self.names.number(contact).and_then(|contact| self.guests.farewell(contact));
                let Some(left) = left else { return };
                if let Some(gives_up) = left.gives_up {
                    self.driver.cancel(gives_up);
                }
                if let Talk::Until(handle, _) = left.talk {
                    self.driver.cancel(handle);
                }
            }
            EventKind::WorkSuspended { contact, .. } | EventKind::ContactParked { contact, .. } => {
                self.rests(contact, event.at);
            }
            EventKind::WorkResumed { contact, .. } | EventKind::ContactUnparked { contact, .. } => {
                self.goes_on(contact, event.at);
            }
            EventKind::ContactRequeued { contact, .. } | EventKind::ContactTransferred { contact, .. } => {
                self.starts_over(contact);
            }
            _ => {}
        }
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
        self.driver.schedule(at, Happening::Answers { offer: offer.0, agent: agent.0, accepts });
    }

    #[inline(always)]
    fn schedule_arrival(&mut self, source: u32) {
        if let Some(at) = self.sources.next_at(source) {
            self.driver.schedule(at, Happening::Arrival { source });
        }
    }

    fn schedule_shift_change(&mut self) {
        while let Some(change) = self.shifts.next() {
            let agent = self.sources.agent_with_shift(change.agent);
            let comes = change.change == Attendance::SignIn;
            if comes && self.resumed && self.began_before(agent, change.at) {
                continue;
            }
            self.driver.schedule(change.at, Happening::Attends { agent, comes });
            return;
        }
    }

    /// Whether the shift an agent is on at an instant began earlier.
    fn began_before(&self, agent: u32, at: Timestamp) -> bool {
        let shifts = self.scenario.shifts.get(&self.scenario.config.agents[agent as usize].name);
        shifts.and_then(|shifts| shifts.interval_at(at)).is_some_and(|shift| shift.from < at)
    }

    fn sign_in_the_shiftless(&mut self, listener: &mut impl Listener) {
        for (agent, spec) in (0..).zip(&self.scenario.config.agents) {
            if !self.scenario.shifts.contains_key(&spec.name) {
                self.tell(Command::SetPresence(AgentId(agent), Presence::Available), listener);
            }
        }
    }
}

/// A queue of the domain by name; checked before the run.
fn queue_of(domain: &Domain, name: &str) -> QueueId {
    domain.queue_id(name).expect("the scenario was checked")
}

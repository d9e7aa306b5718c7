//! A world that goes on from a live state: who is inside, what has passed of each, and what comes of it.
//!
//! Nothing begins anew. A conversation goes on for what is left of it, given how long it has lasted; a customer who waits
//! has the rest of a patience that has lasted so long; an offer is answered later than now, or not at all. Wrap-ups,
//! pauses and offers end at their own instants: those are the kernel's deadlines.

use std::sync::Arc;

use sunline_core::measures::Measures;
use sunline_core::time::{Span, Timestamp};
use sunline_core::{AgentId, Command, Domain, OfferId, Presence};

use super::guests::{Guest, Names};
use super::handing_on::Origin;
use super::talks::Talk;
use super::talks::scaled;
use super::{Happening, World};
use crate::random::{Chance, Purpose, Stream};
use crate::scenario::{Scenario, ScenarioError};

/// Group of the streams of contacts that are inside at the start: no stream of contacts has this number.
const INSIDE: u64 = u64::MAX;
/// Answers are drawn until one is later than now; after so many tries the answer law was wrong about this offer.
const ANSWER_TRIES: u32 = 1_000;

/// What worlds go on from; each replication takes a copy.
#[derive(Clone, Debug)]
pub(crate) struct Start {
    pub(crate) domain: Domain,
    pub(crate) names: Arc<Names>,
    /// Those inside, by number.
    pub(crate) inside: Vec<Inside>,
    pub(crate) offers: Vec<Held>,
    pub(crate) turns: Vec<Turn>,
}

/// A contact that is inside at the start.
#[derive(Clone, Debug)]
pub(crate) struct Inside {
    /// The stream whose laws it follows.
    pub(crate) stream: usize,
    /// How long it has waited.
    pub(crate) waited: Span,
    pub(crate) progress: Progress,
}

/// How far it has come.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Progress {
    /// No agent has accepted it.
    Waits,
    /// The same, and its customer will be called back.
    WaitsForCall,
    /// Accepted; media is not up.
    Connects,
    /// In conversation with the agent for so long.
    Talks { agent: AgentId, lasted: Span },
    /// With the agent, but interrupted, or its customer is silent; it had lasted so long.
    Rests { agent: AgentId, lasted: Span },
}

/// A live offer that has been held out for so long.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Held {
    pub(crate) offer: OfferId,
    pub(crate) agent: AgentId,
    pub(crate) lasted: Span,
}

/// An agent becomes something at an instant, whatever its shift says.
#[derive(Clone, Debug)]
pub(crate) struct Turn {
    pub(crate) at: Timestamp,
    pub(crate) agent: AgentId,
    pub(crate) presence: Presence,
}

impl<'a> World<'a> {
    /// The world that goes on from `start`, with the luck of `chance`. The contact with the number `stays` never gives up.
    pub(crate) fn resume(
        start: &'a Start,
        scenario: &'a Scenario,
        chance: Chance,
        stays: Option<u64>,
    ) -> Result<Self, ScenarioError> {
        let measures = Measures::from_now_on(&start.domain);
        let mut world = Self::around(start.domain.clone(), scenario, measures, chance)?;
        (world.begun, world.resumed) = (true, true);
        (world.names, world.turns) = (start.names.clone(), &start.turns);
        for (turn, Turn { at, .. }) in (0..).zip(&start.turns) {
            world.driver.schedule(*at, Happening::Turns { turn });
        }
        for (number, inside) in (0..).zip(&start.inside) {
            world.go_on(number, inside, chance, stays == Some(number));
        }
        for held in &start.offers {
            world.still_held(*held);
        }
        world.open();
        Ok(world)
    }

    /// The luck of a contact that is not of any stream: one that is inside, or comes in particular.
    pub(crate) fn luck(chance: Chance, purpose: Purpose, number: u64) -> Stream {
        chance.family(purpose, INSIDE).stream(number)
    }

    fn go_on(&mut self, contact: u64, inside: &Inside, chance: Chance, stays: bool) {
        let mut handling = Self::luck(chance, Purpose::Service, contact);
        let now = self.now();
        let origin = Origin::default();
        let mut guest =
            Guest { handling: Span::ZERO, gives_up: None, patient: true, talk: Talk::None, origin };
        let (law, patience) = self.sources.laws(inside.stream);
        match inside.progress {
            Progress::WaitsForCall => guest.handling = law.sample(&mut handling),
            Progress::Waits => {
                guest.patient = false;
                guest.handling = law.sample(&mut handling);
                let mut luck = Self::luck(chance, Purpose::Patience, contact);
                let rest = patience.filter(|_| !stays).map(|law| law.residual(inside.waited, &mut luck));
                let gives_up = rest.map(|rest| (now + rest, Happening::GivesUp { contact }));
                guest.gives_up = gives_up.map(|(at, happening)| self.driver.schedule(at, happening));
            }
            Progress::Connects => {
                guest.handling = law.sample(&mut handling);
                self.driver.schedule(now, Happening::Connects { contact });
            }
            Progress::Talks { agent, lasted } => {
                let pace = self.pace[agent.index()];
                let rest = law.residual(scaled(lasted, 1.0 / pace), &mut handling);
                let ends = now + scaled(rest, pace);
                let handle = self.driver.schedule(ends, Happening::Finishes { contact });
                (guest.talk, guest.handling) = (Talk::Until(handle, ends), rest);
            }
            Progress::Rests { agent, lasted } => {
                let pace = self.pace[agent.index()];
                let rest = law.residual(scaled(lasted, 1.0 / pace), &mut handling);
                (guest.talk, guest.handling) = (Talk::Rests(scaled(rest, pace)), rest);
            }
        }
        self.guests.welcome(guest);
    }

    /// The answer to an offer that has got none so far.
    fn still_held(&mut self, Held { offer, agent, lasted }: Held) {
        let mut luck = self.answers[agent.index()].stream(offer.0);
        let answers = &self.scenario.answers;
        for _ in 0..ANSWER_TRIES {
            let share = luck.uniform();
            if share < answers.ignored {
                return;
            }
            let after = self.answer.sample(&mut luck);
            if after > lasted {
                let accepts = share >= answers.ignored + answers.declined;
                return self.answers_after(offer, agent, after - lasted, accepts);
            }
        }
        let after = self.answer.residual(lasted, &mut luck);
        self.answers_after(offer, agent, after, true);
    }

    fn answers_after(&mut self, offer: OfferId, agent: AgentId, after: Span, accepts: bool) {
        let at = self.now() + after;
        self.driver.schedule(at, Happening::Answers { offer: offer.0, agent: agent.0, accepts });
    }

    /// Lets an assumed turn happen.
    pub(super) fn turn(&mut self, turn: u32, listener: &mut impl crate::Listener) {
        let Turn { agent, presence, .. } = &self.turns[turn as usize];
        self.tell(Command::SetPresence(*agent, presence.clone()), listener);
    }
}

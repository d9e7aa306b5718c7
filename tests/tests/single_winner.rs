//! Of all agents who are asked at once exactly one can win, in whatever order they answer, leave or let it ring, and
//! whenever the customer hangs up.
//!
//! Small cases are tried in every order there is. Each agent does one thing, the customer hangs up once, and the offers
//! run out once: that makes (n + 2)! orders for each of the ways in which n agents can behave.

use std::collections::BTreeMap;

use sunline_core::{
    AgentId, Command, CommandError, Config, ContactId, ContactState, DeliveryFailure, Domain, Event,
    EventKind, NewContact, OfferId, OfferOutcome, Presence, QueueId, Seq, Span, Timestamp,
};
use sunline_tests::books::Books;

/// What an agent does with an offer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Act {
    Accept,
    Decline,
    Busy,
    Leave,
}

/// What happens next.
#[derive(Clone, Copy, Debug)]
enum Step {
    Agent(usize, Act),
    Abandon,
    RunsOut,
}

const START: Timestamp = Timestamp::from_secs(9 * 3600);
const RINGS: Span = Span::from_secs(15);

fn contact() -> ContactId {
    ContactId::from(1)
}

/// A history up to some point, with what it must agree with.
#[derive(Clone)]
struct History {
    domain: Domain,
    books: Books,
    now: Timestamp,
    /// The offer that each agent was made, and how it ended.
    offers: Vec<OfferId>,
    ended: BTreeMap<OfferId, OfferOutcome>,
    winner: Option<AgentId>,
    told: Vec<Step>,
}

impl History {
    /// All agents are there, and a contact rings at every one of them.
    fn ringing(agents: usize) -> Self {
        let names: Vec<String> = (0..agents).map(|n| format!("{{ name = \"agent{n}\" }}")).collect();
        let text = format!(
            "name = \"desk\"\nchannels = [{{ name = \"voice\" }}]\nagents = [{}]\n[[queues]]\nname = \"calls\"\n\
             offer = {{ expires_after = \"15s\", parallel = {agents} }}",
            names.join(", ")
        );
        let domain =
            Domain::new(START, Config::from_toml(&text).expect("a good configuration")).expect("checked");
        let mut history = Self {
            domain,
            books: Books::default(),
            now: START,
            offers: Vec::new(),
            ended: BTreeMap::new(),
            winner: None,
            told: Vec::new(),
        };
        history.hear();
        for n in 0..agents as u32 {
            history.tell(Command::SetPresence(AgentId(n), Presence::Available)).expect("a known agent");
        }
        history.tell(Command::Arrive(NewContact::new(contact(), QueueId(0)))).expect("a new contact");
        let view = history.domain.contact_view(&contact()).expect("it is inside");
        history.offers = view.offers;
        assert_eq!(history.offers.len(), agents, "everybody is asked at once");
        history
    }

    fn tell(&mut self, command: Command) -> Result<(), CommandError> {
        let answer = self.domain.handle(self.now, command).map(|_| ());
        self.hear();
        answer
    }

    fn hear(&mut self) {
        while let Some(event) = self.domain.poll_event() {
            self.books.record(&event).unwrap_or_else(|fault| panic!("{:?}: {fault}", self.told));
            match event.kind {
                EventKind::OfferAccepted { offer, agent, .. } => {
                    assert_eq!(self.winner, None, "{:?}: a second winner", self.told);
                    self.winner = Some(agent);
                    self.ended.insert(offer, OfferOutcome::Accepted);
                }
                EventKind::OfferEnded { offer, outcome, .. } => {
                    let before = self.ended.insert(offer, outcome);
                    assert_eq!(before, None, "{:?}: {offer} ended twice", self.told);
                }
                _ => {}
            }
        }
        self.books.close(self.now).unwrap_or_else(|fault| panic!("{:?}: {fault}", self.told));
    }

    fn then(&self, step: Step) -> Self {
        let mut next = self.clone();
        next.told.push(step);
        match step {
            Step::Agent(n, act) => next.answer(n, act),
            Step::Abandon => next.abandon(),
            Step::RunsOut => {
                next.now = START + RINGS;
                next.domain.handle_deadlines(next.now);
                next.hear();
            }
        }
        next.check();
        next
    }

    fn answer(&mut self, n: usize, act: Act) {
        let (offer, agent) = (self.offers[n], AgentId(n as u32));
        let before = self.ended.get(&offer).copied();
        let answer = match act {
            Act::Accept => self.tell(Command::AcceptOffer(offer, agent)),
            Act::Decline => self.tell(Command::DeclineOffer(offer, agent)),
            Act::Busy => self.tell(Command::FailOffer(offer, DeliveryFailure::Busy)),
            Act::Leave => {
                return self.tell(Command::SetPresence(agent, Presence::Offline)).expect("a known agent");
            }
        };
        match (before, answer) {
            (None, Ok(())) => {}
            (Some(ended), Err(CommandError::OfferEnded { outcome, .. })) => assert_eq!(outcome, ended),
            other => panic!("{:?}: {other:?}", self.told),
        }
    }

    fn abandon(&mut self) {
        match (self.winner, self.tell(Command::Abandon(contact()))) {
            (None, Ok(())) => {}
            (Some(_), Err(CommandError::WrongContactState { state: ContactState::Engaged, .. })) => {}
            other => panic!("{:?}: {other:?}", self.told),
        }
    }

    /// Whoever has won has it alone; nothing is held for anybody without a live offer.
    fn check(&self) {
        let broken = self.domain.broken_invariants();
        assert!(broken.is_empty(), "{:?}: {broken:?}", self.told);
        if let Some(winner) = self.winner {
            assert!(self.offers.iter().all(|offer| self.ended.contains_key(offer)), "{:?}", self.told);
            let holders = self.domain.agents().filter(|agent| !agent.work.is_empty()).map(|agent| agent.id);
            assert_eq!(holders.collect::<Vec<_>>(), [winner], "{:?}", self.told);
        }
    }
}

/// Every order of what is left to happen; how many there were.
fn explore(history: &History, acts: &[Act], idle: &[usize], abandons: bool, runs_out: bool) -> u64 {
    if idle.is_empty() && !abandons && !runs_out {
        return 1;
    }
    let mut orders = 0;
    for (place, &n) in idle.iter().enumerate() {
        let mut rest = idle.to_vec();
        rest.remove(place);
        for &act in acts {
            orders += explore(&history.then(Step::Agent(n, act)), acts, &rest, abandons, runs_out);
        }
    }
    if abandons {
        orders += explore(&history.then(Step::Abandon), acts, idle, false, runs_out);
    }
    if runs_out {
        orders += explore(&history.then(Step::RunsOut), acts, idle, abandons, false);
    }
    orders
}

#[test]
fn of_two_agents_one_wins_in_every_order() {
    let acts = [Act::Accept, Act::Decline, Act::Busy, Act::Leave];
    assert_eq!(explore(&History::ringing(2), &acts, &[0, 1], true, true), 24 * 16);
}

#[test]
fn of_three_agents_one_wins_in_every_order() {
    let acts = [Act::Accept, Act::Decline, Act::Busy, Act::Leave];
    assert_eq!(explore(&History::ringing(3), &acts, &[0, 1, 2], true, true), 120 * 64);
}

#[test]
fn of_four_agents_one_wins_in_every_order() {
    let acts = [Act::Accept, Act::Decline, Act::Leave];
    assert_eq!(explore(&History::ringing(4), &acts, &[0, 1, 2, 3], true, true), 720 * 81);
}

/// The books find a second winner when one is written into the record.
#[test]
fn a_second_winner_in_the_record_is_noticed() {
    let mut history = History::ringing(2);
    history.domain.handle(START, Command::AcceptOffer(history.offers[0], AgentId(0))).expect("it rings");
    let told: Vec<Event> = std::iter::from_fn(|| history.domain.poll_event()).collect();
    let [won, lost] = told.as_slice() else { panic!("one wins, one is told so: {told:?}") };
    history.books.record(won).expect("the first winner is one");
    let EventKind::OfferAccepted { contact, queue, connection, .. } = won.kind else { panic!("{won:?}") };
    let forged =
        EventKind::OfferAccepted { offer: history.offers[1], contact, queue, agent: AgentId(1), connection };
    let fault = history.books.record(&Event { seq: Seq(lost.seq.0), at: lost.at, kind: forged }).unwrap_err();
    assert!(fault.to_string().contains("won twice"), "{fault}");
}

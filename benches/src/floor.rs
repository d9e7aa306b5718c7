//! A domain at work: commands in, events out, and who is where as the events tell it.

use std::collections::VecDeque;

use sunline_core::config::AnswerMode;
use sunline_core::time::{Span, Timestamp};
use sunline_core::{
    AgentId, Command, Config, ContactId, Domain, EventKind, NewContact, OfferId, Presence, QueueId,
};

/// A domain whose agents are all available, at one command every 10 ms.
#[derive(Clone, Debug)]
pub struct Floor {
    domain: Domain,
    now: Timestamp,
    queues: u64,
    arrived: u64,
    /// Offers that await an answer, oldest first.
    pub offers: VecDeque<(OfferId, AgentId)>,
    /// Contacts in conversation, oldest first.
    pub engaged: VecDeque<ContactId>,
    /// Contacts that came last, newest last; whether they still wait is the caller's business.
    pub newest: VecDeque<ContactId>,
    /// Offers that nobody answered in time.
    pub expired: u64,
}

impl Floor {
    /// A floor under this configuration, where offers are answered as said.
    pub fn new(mut config: Config, answer: AnswerMode) -> Self {
        config.queues.iter_mut().for_each(|queue| queue.offer.answer = answer);
        let (agents, queues) = (config.agents.len() as u32, config.queues.len() as u64);
        let domain = Domain::new(Timestamp::EPOCH, config).expect("the configuration is sound");
        let mut floor = Self {
            domain,
            now: Timestamp::EPOCH,
            queues,
            arrived: 0,
            offers: VecDeque::new(),
            engaged: VecDeque::new(),
            newest: VecDeque::new(),
            expired: 0,
        };
        (0..agents).for_each(|agent| floor.presence(AgentId(agent), Presence::Available));
        floor
    }

    /// The same with every agent engaged and some contacts waiting in every queue: `2 × agents` have come.
    pub fn busy(config: Config) -> Self {
        let agents = config.agents.len();
        let mut floor = Self::new(config, AnswerMode::Auto);
        (0..2 * agents).for_each(|_| floor.arrive());
        assert_eq!(floor.engaged.len(), agents, "every agent has work");
        floor
    }

    /// The domain.
    pub fn domain(&self) -> &Domain {
        &self.domain
    }

    fn tell(&mut self, command: Command) {
        self.now += Span::from_millis(10);
        let answer = self.domain.handle(self.now, command);
        assert!(answer.is_ok(), "{answer:?}");
        self.listen();
    }

    fn listen(&mut self) {
        while let Some(event) = self.domain.poll_event() {
            match event.kind {
                EventKind::OfferIssued { offer, agent, expires_at, .. } if expires_at != Timestamp::MAX => {
                    self.offers.push_back((offer, agent));
                }
                EventKind::OfferAccepted { contact, .. } => self.engaged.push_back(contact),
                EventKind::OfferEnded { outcome: sunline_core::OfferOutcome::Expired, .. } => {
                    self.expired += 1;
                }
                _ => {}
            }
        }
    }

    /// The next contact comes, in the next queue.
    pub fn arrive(&mut self) {
        let (id, queue) = (ContactId::from(self.arrived), QueueId((self.arrived % self.queues) as u16));
        self.arrived += 1;
        self.newest.push_back(id);
        if self.newest.len() > 64 {
            self.newest.pop_front();
        }
        self.tell(Command::Arrive(NewContact::new(id, queue)));
    }

    /// The oldest conversation ends.
    pub fn complete(&mut self) {
        let contact = self.engaged.pop_front().expect("somebody is in conversation");
        self.tell(Command::Complete(contact));
    }

    /// The oldest offer is accepted.
    pub fn accept(&mut self) {
        let (offer, agent) = self.offers.pop_front().expect("an offer is out");
        self.tell(Command::AcceptOffer(offer, agent));
    }

    /// The oldest offer is declined.
    pub fn decline(&mut self) {
        let (offer, agent) = self.offers.pop_front().expect("an offer is out");
        self.tell(Command::DeclineOffer(offer, agent));
    }

    /// The contact that came last gives up.
    pub fn abandon(&mut self) {
        let contact = self.newest.pop_back().expect("somebody has come");
        self.tell(Command::Abandon(contact));
    }

    /// An agent wants to be something.
    pub fn presence(&mut self, agent: AgentId, presence: Presence) {
        self.tell(Command::SetPresence(agent, presence));
    }

    /// Nothing happens until the next deadline, which fires.
    pub fn step(&mut self) {
        self.now = self.domain.next_deadline().expect("something is due");
        self.domain.handle_deadlines(self.now);
        self.listen();
    }

    /// Number of agents.
    pub fn agents(&self) -> u32 {
        self.domain.agents().count() as u32
    }
}

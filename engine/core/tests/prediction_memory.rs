//! Live prediction takes no memory of its own once there was room for all who wait, and neither does a question.

use std::collections::VecDeque;

use sunline_core::forecast::WaitMode;
use sunline_core::{
    AgentId, AgentSpec, Command, Config, ContactId, Domain, EventKind, NewContact, Presence, QueueId,
    Timestamp,
};

const AGENTS: u64 = 1_000;
const WAITING: u64 = 10_000;
const QUEUES: u64 = 10;

/// A centre in which everybody talks, and what it was told so far.
struct Centre {
    domain: Domain,
    second: i64,
    next: u64,
    talking: VecDeque<ContactId>,
    waiting: VecDeque<ContactId>,
}

impl Centre {
    fn new(forecast: &str) -> Self {
        let mut text = format!("name = 'centre'\nchannels = [{{ name = 'voice' }}]\n{forecast}\n");
        text.push_str("memory = { ended_ids_for = '0s', ended_ids_max = 0 }\n");
        for queue in 0..QUEUES {
            text.push_str(&format!(
                "[[queues]]\nname = 'q{queue}'\noffer = {{ answer = 'auto' }}\nbase_points = {}\n",
                queue * 20
            ));
        }
        let mut config = Config::from_toml(&text).expect("a configuration");
        config.agents = (0..AGENTS).map(|number| AgentSpec::new(&format!("a{number}"))).collect();
        let domain = Domain::new(Timestamp::EPOCH, config).expect("it is sound");
        let (room, lines) = (AGENTS as usize + 1, WAITING as usize + 1);
        let (talking, waiting) = (VecDeque::with_capacity(room), VecDeque::with_capacity(lines));
        let mut centre = Self { domain, second: 0, next: 0, talking, waiting };
        for agent in 0..AGENTS as u32 {
            centre.tell(Command::SetPresence(AgentId(agent), Presence::Available));
        }
        (0..AGENTS).for_each(|_| centre.arrives());
        assert_eq!(centre.talking.len() as u64, AGENTS);
        centre
    }

    fn tell(&mut self, command: Command) {
        let now = Timestamp::from_secs(self.second);
        self.domain.handle(now, command).expect("it can be done");
        while let Some(event) = self.domain.poll_event() {
            if let EventKind::OfferAccepted { contact, .. } = event.kind {
                self.talking.push_back(contact);
                if self.waiting.front() == Some(&contact) {
                    self.waiting.pop_front();
                }
            }
        }
    }

    fn arrives(&mut self) {
        let id = ContactId::from(self.next);
        self.next += 1;
        if self.talking.len() as u64 == AGENTS {
            self.waiting.push_back(id);
        }
        self.tell(Command::Arrive(NewContact::new(id, QueueId((self.next % QUEUES) as u16))));
    }

    /// Ten thousand come, and all are served or give up.
    fn rush(&mut self) {
        for _ in 0..WAITING {
            self.arrives();
            self.second += 1;
        }
        let mut number = 0;
        while let Some(contact) = self.waiting.pop_front() {
            if self.domain.contact_view(&contact).is_some_and(|view| view.agent.is_none()) && number % 3 == 0
            {
                self.tell(Command::Abandon(contact));
            } else if let Some(done) = self.talking.pop_front() {
                self.tell(Command::Complete(done));
            }
            number += 1;
            self.second += 1;
        }
        while self.domain.queues().any(|queue| queue.waiting > 0) {
            let done = self.talking.pop_front().expect("somebody talks");
            self.tell(Command::Complete(done));
        }
    }
}

/// What the second of two rushes takes.
fn taken(forecast: &str) -> u64 {
    let mut centre = Centre::new(forecast);
    centre.rush();
    allocation_counter::measure(|| centre.rush()).count_total
}

#[test]
fn a_domain_that_predicts_takes_no_more_memory_than_one_that_does_not() {
    let (silent, predicting) = (taken(""), taken("forecast = { agents = 1000 }"));
    assert_eq!(predicting, silent);
}

#[test]
fn a_question_takes_none() {
    let mut centre = Centre::new("forecast = { agents = 1000 }");
    (0..WAITING).for_each(|_| centre.arrives());
    let now = Timestamp::from_secs(centre.second);
    let last = centre.waiting[WAITING as usize / 2];
    let seen = allocation_counter::measure(|| {
        for mode in [WaitMode::IfYouStay, WaitMode::GivenServed] {
            let wait = centre.domain.predicted_wait(now, &last, mode).expect("it is known");
            assert!(wait.position > 1 && wait.mean() > 0.0 && wait.quantile(0.9).is_ok());
            assert!(centre.domain.predicted_wait_in(now, QueueId(3), 0, mode).is_ok());
        }
        assert!(centre.domain.predicted_service_level(now, QueueId(3)).is_ok());
    });
    assert_eq!(seen.count_total, 0, "{seen:?}");
}

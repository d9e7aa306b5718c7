//! A small contact centre that is driven by chance: random words of the world, as many as wanted, most of them sensible.

#![allow(dead_code, reason = "each test uses its own part of this")]

use std::sync::Arc;

use proptest::prelude::*;
use sunline_core::config::SkillGrant;
use sunline_core::{
    AgentId, AgentSpec, Command, CommandKey, Config, ContactDetails, ContactId, ContactUpdate,
    DeliveryFailure, Domain, Event, EventKind, NewContact, OfferId, Payload, Presence, Proficiency, QueueId,
    Span, Timestamp, Value,
};
use sunline_journal::{Batch, Journal, Store};

/// Nine o'clock.
pub(crate) const NINE: Timestamp = Timestamp::from_secs(9 * 3600);

/// Five queues that differ in all that queues may differ in, and agents who share them.
pub(crate) fn config() -> Config {
    Config::from_toml(
        r#"
        name = "centre"
        memory = { ended_ids_for = "1h", ended_ids_max = 8 }
        channels = [{ name = "voice", cost = 2 }, { name = "chat" }]
        skills = [{ name = "billing" }, { name = "french" }]
        pools = [{ name = "day" }, { name = "night", idle_clock = "since_available", keep_seniority_on_break = true }]

        [[queues]]
        name = "bills"
        requires = "billing >= 3"
        wrap_up = "20s"

        [[queues]]
        name = "wave"
        channel = "chat"
        agent_rule = "best_score"
        prefers = [{ term = "french >= 4", weight = 3 }]
        offer = { parallel = 2, exclude_decliner = "30s", expires_after = "8s" }

        [[queues]]
        name = "round"
        agent_rule = "round_robin"
        points_per_hour = 7200
        offer = { confirm_connection = true, connect_grace = "4s", max_strikes = 2 }

        [[queues]]
        name = "auto"
        channel = "chat"
        agent_rule = "least_loaded"
        offer = { answer = "auto" }

        [[queues]]
        name = "rare"
        requires = "french >= 9"
        agent_rule = "least_qualified_sufficient"
        on_unservable = "block"

        [[agents]]
        name = "ann"
        skills = { billing = 7 }
        capacity = 2

        [[agents]]
        name = "ben"
        skills = { billing = 4, french = 5 }
        capacity = 4
        pool = "night"

        [[agents]]
        name = "cleo"
        skills = { french = 9 }
        capacity = 2
        wrap_up = "3s"
        "#,
    )
    .expect("the configuration is sound")
}

/// A word of the world, as three numbers: what, to whom, how.
pub(crate) type Word = (u8, u16, u16);

/// Some words, up to `most`.
pub(crate) fn words(most: usize) -> impl Strategy<Value = Vec<Word>> {
    proptest::collection::vec((0_u8..24, any::<u16>(), any::<u16>()), 1..most)
}

/// What a word came to.
pub(crate) enum Said {
    /// A command with its instant and key.
    Command(Timestamp, Option<CommandKey>, Command),
    /// Time passed, and deadlines may have fired.
    Time(Timestamp),
}

/// What the world knows, from the events alone.
#[derive(Clone, Debug)]
pub(crate) struct World {
    now: Timestamp,
    /// Whether no command is ever stamped earlier than the one before it.
    pub(crate) steady: bool,
    agents: u32,
    arrived: u64,
    /// All that ever were, so that some words come too late.
    contacts: Vec<ContactId>,
    offers: Vec<(OfferId, AgentId)>,
    /// Those that wait for a word.
    asked: Vec<(OfferId, AgentId)>,
    accepted: Vec<ContactId>,
    wrapping: Vec<(AgentId, ContactId)>,
}

impl World {
    pub(crate) fn new() -> Self {
        Self {
            now: NINE,
            steady: false,
            agents: 0,
            arrived: 0,
            contacts: Vec::new(),
            offers: Vec::new(),
            asked: Vec::new(),
            accepted: Vec::new(),
            wrapping: Vec::new(),
        }
    }

    /// Hears events.
    pub(crate) fn hear<'a>(&mut self, events: impl IntoIterator<Item = &'a Event>) {
        for event in events {
            match &event.kind {
                EventKind::AgentRegistered { .. } => self.agents += 1,
                EventKind::ContactArrived { contact, .. } => self.contacts.push(*contact),
                EventKind::OfferIssued { offer, agent, .. } => {
                    self.offers.push((*offer, *agent));
                    self.asked.push((*offer, *agent));
                }
                EventKind::OfferEnded { offer, .. } => self.asked.retain(|(asked, _)| asked != offer),
                EventKind::OfferAccepted { offer, contact, .. } => {
                    self.asked.retain(|(asked, _)| asked != offer);
                    self.accepted.push(*contact);
                }
                EventKind::ContactEnded { contact, agent, wrap_up_until, .. } => {
                    self.accepted.retain(|accepted| accepted != contact);
                    if let (Some(agent), Some(_)) = (agent, wrap_up_until) {
                        self.wrapping.push((*agent, *contact));
                    }
                }
                EventKind::WrapUpEnded { contact, .. } => self.wrapping.retain(|(_, after)| after != contact),
                _ => {}
            }
        }
    }

    /// Says the next word.
    pub(crate) fn say(&mut self, (what, who, how): Word) -> Said {
        self.now += Span::from_millis(i64::from(how % 300));
        // Now and then a command was stamped a little earlier than the one before it.
        let at = if how.is_multiple_of(7) && !self.steady {
            self.now - Span::from_millis(i64::from(who % 200))
        } else {
            self.now
        };
        let key = (how.is_multiple_of(5)).then_some(CommandKey(u128::from(who % 16)));
        let agent = AgentId(u32::from(who) % (self.agents + 1));
        let contact = recent(&self.contacts, who).cloned().unwrap_or(ContactId::from(u64::MAX));
        let any_offer = recent(&self.offers, who).copied().unwrap_or((OfferId(0), AgentId(0)));
        // One word in eight is meant for somebody else.
        let apt = who % 8 > 0;
        let (offer, asked) = recent(&self.asked, who).copied().filter(|_| apt).unwrap_or(any_offer);
        let accepted = *recent(&self.accepted, who).filter(|_| apt).unwrap_or(&contact);
        let wrapping = recent(&self.wrapping, who).cloned().filter(|_| apt);
        let (wrapper, after) = wrapping.unwrap_or((agent, contact));
        let command = match what {
            0..=5 => Command::Arrive(self.arrival(who, how)),
            6 | 7 => Command::SetPresence(agent, Presence::Available),
            8 => Command::SetPresence(agent, Presence::Break("tea".into())),
            9 if who.is_multiple_of(4) => Command::SetPresence(agent, Presence::Offline),
            9..=12 => Command::AcceptOffer(offer, asked),
            13 => Command::DeclineOffer(offer, asked),
            14 if who.is_multiple_of(2) => Command::FailOffer(offer, DeliveryFailure::Busy),
            14 => Command::RevokeOffer(offer),
            15 => Command::Connected(accepted),
            16 | 17 => Command::Complete(accepted),
            18 if who.is_multiple_of(2) => Command::Abandon(contact),
            18 => Command::Withdraw(contact),
            19 if who.is_multiple_of(2) => Command::FinishWrapUp(wrapper, after),
            19 => Command::ExtendWrapUp(wrapper, after, Span::from_secs(i64::from(how % 9))),
            20 => Command::UpdateContact(contact, Box::new(update(who, how))),
            21 if who.is_multiple_of(2) => Command::ConnectionFailed(accepted),
            21 => Command::UpdateAgent(AgentId(1), Arc::new(self.agent("ben", who, how))),
            22 => Command::RegisterAgent(Arc::new(self.agent(&format!("temp-{}", who % 5), who, how))),
            _ => {
                self.now += Span::from_secs(i64::from(who % 20));
                return match who.is_multiple_of(5) {
                    true => Said::Command(self.now, None, Command::Resume),
                    false => Said::Time(self.now),
                };
            }
        };
        Said::Command(at, key, command)
    }

    fn arrival(&mut self, who: u16, how: u16) -> NewContact {
        self.arrived += 1;
        let id = match who % 11 {
            0 => ContactId::new(&format!("visitor {}", self.arrived)).expect("a good id"),
            1 => ContactId::from(self.arrived.saturating_sub(3)),
            _ => ContactId::from(self.arrived),
        };
        let mut new = NewContact::new(id, QueueId(how % 5));
        new.points = i64::from(who % 3) * 100;
        new.details = (who.is_multiple_of(6)).then(|| Arc::new(details(who, how)));
        new
    }

    fn agent(&self, name: &str, who: u16, how: u16) -> AgentSpec {
        let level = |n: u16| Proficiency::new((n % 10 + 1) as u8).expect("from 1 to 10");
        let mut agent =
            AgentSpec::new(name).with_skill("billing", level(who)).with_skill("french", level(how));
        agent.capacity = 1 + who % 5;
        // Grants that begin and end while the test runs, two of them often at one instant.
        let from = self.now + Span::from_secs(i64::from(how % 20));
        let until = from + Span::from_secs(i64::from(1 + who % 20));
        let grant = |level| SkillGrant { level, from: Some(from), until: Some(until) };
        agent.skills.insert("billing".into(), grant(level(how)));
        if how.is_multiple_of(2) {
            agent.skills.insert("french".into(), grant(level(who)));
        }
        agent
    }
}

/// One of the last few.
fn recent<T>(all: &[T], who: u16) -> Option<&T> {
    all.len().checked_sub(1 + usize::from(who) % all.len().clamp(1, 6)).map(|i| &all[i])
}

fn details(who: u16, how: u16) -> ContactDetails {
    ContactDetails {
        requires: if how.is_multiple_of(2) { "billing >= 5".into() } else { Default::default() },
        excluded_agents: (0..who % 3).map(|agent| AgentId(agent.into())).collect(),
        attributes: [("vip".into(), Value::Flag(true)), ("age".into(), Value::Integer(-3))].into(),
        tags: ["new".into()].into(),
        payload: Some(Payload::new([1, 2, 3])),
        ..ContactDetails::default()
    }
}

fn update(who: u16, how: u16) -> ContactUpdate {
    ContactUpdate {
        points: (who.is_multiple_of(2)).then_some(i64::from(how)),
        details: (who.is_multiple_of(3)).then(|| Arc::new(details(how, who))),
    }
}

/// A centre whose every group commit is journaled.
pub(crate) struct Centre<S> {
    pub(crate) domain: Domain,
    pub(crate) journal: Journal<S>,
    pub(crate) batch: Batch,
    pub(crate) world: World,
}

impl<S: Store> Centre<S> {
    pub(crate) fn open(store: S) -> Self {
        let (journal, domain) = Journal::create(store, NINE, config()).expect("a new journal");
        let mut world = World::new();
        for event in journal.events(sunline_core::Seq(1)).expect("readable") {
            world.hear([&event.expect("readable")]);
        }
        let batch = Batch::after(journal.tail());
        Self { domain, journal, batch, world }
    }

    /// Says a word; a group is committed after every `group`th.
    pub(crate) fn hear(&mut self, word: Word) {
        let known = self.batch.events().len();
        match self.world.say(word) {
            Said::Command(at, key, command) => {
                // Refusals are part of life.
                let _ = self.batch.apply(&mut self.domain, at, key, command);
            }
            Said::Time(at) => {
                self.batch.advance(&mut self.domain, at);
            }
        }
        self.world.hear(&self.batch.events()[known..]);
    }

    pub(crate) fn commit(&mut self) {
        self.journal.append(self.batch.inputs(), self.batch.events()).expect("appended");
        self.batch.clear();
    }

    /// Says words and commits after every `group` of them, and at the end.
    pub(crate) fn run(&mut self, words: &[Word], group: usize) {
        for words in words.chunks(group) {
            words.iter().for_each(|word| self.hear(*word));
            self.commit();
        }
    }
}

//! The next thing that happens, drawn from what the books hold: mostly sensible, sometimes late, wrong or absurd.
//!
//! A move depends on its own seed and the books alone. So any move can be left out and the rest still makes sense, which
//! is what makes a failing run shrink.

use std::sync::Arc;

use sunline_core::measures::{Feedback, FeedbackKind};
use sunline_core::{
    AgentId, AgentReport, ChannelId, Command, CommandKey, ContactDetails, ContactId, ContactUpdate,
    DeliveryFailure, NewContact, OfferId, Presence, QueueId, Span, Timestamp, TransferTarget,
};

use super::centre::Centre;
use super::chance::Chance;
use super::{hours, reload};
use crate::books::{Books, ContactBook, Phase};

/// One thing that happens.
#[derive(Clone, Debug)]
pub struct Move {
    /// When, by the caller's clock.
    pub at: Timestamp,
    /// The key it is sent under.
    pub key: Option<CommandKey>,
    /// What; `None`: only time passes.
    pub command: Option<Command>,
}

/// What the caller remembers of what it has said, to repeat itself.
#[derive(Clone, Debug, Default)]
pub struct Said {
    contacts: u64,
    keys: u128,
    arrivals: Vec<NewContact>,
    keyed: Vec<(CommandKey, Command)>,
    offers: Vec<OfferId>,
}

impl Said {
    /// Remembers a move that was made, and the offers it led to.
    pub fn remember(&mut self, made: &Move, offers: impl Iterator<Item = OfferId>) {
        keep(&mut self.offers, offers);
        if let Some(Command::Arrive(new)) = &made.command {
            keep(&mut self.arrivals, core::iter::once(new.clone()));
        }
        keep(&mut self.keyed, made.key.zip(made.command.clone()).into_iter());
    }
}

/// Adds to a list and forgets the first half when it grows long.
fn keep<T>(list: &mut Vec<T>, more: impl Iterator<Item = T>) {
    list.extend(more);
    if list.len() > 200 {
        list.drain(..100);
    }
}

/// Draws the next move.
pub fn draw(
    centre: &Centre,
    books: &Books,
    said: &mut Said,
    now: Timestamp,
    deadline: Option<Timestamp>,
    chance: &mut Chance,
) -> Move {
    let at = instant(now, deadline, chance);
    if chance.percent(3) {
        return Move { at, key: None, command: None };
    }
    if chance.percent(2)
        && let Some((key, command)) = chance.any(said.keyed.iter()).cloned()
    {
        let command = if chance.percent(20) { Command::Connected(ContactId::from(7)) } else { command };
        return Move { at, key: Some(key), command: Some(command) };
    }
    let mut hand = Hand { centre, books, said, at, chance };
    let mistaken = hand.chance.percent(4);
    let Some(command) = (if mistaken { Some(hand.mistake()) } else { hand.sensible() }) else {
        return Move { at, key: None, command: None };
    };
    let key = hand.chance.percent(5).then(|| {
        hand.said.keys += 1;
        CommandKey(hand.said.keys)
    });
    Move { at, key, command: Some(command) }
}

fn instant(now: Timestamp, deadline: Option<Timestamp>, chance: &mut Chance) -> Timestamp {
    let due = deadline.unwrap_or(now).max(now);
    match chance.below(100) {
        0..58 => now,
        58..72 => due,
        72..76 => (due - Span::from_nanos(1)).max(now),
        76..94 => now + Span::from_secs(chance.from(1, 3)),
        94..98 => now + Span::from_nanos(chance.from(1, 3_000_000_000)),
        98 => now - Span::from_secs(1),
        _ => now + Span::from_secs(chance.from(10, 60)),
    }
}

struct Hand<'a> {
    centre: &'a Centre,
    books: &'a Books,
    said: &'a mut Said,
    at: Timestamp,
    chance: &'a mut Chance,
}

impl Hand<'_> {
    /// Something that fits. Of what cannot be done now, something else is tried; at last, time just passes.
    fn sensible(&mut self) -> Option<Command> {
        let room = self.books.contacts.len() < self.centre.crowd;
        (0..6).find_map(|_| match self.chance.below(100) {
            0..25 => self.answer(),
            25..30 => self.score(),
            30..38 => self.connect(),
            38..52 => self.end(),
            52..58 => self.wrap_up(),
            58..66 => Some(self.presence()),
            66..69 => self.change_contact(),
            69..71 if self.chance.percent(80) => self.change_agent(),
            69..71 => self.release_lock(),
            71..73 => self.repeat(),
            73..78 => self.host(),
            78..80 => self.feedback(),
            80..82 if self.chance.percent(15) => Some(reload::change(self.books.document(), self.chance)),
            80..82 => Some(hours::change(&self.centre.config, self.at.max(self.books.at), self.chance)),
            82..88 => self.hand(),
            88..91 => self.callback(),
            _ if room || self.chance.percent(5) => Some(self.arrive()),
            _ => None,
        })
    }

    fn arrive(&mut self) -> Command {
        self.said.contacts += 1;
        let number = self.said.contacts;
        let id = if self.chance.percent(50) {
            ContactId::from(number)
        } else {
            ContactId::new(&format!("contact-{number}")).expect("a short id")
        };
        let queue = QueueId(self.chance.below(self.books.document().queues.len()) as u16);
        let mut new = NewContact::new(id, queue);
        if self.chance.percent(20) {
            new.channel = Some(ChannelId(self.chance.below(self.centre.config.channels.len()) as u16));
        }
        if self.chance.percent(25) {
            new.origin = Some(self.books.at.max(self.at) - Span::from_secs(self.chance.from(0, 200)));
        }
        if self.chance.percent(30) || self.centre.points > 1000 {
            new.points = self.chance.from(-self.centre.points, self.centre.points);
        }
        new.details = self.centre.details(self.books.agents.len(), self.at, self.chance).map(Arc::new);
        Command::Arrive(new)
    }

    fn answer(&mut self) -> Option<Command> {
        let (id, offer) = self.chance.any(self.books.offers.iter())?;
        Some(match self.chance.below(100) {
            0..62 => Command::AcceptOffer(*id, offer.agent),
            62..80 => Command::DeclineOffer(*id, offer.agent),
            80..86 => Command::FailOffer(*id, DeliveryFailure::Busy),
            86..92 => Command::FailOffer(*id, DeliveryFailure::Unreachable),
            _ => Command::RevokeOffer(*id),
        })
    }

    /// Scores for a contact for which they are wanted: of some candidates, of none, rarely of somebody else.
    fn score(&mut self) -> Option<Command> {
        let wanted = self.books.contacts.iter().filter_map(|(id, contact)| {
            contact.being_scored.as_ref().map(|(_, candidates)| (*id, candidates.clone()))
        });
        let (id, candidates) = self.chance.any(wanted.collect::<Vec<_>>().into_iter())?;
        let mut scores = Vec::new();
        for agent in candidates {
            if self.chance.percent(80) {
                scores.push((agent, self.chance.from(-2, 2)));
            }
        }
        if self.chance.percent(3) {
            scores.push((AgentId(9_999), 1));
        }
        Some(Command::GiveScores(id, scores))
    }

    /// A contact whose phase is as asked.
    fn contact(&mut self, phase: impl Fn(&Phase) -> bool) -> Option<ContactId> {
        let ids: Vec<_> =
            self.books.contacts.iter().filter(|(_, c)| phase(&c.phase)).map(|(id, _)| id).collect();
        self.chance.any(ids.into_iter()).cloned()
    }

    fn connect(&mut self) -> Option<Command> {
        let id = self.contact(|phase| matches!(phase, Phase::Connecting { .. }))?;
        Some(match self.chance.below(100) {
            0..60 => Command::Connected(id),
            60..80 => Command::NotReached(id),
            _ => Command::ConnectionFailed(id),
        })
    }

    fn end(&mut self) -> Option<Command> {
        if self.chance.percent(80) {
            return self.contact(|phase| matches!(phase, Phase::Engaged { .. })).map(Command::Complete);
        }
        let id = *self.chance.any(self.books.contacts.keys())?;
        Some(match self.chance.below(100) {
            0..70 => Command::Abandon(id),
            70..85 => Command::Withdraw(id),
            _ => Command::HandOff(id),
        })
    }

    fn wrap_up(&mut self) -> Option<Command> {
        let mut open = Vec::new();
        for (id, agent) in (0..).map(AgentId).zip(&self.books.agents) {
            let wrap_ups = agent.work.iter().filter(|work| work.is_wrap_up());
            open.extend(wrap_ups.map(|work| (id, work.contact)));
        }
        let (agent, contact) = self.chance.any(open.into_iter())?;
        Some(if self.chance.percent(50) {
            Command::FinishWrapUp(agent, contact)
        } else {
            Command::ExtendWrapUp(agent, contact, Span::from_secs(self.chance.from(0, 20)))
        })
    }

    fn presence(&mut self) -> Command {
        let Some((id, agent)) =
            self.chance.any((0_u32..).map(AgentId).zip(&self.books.agents).collect::<Vec<_>>().into_iter())
        else {
            return self.new_agent();
        };
        let away = agent.presence != Presence::Available || agent.not_responding;
        let stays = self.chance.percent(85);
        let presence = match self.chance.below(10) {
            _ if away && stays => Presence::Available,
            0..2 => Presence::Offline,
            2..5 => Presence::Break("lunch".into()),
            5 => Presence::Break("".into()),
            _ => Presence::Available,
        };
        Command::SetPresence(id, presence)
    }

    /// What the host says of agents: pauses of queues, lost sessions, presence in bulk.
    fn host(&mut self) -> Option<Command> {
        let agent = AgentId(self.chance.any(0..self.books.agents.len())? as u32);
        let queue = QueueId(self.chance.below(self.books.document().queues.len()) as u16);
        let channel = ChannelId(self.chance.below(self.centre.config.channels.len()) as u16);
        if self.chance.percent(50) {
            return self.park();
        }
        Some(match self.chance.below(14) {
            0..3 => Command::AgentLost(agent),
            3..5 => Command::PauseQueue(agent, queue, true),
            5..9 => Command::PauseQueue(agent, queue, false),
            9..11 => {
                self.said.contacts += 1;
                let cost = self.chance.percent(50).then(|| self.chance.from(0, 3) as u16);
                Command::BeginExternalWork(agent, ContactId::from(self.said.contacts), channel, cost)
            }
            11..13 => {
                let external = &self.books.agents[agent.index()].external;
                let (work, ..) = self.chance.any(external.iter())?;
                Command::EndExternalWork(agent, *work)
            }
            _ => {
                let agents = (0..self.books.agents.len() as u32).map(AgentId);
                let wanted = agents.map(|id| (id, Presence::Available));
                Command::SetPresences(wanted.filter(|_| self.chance.percent(70)).collect())
            }
        })
    }

    /// A customer falls silent or writes again.
    fn park(&mut self) -> Option<Command> {
        if self.chance.percent(50) {
            return self.contact(|phase| matches!(phase, Phase::Parked { .. })).map(Command::Unpark);
        }
        self.contact(|phase| matches!(phase, Phase::Engaged { .. })).map(Command::Park)
    }

    /// What hands do: assign, pull, pass on, ask, move in bulk, reconcile.
    fn hand(&mut self) -> Option<Command> {
        let agent = AgentId(self.chance.any(0..self.books.agents.len())? as u32);
        let queue = QueueId(self.chance.below(self.books.document().queues.len()) as u16);
        let target = match self.chance.below(6) {
            0..3 => TransferTarget::Queue(queue),
            3 => TransferTarget::Agent(agent),
            4 => TransferTarget::Need(self.chance.pick(&self.centre.config.skills).name.clone()),
            _ => TransferTarget::Site((*self.chance.pick(&["paris", "rome"])).into()),
        };
        let some = |hand: &mut Self| {
            let ids: Vec<ContactId> = hand.books.contacts.keys().copied().collect();
            ids.into_iter().filter(|_| hand.chance.percent(30)).take(4).collect::<Vec<_>>()
        };
        Some(match self.chance.below(20) {
            0..4 => Command::Assign(self.contact(|phase| *phase == Phase::Waiting)?, agent),
            4..6 => Command::Pull(agent, self.contact(|phase| *phase == Phase::Waiting)?),
            6..11 => Command::Transfer(self.contact(|phase| matches!(phase, Phase::Engaged { .. }))?, target),
            11..13 => {
                self.said.contacts += 1;
                let question = ContactId::from(self.said.contacts);
                Command::Consult(
                    self.contact(|phase| matches!(phase, Phase::Engaged { .. }))?,
                    question,
                    target,
                )
            }
            13..16 => {
                let asked = |contact: &ContactBook| contact.about.is_some() && contact.served_by().is_some();
                let asked: Vec<_> =
                    self.books.contacts.iter().filter(|(_, c)| asked(c)).map(|(id, _)| *id).collect();
                Command::HandOver(self.chance.any(asked.into_iter())?)
            }
            16 => {
                Command::Reprioritise(some(self), self.chance.from(-self.centre.points, self.centre.points))
            }
            17 => Command::MoveAll(some(self), queue),
            18 => Command::WithdrawAll(some(self)),
            _ => self.reconcile(),
        })
    }

    /// The host's own view, which differs here and there.
    fn reconcile(&mut self) -> Command {
        let mut reports = Vec::new();
        let mut claimed = std::collections::BTreeSet::new();
        for (id, agent) in (0..).map(AgentId).zip(&self.books.agents) {
            if self.chance.percent(20) {
                continue;
            }
            let mut contacts: Vec<ContactId> = agent.work.iter().map(|work| work.contact).collect();
            contacts.retain(|_| self.chance.percent(80));
            if self.chance.percent(20) {
                contacts.extend(self.chance.any(self.books.contacts.keys()));
            }
            contacts.retain(|contact| claimed.insert(*contact) || self.chance.percent(1));
            let away = self.chance.percent(20);
            let presence = if away { Presence::Offline } else { Presence::Available };
            reports.push(AgentReport { agent: id, presence, contacts });
        }
        Command::Reconcile(reports)
    }

    fn new_agent(&mut self) -> Command {
        let number = self.books.agents.len() as i64;
        Command::RegisterAgent(Arc::new(self.centre.agent(number, self.at, self.chance)))
    }

    fn change_agent(&mut self) -> Option<Command> {
        if self.books.agents.len() < self.centre.agents_max && self.chance.percent(40) {
            return Some(self.new_agent());
        }
        let number = self.chance.any(0..self.books.agents.len())?;
        let spec = self.centre.agent(number as i64, self.at, self.chance);
        Some(Command::UpdateAgent(AgentId(number as u32), Arc::new(spec)))
    }

    fn release_lock(&mut self) -> Option<Command> {
        let locked = (0..).map(AgentId).zip(&self.books.agents).filter(|(_, agent)| agent.lock.is_some());
        let ids: Vec<AgentId> = locked.map(|(id, _)| id).collect();
        let anybody = self
            .chance
            .percent(10)
            .then(|| self.chance.any((0..self.books.agents.len()).map(|n| AgentId(n as u32))));
        let id = anybody.unwrap_or_else(|| self.chance.any(ids.into_iter()))?;
        Some(Command::ReleaseProjectLock(id, "needed elsewhere".into()))
    }

    fn change_contact(&mut self) -> Option<Command> {
        let id = self.contact(|phase| *phase == Phase::Waiting)?;
        let points =
            self.chance.percent(60).then(|| self.chance.from(-self.centre.points, self.centre.points));
        let details = self.centre.details(self.books.agents.len(), self.at, self.chance).map(Arc::new);
        Some(Command::UpdateContact(id, Box::new(ContactUpdate { points, details })))
    }

    /// A customer hangs up and is to be called back.
    fn callback(&mut self) -> Option<Command> {
        let id = self.contact(|phase| *phase == Phase::Waiting)?;
        let at = self.chance.percent(50).then(|| self.at + Span::from_secs(self.chance.from(-1, 60)));
        let agents = (0..self.books.agents.len() as u32).map(AgentId);
        let owner = self.chance.any(agents).filter(|_| self.chance.percent(25));
        Some(Command::RequestCallback(id, at, owner))
    }

    /// Something is known of a contact that came once.
    fn feedback(&mut self) -> Option<Command> {
        let contact = self.chance.any(self.said.arrivals.iter())?.id;
        let kind = *self.chance.pick(&[FeedbackKind::Csat, FeedbackKind::Sale, FeedbackKind::Value]);
        Some(Command::GiveFeedback(contact, Feedback { kind, value: self.chance.from(-5, 5) }))
    }

    /// The same contact once more, with the same content or with other.
    fn repeat(&mut self) -> Option<Command> {
        let mut new = self.chance.any(self.said.arrivals.iter())?.clone();
        if self.chance.percent(40) {
            new.points += 1;
        }
        Some(Command::Arrive(new))
    }

    /// Something that does not fit: too late, to the wrong one, about nobody.
    fn mistake(&mut self) -> Command {
        let agents = self.books.agents.len() as u32;
        let anybody = AgentId(self.chance.from(0, i64::from(agents)) as u32);
        let old = self.chance.any(self.said.offers.iter()).copied().unwrap_or(OfferId(1));
        let known = self.chance.any(self.said.arrivals.iter()).map(|new| new.id);
        let contact = known.unwrap_or_else(|| ContactId::from(0));
        match self.chance.below(23) {
            0 => Command::AcceptOffer(old, anybody),
            1 => Command::DeclineOffer(old, anybody),
            2 => Command::RevokeOffer(old),
            3 => Command::Connected(contact),
            4 => Command::ConnectionFailed(contact),
            5 => Command::Complete(contact),
            6 => Command::Abandon(contact),
            7 => Command::FinishWrapUp(anybody, contact),
            8 => Command::ExtendWrapUp(anybody, contact, Span::from_secs(self.chance.from(-5, 5_000))),
            9 => Command::SetPresence(AgentId(agents), Presence::Available),
            10 => Command::Arrive(NewContact::new(contact, QueueId(99))),
            11 => {
                let origin = Some(self.at.max(self.books.at) + Span::from_nanos(1));
                Command::Arrive(NewContact {
                    origin,
                    ..NewContact::new(ContactId::from(999_999_999), QueueId(0))
                })
            }
            12 => Command::UpdateContact(contact, Box::default()),
            13 => Command::PauseQueue(anybody, QueueId(99), true),
            14 => Command::SetPresences(vec![
                (AgentId(0), Presence::Available),
                (AgentId(agents), Presence::Available),
            ]),
            15 => {
                let channel = Some(ChannelId(99));
                Command::Arrive(NewContact {
                    channel,
                    ..NewContact::new(ContactId::from(999_999_999), QueueId(0))
                })
            }
            16 => Command::DeclineOffer(OfferId(u64::MAX), anybody),
            17 => Command::UpdateContact(contact, wrong(|details| details.requires = "and".into())),
            18 => Command::UpdateContact(
                contact,
                wrong(|details| details.tags = (0..99).map(|n| format!("tag{n}").into()).collect()),
            ),
            19 => {
                let renamed = self.centre.agent(777, self.at, self.chance);
                Command::UpdateAgent(anybody, Arc::new(renamed))
            }
            20 => {
                let live = self.chance.any(self.books.offers.keys()).copied();
                Command::AcceptOffer(live.unwrap_or(old), anybody)
            }
            21 => {
                let mut spec = self.centre.agent(778, self.at, self.chance);
                spec.pool = Some("nowhere".into());
                Command::RegisterAgent(Arc::new(spec))
            }
            _ => Command::RegisterAgent(Arc::new(self.centre.agent(0, self.at, self.chance))),
        }
    }
}

/// Details in which something is wrong.
fn wrong(spoil: impl FnOnce(&mut ContactDetails)) -> Box<ContactUpdate> {
    let mut details = ContactDetails::default();
    spoil(&mut details);
    Box::new(ContactUpdate { points: None, details: Some(Arc::new(details)) })
}

//! Hosts, agents and readers: who asks, who answers, who listens.

use sunline_core::{AgentId, Command, CommandKey, ContactId, NewContact, OfferId, Presence, QueueId, Span};

use super::{Agent, GRACE, LETTERS, Letter, Request, World};
use crate::faults::kernel::POISON;
use crate::random::{Chance, Move, draw};

impl World {
    // ── hosts ────────────────────────────────────────────────────────────────────────────────────────────────

    pub(super) fn host_speaks(&mut self, chance: &mut Chance) {
        if self.letters.len() > LETTERS || chance.percent(15) {
            return;
        }
        let stale = chance.percent(8);
        if stale {
            self.fault("a host reads old views");
        }
        let books = if stale { &self.stale } else { &self.judge.books };
        let clock = self.now + self.ahead;
        let Move { command, key, .. } = draw(&self.centre, books, &mut self.said, clock, None, chance);
        let mut command = command;
        if chance.percent(1) {
            let poison = ContactId::from(POISON + chance.below(8) as u64);
            command = Some(Command::Arrive(NewContact::new(poison, QueueId(0))));
            self.fault("a command is poison");
        }
        let Some(command) = command else { return };
        let key = key.or_else(|| chance.percent(50).then(|| CommandKey((1 << 100) | u128::from(self.asked))));
        let made = Move { at: clock, key, command: Some(command.clone()) };
        self.said.remember(&made, core::iter::empty());
        self.ask(key, command, chance);
    }

    fn ask(&mut self, key: Option<CommandKey>, command: Command, chance: &mut Chance) {
        self.asked += 1;
        let request = self.asked;
        let again_at = self.now + Span::from_secs(chance.from(3, 20));
        self.requests.insert(request, Request { key, command: command.clone(), again_at, tries: 1 });
        self.note(|| format!("asks {request} {}", command.name()));
        self.send(Letter::Ask { request, key, command }, chance);
    }

    /// Whoever has no answer asks again: under the same key as often as it takes, otherwise now and then.
    pub(super) fn ask_again(&mut self, chance: &mut Chance) {
        let due: Vec<u64> =
            self.requests.iter().filter(|(_, asked)| asked.again_at <= self.now).map(|(id, _)| *id).collect();
        for request in due {
            let now = self.now;
            let Some(asked) = self.requests.get_mut(&request) else { continue };
            asked.tries += 1;
            asked.again_at = now + Span::from_secs(i64::from(asked.tries) * 5);
            let safe = asked.key.is_some() || matches!(asked.command, Command::Arrive(_));
            let (key, command) = (asked.key, asked.command.clone());
            if !(safe && asked.tries < 12 || asked.tries == 2 && chance.percent(30)) {
                self.requests.remove(&request);
                continue;
            }
            *self.tally.repeats.entry(if safe { "safely" } else { "at a venture" }).or_default() += 1;
            self.send(Letter::Ask { request, key, command }, chance);
        }
    }

    // ── agents ───────────────────────────────────────────────────────────────────────────────────────────────

    pub(super) fn agents_act(&mut self, chance: &mut Chance) {
        let known = self.judge.books.agents.len();
        self.agents.resize_with(known.max(self.agents.len()), Agent::default);
        if self.process.is_none() || !chance.percent(15) {
            return;
        }
        let Some(place) = chance.any(0..self.agents.len()) else { return };
        let id = AgentId(place as u32);
        match self.agents[place].session {
            Some(number) if chance.percent(15) => {
                self.agents[place].session = None;
                if chance.percent(50) {
                    self.send(Letter::Over(id, number), chance);
                } else {
                    self.fault("a session breaks off");
                }
            }
            Some(number) if chance.percent(50) => self.send(Letter::Beat(id, number), chance),
            _ => {
                self.sessions += 1;
                self.agents[place].session = Some(self.sessions);
                self.send(Letter::Connect(id, self.sessions), chance);
                self.ask(None, Command::SetPresence(id, Presence::Available), chance);
            }
        }
    }

    pub(super) fn agent_hears(&mut self, agent: AgentId, number: u64, offer: OfferId, chance: &mut Chance) {
        let connected = self.agents.get(agent.index()).is_some_and(|agent| agent.session == Some(number));
        if !connected || chance.percent(10) {
            return;
        }
        let command = if chance.percent(85) {
            Command::AcceptOffer(offer, agent)
        } else {
            Command::DeclineOffer(offer, agent)
        };
        self.ask(None, command, chance);
    }

    /// Those who are heard of, and those who are not any more.
    pub(super) fn pulses(&mut self) {
        let (now, clock) = (self.now, self.now + self.ahead);
        let Some(process) = &mut self.process else { return };
        for (id, agent) in (0..).map(AgentId).zip(&self.agents) {
            if let Some(number) = agent.session.filter(|_| agent.silent_until.is_none_or(|until| until < now))
            {
                process.heard(id, number, now);
            }
        }
        for (agent, number) in process.silent_since(now - GRACE) {
            process.over(agent, number, clock);
            self.tally.lost_sessions += 1;
        }
    }

    // ── readers ──────────────────────────────────────────────────────────────────────────────────────────────

    pub(super) fn readers_read(&mut self, chance: &mut Chance) -> Result<(), String> {
        let Some(process) = &self.process else { return Ok(()) };
        for reader in &mut self.readers {
            if !self.healed && chance.percent(60) {
                continue;
            }
            let (events, lagged) = process.read(reader.cursor)?;
            self.tally.lags += u64::from(lagged);
            self.judge.read(reader.cursor, &events)?;
            let Some(last) = events.last() else { continue };
            if !self.healed && chance.percent(5) {
                *self.tally.faults.entry("a reader loses its cursor").or_default() += 1;
                continue;
            }
            reader.cursor = last.seq.next();
        }
        Ok(())
    }
}

//! One step: a command, or the deadlines of one instant, run until nothing is left to deliver and every pair is made.

use super::commands::Admission;
use super::{Domain, commands};
use crate::command::{Command, CommandKey, Receipt};
use crate::contact::ContactMessage;
use crate::deadlines::{BrokenDeadline, Deadline};
use crate::error::CommandError;
use crate::event::EventKind;
use crate::limits::MAX_DEPTH;
use crate::mailbox::{Context, Message};
use crate::offer::{OfferMessage, OfferOutcome};
use crate::time::Timestamp;

impl Domain {
    /// Fires the deadlines due by `now`, then applies the command. A refused command changes nothing itself.
    ///
    /// # Errors
    /// [`CommandError`] says what was refused and why.
    pub fn handle(&mut self, now: Timestamp, command: Command) -> Result<Receipt, CommandError> {
        match command {
            Command::Resume => self.catch_up(now),
            _ => self.handle_deadlines(now),
        }
        let name = command.name();
        let answer = match command {
            // What every contact brings goes straight to its actor.
            Command::Arrive(new) => self.arrive(new).and_then(|admission| match admission {
                Admission::To(queue, admit) => {
                    self.deliver(Message::Queue(queue, admit), 0)?;
                    Ok(self.come_to_rest(name))
                }
                Admission::Before(receipt) => Ok(receipt),
            }),
            Command::Complete(id) => self.place(&id).ok_or_else(|| self.missing(&id)).and_then(|place| {
                self.deliver(Message::Contact(place, ContactMessage::Complete), 0)?;
                Ok(self.come_to_rest(name))
            }),
            command => self.begin(command).and_then(|begun| self.finish(name, begun)),
        };
        if self.run_queue.is_poisoned() {
            return Err(CommandError::Poisoned { command: name, limit: MAX_DEPTH });
        }
        answer
    }

    /// The same for a command that the host may repeat: within the memory of keys, the same command under the same key
    /// gets the first answer again.
    ///
    /// # Errors
    /// [`CommandError`]; [`CommandError::KeyReused`] when the key stood for another command.
    pub fn handle_once(
        &mut self,
        now: Timestamp,
        key: CommandKey,
        command: Command,
    ) -> Result<Receipt, CommandError> {
        let bytes = postcard::to_allocvec(&command).expect("commands are plain data");
        let digest = crate::digest::of_bytes(&bytes);
        self.handle_deadlines(now);
        if let Some(kept) = self.memory.command(key) {
            if kept.digest != digest {
                return Err(CommandError::KeyReused { key });
            }
            return Ok(Receipt { duplicate: true, ..kept.receipt });
        }
        let receipt = self.handle(now, command)?;
        if !receipt.duplicate {
            self.emit(EventKind::CommandRemembered { key, digest, receipt });
            self.apply_emitted();
        }
        Ok(receipt)
    }

    /// Fires every deadline due by `now`, each as of its own instant: oldest first, then kind, then id.
    #[inline]
    pub fn handle_deadlines(&mut self, now: Timestamp) {
        if self.deadlines.next().is_none_or(|at| at > now) || self.fire_until(now) {
            self.firing = None;
            self.now = self.now.max(now);
        }
    }

    /// Fires what is due by then; whether it all came to rest.
    fn fire_until(&mut self, now: Timestamp) -> bool {
        while let Some(instant) = self.deadlines.next().filter(|at| *at <= now) {
            self.fire(instant, |_| None);
            self.settle_all();
            if self.is_poisoned() {
                return false;
            }
        }
        true
    }

    /// The same after a stop. Nobody could answer an offer that fell due meanwhile, so it lapses without strike; and no
    /// pair is made before `now`, when there is somebody again to make it for.
    fn catch_up(&mut self, now: Timestamp) {
        let lapses = |deadline: &Deadline| match deadline {
            Deadline::OfferExpires(offer) => {
                Some(Message::Offer(*offer, OfferMessage::End(OfferOutcome::Revoked)))
            }
            _ => None,
        };
        while let Some(instant) = self.deadlines.next().filter(|at| *at <= now) {
            self.fire(instant, lapses);
            self.turn_away_the_overdue();
            if self.is_poisoned() {
                return;
            }
        }
        // Which of its instants have passed meanwhile is in no event, so a joint rule is asked in any case.
        self.joint_is_due |= self.config.joint.is_some();
        self.firing = None;
        self.now = self.now.max(now);
    }

    /// Wakes whom the deadlines of one instant wake, with `instead` where that has a message.
    fn fire(&mut self, instant: Timestamp, instead: impl Fn(&Deadline) -> Option<Message>) {
        self.now = self.now.max(instant);
        while let Some(deadline) = self.deadlines.pop_at(instant) {
            self.firing = Some((instant, deadline));
            if deadline == Deadline::JointWakes {
                (self.joint_is_due, self.joint_wakes_at) = (true, None);
                continue;
            }
            if deadline == Deadline::TriggersTested {
                self.tests_come_due(instant);
            }
            if let Deadline::WaitRunsOut(contact) = &deadline {
                // It seeks once more before it goes: somebody may become free at this very instant.
                self.seeking.extend(self.place(contact));
            }
            if let Deadline::RiskIsTested(contact) = &deadline {
                self.tested.extend(self.place(contact));
            }
            let stepped = match deadline {
                Deadline::StepOpens(contact) => Some(contact),
                _ => None,
            };
            let Some(message) = instead(&deadline).or_else(|| self.wake(deadline)) else { continue };
            let woken = self.deliver(message, 0).and_then(|()| self.run());
            debug_assert!(woken.is_ok(), "a deadline is never refused: {woken:?}");
            if let Some(contact) = stepped {
                self.moves_by_plan(&contact);
            }
            if self.is_poisoned() {
                return;
            }
        }
        self.send_away();
    }

    /// What became due by what was just done joins the same round.
    #[inline]
    fn fire_due(&mut self) {
        if core::mem::take(&mut self.is_due) {
            self.fire(self.now, |_| None);
            self.firing = None;
        }
    }

    /// The deadline over which the kernel panicked or was poisoned, to be asked of the state that is then void; `None`
    /// when no deadline was to blame.
    pub fn broken_deadline(&self) -> Option<BrokenDeadline> {
        self.firing.map(|(at, deadline)| BrokenDeadline { at, deadline })
    }

    /// Takes a broken deadline out of a rebuilt state, so that it does not fire again; whether it was there.
    pub fn set_aside(&mut self, broken: &BrokenDeadline) -> bool {
        let armed = self.deadlines.contains(broken.at, broken.deadline);
        self.deadlines.disarm(broken.at, broken.deadline);
        armed
    }

    fn finish(&mut self, command: &'static str, begun: commands::Begun) -> Result<Receipt, CommandError> {
        let mut agent = None;
        match begun {
            commands::Begun::Settle => {}
            commands::Begun::Send(message) => self.deliver(message, 0)?,
            commands::Begun::SendAll(messages) => messages.into_iter().for_each(|one| self.send_and_run(one)),
            commands::Begun::SendAllThen(messages, event) => {
                messages.into_iter().for_each(|one| self.send_and_run(one));
                self.emit(event);
                self.apply_emitted();
            }
            commands::Begun::Emit(event) => {
                if let EventKind::AgentRegistered { agent: new, .. } = &event {
                    agent = Some(*new);
                }
                self.emit(event);
                self.apply_emitted();
            }
        }
        Ok(Receipt { agent, ..self.come_to_rest(command) })
    }

    /// The first message of a command was delivered: what follows from it follows, and every pair is made.
    fn come_to_rest(&mut self, command: &'static str) -> Receipt {
        let rest = self.run();
        debug_assert!(rest.is_ok(), "only the first message of {command} may be refused: {rest:?}");
        self.follow_hours();
        self.fire_due();
        self.send_away();
        self.settle_all();
        if self.board.is_stale(self.contacts.len()) {
            self.rebuild_board();
        }
        Receipt { seq: self.seq, duplicate: false, agent: None }
    }

    /// Makes every pair that can be made now. Whose offer was taken back meanwhile in a queue that was given up goes too.
    #[inline]
    fn settle_all(&mut self) {
        self.test_seekers();
        self.settle();
        while !self.turned_away.is_empty() {
            self.send_away();
            self.settle();
        }
        self.announce_breaches();
    }

    /// Delivers messages until none is left.
    #[inline(always)]
    pub(crate) fn run(&mut self) -> Result<(), CommandError> {
        if self.run_queue.is_quiet() { Ok(()) } else { self.run_on() }
    }

    fn run_on(&mut self) -> Result<(), CommandError> {
        while let Some((message, depth)) = self.run_queue.pop() {
            self.deliver(message, depth)?;
        }
        if self.run_queue.is_poisoned() {
            self.run_queue.poison();
        }
        Ok(())
    }

    /// Hands one message to its actor and applies what it emits.
    ///
    /// Inlined where the message is made, so that a message known there costs no more than a call.
    #[inline(always)]
    pub(crate) fn deliver(&mut self, message: Message, depth: u8) -> Result<(), CommandError> {
        let mut cx = Context {
            now: self.now,
            config: &self.config,
            calendars: &self.calendars,
            outbox: &mut self.outbox,
            run_queue: &mut self.run_queue,
            depth,
        };
        match message {
            Message::Agent(id, message) => self.agents[id.index()].receive(message, &mut cx)?,
            Message::Contact(place, message) => {
                self.recent = place;
                self.contacts[place].receive(message, &mut cx)?;
            }
            Message::Offer(id, message) => {
                let offer = self.offers.get(&id).expect("only live offers are addressed");
                offer.receive(message, &mut cx)?;
            }
            Message::Queue(id, message) => self.queues[id.index()].receive(message, &mut cx),
            Message::Skill(id, message) => self.skills[id.index()].receive(message, &mut cx),
            Message::Calendar(id, message) => self.calendars.get(id).receive(message, &mut cx),
        }
        self.apply_emitted();
        Ok(())
    }

    pub(crate) fn apply_emitted(&mut self) {
        if !self.outbox.has_more_to_apply() {
            return;
        }
        let mut outbox = self.outbox.lend();
        while let Some(event) = outbox.next_to_apply() {
            self.seq = event.seq;
            self.apply(event);
        }
        self.outbox.give_back(outbox);
    }

    /// States a fact that no actor needs to decide.
    pub(crate) fn emit(&mut self, kind: EventKind) {
        self.outbox.push(self.now, kind);
    }

    /// Whom a deadline wakes, and with what.
    fn wake(&self, deadline: Deadline) -> Option<Message> {
        use crate::agent::AgentMessage;
        use crate::hours::CalendarMessage;
        use crate::skill::SkillMessage;
        Some(match deadline {
            Deadline::OfferExpires(offer) => Message::Offer(offer, OfferMessage::End(OfferOutcome::Expired)),
            Deadline::ConnectionFails(contact) => {
                Message::Contact(self.place(&contact)?, ContactMessage::ConnectionFails)
            }
            Deadline::HoldEnds(agent, contact) => Message::Agent(agent, AgentMessage::HoldEnds(contact)),
            Deadline::WrapUpEnds(agent, contact) => Message::Agent(agent, AgentMessage::WrapUpEnds(contact)),
            Deadline::CoolDownEnds(agent) => Message::Agent(agent, AgentMessage::CoolDownEnds),
            Deadline::ExclusionEnds(contact, agent) => {
                Message::Contact(self.place(&contact)?, ContactMessage::ExclusionEnds(agent))
            }
            // The settle that follows tests them.
            Deadline::WaitRunsOut(_) | Deadline::RiskIsTested(_) | Deadline::TriggersTested => return None,
            Deadline::MayBeServed(contact) => {
                Message::Contact(self.place(&contact)?, ContactMessage::MayBeServed)
            }
            Deadline::KeepEnds(contact) => Message::Contact(self.place(&contact)?, ContactMessage::KeepEnds),
            Deadline::StepOpens(contact) => {
                let place = self.place(&contact)?;
                Message::Contact(place, ContactMessage::StepOpens { place })
            }
            Deadline::SkillValidityChanges(agent, skill) => {
                let valid = self.agents[agent.index()].grant_counts(skill, self.now);
                Message::Skill(skill, SkillMessage::ValidityChanges { agent, valid })
            }
            Deadline::ScoresDue(contact) => {
                Message::Contact(self.place(&contact)?, ContactMessage::ScoresDue)
            }
            // Nobody is woken: the settle that follows asks the rule.
            Deadline::JointWakes => return None,
            Deadline::DelayPasses(contact) => {
                Message::Contact(self.place(&contact)?, ContactMessage::DelayPasses)
            }
            Deadline::ShiftTurns(agent) => self.shift_message(agent)?,
            Deadline::EntitlementChanges(agent, place) => {
                Message::Agent(agent, AgentMessage::EntitlementChanges(place))
            }
            Deadline::LockEnds(agent) => Message::Agent(agent, AgentMessage::LockEnds),
            Deadline::CalendarTurns(calendar) => Message::Calendar(calendar, CalendarMessage::Turn),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::agent::{AgentState, Presence};
    use crate::command::NewContact;
    use crate::config::Config;
    use crate::event::Event;
    use crate::ids::{AgentId, ContactId, OfferId, QueueId};

    fn at(second: i64) -> Timestamp {
        Timestamp::from_secs(second)
    }

    /// Ann finishes her work until 0:30, bob is asked for contact 2 until 0:22; contact 3 waits.
    fn evening() -> Domain {
        let config = Config::from_toml(
            r#"
            name = "shop"
            channels = [{ name = "voice" }]
            queues = [{ name = "bills", wrap_up = "26s" }]
            agents = [{ name = "ann" }, { name = "bob" }]
            "#,
        )
        .unwrap();
        let mut domain = Domain::new(at(0), config).unwrap();
        let mut tell = |second, command| domain.handle(at(second), command).unwrap();
        let arrive = |id: u64| Command::Arrive(NewContact::new(ContactId::from(id), QueueId(0)));
        tell(0, Command::SetPresence(AgentId(0), Presence::Available));
        tell(1, arrive(1));
        let offer = domain.contact_view(&ContactId::from(1)).unwrap().offers[0];
        let mut tell = |second, command| domain.handle(at(second), command).unwrap();
        tell(2, Command::AcceptOffer(offer, AgentId(0)));
        tell(2, Command::SetPresence(AgentId(1), Presence::Available));
        tell(2, arrive(2));
        tell(3, arrive(3));
        tell(4, Command::Complete(ContactId::from(1)));
        domain
    }

    #[test]
    fn after_a_stop_offers_lapse_without_strike_and_pairs_are_made_now() {
        let mut domain = evening();
        while domain.poll_event().is_some() {}
        domain.handle(at(3600), Command::Resume).unwrap();
        let told: Vec<Event> = std::iter::from_fn(|| domain.poll_event()).collect();
        let lapsed = told.iter().find_map(|event| match &event.kind {
            EventKind::OfferEnded { outcome, strikes, .. } => Some((event.at, *outcome, *strikes)),
            _ => None,
        });
        assert_eq!(lapsed, Some((at(22), OfferOutcome::Revoked, 0)));
        let finished = told.iter().find(|event| matches!(event.kind, EventKind::WrapUpEnded { .. }));
        assert_eq!(finished.map(|event| event.at), Some(at(30)));
        let offered: Vec<Timestamp> =
            told.iter().filter(|e| matches!(e.kind, EventKind::OfferIssued { .. })).map(|e| e.at).collect();
        assert_eq!(offered, [at(3600), at(3600)]);
        assert!(domain.agents().all(|agent| agent.state == AgentState::Busy));
        assert_eq!(domain.broken_invariants(), Vec::<String>::new());
    }

    #[test]
    fn a_deadline_that_was_set_aside_does_not_fire() {
        let mut domain = evening();
        let broken = BrokenDeadline { at: at(22), deadline: Deadline::OfferExpires(OfferId(7)) };
        assert!(!domain.set_aside(&broken));
        let offer = domain.contact_view(&ContactId::from(2)).unwrap().offers[0];
        let broken = BrokenDeadline { at: at(22), deadline: Deadline::OfferExpires(offer) };
        assert_eq!(broken.to_string(), format!("{offer} expires at 1970-01-01T00:00:22Z"));
        assert!(domain.set_aside(&broken));
        domain.handle_deadlines(at(25));
        assert!(domain.offer_view(offer).is_some());
        assert_eq!(domain.broken_deadline(), None);
    }
}

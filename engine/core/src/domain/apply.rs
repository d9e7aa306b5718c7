//! Applying events: the only place where state changes, live and in recovery alike.
//!
//! Each event changes the actors it names and what they publish on the board. Nothing is decided here.

use super::Domain;
use super::memory::{EndedContact, EndedOffer, KeptCommand};
use crate::agent::{Agent, Presence, Stage, Work};
use crate::config::AnswerMode;
use crate::contact::{Contact, Exclusion, Phase};
use crate::deadlines::Deadline;
use crate::event::{Connection, Event, EventKind};
use crate::ids::{AgentId, ContactId, OfferId};
use crate::matching::Board;
use crate::offer::{Offer, OfferOutcome};
use crate::skill::{Preference, Requirement};
use crate::time::{Span, Timestamp};

impl Domain {
    pub(super) fn apply(&mut self, event: &Event) {
        let at = event.at;
        match &event.kind {
            EventKind::Configured { .. } => {}
            EventKind::AgentRegistered { agent, spec } => {
                let resolved = self.config.resolve_agent(spec).expect("checked before it was registered");
                self.agent_names.insert(spec.name.clone(), *agent);
                self.agents.push(Agent::new(*agent, spec.clone(), resolved, at));
                self.join_board(*agent);
                self.arm_grants(*agent);
            }
            EventKind::AgentUpdated { agent, spec } => {
                let resolved = self.config.resolve_agent(spec).expect("checked before it was updated");
                self.disarm_grants(*agent);
                self.leave_board(*agent);
                self.agents[agent.index()].apply_update(spec.clone(), resolved, at);
                self.join_board(*agent);
                self.arm_grants(*agent);
                self.doubtful.extend(self.agents[agent.index()].offers());
            }
            EventKind::SkillValidityChanged { agent, skill, valid } => {
                self.deadlines.disarm(at, Deadline::SkillValidityChanges(*agent, *skill));
                self.leave_board(*agent);
                self.agents[agent.index()].apply_skill_validity(*skill, *valid);
                self.join_board(*agent);
                self.doubtful.extend(self.agents[agent.index()].offers());
            }
            EventKind::PresenceChanged { agent, presence } => self.presence_changed(*agent, presence, at),
            EventKind::AgentNotResponding { agent } => {
                self.agents[agent.index()].not_responding = true;
                self.refresh_agent(*agent);
            }
            EventKind::AgentCooledDown { agent } => {
                self.set_pause(*agent, None);
                self.refresh_agent(*agent);
            }
            EventKind::ContactArrived { contact, queue, channel, origin, points, digest, details } => {
                self.contact_arrived(Contact {
                    id: *contact,
                    queue: *queue,
                    channel: *channel,
                    phase: Phase::Waiting,
                    origin: *origin,
                    arrival: event.seq,
                    points: *points,
                    digest: *digest,
                    offers: smallvec::SmallVec::new(),
                    exclusions: Vec::new(),
                    details: details.clone(),
                    unservable: false,
                    class: 0,
                });
            }
            EventKind::ContactUnservable { contact, .. } => {
                if let Some(place) = self.place(contact) {
                    self.contacts[place].unservable = true;
                }
            }
            EventKind::ContactUpdated { contact, update } => {
                let Some(place) = self.place(contact) else { return };
                self.leave_waiting(place);
                self.board.classes.quit(self.contacts[place].class);
                let known = &mut self.contacts[place];
                known.points = update.points.unwrap_or(known.points);
                known.details = update.details.clone().or_else(|| known.details.take());
                known.unservable = false;
                self.doubtful.extend(known.offers.iter().map(|(offer, _)| *offer));
                self.classify(place);
                self.return_to_waiting(place);
            }
            EventKind::OfferIssued { offer, contact, queue, agent, expires_at, .. } => {
                let Some(place) = self.place(contact) else { return };
                self.leave_waiting(place);
                let known = &mut self.contacts[place];
                known.offers.push((*offer, *agent));
                let cost = self.config.channels[known.channel.index()].cost;
                let stage = Stage::Reserved { offer: *offer };
                let work = Work { contact: *contact, queue: *queue, cost, stage, since: at, accepted_at: at };
                self.agents[agent.index()].apply_reserved(work);
                self.refresh_agent(*agent);
                self.queues[queue.index()].last_chosen = Some(*agent);
                // An offer that the engine accepts in this very step has no life of its own.
                if *expires_at == Timestamp::MAX {
                    return;
                }
                self.deadlines.arm(*expires_at, Deadline::OfferExpires(*offer));
                let expires_at = *expires_at;
                let live = Offer {
                    id: *offer,
                    contact: *contact,
                    place,
                    queue: *queue,
                    agent: *agent,
                    issued_at: at,
                    expires_at,
                };
                self.offers.insert(*offer, live);
            }
            EventKind::OfferAccepted { offer, contact, queue, agent, connection } => {
                if self.config.queues[queue.index()].settings.offer.answer == AnswerMode::Agent {
                    self.forget_offer(*offer, OfferOutcome::Accepted, at);
                }
                let Some(place) = self.place(contact) else { return };
                let known = &mut self.contacts[place];
                known.offers.retain(|(live, _)| live != offer);
                known.phase = match *connection {
                    Connection::Made { waited } => Phase::Engaged { agent: *agent, waited },
                    Connection::Pending { until } => Phase::Connecting { agent: *agent, until },
                };
                if let Connection::Pending { until } = *connection {
                    self.deadlines.arm(until, Deadline::ConnectionFails(*contact));
                }
                let connected = matches!(connection, Connection::Made { .. });
                self.agents[agent.index()].apply_accepted(contact, connected, &self.config, at);
                self.refresh_agent(*agent);
                self.queues[queue.index()].waiting -= 1;
            }
            EventKind::OfferEnded {
                offer,
                contact,
                agent,
                outcome,
                strikes,
                cool_down_until,
                excluded_until,
            } => {
                self.forget_offer(*offer, *outcome, at);
                let holder = &mut self.agents[agent.index()];
                holder.apply_released(contact);
                holder.strikes = *strikes;
                self.cool_down(*agent, *cool_down_until);
                self.refresh_agent(*agent);
                let Some(place) = self.place(contact) else { return };
                let known = &mut self.contacts[place];
                known.offers.retain(|(live, _)| live != offer);
                if let Some(until) = *excluded_until {
                    self.pass_over(place, *agent, until);
                }
                self.return_to_waiting(place);
            }
            EventKind::ContactConnected { contact, agent, waited, .. } => {
                let Some(place) = self.place(contact) else { return };
                self.stop_connecting(place);
                self.contacts[place].phase = Phase::Engaged { agent: *agent, waited: *waited };
                self.agents[agent.index()].apply_connected(contact, at);
            }
            EventKind::ConnectionFailed { contact, agent, cool_down_until } => {
                let Some(place) = self.place(contact) else { return };
                self.stop_connecting(place);
                self.agents[agent.index()].apply_work_ended(contact, &self.config, at);
                self.cool_down(*agent, *cool_down_until);
                self.refresh_agent(*agent);
                let known = &mut self.contacts[place];
                known.phase = Phase::Waiting;
                self.queues[known.queue.index()].waiting += 1;
                self.return_to_waiting(place);
            }
            EventKind::ExclusionEnded { contact, agent } => {
                let Some(place) = self.place(contact) else { return };
                self.leave_waiting(place);
                self.end_exclusion(place, *agent);
                self.return_to_waiting(place);
            }
            EventKind::ContactEnded { contact, queue, agent, wrap_up_until, .. } => {
                let Some(ended) = self.contact_ended(contact, at) else { return };
                let limit = at + self.config.queues[queue.index()].settings.wrap_up_max;
                match (agent, wrap_up_until) {
                    (None, _) => {}
                    (Some(agent), None) => {
                        self.agents[agent.index()].apply_work_ended(contact, &self.config, at);
                        self.refresh_agent(*agent);
                    }
                    (Some(agent), Some(until)) => {
                        let limit = limit.max(*until);
                        self.memory.hold_contact(*contact, ended);
                        self.agents[agent.index()].apply_wrap_up(contact, *until, limit, at);
                        self.deadlines.arm(*until, Deadline::WrapUpEnds(*agent, *contact));
                    }
                }
            }
            EventKind::WrapUpExtended { agent, contact, until } => {
                self.disarm_wrap_up(*agent, contact);
                self.agents[agent.index()].apply_wrap_up_extended(contact, *until);
                self.deadlines.arm(*until, Deadline::WrapUpEnds(*agent, *contact));
            }
            EventKind::WrapUpEnded { agent, contact, .. } => {
                self.disarm_wrap_up(*agent, contact);
                self.memory.let_contact_go(contact);
                self.agents[agent.index()].apply_work_ended(contact, &self.config, at);
                self.refresh_agent(*agent);
            }
            EventKind::CommandRemembered { key, digest, receipt } => {
                self.memory.remember_command(*key, KeptCommand { digest: *digest, receipt: *receipt });
            }
        }
    }

    // ── agents ───────────────────────────────────────────────────────────────────────────────────────────────

    /// Publishes an agent's facts: on the board and to its skills.
    fn join_board(&mut self, id: AgentId) {
        let agent = &mut self.agents[id.index()];
        agent.profile = self.board.join_profile(&agent.facts());
        let signed_in = agent.presence != Presence::Offline;
        for (skill, _, counts) in &agent.skills {
            if *counts {
                self.skills[skill.index()].apply_holder(true, signed_in);
            }
        }
        self.refresh_agent(id);
    }

    /// Takes back all that [`Self::join_board`] published.
    fn leave_board(&mut self, id: AgentId) {
        let agent = &self.agents[id.index()];
        let signed_in = agent.presence != Presence::Offline;
        for (skill, _, counts) in &agent.skills {
            if *counts {
                self.skills[skill.index()].apply_holder(false, signed_in);
            }
        }
        self.board.leave(id);
        self.board.groups.leave_profile(agent.profile);
    }

    /// Arms the deadlines of an agent's grants that are still to come.
    pub(super) fn arm_grants(&mut self, id: AgentId) {
        for (skill, grant, _) in &self.agents[id.index()].skills {
            for at in [grant.from, grant.until].into_iter().flatten().filter(|at| *at > self.now) {
                self.deadlines.arm(at, Deadline::SkillValidityChanges(id, *skill));
            }
        }
    }

    fn disarm_grants(&mut self, id: AgentId) {
        for (skill, grant, _) in &self.agents[id.index()].skills {
            for at in [grant.from, grant.until].into_iter().flatten() {
                self.deadlines.disarm(at, Deadline::SkillValidityChanges(id, *skill));
            }
        }
    }

    /// Puts an agent into the group it now belongs to; with room, it looks for work at the next settle.
    fn refresh_agent(&mut self, id: AgentId) {
        self.board.leave(id);
        let agent = &self.agents[id.index()];
        if agent.is_ready() && agent.free() >= self.config.least_cost {
            self.board.enter(id, agent.profile, agent.used, agent.idle_since);
            self.freed.push(id);
        }
    }

    fn presence_changed(&mut self, id: AgentId, presence: &Presence, at: Timestamp) {
        let agent = &mut self.agents[id.index()];
        let was = agent.presence != Presence::Offline;
        agent.apply_presence(presence.clone(), &self.config, at);
        let is = agent.presence != Presence::Offline;
        if was != is {
            for (skill, ..) in agent.skills.iter().filter(|(.., counts)| *counts) {
                self.skills[skill.index()].apply_sign_in(is);
            }
        }
        self.refresh_agent(id);
    }

    /// The agent is asked nothing until then. Of two pauses the later end counts; `None` leaves a running one alone.
    fn cool_down(&mut self, id: AgentId, until: Option<Timestamp>) {
        let running = self.agents[id.index()].cooling_until;
        self.set_pause(id, running.max(until));
    }

    fn set_pause(&mut self, id: AgentId, until: Option<Timestamp>) {
        let before = core::mem::replace(&mut self.agents[id.index()].cooling_until, until);
        if let Some(before) = before {
            self.deadlines.disarm(before, Deadline::CoolDownEnds(id));
        }
        if let Some(until) = until {
            self.deadlines.arm(until, Deadline::CoolDownEnds(id));
        }
    }

    fn disarm_wrap_up(&mut self, id: AgentId, contact: &ContactId) {
        if let Some(Stage::WrapUp { ends_at, .. }) =
            self.agents[id.index()].work_on(contact).map(|work| work.stage)
        {
            self.deadlines.disarm(ends_at, Deadline::WrapUpEnds(id, *contact));
        }
    }

    // ── contacts ─────────────────────────────────────────────────────────────────────────────────────────────

    fn contact_arrived(&mut self, contact: Contact) {
        let (hash, queue) = (contact.id.hash64(), contact.queue);
        let place = self.contacts.insert(contact);
        self.places.insert(hash, place);
        self.recent = place;
        let queue = &mut self.queues[queue.index()];
        queue.inside += 1;
        queue.waiting += 1;
        self.classify(place);
        self.return_to_waiting(place);
    }

    fn contact_ended(&mut self, id: &ContactId, at: Timestamp) -> Option<EndedContact> {
        let place = self.place(id)?;
        self.leave_waiting(place);
        self.stop_connecting(place);
        while let Some(exclusion) = self.contacts[place].exclusions.first().copied() {
            self.end_exclusion(place, exclusion.agent);
        }
        self.places.remove(id.hash64(), place);
        self.board.classes.quit(self.contacts[place].class);
        let contact = self.contacts.remove(place).expect("the place was just found");
        let queue = &mut self.queues[contact.queue.index()];
        queue.inside -= 1;
        queue.waiting -= u32::from(contact.phase == Phase::Waiting);
        let ended = EndedContact { digest: contact.digest, arrival: contact.arrival, ended_at: at };
        self.memory.remember_contact(contact.id, ended, &self.document.memory);
        Some(ended)
    }

    /// Finds a contact's class and joins it.
    fn classify(&mut self, place: u32) {
        let contact = &self.contacts[place];
        let own = contact.details.as_deref().and_then(|details| self.own_requirement(contact, details));
        let class =
            self.board.class(&self.config, contact.channel, contact.queue, contact.points, own.as_ref());
        self.board.classes.join(class);
        self.contacts[place].class = class;
    }

    /// What a contact needs, where that is more than its queue asks.
    fn own_requirement(&self, contact: &Contact, details: &crate::ContactDetails) -> Option<Requirement> {
        let plain = details.requires.is_empty() && details.prefers.is_empty();
        if plain && details.absolute == crate::skill::Absolute::default() {
            return None;
        }
        let queue = &self.config.queues[contact.queue.index()].requirement;
        let read = |text: &str| self.config.expression(text).expect("checked before it was let in");
        let own = details.prefers.iter().map(|p| Preference { term: read(&p.term), weight: p.weight });
        Some(Requirement {
            absolute: queue.absolute.and(&details.absolute),
            mandatory: queue.mandatory.clone().and(read(&details.requires)),
            preferred: queue.preferred.iter().cloned().chain(own).collect(),
        })
    }

    /// Puts a contact that waits without an offer into its class, at its old place; it seeks at the next settle.
    fn return_to_waiting(&mut self, place: u32) {
        let contact = &self.contacts[place];
        if contact.phase != Phase::Waiting || !contact.offers.is_empty() {
            return;
        }
        for agent in contact.named_agents() {
            self.board.name(agent, true);
        }
        self.board.classes.waiting.insert(contact.class, place, contact.key());
        self.seeking.push(place);
    }

    /// Takes a contact out of its class, if it is in one.
    fn leave_waiting(&mut self, place: u32) {
        if self.board.classes.waiting.list_of(place).is_none() {
            return;
        }
        for agent in self.contacts[place].named_agents() {
            self.board.name(agent, false);
        }
        self.board.classes.waiting.remove(place);
    }

    fn pass_over(&mut self, place: u32, agent: AgentId, until: Timestamp) {
        let contact = &mut self.contacts[place];
        contact.exclusions.push(Exclusion { agent, until });
        self.deadlines.arm(until, Deadline::ExclusionEnds(contact.id, agent));
    }

    fn end_exclusion(&mut self, place: u32, agent: AgentId) {
        let contact = &mut self.contacts[place];
        if let Some(i) = contact.exclusions.iter().position(|e| e.agent == agent) {
            let ended = contact.exclusions.remove(i);
            self.deadlines.disarm(ended.until, Deadline::ExclusionEnds(contact.id, agent));
        }
    }

    fn stop_connecting(&mut self, place: u32) {
        let contact = &self.contacts[place];
        if let Phase::Connecting { until, .. } = contact.phase {
            self.deadlines.disarm(until, Deadline::ConnectionFails(contact.id));
        }
    }

    fn forget_offer(&mut self, id: OfferId, outcome: OfferOutcome, at: Timestamp) {
        let Some(offer) = self.offers.remove(&id) else { return };
        self.deadlines.disarm(offer.expires_at, Deadline::OfferExpires(id));
        self.memory.remember_offer(id, EndedOffer { outcome, ended_at: at });
    }

    // ── the board as a whole ─────────────────────────────────────────────────────────────────────────────────

    /// Makes the board anew from agents and contacts.
    pub(crate) fn rebuild_board(&mut self) {
        self.board = Board::new(&self.config);
        for agent in &mut self.agents {
            agent.profile = self.board.join_profile(&agent.facts());
            if agent.is_ready() && agent.free() >= self.config.least_cost {
                self.board.enter(agent.id, agent.profile, agent.used, agent.idle_since);
            }
        }
        let mut waiting: Vec<(u32, (i64, u64))> =
            self.contacts.iter().map(|(place, c)| (place, c.key())).collect();
        waiting.sort_unstable_by_key(|(_, key)| *key);
        for (place, _) in waiting {
            self.classify(place);
            self.return_to_waiting(place);
        }
        self.seeking.clear();
    }

    /// Wait of a contact since its origin; for views.
    pub(super) fn waited(&self, contact: &Contact) -> Span {
        match contact.phase {
            Phase::Engaged { waited, .. } => waited,
            _ => self.now.since(contact.origin).max(Span::ZERO),
        }
    }
}

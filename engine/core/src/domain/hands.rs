//! What supervisors and hosts do by hand: assigning, pulling, passing on, in bulk, and saying what is really going on.
//!
//! A hand may break the order, and where a queue says so some rules. It never breaks an absolute one, and what it broke is
//! part of the event that tells of it.

use std::collections::BTreeMap;

use super::Domain;
use super::commands::{Begun, at_most, check_presence};
use crate::agent::{Agent, AgentMessage, Stage};
use crate::command::AgentReport;
use crate::config::Override;
use crate::contact::{Contact, ContactMessage, ContactOutcome, Passing, Phase, Question, TransferTarget};
use crate::digest::mix;
use crate::error::CommandError;
use crate::event::{AssignedBy, EventKind, HoldReason};
use crate::ids::{AgentId, ContactId, QueueId};
use crate::limits;
use crate::mailbox::Message;
use crate::queue::MoveCause;
use crate::record::Decision;
use crate::skill::Shortfall;

impl Domain {
    /// A supervisor gives the contact to the agent, or the agent takes it from a list.
    pub(super) fn assign(
        &self,
        contact: ContactId,
        agent: AgentId,
        by: AssignedBy,
    ) -> Result<Begun, CommandError> {
        let place = self.place(&contact).ok_or_else(|| self.missing(&contact))?;
        let broken = self.broken_by(self.agent(agent)?, &self.contacts[place])?;
        let settings = &self.config.queues[self.contacts[place].queue.index()].settings;
        let allowed = |rule: &Override| by == AssignedBy::Supervisor && settings.overridable.contains(rule);
        if let Some(&rule) = broken.iter().find(|rule| !allowed(rule)) {
            return Err(CommandError::NotOverridable { contact, agent, rule });
        }
        let known = &self.contacts[place];
        if by == AssignedBy::Agent
            && (known.deferred || known.not_before.is_some() || known.is_kept_from(agent))
        {
            return Err(self.contacts[place].wrong("pull"));
        }
        self.check_calling_hours(known)?;
        let decision = Decision::by_hand(self.config_version);
        let assign = ContactMessage::Assign { agent, by, broken, place, decision };
        Ok(Begun::Send(Message::Contact(place, assign)))
    }

    /// Whether the agent could take the waiting contact from a list now, breaking nothing.
    pub fn could_pull(&self, agent: AgentId, contact: &ContactId) -> bool {
        let Some(place) = self.place(contact) else { return false };
        let known = &self.contacts[place];
        known.phase == Phase::Waiting
            && !known.deferred
            && self
                .agent(agent)
                .is_ok_and(|agent| self.broken_by(agent, known).is_ok_and(|broken| broken.is_empty()))
    }

    /// The rules that giving the contact to the agent would break.
    fn broken_by(&self, agent: &Agent, contact: &Contact) -> Result<Vec<Override>, CommandError> {
        let refused =
            |shortfall| Err(CommandError::CannotServe { agent: agent.id, contact: contact.id, shortfall });
        if let Some(shortfall) = self.keeps_from(agent, contact) {
            return refused(shortfall);
        }
        if agent.presence == crate::agent::Presence::Offline {
            return Err(CommandError::WrongAgentState {
                command: "assign",
                agent: agent.id,
                state: agent.state(),
            });
        }
        let need = self.board.classes.requirement(contact.class).shortfall(&agent.facts());
        let mandatory = need.is_some();
        let has_room = agent.room(&self.config.rooms).open.contains(contact.channel);
        let asked = contact.offers.iter().any(|(_, asked)| *asked == agent.id);
        let passed_over = contact.exclusions.iter().any(|exclusion| exclusion.agent == agent.id);
        let rules = [
            (mandatory, Override::Mandatory),
            (!has_room && !asked, Override::Capacity),
            (!agent.is_ready(), Override::Presence),
            (agent.paused.contains(&contact.queue), Override::Pause),
            (passed_over, Override::PassedOver),
            (!agent.reach.covers(self.config.expected_handle(contact.queue)), Override::Shift),
        ];
        Ok(rules.into_iter().filter(|(broken, _)| *broken).map(|(_, rule)| rule).collect())
    }

    /// The customer of a parked contact writes again. It is its agent's again, unless an absolute rule has come between them
    /// meanwhile; then it waits for somebody else.
    pub(super) fn unpark(&self, contact: ContactId) -> Result<Begun, CommandError> {
        let place = self.place(&contact).ok_or_else(|| self.missing(&contact))?;
        let known = &self.contacts[place];
        if let Phase::Parked { agent, .. } = known.phase
            && self.forbidden(&self.agents[agent.index()], known, known.queue).is_some()
        {
            let give_back = AgentMessage::GiveBack(contact, HoldReason::Forbidden);
            return Ok(Begun::Send(Message::Agent(agent, give_back)));
        }
        Ok(Begun::Send(Message::Contact(place, ContactMessage::Unpark)))
    }

    /// The agent who has the contact passes it on.
    pub(super) fn transfer(&self, contact: ContactId, to: TransferTarget) -> Result<Begun, CommandError> {
        let place = self.place(&contact).ok_or_else(|| self.missing(&contact))?;
        let known = &self.contacts[place];
        let to = self.entered(to, &contact)?;
        self.check_target(known, &to)?;
        let escalates = match &to {
            TransferTarget::Queue(queue) => self.escalates_to_queue(known.queue, *queue),
            TransferTarget::Agent(agent) => self.escalates_to_agent(known.queue, *agent),
            TransferTarget::Need(_) | TransferTarget::Site(_) => false,
        };
        let decision = Decision::by_hand(self.config_version);
        let passing = Passing { to, decision, escalates, consult: None };
        Ok(Begun::Send(Message::Contact(place, ContactMessage::PassOn(Box::new(passing)))))
    }

    /// The agent who has the contact asks somebody about it.
    pub(super) fn consult(
        &self,
        contact: ContactId,
        id: ContactId,
        to: TransferTarget,
    ) -> Result<Begun, CommandError> {
        let place = self.place(&contact).ok_or_else(|| self.missing(&contact))?;
        if self.place(&id).is_some() || self.ended(&id).is_some() {
            return Err(CommandError::DuplicateContact { contact: id });
        }
        let to = self.entered(to, &id)?;
        self.check_target(&self.contacts[place], &to)?;
        if let TransferTarget::Agent(agent) = &to {
            self.check_asked(&self.contacts[place], *agent)?;
        }
        let digest = mix(id.hash64() ^ mix(contact.hash64()));
        let decision = Decision::by_hand(self.config_version);
        let question = Question { id, to, digest, decision };
        Ok(Begun::Send(Message::Contact(place, ContactMessage::Ask(Box::new(question)))))
    }

    /// The agent who was asked takes the contact over.
    pub(super) fn hand_over(&self, consult: ContactId) -> Result<Begun, CommandError> {
        let place = self.place(&consult).ok_or_else(|| self.missing(&consult))?;
        let question = &self.contacts[place];
        let about = question.journey.as_deref().and_then(|journey| journey.about);
        let (Phase::Engaged { agent, .. }, Some(about)) = (question.phase, about) else {
            return Err(question.wrong("hand over"));
        };
        let place = self.place(&about).ok_or_else(|| self.missing(&about))?;
        let from = self.contacts[place].queue;
        let taker = &self.agents[agent.index()];
        if let Some(shortfall) = self.forbidden(taker, &self.contacts[place], question.queue) {
            return Err(CommandError::CannotServe { agent, contact: about, shortfall });
        }
        let escalates = self.escalates_to_queue(from, question.queue) || self.escalates_to_agent(from, agent);
        let passing = Passing {
            to: TransferTarget::Agent(agent),
            decision: Decision::by_hand(self.config_version),
            escalates,
            consult: Some((consult, question.queue)),
        };
        Ok(Begun::Send(Message::Contact(place, ContactMessage::PassOn(Box::new(passing)))))
    }

    /// A target as it is for this contact: where it is a queue, the one at which it comes in.
    fn entered(&self, to: TransferTarget, contact: &ContactId) -> Result<TransferTarget, CommandError> {
        let TransferTarget::Queue(queue) = to else { return Ok(to) };
        self.check_queue(queue)?;
        Ok(TransferTarget::Queue(self.config.entrance(queue, contact)))
    }

    fn check_target(&self, contact: &Contact, to: &TransferTarget) -> Result<(), CommandError> {
        match to {
            TransferTarget::Queue(queue) => self.check_curve(*queue, contact.points),
            TransferTarget::Agent(next) => {
                let agent = self.agent(*next)?;
                // Who passed it on is refused as a loop, by the contact.
                if contact.was_passed_by(*next) || contact.served_by().is_some_and(|(has, _)| has == *next) {
                    return Ok(());
                }
                match self.broken_by(agent, contact)?.first() {
                    Some(&rule) => {
                        Err(CommandError::NotOverridable { contact: contact.id, agent: *next, rule })
                    }
                    None => Ok(()),
                }
            }
            TransferTarget::Need(need) => {
                let invalid = |error| CommandError::InvalidRequirement { field: "need", error };
                self.config.expression(need).map(|_| ()).map_err(invalid)
            }
            TransferTarget::Site(site) => {
                at_most("bytes of a name", site.len() as u64, limits::MAX_NAME_BYTES as u64)
            }
        }
    }

    /// A question enters the plan of its queue anew, so whom only a later step lets in cannot be asked it.
    fn check_asked(&self, contact: &Contact, next: AgentId) -> Result<(), CommandError> {
        if contact.plan.is_none() && contact.journey.is_none() {
            return Ok(());
        }
        let question = Contact { plan: None, journey: None, ..contact.clone() };
        let need = self.requirement_at(&question, 0);
        match need.shortfall(&self.agent(next)?.facts()) {
            Some(Shortfall::Mandatory) => {
                let rule = Override::Mandatory;
                Err(CommandError::NotOverridable { contact: contact.id, agent: next, rule })
            }
            _ => Ok(()),
        }
    }

    fn escalates_to_queue(&self, from: QueueId, to: QueueId) -> bool {
        let name = &self.config.queues[to.index()].settings.name;
        self.config.queues[from.index()].settings.transfers.escalate_to_queues.contains(name)
    }

    fn escalates_to_agent(&self, from: QueueId, to: AgentId) -> bool {
        let groups = &self.config.queues[from.index()].settings.transfers.escalate_to_groups;
        self.agents[to.index()].spec.groups.iter().any(|group| groups.contains(group))
    }

    // ── in bulk ──────────────────────────────────────────────────────────────────────────────────────────────

    /// Of these contacts, those that still wait; one that never was here is a mistake.
    fn still_waiting(&self, contacts: &[ContactId]) -> Result<Vec<u32>, CommandError> {
        at_most("contacts in one command", contacts.len() as u64, limits::MAX_BULK as u64)?;
        let mut waiting = Vec::with_capacity(contacts.len());
        for id in contacts {
            match self.place(id) {
                Some(place) if self.contacts[place].phase == Phase::Waiting => waiting.push(place),
                None if self.ended(id).is_none() => {
                    return Err(CommandError::UnknownContact { contact: *id });
                }
                _ => {}
            }
        }
        waiting.sort_by_key(|place| self.contacts[*place].arrival);
        waiting.dedup();
        Ok(waiting)
    }

    pub(super) fn reprioritise(&self, contacts: &[ContactId], points: i64) -> Result<Begun, CommandError> {
        self.check_points(points)?;
        let waiting = self.still_waiting(contacts)?;
        for place in &waiting {
            self.check_curve(self.contacts[*place].queue, points)?;
        }
        let update = crate::command::ContactUpdate { points: Some(points), details: None };
        let message = |place| Message::Contact(place, ContactMessage::Update(Box::new(update.clone())));
        Ok(Begun::SendAll(waiting.into_iter().map(message).collect()))
    }

    pub(super) fn move_all(&self, contacts: &[ContactId], to: QueueId) -> Result<Begun, CommandError> {
        self.check_queue(to)?;
        let mut waiting = self.still_waiting(contacts)?;
        let enters = |place: &u32| self.config.entrance(to, &self.contacts[*place].id);
        waiting.retain(|place| self.contacts[*place].queue != enters(place));
        for place in &waiting {
            self.check_curve(enters(place), self.contacts[*place].points)?;
        }
        let messages = waiting.into_iter().flat_map(|place| self.moving(place, to, MoveCause::Host));
        Ok(Begun::SendAll(messages.collect()))
    }

    pub(super) fn withdraw_all(&self, contacts: &[ContactId]) -> Result<Begun, CommandError> {
        let waiting = self.still_waiting(contacts)?;
        let leave = |place| Message::Contact(place, ContactMessage::Leave(ContactOutcome::Withdrawn));
        Ok(Begun::SendAll(waiting.into_iter().map(leave).collect()))
    }

    // ── what is really going on ──────────────────────────────────────────────────────────────────────────────

    /// The host says who is there and what each has in hand; what the engine thought otherwise gives way.
    pub(super) fn reconcile(&self, reports: &[AgentReport]) -> Result<Begun, CommandError> {
        at_most("agents in one command", reports.len() as u64, limits::MAX_BULK as u64)?;
        let mut holders: BTreeMap<ContactId, AgentId> = BTreeMap::new();
        let contacts: usize = reports.iter().map(|report| report.contacts.len()).sum();
        at_most("contacts in one command", contacts as u64, limits::MAX_RECONCILED as u64)?;
        for report in reports {
            self.agent(report.agent)?;
            check_presence(&report.presence)?;
            for contact in &report.contacts {
                if holders.insert(*contact, report.agent).is_some() {
                    return Err(CommandError::ClaimedTwice { contact: *contact });
                }
            }
        }
        let mut messages = Vec::new();
        for agent in &self.agents {
            let report = reports.iter().find(|report| report.agent == agent.id);
            self.drop_what_is_over(agent, &holders, &mut messages);
            let presence = report.map(|report| report.presence.clone()).unwrap_or_default();
            messages.push(Message::Agent(agent.id, AgentMessage::SetPresence(presence)));
        }
        let (mut unknown, mut refused) = (Vec::new(), Vec::new());
        for (contact, agent) in holders {
            let Some(place) = self.place(&contact) else {
                unknown.push(contact);
                continue;
            };
            let known = &self.contacts[place];
            let holds = known.served_by().is_some_and(|(holder, _)| holder == agent)
                || matches!(known.phase, Phase::Connecting { agent: holder, .. } if holder == agent);
            if holds {
                continue;
            }
            match self.may_have(&self.agents[agent.index()], known) {
                true => {
                    let (by, broken, decision) =
                        (AssignedBy::Host, Vec::new(), Decision::by_hand(self.config_version));
                    let assign = ContactMessage::Assign { agent, by, broken, place, decision };
                    messages.push(Message::Contact(place, assign));
                }
                false => refused.push(contact),
            }
        }
        Ok(Begun::SendAllThen(messages, EventKind::Reconciled { unknown, refused }))
    }

    /// What the host does not know of any more is over; what another agent has now goes there.
    fn drop_what_is_over(
        &self,
        agent: &Agent,
        holders: &BTreeMap<ContactId, AgentId>,
        messages: &mut Vec<Message>,
    ) {
        for work in &agent.work {
            let Some(place) = self.place(&work.contact) else { continue };
            let holder = holders.get(&work.contact);
            let is_wrap_up = matches!(work.stage, Stage::WrapUp { .. });
            if is_wrap_up || matches!(work.stage, Stage::Reserved { .. }) || holder == Some(&agent.id) {
                continue;
            }
            let elsewhere = holder
                .is_some_and(|holder| self.may_have(&self.agents[holder.index()], &self.contacts[place]));
            messages.push(match (elsewhere, work.stage) {
                (true, _) => {
                    Message::Agent(agent.id, AgentMessage::GiveBack(work.contact, HoldReason::Elsewhere))
                }
                (false, Stage::Connecting) => Message::Contact(place, ContactMessage::ConnectionFails),
                (false, _) => Message::Contact(place, ContactMessage::Complete),
            });
        }
    }

    /// Refuses an agent whom an absolute rule keeps from the contact.
    pub(super) fn check_may_have(&self, agent: AgentId, contact: &Contact) -> Result<(), CommandError> {
        let refused = |shortfall| Err(CommandError::CannotServe { agent, contact: contact.id, shortfall });
        self.keeps_from(self.agent(agent)?, contact).map_or(Ok(()), refused)
    }

    /// Whether no absolute rule keeps the contact from the agent.
    fn may_have(&self, agent: &Agent, contact: &Contact) -> bool {
        self.keeps_from(agent, contact).is_none()
    }

    /// The absolute rule that keeps the contact from the agent; who has passed it on does not get it back.
    fn keeps_from(&self, agent: &Agent, contact: &Contact) -> Option<Shortfall> {
        let back = contact.was_passed_by(agent.id).then_some(Shortfall::Excluded);
        back.or_else(|| self.forbidden(agent, contact, contact.queue))
    }
}

//! From a command to its first message: who is meant, and whether the words fit. Nothing changes here.

use core::hash::{Hash, Hasher};
use std::sync::Arc;

use super::Domain;
use super::memory::EndedContact;
use crate::agent::{Agent, AgentMessage, Presence};
use crate::command::{Command, ContactDetails, ContactUpdate, DeliveryFailure, NewContact, Receipt};
use crate::config::AgentSpec;
use crate::contact::{ContactMessage, ContactOutcome, Value};
use crate::digest::{Digest, mix};
use crate::error::CommandError;
use crate::event::{AssignedBy, EventKind};
use crate::ids::{AgentId, ChannelId, ContactId, OfferId, QueueId};
use crate::limits;
use crate::mailbox::Message;
use crate::measures::Feedback;
use crate::offer::{OfferMessage, OfferOutcome};
use crate::queue::QueueMessage;
use crate::time::Timestamp;

/// How a command begins.
pub(super) enum Begun {
    /// With a message to an actor.
    Send(Message),
    /// With a message to each of several actors, none of which can refuse it.
    SendAll(Vec<Message>),
    /// The same, and then a fact.
    SendAllThen(Vec<Message>, EventKind),
    /// With a fact that no actor needs to decide.
    Emit(EventKind),
    /// With nothing but the pairs that can be made now.
    Settle,
}

/// What becomes of a contact that arrives.
pub(super) enum Admission {
    /// Its queue is asked to let it in.
    To(QueueId, QueueMessage),
    /// Nothing: it was submitted before.
    Before(Receipt),
}

impl Domain {
    pub(super) fn begin(&self, command: Command) -> Result<Begun, CommandError> {
        let contact = |id: ContactId, message: ContactMessage| {
            let place = self.place(&id).ok_or_else(|| self.missing(&id))?;
            Ok(Begun::Send(Message::Contact(place, message)))
        };
        let agent = |id: AgentId, message: AgentMessage| {
            self.agent(id)?;
            Ok(Begun::Send(Message::Agent(id, message)))
        };
        let offer = |id: OfferId, message: OfferMessage| {
            self.live_offer(id)?;
            Ok(Begun::Send(Message::Offer(id, message)))
        };
        match command {
            Command::RegisterAgent(spec) => self.register(spec),
            Command::UpdateAgent(id, spec) => self.update_agent(id, spec),
            Command::SetPresence(id, presence) => {
                check_presence(&presence)?;
                agent(id, AgentMessage::SetPresence(presence))
            }
            Command::Arrive(_) | Command::Complete(_) => unreachable!("they go straight to their actor"),
            Command::UpdateContact(id, update) => {
                self.check_update(&id, &update)?;
                contact(id, ContactMessage::Update(update))
            }
            Command::Abandon(id) => contact(id, ContactMessage::Leave(ContactOutcome::Abandoned)),
            Command::Withdraw(id) => contact(id, ContactMessage::Leave(ContactOutcome::Withdrawn)),
            Command::HandOff(id) => contact(id, ContactMessage::Leave(ContactOutcome::HandedOff)),
            Command::RequestCallback(id, at, owner) => self.request_callback(&id, at, owner),
            Command::NotReached(id) => {
                let place = self.place(&id).ok_or_else(|| self.missing(&id))?;
                let retry_at = self.retry_from(place);
                Ok(Begun::Send(Message::Contact(place, ContactMessage::NotReached { retry_at })))
            }
            Command::GiveFeedback(id, feedback) => self.give_feedback(id, feedback),
            Command::AcceptOffer(id, by) => offer(id, OfferMessage::Accept(by)),
            Command::DeclineOffer(id, by) => offer(id, OfferMessage::Decline(by)),
            Command::FailOffer(id, DeliveryFailure::Busy) => offer(id, OfferMessage::End(OfferOutcome::Busy)),
            Command::FailOffer(id, DeliveryFailure::Unreachable) => {
                offer(id, OfferMessage::End(OfferOutcome::Unreachable))
            }
            Command::RevokeOffer(id) => offer(id, OfferMessage::End(OfferOutcome::Revoked)),
            Command::Connected(id) => contact(id, ContactMessage::Connected),
            Command::ConnectionFailed(id) => contact(id, ContactMessage::ConnectionFails),
            Command::Resume => Ok(Begun::Settle),
            Command::GiveScores(id, scores) => {
                at_most("scores", scores.len() as u64, limits::MAX_CANDIDATES as u64)?;
                contact(id, ContactMessage::GiveScores(scores))
            }
            Command::SetPresences(wanted) => self.set_presences(wanted),
            Command::PauseQueue(id, queue, paused) => {
                self.check_queue(queue)?;
                self.agent(id)?;
                let queues = self.config.stands_for(queue);
                let told = queues.map(|queue| Message::Agent(id, AgentMessage::PauseQueue(queue, paused)));
                Ok(Begun::SendAll(told.collect()))
            }
            Command::AgentLost(id) => agent(id, AgentMessage::Lost),
            Command::SetHours(of, hours) => self.set_hours(of, hours),
            Command::Reconfigure(config) => self.reconfigure(&config),
            Command::BeginExternalWork(id, work, channel, cost) => {
                self.check_external(id, channel, cost)?;
                agent(id, AgentMessage::BeginExternal { work, channel, cost })
            }
            Command::EndExternalWork(id, work) => agent(id, AgentMessage::EndExternal(work)),
            Command::Park(id) => contact(id, ContactMessage::Park),
            Command::Unpark(id) => self.unpark(id),
            Command::Assign(id, to) => self.assign(id, to, AssignedBy::Supervisor),
            Command::Pull(by, id) => self.assign(id, by, AssignedBy::Agent),
            Command::Transfer(id, to) => self.transfer(id, to),
            Command::Consult(id, question, to) => self.consult(id, question, to),
            Command::HandOver(id) => self.hand_over(id),
            Command::Reprioritise(ids, points) => self.reprioritise(&ids, points),
            Command::MoveAll(ids, to) => self.move_all(&ids, to),
            Command::WithdrawAll(ids) => self.withdraw_all(&ids),
            Command::Reconcile(reports) => self.reconcile(&reports),
            Command::ReleaseProjectLock(id, reason) => {
                check_reason(&reason)?;
                agent(id, AgentMessage::ReleaseLock(reason))
            }
            Command::FinishWrapUp(id, after) => agent(id, AgentMessage::WrapUpEnds(after)),
            Command::ExtendWrapUp(id, after, by) => agent(id, AgentMessage::ExtendWrapUp(after, by)),
        }
    }

    pub(crate) fn agent(&self, id: AgentId) -> Result<&Agent, CommandError> {
        self.agents.get(id.index()).ok_or(CommandError::UnknownAgent { agent: id })
    }

    pub(super) fn check_queue(&self, queue: QueueId) -> Result<(), CommandError> {
        let known = queue.index() < self.config.queues.len();
        if known { Ok(()) } else { Err(CommandError::UnknownQueue { queue }) }
    }

    fn check_external(
        &self,
        agent: AgentId,
        channel: ChannelId,
        cost: Option<u16>,
    ) -> Result<(), CommandError> {
        if channel.index() >= self.config.channel_names().len() {
            return Err(CommandError::UnknownChannel { channel });
        }
        at_most("cost units", cost.unwrap_or(0).into(), limits::MAX_CAPACITY.into())?;
        at_most(
            "pieces of external work",
            self.agent(agent)?.external.len() as u64 + 1,
            limits::MAX_EXTERNAL as u64,
        )
    }

    fn set_presences(&self, wanted: Vec<(AgentId, Presence)>) -> Result<Begun, CommandError> {
        at_most("agents in one command", wanted.len() as u64, limits::MAX_BULK as u64)?;
        let told = wanted.into_iter().map(|(id, presence)| {
            self.agent(id)?;
            check_presence(&presence)?;
            Ok(Message::Agent(id, AgentMessage::SetPresence(presence)))
        });
        Ok(Begun::SendAll(told.collect::<Result<_, CommandError>>()?))
    }

    fn live_offer(&self, id: OfferId) -> Result<(), CommandError> {
        if self.offers.get(&id).is_some() {
            return Ok(());
        }
        Err(self.memory.offer(id).map_or(CommandError::UnknownOffer { offer: id }, |ended| {
            CommandError::OfferEnded { offer: id, outcome: ended.outcome, ended_at: ended.ended_at }
        }))
    }

    pub(super) fn missing(&self, id: &ContactId) -> CommandError {
        match self.ended(id) {
            Some(ended) => CommandError::ContactEnded { contact: *id, ended_at: ended.ended_at },
            None => CommandError::UnknownContact { contact: *id },
        }
    }

    #[inline(always)]
    pub(crate) fn ended(&self, id: &ContactId) -> Option<&EndedContact> {
        self.memory.contact(id, self.now, &self.document.memory)
    }

    /// Joins what is known of a contact to the decision that brought it to its agent.
    fn give_feedback(&self, contact: ContactId, feedback: Feedback) -> Result<Begun, CommandError> {
        at_most("feedback value", feedback.value.unsigned_abs(), limits::MAX_FEEDBACK as u64)?;
        let inside = self.place(&contact).map(|place| (self.contacts[place].queue, self.contacts[place].won));
        let known = inside.or_else(|| self.ended(&contact).map(|ended| (ended.queue, ended.won)));
        let (queue, won) = known.ok_or(CommandError::UnknownContact { contact })?;
        let (decision, agent) = won.unzip();
        Ok(Begun::Emit(EventKind::FeedbackGiven { contact, queue, agent, decision, feedback }))
    }

    fn register(&self, spec: Arc<AgentSpec>) -> Result<Begun, CommandError> {
        if let Some(&agent) = self.agent_names.get(&spec.name) {
            return Err(CommandError::DuplicateAgent { name: spec.name.clone(), agent });
        }
        self.config.resolve_agent(&spec).map_err(CommandError::InvalidAgent)?;
        let agent = AgentId(self.agents.len() as u32);
        Ok(Begun::Emit(EventKind::AgentRegistered { agent, spec }))
    }

    fn update_agent(&self, agent: AgentId, spec: Arc<AgentSpec>) -> Result<Begun, CommandError> {
        let known = self.agent(agent)?;
        if known.spec.name != spec.name {
            let (name, wanted) = (known.spec.name.clone(), spec.name.clone());
            return Err(CommandError::AgentRenamed { agent, name, wanted });
        }
        self.config.resolve_agent(&spec).map_err(CommandError::InvalidAgent)?;
        Ok(Begun::Emit(EventKind::AgentUpdated { agent, spec }))
    }

    #[inline(always)]
    pub(super) fn arrive(&self, new: NewContact) -> Result<Admission, CommandError> {
        let digest = digest_of(&new);
        if let Some(receipt) = self.repeated(&new.id, digest)? {
            return Ok(Admission::Before(receipt));
        }
        let known = new.queue.index() < self.config.queues.len();
        let entrance = if known { self.config.entrance(new.queue, &new.id) } else { new.queue };
        let queue = self.config.queues.get(entrance.index());
        let queue = queue.ok_or(CommandError::UnknownQueue { queue: new.queue })?;
        let channel = new.channel.unwrap_or(queue.channel);
        if channel.index() >= self.config.channel_names().len() {
            return Err(CommandError::UnknownChannel { channel });
        }
        // A customer who is served later on purpose does not wait until then.
        let scheduled = new.details.as_ref().and_then(|details| details.not_before);
        let origin = new.origin.unwrap_or(scheduled.map_or(self.now, |at| at.max(self.now)));
        if new.origin.is_some_and(|origin| origin > self.now) {
            return Err(CommandError::OriginInFuture { origin, now: self.now });
        }
        self.check_points(new.points)?;
        if let Some(details) = &new.details {
            self.check_details(details)?;
        }
        self.check_curve(entrance, new.points)?;
        let merge =
            if self.config.merges { self.twins(entrance, new.details.as_deref()) } else { Vec::new() };
        let NewContact { id: contact, points, details, .. } = new;
        let admit = QueueMessage::Admit { contact, channel, origin, points, digest, details, merge };
        Ok(Admission::To(entrance, admit))
    }

    /// The first receipt of a contact that was submitted before.
    #[inline(always)]
    fn repeated(&self, id: &ContactId, digest: u64) -> Result<Option<Receipt>, CommandError> {
        let known = match self.place(id) {
            Some(place) => Some((self.contacts[place].digest, self.contacts[place].arrival)),
            None => self.ended(id).map(|ended| (ended.digest, ended.arrival)),
        };
        match known {
            None => Ok(None),
            Some((first, arrival)) if first == digest => {
                Ok(Some(Receipt { seq: arrival, duplicate: true, agent: None }))
            }
            Some(_) => Err(CommandError::DuplicateContact { contact: *id }),
        }
    }

    fn check_update(&self, id: &ContactId, update: &ContactUpdate) -> Result<(), CommandError> {
        let place = self.place(id).ok_or_else(|| self.missing(id))?;
        if let Some(details) = &update.details {
            self.check_details(details)?;
        }
        if let Some(points) = update.points {
            self.check_points(points)?;
            self.check_curve(self.contacts[place].queue, points)?;
        }
        Ok(())
    }

    /// Whether a contact with so many points may come to a queue.
    #[inline(always)]
    pub(super) fn check_curve(&self, queue: QueueId, points: i64) -> Result<(), CommandError> {
        let curve = self.config.queues[queue.index()].curve.raised(points);
        let fits = self.board.has_room_for(curve);
        if fits { Ok(()) } else { Err(CommandError::TooManyCurves { limit: limits::MAX_CURVES }) }
    }

    pub(super) fn check_points(&self, points: i64) -> Result<(), CommandError> {
        at_most("priority points", points.unsigned_abs(), limits::MAX_POINTS as u64)
    }

    fn check_details(&self, details: &ContactDetails) -> Result<(), CommandError> {
        let preferred = details.preferred_agents.len() as u64;
        at_most("preferred agents", preferred, limits::MAX_PREFERRED_AGENTS as u64)?;
        if let Some(&agent) = details.preferred_agents.iter().find(|agent| agent.index() >= self.agents.len())
        {
            return Err(CommandError::UnknownAgent { agent });
        }
        at_most("excluded agents", details.excluded_agents.len() as u64, limits::MAX_EXCLUDED_AGENTS as u64)?;
        if let Some(&agent) = details.excluded_agents.iter().find(|agent| agent.index() >= self.agents.len())
        {
            return Err(CommandError::UnknownAgent { agent });
        }
        at_most("attributes", details.attributes.len() as u64, limits::MAX_ATTRIBUTES as u64)?;
        for (name, value) in &details.attributes {
            at_most("bytes of an attribute's name", name.len() as u64, limits::MAX_NAME_BYTES as u64)?;
            if let Value::Text(text) = value {
                at_most("bytes of an attribute", text.len() as u64, limits::MAX_ATTRIBUTE_BYTES as u64)?;
            }
        }
        at_most("tags", details.tags.len() as u64, limits::MAX_TAGS as u64)?;
        let names =
            details.tags.iter().chain(&details.customer).chain(&details.time_zone).chain(&details.source);
        let absolute = &details.absolute;
        for labels in [&absolute.data_classes, &absolute.sites, &absolute.entitlements] {
            at_most("labels", labels.len() as u64, limits::MAX_LABELS as u64)?;
        }
        let labels = absolute.data_classes.iter().chain(&absolute.sites);
        for name in names.chain(labels).chain(&absolute.entitlements).chain(&absolute.project) {
            at_most("bytes of a name", name.len() as u64, limits::MAX_NAME_BYTES as u64)?;
        }
        if let Some(zone) = &details.time_zone {
            self.check_zone(zone)?;
        }
        let payload = details.payload.as_ref().map_or(0, |p| p.as_bytes().len());
        at_most("bytes of the payload", payload as u64, limits::MAX_PAYLOAD_BYTES as u64)?;
        let invalid = |field| move |error| CommandError::InvalidRequirement { field, error };
        self.config.expression(&details.requires).map_err(invalid("requires"))?;
        at_most("preferences", details.prefers.len() as u64, limits::MAX_PREFERENCES as u64)?;
        let weight = limits::MAX_PREFERENCE_WEIGHT.into();
        for preference in &details.prefers {
            at_most("weight of a preference", preference.weight.into(), weight)?;
            self.config.expression(&preference.term).map_err(invalid("prefers"))?;
        }
        Ok(())
    }
}

pub(super) fn at_most(what: &'static str, size: u64, limit: u64) -> Result<(), CommandError> {
    if size <= limit { Ok(()) } else { Err(CommandError::TooLarge { what, size, limit }) }
}

/// The reason of a break is a word, and no letter.
pub(super) fn check_presence(presence: &Presence) -> Result<(), CommandError> {
    match presence {
        Presence::Break(reason) => check_reason(reason),
        Presence::Available | Presence::Offline => Ok(()),
    }
}

fn check_reason(reason: &str) -> Result<(), CommandError> {
    at_most("bytes of a reason", reason.len() as u64, limits::MAX_NAME_BYTES as u64)
}

fn digest_of(new: &NewContact) -> u64 {
    let channel = new.channel.map_or(u64::MAX, |channel| channel.0.into());
    let origin = new.origin.map_or(i64::MIN, Timestamp::as_nanos);
    let mut digest = mix(new.id.hash64() ^ u64::from(new.queue.0) << 32 ^ channel);
    digest = mix(digest ^ origin as u64);
    digest = mix(digest ^ new.points as u64);
    if let Some(details) = &new.details {
        let mut hasher = Digest::default();
        details.hash(&mut hasher);
        digest = mix(digest ^ hasher.finish());
    }
    digest
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Config, Timestamp};

    #[test]
    fn an_agent_that_would_change_its_name_is_refused_with_both_names() {
        let config = Config::from_toml(
            r#"
            name = "shop"
            channels = [{ name = "voice" }]
            queues = [{ name = "bills" }]
            agents = [{ name = "ann" }, { name = "bob" }]
            "#,
        );
        let mut domain = Domain::new(Timestamp::EPOCH, config.unwrap()).unwrap();
        for wanted in ["bob", "cleo"] {
            let update = Command::UpdateAgent(AgentId(0), Arc::new(AgentSpec::new(wanted)));
            let refused = domain.handle(Timestamp::EPOCH, update).unwrap_err();
            let expected = format!("agent-0 is called \"ann\" and stays so; {wanted:?} was given");
            assert_eq!((refused.code(), refused.to_string()), ("agent_renamed", expected));
        }
    }
}

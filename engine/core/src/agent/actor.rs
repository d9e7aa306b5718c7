//! The agent: what it wants, what it has in hand, and what follows when an offer fails.
//!
//! An agent decides whether it has room for a reservation, what a failed offer costs it, and when its wrap-up ends.
//! It never chooses a contact.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use smallvec::SmallVec;
use smol_str::SmolStr;

use super::external::ExternalWork;
use super::history::History;
use super::passing::PassOn;
use super::presence::{AgentState, Presence};
use super::refusals::Refusals;
use super::rights::{Entitlement, ProjectLock};
use super::shift::{Guard, Reach};
use super::work::{Stage, Work};
use crate::config::{AgentSpec, AnswerMode, Compiled, ResolvedAgent, Rooms, SignIn};
use crate::contact::{ContactMessage, ContactOutcome};
use crate::error::CommandError;
use crate::event::{Connection, EventKind, HoldReason};
use crate::hours::{Calendars, Standing};
use crate::ids::{AgentId, CalendarId, ChannelId, ContactId, OfferId, PoolId, QueueId, SkillId};
use crate::limits::LEAST_REST;
use crate::mailbox::{Context, Message};
use crate::offer::{OfferMessage, OfferOutcome};
use crate::record::Decision;
use crate::skill::{Facts, SkillGrant};
use crate::time::{Span, Timestamp};

/// What an agent is told.
#[derive(Clone, Debug)]
pub(crate) enum AgentMessage {
    /// Take this contact: hold room for it and be asked.
    Reserve {
        contact: ContactId,
        /// Since when it waits, less what it was in conversation.
        since: Timestamp,
        /// Its customer is not there and has to be dialled.
        dialled: bool,
        queue: QueueId,
        channel: ChannelId,
        decision: Decision,
        /// Where it has been given to you by hand: its place, to be told that you have won.
        given: Option<u32>,
    },
    /// An offer of yours ended without being accepted.
    OfferLost { offer: OfferId, contact: ContactId, queue: QueueId, outcome: OfferOutcome },
    /// The connection to this contact could not be made.
    ConnectionFailed { contact: ContactId, queue: QueueId },
    /// A contact you accepted is over.
    Close { contact: ContactId, queue: QueueId, outcome: ContactOutcome, waited: Span },
    /// Be this.
    SetPresence(Presence),
    /// Take nothing of this queue, or take it again.
    PauseQueue(QueueId, bool),
    /// Your session is lost.
    Lost,
    /// The time for which a contact is held with you is over.
    HoldEnds(ContactId),
    /// You have accepted this: suspend what yields to it, if there is no room for both.
    InterruptFor(ContactId),
    /// There is room again for this suspended contact.
    Resume(ContactId),
    /// The customer of this contact of yours is silent.
    Park(ContactId),
    /// The customer of this parked contact of yours has written.
    Unpark(ContactId),
    /// Work from outside has begun.
    BeginExternal { work: ContactId, channel: ChannelId, cost: Option<u16> },
    /// Work from outside has ended.
    EndExternal(ContactId),
    /// You pass this contact on.
    PassOn(Box<PassOn>),
    /// This contact is not yours any more.
    GiveBack(ContactId, HoldReason),
    /// Your pause is over.
    CoolDownEnds,
    /// Your wrap-up is over, by its deadline or by your own word.
    WrapUpEnds(ContactId),
    /// You want more time.
    ExtendWrapUp(ContactId, Span),
    /// Your shift says this now.
    ShiftTurns { standing: Standing, reach: Reach },
    /// An entitlement of yours, by its place, begins or ceases to count.
    EntitlementChanges(u16),
    /// Your project lock is over by its own time.
    LockEnds,
    /// Somebody releases your project lock, for a reason.
    ReleaseLock(SmolStr),
}

/// An agent's private state.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Agent {
    pub(crate) id: AgentId,
    pub(crate) spec: Arc<AgentSpec>,
    /// Data classes it may see, its partner's terms taken into account.
    pub(crate) clearance: BTreeSet<SmolStr>,
    pub(crate) pool: PoolId,
    /// Skills with their grants and whether they count now.
    pub(crate) skills: Vec<(SkillId, SkillGrant, bool)>,
    pub(crate) presence: Presence,
    pub(crate) not_responding: bool,
    pub(crate) cooling_until: Option<Timestamp>,
    pub(crate) strikes: u16,
    pub(crate) idle_since: Timestamp,
    pub(crate) used: u16,
    pub(crate) work: SmallVec<[Work; 1]>,
    /// Offers that failed without a strike.
    pub(crate) refusals: Refusals,
    /// Queues it takes nothing of for now.
    pub(crate) paused: BTreeSet<QueueId>,
    /// Its shift calendar, what that says now, and how long new work may be expected to last.
    pub(crate) shift: Option<CalendarId>,
    pub(crate) standing: Standing,
    pub(crate) reach: Reach,
    /// How many contacts of a channel it may have in hand.
    pub(crate) caps: Vec<(ChannelId, u16)>,
    /// Work that the engine did not give.
    pub(crate) external: Vec<ExternalWork>,
    /// Pieces of its work that are suspended.
    pub(crate) suspended: u16,
    /// Entitlements with their dates and whether they count now.
    #[serde(default)]
    pub(crate) entitlements: Vec<Entitlement>,
    #[serde(default)]
    pub(crate) lock: Option<ProjectLock>,
    /// The board's profile; found again when the board is made.
    #[serde(skip)]
    pub(crate) profile: u32,
    /// Expected handle times that its registration names.
    pub(crate) handle_times: BTreeMap<QueueId, Span>,
    /// What it did before, where some rule asks for it.
    pub(crate) history: Option<Box<History>>,
}

impl Agent {
    pub(crate) fn new(id: AgentId, spec: Arc<AgentSpec>, resolved: ResolvedAgent, now: Timestamp) -> Self {
        let mut agent = Self {
            id,
            spec,
            clearance: BTreeSet::new(),
            pool: resolved.pool,
            skills: Vec::new(),
            presence: Presence::Offline,
            not_responding: false,
            cooling_until: None,
            strikes: 0,
            idle_since: now,
            used: 0,
            work: SmallVec::new(),
            refusals: Refusals::default(),
            paused: BTreeSet::new(),
            shift: None,
            standing: Standing::Unknown,
            reach: Reach::Any,
            caps: Vec::new(),
            external: Vec::new(),
            suspended: 0,
            entitlements: Vec::new(),
            lock: None,
            profile: 0,
            handle_times: BTreeMap::new(),
            history: None,
        };
        agent.grant(resolved, now);
        agent
    }

    pub(super) fn grant(&mut self, resolved: ResolvedAgent, now: Timestamp) {
        (self.pool, self.shift) = (resolved.pool, resolved.shift);
        self.clearance = resolved.clearance;
        self.handle_times = resolved.handle_times;
        self.caps = resolved.caps;
        let skills = resolved.skills.into_iter();
        self.skills = skills.map(|(skill, grant)| (skill, grant, counts(&grant, now))).collect();
        self.entitle(now);
    }

    /// Whether the agent's grant of a skill counts at an instant.
    pub(crate) fn grant_counts(&self, skill: SkillId, at: Timestamp) -> bool {
        self.skills.iter().any(|(s, grant, _)| *s == skill && counts(grant, at))
    }

    /// What requirements may ask of the agent now.
    pub(crate) fn facts(&self) -> Facts {
        let held = self.entitlements.iter().filter(|(.., counts)| *counts);
        Facts {
            entitlements: held.map(|(name, ..)| name.clone()).collect(),
            locked_to: self.lock.as_ref().map(|lock| lock.project.clone()),
            ..self.facts_with(|(.., counts)| *counts)
        }
    }

    /// What requirements may ask of the agent at a later instant, if nothing but its dated skills and entitlements
    /// changes, and its project lock is over.
    pub(crate) fn facts_at(&self, at: Timestamp) -> Facts {
        let held = self.entitlements.iter().filter(|(_, dates, _)| dates.hold(at));
        let entitlements = held.map(|(name, ..)| name.clone()).collect();
        Facts { entitlements, ..self.facts_with(|(_, grant, _)| counts(grant, at)) }
    }

    /// When the facts of the agent will be others by themselves: now without its lock, and at the dates to come.
    pub(crate) fn changes_from(&self, now: Timestamp) -> impl Iterator<Item = Timestamp> {
        let dates = self.skill_changes_after(now).chain(self.entitlement_changes_after(now));
        self.lock.iter().map(move |_| now).chain(dates)
    }

    /// When skills of the agent will begin or cease to count.
    fn skill_changes_after(&self, now: Timestamp) -> impl Iterator<Item = Timestamp> {
        let changes = self.skills.iter().flat_map(|(_, grant, _)| [grant.from, grant.until]);
        changes.flatten().filter(move |at| *at > now)
    }

    fn facts_with(&self, has: impl Fn(&(SkillId, SkillGrant, bool)) -> bool) -> Facts {
        let skills = self.skills.iter().filter(|skill| has(skill));
        Facts {
            pool: self.pool,
            skills: skills.map(|(skill, grant, _)| (*skill, grant.level)).collect(),
            groups: self.spec.groups.clone(),
            site: self.spec.site.clone(),
            partner: self.spec.partner.clone(),
            clearance: self.clearance.clone(),
            attributes: self.spec.attributes.clone(),
            capacity: self.spec.capacity,
            paused: self.paused.clone(),
            closed: self.caps.iter().filter(|(_, cap)| *cap == 0).map(|(channel, _)| *channel).collect(),
            entitlements: BTreeSet::new(),
            locked_to: None,
        }
    }

    /// Whether the agent's own bounds keep the channel from it for good.
    pub(crate) fn never_serves(&self, channel: ChannelId) -> bool {
        self.caps.iter().any(|(closed, cap)| *closed == channel && *cap == 0)
    }

    /// Whether the agent may be asked anything at all.
    pub(crate) fn is_ready(&self) -> bool {
        self.presence == Presence::Available && !self.not_responding && self.cooling_until.is_none()
    }

    /// Whether the agent may be given anything at all: ready, with room for something, and not off shift.
    pub(crate) fn takes_work(&self, rooms: &Rooms) -> bool {
        self.is_ready() && self.reach != Reach::Nothing && !self.room(rooms).is_none()
    }

    /// Whether the agent may be given a contact of the channel, were its shift long enough.
    pub(crate) fn takes(&self, channel: ChannelId, rooms: &Rooms) -> bool {
        self.is_ready() && self.reach != Reach::Nothing && self.room(rooms).open.contains(channel)
    }

    /// The guard of its shifts, if it has any.
    pub(crate) fn guard<'a>(&self, config: &'a Compiled, calendars: &'a Calendars) -> Option<Guard<'a>> {
        let rule = config.pools[self.pool.index()].shift;
        let guard = |id| Guard { shifts: calendars.hours(id), rule, handle_times: &config.handle_times };
        self.shift.map(guard)
    }

    pub(crate) fn state(&self) -> AgentState {
        match &self.presence {
            _ if self.is_busy() => AgentState::Busy,
            Presence::Offline => AgentState::Offline,
            Presence::Break(_) => AgentState::OnBreak,
            Presence::Available if self.not_responding => AgentState::NotResponding,
            Presence::Available if self.cooling_until.is_some() => AgentState::CoolingDown,
            Presence::Available if self.reach == Reach::Nothing => AgentState::OffShift,
            Presence::Available => AgentState::Idle,
        }
    }

    /// Whether it has something in hand; what is parked rests.
    fn is_busy(&self) -> bool {
        !self.external.is_empty() || self.work.iter().any(|work| work.stage != Stage::Parked)
    }

    pub(crate) fn work_on(&self, contact: &ContactId) -> Option<&Work> {
        self.work.iter().find(|work| work.contact == *contact)
    }

    /// Whether the contact is in its hands; a wrap-up after it is not.
    pub(crate) fn works_on(&self, contact: &ContactId) -> bool {
        self.work_on(contact).is_some_and(|work| !matches!(work.stage, Stage::WrapUp { .. }))
    }

    /// Its live offers, oldest first.
    pub(crate) fn offers(&self) -> impl Iterator<Item = OfferId> {
        self.work.iter().filter_map(|work| match work.stage {
            Stage::Reserved { offer } => Some(offer),
            _ => None,
        })
    }

    // ── deciding ─────────────────────────────────────────────────────────────────────────────────────────────

    /// Inlined where messages are delivered: what every contact brings costs no more than a call of what it means.
    #[inline(always)]
    pub(crate) fn receive(&self, message: AgentMessage, cx: &mut Context<'_>) -> Result<(), CommandError> {
        match message {
            AgentMessage::Reserve { contact, since, dialled, queue, channel, decision, given } => {
                let may = || self.takes(channel, &cx.config.rooms);
                assert!(given.is_some() || may(), "only an agent with room is reserved");
                self.reserve(contact, (since, dialled), queue, decision, given, cx);
            }
            AgentMessage::Close { contact, queue, outcome, waited } => {
                self.close(contact, queue, outcome, waited, cx);
            }
            rarer => return self.receive_rarer(rarer, cx),
        }
        Ok(())
    }

    fn receive_rarer(&self, message: AgentMessage, cx: &mut Context<'_>) -> Result<(), CommandError> {
        match message {
            AgentMessage::Reserve { .. } | AgentMessage::Close { .. } => unreachable!("received already"),
            AgentMessage::OfferLost { offer, contact, queue, outcome } => {
                self.offer_lost(offer, contact, queue, outcome, cx);
            }
            AgentMessage::ConnectionFailed { contact, queue } => self.connection_failed(contact, queue, cx),
            AgentMessage::SetPresence(presence) => self.set_presence(presence, cx),
            AgentMessage::PauseQueue(queue, paused) => self.pause_queue(queue, paused, cx),
            AgentMessage::Lost => self.lost(cx),
            AgentMessage::HoldEnds(contact) => self.hold_ends(&contact, cx),
            AgentMessage::InterruptFor(contact) => self.interrupt_for(&contact, cx),
            AgentMessage::Resume(contact) => cx.emit(EventKind::WorkResumed { agent: self.id, contact }),
            AgentMessage::Park(contact) => cx.emit(EventKind::ContactParked { contact, agent: self.id }),
            AgentMessage::Unpark(contact) => return self.unpark(&contact, cx),
            AgentMessage::BeginExternal { work, channel, cost } => {
                return self.begin_external(work, channel, cost, cx);
            }
            AgentMessage::EndExternal(work) => return self.end_external(work, cx),
            AgentMessage::PassOn(pass_on) => self.pass_on(*pass_on, cx),
            AgentMessage::GiveBack(contact, reason) => self.give_up(&contact, reason, cx),
            AgentMessage::CoolDownEnds => cx.emit(EventKind::AgentCooledDown { agent: self.id }),
            AgentMessage::WrapUpEnds(contact) => return self.wrap_up_ends(contact, cx),
            AgentMessage::ExtendWrapUp(contact, by) => return self.extend_wrap_up(contact, by, cx),
            AgentMessage::ShiftTurns { standing, reach } => self.shift_turns(standing, reach, cx),
            AgentMessage::EntitlementChanges(place) => self.entitlement_changes(place.into(), cx),
            AgentMessage::LockEnds => self.lock_ends(cx),
            AgentMessage::ReleaseLock(reason) => return self.release_lock(reason, cx),
        }
        Ok(())
    }

    /// Holds the contact out to the agent. Where the engine answers, the agent has taken it at once: nobody else was
    /// asked, so there is nothing that the contact would have to decide.
    fn reserve(
        &self,
        contact: ContactId,
        (since, dialled): (Timestamp, bool),
        queue: QueueId,
        decision: Decision,
        given: Option<u32>,
        cx: &mut Context<'_>,
    ) {
        let (offer, agent) = (OfferId(cx.seq().0), self.id);
        let settings = &cx.config.queues[queue.index()].settings.offer;
        let at_once = given.is_some() || settings.answer == AnswerMode::Auto;
        let expires_at = if at_once { Timestamp::MAX } else { cx.now + settings.expires_after };
        cx.emit(EventKind::OfferIssued { offer, contact, queue, agent, expires_at, decision });
        if let Some(place) = given {
            cx.send(Message::Contact(place, ContactMessage::Won { offer, agent }));
        } else if at_once {
            let connection =
                Connection::of(&cx.config.queues[queue.index()].settings, dialled, since, cx.now);
            cx.emit(EventKind::OfferAccepted { offer, contact, queue, agent, connection });
            if cx.config.rooms.interrupts {
                cx.send(Message::Agent(agent, AgentMessage::InterruptFor(contact)));
            }
        }
    }

    fn offer_lost(
        &self,
        offer: OfferId,
        contact: ContactId,
        queue: QueueId,
        outcome: OfferOutcome,
        cx: &mut Context<'_>,
    ) {
        let settings = &cx.config.queues[queue.index()].settings.offer;
        let after = |delay: Span| (delay > Span::ZERO).then(|| cx.now + delay);
        // A pause for everything, and a rest from this contact, which only counts where it is longer.
        let (pause, rest) = match outcome {
            OfferOutcome::Declined => (Span::ZERO, settings.exclude_decliner.max(LEAST_REST)),
            OfferOutcome::Expired => (settings.no_answer_delay, LEAST_REST),
            OfferOutcome::Busy => (settings.busy_delay, LEAST_REST),
            OfferOutcome::Unreachable => (settings.unreachable_delay, LEAST_REST),
            _ => (Span::ZERO, Span::ZERO),
        };
        let (cool_down_until, excluded_until) = (after(pause), after(rest).filter(|_| rest > pause));
        let strikes = self.strikes.saturating_add(u16::from(outcome == OfferOutcome::Expired));
        let limit = settings.max_strikes;
        cx.emit(EventKind::OfferEnded {
            offer,
            contact,
            agent: self.id,
            outcome,
            strikes,
            cool_down_until,
            excluded_until,
        });
        if outcome == OfferOutcome::Expired && strikes >= limit && !self.not_responding {
            cx.emit(EventKind::AgentNotResponding { agent: self.id });
        }
    }

    fn connection_failed(&self, contact: ContactId, queue: QueueId, cx: &mut Context<'_>) {
        let delay = cx.config.queues[queue.index()].settings.offer.unreachable_delay.max(LEAST_REST);
        let cool_down_until = Some(cx.now + delay);
        cx.emit(EventKind::ConnectionFailed { contact, agent: self.id, cool_down_until });
    }

    /// A conversation is followed by wrap-up, whoever ended it; a connection that never came up is not.
    fn close(
        &self,
        contact: ContactId,
        queue: QueueId,
        outcome: ContactOutcome,
        waited: Span,
        cx: &mut Context<'_>,
    ) {
        let work = self.work_on(&contact);
        let engaged = work.is_some_and(|work| work.stage == Stage::Engaged);
        let wrap_up_until = work.filter(|_| engaged).and_then(|work| self.wrap_up_from_now(work, cx));
        cx.emit(EventKind::ContactEnded {
            contact,
            queue,
            outcome,
            agent: Some(self.id),
            waited,
            handled: work.map_or(Span::ZERO, |work| work.handled(cx.now)),
            wrap_up_until,
        });
    }

    fn set_presence(&self, presence: Presence, cx: &mut Context<'_>) {
        let leaves = presence != Presence::Available;
        if presence == self.presence && !self.not_responding {
            return;
        }
        cx.emit(EventKind::PresenceChanged { agent: self.id, presence });
        for offer in self.offers().filter(|_| leaves) {
            cx.send(Message::Offer(offer, OfferMessage::End(OfferOutcome::Revoked)));
        }
    }

    /// Offers of a queue that is paused go to others.
    fn pause_queue(&self, queue: QueueId, paused: bool, cx: &mut Context<'_>) {
        if self.paused.contains(&queue) == paused {
            return;
        }
        cx.emit(EventKind::QueuePauseChanged { agent: self.id, queue, paused });
        for work in self.work.iter().filter(|work| paused && work.queue == queue) {
            if let Stage::Reserved { offer } = work.stage {
                cx.send(Message::Offer(offer, OfferMessage::End(OfferOutcome::Revoked)));
            }
        }
    }

    /// A shift begins or ends, or its end comes near. Where the shift signs agents in, it does so now.
    fn shift_turns(&self, standing: Standing, reach: Reach, cx: &mut Context<'_>) {
        cx.emit(EventKind::ShiftTurned { agent: self.id, standing, reach });
        let signs_in = cx.config.pools[self.pool.index()].shift.sign_in == SignIn::ByShift;
        if !signs_in || standing == self.standing {
            return;
        }
        match (standing, &self.presence) {
            (Standing::Open, Presence::Offline) => self.set_presence(Presence::Available, cx),
            (Standing::Closed, Presence::Available | Presence::Break(_)) => {
                self.set_presence(Presence::Offline, cx);
            }
            _ => {}
        }
    }

    fn wrap_up_ends(&self, contact: ContactId, cx: &mut Context<'_>) -> Result<(), CommandError> {
        self.wrap_up_after(&contact)?;
        let Some(work) = self.work_on(&contact) else { return Ok(()) };
        let (queue, handled) = (work.queue, work.handled(cx.now));
        cx.emit(EventKind::WrapUpEnded { agent: self.id, contact, queue, handled });
        Ok(())
    }

    fn extend_wrap_up(&self, contact: ContactId, by: Span, cx: &mut Context<'_>) -> Result<(), CommandError> {
        let (since, ends_at, limit) = self.wrap_up_after(&contact)?;
        let until = ends_at + by;
        if until > limit || by.is_negative() {
            return Err(CommandError::WrapUpTooLong {
                wanted: until.since(since),
                limit: limit.since(since),
            });
        }
        cx.emit(EventKind::WrapUpExtended { agent: self.id, contact, until });
        Ok(())
    }

    /// Start, end and ceiling of the wrap-up after a contact.
    fn wrap_up_after(&self, contact: &ContactId) -> Result<(Timestamp, Timestamp, Timestamp), CommandError> {
        match self.work_on(contact).map(|work| (work.since, work.stage)) {
            Some((since, Stage::WrapUp { ends_at, limit })) => Ok((since, ends_at, limit)),
            _ => Err(CommandError::NoWrapUp { agent: self.id, contact: *contact }),
        }
    }
}

fn counts(grant: &SkillGrant, at: Timestamp) -> bool {
    grant.from.is_none_or(|from| from <= at) && grant.until.is_none_or(|until| at < until)
}

#[cfg(test)]
mod tests {
    use crate::{Command, Config, ContactId, Domain, NewContact, Presence, QueueId, Timestamp};

    #[test]
    fn strikes_beyond_the_highest_limit_are_not_counted() {
        let config = Config::from_toml(
            r#"
            name = "shop"
            channels = [{ name = "voice" }]
            agents = [{ name = "ann", capacity = 2 }]
            [[queues]]
            name = "bills"
            offer = { expires_after = "1s", no_answer_delay = "0s", max_strikes = 65535 }
            "#,
        );
        let mut domain = Domain::new(Timestamp::EPOCH, config.unwrap()).unwrap();
        let ann = domain.agent_id("ann").unwrap();
        domain.handle(Timestamp::EPOCH, Command::SetPresence(ann, Presence::Available)).unwrap();
        for n in 0..2 {
            let contact = NewContact::new(ContactId::from(n), QueueId(0));
            domain.handle(Timestamp::EPOCH, Command::Arrive(contact)).unwrap();
        }
        // Two strikes every two seconds: the limit is passed by the second of a pair.
        domain.handle_deadlines(Timestamp::from_secs(80_000));
        assert_eq!(domain.agents[0].strikes, u16::MAX);
        assert!(domain.agents[0].not_responding);
    }
}

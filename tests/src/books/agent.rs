//! What the books hold of an agent.

use std::collections::BTreeSet;
use std::sync::Arc;

use smol_str::SmolStr;
use sunline_core::config::{Compiled, Config, IdleClock, PoolConfig, SkillGrant};
use sunline_core::hours::Standing;
use sunline_core::skill::Facts;
use sunline_core::{
    AgentSpec, ChannelId, ContactId, HoldReason, OfferId, PoolId, Presence, QueueId, Reach, Refusals,
    SkillId, Span, Timestamp, WorkKind,
};

use super::rights::LockBook;

/// One piece of work.
#[derive(Clone, Debug)]
pub(crate) struct WorkBook {
    pub(crate) contact: ContactId,
    pub(crate) cost: u16,
    pub(crate) stage: StageBook,
    pub(crate) queue: QueueId,
    pub(crate) accepted_at: Timestamp,
    /// The contact is held until then although its agent is gone.
    pub(crate) held: Option<(Timestamp, HoldReason)>,
    pub(crate) channel: ChannelId,
    pub(crate) kind: WorkKind,
    /// In conversation now.
    pub(crate) engaged: bool,
    /// When its stage began, and how long it rested in stages before.
    pub(crate) since: Timestamp,
    pub(crate) rested: Span,
}

impl WorkBook {
    /// How long the agent was at it, from accept on.
    pub(crate) fn handled(&self, now: Timestamp) -> Span {
        let resting = if self.rests() { now.since(self.since) } else { Span::ZERO };
        now.since(self.accepted_at) - self.rested - resting
    }

    pub(crate) fn rests(&self) -> bool {
        matches!(self.stage, StageBook::Suspended | StageBook::Parked)
    }

    pub(crate) fn is_wrap_up(&self) -> bool {
        matches!(self.stage, StageBook::WrapUp { .. })
    }
}

/// How far a piece of work has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum StageBook {
    Reserved(OfferId),
    Accepted,
    WrapUp { until: Timestamp, limit: Timestamp },
    Suspended,
    Parked,
}

#[derive(Clone, Debug)]
pub(crate) struct AgentBook {
    pub(crate) spec: Arc<AgentSpec>,
    /// Each grant and whether it counts.
    pub(crate) skills: Vec<(SkillId, SkillGrant, bool)>,
    pub(crate) facts: Facts,
    pub(crate) presence: Presence,
    pub(crate) not_responding: bool,
    pub(crate) strikes: u16,
    pub(crate) cooling_until: Option<Timestamp>,
    pub(crate) idle_since: Timestamp,
    pub(crate) work: Vec<WorkBook>,
    pub(crate) refusals: Refusals,
    pub(crate) paused: BTreeSet<QueueId>,
    /// When it accepted contacts.
    pub(crate) accepted_at: Vec<Timestamp>,
    /// Contacts it handled to the end of wrap-up, and how long each took.
    pub(crate) handled: Vec<(QueueId, Span)>,
    /// From when to when it was signed in, and from when to when it had accepted work in hand.
    pub(crate) signed_in: Vec<(Timestamp, Timestamp)>,
    pub(crate) busy: Vec<(Timestamp, Timestamp)>,
    /// What its shift says, and how long new work may be expected to last.
    pub(crate) standing: Standing,
    pub(crate) reach: Reach,
    /// Work that the engine did not give: its id, channel and cost.
    pub(crate) external: Vec<(ContactId, ChannelId, u16)>,
    /// Entitlements that count.
    pub(crate) entitled: BTreeSet<SmolStr>,
    pub(crate) lock: Option<LockBook>,
}

impl AgentBook {
    pub(crate) fn new(spec: Arc<AgentSpec>, compiled: &Compiled, now: Timestamp) -> Self {
        let mut book = Self {
            spec: spec.clone(),
            skills: Vec::new(),
            facts: Facts::default(),
            presence: Presence::Offline,
            not_responding: false,
            strikes: 0,
            cooling_until: None,
            idle_since: now,
            work: Vec::new(),
            refusals: Refusals::default(),
            paused: BTreeSet::new(),
            accepted_at: Vec::new(),
            handled: Vec::new(),
            signed_in: Vec::new(),
            busy: Vec::new(),
            standing: Standing::Unknown,
            reach: Reach::Any,
            external: Vec::new(),
            entitled: BTreeSet::new(),
            lock: None,
        };
        book.update(spec, compiled, now);
        book
    }

    pub(crate) fn update(&mut self, spec: Arc<AgentSpec>, compiled: &Compiled, now: Timestamp) {
        let grants = spec.skills.iter().map(|(name, grant)| {
            let skill = compiled.skill_id(name).expect("a registered skill is in the configuration");
            (skill, *grant, counts(grant, now))
        });
        self.skills = grants.collect();
        self.skills.sort_by_key(|(skill, ..)| *skill);
        self.spec = spec;
        let entitlements = self.spec.entitlements.iter().filter(|(_, dates)| dates.hold(now));
        self.entitled = entitlements.map(|(name, _)| name.clone()).collect();
        self.look(compiled);
    }

    /// Its facts are what its grants, entitlements and lock make them.
    pub(crate) fn look(&mut self, compiled: &Compiled) {
        self.facts = Facts {
            entitlements: self.entitled.clone(),
            locked_to: self.lock.as_ref().map(|lock| lock.project.clone()),
            ..self.facts_with(compiled, |(.., valid)| *valid)
        };
    }

    /// What requirements may ask, if just these grants counted.
    fn facts_with(
        &self,
        compiled: &Compiled,
        counts: impl Fn(&(SkillId, SkillGrant, bool)) -> bool,
    ) -> Facts {
        let skills = self.skills.iter().filter(|grant| counts(grant));
        Facts {
            pool: self
                .spec
                .pool
                .as_ref()
                .map_or(PoolId::default(), |name| compiled.pool_id(name).unwrap_or_default()),
            skills: skills.map(|(skill, grant, _)| (*skill, grant.level)).collect(),
            groups: self.spec.groups.clone(),
            site: self.spec.site.clone(),
            partner: self.spec.partner.clone(),
            clearance: match self.spec.partner.as_ref().and_then(|name| compiled.partner(name)) {
                Some(terms) => self.spec.clearance.intersection(&terms.data_classes).cloned().collect(),
                None => self.spec.clearance.clone(),
            },
            attributes: self.spec.attributes.clone(),
            capacity: self.spec.capacity,
            paused: self.paused.clone(),
            closed: {
                let closed = self.spec.caps.iter().filter(|(_, cap)| **cap == 0);
                closed.filter_map(|(name, _)| compiled.channel_id(name)).collect()
            },
            entitlements: BTreeSet::new(),
            locked_to: None,
        }
    }

    pub(crate) fn set_validity(&mut self, skill: SkillId, valid: bool, compiled: &Compiled) {
        for entry in self.skills.iter_mut().filter(|(known, ..)| *known == skill) {
            entry.2 = valid;
        }
        self.look(compiled);
    }

    /// The facts of the agent now, were it locked to no project, and after each later change of a grant.
    pub(crate) fn facts_from(&self, now: Timestamp, compiled: &Compiled) -> Vec<Facts> {
        let grants = self.skills.iter().flat_map(|(_, grant, _)| [grant.from, grant.until]);
        let dates = self.spec.entitlements.values().flat_map(|dates| [dates.from, dates.until]);
        let changes = grants.chain(dates).flatten().filter(|at| *at > now);
        core::iter::once(now)
            .chain(changes)
            .map(|at| {
                let held = self.spec.entitlements.iter().filter(|(_, dates)| dates.hold(at));
                let entitlements = held.map(|(name, _)| name.clone()).collect();
                Facts { entitlements, ..self.facts_with(compiled, |(_, grant, _)| counts(grant, at)) }
            })
            .collect()
    }

    pub(crate) fn pause(&mut self, queue: QueueId, paused: bool) {
        let news = if paused { self.paused.insert(queue) } else { self.paused.remove(&queue) };
        debug_assert!(news, "a pause that changes nothing is no event");
        self.facts.paused = self.paused.clone();
    }

    pub(crate) fn used(&self) -> u16 {
        let work: u16 = self.work.iter().filter(|work| !work.rests()).map(|work| work.cost).sum();
        self.external.iter().fold(work, |sum, (.., cost)| sum + cost)
    }

    /// Takes a piece of work from one stage to another.
    pub(crate) fn set_stage(&mut self, place: usize, stage: StageBook, now: Timestamp) {
        let work = &mut self.work[place];
        if work.rests() {
            work.rested += now.since(work.since);
        }
        (work.stage, work.since, work.engaged) = (stage, now, stage == StageBook::Accepted);
    }

    /// Whether it may be given anything: not off shift, ready, and with room.
    pub(crate) fn takes_work(&self, config: &Config) -> bool {
        self.is_ready() && self.reach != Reach::Nothing && !self.is_full(config)
    }

    /// Whether it may be given a contact of the channel, were its shift long enough.
    pub(crate) fn takes(&self, channel: ChannelId, config: &Config) -> bool {
        self.is_ready() && self.reach != Reach::Nothing && self.has_room_for(channel, config)
    }

    pub(crate) fn is_ready(&self) -> bool {
        self.presence == Presence::Available && !self.not_responding && self.cooling_until.is_none()
    }

    pub(crate) fn set_presence(&mut self, presence: Presence, config: &Config, now: Timestamp) {
        let keeps = self.pool(config).is_some_and(|pool| pool.keep_seniority_on_break);
        let moves = match (&self.presence, &presence) {
            (_, Presence::Offline) => false,
            (Presence::Offline, _) => true,
            (Presence::Break(_), Presence::Available) => !keeps,
            _ => false,
        };
        if moves {
            self.idle_since = now;
        }
        if self.presence == Presence::Offline && presence != Presence::Offline {
            self.refusals = Refusals::default();
        }
        if presence != Presence::Offline {
            let lost = |work: &&mut WorkBook| matches!(work.held, Some((_, HoldReason::AgentLost)));
            self.work.iter_mut().filter(lost).for_each(|work| work.held = None);
        }
        match (self.presence == Presence::Offline, presence == Presence::Offline) {
            (true, false) => self.signed_in.push((now, Timestamp::MAX)),
            (false, true) => close(&mut self.signed_in, now),
            _ => {}
        }
        self.presence = presence;
        self.not_responding = false;
        self.strikes = 0;
    }

    pub(crate) fn accepted(&mut self, offer: OfferId, now: Timestamp) {
        self.strikes = 0;
        for work in self.work.iter_mut().filter(|work| work.stage == StageBook::Reserved(offer)) {
            (work.stage, work.accepted_at, work.since) = (StageBook::Accepted, now, now);
        }
        if self.busy.last().is_none_or(|(_, until)| *until < Timestamp::MAX) {
            self.busy.push((now, Timestamp::MAX));
        }
        self.accepted_at.push(now);
    }

    /// Work of a kind begins: the idle clock may start again.
    pub(crate) fn touch(&mut self, kind: WorkKind, config: &Config, now: Timestamp) {
        if self.idle_clock(kind, config) == Some(IdleClock::SinceLastHandled) {
            self.idle_since = now;
        }
    }

    /// Work of a kind is over or rests; `was_full` says whether nothing fitted before.
    pub(crate) fn freed(&mut self, kind: WorkKind, was_full: bool, config: &Config, now: Timestamp) {
        match self.idle_clock(kind, config) {
            Some(IdleClock::SinceLastHandled) => self.idle_since = now,
            Some(IdleClock::SinceAvailable) if was_full && !self.is_full(config) => self.idle_since = now,
            _ => {}
        }
    }

    /// Takes away a piece of work that was accepted once; the idle clock may start again.
    pub(crate) fn finished(&mut self, place: usize, conversed: bool, config: &Config, now: Timestamp) {
        let full = self.is_full(config);
        let over = self.work.remove(place);
        if conversed {
            self.handled.push((over.queue, over.handled(now)));
        }
        if self.work.iter().all(|work| matches!(work.stage, StageBook::Reserved(_))) {
            close(&mut self.busy, now);
        }
        if let Some(lock) = &mut self.lock
            && lock.in_hand.remove(&over.contact)
            && lock.in_hand.is_empty()
        {
            lock.until = Some(now + config.project_lock.unwrap_or_default());
        }
        self.freed(over.kind, full, config, now);
    }

    /// A pause begins or grows; it never shrinks.
    pub(crate) fn cool_down(&mut self, until: Option<Timestamp>) {
        self.cooling_until = self.cooling_until.max(until);
    }

    /// Nothing is known of what it did before now.
    pub(super) fn forget_the_past(&mut self, now: Timestamp) {
        for times in [&mut self.signed_in, &mut self.busy] {
            times.retain(|(_, until)| *until == Timestamp::MAX);
            times.iter_mut().for_each(|(from, _)| *from = now);
        }
        self.accepted_at.clear();
        self.handled.clear();
    }

    /// Time at work in millionths of the time signed in, over this minute and the 59 before it.
    pub(crate) fn occupancy(&self, now: Timestamp) -> i64 {
        const MINUTE: i64 = 60_000_000_000;
        let from = Timestamp::from_nanos((now.as_nanos().div_euclid(MINUTE) - 59) * MINUTE);
        let within = |spans: &[(Timestamp, Timestamp)]| -> i128 {
            let parts = spans.iter().map(|(begin, end)| (*end).min(now).since((*begin).max(from)));
            parts.map(|part| i128::from(part.as_nanos().max(0))).sum()
        };
        (within(&self.busy) * 1_000_000 / within(&self.signed_in).max(1)) as i64
    }

    pub(crate) fn pool<'a>(&self, config: &'a Config) -> Option<&'a PoolConfig> {
        match &self.spec.pool {
            Some(name) => config.pools.iter().find(|pool| pool.name == *name),
            None => config.pools.first(),
        }
    }

    /// The rule of the idle clock for work of a kind; `None`: it is left alone.
    fn idle_clock(&self, kind: WorkKind, config: &Config) -> Option<IdleClock> {
        match self.pool(config) {
            Some(pool) if pool.idle_clock_ignores.contains(&kind) => None,
            Some(pool) => Some(pool.idle_clock),
            None => Some(IdleClock::default()),
        }
    }
}

/// Ends the last of some spans of time.
fn close(spans: &mut [(Timestamp, Timestamp)], now: Timestamp) {
    if let Some(last) = spans.last_mut() {
        last.1 = last.1.min(now);
    }
}

/// Whether a grant counts at an instant: from its first instant on, and no more from its last.
pub(crate) fn counts(grant: &SkillGrant, at: Timestamp) -> bool {
    grant.from.is_none_or(|from| at >= from) && grant.until.is_none_or(|until| at < until)
}

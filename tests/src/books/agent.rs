//! What the books hold of an agent.

use std::collections::BTreeSet;
use std::sync::Arc;

use sunline_core::config::{Compiled, Config, IdleClock, PoolConfig, SkillGrant};
use sunline_core::hours::Standing;
use sunline_core::skill::Facts;
use sunline_core::{
    AgentSpec, ContactId, HoldReason, OfferId, PoolId, Presence, QueueId, Reach, Refusals, SkillId, Span,
    Timestamp,
};

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
}

impl WorkBook {
    /// Handle time so far.
    pub(crate) fn handled(&self, now: Timestamp) -> Span {
        now.since(self.accepted_at)
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
        self.facts = self.facts_with(compiled, |(.., valid)| *valid);
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
        }
    }

    pub(crate) fn set_validity(&mut self, skill: SkillId, valid: bool, compiled: &Compiled) {
        for entry in self.skills.iter_mut().filter(|(known, ..)| *known == skill) {
            entry.2 = valid;
        }
        self.facts = self.facts_with(compiled, |(.., valid)| *valid);
    }

    /// The facts of the agent now and after each later change of a grant.
    pub(crate) fn facts_from(&self, now: Timestamp, compiled: &Compiled) -> Vec<Facts> {
        let bounds = self.skills.iter().flat_map(|(_, grant, _)| [grant.from, grant.until]);
        let changes = bounds.flatten().filter(|at| *at > now);
        core::iter::once(now)
            .chain(changes)
            .map(|at| self.facts_with(compiled, |(_, grant, _)| counts(grant, at)))
            .collect()
    }

    pub(crate) fn pause(&mut self, queue: QueueId, paused: bool) {
        let news = if paused { self.paused.insert(queue) } else { self.paused.remove(&queue) };
        debug_assert!(news, "a pause that changes nothing is no event");
        self.facts.paused = self.paused.clone();
    }

    pub(crate) fn used(&self) -> u16 {
        self.work.iter().map(|work| work.cost).sum()
    }

    pub(crate) fn free(&self) -> u16 {
        self.spec.capacity.saturating_sub(self.used())
    }

    /// Whether it may be given anything that costs so much: not off shift, ready, and with room.
    pub(crate) fn takes_work(&self, cost: u16) -> bool {
        self.is_ready() && self.free() >= cost && self.reach != Reach::Nothing
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

    pub(crate) fn accepted(&mut self, offer: OfferId, config: &Config, now: Timestamp) {
        self.strikes = 0;
        for work in self.work.iter_mut().filter(|work| work.stage == StageBook::Reserved(offer)) {
            (work.stage, work.accepted_at) = (StageBook::Accepted, now);
        }
        if self.busy.last().is_none_or(|(_, until)| *until < Timestamp::MAX) {
            self.busy.push((now, Timestamp::MAX));
        }
        self.accepted_at.push(now);
        if self.idle_clock(config) == IdleClock::SinceLastHandled {
            self.idle_since = now;
        }
    }

    /// Takes away a piece of work that was accepted once; the idle clock may start again.
    pub(crate) fn finished(
        &mut self,
        place: usize,
        conversed: bool,
        least_cost: u16,
        config: &Config,
        now: Timestamp,
    ) {
        let had_none = self.free() < least_cost;
        let over = self.work.remove(place);
        if conversed {
            self.handled.push((over.queue, now.since(over.accepted_at)));
        }
        if self.work.iter().all(|work| matches!(work.stage, StageBook::Reserved(_))) {
            close(&mut self.busy, now);
        }
        let has_some = self.free() >= least_cost;
        match self.idle_clock(config) {
            IdleClock::SinceLastHandled => self.idle_since = now,
            IdleClock::SinceAvailable if had_none && has_some => self.idle_since = now,
            IdleClock::SinceAvailable => {}
        }
    }

    /// A pause begins or grows; it never shrinks.
    pub(crate) fn cool_down(&mut self, until: Option<Timestamp>) {
        self.cooling_until = self.cooling_until.max(until);
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

    fn idle_clock(&self, config: &Config) -> IdleClock {
        self.pool(config).map_or(IdleClock::default(), |pool| pool.idle_clock)
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

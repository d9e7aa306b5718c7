//! What events make of an agent: its spec, its presence, its work and its idle clock.

use std::sync::Arc;

use super::actor::Agent;
use super::presence::Presence;
use super::refusals::Refusals;
use super::shift::Reach;
use super::work::{Stage, Work, WorkKind};
use crate::config::{AgentSpec, Compiled, IdleClock, ResolvedAgent};
use crate::hours::Standing;
use crate::ids::{ContactId, QueueId, SkillId};
use crate::time::Timestamp;

impl Agent {
    pub(crate) fn apply_update(&mut self, spec: Arc<AgentSpec>, resolved: ResolvedAgent, now: Timestamp) {
        self.spec = spec;
        self.grant(resolved, now);
    }

    pub(crate) fn apply_skill_validity(&mut self, skill: SkillId, valid: bool) {
        if let Some(entry) = self.skills.iter_mut().find(|(s, ..)| *s == skill) {
            entry.2 = valid;
        }
    }

    pub(crate) fn apply_presence(&mut self, presence: Presence, config: &Compiled, now: Timestamp) {
        let keeps = config.pools[self.pool.index()].keep_seniority_on_break;
        let signs_in = self.presence == Presence::Offline && presence != Presence::Offline;
        let returns = matches!(self.presence, Presence::Break(_)) && presence == Presence::Available;
        if signs_in || (returns && !keeps) {
            self.idle_since = now;
        }
        if signs_in {
            self.refusals = Refusals::default();
        }
        if let Some(history) = &mut self.history {
            history.signs(presence != Presence::Offline, now);
        }
        self.presence = presence;
        self.not_responding = false;
        self.strikes = 0;
    }

    pub(crate) fn apply_shift(&mut self, standing: Standing, reach: Reach) {
        (self.standing, self.reach) = (standing, reach);
    }

    pub(crate) fn apply_reserved(&mut self, work: Work) {
        self.used += work.cost;
        self.work.push(work);
    }

    pub(crate) fn apply_accepted(
        &mut self,
        contact: &ContactId,
        connected: bool,
        config: &Compiled,
        now: Timestamp,
    ) {
        self.strikes = 0;
        let stage = if connected { Stage::Engaged } else { Stage::Connecting };
        self.set_stage(contact, stage, now);
        if let Some(work) = self.work.iter_mut().find(|work| work.contact == *contact) {
            work.accepted_at = now;
        }
        if let Some(history) = &mut self.history {
            history.accepts(now);
        }
        let kind = self.work_on(contact).map_or(WorkKind::Routed, |work| work.kind);
        self.restart_idle_clock(IdleClock::SinceLastHandled, kind, config, now);
    }

    pub(crate) fn apply_connected(&mut self, contact: &ContactId, now: Timestamp) {
        self.set_stage(contact, Stage::Engaged, now);
    }

    pub(crate) fn apply_wrap_up(
        &mut self,
        contact: &ContactId,
        ends_at: Timestamp,
        limit: Timestamp,
        now: Timestamp,
    ) {
        self.set_stage(contact, Stage::WrapUp { ends_at, limit }, now);
    }

    pub(crate) fn apply_wrap_up_extended(&mut self, contact: &ContactId, until: Timestamp) {
        if let Some(work) = self.work.iter_mut().find(|work| work.contact == *contact)
            && let Stage::WrapUp { ends_at, .. } = &mut work.stage
        {
            *ends_at = until;
        }
    }

    /// Work that was never accepted is over: room is back, and no clock moves.
    pub(crate) fn apply_released(&mut self, contact: &ContactId) {
        self.take_work(contact);
    }

    /// Accepted work is over: room is back.
    pub(crate) fn apply_work_ended(&mut self, contact: &ContactId, config: &Compiled, now: Timestamp) {
        if let Some(history) = &mut self.history
            && let Some(work) = self.work.iter().find(|work| work.contact == *contact)
        {
            let conversed = work.stage != Stage::Connecting;
            history.finishes(work.queue, conversed.then(|| work.handled(now)), now);
        }
        let kind = self.work_on(contact).map_or(WorkKind::Routed, |work| work.kind);
        self.with_clock(kind, config, now, |agent| agent.take_work(contact));
        self.let_go(contact, config.project_lock, now);
    }

    /// Lets some work of a kind end or pause, and restarts the idle clock if that is its rule.
    pub(crate) fn with_clock(
        &mut self,
        kind: WorkKind,
        config: &Compiled,
        now: Timestamp,
        ends: impl FnOnce(&mut Self),
    ) {
        let pool = &config.pools[self.pool.index()];
        if pool.idle_clock == IdleClock::SinceLastHandled {
            ends(self);
            return self.restart_idle_clock(IdleClock::SinceLastHandled, kind, config, now);
        }
        let had_none = self.room(&config.rooms).is_none();
        ends(self);
        if had_none && !self.room(&config.rooms).is_none() {
            self.restart_idle_clock(IdleClock::SinceAvailable, kind, config, now);
        }
    }

    /// The contact of a question becomes the contact that the question was about.
    pub(crate) fn apply_taken_over(&mut self, question: &ContactId, contact: &ContactId, queue: QueueId) {
        if let Some(work) = self.work.iter_mut().find(|work| work.contact == *question) {
            (work.contact, work.queue) = (*contact, queue);
        }
        self.rename_in_hand(question, contact);
    }

    #[inline]
    fn take_work(&mut self, contact: &ContactId) {
        if let Some(i) = self.work.iter().position(|work| work.contact == *contact) {
            let work = &self.work[i];
            self.used -= if work.stage.is_active() { work.cost } else { 0 };
            self.suspended -= u16::from(work.stage == Stage::Suspended);
            self.work.remove(i);
        }
    }

    fn set_stage(&mut self, contact: &ContactId, stage: Stage, now: Timestamp) {
        if let Some(work) = self.work.iter_mut().find(|work| work.contact == *contact) {
            (work.stage, work.since) = (stage, now);
        }
    }

    pub(crate) fn restart_idle_clock(
        &mut self,
        clock: IdleClock,
        kind: WorkKind,
        config: &Compiled,
        now: Timestamp,
    ) {
        let pool = &config.pools[self.pool.index()];
        if pool.idle_clock == clock && !pool.idle_clock_ignores.contains(&kind) {
            self.idle_since = now;
        }
    }
}

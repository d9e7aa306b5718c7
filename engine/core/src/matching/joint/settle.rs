//! Settling by a joint rule: it is asked until it has no more pairs, at every event or at its ticks.

use std::sync::Arc;

use super::{JointRule, Pair, Scene};
use crate::deadlines::Deadline;
use crate::domain::Domain;
use crate::matching::search::Choice;
use crate::record::{ChosenBy, TieBreak};
use crate::time::{Span, Timestamp};

impl Domain {
    /// Makes the pairs of the joint rule, if this is an instant at which it is asked.
    pub(crate) fn settle_jointly(&mut self, rule: &Arc<dyn JointRule>) {
        while self.has_to_settle() || self.joint_is_due {
            let tick = rule.tick();
            self.list_seeking();
            let seeking = core::mem::take(&mut self.seeking);
            if tick == Span::ZERO || self.joint_is_due || self.fires_at_a_tick(tick) {
                self.joint_is_due = false;
                self.make_pairs(rule);
            } else if !(self.freed.is_empty() && seeking.is_empty()) {
                self.arm_joint(next_multiple(self.now, tick));
            }
            self.freed.clear();
            self.take_back();
            self.resume_suspended();
            for place in seeking {
                if self.board.classes.waiting.list_of(place).is_some() {
                    self.stays_unserved(place);
                }
            }
            self.look_after_the_stranded();
            self.wake_pools();
            self.look_after_affinity();
        }
    }

    /// Whether deadlines of this very instant are being followed, and it is a tick: the rule is asked, whether or not it had
    /// a reason to be before. Otherwise it would matter what a state was made from.
    fn fires_at_a_tick(&self, tick: Span) -> bool {
        self.firing.is_some() && self.now.as_nanos().rem_euclid(tick.as_nanos()) == 0
    }

    /// Asks the rule until it has no more pairs.
    fn make_pairs(&mut self, rule: &Arc<dyn JointRule>) {
        loop {
            let scene = Scene::of(self);
            let mut pairs = rule.pairs(&scene);
            pairs.sort_unstable_by_key(|pair| (pair.contact, pair.agent));
            let compatible = scene.contacts.len() as u32;
            let found: Vec<_> = pairs
                .iter()
                .map(|Pair { contact, agent, index }| {
                    (scene.place(*contact), scene.agents[*agent].id, *index)
                })
                .collect();
            if found.is_empty() {
                let wakes_at = rule.wakes_at(&scene);
                if let Some(at) = wakes_at {
                    self.arm_joint(at);
                }
                return;
            }
            for (place, agent, index) in found {
                // A gate may have closed behind a pair of the same round.
                if self.may_start(place, agent) {
                    let tie_break = TieBreak::None;
                    let choice = Choice { winner: agent, index, tie_break, compatible };
                    self.reserve(agent, place, ChosenBy::Joint, &choice);
                }
            }
        }
    }

    /// Asks the rule again when nothing is known of when it was to be asked: after a restart.
    pub(crate) fn rearm_joint(&mut self) {
        if let Some(rule) = self.config.joint.clone() {
            let tick = rule.tick();
            let at = if tick > Span::ZERO { next_multiple(self.now, tick) } else { self.now };
            self.arm_joint(at);
        }
    }

    /// Asks the rule again when it was to be asked, or not before somebody seeks.
    pub(crate) fn wake_joint_at(&mut self, at: Option<Timestamp>) {
        if let Some(before) = self.joint_wakes_at.take() {
            self.deadlines.disarm(before, Deadline::JointWakes);
        }
        if let Some(at) = at {
            self.arm_joint(at);
        }
    }

    fn arm_joint(&mut self, at: Timestamp) {
        if let Some(before) = self.joint_wakes_at.replace(at) {
            self.deadlines.disarm(before, Deadline::JointWakes);
        }
        self.deadlines.arm(at, Deadline::JointWakes);
    }

    fn may_start(&self, place: u32, agent: crate::ids::AgentId) -> bool {
        let Some(group) = self.board.groups.current(agent) else { return false };
        let Some(contact) = self.contacts.get(place) else { return false };
        let waits = self.board.classes.waiting.list_of(place).is_some();
        let room = self.board.groups.get(group).room.open.contains(contact.channel);
        // The agent may have been locked to a project by a pair of the same round.
        let locks = self.config.project_lock.is_some();
        let allowed = !locks || self.forbidden(&self.agents[agent.index()], contact, contact.queue).is_none();
        waits && room && allowed && self.joint_gate_is_open(self.agents[agent.index()].pool, contact)
    }
}

/// The first whole multiple of a tick after an instant.
fn next_multiple(now: Timestamp, tick: Span) -> Timestamp {
    let tick = tick.as_nanos();
    Timestamp::from_nanos((now.as_nanos().div_euclid(tick) + 1).saturating_mul(tick))
}

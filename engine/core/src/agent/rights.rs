//! What an agent may touch: entitlements with their dates, the project it is locked to, and its shifts.
//!
//! ```text
//! free ─accepts work of a project─▶ locked, while it has that work in hand
//!   ▲                                   │ the last of it ends
//!   └── the lock ends, or is released ◀─┴▶ locked until then + `project_lock`
//! ```

use serde::{Deserialize, Serialize};
use smol_str::SmolStr;

use super::Agent;
use crate::config::Dates;
use crate::error::CommandError;
use crate::event::EventKind;
use crate::ids::ContactId;
use crate::mailbox::Context;
use crate::time::{Span, Timestamp};

/// The project whose work alone an agent takes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct ProjectLock {
    pub(crate) project: SmolStr,
    /// Work of the project in the agent's hands.
    pub(crate) in_hand: Vec<ContactId>,
    /// When the lock ends; `None` while work of the project is in hand.
    pub(crate) until: Option<Timestamp>,
}

/// An entitlement, its dates, and whether it counts now.
pub(crate) type Entitlement = (SmolStr, Dates, bool);

impl Agent {
    pub(super) fn entitle(&mut self, now: Timestamp) {
        let entitlements = self.spec.entitlements.iter();
        self.entitlements =
            entitlements.map(|(name, dates)| (name.clone(), *dates, dates.hold(now))).collect();
    }

    /// When entitlements of the agent will begin or cease to count.
    pub(crate) fn entitlement_changes_after(&self, now: Timestamp) -> impl Iterator<Item = Timestamp> {
        let changes = self.entitlements.iter().flat_map(|(_, dates, _)| [dates.from, dates.until]);
        changes.flatten().filter(move |at| *at > now)
    }

    /// Whether the agent is there, or may still come: its shifts, where it has any, are not all over.
    pub(crate) fn is_expected(&self, now: Timestamp) -> bool {
        let there = self.presence != super::Presence::Offline || !self.work.is_empty();
        there || self.spec.shifts.last().is_none_or(|last| last.until.is_none_or(|until| until > now))
    }

    /// When the lock ends, once no work of its project is in hand.
    pub(crate) fn lock_until(&self) -> Option<Timestamp> {
        self.lock.as_ref().and_then(|lock| lock.until)
    }

    // ── deciding ─────────────────────────────────────────────────────────────────────────────────────────────

    pub(super) fn entitlement_changes(&self, place: usize, cx: &mut Context<'_>) {
        let Some((entitlement, dates, _)) = self.entitlements.get(place) else { return };
        let (entitlement, valid) = (entitlement.clone(), dates.hold(cx.now));
        cx.emit(EventKind::EntitlementChanged { agent: self.id, entitlement, valid });
    }

    pub(super) fn release_lock(&self, reason: SmolStr, cx: &mut Context<'_>) -> Result<(), CommandError> {
        let lock = self.lock.as_ref().ok_or(CommandError::NotLocked { agent: self.id })?;
        cx.emit(EventKind::ProjectLockEnded {
            agent: self.id,
            project: lock.project.clone(),
            released: Some(reason),
        });
        Ok(())
    }

    pub(super) fn lock_ends(&self, cx: &mut Context<'_>) {
        let Some(lock) = &self.lock else { return };
        cx.emit(EventKind::ProjectLockEnded {
            agent: self.id,
            project: lock.project.clone(),
            released: None,
        });
    }

    // ── applying ─────────────────────────────────────────────────────────────────────────────────────────────

    pub(crate) fn apply_entitlement(&mut self, name: &str, valid: bool) {
        for entry in self.entitlements.iter_mut().filter(|(known, ..)| known == name) {
            entry.2 = valid;
        }
    }

    /// The agent serves a contact of the project.
    pub(crate) fn apply_locked(&mut self, project: &SmolStr, contact: &ContactId) {
        let lock = self.lock.get_or_insert_with(|| ProjectLock {
            project: project.clone(),
            in_hand: Vec::new(),
            until: None,
        });
        if lock.project == *project {
            lock.in_hand.push(*contact);
            lock.until = None;
        }
    }

    /// A contact is out of the agent's hands.
    pub(super) fn let_go(&mut self, contact: &ContactId, period: Option<Span>, now: Timestamp) {
        let Some(lock) = &mut self.lock else { return };
        let before = lock.in_hand.len();
        lock.in_hand.retain(|held| held != contact);
        if lock.in_hand.is_empty() && before > 0 {
            lock.until = Some(now + period.unwrap_or_default());
        }
    }
}

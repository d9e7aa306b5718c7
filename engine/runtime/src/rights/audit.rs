//! What was refused for want of a right, and what was done by hand: who, what, when, and the answer.
//!
//! A record holds ids and names of commands, never what a customer or an agent said. Refusals and forced actions are kept
//! apart, each up to a bound, so that a handle that asks for too much does not push out what was done by hand.

use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};

use serde::Serialize;
use smol_str::SmolStr;
use sunline_core::{Beyond, Forbidden, Named, Receipt, RightKind, Seq, Timestamp};

use super::Holder;
use crate::error::EngineError;
use crate::step::Step;

/// How a call that is audited was answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Answer {
    /// It was done; the last event of it has this number.
    Done {
        /// The number.
        seq: Seq,
    },
    /// The right did not cover it.
    Forbidden {
        /// What lay beyond the right.
        what: Beyond,
    },
    /// The right covered it, and it was refused all the same.
    Refused {
        /// The refusal's stable name.
        code: &'static str,
    },
}

/// One line of the audit.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct AuditRecord {
    /// Its place in the order of all that was audited since the engine started, from 1.
    pub number: u64,
    /// When it entered the engine, by its clock.
    pub at: Timestamp,
    /// Who: the label of the handle; `host` for the engine's own.
    pub who: SmolStr,
    /// The right of the handle.
    pub right: RightKind,
    /// What was asked for, in the field's words.
    pub call: &'static str,
    /// Whom and what it named.
    pub named: Named,
    /// How it was answered.
    pub answer: Answer,
}

/// What is kept of the audit.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Audit {
    /// The records, oldest first.
    pub records: Vec<AuditRecord>,
    /// Older refusals that are kept no more.
    pub forgotten_refusals: u64,
    /// Older forced actions that are kept no more.
    pub forgotten_actions: u64,
}

/// Keeps the audit.
#[derive(Debug)]
pub(crate) struct AuditTrail {
    most: usize,
    kept: Mutex<Kept>,
}

#[derive(Debug, Default)]
struct Kept {
    next: u64,
    refusals: Recent,
    actions: Recent,
}

#[derive(Debug, Default)]
struct Recent {
    records: VecDeque<AuditRecord>,
    forgotten: u64,
}

impl AuditTrail {
    pub(crate) fn new(most: usize) -> Self {
        Self { most: most.max(1), kept: Mutex::default() }
    }

    /// Notes a step that was answered, if it is one to be audited.
    pub(crate) fn note_step(&self, step: &Step, answer: &Result<Receipt, EngineError>) {
        let Step::Apply { at, command, by, .. } = step else { return };
        let answer = match answer {
            Err(EngineError::Forbidden(Forbidden { what, .. })) => Answer::Forbidden { what: *what },
            _ if !command.is_forced() => return,
            Ok(receipt) => Answer::Done { seq: receipt.seq },
            Err(error) => Answer::Refused { code: error.code() },
        };
        self.note(by.as_deref(), *at, command.name(), command.named(), answer);
    }

    /// Notes that somebody was refused what is no command.
    pub(crate) fn note_call(&self, by: &Holder, at: Timestamp, forbidden: &Forbidden) {
        let mut named = Named::default();
        match forbidden.what {
            Beyond::Agent(agent) => named.agent = Some(agent),
            Beyond::Contact(contact) => (named.contact, named.contacts) = (Some(contact), 1),
            Beyond::Offer(offer) => named.offer = Some(offer),
            Beyond::Queue(queue) => named.queue = Some(queue),
            _ => {}
        }
        self.note(Some(by), at, forbidden.call, named, Answer::Forbidden { what: forbidden.what });
    }

    fn note(&self, by: Option<&Holder>, at: Timestamp, call: &'static str, named: Named, answer: Answer) {
        let who = by.map_or(SmolStr::new_static("host"), |by| by.label.clone());
        let right = by.map_or(RightKind::Host, |by| by.right.kind());
        if matches!(answer, Answer::Forbidden { .. }) {
            tracing::warn!(target: "sunline::audit", %who, %right, call, ?named, ?answer, "refused for want of a right");
        } else {
            tracing::info!(target: "sunline::audit", %who, %right, call, ?named, ?answer, "done by hand");
        }
        let mut kept = self.kept();
        kept.next += 1;
        let record = AuditRecord { number: kept.next, at, who, right, call, named, answer };
        let recent =
            if matches!(answer, Answer::Forbidden { .. }) { &mut kept.refusals } else { &mut kept.actions };
        if recent.records.len() == self.most {
            recent.records.pop_front();
            recent.forgotten += 1;
        }
        recent.records.push_back(record);
    }

    /// All that is kept.
    pub(crate) fn read(&self) -> Audit {
        let kept = self.kept();
        let mut records: Vec<AuditRecord> =
            kept.refusals.records.iter().chain(&kept.actions.records).cloned().collect();
        records.sort_by_key(|record| record.number);
        Audit {
            records,
            forgotten_refusals: kept.refusals.forgotten,
            forgotten_actions: kept.actions.forgotten,
        }
    }

    fn kept(&self) -> MutexGuard<'_, Kept> {
        // Nothing panics half-way through a change, so what is there is whole.
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

//! The calendar: a table of hours that turns at its own instants and may be replaced at any time.
//!
//! ```text
//!            opening                 horizon
//! Closed ◀───────────▶ Open ─────────────────────▶ Unknown
//!    └──closing──┘       a new table: wherever that one stands
//! ```
//!
//! A calendar decides what it says now, and tells the queues that keep its hours.

use core::fmt;
use std::sync::Arc;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use smol_str::SmolStr;

use super::{HoursTable, Standing};
use crate::event::EventKind;
use crate::ids::CalendarId;
use crate::mailbox::{Context, Message};
use crate::queue::QueueMessage;
use crate::time::Timestamp;

/// Whose hours a table holds.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum HoursOf {
    /// The calendar of the configuration with this name.
    Calendar(SmolStr),
    /// The hours in which customers may be called who live in this IANA zone.
    CallingZone(SmolStr),
}

impl HoursOf {
    /// The name of the calendar or of the zone.
    pub fn name(&self) -> &SmolStr {
        match self {
            Self::Calendar(name) | Self::CallingZone(name) => name,
        }
    }
}

impl fmt::Display for HoursOf {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Calendar(name) => write!(f, "calendar {name:?}"),
            Self::CallingZone(zone) => write!(f, "the calling hours of {zone:?}"),
        }
    }
}

/// What a calendar is told.
#[derive(Clone, Debug)]
pub(crate) enum CalendarMessage {
    /// An opening, a closing or the horizon has come.
    Turn,
    /// These are your hours now, by this version of the configuration.
    Replace {
        /// The table.
        hours: Arc<HoursTable>,
        /// The version that it makes.
        config_version: u32,
    },
}

/// A calendar's private state.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Calendar {
    pub(crate) id: CalendarId,
    pub(crate) of: HoursOf,
    pub(crate) hours: Arc<HoursTable>,
    pub(crate) standing: Standing,
}

impl Calendar {
    pub(crate) fn new(id: CalendarId, of: HoursOf, hours: Arc<HoursTable>, now: Timestamp) -> Self {
        let standing = hours.standing(now);
        Self { id, of, hours, standing }
    }

    pub(crate) fn receive(&self, message: CalendarMessage, cx: &mut Context<'_>) {
        match message {
            CalendarMessage::Turn => self.turn(&self.hours, cx),
            CalendarMessage::Replace { hours, config_version } => {
                let (calendar, of) = (self.id, self.of.clone());
                cx.emit(EventKind::HoursChanged { calendar, of, hours: hours.clone(), config_version });
                self.turn(&hours, cx);
            }
        }
    }

    /// Says what the hours say now, where that is something else than before.
    fn turn(&self, hours: &HoursTable, cx: &mut Context<'_>) {
        let standing = hours.standing(cx.now);
        if standing == self.standing {
            return;
        }
        cx.emit(EventKind::CalendarTurned { calendar: self.id, standing });
        let opens_at = hours.next_open(cx.now);
        for queue in cx.config.queues_by(self.id) {
            cx.send(Message::Queue(queue, QueueMessage::Turn { standing, opens_at }));
        }
    }

    // ── applying ─────────────────────────────────────────────────────────────────────────────────────────────

    pub(crate) fn apply_hours(&mut self, hours: Arc<HoursTable>) -> Arc<HoursTable> {
        core::mem::replace(&mut self.hours, hours)
    }
}

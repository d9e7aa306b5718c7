//! All calendars of a domain: those of the configuration, and the calling hours of the zones that customers live in.
//!
//! Zones are names here and nothing else: their tables are made outside and loaded before their customers enter.

use std::collections::BTreeMap;
use std::sync::Arc;

use smol_str::SmolStr;

use super::{Calendar, HoursOf, HoursTable, Standing};
use crate::config::Config;
use crate::ids::CalendarId;
use crate::time::Timestamp;

/// A calendar as it is now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CalendarView<'a> {
    /// Its number.
    pub id: CalendarId,
    /// Whose hours it holds.
    pub of: &'a HoursOf,
    /// What it says now.
    pub standing: Standing,
    /// Its hours.
    pub hours: &'a HoursTable,
}

/// Nobody has loaded the calling hours of this zone.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the calling hours of {zone:?} are not loaded")]
pub struct UnknownZone {
    /// The zone.
    pub zone: SmolStr,
}

/// The calendars of a domain, by `CalendarId`.
#[derive(Clone, Debug, Default)]
pub(crate) struct Calendars {
    list: Vec<Calendar>,
    ids: BTreeMap<HoursOf, CalendarId>,
}

/// The calendars as a plain list.
pub(crate) type CalendarsState = Vec<Calendar>;

impl Calendars {
    /// The calendars of a configuration, and the calling hours it brings.
    pub(crate) fn new(config: &Config, now: Timestamp) -> Self {
        let mut calendars = Self::default();
        for calendar in &config.calendars {
            let hours = calendar.hours.clone().unwrap_or_else(|| Arc::new(HoursTable::unknown()));
            calendars.add(HoursOf::Calendar(calendar.name.clone()), hours, now);
        }
        for calling in &config.calling_hours {
            calendars.add(HoursOf::CallingZone(calling.zone.clone()), calling.hours.clone(), now);
        }
        calendars
    }

    /// A calendar more, with the next number.
    pub(crate) fn add(&mut self, of: HoursOf, hours: Arc<HoursTable>, now: Timestamp) -> CalendarId {
        let id = self.next_id();
        self.ids.insert(of.clone(), id);
        self.list.push(Calendar::new(id, of, hours, now));
        id
    }

    pub(crate) fn next_id(&self) -> CalendarId {
        CalendarId(self.list.len() as u16)
    }

    pub(crate) fn find(&self, of: &HoursOf) -> Option<CalendarId> {
        self.ids.get(of).copied()
    }

    pub(crate) fn get(&self, id: CalendarId) -> &Calendar {
        &self.list[id.index()]
    }

    pub(crate) fn get_mut(&mut self, id: CalendarId) -> &mut Calendar {
        &mut self.list[id.index()]
    }

    pub(crate) fn hours(&self, id: CalendarId) -> &HoursTable {
        &self.get(id).hours
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &Calendar> {
        self.list.iter()
    }

    /// The hours in which a customer of `zone` may be called.
    pub(crate) fn calling(&self, zone: &str) -> Result<&HoursTable, UnknownZone> {
        let id = self.find(&HoursOf::CallingZone(zone.into()));
        id.map(|id| self.hours(id)).ok_or_else(|| UnknownZone { zone: zone.into() })
    }

    /// Whether customers of `zone` may be called now. Where nobody has loaded hours for it, nothing says that they may not.
    pub(crate) fn lets_call(&self, zone: &str) -> bool {
        let id = self.find(&HoursOf::CallingZone(zone.into()));
        id.is_none_or(|id| self.get(id).standing == Standing::Open)
    }

    /// How many zones have calling hours.
    pub(crate) fn calling_zones(&self) -> usize {
        self.list.iter().filter(|calendar| matches!(calendar.of, HoursOf::CallingZone(_))).count()
    }

    pub(crate) fn state(&self) -> CalendarsState {
        self.list.clone()
    }

    pub(crate) fn from_state(list: CalendarsState) -> Self {
        let ids = list.iter().map(|calendar| (calendar.of.clone(), calendar.id)).collect();
        Self { list, ids }
    }
}

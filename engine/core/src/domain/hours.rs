//! Hours over all actors: who follows when a table is replaced, who is sent away, and when customers may be called.

use std::sync::Arc;

use super::Domain;
use super::commands::{Begun, at_most};
use crate::agent::AgentMessage;
use crate::config::ClosedAction;
use crate::contact::{Contact, ContactMessage, ContactOutcome, Phase};
use crate::error::CommandError;
use crate::event::EventKind;
use crate::hours::{CalendarMessage, CalendarView, Due, HoursOf, HoursTable, Standing, UnknownZone};
use crate::ids::{AgentId, CalendarId};
use crate::limits;
use crate::mailbox::Message;
use crate::queue::MoveCause;
use crate::time::Timestamp;

impl Domain {
    /// The calendars, by `CalendarId`: those of the configuration, then the calling hours of zones.
    pub fn calendars(&self) -> impl Iterator<Item = CalendarView<'_>> {
        self.calendars.iter().map(|calendar| CalendarView {
            id: calendar.id,
            of: &calendar.of,
            standing: calendar.standing,
            hours: &calendar.hours,
        })
    }

    /// Whether a customer in `zone` may be called at `at`. Past the horizon of the zone's table nobody is called.
    ///
    /// # Errors
    /// [`UnknownZone`] when the zone has no calling hours.
    pub fn may_call(&self, zone: &str, at: Timestamp) -> Result<bool, UnknownZone> {
        self.calendars.calling(zone).map(|hours| hours.is_open(at))
    }

    /// The first instant at or after `at` at which a customer in `zone` may be called; `None` up to the horizon of the
    /// zone's table.
    ///
    /// # Errors
    /// [`UnknownZone`] when the zone has no calling hours.
    pub fn next_call_instant(&self, zone: &str, at: Timestamp) -> Result<Option<Timestamp>, UnknownZone> {
        self.calendars.calling(zone).map(|hours| hours.next_open(at))
    }

    /// The version of the configuration in force: 1 is the one the domain began with, and each new table of hours makes the
    /// next. A decision names the version that decided; the [`HoursChanged`](crate::EventKind::HoursChanged) event of a
    /// version holds its table, with the release of the zone database.
    pub const fn config_version(&self) -> u32 {
        self.config_version
    }

    // ── commands ─────────────────────────────────────────────────────────────────────────────────────────────

    pub(super) fn set_hours(&self, of: HoursOf, hours: Arc<HoursTable>) -> Result<Begun, CommandError> {
        let count = hours.intervals().len() as u64;
        at_most("intervals of a table of hours", count, limits::MAX_INTERVALS as u64)?;
        let config_version = self.config_version.saturating_add(1);
        if let Some(calendar) = self.calendars.find(&of) {
            let replace = CalendarMessage::Replace { hours, config_version };
            return Ok(Begun::Send(Message::Calendar(calendar, replace)));
        }
        match &of {
            HoursOf::Calendar(name) => Err(CommandError::UnknownCalendar { name: name.clone() }),
            HoursOf::CallingZone(zone) => {
                at_most("bytes of a name", zone.len() as u64, limits::MAX_NAME_BYTES as u64)?;
                let zones = self.calendars.calling_zones() as u64 + 1;
                at_most("zones with calling hours", zones, limits::MAX_CALLING_ZONES as u64)?;
                let calendar = self.calendars.next_id();
                Ok(Begun::Emit(EventKind::HoursChanged { calendar, of, hours, config_version }))
            }
        }
    }

    /// Where calling hours are kept at all, a customer's zone must have some.
    pub(super) fn check_zone(&self, zone: &str) -> Result<(), CommandError> {
        match self.calendars.calling(zone) {
            Err(UnknownZone { zone }) if self.calendars.calling_zones() > 0 => {
                Err(CommandError::UnknownZone { zone })
            }
            _ => Ok(()),
        }
    }

    /// A calendar without a table is said to be unknown from the beginning.
    pub(super) fn report_unknown_calendars(&mut self) {
        let unknown = self.calendars.iter().filter(|calendar| calendar.standing == Standing::Unknown);
        for calendar in unknown.map(|calendar| calendar.id).collect::<Vec<_>>() {
            self.emit(EventKind::CalendarTurned { calendar, standing: Standing::Unknown });
        }
        self.apply_emitted();
    }

    // ── following ────────────────────────────────────────────────────────────────────────────────────────────

    /// Shifts and business clocks follow the tables that were replaced.
    #[inline]
    pub(super) fn follow_hours(&mut self) {
        if !self.moved_hours.is_empty() {
            self.follow_the_moved();
        }
    }

    fn follow_the_moved(&mut self) {
        for (calendar, before) in core::mem::take(&mut self.moved_hours) {
            for agent in self.shifts_by(calendar) {
                if let Some(message) = self.shift_message(agent) {
                    self.send_and_run(message);
                }
            }
            for (place, due) in self.moved_dues(calendar, &before) {
                let contact = self.contacts[place].id;
                self.emit(EventKind::ContactDue { contact, due });
            }
            self.apply_emitted();
        }
    }

    /// Agents whose shifts a calendar holds, by `AgentId`.
    pub(super) fn shifts_by(&self, calendar: CalendarId) -> Vec<AgentId> {
        let agents = self.agents.iter().filter(|agent| agent.shift == Some(calendar));
        agents.map(|agent| agent.id).collect()
    }

    /// What an agent is to be told of its shift; `None` when that says nothing new.
    pub(super) fn shift_message(&self, id: AgentId) -> Option<Message> {
        let agent = &self.agents[id.index()];
        let (standing, reach) = agent.guard(&self.config, &self.calendars)?.at(self.now);
        let news = (standing, reach) != (agent.standing, agent.reach);
        news.then_some(Message::Agent(id, AgentMessage::ShiftTurns { standing, reach }))
    }

    /// The dues that move with a table, by arrival. Whoever is answered already has no use for one.
    fn moved_dues(&self, calendar: CalendarId, before: &HoursTable) -> Vec<(u32, Due)> {
        let after = self.calendars.hours(calendar);
        let runs = |contact: &Contact| {
            self.config.queues[contact.queue.index()].answer_clock == Some(calendar)
                && !matches!(contact.phase, Phase::Engaged { .. })
        };
        let mut moved: Vec<_> = self.contacts.iter().filter(|(_, contact)| runs(contact)).collect();
        moved.sort_unstable_by_key(|(_, contact)| contact.arrival);
        let due = |(place, contact): (u32, &Contact)| {
            let due = contact.due?;
            let new = due.moved(before, after, self.now);
            (new != due).then_some((place, new))
        };
        moved.into_iter().filter_map(due).collect()
    }

    /// Sends away those whose queue has closed and does not let them wait.
    #[inline(always)]
    pub(super) fn send_away(&mut self) {
        if !self.turned_away.is_empty() {
            self.send_the_turned_away();
        }
    }

    fn send_the_turned_away(&mut self) {
        for place in core::mem::take(&mut self.turned_away) {
            let Some(contact) = self.contacts.get(place) else { continue };
            if self.is_stranded(contact) {
                let to = self.config.in_use(contact.queue);
                self.moving(place, to, MoveCause::Retired)
                    .into_iter()
                    .for_each(|message| self.send_and_run(message));
                continue;
            }
            let opening = self.config.queues[contact.queue.index()].opening;
            let closed = opening.filter(|_| !self.queues[contact.queue.index()].open);
            let Some(opening) = closed.filter(|_| contact.phase == Phase::Waiting) else { continue };
            let message = match (opening.at_closing, opening.overflow_to) {
                (ClosedAction::End, _) => ContactMessage::Leave(ContactOutcome::Closed),
                (ClosedAction::Overflow, Some(to)) => ContactMessage::Overflow(to),
                _ => continue,
            };
            self.send_and_run(Message::Contact(place, message));
        }
    }
}

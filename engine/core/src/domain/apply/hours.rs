//! Applying what hours do: tables replaced, calendars and shifts turned, queues opened and closed.

use crate::config::ClosedAction;
use crate::contact::Phase;
use crate::deadlines::Deadline;
use crate::domain::Domain;
use crate::event::{Event, EventKind};
use crate::hours::{Calendars, HoursOf};
use crate::ids::{AgentId, CalendarId, QueueId};
use crate::queue::is_open;
use crate::time::Timestamp;

impl Domain {
    /// The calendars of the configuration, as of its first instant.
    pub(super) fn begin_calendars(&mut self, at: Timestamp) {
        self.calendars = Calendars::new(&self.document, at);
        for (queue, compiled) in self.queues.iter_mut().zip(&self.config.queues) {
            if let Some(opening) = compiled.opening {
                queue.open = is_open(self.calendars.get(opening.calendar).standing);
            }
        }
        self.arm_calendars(at);
    }

    pub(super) fn apply_hours(&mut self, event: &Event) {
        let at = event.at;
        if let EventKind::HoursChanged { config_version, .. } = &event.kind {
            self.config_version = *config_version;
        }
        match &event.kind {
            EventKind::HoursChanged { calendar, of, hours, .. } if *calendar == self.calendars.next_id() => {
                self.calendars.add(of.clone(), hours.clone(), at);
                self.arm_calendar(*calendar, at);
                self.calling_zone_turns(*calendar);
            }
            EventKind::HoursChanged { calendar, hours, .. } => {
                let agents = self.shifts_by(*calendar);
                agents.iter().for_each(|agent| self.disarm_shift(*agent, at));
                self.disarm_calendar(*calendar, at);
                let before = self.calendars.get_mut(*calendar).apply_hours(hours.clone());
                self.moved_hours.push((*calendar, before));
                self.arm_calendar(*calendar, at);
                agents.iter().for_each(|agent| self.arm_shift(*agent, at));
            }
            EventKind::CalendarTurned { calendar, standing } => {
                self.calendars.get_mut(*calendar).standing = *standing;
                self.arm_calendar(*calendar, at);
                self.calling_zone_turns(*calendar);
            }
            EventKind::QueueOpened { queue } => {
                self.queues[queue.index()].open = true;
                for place in self.deferred_in(*queue) {
                    self.contacts[place].deferred = false;
                    self.return_to_waiting(place);
                }
            }
            EventKind::QueueClosed { queue, .. } => self.queue_closed(*queue),
            EventKind::ContactDeferred { contact, .. } => {
                let Some(place) = self.place(contact) else { return };
                self.leave_waiting(place);
                self.contacts[place].deferred = true;
            }
            EventKind::ContactDue { contact, due } => {
                let Some(place) = self.place(contact) else { return };
                self.disarm_risk_test(place);
                self.contacts[place].due = Some(*due);
                self.arm_risk_test(place);
            }
            EventKind::ShiftTurned { agent, standing, reach } => {
                self.agents[agent.index()].apply_shift(*standing, *reach);
                self.arm_shift(*agent, at);
                self.refresh_agent(*agent);
            }
            other => unreachable!("no event of hours: {other:?}"),
        }
    }

    fn calling_zone_turns(&mut self, calendar: CalendarId) {
        if let HoursOf::CallingZone(zone) = &self.calendars.get(calendar).of {
            let zone = zone.clone();
            self.calling_hours_turn(&zone);
        }
    }

    fn queue_closed(&mut self, queue: QueueId) {
        self.queues[queue.index()].open = false;
        let Some(opening) = self.config.queues[queue.index()].opening else { return };
        match opening.at_closing {
            ClosedAction::Serve => {}
            ClosedAction::Defer => {
                for place in self.waiting_in(queue) {
                    self.leave_waiting(place);
                    self.contacts[place].deferred = true;
                }
            }
            // Who is served later on purpose, or called back, does not come to a closed door.
            ClosedAction::End | ClosedAction::Overflow => {
                let mut leaving = self.waiting_in(queue);
                leaving.retain(|place| self.contacts[*place].waits_to_its_bound());
                self.turned_away.extend(leaving);
            }
        }
    }

    /// The places of those of a queue whom nobody has accepted and who are in their class, or held out of it; by origin,
    /// then arrival.
    pub(crate) fn waiting_in(&self, queue: QueueId) -> Vec<u32> {
        let waiting = self.contacts.iter().filter(|(_, c)| c.queue == queue && c.phase == Phase::Waiting);
        let mut places: Vec<_> = waiting.map(|(place, contact)| (contact.key(), place)).collect();
        places.sort_unstable();
        places.into_iter().map(|(_, place)| place).collect()
    }

    /// The places of those of a queue who were held back when it closed, also of those whom an agent has accepted since; by
    /// origin, then arrival.
    fn deferred_in(&self, queue: QueueId) -> Vec<u32> {
        let deferred = self.contacts.iter().filter(|(_, c)| c.queue == queue && c.deferred);
        let mut places: Vec<_> = deferred.map(|(place, contact)| (contact.key(), place)).collect();
        places.sort_unstable();
        places.into_iter().map(|(_, place)| place).collect()
    }

    // ── deadlines ────────────────────────────────────────────────────────────────────────────────────────────

    pub(crate) fn arm_calendars(&mut self, at: Timestamp) {
        let ids: Vec<CalendarId> = self.calendars.iter().map(|calendar| calendar.id).collect();
        ids.into_iter().for_each(|id| self.arm_calendar(id, at));
    }

    fn arm_calendar(&mut self, id: CalendarId, at: Timestamp) {
        if let Some(turn) = self.calendars.hours(id).next_turn(at) {
            self.deadlines.arm(turn, Deadline::CalendarTurns(id));
        }
    }

    fn disarm_calendar(&mut self, id: CalendarId, at: Timestamp) {
        if let Some(turn) = self.calendars.hours(id).next_turn(at) {
            self.deadlines.disarm(turn, Deadline::CalendarTurns(id));
        }
    }

    /// An agent has the shifts that its registration names, from now on.
    pub(super) fn take_up_shift(&mut self, id: AgentId, at: Timestamp) {
        let agent = &self.agents[id.index()];
        let (standing, reach) =
            agent.guard(&self.config, &self.calendars).map(|guard| guard.at(at)).unwrap_or_default();
        self.agents[id.index()].apply_shift(standing, reach);
        self.arm_shift(id, at);
    }

    pub(crate) fn arm_shift(&mut self, id: AgentId, at: Timestamp) {
        if let Some(turn) = self.next_shift_turn(id, at) {
            self.deadlines.arm(turn, Deadline::ShiftTurns(id));
        }
    }

    pub(super) fn disarm_shift(&mut self, id: AgentId, at: Timestamp) {
        if let Some(turn) = self.next_shift_turn(id, at) {
            self.deadlines.disarm(turn, Deadline::ShiftTurns(id));
        }
    }

    fn next_shift_turn(&self, id: AgentId, at: Timestamp) -> Option<Timestamp> {
        self.agents[id.index()].guard(&self.config, &self.calendars)?.next_turn(at)
    }
}

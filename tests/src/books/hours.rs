//! What the books hold of hours: every table, and what follows from it, found by looking at all its intervals.

use std::sync::Arc;

use sunline_core::config::{ClosedAction, OffShift, ShiftConfig, SignIn};
use sunline_core::hours::{Due, HoursOf, HoursTable, Standing};
use sunline_core::{
    AgentId, CalendarId, Config, ContactId, Event, EventKind, Presence, QueueId, Reach, Span, Timestamp,
};

use super::{AgentBook, Books, ContactBook, Owed, Phase, ensure};

/// A calendar, or the calling hours of a zone.
#[derive(Clone, Debug)]
pub(crate) struct CalendarBook {
    pub(crate) of: HoursOf,
    pub(crate) hours: Arc<HoursTable>,
    pub(crate) standing: Standing,
}

impl CalendarBook {
    fn new(of: HoursOf, hours: Arc<HoursTable>, at: Timestamp) -> Self {
        let standing = standing(&hours, at);
        Self { of, hours, standing }
    }
}

/// The calendars that a configuration brings.
pub(super) fn calendars(config: &Config, at: Timestamp) -> Vec<CalendarBook> {
    let named = config.calendars.iter().map(|calendar| {
        let hours = calendar.hours.clone().unwrap_or_else(|| Arc::new(HoursTable::never(Timestamp::MIN)));
        CalendarBook::new(HoursOf::Calendar(calendar.name.clone()), hours, at)
    });
    let calling = config.calling_hours.iter().map(|calling| {
        CalendarBook::new(HoursOf::CallingZone(calling.zone.clone()), calling.hours.clone(), at)
    });
    named.chain(calling).collect()
}

fn standing(hours: &HoursTable, at: Timestamp) -> Standing {
    if at >= hours.horizon() {
        return Standing::Unknown;
    }
    let inside = hours.intervals().iter().any(|interval| interval.from <= at && at < interval.until);
    if inside { Standing::Open } else { Standing::Closed }
}

/// When a shift in progress ends, where that is known.
fn shift_end(hours: &HoursTable, at: Timestamp) -> Option<Timestamp> {
    let shift = hours.intervals().iter().find(|interval| interval.from <= at && at < interval.until)?;
    (shift.until != hours.horizon()).then_some(shift.until)
}

impl Books {
    pub(super) fn of_hours(&mut self, event: &Event) -> Result<(), String> {
        let at = event.at;
        match &event.kind {
            EventKind::HoursChanged { calendar, of, hours, config_version } => {
                self.next_version(*config_version)?;
                if let Some(known) = self.calendars.get_mut(calendar.index()) {
                    ensure(known.of == *of, || format!("{calendar} holds {}, not {of}", known.of))?;
                    known.hours = hours.clone();
                    return Ok(());
                }
                ensure(calendar.index() == self.calendars.len(), || format!("{calendar} is out of turn"))?;
                ensure(matches!(of, HoursOf::CallingZone(_)), || {
                    format!("{of} is not in the configuration")
                })?;
                self.calendars.push(CalendarBook::new(of.clone(), hours.clone(), at));
                self.renew_callable();
            }
            EventKind::CalendarTurned { calendar, standing: said } => {
                let known = self.calendars.get_mut(calendar.index());
                let known = known.ok_or_else(|| format!("{calendar} was never seen"))?;
                let right = standing(&known.hours, at);
                ensure(*said == right, || format!("{} is {right} at {at}, not {said}", known.of))?;
                ensure(known.standing != right || right == Standing::Unknown, || {
                    format!("{} was {right} before", known.of)
                })?;
                known.standing = right;
                self.renew_callable();
            }
            EventKind::QueueOpened { queue } => {
                self.turn_queue(*queue, true)?;
                for id in self.waiting_in(*queue) {
                    let known = self.contacts.get_mut(&id).expect("just listed");
                    if core::mem::take(&mut known.deferred) && known.waits() {
                        self.fresh.push(id);
                    }
                }
                // Who was accepted meanwhile comes back, if at all, to an open queue.
                let of_queue = self.contacts.values_mut().filter(|contact| contact.queue == *queue);
                of_queue.for_each(|contact| contact.deferred = false);
            }
            EventKind::QueueClosed { queue, opens_at } => {
                self.turn_queue(*queue, false)?;
                self.check_opens_at(*queue, *opens_at, at)?;
                let opening = self.queue(*queue).opening.clone().expect("it turns by its hours");
                for id in self.waiting_in(*queue) {
                    match opening.at_closing {
                        ClosedAction::Serve => {}
                        ClosedAction::Defer => {
                            self.contacts.get_mut(&id).expect("just listed").deferred = true;
                        }
                        ClosedAction::End | ClosedAction::Overflow => {
                            let known = &self.contacts[&id];
                            if known.dialled.is_none() && known.not_before.is_none() {
                                self.leaving.insert(id);
                            }
                        }
                    }
                }
            }
            EventKind::ContactDeferred { contact, queue, opens_at } => {
                let closed = !self.open[queue.index()];
                let holds = self.queue(*queue).opening.as_ref().map(|opening| opening.when_closed);
                let right =
                    closed && holds == Some(ClosedAction::Defer) && self.fresh.last() == Some(contact);
                ensure(right, || format!("contact {contact} does not come to a queue that holds it"))?;
                self.check_opens_at(*queue, *opens_at, at)?;
                let known = self.contacts.get_mut(contact);
                known.ok_or_else(|| format!("contact {contact} is not here"))?.deferred = true;
            }
            EventKind::ContactDue { contact, due } => self.due(contact, *due, at)?,
            EventKind::ShiftTurned { agent, standing, reach } => {
                let known = self.agents.get(agent.index());
                let known = known.ok_or_else(|| format!("{agent} was never registered"))?;
                let right = self.shift_of(known, at);
                ensure((*standing, *reach) == right, || {
                    format!("the shift of {agent} is {right:?}, not {standing}, {reach:?}")
                })?;
                let before = (known.standing, known.reach);
                ensure(before != right, || format!("the shift of {agent} was {right:?} before"))?;
                self.owed = self.signs_in(known, *agent, *standing);
                let known = &mut self.agents[agent.index()];
                (known.standing, known.reach) = right;
            }
            other => return Err(format!("the books know nothing of {other:?}")),
        }
        Ok(())
    }

    fn turn_queue(&mut self, queue: QueueId, opens: bool) -> Result<(), String> {
        let right = self.is_open(queue);
        ensure(right == opens, || format!("{queue} is open: {right}"))?;
        ensure(self.open[queue.index()] != opens, || format!("{queue} was open: {opens} before"))?;
        self.open[queue.index()] = opens;
        Ok(())
    }

    /// Whether a queue is open, by what its calendar last said.
    pub(super) fn is_open(&self, queue: QueueId) -> bool {
        let name = self.queue(queue).opening.as_ref().map(|opening| &opening.calendar);
        name.is_none_or(|name| self.calendar(name).standing != Standing::Closed)
    }

    pub(super) fn calendar(&self, name: &str) -> &CalendarBook {
        let named = |book: &&CalendarBook| matches!(&book.of, HoursOf::Calendar(known) if known == name);
        self.calendars.iter().find(named).expect("a name that was checked")
    }

    fn check_opens_at(
        &self,
        queue: QueueId,
        opens_at: Option<Timestamp>,
        at: Timestamp,
    ) -> Result<(), String> {
        let opening = self.queue(queue).opening.as_ref().ok_or_else(|| format!("{queue} has no hours"))?;
        let intervals = self.calendar(&opening.calendar).hours.intervals();
        let next = intervals.iter().map(|interval| interval.from).find(|from| *from > at);
        ensure(opens_at == next, || format!("{queue} opens at {next:?}, not at {opens_at:?}"))
    }

    /// A contact has come to a queue: where that is closed and lets it not wait, this must show in the next event.
    pub(super) fn comes_when_closed(&mut self, id: &ContactId, queue: QueueId) {
        let when_closed = self.queue(queue).opening.as_ref().map(|opening| opening.when_closed);
        if !self.open[queue.index()]
            && matches!(when_closed, Some(ClosedAction::End | ClosedAction::Overflow))
        {
            self.owed = Some(Owed::Closed(*id));
        }
    }

    /// Whether a contact may move on because its queue is closed: when it comes, or when the queue closes on it.
    pub(super) fn overflows_when_closed(&self, from: QueueId, to: QueueId, was_there: bool) -> bool {
        self.queue(from).opening.as_ref().is_some_and(|opening| {
            let action = if was_there { opening.at_closing } else { opening.when_closed };
            !self.open[from.index()]
                && action == ClosedAction::Overflow
                && opening.overflow_to.as_ref().is_some_and(|name| self.leads(name, to))
        })
    }

    fn waiting_in(&self, queue: QueueId) -> Vec<ContactId> {
        let waits = |contact: &ContactBook| contact.queue == queue && contact.phase == Phase::Waiting;
        self.contacts.iter().filter(|(_, contact)| waits(contact)).map(|(id, _)| *id).collect()
    }

    /// A due in business time: from origin when the contact comes; later what was left goes on in the new hours.
    fn due(&mut self, contact: &ContactId, due: Due, at: Timestamp) -> Result<(), String> {
        let known = self.contacts.get(contact).ok_or_else(|| format!("contact {contact} is not here"))?;
        let queue = self.queue(known.queue);
        let clock = queue.answer_clock.as_ref().ok_or_else(|| format!("{contact} has no business clock"))?;
        let hours = &self.calendar(clock).hours;
        let right = match known.due {
            None => counted(hours, known.origin + known.talked, queue.answer_within),
            Some(before) => {
                ensure(before != due, || format!("contact {contact} was due then before"))?;
                let Some(left) = known.left else {
                    return Err(format!("contact {contact} is due already"));
                };
                counted(hours, at, left)
            }
        };
        ensure(due == right, || format!("contact {contact} is due {right:?}, not {due:?}"))?;
        self.contacts.get_mut(contact).expect("just seen").due = Some(due);
        Ok(())
    }

    /// Before a table is replaced: the business time that is left to each who waits by it.
    pub(super) fn note_what_is_left(&mut self, calendar: CalendarId, at: Timestamp) {
        let Some(book) = self.calendars.get(calendar.index()).cloned() else { return };
        let config = self.shared();
        for contact in self.contacts.values_mut() {
            let clock = config.0.queues[contact.queue.index()].answer_clock.as_ref();
            if clock.is_none_or(|name| book.of != HoursOf::Calendar(name.clone())) {
                continue;
            }
            contact.left = match contact.due {
                Some(Due::At(due)) if due <= at => None,
                Some(Due::At(due)) => Some(open_time(&book.hours, at, due)),
                Some(Due::Beyond { left }) => Some(open_time(&book.hours, at, book.hours.horizon()) + left),
                None => None,
            };
        }
    }

    // ── shifts ───────────────────────────────────────────────────────────────────────────────────────────────

    fn rule(&self, agent: &AgentBook) -> ShiftConfig {
        agent.pool(self.document()).map(|pool| pool.shift).unwrap_or_default()
    }

    /// What the shifts of an agent say, and the longest work among the handle times in use that may begin.
    pub(super) fn shift_of(&self, agent: &AgentBook, at: Timestamp) -> (Standing, Reach) {
        let Some(name) = &agent.spec.shift else { return (Standing::Unknown, Reach::Any) };
        let standing = standing(&self.calendar(name).hours, at);
        let times = self.document().queues.iter().filter_map(|queue| queue.expected_handle);
        let (fitting, others): (Vec<Span>, Vec<Span>) =
            times.partition(|time| self.fits_shift(agent, *time, at));
        let reach = match (self.fits_shift(agent, Span::ZERO, at), others.is_empty()) {
            (false, _) => Reach::Nothing,
            (true, true) => Reach::Any,
            (true, false) => Reach::UpTo(fitting.into_iter().max().unwrap_or_default()),
        };
        (standing, reach)
    }

    /// Whether work that is expected to last so long may begin at an instant.
    pub(super) fn fits_shift(&self, agent: &AgentBook, expected: Span, at: Timestamp) -> bool {
        let Some(name) = &agent.spec.shift else { return true };
        let hours = &self.calendar(name).hours;
        let rule = self.rule(agent);
        match standing(hours, at) {
            Standing::Unknown => true,
            Standing::Closed => rule.off_shift == OffShift::Anything,
            Standing::Open => shift_end(hours, at).is_none_or(|end| at + expected <= end + rule.overrun),
        }
    }

    /// What the shift makes of an agent's presence, where it signs agents in and out.
    fn signs_in(&self, agent: &AgentBook, id: AgentId, standing: Standing) -> Option<Owed> {
        if self.rule(agent).sign_in != SignIn::ByShift || agent.standing == standing {
            return None;
        }
        match standing {
            Standing::Open if agent.presence == Presence::Offline => {
                Some(Owed::Presence(id, Presence::Available))
            }
            Standing::Closed if agent.presence != Presence::Offline => {
                Some(Owed::Presence(id, Presence::Offline))
            }
            _ => None,
        }
    }

    // ── at the end of a step ─────────────────────────────────────────────────────────────────────────────────

    pub(super) fn hours_are_followed(&self, now: Timestamp) -> Result<(), String> {
        for calendar in &self.calendars {
            let right = standing(&calendar.hours, now);
            ensure(calendar.standing == right, || {
                format!("{} should be {right} by {now}, and is {}", calendar.of, calendar.standing)
            })?;
        }
        for (queue, open) in (0..).map(QueueId).zip(&self.open) {
            ensure(self.is_open(queue) == *open, || format!("{queue} should have turned by {now}"))?;
        }
        for agent in &self.agents {
            let right = self.shift_of(agent, now);
            ensure((agent.standing, agent.reach) == right, || {
                format!("the shift of {} should be {right:?} by {now}", agent.spec.name)
            })?;
        }
        let stays = self.leaving.iter().find(|id| {
            self.contacts
                .get(id)
                .is_some_and(|contact| contact.phase == Phase::Waiting && !self.open[contact.queue.index()])
        });
        ensure(stays.is_none(), || format!("contact {stays:?} waits in a queue that sent it away"))?;
        let forgotten = self.contacts.iter().find(|(_, contact)| {
            let timed = self.queue(contact.queue).answer_clock.is_some();
            // A question of one agent to another is no promise to a customer, and one who was handed over has been answered.
            let promised = contact.about.is_none() && contact.transfers == 0;
            if timed { promised && contact.due.is_none() } else { contact.due.is_some() }
        });
        ensure(forgotten.is_none(), || format!("contact {forgotten:?} has the wrong clock"))
    }
}

/// When so much open time has passed since `from`, counted interval by interval.
fn counted(hours: &HoursTable, from: Timestamp, mut left: Span) -> Due {
    if left <= Span::ZERO {
        return Due::At(from);
    }
    for interval in hours.intervals() {
        let start = interval.from.max(from);
        if start < interval.until {
            let length = interval.until.since(start);
            if left <= length {
                return Due::At(start + left);
            }
            left = left - length;
        }
    }
    Due::Beyond { left }
}

pub(super) fn open_time(hours: &HoursTable, from: Timestamp, until: Timestamp) -> Span {
    let parts = hours.intervals().iter().map(|interval| {
        let (start, end) = (interval.from.max(from), interval.until.min(until));
        if start < end { end.since(start) } else { Span::ZERO }
    });
    parts.fold(Span::ZERO, |sum, part| sum + part)
}

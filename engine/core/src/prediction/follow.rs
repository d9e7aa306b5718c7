//! Following events: what each of them changes of who waits, who works and who is there.
//!
//! The state after an event says it all; the event only says whose state to look at. So a new kind of event needs nothing
//! here but its agent and its contact.

use super::Prediction;
use super::crowd::Standing;
use super::interval::LegEnd;
use super::shifts::Duty;
use crate::agent::{Agent, Presence, Reach, Stage};
use crate::config::Compiled;
use crate::contact::{Contact, ContactOutcome, Phase};
use crate::domain::Domain;
use crate::event::{Event, EventKind};
use crate::forecast::Ticket;
use crate::hours::{HoursOf, HoursTable};
use crate::ids::{AgentId, CalendarId, ContactId, QueueId};
use crate::time::Timestamp;

impl Domain {
    /// Before an event is applied: a contact that arrived, and that this event does not serve, has begun to wait.
    #[inline]
    pub(crate) fn prediction_precedes(&mut self, event: &Event) {
        if let Some(prediction) = &mut self.prediction {
            prediction.begin_wait_unless_served(event);
        }
    }

    /// After an event was applied.
    #[inline]
    pub(crate) fn prediction_follows(&mut self, event: &Event) {
        if self.prediction.is_some() {
            self.follow(event);
        }
    }

    fn follow(&mut self, event: &Event) {
        let Some(mut prediction) = self.prediction.take() else { return };
        let at = event.at;
        let (agent, contact) = concerned(&event.kind);
        if let Some(agent) = agent {
            let changed = matches!(
                event.kind,
                EventKind::AgentRegistered { .. }
                    | EventKind::AgentUpdated { .. }
                    | EventKind::SkillValidityChanged { .. }
            );
            if changed {
                let duty = self.duty_of(agent);
                if let Some(duty) = duty {
                    prediction.staff.shifts.turns(duty.calendar, self.calendars.hours(duty.calendar), at);
                }
                prediction.can_serve(agent, self.queues_served_by(agent), duty, at);
            }
            prediction.agent_is(&self.agents[agent.index()], at);
        }
        if let Some(contact) = contact {
            match (self.place(&contact), &event.kind) {
                (Some(place), _) => self.look_at(&mut prediction, place, at),
                (None, EventKind::ContactEnded { outcome, waited, queue, .. }) => {
                    let short = *waited <= self.config.queues[queue.index()].settings.short_abandon;
                    prediction.leaves(&contact, *outcome, short, at);
                }
                _ => {}
            }
            match &event.kind {
                EventKind::ContactArrived { .. }
                | EventKind::ConsultBegun { .. }
                | EventKind::ContactRequeued { .. }
                | EventKind::ContactTransferred { .. } => prediction.fresh = Some(contact),
                EventKind::CallbackAccepted { .. } => prediction.is_called_back(&contact, at),
                EventKind::SlaAtRisk { .. } => {
                    if let Some(standing) = prediction.standing.get_mut(&contact) {
                        standing.warned = true;
                    }
                }
                _ => {}
            }
        }
        match &event.kind {
            EventKind::ContactHandedOver { to, .. } => prediction.agent_is(&self.agents[to.index()], at),
            EventKind::CalendarTurned { calendar, .. } | EventKind::HoursChanged { calendar, .. } => {
                prediction.calendar_turns(*calendar, self.calendars.hours(*calendar), at);
                if let HoursOf::CallingZone(zone) = &self.calendars.get(*calendar).of {
                    for place in self.to_be_dialled_in(zone) {
                        self.look_at(&mut prediction, place, at);
                    }
                }
            }
            EventKind::Reconfigured { .. } => self.follow_rules(&mut prediction, at),
            // Those it held wait from now on, or are held from now on.
            EventKind::QueueOpened { queue } | EventKind::QueueClosed { queue, .. } => {
                for place in self.waiting_in(*queue) {
                    self.look_at(&mut prediction, place, at);
                }
            }
            _ => {}
        }
        self.prediction = Some(prediction);
    }

    /// By other rules other agents may serve a queue, and who waits stands elsewhere in its line.
    fn follow_rules(&self, prediction: &mut Prediction, at: Timestamp) {
        prediction.grow(self.config.queues.len(), at);
        let points = self.config.queues.iter().map(|queue| queue.settings.base_points);
        prediction.head_starts = points.collect();
        for agent in &self.agents {
            let (serves, duty) = (self.queues_served_by(agent.id), self.duty_of(agent.id));
            prediction.can_serve(agent.id, serves, duty, at);
        }
        for place in self.by_arrival(|_| true) {
            self.look_at(prediction, place, at);
        }
    }

    fn look_at(&self, prediction: &mut Prediction, place: u32, at: Timestamp) {
        let contact = &self.contacts[place];
        prediction.contact_is(contact, &self.config, self.answer_due(contact), at);
    }

    /// What an agent's shifts do to it.
    fn duty_of(&self, agent: AgentId) -> Option<Duty> {
        let agent = &self.agents[agent.index()];
        Some(Duty::new(agent.shift?, self.config.pools[agent.pool.index()].shift))
    }

    /// The queues whose plain contacts the agent could serve now, in order.
    fn queues_served_by(&self, agent: AgentId) -> Vec<QueueId> {
        let facts = self.agents[agent.index()].facts();
        let serves = |queue: &QueueId| self.config.queues[queue.index()].start.shortfall(&facts).is_none();
        (0..self.config.queues.len() as u16).map(QueueId).filter(serves).collect()
    }
}

/// Whose state an event may have changed.
fn concerned(kind: &EventKind) -> (Option<AgentId>, Option<ContactId>) {
    match kind {
        EventKind::AgentRegistered { agent, .. }
        | EventKind::AgentUpdated { agent, .. }
        | EventKind::SkillValidityChanged { agent, .. }
        | EventKind::PresenceChanged { agent, .. }
        | EventKind::AgentNotResponding { agent }
        | EventKind::AgentLost { agent }
        | EventKind::ShiftTurned { agent, .. }
        | EventKind::ExternalWorkBegun { agent, .. }
        | EventKind::ExternalWorkEnded { agent, .. }
        | EventKind::WrapUpEnded { agent, .. } => (Some(*agent), None),
        EventKind::ConsultBegun { consult, .. } => (None, Some(*consult)),
        EventKind::ContactArrived { contact, .. }
        | EventKind::ContactDeferred { contact, .. }
        | EventKind::ContactUpdated { contact, .. }
        | EventKind::ContactMoved { contact, .. }
        | EventKind::ContactDue { contact, .. }
        | EventKind::CallbackAccepted { contact, .. }
        | EventKind::ContactEligible { contact }
        | EventKind::ContactMerged { contact, .. }
        | EventKind::SlaAtRisk { contact, .. } => (None, Some(*contact)),
        EventKind::OfferAccepted { contact, agent, .. }
        | EventKind::ContactConnected { contact, agent, .. }
        | EventKind::ConnectionFailed { contact, agent, .. }
        | EventKind::CustomerNotReached { contact, agent, .. }
        | EventKind::ContactAssigned { contact, agent, .. }
        | EventKind::ContactTransferred { contact, agent, .. }
        | EventKind::ContactHandedOver { contact, agent, .. }
        | EventKind::WorkSuspended { contact, agent, .. }
        | EventKind::WorkResumed { contact, agent }
        | EventKind::ContactParked { contact, agent }
        | EventKind::ContactUnparked { contact, agent, .. }
        | EventKind::ContactRequeued { contact, agent, .. } => (Some(*agent), Some(*contact)),
        EventKind::ContactEnded { contact, agent, .. } => (*agent, Some(*contact)),
        _ => (None, None),
    }
}

/// Whether an agent is there for contacts, with room or without.
pub(super) fn takes_contacts(agent: &Agent) -> bool {
    agent.presence == Presence::Available && !agent.not_responding && agent.reach != Reach::Nothing
}

/// What an agent has in hand. A parked contact takes nothing of its agent; an interrupted one keeps its place in hand.
pub(super) fn in_hand(agent: &Agent) -> u32 {
    let busy = agent.work.iter().filter(|w| !matches!(w.stage, Stage::Reserved { .. } | Stage::Parked));
    (busy.count() + agent.external.len()) as u32
}

impl Prediction {
    fn begin_wait_unless_served(&mut self, event: &Event) {
        let Some(contact) = self.fresh else { return };
        let goes_on = match &event.kind {
            EventKind::OfferIssued { contact: meant, .. }
            | EventKind::ContactDeferred { contact: meant, .. }
            | EventKind::ContactEnded { contact: meant, .. } => *meant == contact,
            EventKind::ContactUnservable { contact: meant, .. }
            | EventKind::ContactDue { contact: meant, .. }
                if *meant == contact =>
            {
                return;
            }
            _ => false,
        };
        self.fresh = None;
        if !goes_on {
            self.begin_wait(&contact, event.at);
        }
    }

    /// The predictor begins to watch a wait, which nobody ended in the step in which it began.
    fn begin_wait(&mut self, contact: &ContactId, at: Timestamp) {
        let Some(&Standing { queue, curve, key, nobody_waits, ticket: None, .. }) =
            self.standing.get(contact)
        else {
            return;
        };
        let place = self.place(at, queue, curve, key);
        let ticket = self.predictor.joined(at, queue.index(), place);
        if nobody_waits {
            self.predictor.cannot_give_up(ticket);
        }
        self.happened(self.pool(queue), at);
        if let Some(standing) = self.standing.get_mut(contact) {
            standing.ticket = Some(ticket);
        }
    }

    /// A calendar turned or was replaced: the pools whose agents have their shifts by it.
    fn calendar_turns(&mut self, calendar: CalendarId, hours: &HoursTable, at: Timestamp) {
        if !self.staff.shifts.is_empty() {
            self.staff.shifts.turns(calendar, hours, at);
            (0..self.last_fact.len()).for_each(|pool| self.tell_change(pool, at));
        }
    }

    /// The predictor is told the next change of a pool's staff.
    pub(super) fn tell_change(&mut self, pool: usize, at: Timestamp) {
        let next = self.staff.shifts.next_change(pool);
        if self.changes[pool] != next {
            self.changes[pool] = next;
            self.predictor.staff_will_change(at, pool, next);
            self.happened(pool, at);
        }
    }

    fn can_serve(&mut self, agent: AgentId, serves: Vec<QueueId>, duty: Option<Duty>, at: Timestamp) {
        let before = self.staff.pool_of_agent(agent);
        if self.staff.serves(agent, serves, duty) {
            self.begin(at);
            return;
        }
        let after = self.staff.pool_of_agent(agent);
        if before != after && self.staff.members[agent.index()].present {
            self.predictor.agent_left(at, agent.index());
            if let Some(pool) = after {
                self.predictor.agent_came(at, agent.index(), pool);
            }
        }
        for pool in [before, after].into_iter().flatten() {
            self.happened(pool, at);
            self.tell_change(pool, at);
        }
    }

    fn agent_is(&mut self, agent: &Agent, at: Timestamp) {
        let (id, number) = (agent.id, agent.id.index());
        let (works, present) = (in_hand(agent), takes_contacts(agent));
        let known = &mut self.staff.members[number];
        let (worked, was_present) = (core::mem::replace(&mut known.works, works), known.present);
        // Who goes with work in hand is gone first; who comes with work in hand brings it.
        if was_present && !present {
            self.staff.is_there(id, false);
            self.predictor.agent_left(at, number);
        }
        (worked..works).for_each(|_| self.predictor.work_began(at, number));
        (works..worked).for_each(|_| self.predictor.work_ended(at, number));
        if !was_present && present {
            self.staff.is_there(id, true);
            if let Some(pool) = self.staff.pool_of_agent(id) {
                self.predictor.agent_came(at, number, pool);
            }
        }
        if let Some(pool) = self.staff.pool_of_agent(id).filter(|_| (worked, was_present) != (works, present))
        {
            self.happened(pool, at);
            if was_present != present && !self.staff.shifts.is_empty() {
                self.tell_change(pool, at);
            }
        }
    }

    fn contact_is(&mut self, contact: &Contact, config: &Compiled, due: Option<Timestamp>, at: Timestamp) {
        match contact.phase {
            Phase::Waiting if contact.deferred || contact.is_held() => {
                self.is_held(&contact.id, at);
            }
            Phase::Waiting => self.waits(contact, config, due, at),
            Phase::Connecting { .. } => {
                // It stands in nobody's way any more, and still waits.
                if let Some(standing) = self.standing.get_mut(&contact.id)
                    && core::mem::take(&mut standing.in_line)
                {
                    self.lines.leave(standing.line, standing.key);
                }
            }
            Phase::Engaged { .. } | Phase::Suspended { .. } | Phase::Parked { .. } => {
                let Some(standing) = self.goes(&contact.id, at) else { return };
                let in_time = standing.due.is_none_or(|due| at <= due);
                let end = if in_time { LegEnd::InTime } else { LegEnd::Missed };
                self.leg_ends(&standing, end, at);
                if let Some(ticket) = standing.ticket {
                    self.predictor.started(at, ticket);
                }
            }
        }
    }

    /// It stands in its line; in another queue than before, its wait is watched anew.
    fn waits(&mut self, contact: &Contact, config: &Compiled, due: Option<Timestamp>, at: Timestamp) {
        let (queue, key) = (contact.queue, contact.key());
        let curve = config.queues[queue.index()].curve.raised(contact.points);
        let before = self.standing.get(&contact.id).copied();
        if before.is_some_and(|b| b.in_line && (b.queue, b.curve, b.key) == (queue, curve, key)) {
            if let Some(standing) = self.standing.get_mut(&contact.id) {
                standing.due = due;
            }
            return;
        }
        if let Some(before) = before {
            if before.in_line {
                self.lines.leave(before.line, before.key);
            }
            self.happened(self.pool(before.queue), at);
        }
        let line = self.lines.join(queue, curve, key);
        let ticket = before.and_then(|before| before.ticket);
        let warned = before.is_some_and(|before| before.warned);
        // Of a leg that goes on `is_called_back` says so.
        let same = before.filter(|before| before.queue == queue);
        let nobody_waits = same.map_or(!contact.is_a_customers_wait(), |before| before.nobody_waits);
        let contact = contact.id;
        let since = same.map(|before| before.since);
        if since.is_none() {
            if let Some(before) = &before {
                self.leg_ends(before, LegEnd::Uncounted, at);
            }
            if !nobody_waits {
                self.intervals.came(queue, at);
            }
        }
        let since = since.unwrap_or(at);
        let standing = Standing {
            contact,
            queue,
            curve,
            key,
            line,
            in_line: true,
            ticket,
            since,
            due,
            nobody_waits,
            warned,
        };
        self.standing.insert(standing);
        if let (Some(before), Some(ticket)) = (before.filter(|before| before.queue != queue), ticket) {
            self.happened(self.pool(before.queue), at);
            self.unwatch(&contact, ticket, at);
            self.begin_wait(&contact, at);
        } else if before.is_some_and(|before| !before.in_line) {
            // It was held, or being connected, and nobody watched it.
            self.begin_wait(&contact, at);
        }
    }

    /// Its queue is closed: it keeps its place, and stands in nobody's way.
    fn is_held(&mut self, contact: &ContactId, at: Timestamp) {
        let Some(standing) = self.standing.get_mut(contact) else { return };
        let in_line = core::mem::take(&mut standing.in_line);
        let Standing { queue, line, key, ticket, .. } = *standing;
        if in_line {
            self.lines.leave(line, key);
            self.happened(self.pool(queue), at);
        }
        if let Some(ticket) = ticket {
            self.unwatch(contact, ticket, at);
        }
    }

    /// Its customer will be called back, and does not wait any more.
    fn is_called_back(&mut self, contact: &ContactId, at: Timestamp) {
        let Some(standing) = self.standing.get_mut(contact) else { return };
        let before = *standing;
        standing.nobody_waits = true;
        if let Some(ticket) = before.ticket {
            self.predictor.cannot_give_up(ticket);
        }
        self.leg_ends(&before, LegEnd::Uncounted, at);
    }

    fn leg_ends(&mut self, leg: &Standing, end: LegEnd, at: Timestamp) {
        if !leg.nobody_waits {
            self.intervals.left(leg, end, at);
        }
    }

    fn unwatch(&mut self, contact: &ContactId, ticket: Ticket, at: Timestamp) {
        self.predictor.withdrawn(at, ticket);
        if let Some(standing) = self.standing.get_mut(contact) {
            standing.ticket = None;
        }
    }

    fn leaves(&mut self, contact: &ContactId, outcome: ContactOutcome, short: bool, at: Timestamp) {
        let Some(standing) = self.goes(contact, at) else { return };
        let gave_up = matches!(outcome, ContactOutcome::Abandoned | ContactOutcome::TimedOut);
        let end = if gave_up && !short { LegEnd::Missed } else { LegEnd::Uncounted };
        self.leg_ends(&standing, end, at);
        match (standing.ticket, outcome) {
            (Some(ticket), ContactOutcome::Abandoned) => self.predictor.abandoned(at, ticket),
            (Some(ticket), _) => self.predictor.withdrawn(at, ticket),
            (None, _) => {}
        }
    }

    fn goes(&mut self, contact: &ContactId, at: Timestamp) -> Option<Standing> {
        let standing = self.standing.remove(contact)?;
        if standing.in_line {
            self.lines.leave(standing.line, standing.key);
        }
        self.happened(self.pool(standing.queue), at);
        Some(standing)
    }
}

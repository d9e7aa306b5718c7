//! Each kind of event: what must have been true before it, and what it changes.

use std::collections::BTreeSet;
use std::sync::Arc;

use sunline_core::config::{AnswerMode, Compiled, OnUnservable};
use sunline_core::limits::LEAST_REST;
use sunline_core::{
    AgentId, ChosenBy, Connection, ContactId, ContactOutcome, Event, EventKind, MoveCause, OfferId,
    OfferOutcome, Presence, QueueId, Seq, Span, Timestamp, WorkKind,
};

use super::agent::{AgentBook, StageBook, WorkBook, counts};
use super::{Books, ContactBook, Ledger, OfferBook, Owed, Phase, ensure};

impl Books {
    pub(super) fn enter(&mut self, event: &Event) -> Result<(), String> {
        let Event { seq, at, kind } = event;
        let expected = Seq(self.seq.0 + 1);
        ensure(*seq == expected, || format!("event {expected} is missing"))?;
        ensure(*at >= self.at, || format!("time went back from {} to {at}", self.at))?;
        (self.seq, self.at, self.clock) = (*seq, *at, *at);
        self.is_owed(kind)?;
        if let EventKind::Configured { config } = kind {
            ensure(seq.0 == 1, || "a second configuration".to_owned())?;
            let compiled = Compiled::new(config).map_err(|error| error.to_string())?;
            self.ledgers = vec![Ledger::default(); config.queues.len()];
            self.last_chosen = vec![None; config.queues.len()];
            self.config = Some(Arc::new(((**config).clone(), compiled)));
            self.calendars = super::hours::calendars(config, *at);
            self.open = (0..config.queues.len() as u16).map(|queue| self.is_open(QueueId(queue))).collect();
            return Ok(());
        }
        if let EventKind::Reconfigured { config, config_version } = kind {
            return self.reconfigured(config, *config_version);
        }
        ensure(self.config.is_some(), || "the first event is not the configuration".to_owned())?;
        match kind {
            EventKind::ContactArrived { .. }
            | EventKind::ContactUpdated { .. }
            | EventKind::ContactUnservable { .. }
            | EventKind::ContactConnected { .. }
            | EventKind::ConnectionFailed { .. }
            | EventKind::ExclusionEnded { .. }
            | EventKind::DelayPassed { .. }
            | EventKind::ContactEnded { .. } => self.of_contact(event),
            EventKind::OverflowTurned { queue, rule, active, value } => {
                self.overflow_turned(*queue, *rule, *active, *value, *at)
            }
            EventKind::SurgeTurned { surge, active, value } => {
                self.surge_turned(*surge, *active, *value, *at)
            }
            EventKind::CallbackAccepted { .. }
            | EventKind::ContactEligible { .. }
            | EventKind::CustomerNotReached { .. }
            | EventKind::ContactKept { .. }
            | EventKind::KeepEnded { .. }
            | EventKind::ContactMerged { .. } => self.of_callback(event),
            EventKind::FeedbackGiven { contact, agent, decision, .. } => {
                let (offer, by) = self.won.get(contact).copied().unzip();
                ensure((*decision, *agent) == (offer, by), || {
                    format!("contact {contact} was brought to {by:?} by {offer:?}")
                })
            }
            EventKind::StepOpened { .. } => self.of_plan(event),
            EventKind::ContactMoved { contact, from, to, cause } => {
                self.moves_by_plan(kind)?;
                self.moved(contact, *from, *to, *cause, *at)
            }
            EventKind::EntitlementChanged { .. } | EventKind::ProjectLockEnded { .. } => {
                self.of_rights(event)
            }
            EventKind::ScoresWanted { .. }
            | EventKind::ScoresGiven { .. }
            | EventKind::ScoresMissed { .. } => self.of_scores(event),
            EventKind::OfferIssued { .. }
            | EventKind::OfferAccepted { .. }
            | EventKind::OfferEnded { .. } => self.of_offer(event),
            EventKind::QueuePauseChanged { .. }
            | EventKind::AgentLost { .. }
            | EventKind::ContactHeld { .. }
            | EventKind::HoldEnded { .. }
            | EventKind::ContactRequeued { .. } => self.of_hands(event),
            EventKind::ContactAssigned { .. }
            | EventKind::ContactTransferred { .. }
            | EventKind::ConsultBegun { .. }
            | EventKind::ContactHandedOver { .. }
            | EventKind::Reconciled { .. } => self.of_transfers(event),
            EventKind::ExternalWorkBegun { .. }
            | EventKind::ExternalWorkEnded { .. }
            | EventKind::WorkSuspended { .. }
            | EventKind::WorkResumed { .. }
            | EventKind::ContactParked { .. }
            | EventKind::ContactUnparked { .. } => self.of_room(event),
            EventKind::SlaAtRisk { .. } => self.at_risk(event),
            EventKind::CommandRemembered { .. } => Ok(()),
            EventKind::HoursChanged { calendar, .. } => {
                self.note_what_is_left(*calendar, *at);
                self.of_hours(event)
            }
            EventKind::CalendarTurned { .. }
            | EventKind::QueueOpened { .. }
            | EventKind::QueueClosed { .. }
            | EventKind::ContactDeferred { .. }
            | EventKind::ContactDue { .. }
            | EventKind::ShiftTurned { .. } => self.of_hours(event),
            _ => self.of_agent(event),
        }
    }

    /// Some events must be followed by a certain other.
    fn is_owed(&mut self, kind: &EventKind) -> Result<(), String> {
        match self.owed.take() {
            None => Ok(()),
            Some(Owed::NotResponding(id)) => {
                let paid = matches!(kind, EventKind::AgentNotResponding { agent } if *agent == id);
                ensure(paid, || format!("{id} let too many offers pass and is still asked"))
            }
            Some(Owed::Blocked(id)) => {
                let blocked = ContactOutcome::Blocked;
                let paid = matches!(kind, EventKind::ContactEnded { contact, outcome, .. } if *contact == id && *outcome == blocked);
                ensure(paid, || format!("contact {id} should have been blocked"))
            }
            Some(Owed::Ended(id, end)) => {
                let paid = matches!(kind, EventKind::ContactEnded { contact, outcome, .. } if *contact == id && *outcome == end);
                ensure(paid, || format!("contact {id} should have ended {end}"))
            }
            Some(Owed::Accepted(id)) => {
                let paid = matches!(kind, EventKind::OfferAccepted { offer, .. } if *offer == id);
                ensure(paid, || format!("{id} should have been accepted by the engine"))
            }
            Some(Owed::Callback(id)) => {
                let paid = matches!(kind, EventKind::CallbackAccepted { contact, .. } if *contact == id);
                ensure(paid, || format!("the customer of {id} should be called back"))
            }
            Some(Owed::Presence(id, wanted)) => {
                let paid = matches!(kind, EventKind::PresenceChanged { agent, presence } if *agent == id && *presence == wanted);
                ensure(paid, || format!("the shift of {id} should have made it {wanted}"))
            }
            Some(Owed::Closed(id)) => {
                // Between two closed doors it hears when it is due, and the offers of the first queue end.
                let between = match kind {
                    EventKind::ContactDue { contact, .. } => *contact == id,
                    EventKind::OfferEnded { contact, outcome, .. } => {
                        *contact == id && *outcome == OfferOutcome::ContactLeft
                    }
                    _ => false,
                };
                if between {
                    self.owed = Some(Owed::Closed(id));
                    return Ok(());
                }
                let paid = match kind {
                    EventKind::ContactEnded { contact, outcome, .. } => {
                        *contact == id && *outcome == ContactOutcome::Closed
                    }
                    EventKind::ContactMoved { contact, cause, .. } => {
                        *contact == id && *cause == MoveCause::Closed
                    }
                    _ => false,
                };
                ensure(paid, || format!("contact {id} should have been told that it is closed"))
            }
        }
    }

    // ── agents ───────────────────────────────────────────────────────────────────────────────────────────────

    fn of_agent(&mut self, event: &Event) -> Result<(), String> {
        let at = event.at;
        let config = self.shared();
        let (document, compiled) = &*config;
        match &event.kind {
            EventKind::AgentRegistered { agent, spec } => {
                ensure(agent.index() == self.agents.len(), || format!("{agent} is registered out of turn"))?;
                let taken = self.agents.iter().any(|known| known.spec.name == spec.name);
                ensure(!taken, || format!("{} is registered twice", spec.name))?;
                let mut known = AgentBook::new(spec.clone(), compiled, at);
                (known.standing, known.reach) = self.shift_of(&known, at);
                self.agents.push(known);
                self.shun();
            }
            EventKind::AgentUpdated { agent, spec } => {
                let known = self.agent(*agent)?;
                ensure(known.spec.name == spec.name, || format!("{agent} changed its name"))?;
                known.update(spec.clone(), compiled, at);
                let shift = self.shift_of(&self.agents[agent.index()], at);
                let known = &mut self.agents[agent.index()];
                (known.standing, known.reach) = shift;
                self.shun();
            }
            EventKind::SkillValidityChanged { agent, skill, valid } => {
                let known = self.agent(*agent)?;
                let grant = known.skills.iter().find(|(held, ..)| held == skill).map(|(_, grant, _)| *grant);
                let grant = grant.ok_or_else(|| format!("{agent} was never granted {skill}"))?;
                let bound = grant.from == Some(at) || grant.until == Some(at);
                ensure(bound && *valid == counts(&grant, at), || {
                    format!("{skill} of {agent} does not change at {at}")
                })?;
                known.set_validity(*skill, *valid, compiled);
            }
            EventKind::PresenceChanged { agent, presence } => {
                let known = self.agent(*agent)?;
                let changes = known.presence != *presence || known.not_responding;
                ensure(changes, || format!("{agent} is already {presence}"))?;
                known.set_presence(presence.clone(), document, at);
            }
            EventKind::AgentNotResponding { agent } => {
                let known = self.agent(*agent)?;
                let least = document.queues.iter().map(|queue| queue.offer.max_strikes).min();
                let struck = least.is_some_and(|least| known.strikes >= least) && !known.not_responding;
                ensure(struck, || format!("{agent} has only {} strikes", known.strikes))?;
                known.not_responding = true;
            }
            EventKind::AgentCooledDown { agent } => {
                let known = self.agent(*agent)?;
                ensure(known.cooling_until == Some(at), || {
                    format!("{agent} cools down until {:?}", known.cooling_until)
                })?;
                known.cooling_until = None;
            }
            EventKind::WrapUpExtended { agent, contact, until } => {
                let (_, end, limit) = self.wrap_up(*agent, contact, at)?;
                ensure(*until >= end, || format!("the wrap-up after {contact} became shorter"))?;
                ensure(*until <= limit, || {
                    format!("the wrap-up after {contact} passes its ceiling {limit}")
                })?;
                let work = self.agents[agent.index()].work.iter_mut();
                let wrap_up = work.filter(|work| work.contact == *contact);
                for work in wrap_up.filter(|work| matches!(work.stage, StageBook::WrapUp { .. })) {
                    work.stage = StageBook::WrapUp { until: *until, limit };
                }
            }
            EventKind::WrapUpEnded { agent, contact, handled, .. } => {
                let (place, ..) = self.wrap_up(*agent, contact, at)?;
                let right = self.agents[agent.index()].work[place].handled(at);
                ensure(*handled == right, || format!("{contact} was handled for {right}, not {handled}"))?;
                self.agents[agent.index()].finished(place, true, document, at);
            }
            other => return Err(format!("the books know nothing of {other:?}")),
        }
        Ok(())
    }

    pub(super) fn agent(&mut self, id: AgentId) -> Result<&mut AgentBook, String> {
        self.agents.get_mut(id.index()).ok_or_else(|| format!("{id} was never registered"))
    }

    /// Place, end and ceiling of a wrap-up that is not overdue.
    fn wrap_up(
        &mut self,
        id: AgentId,
        contact: &ContactId,
        at: Timestamp,
    ) -> Result<(usize, Timestamp, Timestamp), String> {
        let work = self.agent(id)?.work.iter().enumerate().find_map(|(place, work)| match work.stage {
            StageBook::WrapUp { until, limit } if work.contact == *contact => Some((place, until, limit)),
            _ => None,
        });
        let (place, until, limit) = work.ok_or_else(|| format!("{id} is in no wrap-up after {contact}"))?;
        ensure(at <= until, || format!("the wrap-up of {id} was over at {until}"))?;
        Ok((place, until, limit))
    }

    // ── offers ───────────────────────────────────────────────────────────────────────────────────────────────

    fn of_offer(&mut self, event: &Event) -> Result<(), String> {
        let at = event.at;
        match &event.kind {
            EventKind::OfferIssued { offer, contact, queue, agent, expires_at, decision } => {
                ensure(offer.0 == event.seq.0, || format!("{offer} is not the number of its event"))?;
                ensure(decision.config_version == 1 + self.new_versions, || {
                    format!("{offer} was decided by version {}", decision.config_version)
                })?;
                self.agent(*agent)?;
                let known =
                    self.contacts.get(contact).ok_or_else(|| format!("contact {contact} is not here"))?;
                ensure(known.phase == Phase::Waiting, || format!("contact {contact} has an agent already"))?;
                ensure(known.queue == *queue, || format!("contact {contact} is not in {queue}"))?;
                let cost = self.cost(known);
                let by_hand = decision.chosen_by == ChosenBy::Hand;
                let at_once = by_hand && self.check_hand(contact, *agent)?;
                let known = &self.contacts[contact];
                let settings = &self.queue(*queue).offer;
                if !by_hand {
                    let wave = usize::from(settings.parallel);
                    ensure(known.offers.len() < wave, || {
                        format!("contact {contact} is offered to more than {wave}")
                    })?;
                    let obstacle = self.why_not(*agent, &self.agents[agent.index()], known, at);
                    ensure(obstacle.is_none(), || {
                        format!("{agent} is offered contact {contact}, and {}", obstacle.unwrap_or_default())
                    })?;
                    self.check_choice(contact, *agent, decision, at)?;
                }
                let auto = at_once || settings.answer == AnswerMode::Auto;
                let end = if auto { Timestamp::MAX } else { at + settings.expires_after };
                ensure(*expires_at == end, || {
                    format!("{offer} should expire at {end}, not at {expires_at}")
                })?;
                self.issue(*offer, contact, *agent, cost, *expires_at);
                if by_hand && let Some(work) = self.agents[agent.index()].work.last_mut() {
                    work.kind = WorkKind::Direct;
                }
                self.owed = auto.then_some(Owed::Accepted(*offer));
            }
            EventKind::OfferAccepted { offer, contact, queue, agent, connection } => {
                let live = self.take_offer(*offer, contact, *agent)?;
                ensure(live.queue == *queue, || format!("{offer} is not of {queue}"))?;
                ensure(at < live.expires_at, || format!("{offer} expired at {}", live.expires_at))?;
                let shared = self.shared();
                let settings = &shared.0.queues[queue.index()].offer;
                let callback = &shared.0.queues[queue.index()].callback;
                let known =
                    self.contacts.get_mut(contact).ok_or_else(|| format!("contact {contact} is not here"))?;
                ensure(known.phase == Phase::Waiting, || format!("contact {contact} was won twice"))?;
                let right = if known.dialled.is_some() {
                    Connection::Pending { until: at + callback.dial_within }
                } else if settings.confirm_connection {
                    Connection::Pending { until: at + settings.connect_grace }
                } else {
                    Connection::Made { waited: known.waited(at) }
                };
                ensure(*connection == right, || {
                    format!("the connection should be {right:?}, not {connection:?}")
                })?;
                known.no_longer_held(at);
                known.kept = None;
                known.phase = match *connection {
                    Connection::Made { waited } => Phase::Engaged { agent: *agent, waited },
                    Connection::Pending { until } => Phase::Connecting { agent: *agent, until },
                };
                self.won.insert(*contact, (*offer, *agent));
                self.given.push((*queue, self.agents[agent.index()].facts.pool, at));
                let agent_book = &mut self.agents[agent.index()];
                agent_book.accepted(*offer, at);
                let made = matches!(connection, Connection::Made { .. });
                let work = agent_book.work.iter_mut().find(|work| work.contact == *contact);
                let kind = work.map(|work| {
                    work.engaged = made;
                    work.kind
                });
                agent_book.touch(kind.unwrap_or_default(), &shared.0, at);
                self.lock(*agent, contact)?;
                self.interrupts(*agent, contact);
            }
            EventKind::OfferEnded {
                offer,
                contact,
                agent,
                outcome,
                strikes,
                cool_down_until,
                excluded_until,
            } => {
                let live = self.take_offer(*offer, contact, *agent)?;
                self.check_end(&live, *outcome, at)?;
                let shared = self.shared();
                let settings = &shared.0.queues[live.queue.index()].offer;
                let known = self.agent(*agent)?;
                known.work.retain(|work| work.stage != StageBook::Reserved(*offer));
                let expired = *outcome == OfferOutcome::Expired;
                let right = known.strikes.saturating_add(u16::from(expired));
                ensure(*strikes == right, || format!("{agent} has {right} strikes, not {strikes}"))?;
                known.strikes = right;
                let after = |delay: Span| (delay > Span::ZERO).then(|| at + delay);
                let pause = match outcome {
                    OfferOutcome::Expired => Some(settings.no_answer_delay),
                    OfferOutcome::Busy => Some(settings.busy_delay),
                    OfferOutcome::Unreachable => Some(settings.unreachable_delay),
                    _ => None,
                };
                let count = match outcome {
                    OfferOutcome::Declined => Some(&mut known.refusals.declined),
                    OfferOutcome::Busy => Some(&mut known.refusals.busy),
                    OfferOutcome::Unreachable => Some(&mut known.refusals.unreachable),
                    _ => None,
                };
                count.into_iter().for_each(|count| *count += 1);
                // Whatever a delay says, the two are not brought together again within a second.
                let declined = Some(settings.exclude_decliner).filter(|_| *outcome == OfferOutcome::Declined);
                let rest = declined.or(pause.map(|_| LEAST_REST)).map(|rest| rest.max(LEAST_REST));
                let passed = rest.filter(|rest| *rest > pause.unwrap_or_default()).map(|rest| at + rest);
                let pause = pause.and_then(after);
                ensure(*cool_down_until == pause, || format!("{agent} should cool down until {pause:?}"))?;
                known.cool_down(pause);
                if expired && right >= settings.max_strikes && !known.not_responding {
                    self.owed = Some(Owed::NotResponding(*agent));
                }
                ensure(*excluded_until == passed, || {
                    format!("{agent} should be passed over until {passed:?}")
                })?;
                if let Some(contact) = self.contacts.get_mut(contact) {
                    contact.passed_over.extend(passed.map(|until| (*agent, until)));
                    let refused =
                        is_refusal(*outcome) && contact.kept.is_some_and(|(kept, _)| kept == *agent);
                    contact.kept = contact.kept.filter(|_| !refused);
                }
            }
            _ => {}
        }
        Ok(())
    }

    fn issue(
        &mut self,
        offer: OfferId,
        contact: &ContactId,
        agent: AgentId,
        cost: u16,
        expires_at: Timestamp,
    ) {
        let known = self.contacts.get_mut(contact).expect("checked by the caller");
        let (stage, at) = (StageBook::Reserved(offer), self.at);
        let work = WorkBook {
            contact: *contact,
            cost,
            stage,
            queue: known.queue,
            accepted_at: at,
            held: None,
            channel: known.channel,
            kind: WorkKind::Routed,
            engaged: false,
            since: at,
            rested: Span::ZERO,
        };
        self.agents[agent.index()].work.push(work);
        known.offers.insert(offer);
        known.forget_scores();
        known.asked.insert(agent);
        let queue = known.queue;
        self.last_chosen[queue.index()] = Some(agent);
        self.offers.insert(offer, OfferBook { contact: *contact, queue, agent, expires_at });
    }

    /// Takes a live offer out of the books.
    fn take_offer(
        &mut self,
        offer: OfferId,
        contact: &ContactId,
        agent: AgentId,
    ) -> Result<OfferBook, String> {
        let live = self.offers.remove(&offer).ok_or_else(|| format!("{offer} is not live"))?;
        ensure(live.contact == *contact && live.agent == agent, || {
            format!("{offer} is of contact {} to {}", live.contact, live.agent)
        })?;
        if let Some(known) = self.contacts.get_mut(contact) {
            known.offers.remove(&offer);
            known.asked.remove(&agent);
        }
        Ok(live)
    }

    fn check_end(&self, live: &OfferBook, outcome: OfferOutcome, at: Timestamp) -> Result<(), String> {
        let due = live.expires_at;
        let in_time = if outcome == OfferOutcome::Expired { at == due } else { at < due };
        ensure(in_time, || format!("an offer that expires at {due} was {outcome} at {at}"))?;
        let phase = self.contacts.get(&live.contact).map(|contact| contact.phase);
        let right = match outcome {
            OfferOutcome::Accepted => false,
            OfferOutcome::ContactLeft => {
                let queue = self.contacts.get(&live.contact).map(|contact| contact.queue);
                queue != Some(live.queue)
            }
            OfferOutcome::Rescinded => phase.is_some_and(|phase| phase != Phase::Waiting),
            _ => phase == Some(Phase::Waiting),
        };
        ensure(right, || format!("the offer of contact {} cannot have been {outcome}", live.contact))
    }

    // ── contacts ─────────────────────────────────────────────────────────────────────────────────────────────

    fn of_contact(&mut self, event: &Event) -> Result<(), String> {
        let at = event.at;
        match &event.kind {
            EventKind::ContactArrived { contact, queue, channel, origin, points, details, .. } => {
                ensure(!self.contacts.contains_key(contact), || {
                    format!("contact {contact} is here already")
                })?;
                let scheduled = details.as_ref().and_then(|details| details.not_before);
                let latest = scheduled.unwrap_or(at).max(at);
                ensure(*origin <= latest, || format!("contact {contact} waits from {origin} on"))?;
                // An id that was forgotten may come again, and nobody has accepted it yet.
                self.won.remove(contact);
                self.leaving.remove(contact);
                self.comes_when_closed(contact, *queue);
                let mut known = ContactBook::new(*queue, *channel, at, event.seq, *points);
                (known.origin, known.details) = (*origin, details.clone());
                known.shunned_by = self.shunning(details.as_deref());
                known.not_before = scheduled.filter(|earliest| *earliest > at);
                known.dialled = details.as_ref().filter(|details| details.outbound).map(|_| 0);
                known.enter_plan(at);
                self.contacts.insert(*contact, known);
                self.renew_need(contact);
                self.renew_callable();
                self.ledgers[queue.index()].arrived += 1;
                self.flows.entry(*queue).or_default().0 += 1;
                self.fresh.push(*contact);
            }
            EventKind::ContactUpdated { contact, update } => {
                let mut known = self.take_waiting(contact)?;
                known.points = update.points.unwrap_or(known.points);
                known.details = update.details.clone().or(known.details);
                known.unservable = false;
                known.shunned_by = self.shunning(known.details.as_deref());
                known.forget_scores();
                if let (Some(details), None, None) = (&update.details, known.dialled, known.about) {
                    let held = known.not_before.is_some();
                    known.not_before = details.not_before.filter(|earliest| *earliest > at);
                    if held && known.not_before.is_none() {
                        known.entered_at = at;
                        known.resume_plan(at);
                    }
                }
                self.contacts.insert(*contact, known);
                self.renew_need(contact);
                self.renew_callable();
                self.fresh.push(*contact);
            }
            EventKind::ContactUnservable { contact, .. } => {
                let known =
                    self.contacts.get(contact).ok_or_else(|| format!("contact {contact} is not here"))?;
                ensure(known.waits() && !known.unservable, || {
                    format!("contact {contact} does not seek anybody")
                })?;
                ensure(!self.is_servable(known, at), || format!("somebody could serve contact {contact}"))?;
                let block = self.queue(known.queue).on_unservable == OnUnservable::Block;
                self.contacts.get_mut(contact).expect("just found").unservable = true;
                self.owed = block.then_some(Owed::Blocked(*contact));
            }
            EventKind::ContactConnected { contact, agent, waited, .. } => {
                let known =
                    self.contacts.get_mut(contact).ok_or_else(|| format!("contact {contact} is not here"))?;
                let right =
                    matches!(known.phase, Phase::Connecting { agent: a, until } if a == *agent && at < until);
                ensure(right, || format!("contact {contact} is {:?}", known.phase))?;
                ensure(*waited == known.waited(at), || {
                    format!("contact {contact} waited {}", known.waited(at))
                })?;
                (known.phase, known.dialled) = (Phase::Engaged { agent: *agent, waited: *waited }, None);
                (known.uncallable, known.was_kept) = (false, false);
                let place = self.accepted_work(*agent, contact)?;
                self.agents[agent.index()].work[place].engaged = true;
            }
            EventKind::ConnectionFailed { contact, agent, cool_down_until } => {
                let known =
                    self.contacts.get_mut(contact).ok_or_else(|| format!("contact {contact} is not here"))?;
                let right = matches!(known.phase, Phase::Connecting { agent: a, until } if a == *agent && at <= until);
                ensure(right, || format!("contact {contact} is {:?}", known.phase))?;
                known.phase = Phase::Waiting;
                known.resume_plan(at);
                let time = at.since(known.joined_at);
                let passed = self.delays(self.contacts[contact].queue).iter().filter(|d| **d <= time).count();
                self.contacts.get_mut(contact).expect("just found").passed = passed as u8;
                let delay = self.contacts[contact].queue;
                let delay = self.queue(delay).offer.unreachable_delay;
                let pause = Some(at + delay.max(LEAST_REST));
                ensure(*cool_down_until == pause, || format!("{agent} should cool down until {pause:?}"))?;
                self.finish(*agent, contact, false, at)?;
                self.agents[agent.index()].cool_down(pause);
            }
            EventKind::ExclusionEnded { contact, agent } => {
                let known =
                    self.contacts.get_mut(contact).ok_or_else(|| format!("contact {contact} is not here"))?;
                let until = known.passed_over.remove(agent);
                known.forget_scores();
                ensure(until == Some(at), || {
                    format!("{agent} is passed over for {contact} until {until:?}")
                })?;
            }
            EventKind::DelayPassed { contact, passed } => {
                let known =
                    self.contacts.get(contact).ok_or_else(|| format!("contact {contact} is not here"))?;
                ensure(known.phase == Phase::Waiting, || format!("contact {contact} has an agent"))?;
                let delays = self.delays(known.queue);
                let due = delays.iter().nth(usize::from(known.passed)).map(|delay| known.joined_at + *delay);
                ensure(due == Some(at) && *passed == known.passed + 1, || {
                    format!("delay {passed} of contact {contact} passes at {due:?}")
                })?;
                let known = self.contacts.get_mut(contact).expect("just found");
                known.passed = *passed;
                known.forget_scores();
            }
            EventKind::ContactEnded { contact, queue, outcome, agent, waited, handled, wrap_up_until } => {
                let known =
                    self.contacts.remove(contact).ok_or_else(|| format!("contact {contact} is not here"))?;
                if let (ContactOutcome::Served, Some(details), Some(agent), None) =
                    (outcome, &known.details, agent, known.about)
                {
                    let served = details.customer.iter().map(|customer| (customer.clone(), (*agent, at)));
                    self.handlers.extend(served);
                }
                if let Some(about) = known.about.and_then(|about| self.contacts.get_mut(&about)) {
                    about.consult = None;
                }
                ensure(known.queue == *queue, || format!("contact {contact} is not in {queue}"))?;
                self.ends(*queue, *outcome);
                let (holder, right_wait) = match known.phase {
                    Phase::Waiting => (None, known.waited(at)),
                    Phase::Connecting { agent, .. } => (Some(agent), known.waited(at)),
                    Phase::Engaged { agent, waited }
                    | Phase::Suspended { agent, waited }
                    | Phase::Parked { agent, waited } => (Some(agent), waited),
                };
                ensure(*agent == holder, || format!("contact {contact} was with {holder:?}"))?;
                ensure(*waited == right_wait, || {
                    format!("contact {contact} waited {right_wait}, not {waited}")
                })?;
                let engaged = matches!(known.phase, Phase::Engaged { .. });
                let right = match outcome {
                    ContactOutcome::Served => known.served_by().is_some(),
                    ContactOutcome::Abandoned => known.served_by().is_none(),
                    ContactOutcome::Blocked | ContactOutcome::Shed | ContactOutcome::TimedOut => {
                        self.may_be_turned_away(&known, *queue, *outcome, at)
                    }
                    ContactOutcome::Merged => self.merging.remove(contact),
                    ContactOutcome::CallbackFailed => {
                        known.phase == Phase::Waiting && known.dialled.is_some()
                    }
                    ContactOutcome::HandedOff => !matches!(known.phase, Phase::Connecting { .. }),
                    ContactOutcome::Closed => known.phase == Phase::Waiting && !self.open[queue.index()],
                    _ => true,
                };
                ensure(right, || format!("contact {contact}, {:?}, cannot end {outcome}", known.phase))?;
                let Some(holder) = holder else {
                    ensure(*handled == Span::ZERO, || format!("nobody handled contact {contact}"))?;
                    return ensure(wrap_up_until.is_none(), || "wrap-up of nobody".to_owned());
                };
                let place = self.accepted_work(holder, contact)?;
                let right = self.agents[holder.index()].work[place].handled(at);
                ensure(*handled == right, || format!("{contact} was handled for {right}, not {handled}"))?;
                let queue = self.queue(*queue);
                let (own, longest) = (queue.wrap_up, queue.wrap_up_max);
                let by_channel = self.document().channels[known.channel.index()].wrap_up;
                let length =
                    self.agents[holder.index()].spec.wrap_up.or(own).or(by_channel).unwrap_or_default();
                let end = (engaged && length > Span::ZERO).then(|| at + length);
                ensure(*wrap_up_until == end, || {
                    format!("the wrap-up after {contact} should end at {end:?}")
                })?;
                match end {
                    None => self.finish(holder, contact, known.served_by().is_some(), at)?,
                    Some(until) => {
                        let limit = (at + longest).max(until);
                        let place = self.accepted_work(holder, contact)?;
                        let work = &mut self.agents[holder.index()].work[place];
                        (work.stage, work.held, work.engaged) =
                            (StageBook::WrapUp { until, limit }, None, false);
                    }
                }
            }
            _ => {}
        }
        Ok(())
    }

    pub(super) fn take_waiting(&mut self, contact: &ContactId) -> Result<ContactBook, String> {
        let known = self.contacts.remove(contact).ok_or_else(|| format!("contact {contact} is not here"))?;
        ensure(known.phase == Phase::Waiting, || format!("contact {contact} has an agent"))?;
        Ok(known)
    }

    /// An agent's accepted work on a contact is over.
    pub(super) fn finish(
        &mut self,
        agent: AgentId,
        contact: &ContactId,
        conversed: bool,
        at: Timestamp,
    ) -> Result<(), String> {
        let place = self.accepted_work(agent, contact)?;
        let config = self.shared();
        self.agents[agent.index()].finished(place, conversed, &config.0, at);
        Ok(())
    }

    pub(super) fn accepted_work(&mut self, agent: AgentId, contact: &ContactId) -> Result<usize, String> {
        let work = &self.agent(agent)?.work;
        let accepted = |work: &WorkBook| work.stage == StageBook::Accepted || work.rests();
        let place = work.iter().position(|work| work.contact == *contact && accepted(work));
        place.ok_or_else(|| format!("{agent} has no contact {contact} in hand"))
    }

    /// Whether some registered agent could serve the contact, now or once a skill of it begins or ends to count.
    pub(super) fn is_servable(&self, contact: &ContactBook, now: Timestamp) -> bool {
        let (cost, needs) = (self.cost(contact), self.prospects(contact));
        (0..).map(AgentId).zip(&self.agents).any(|(id, agent)| {
            let channel = &self.document().channels[contact.channel.index()].name;
            cost <= agent.spec.capacity
                && agent.spec.caps.get(channel) != Some(&0)
                && !contact.excludes(id)
                && agent
                    .facts_from(now, self.compiled())
                    .iter()
                    .any(|facts| needs.iter().any(|need| need.is_met_by(facts)))
        })
    }

    /// Distinct delays after which pools see a queue's contacts, in order.
    pub(super) fn delays(&self, queue: QueueId) -> BTreeSet<Span> {
        let name = &self.queue(queue).name;
        let pools = self.document().pools.iter();
        let delays = pools.filter_map(|pool| pool.queues.get(name)).map(|seen| seen.delay);
        delays.filter(|delay| *delay > Span::ZERO).collect()
    }

    /// Whether an agent wants to work.
    pub(super) fn is_available(&self, id: AgentId) -> bool {
        self.agents[id.index()].presence == Presence::Available
    }
}

/// Whether the agent was asked and did not want it, or could not.
fn is_refusal(outcome: OfferOutcome) -> bool {
    use OfferOutcome::{Busy, Declined, Expired, Unreachable};
    matches!(outcome, Declined | Expired | Busy | Unreachable)
}

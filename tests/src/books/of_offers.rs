//! What events of offers must follow from, and what they change.

use sunline_core::config::{AnswerMode, RecordDetail};
use sunline_core::limits::LEAST_REST;
use sunline_core::{
    AgentId, ChosenBy, Connection, ContactId, Event, EventKind, OfferId, OfferOutcome, Sought, Span,
    Timestamp, WorkKind,
};

use super::agent::{StageBook, WorkBook};
use super::{Books, ContactBook, OfferBook, Owed, Phase, ensure};

impl Books {
    pub(super) fn of_offer(&mut self, event: &Event) -> Result<(), String> {
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
            EventKind::CandidatesJudged { contact, queue, agent, sought, candidates, rejected } => {
                let known =
                    self.contacts.get(contact).ok_or_else(|| format!("contact {contact} is not here"))?;
                let asked = known.queue == *queue && self.queue(*queue).record == RecordDetail::Full;
                ensure(asked, || format!("{queue} records no choices in full"))?;
                let (able, all) = match sought {
                    Sought::Agent => {
                        let agents = (0..).map(AgentId).zip(&self.agents);
                        let able = agents.filter(|(id, agent)| self.may_serve(*id, agent, known, at));
                        (able.count(), self.agents.len())
                    }
                    Sought::Contact => {
                        let seeker =
                            self.agents.get(agent.index()).ok_or("an agent that is not here seeks")?;
                        let waits = |contact: &&ContactBook| {
                            contact.waits() && self.may_serve(*agent, seeker, contact, at)
                        };
                        (self.contacts.values().filter(waits).count(), self.contacts.len())
                    }
                };
                let told = *candidates as usize + rejected.values().sum::<u32>() as usize;
                ensure((*candidates as usize, told) == (able, all), || {
                    format!("{able} of {all} could have been chosen, not {candidates} of {told}")
                })?;
                self.owed = Some(Owed::Offered(*contact, *agent));
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

    pub(super) fn issue(
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
    pub(super) fn take_offer(
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
        let in_time = match outcome {
            OfferOutcome::Expired => at == due && !self.resuming,
            OfferOutcome::Revoked if self.resuming => at <= due,
            _ => at < due,
        };
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
}

/// Whether the agent was asked and did not want it, or could not.
fn is_refusal(outcome: OfferOutcome) -> bool {
    use OfferOutcome::{Busy, Declined, Expired, Unreachable};
    matches!(outcome, Declined | Expired | Busy | Unreachable)
}

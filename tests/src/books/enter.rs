//! Each kind of event, sent to those who know it; and what must come next, before anything else.

use std::sync::Arc;

use sunline_core::config::Compiled;
use sunline_core::{ContactOutcome, Event, EventKind, MoveCause, OfferOutcome, QueueId, Seq};

use super::{Books, Ledger, Owed, ensure};

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
            | EventKind::CandidatesJudged { .. }
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
            Some(Owed::Offered(id, to)) => {
                let paid = matches!(kind, EventKind::OfferIssued { contact, agent, .. } if (*contact, *agent) == (id, to));
                ensure(paid, || format!("contact {id} should have been offered to {to}"))
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
}

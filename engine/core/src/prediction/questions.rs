//! What may be asked of the domain about waits.

use core::fmt;

use crate::config::ClosedAction;
use crate::contact::Contact;
use crate::domain::Domain;
use crate::forecast::{Assessment, ForecastError, Unknown, WaitForecast, WaitMode};
use crate::hours::{Due, Standing};
use crate::ids::{ContactId, QueueId};
use crate::matching::Curve;
use crate::time::{Span, Timestamp};

use super::Prediction;
use super::follow::takes_contacts;
use super::lines::Key;

/// The predicted wait of one contact, from an instant on.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PredictedWait {
    /// Place among those who wait in the same queue, by the queue's order; 1 is next.
    pub position: u32,
    /// The law of the wait that is left, from `starts_in` on.
    pub law: WaitForecast,
    /// Until somebody comes who could serve it: zero where somebody is there. The whole wait is this and the law's.
    pub starts_in: Span,
    /// Until its queue closes and serves it no more today; `None` where that is not known, or closing does not concern it.
    pub closes_in: Option<Closing>,
    /// What is left of the time within which an answer is in time; zero when it has passed, the longest span where its end
    /// lies beyond the calendar of the queue's clock.
    pub target: Span,
}

/// A queue's next closing, for one who waits there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Closing {
    /// From now until then.
    pub within: Span,
    /// Whether the wait ends there, unanswered: `end` or `overflow`. Otherwise it stands still until the queue opens.
    pub ends_wait: bool,
}

/// Why there is no forecast.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum NoForecast {
    /// It is not known, for this reason.
    #[error(transparent)]
    Unknown(#[from] Unknown),
    /// The configuration has no `[forecast]`.
    #[error("the configuration wants no forecasts")]
    NotConfigured,
    /// The contact is not inside, or does not wait.
    #[error("contact {contact} does not wait")]
    NotWaiting {
        /// Which contact.
        contact: ContactId,
    },
    /// There is no such queue.
    #[error("there is no {queue}")]
    UnknownQueue {
        /// Which queue.
        queue: QueueId,
    },
}

impl NoForecast {
    /// Stable name for programs.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Unknown(reason) => reason.code(),
            Self::NotConfigured => "no_forecast",
            Self::NotWaiting { .. } => "not_waiting",
            Self::UnknownQueue { .. } => "unknown_queue",
        }
    }
}

impl PredictedWait {
    pub(super) fn with(self, left: Span, closes_in: Option<Closing>) -> Self {
        Self { closes_in, target: left.max(Span::ZERO), ..self }
    }

    /// Mean wait that is left, in seconds.
    pub fn mean(&self) -> f64 {
        self.starts_in.as_secs_f64() + self.law.mean()
    }

    /// The wait in seconds that is not exceeded with probability `p`.
    ///
    /// # Errors
    /// [`ForecastError::NotANumber`] or [`ForecastError::OutOfRange`] unless `0 < p < 1`.
    pub fn quantile(&self, p: f64) -> Result<f64, ForecastError> {
        Ok(self.starts_in.as_secs_f64() + self.law.quantile(p)?)
    }

    /// Probability that at most `t` seconds are left.
    ///
    /// # Errors
    /// [`ForecastError::NotANumber`] or [`ForecastError::OutOfRange`] unless `0 ≤ t ≤ 1e15`.
    pub fn p_within(&self, t: f64) -> Result<f64, ForecastError> {
        let whole = self.law.cdf(t)?;
        if self.starts_in <= Span::ZERO {
            return Ok(whole);
        }
        self.law.cdf((t - self.starts_in.as_secs_f64()).max(0.0))
    }

    /// Probability that the contact is answered in time, and does not give up before; what it may do before anybody comes is
    /// left out.
    pub fn p_meets_target(&self) -> f64 {
        self.law.p_served_within(self.time_to_start()).unwrap_or(0.0)
    }

    /// Probability that a contact that stays is not answered in time.
    pub fn p_breach(&self) -> f64 {
        1.0 - self.law.cdf(self.time_to_start()).unwrap_or(0.0)
    }

    /// Probability that the queue closes before a contact that stays is served.
    pub fn p_closes_first(&self) -> f64 {
        self.closes_in.map_or(0.0, |closing| 1.0 - self.p_within(closing.within.as_secs_f64()).unwrap_or(0.0))
    }

    /// Seconds from the start of the law within which an answer is in time, and comes at all.
    fn time_to_start(&self) -> f64 {
        let ends = self.closes_in.filter(|closing| closing.ends_wait);
        let last = ends.map_or(self.target, |closing| closing.within.min(self.target));
        (last - self.starts_in).max(Span::ZERO).as_secs_f64()
    }
}

impl fmt::Display for PredictedWait {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let at = |q| self.quantile(q).unwrap_or(f64::NAN);
        write!(f, "{}. in line, {:.0} s ({:.0} to {:.0} s)", self.position, at(0.5), at(0.1), at(0.9))
    }
}

impl Domain {
    /// The wait that is left to a waiting contact, as of an instant not before the last one applied.
    ///
    /// # Errors
    /// [`NoForecast::Unknown`] where its queue is closed, nobody could serve it, or nobody who could is there: never a zero
    /// in its place.
    pub fn predicted_wait(
        &self,
        now: Timestamp,
        contact: &ContactId,
        mode: WaitMode,
    ) -> Result<PredictedWait, NoForecast> {
        let prediction = self.prediction.as_deref().ok_or(NoForecast::NotConfigured)?;
        let waits = |place: &u32| self.contacts[*place].waits_now();
        let place = self.place(contact).filter(waits);
        let known = &self.contacts[place.ok_or(NoForecast::NotWaiting { contact: *contact })?];
        if known.deferred {
            return Err(Unknown::QueueClosed.into());
        }
        self.somebody_could_serve(known)?;
        let curve = self.config.queues[known.queue.index()].curve.raised(known.points);
        let left = self.answer_due(known).map_or(Span::MAX, |due| due.since(now.max(self.now)));
        let wait = prediction.wait(known.queue, curve, known.key(), mode, now.max(self.now))?;
        Ok(wait.with(left, self.closing(known.queue, now)))
    }

    /// The wait of a contact with these priority points that would arrive in a queue now, while nobody is free for it.
    ///
    /// # Errors
    /// As [`Self::predicted_wait`].
    pub fn predicted_wait_in(
        &self,
        now: Timestamp,
        queue: QueueId,
        points: i64,
        mode: WaitMode,
    ) -> Result<PredictedWait, NoForecast> {
        let prediction = self.prediction.as_deref().ok_or(NoForecast::NotConfigured)?;
        let settings = self.config.queues.get(queue.index()).ok_or(NoForecast::UnknownQueue { queue })?;
        self.asks_somebody(queue)?;
        let now = now.max(self.now);
        let left = self.time_left(queue, now, now);
        let wait =
            prediction.wait(queue, settings.curve.raised(points), (now.as_nanos(), u64::MAX), mode, now)?;
        Ok(wait.with(left, self.closing(queue, now)))
    }

    /// How well the forecasts made when contacts began to wait have come true: one record per queue, by `QueueId`; none where the
    /// configuration wants no forecasts.
    pub fn forecast_record(&self) -> &[Assessment] {
        self.prediction.as_deref().map_or(&[], |prediction| prediction.predictor.assessments())
    }

    /// Whether somebody is asked for those who come to a queue now.
    pub(super) fn asks_somebody(&self, queue: QueueId) -> Result<(), Unknown> {
        let opening = self.config.queues[queue.index()].opening;
        let held = opening.is_some_and(|opening| opening.when_closed != ClosedAction::Serve);
        if held && !self.queues[queue.index()].open { Err(Unknown::QueueClosed) } else { Ok(()) }
    }

    /// What is left at `now` to answer one who began to wait at `origin` in time; the longest span where that lies beyond the
    /// calendar of the queue's clock.
    pub(super) fn time_left(&self, queue: QueueId, origin: Timestamp, now: Timestamp) -> Span {
        let queue = &self.config.queues[queue.index()];
        let within = queue.settings.answer_within;
        match queue.answer_clock.map(|clock| Due::after(self.calendars.hours(clock), origin, within)) {
            None => (origin + within).since(now),
            Some(Due::At(at)) => at.since(now),
            Some(Due::Beyond { .. }) => Span::MAX,
        }
    }

    /// When a queue that is open closes, as far as its calendar reaches.
    pub(super) fn closing(&self, queue: QueueId, now: Timestamp) -> Option<Closing> {
        let opening = self.config.queues[queue.index()].opening?;
        let ends_wait = match opening.at_closing {
            ClosedAction::Serve => return None,
            ClosedAction::Defer => false,
            ClosedAction::End | ClosedAction::Overflow => true,
        };
        let (hours, now) = (self.calendars.hours(opening.calendar), now.max(self.now));
        let at = hours
            .next_turn(now)
            .filter(|at| hours.is_open(now) && hours.standing(*at) == Standing::Closed)?;
        Some(Closing { within: at.since(now), ends_wait })
    }

    /// A contact with needs of its own may have nobody where its queue has somebody.
    fn somebody_could_serve(&self, contact: &Contact) -> Result<(), Unknown> {
        if contact.details.is_none() {
            return Ok(());
        }
        let need = self.board.classes.requirement(contact.class);
        let able = self
            .agents
            .iter()
            .filter(|agent| !contact.excludes(agent.id) && need.shortfall(&agent.facts()).is_none());
        let mut nobody = Unknown::NobodyCapable;
        for agent in able {
            if takes_contacts(agent) {
                return Ok(());
            }
            nobody = Unknown::NobodyPresent;
        }
        Err(nobody)
    }
}

impl Prediction {
    pub(super) fn wait(
        &self,
        queue: QueueId,
        curve: Curve,
        key: Key,
        mode: WaitMode,
        now: Timestamp,
    ) -> Result<PredictedWait, NoForecast> {
        if self.staff.able(queue) == 0 {
            return Err(Unknown::NobodyCapable.into());
        }
        let since = self.last_fact[self.pool(queue)];
        let there = (self.staff.there(queue), self.staff.in_pool_of(queue));
        let (starts_at, there) = match there {
            (0, others) => {
                let (at, coming) = self.staff.coming(queue).ok_or(Unknown::NobodyPresent)?;
                (at, (coming, others + coming))
            }
            there => (since, there),
        };
        let place = self.place_among(since, queue, curve, key, there);
        let law = self.predictor.forecast(starts_at, queue.index(), place, mode)?;
        let starts_in = if starts_at > since { starts_at.since(now).max(Span::ZERO) } else { Span::ZERO };
        let position = place.ahead_in_queue + 1;
        Ok(PredictedWait { position, law, starts_in, closes_in: None, target: Span::ZERO })
    }
}

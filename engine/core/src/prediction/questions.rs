//! What may be asked of the domain about waits.

use core::fmt;

use crate::config::ClosedAction;
use crate::contact::{Contact, Phase};
use crate::domain::Domain;
use crate::forecast::{Unknown, WaitForecast, WaitMode};
use crate::hours::Due;
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
    /// The law of the wait that is left.
    pub law: WaitForecast,
    /// What is left of the time within which an answer is in time; zero when it has passed, the longest span where its end
    /// lies beyond the calendar of the queue's clock.
    pub target: Span,
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
    /// Probability that the contact is answered in time, and does not give up before.
    pub fn p_meets_target(&self) -> f64 {
        self.law.p_served_within(self.target.as_secs_f64()).unwrap_or(0.0)
    }

    /// Probability that a contact that stays is not answered in time.
    pub fn p_breach(&self) -> f64 {
        1.0 - self.law.cdf(self.target.as_secs_f64()).unwrap_or(0.0)
    }
}

impl fmt::Display for PredictedWait {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let at = |q| self.law.quantile(q).unwrap_or(f64::NAN);
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
        let waits = |place: &u32| self.contacts[*place].phase == Phase::Waiting;
        let place = self.place(contact).filter(waits);
        let known = &self.contacts[place.ok_or(NoForecast::NotWaiting { contact: *contact })?];
        if known.deferred {
            return Err(Unknown::QueueClosed.into());
        }
        self.somebody_could_serve(known)?;
        let curve = self.config.queues[known.queue.index()].curve.raised(known.points);
        let left = self.answer_due(known).map_or(Span::MAX, |due| due.since(now.max(self.now)));
        prediction.wait(known.queue, curve, known.key(), mode, left)
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
        if !self.queues[queue.index()].open
            && settings.opening.is_some_and(|opening| opening.when_closed != ClosedAction::Serve)
        {
            return Err(Unknown::QueueClosed.into());
        }
        let now = now.max(self.now);
        let within = settings.settings.answer_within;
        let due = settings.answer_clock.map(|clock| Due::after(self.calendars.hours(clock), now, within));
        let left = match due {
            None => within,
            Some(Due::At(at)) => at.since(now),
            Some(Due::Beyond { .. }) => Span::MAX,
        };
        prediction.wait(queue, settings.curve.raised(points), (now.as_nanos(), u64::MAX), mode, left)
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
    fn wait(
        &self,
        queue: QueueId,
        curve: Curve,
        key: Key,
        mode: WaitMode,
        left: Span,
    ) -> Result<PredictedWait, NoForecast> {
        if self.staff.able(queue) == 0 {
            return Err(Unknown::NobodyCapable.into());
        }
        if self.staff.there(queue) == 0 {
            return Err(Unknown::NobodyPresent.into());
        }
        let since = self.last_fact[self.pool(queue)];
        let place = self.place(since, queue, curve, key);
        let law = self.predictor.forecast(since, queue.index(), place, mode)?;
        Ok(PredictedWait { position: place.ahead_in_queue + 1, law, target: left.max(Span::ZERO) })
    }
}

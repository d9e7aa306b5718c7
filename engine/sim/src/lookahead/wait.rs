//! How long somebody will wait: the fate of the subject in each replication, and what they say together.

use std::sync::Arc;

use sunline_core::forecast::WaitMode;
use sunline_core::time::{Span, Timestamp};
use sunline_core::{
    Command, Connection, ContactDetails, ContactId, ContactState, Event, EventKind, NewContact, QueueId,
};

use super::{LookAhead, LookAheadError, Plan, Subject, copy};
use crate::random::{Chance, Purpose};
use crate::scenario::Scenario;
use crate::statistics::{Estimate, Replications, StatisticsError, student_t};
use crate::world::{Arrival, Listener, World};

/// What became of the subject.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fate {
    /// Served after so long from now.
    Served(Span),
    /// It gave up, or was not let in.
    Left,
    /// It still waits at the horizon.
    Waits,
}

/// What the replications say about a wait. Waits are counted from now, not from the subject's origin.
#[derive(Clone, Debug, PartialEq)]
pub struct WaitOutlook {
    mode: WaitMode,
    /// Waits of those served within the horizon, shortest first.
    served: Vec<Span>,
    left: u64,
    still_wait: u64,
    /// What is left of the time within which an answer is in time.
    target: Span,
    horizon: Span,
}

/// A share of replications.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Share {
    /// The share, in `[0, 1]`.
    pub value: f64,
    /// Of how many replications.
    pub replications: u64,
}

/// A quantile of the wait; bounds at 95 %. `None` is longer than the horizon.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Quantile {
    /// The wait that is not exceeded with the probability asked for.
    pub value: Option<Span>,
    /// What it is at least.
    pub low: Option<Span>,
    /// What it is at most.
    pub high: Option<Span>,
}

impl Share {
    fn of(count: usize, replications: usize) -> Option<Self> {
        (replications > 0)
            .then(|| Self { value: count as f64 / replications as f64, replications: replications as u64 })
    }

    /// Bounds that hold the true share with probability `level`, a number strictly between 0 and 1: Wilson's, with
    /// Student's quantile. They lie in `[0, 1]` and have a width even where the share is 0 or 1.
    ///
    /// # Errors
    /// [`StatisticsError::Level`].
    pub fn interval(&self, level: f64) -> Result<(f64, f64), StatisticsError> {
        let n = self.replications as f64;
        let t = student_t(level, self.replications.saturating_sub(1))?;
        if t.is_infinite() {
            return Ok((0.0, 1.0));
        }
        let (square, p) = (t * t / n, self.value);
        let middle = p + 0.5 * square;
        let reach = (square * p * (1.0 - p) + 0.25 * square * square).sqrt();
        let bound = |x: f64| (x / (1.0 + square)).clamp(0.0, 1.0);
        Ok((bound(middle - reach), bound(middle + reach)))
    }
}

impl WaitOutlook {
    /// Whose wait this is.
    pub fn mode(&self) -> WaitMode {
        self.mode
    }

    /// How many replications were run.
    pub fn replications(&self) -> u64 {
        self.served.len() as u64 + self.left + self.still_wait
    }

    /// How far the replications looked.
    pub fn horizon(&self) -> Span {
        self.horizon
    }

    /// Mean wait in seconds with its standard error: of the replications in which the subject was served.
    ///
    /// Where [`Self::p_beyond_horizon`] is not small, the mean of those served within the horizon is too short.
    ///
    /// # Errors
    /// [`StatisticsError::TooFew`] when it was served in fewer than two.
    pub fn mean(&self) -> Result<Estimate, StatisticsError> {
        self.served.iter().map(|wait| wait.as_secs_f64()).collect::<Replications>().estimate()
    }

    /// The wait that is not exceeded with probability `q`; `None` unless `0 < q < 1` and somebody is in the law of the mode.
    pub fn quantile(&self, q: f64) -> Option<Quantile> {
        let n = self.in_law();
        if n == 0 || !(q > 0.0 && q < 1.0) {
            return None;
        }
        let at = |rank: f64| self.served.get(rank.clamp(0.0, (n - 1) as f64) as usize).copied();
        let middle = q * n as f64;
        // The number of waits below the true quantile is binomial.
        let reach = 1.96 * (middle * (1.0 - q)).sqrt();
        Some(Quantile {
            value: at((middle - 1e-9).floor()),
            low: at((middle - reach).floor()),
            high: at((middle + reach).ceil()),
        })
    }

    /// P(wait ≤ t) in the law of the mode; t at most the horizon, beyond it this is a lower bound. `None` when nobody was
    /// served in a `GivenServed` outlook.
    pub fn p_within(&self, t: Span) -> Option<Share> {
        Share::of(self.served.partition_point(|wait| *wait <= t), self.in_law())
    }

    /// Probability that the subject is served in time: before the queue's `answer_within` has passed since its origin. Of
    /// all replications, whatever the mode.
    pub fn p_meets_target(&self) -> Option<Share> {
        let in_time = self.served.partition_point(|wait| *wait <= self.target);
        Share::of(in_time, self.replications() as usize)
    }

    /// Probability that the subject gives up, or is not let in, within the horizon.
    pub fn p_abandons(&self) -> Option<Share> {
        Share::of(self.left as usize, self.replications() as usize)
    }

    /// Probability that it still waits at the horizon.
    pub fn p_beyond_horizon(&self) -> Option<Share> {
        Share::of(self.still_wait as usize, self.replications() as usize)
    }

    /// Replications in the law of the mode: all that stay, or all that were served.
    fn in_law(&self) -> usize {
        match self.mode {
            WaitMode::IfYouStay => self.served.len() + self.still_wait as usize,
            WaitMode::GivenServed => self.served.len(),
        }
    }
}

/// Who is asked about, looked up once.
pub(super) struct Question {
    mode: WaitMode,
    who: Asked,
    target: Span,
}

enum Asked {
    Inside { number: u64, id: ContactId },
    New { queue: QueueId, stream: usize, points: i64, details: Option<Arc<ContactDetails>> },
}

impl Question {
    pub(super) fn new(ahead: &LookAhead, subject: &Subject, mode: WaitMode) -> Result<Self, LookAheadError> {
        let domain = &ahead.start.domain;
        match subject {
            Subject::Contact(contact) => {
                let contact = *contact;
                let view = domain.contact_view(&contact).ok_or(LookAheadError::UnknownContact { contact })?;
                if !matches!(view.state, ContactState::Waiting | ContactState::Offered) {
                    return Err(LookAheadError::NotWaiting { contact, state: view.state });
                }
                let number = ahead.start.names.number(&contact);
                let number = number.ok_or(LookAheadError::UnknownContact { contact })?;
                let target = answer_within(ahead, view.queue) - view.waited;
                Ok(Self { mode, who: Asked::Inside { number, id: contact }, target })
            }
            Subject::Newcomer { queue: name, points, details } => {
                let queue =
                    domain.queue_id(name).ok_or(LookAheadError::UnknownQueue { name: name.clone() })?;
                let stream = copy::laws_for(&ahead.assumptions, name, *points);
                let newcomer = ahead.start.names.id(ahead.start.inside.len() as u64);
                let stream =
                    stream.ok_or(LookAheadError::NoLaw { queue: name.clone(), contact: newcomer })?;
                let new = NewContact {
                    points: *points,
                    details: details.clone(),
                    ..NewContact::new(newcomer, queue)
                };
                domain
                    .branch()
                    .handle(domain.now(), Command::Arrive(new))
                    .map_err(LookAheadError::Arrival)?;
                let who = Asked::New { queue, stream, points: *points, details: details.clone() };
                Ok(Self { mode, who, target: answer_within(ahead, queue) })
            }
        }
    }

    /// What becomes of the subject in one replication, which ends as soon as that is known.
    pub(super) fn answer(
        &self,
        ahead: &LookAhead,
        scenario: &Scenario,
        chance: Chance,
    ) -> Result<Fate, LookAheadError> {
        let stays = self.mode == WaitMode::IfYouStay;
        let begins = ahead.now();
        match &self.who {
            Asked::Inside { number, id } => {
                let mut world = ahead.world(scenario, chance, stays.then_some(*number))?;
                Ok(Watch { id: *id, begins, fate: None }.over(&mut world))
            }
            Asked::New { queue, stream, points, details } => {
                let mut world = ahead.world(scenario, chance, None)?;
                let number = ahead.start.inside.len() as u64;
                let (handling, patience) = world.laws(*stream);
                let handling = handling.sample(&mut World::luck(chance, Purpose::Service, number));
                let mut luck = World::luck(chance, Purpose::Patience, number);
                let patience = patience.filter(|_| !stays).map(|law| law.sample(&mut luck));
                let (queue, points, details) = (*queue, *points, details.clone());
                // It comes from no stream, so it is handed to nobody.
                let (source, first) = (u32::MAX, 0);
                let newcomer = Arrival { queue, points, details, handling, patience, source, number: first };
                let mut watch = Watch { id: ahead.start.names.id(number), begins, fate: None };
                world.send(newcomer, &mut watch);
                Ok(watch.over(&mut world))
            }
        }
    }

    pub(super) fn outlook(&self, fates: &[Fate], plan: &Plan) -> WaitOutlook {
        let count = |wanted: Fate| fates.iter().filter(|fate| **fate == wanted).count() as u64;
        let (left, still_wait) = (count(Fate::Left), count(Fate::Waits));
        let served = |fate: &Fate| match fate {
            Fate::Served(wait) => Some(*wait),
            _ => None,
        };
        let mut served: Vec<Span> = fates.iter().filter_map(served).collect();
        served.sort_unstable();
        WaitOutlook { mode: self.mode, served, left, still_wait, target: self.target, horizon: plan.horizon }
    }
}

fn answer_within(ahead: &LookAhead, queue: QueueId) -> Span {
    let settings = ahead.start.domain.config().queue_settings(queue);
    settings.map_or(Span::ZERO, |settings| settings.answer_within)
}

/// Listens for what becomes of one contact.
struct Watch {
    id: ContactId,
    begins: Timestamp,
    fate: Option<Fate>,
}

impl Watch {
    fn over(mut self, world: &mut World<'_>) -> Fate {
        while self.fate.is_none() && world.step(&mut self) {}
        self.fate.unwrap_or(Fate::Waits)
    }
}

impl Listener for Watch {
    fn hear(&mut self, event: &Event) {
        let served = Fate::Served(event.at.since(self.begins));
        self.fate = self.fate.or(match &event.kind {
            EventKind::OfferAccepted { contact, connection: Connection::Made { .. }, .. }
            | EventKind::ContactConnected { contact, .. } => (*contact == self.id).then_some(served),
            EventKind::ContactEnded { contact, .. } => (*contact == self.id).then_some(Fate::Left),
            _ => None,
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn outlook(
        mode: WaitMode,
        served: impl IntoIterator<Item = i64>,
        left: u64,
        still_wait: u64,
    ) -> WaitOutlook {
        let served = served.into_iter().map(Span::from_secs).collect();
        WaitOutlook {
            mode,
            served,
            left,
            still_wait,
            target: Span::from_secs(20),
            horizon: Span::from_secs(100),
        }
    }

    #[test]
    fn quantiles_and_shares_count_who_stays_to_the_horizon() {
        let wait = outlook(WaitMode::IfYouStay, 1..=80, 0, 20);
        assert_eq!(wait.quantile(0.5).unwrap().value, Some(Span::from_secs(50)));
        let ninety = wait.quantile(0.9).unwrap();
        assert_eq!((ninety.value, ninety.high), (None, None));
        assert_eq!(wait.p_within(Span::from_secs(40)).unwrap().value, 0.4);
        assert_eq!(wait.p_meets_target().unwrap().value, 0.2);
        assert_eq!(wait.p_beyond_horizon().unwrap().value, 0.2);
        let served = outlook(WaitMode::GivenServed, 1..=80, 20, 0);
        assert_eq!(served.p_within(Span::from_secs(40)).unwrap().value, 0.5);
        assert_eq!((served.p_abandons().unwrap().value, served.p_meets_target().unwrap().value), (0.2, 0.2));
        let none = outlook(WaitMode::GivenServed, [], 5, 0);
        assert_eq!((none.quantile(0.5), none.p_within(Span::MAX)), (None, None));
    }

    #[test]
    fn bounds_hold_the_quantile_and_shares_never_have_no_width() {
        let wait = outlook(WaitMode::IfYouStay, 1..=100, 0, 0);
        let median = wait.quantile(0.5).unwrap();
        assert_eq!((median.low, median.high), (Some(Span::from_secs(41)), Some(Span::from_secs(61))));
        let all = wait.p_within(Span::from_secs(100)).unwrap();
        let (low, high) = all.interval(0.95).unwrap();
        // Wilson with Student's 1.9842 for 99 degrees of freedom: 1/(1 + 1.9842²/100).
        assert!((low - 0.962_12).abs() < 1e-4 && (high - 1.0).abs() < 1e-12, "{low} {high}");
    }
}

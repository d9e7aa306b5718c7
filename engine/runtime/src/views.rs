//! Read views: what a dashboard wants to know, published by the writer and read without waiting for it.

use core::time::Duration;
use std::sync::Arc;
use std::time::Instant;

use arc_swap::ArcSwap;
use smol_str::SmolStr;
use sunline_core::forecast::{LEVELS, Unknown, WaitMode};
use sunline_core::{
    AgentState, Domain, NoForecast, OfferView, PoolId, PredictedWait, QueueId, Seq, Span, Stage, Timestamp,
};

/// The engine at one moment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Views {
    /// Which moment, by the engine's clock.
    pub at: Timestamp,
    /// The last event that is in it.
    pub seq: Seq,
    /// One entry per queue, by `QueueId`.
    pub queues: Vec<QueueReading>,
    /// One entry per pool, by `PoolId`.
    pub pools: Vec<PoolReading>,
    /// The next instant at which something happens by itself.
    pub next_deadline: Option<Timestamp>,
    /// Offers that await an answer.
    pub offers: u32,
    /// Of these the one whose time is over first; of several the oldest.
    pub first_offer_to_end: Option<OfferView>,
}

/// A queue at one moment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QueueReading {
    /// Its number.
    pub id: QueueId,
    /// Its name.
    pub name: SmolStr,
    /// Contacts that have not ended.
    pub inside: u32,
    /// Of these, the ones that no agent has accepted.
    pub waiting: u32,
    /// Since when the one waits who has waited longest; `None` when nobody does.
    pub oldest_origin: Option<Timestamp>,
    /// What one would be told who came now and found nobody free; `None` where the configuration wants no forecasts.
    pub newcomer: Option<Result<NewcomerWait, Unknown>>,
}

/// A predicted wait in whole numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NewcomerWait {
    /// Place among those who wait in the same queue; 1 is next.
    pub position: u32,
    /// Mean wait, if the customer stays.
    pub mean: Span,
    /// Waits that are not exceeded with the probabilities of `LEVELS`: 0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95.
    pub quantiles: [Span; LEVELS.len()],
    /// Probability of an answer in time, in millionths.
    pub p_meets_target: u32,
    /// Probability that the customer gives up first, in millionths.
    pub p_abandons: u32,
}

/// A pool at one moment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PoolReading {
    /// Its number.
    pub id: PoolId,
    /// Its name.
    pub name: SmolStr,
    /// Its agents.
    pub agents: AgentCounts,
}

/// How many agents are what.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct AgentCounts {
    /// Signed out, with nothing in hand.
    pub offline: u32,
    /// On a break, with nothing in hand.
    pub on_break: u32,
    /// Ready and idle.
    pub idle: u32,
    /// With an offer, a contact or a wrap-up in hand.
    pub busy: u32,
    /// Ready, but paused after a failed offer.
    pub cooling_down: u32,
    /// Ready, but asked nothing after too many unanswered offers.
    pub not_responding: u32,
    /// Ready, but outside their shifts.
    pub off_shift: u32,
}

impl Views {
    /// A queue by its name.
    pub fn queue(&self, name: &str) -> Option<&QueueReading> {
        self.queues.iter().find(|queue| queue.name == name)
    }

    /// Agents of all pools.
    pub fn agents(&self) -> AgentCounts {
        self.pools.iter().fold(AgentCounts::default(), |sum, pool| sum.and(pool.agents))
    }

    pub(crate) fn of(domain: &Domain, at: Timestamp) -> Self {
        let config = domain.config();
        let oldest = domain.oldest_origins();
        let queues = domain.queues().zip(oldest).map(|(queue, oldest_origin)| QueueReading {
            id: queue.id,
            name: queue.name.clone(),
            inside: queue.inside,
            waiting: queue.waiting,
            oldest_origin,
            newcomer: NewcomerWait::of(domain, at, queue.id),
        });
        let mut pools: Vec<PoolReading> = (0..)
            .map(PoolId)
            .zip(config.pool_names())
            .map(|(id, name)| PoolReading { id, name: name.clone(), agents: AgentCounts::default() })
            .collect();
        let (mut offers, mut first): (u32, Option<OfferView>) = (0, None);
        for agent in domain.agents() {
            let named = agent.spec.pool.as_deref().and_then(|name| config.pool_id(name));
            pools[named.unwrap_or_default().index()].agents.count(agent.state);
            for offer in agent.work.iter().filter_map(|work| match work.stage {
                Stage::Reserved { offer } => domain.offer_view(offer),
                _ => None,
            }) {
                offers += 1;
                let key = |offer: &OfferView| (offer.expires_at, offer.id);
                if first.as_ref().is_none_or(|first| key(&offer) < key(first)) {
                    first = Some(offer);
                }
            }
        }
        let next_deadline = domain.next_deadline();
        let queues = queues.collect();
        Self { at, seq: domain.seq(), queues, pools, next_deadline, offers, first_offer_to_end: first }
    }
}

impl NewcomerWait {
    fn of(domain: &Domain, at: Timestamp, queue: QueueId) -> Option<Result<Self, Unknown>> {
        match domain.predicted_wait_in(at, queue, 0, WaitMode::IfYouStay) {
            Ok(wait) => Some(Ok(Self::whole(&wait))),
            Err(NoForecast::Unknown(reason)) => Some(Err(reason)),
            Err(_) => None,
        }
    }

    fn whole(wait: &PredictedWait) -> Self {
        let span = |seconds: f64| Span::from_secs_f64(seconds).unwrap_or(Span::MAX);
        let millionths = |share: f64| (share * 1e6).round() as u32;
        Self {
            position: wait.position,
            mean: span(wait.mean()),
            quantiles: LEVELS.map(|level| span(wait.quantile(level).unwrap_or(f64::INFINITY))),
            p_meets_target: millionths(wait.p_meets_target()),
            p_abandons: millionths(wait.law.p_abandons()),
        }
    }
}

impl QueueReading {
    /// The longest wait as of an instant; zero when nobody waits.
    pub fn longest_wait(&self, now: Timestamp) -> Span {
        self.oldest_origin.map_or(Span::ZERO, |origin| now.since(origin).max(Span::ZERO))
    }
}

impl AgentCounts {
    /// Each state's name, in the order above, and how many are in it.
    pub const fn by_state(&self) -> [(&'static str, u32); 7] {
        [
            ("offline", self.offline),
            ("on_break", self.on_break),
            ("idle", self.idle),
            ("busy", self.busy),
            ("cooling_down", self.cooling_down),
            ("not_responding", self.not_responding),
            ("off_shift", self.off_shift),
        ]
    }

    /// All of them.
    pub const fn total(&self) -> u32 {
        self.offline
            + self.on_break
            + self.idle
            + self.busy
            + self.cooling_down
            + self.not_responding
            + self.off_shift
    }

    const fn count(&mut self, state: AgentState) {
        *(match state {
            AgentState::Offline => &mut self.offline,
            AgentState::OnBreak => &mut self.on_break,
            AgentState::Idle => &mut self.idle,
            AgentState::Busy => &mut self.busy,
            AgentState::CoolingDown => &mut self.cooling_down,
            AgentState::NotResponding => &mut self.not_responding,
            AgentState::OffShift => &mut self.off_shift,
        }) += 1;
    }

    const fn and(self, other: Self) -> Self {
        Self {
            offline: self.offline + other.offline,
            on_break: self.on_break + other.on_break,
            idle: self.idle + other.idle,
            busy: self.busy + other.busy,
            cooling_down: self.cooling_down + other.cooling_down,
            not_responding: self.not_responding + other.not_responding,
            off_shift: self.off_shift + other.off_shift,
        }
    }
}

/// Views are at most this old while something happens.
pub(crate) const AT_MOST_EVERY: Duration = Duration::from_millis(50);
/// A view may take up to one part in so many of the writer's time.
const SHARE: u32 = 20;

/// Decides when the views are made anew: at a quiet moment when they are cheap, else every 50 ms.
#[derive(Debug)]
pub(crate) struct Publisher {
    made: Instant,
    cost: Duration,
    /// What it was made of. A deadline may fire and lead to nothing: then only the next one moves.
    made_of: (Seq, Option<Timestamp>),
}

impl Publisher {
    pub(crate) fn new(domain: &Domain) -> Self {
        Self { made: Instant::now(), cost: Duration::ZERO, made_of: Self::moves(domain) }
    }

    /// Publishes if the state has moved and it is time; `false` when it has moved and it is not.
    pub(crate) fn offer(
        &mut self,
        views: &ArcSwap<Views>,
        domain: &Domain,
        at: Timestamp,
        quiet: bool,
    ) -> bool {
        if Self::moves(domain) == self.made_of {
            return true;
        }
        let age = self.made.elapsed();
        let due = age >= AT_MOST_EVERY || (quiet && age >= self.cost * SHARE);
        if due {
            self.publish(views, domain, at);
        }
        due
    }

    /// Publishes now.
    pub(crate) fn publish(&mut self, views: &ArcSwap<Views>, domain: &Domain, at: Timestamp) {
        let began = Instant::now();
        views.store(Arc::new(Views::of(domain, at)));
        self.made = Instant::now();
        self.cost = self.made.duration_since(began);
        self.made_of = Self::moves(domain);
    }

    fn moves(domain: &Domain) -> (Seq, Option<Timestamp>) {
        (domain.seq(), domain.next_deadline())
    }
}

//! A queue with a limited room, M/M/c/K and M/M/c/K+M: contacts that find it full are turned away.
//!
//! Everything is a sum over the number of contacts ahead of an arrival, of its share times what the law of
//! V_n gives for it. All terms are positive, so nothing cancels; the shares are scaled, so nothing overflows.

use super::ahead::Ahead;
use super::numeric::roots;
use super::stages::Stages;
use super::{ForecastError, ServiceLevel, SteadyState, Traffic, WaitingLine, checks, erlang_b};

/// The most places to wait.
const MOST_PLACES: f64 = 1e7;

/// The queue of `agents` (at least 1) under `traffic` with room for `capacity` contacts, in service and
/// waiting (from `agents` up to `agents` + 10 million), whose contacts give up after an exponential time of
/// `mean_patience` seconds (1e-15 to 1e15; `None`: never).
///
/// Any load will do. With `capacity = agents` it is Erlang B. Exact to about 1e-12. Costs one step for each
/// place to wait, for the figures and for each threshold, about ten of these for a quantile.
///
/// # Errors
/// [`ForecastError::RoomBelowAgents`], [`ForecastError::NoAgents`], [`ForecastError::NotANumber`],
/// [`ForecastError::OutOfRange`].
///
/// # Source
/// Garnett, Mandelbaum and Reiman, "Designing a call center with impatient customers", M&SOM 4(3), 2002;
/// Whitt, "Engineering solution of a basic call-center model", Management Science 51(2), 2005.
///
/// # Examples
/// Ten agents, four places to wait, eight erlangs: one contact in 26 is turned away.
///
/// ```
/// use sunline_core::forecast::{Traffic, WaitingLine, finite_room};
/// let queue = finite_room(10, 14, Traffic::new(4.0 / 60.0, 120.0)?, None)?;
/// assert!((queue.figures().p_block - 0.03871).abs() < 5e-6);
/// # Ok::<(), sunline_core::forecast::ForecastError>(())
/// ```
pub fn finite_room(
    agents: u32,
    capacity: u32,
    traffic: Traffic,
    mean_patience: Option<f64>,
) -> Result<FiniteRoomQueue, ForecastError> {
    FiniteRoomQueue::new(agents, capacity, traffic, mean_patience)
}

/// A queue with limited room; made by [`finite_room`].
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct FiniteRoomQueue {
    ahead: Ahead,
    /// Share of all arrivals that are let in and wait, over the sum of the weights.
    per_weight: f64,
    /// Share of all arrivals served at once.
    p_at_once: f64,
    figures: SteadyState,
}

impl FiniteRoomQueue {
    fn new(
        agents: u32,
        capacity: u32,
        traffic: Traffic,
        mean_patience: Option<f64>,
    ) -> Result<Self, ForecastError> {
        let c = checks::agents(agents)?;
        let Some(places) = capacity.checked_sub(agents) else {
            return Err(ForecastError::RoomBelowAgents { capacity, agents });
        };
        checks::between("places", f64::from(places), 0.0, MOST_PLACES)?;
        let abandonment_rate = match mean_patience {
            Some(mean) => 1.0 / checks::positive("mean_patience", mean)?,
            None => 0.0,
        };
        let ahead = Ahead::walled(traffic.arrival_rate(), traffic.drain(c), abandonment_rate, places);
        Ok(Self::over(c, traffic, ahead))
    }

    /// The queue without walls, Erlang A; `None` when more than `most` numbers ahead count.
    pub(super) fn endless(
        agents: u32,
        traffic: Traffic,
        abandonment_rate: f64,
        most: u32,
    ) -> Result<Option<Self>, ForecastError> {
        let c = checks::agents(agents)?;
        let ahead = Ahead::endless(traffic.arrival_rate(), traffic.drain(c), abandonment_rate, most);
        Ok(ahead.map(|ahead| Self::over(c, traffic, ahead)))
    }

    fn over(c: f64, traffic: Traffic, ahead: Ahead) -> Self {
        let mut sums = Sums::default();
        let mut queue = 0.0;
        let (mut mean, mut mean_served) = (0.0, 0.0);
        let (drain, theta) = (ahead.drain, ahead.abandonment_rate);
        let full = ahead.each(|n, weight| {
            let (rank, rate) = (n + 1.0, drain + n * theta);
            let leaving = drain + rank * theta;
            mean += 1.0 / rate;
            mean_served += 1.0 / leaving;
            sums.waits += weight;
            sums.stays += weight * (drain / leaving);
            sums.leaves += weight * (rank * theta / leaving);
            sums.actual_wait += weight * (rank / leaving);
            sums.served_wait += weight * (drain / leaving) * mean_served;
            sums.virtual_wait += weight * mean;
            queue += weight * n;
        });
        queue += full * f64::from(ahead.places);
        // All weights of states with every agent busy, over that of the states before: the odds of finding
        // all busy.
        let a = traffic.offered_load();
        let busy = sums.waits + full;
        let ln_odds = libm::log(busy) - ahead.ln_first_weight + libm::log(a / c * erlang_b::loss(c - 1.0, a));
        let odds = libm::exp(ln_odds);
        let p_at_once = 1.0 / (1.0 + odds);
        let p_busy = if odds < 1.0 { odds * p_at_once } else { 1.0 - p_at_once };
        let per_weight = p_busy / busy;
        let let_in = p_at_once + per_weight * sums.waits;
        let p_served = p_at_once + per_weight * sums.stays;
        let over = |part: f64, whole: f64| if whole > 0.0 { part / whole } else { 0.0 };
        let figures = SteadyState {
            p_wait: over(per_weight * sums.waits, let_in),
            p_abandon: per_weight * sums.leaves,
            p_block: per_weight * full,
            mean_wait_all: over(per_weight * sums.actual_wait, let_in),
            mean_wait_served: over(per_weight * sums.served_wait, p_served),
            mean_wait_given_wait: over(sums.actual_wait, sums.waits),
            mean_virtual_wait: over(per_weight * sums.virtual_wait, let_in),
            mean_queue_length: per_weight * queue,
            mean_busy: (a * p_served).min(c),
            occupancy: (a / c * p_served).min(1.0),
        };
        Self { ahead, per_weight, p_at_once, figures }
    }

    /// Share of all arrivals let in whose virtual wait is longer than `t`, and its rate of decline.
    fn longer(&self, t: f64) -> (f64, f64) {
        let mut survivals = Stages::survivals(self.ahead.drain, self.ahead.abandonment_rate, t);
        let (mut longer, mut density, mut before) = (0.0, 0.0, 0.0);
        self.ahead.each(|n, weight| {
            let survival = survivals.next();
            longer += weight * survival;
            // The density of V_n is (drain + nθ) p_n, and p_n is the step from one survival to the next.
            density += weight * (survival - before) * (self.ahead.drain + n * self.ahead.abandonment_rate);
            before = survival;
        });
        (self.per_weight * longer, self.per_weight * density)
    }
}

#[derive(Default)]
struct Sums {
    waits: f64,
    stays: f64,
    leaves: f64,
    actual_wait: f64,
    served_wait: f64,
    virtual_wait: f64,
}

impl WaitingLine for FiniteRoomQueue {
    fn figures(&self) -> &SteadyState {
        &self.figures
    }

    fn service_level(&self, threshold: f64) -> Result<ServiceLevel, ForecastError> {
        let t = checks::at_least_zero("threshold", threshold)?;
        let (rate, step) = (self.ahead.drain, self.ahead.abandonment_rate);
        let mut late = Stages::survivals(rate, step, t);
        let mut late_served = Stages::survivals(rate + step, step, t);
        let (mut served, mut longer, mut abandons) = (0.0, 0.0, 0.0);
        let patient = libm::exp(-step * t);
        self.ahead.each(|n, weight| {
            let leaving = rate + (n + 1.0) * step;
            let stays = rate / leaving;
            let (late, late_served) = (late.next(), late_served.next());
            longer += weight * late;
            served += weight * stays * (1.0 - late_served);
            // Gives up within t = gives up at all, less gives up after t, which needs V > t and patience > t.
            let leaves = (n + 1.0) * step / leaving;
            abandons += weight * (leaves - (late * patient - stays * late_served).max(0.0)).max(0.0);
        });
        let served = self.p_at_once + self.per_weight * served;
        let (abandons, longer) = (self.per_weight * abandons, self.per_weight * longer);
        Ok(ServiceLevel::new(served, abandons, longer, self.figures.p_block))
    }

    fn virtual_wait_quantile(&self, p: f64) -> Result<f64, ForecastError> {
        let waits = self.longer(0.0).0;
        let beyond = (1.0 - checks::share("p", p)?) * (self.p_at_once + waits);
        if waits <= beyond {
            return Ok(0.0);
        }
        let mut hi = 1.0 / self.ahead.drain;
        while self.longer(hi).0 > beyond {
            hi *= 2.0;
        }
        let gap_and_slope = |t: f64| {
            let (longer, density) = self.longer(t);
            (beyond - longer, density)
        };
        Ok(roots::rising(gap_and_slope, 0.0, hi, 0.5 * hi))
    }
}

//! General patience, M/M/n+G: contacts give up after a time of any law.
//!
//! While all agents are busy the virtual wait has a density proportional to exp(λH(x) − nμx), H the mean
//! patience capped at x. Its logarithm is concave whatever the law, so it has one peak, at the wait where
//! those still patient arrive as fast as the agents finish. All figures are integrals against it, taken from
//! the peak outwards until it has fallen by e^(−50).

use super::numeric::quadrature::integrate;
use super::numeric::roots;
use super::patience::Patience;
use super::{ForecastError, ServiceLevel, SteadyState, Traffic, WaitingLine, checks, erlang_b};

/// The most contacts that may arrive or be finished within the waits that count: the density is the
/// exponential of their difference, whose digits they use up.
const MOST_WITHIN: f64 = 1e9;
/// The density is taken as 0 where it is below e^(−50) of its peak.
const FALL: f64 = 50.0;

/// The queue of `agents` (at least 1) under `traffic`, whose contacts give up after a time of the law
/// `patience` (M/M/n+G): first come first served, exponential handle times.
///
/// Exact to about 1e-12 up to 10,000 agents and beyond, for a smooth law; tails below 1e-12 of `p_wait` lose
/// digits, below 1e-21 they are 0. Building it takes some hundred looks at the law of patience and O(√load)
/// steps.
///
/// # Errors
/// [`ForecastError::Overloaded`] when those who never give up are too many; [`ForecastError::NoAgents`];
/// [`ForecastError::OutOfRange`] where more than 1e9 contacts may come within one wait;
/// [`ForecastError::NotANumber`] where the law of patience gives no numbers.
///
/// # Source
/// Baccelli and Hebuterne, "On queues with impatient customers", Performance '81; Zeltyn and Mandelbaum,
/// "Call centers with impatient customers", Queueing Systems 51, 2005.
///
/// # Examples
/// Nine contacts a minute for eight agents; everyone hangs up after exactly a minute.
///
/// ```
/// use sunline_core::forecast::patience::Deterministic;
/// use sunline_core::forecast::{Traffic, WaitingLine, general_patience};
/// let queue = general_patience(8, Traffic::new(9.0 / 60.0, 60.0)?, Deterministic::new(60.0)?)?;
/// assert!((queue.figures().p_abandon - 0.14365).abs() < 5e-6);
/// # Ok::<(), sunline_core::forecast::ForecastError>(())
/// ```
pub fn general_patience<P: Patience>(
    agents: u32,
    traffic: Traffic,
    patience: P,
) -> Result<ImpatientQueue<P>, ForecastError> {
    ImpatientQueue::new(agents, traffic, patience)
}

/// A queue whose contacts give up; made by [`general_patience`].
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ImpatientQueue<P> {
    wait: WaitDensity<P>,
    figures: SteadyState,
    /// Probability of no wait; kept apart from `p_wait`, which may round to 1.
    p_at_once: f64,
}

impl<P: Patience> ImpatientQueue<P> {
    fn new(agents: u32, traffic: Traffic, patience: P) -> Result<Self, ForecastError> {
        let n = checks::agents(agents)?;
        let a = traffic.offered_load();
        let endless = a * patience.endless();
        if endless >= n {
            return Err(ForecastError::Overloaded { offered_load: endless, agents: n });
        }
        let wait = WaitDensity::new(traffic.arrival_rate(), traffic.drain(n), patience)?;
        let [mass, virtual_wait, actual_wait, stays, served_wait, leaves] =
            wait.over(0.0, wait.hi, |law, x, Look { w, capped }| {
                let stays = law.survival(x);
                [w, w * x, w * capped, w * stays, w * x * stays, w * law.cdf(x)]
            });
        let all = mass + virtual_wait + actual_wait + stays + served_wait + leaves;
        if !all.is_finite() || mass <= 0.0 {
            return Err(ForecastError::NotANumber { quantity: "patience" });
        }
        // Odds of waiting: λJ / E, where J = ∫ exp(λH − nμx) and E = 1/B(n − 1).
        let ln_odds =
            libm::log(traffic.arrival_rate() * mass) + wait.ln_peak + libm::log(erlang_b::loss(n - 1.0, a));
        let odds = libm::exp(ln_odds);
        let p_at_once = 1.0 / (1.0 + odds);
        let p_wait = if odds < 1.0 { odds * p_at_once } else { 1.0 - p_at_once };
        let p_abandon = p_wait * leaves / mass;
        let p_served = p_at_once + p_wait * stays / mass;
        let mean_wait_all = p_wait * actual_wait / mass;
        let figures = SteadyState {
            p_wait,
            p_abandon,
            p_block: 0.0,
            mean_wait_all,
            mean_wait_served: if p_served > 0.0 { p_wait * served_wait / mass / p_served } else { 0.0 },
            mean_wait_given_wait: actual_wait / mass,
            mean_virtual_wait: p_wait * virtual_wait / mass,
            mean_queue_length: traffic.arrival_rate() * mean_wait_all,
            mean_busy: a * p_served,
            occupancy: (a / n * p_served).min(1.0),
        };
        Ok(Self { wait: WaitDensity { mass, ..wait }, figures, p_at_once })
    }
}

impl<P: Patience> WaitingLine for ImpatientQueue<P> {
    fn figures(&self) -> &SteadyState {
        &self.figures
    }

    fn service_level(&self, threshold: f64) -> Result<ServiceLevel, ForecastError> {
        let t = checks::at_least_zero("threshold", threshold)?;
        let scale = self.figures.p_wait / self.wait.mass;
        let [served, left] =
            self.wait.over(0.0, t, |law, x, Look { w, .. }| [w * law.survival(x), w * law.cdf(x)]);
        let [longer] = self.wait.over(t, self.wait.hi, |_, _, look| [look.w]);
        let longer = longer * scale;
        let abandons = left * scale + self.wait.patience.cdf(t) * longer;
        Ok(ServiceLevel::new(self.p_at_once + served * scale, abandons, longer, 0.0))
    }

    fn virtual_wait_quantile(&self, p: f64) -> Result<f64, ForecastError> {
        let beyond = 1.0 - checks::share("p", p)?;
        if beyond >= self.figures.p_wait {
            return Ok(0.0);
        }
        // The mass beyond the quantile is known; each look adds only the piece since the look before.
        let wanted = beyond / self.figures.p_wait * self.wait.mass;
        let (mut at, mut mass_beyond) = (self.wait.lo, self.wait.mass);
        let gap_and_slope = |x: f64| {
            let [piece] = self.wait.over(at.min(x), at.max(x), |_, _, look| [look.w]);
            mass_beyond += if x < at { piece } else { -piece };
            at = x;
            (wanted - mass_beyond, self.wait.look(x).w)
        };
        Ok(roots::rising(gap_and_slope, self.wait.lo, self.wait.hi, self.wait.mode))
    }
}

/// The density of the virtual wait while all agents are busy, up to a factor: 1 at its peak.
#[derive(Clone, Copy, Debug, PartialEq)]
struct WaitDensity<P> {
    patience: P,
    arrival_rate: f64,
    /// Contacts per second that the agents finish.
    drain: f64,
    /// Where the density peaks.
    mode: f64,
    /// Mean patience capped at the mode.
    capped_at_mode: f64,
    /// Logarithm of the density at its peak over that at 0.
    ln_peak: f64,
    /// Below `lo` and above `hi` the density counts as 0.
    lo: f64,
    hi: f64,
    /// Integral of the density.
    mass: f64,
    /// Whether the law of patience subtracts to find its mean between two instants.
    subtracts: bool,
}

/// The density at one wait, and the mean patience capped there.
struct Look {
    w: f64,
    capped: f64,
}

impl<P: Patience> WaitDensity<P> {
    fn new(arrival_rate: f64, drain: f64, patience: P) -> Result<Self, ForecastError> {
        let mode = if drain >= arrival_rate * patience.survival(0.0) {
            0.0
        } else {
            patience.time_at_survival(drain / arrival_rate)
        };
        let capped_at_mode = patience.mean_capped(mode);
        let ln_peak = arrival_rate * capped_at_mode - drain * mode;
        let subtracts = patience.subtracted(mode + 1.0 / drain) > 0.0;
        let (lo, hi, mass) = (0.0, mode, 0.0);
        let mut law =
            Self { patience, arrival_rate, drain, mode, capped_at_mode, ln_peak, lo, hi, mass, subtracts };
        let within = |contacts| checks::between("contacts_within_the_wait", contacts, 0.0, MOST_WITHIN);
        within(arrival_rate * law.patience.subtracted(mode))?;
        law.hi = mode + law.reach(drain, |step| law.ln_weight(mode + step));
        if law.ln_weight(0.0) < -FALL {
            let step = law.reach(arrival_rate, |step| law.ln_weight((mode - step).max(0.0)));
            law.lo = (mode - step).max(0.0);
        }
        within(drain * (law.hi - law.lo))?;
        within(arrival_rate * law.patience.subtracted(law.hi))?;
        Ok(law)
    }

    /// How far from the mode the density has fallen by e^(−50), a little generously; it falls at most at
    /// `rate`.
    fn reach(&self, rate: f64, ln_weight_at: impl Fn(f64) -> f64) -> f64 {
        let (mut near, mut far) = (0.0, FALL / rate);
        while ln_weight_at(far) > -FALL && far < f64::MAX / 4.0 {
            near = far;
            far *= 2.0;
        }
        for _ in 0..3 {
            let middle = 0.5 * (near + far);
            if ln_weight_at(middle) > -FALL {
                near = middle;
            } else {
                far = middle;
            }
        }
        far
    }

    fn ln_weight(&self, x: f64) -> f64 {
        self.ln_look(x).0
    }

    /// Logarithm of the density at `x`, and the mean patience capped there.
    fn ln_look(&self, x: f64) -> (f64, f64) {
        let off = x - self.mode;
        if self.subtracts {
            let capped = self.patience.mean_capped(x);
            return (self.arrival_rate * (capped - self.capped_at_mode) - self.drain * off, capped);
        }
        if off >= 0.0 {
            let gain = self.patience.mean_between(self.mode, x);
            (self.arrival_rate * gain - self.drain * off, self.capped_at_mode + gain)
        } else {
            let loss = self.patience.mean_between(x, self.mode);
            (-self.drain * off - self.arrival_rate * loss, self.patience.mean_capped(x))
        }
    }

    fn look(&self, x: f64) -> Look {
        let (ln, capped) = self.ln_look(x);
        Look { w: libm::exp(ln), capped }
    }

    /// Integrals over the waits from `from` to `to` of what `f` makes of the law of patience, the wait and
    /// its weight.
    fn over<const N: usize>(&self, from: f64, to: f64, f: impl Fn(&P, f64, Look) -> [f64; N]) -> [f64; N] {
        let (mut at, to) = (from.max(self.lo), to.min(self.hi));
        let mut integrand = |x: f64| f(&self.patience, x, self.look(x));
        let mut sum = [0.0; N];
        let mut cuts = self.patience.breaks();
        cuts = &cuts[cuts.partition_point(|&cut| cut <= at)..];
        while at < to {
            let mut next = to;
            if self.mode > at {
                next = next.min(self.mode);
            }
            while let Some((&cut, rest)) = cuts.split_first() {
                if cut > at {
                    next = next.min(cut);
                    break;
                }
                cuts = rest;
            }
            let piece = integrate(&mut integrand, at, next);
            sum = core::array::from_fn(|k| sum[k] + piece[k]);
            at = next;
        }
        sum
    }
}

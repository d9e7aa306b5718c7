//! Erlang C: contacts wait for ever, so the load must stay below the number of agents.

use super::erlang_b::{self, MOST_AGENTS};
use super::{ForecastError, ServiceLevel, SteadyState, Traffic, WaitingLine, checks};

/// Probability that an arriving contact waits, when nobody abandons (Erlang C).
///
/// `agents` on shift, at least 1; `offered_load` = arrival rate × mean handle time, in erlangs, at least 0.
/// The result lies in `[0, 1]`.
///
/// # Errors
/// [`ForecastError::Overloaded`] when `offered_load ≥ agents`: no steady state; ask
/// [`erlang_a`](super::erlang_a). [`ForecastError::NoAgents`], [`ForecastError::NotANumber`],
/// [`ForecastError::OutOfRange`].
///
/// # Source
/// Gans, Koole and Mandelbaum, "Telephone Call Centers", M&SOM 5(2), 2003; by the Erlang B recursion.
///
/// # Examples
/// 100 contacts per half hour, 180 s each, 14 agents: about one in six waits.
///
/// ```
/// use sunline_core::forecast::erlang_c;
/// assert!((erlang_c(14, 10.0)? - 0.1741).abs() < 5e-5);
/// # Ok::<(), sunline_core::forecast::ForecastError>(())
/// ```
pub fn erlang_c(agents: u32, offered_load: f64) -> Result<f64, ForecastError> {
    delay(checks::agents(agents)?, offered_load)
}

/// Erlang C for a real number of agents, as where an agent's time is shared between queues.
///
/// `agents` above 0, up to 2³²; `offered_load` in erlangs, below `agents`. At whole numbers it equals
/// [`erlang_c`].
///
/// # Errors
/// As [`erlang_c`].
///
/// # Source
/// Jagers and Van Doorn, "Convexity of functions which are generalizations of the Erlang loss function and
/// the Erlang delay function", SIAM Review 33(2), 1991.
///
/// # Examples
///
/// ```
/// use sunline_core::forecast::{erlang_c, erlang_c_real};
/// let half = erlang_c_real(13.5, 10.0)?;
/// assert!(erlang_c(14, 10.0)? < half && half < erlang_c(13, 10.0)?);
/// # Ok::<(), sunline_core::forecast::ForecastError>(())
/// ```
pub fn erlang_c_real(agents: f64, offered_load: f64) -> Result<f64, ForecastError> {
    if agents == 0.0 {
        return Err(ForecastError::NoAgents);
    }
    delay(checks::between("agents", agents, f64::MIN_POSITIVE, MOST_AGENTS)?, offered_load)
}

fn delay(agents: f64, offered_load: f64) -> Result<f64, ForecastError> {
    let a = checks::at_least_zero("offered_load", offered_load)?;
    if a >= agents {
        return Err(ForecastError::Overloaded { offered_load: a, agents });
    }
    Ok(from_loss(erlang_b::loss(agents, a), agents, a))
}

/// C from B(agents, load), for a load below the agents: B/(1 − ρ + ρB), whose terms never cancel.
pub(super) fn from_loss(b: f64, agents: f64, a: f64) -> f64 {
    agents * b / ((agents - a) + a * b)
}

/// The queue of Erlang C, M/M/c: random arrivals, exponential handle times, first come first served, endless
/// patience.
///
/// Closed formulas; building one costs O(√load).
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct DelayQueue {
    /// Rate at which the tail of the wait falls: cμ − λ, per second.
    decay: f64,
    figures: SteadyState,
}

impl DelayQueue {
    /// The queue of `agents` (at least 1) under `traffic`.
    ///
    /// # Errors
    /// [`ForecastError::Overloaded`] when the offered load is not below `agents`;
    /// [`ForecastError::NoAgents`].
    ///
    /// # Source
    /// Gans, Koole and Mandelbaum, "Telephone Call Centers", M&SOM 5(2), 2003.
    ///
    /// # Examples
    ///
    /// ```
    /// use sunline_core::forecast::{DelayQueue, Traffic, WaitingLine};
    /// let queue = DelayQueue::new(10, Traffic::new(8.0 / 60.0, 60.0)?)?;
    /// assert!((queue.figures().p_wait - 0.40918).abs() < 5e-6);
    /// assert!((queue.figures().mean_wait_given_wait - 30.0).abs() < 1e-9);
    /// # Ok::<(), sunline_core::forecast::ForecastError>(())
    /// ```
    pub fn new(agents: u32, traffic: Traffic) -> Result<Self, ForecastError> {
        let c = checks::agents(agents)?;
        let a = traffic.offered_load();
        let p_wait = delay(c, a)?;
        let decay = (c - a) / traffic.mean_handle_time();
        let mean_wait = p_wait / decay;
        let figures = SteadyState {
            p_wait,
            p_abandon: 0.0,
            p_block: 0.0,
            mean_wait_all: mean_wait,
            mean_wait_served: mean_wait,
            mean_wait_given_wait: 1.0 / decay,
            mean_virtual_wait: mean_wait,
            mean_queue_length: p_wait * (a / (c - a)),
            mean_busy: a,
            occupancy: a / c,
        };
        Ok(Self { decay, figures })
    }
}

impl WaitingLine for DelayQueue {
    fn figures(&self) -> &SteadyState {
        &self.figures
    }

    fn service_level(&self, threshold: f64) -> Result<ServiceLevel, ForecastError> {
        let t = checks::at_least_zero("threshold", threshold)?;
        let late = self.figures.p_wait * libm::exp(-self.decay * t);
        Ok(ServiceLevel::new(1.0 - late, 0.0, late, 0.0))
    }

    fn virtual_wait_quantile(&self, p: f64) -> Result<f64, ForecastError> {
        let beyond = 1.0 - checks::share("p", p)?;
        if beyond >= self.figures.p_wait {
            return Ok(0.0);
        }
        Ok(libm::log(self.figures.p_wait / beyond) / self.decay)
    }
}

//! Classes of contacts with nonpreemptive priorities, served by one group of agents at one rate.
//!
//! A contact of class k waits for those of its own and higher classes that were there before it, and for
//! those of higher classes that come while it waits. So its wait is a row of busy periods of a queue in which
//! only the higher classes arrive.

use super::numeric::quadrature::integrate;
use super::numeric::roots;
use super::{ForecastError, checks, erlang_c};

/// A queue with priorities, M/M/c: class 0 first, first come first served inside a class, nobody's service is
/// broken off, nobody gives up.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PriorityQueue<'a> {
    arrival_rates: &'a [f64],
    /// Rate at which all agents together finish: cμ.
    drain: f64,
    p_wait: f64,
}

/// Figures of one class.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PriorityClass {
    /// Mean wait in seconds, zeros counted.
    pub mean_wait: f64,
    /// Mean number of its contacts waiting.
    pub mean_queue_length: f64,
    /// Its arrivals per second.
    arrival_rate: f64,
    /// Share of the agents' time that higher classes take: ρ.
    above: f64,
    /// The same with this class: s.
    with_own: f64,
    drain: f64,
    p_wait: f64,
}

impl<'a> PriorityQueue<'a> {
    /// The queue of `agents` (at least 1) whose handle times have the mean `mean_handle_time` seconds in
    /// every class; `arrival_rates` per second, one for each class, the first in rank first, each 0 to 1e15.
    ///
    /// # Errors
    /// [`ForecastError::Overloaded`] when the load of all classes is not below `agents`;
    /// [`ForecastError::Empty`], [`ForecastError::NoAgents`], [`ForecastError::NotANumber`],
    /// [`ForecastError::OutOfRange`].
    ///
    /// # Source
    /// Kella and Yechiali, "Waiting times in the non-preemptive priority M/M/c queue", Stochastic Models
    /// 1(2), 1985.
    ///
    /// # Examples
    /// Six agents, 2 and 2.5 contacts a minute of one minute each: the second class waits four times as long.
    ///
    /// ```
    /// use sunline_core::forecast::PriorityQueue;
    /// let rates = [2.0 / 60.0, 2.5 / 60.0];
    /// let queue = PriorityQueue::new(6, 60.0, &rates)?;
    /// assert!((queue.class(0)?.mean_wait - 6.3248).abs() < 5e-5);
    /// assert!((queue.class(1)?.mean_wait - 25.2991).abs() < 5e-5);
    /// # Ok::<(), sunline_core::forecast::ForecastError>(())
    /// ```
    pub fn new(agents: u32, mean_handle_time: f64, arrival_rates: &'a [f64]) -> Result<Self, ForecastError> {
        let c = checks::agents(agents)?;
        let handle_time = checks::positive("mean_handle_time", mean_handle_time)?;
        if arrival_rates.is_empty() {
            return Err(ForecastError::Empty { quantity: "arrival_rates" });
        }
        let mut total = 0.0;
        for &rate in arrival_rates {
            total += checks::at_least_zero("arrival_rate", rate)?;
        }
        let p_wait = erlang_c(agents, checks::at_least_zero("offered_load", total * handle_time)?)?;
        Ok(Self { arrival_rates, drain: c / handle_time, p_wait })
    }

    /// Probability that a contact waits: Erlang C of all classes together, the same for each.
    ///
    /// # Examples
    ///
    /// ```
    /// # use sunline_core::forecast::PriorityQueue;
    /// assert!((PriorityQueue::new(1, 1.0, &[0.3, 0.4])?.p_wait() - 0.7).abs() < 1e-15);
    /// # Ok::<(), sunline_core::forecast::ForecastError>(())
    /// ```
    pub fn p_wait(&self) -> f64 {
        self.p_wait
    }

    /// The figures of class `k`, counted from 0, the first in rank.
    ///
    /// # Errors
    /// [`ForecastError::NoSuch`] beyond the last class.
    ///
    /// # Examples
    ///
    /// ```
    /// # use sunline_core::forecast::PriorityQueue;
    /// let queue = PriorityQueue::new(1, 60.0, &[0.3 / 60.0, 0.4 / 60.0])?;
    /// assert!((queue.class(0)?.mean_wait - 60.0).abs() < 1e-9);
    /// assert_eq!(queue.class(2).unwrap_err().code(), "no_such");
    /// # Ok::<(), sunline_core::forecast::ForecastError>(())
    /// ```
    pub fn class(&self, k: usize) -> Result<PriorityClass, ForecastError> {
        let Some(&arrival_rate) = self.arrival_rates.get(k) else {
            return Err(ForecastError::NoSuch {
                quantity: "class",
                index: k,
                count: self.arrival_rates.len(),
            });
        };
        let higher: f64 = self.arrival_rates[..k].iter().sum();
        let (above, with_own) = (higher / self.drain, (higher + arrival_rate) / self.drain);
        let mean_wait = self.p_wait / self.drain / ((1.0 - above) * (1.0 - with_own));
        Ok(PriorityClass {
            mean_wait,
            mean_queue_length: arrival_rate * mean_wait,
            arrival_rate,
            above,
            with_own,
            drain: self.drain,
            p_wait: self.p_wait,
        })
    }
}

impl PriorityClass {
    /// Probability of a wait longer than `t` seconds.
    ///
    /// Exact to about 1e-11 by one integral over the spectrum of the busy period.
    ///
    /// # Errors
    /// [`ForecastError::NotANumber`] or [`ForecastError::OutOfRange`] unless `0 ≤ t ≤ 1e15`.
    ///
    /// # Source
    /// The transform (1 − s)β/(1 − sβ), β that of the busy period of M/M/1 (Kella and Yechiali, 1985),
    /// inverted along its cut; our own derivation.
    ///
    /// # Examples
    ///
    /// ```
    /// # use sunline_core::forecast::PriorityQueue;
    /// let queue = PriorityQueue::new(1, 60.0, &[0.3 / 60.0, 0.4 / 60.0])?;
    /// assert!((queue.class(1)?.p_wait_longer(60.0)? - 0.5362).abs() < 5e-5);
    /// # Ok::<(), sunline_core::forecast::ForecastError>(())
    /// ```
    pub fn p_wait_longer(&self, t: f64) -> Result<f64, ForecastError> {
        let t = checks::at_least_zero("t", t)?;
        Ok((self.p_wait * self.tail_given_wait(t)[0]).min(1.0))
    }

    /// The wait in seconds that a share `p` of the class does not exceed; 0 for those served at once.
    ///
    /// # Errors
    /// [`ForecastError::NotANumber`] or [`ForecastError::OutOfRange`] unless `0 < p < 1`.
    ///
    /// # Examples
    ///
    /// ```
    /// # use sunline_core::forecast::PriorityQueue;
    /// let rates = [0.3 / 60.0, 0.4 / 60.0];
    /// let class = PriorityQueue::new(1, 60.0, &rates)?.class(1)?;
    /// assert_eq!(class.wait_quantile(0.25)?, 0.0);
    /// let t = class.wait_quantile(0.8)?;
    /// assert!((class.p_wait_longer(t)? - 0.2).abs() < 1e-10);
    /// # Ok::<(), sunline_core::forecast::ForecastError>(())
    /// ```
    pub fn wait_quantile(&self, p: f64) -> Result<f64, ForecastError> {
        let beyond = 1.0 - checks::share("p", p)?;
        if beyond >= self.p_wait {
            return Ok(0.0);
        }
        let ln_wanted = libm::log(beyond / self.p_wait);
        let mut hi = self.mean_wait / self.p_wait;
        while libm::log(self.tail_given_wait(hi)[0]) > ln_wanted {
            hi *= 2.0;
        }
        // The logarithm of the tail is nearly straight.
        let gap_and_slope = |t: f64| {
            let [tail, density] = self.tail_given_wait(t);
            (ln_wanted - libm::log(tail), density / tail)
        };
        Ok(roots::rising(gap_and_slope, 0.0, hi, 0.5 * hi))
    }

    /// P(wait > t | wait > 0) and its density, per second.
    ///
    /// Along its cut the transform of one busy period is e^(iφ)/√ρ at the decay rate u(φ) = cμ(1 + ρ − 2√ρ
    /// cos φ). That gives a density of exponentials over φ, and, where s > √ρ, one more at the pole sβ = 1.
    fn tail_given_wait(&self, t: f64) -> [f64; 2] {
        let (rho, s, drain) = (self.above, self.with_own, self.drain);
        let root = rho.sqrt();
        if rho == 0.0 {
            let decay = drain * (1.0 - s);
            let tail = libm::exp(-decay * t);
            return [tail, decay * tail];
        }
        let kappa = s / root;
        let mut sum = [0.0; 2];
        let mut add =
            |part: [f64; 2], factor: f64| sum = [sum[0] + factor * part[0], sum[1] + factor * part[1]];
        if kappa > 1.0 {
            let own = self.arrival_rate / drain;
            // (1 − ρ/s²)/(1 − ρ/s), and the decay cμ(1 − s)(1 − ρ/s), without cancellation: s − ρ is the
            // class's own load.
            let share = (kappa - 1.0) * (kappa + 1.0) / (kappa * kappa) * (s / own);
            let decay = drain * (1.0 - s) * (own / s);
            let tail = libm::exp(-decay * t);
            add([tail, decay * tail], share);
        }
        let slowest = (1.0 - root) * (1.0 - root);
        let mut integrand = |phi: f64| {
            let (sine, half) = (libm::sin(phi), libm::sin(0.5 * phi));
            let bend = 4.0 * half * half;
            let decay = slowest + root * bend;
            let off = (1.0 - kappa) * (1.0 - kappa) + kappa * bend;
            // At φ = 0 with κ = 1 both vanish; sin²φ/(4 sin²(φ/2)) tends to 1.
            let shape = if off > 0.0 { sine * sine / off } else { 1.0 };
            let part = shape * libm::exp(-drain * decay * t);
            [part / decay, drain * part]
        };
        // Near φ = 0 the integrand may bend within |1 − κ|, 1 − √ρ or the width that t leaves: halve towards
        // it.
        let finest = (1.0 - kappa).abs().min(1.0 - root).min(1.0 / (1.0 + (drain * root * t).sqrt()));
        let factor = 2.0 * (1.0 - s) * core::f64::consts::FRAC_1_PI;
        let mut hi = core::f64::consts::PI;
        while hi > finest.max(1e-9) {
            add(integrate(&mut integrand, 0.25 * hi, hi), factor);
            hi *= 0.25;
        }
        add(integrate(&mut integrand, 0.0, hi), factor);
        sum
    }
}

//! The base law of the wait: the law of V_n, with n contacts ahead.
//!
//! While a contact waits, the agents (all busy) finish work at the rate `drain`, and each of those ahead may
//! give up at the rate θ. So V_n is a sum of exponential stages with rates drain + iθ, i = 0..n. *If you
//! stay* it is just that. *Given that it is served* the contact itself has not given up first, and the rates
//! are drain + (i+1)θ: up to a fifth shorter. Two different questions, so each forecast names its mode.

use super::numeric::roots;
use super::stages::Stages;
use super::{ForecastError, RemainingWait, checks};

/// Whose wait is forecast.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum WaitMode {
    /// The wait of a contact that never gives up: what to tell a customer.
    IfYouStay,
    /// The wait of a contact, given that it is served: what the log of served contacts will show.
    GivenServed,
}

/// The law of the wait of a contact with a known number of contacts ahead of it.
///
/// # Examples
/// Four ahead, ten agents who take two minutes each, mean patience four minutes.
///
/// ```
/// use sunline_core::forecast::{BaseLaw, WaitMode};
/// let law = BaseLaw::new(4, 10.0 / 120.0, 1.0 / 240.0, WaitMode::IfYouStay)?;
/// assert!((law.mean() - 54.77).abs() < 0.01);
/// assert!((law.quantile(0.9)? - 87.63).abs() < 0.01);
/// assert!((law.p_served() - 0.8).abs() < 1e-12);
/// # Ok::<(), sunline_core::forecast::ForecastError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct BaseLaw {
    drain: f64,
    abandonment_rate: f64,
    mode: WaitMode,
    stages: Stages,
}

impl BaseLaw {
    /// The law with `ahead` contacts ahead (up to 10 million), while contacts leave into service at `drain`
    /// per second (agents ÷ mean handle time, or measured; 1e-15 to 1e15) and each waiting one gives up at
    /// `abandonment_rate` per second (one over mean patience; 0, or 1e-15 to 1e15).
    ///
    /// Exact to about 1e-12 for moments, 1e-10 for probabilities; costs about √ahead where drain ≥
    /// abandonment rate.
    ///
    /// # Errors
    /// [`ForecastError::NotANumber`], [`ForecastError::OutOfRange`].
    ///
    /// # Source
    /// Whitt, "Predicting queueing delays", Management Science 45(6), 1999; Ibrahim and Whitt, "Real-time
    /// delay estimation based on delay history", M&SOM 11(3), 2009.
    ///
    /// # Examples
    ///
    /// ```
    /// use sunline_core::forecast::{BaseLaw, WaitMode};
    /// let stay = BaseLaw::new(4, 5.0, 0.25, WaitMode::IfYouStay)?;
    /// let served = BaseLaw::new(4, 5.0, 0.25, WaitMode::GivenServed)?;
    /// assert!(served.mean() < stay.mean());
    /// # Ok::<(), sunline_core::forecast::ForecastError>(())
    /// ```
    pub fn new(ahead: u32, drain: f64, abandonment_rate: f64, mode: WaitMode) -> Result<Self, ForecastError> {
        checks::between("ahead", f64::from(ahead), 0.0, f64::from(MOST_AHEAD))?;
        let drain = checks::positive("drain", drain)?;
        let abandonment_rate = checks::rate_or_zero("abandonment_rate", abandonment_rate)?;
        let rate = match mode {
            WaitMode::IfYouStay => drain,
            WaitMode::GivenServed => drain + abandonment_rate,
        };
        Ok(Self {
            drain,
            abandonment_rate,
            mode,
            stages: Stages { last: ahead, rate, step: abandonment_rate },
        })
    }

    /// Whose wait this is.
    ///
    /// # Examples
    ///
    /// ```
    /// # use sunline_core::forecast::{BaseLaw, WaitMode};
    /// assert_eq!(BaseLaw::new(0, 1.0, 0.0, WaitMode::GivenServed)?.mode(), WaitMode::GivenServed);
    /// # Ok::<(), sunline_core::forecast::ForecastError>(())
    /// ```
    pub fn mode(&self) -> WaitMode {
        self.mode
    }

    /// Mean wait in seconds: the sum of one over each rate.
    ///
    /// # Examples
    ///
    /// ```
    /// # use sunline_core::forecast::{BaseLaw, WaitMode};
    /// let law = BaseLaw::new(2, 2.0, 1.0, WaitMode::IfYouStay)?;
    /// assert!((law.mean() - (1.0 / 2.0 + 1.0 / 3.0 + 1.0 / 4.0)).abs() < 1e-15);
    /// # Ok::<(), sunline_core::forecast::ForecastError>(())
    /// ```
    pub fn mean(&self) -> f64 {
        self.stages.mean()
    }

    /// Variance of the wait in seconds squared.
    ///
    /// # Examples
    ///
    /// ```
    /// # use sunline_core::forecast::{BaseLaw, WaitMode};
    /// let law = BaseLaw::new(3, 2.0, 0.0, WaitMode::IfYouStay)?;
    /// assert!((law.variance() - 4.0 / 4.0).abs() < 1e-15);
    /// # Ok::<(), sunline_core::forecast::ForecastError>(())
    /// ```
    pub fn variance(&self) -> f64 {
        self.stages.variance()
    }

    /// Probability of a wait of at most `t` seconds.
    ///
    /// # Errors
    /// [`ForecastError::NotANumber`] or [`ForecastError::OutOfRange`] unless `0 ≤ t ≤ 1e15`.
    ///
    /// # Examples
    ///
    /// ```
    /// # use sunline_core::forecast::{BaseLaw, WaitMode};
    /// let next = BaseLaw::new(0, 0.5, 0.1, WaitMode::IfYouStay)?;
    /// assert!((next.cdf(2.0)? - (1.0 - (-1.0_f64).exp())).abs() < 1e-15);
    /// # Ok::<(), sunline_core::forecast::ForecastError>(())
    /// ```
    pub fn cdf(&self, t: f64) -> Result<f64, ForecastError> {
        Ok(self.stages.cdf(checks::at_least_zero("t", t)?))
    }

    /// Probability of a wait longer than `t` seconds; keeps its digits where it is small.
    ///
    /// # Errors
    /// As [`BaseLaw::cdf`].
    ///
    /// # Examples
    ///
    /// ```
    /// # use sunline_core::forecast::{BaseLaw, WaitMode};
    /// let next = BaseLaw::new(0, 0.5, 0.1, WaitMode::IfYouStay)?;
    /// assert!((next.survival(200.0)? / (-100.0_f64).exp() - 1.0).abs() < 1e-12);
    /// # Ok::<(), sunline_core::forecast::ForecastError>(())
    /// ```
    pub fn survival(&self, t: f64) -> Result<f64, ForecastError> {
        Ok(self.stages.survival(checks::at_least_zero("t", t)?))
    }

    /// The wait in seconds that is not exceeded with probability `p`.
    ///
    /// # Errors
    /// [`ForecastError::NotANumber`] or [`ForecastError::OutOfRange`] unless `0 < p < 1`.
    ///
    /// # Examples
    ///
    /// ```
    /// # use sunline_core::forecast::{BaseLaw, WaitMode};
    /// let next = BaseLaw::new(0, 0.5, 0.1, WaitMode::IfYouStay)?;
    /// assert!((next.quantile(0.5)? - 2.0 * 2.0_f64.ln()).abs() < 1e-12);
    /// # Ok::<(), sunline_core::forecast::ForecastError>(())
    /// ```
    pub fn quantile(&self, p: f64) -> Result<f64, ForecastError> {
        let p = checks::share("p", p)?;
        Ok(quantile_beyond(&self.stages, 0.0, p))
    }

    /// Probability that the contact is served before it gives up, its patience having the same rate:
    /// drain/(drain + (n+1)θ). The same in both modes.
    ///
    /// # Examples
    ///
    /// ```
    /// # use sunline_core::forecast::{BaseLaw, WaitMode};
    /// assert_eq!(BaseLaw::new(1, 3.0, 0.5, WaitMode::IfYouStay)?.p_served(), 0.75);
    /// # Ok::<(), sunline_core::forecast::ForecastError>(())
    /// ```
    pub fn p_served(&self) -> f64 {
        self.drain / (self.drain + (f64::from(self.stages.last) + 1.0) * self.abandonment_rate)
    }

    /// Probability that the contact is served, and within `t` seconds: P(V ≤ t, patience > V). The same in
    /// both modes.
    ///
    /// # Errors
    /// As [`BaseLaw::cdf`].
    ///
    /// # Examples
    ///
    /// ```
    /// # use sunline_core::forecast::{BaseLaw, WaitMode};
    /// let law = BaseLaw::new(4, 5.0, 0.25, WaitMode::IfYouStay)?;
    /// assert!((law.p_served_within(1.0)? - 0.5415924).abs() < 1e-7);
    /// # Ok::<(), sunline_core::forecast::ForecastError>(())
    /// ```
    pub fn p_served_within(&self, t: f64) -> Result<f64, ForecastError> {
        let t = checks::at_least_zero("t", t)?;
        Ok(self.p_served() * self.given_served().cdf(t))
    }

    /// The law of what is left of the wait, for a contact that has waited `elapsed` seconds since it had this
    /// many ahead, and of which nothing newer is known.
    ///
    /// Where the number ahead is known *now*, no such step is needed: the law has no memory, and what is left
    /// is the law with the present number ahead.
    ///
    /// # Errors
    /// [`ForecastError::NotANumber`] or [`ForecastError::OutOfRange`] unless `0 ≤ elapsed` and at most a
    /// million contacts would have left into service meanwhile (drain × elapsed).
    ///
    /// # Examples
    /// After a minute without a word the rest is shorter than the whole was, and longer than the whole less a
    /// minute.
    ///
    /// ```
    /// # use sunline_core::forecast::{BaseLaw, WaitMode};
    /// let law = BaseLaw::new(9, 10.0 / 120.0, 0.0, WaitMode::IfYouStay)?;
    /// let rest = law.after(60.0)?.mean();
    /// assert!(law.mean() - 60.0 < rest && rest < law.mean());
    /// # Ok::<(), sunline_core::forecast::ForecastError>(())
    /// ```
    pub fn after(&self, elapsed: f64) -> Result<RemainingWait, ForecastError> {
        let most = LONGEST_ELAPSED / self.stages.rate;
        Ok(RemainingWait::new(*self, checks::between("elapsed", elapsed, 0.0, most)?.abs()))
    }

    pub(super) fn stages(&self) -> &Stages {
        &self.stages
    }

    pub(super) fn abandonment_rate(&self) -> f64 {
        self.abandonment_rate
    }

    /// The stages as they are if the contact stays.
    pub(super) fn if_you_stay(&self) -> Stages {
        Stages { rate: self.drain, ..self.stages }
    }

    /// The stages as they are given that the contact is served.
    pub(super) fn given_served(&self) -> Stages {
        Stages { rate: self.drain + self.abandonment_rate, ..self.stages }
    }
}

/// The most contacts ahead for which a law is given.
const MOST_AHEAD: u32 = 10_000_000;

/// The longest elapsed time, in means of the last stage: beyond it the tail has too few digits left.
const LONGEST_ELAPSED: f64 = 1e6;

/// The further wait that, after `elapsed`, is not exceeded with probability `p`.
pub(super) fn quantile_beyond(stages: &Stages, elapsed: f64, p: f64) -> f64 {
    let start = stages.rough_quantile(p);
    if elapsed == 0.0 && p < 0.5 {
        return early_quantile(stages, p, start);
    }
    let ln_left = stages.ln_survival(elapsed) + libm::log1p(-p);
    let mut hi = 1.1 * start;
    while stages.ln_survival(elapsed + hi) > ln_left {
        hi *= 2.0;
    }
    let gap_and_slope = |t: f64| {
        let look = stages.look(elapsed + t);
        (ln_left - look.ln_survival, stages.hazard(&look))
    };
    roots::rising(gap_and_slope, 0.0, hi, start)
}

/// The quantile of a p below one half, where the distribution function has the digits. In logarithms it is
/// nearly straight.
fn early_quantile(stages: &Stages, p: f64, start: f64) -> f64 {
    let ln_p = libm::log(p);
    let gap_and_slope = |ln_t: f64| {
        let t = libm::exp(ln_t);
        let look = stages.look(t);
        (libm::log(look.cdf) - ln_p, look.density * t / look.cdf)
    };
    // The first stage to end is over no sooner than the whole: P(V ≤ t) ≤ 1 − e^(−fastest t).
    let lo = libm::log(-libm::log1p(-p) / stages.fastest()) - 1.0;
    // And by Markov's inequality at most half exceed twice the mean.
    let hi = libm::log(2.0 * stages.mean()) + 1.0;
    libm::exp(roots::rising(gap_and_slope, lo, hi, libm::log(start)))
}

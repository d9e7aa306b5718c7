//! What is left of a wait, when only its beginning is known.

use super::base_law::quantile_beyond;
use super::stages::{Stages, Survivals};
use super::{BaseLaw, ForecastError, WaitMode, checks};

/// The law of the remaining wait of a contact that still waits after some time; made by [`BaseLaw::after`].
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct RemainingWait {
    law: BaseLaw,
    elapsed: f64,
}

impl RemainingWait {
    pub(super) fn new(law: BaseLaw, elapsed: f64) -> Self {
        Self { law, elapsed }
    }

    /// Seconds waited so far.
    ///
    /// # Examples
    ///
    /// ```
    /// # use sunline_core::forecast::{BaseLaw, WaitMode};
    /// assert_eq!(BaseLaw::new(3, 1.0, 0.1, WaitMode::IfYouStay)?.after(2.0)?.elapsed(), 2.0);
    /// # Ok::<(), sunline_core::forecast::ForecastError>(())
    /// ```
    pub fn elapsed(&self) -> f64 {
        self.elapsed
    }

    /// Mean of the remaining wait in seconds. Costs one step for each contact that was ahead.
    ///
    /// # Examples
    /// The next in line has no memory.
    ///
    /// ```
    /// # use sunline_core::forecast::{BaseLaw, WaitMode};
    /// let next = BaseLaw::new(0, 0.5, 0.1, WaitMode::IfYouStay)?;
    /// assert!((next.after(700.0)?.mean() - 2.0).abs() < 1e-12);
    /// # Ok::<(), sunline_core::forecast::ForecastError>(())
    /// ```
    pub fn mean(&self) -> f64 {
        if self.elapsed == 0.0 { self.law.mean() } else { self.moments().0 }
    }

    /// Variance of the remaining wait in seconds squared. Costs one step for each contact that was ahead.
    ///
    /// # Examples
    ///
    /// ```
    /// # use sunline_core::forecast::{BaseLaw, WaitMode};
    /// let next = BaseLaw::new(0, 0.5, 0.1, WaitMode::IfYouStay)?;
    /// assert!((next.after(700.0)?.variance() - 4.0).abs() < 1e-11);
    /// # Ok::<(), sunline_core::forecast::ForecastError>(())
    /// ```
    pub fn variance(&self) -> f64 {
        if self.elapsed == 0.0 {
            return self.law.variance();
        }
        let (mean, half_square) = self.moments();
        (2.0 * half_square - mean * mean).max(0.0)
    }

    /// Probability that at most `t` seconds are left.
    ///
    /// # Errors
    /// [`ForecastError::NotANumber`] or [`ForecastError::OutOfRange`] unless `0 ≤ t ≤ 1e15`.
    ///
    /// # Examples
    ///
    /// ```
    /// # use sunline_core::forecast::{BaseLaw, WaitMode};
    /// let law = BaseLaw::new(3, 1.0, 0.1, WaitMode::IfYouStay)?;
    /// let whole = (law.cdf(5.0)? - law.cdf(2.0)?) / law.survival(2.0)?;
    /// assert!((law.after(2.0)?.cdf(3.0)? - whole).abs() < 1e-12);
    /// # Ok::<(), sunline_core::forecast::ForecastError>(())
    /// ```
    pub fn cdf(&self, t: f64) -> Result<f64, ForecastError> {
        let t = checks::at_least_zero("t", t)?;
        let stages = self.law.stages();
        if self.elapsed == 0.0 {
            return Ok(stages.cdf(t));
        }
        Ok(gone(stages, self.elapsed, t))
    }

    /// The remaining wait in seconds that is not exceeded with probability `p`.
    ///
    /// # Errors
    /// [`ForecastError::NotANumber`] or [`ForecastError::OutOfRange`] unless `0 < p < 1`.
    ///
    /// # Examples
    ///
    /// ```
    /// # use sunline_core::forecast::{BaseLaw, WaitMode};
    /// let rest = BaseLaw::new(3, 1.0, 0.1, WaitMode::IfYouStay)?.after(2.0)?;
    /// assert!((rest.cdf(rest.quantile(0.9)?)? - 0.9).abs() < 1e-12);
    /// # Ok::<(), sunline_core::forecast::ForecastError>(())
    /// ```
    pub fn quantile(&self, p: f64) -> Result<f64, ForecastError> {
        let p = checks::share("p", p)?;
        Ok(quantile_beyond(self.law.stages(), self.elapsed, p))
    }

    /// Probability that the contact, still waiting, is served before it gives up. The same in both modes.
    ///
    /// # Examples
    /// The longer it has waited, the nearer its turn.
    ///
    /// ```
    /// # use sunline_core::forecast::{BaseLaw, WaitMode};
    /// let law = BaseLaw::new(20, 1.0, 0.1, WaitMode::IfYouStay)?;
    /// assert!(law.after(8.0)?.p_served() > law.p_served());
    /// # Ok::<(), sunline_core::forecast::ForecastError>(())
    /// ```
    pub fn p_served(&self) -> f64 {
        let served = self.law.given_served().ln_survival(self.elapsed);
        let waiting =
            self.law.if_you_stay().ln_survival(self.elapsed) - self.law.abandonment_rate() * self.elapsed;
        (self.law.p_served() * libm::exp(served - waiting)).min(1.0)
    }

    /// Probability that the contact, still waiting, is served, and within `t` seconds more. The same in both
    /// modes.
    ///
    /// # Errors
    /// As [`RemainingWait::cdf`].
    ///
    /// # Examples
    ///
    /// ```
    /// # use sunline_core::forecast::{BaseLaw, WaitMode};
    /// let rest = BaseLaw::new(3, 1.0, 0.1, WaitMode::IfYouStay)?.after(2.0)?;
    /// assert!(rest.p_served_within(3.0)? < rest.p_served());
    /// # Ok::<(), sunline_core::forecast::ForecastError>(())
    /// ```
    pub fn p_served_within(&self, t: f64) -> Result<f64, ForecastError> {
        let t = checks::at_least_zero("t", t)?;
        Ok(self.p_served() * gone(&self.law.given_served(), self.elapsed, t))
    }

    /// Whose wait this is.
    ///
    /// # Examples
    ///
    /// ```
    /// # use sunline_core::forecast::{BaseLaw, WaitMode};
    /// assert_eq!(BaseLaw::new(3, 1.0, 0.1, WaitMode::IfYouStay)?.after(2.0)?.mode(), WaitMode::IfYouStay);
    /// # Ok::<(), sunline_core::forecast::ForecastError>(())
    /// ```
    pub fn mode(&self) -> WaitMode {
        self.law.mode()
    }

    /// Mean, and half the mean square, of the remaining wait.
    ///
    /// The integral of p_i beyond e is P(V_i > e)/(r + iθ). So E(V_n − e)⁺ is the sum of these, and half the
    /// mean square is the same sum over E(V_i − e)⁺. All is divided by P(V_n > e), in one scale, which may be
    /// far too small for a number.
    fn moments(&self) -> (f64, f64) {
        let stages = self.law.stages();
        let mut walk = Stages::survivals(stages.rate, stages.step, self.elapsed);
        let (mut first, mut second, mut alive) = (0.0, 0.0, 1.0);
        for i in 0..=stages.last {
            let (survival, rescaled) = walk.next_scaled();
            if rescaled {
                first /= Survivals::FULL;
                second /= Survivals::FULL;
            }
            let rate = stages.rate + f64::from(i) * stages.step;
            first += survival / rate;
            second += first / rate;
            alive = survival;
        }
        (first / alive, second / alive)
    }
}

/// P(V ≤ elapsed + t | V > elapsed).
fn gone(stages: &Stages, elapsed: f64, t: f64) -> f64 {
    0.0 - libm::expm1((stages.ln_survival(elapsed + t) - stages.ln_survival(elapsed)).min(0.0))
}

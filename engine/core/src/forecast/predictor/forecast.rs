//! The answer: the law of a wait.

use super::patience::Patience;
use super::residuals::{BINS, REACH, WIDTH, edge};
use crate::forecast::{ForecastError, WaitMode, checks};

/// The learned law of the wait of one contact.
///
/// Seconds, from the instant of the forecast. It is a value of its own: it does not change when the predictor learns.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct WaitForecast {
    mode: WaitMode,
    position: u32,
    scale: f64,
    /// Exponential of the predicted logarithm of 1 + wait/scale.
    centre: f64,
    below: [f64; BINS],
    elapsed: f64,
    patience: Patience,
}

impl WaitForecast {
    pub(super) fn new(
        mode: WaitMode,
        position: u32,
        scale: f64,
        predicted: f64,
        below: [f64; BINS],
        patience: Patience,
    ) -> Self {
        let centre = libm::exp(predicted);
        Self { mode, position, scale, centre, below, elapsed: 0.0, patience }
    }

    /// Whose wait this is.
    pub fn mode(&self) -> WaitMode {
        self.mode
    }

    /// The contact's place: 1 is next.
    pub fn position(&self) -> u32 {
        self.position
    }

    /// Mean remaining wait in seconds.
    pub fn mean(&self) -> f64 {
        let before = self.below_wait(self.elapsed);
        let (left, mut mean, mut last) = (1.0 - before, 0.0, before);
        for (below, wait) in self.below.iter().zip(self.middles()) {
            if *below > last {
                mean += (below - last) * wait.max(self.elapsed);
                last = *below;
            }
        }
        mean / left - self.elapsed
    }

    /// The remaining wait in seconds that is not exceeded with probability `p`.
    ///
    /// # Errors
    /// [`ForecastError::NotANumber`] or [`ForecastError::OutOfRange`] unless `0 < p < 1`.
    pub fn quantile(&self, p: f64) -> Result<f64, ForecastError> {
        Ok(self.quantile_of(checks::share("p", p)?))
    }

    pub(super) fn quantile_of(&self, p: f64) -> f64 {
        let before = self.below_wait(self.elapsed);
        (self.whole_quantile(before + p * (1.0 - before)) - self.elapsed).max(0.0)
    }

    /// A quantile of the whole wait, seen from the start.
    fn whole_quantile(&self, p: f64) -> f64 {
        let bin = self.below.partition_point(|below| *below < p).min(BINS - 1);
        let start = if bin == 0 { 0.0 } else { self.below[bin - 1] };
        let share = ((p - start) / (self.below[bin] - start)).clamp(0.0, 1.0);
        self.wait_at(edge(bin) + share * WIDTH)
    }

    /// Probability that at most `t` seconds are left.
    ///
    /// # Errors
    /// [`ForecastError::NotANumber`] or [`ForecastError::OutOfRange`] unless `0 ≤ t ≤ 1e15`.
    pub fn cdf(&self, t: f64) -> Result<f64, ForecastError> {
        Ok(self.cdf_of(checks::at_least_zero("t", t)?))
    }

    pub(super) fn cdf_of(&self, t: f64) -> f64 {
        let before = self.below_wait(self.elapsed);
        ((self.below_wait(self.elapsed + t) - before) / (1.0 - before)).clamp(0.0, 1.0)
    }

    /// Probability that the contact gives up before it is served. The same question in both modes.
    pub fn p_abandons(&self) -> f64 {
        1.0 - self.p_served()
    }

    /// Probability that the contact is served before it gives up.
    pub fn p_served(&self) -> f64 {
        match self.mode {
            WaitMode::IfYouStay => self.average(|patience| patience, f64::INFINITY),
            // The law of the served is the law of those who stay, times patience, over this probability: so its mean of
            // one over patience is one over the probability.
            WaitMode::GivenServed => {
                (1.0 / self.average(|patience| 1.0 / patience.max(1e-6), f64::INFINITY)).min(1.0)
            }
        }
    }

    /// Probability that the contact is served, and within `t` seconds more: that it meets its service level.
    ///
    /// # Errors
    /// As [`WaitForecast::cdf`].
    pub fn p_served_within(&self, t: f64) -> Result<f64, ForecastError> {
        let t = checks::at_least_zero("t", t)?;
        Ok(match self.mode {
            WaitMode::IfYouStay => self.average(|patience| patience, t),
            WaitMode::GivenServed => self.p_served() * self.cdf_of(t),
        })
    }

    /// Probability that the contact gives up within `t` seconds more, before it is served. The same question in both modes.
    ///
    /// # Errors
    /// As [`WaitForecast::cdf`].
    pub fn p_gives_up_within(&self, t: f64) -> Result<f64, ForecastError> {
        let t = checks::at_least_zero("t", t)?;
        let still = self.patience.survival(self.elapsed).max(1e-12);
        let patient = self.patience.survival(self.elapsed + t) / still;
        Ok(match self.mode {
            // Whoever is served before then stayed so long, all others stayed until then.
            WaitMode::IfYouStay => {
                1.0 - self.average(|patience| patience, t) - (1.0 - self.cdf_of(t)) * patient
            }
            WaitMode::GivenServed => {
                // The law of those who stay is this law over patience.
                let all = self.average(|patience| 1.0 / patience.max(1e-6), f64::INFINITY);
                let early = self.average(|patience| 1.0 / patience.max(1e-6), t);
                1.0 - self.cdf_of(t) / all - (1.0 - early / all) * patient
            }
        }
        .clamp(0.0, 1.0))
    }

    /// The law of what is left after `elapsed` seconds without news. Where the place is known anew, ask for a new
    /// forecast instead.
    ///
    /// # Errors
    /// [`ForecastError::NotANumber`] or [`ForecastError::OutOfRange`] unless `0 ≤ elapsed ≤ 1e15`.
    pub fn after(&self, elapsed: f64) -> Result<Self, ForecastError> {
        let elapsed = self.elapsed + checks::at_least_zero("elapsed", elapsed)?;
        // Whoever waits longer than one in a million is treated as that one.
        let longest = self.whole_quantile(1.0 - 1e-6);
        Ok(Self { elapsed: elapsed.min(longest), ..*self })
    }

    /// Mean, over waits of at most `t` more seconds, of a function of the patience left at their end.
    fn average(&self, of: impl Fn(f64) -> f64, t: f64) -> f64 {
        let before = self.below_wait(self.elapsed);
        let still = self.patience.survival(self.elapsed).max(1e-12);
        let end = self.below_wait(self.elapsed + t);
        let (mut sum, mut last) = (0.0, before);
        for (below, wait) in self.below.iter().zip(self.middles()) {
            let below = below.min(end);
            if below > last {
                sum += (below - last) * of(self.patience.survival(wait.max(self.elapsed)) / still);
                last = below;
            }
        }
        (sum / (1.0 - before)).max(0.0)
    }

    /// The wait in the middle of each bin.
    fn middles(&self) -> impl Iterator<Item = f64> {
        let (scale, step) = (self.scale, libm::exp(WIDTH));
        let mut at = self.centre * libm::exp(edge(0) + WIDTH / 2.0) / step;
        core::iter::repeat_with(move || {
            at *= step;
            scale * (at - 1.0).max(0.0)
        })
    }

    fn wait_at(&self, error: f64) -> f64 {
        self.scale * (self.centre * libm::exp(error) - 1.0).max(0.0)
    }

    /// Probability, seen from the start, of a wait of at most `wait`. Nobody who waits has waited nothing: at zero it is 0.
    fn below_wait(&self, wait: f64) -> f64 {
        if wait <= 0.0 {
            return 0.0;
        }
        let error = libm::log((wait / self.scale + 1.0) / self.centre);
        let place = (error + REACH) / WIDTH;
        if place >= BINS as f64 {
            return 1.0;
        }
        if place <= 0.0 {
            return 0.0;
        }
        let bin = place as usize;
        let start = if bin == 0 { 0.0 } else { self.below[bin - 1] };
        start + (self.below[bin] - start) * (place - bin as f64)
    }
}

/// Why there is no forecast. Never a zero in its place.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, thiserror::Error)]
#[non_exhaustive]
pub enum Unknown {
    /// Nobody of the pool is signed in, and nobody is known to come.
    #[error("nobody who could serve it is signed in, and nobody is known to come")]
    NobodyPresent,
    /// Nobody who is registered could ever serve it.
    #[error("nobody who is registered could serve it")]
    NobodyCapable,
    /// Nobody has come in this interval, and nobody is expected.
    #[error("nobody has come in this interval, and nobody is expected")]
    NobodyExpected,
    /// Its queue is closed, and nobody is asked before it opens.
    #[error("its queue is closed")]
    QueueClosed,
}

impl Unknown {
    /// A stable name of the reason, for programs.
    pub fn code(self) -> &'static str {
        match self {
            Self::NobodyPresent => "nobody_present",
            Self::NobodyCapable => "nobody_capable",
            Self::NobodyExpected => "nobody_expected",
            Self::QueueClosed => "queue_closed",
        }
    }
}

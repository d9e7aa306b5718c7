//! How long contacts are willing to wait: laws of patience for [`general_patience`](super::general_patience).
//!
//! A law is told by its survival function, the share still patient after t seconds. Any type that knows it
//! and its running integral can be one.

mod deterministic;
mod empirical;
mod exponential;
mod gamma;
mod hyperexponential;
mod log_normal;
mod uniform;
mod weibull;

pub use deterministic::Deterministic;
pub use empirical::Empirical;
pub use exponential::Exponential;
pub use gamma::Gamma;
pub use hyperexponential::Hyperexponential;
pub use log_normal::LogNormal;
pub use uniform::Uniform;
pub use weibull::Weibull;

/// A law of patience. Times in seconds, shares in `[0, 1]`.
///
/// # Examples
/// Half of the contacts leave at once if they cannot be served, the others after a minute.
///
/// ```
/// use sunline_core::forecast::patience::Patience;
///
/// struct HalfBalk;
/// impl Patience for HalfBalk {
///     fn survival(&self, t: f64) -> f64 {
///         if t < 60.0 { 0.5 } else { 0.0 }
///     }
///     fn mean_capped(&self, t: f64) -> f64 {
///         0.5 * t.min(60.0)
///     }
///     fn breaks(&self) -> &[f64] {
///         &[60.0]
///     }
/// }
/// # use sunline_core::forecast::{Traffic, WaitingLine, general_patience};
/// let queue = general_patience(8, Traffic::new(0.15, 60.0)?, HalfBalk)?;
/// assert!(queue.figures().p_abandon > 0.5 * queue.figures().p_wait);
/// # Ok::<(), sunline_core::forecast::ForecastError>(())
/// ```
pub trait Patience {
    /// Share of contacts still patient after `t` seconds, `t ≥ 0`: P(patience > t), never rising.
    fn survival(&self, t: f64) -> f64;

    /// Mean of the shorter of patience and `t`: the integral of the survival function from 0 to `t`.
    fn mean_capped(&self, t: f64) -> f64;

    /// Share gone within `t`; override it where 1 − survival would lose digits.
    fn cdf(&self, t: f64) -> f64 {
        1.0 - self.survival(t)
    }

    /// The integral of the survival function from `from` to `to ≥ from`; override it where a difference would
    /// lose digits.
    fn mean_between(&self, from: f64, to: f64) -> f64 {
        self.mean_capped(to) - self.mean_capped(from)
    }

    /// What `mean_between` subtracts near `t`, in seconds, at the cost of its last digits; override it with 0
    /// where it needs no subtraction.
    fn subtracted(&self, t: f64) -> f64 {
        self.mean_capped(t)
    }

    /// The earliest instant at which at most a share `p` is still patient, `0 < p < 1`.
    fn time_at_survival(&self, p: f64) -> f64 {
        let mut hi = 1e-15;
        while self.survival(hi) > p && hi < 1e18 {
            hi *= 8.0;
        }
        let mut lo = if hi > 1e-15 { hi / 8.0 } else { 0.0 };
        for _ in 0..100 {
            let middle = 0.5 * (lo + hi);
            if middle <= lo || middle >= hi {
                break;
            }
            if self.survival(middle) > p {
                lo = middle;
            } else {
                hi = middle;
            }
        }
        hi
    }

    /// Instants, rising, between which the survival function is smooth and of one scale. Integrals are cut
    /// there, so every jump and kink must be named.
    fn breaks(&self) -> &[f64] {
        &[]
    }

    /// Share of contacts who never give up.
    fn endless(&self) -> f64 {
        0.0
    }
}

impl<P: Patience + ?Sized> Patience for &P {
    fn survival(&self, t: f64) -> f64 {
        (**self).survival(t)
    }
    fn mean_capped(&self, t: f64) -> f64 {
        (**self).mean_capped(t)
    }
    fn cdf(&self, t: f64) -> f64 {
        (**self).cdf(t)
    }
    fn mean_between(&self, from: f64, to: f64) -> f64 {
        (**self).mean_between(from, to)
    }
    fn subtracted(&self, t: f64) -> f64 {
        (**self).subtracted(t)
    }
    fn time_at_survival(&self, p: f64) -> f64 {
        (**self).time_at_survival(p)
    }
    fn breaks(&self) -> &[f64] {
        (**self).breaks()
    }
    fn endless(&self) -> f64 {
        (**self).endless()
    }
}

/// The shares at which a smooth law is cut for integration; the last is so small that what follows is
/// straight.
const CUTS: [f64; 6] = [0.9, 0.5, 0.1, 1e-3, 1e-6, 1e-10];

/// Where a smooth law is cut: each piece has one scale.
fn smooth_breaks(law: &impl Patience) -> [f64; CUTS.len()] {
    CUTS.map(|share| law.time_at_survival(share))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::forecast::numeric::quadrature::integrate;

    fn integral_and_inverse_agree(law: &impl Patience, scale: f64) {
        for i in 1..40 {
            let t = scale * f64::from(i) / 10.0;
            let mut by_points = 0.0;
            let mut from = 0.0;
            for &cut in law.breaks().iter().chain([&t]) {
                let to = cut.min(t);
                by_points += integrate(&mut |x| [law.survival(x)], from, to)[0];
                from = to.max(from);
            }
            let closed = law.mean_capped(t);
            assert!((closed - by_points).abs() < 1e-9 * by_points, "at {t}: {closed} is not {by_points}");
            assert!((law.survival(t) + law.cdf(t) - 1.0).abs() < 1e-14, "at {t}");
            let between = law.mean_between(0.5 * t, t);
            assert!((between - (closed - law.mean_capped(0.5 * t))).abs() < 1e-12 * closed);
        }
        for p in [0.99, 0.7, 0.3, 0.02] {
            let t = law.time_at_survival(p);
            assert!(law.survival(t * (1.0 + 1e-9)) <= p + 1e-12, "{p}");
            assert!(law.survival(t * (1.0 - 1e-9)) >= p - 1e-7, "{p}");
        }
    }

    #[test]
    fn each_law_agrees_with_its_own_integral() {
        integral_and_inverse_agree(&Exponential::with_mean(60.0).unwrap(), 60.0);
        integral_and_inverse_agree(&Deterministic::new(60.0).unwrap(), 60.0);
        integral_and_inverse_agree(&Uniform::new(20.0, 100.0).unwrap(), 60.0);
        integral_and_inverse_agree(&Weibull::with_mean(0.8, 180.0).unwrap(), 180.0);
        integral_and_inverse_agree(&Weibull::new(3.0, 2.0).unwrap(), 2.0);
        integral_and_inverse_agree(&LogNormal::with_mean(90.0, 1.3).unwrap(), 90.0);
        integral_and_inverse_agree(&Gamma::with_mean(45.0, 0.6).unwrap(), 45.0);
        integral_and_inverse_agree(&Hyperexponential::new(&[(0.3, 5.0), (0.7, 200.0)]).unwrap(), 60.0);
        integral_and_inverse_agree(
            &Empirical::from_waits(&[(5.0, true), (9.0, true), (30.0, true)]).unwrap(),
            15.0,
        );
    }

    #[test]
    fn means_are_the_limits_of_the_integrals() {
        let far = 1e6;
        let close = |mean: f64, law: &dyn Patience| {
            assert!((law.mean_capped(far) - mean).abs() < 1e-9 * mean, "{}", law.mean_capped(far));
        };
        close(180.0, &Weibull::with_mean(0.8, 180.0).unwrap());
        close(90.0, &LogNormal::with_mean(90.0, 1.3).unwrap());
        close(45.0, &Gamma::with_mean(45.0, 0.6).unwrap());
        close(0.3 * 5.0 + 0.7 * 200.0, &Hyperexponential::new(&[(0.3, 5.0), (0.7, 200.0)]).unwrap());
        close(60.0, &Uniform::new(20.0, 100.0).unwrap());
    }
}

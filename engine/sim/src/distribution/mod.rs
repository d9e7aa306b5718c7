//! How long things take: conversations, wrap-up, patience, answers. Laws of a random duration, as data.
//!
//! A [`Distribution`] is what a scenario says, in seconds, by the numbers people know (mean and coefficient of
//! variation). A [`Sampler`] is the same law checked and made ready to draw: it takes a contact's stream
//! and gives whole nanoseconds.
//!
//! ```
//! use sunline_core::time::Span;
//! use sunline_sim::distribution::Distribution;
//! use sunline_sim::random::{Chance, Purpose};
//!
//! let service = Distribution::lognormal(Span::from_secs(180), 1.2);
//! let sampler = service.sampler()?;
//! let mut stream = Chance::new(42, 0).family(Purpose::Service, 0).stream(17);
//! assert!(sampler.sample(&mut stream) > Span::ZERO);
//! # Ok::<(), sunline_sim::parameter::ParameterError>(())
//! ```

mod gamma;
mod moments;
mod residual;
mod sampler;

use serde::{Deserialize, Serialize};
use sunline_core::time::Span;

use crate::parameter::{Check, ParameterError, Problem};

pub(crate) use gamma::StandardGamma;
pub use sampler::Sampler;

/// Longest mean, value or bound a distribution may name: about 31 years.
pub const MAX_SECONDS: f64 = 1e9;
/// Greatest coefficient of variation (standard deviation ÷ mean). Handling times lie near 1.
pub const MAX_CV: f64 = 100.0;
/// Least shape of a Weibull distribution; its coefficient of variation is 430.
pub const MIN_SHAPE: f64 = 0.1;
/// Greatest shape of a Weibull distribution; it is practically constant.
pub const MAX_SHAPE: f64 = 1000.0;

/// The law of a random duration. All lengths in seconds, at least 0 and at most [`MAX_SECONDS`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
#[non_exhaustive]
pub enum Distribution {
    /// Always the same length; zero is allowed (no wrap-up, an instant answer).
    Deterministic {
        /// The length.
        value_s: f64,
    },
    /// Memoryless: the classical model of patience.
    Exponential {
        /// The mean, above 0.
        mean_s: f64,
    },
    /// The logarithm is normal: the classical fit to conversations.
    Lognormal {
        /// The mean of the duration itself, above 0.
        mean_s: f64,
        /// Coefficient of variation of the duration itself, above 0.
        cv: f64,
    },
    /// Gamma by mean and variation; `cv` 1 is exponential.
    Gamma {
        /// The mean, above 0.
        mean_s: f64,
        /// Coefficient of variation, above 0.
        cv: f64,
    },
    /// P(longer than t) = exp(−(t ÷ scale)^shape): patience whose hazard falls (shape < 1) or rises.
    Weibull {
        /// Shape, from [`MIN_SHAPE`] to [`MAX_SHAPE`]; 1 is exponential.
        shape: f64,
        /// Scale, above 0: 63 % are shorter than it.
        scale_s: f64,
    },
    /// The sum of equal exponential phases (Erlang-k); one phase is exponential.
    Erlang {
        /// Number of phases, at least 1.
        phases: u32,
        /// The mean of the whole, above 0.
        mean_s: f64,
    },
    /// Every length between two bounds is equally likely.
    Uniform {
        /// Shortest.
        low_s: f64,
        /// Longest, above the shortest.
        high_s: f64,
    },
    /// One of several exponentials: a mixture of short and long cases.
    Hyperexponential {
        /// The cases, at least one; their probabilities sum to 1.
        branches: Vec<Branch>,
    },
    /// What was seen: a recorded length, drawn evenly.
    Empirical {
        /// The recorded lengths, at least one, in any order; repeated ones weigh more.
        samples_s: Vec<f64>,
        /// Whether lengths between two neighbouring records may come too (the piecewise linear quantile
        /// function through the sorted records), instead of the records alone.
        #[serde(default)]
        interpolate: bool,
    },
}

/// One case of a hyperexponential distribution.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Branch {
    /// How often this case occurs, in `(0, 1]`.
    pub probability: f64,
    /// Its mean in seconds, above 0.
    pub mean_s: f64,
}

/// Constructors by natural parameters. They accept anything; [`Distribution::check`] judges.
impl Distribution {
    /// Always `value`.
    pub fn deterministic(value: Span) -> Self {
        Self::Deterministic { value_s: value.as_secs_f64() }
    }

    /// Exponential with this mean.
    pub fn exponential(mean: Span) -> Self {
        Self::Exponential { mean_s: mean.as_secs_f64() }
    }

    /// Lognormal with this mean and coefficient of variation.
    pub fn lognormal(mean: Span, cv: f64) -> Self {
        Self::Lognormal { mean_s: mean.as_secs_f64(), cv }
    }

    /// Lognormal by its median and the standard deviation `sigma` of its natural logarithm.
    pub fn lognormal_by_median(median: Span, sigma: f64) -> Self {
        let square = sigma * sigma;
        let mean_s = median.as_secs_f64() * libm::exp(0.5 * square);
        Self::Lognormal { mean_s, cv: libm::expm1(square).sqrt() }
    }

    /// Gamma with this mean and coefficient of variation.
    pub fn gamma(mean: Span, cv: f64) -> Self {
        Self::Gamma { mean_s: mean.as_secs_f64(), cv }
    }

    /// Gamma by `shape` (its mean is `shape` × `scale`).
    pub fn gamma_by_shape(shape: f64, scale: Span) -> Self {
        Self::Gamma { mean_s: shape * scale.as_secs_f64(), cv: 1.0 / shape.sqrt() }
    }

    /// Weibull by shape and scale.
    pub fn weibull(shape: f64, scale: Span) -> Self {
        Self::Weibull { shape, scale_s: scale.as_secs_f64() }
    }

    /// Weibull with this mean and coefficient of variation; the shape is found numerically.
    ///
    /// # Errors
    /// [`ParameterError`] names `mean_s` or `cv` when no Weibull distribution of allowed shape has them.
    pub fn weibull_by_mean(mean: Span, cv: f64) -> Result<Self, ParameterError> {
        let mean_s = mean.as_secs_f64();
        moments::check_mean_and_cv(mean_s, cv, moments::weibull_cv(MAX_SHAPE), MAX_CV)?;
        let shape = moments::weibull_shape(cv);
        Ok(Self::Weibull { shape, scale_s: mean_s / libm::tgamma(1.0 + 1.0 / shape) })
    }

    /// Erlang with this number of phases and this mean.
    pub fn erlang(phases: u32, mean: Span) -> Self {
        Self::Erlang { phases, mean_s: mean.as_secs_f64() }
    }

    /// Uniform between `low` and `high`.
    pub fn uniform(low: Span, high: Span) -> Self {
        Self::Uniform { low_s: low.as_secs_f64(), high_s: high.as_secs_f64() }
    }

    /// Hyperexponential of two branches with this mean and coefficient of variation, where both branches
    /// carry half of the mean ("balanced means").
    ///
    /// # Errors
    /// [`ParameterError`] names `mean_s` or `cv`, which must be at least 1.
    pub fn hyperexponential_by_mean(mean: Span, cv: f64) -> Result<Self, ParameterError> {
        let mean_s = mean.as_secs_f64();
        moments::check_mean_and_cv(mean_s, cv, 1.0, MAX_CV)?;
        let square = cv * cv;
        let common = 0.5 * (1.0 + ((square - 1.0) / (square + 1.0)).sqrt());
        let branch = |probability: f64| Branch { probability, mean_s: 0.5 * mean_s / probability };
        Ok(Self::Hyperexponential { branches: vec![branch(common), branch(1.0 - common)] })
    }

    /// Draws one of `samples` evenly; with `interpolate`, lengths between neighbours too.
    pub fn empirical(samples: &[Span], interpolate: bool) -> Self {
        Self::Empirical { samples_s: samples.iter().map(|s| s.as_secs_f64()).collect(), interpolate }
    }
}

impl Distribution {
    /// Whether every parameter can be meant.
    ///
    /// # Errors
    /// One [`ParameterError`] for each problem, in the order of the parameters.
    pub fn check(&self) -> Result<(), Vec<ParameterError>> {
        let mut check = Check::default();
        match self {
            Self::Deterministic { value_s } => check.not_negative_up_to("value_s", *value_s, MAX_SECONDS),
            Self::Exponential { mean_s } => check.positive_up_to("mean_s", *mean_s, MAX_SECONDS),
            Self::Lognormal { mean_s, cv } | Self::Gamma { mean_s, cv } => {
                check.positive_up_to("mean_s", *mean_s, MAX_SECONDS);
                check.positive_up_to("cv", *cv, MAX_CV);
            }
            Self::Weibull { shape, scale_s } => {
                if check.positive("shape", *shape) && *shape < MIN_SHAPE {
                    check.refuse("shape", Problem::TooSmall { value: *shape, least: MIN_SHAPE });
                } else if *shape > MAX_SHAPE && shape.is_finite() {
                    check.refuse("shape", Problem::TooLarge { value: *shape, most: MAX_SHAPE });
                }
                check.positive_up_to("scale_s", *scale_s, MAX_SECONDS);
            }
            Self::Erlang { phases, mean_s } => {
                check.positive("phases", f64::from(*phases));
                check.positive_up_to("mean_s", *mean_s, MAX_SECONDS);
            }
            Self::Uniform { low_s, high_s } => check_bounds(&mut check, *low_s, *high_s),
            Self::Hyperexponential { branches } => check_branches(&mut check, branches),
            Self::Empirical { samples_s, .. } => {
                if samples_s.is_empty() {
                    check.refuse("samples_s", Problem::Empty);
                }
                for (i, &sample) in samples_s.iter().enumerate() {
                    check.not_negative_up_to(&format!("samples_s[{i}]"), sample, MAX_SECONDS);
                }
            }
        }
        check.finish()
    }

    /// The law ready to draw from.
    ///
    /// # Errors
    /// The first problem that [`Distribution::check`] finds.
    pub fn sampler(&self) -> Result<Sampler, ParameterError> {
        match self.check() {
            Ok(()) => Ok(Sampler::of(self)),
            Err(mut problems) => Err(problems.swap_remove(0)),
        }
    }

    /// Expected length in seconds. Meaningless while [`Distribution::check`] finds problems.
    pub fn mean_s(&self) -> f64 {
        moments::mean_and_variance(self).0
    }

    /// Variance in square seconds. Meaningless while [`Distribution::check`] finds problems.
    pub fn variance_s2(&self) -> f64 {
        moments::mean_and_variance(self).1
    }

    /// Coefficient of variation: standard deviation ÷ mean; 0 for a law that is always zero.
    pub fn cv(&self) -> f64 {
        let (mean, variance) = moments::mean_and_variance(self);
        if mean > 0.0 { variance.sqrt() / mean } else { 0.0 }
    }
}

fn check_bounds(check: &mut Check, low_s: f64, high_s: f64) {
    check.not_negative_up_to("low_s", low_s, MAX_SECONDS);
    check.positive_up_to("high_s", high_s, MAX_SECONDS);
    if high_s <= low_s && high_s > 0.0 && low_s.is_finite() {
        check.refuse("high_s", Problem::NotAbove { value: high_s, other: "low_s", other_value: low_s });
    }
}

fn check_branches(check: &mut Check, branches: &[Branch]) {
    if branches.is_empty() {
        check.refuse("branches", Problem::Empty);
        return;
    }
    let mut sum = 0.0;
    for (i, branch) in branches.iter().enumerate() {
        check.positive_up_to(&format!("branches[{i}].probability"), branch.probability, 1.0);
        check.positive_up_to(&format!("branches[{i}].mean_s"), branch.mean_s, MAX_SECONDS);
        sum += branch.probability;
    }
    // Written down with six digits, thirty probabilities may miss 1 by this much.
    if (sum - 1.0).abs() > 1e-5 {
        check.refuse("branches", Problem::SumNotOne { sum });
    }
}

#[cfg(test)]
mod tests;

//! Mean and variance of each law, and the inverse: parameters from mean and variation.

use super::{Branch, Distribution, MAX_SECONDS, MAX_SHAPE, MIN_SHAPE};
use crate::parameter::{Check, ParameterError, Problem};

/// Mean in seconds and variance in square seconds.
pub(super) fn mean_and_variance(law: &Distribution) -> (f64, f64) {
    match law {
        Distribution::Deterministic { value_s } => (*value_s, 0.0),
        Distribution::Exponential { mean_s } => (*mean_s, mean_s * mean_s),
        Distribution::Lognormal { mean_s, cv } | Distribution::Gamma { mean_s, cv } => {
            (*mean_s, (mean_s * cv) * (mean_s * cv))
        }
        Distribution::Weibull { shape, scale_s } => {
            let mean = scale_s * libm::tgamma(1.0 + 1.0 / shape);
            let deviation = mean * weibull_cv(*shape);
            (mean, deviation * deviation)
        }
        Distribution::Erlang { phases, mean_s } => (*mean_s, mean_s * mean_s / f64::from(*phases)),
        Distribution::Uniform { low_s, high_s } => {
            let width = high_s - low_s;
            (low_s + 0.5 * width, width * width / 12.0)
        }
        Distribution::Hyperexponential { branches } => hyperexponential(branches),
        Distribution::Empirical { samples_s, interpolate: false } => recorded(samples_s),
        Distribution::Empirical { samples_s, interpolate: true } => interpolated(samples_s),
    }
}

fn hyperexponential(branches: &[Branch]) -> (f64, f64) {
    let total: f64 = branches.iter().map(|b| b.probability).sum();
    let mean = branches.iter().map(|b| b.probability * b.mean_s).sum::<f64>() / total;
    // Within a branch the mean square is twice the squared mean.
    let square = branches.iter().map(|b| b.probability * 2.0 * b.mean_s * b.mean_s).sum::<f64>() / total;
    (mean, square - mean * mean)
}

fn recorded(samples: &[f64]) -> (f64, f64) {
    let n = samples.len() as f64;
    let mean = samples.iter().sum::<f64>() / n;
    (mean, samples.iter().map(|x| (x - mean) * (x - mean)).sum::<f64>() / n)
}

/// Between two neighbouring records the law is uniform, and each such stretch is equally likely.
fn interpolated(samples: &[f64]) -> (f64, f64) {
    let mut sorted = samples.to_vec();
    sorted.sort_by(f64::total_cmp);
    if sorted.len() < 2 {
        return recorded(&sorted);
    }
    let n = (sorted.len() - 1) as f64;
    let mean = sorted.windows(2).map(|w| 0.5 * (w[0] + w[1])).sum::<f64>() / n;
    let variance = sorted.windows(2).map(|w| {
        let (from_mean, width) = (0.5 * (w[0] + w[1]) - mean, w[1] - w[0]);
        from_mean * from_mean + width * width / 12.0
    });
    (mean, variance.sum::<f64>() / n)
}

/// Coefficient of variation of a Weibull law; it falls as the shape grows.
pub(super) fn weibull_cv(shape: f64) -> f64 {
    // Γ(1+2/k) ÷ Γ(1+1/k)² − 1, through logarithms so that nothing overflows and little cancels.
    let inverse = 1.0 / shape;
    libm::expm1(libm::lgamma(1.0 + 2.0 * inverse) - 2.0 * libm::lgamma(1.0 + inverse)).sqrt()
}

/// The shape, between its bounds, at which a Weibull law has this coefficient of variation.
pub(super) fn weibull_shape(cv: f64) -> f64 {
    let (mut low, mut high) = (MIN_SHAPE, MAX_SHAPE);
    // Halving the logarithm of the bracket 60 times leaves nothing a double could tell apart.
    for _ in 0..60 {
        let middle = (low * high).sqrt();
        if weibull_cv(middle) > cv {
            low = middle;
        } else {
            high = middle;
        }
    }
    (low * high).sqrt()
}

/// Refuses a mean out of range, or a variation outside `[least, most]`.
pub(super) fn check_mean_and_cv(mean_s: f64, cv: f64, least: f64, most: f64) -> Result<(), ParameterError> {
    let mut check = Check::default();
    check.positive_up_to("mean_s", mean_s, MAX_SECONDS);
    check.positive_up_to("cv", cv, most);
    if cv > 0.0 && cv < least {
        check.refuse("cv", Problem::TooSmall { value: cv, least });
    }
    check.finish().map_err(|mut problems| problems.swap_remove(0))
}

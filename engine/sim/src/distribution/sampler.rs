//! A law made ready to draw from: constants computed once, lengths in nanoseconds.
//!
//! Each draw takes what it needs from the stream it is given and nothing else, so a contact's service time
//! depends on the contact alone. Laws that differ only in scale turn the same stream into proportional lengths:
//! making conversations 10 % shorter makes *each* conversation 10 % shorter.

use sunline_core::time::Span;

use super::{Branch, Distribution, StandardGamma};
use crate::random::Stream;

const NANOS_PER_SECOND: f64 = 1e9;

/// A checked distribution, ready to draw from. Made by [`Distribution::sampler`].
#[derive(Clone, Debug, PartialEq)]
pub struct Sampler {
    pub(super) law: Law,
}

/// The laws by how they are drawn; everything in nanoseconds.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Law {
    Constant(Span),
    Exponential { mean: f64 },
    Lognormal { mu: f64, sigma: f64 },
    Gamma { standard: StandardGamma, scale: f64 },
    Weibull { inverse_shape: f64, scale: f64 },
    Uniform { low: f64, width: f64 },
    Hyperexponential { branches: Box<[Case]> },
    Recorded { samples: Box<[Span]> },
    Interpolated { sorted: Box<[f64]> },
}

/// A branch of a mixture: the sum of the probabilities up to and with this one, and its mean.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Case {
    pub(super) up_to: f64,
    pub(super) mean: f64,
}

impl Sampler {
    /// The sampler of a law that passed its check.
    pub(super) fn of(law: &Distribution) -> Self {
        let nanos = |seconds: f64| seconds * NANOS_PER_SECOND;
        let law = match law {
            Distribution::Deterministic { value_s } => Law::Constant(to_span(nanos(*value_s))),
            Distribution::Exponential { mean_s } | Distribution::Erlang { phases: 1, mean_s } => {
                Law::Exponential { mean: nanos(*mean_s) }
            }
            Distribution::Lognormal { mean_s, cv } => {
                let square = libm::log1p(cv * cv);
                Law::Lognormal { mu: libm::log(nanos(*mean_s)) - 0.5 * square, sigma: square.sqrt() }
            }
            Distribution::Gamma { mean_s, cv } => {
                let (standard, scale) = StandardGamma::with_cv(*cv);
                Law::Gamma { standard, scale: scale * nanos(*mean_s) }
            }
            Distribution::Weibull { shape, scale_s } => {
                Law::Weibull { inverse_shape: 1.0 / shape, scale: nanos(*scale_s) }
            }
            Distribution::Erlang { phases, mean_s } => {
                let shape = f64::from(*phases);
                Law::Gamma { standard: StandardGamma::new(shape), scale: nanos(*mean_s) / shape }
            }
            Distribution::Uniform { low_s, high_s } => {
                Law::Uniform { low: nanos(*low_s), width: nanos(high_s - low_s) }
            }
            Distribution::Hyperexponential { branches } => {
                Law::Hyperexponential { branches: cumulated(branches) }
            }
            Distribution::Empirical { samples_s, interpolate: false } => {
                Law::Recorded { samples: samples_s.iter().map(|&s| to_span(nanos(s))).collect() }
            }
            Distribution::Empirical { samples_s, interpolate: true } => {
                let mut sorted: Box<[f64]> = samples_s.iter().map(|&s| nanos(s)).collect();
                sorted.sort_by(f64::total_cmp);
                Law::Interpolated { sorted }
            }
        };
        Self { law }
    }

    /// Draws a length, at least 0, rounded to the nanosecond; beyond [`Span::MAX`] (292 years) it is that.
    #[inline]
    pub fn sample(&self, stream: &mut Stream) -> Span {
        match &self.law {
            Law::Constant(value) => *value,
            Law::Exponential { mean } => to_span(mean * stream.exponential()),
            Law::Lognormal { mu, sigma } => to_span(libm::exp(mu + sigma * stream.normal())),
            Law::Gamma { standard, scale } => to_span(scale * standard.sample(stream)),
            Law::Weibull { inverse_shape, scale } => {
                // The power by its logarithm: much faster than `libm::pow`, and right to 10⁻¹⁵.
                to_span(scale * libm::exp(libm::log(stream.exponential()) * inverse_shape))
            }
            Law::Uniform { low, width } => to_span(low + width * stream.uniform()),
            Law::Hyperexponential { branches } => {
                let u = stream.uniform();
                let case = branches.iter().find(|case| u < case.up_to).or(branches.last());
                to_span(case.map_or(0.0, |case| case.mean * stream.exponential()))
            }
            Law::Recorded { samples } => samples[stream.below(samples.len() as u64) as usize],
            Law::Interpolated { sorted } => to_span(interpolate(sorted, stream.uniform())),
        }
    }
}

/// Rounds nanoseconds of at least 0; what does not fit becomes the longest span.
#[inline]
pub(super) fn to_span(nanos: f64) -> Span {
    Span::from_nanos((nanos + 0.5) as i64)
}

fn cumulated(branches: &[Branch]) -> Box<[Case]> {
    let total: f64 = branches.iter().map(|b| b.probability).sum();
    let mut up_to = 0.0;
    let case = |branch: &Branch| {
        up_to += branch.probability / total;
        Case { up_to, mean: branch.mean_s * NANOS_PER_SECOND }
    };
    branches.iter().map(case).collect()
}

/// The quantile function at `u` in `[0, 1)`: linear between neighbouring records.
#[inline]
pub(super) fn interpolate(sorted: &[f64], u: f64) -> f64 {
    let place = u * (sorted.len() - 1) as f64;
    let below = place as usize;
    let above = (below + 1).min(sorted.len() - 1);
    sorted[below] + (sorted[above] - sorted[below]) * (place - below as f64)
}

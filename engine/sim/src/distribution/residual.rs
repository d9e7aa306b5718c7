//! What is left of a duration that has lasted so long already: the law of the rest, given the time elapsed.
//!
//! Exact for every law. Where no formula gives the rest, plain draws are made until one is long enough; after a few misses
//! the tail alone is drawn from, by rejection under an exponential. Which way a draw was found says nothing about its
//! value, so the two ways may be mixed.
//!
//! A law that allows nothing as long as what has elapsed was wrong about this one. The rest is then exponential with the
//! law's mean: the law still knows how long such things take, and nothing else is known.

use sunline_core::time::Span;

use super::StandardGamma;
use super::sampler::{Case, Law, Sampler, interpolate, to_span};
use crate::random::Stream;

/// Plain draws that are tried before the tail is drawn from. Where one in five draws is long enough, five of six end here.
const PLAIN_TRIES: u32 = 8;
/// The same among recorded lengths, where the second way costs a look at every record.
const RECORD_TRIES: u32 = 64;

impl Sampler {
    /// Draws how much longer something lasts that has lasted for `elapsed`; at least 0.
    ///
    /// ```
    /// use sunline_core::time::Span;
    /// use sunline_sim::Distribution;
    /// use sunline_sim::random::{Chance, Purpose};
    ///
    /// let call = Distribution::uniform(Span::from_secs(60), Span::from_secs(180)).sampler()?;
    /// let mut luck = Chance::new(1, 0).family(Purpose::Service, 0).stream(0);
    /// assert!(call.residual(Span::from_secs(170), &mut luck) <= Span::from_secs(10));
    /// # Ok::<(), sunline_sim::parameter::ParameterError>(())
    /// ```
    pub fn residual(&self, elapsed: Span, stream: &mut Stream) -> Span {
        if elapsed <= Span::ZERO {
            return self.sample(stream);
        }
        let spent = elapsed.as_nanos() as f64;
        let rest = match &self.law {
            Law::Constant(value) if *value > elapsed => return *value - elapsed,
            Law::Constant(value) => value.as_nanos() as f64 * stream.exponential(),
            Law::Exponential { mean } => mean * stream.exponential(),
            Law::Lognormal { mu, sigma } => {
                let z = normal_above((libm::log(spent) - mu) / sigma, stream);
                libm::exp(mu + sigma * z) - spent
            }
            Law::Gamma { standard, scale } => scale * gamma_rest(*standard, spent / scale, stream),
            Law::Weibull { inverse_shape, scale } => {
                let hazard = libm::exp(libm::log(spent / scale) / inverse_shape) + stream.exponential();
                scale * libm::exp(libm::log(hazard) * inverse_shape) - spent
            }
            Law::Uniform { low, width } => {
                let (from, high) = (low.max(spent), low + width);
                if from < high {
                    from + (high - from) * stream.uniform() - spent
                } else {
                    (low + 0.5 * width) * stream.exponential()
                }
            }
            Law::Hyperexponential { branches } => mixture_rest(branches, spent, stream),
            Law::Recorded { samples } => return recorded_rest(samples, elapsed, stream),
            Law::Interpolated { sorted } => interpolated_rest(sorted, spent, stream),
        };
        to_span(rest.max(0.0))
    }
}

/// A standard normal number above `least`.
///
/// # Source
/// Robert, "Simulation of truncated normal variables", Statistics and Computing 5, 1995.
fn normal_above(least: f64, stream: &mut Stream) -> f64 {
    let mut tries = 0;
    while least <= 0.0 || tries < PLAIN_TRIES {
        let z = stream.normal();
        if z > least {
            return z;
        }
        tries += 1;
    }
    let rate = 0.5 * (least + (least * least + 4.0).sqrt());
    loop {
        let z = least + stream.exponential() / rate;
        let off = z - rate;
        if stream.uniform() < libm::exp(-0.5 * off * off) {
            return z;
        }
    }
}

/// What is left of a standard gamma number that exceeds `spent`.
///
/// From shape 1 on the logarithm of the density is concave, so beyond the mode an exponential with its slope at `spent`
/// covers it. Below shape 1 the density falls faster than an exponential with rate 1 does.
fn gamma_rest(standard: StandardGamma, spent: f64, stream: &mut Stream) -> f64 {
    let power = standard.shape() - 1.0;
    let slope = if power > 0.0 { 1.0 - power / spent } else { 1.0 };
    let mut tries = 0;
    while slope <= 0.0 || tries < PLAIN_TRIES {
        let x = standard.sample(stream);
        if x > spent {
            return x - spent;
        }
        tries += 1;
    }
    loop {
        let rest = stream.exponential() / slope;
        let ln_share = power * libm::log1p(rest / spent) - (1.0 - slope) * rest;
        if libm::log(stream.uniform_above_zero()) < ln_share {
            return rest;
        }
    }
}

/// The longer it has lasted, the likelier it is one of the long cases.
fn mixture_rest(branches: &[Case], spent: f64, stream: &mut Stream) -> f64 {
    let longest = branches.iter().map(|case| case.mean).fold(0.0, f64::max);
    let mut before = 0.0;
    let weights = branches.iter().map(|case| {
        let probability = case.up_to - core::mem::replace(&mut before, case.up_to);
        // Relative to the longest case, so that not all of them vanish.
        probability * libm::exp(spent / longest - spent / case.mean)
    });
    let weights: Vec<f64> = weights.collect();
    let mut left = stream.uniform() * weights.iter().sum::<f64>();
    let mut chosen = longest;
    for (case, weight) in branches.iter().zip(weights) {
        chosen = case.mean;
        if left < weight {
            break;
        }
        left -= weight;
    }
    chosen * stream.exponential()
}

fn recorded_rest(samples: &[Span], elapsed: Span, stream: &mut Stream) -> Span {
    for _ in 0..RECORD_TRIES {
        let length = samples[stream.below(samples.len() as u64) as usize];
        if length > elapsed {
            return length - elapsed;
        }
    }
    let longer = || samples.iter().filter(|length| **length > elapsed);
    match longer().count() as u64 {
        0 => {
            let mean =
                samples.iter().map(|length| length.as_nanos() as f64).sum::<f64>() / samples.len() as f64;
            to_span(mean * stream.exponential())
        }
        count => longer().nth(stream.below(count) as usize).map_or(Span::ZERO, |length| *length - elapsed),
    }
}

fn interpolated_rest(sorted: &[f64], spent: f64, stream: &mut Stream) -> f64 {
    let after = sorted.partition_point(|length| *length <= spent);
    if after == sorted.len() {
        return sorted.iter().sum::<f64>() / sorted.len() as f64 * stream.exponential();
    }
    let spent_share = match after.checked_sub(1) {
        None => 0.0,
        Some(below) => {
            let inside = (spent - sorted[below]) / (sorted[after] - sorted[below]);
            (below as f64 + inside) / (sorted.len() - 1) as f64
        }
    };
    interpolate(sorted, spent_share + (1.0 - spent_share) * stream.uniform()) - spent
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Distribution;
    use crate::random::{Chance, Purpose};

    const DRAWS: usize = 20_000;

    fn secs(s: i64) -> Span {
        Span::from_secs(s)
    }

    fn streams(study: u64) -> impl FnMut() -> Stream {
        let (family, mut next) = (Chance::new(11, 0).family(Purpose::Study, study), 0);
        move || {
            next += 1;
            family.stream(next)
        }
    }

    /// Greatest distance between the two distribution functions.
    fn distance(mut one: Vec<f64>, mut other: Vec<f64>) -> f64 {
        one.sort_by(f64::total_cmp);
        other.sort_by(f64::total_cmp);
        let share = |list: &[f64], x: f64| list.partition_point(|y| *y <= x) as f64 / list.len() as f64;
        one.iter().chain(&other).map(|&x| (share(&one, x) - share(&other, x)).abs()).fold(0.0, f64::max)
    }

    #[test]
    fn the_rest_has_the_law_of_long_ones_less_what_has_passed() {
        let minute = secs(60);
        let laws = [
            Distribution::exponential(minute),
            Distribution::lognormal(minute, 1.3),
            Distribution::lognormal(minute, 0.2),
            Distribution::gamma(minute, 0.6),
            Distribution::gamma(minute, 2.0),
            Distribution::erlang(4, minute),
            Distribution::weibull(0.7, minute),
            Distribution::weibull(2.5, minute),
            Distribution::uniform(secs(20), secs(100)),
            Distribution::hyperexponential_by_mean(minute, 2.0).unwrap(),
            Distribution::empirical(&[secs(10), secs(40), secs(80), secs(90), secs(200)], false),
            Distribution::empirical(&[secs(10), secs(40), secs(80), secs(90), secs(200)], true),
        ];
        for (study, law) in (0..).zip(&laws) {
            let sampler = law.sampler().unwrap();
            for elapsed in [5, 50, 85] {
                let elapsed = secs(elapsed);
                let mut luck = streams(study);
                let rest = (0..DRAWS).map(|_| sampler.residual(elapsed, &mut luck()).as_secs_f64()).collect();
                let plain = std::iter::repeat_with(|| sampler.sample(&mut luck()));
                let long = plain.filter(|length| *length > elapsed).take(DRAWS);
                let expected = long.map(|length| (length - elapsed).as_secs_f64()).collect();
                let apart = distance(rest, expected);
                // Kolmogorov and Smirnov at one in ten thousand: 2.23·√(2/n).
                assert!(apart < 2.23 * (2.0 / DRAWS as f64).sqrt(), "{law:?} after {elapsed}: {apart}");
            }
        }
    }

    #[test]
    fn far_out_in_the_tail_the_rest_is_still_exact() {
        let mean = |law: Distribution, elapsed| {
            let (sampler, mut luck) = (law.sampler().unwrap(), streams(99));
            let sum: f64 = (0..DRAWS).map(|_| sampler.residual(elapsed, &mut luck()).as_secs_f64()).sum();
            sum / DRAWS as f64
        };
        // Integrated with 30 digits (mpmath): E[X − e | X > e].
        for (law, elapsed, exact) in [
            (Distribution::gamma(secs(60), 0.5), 400, 16.743_46),
            (Distribution::lognormal(secs(60), 0.5), 400, 44.860_77),
            (Distribution::gamma(secs(60), 2.0), 1500, 219.215_7),
        ] {
            let found = mean(law.clone(), secs(elapsed));
            assert!((found / exact - 1.0).abs() < 0.03, "{law:?} after {elapsed} s: {found}, not {exact}");
        }
    }

    #[test]
    fn what_outlasts_its_law_goes_on_for_a_mean_on_average() {
        for law in [
            Distribution::deterministic(secs(30)),
            Distribution::uniform(secs(20), secs(40)),
            Distribution::empirical(&[secs(20), secs(40)], false),
            Distribution::empirical(&[secs(20), secs(40)], true),
        ] {
            let (sampler, mut luck) = (law.sampler().unwrap(), streams(7));
            let sum: f64 = (0..DRAWS).map(|_| sampler.residual(secs(41), &mut luck()).as_secs_f64()).sum();
            assert!((sum / DRAWS as f64 / 30.0 - 1.0).abs() < 0.03, "{law:?}: {}", sum / DRAWS as f64);
        }
        let promised = Distribution::deterministic(secs(30)).sampler().unwrap();
        assert_eq!(promised.residual(secs(12), &mut streams(1)()), secs(18));
    }
}

//! The time until a row of exponential stages is over, whose rates rise by equal steps: r, r + θ, …, r + nθ.
//!
//! That is the wait with n contacts ahead: r from the agents, θ for each of those ahead who may give up. With
//! b = r/θ and x = 1 − e^(−θt) the distribution is the incomplete beta function, P(V ≤ t) = I_x(n+1, b); at θ
//! = 0 it is the incomplete gamma function (Erlang's law). Everything here is written in x and z = bx, both
//! of which stay finite at θ = 0, so one code serves both and there is no seam between them.
//!
//! Its complement is a sum of probabilities, P(V_n > t) = p_0 + … + p_n with p_i = C(b+i−1, i) x^i (1−x)^b.

use super::numeric::gamma::nonzero;
use super::numeric::normal;
use super::numeric::stirling::{ln_1p_minus, stirling_remainder};

const LN_2_PI: f64 = 1.837_877_066_409_345_3;
const ENOUGH: f64 = 1e-17;
/// Sums of stages are added one by one below this ratio of rate to step, by Euler and Maclaurin's formula
/// above it.
const SMOOTH: f64 = 30.0;

/// n + 1 exponential stages in a row with the rates r + iθ, i = 0..n.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Stages {
    /// n: one less than the number of stages.
    pub(super) last: u32,
    /// r > 0, per second.
    pub(super) rate: f64,
    /// θ ≥ 0, per second.
    pub(super) step: f64,
}

/// The law at one instant.
pub(super) struct Look {
    pub(super) cdf: f64,
    pub(super) ln_survival: f64,
    /// ln p_n
    ln_top: f64,
    /// Per second.
    pub(super) density: f64,
}

/// An instant, in the variables of the formulas.
#[derive(Clone, Copy)]
struct At {
    t: f64,
    /// 1 − e^(−θt)
    x: f64,
    /// e^(−θt)
    y: f64,
    /// bx = r (1 − e^(−θt))/θ
    z: f64,
}

impl At {
    fn new(t: f64, rate: f64, step: f64) -> Self {
        let x = -libm::expm1(-step * t);
        let z = if x > 0.0 { rate * (x / step) } else { rate * t };
        Self { t, x, y: libm::exp(-step * t), z }
    }
}

impl Stages {
    fn n(&self) -> f64 {
        f64::from(self.last)
    }

    /// Rate of the first stage to end: r + nθ.
    pub(super) fn fastest(&self) -> f64 {
        self.rate + self.n() * self.step
    }

    /// Σ 1/(r + iθ).
    pub(super) fn mean(&self) -> f64 {
        let (head, r, m) = self.rough_head(|rate| 1.0 / rate);
        if m == 0.0 {
            return head + 1.0 / r;
        }
        let end = r + m * self.step;
        // ∫ ds/(r + θs) = ln(1 + mθ/r)/θ
        let u = m * self.step / r;
        let area = if u > 0.0 { m / r * (libm::log1p(u) / u) } else { m / r };
        let (q, p) = (self.step / r, self.step / end);
        let bend = |q: f64| q * q / 12.0 * (1.0 - q * q * (0.1 - q * q * (1.0 / 21.0 - q * q / 20.0)));
        let bend = if self.step > 0.0 { (bend(q) - bend(p)) / self.step } else { 0.0 };
        head + area + 0.5 * (1.0 / r + 1.0 / end) + bend
    }

    /// Σ 1/(r + iθ)².
    pub(super) fn variance(&self) -> f64 {
        let (head, r, m) = self.rough_head(|rate| 1.0 / rate / rate);
        if m == 0.0 {
            return head + 1.0 / r / r;
        }
        let end = r + m * self.step;
        let (q, p) = (self.step / r, self.step / end);
        let bend = |q: f64| q / 6.0 * (1.0 - q * q * (0.2 - q * q * (1.0 / 7.0 - q * q / 5.0)));
        head + m / r / end + (0.5 + bend(q)) / r / r + (0.5 - bend(p)) / end / end
    }

    /// Adds the first terms while r/θ is small; gives their sum, the rate after them and how many are left,
    /// less one.
    fn rough_head(&self, term: impl Fn(f64) -> f64) -> (f64, f64, f64) {
        let (mut sum, mut i) = (0.0, 0.0);
        while i < self.n() && self.rate + i * self.step < SMOOTH * self.step {
            sum += term(self.rate + i * self.step);
            i += 1.0;
        }
        (sum, self.rate + i * self.step, self.n() - i)
    }

    /// P(V ≤ t), ln P(V > t) and the density at t ≥ 0.
    pub(super) fn look(&self, t: f64) -> Look {
        let at = At::new(t, self.rate, self.step);
        let ln_top = self.ln_top(&at);
        let density = self.fastest() * libm::exp(ln_top);
        if t <= 0.0 {
            Look { cdf: 0.0, ln_survival: 0.0, ln_top, density }
        } else if self.is_late(&at) {
            let ln_survival = (ln_top + self.ln_upper(&at)).min(0.0);
            Look { cdf: 1.0 - libm::exp(ln_survival), ln_survival, ln_top, density }
        } else {
            let cdf = (libm::exp(ln_top) * self.lower(&at)).clamp(0.0, 1.0);
            Look { cdf, ln_survival: libm::log1p(-cdf), ln_top, density }
        }
    }

    /// P(V ≤ t).
    pub(super) fn cdf(&self, t: f64) -> f64 {
        self.look(t).cdf
    }

    /// ln P(V > t): finite however late.
    pub(super) fn ln_survival(&self, t: f64) -> f64 {
        self.look(t).ln_survival
    }

    /// P(V > t).
    pub(super) fn survival(&self, t: f64) -> f64 {
        libm::exp(self.ln_survival(t))
    }

    /// Rate of decline of ln P(V > t), per second, at a look.
    pub(super) fn hazard(&self, look: &Look) -> f64 {
        self.fastest() * libm::exp(look.ln_top - look.ln_survival)
    }

    /// A good first guess of the quantile of p: the Wilson–Hilferty quantile of the gamma law of the same
    /// mean and variance.
    pub(super) fn rough_quantile(&self, p: f64) -> f64 {
        let mean = self.mean();
        let ninth = self.variance() / (9.0 * mean * mean);
        let root = 1.0 - ninth + normal::rough_quantile(p) * ninth.sqrt();
        mean * (root * root * root).max(1e-3 * p)
    }

    /// Whether t lies beyond the middle, where the sum of p_i is short and the fraction long.
    fn is_late(&self, at: &At) -> bool {
        at.z + (self.n() + 3.0) * at.x > self.n() + 2.0
    }

    /// ln p_n, written around the peak of the binomial law.
    fn ln_top(&self, at: &At) -> f64 {
        let n = self.n();
        if self.last == 0 {
            return -self.rate * at.t;
        }
        let d = n * at.y - at.z;
        let u = d / n;
        let own = if u.abs() < 0.5 { -n * ln_1p_minus(-u) } else { n * libm::log(n / (n * at.x + at.z)) - d };
        let share = self.rate / self.fastest();
        let ln = -stirling_remainder(n) - own + 0.5 * (libm::log(share / n) - LN_2_PI);
        if self.step == 0.0 {
            return ln;
        }
        let b = self.rate / self.step;
        let u = d / b;
        let other =
            if u.abs() < 0.5 { -b * ln_1p_minus(u) } else { self.rate * at.t - b * libm::log1p(n / b) + d };
        ln + stirling_remainder(n + b) - stirling_remainder(b) - other
    }

    /// ln((p_0 + … + p_n)/p_n), summed from the largest, p_n, downwards.
    fn ln_upper(&self, at: &At) -> f64 {
        let (mut sum, mut term, mut i) = (1.0_f64, 1.0_f64, self.n());
        // With r ≥ θ the ratio of a term to the next falls, so the rest is bounded by a geometric series.
        let falls = self.rate >= self.step;
        while i > 0.0 {
            let ratio = i / (at.z + (i - 1.0) * at.x);
            term *= ratio;
            sum += term;
            if falls && ratio < 1.0 && term < ENOUGH * sum * (1.0 - ratio) {
                break;
            }
            i -= 1.0;
        }
        libm::log(sum)
    }

    /// P(V ≤ t)/p_n by the continued fraction of Didonato and Morris (ACM TOMS 18(3), 1992, eq. 9), about √n
    /// terms.
    fn lower(&self, at: &At) -> f64 {
        let a = self.n() + 1.0;
        let (x, z) = (at.x, at.z);
        let gap = a * at.y - z;
        let rest = |m: f64| (a + m) * (gap + 1.0 + m * (1.0 + at.y)) / (a + 2.0 * m + 1.0);
        let mut value = nonzero(rest(0.0));
        let (mut c, mut d, mut m) = (value, 0.0, 0.0);
        while m < 1e6 {
            m += 1.0;
            let odd = a + 2.0 * m - 1.0;
            let over = (a + m - 1.0) * m / odd / odd * (z + (a + m - 1.0) * x) * (z - m * x);
            let b = m + m * (z - m * x) / odd + rest(m);
            d = 1.0 / nonzero(b + over * d);
            c = nonzero(b + over / c);
            let change = c * d;
            value *= change;
            if (change - 1.0).abs() <= 2.0 * f64::EPSILON {
                break;
            }
        }
        (z + self.n() * x) / value
    }

    /// P(V_0 > t), P(V_1 > t), … for 0, 1, … contacts ahead, without end.
    pub(super) fn survivals(rate: f64, step: f64, t: f64) -> Survivals {
        let at = At::new(t, rate, step);
        let ln_scale = -rate * t;
        Survivals { x: at.x, z: at.z, i: 0.0, term: 1.0, sum: 0.0, ln_scale, scale: libm::exp(ln_scale) }
    }
}

/// The running sums p_0, p_0 + p_1, …: scaled, so that e^(−rt) may be far too small for a number.
#[derive(Clone, Copy, Debug)]
pub(super) struct Survivals {
    x: f64,
    z: f64,
    i: f64,
    term: f64,
    sum: f64,
    ln_scale: f64,
    scale: f64,
}

impl Survivals {
    /// When a sum has grown this large, it is divided by it.
    pub(super) const FULL: f64 = 1e200;

    /// The next survival but for its scale, and whether the scale has just risen by [`Self::FULL`].
    pub(super) fn next_scaled(&mut self) -> (f64, bool) {
        self.sum += self.term;
        self.term *= (self.z + self.i * self.x) / (self.i + 1.0);
        self.i += 1.0;
        let full = self.sum > Self::FULL || self.term > Self::FULL;
        if full {
            self.sum /= Self::FULL;
            self.term /= Self::FULL;
            self.ln_scale += libm::log(Self::FULL);
            self.scale = libm::exp(self.ln_scale);
        }
        (self.sum, full)
    }

    /// The next survival.
    pub(super) fn next(&mut self) -> f64 {
        let (sum, _) = self.next_scaled();
        (sum * self.scale).min(1.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The definition, for small numbers: p_i by products.
    fn naive_survival(stages: &Stages, t: f64) -> f64 {
        let b = stages.rate / stages.step;
        let x = 1.0 - libm::exp(-stages.step * t);
        let (mut sum, mut term) = (0.0, libm::exp(-stages.rate * t));
        for i in 0..=stages.last {
            sum += term;
            term *= x * (b + f64::from(i)) / f64::from(i + 1);
        }
        sum
    }

    #[test]
    fn small_cases_match_the_plain_sum() {
        for last in [0, 1, 2, 5, 30] {
            for (rate, step) in [(1.0, 0.2), (0.3, 1.0), (5.0, 5.0), (40.0, 0.1)] {
                let stages = Stages { last, rate, step };
                for i in 1..80 {
                    let t = stages.mean() * f64::from(i) / 20.0;
                    let exact = naive_survival(&stages, t);
                    let survival = stages.survival(t);
                    assert!((survival - exact).abs() < 2e-13, "{stages:?} at {t}: {survival} {exact}");
                    assert!((stages.cdf(t) - (1.0 - exact)).abs() < 2e-13, "{stages:?} at {t}");
                    let mut walk = Stages::survivals(rate, step, t);
                    let walked = (0..=last).map(|_| walk.next()).last().unwrap();
                    assert!((walked - exact).abs() < 2e-13, "{stages:?} at {t}: {walked} {exact}");
                }
            }
        }
    }

    #[test]
    fn moments_match_the_plain_sums() {
        for last in [0, 1, 3, 17, 18, 40, 5_000] {
            for (rate, step) in [(1.0, 0.0), (1.0, 1e-13), (1.0, 0.04), (1.0, 0.06), (0.2, 3.0), (7.0, 1e4)] {
                let stages = Stages { last, rate, step };
                let rates = (0..=last).map(|i| rate + f64::from(i) * step);
                let mean: f64 = rates.clone().map(|r| 1.0 / r).sum();
                let variance: f64 = rates.map(|r| 1.0 / (r * r)).sum();
                assert!((stages.mean() - mean).abs() < 2e-13 * mean, "{stages:?}: {} {mean}", stages.mean());
                assert!((stages.variance() - variance).abs() < 2e-13 * variance, "{stages:?}: {variance}");
            }
        }
    }

    #[test]
    fn there_is_no_seam_at_patience_without_end() {
        for last in [0, 3, 200, 10_000] {
            let erlang = Stages { last, rate: 2.0, step: 0.0 };
            let nearly = Stages { last, rate: 2.0, step: 1e-15 };
            for part in [0.5, 0.9, 1.0, 1.1, 2.0] {
                let t = part * erlang.mean();
                assert!((erlang.cdf(t) - nearly.cdf(t)).abs() < 1e-9, "{last} {part}");
            }
        }
    }

    #[test]
    fn both_sides_meet_in_the_middle() {
        for last in [1, 10, 1_000, 100_000] {
            for step in [0.0, 1e-9, 1e-3, 0.5] {
                let stages = Stages { last, rate: 30.0, step };
                let (mean, sd) = (stages.mean(), stages.variance().sqrt());
                for k in -6..=0 {
                    let t = mean + 0.5 * sd * f64::from(k);
                    if t <= 0.0 {
                        continue;
                    }
                    let at = At::new(t, stages.rate, step);
                    let top = libm::exp(stages.ln_top(&at));
                    let gap = top * (stages.lower(&at) + libm::exp(stages.ln_upper(&at))) - 1.0;
                    assert!(gap.abs() < 2e-13 * (1.0 + f64::from(last).sqrt()), "{stages:?} at {t}: {gap}");
                }
            }
        }
    }
}

//! The incomplete gamma function, both sides, for a real shape.

use super::stirling::ln_poisson;

const ENOUGH: f64 = 1e-17;
const MOST_TERMS: u32 = 1_000_000;

/// The regularised incomplete gamma functions `(P(s, x), Q(s, x))`, lower and upper, for `s > 0` and `x ≥ 0`.
///
/// Series below the mean, continued fraction above it; about √s terms. Source: Abramowitz and Stegun 6.5.29,
/// 6.5.31.
pub(in crate::forecast) fn incomplete(s: f64, x: f64) -> (f64, f64) {
    if x <= 0.0 {
        (0.0, 1.0)
    } else if x < s + 1.0 {
        let lower = (libm::exp(ln_poisson(s, x)) * series(s, x)).min(1.0);
        (lower, 1.0 - lower)
    } else if x > 1e3 * (s + 1.0) {
        (1.0, 0.0) // Q is below e^(-900) there.
    } else {
        let upper = (libm::exp(ln_poisson(s, x)) * s * fraction(s, x)).min(1.0);
        (1.0 - upper, upper)
    }
}

/// Γ(s, x) e^x x^(1−s): the upper function without its exponential, for `1 ≤ s ≤ 2`, `x > 0`.
pub(in crate::forecast) fn upper_scaled(s: f64, x: f64) -> f64 {
    if x > 1.5 {
        return x * fraction(s, x);
    }
    libm::exp(x + libm::lgamma(s) - (s - 1.0) * libm::log(x)) - x * series(s, x) / s
}

/// 1 + x/(s+1) + x²/((s+1)(s+2)) + …
fn series(s: f64, x: f64) -> f64 {
    let (mut sum, mut term, mut below) = (1.0, 1.0, s);
    for _ in 0..MOST_TERMS {
        below += 1.0;
        term *= x / below;
        sum += term;
        if term < ENOUGH * sum {
            break;
        }
    }
    sum
}

/// Legendre's continued fraction 1/(x+1−s− 1(1−s)/(x+3−s− …)), by the modified Lentz rule.
fn fraction(s: f64, x: f64) -> f64 {
    let mut b = x + 1.0 - s;
    let mut c = 1e300;
    let mut d = 1.0 / b;
    let mut value = d;
    for i in 1..MOST_TERMS {
        let i = f64::from(i);
        let a = -i * (i - s);
        b += 2.0;
        d = 1.0 / nonzero(a * d + b);
        c = nonzero(b + a / c);
        let step = c * d;
        value *= step;
        if (step - 1.0).abs() < 2.0 * f64::EPSILON {
            break;
        }
    }
    value
}

/// Lentz's guard against a division by zero.
pub(in crate::forecast) fn nonzero(x: f64) -> f64 {
    if x.abs() < 1e-300 { 1e-300 } else { x }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_sides_match_closed_forms() {
        for x in [0.01, 0.5, 1.0, 2.0, 5.0, 30.0, 200.0] {
            let (p, q) = incomplete(1.0, x);
            assert!((q - libm::exp(-x)).abs() <= 1e-14 * libm::exp(-x) + 1e-16, "{x}");
            assert!((p + q - 1.0).abs() < 1e-15);
            let half = incomplete(0.5, x).1;
            let erfc = libm::erfc(x.sqrt());
            assert!((half - erfc).abs() <= 3e-14 * erfc + 1e-16, "{x}: {half} {erfc}");
        }
        // Γ(4, 3)/Γ(4) = e^-3 (1 + 3 + 9/2 + 27/6)
        assert!((incomplete(4.0, 3.0).1 - libm::exp(-3.0) * 13.0).abs() < 1e-15);
    }

    #[test]
    fn scaled_upper_is_one_for_shape_one() {
        for x in [0.1, 1.0, 1.4, 1.6, 10.0] {
            assert!((upper_scaled(1.0, x) - 1.0).abs() < 1e-14, "{x}");
        }
    }
}

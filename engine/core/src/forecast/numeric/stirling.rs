//! Factorials without overflow: Stirling's remainder and the deviance around the peak of a probability.
//!
//! A binomial, Poisson or beta term is the product of huge and tiny factors. Written around its peak it is a
//! small exponent and a square root, exact in every digit (C. Loader, "Fast and Accurate Computation of
//! Binomial Probabilities", 2000).

const HALF_LN_2_PI: f64 = 0.918_938_533_204_672_8;

/// lnΓ(x+1) − (x+½) ln x + x − ½ ln 2π, for x > 0; 0 at infinity.
pub(in crate::forecast) fn stirling_remainder(x: f64) -> f64 {
    if x < 15.0 {
        return libm::lgamma(x + 1.0) - (x + 0.5) * libm::log(x) + x - HALF_LN_2_PI;
    }
    let s = 1.0 / (x * x);
    let tail = 1.0 / 1680.0 - s * (1.0 / 1188.0 - s * (691.0 / 360_360.0 - s / 156.0));
    (1.0 / 12.0 - s * (1.0 / 360.0 - s * (1.0 / 1260.0 - s * tail))) / x
}

/// ln(1+u) − u without cancellation, for u > −1.
pub(in crate::forecast) fn ln_1p_minus(u: f64) -> f64 {
    if !(-0.4..=0.6).contains(&u) {
        return libm::log1p(u) - u;
    }
    let v = u / (2.0 + u);
    let square = v * v;
    let mut sum = 0.0;
    let mut k = 29.0;
    while k > 1.0 {
        sum = sum * square + 1.0 / k;
        k -= 2.0;
    }
    2.0 * v * square * sum - u * v
}

/// ln(x^s e^(−x) / Γ(s+1)) for s > 0, x > 0: the logarithm of a Poisson term at a real count.
pub(in crate::forecast) fn ln_poisson(s: f64, x: f64) -> f64 {
    let d = s - x;
    let u = d / s;
    let deviance = if u.abs() < 0.5 { -s * ln_1p_minus(-u) } else { s * libm::log(s / x) - d };
    -stirling_remainder(s) - deviance - HALF_LN_2_PI - 0.5 * libm::log(s)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn close(a: f64, b: f64) {
        assert!((a - b).abs() <= 1e-13 * b.abs(), "{a} is not {b}");
    }

    #[test]
    fn remainder_agrees_on_both_sides_of_the_switch() {
        close(stirling_remainder(1.0), 0.081_061_466_795_327_26);
        close(stirling_remainder(15.0), 0.005_554_733_551_962_801);
        let below = stirling_remainder(15.0 - 1e-9);
        assert!((below - stirling_remainder(15.0)).abs() < 1e-12);
        assert_eq!(stirling_remainder(f64::INFINITY), 0.0);
    }

    #[test]
    fn small_arguments_keep_their_digits() {
        close(ln_1p_minus(1e-10), -5e-21 + 1e-30 / 3.0);
        close(ln_1p_minus(0.6), libm::log(1.6) - 0.6);
        close(ln_1p_minus(-0.4), libm::log(0.6) + 0.4);
    }

    #[test]
    fn poisson_term_matches_its_definition() {
        close(ln_poisson(3.0, 2.0), libm::log(8.0 / 6.0) - 2.0);
        close(ln_poisson(0.5, 7.0), 0.5 * libm::log(7.0) - 7.0 - libm::lgamma(1.5));
    }
}

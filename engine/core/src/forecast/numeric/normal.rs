//! The normal law: distribution and hazard.

const INV_SQRT_2_PI: f64 = 0.398_942_280_401_432_7;

/// Density φ(x).
pub(in crate::forecast) fn density(x: f64) -> f64 {
    INV_SQRT_2_PI * libm::exp(-0.5 * x * x)
}

/// Distribution function Φ(x).
pub(in crate::forecast) fn cdf(x: f64) -> f64 {
    0.5 * libm::erfc(-x * core::f64::consts::FRAC_1_SQRT_2)
}

/// Hazard h(x) = φ(x)/Φ(−x).
pub(in crate::forecast) fn hazard(x: f64) -> f64 {
    if x < 6.0 { density(x) / cdf(-x) } else { x + hazard_excess(x) }
}

/// h(x) − x, which stays positive and keeps its digits far out.
pub(in crate::forecast) fn hazard_excess(x: f64) -> f64 {
    if x < 6.0 {
        return density(x) / cdf(-x) - x;
    }
    // Laplace's continued fraction: h(x) = x + 1/(x + 2/(x + 3/(x + …))).
    let mut below = x;
    let mut k = 60.0;
    while k > 1.0 {
        below = x + k / below;
        k -= 1.0;
    }
    1.0 / below
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hazard_has_no_seam() {
        for x in [5.999_999_9, 6.0, 6.000_000_1] {
            assert!((hazard(x) - density(x) / cdf(-x)).abs() < 1e-12, "{x}");
        }
        assert!((hazard(0.0) - 2.0 * INV_SQRT_2_PI).abs() < 1e-15);
        assert!((hazard_excess(1e6) - 1e-6).abs() < 1e-17);
        assert!(hazard(-50.0) >= 0.0);
    }
}

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

/// The quantile of `0 < p < 1`, within 0.0005: a start for Newton's steps.
///
/// Source: C. Hastings, "Approximations for Digital Computers", 1955, sheet 68.
pub(in crate::forecast) fn rough_quantile(p: f64) -> f64 {
    let (tail, sign) = if p < 0.5 { (p, -1.0) } else { (1.0 - p, 1.0) };
    let t = (-2.0 * libm::log(tail.max(f64::MIN_POSITIVE))).sqrt();
    let over = 2.515_517 + t * (0.802_853 + t * 0.010_328);
    let under = 1.0 + t * (1.432_788 + t * (0.189_269 + t * 0.001_308));
    sign * (t - over / under)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rough_quantile_is_near() {
        for p in [1e-9, 0.01, 0.2, 0.5, 0.7, 0.999] {
            let x = rough_quantile(p);
            assert!((cdf(x) - p).abs() < 5e-4 * density(x) + 1e-16, "{p}: {x}");
        }
    }

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

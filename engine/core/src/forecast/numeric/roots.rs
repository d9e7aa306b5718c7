//! Where a rising function crosses zero.

/// The root of a rising function in `[lo, hi]`: Newton's steps, or halving where they leave the bracket or
/// dawdle.
///
/// `f` gives value and slope. Stops at a relative change of about 4e-16, after at most 200 steps.
pub(in crate::forecast) fn rising(mut f: impl FnMut(f64) -> (f64, f64), lo: f64, hi: f64, start: f64) -> f64 {
    let (mut lo, mut hi) = (lo, hi);
    let mut x = start.clamp(lo, hi);
    let mut last = hi - lo;
    for _ in 0..200 {
        let (value, slope) = f(x);
        if value == 0.0 {
            return x;
        }
        if value < 0.0 {
            lo = x;
        } else {
            hi = x;
        }
        let newton = x - value / slope;
        let useful = newton >= lo && newton <= hi && (newton - x).abs() <= 0.5 * last;
        let next = if useful { newton } else { 0.5 * (lo + hi) };
        last = (next - x).abs();
        x = next;
        if last <= 2.0 * f64::EPSILON * x.abs() {
            break;
        }
    }
    x
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn newton_and_halving_find_the_root() {
        let cube = rising(|x| (x * x * x - 2.0, 3.0 * x * x), 0.0, 2.0, 0.0);
        assert!((cube * cube * cube - 2.0).abs() < 1e-14);
        // A slope that says nothing leaves halving.
        let kink = rising(|x| (if x < 0.3 { -1.0 } else { 1.0 }, 0.0), 0.0, 1.0, 0.9);
        assert!((kink - 0.3).abs() < 1e-15);
        let steep = |x: f64| (libm::atan(1e6 * (x - 0.7)), 1e6 / (1.0 + 1e12 * (x - 0.7) * (x - 0.7)));
        assert!((rising(steep, 0.0, 9.0, 5.0) - 0.7).abs() < 1e-15);
    }
}

//! Integrals of several functions at once over the same points, by halving until they agree.
//!
//! Gauss and Kronrod's 10 and 21 points, without allocation. Callers cut the range where a function bends, so
//! few halvings are needed.

/// Kronrod's points on (0, 1] of the half interval, outermost first; every second one is Gauss's.
const POINTS: [f64; 10] = [
    0.995_657_163_025_808_1,
    0.973_906_528_517_171_7,
    0.930_157_491_355_708_2,
    0.865_063_366_688_984_5,
    0.780_817_726_586_416_9,
    0.679_409_568_299_024_4,
    0.562_757_134_668_604_7,
    0.433_395_394_129_247_2,
    0.294_392_862_701_460_2,
    0.148_874_338_981_631_22,
];
const KRONROD: [f64; 10] = [
    0.011_694_638_867_371_874,
    0.032_558_162_307_964_725,
    0.054_755_896_574_351_995,
    0.075_039_674_810_919_96,
    0.093_125_454_583_697_6,
    0.109_387_158_802_297_64,
    0.123_491_976_262_065_84,
    0.134_709_217_311_473_34,
    0.142_775_938_577_060_09,
    0.147_739_104_901_338_49,
];
const KRONROD_MIDDLE: f64 = 0.149_445_554_002_916_9;
const GAUSS: [f64; 5] = [
    0.066_671_344_308_688_14,
    0.149_451_349_150_580_6,
    0.219_086_362_515_982_04,
    0.269_266_719_309_996_35,
    0.295_524_224_714_752_87,
];

/// Two rules this close (relative to the whole) leave an error far below: the finer one gains many more
/// digits.
const AGREE: f64 = 1e-10;
/// Halvings in one integral: enough for any smooth piece, and an end where rounding noise would never agree.
const MOST_HALVINGS: u32 = 400;
const DEEPEST: u32 = 45;

/// The integrals of the components of `f` from `lo` to `hi`.
pub(in crate::forecast) fn integrate<const N: usize>(
    f: &mut impl FnMut(f64) -> [f64; N],
    lo: f64,
    hi: f64,
) -> [f64; N] {
    if hi <= lo {
        return [0.0; N];
    }
    let (fine, coarse) = panel(f, lo, hi);
    let whole = fine.map(f64::abs);
    let mut halver = Halver { f, whole, left: MOST_HALVINGS };
    halver.refine(lo, hi, (fine, coarse), DEEPEST)
}

struct Halver<'f, F, const N: usize> {
    f: &'f mut F,
    /// The size of each integral, as far as it is known.
    whole: [f64; N],
    /// Halvings still allowed.
    left: u32,
}

impl<F: FnMut(f64) -> [f64; N], const N: usize> Halver<'_, F, N> {
    /// The integrals from `lo` to `hi`, where the finer and the coarser rule gave `rules`.
    fn refine(&mut self, lo: f64, hi: f64, rules: ([f64; N], [f64; N]), depth: u32) -> [f64; N] {
        let (fine, coarse) = rules;
        let middle = 0.5 * (lo + hi);
        let agree = (0..N).all(|k| (fine[k] - coarse[k]).abs() <= AGREE * self.whole[k]);
        if agree || depth == 0 || self.left == 0 || middle <= lo || middle >= hi {
            return fine;
        }
        self.left -= 1;
        let left = panel(self.f, lo, middle);
        let right = panel(self.f, middle, hi);
        for (k, size) in self.whole.iter_mut().enumerate() {
            *size = size.max((left.0[k] + right.0[k]).abs());
        }
        let left = self.refine(lo, middle, left, depth - 1);
        let right = self.refine(middle, hi, right, depth - 1);
        core::array::from_fn(|k| left[k] + right[k])
    }
}

/// Both rules on one interval: 21 points, and the 10 among them.
fn panel<const N: usize>(f: &mut impl FnMut(f64) -> [f64; N], lo: f64, hi: f64) -> ([f64; N], [f64; N]) {
    let half = 0.5 * (hi - lo);
    let centre = 0.5 * (lo + hi);
    let mut fine = f(centre).map(|v| v * KRONROD_MIDDLE);
    let mut coarse = [0.0; N];
    for i in 0..10 {
        let reach = half * POINTS[i];
        let below = f(centre - reach);
        let above = f(centre + reach);
        for k in 0..N {
            let pair = below[k] + above[k];
            fine[k] += KRONROD[i] * pair;
            if i % 2 == 1 {
                coarse[k] += GAUSS[i / 2] * pair;
            }
        }
    }
    (fine.map(|v| v * half), coarse.map(|v| v * half))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_rules_are_exact_for_polynomials() {
        for power in 0..19 {
            let exact = if power % 2 == 0 { 2.0 / f64::from(power + 1) } else { 0.0 };
            let (fine, coarse) = panel(&mut |x| [libm::pow(x, f64::from(power))], -1.0, 1.0);
            assert!((fine[0] - exact).abs() < 1e-15 && (coarse[0] - exact).abs() < 1e-15, "power {power}");
        }
        let (fine, _) = panel(&mut |x| [libm::pow(x, 30.0)], -1.0, 1.0);
        assert!((fine[0] - 2.0 / 31.0).abs() < 1e-15);
    }

    #[test]
    fn peaks_and_roots_are_resolved() {
        let [bell, root] =
            integrate(&mut |x: f64| [libm::exp(-50.0 * (x - 0.3) * (x - 0.3)), x.sqrt()], 0.0, 1.0);
        let exact = 0.250_662_827_463_100_1
            * 0.5
            * (libm::erfc(-0.3 * 50f64.sqrt()) - libm::erfc(0.7 * 50f64.sqrt()));
        assert!((bell - exact).abs() < 1e-14, "{bell} {exact}");
        assert!((root - 2.0 / 3.0).abs() < 1e-11, "{root}");
    }
}

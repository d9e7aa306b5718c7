//! Student's t distribution: how many standard errors an interval must reach.

use super::StatisticsError;

/// From here on the expansion around the normal law is exact to 10⁻¹³.
const EXPAND_FROM: u64 = 1000;

/// The t such that a Student variable lies in `[−t, t]` with probability `level`.
///
/// `level` lies between 0 and 1. With no degrees of freedom nothing is known and the answer is infinite.
/// Right to ten digits for levels up to 0.9999.
///
/// # Errors
/// [`StatisticsError::Level`] when `level` is not between 0 and 1.
///
/// # Source
/// Abramowitz and Stegun, Handbook of Mathematical Functions, 26.7.3 and 26.7.4 (finite sums for whole degrees
/// of freedom), solved by bisection; 26.7.5 (expansion) for many degrees of freedom.
///
/// # Examples
/// ```
/// use sunline_sim::statistics::student_t;
///
/// assert!((student_t(0.95, 9)? - 2.262157).abs() < 1e-6);
/// # Ok::<(), sunline_sim::statistics::StatisticsError>(())
/// ```
pub fn student_t(level: f64, degrees_of_freedom: u64) -> Result<f64, StatisticsError> {
    if !(level > 0.0 && level < 1.0) {
        return Err(StatisticsError::Level { level });
    }
    Ok(match degrees_of_freedom {
        0 => f64::INFINITY,
        1..EXPAND_FROM => invert(level, |t| within(t, degrees_of_freedom)),
        _ => expansion(invert(level, |z| libm::erf(z / std::f64::consts::SQRT_2)), degrees_of_freedom as f64),
    })
}

/// P(|T| ≤ t) for whole degrees of freedom, as a finite sum of powers of a cosine.
fn within(t: f64, degrees_of_freedom: u64) -> f64 {
    let n = degrees_of_freedom as f64;
    let cosine_square = n / (n + t * t);
    let (cosine, sine) = (cosine_square.sqrt(), t / (n + t * t).sqrt());
    let odd = degrees_of_freedom % 2 == 1;
    // The sum runs over every second power below the degrees of freedom, from 1 (odd) or 0 (even) on.
    let (mut term, mut k) = if odd { (cosine, 2.0) } else { (1.0, 1.0) };
    let mut sum = if odd && degrees_of_freedom == 1 { 0.0 } else { term };
    while k + 3.0 <= n {
        term *= cosine_square * k / (k + 1.0);
        sum += term;
        k += 2.0;
    }
    if odd { std::f64::consts::FRAC_2_PI * (libm::atan(t / n.sqrt()) + sine * sum) } else { sine * sum }
}

/// The argument at which a growing function of `[0, ∞)` reaches `level`, by bisection.
fn invert(level: f64, function: impl Fn(f64) -> f64) -> f64 {
    let (mut low, mut high) = (0.0, 1.0);
    while function(high) < level {
        (low, high) = (high, 2.0 * high);
    }
    loop {
        let middle = 0.5 * (low + high);
        if middle <= low || middle >= high {
            return high;
        }
        if function(middle) < level {
            low = middle;
        } else {
            high = middle;
        }
    }
}

/// Student's quantile from the normal one, `z`.
fn expansion(z: f64, n: f64) -> f64 {
    let square = z * z;
    let first = (square + 1.0) / 4.0;
    let second = ((5.0 * square + 16.0) * square + 3.0) / 96.0;
    let third = (((3.0 * square + 19.0) * square + 17.0) * square - 15.0) / 384.0;
    let fourth =
        ((((79.0 * square + 776.0) * square + 1482.0) * square - 1920.0) * square - 945.0) / 92_160.0;
    z + z * (first + (second + (third + fourth / n) / n) / n) / n
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_printed_tables_are_met() {
        // Abramowitz and Stegun, table 26.10, to the digits printed there.
        let table = [
            (0.95, 1, 12.706),
            (0.95, 2, 4.303),
            (0.95, 3, 3.182),
            (0.95, 4, 2.776),
            (0.95, 10, 2.228),
            (0.95, 30, 2.042),
            (0.95, 120, 1.980),
            (0.99, 5, 4.032),
            (0.99, 29, 2.756),
            (0.90, 7, 1.895),
            (0.999, 9, 4.781),
            (0.80, 1, 3.078),
        ];
        for (level, n, printed) in table {
            let t = student_t(level, n).unwrap();
            assert!((t - printed).abs() < 5.1e-4, "level {level}, {n} degrees of freedom: {t}");
        }
    }

    #[test]
    fn exact_values_are_met_to_ten_digits() {
        // The density integrated and inverted with 30 digits (mpmath).
        for (level, n, exact) in EXACT {
            let t = student_t(level, n).unwrap();
            assert!(
                (t / exact - 1.0).abs() < 1e-10,
                "level {level}, {n} degrees of freedom: {t} not {exact}"
            );
        }
    }

    #[test]
    fn sum_and_expansion_meet() {
        for level in [0.1, 0.5, 0.9, 0.95, 0.99, 0.999] {
            let (sum, n) = (student_t(level, EXPAND_FROM - 1).unwrap(), (EXPAND_FROM - 1) as f64);
            let normal = invert(level, |z| libm::erf(z / std::f64::consts::SQRT_2));
            assert!((sum - expansion(normal, n)).abs() < 1e-11, "{level}");
        }
    }

    #[test]
    fn without_degrees_of_freedom_nothing_is_known() {
        assert_eq!(student_t(0.95, 0), Ok(f64::INFINITY));
        for level in [0.0, 1.0, -0.1, 95.0] {
            assert_eq!(student_t(level, 5), Err(StatisticsError::Level { level }));
        }
        assert!(student_t(f64::NAN, 5).is_err());
    }

    const EXACT: [(f64, u64, f64); 24] = [
        (0.5, 1, 1.0),
        (0.5, 2, 0.816_496_580_927_7),
        (0.5, 3, 0.764_892_328_404_3),
        (0.5, 9, 0.702_722_146_751_3),
        (0.5, 100, 0.676_951_043_011_5),
        (0.5, 999, 0.674_735_410_346_7),
        (0.5, 1_000, 0.674_735_164_607),
        (0.5, 5_000, 0.674_538_820_360_9),
        (0.95, 1, 12.706_204_736_17),
        (0.95, 2, 4.302_652_729_749),
        (0.95, 3, 3.182_446_305_284),
        (0.95, 9, 2.262_157_162_798),
        (0.95, 100, 1.983_971_518_524),
        (0.95, 999, 1.962_341_461_133),
        (0.95, 1_000, 1.962_339_080_826),
        (0.95, 5_000, 1.960_438_551_707),
        (0.999_9, 1, 6_366.197_671_316),
        (0.999_9, 2, 99.992_499_843_74),
        (0.999_9, 3, 28.000_130_010_95),
        (0.999_9, 9, 6.593_682_583_945),
        (0.999_9, 100, 4.053_336_701_202),
        (0.999_9, 999, 3.906_359_561_102),
        (0.999_9, 1_000, 3.906_343_736_701),
        (0.999_9, 5_000, 3.893_733_208_927),
    ];
}

//! A mean and how far it may be off.

use std::fmt;

use super::{StatisticsError, student_t};

/// A mean estimated from independent values, with its uncertainty.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Estimate {
    /// The mean of the values.
    pub mean: f64,
    /// Standard deviation of that mean.
    pub standard_error: f64,
    /// Number of values less one.
    pub degrees_of_freedom: u64,
}

impl Estimate {
    /// Half the width of the confidence interval around the mean.
    ///
    /// `level` is the share of such intervals that cover the true mean, between 0 and 1; 0.95 is usual.
    ///
    /// # Errors
    /// [`StatisticsError::Level`] when `level` is not between 0 and 1.
    pub fn half_width(&self, level: f64) -> Result<f64, StatisticsError> {
        Ok(student_t(level, self.degrees_of_freedom)? * self.standard_error)
    }

    /// Lower and upper end of the confidence interval.
    ///
    /// # Errors
    /// [`StatisticsError::Level`] when `level` is not between 0 and 1.
    pub fn interval(&self, level: f64) -> Result<(f64, f64), StatisticsError> {
        let half_width = self.half_width(level)?;
        Ok((self.mean - half_width, self.mean + half_width))
    }

    /// How many standard errors the mean lies above `value`; infinite for a certain mean elsewhere.
    pub fn distance_from(&self, value: f64) -> f64 {
        let distance = self.mean - value;
        if distance == 0.0 { 0.0 } else { distance / self.standard_error }
    }
}

/// Prints mean and 95 % half-width with the digits that matter: `43.2 ± 6.7 (95 %)`.
impl fmt::Display for Estimate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let half_width = self.half_width(0.95).unwrap_or(f64::NAN);
        let digits = digits_after_point(half_width);
        write!(f, "{:.digits$} ± {half_width:.digits$} (95 %)", self.mean)
    }
}

/// Digits after the point that show two significant ones of `half_width`.
fn digits_after_point(half_width: f64) -> usize {
    if half_width > 0.0 && half_width.is_finite() {
        (1.0 - libm::floor(libm::log10(half_width))).clamp(0.0, 12.0) as usize
    } else {
        3
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const WAIT: Estimate = Estimate { mean: 43.2, standard_error: 2.0, degrees_of_freedom: 10 };

    #[test]
    fn the_interval_is_as_wide_as_student_says() {
        // Two-sided 95 % with 10 degrees of freedom: 2.228139.
        assert!((WAIT.half_width(0.95).unwrap() - 4.456_278).abs() < 1e-6);
        let (low, high) = WAIT.interval(0.95).unwrap();
        assert!((low - 38.743_722).abs() < 1e-6 && (high - 47.656_278).abs() < 1e-6);
        assert_eq!(WAIT.half_width(95.0), Err(StatisticsError::Level { level: 95.0 }));
    }

    #[test]
    fn distance_counts_standard_errors() {
        assert!((WAIT.distance_from(40.2) - 1.5).abs() < 1e-12);
        let certain = Estimate { standard_error: 0.0, ..WAIT };
        assert_eq!((certain.distance_from(43.2), certain.distance_from(50.0)), (0.0, f64::NEG_INFINITY));
    }

    #[test]
    fn printed_digits_follow_the_uncertainty() {
        assert_eq!(WAIT.to_string(), "43.2 ± 4.5 (95 %)");
        assert_eq!(Estimate { standard_error: 0.001, ..WAIT }.to_string(), "43.2000 ± 0.0022 (95 %)");
        assert_eq!(Estimate { standard_error: 100.0, ..WAIT }.to_string(), "43 ± 223 (95 %)");
        assert_eq!(Estimate { standard_error: 0.0, ..WAIT }.to_string(), "43.200 ± 0.000 (95 %)");
    }
}

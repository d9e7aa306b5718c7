//! Mean and variance of values as they come, without keeping them.
//!
//! # Source
//! Welford, "Note on a Method for Calculating Corrected Sums of Squares and Products", Technometrics 4(3),
//! 1962; merging by Chan, Golub and LeVeque, "Updating Formulae", 1979.

use super::{Estimate, StatisticsError};

/// Count, mean, variance and range of the values pushed so far.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Moments {
    count: u64,
    mean: f64,
    /// Sum of squared distances from the mean.
    squares: f64,
    least: f64,
    greatest: f64,
}

impl Moments {
    /// No values yet.
    pub const fn new() -> Self {
        Self { count: 0, mean: 0.0, squares: 0.0, least: f64::INFINITY, greatest: f64::NEG_INFINITY }
    }

    /// Takes one value in.
    #[inline]
    pub fn push(&mut self, value: f64) {
        self.count += 1;
        let from_old_mean = value - self.mean;
        self.mean += from_old_mean / self.count as f64;
        self.squares += from_old_mean * (value - self.mean);
        self.least = self.least.min(value);
        self.greatest = self.greatest.max(value);
    }

    /// Takes all values of `other` in.
    pub fn merge(&mut self, other: &Self) {
        if other.count == 0 {
            return;
        }
        let (mine, theirs) = (self.count as f64, other.count as f64);
        let distance = other.mean - self.mean;
        self.count += other.count;
        let all = self.count as f64;
        self.mean += distance * (theirs / all);
        self.squares += other.squares + distance * distance * (mine * theirs / all);
        self.least = self.least.min(other.least);
        self.greatest = self.greatest.max(other.greatest);
    }

    /// Number of values.
    pub const fn count(&self) -> u64 {
        self.count
    }

    /// Arithmetic mean; `None` without values.
    pub fn mean(&self) -> Option<f64> {
        (self.count > 0).then_some(self.mean)
    }

    /// Unbiased variance; `None` with fewer than two values.
    pub fn variance(&self) -> Option<f64> {
        (self.count > 1).then(|| self.squares / (self.count - 1) as f64)
    }

    /// The least value; `None` without values.
    pub fn least(&self) -> Option<f64> {
        (self.count > 0).then_some(self.least)
    }

    /// The greatest value; `None` without values.
    pub fn greatest(&self) -> Option<f64> {
        (self.count > 0).then_some(self.greatest)
    }

    /// The mean with its uncertainty, if the values are independent.
    ///
    /// # Errors
    /// [`StatisticsError::TooFew`] with fewer than two values.
    pub fn estimate(&self) -> Result<Estimate, StatisticsError> {
        let variance = self.variance().ok_or(StatisticsError::TooFew { have: self.count, need: 2 })?;
        Ok(Estimate {
            mean: self.mean,
            standard_error: (variance / self.count as f64).sqrt(),
            degrees_of_freedom: self.count - 1,
        })
    }
}

impl Default for Moments {
    fn default() -> Self {
        Self::new()
    }
}

impl Extend<f64> for Moments {
    fn extend<I: IntoIterator<Item = f64>>(&mut self, values: I) {
        values.into_iter().for_each(|value| self.push(value));
    }
}

impl FromIterator<f64> for Moments {
    fn from_iter<I: IntoIterator<Item = f64>>(values: I) -> Self {
        let mut moments = Self::new();
        moments.extend(values);
        moments
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn five_waits_have_their_mean_variance_and_range() {
        let waits: Moments = [2.0, 4.0, 4.0, 5.0, 10.0].into_iter().collect();
        assert_eq!((waits.count(), waits.mean(), waits.variance()), (5, Some(5.0), Some(9.0)));
        assert_eq!((waits.least(), waits.greatest()), (Some(2.0), Some(10.0)));
        let estimate = waits.estimate().unwrap();
        assert_eq!((estimate.standard_error, estimate.degrees_of_freedom), (1.8_f64.sqrt(), 4));
    }

    #[test]
    fn too_few_values_say_so() {
        let mut none = Moments::new();
        assert_eq!((none.mean(), none.variance(), none.least(), none.greatest()), (None, None, None, None));
        none.push(3.0);
        assert_eq!((none.mean(), none.variance()), (Some(3.0), None));
        assert_eq!(none.estimate(), Err(StatisticsError::TooFew { have: 1, need: 2 }));
    }

    #[test]
    fn small_differences_of_large_values_survive() {
        // Instants in nanoseconds near 2023, one apart: the sum of squares would drown them.
        let instants: Moments = (0..1000).map(|i| 1.7e15 + f64::from(i % 2)).collect();
        assert!((instants.variance().unwrap() - 0.25).abs() < 1e-3);
    }

    proptest! {
        #[test]
        fn merged_parts_are_the_whole(
            values in prop::collection::vec(-1e6..1e6_f64, 0..60), cut in 0_usize..60,
        ) {
            let cut = cut.min(values.len());
            let whole: Moments = values.iter().copied().collect();
            let mut merged: Moments = values[..cut].iter().copied().collect();
            merged.merge(&values[cut..].iter().copied().collect());
            prop_assert_eq!(whole.count(), merged.count());
            prop_assert_eq!((whole.least(), whole.greatest()), (merged.least(), merged.greatest()));
            prop_assert!((whole.mean - merged.mean).abs() < 1e-9);
            prop_assert!((whole.squares - merged.squares).abs() <= 1e-10 * whole.squares.max(1.0));
        }
    }
}

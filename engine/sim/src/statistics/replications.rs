//! One figure over independent replications, and the difference between two policies on the same luck.

use super::{Estimate, Moments, StatisticsError, student_t};

/// Values of one figure, one entry per replication, by number of the replication.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Replications {
    values: Vec<f64>,
}

impl Replications {
    /// No replications yet.
    pub const fn new() -> Self {
        Self { values: Vec::new() }
    }

    /// Adds the value of the next replication.
    pub fn push(&mut self, value: f64) {
        self.values.push(value);
    }

    /// The values, one entry per replication, by its number.
    pub fn values(&self) -> &[f64] {
        &self.values
    }

    /// Count, mean, variance and range.
    pub fn moments(&self) -> Moments {
        self.values.iter().copied().collect()
    }

    /// The mean with its uncertainty.
    ///
    /// # Errors
    /// [`StatisticsError::TooFew`] with fewer than two replications.
    pub fn estimate(&self) -> Result<Estimate, StatisticsError> {
        self.moments().estimate()
    }

    /// How many replications, in all, an interval of this half-width is likely to need.
    ///
    /// `half_width` is in the unit of the values and above 0; `level` lies between 0 and 1. The answer rests
    /// on the variance seen so far, so ask again once they are run; it is at least 2.
    ///
    /// # Errors
    /// [`StatisticsError`] with fewer than two replications, or a level or half-width out of range.
    pub fn needed(&self, half_width: f64, level: f64) -> Result<u64, StatisticsError> {
        let moments = self.moments();
        let need = StatisticsError::TooFew { have: moments.count(), need: 2 };
        let deviation = moments.variance().ok_or(need)?.sqrt();
        if half_width.is_nan() || half_width <= 0.0 {
            return Err(StatisticsError::HalfWidth { half_width });
        }
        let enough = |n: u64| -> Result<bool, StatisticsError> {
            Ok(student_t(level, n - 1)? * deviation <= half_width * (n as f64).sqrt())
        };
        let mut high = 2;
        while !enough(high)? && high < 1 << 52 {
            high *= 2;
        }
        let mut low = 2;
        while low < high {
            let middle = low + (high - low) / 2;
            if enough(middle)? {
                high = middle;
            } else {
                low = middle + 1;
            }
        }
        Ok(low)
    }

    /// The difference to `other`, replication by replication.
    ///
    /// Both lists must come from the same seeds, number by number: then luck cancels and the difference is known
    /// far better than either mean.
    ///
    /// # Errors
    /// [`StatisticsError::Unpaired`] when the lists have different lengths.
    pub fn minus(&self, other: &Self) -> Result<PairedDifference, StatisticsError> {
        let (left, right) = (self.values.len(), other.values.len());
        if left != right {
            return Err(StatisticsError::Unpaired { left, right });
        }
        let differences = self.values.iter().zip(&other.values).map(|(a, b)| a - b).collect();
        Ok(PairedDifference { differences, left: self.moments(), right: other.moments() })
    }
}

impl FromIterator<f64> for Replications {
    fn from_iter<I: IntoIterator<Item = f64>>(values: I) -> Self {
        Self { values: values.into_iter().collect() }
    }
}

/// The difference of two policies over replications that share their luck. Made by [`Replications::minus`].
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PairedDifference {
    differences: Moments,
    left: Moments,
    right: Moments,
}

impl PairedDifference {
    /// Count, mean, variance and range of the differences.
    pub fn moments(&self) -> Moments {
        self.differences
    }

    /// The mean difference with its uncertainty.
    ///
    /// # Errors
    /// [`StatisticsError::TooFew`] with fewer than two pairs.
    pub fn estimate(&self) -> Result<Estimate, StatisticsError> {
        self.differences.estimate()
    }

    /// How many times more replications independent luck would have needed for the same precision.
    ///
    /// 1 means that sharing luck gained nothing. `None` with fewer than two pairs, or when all differences are
    /// equal.
    pub fn gain(&self) -> Option<f64> {
        let (left, right) = (self.left.variance()?, self.right.variance()?);
        let together = self.differences.variance()?;
        (together > 0.0).then(|| (left + right) / together)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::{Chance, Purpose};

    #[test]
    fn shared_luck_shows_a_small_difference() {
        let mut stream = Chance::new(3, 0).family(Purpose::Study, 0).stream(0);
        let luck: Vec<f64> = (0..50).map(|_| 10.0 * stream.normal()).collect();
        let today: Replications = luck.iter().map(|x| 60.0 + x).collect();
        let tomorrow: Replications = luck.iter().map(|x| 59.0 + x + 0.5 * stream.normal()).collect();
        let saved = today.minus(&tomorrow).unwrap();
        let (low, high) = saved.estimate().unwrap().interval(0.99).unwrap();
        assert!(low > 0.0 && low < 1.0 && high > 1.0, "{low} to {high}");
        // The variances are 2 × 100 apart and 0.25 together.
        assert!((400.0..1_600.0).contains(&saved.gain().unwrap()), "{:?}", saved.gain());
    }

    #[test]
    fn lists_of_different_lengths_are_not_paired() {
        let (three, two) =
            ((0..3).map(f64::from).collect::<Replications>(), Replications { values: vec![1.0; 2] });
        assert_eq!(three.minus(&two), Err(StatisticsError::Unpaired { left: 3, right: 2 }));
        let none = three.minus(&three).unwrap();
        assert_eq!((none.moments().mean(), none.gain()), (Some(0.0), None));
    }

    #[test]
    fn the_number_needed_is_the_first_that_suffices() {
        let values: Replications = [-1.0, 1.0].into_iter().cycle().take(20).collect();
        let deviation = values.moments().variance().unwrap().sqrt();
        let needed = values.needed(0.1, 0.95).unwrap();
        let width = |n: u64| student_t(0.95, n - 1).unwrap() * deviation / (n as f64).sqrt();
        assert!(width(needed) <= 0.1 && width(needed - 1) > 0.1, "{needed}");
        assert_eq!(values.needed(1e9, 0.95), Ok(2));
        assert!(matches!(values.needed(0.0, 0.95), Err(StatisticsError::HalfWidth { .. })));
        assert!(matches!(values.needed(1.0, 1.0), Err(StatisticsError::Level { .. })));
        assert!(matches!(Replications::new().needed(1.0, 0.9), Err(StatisticsError::TooFew { have: 0, .. })));
    }

    #[test]
    fn intervals_cover_the_truth_as_often_as_they_say() {
        let family = Chance::new(8, 0).family(Purpose::Study, 1);
        let covers = |study: u64| {
            let mut stream = family.stream(study);
            let values: Replications = (0..6).map(|_| 5.0 + stream.normal()).collect();
            let (low, high) = values.estimate().unwrap().interval(0.9).unwrap();
            low <= 5.0 && 5.0 <= high
        };
        let covered = (0..10_000).filter(|&study| covers(study)).count();
        // 9,000 expected, standard deviation 30.
        assert!((8_880..=9_120).contains(&covered), "{covered}");
    }
}

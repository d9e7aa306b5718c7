//! A mean with its uncertainty from one long run, whose values depend on their neighbours.
//!
//! Values are averaged in batches; means of long batches are nearly independent. The batches double in length as
//! the run grows, so their number stays between two bounds and the memory is fixed.

use super::{Estimate, Moments, StatisticsError};

/// Batches never become more than this; at the bound, neighbours are joined.
const MOST: usize = 64;

/// Mean of a stationary series by the method of batch means.
///
/// # Source
/// Law, "Simulation Modeling and Analysis", 5th ed., 2015, section 9.5.3.
#[derive(Clone, Debug)]
pub struct BatchMeans {
    /// Means of the finished batches, in order.
    means: Vec<f64>,
    /// Values to a batch.
    length: u64,
    /// Sum and number of values of the batch that is filling.
    sum: f64,
    filled: u64,
}

impl BatchMeans {
    /// No values yet; the first batches hold `length` values, at least 1.
    pub fn new(length: u64) -> Self {
        Self { means: Vec::with_capacity(MOST), length: length.max(1), sum: 0.0, filled: 0 }
    }

    /// Takes the next value of the series in.
    #[inline]
    pub fn push(&mut self, value: f64) {
        self.sum += value;
        self.filled += 1;
        if self.filled == self.length {
            self.finish_batch();
        }
    }

    fn finish_batch(&mut self) {
        self.means.push(self.sum / self.length as f64);
        (self.sum, self.filled) = (0.0, 0);
        if self.means.len() == MOST {
            self.means = self.means.chunks_exact(2).map(|pair| 0.5 * (pair[0] + pair[1])).collect();
            self.length *= 2;
        }
    }

    /// Number of finished batches: 32 to 63 once the run is long enough.
    pub fn batches(&self) -> usize {
        self.means.len()
    }

    /// Values to a batch.
    pub fn batch_length(&self) -> u64 {
        self.length
    }

    /// The mean over the finished batches with its uncertainty.
    ///
    /// # Errors
    /// [`StatisticsError::TooFew`] with fewer than two finished batches.
    pub fn estimate(&self) -> Result<Estimate, StatisticsError> {
        self.means.iter().copied().collect::<Moments>().estimate()
    }

    /// Correlation of neighbouring batches. Where it is not small (above 0.2, say) the run is too short and the
    /// interval too narrow. `None` with fewer than three batches or without spread.
    pub fn autocorrelation(&self) -> Option<f64> {
        let moments: Moments = self.means.iter().copied().collect();
        let (mean, variance) = (moments.mean()?, moments.variance()?);
        let products = self.means.windows(2).map(|pair| (pair[0] - mean) * (pair[1] - mean));
        let usable = self.means.len() > 2 && variance > 0.0;
        usable.then(|| products.sum::<f64>() / (variance * (moments.count() - 1) as f64))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::{Chance, Purpose, Stream};

    /// A series with mean 10 in which each value keeps `memory` of the one before.
    fn series(stream: &mut Stream, memory: f64, length: usize) -> impl Iterator<Item = f64> {
        let mut deviation = stream.normal() / (1.0 - memory * memory).sqrt();
        (0..length).map(move |_| {
            deviation = memory * deviation + stream.normal();
            10.0 + deviation
        })
    }

    #[test]
    fn intervals_from_one_long_run_cover_the_truth() {
        let family = Chance::new(5, 0).family(Purpose::Study, 2);
        let covers = |run: u64| {
            let mut batches = BatchMeans::new(8);
            series(&mut family.stream(run), 0.9, 20_000).for_each(|x| batches.push(x));
            assert!((32..64).contains(&batches.batches()));
            let (low, high) = batches.estimate().unwrap().interval(0.9).unwrap();
            low <= 10.0 && 10.0 <= high
        };
        let covered = (0..400).filter(|&run| covers(run)).count();
        // 360 expected, standard deviation 6.
        assert!((336..=384).contains(&covered), "{covered}");
    }

    #[test]
    fn a_run_that_is_too_short_shows_in_the_correlation() {
        let mut stream = Chance::new(5, 1).family(Purpose::Study, 2).stream(0);
        let mut correlation = |length| {
            let mut batches = BatchMeans::new(1);
            series(&mut stream, 0.99, length).for_each(|x| batches.push(x));
            batches.autocorrelation().unwrap()
        };
        let (short, long) = (correlation(1_000), correlation(1_000_000));
        assert!(short > 0.5 && long.abs() < 0.4, "{short} {long}");
    }

    #[test]
    fn batches_join_without_losing_a_value() {
        let mut batches = BatchMeans::new(3);
        (0..3 * 64 + 5).for_each(|i| batches.push(f64::from(i)));
        assert_eq!((batches.batches(), batches.batch_length()), (32, 6));
        assert_eq!(batches.estimate().unwrap().mean, 95.5);
        (0..1).for_each(|_| batches.push(0.0));
        assert_eq!(batches.batches(), 33);
        assert_eq!(BatchMeans::new(0).estimate(), Err(StatisticsError::TooFew { have: 0, need: 2 }));
    }
}

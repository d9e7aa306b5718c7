//! The wait of an arrival, from the age of the contact at the head of the line.
//!
//! Where the length of a queue is not seen but its head is: since the head arrived, w seconds ago, others
//! came at the arrival rate, and those of them who are still patient stand between. Their number is Poisson
//! with mean λ(1 − e^(−θw))/θ; with the head itself they are ahead.

use super::stages::Stages;
use super::{ForecastError, checks};

/// Mean and variance of the wait of a contact that stays and joins a queue whose head has waited for a known
/// time.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct HeadOfLine {
    mean: f64,
    variance: f64,
}

impl HeadOfLine {
    /// The forecast for arrivals at `arrival_rate` per second (0 to 1e15), contacts leaving into service at
    /// `drain` per second and giving up at `abandonment_rate` per second each (as in
    /// [`BaseLaw::new`](super::BaseLaw::new)), the head having waited `age` seconds. At most 10 million
    /// contacts may be expected between.
    ///
    /// Costs about 20 steps for each √(contacts between).
    ///
    /// # Errors
    /// [`ForecastError::NotANumber`], [`ForecastError::OutOfRange`].
    ///
    /// # Source
    /// The refined head-of-line estimator of Ibrahim and Whitt, "Real-time delay estimation in overloaded
    /// multiserver queues with abandonments", Management Science 55(10), 2009.
    ///
    /// # Examples
    ///
    /// ```
    /// use sunline_core::forecast::HeadOfLine;
    /// let wait = HeadOfLine::new(9.2, 10.0, 0.0, 0.5)?;
    /// assert!((wait.mean() - 0.66).abs() < 1e-12);
    /// # Ok::<(), sunline_core::forecast::ForecastError>(())
    /// ```
    pub fn new(
        arrival_rate: f64,
        drain: f64,
        abandonment_rate: f64,
        age: f64,
    ) -> Result<Self, ForecastError> {
        checks::at_least_zero("arrival_rate", arrival_rate)?;
        let rate = checks::positive("drain", drain)?;
        let step = checks::rate_or_zero("abandonment_rate", abandonment_rate)?;
        checks::at_least_zero("age", age)?;
        let gone = -libm::expm1(-step * age);
        let window = if gone > 0.0 { gone / step } else { age };
        let between = checks::between("contacts_between", arrival_rate * window, 0.0, 1e7)?;
        // Ten deviations to both sides hold all but 1e-20 of the Poisson law.
        let spread = 10.0 * between.sqrt() + 20.0;
        let first = (between - spread).floor().max(0.0);
        let stages = Stages { last: first as u32 + 1, rate, step };
        let (mut mean, mut variance) = (stages.mean(), stages.variance());
        // The first weight is the least; the greatest is then at most e^140.
        let (mut weight, mut k) = (1.0, first);
        let (mut mass, mut within) = (0.0, 0.0);
        let (mut centre, mut squares) = (0.0, 0.0);
        loop {
            // One more law joins the mixture: running mean and sum of squares about it.
            mass += weight;
            within += weight * variance;
            let off = mean - centre;
            centre += off * weight / mass;
            squares += weight * off * (mean - centre);
            k += 1.0;
            weight *= between / k;
            if k > between + spread || weight == 0.0 {
                break;
            }
            let next = rate + (k + 1.0) * step;
            mean += 1.0 / next;
            variance += 1.0 / (next * next);
        }
        Ok(Self { mean: centre, variance: (within + squares) / mass })
    }

    /// Mean wait in seconds.
    ///
    /// # Examples
    /// With nobody between, only the head is ahead.
    ///
    /// ```
    /// use sunline_core::forecast::HeadOfLine;
    /// assert_eq!(HeadOfLine::new(9.2, 10.0, 0.0, 0.0)?.mean(), 0.2);
    /// # Ok::<(), sunline_core::forecast::ForecastError>(())
    /// ```
    pub fn mean(&self) -> f64 {
        self.mean
    }

    /// Variance of the wait in seconds squared.
    ///
    /// # Examples
    ///
    /// ```
    /// use sunline_core::forecast::HeadOfLine;
    /// let wait = HeadOfLine::new(9.2, 10.0, 0.0, 0.5)?;
    /// assert!((wait.variance() - 0.112).abs() < 1e-12);
    /// # Ok::<(), sunline_core::forecast::ForecastError>(())
    /// ```
    pub fn variance(&self) -> f64 {
        self.variance
    }
}

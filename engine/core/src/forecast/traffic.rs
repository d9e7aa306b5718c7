//! The work that comes in: how often, and how long each piece takes.

use super::{ForecastError, checks};

/// Contacts that arrive at random and the time each takes.
///
/// Arrivals are Poisson and handle times exponential in every formula that takes a `Traffic`.
///
/// # Examples
/// 100 contacts per half hour, 180 s each, are 10 erlangs.
///
/// ```
/// use sunline_core::forecast::Traffic;
/// let traffic = Traffic::new(100.0 / 1800.0, 180.0)?;
/// assert!((traffic.offered_load() - 10.0).abs() < 1e-12);
/// # Ok::<(), sunline_core::forecast::ForecastError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Traffic {
    arrival_rate: f64,
    mean_handle_time: f64,
}

impl Traffic {
    /// Traffic of `arrival_rate` contacts per second (0 to 1e15) whose handle time, wrap-up included, has the
    /// mean `mean_handle_time` in seconds (1e-15 to 1e15).
    ///
    /// # Errors
    /// [`ForecastError::NotANumber`] and [`ForecastError::OutOfRange`] name the argument; an offered load
    /// above 1e15 erlangs is out of range too.
    ///
    /// # Examples
    ///
    /// ```
    /// use sunline_core::forecast::Traffic;
    /// assert!(Traffic::new(0.1, 180.0).is_ok());
    /// assert_eq!(Traffic::new(0.1, -1.0).unwrap_err().code(), "out_of_range");
    /// ```
    pub fn new(arrival_rate: f64, mean_handle_time: f64) -> Result<Self, ForecastError> {
        checks::at_least_zero("arrival_rate", arrival_rate)?;
        checks::positive("mean_handle_time", mean_handle_time)?;
        checks::at_least_zero("offered_load", arrival_rate * mean_handle_time)?;
        Ok(Self { arrival_rate: arrival_rate.abs(), mean_handle_time })
    }

    /// Contacts per second.
    ///
    /// # Examples
    ///
    /// ```
    /// # use sunline_core::forecast::Traffic;
    /// assert_eq!(Traffic::new(0.5, 60.0)?.arrival_rate(), 0.5);
    /// # Ok::<(), sunline_core::forecast::ForecastError>(())
    /// ```
    pub fn arrival_rate(&self) -> f64 {
        self.arrival_rate
    }

    /// Mean handle time in seconds.
    ///
    /// # Examples
    ///
    /// ```
    /// # use sunline_core::forecast::Traffic;
    /// assert_eq!(Traffic::new(0.5, 60.0)?.mean_handle_time(), 60.0);
    /// # Ok::<(), sunline_core::forecast::ForecastError>(())
    /// ```
    pub fn mean_handle_time(&self) -> f64 {
        self.mean_handle_time
    }

    /// Offered load in erlangs: arrival rate × mean handle time, the mean number of agents kept busy if all
    /// contacts are served.
    ///
    /// # Examples
    ///
    /// ```
    /// # use sunline_core::forecast::Traffic;
    /// assert_eq!(Traffic::new(0.5, 60.0)?.offered_load(), 30.0);
    /// # Ok::<(), sunline_core::forecast::ForecastError>(())
    /// ```
    pub fn offered_load(&self) -> f64 {
        self.arrival_rate * self.mean_handle_time
    }

    /// Contacts per second that `agents` finish while all are busy.
    pub(super) fn drain(&self, agents: f64) -> f64 {
        agents / self.mean_handle_time
    }
}

//! The figures of a queue in the long run, and what every model of one can answer.
//!
//! Each model (Erlang C, Erlang A, general patience, finite room) is a [`WaitingLine`]: it gives the figures
//! that need no threshold at once, and those that do on request. The *virtual wait* is what a contact that
//! never gives up would wait; the others get the shorter of that and their patience.

use super::ForecastError;

/// Long-run figures of a queue. Probabilities in `[0, 1]`, times in seconds.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SteadyState {
    /// Probability that a contact that is let in is not served at once.
    pub p_wait: f64,
    /// Share of all arrivals that give up waiting.
    pub p_abandon: f64,
    /// Share of all arrivals that find no place.
    pub p_block: f64,
    /// Mean wait of all contacts let in, served or abandoned, zeros counted.
    pub mean_wait_all: f64,
    /// Mean wait of those served (ASA), zeros counted.
    pub mean_wait_served: f64,
    /// Mean wait, served or abandoned, of those not served at once; 0 where there is no place to wait.
    pub mean_wait_given_wait: f64,
    /// Mean virtual wait of all contacts let in, zeros counted.
    pub mean_virtual_wait: f64,
    /// Mean number of contacts waiting.
    pub mean_queue_length: f64,
    /// Mean number of agents busy.
    pub mean_busy: f64,
    /// Share of the agents' time that is busy.
    pub occupancy: f64,
}

/// Figures about one threshold; a wait of exactly the threshold is within it. All in `[0, 1]`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ServiceLevel {
    /// Served within the threshold, over all arrivals, blocked ones included.
    pub of_all_arrivals: f64,
    /// Served within the threshold, over arrivals without the blocked and without those who gave up within
    /// it.
    pub abandons_count_if_late: f64,
    /// Gave up within the threshold, over all arrivals.
    pub p_abandon_within: f64,
    /// Arrivals let in whose virtual wait is longer than the threshold, over all arrivals.
    pub p_virtual_wait_longer: f64,
}

impl ServiceLevel {
    /// Puts the four figures together; `p_block` leaves the base of the second.
    pub(super) fn new(
        served_within: f64,
        p_abandon_within: f64,
        p_virtual_wait_longer: f64,
        p_block: f64,
    ) -> Self {
        let in_base = 1.0 - p_block - p_abandon_within;
        Self {
            of_all_arrivals: served_within.clamp(0.0, 1.0),
            abandons_count_if_late: if in_base > 0.0 {
                (served_within / in_base).clamp(0.0, 1.0)
            } else {
                0.0
            },
            p_abandon_within,
            p_virtual_wait_longer,
        }
    }
}

/// A queue in its long run.
pub trait WaitingLine {
    /// The figures that need no threshold.
    ///
    /// # Examples
    ///
    /// ```
    /// use sunline_core::forecast::{DelayQueue, Traffic, WaitingLine};
    /// let queue = DelayQueue::new(14, Traffic::new(100.0 / 1800.0, 180.0)?)?;
    /// assert!((queue.figures().mean_wait_all - 7.836).abs() < 1e-3);
    /// # Ok::<(), sunline_core::forecast::ForecastError>(())
    /// ```
    fn figures(&self) -> &SteadyState;

    /// The figures of one threshold, in seconds (0 to 1e15).
    ///
    /// # Errors
    /// [`ForecastError::NotANumber`] or [`ForecastError::OutOfRange`] for the threshold.
    ///
    /// # Examples
    /// 14 agents for 10 erlangs serve 89 of 100 contacts within 20 s.
    ///
    /// ```
    /// use sunline_core::forecast::{DelayQueue, Traffic, WaitingLine};
    /// let queue = DelayQueue::new(14, Traffic::new(100.0 / 1800.0, 180.0)?)?;
    /// assert!((queue.service_level(20.0)?.of_all_arrivals - 0.8884).abs() < 5e-5);
    /// # Ok::<(), sunline_core::forecast::ForecastError>(())
    /// ```
    fn service_level(&self, threshold: f64) -> Result<ServiceLevel, ForecastError>;

    /// The virtual wait in seconds that a share `p` of the contacts let in does not exceed; 0 for those
    /// served at once.
    ///
    /// # Errors
    /// [`ForecastError::NotANumber`] or [`ForecastError::OutOfRange`] unless `0 < p < 1`.
    ///
    /// # Examples
    ///
    /// ```
    /// use sunline_core::forecast::{DelayQueue, Traffic, WaitingLine};
    /// let queue = DelayQueue::new(14, Traffic::new(100.0 / 1800.0, 180.0)?)?;
    /// assert_eq!(queue.virtual_wait_quantile(0.5)?, 0.0);
    /// assert!((queue.virtual_wait_quantile(0.95)? - 56.15).abs() < 0.01);
    /// # Ok::<(), sunline_core::forecast::ForecastError>(())
    /// ```
    fn virtual_wait_quantile(&self, p: f64) -> Result<f64, ForecastError>;
}

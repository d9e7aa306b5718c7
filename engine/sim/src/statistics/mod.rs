//! From single runs to statements: means with intervals, differences of policies, averages over time, waits.
//!
//! | question | type |
//! |---|---|
//! | one figure over independent replications | [`Replications`] |
//! | two policies on the same luck | [`PairedDifference`] |
//! | one figure from one long run | [`BatchMeans`] |
//! | queue length, agents busy: level × time | [`TimeAverage`] |
//! | waits: quantiles, share within a threshold | [`Waits`] |
//!
//! Each gives an [`Estimate`], which carries its uncertainty, where there is any. Nothing here decides anything:
//! floats are figures for people. They come out the same on every machine as long as the values are
//! pushed and merged in the same order, so replications are merged by number, not by who finished first.
//!
//! ```
//! use sunline_sim::statistics::Replications;
//!
//! // Mean waits of five replications, in seconds, under two policies and the same luck.
//! let today: Replications = [41.0, 38.5, 52.0, 44.5, 40.0].into_iter().collect();
//! let tomorrow: Replications = [36.5, 34.0, 46.0, 40.5, 35.0].into_iter().collect();
//! assert_eq!(today.estimate()?.to_string(), "43.2 ± 6.7 (95 %)");
//! let saved = today.minus(&tomorrow)?;
//! assert_eq!(saved.estimate()?.to_string(), "4.80 ± 0.94 (95 %)");
//! # Ok::<(), sunline_sim::statistics::StatisticsError>(())
//! ```

mod batch_means;
mod estimate;
mod moments;
mod replications;
mod student;
mod time_average;
mod waits;

pub use batch_means::BatchMeans;
pub use estimate::Estimate;
pub use moments::Moments;
pub use replications::{PairedDifference, Replications};
pub use student::student_t;
pub use time_average::TimeAverage;
pub use waits::Waits;

/// Why a statement cannot be made.
#[derive(Clone, Copy, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum StatisticsError {
    /// Too few values to say how uncertain their mean is.
    #[error("{have} values say nothing about their spread: at least {need} are needed")]
    TooFew {
        /// How many there are.
        have: u64,
        /// How many are needed.
        need: u64,
    },
    /// A confidence level that is none.
    #[error("a confidence level of {level} is not between 0 and 1")]
    Level {
        /// What was asked for.
        level: f64,
    },
    /// Two lists to pair have different lengths.
    #[error("{left} replications cannot be paired with {right}")]
    Unpaired {
        /// Length of the first list.
        left: usize,
        /// Length of the second.
        right: usize,
    },
    /// A precision that no number of values reaches.
    #[error("a half-width of {half_width} is not above 0")]
    HalfWidth {
        /// What was asked for.
        half_width: f64,
    },
}

impl StatisticsError {
    /// A stable name for programs.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::TooFew { .. } => "too_few",
            Self::Level { .. } => "level",
            Self::Unpaired { .. } => "unpaired",
            Self::HalfWidth { .. } => "half_width",
        }
    }
}

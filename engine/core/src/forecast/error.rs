//! Why a formula gave no figure.

/// Why a formula of queueing gave no figure.
///
/// Each refusal names the quantity by the name of its argument. A formula that returns `Ok` returns finite
/// figures.
#[derive(Clone, Copy, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum ForecastError {
    /// An argument is not a number.
    #[error("{quantity} is not a number")]
    NotANumber {
        /// The argument's name.
        quantity: &'static str,
    },
    /// An argument lies outside the range in which the formula holds.
    #[error("{quantity} is {value}; it must lie between {least} and {most}")]
    OutOfRange {
        /// The argument's name.
        quantity: &'static str,
        /// What was given.
        value: f64,
        /// The least value that is taken.
        least: f64,
        /// The greatest value that is taken.
        most: f64,
    },
    /// With nobody on shift no wait ever ends.
    #[error("agents is 0: with nobody on shift no wait ever ends")]
    NoAgents,
    /// More work comes than the agents can do and nobody gives up: the queue grows without end.
    #[error(
        "an offered load of {offered_load} erlangs is too much for {agents} agents when nobody gives up: \
         the queue grows without end"
    )]
    Overloaded {
        /// Offered load in erlangs, of those who never give up.
        offered_load: f64,
        /// Agents on shift.
        agents: f64,
    },
    /// The room for contacts is smaller than the number of agents.
    #[error("a capacity of {capacity} contacts does not hold one contact for each of {agents} agents")]
    RoomBelowAgents {
        /// Contacts that fit, in service and waiting.
        capacity: u32,
        /// Agents on shift.
        agents: u32,
    },
    /// A list that must have an entry has none.
    #[error("{quantity} is empty")]
    Empty {
        /// The argument's name.
        quantity: &'static str,
    },
    /// An index lies beyond the end of its list.
    #[error("there is no {quantity} {index}; there are {count}, counted from 0")]
    NoSuch {
        /// What the list holds.
        quantity: &'static str,
        /// The index that was asked for.
        index: usize,
        /// How many entries there are.
        count: usize,
    },
    /// No number of agents reaches the target.
    #[error("no number of agents up to {most} reaches the target; the nearest figure is {nearest}")]
    TargetOutOfReach {
        /// The most agents that were tried.
        most: u32,
        /// What they achieve.
        nearest: f64,
    },
}

impl ForecastError {
    /// A stable name of the refusal, for programs.
    ///
    /// # Examples
    ///
    /// ```
    /// use sunline_core::forecast::erlang_c;
    /// assert_eq!(erlang_c(4, 5.0).unwrap_err().code(), "overloaded");
    /// ```
    pub fn code(&self) -> &'static str {
        match self {
            Self::NotANumber { .. } => "not_a_number",
            Self::OutOfRange { .. } => "out_of_range",
            Self::NoAgents => "no_agents",
            Self::Overloaded { .. } => "overloaded",
            Self::RoomBelowAgents { .. } => "room_below_agents",
            Self::Empty { .. } => "empty",
            Self::NoSuch { .. } => "no_such",
            Self::TargetOutOfReach { .. } => "target_out_of_reach",
        }
    }
}

//! What is wrong with a rule set: every problem, each with the path of the rule that has it.

use std::fmt;

use jiff::civil::Date;

use super::clock::Clock;
use crate::UnknownZone;
use crate::import::ImportError;

/// Problems kept in one report; the rest is counted.
pub const MAX_PROBLEMS: usize = 1_000;

/// One problem and where it is.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{path}: {kind}")]
pub struct Problem {
    /// Place in the document, for example `calendars.paris.weekly[2].close`.
    pub path: String,
    /// What is wrong there.
    pub kind: ProblemKind,
}

/// What is wrong with a rule.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ProblemKind {
    /// The text is no TOML or JSON.
    #[error("cannot be read: {0}")]
    Syntax(String),
    /// A value is missing, unknown or of the wrong kind.
    #[error("{0}")]
    Shape(String),
    /// No such zone.
    #[error(transparent)]
    UnknownZone(#[from] UnknownZone),
    /// No such holiday list.
    #[error("no holiday list is called {0:?}")]
    UnknownHolidays(String),
    /// Hours or a break that end where they begin.
    #[error("{open} to {close} has no length; write a whole day as 00:00 to 24:00 or {open} to {hour}:{minute:02}",
        hour = open.secs() / 3600 + 24, minute = open.secs() / 60 % 60)]
    NoLength {
        /// The opening.
        open: Clock,
        /// The closing.
        close: Clock,
    },
    /// Hours that open on another day than theirs.
    #[error("{0} lies in the next day; name that day and open before 24:00")]
    OpensNextDay(Clock),
    /// A stretch of dates that ends before it begins.
    #[error("no date is both {from} or later and before {until}")]
    NoDates {
        /// First date.
        from: Date,
        /// First date after.
        until: Date,
    },
    /// Two exceptions for one day.
    #[error("{date} already has the exception {other}")]
    TwoExceptions {
        /// The first day that both cover.
        date: Date,
        /// Path of the exception ahead of it.
        other: String,
    },
    /// A date that rules may not name.
    #[error("{0} is outside the years {min} to {max}", min = super::YEARS.start(), max = super::YEARS.end())]
    YearOutOfRange(Date),
    /// More than one of `weekly`, `osm` and `ical`.
    #[error("only one of `weekly`, `osm` and `ical` may state the hours")]
    TwoPatterns,
    /// A break that touches no hours.
    #[error("no weekly line has hours on these days for the break to lie in")]
    IdleBreak,
    /// An imported rule that cannot be understood, or is beyond its bounds.
    #[error(transparent)]
    Import(#[from] ImportError),
    /// Too much of something.
    #[error("more than {bound} {what}")]
    TooMany {
        /// What is counted.
        what: &'static str,
        /// The bound, inclusive.
        bound: usize,
    },
}

impl ProblemKind {
    /// A stable name of the kind, for programs.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Syntax(_) => "syntax",
            Self::Shape(_) => "shape",
            Self::UnknownZone(_) => "unknown_zone",
            Self::UnknownHolidays(_) => "unknown_holidays",
            Self::NoLength { .. } => "no_length",
            Self::OpensNextDay(_) => "opens_next_day",
            Self::NoDates { .. } => "no_dates",
            Self::TwoExceptions { .. } => "two_exceptions",
            Self::YearOutOfRange(_) => "year_out_of_range",
            Self::TwoPatterns => "two_patterns",
            Self::IdleBreak => "idle_break",
            Self::Import(_) => "import",
            Self::TooMany { .. } => "too_many",
        }
    }
}

/// Every problem of a rule set, in the order of the document; at least one.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Problems {
    list: Vec<Problem>,
    more: usize,
}

impl Problems {
    /// The problems, at most [`MAX_PROBLEMS`].
    pub fn list(&self) -> &[Problem] {
        &self.list
    }

    /// How many more there are.
    pub fn more(&self) -> usize {
        self.more
    }

    pub(crate) fn add(&mut self, path: impl Into<String>, kind: impl Into<ProblemKind>) {
        if self.list.len() < MAX_PROBLEMS {
            self.list.push(Problem { path: path.into(), kind: kind.into() });
        } else {
            self.more += 1;
        }
    }

    pub(crate) fn is_full(&self) -> bool {
        self.more > 0
    }

    /// Good when there is none.
    pub(crate) fn or<T>(self, good: T) -> Result<T, Self> {
        if self.list.is_empty() { Ok(good) } else { Err(self) }
    }
}

impl fmt::Display for Problems {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, problem) in self.list.iter().enumerate() {
            write!(f, "{}{problem}", if index == 0 { "" } else { "\n" })?;
        }
        if self.more > 0 {
            write!(f, "\nand {} more", self.more)?;
        }
        Ok(())
    }
}

impl std::error::Error for Problems {}

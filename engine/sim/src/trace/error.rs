//! Why a call log is refused: which line, which column, what stands there.

/// Why a line of a call log is refused, or the log cannot be read.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum TraceError {
    /// The first line does not name the columns.
    #[error("line 1, column {column}: the header says {found:?}, not {expected:?}")]
    Header {
        /// Position of the first column that differs, from 1.
        column: usize,
        /// Its name by the format; empty where no more columns are expected.
        expected: &'static str,
        /// What stands there; empty where the header ends early.
        found: String,
    },
    /// A line has fewer fields than columns, or more.
    #[error("line {line}: {found} fields, not {expected}")]
    Fields {
        /// Number of the line, from 1; the header is line 1.
        line: u64,
        /// Number of columns.
        expected: usize,
        /// Number of fields found.
        found: usize,
    },
    /// A field does not hold what its column asks for.
    #[error("line {line}, {column}: {found:?} {wrong}")]
    Field {
        /// Number of the line, from 1; the header is line 1.
        line: u64,
        /// Name of the column.
        column: &'static str,
        /// What stands there.
        found: String,
        /// What is wrong with it.
        wrong: Wrong,
    },
    /// A line is longer than any call needs.
    #[error("line {line}: longer than {limit} bytes")]
    TooLong {
        /// Number of the line, from 1.
        line: u64,
        /// The longest line read.
        limit: usize,
    },
    /// The log cannot be read on.
    #[error("line {line}: {source}")]
    Io {
        /// Number of the line that was being read, from 1.
        line: u64,
        /// The failure.
        source: std::io::Error,
    },
}

/// What is wrong with a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Wrong {
    /// Not a calendar day written `YYYY-MM-DD`.
    #[error("is not a day written YYYY-MM-DD")]
    NotADay,
    /// Not a whole number in decimal digits.
    #[error("is not a whole number")]
    NotANumber,
    /// A number outside the column's range.
    #[error("is not between {least} and {most}")]
    OutOfRange {
        /// The least number allowed.
        least: i64,
        /// The greatest number allowed.
        most: i64,
    },
    /// A name that is empty, too long, or has other characters than letters, digits, `-` and `_`.
    #[error("is not a name of 1 to 64 letters, digits, - and _")]
    NotAName,
    /// None of the outcomes there are.
    #[error("is none of served, abandoned, vru_exit, phantom")]
    NotAnOutcome,
    /// It contradicts the outcome in the same line.
    #[error("contradicts the outcome {outcome}")]
    AgainstOutcome {
        /// The outcome as written.
        outcome: &'static str,
    },
    /// It contradicts `queued` in the same line.
    #[error("contradicts queued = 0")]
    AgainstQueued,
}

impl TraceError {
    /// A stable name for programs.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Header { .. } => "header",
            Self::Fields { .. } => "fields",
            Self::Field { wrong, .. } => wrong.code(),
            Self::TooLong { .. } => "too_long",
            Self::Io { .. } => "io",
        }
    }
}

impl Wrong {
    /// A stable name for programs.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::NotADay => "not_a_day",
            Self::NotANumber => "not_a_number",
            Self::OutOfRange { .. } => "out_of_range",
            Self::NotAName => "not_a_name",
            Self::NotAnOutcome => "not_an_outcome",
            Self::AgainstOutcome { .. } => "against_outcome",
            Self::AgainstQueued => "against_queued",
        }
    }
}

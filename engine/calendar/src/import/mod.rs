//! Rules written elsewhere: OpenStreetMap hours, iCalendar files, holiday lists.
//!
//! What is imported may come from anyone, so every reader has hard bounds on size, count, years and
//! expansion, and beyond them answers with an [`ImportError`] instead of working on. Each importer is a
//! feature of this crate: `import-osm`, `import-ical`, `import-holidays`.

#[cfg(feature = "import-holidays")]
pub mod holidays;
#[cfg(feature = "import-ical")]
pub mod ical;
#[cfg(feature = "import-osm")]
pub mod osm;

use crate::UnknownZone;

/// Why something was not imported.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ImportError {
    /// This build has no importer for the format.
    #[error("{format} needs the feature `{feature}` of sunline-calendar")]
    NotBuiltIn {
        /// Name of the format.
        format: &'static str,
        /// The feature to turn on.
        feature: &'static str,
    },
    /// The text is too long.
    #[error("{bytes} bytes are more than the {bound} that are read")]
    TooLarge {
        /// Its length.
        bytes: usize,
        /// The bound, inclusive.
        bound: usize,
    },
    /// Too much of something.
    #[error("more than {bound} {what}")]
    TooMany {
        /// What is counted.
        what: &'static str,
        /// The bound, inclusive.
        bound: usize,
    },
    /// The text breaks the rules of its format.
    #[error("line {line}: {reason}")]
    Syntax {
        /// Line, from 1; with continuation lines joined for iCalendar.
        line: usize,
        /// What is wrong there.
        reason: String,
    },
    /// A date that rules may not name.
    #[error("{what} is outside the years {min} to {max}", min = crate::rules::YEARS.start(), max = crate::rules::YEARS.end())]
    YearOutOfRange {
        /// The date as it was written.
        what: String,
    },
    /// The format allows it; this importer does not read it.
    #[error("{0} is not supported")]
    Unsupported(String),
    /// A zone that the database does not have.
    #[error(transparent)]
    UnknownZone(#[from] UnknownZone),
    /// The library behind the importer failed on this input.
    #[error("the {format} reader failed on this input")]
    Failed {
        /// Name of the format.
        format: &'static str,
    },
}

impl ImportError {
    /// A stable name of the kind, for programs.
    pub fn code(&self) -> &'static str {
        match self {
            Self::NotBuiltIn { .. } => "not_built_in",
            Self::TooLarge { .. } => "too_large",
            Self::TooMany { .. } => "too_many",
            Self::Syntax { .. } => "syntax",
            Self::YearOutOfRange { .. } => "year_out_of_range",
            Self::Unsupported(_) => "unsupported",
            Self::UnknownZone(_) => "unknown_zone",
            Self::Failed { .. } => "failed",
        }
    }
}

/// At most this much of a text in an error.
#[cfg(any(feature = "import-osm", feature = "import-ical", feature = "import-holidays"))]
fn excerpt(text: &str) -> String {
    text.chars().take(80).collect()
}

#[cfg(any(feature = "import-ical", feature = "import-holidays"))]
fn check_size(text: &str, bound: usize) -> Result<(), ImportError> {
    if text.len() > bound { Err(ImportError::TooLarge { bytes: text.len(), bound }) } else { Ok(()) }
}

/// Runs a library on input that nobody vouches for: should it panic, the input is refused.
#[cfg(feature = "import-osm")]
fn fenced<T>(format: &'static str, work: impl FnOnce() -> T) -> Result<T, ImportError> {
    std::panic::catch_unwind(std::panic::AssertUnwindSafe(work)).map_err(|_| ImportError::Failed { format })
}

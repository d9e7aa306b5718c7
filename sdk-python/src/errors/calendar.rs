//! What calendars refuse.

use sunline_calendar::import::ImportError;
use sunline_calendar::{
    BookError, CallingError, CompileError, Problems, SunError, UnknownZone, WeekError, ZonesError,
};
use sunline_core::hours::HoursError;

use super::{Fact, Refusal};

fn refused(code: &'static str, error: impl core::fmt::Display) -> Refusal {
    Refusal::new("CalendarRefused", code, error)
}

fn listed(problems: &Problems) -> Fact {
    Fact::Problems(problems.list().iter().map(|p| (p.path.clone(), p.kind.to_string())).collect())
}

impl From<Problems> for Refusal {
    fn from(problems: Problems) -> Self {
        refused("rules", &problems).with("problems", listed(&problems))
    }
}

impl From<CompileError> for Refusal {
    fn from(error: CompileError) -> Self {
        match error {
            CompileError::Rules(problems) => problems.into(),
            error => refused(error.code(), &error),
        }
    }
}

impl From<BookError> for Refusal {
    fn from(error: BookError) -> Self {
        let problems = error.0.iter().map(|(name, why)| (format!("calendars.{name}"), why.to_string()));
        let code = error.0.first().map_or("rules", |(_, why)| why.code());
        refused(code, &error).with("problems", Fact::Problems(problems.collect()))
    }
}

impl From<ImportError> for Refusal {
    fn from(error: ImportError) -> Self {
        refused(error.code(), &error)
    }
}

impl From<CallingError> for Refusal {
    fn from(error: CallingError) -> Self {
        match error {
            CallingError::Rules(error) => error.into(),
            error => refused(error.code(), &error),
        }
    }
}

impl From<SunError> for Refusal {
    fn from(error: SunError) -> Self {
        refused(error.code(), &error)
    }
}

impl From<WeekError> for Refusal {
    fn from(error: WeekError) -> Self {
        refused(error.code(), &error)
    }
}

impl From<UnknownZone> for Refusal {
    fn from(error: UnknownZone) -> Self {
        refused("unknown_zone", &error).with("zone", error.name.to_string())
    }
}

impl From<ZonesError> for Refusal {
    fn from(error: ZonesError) -> Self {
        refused(error.code(), &error)
    }
}

impl From<HoursError> for Refusal {
    fn from(error: HoursError) -> Self {
        let code = match &error {
            HoursError::Empty { .. } => "empty_interval",
            HoursError::Overlap { .. } => "overlap",
            HoursError::PastHorizon { .. } => "past_horizon",
            _ => "hours",
        };
        refused(code, &error)
    }
}

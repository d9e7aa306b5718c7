//! Calendars: rules as JSON in, tables, gaps and pictures out. Instants are nanoseconds; dates and zones are texts.

mod book;
mod picture;
mod table;

use pyo3::prelude::*;
use sunline_calendar::import::{holidays, ical};
use sunline_calendar::{HolidayList, RuleSet, Window, Zones};
use sunline_core::Timestamp;

pub(crate) use book::CalendarBook;
pub(crate) use picture::week;
pub(crate) use table::{HoursTable, due_after, due_moved};

use crate::engine::json;
use crate::errors::Refusal;

/// The zone database: the bundled one, or the one in a directory.
pub(crate) fn zones(path: Option<&str>) -> Result<Zones, Refusal> {
    Ok(path.map_or_else(|| Ok(Zones::bundled()), Zones::from_directory)?)
}

pub(crate) fn rules(text: &str, is_json: bool, zones: &Zones) -> Result<RuleSet, Refusal> {
    Ok(if is_json { RuleSet::from_json(text, zones) } else { RuleSet::from_toml(text, zones) }?)
}

pub(crate) fn instant(ns: i64) -> Timestamp {
    Timestamp::from_nanos(ns)
}

/// Checks a document in TOML or JSON and gives it back as JSON.
#[pyfunction]
#[pyo3(signature = (text, /, *, json, zones_path))]
pub(crate) fn read_rules(text: &str, json: bool, zones_path: Option<&str>) -> Result<String, Refusal> {
    Ok(self::json(&rules(text, json, &zones(zones_path)?)?))
}

/// Hours and breaks of one calendar of a document over a window.
#[pyfunction]
#[pyo3(signature = (rules_json, name, from_ns, horizon_ns, zones_path, /))]
pub(crate) fn compile_calendar(
    py: Python<'_>,
    rules_json: &str,
    name: &str,
    from_ns: i64,
    horizon_ns: i64,
    zones_path: Option<&str>,
) -> Result<(HoursTable, HoursTable), Refusal> {
    py.detach(|| {
        let zones = zones(zones_path)?;
        let window = Window::new(instant(from_ns), instant(horizon_ns))?;
        let compiled = rules(rules_json, true, &zones)?.compile(name, &zones, window)?;
        Ok((compiled.hours.into(), compiled.breaks.into()))
    })
}

/// The release of the zone database and the names of its zones.
#[pyfunction]
#[pyo3(signature = (zones_path, /))]
pub(crate) fn zone_database(zones_path: Option<&str>) -> Result<(String, Vec<String>), Refusal> {
    let zones = zones(zones_path)?;
    Ok((zones.release().to_owned(), zones.names().map(str::to_owned).collect()))
}

/// A holiday list from CSV, as JSON.
#[pyfunction]
#[pyo3(signature = (text, /))]
pub(crate) fn holidays_from_csv(text: &str) -> Result<String, Refusal> {
    let list: HolidayList = holidays::from_csv(text)?;
    Ok(json(&list))
}

/// A holiday list from an iCalendar file, as JSON.
#[pyfunction]
#[pyo3(signature = (text, first_year, last_year, /))]
pub(crate) fn holidays_from_ical(text: &str, first_year: i16, last_year: i16) -> Result<String, Refusal> {
    let list = ical::IcalFile::read(text)?.holidays(first_year..=last_year)?;
    Ok(json(&list))
}

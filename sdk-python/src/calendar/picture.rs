//! The week picture: SVG, HTML, and the stretches with too few agents.

use pyo3::prelude::*;
use sunline_calendar::{Branch, LoadStep, WeekView};

use super::{HoursTable, instant, zones};
use crate::errors::Refusal;

/// Name, zone, hours, agents on shift.
type BranchTuple = (String, String, HoursTable, u32);
/// SVG, HTML, and each shortage: from, until, agents missing at worst.
type Picture = (String, String, Vec<(i64, i64, f64)>);

/// The picture of a week, whose `wall` is a zone and a date.
#[pyfunction]
#[pyo3(signature = (title, wall, promise, branches, load, zones_path, /))]
pub(crate) fn week(
    py: Python<'_>,
    title: &str,
    wall: (String, String),
    promise: &HoursTable,
    branches: Vec<BranchTuple>,
    load: Vec<(i64, i64, f64)>,
    zones_path: Option<&str>,
) -> Result<Picture, Refusal> {
    py.detach(|| {
        let zones = zones(zones_path)?;
        let (zone, date) = (zones.zone(&wall.0)?, day(&wall.1)?);
        let walls = branches.iter().map(|(_, zone, ..)| zones.zone(zone)).collect::<Result<Vec<_>, _>>()?;
        let branches: Vec<Branch<'_>> = branches
            .iter()
            .zip(&walls)
            .map(|((name, _, hours, agents), zone)| Branch { name, zone, hours: &hours.0, agents: *agents })
            .collect();
        let step = |(from, until, agents)| LoadStep { from: instant(from), until: instant(until), agents };
        let load: Vec<LoadStep> = load.into_iter().map(step).collect();
        let view = WeekView::new(title, &zone, date, &promise.0, &branches, &load)?;
        let shortages =
            view.shortages().iter().map(|s| (s.from.as_nanos(), s.until.as_nanos(), s.worst)).collect();
        Ok((view.to_svg(), view.to_html(), shortages))
    })
}

fn day(text: &str) -> Result<jiff::civil::Date, Refusal> {
    text.parse().map_err(|error: jiff::Error| {
        Refusal::new("InvalidArgument", "invalid_date", error).with("argument", "date")
    })
}

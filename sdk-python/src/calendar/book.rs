//! The book of calendars, with the calling hours and the follow-the-sun routes that read its pages.

use pyo3::prelude::*;
use sunline_calendar::{
    CallingHours, Cause, Change, ChangeKind, CompileError, Reach, SunPlan, TargetKind, WhenClosed,
};
use sunline_core::{Span, Timestamp};

use super::{HoursTable, instant, rules, zones};
use crate::errors::Refusal;

/// Every calendar of a rule set, compiled.
#[pyclass(module = "sunline._native")]
pub(crate) struct CalendarBook(sunline_calendar::CalendarBook);

/// Calendar, cause, kind, and what opened and closed where it moved.
type ChangeTuple = (String, &'static str, &'static str, Option<HoursTable>, Option<HoursTable>);
/// Name, kind, how long after arrival it opens, until when it takes the contact.
type TargetTuple = (String, &'static str, i64, Option<i64>);

#[pymethods]
impl CalendarBook {
    #[new]
    #[pyo3(signature = (rules_json, zones_path, back_ns, ahead_ns, margin_ns, now_ns, /))]
    fn new(
        py: Python<'_>,
        rules_json: &str,
        zones_path: Option<&str>,
        back_ns: i64,
        ahead_ns: i64,
        margin_ns: i64,
        now_ns: i64,
    ) -> Result<Self, Refusal> {
        py.detach(|| {
            let zones = zones(zones_path)?;
            let rules = rules(rules_json, true, &zones)?;
            let [back, ahead, margin] = [back_ns, ahead_ns, margin_ns].map(Span::from_nanos);
            let reach = Reach { back, ahead, margin };
            Ok(Self(sunline_calendar::CalendarBook::open(zones, rules, reach, instant(now_ns))?))
        })
    }

    fn names(&self) -> Vec<String> {
        self.0.names().map(str::to_owned).collect()
    }

    fn tz_release(&self) -> &str {
        self.0.zones().release()
    }

    #[pyo3(signature = (name, /))]
    fn hours(&self, name: &str) -> Option<HoursTable> {
        self.0.page(name).map(|page| page.hours.clone().into())
    }

    #[pyo3(signature = (name, /))]
    fn shifts(&self, name: &str) -> Option<HoursTable> {
        self.0.page(name).map(|page| page.shifts().into())
    }

    #[pyo3(signature = (name, /))]
    fn breaks(&self, name: &str) -> Option<HoursTable> {
        self.0.page(name).map(|page| page.breaks.clone().into())
    }

    fn refresh_at_ns(&self) -> Option<i64> {
        self.0.refresh_at().map(Timestamp::as_nanos)
    }

    #[pyo3(signature = (now_ns, /))]
    fn refresh(&mut self, py: Python<'_>, now_ns: i64) -> Result<Vec<ChangeTuple>, Refusal> {
        Ok(py.detach(|| self.0.refresh(instant(now_ns)))?.into_iter().map(change).collect())
    }

    #[pyo3(signature = (rules_json, now_ns, /))]
    fn set_rules(
        &mut self,
        py: Python<'_>,
        rules_json: &str,
        now_ns: i64,
    ) -> Result<Vec<ChangeTuple>, Refusal> {
        py.detach(|| {
            let rules = rules(rules_json, true, self.0.zones())?;
            Ok(self.0.set_rules(rules, instant(now_ns))?.into_iter().map(change).collect())
        })
    }

    #[pyo3(signature = (zones_path, now_ns, /))]
    fn set_zones(
        &mut self,
        py: Python<'_>,
        zones_path: Option<&str>,
        now_ns: i64,
    ) -> Result<Vec<ChangeTuple>, Refusal> {
        py.detach(|| {
            let changes = self.0.set_zones(zones(zones_path)?, instant(now_ns))?;
            Ok(changes.into_iter().map(change).collect())
        })
    }

    /// The hours of calendar `name` by the clocks of `zone`, for customers who live there.
    #[pyo3(signature = (name, zone, /))]
    fn calling_hours(&self, py: Python<'_>, name: &str, zone: &str) -> Result<HoursTable, Refusal> {
        py.detach(|| {
            let unknown = || CompileError::UnknownCalendar(name.to_owned());
            let page = self.0.page(name).ok_or_else(unknown)?;
            let rules = self.0.rules();
            let calendar = rules.calendars.get(name).ok_or_else(unknown)?;
            let mut calling = CallingHours::new(calendar.clone(), rules.holidays.clone(), page.window);
            Ok(calling.load(self.0.zones(), zone)?.clone().into())
        })
    }

    /// Targets, the callback's instant, and what becomes of those who wait.
    #[pyo3(signature = (plan_json, at_ns, /))]
    fn route(
        &self,
        plan_json: &str,
        at_ns: i64,
    ) -> Result<(Vec<TargetTuple>, Option<i64>, &'static str), Refusal> {
        let plan: SunPlan = serde_json::from_str(plan_json)
            .map_err(|error| Refusal::new("CalendarRefused", "plan", error))?;
        if let Some(error) = plan.check(|name| self.0.table(name).is_some()).into_iter().next() {
            return Err(error.into());
        }
        let route = plan.route(instant(at_ns), |name| self.0.table(name))?;
        let targets = route.targets.iter().map(|target| {
            let kind = match target.kind {
                TargetKind::Home => "home",
                TargetKind::Branch => "branch",
                TargetKind::Partner => "partner",
            };
            let until = target.takes_until.map(Timestamp::as_nanos);
            (target.name.to_owned(), kind, target.opens_after.as_nanos(), until)
        });
        let waiting = match route.waiting {
            WhenClosed::KeepPlace => "keep_place",
            WhenClosed::OfferCallback => "offer_callback",
            WhenClosed::Close => "close",
        };
        Ok((targets.collect(), route.callback_at.map(Timestamp::as_nanos), waiting))
    }
}

fn change(change: Change) -> ChangeTuple {
    let cause = match change.cause {
        Cause::Horizon => "horizon",
        Cause::Rules => "rules",
        Cause::Zones => "zones",
    };
    let (kind, opened, closed) = match change.kind {
        ChangeKind::Added => ("added", None, None),
        ChangeKind::Removed => ("removed", None, None),
        ChangeKind::Same => ("same", None, None),
        ChangeKind::Moved { opened, closed } => ("moved", Some(opened.into()), Some(closed.into())),
    };
    (change.calendar, cause, kind, opened, closed)
}

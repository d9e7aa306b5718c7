//! The usual hours of a calendar, from wherever they are stated.

use jiff::civil::Date;
use sunline_core::hours::Interval;

use super::{CompileError, Window};
use crate::import::ImportError;
use crate::rules::{Calendar, DaySpan, HolidayList, Hours, is_valid};
use crate::zones::{Zone, Zones};

/// Where the usual hours come from.
pub(super) enum Pattern<'a> {
    /// Weekly lines.
    Weekly(&'a Calendar),
    /// An expression in OpenStreetMap's syntax.
    #[cfg(feature = "import-osm")]
    Osm(crate::import::osm::OsmHours),
    /// Events of an iCalendar file, each with the local day on which it begins.
    #[cfg(feature = "import-ical")]
    Ical(Vec<(Date, Interval)>),
}

impl<'a> Pattern<'a> {
    #[cfg_attr(
        not(all(feature = "import-osm", feature = "import-ical")),
        expect(unused_variables, reason = "only importers need them")
    )]
    pub(super) fn read(
        calendar: &'a Calendar,
        holidays: &[&HolidayList],
        zones: &Zones,
        zone: &Zone,
        window: Window,
    ) -> Result<Self, ImportError> {
        #[cfg(feature = "import-osm")]
        if let Some(expression) = &calendar.osm {
            let osm = crate::import::osm::OsmHours::read(expression)?;
            return Ok(Self::Osm(osm.with_public_holidays(holidays)));
        }
        #[cfg(feature = "import-ical")]
        if let Some(text) = &calendar.ical {
            let file = crate::import::ical::IcalFile::read(text)?;
            let events = file.events(zones, zone, window)?;
            let events = events.into_iter().map(|e| (zone.local(e.interval.from).date(), e.interval));
            return Ok(Self::Ical(events.collect()));
        }
        Ok(Self::Weekly(calendar))
    }

    /// The spans that begin on `date`; none where the pattern states instants.
    pub(super) fn spans(&self, date: Date) -> Vec<DaySpan> {
        match self {
            Self::Weekly(calendar) => {
                let today = calendar.weekly.iter();
                let today = today.filter(|w| w.days.contains(date) && is_valid(w.from, w.until, date));
                today.filter_map(|w| Hours { open: w.open, close: w.close }.span()).collect()
            }
            #[cfg(feature = "import-osm")]
            Self::Osm(hours) => hours.spans(date),
            #[cfg(feature = "import-ical")]
            Self::Ical(_) => Vec::new(),
        }
    }

    /// Gives every interval that the pattern states as instants to `take`, with the day on which it begins.
    #[cfg_attr(not(feature = "import-ical"), expect(unused_variables, unused_mut, reason = "only events do"))]
    pub(super) fn events(
        &self,
        mut take: impl FnMut(Date, Interval) -> Result<(), CompileError>,
    ) -> Result<(), CompileError> {
        #[cfg(feature = "import-ical")]
        if let Self::Ical(events) = self {
            return events.iter().try_for_each(|&(date, interval)| take(date, interval));
        }
        Ok(())
    }

    /// Whether holidays are part of the pattern itself.
    pub(super) fn knows_holidays(&self) -> bool {
        !matches!(self, Self::Weekly(_)) && self.is_osm()
    }

    fn is_osm(&self) -> bool {
        #[cfg(feature = "import-osm")]
        return matches!(self, Self::Osm(_));
        #[cfg(not(feature = "import-osm"))]
        false
    }
}

/// Whether `expression` can be read, and this build can read it.
#[cfg(feature = "import-osm")]
pub(crate) fn check_osm(expression: &str) -> Result<(), ImportError> {
    crate::import::osm::OsmHours::read(expression).map(drop)
}

/// Whether `expression` can be read, and this build can read it.
#[cfg(not(feature = "import-osm"))]
pub(crate) fn check_osm(_: &str) -> Result<(), ImportError> {
    Err(ImportError::NotBuiltIn { format: "OpenStreetMap opening hours", feature: "import-osm" })
}

/// Whether `text` can be read with the zones it names, and this build can read it.
#[cfg(feature = "import-ical")]
pub(crate) fn check_ical(text: &str, zones: &Zones) -> Result<(), ImportError> {
    crate::import::ical::IcalFile::read(text)?.check_zones(zones)
}

/// Whether `text` can be read with the zones it names, and this build can read it.
#[cfg(not(feature = "import-ical"))]
pub(crate) fn check_ical(_: &str, _: &Zones) -> Result<(), ImportError> {
    Err(ImportError::NotBuiltIn { format: "iCalendar", feature: "import-ical" })
}

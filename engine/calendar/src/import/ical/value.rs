//! Values: dates, times with and without zone, durations.

use jiff::ToSpan as _;
use jiff::civil::{Date, DateTime};
use sunline_core::time::Span;

use super::lines::Property;
use crate::import::{ImportError, excerpt};
use crate::rules::YEARS;
use crate::zones::{Edge, Zone, Zones};

/// A date, or a wall time and whose wall it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct When {
    pub(super) reading: DateTime,
    pub(super) wall: Wall,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Wall {
    /// A whole day; the reading is its midnight, in the calendar's zone.
    Date,
    /// The calendar's zone.
    Floating,
    Utc,
    /// A zone by its name.
    Zone(String),
}

impl When {
    pub(super) fn is_date(&self) -> bool {
        self.wall == Wall::Date
    }

    pub(super) fn read(text: &str, property: &Property) -> Result<Self, ImportError> {
        let refuse = || property.refuse(format!("{:?} is no date or time", excerpt(text)));
        let (text, utc) = text.strip_suffix('Z').map_or((text, false), |rest| (rest, true));
        let digits =
            |part: &str, length: usize| part.len() == length && part.bytes().all(|b| b.is_ascii_digit());
        let (day, time) = text.split_once('T').map_or((text, None), |(day, time)| (day, Some(time)));
        if !digits(day, 8) || time.is_some_and(|time| !digits(time, 6)) || (utc && time.is_none()) {
            return Err(refuse());
        }
        let number = |part: &str| part.parse::<i16>().map_err(|_| refuse());
        let year = number(&day[..4])?;
        if !YEARS.contains(&year) {
            return Err(ImportError::YearOutOfRange { what: excerpt(text) });
        }
        let date =
            Date::new(year, number(&day[4..6])? as i8, number(&day[6..])? as i8).map_err(|_| refuse())?;
        let Some(time) = time else { return Ok(Self { reading: date.at(0, 0, 0, 0), wall: Wall::Date }) };
        let (hour, minute, second) = (number(&time[..2])?, number(&time[2..4])?, number(&time[4..])?);
        // A leap second is the last second of its minute.
        let time = jiff::civil::Time::new(hour as i8, minute as i8, second.min(59) as i8, 0)
            .map_err(|_| refuse())?;
        let wall = match property.parameter("TZID") {
            _ if utc => Wall::Utc,
            Some(name) => Wall::Zone(name.to_owned()),
            None => Wall::Floating,
        };
        Ok(Self { reading: date.to_datetime(time), wall })
    }
}

/// The zone on whose wall `when` is read. A name may carry its vendor ahead of it, as in
/// `/vendor.example/Europe/Paris`.
pub(super) fn zone_of(when: &When, zones: &Zones, local: &Zone) -> Result<Zone, ImportError> {
    match &when.wall {
        Wall::Date | Wall::Floating => Ok(local.clone()),
        Wall::Utc => Ok(crate::zones::utc()),
        Wall::Zone(name) => {
            let mut rest = name.as_str();
            loop {
                match (zones.zone(rest), rest.split_once('/')) {
                    (Ok(zone), _) => return Ok(zone),
                    (Err(_), Some((_, after))) if name.starts_with('/') => rest = after,
                    (Err(unknown), _) => {
                        let name = excerpt(name).into();
                        return Err(crate::UnknownZone { name, ..unknown }.into());
                    }
                }
            }
        }
    }
}

/// What clocks in `zone` show at `when`.
pub(super) fn reading_in(
    when: &When,
    zone: &Zone,
    zones: &Zones,
    local: &Zone,
) -> Result<DateTime, ImportError> {
    let own = zone_of(when, zones, local)?;
    if own.name() == zone.name() || matches!(when.wall, Wall::Date | Wall::Floating) {
        return Ok(when.reading);
    }
    Ok(zone.local(own.instant(when.reading, Edge::Opening)).reading)
}

/// How long an event lasts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Length {
    /// By the clock: it ends when the clock shows so much more.
    Clock(Clockwork),
    /// Days by the clock, then elapsed time.
    Elapsed { days: i64, elapsed: Span },
}

/// A distance between two readings of one clock, in seconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Clockwork(i64);

impl Clockwork {
    pub(super) fn between(start: DateTime, end: DateTime) -> Self {
        let distance = end.duration_since(start);
        Self(distance.as_secs())
    }

    pub(super) fn days(days: i64) -> Self {
        Self(days * 86_400)
    }

    pub(super) fn is_negative(self) -> bool {
        self.0 < 0
    }

    pub(super) fn after(self, reading: DateTime) -> DateTime {
        reading.saturating_add(self.0.seconds())
    }
}

impl Length {
    pub(super) fn whole_days(self) -> usize {
        let days = match self {
            Self::Clock(clock) => clock.0 / 86_400,
            Self::Elapsed { days, .. } => days,
        };
        usize::try_from(days).unwrap_or(0)
    }

    /// `P1W`, `P2D`, `PT8H30M`, `P1DT12H`.
    pub(super) fn read(property: &Property) -> Result<Self, ImportError> {
        let text = property.value.trim();
        let refuse = || property.refuse(format!("{:?} is no duration of at most ten years", excerpt(text)));
        let body = text.strip_prefix('+').unwrap_or(text).strip_prefix('P').ok_or_else(refuse)?;
        let (mut days, mut secs, mut in_time, mut number) = (0_i64, 0_i64, false, None::<i64>);
        for c in body.chars() {
            let unit = match (c, in_time) {
                ('0'..='9', _) => {
                    let digit = i64::from(c.to_digit(10).unwrap_or(0));
                    number =
                        Some(number.unwrap_or(0).saturating_mul(10).saturating_add(digit).min(1_000_000_000));
                    continue;
                }
                ('T', false) if number.is_none() => {
                    in_time = true;
                    continue;
                }
                ('W', false) => &mut days,
                ('D', false) => &mut days,
                ('H' | 'M' | 'S', true) => &mut secs,
                _ => return Err(refuse()),
            };
            let factor = match c {
                'W' => 7,
                'H' => 3600,
                'M' => 60,
                _ => 1,
            };
            *unit += number.take().ok_or_else(refuse)? * factor;
        }
        let bounded = days <= 3_660 && secs <= 3_660 * 86_400;
        if number.is_some() || body.is_empty() || body.ends_with('T') || !bounded {
            return Err(refuse());
        }
        Ok(Self::Elapsed { days, elapsed: Span::from_secs(secs) })
    }
}

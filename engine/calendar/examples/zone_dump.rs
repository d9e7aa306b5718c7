//! Writes what this crate makes of every zone, for another implementation to check.
//!
//! ```text
//! zone_dump bundled | FOLDER | FILE  FIRST_YEAR  YEAR_AFTER
//! ```
//!
//! One line each, to standard output:
//!
//! ```text
//! R 2026f                                          the release
//! T Europe/Paris 1774746000 3600 7200              a change of offset: instant, offset before, after
//! U Europe/Paris 1774745999 3600                   the offset at an instant: around changes, and every five days
//! L Europe/Paris 2026-03-29T02:30:00 1774747800 1774747800    a reading: as an opening, as a closing
//! ```
//!
//! `tests/differential/zones.py` reads it and compares every line with Python's `zoneinfo`.

use std::io::{self, BufWriter, Write};
use std::path::Path;

use jiff::ToSpan as _;
use jiff::civil::DateTime;
use sunline_calendar::{Edge, Zone, Zones};
use sunline_core::time::{Span, Timestamp};

const GRID_DAYS: i64 = 5;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [source, first, after] = arguments.as_slice() else {
        return Err("usage: zone_dump bundled|FOLDER|FILE FIRST_YEAR YEAR_AFTER".into());
    };
    let zones = match source.as_str() {
        "bundled" => Zones::bundled(),
        path if Path::new(path).is_dir() => Zones::from_directory(path)?,
        path => Zones::from_concatenated(path)?,
    };
    let utc = zones.zone("UTC")?;
    let edge = |year: &str| -> Result<Timestamp, Box<dyn std::error::Error>> {
        let year: i16 = year.parse()?;
        Ok(utc.instant(jiff::civil::Date::new(year, 1, 1)?.at(0, 0, 0, 0), Edge::Opening))
    };
    let (from, until) = (edge(first)?, edge(after)?);

    let mut out = BufWriter::new(io::stdout().lock());
    writeln!(out, "R {}", zones.release())?;
    let mut names: Vec<&str> = zones.names().collect();
    names.sort_unstable();
    for name in names {
        dump(&mut out, &zones.zone(name)?, from, until)?;
    }
    out.flush()?;
    Ok(())
}

fn dump(out: &mut impl Write, zone: &Zone, from: Timestamp, until: Timestamp) -> io::Result<()> {
    let second = Span::from_secs(1);
    let secs = |at: Timestamp| at.since(Timestamp::EPOCH).whole_secs();
    let instant = |out: &mut dyn Write, at: Timestamp| {
        writeln!(out, "U {} {} {}", zone.name(), secs(at), zone.local(at).offset_secs)
    };
    let reading = |out: &mut dyn Write, at: DateTime| {
        let [opening, closing] = [Edge::Opening, Edge::Closing].map(|edge| secs(zone.instant(at, edge)));
        writeln!(out, "L {} {} {opening} {closing}", zone.name(), at.strftime("%Y-%m-%dT%H:%M:%S"))
    };
    for change in zone.changes(from, until) {
        let (before, after) = (zone.local(change - second), zone.local(change));
        if before.offset_secs == after.offset_secs {
            continue;
        }
        writeln!(out, "T {} {} {} {}", zone.name(), secs(change), before.offset_secs, after.offset_secs)?;
        for step in [-1, 0, 1] {
            instant(out, change + Span::from_secs(step))?;
        }
        // Clocks jump from one of these readings to the other: probe around both, and between.
        let length = i64::from(after.offset_secs - before.offset_secs);
        let old = after.reading.saturating_sub(length.seconds());
        for step in [-10_800, -1, 0, 1, length / 2, length - 1, length, length + 1, 10_800] {
            reading(out, old.saturating_add(step.seconds()))?;
        }
    }
    let mut at = from;
    while at < until {
        instant(out, at)?;
        at += Span::from_secs(GRID_DAYS * 86_400);
    }
    Ok(())
}

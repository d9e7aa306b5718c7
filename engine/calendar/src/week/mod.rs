//! A week at a glance: what is promised, which branch is open when, and whether that is enough for the load.
//!
//! The picture runs from Monday's midnight to the next one in a zone that the reader chooses; a week in which the
//! clocks change is an hour shorter or longer, and its days are drawn as long as they are. [`WeekView::to_svg`] gives
//! one image, [`WeekView::to_html`] a page that needs nothing else, with every gap and shortage listed.

mod html;
mod steps;
mod svg;

use jiff::ToSpan as _;
use jiff::civil::Date;
use sunline_core::hours::HoursTable;
use sunline_core::time::{Span, Timestamp};

use crate::compile::Window;
use crate::coverage::{Coverage, coverage};
use crate::zones::{Edge, Zone};

pub use steps::Shortage;

/// Branches that one picture may have.
pub const MAX_BRANCHES: usize = 200;
/// Steps of the load that one picture may have, five minutes each.
pub const MAX_LOAD_STEPS: usize = 2_100;

/// One branch of the picture.
#[derive(Clone, Copy, Debug)]
pub struct Branch<'a> {
    /// Its name.
    pub name: &'a str,
    /// Where it is.
    pub zone: &'a Zone,
    /// When it is open.
    pub hours: &'a HoursTable,
    /// Agents on shift while it is open.
    pub agents: u32,
}

/// Agents that the forecast asks for, over a stretch of time.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct LoadStep {
    /// First instant.
    pub from: Timestamp,
    /// First instant after.
    pub until: Timestamp,
    /// Agents needed; finite, at least 0.
    pub agents: f64,
}

/// Coverage of one week, ready to be drawn.
#[derive(Clone, Debug)]
pub struct WeekView<'a> {
    title: &'a str,
    zone: &'a Zone,
    /// Midnights of Monday to Monday, eight of them.
    midnights: Vec<(Date, Timestamp)>,
    promise: &'a HoursTable,
    branches: &'a [Branch<'a>],
    load: &'a [LoadStep],
    coverage: Coverage,
    shortages: Vec<Shortage>,
}

/// Why a week cannot be drawn.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum WeekError {
    /// Too much for one picture.
    #[error("more than {bound} {what}")]
    TooMany {
        /// What is counted.
        what: &'static str,
        /// The bound, inclusive.
        bound: usize,
    },
    /// A step of the load has no length or no number of agents.
    #[error("step {index} of the load, from {from}, has no length or no number of agents")]
    BadLoad {
        /// Position in the list, from 0.
        index: usize,
        /// Its start.
        from: Timestamp,
    },
}

impl WeekError {
    /// A stable name of the kind, for programs.
    pub fn code(&self) -> &'static str {
        match self {
            Self::TooMany { .. } => "too_many",
            Self::BadLoad { .. } => "bad_load",
        }
    }
}

impl<'a> WeekView<'a> {
    /// The week that contains `date`, by the clocks of `zone`: `promise` against the union of `branches`, and their
    /// agents against `load` (empty when there is no forecast; its steps are sorted and disjoint).
    ///
    /// # Errors
    /// [`WeekError`] when there is too much to draw or a step of the load makes no sense.
    pub fn new(
        title: &'a str,
        zone: &'a Zone,
        date: Date,
        promise: &'a HoursTable,
        branches: &'a [Branch<'a>],
        load: &'a [LoadStep],
    ) -> Result<Self, WeekError> {
        if branches.len() > MAX_BRANCHES {
            return Err(WeekError::TooMany { what: "branches", bound: MAX_BRANCHES });
        }
        if load.len() > MAX_LOAD_STEPS {
            return Err(WeekError::TooMany { what: "steps of the load", bound: MAX_LOAD_STEPS });
        }
        let bad = |step: &LoadStep| step.until <= step.from || !step.agents.is_finite() || step.agents < 0.0;
        if let Some((index, step)) = load.iter().enumerate().find(|(_, step)| bad(step)) {
            return Err(WeekError::BadLoad { index, from: step.from });
        }
        let monday = date.saturating_sub(i64::from(date.weekday().to_monday_zero_offset()).days());
        let midnight = |date: Date| (date, zone.instant(date.at(0, 0, 0, 0), Edge::Opening));
        let midnights: Vec<_> = monday.series(1.day()).take(8).map(midnight).collect();
        let window = Window { from: midnights[0].1, horizon: midnights[midnights.len() - 1].1 };
        let coverage = coverage(promise, branches.iter().map(|b| b.hours), window, zone);
        let mut view =
            Self { title, zone, midnights, promise, branches, load, coverage, shortages: Vec::new() };
        view.shortages = view.find_shortages();
        Ok(view)
    }

    /// Promised time without any branch, told in the zone of the picture.
    pub fn coverage(&self) -> &Coverage {
        &self.coverage
    }

    /// Stretches with fewer agents on shift than the forecast asks for, in order.
    pub fn shortages(&self) -> &[Shortage] {
        &self.shortages
    }

    fn window(&self) -> Window {
        Window { from: self.midnights[0].1, horizon: self.midnights[self.midnights.len() - 1].1 }
    }

    /// `Week of Mon 2026-03-30, clocks of Europe/Moscow, time zone release 2026f`.
    fn subtitle(&self) -> String {
        let release = match self.promise.tz_release() {
            "" => self.branches.first().map_or("", |branch| branch.hours.tz_release()),
            release => release,
        };
        let release =
            if release.is_empty() { String::new() } else { format!(", time zone release {release}") };
        format!("Week of {}, clocks of {}{release}", day_of(self.midnights[0].0), self.zone.name())
    }
}

/// `Mon 30 Mar 2026`.
fn day_of(date: Date) -> String {
    date.strftime("%a %-d %b %Y").to_string()
}

/// `7 h`, `6 h 30 min`.
fn hours_of(span: Span) -> String {
    let minutes = span.whole_secs() / 60;
    match (minutes / 60, minutes % 60) {
        (hours, 0) => format!("{hours} h"),
        (hours, minutes) => format!("{hours} h {minutes:02} min"),
    }
}

/// Text as it may stand in XML; control characters become spaces.
fn escaped(text: &str) -> String {
    let mut result = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => result.push_str("&amp;"),
            '<' => result.push_str("&lt;"),
            '>' => result.push_str("&gt;"),
            '"' => result.push_str("&quot;"),
            c if c.is_control() || matches!(c, '\u{fffe}' | '\u{ffff}') => result.push(' '),
            c => result.push(c),
        }
    }
    result
}

#[cfg(test)]
mod tests;

//! What one day looks like: closed, open all day, or open at stated hours.

use std::fmt;

use serde::de::value::SeqAccessDeserializer;
use serde::de::{Error, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::clock::{Clock, DAY};

/// One stretch of hours, `[open, close)` by the clock.
///
/// A closing at or before the opening lies in the next day; so does one from `24:00` on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Hours {
    /// When it opens, before `24:00`.
    pub open: Clock,
    /// When it closes, at most a day after the midnight that ends the opening's day.
    pub close: Clock,
}

impl Hours {
    /// The whole day.
    pub const ALL_DAY: Self = match (Clock::from_secs(0), Clock::from_secs(DAY)) {
        (Some(open), Some(close)) => Self { open, close },
        _ => unreachable!(),
    };

    /// Opening and closing in seconds by the clock since the day's midnight; the closing is later, and at
    /// most two days. `None` when the hours have no length or open at `24:00` or later.
    pub(crate) fn span(self) -> Option<DaySpan> {
        DaySpan::of(self.open, self.close).filter(|span| span.start < DAY)
    }
}

/// A stretch of clock readings, in seconds since the midnight that begins its day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct DaySpan {
    pub(crate) start: u32,
    pub(crate) end: u32,
}

impl DaySpan {
    pub(crate) fn of(start: Clock, end: Clock) -> Option<Self> {
        let (start, end) = (start.secs(), end.secs());
        let end = if end < start && end < DAY { end + DAY } else { end };
        (start < end).then_some(Self { start, end })
    }
}

/// What one day looks like.
///
/// Written as `"closed"`, `"open"` or a list of hours.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum DayPlan {
    /// Closed all day.
    #[default]
    Closed,
    /// Open from midnight to midnight.
    Open,
    /// Open at these hours only; none means closed.
    Hours(Vec<Hours>),
}

impl DayPlan {
    /// The hours of this plan.
    pub fn hours(&self) -> &[Hours] {
        match self {
            Self::Closed => &[],
            Self::Open => &[Hours::ALL_DAY],
            Self::Hours(hours) => hours,
        }
    }
}

impl Serialize for DayPlan {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Closed => serializer.serialize_str("closed"),
            Self::Open => serializer.serialize_str("open"),
            Self::Hours(hours) => hours.serialize(serializer),
        }
    }
}

impl<'de> Deserialize<'de> for DayPlan {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(PlanVisitor)
    }
}

struct PlanVisitor;

impl<'de> Visitor<'de> for PlanVisitor {
    type Value = DayPlan;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("\"closed\", \"open\" or a list of hours")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<DayPlan, E> {
        match text {
            "closed" => Ok(DayPlan::Closed),
            "open" => Ok(DayPlan::Open),
            other => Err(E::invalid_value(serde::de::Unexpected::Str(other), &self)),
        }
    }

    fn visit_seq<A: SeqAccess<'de>>(self, seq: A) -> Result<DayPlan, A::Error> {
        Vec::deserialize(SeqAccessDeserializer::new(seq)).map(DayPlan::Hours)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hours(open: &str, close: &str) -> Hours {
        Hours { open: open.parse().unwrap(), close: close.parse().unwrap() }
    }

    #[test]
    fn hours_may_cross_midnight() {
        let span = |open, close| hours(open, close).span().map(|s| (s.start / 60, s.end / 60));
        assert_eq!(span("09:00", "17:30"), Some((540, 1050)));
        assert_eq!(span("22:00", "06:00"), Some((1320, 1800)));
        assert_eq!(span("22:00", "30:00"), Some((1320, 1800)));
        assert_eq!(span("08:00", "32:00"), Some((480, 1920)));
        assert_eq!(span("00:00", "24:00"), Some((0, 1440)));
        assert_eq!(span("12:00", "00:00"), Some((720, 1440)));
        assert_eq!(span("08:00", "08:00"), None, "a day or nothing: the rule must say");
        assert_eq!(span("24:00", "30:00"), None, "that is the next day's");
    }

    #[test]
    fn a_plan_reads_as_it_is_written() {
        for plan in [DayPlan::Closed, DayPlan::Open, DayPlan::Hours(vec![hours("10:00", "14:00")])] {
            let text = serde_json::to_string(&plan).unwrap();
            assert_eq!(serde_json::from_str::<DayPlan>(&text).unwrap(), plan);
        }
        let refusal = serde_json::from_str::<DayPlan>("\"ajar\"").unwrap_err().to_string();
        assert!(refusal.contains("ajar") && refusal.contains("list of hours"), "{refusal}");
    }
}

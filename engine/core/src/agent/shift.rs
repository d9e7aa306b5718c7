//! The shift guard: no new work that is expected to last beyond the end of the shift by more than the overrun.
//!
//! What an agent may be given shrinks in steps as the end of its shift comes near, one step for each expected handle
//! time in use. Between two steps nothing changes, so agents whose reach is equal are as interchangeable as before, and
//! each step is a deadline.
//!
//! ```text
//! off shift │ Any ............... │ UpTo(10 min) │ UpTo(3 min) │ off shift
//!           start        end − 15 min     end − 10 min        end
//! ```

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::config::{OffShift, ShiftConfig};
use crate::hours::{HoursTable, Standing};
use crate::time::{Span, Timestamp};

/// How long new work may be expected to last for an agent now.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Reach {
    /// No new work at all: off shift.
    Nothing,
    /// At most so long.
    UpTo(Span),
    /// However long.
    #[default]
    Any,
}

impl Reach {
    /// Whether work that is expected to last so long may be given.
    pub fn covers(self, expected: Span) -> bool {
        match self {
            Self::Nothing => false,
            Self::UpTo(longest) => expected <= longest,
            Self::Any => true,
        }
    }
}

/// The shifts of one agent with the rule of its pool.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Guard<'a> {
    pub(crate) shifts: &'a HoursTable,
    pub(crate) rule: ShiftConfig,
    /// The expected handle times in use, shortest first.
    pub(crate) handle_times: &'a [Span],
}

impl Guard<'_> {
    /// What the shifts say at an instant, and how far new work may reach.
    pub(crate) fn at(&self, now: Timestamp) -> (Standing, Reach) {
        let standing = self.shifts.standing(now);
        (standing, self.reach(standing, now))
    }

    fn reach(&self, standing: Standing, now: Timestamp) -> Reach {
        match (standing, self.end(now)) {
            (Standing::Closed, _) if self.rule.off_shift == OffShift::Nothing => Reach::Nothing,
            (Standing::Open, Some(end)) => {
                let longest = (end + self.rule.overrun).since(now);
                match self.handle_times.partition_point(|time| *time <= longest) {
                    all if all == self.handle_times.len() => Reach::Any,
                    0 => Reach::UpTo(Span::ZERO),
                    fitting => Reach::UpTo(self.handle_times[fitting - 1]),
                }
            }
            _ => Reach::Any,
        }
    }

    /// The next instant after `now` at which [`Self::at`] may say something else.
    pub(crate) fn next_turn(&self, now: Timestamp) -> Option<Timestamp> {
        let turn = self.shifts.next_turn(now);
        let Some(end) = self.end(now) else { return turn };
        // Work that would end at the limit itself still fits, so the step comes a nanosecond later.
        let step = |time: &Span| end + self.rule.overrun - *time + Span::from_nanos(1);
        let steps = self.handle_times.iter().map(step).filter(|at| *at > now);
        steps.chain(turn).min()
    }

    /// Whether work that is expected to last so long may be given, in one sentence: it ends by the end of the shift, or
    /// crosses it by no more than the overrun.
    pub(crate) fn allows(&self, expected: Span, now: Timestamp) -> bool {
        match self.shifts.standing(now) {
            Standing::Unknown => true,
            Standing::Closed => self.rule.off_shift == OffShift::Anything,
            Standing::Open => {
                self.end(now).is_none_or(|end| (now + expected).since(end) <= self.rule.overrun)
            }
        }
    }

    /// The end of the shift in progress; none where it lies beyond the horizon.
    fn end(&self, now: Timestamp) -> Option<Timestamp> {
        let shift = self.shifts.interval_at(now)?;
        Some(shift.until).filter(|end| *end < self.shifts.horizon())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::hours::Interval;

    fn at(minute: i64) -> Timestamp {
        Timestamp::from_secs(60 * minute)
    }

    fn minutes(count: i64) -> Span {
        Span::from_secs(60 * count)
    }

    fn shifts(list: &[(i64, i64)], horizon: i64) -> HoursTable {
        let list: Vec<_> = list.iter().map(|&(a, b)| Interval { from: at(a), until: at(b) }).collect();
        HoursTable::new(&list, at(horizon), "").unwrap()
    }

    #[test]
    fn the_reach_shrinks_in_steps_towards_the_end_of_the_shift() {
        let shifts = shifts(&[(480, 960)], 2000);
        let times = [minutes(3), minutes(10)];
        let rule = ShiftConfig { overrun: minutes(2), ..ShiftConfig::default() };
        let guard = Guard { shifts: &shifts, rule, handle_times: &times };
        let nano = Span::from_nanos(1);
        let mut now = at(0);
        let mut seen = vec![(now, guard.at(now).1)];
        while let Some(next) = guard.next_turn(now) {
            now = next;
            seen.push((now, guard.at(now).1));
        }
        let expected = [
            (at(0), Reach::Nothing),
            (at(480), Reach::Any),
            (at(952) + nano, Reach::UpTo(minutes(3))),
            (at(959) + nano, Reach::UpTo(Span::ZERO)),
            (at(960), Reach::Nothing),
            (at(2000), Reach::Any),
        ];
        assert_eq!(seen, expected);
    }

    proptest! {
        #[test]
        fn the_reach_between_steps_says_what_the_sentence_says(
            starts in proptest::collection::vec((1_i64..300, 1_i64..200), 0..6),
            times in proptest::collection::btree_set(1_i64..90, 0..5),
            overrun in 0_i64..60, overtime: bool, horizon in 0_i64..400,
        ) {
            let (mut list, mut clock) = (Vec::new(), 0);
            for (pause, length) in starts {
                list.push((clock + pause, clock + pause + length));
                clock += pause + length;
            }
            let shifts = shifts(&list, clock + horizon);
            let times: Vec<Span> = times.into_iter().map(minutes).collect();
            let off_shift = if overtime { OffShift::Anything } else { OffShift::Nothing };
            let rule = ShiftConfig { overrun: minutes(overrun), off_shift, ..ShiftConfig::default() };
            let guard = Guard { shifts: &shifts, rule, handle_times: &times };
            let mut known = at(-1);
            for now in (0..clock + horizon + 5).flat_map(|m| [at(m), at(m) + Span::from_nanos(1)]) {
                while let Some(turn) = guard.next_turn(known).filter(|turn| *turn <= now) {
                    known = turn;
                }
                let reach = guard.at(known).1;
                for expected in times.iter().copied().chain([Span::ZERO]) {
                    prop_assert_eq!(reach.covers(expected), guard.allows(expected, now), "{} {:?}", now, expected);
                }
            }
        }
    }
}

//! When agents sign in and out: shifts as UTC tables, read as one ordered series of changes.
//!
//! Shifts are compiled from local rules outside (the `calendar` crate) and come as [`HoursTable`]s, one per
//! agent. At one instant those who leave come first, then those who come, each by number of the agent: what
//! ends goes before what returns, as in the kernel.
//!
//! ```
//! use sunline_core::hours::{HoursTable, Interval};
//! use sunline_core::time::Timestamp;
//! use sunline_sim::shifts::{Attendance, ShiftChanges};
//!
//! let at = |hour: i64| Timestamp::from_secs(hour * 3600);
//! let shift = |from, until| HoursTable::new(&[Interval { from: at(from), until: at(until) }], at(48), "");
//! let (early, late) = (shift(7, 15)?, shift(15, 23)?);
//! let day = Interval { from: at(0), until: at(24) };
//! let hand_over: Vec<_> = ShiftChanges::new([&early, &late], day).filter(|c| c.at == at(15)).collect();
//! assert_eq!((hand_over[0].agent, hand_over[0].change), (0, Attendance::SignOut));
//! assert_eq!((hand_over[1].agent, hand_over[1].change), (1, Attendance::SignIn));
//! # Ok::<(), sunline_core::hours::HoursError>(())
//! ```

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use sunline_core::hours::{HoursTable, Interval};
use sunline_core::time::Timestamp;

/// What an agent does at the edge of a shift. Leaving sorts before coming.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Attendance {
    /// The shift ends.
    SignOut,
    /// The shift begins.
    SignIn,
}

/// An agent signs in or out. Sorts by instant, then leaving before coming, then agent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ShiftChange {
    /// When.
    pub at: Timestamp,
    /// Which of the two.
    pub change: Attendance,
    /// Number of the agent: its position in the list of shifts.
    pub agent: u32,
}

/// All changes of many agents within a window, in order.
///
/// An agent already on shift when the window opens signs in at its first instant. Shifts that reach the
/// window's end are not signed out: the window ends with them on duty.
#[derive(Clone, Debug)]
pub struct ShiftChanges<'a> {
    /// The next change of each agent that has one.
    next: BinaryHeap<Reverse<ShiftChange>>,
    agents: Vec<Edges<'a>>,
}

/// What is left of one agent's shifts.
#[derive(Clone, Debug)]
struct Edges<'a> {
    /// The shift in progress or, when the agent is away, the next one first.
    shifts: &'a [Interval],
    on_duty: bool,
    window: Interval,
}

impl<'a> ShiftChanges<'a> {
    /// The changes of these agents in `[from, until)` of the window; agents are numbered from 0 in the order given.
    pub fn new(shifts: impl IntoIterator<Item = &'a HoursTable>, window: Interval) -> Self {
        let mut agents: Vec<Edges<'a>> =
            shifts.into_iter().map(|hours| Edges::new(hours.intervals(), window)).collect();
        let first = agents.iter_mut().zip(0..).filter_map(|(edges, agent)| edges.next(agent)).map(Reverse);
        let next = first.collect();
        Self { next, agents }
    }
}

impl Iterator for ShiftChanges<'_> {
    type Item = ShiftChange;

    fn next(&mut self) -> Option<ShiftChange> {
        let mut top = self.next.peek_mut()?;
        let change = top.0;
        match self.agents[change.agent as usize].next(change.agent) {
            Some(following) => *top = Reverse(following),
            None => _ = std::collections::binary_heap::PeekMut::pop(top),
        }
        Some(change)
    }
}

impl<'a> Edges<'a> {
    fn new(shifts: &'a [Interval], window: Interval) -> Self {
        let first = shifts.partition_point(|shift| shift.until <= window.from);
        Self { shifts: &shifts[first..], on_duty: false, window }
    }

    /// The next change of this agent.
    fn next(&mut self, agent: u32) -> Option<ShiftChange> {
        let (shift, later) = self.shifts.split_first()?;
        let (at, change) = if self.on_duty {
            self.shifts = later;
            (shift.until, Attendance::SignOut)
        } else {
            (shift.from.max(self.window.from), Attendance::SignIn)
        };
        self.on_duty = !self.on_duty;
        (at < self.window.until).then_some(ShiftChange { at, change, agent })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use sunline_core::time::Span;

    use super::Attendance::{SignIn, SignOut};
    use super::*;

    fn at(hour: i64) -> Timestamp {
        Timestamp::from_secs(hour * 3600)
    }

    fn shifts(list: &[(i64, i64)]) -> HoursTable {
        let list: Vec<_> = list.iter().map(|&(a, b)| Interval { from: at(a), until: at(b) }).collect();
        HoursTable::new(&list, at(1000), "").unwrap()
    }

    fn changes(tables: &[HoursTable], from: i64, until: i64) -> Vec<(Timestamp, Attendance, u32)> {
        let window = Interval { from: at(from), until: at(until) };
        ShiftChanges::new(tables, window).map(|c| (c.at, c.change, c.agent)).collect()
    }

    #[test]
    fn a_team_comes_and_goes_in_order() {
        let team = [shifts(&[(9, 13), (14, 18)]), shifts(&[(8, 14)]), shifts(&[]), shifts(&[(8, 18)])];
        let expected = [
            (at(8), SignIn, 1),
            (at(8), SignIn, 3),
            (at(9), SignIn, 0),
            (at(13), SignOut, 0),
            (at(14), SignOut, 1),
            (at(14), SignIn, 0),
            (at(18), SignOut, 0),
            (at(18), SignOut, 3),
        ];
        assert_eq!(changes(&team, 0, 24), expected);
    }

    #[test]
    fn who_is_on_shift_when_the_window_opens_signs_in_then() {
        let night = [shifts(&[(22, 30)])];
        assert_eq!(changes(&night, 24, 48), [(at(24), SignIn, 0), (at(30), SignOut, 0)]);
        assert_eq!(changes(&night, 30, 48), [], "a shift that ends as the window opens is over");
    }

    #[test]
    fn who_is_on_shift_when_the_window_closes_stays() {
        let night = [shifts(&[(22, 30)])];
        assert_eq!(changes(&night, 0, 24), [(at(22), SignIn, 0)]);
        assert_eq!(changes(&night, 0, 30), [(at(22), SignIn, 0)]);
        assert_eq!(changes(&night, 0, 22), []);
    }

    #[test]
    fn an_agent_without_hours_is_always_there() {
        assert_eq!(changes(&[HoursTable::always()], 5, 9), [(at(5), SignIn, 0)]);
    }

    proptest! {
        #[test]
        fn time_between_changes_is_the_time_on_shift(
            agents in prop::collection::vec(prop::collection::vec((1_i64..9, 1_i64..9), 0..6), 0..6),
            from in -5_i64..40, length in 0_i64..60,
        ) {
            let table = |gaps: &Vec<(i64, i64)>| {
                let mut clock = 0;
                let list: Vec<_> = gaps.iter().map(|&(away, work)| {
                    let start = clock + away;
                    clock = start + work;
                    (start, clock)
                }).collect();
                shifts(&list)
            };
            let tables: Vec<_> = agents.iter().map(table).collect();
            let window = Interval { from: at(from), until: at(from + length) };
            let all: Vec<_> = ShiftChanges::new(&tables, window).collect();
            prop_assert!(all.is_sorted());
            for (agent, hours) in tables.iter().enumerate() {
                let (mut on_duty, mut since) = (Span::ZERO, None);
                for change in all.iter().filter(|c| c.agent as usize == agent) {
                    match (change.change, since.take()) {
                        (SignIn, None) => since = Some(change.at),
                        (SignOut, Some(start)) => on_duty += change.at.since(start),
                        other => prop_assert!(false, "{other:?} at {}", change.at),
                    }
                }
                on_duty += since.map_or(Span::ZERO, |start| window.until.since(start));
                prop_assert_eq!(on_duty, hours.open_between(window.from, window.until));
            }
        }
    }
}

//! What moved between two versions of a table.

use sunline_core::hours::HoursTable;

use crate::compile::Compiled;

/// Why a table was made anew.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cause {
    /// Its horizon came near.
    Horizon,
    /// Its rules changed, or a holiday list that it names.
    Rules,
    /// The zone database changed.
    Zones,
}

/// A table that was made anew, added or removed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// Name of the calendar.
    pub calendar: String,
    /// Why.
    pub cause: Cause,
    /// What moved.
    pub kind: ChangeKind,
}

/// What moved.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ChangeKind {
    /// The calendar is new.
    Added,
    /// The calendar is gone.
    Removed,
    /// Hours and breaks are the same as far as both tables reach; only the horizon or the release differ.
    Same,
    /// Hours or breaks differ where both tables reach.
    Moved {
        /// Time that is open now and was not.
        opened: HoursTable,
        /// Time that was open and is not now.
        closed: HoursTable,
    },
}

impl ChangeKind {
    /// What moved from `old` to `new` in the stretch that both know.
    pub(super) fn between(old: Option<&Compiled>, new: &Compiled) -> Self {
        let Some(old) = old else { return Self::Added };
        let from = old.window.from.max(new.window.from);
        let until = old.window.horizon.min(new.window.horizon);
        let less = |a: &HoursTable, b: &HoursTable| a.difference(b).clipped(from, until);
        let (opened, closed) = (less(&new.hours, &old.hours), less(&old.hours, &new.hours));
        let breaks = [less(&new.breaks, &old.breaks), less(&old.breaks, &new.breaks)];
        let none = |table: &HoursTable| table.intervals().is_empty();
        if none(&opened) && none(&closed) && breaks.iter().all(none) {
            Self::Same
        } else {
            Self::Moved { opened, closed }
        }
    }
}

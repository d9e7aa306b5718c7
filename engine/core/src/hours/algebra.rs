//! Set algebra on tables of hours: either, both, one without the other, what is left.
//!
//! Every operation is one sweep over both lists, linear in their lengths. A result is known only as far as
//! all its parts are: its horizon is the earliest of theirs. It carries every zone release that went into it.

use super::{HoursTable, Interval};
use crate::time::Timestamp;

impl HoursTable {
    /// Open when either table is.
    #[must_use]
    pub fn union(&self, other: &Self) -> Self {
        self.combine(other, |a, b| a || b)
    }

    /// Open when both tables are.
    #[must_use]
    pub fn intersection(&self, other: &Self) -> Self {
        self.combine(other, |a, b| a && b)
    }

    /// Open when this table is and `other` is not.
    #[must_use]
    pub fn difference(&self, other: &Self) -> Self {
        self.combine(other, |a, b| a && !b)
    }

    /// Open from `from` to the horizon exactly when this table is closed.
    #[must_use]
    pub fn complement(&self, from: Timestamp) -> Self {
        let whole =
            if from < self.horizon { vec![Interval { from, until: self.horizon }] } else { Vec::new() };
        Self::assembled(whole, self.horizon, "").difference(self)
    }

    /// The part of this table inside `[from, until)`; the horizon becomes `until` where that is earlier.
    #[must_use]
    pub fn clipped(&self, from: Timestamp, until: Timestamp) -> Self {
        let until = until.min(self.horizon);
        let first = self.ended_by(from);
        let inside = self.intervals[first..].iter().take_while(|i| i.from < until);
        let cut = inside.map(|i| Interval { from: i.from.max(from), until: i.until.min(until) });
        Self::assembled(cut.collect(), until, &self.tz_release)
    }

    /// Open when any of the tables is; never open, with no horizon, when there is none.
    #[must_use]
    pub fn union_all<'a>(tables: impl IntoIterator<Item = &'a Self>) -> Self {
        let mut horizon = Timestamp::MAX;
        let mut release = String::new();
        let mut all = Vec::new();
        for table in tables {
            horizon = horizon.min(table.horizon);
            release = joined_release(&release, &table.tz_release);
            all.extend_from_slice(&table.intervals);
        }
        all.sort_unstable();
        let mut joined: Vec<Interval> = Vec::with_capacity(all.len());
        for next in all.into_iter().take_while(|i| i.from < horizon) {
            let until = next.until.min(horizon);
            match joined.last_mut() {
                Some(last) if next.from <= last.until => last.until = last.until.max(until),
                _ => joined.push(Interval { from: next.from, until }),
            }
        }
        Self::assembled(joined, horizon, &release)
    }

    fn combine(&self, other: &Self, keep: impl Fn(bool, bool) -> bool) -> Self {
        let horizon = self.horizon.min(other.horizon);
        let intervals = sweep(&self.intervals, &other.intervals, horizon, keep);
        Self::assembled(intervals, horizon, &joined_release(&self.tz_release, &other.tz_release))
    }
}

/// Visits every instant at which one of the lists opens or closes, in order, and keeps what `keep` wants.
fn sweep(
    a: &[Interval],
    b: &[Interval],
    horizon: Timestamp,
    keep: impl Fn(bool, bool) -> bool,
) -> Vec<Interval> {
    let (mut a, mut b) = (Edges::of(a), Edges::of(b));
    let mut kept = Vec::new();
    let mut opened = None;
    while let Some(at) = [a.next(), b.next()].into_iter().flatten().min().filter(|&at| at < horizon) {
        a.pass(at);
        b.pass(at);
        match (opened, keep(a.open, b.open)) {
            (None, true) => opened = Some(at),
            (Some(from), false) => {
                kept.push(Interval { from, until: at });
                opened = None;
            }
            _ => {}
        }
    }
    kept.extend(opened.map(|from| Interval { from, until: horizon }));
    kept
}

/// A list of intervals read as a sequence of openings and closings.
struct Edges<'a> {
    left: &'a [Interval],
    open: bool,
}

impl<'a> Edges<'a> {
    fn of(left: &'a [Interval]) -> Self {
        Self { left, open: false }
    }

    fn next(&self) -> Option<Timestamp> {
        self.left.first().map(|i| if self.open { i.until } else { i.from })
    }

    fn pass(&mut self, at: Timestamp) {
        if self.next() == Some(at) {
            if self.open {
                self.left = &self.left[1..];
            }
            self.open = !self.open;
        }
    }
}

/// Every release named by either, each once, joined by `+` in the order they came.
fn joined_release(a: &str, b: &str) -> String {
    let mut names: Vec<&str> = a.split('+').filter(|name| !name.is_empty()).collect();
    for name in b.split('+').filter(|name| !name.is_empty()) {
        if !names.contains(&name) {
            names.push(name);
        }
    }
    names.join("+")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const MINUTES: usize = 600;

    fn at(minute: usize) -> Timestamp {
        Timestamp::from_secs(minute as i64 * 60)
    }

    /// The table a person would draw: one box for each minute, filled while open.
    fn table_of(bitmap: &[bool], release: &str) -> HoursTable {
        let minutes: Vec<_> = (0..bitmap.len()).filter(|&m| bitmap[m]).collect();
        let list: Vec<_> = minutes.iter().map(|&m| Interval { from: at(m), until: at(m + 1) }).collect();
        HoursTable::new(&list, at(bitmap.len()), release).unwrap()
    }

    fn bitmap_of(table: &HoursTable, minutes: usize) -> Vec<bool> {
        (0..minutes).map(|m| table.is_open(at(m))).collect()
    }

    /// Stretches of open and closed minutes, so that intervals have length.
    fn bitmap() -> impl Strategy<Value = Vec<bool>> {
        (any::<bool>(), proptest::collection::vec(1_usize..90, 0..30), 400..=MINUTES).prop_map(
            |(mut open, runs, length)| {
                let mut boxes = Vec::new();
                for run in runs {
                    boxes.extend(std::iter::repeat_n(open, run));
                    open = !open;
                }
                boxes.resize(length, open);
                boxes
            },
        )
    }

    proptest! {
        #[test]
        fn algebra_agrees_with_a_bitmap_of_minutes(a in bitmap(), b in bitmap(), cut in 0..MINUTES) {
            let (ta, tb) = (table_of(&a, "2026a"), table_of(&b, "2026b"));
            let known = a.len().min(b.len());
            let expect = |op: fn(bool, bool) -> bool| -> Vec<bool> { (0..known).map(|m| op(a[m], b[m])).collect() };
            for (result, expected) in [
                (ta.union(&tb), expect(|x, y| x || y)),
                (ta.intersection(&tb), expect(|x, y| x && y)),
                (ta.difference(&tb), expect(|x, y| x && !y)),
                (HoursTable::union_all([&ta, &tb]), expect(|x, y| x || y)),
            ] {
                prop_assert_eq!(bitmap_of(&result, known), expected);
                prop_assert_eq!(result.horizon(), at(known));
                // The list obeys the rules of a table: sorted, disjoint, joined, inside the horizon.
                let again = HoursTable::new(result.intervals(), result.horizon(), result.tz_release()).unwrap();
                prop_assert_eq!(&again, &result);
            }
            let left: Vec<bool> = (0..a.len()).map(|m| m >= cut && !a[m]).collect();
            prop_assert_eq!(bitmap_of(&ta.complement(at(cut)), a.len()), left);
            let right: Vec<bool> = (0..a.len()).map(|m| m >= cut && m < known && a[m]).collect();
            prop_assert_eq!(bitmap_of(&ta.clipped(at(cut), at(known)), a.len()), right);
        }

        #[test]
        fn clocks_agree_with_a_bitmap_of_minutes(a in bitmap(), from in 0..MINUTES, until in 0..MINUTES) {
            let table = table_of(&a, "");
            let open = |m: usize| a.get(m).copied().unwrap_or(false);
            let minutes = (from..until).filter(|&m| open(m)).count() as i64;
            let business = table.open_between(at(from), at(until));
            prop_assert_eq!(business, crate::time::Span::from_secs(minutes * 60));
            prop_assert_eq!(table.next_open(at(from)), (from..a.len()).find(|&m| open(m)).map(at));
            if minutes > 0 {
                let due = table.after_open_time(at(from), business).unwrap();
                prop_assert!(due <= at(until));
                prop_assert_eq!(table.open_between(at(from), due), business);
            }
        }
    }

    #[test]
    fn a_result_names_every_release_once() {
        let table =
            |release| HoursTable::new(&[Interval { from: at(0), until: at(1) }], at(9), release).unwrap();
        let both = table("2026a").union(&table("2026b"));
        assert_eq!(both.tz_release(), "2026a+2026b");
        assert_eq!(both.intersection(&table("2026b")).tz_release(), "2026a+2026b");
        assert_eq!(table("").union(&table("2026a")).tz_release(), "2026a");
        assert_eq!(both.complement(at(0)).tz_release(), "2026a+2026b");
    }

    #[test]
    fn nobody_at_all_is_never_open() {
        let none = HoursTable::union_all([]);
        assert!(none.intervals().is_empty() && none.horizon() == Timestamp::MAX);
    }
}

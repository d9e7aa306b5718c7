//! Who waits, in the order in which the present rule would serve: one line for each kind of contact that differs in
//! nothing but age.
//!
//! Inside a line the older goes first. Between lines points decide, and they fall along each line, so how many of a line
//! go before somebody is one search by halves.

use serde::{Deserialize, Serialize};

use super::ranked::Ranked;
use crate::ids::QueueId;
use crate::matching::Curve;
use crate::time::Timestamp;

/// Origin and arrival: the order inside a line.
pub(super) type Key = (i64, u64);

/// Contacts of one queue whose points grow alike.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Line {
    queue: QueueId,
    curve: Curve,
    waiting: Ranked,
}

/// All lines. They are never taken away: there are few kinds.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Lines {
    lines: Vec<Line>,
}

impl Lines {
    /// A contact joins the line of its kind; the line's number.
    pub(super) fn join(&mut self, queue: QueueId, curve: Curve, key: Key) -> u32 {
        let known = self.lines.iter().position(|line| line.queue == queue && line.curve == curve);
        let number = known.unwrap_or_else(|| {
            self.lines.push(Line { queue, curve, waiting: Ranked::default() });
            self.lines.len() - 1
        });
        self.lines[number].waiting.insert(key);
        number as u32
    }

    /// How many stand in all lines.
    pub(super) fn len(&self) -> usize {
        self.lines.iter().map(|line| line.waiting.len()).sum()
    }

    /// How many stand in the lines of a queue.
    pub(super) fn of(&self, queue: QueueId) -> usize {
        self.lines.iter().filter(|line| line.queue == queue).map(|line| line.waiting.len()).sum()
    }

    /// Some of those of a queue who began to wait at `from` or later, a few of each line: calls `show` with the curve and key
    /// of each, and for how many it stands.
    pub(super) fn tails(&self, queue: QueueId, from: Timestamp, mut show: impl FnMut(Curve, Key, f64)) {
        for line in self.lines.iter().filter(|line| line.queue == queue) {
            let earlier = line.waiting.count(|key| key.0 < from.as_nanos());
            let count = line.waiting.len() - earlier;
            let shown = count.min(SHOWN);
            for number in 0..shown {
                let place = earlier + (2 * number + 1) * count / (2 * shown);
                if let Some(key) = line.waiting.nth(place) {
                    show(line.curve, key, count as f64 / shown as f64);
                }
            }
        }
    }

    /// A contact leaves its line.
    pub(super) fn leave(&mut self, line: u32, key: Key) {
        self.lines[line as usize].waiting.remove(key);
    }

    /// How many of each queue that is `felt` would be served before a contact with this curve and key, as of an instant:
    /// calls `count` with a queue and a number for each line in which there are some.
    pub(super) fn ahead(
        &self,
        now: Timestamp,
        curve: Curve,
        key: Key,
        felt: impl Fn(QueueId) -> bool,
        mut count: impl FnMut(QueueId, u32),
    ) {
        let points = |curve: Curve, (origin, _): Key| curve.points(now.since(Timestamp::from_nanos(origin)));
        let mine = points(curve, key);
        for line in self.lines.iter().filter(|line| felt(line.queue)) {
            let before = |other: &Key| {
                let theirs = points(line.curve, *other);
                theirs > mine || (theirs == mine && *other < key)
            };
            let ahead = line.waiting.count(before) as u32;
            if ahead > 0 {
                count(line.queue, ahead);
            }
        }
    }
}

/// Of each line so many stand for all.
const SHOWN: usize = 16;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_is_ahead_follows_points_and_age() {
        let (slow, fast) = (Curve::new(0, 3600, None), Curve::new(90, 3600, None));
        let at = |second: i64| Timestamp::from_secs(second);
        let key = |second: i64, seq: u64| (at(second).as_nanos(), seq);
        let mut lines = Lines::default();
        for (second, seq) in [(0, 1), (50, 2), (100, 3)] {
            lines.join(QueueId(0), slow, key(second, seq));
        }
        for (second, seq) in [(100, 4), (140, 5)] {
            lines.join(QueueId(1), fast, key(second, seq));
        }
        let ahead = |now, curve, key| {
            let mut found = [0, 0];
            lines.ahead(at(now), curve, key, |_| true, |queue, count| found[queue.index()] += count);
            found
        };
        // At second 150: the slow have 150, 100 and 50 points, the fast 140 and 100.
        assert_eq!(ahead(150, slow, key(100, 3)), [2, 2]);
        assert_eq!(ahead(150, slow, key(50, 2)), [1, 1]);
        assert_eq!(ahead(150, fast, key(140, 5)), [2, 1]);
        assert_eq!(ahead(150, fast, key(150, 9)), [2, 2]);
        assert_eq!(ahead(150, slow, key(150, 9)), [3, 2]);
    }

    #[test]
    fn one_with_an_older_origin_joins_where_it_belongs_and_leaves_from_there() {
        let curve = Curve::new(0, 3600, None);
        let mut lines = Lines::default();
        let line = lines.join(QueueId(0), curve, (5, 1));
        assert_eq!(lines.join(QueueId(0), curve, (3, 2)), line);
        lines.join(QueueId(0), curve, (4, 3));
        let count = |lines: &Lines| {
            let mut all = 0;
            lines.ahead(Timestamp::EPOCH, curve, (4, 9), |_| true, |_, count| all += count);
            all
        };
        assert_eq!(count(&lines), 2);
        lines.leave(line, (3, 2));
        lines.leave(line, (3, 2));
        assert_eq!(count(&lines), 1);
    }
}

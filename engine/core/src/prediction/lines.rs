//! Who waits, in the order in which the present rule would serve: one line for each kind of contact that differs in
//! nothing but age.
//!
//! Inside a line the older goes first. Between lines points decide, and they fall along each line, so how many of a line
//! go before somebody is one search by halves.

use std::collections::VecDeque;

use serde::{Deserialize, Serialize};

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
    waiting: VecDeque<Key>,
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
            self.lines.push(Line { queue, curve, waiting: VecDeque::new() });
            self.lines.len() - 1
        });
        let waiting = &mut self.lines[number].waiting;
        if waiting.back().is_none_or(|last| *last < key) {
            waiting.push_back(key);
        } else {
            waiting.insert(waiting.partition_point(|other| *other < key), key);
        }
        number as u32
    }

    /// How many stand in all lines.
    pub(super) fn len(&self) -> usize {
        self.lines.iter().map(|line| line.waiting.len()).sum()
    }

    /// A contact leaves its line.
    pub(super) fn leave(&mut self, line: u32, key: Key) {
        let waiting = &mut self.lines[line as usize].waiting;
        let place = waiting.partition_point(|other| *other < key);
        if waiting.get(place) == Some(&key) {
            waiting.remove(place);
        }
    }

    /// How many of each queue would be served before a contact with this curve and key, as of an instant: calls `count`
    /// with a queue and a number for each line in which there are some.
    pub(super) fn ahead(&self, now: Timestamp, curve: Curve, key: Key, mut count: impl FnMut(QueueId, u32)) {
        let points = |curve: Curve, (origin, _): Key| curve.points(now.since(Timestamp::from_nanos(origin)));
        let mine = points(curve, key);
        for line in &self.lines {
            let before = |other: &Key| {
                let theirs = points(line.curve, *other);
                theirs > mine || (theirs == mine && *other < key)
            };
            let ahead = line.waiting.partition_point(before) as u32;
            if ahead > 0 {
                count(line.queue, ahead);
            }
        }
    }
}

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
            lines.ahead(at(now), curve, key, |queue, count| found[queue.index()] += count);
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
            lines.ahead(Timestamp::EPOCH, curve, (4, 9), |_, count| all += count);
            all
        };
        assert_eq!(count(&lines), 2);
        lines.leave(line, (3, 2));
        lines.leave(line, (3, 2));
        assert_eq!(count(&lines), 1);
    }
}

//! The armed deadlines, in due order.

use std::collections::BTreeSet;

use super::Deadline;
use super::lane::{Armed, Lane};
use crate::time::Timestamp;

/// Kinds that are armed by the thousand, with spans that are mostly equal.
const LANES: usize = 7;

/// The armed deadlines: a lane for each kind that mostly comes in order, and a tree for all others and for what comes out of
/// order.
#[derive(Clone, Debug)]
pub(crate) struct Deadlines {
    lanes: [Lane; LANES],
    /// When the first of each lane is due; the end of time for an empty lane.
    heads: [Timestamp; LANES],
    tree: BTreeSet<Armed>,
    /// When the first of all is due; the end of time when there is none.
    next: Timestamp,
}

impl Default for Deadlines {
    fn default() -> Self {
        let heads = [Timestamp::MAX; LANES];
        Self { lanes: Default::default(), heads, tree: BTreeSet::new(), next: Timestamp::MAX }
    }
}

/// The lane of a deadline, if its kind has one.
#[inline]
const fn lane_of(deadline: &Deadline) -> Option<usize> {
    match deadline {
        Deadline::OfferExpires(_) => Some(0),
        Deadline::ConnectionFails(_) => Some(1),
        Deadline::WrapUpEnds(..) => Some(2),
        Deadline::CoolDownEnds(_) => Some(3),
        Deadline::ExclusionEnds(..) => Some(4),
        Deadline::WaitRunsOut(_) => Some(5),
        Deadline::DelayPasses(_) => Some(6),
        _ => None,
    }
}

impl Deadlines {
    /// Arms a deadline; one at the end of time never fires and is not kept.
    pub(crate) fn arm(&mut self, at: Timestamp, deadline: Deadline) {
        if at == Timestamp::MAX {
            return;
        }
        let armed = Armed(at, deadline);
        // One that went to the tree stays there, also when its lane has room for it by now.
        let lane = lane_of(&deadline).filter(|_| !self.tree.contains(&armed));
        match lane {
            Some(lane) if self.lanes[lane].arm(armed) => self.heads[lane] = self.heads[lane].min(at),
            _ => {
                self.tree.insert(armed);
            }
        }
        self.next = self.next.min(at);
    }

    /// Takes a deadline away. Gone is gone: one that has fired is no error.
    pub(crate) fn disarm(&mut self, at: Timestamp, deadline: Deadline) {
        if at == Timestamp::MAX {
            return;
        }
        let armed = Armed(at, deadline);
        match lane_of(&deadline) {
            Some(lane) if self.lanes[lane].disarm(&armed) => self.see_head(lane),
            _ => {
                self.tree.remove(&armed);
            }
        }
        if at == self.next {
            self.find_next();
        }
    }

    /// Takes away the tests that were due before an instant.
    pub(crate) fn drop_tests_before(&mut self, at: Timestamp) {
        let due = self.tree.iter().take_while(|armed| armed.0 < at);
        let tests: Vec<_> =
            due.filter(|armed| matches!(armed.1, Deadline::RiskIsTested(_))).copied().collect();
        for test in &tests {
            self.tree.remove(test);
        }
        self.find_next();
    }

    /// When the next one is due.
    #[inline]
    pub(crate) fn next(&self) -> Option<Timestamp> {
        (self.next < Timestamp::MAX).then_some(self.next)
    }

    /// Takes the first one that is due at `instant`.
    pub(crate) fn pop_at(&mut self, instant: Timestamp) -> Option<Deadline> {
        if self.next > instant || self.next == Timestamp::MAX {
            return None;
        }
        let first_of = |lane: &usize| self.lanes[*lane].first().filter(|_| self.heads[*lane] == self.next);
        let lanes = (0..LANES).filter_map(|lane| Some((*first_of(&lane)?, Some(lane))));
        let (first, lane) = lanes.chain(self.tree.first().map(|first| (*first, None))).min()?;
        match lane {
            Some(lane) => {
                self.lanes[lane].pop();
                self.see_head(lane);
            }
            None => {
                self.tree.pop_first();
            }
        }
        self.find_next();
        Some(first.1)
    }

    pub(crate) fn contains(&self, at: Timestamp, deadline: Deadline) -> bool {
        let armed = Armed(at, deadline);
        lane_of(&deadline).is_some_and(|lane| self.lanes[lane].contains(&armed)) || self.tree.contains(&armed)
    }

    fn see_head(&mut self, lane: usize) {
        self.heads[lane] = self.lanes[lane].first().map_or(Timestamp::MAX, |first| first.0);
    }

    fn find_next(&mut self) {
        let tree = self.tree.first().map_or(Timestamp::MAX, |first| first.0);
        self.next = self.heads.iter().copied().fold(tree, Timestamp::min);
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::ids::{AgentId, ContactId, OfferId};

    #[test]
    fn what_is_armed_twice_is_armed_once() {
        let at = Timestamp::from_nanos;
        let (early, late) = (deadline(0, 1), deadline(0, 2));
        let mut deadlines = Deadlines::default();
        deadlines.arm(at(10), late);
        deadlines.arm(at(5), early);
        deadlines.disarm(at(10), late);
        // Its lane is empty now.
        deadlines.arm(at(5), early);
        deadlines.disarm(at(5), early);
        assert_eq!(deadlines.next(), None);
    }

    fn deadline(kind: u8, id: u64) -> Deadline {
        match kind {
            0 => Deadline::OfferExpires(OfferId(id)),
            1 => Deadline::WaitRunsOut(ContactId::from(id)),
            2 => Deadline::CoolDownEnds(AgentId(id as u32)),
            3 => Deadline::RiskIsTested(ContactId::from(id)),
            _ => Deadline::KeepEnds(ContactId::from(id)),
        }
    }

    proptest! {
        /// Whatever is armed, disarmed, armed again and fired, and in whatever order: the same as one ordered set.
        #[test]
        fn lanes_and_tree_together_are_one_ordered_set(
            steps in prop::collection::vec((0..4u8, 0..5u8, 0..6u64, 0..40i64), 1..400),
        ) {
            let mut deadlines = Deadlines::default();
            let mut expected = BTreeSet::new();
            for (step, (what, kind, id, delay)) in steps.into_iter().enumerate() {
                let now = step as i64;
                // Equal spans mostly, so that lanes fill; some shorter, so that the tree does too.
                let at = Timestamp::from_nanos(if delay < 30 { now + 20 } else { now + delay - 30 });
                let one = deadline(kind, id);
                match what {
                    0 | 1 => {
                        deadlines.arm(at, one);
                        expected.insert(Armed(at, one));
                    }
                    2 => {
                        let some = expected.iter().nth(id as usize).copied().unwrap_or(Armed(at, one));
                        deadlines.disarm(some.0, some.1);
                        expected.remove(&some);
                    }
                    _ => {
                        let instant = Timestamp::from_nanos(now + delay - 30);
                        let due = expected.first().is_some_and(|first| first.0 <= instant);
                        let first = if due { expected.pop_first().map(|first| first.1) } else { None };
                        prop_assert_eq!(deadlines.pop_at(instant), first);
                    }
                }
                prop_assert_eq!(deadlines.next(), expected.first().map(|first| first.0));
                for Armed(at, one) in &expected {
                    prop_assert!(deadlines.contains(*at, *one));
                }
            }
        }
    }
}

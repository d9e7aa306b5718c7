//! Keys in order, of which it is quick to say how many come before one.
//!
//! They lie in blocks, so coming, going and counting move a few hundred keys at most, at ten waiting as at ten thousand.

use std::collections::VecDeque;

use serde::{Deserialize, Serialize};

use super::lines::Key;

/// Keys of a block: 4 KB of them, moved within a tenth of a microsecond.
const FULL: usize = 256;

/// Keys in ascending order, each at most once.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(from = "Vec<Key>", into = "Vec<Key>")]
pub(super) struct Ranked {
    /// None is empty, and all of one come before all of the next.
    blocks: VecDeque<Vec<Key>>,
    /// Room that was used before, so that a line that comes and goes takes no memory.
    spare: Vec<Vec<Key>>,
    len: usize,
}

impl Ranked {
    pub(super) fn len(&self) -> usize {
        self.len
    }

    pub(super) fn insert(&mut self, key: Key) {
        self.len += 1;
        if self.blocks.back().and_then(|block| block.last()).is_none_or(|last| *last < key) {
            return self.push(key);
        }
        let number = self.block_of(key);
        if self.blocks[number].len() == FULL {
            self.split(number);
        }
        let number = self.block_of(key);
        let block = &mut self.blocks[number];
        block.insert(block.partition_point(|other| *other < key), key);
    }

    /// Takes a key out; whether it was there.
    pub(super) fn remove(&mut self, key: Key) -> bool {
        if self.blocks.is_empty() {
            return false;
        }
        let number = self.block_of(key);
        let block = &mut self.blocks[number];
        let Ok(place) = block.binary_search(&key) else { return false };
        block.remove(place);
        self.len -= 1;
        if self.blocks[number].is_empty() {
            self.spare.extend(self.blocks.remove(number));
        } else {
            self.join_next(number);
            self.join_next(number.saturating_sub(1));
        }
        true
    }

    /// How many come first, where those for which `before` holds do.
    pub(super) fn count(&self, before: impl Fn(&Key) -> bool) -> usize {
        let (Some(first), Some(last)) = (self.blocks.front(), self.blocks.back()) else { return 0 };
        if !before(&first[0]) {
            return 0;
        }
        if last.last().is_some_and(&before) {
            return self.len;
        }
        let number = self.blocks.partition_point(|block| before(&block[0])) - 1;
        let earlier: usize = self.blocks.iter().take(number).map(Vec::len).sum();
        earlier + self.blocks[number].partition_point(before)
    }

    /// The key before which so many come.
    pub(super) fn nth(&self, mut place: usize) -> Option<Key> {
        for block in &self.blocks {
            if let Some(key) = block.get(place) {
                return Some(*key);
            }
            place -= block.len();
        }
        None
    }

    fn push(&mut self, key: Key) {
        if self.blocks.back().is_none_or(|block| block.len() == FULL) {
            let block = self.room();
            self.blocks.push_back(block);
        }
        if let Some(block) = self.blocks.back_mut() {
            block.push(key);
        }
    }

    /// The block in which a key lies, or would.
    fn block_of(&self, key: Key) -> usize {
        self.blocks.partition_point(|block| block[0] <= key).saturating_sub(1)
    }

    fn split(&mut self, number: usize) {
        let mut upper = self.room();
        upper.extend_from_slice(&self.blocks[number][FULL / 2..]);
        self.blocks[number].truncate(FULL / 2);
        self.blocks.insert(number + 1, upper);
    }

    /// Makes one of two neighbours in which little is left.
    fn join_next(&mut self, number: usize) {
        let next = self.blocks.get(number + 1).map_or(FULL, Vec::len);
        if self.blocks[number].len() + next > FULL / 2 {
            return;
        }
        if let Some(mut next) = self.blocks.remove(number + 1) {
            self.blocks[number].append(&mut next);
            self.spare.push(next);
        }
    }

    fn room(&mut self) -> Vec<Key> {
        let mut room = self.spare.pop().unwrap_or_else(|| Vec::with_capacity(FULL));
        room.clear();
        room
    }

    fn iter(&self) -> impl Iterator<Item = Key> {
        self.blocks.iter().flatten().copied()
    }
}

impl PartialEq for Ranked {
    fn eq(&self, other: &Self) -> bool {
        self.len == other.len && self.iter().eq(other.iter())
    }
}

impl Eq for Ranked {}

impl From<Vec<Key>> for Ranked {
    fn from(keys: Vec<Key>) -> Self {
        let mut ranked = Self::default();
        keys.into_iter().for_each(|key| ranked.insert(key));
        ranked
    }
}

impl From<Ranked> for Vec<Key> {
    fn from(ranked: Ranked) -> Self {
        ranked.iter().collect()
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn it_counts_like_a_sorted_list_whoever_comes_and_goes() {
        let (mut ranked, mut right) = (Ranked::default(), BTreeSet::new());
        let mut state = 3_u64;
        let mut draw = |below: u64| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (state >> 33) % below
        };
        for step in 0..40_000_u64 {
            // It grows, then shrinks to nothing, and grows again.
            let grows = step % 20_000 < 12_000;
            let key = (draw(3_000) as i64, 0);
            match (grows || step % 7 == 0, draw(4) == 0) {
                (true, false) if right.insert(key) => ranked.insert(key),
                (true, true) if right.insert((1_000_000 + step as i64, step)) => {
                    ranked.insert((1_000_000 + step as i64, step));
                }
                (false, _) => {
                    let gone = right.range(key..).next().copied().unwrap_or(key);
                    assert_eq!(ranked.remove(gone), right.remove(&gone));
                }
                _ => {}
            }
            assert_eq!(ranked.len(), right.len());
            if step % 97 == 0 {
                let count = ranked.count(|other| *other < key);
                assert_eq!(count, right.range(..key).count(), "step {step}");
                assert!(ranked.iter().eq(right.iter().copied()), "step {step}");
                assert_eq!(ranked.nth(count), right.range(key..).next().copied(), "step {step}");
                let again = Ranked::from(Vec::from(ranked.clone()));
                assert!(again == ranked && again.blocks.iter().all(|block| !block.is_empty()));
            }
        }
    }

    #[test]
    fn little_room_is_taken_where_few_are_left_of_many() {
        let mut ranked = Ranked::from((0..10_000).map(|n| (n, 0)).collect::<Vec<_>>());
        (0..10_000).filter(|n| n % 100 != 0).for_each(|n| assert!(ranked.remove((n, 0))));
        assert_eq!(ranked.len(), 100);
        assert!(ranked.blocks.len() < 4, "{} blocks", ranked.blocks.len());
    }
}

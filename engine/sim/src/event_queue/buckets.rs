//! Events that are not next, unsorted, in buckets by the highest digit of their key that differs from a base.
//!
//! A key has eleven digits of six bits. Bucket (level, digit) holds the keys whose highest digit unlike the
//! base's stands at that level and has that value, so every key of a lower bucket comes before every key of a
//! higher one. Keys of one instant share a bucket and stay in the order they were put there.

/// Bits of a digit.
const BITS: u32 = 6;
/// Buckets of a level.
const DIGITS: usize = 1 << BITS;
/// Digits of a key.
const LEVELS: usize = 11;
/// Entries an empty bucket may keep room for.
const KEPT_ROOM: usize = 1024;

/// One pending event: the place of its instant in time, and where its payload lies.
#[derive(Clone, Copy, Debug)]
pub(super) struct Entry {
    pub(super) key: u64,
    pub(super) slot: u32,
}

#[derive(Clone, Debug)]
pub(super) struct Buckets {
    buckets: Vec<Vec<Entry>>,
    /// Which buckets of a level hold entries, one bit each.
    occupied: [u64; LEVELS],
    /// Which levels hold entries, one bit each.
    levels: u32,
    /// No key in the buckets is below it.
    base: u64,
}

impl Buckets {
    pub(super) fn new() -> Self {
        Self { buckets: vec![Vec::new(); LEVELS * DIGITS], occupied: [0; LEVELS], levels: 0, base: 0 }
    }

    /// Puts an entry behind those of its instant. Its key is at or above the base.
    #[inline]
    pub(super) fn put(&mut self, entry: Entry) {
        debug_assert!(entry.key >= self.base, "an entry below the base");
        let (level, digit) = self.place(entry.key);
        self.buckets[level * DIGITS + digit].push(entry);
        self.occupied[level] |= 1 << digit;
        self.levels |= 1 << level;
    }

    /// Puts entries of one instant, in order, ahead of those of their instant that are here.
    pub(super) fn put_ahead(&mut self, entries: impl ExactSizeIterator<Item = Entry> + Clone) {
        let Some(first) = entries.clone().next() else { return };
        let (level, digit) = self.place(first.key);
        self.buckets[level * DIGITS + digit].splice(0..0, entries);
        self.occupied[level] |= 1 << digit;
        self.levels |= 1 << level;
    }

    /// Moves the base down to `key`, so that keys from there on may be put; a base already below it stays.
    pub(super) fn lower_base(&mut self, key: u64) {
        if key >= self.base {
            return;
        }
        // The keys of all lower levels share the old base's digit at this one.
        let level = level_of(key ^ self.base);
        let digit = digit_of(self.base, level);
        let mut gathered = std::mem::take(&mut self.buckets[level * DIGITS + digit]);
        for below in 0..level {
            while let Some(occupied) = lowest(self.occupied[below]) {
                gathered.append(&mut self.buckets[below * DIGITS + occupied]);
                self.clear(below, occupied);
            }
        }
        if !gathered.is_empty() {
            self.occupied[level] |= 1 << digit;
            self.levels |= 1 << level;
        }
        self.buckets[level * DIGITS + digit] = gathered;
        self.base = key;
    }

    /// Moves the entries of the lowest bucket into `front`, which is empty, in the order they were put there,
    /// after splitting it until it holds at most `most` or a single instant. Answers the first key above it.
    pub(super) fn take_lowest(&mut self, most: usize, front: &mut Vec<Entry>) -> Option<u64> {
        loop {
            let level = lowest(u64::from(self.levels))?;
            let digit = lowest(self.occupied[level])?;
            let index = level * DIGITS + digit;
            self.clear(level, digit);
            if level == 0 || self.buckets[index].len() <= most {
                std::mem::swap(front, &mut self.buckets[index]);
                let width = BITS * level as u32;
                let start = clear_below(self.base, level + 1) | (digit as u64) << width;
                return Some(start.saturating_add(1 << width));
            }
            self.split(index);
        }
    }

    /// Spreads a bucket over lower ones, going down at once to the first level where its keys differ.
    fn split(&mut self, index: usize) {
        let mut entries = std::mem::take(&mut self.buckets[index]);
        let first = entries[0].key;
        let differing = entries.iter().fold(0, |bits, entry| bits | (entry.key ^ first));
        self.base = if differing == 0 { first } else { clear_below(first, level_of(differing) + 1) };
        for entry in entries.drain(..) {
            self.put(entry);
        }
        // The bucket is empty now. Small room is kept for later; large room would add up over the buckets.
        if entries.capacity() <= KEPT_ROOM {
            self.buckets[index] = entries;
        }
    }

    /// Keeps the entries that `keep` approves of, in their order.
    pub(super) fn retain(&mut self, mut keep: impl FnMut(&Entry) -> bool) {
        for level in 0..LEVELS {
            let mut left = self.occupied[level];
            while let Some(digit) = lowest(left) {
                left &= left - 1;
                let bucket = &mut self.buckets[level * DIGITS + digit];
                bucket.retain(&mut keep);
                if bucket.is_empty() {
                    self.clear(level, digit);
                }
            }
        }
    }

    /// The bucket of a key: level and digit.
    #[inline]
    fn place(&self, key: u64) -> (usize, usize) {
        let level = level_of(key ^ self.base);
        (level, digit_of(key, level))
    }

    /// Notes that a bucket holds nothing.
    fn clear(&mut self, level: usize, digit: usize) {
        self.occupied[level] &= !(1 << digit);
        if self.occupied[level] == 0 {
            self.levels &= !(1 << level);
        }
    }
}

/// The level of the highest bit set; 0 when none is.
#[inline]
const fn level_of(bits: u64) -> usize {
    ((bits | 1).ilog2() / BITS) as usize
}

#[inline]
const fn digit_of(key: u64, level: usize) -> usize {
    (key >> (BITS * level as u32)) as usize & (DIGITS - 1)
}

/// The key with all digits below `level` set to zero.
const fn clear_below(key: u64, level: usize) -> u64 {
    let width = BITS * level as u32;
    if width >= u64::BITS { 0 } else { key >> width << width }
}

/// The lowest bit set.
#[inline]
const fn lowest(bits: u64) -> Option<usize> {
    if bits == 0 { None } else { Some(bits.trailing_zeros() as usize) }
}

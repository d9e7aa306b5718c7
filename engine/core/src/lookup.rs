//! Tables for look-ups only. They hash the same everywhere, and nobody may walk them: their order means nothing.

use core::hash::{BuildHasherDefault, Hash};

use hashbrown::{HashMap, HashTable};

use crate::digest::Digest;

/// A map that is never walked.
#[derive(Clone, Debug)]
pub(crate) struct Table<K, V>(HashMap<K, V, BuildHasherDefault<Digest>>);

impl<K, V> Default for Table<K, V> {
    fn default() -> Self {
        Self(HashMap::default())
    }
}

impl<K: Eq + Hash, V> Table<K, V> {
    pub(crate) fn get<Q: ?Sized + Hash + hashbrown::Equivalent<K>>(&self, key: &Q) -> Option<&V> {
        self.0.get(key)
    }

    pub(crate) fn insert(&mut self, key: K, value: V) -> Option<V> {
        self.0.insert(key, value)
    }

    pub(crate) fn remove<Q: ?Sized + Hash + hashbrown::Equivalent<K>>(&mut self, key: &Q) -> Option<V> {
        self.0.remove(key)
    }

    pub(crate) fn len(&self) -> usize {
        self.0.len()
    }
}

/// Numbers found by a key that lives elsewhere, so that the key is stored once.
#[derive(Clone, Debug, Default)]
pub(crate) struct Index(HashTable<Entry>);

#[derive(Clone, Copy, Debug)]
struct Entry {
    /// Half of the key's hash: enough to tell most keys apart, and to place the entry again when the table grows.
    mark: u32,
    number: u32,
}

impl Entry {
    const fn hash(mark: u32) -> u64 {
        (mark as u64).wrapping_mul(0x9E37_79B9_7F4A_7C15)
    }
}

impl Index {
    /// The number whose key has this hash and satisfies `is_key`.
    pub(crate) fn find(&self, hash: u64, mut is_key: impl FnMut(u32) -> bool) -> Option<u32> {
        let mark = hash as u32;
        self.0.find(Entry::hash(mark), |entry| entry.mark == mark && is_key(entry.number)).map(|e| e.number)
    }

    /// Adds a number under a key that is not there yet.
    pub(crate) fn insert(&mut self, hash: u64, number: u32) {
        let mark = hash as u32;
        self.0.insert_unique(Entry::hash(mark), Entry { mark, number }, |entry| Entry::hash(entry.mark));
    }

    /// Takes a number away.
    pub(crate) fn remove(&mut self, hash: u64, number: u32) {
        if let Ok(entry) = self.0.find_entry(Entry::hash(hash as u32), |entry| entry.number == number) {
            entry.remove();
        }
    }
}

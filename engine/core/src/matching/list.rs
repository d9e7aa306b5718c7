//! Ordered lists with a cheap end: what comes in order is linked, what returns older goes to a tree.
//!
//! Nearly all insertions carry a key larger than any before (the newest contact, the agent who went idle last), so
//! they are one link each. The few that return to an old place go to an ordered tree; the head of a list is the
//! better of the two. The heads of all lists lie in one array, so a search reads them without touching a member.

use std::collections::BTreeSet;

/// Order inside a list: smallest first. First an instant in nanoseconds, then a number that is never equal.
pub(crate) type Key = (i64, u64);

/// The head of an empty list: behind every key.
pub(crate) const NO_KEY: Key = (i64::MAX, u64::MAX);

const NONE: u32 = u32::MAX;

#[derive(Clone, Debug, Default)]
struct List {
    first: Option<u32>,
    last: Option<u32>,
    returned: BTreeSet<(Key, u32)>,
    len: u32,
}

#[derive(Clone, Debug)]
struct Node {
    key: Key,
    list: u32,
    previous: u32,
    next: u32,
    returned: bool,
}

const OUTSIDE: Node = Node { key: NO_KEY, list: NONE, previous: NONE, next: NONE, returned: false };

/// Lists over members that are numbered from 0; each member is in one list at most.
#[derive(Clone, Debug, Default)]
pub(crate) struct OrderedLists {
    lists: Vec<List>,
    heads: Vec<Key>,
    nodes: Vec<Node>,
}

impl OrderedLists {
    /// Adds an empty list; its number.
    pub(crate) fn add_list(&mut self) -> u32 {
        self.lists.push(List::default());
        self.heads.push(NO_KEY);
        (self.lists.len() - 1) as u32
    }

    /// Key of the first member; [`NO_KEY`] when the list is empty.
    pub(crate) fn head_key(&self, list: u32) -> Key {
        self.heads[list as usize]
    }

    /// The first member.
    #[inline(always)]
    pub(crate) fn head(&self, list: u32) -> Option<u32> {
        let List { first, returned, .. } = &self.lists[list as usize];
        match (*first, returned.first()) {
            (Some(linked), Some((key, back))) if *key < self.nodes[linked as usize].key => Some(*back),
            (Some(linked), _) => Some(linked),
            (None, back) => back.map(|(_, member)| *member),
        }
    }

    /// Key of the second member; [`NO_KEY`] when there is none.
    pub(crate) fn second_key(&self, list: u32) -> Key {
        let List { first, returned, .. } = &self.lists[list as usize];
        if !returned.is_empty() {
            return self.iter(list).nth(1).map_or(NO_KEY, |member| self.key_of(member));
        }
        match first.map(|member| self.nodes[member as usize].next) {
            None | Some(NONE) => NO_KEY,
            Some(next) => self.nodes[next as usize].key,
        }
    }

    /// Number of members.
    pub(crate) fn len(&self, list: u32) -> u32 {
        self.lists[list as usize].len
    }

    /// The list that the member is in.
    pub(crate) fn list_of(&self, member: u32) -> Option<u32> {
        self.nodes.get(member as usize).map(|node| node.list).filter(|&list| list != NONE)
    }

    /// The member's key, while it is in a list.
    pub(crate) fn key_of(&self, member: u32) -> Key {
        self.nodes[member as usize].key
    }

    /// Puts a member that is in no list into one.
    pub(crate) fn insert(&mut self, list: u32, member: u32, key: Key) {
        if self.nodes.len() <= member as usize {
            self.nodes.resize(member as usize + 1, OUTSIDE);
        }
        debug_assert_eq!(self.nodes[member as usize].list, NONE, "a member is in one list at most");
        let rooms = &mut self.lists[list as usize];
        rooms.len += 1;
        let in_order = rooms.last.is_none_or(|last| self.nodes[last as usize].key < key);
        let mut node = Node { key, list, ..OUTSIDE };
        if in_order {
            match rooms.last.replace(member) {
                Some(last) => {
                    self.nodes[last as usize].next = member;
                    node.previous = last;
                }
                None => rooms.first = Some(member),
            }
        } else {
            rooms.returned.insert((key, member));
            node.returned = true;
        }
        self.nodes[member as usize] = node;
        let head = &mut self.heads[list as usize];
        *head = (*head).min(key);
    }

    /// Takes a member out of its list; which list it was.
    pub(crate) fn remove(&mut self, member: u32) -> Option<u32> {
        let node = self.nodes.get_mut(member as usize)?;
        if node.list == NONE {
            return None;
        }
        let Node { key, list, previous, next, returned } = core::mem::replace(node, OUTSIDE);
        let rooms = &mut self.lists[list as usize];
        rooms.len -= 1;
        if returned {
            rooms.returned.remove(&(key, member));
        } else {
            match previous {
                NONE => rooms.first = (next != NONE).then_some(next),
                before => self.nodes[before as usize].next = next,
            }
            match next {
                NONE => rooms.last = (previous != NONE).then_some(previous),
                after => self.nodes[after as usize].previous = previous,
            }
        }
        if self.heads[list as usize] == key {
            self.heads[list as usize] = self.head(list).map_or(NO_KEY, |head| self.nodes[head as usize].key);
        }
        Some(list)
    }

    /// The members in reverse order.
    pub(crate) fn iter_back(&self, list: u32) -> impl Iterator<Item = u32> {
        let List { last, returned, .. } = &self.lists[list as usize];
        let mut linked = *last;
        let mut back = returned.iter().rev().peekable();
        core::iter::from_fn(move || {
            let take_back = match (linked, back.peek()) {
                (Some(member), Some((key, _))) => *key > self.nodes[member as usize].key,
                (None, Some(_)) => true,
                _ => false,
            };
            if take_back {
                return back.next().map(|(_, member)| *member);
            }
            let member = linked?;
            let previous = self.nodes[member as usize].previous;
            linked = (previous != NONE).then_some(previous);
            Some(member)
        })
    }

    /// The members in order.
    pub(crate) fn iter(&self, list: u32) -> impl Iterator<Item = u32> {
        let List { first, returned, .. } = &self.lists[list as usize];
        let mut linked = *first;
        let mut back = returned.iter().peekable();
        core::iter::from_fn(move || {
            let take_back = match (linked, back.peek()) {
                (Some(member), Some((key, _))) => *key < self.nodes[member as usize].key,
                (None, Some(_)) => true,
                _ => false,
            };
            if take_back {
                return back.next().map(|(_, member)| *member);
            }
            let member = linked?;
            let next = self.nodes[member as usize].next;
            linked = (next != NONE).then_some(next);
            Some(member)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn members_that_return_keep_their_old_place() {
        let mut lists = OrderedLists::default();
        let list = lists.add_list();
        for member in 0..5 {
            lists.insert(list, member, (i64::from(member) * 10, member.into()));
        }
        lists.remove(1);
        lists.remove(0);
        assert_eq!(lists.head_key(list), (20, 2));
        lists.insert(list, 1, (10, 1));
        lists.insert(list, 0, (25, 0));
        assert_eq!(lists.iter(list).collect::<Vec<_>>(), [1, 2, 0, 3, 4]);
        assert_eq!(lists.iter_back(list).collect::<Vec<_>>(), [4, 3, 0, 2, 1]);
        assert_eq!((lists.head(list), lists.len(list)), (Some(1), 5));
        for member in [1, 4, 2, 3] {
            assert_eq!(lists.remove(member), Some(list));
        }
        assert_eq!(lists.iter(list).collect::<Vec<_>>(), [0]);
        assert_eq!(lists.remove(0), Some(list));
        assert_eq!((lists.head(list), lists.head_key(list), lists.remove(0)), (None, NO_KEY, None));
    }
}

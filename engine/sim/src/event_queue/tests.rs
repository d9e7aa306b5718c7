//! The queue against the plainest one that could be: a tree ordered by instant, then scheduling.

use std::collections::BTreeMap;

use proptest::prelude::*;

use super::*;
use crate::random::{Chance, Purpose, Stream};

/// An event queue and the tree it must agree with after every step.
#[derive(Default)]
struct Pair {
    queue: EventQueue<u32>,
    model: BTreeMap<(Timestamp, u32), EventHandle>,
    scheduled: u32,
}

impl Pair {
    fn schedule(&mut self, at: i64) {
        let at = Timestamp::from_nanos(at);
        let handle = self.queue.schedule(at, self.scheduled);
        self.model.insert((at, self.scheduled), handle);
        self.scheduled += 1;
    }

    fn pop(&mut self) -> Option<i64> {
        let expected = self.model.pop_first().map(|(event, _)| event);
        assert_eq!(self.queue.pop(), expected);
        assert_eq!(self.queue.len(), self.model.len());
        expected.map(|(at, _)| at.as_nanos())
    }

    fn next_at(&mut self) {
        assert_eq!(self.queue.next_at(), self.model.keys().next().map(|&(at, _)| at));
    }

    /// Cancels the event at this place in the order, twice: the second time nothing happens.
    fn cancel(&mut self, place: usize) {
        let Some((&event, &handle)) = self.model.iter().nth(place) else { return };
        self.model.remove(&event);
        assert_eq!(self.queue.cancel(handle), Some(event.1));
        assert_eq!(self.queue.cancel(handle), None);
        assert_eq!(self.queue.len(), self.model.len());
    }

    fn drain(&mut self) {
        while self.pop().is_some() {}
        assert!(self.queue.is_empty() && self.queue.next_at().is_none());
    }
}

fn stream(case: u64) -> Stream {
    Chance::new(7, case).family(Purpose::Study, 0).stream(0)
}

#[test]
fn events_of_one_instant_come_in_the_order_they_were_scheduled() {
    let mut pair = Pair::default();
    for at in [5, 3, 5, 3, 5, 4, 3] {
        pair.schedule(at);
    }
    pair.drain();
}

#[test]
fn a_whole_team_signs_in_at_one_instant_while_others_are_scheduled_for_it_and_before() {
    let mut pair = Pair::default();
    let nine = 9 * 3_600_000_000_000;
    for _ in 0..1_000 {
        pair.schedule(nine);
    }
    pair.next_at();
    // The front holds the whole team now; earlier events and more of the same instant come in.
    for i in 0..200 {
        pair.schedule(nine);
        pair.schedule(nine - 1_000 + i % 7);
        pair.schedule(nine + i);
    }
    pair.next_at();
    for _ in 0..150 {
        pair.schedule(nine - 50);
        pair.pop();
    }
    for i in 0..300 {
        pair.schedule(nine);
        pair.schedule(nine - 40 + i % 3);
    }
    pair.drain();
}

#[test]
fn an_event_before_the_last_one_is_simply_next() {
    let mut pair = Pair::default();
    (0..100).for_each(|i| pair.schedule(1_000_000 + 1_000 * i));
    pair.pop();
    (0..200).for_each(|i| pair.schedule(500_000 - i));
    pair.schedule(-1);
    pair.drain();
}

#[test]
fn the_ends_of_time_are_instants_like_others() {
    let mut pair = Pair::default();
    for _ in 0..100 {
        [i64::MAX, i64::MIN, 0, i64::MAX - 1, i64::MIN + 1, -1].iter().for_each(|&at| pair.schedule(at));
    }
    for _ in 0..450 {
        pair.pop();
        pair.schedule(i64::MAX);
    }
    pair.schedule(i64::MAX - 2);
    pair.drain();
    // Only "never" is pending, and known to be next, when something nearer comes in.
    let mut pair = Pair::default();
    pair.schedule(i64::MAX);
    pair.next_at();
    [i64::MAX, 10, i64::MAX - 1].iter().for_each(|&at| pair.schedule(at));
    pair.drain();
}

#[test]
fn nothing_later_than_asked_for_is_popped() {
    let mut queue = EventQueue::new();
    let nine = Timestamp::from_secs(9 * 3600);
    queue.schedule(nine, 'a');
    assert_eq!(queue.pop_until(nine - sunline_core::time::Span::from_nanos(1)), None);
    assert_eq!(queue.pop_until(nine), Some((nine, 'a')));
    assert_eq!(queue.pop_until(Timestamp::MAX), None);
}

#[test]
fn the_handle_of_an_event_that_happened_cancels_nothing() {
    let mut queue = EventQueue::new();
    let first = queue.schedule(Timestamp::from_secs(1), 'a');
    queue.pop();
    let second = queue.schedule(Timestamp::from_secs(2), 'b');
    assert_eq!(queue.cancel(first), None, "its place is taken by another event");
    assert_eq!(queue.cancel(second), Some('b'));
    assert_eq!(queue.next_at(), None);
}

#[test]
fn cancelled_events_do_not_pile_up() {
    let mut queue = EventQueue::new();
    for i in 0..100_000 {
        let patience = queue.schedule(Timestamp::from_secs(1_000_000 + i), 'p');
        queue.schedule(Timestamp::from_secs(i), 'a');
        queue.cancel(patience);
        queue.pop();
    }
    assert!(queue.cancelled <= SWEEP_SLACK + 1, "{}", queue.cancelled);
    assert!(queue.is_empty());
}

/// Plays `steps` random steps around `pending` events; instants lie up to `spread` ahead of the last event.
fn play(pair: &mut Pair, stream: &mut Stream, pending: u64, spread: u64, steps: u32) {
    let mut now = 0;
    for _ in 0..steps {
        let grow = (pair.model.len() as u64) < pending;
        match stream.below(16) {
            0..6 => pair.schedule(now + stream.below(spread) as i64),
            6..9 if grow => pair.schedule(now + stream.below(spread) as i64),
            9 => (0..stream.below(80)).for_each(|_| pair.schedule(now + spread as i64 / 2)),
            10 if now > 0 => pair.schedule(now - stream.below(now as u64) as i64),
            11 => pair.next_at(),
            12 => pair.cancel(stream.below(20) as usize),
            13 => pair.cancel(stream.below(1 + pair.model.len() as u64) as usize),
            _ => now = pair.pop().unwrap_or(now),
        }
    }
    while pair.model.len() as u64 > pending {
        pair.pop();
    }
}

#[test]
fn the_queue_agrees_with_the_tree_whatever_happens() {
    for (case, pending) in [10, 40, 100, 1_000].into_iter().enumerate() {
        for spread in [2, 50, 5_000, 3_600_000_000_000, 1 << 61] {
            let mut pair = Pair::default();
            play(&mut pair, &mut stream(case as u64 ^ spread), pending, spread, 4_000);
            pair.drain();
        }
    }
}

proptest! {
    #[test]
    fn any_few_events_come_out_sorted(instants in prop::collection::vec(-30_i64..30, 0..200), peek: u8) {
        let mut pair = Pair::default();
        for (i, at) in instants.into_iter().enumerate() {
            pair.schedule(at);
            if i % (usize::from(peek) + 1) == 0 {
                pair.next_at();
            }
        }
        pair.drain();
    }
}

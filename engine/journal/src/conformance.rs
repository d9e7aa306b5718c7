//! What every store promises, as one suite: whoever writes a store runs it.

use sunline_core::{Seq, Timestamp};

use crate::error::StoreError;
use crate::frame::Encoder;
use crate::input::Input;
use crate::store::{Source, Store};
use crate::tail::Tail;

/// A promise that a store did not keep.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{promise}: {found}")]
pub struct BrokenPromise {
    /// What was promised.
    pub promise: &'static str,
    /// What was found instead.
    pub found: String,
}

type Kept = Result<(), BrokenPromise>;

/// Checks every promise of [`Store`].
///
/// `open` opens the store with a number, empty when the number is new, otherwise as it was left when its last handle was
/// dropped.
///
/// # Errors
/// The first promise that is not kept.
pub fn conformance<S: Store>(open: impl Fn(u32) -> Result<S, StoreError>) -> Kept {
    let open = |number| open(number).map_err(|error| broken("a store can be opened", &error));
    new_stores_are_empty(open(0)?)?;
    what_is_appended_is_there(open(1)?)?;
    only_the_end_can_be_continued(open(2)?)?;
    only_the_next_frame_is_taken(open(3)?)?;
    everything_is_there_after_reopening(|| open(4))?;
    readers_follow(open(5)?)?;
    frames_of_any_size_are_kept_in_order(|| open(6))?;
    two_snapshots_are_kept(|| open(7))
}

fn broken(promise: &'static str, found: &dyn std::fmt::Display) -> BrokenPromise {
    BrokenPromise { promise, found: found.to_string() }
}

fn same<T: PartialEq + std::fmt::Debug>(promise: &'static str, found: &T, expected: &T) -> Kept {
    if found == expected {
        return Ok(());
    }
    Err(broken(promise, &format_args!("found {found:?}, expected {expected:?}")))
}

fn done<T>(promise: &'static str, result: Result<T, StoreError>) -> Result<T, BrokenPromise> {
    result.map_err(|error| broken(promise, &error))
}

/// The frame that continues `tail`, about `bytes` bytes long.
fn frame(tail: &Tail, epoch: u64, bytes: usize) -> Vec<u8> {
    let input = Input::advance_to(Timestamp::from_nanos(tail.frames as i64 * 1_000_000_000_000_000));
    let mut one = Vec::new();
    crate::codec::encode(&input, &mut one);
    let inputs = vec![input; (bytes / one.len()).max(1)];
    Encoder::default().encode(tail, epoch, &inputs, &[]).expect("it is small enough").to_vec()
}

fn append(store: &mut impl Store, bytes: usize) -> Result<Vec<u8>, BrokenPromise> {
    let tail = done("the end is known", store.tail())?;
    let frame = frame(&tail, tail.epoch.max(1), bytes);
    let expected = tail.after(&frame).expect("it follows");
    let found = done("the next frame can be appended", store.append(&tail, &frame))?;
    same("append tells the new end", &found, &expected)?;
    same("the end is where append said", &done("the end is known", store.tail())?, &expected)?;
    Ok(frame)
}

fn holds(promise: &'static str, store: &(impl Source + ?Sized), from: u64, expected: &[Vec<u8>]) -> Kept {
    let frames = done(promise, store.read_from(from))?;
    let found = done(promise, frames.collect::<Result<Vec<_>, _>>())?;
    if found == expected {
        return Ok(());
    }
    let lengths = |frames: &[Vec<u8>]| frames.iter().map(Vec::len).collect::<Vec<_>>();
    let (found, expected) = (lengths(&found), lengths(expected));
    Err(broken(promise, &format_args!("from {from}: frames of {found:?} bytes, expected {expected:?}")))
}

fn new_stores_are_empty(mut store: impl Store) -> Kept {
    const PROMISE: &str = "a new store is empty";
    same(PROMISE, &done(PROMISE, store.tail())?, &Tail::EMPTY)?;
    holds(PROMISE, &store, 0, &[])?;
    same(PROMISE, &done(PROMISE, store.snapshots())?, &Vec::new())?;
    same(PROMISE, &done(PROMISE, store.load_snapshot(Seq(1)))?, &None)?;
    same(PROMISE, &done(PROMISE, store.cut_torn_tail())?, &None)?;
    done("syncing nothing works", store.sync())
}

fn what_is_appended_is_there(mut store: impl Store) -> Kept {
    const PROMISE: &str = "what is appended can be read, from any frame on";
    let mut frames = Vec::new();
    for bytes in [1, 500, 1] {
        frames.push(append(&mut store, bytes)?);
    }
    for from in 0..=3 {
        holds(PROMISE, &store, from as u64, &frames[from..])?;
    }
    holds(PROMISE, &store, u64::MAX, &[])?;
    same("a sound end is not cut", &done(PROMISE, store.cut_torn_tail())?, &None)?;
    holds(PROMISE, &store, 0, &frames)
}

fn only_the_end_can_be_continued(mut store: impl Store) -> Kept {
    const PROMISE: &str = "who expects another end is refused, and nothing changes";
    let first = append(&mut store, 1)?;
    let old = done(PROMISE, store.tail())?;
    let second = append(&mut store, 1)?;
    let end = done(PROMISE, store.tail())?;
    for expected in [Tail::EMPTY, old, Tail { epoch: 9, ..end }] {
        match store.append(&expected, &frame(&expected, 9, 1)) {
            Err(StoreError::Conflict { expected: told, found }) => {
                same(PROMISE, &(*told, *found), &(expected, end))?;
            }
            other => return Err(broken(PROMISE, &format_args!("{other:?}"))),
        }
    }
    holds(PROMISE, &store, 0, &[first, second])
}

fn only_the_next_frame_is_taken(mut store: impl Store) -> Kept {
    const PROMISE: &str = "what is not the next frame is refused, and nothing changes";
    let empty = done(PROMISE, store.tail())?;
    let first = frame(&empty, 3, 1);
    done(PROMISE, store.append(&empty, &first))?;
    let tail = done(PROMISE, store.tail())?;
    let next = frame(&tail, 3, 40);
    let mut flipped = next.clone();
    *flipped.last_mut().expect("it is not empty") ^= 1;
    let mut longer = next.clone();
    longer.push(0);
    let other_journal = Tail { frame: crate::FrameHash([7; 32]), ..tail };
    let wrong = [
        Vec::new(),
        next[..next.len() - 1].to_vec(),
        flipped,
        longer,
        first.clone(),
        frame(&other_journal, 3, 1),
        frame(&Tail { epoch: 0, ..tail }, 2, 1),
        frame(&Tail { frames: 7, ..tail }, 3, 1),
        frame(&Tail { seq: Seq(7), ..tail }, 3, 1),
    ];
    for frame in wrong {
        match store.append(&tail, &frame) {
            Err(StoreError::Refused(_)) => {}
            other => return Err(broken(PROMISE, &format_args!("{other:?}"))),
        }
        same(PROMISE, &done(PROMISE, store.tail())?, &tail)?;
    }
    holds(PROMISE, &store, 0, &[first])?;
    done("after refusals the next frame is taken", store.append(&tail, &next)).map(drop)
}

fn everything_is_there_after_reopening<S: Store>(open: impl Fn() -> Result<S, BrokenPromise>) -> Kept {
    const PROMISE: &str = "everything is there after reopening";
    let mut frames = Vec::new();
    for round in 1..=3 {
        let mut store = open()?;
        holds(PROMISE, &store, 0, &frames)?;
        let expected =
            frames.last().map_or(Tail::EMPTY, |last: &Vec<u8>| Tail::of(last).expect("a whole frame"));
        same(PROMISE, &done(PROMISE, store.tail())?, &expected)?;
        frames.push(append(&mut store, 10 * round)?);
        done(PROMISE, store.sync())?;
        frames.push(append(&mut store, round)?);
    }
    holds(PROMISE, &open()?, 0, &frames)
}

fn readers_follow(mut store: impl Store) -> Kept {
    const PROMISE: &str = "a reader sees what is appended after it was made";
    let reader = done(PROMISE, store.reader())?;
    same(PROMISE, &done(PROMISE, reader.tail())?, &Tail::EMPTY)?;
    let mut frames = vec![append(&mut store, 1)?];
    holds(PROMISE, &*reader, 0, &frames)?;
    let before = done(PROMISE, reader.read_from(0))?;
    frames.push(append(&mut store, 1)?);
    let seen = before.count();
    same("frames are read up to where the journal ended when reading began", &seen, &1)?;
    holds(PROMISE, &*reader, 0, &frames)?;
    same(PROMISE, &done(PROMISE, reader.tail())?, &done(PROMISE, store.tail())?)
}

fn frames_of_any_size_are_kept_in_order<S: Store>(open: impl Fn() -> Result<S, BrokenPromise>) -> Kept {
    const PROMISE: &str = "many frames, some of them large, are kept in order";
    let mut store = open()?;
    let mut frames = Vec::new();
    for i in 0..400_usize {
        frames.push(append(&mut store, if i % 133 == 7 { 1_500_000 } else { i * 7 % 900 })?);
    }
    holds(PROMISE, &store, 0, &frames)?;
    drop(store);
    let store = open()?;
    for from in [0, 1, 7, 8, 255, 256, 257, 398, 399, 400] {
        holds(PROMISE, &store, from as u64, &frames[from..])?;
    }
    Ok(())
}

fn two_snapshots_are_kept<S: Store>(open: impl Fn() -> Result<S, BrokenPromise>) -> Kept {
    const PROMISE: &str = "the newest two snapshots are kept";
    let mut store = open()?;
    for seq in [5, 9, 9, 300] {
        done(PROMISE, store.save_snapshot(Seq(seq), &vec![seq as u8; seq as usize]))?;
    }
    drop(store);
    let store = open()?;
    same(PROMISE, &done(PROMISE, store.snapshots())?, &vec![Seq(300), Seq(9)])?;
    for (seq, expected) in [(300, Some(300)), (9, Some(9)), (5, None), (10, None)] {
        let found = done(PROMISE, store.load_snapshot(Seq(seq)))?;
        same(PROMISE, &found, &expected.map(|length| vec![seq as u8; length]))?;
    }
    Ok(())
}

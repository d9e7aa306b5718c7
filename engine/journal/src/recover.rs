//! Recovery: the state that the journal's events make, from the newest sound snapshot on.

use std::panic::{AssertUnwindSafe, catch_unwind};

use sunline_core::{Domain, FoldError, Seq};

use crate::error::{FrameFault, JournalError, StoreError, panic_message};
use crate::frame::Frame;
use crate::read::Frames;
use crate::snapshot;
use crate::store::{Source, Store};
use crate::tail::Tail;

/// A state brought back.
#[derive(Debug)]
pub struct Recovered {
    /// The domain as of the journal's last event, its clock at the journal's latest instant. Deadlines that have fallen
    /// due since then fire, each as of its own instant, at the next call with a later time; say
    /// [`Resume`](sunline_core::Command::Resume) first, so that offers nobody could answer lapse without strike.
    pub domain: Domain,
    /// Where the journal ends.
    pub tail: Tail,
    /// How it went.
    pub report: RecoveryReport,
}

/// How a recovery went.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct RecoveryReport {
    /// The snapshot that it began with, by its last event.
    pub snapshot: Option<Seq>,
    /// Snapshots that could not be used, newest first.
    pub skipped: Vec<SkippedSnapshot>,
    /// Frames that were folded.
    pub frames: u64,
    /// Events that were folded.
    pub events: u64,
    /// The last frame, where it was not whole and was cut off.
    pub torn: Option<TornFrame>,
}

/// A snapshot that could not be used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SkippedSnapshot {
    /// Its last event.
    pub seq: Seq,
    /// Why, as a sentence.
    pub reason: String,
}

/// A frame that was cut off.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TornFrame {
    /// Which frame, from 0.
    pub index: u64,
    /// Where it began, in bytes of the whole journal.
    pub byte: u64,
    /// What was wrong with it.
    pub fault: FrameFault,
    /// What there was of it.
    pub bytes: Vec<u8>,
}

/// Brings the state back: cuts a torn last frame off, takes the newest sound snapshot, and folds the events after it.
///
/// Each frame is checked by itself and against the one before it.
///
/// # Errors
/// [`JournalError::Empty`] when there is no journal; [`StoreError::Corrupt`] names the frame and the byte when
/// one that others follow is damaged.
pub fn recover(store: &mut (impl Store + ?Sized)) -> Result<Recovered, JournalError> {
    let mut report = RecoveryReport { torn: cut_torn_tail(store)?, ..RecoveryReport::default() };
    let end = store.tail()?;
    if end.frames == 0 {
        return Err(JournalError::Empty);
    }
    let restored = newest_snapshot(store, &end, &mut report)?;
    report.snapshot = restored.as_ref().map(|(domain, _)| domain.seq());
    let (mut domain, tail) = restored.unzip();
    let tail = tail.unwrap_or(Tail::EMPTY);
    let mut frames = Frames::after(tail, store.read_from(tail.frames)?);
    for frame in frames.by_ref() {
        let frame = frame?;
        fold(&mut domain, &frame)?;
        report.frames += 1;
        report.events += u64::from(frame.header.events);
    }
    let mut domain = domain.ok_or(JournalError::Empty)?;
    let tail = frames.tail();
    set_clock(&mut domain, &tail);
    Ok(Recovered { domain, tail, report })
}

fn cut_torn_tail(store: &mut (impl Store + ?Sized)) -> Result<Option<TornFrame>, JournalError> {
    match store.tail() {
        Err(StoreError::TornTail { index, byte, fault }) => {
            let bytes = store.cut_torn_tail()?.unwrap_or_default();
            Ok(Some(TornFrame { index, byte, fault, bytes }))
        }
        Err(error) => Err(error.into()),
        Ok(_) => Ok(None),
    }
}

fn newest_snapshot(
    store: &(impl Store + ?Sized),
    end: &Tail,
    report: &mut RecoveryReport,
) -> Result<Option<(Domain, Tail)>, JournalError> {
    for seq in store.snapshots()? {
        let loaded = match store.load_snapshot(seq)? {
            None => Err("it is not there any more".to_owned()),
            Some(bytes) => guarded(|| snapshot::from_bytes(seq, &bytes)).unwrap_or_else(Err),
        };
        match loaded.and_then(|(domain, tail)| check_belongs(store, &tail, end).map(|()| (domain, tail))) {
            Ok(found) => return Ok(Some(found)),
            Err(reason) => report.skipped.push(SkippedSnapshot { seq, reason }),
        }
    }
    Ok(None)
}

/// Whether the journal passes through the point at which a snapshot was taken.
fn check_belongs(source: &(impl Source + ?Sized), tail: &Tail, end: &Tail) -> Result<(), String> {
    let Some(index) = tail.frames.checked_sub(1) else { return Err("it belongs to no frame".into()) };
    if tail.frames > end.frames {
        return Err(format!("it was taken after frame {index}, the journal has {}", end.frames));
    }
    let frame = source.read_from(index).map_err(|error| error.to_string())?.next();
    let frame = frame.ok_or("its frame is missing")?.map_err(|error| error.to_string())?;
    let found = Tail::of(&frame).map_err(|fault| fault.to_string())?;
    if found == *tail { Ok(()) } else { Err("it belongs to another journal".into()) }
}

/// Applies a frame's events. `domain` is `None` before the first.
pub(crate) fn fold(domain: &mut Option<Domain>, frame: &Frame) -> Result<(), JournalError> {
    let after = domain.as_ref().map_or(Seq(0), Domain::seq);
    let index = frame.header.index;
    let folded = guarded(|| match domain {
        None => {
            *domain = Some(Domain::fold(&frame.events)?);
            Ok(())
        }
        Some(domain) => frame.events.iter().try_for_each(|event| domain.fold_event(event)),
    });
    match folded {
        Ok(done) => done.map_err(|error: FoldError| JournalError::Fold { index, error }),
        Err(message) => {
            let after = domain.as_ref().map_or(after, Domain::seq);
            Err(JournalError::Panicked { index, after, message })
        }
    }
}

/// Sets the clock of a domain at the journal's end to the journal's latest instant. The live domain had fired all that
/// was due by then; should this release see more, it fires with the next input, and is journaled.
pub(crate) fn set_clock(domain: &mut Domain, tail: &Tail) {
    if domain.next_deadline().is_none_or(|due| due > tail.at) {
        domain.handle_deadlines(tail.at);
    }
}

/// Runs the kernel over journaled data; what a panic said is told as an error. Sound frames written by this code never
/// lead to one, others may.
pub(crate) fn guarded<T>(run: impl FnOnce() -> T) -> Result<T, String> {
    catch_unwind(AssertUnwindSafe(run)).map_err(|panic| panic_message(&*panic))
}

//! Replay: the inputs are decided again, and must lead to the journaled events, byte for byte.

use std::sync::Arc;

use sunline_core::{Domain, Event, EventKind, Seq, StateHash};

use crate::codec;
use crate::error::JournalError;
use crate::frame::Frame;
use crate::header::LOGIC_VERSION;
use crate::input::{Input, InputKind};
use crate::read;
use crate::recover::{fold, guarded, set_clock};
use crate::store::Source;

/// A journal decided again.
#[derive(Debug)]
pub struct Replayed {
    /// The domain at the journal's end.
    pub domain: Domain,
    /// Frames in the journal.
    pub frames: u64,
    /// Frames of another logic version, whose events were folded instead of decided again.
    pub folded: u64,
    /// Events in the journal.
    pub events: u64,
    /// Hash of the state at the end.
    pub state_hash: StateHash,
}

/// Decides all inputs again and compares the events with those in the journal.
///
/// # Errors
/// [`JournalError::Diverged`] with the first event that differs; otherwise what makes the journal unreadable. A torn
/// last frame is an error here: [`crate::recover`] cuts it.
pub fn replay(source: &(impl Source + ?Sized)) -> Result<Replayed, JournalError> {
    source.tail()?;
    let mut frames = read::frames(source, 0)?;
    let mut domain = None;
    let mut folded = 0;
    let mut decided = Vec::new();
    let mut bytes = Vec::new();
    while let Some(frame) = frames.next() {
        let frame = frame?;
        if frame.header.logic != LOGIC_VERSION {
            fold(&mut domain, &frame)?;
            folded += 1;
            continue;
        }
        let after = domain.as_ref().map_or(Seq(0), Domain::seq);
        let done = guarded(|| decide(&mut domain, &frame, &mut decided));
        let index = frame.header.index;
        done.unwrap_or_else(|message| Err(JournalError::Panicked { index, after, message }))?;
        bytes.clear();
        for event in &decided {
            codec::encode(event, &mut bytes);
        }
        // Other bytes with the same meaning were written before an event grew a field.
        if bytes != frames.event_bytes(&frame.header) && decided != frame.events {
            return Err(first_difference(&frame, &decided));
        }
        decided.clear();
    }
    let mut domain = domain.ok_or(JournalError::Empty)?;
    let tail = frames.tail();
    set_clock(&mut domain, &tail);
    let state_hash = domain.state_hash();
    Ok(Replayed { domain, frames: tail.frames, folded, events: tail.seq.0, state_hash })
}

/// Puts a frame's inputs in, and collects what comes out.
pub(crate) fn decide(
    domain: &mut Option<Domain>,
    frame: &Frame,
    decided: &mut Vec<Event>,
) -> Result<(), JournalError> {
    let domain = match domain {
        Some(domain) => domain,
        none => {
            let Some(Event { at, kind: EventKind::Configured { config }, .. }) = frame.events.first() else {
                return Err(JournalError::NotConfigured);
            };
            let config = Arc::unwrap_or_clone(config.clone());
            none.insert(Domain::new(*at, config).map_err(JournalError::Config)?)
        }
    };
    let drain = |domain: &mut Domain, decided: &mut Vec<Event>| {
        decided.extend(core::iter::from_fn(|| domain.poll_event()));
    };
    drain(domain, decided);
    for Input { at, key, kind } in &frame.inputs {
        // A refusal shows as events that are missing; the events alone are compared.
        let _ = match (kind, key) {
            (InputKind::AdvanceTo, _) => {
                domain.handle_deadlines(*at);
                None
            }
            (InputKind::Command(command), None) => Some(domain.handle(*at, command.clone())),
            (InputKind::Command(command), Some(key)) => Some(domain.handle_once(*at, *key, command.clone())),
        };
        drain(domain, decided);
    }
    Ok(())
}

fn first_difference(frame: &Frame, decided: &[Event]) -> JournalError {
    let journaled = &frame.events;
    let same = journaled.iter().zip(decided).take_while(|(a, b)| a == b).count();
    let seq = Seq(frame.header.first_seq.0 + same as u64);
    let boxed = |events: &[Event]| events.get(same).cloned().map(Box::new);
    JournalError::Diverged {
        index: frame.header.index,
        seq,
        journaled: boxed(journaled),
        decided: boxed(decided),
    }
}

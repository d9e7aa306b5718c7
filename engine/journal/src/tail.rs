//! Where a journal ends: all that the next frame must continue.

use core::fmt;

use serde::{Deserialize, Serialize};
use sunline_core::{Seq, Timestamp};

use crate::error::FrameFault;
use crate::header::Header;

/// BLAKE3 of a whole frame: the next frame names it, so that frames form a chain.
#[derive(Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct FrameHash(pub [u8; 32]);

/// Running BLAKE3 over the encoded events: `hash(hash so far ‖ event)`, from 32 zero bytes on.
///
/// It depends on the events alone and not on how they were grouped into frames, so a live run, a simulation and a
/// replay of the same day can be compared by this one figure.
#[derive(Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct EventsHash(pub [u8; 32]);

/// The end of a journal. It follows from the last frame alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tail {
    /// Frames in the journal; the index of the next one.
    pub frames: u64,
    /// Bytes of all frames together.
    pub bytes: u64,
    /// The last event; 0 before the first.
    pub seq: Seq,
    /// The latest instant of any input or event.
    pub at: Timestamp,
    /// Term of the writer that wrote the last frame; 0 before the first.
    pub epoch: u64,
    /// The last frame.
    pub frame: FrameHash,
    /// All events.
    pub events: EventsHash,
}

impl Tail {
    /// The end of a journal without frames.
    pub const EMPTY: Self = Self {
        frames: 0,
        bytes: 0,
        seq: Seq(0),
        at: Timestamp::MIN,
        epoch: 0,
        frame: FrameHash([0; 32]),
        events: EventsHash([0; 32]),
    };

    /// The end of a journal whose last frame is this one. The frame's checksum is checked, its links are not.
    ///
    /// # Errors
    /// [`FrameFault`] when the bytes are no whole frame.
    pub fn of(frame: &[u8]) -> Result<Self, FrameFault> {
        Header::of(frame).map(|header| header.tail(frame))
    }

    /// The end of this journal once the frame follows. Checksum and links are checked; the body is not decoded.
    ///
    /// # Errors
    /// [`FrameFault`] when the bytes are no whole frame, or one that does not follow.
    pub fn after(&self, frame: &[u8]) -> Result<Self, FrameFault> {
        let header = Header::of(frame)?;
        header.check_follows(self)?;
        Ok(header.tail(frame))
    }
}

impl EventsHash {
    /// The hash with one more event.
    #[must_use]
    pub fn with(self, event: &[u8]) -> Self {
        let mut hasher = blake3::Hasher::new();
        hasher.update(&self.0).update(event);
        Self(*hasher.finalize().as_bytes())
    }
}

fn hex(bytes: &[u8], f: &mut fmt::Formatter<'_>) -> fmt::Result {
    bytes.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
}

macro_rules! shown_as_hex {
    ($name:ident) => {
        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                hex(&self.0, f)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                hex(&self.0, f)
            }
        }
    };
}

shown_as_hex!(FrameHash);
shown_as_hex!(EventsHash);

impl fmt::Display for Tail {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { frames, seq, epoch, frame, .. } = self;
        write!(f, "{frames} frames up to {seq} in epoch {epoch}, last ")?;
        hex(&frame.0[..4], f)
    }
}

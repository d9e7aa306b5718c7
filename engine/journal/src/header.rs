//! What a frame says about itself, in 144 bytes.
//!
//! All numbers are little-endian.
//!
//! | bytes | what |
//! |---|---|
//! | 0 | magic `SUNJ` |
//! | 4 | format version, 2 bytes |
//! | 6 | length of the header, 2 bytes |
//! | 8 | CRC-32C of all other bytes of the frame |
//! | 12 | length of the frame |
//! | 16 | logic version |
//! | 20 | length of the inputs |
//! | 24, 28 | number of inputs, number of events |
//! | 32 | index of the frame, from 0 |
//! | 40 | position: bytes of all frames before it |
//! | 48 | epoch: term of the writer, from 1 |
//! | 56 | first `Seq` |
//! | 64 | earliest instant in it, nanoseconds |
//! | 72 | latest instant up to here, nanoseconds |
//! | 80 | hash of the previous frame |
//! | 112 | running hash of the events |
//! | 144 | inputs, then events |

use sunline_core::{Seq, Timestamp};

use crate::error::FrameFault;
use crate::tail::{EventsHash, FrameHash, Tail};

/// The format that this release writes; it reads this one and all before.
pub const FORMAT_VERSION: u16 = 1;

/// Version of the decisions: raise it when the same commands may lead to other events. Frames of another version are
/// folded, and not decided again.
pub const LOGIC_VERSION: u32 = 1;

const MAGIC: [u8; 4] = *b"SUNJ";
pub(crate) const HEADER_BYTES: usize = 144;
pub(crate) const CRC_AT: usize = 8;

/// What a frame says about itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Header {
    /// Format of the frame.
    pub format: u16,
    /// Version of the decisions that gave the events.
    pub logic: u32,
    /// Bytes of the frame.
    pub bytes: u32,
    /// Bytes of the inputs.
    pub input_bytes: u32,
    /// Number of inputs.
    pub inputs: u32,
    /// Number of events.
    pub events: u32,
    /// Which frame, from 0.
    pub index: u64,
    /// Bytes of all frames before it.
    pub position: u64,
    /// Term of the writer.
    pub epoch: u64,
    /// Number of the first event, or of the next one where there is none.
    pub first_seq: Seq,
    /// Earliest instant among its inputs and events.
    pub first_at: Timestamp,
    /// Latest instant of any input or event up to its end.
    pub last_at: Timestamp,
    /// The frame before; zeros for the first.
    pub previous: FrameHash,
    /// All events up to its end.
    pub events_hash: EventsHash,
    /// CRC-32C of the frame without this field.
    pub crc: u32,
}

impl Header {
    /// The header of a whole frame, its checksum verified.
    ///
    /// # Errors
    /// [`FrameFault`] when the bytes are no whole frame of a known format.
    pub fn of(frame: &[u8]) -> Result<Self, FrameFault> {
        let header = Self::read(frame)?;
        let stated = header.crc;
        let found = checksum(frame);
        if stated != found {
            return Err(FrameFault::Checksum { stated, found });
        }
        let body = u64::from(header.bytes) - HEADER_BYTES as u64;
        if u64::from(header.input_bytes) > body {
            return Err(FrameFault::Length { at: 20, stated: header.input_bytes.into(), found: body });
        }
        // The shortest input and the shortest event have three bytes, so counts are bounded by the frame's own size.
        let things = u64::from(header.inputs) + u64::from(header.events);
        if things > body {
            return Err(FrameFault::Length { at: 24, stated: things, found: body });
        }
        Ok(header)
    }

    /// The length of the frame at the start of `bytes`; `None` when that is not all there, or no frame.
    pub(crate) fn length(bytes: &[u8]) -> Option<usize> {
        let head = bytes.first_chunk::<HEADER_BYTES>().filter(|head| head[..4] == MAGIC)?;
        let length = u32::from_le_bytes(array(head, 12)) as usize;
        (HEADER_BYTES..=bytes.len()).contains(&length).then_some(length)
    }

    /// The header alone; the lengths are checked against the bytes that are there.
    pub(crate) fn read(frame: &[u8]) -> Result<Self, FrameFault> {
        let found = frame.len() as u64;
        let Some(head) = frame.first_chunk::<HEADER_BYTES>() else {
            return Err(FrameFault::Short { found, needed: HEADER_BYTES as u64 });
        };
        if head[..4] != MAGIC {
            return Err(FrameFault::Magic { found: array(head, 0) });
        }
        let format = u16::from_le_bytes(array(head, 4));
        if format != FORMAT_VERSION {
            return Err(FrameFault::Format { found: format, newest: FORMAT_VERSION });
        }
        let header_bytes = u16::from_le_bytes(array(head, 6));
        if usize::from(header_bytes) != HEADER_BYTES {
            let (stated, found) = (header_bytes.into(), HEADER_BYTES as u64);
            return Err(FrameFault::Length { at: 6, stated, found });
        }
        let u32_at = |at| u32::from_le_bytes(array(head, at));
        let u64_at = |at| u64::from_le_bytes(array(head, at));
        let instant = |at| Timestamp::from_nanos(i64::from_le_bytes(array(head, at)));
        let bytes = u32_at(12);
        if u64::from(bytes) > found {
            return Err(FrameFault::Short { found, needed: bytes.into() });
        }
        if u64::from(bytes) < found || (bytes as usize) < HEADER_BYTES {
            return Err(FrameFault::Length { at: 12, stated: bytes.into(), found });
        }
        Ok(Self {
            format,
            logic: u32_at(16),
            bytes,
            input_bytes: u32_at(20),
            inputs: u32_at(24),
            events: u32_at(28),
            index: u64_at(32),
            position: u64_at(40),
            epoch: u64_at(48),
            first_seq: Seq(u64_at(56)),
            first_at: instant(64),
            last_at: instant(72),
            previous: FrameHash(array(head, 80)),
            events_hash: EventsHash(array(head, 112)),
            crc: u32_at(CRC_AT),
        })
    }

    /// Whether a frame with this header continues a journal that ends here.
    pub(crate) fn check_follows(&self, tail: &Tail) -> Result<(), FrameFault> {
        let link = |at, what, stated: u64, expected: u64| {
            if stated == expected { Ok(()) } else { Err(FrameFault::Link { at, what, stated, expected }) }
        };
        link(32, "index", self.index, tail.frames)?;
        link(40, "position", self.position, tail.bytes)?;
        link(56, "first event", self.first_seq.0, tail.seq.0.saturating_add(1))?;
        if self.previous != tail.frame {
            return Err(FrameFault::Chain { stated: self.previous, expected: tail.frame });
        }
        if self.epoch < tail.epoch.max(1) {
            return Err(FrameFault::Epoch { stated: self.epoch, expected: tail.epoch.max(1) });
        }
        if self.last_at < tail.at {
            return Err(FrameFault::Clock { stated: self.last_at, expected: tail.at });
        }
        Ok(())
    }

    /// Where the journal ends after this frame.
    pub(crate) fn tail(&self, frame: &[u8]) -> Tail {
        Tail {
            frames: self.index.saturating_add(1),
            bytes: self.position.saturating_add(self.bytes.into()),
            seq: Seq((self.first_seq.0.saturating_sub(1)).saturating_add(self.events.into())),
            at: self.last_at,
            epoch: self.epoch,
            frame: FrameHash(*blake3::hash(frame).as_bytes()),
            events: self.events_hash,
        }
    }

    pub(crate) fn write(&self, frame: &mut [u8]) {
        let mut put = |at: usize, bytes: &[u8]| frame[at..at + bytes.len()].copy_from_slice(bytes);
        put(0, &MAGIC);
        put(4, &self.format.to_le_bytes());
        put(6, &(HEADER_BYTES as u16).to_le_bytes());
        put(12, &self.bytes.to_le_bytes());
        put(16, &self.logic.to_le_bytes());
        put(20, &self.input_bytes.to_le_bytes());
        put(24, &self.inputs.to_le_bytes());
        put(28, &self.events.to_le_bytes());
        put(32, &self.index.to_le_bytes());
        put(40, &self.position.to_le_bytes());
        put(48, &self.epoch.to_le_bytes());
        put(56, &self.first_seq.0.to_le_bytes());
        put(64, &self.first_at.as_nanos().to_le_bytes());
        put(72, &self.last_at.as_nanos().to_le_bytes());
        put(80, &self.previous.0);
        put(112, &self.events_hash.0);
        let crc = checksum(frame);
        frame[CRC_AT..CRC_AT + 4].copy_from_slice(&crc.to_le_bytes());
    }
}

/// CRC-32C of a frame, but for the place where it stands.
pub(crate) fn checksum(frame: &[u8]) -> u32 {
    crc32c::crc32c_append(crc32c::crc32c(&frame[..CRC_AT]), &frame[CRC_AT + 4..])
}

fn array<const N: usize>(bytes: &[u8], at: usize) -> [u8; N] {
    let mut array = [0; N];
    array.copy_from_slice(&bytes[at..at + N]);
    array
}

//! The frame: one group commit, with its commands and the events they led to.
//!
//! A [`Header`], then the inputs, then the events.

use sunline_core::{Event, Timestamp};

use crate::codec;
use crate::error::{FrameFault, JournalError};
use crate::header::{FORMAT_VERSION, HEADER_BYTES, Header, LOGIC_VERSION};
use crate::input::Input;
use crate::tail::Tail;

/// Bytes of one frame at most.
pub const MAX_FRAME_BYTES: usize = 256 << 20;

/// One group commit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Frame {
    /// What it says about itself.
    pub header: Header,
    /// What was put in, in order.
    pub inputs: Vec<Input>,
    /// What came out, in order.
    pub events: Vec<Event>,
}

impl Frame {
    /// A frame from its bytes, everything inside it checked: checksum, lengths, numbers and instants of the events,
    /// and the running hash as it continues `tail`.
    ///
    /// # Errors
    /// [`FrameFault`] with the first thing that is wrong and its place.
    pub fn decode(bytes: &[u8], tail: &Tail) -> Result<Self, FrameFault> {
        let header = Header::of(bytes)?;
        header.check_follows(tail)?;
        let split = HEADER_BYTES + header.input_bytes as usize;
        let inputs = codec::decode_all(&bytes[..split], HEADER_BYTES, header.inputs, |_, _: &Input| Ok(()))?;
        let mut hash = tail.events;
        let mut next = header.first_seq;
        let events = codec::decode_all(bytes, split, header.events, |place, event: &Event| {
            hash = hash.with(&bytes[place.clone()]);
            if event.seq != next {
                let (stated, expected) = (event.seq.0, next.0);
                return Err(FrameFault::Link { at: place.start as u64, what: "event", stated, expected });
            }
            next = next.next();
            Ok(())
        })?;
        if hash != header.events_hash {
            return Err(FrameFault::EventsHash { stated: header.events_hash, found: hash });
        }
        Ok(Self { header, inputs, events })
    }
}

/// Writes frames into one buffer, used again for each.
#[derive(Clone, Debug)]
pub(crate) struct Encoder {
    buffer: Vec<u8>,
    /// Bytes of a frame at most.
    limit: usize,
}

impl Default for Encoder {
    fn default() -> Self {
        Self { buffer: Vec::new(), limit: MAX_FRAME_BYTES }
    }
}

impl Encoder {
    /// The bytes of the frame that continues `tail`.
    ///
    /// # Errors
    /// [`JournalError::TooLarge`] when it would have more bytes than a frame may have.
    pub(crate) fn encode(
        &mut self,
        tail: &Tail,
        epoch: u64,
        inputs: &[Input],
        events: &[Event],
    ) -> Result<&[u8], JournalError> {
        let frame = &mut self.buffer;
        frame.clear();
        frame.resize(HEADER_BYTES, 0);
        for input in inputs {
            codec::encode(input, frame);
        }
        let split = frame.len();
        let mut hash = tail.events;
        for event in events {
            let start = frame.len();
            codec::encode(event, frame);
            hash = hash.with(&frame[start..]);
        }
        if frame.len() > self.limit {
            let error = JournalError::TooLarge { bytes: frame.len(), limit: self.limit };
            *frame = Vec::new();
            return Err(error);
        }
        let instants = || inputs.iter().map(|input| input.at).chain(events.iter().map(|event| event.at));
        let header = Header {
            format: FORMAT_VERSION,
            logic: LOGIC_VERSION,
            bytes: frame.len() as u32,
            input_bytes: (split - HEADER_BYTES) as u32,
            inputs: inputs.len() as u32,
            events: events.len() as u32,
            index: tail.frames,
            position: tail.bytes,
            epoch,
            first_seq: tail.seq.next(),
            first_at: instants().min().unwrap_or(tail.at),
            last_at: instants().fold(tail.at, Timestamp::max),
            previous: tail.frame,
            events_hash: hash,
            crc: 0,
        };
        header.write(frame);
        Ok(frame)
    }
}

#[cfg(test)]
mod tests {
    use sunline_core::Seq;

    use super::*;
    use crate::header::{CRC_AT, checksum};

    fn inputs(count: usize) -> Vec<Input> {
        vec![Input::advance_to(Timestamp::from_secs(9)); count]
    }

    #[test]
    fn a_frame_is_read_as_it_was_written() {
        let mut encoder = Encoder::default();
        let bytes = encoder.encode(&Tail::EMPTY, 4, &inputs(3), &[]).unwrap();
        let frame = Frame::decode(bytes, &Tail::EMPTY).unwrap();
        assert_eq!(frame.inputs, inputs(3));
        assert_eq!((frame.header.epoch, frame.header.first_seq), (4, Seq(1)));
        assert_eq!(
            (frame.header.first_at, frame.header.last_at),
            (Timestamp::from_secs(9), Timestamp::from_secs(9))
        );
        let tail = Tail::EMPTY.after(bytes).unwrap();
        assert_eq!((tail.frames, tail.bytes, tail.seq), (1, bytes.len() as u64, Seq(0)));
    }

    #[test]
    fn a_frame_beyond_the_limit_is_refused_and_the_next_one_is_not() {
        let mut encoder = Encoder { limit: 1000, ..Encoder::default() };
        let refused = encoder.encode(&Tail::EMPTY, 1, &inputs(500), &[]).unwrap_err();
        assert!(matches!(refused, JournalError::TooLarge { bytes: 4000.., limit: 1000 }), "{refused}");
        assert!(encoder.encode(&Tail::EMPTY, 1, &inputs(5), &[]).is_ok());
    }

    #[test]
    fn a_count_beyond_the_bytes_there_is_refused() {
        let mut frame = Encoder::default().encode(&Tail::EMPTY, 1, &inputs(2), &[]).unwrap().to_vec();
        for (at, stated) in [(24, u32::MAX), (28, u32::MAX), (20, u32::MAX), (24, 3), (24, 1)] {
            let mut hostile = frame.clone();
            hostile[at..at + 4].copy_from_slice(&stated.to_le_bytes());
            let crc = checksum(&hostile);
            hostile[CRC_AT..CRC_AT + 4].copy_from_slice(&crc.to_le_bytes());
            assert!(Frame::decode(&hostile, &Tail::EMPTY).is_err(), "byte {at}: {stated}");
        }
        frame[4] = 2;
        let newer = Frame::decode(&frame, &Tail::EMPTY).unwrap_err();
        assert_eq!(newer, FrameFault::Format { found: 2, newest: 1 });
    }
}

//! Values to bytes and back.

use core::ops::Range;

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::error::FrameFault;

struct Sink<'a>(&'a mut Vec<u8>);

impl postcard::ser_flavors::Flavor for Sink<'_> {
    type Output = ();
    fn try_push(&mut self, byte: u8) -> postcard::Result<()> {
        self.0.push(byte);
        Ok(())
    }
    fn try_extend(&mut self, bytes: &[u8]) -> postcard::Result<()> {
        self.0.extend_from_slice(bytes);
        Ok(())
    }
    fn finalize(self) -> postcard::Result<()> {
        Ok(())
    }
}

/// Appends a value.
pub(crate) fn encode<T: Serialize>(value: &T, to: &mut Vec<u8>) {
    postcard::serialize_with_flavor(value, Sink(to)).expect("plain data always encodes");
}

/// Reads `count` values from byte `start` to the end of `frame`, which they must fill exactly.
pub(crate) fn decode_all<T: DeserializeOwned>(
    frame: &[u8],
    start: usize,
    count: u32,
    mut check: impl FnMut(&Range<usize>, &T) -> Result<(), FrameFault>,
) -> Result<Vec<T>, FrameFault> {
    let mut values = Vec::new();
    let mut at = start;
    for _ in 0..count {
        let (value, rest) = postcard::take_from_bytes::<T>(&frame[at..])
            .map_err(|error| FrameFault::Undecodable { at: at as u64, reason: error.to_string() })?;
        let end = frame.len() - rest.len();
        check(&(at..end), &value)?;
        values.push(value);
        at = end;
    }
    if at != frame.len() {
        return Err(FrameFault::Undecodable { at: at as u64, reason: "bytes are left over".into() });
    }
    Ok(values)
}

/// Reads one value, which must fill the bytes exactly.
pub(crate) fn decode<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, FrameFault> {
    let mut values = decode_all(bytes, 0, 1, |_, _| Ok(()))?;
    Ok(values.remove(0))
}

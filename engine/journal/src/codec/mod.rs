//! Values to bytes and back: compact, deterministic, and able to grow.
//!
//! The bytes are those of postcard (variable-length integers, zigzag for signed ones, lengths before texts and lists)
//! with one addition: before the fields of a struct, of a struct variant and of a tuple variant stands their number.
//! So a value written before a field existed is still read, and the field gets its default:
//!
//! | allowed without a new format | how |
//! |---|---|
//! | a new field | at the end, with `#[serde(default)]` |
//! | a new variant | at the end of its enum |
//!
//! Everything else (removing, reordering, changing a type) needs a new [`crate::FORMAT_VERSION`] and a reader for the old
//! one. A value with more fields than this release knows is refused: a newer one wrote it.

mod de;
mod ser;

use core::fmt;
use core::ops::Range;

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::error::FrameFault;

/// Why a value cannot be read or written.
#[derive(Debug)]
pub(crate) struct CodecError(String);

impl fmt::Display for CodecError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for CodecError {}

impl serde::ser::Error for CodecError {
    fn custom<T: fmt::Display>(message: T) -> Self {
        Self(message.to_string())
    }
}

impl serde::de::Error for CodecError {
    fn custom<T: fmt::Display>(message: T) -> Self {
        Self(message.to_string())
    }
}

/// Appends a value.
pub(crate) fn encode<T: Serialize>(value: &T, to: &mut Vec<u8>) {
    value.serialize(&mut ser::Encoder { to }).expect("plain data always encodes");
}

/// Reads `count` values from byte `start` to the end of `frame`, which they must fill exactly. `check` sees each with
/// its place.
pub(crate) fn decode_all<T: DeserializeOwned>(
    frame: &[u8],
    start: usize,
    count: u32,
    mut check: impl FnMut(&Range<usize>, &T) -> Result<(), FrameFault>,
) -> Result<Vec<T>, FrameFault> {
    // A value takes a byte at least, so the count is bounded by what is there.
    let mut values = Vec::with_capacity((count as usize).min(frame.len() - start));
    let mut at = start;
    for _ in 0..count {
        let mut decoder = de::Decoder { rest: &frame[at..] };
        let value = T::deserialize(&mut decoder)
            .map_err(|error| FrameFault::Undecodable { at: at as u64, reason: error.to_string() })?;
        let end = frame.len() - decoder.rest.len();
        check(&(at..end), &value)?;
        values.push(value);
        at = end;
    }
    if at != frame.len() {
        let reason = format!("{} bytes are left over", frame.len() - at);
        return Err(FrameFault::Undecodable { at: at as u64, reason });
    }
    Ok(values)
}

/// Reads one value, which must fill the bytes exactly.
pub(crate) fn decode<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, FrameFault> {
    let mut values = decode_all(bytes, 0, 1, |_, _| Ok(()))?;
    Ok(values.remove(0))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use serde::{Deserialize, Serialize};

    use super::*;

    fn bytes<T: Serialize>(value: &T) -> Vec<u8> {
        let mut bytes = Vec::new();
        encode(value, &mut bytes);
        bytes
    }

    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    struct Old {
        name: String,
        kind: OldKind,
        size: i64,
    }

    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    enum OldKind {
        Plain,
        Sized { cost: u16 },
        Pair(u8, u8),
    }

    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    struct New {
        name: String,
        kind: NewKind,
        size: i64,
        #[serde(default = "seven")]
        weight: u32,
        #[serde(default)]
        tags: Vec<String>,
    }

    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    enum NewKind {
        Plain,
        Sized {
            cost: u16,
            #[serde(default)]
            limit: Option<u64>,
        },
        Pair(u8, u8, #[serde(default)] bool),
        Added,
    }

    fn seven() -> u32 {
        7
    }

    #[test]
    fn what_an_older_release_wrote_is_read_with_defaults_for_what_it_did_not_know() {
        let kinds = [
            (OldKind::Plain, NewKind::Plain),
            (OldKind::Sized { cost: 300 }, NewKind::Sized { cost: 300, limit: None }),
            (OldKind::Pair(1, 2), NewKind::Pair(1, 2, false)),
        ];
        for (old, new) in kinds {
            let old = Old { name: "bills".into(), kind: old, size: -9 };
            let new = New { name: "bills".into(), kind: new, size: -9, weight: 7, tags: vec![] };
            assert_eq!(decode::<New>(&bytes(&old)).unwrap(), new);
        }
    }

    #[test]
    fn what_a_newer_release_wrote_is_refused_with_the_reason() {
        let new = New { name: "bills".into(), kind: NewKind::Plain, size: 1, weight: 2, tags: vec![] };
        let error = decode::<Old>(&bytes(&new)).unwrap_err().to_string();
        assert!(error.contains("5 fields") && error.contains("newer release"), "{error}");
        let error = decode::<OldKind>(&bytes(&NewKind::Added)).unwrap_err().to_string();
        assert!(error.contains("variant index"), "{error}");
    }

    #[test]
    fn numbers_keep_their_value_at_the_edges() {
        fn kept<T: Serialize + DeserializeOwned + PartialEq + fmt::Debug>(values: &[T]) {
            for value in values {
                assert_eq!(decode::<T>(&bytes(value)).unwrap(), *value);
            }
        }
        kept(&[0, 127, 128, u16::MAX]);
        kept(&[0, 1 << 35, u64::MAX]);
        kept(&[0, -1, i64::MIN, i64::MAX]);
        kept(&[0, u128::MAX]);
        kept(&[i8::MIN, i8::MAX]);
        kept(&['a', 'ß', char::MAX]);
        kept(&[0.5, -0.0, f64::MAX]);
        kept(&[Some((true, "ключ".to_owned())), None]);
        kept(&[BTreeMap::from([(1_u8, vec![9_u8]), (2, vec![])])]);
        assert_eq!(bytes(&300_u64), [0xac, 0x02]);
        assert_eq!(bytes(&-1_i64), [0x01]);
    }

    #[test]
    fn a_number_that_does_not_fit_its_type_is_refused() {
        assert!(decode::<u16>(&[0xff, 0xff, 0x04]).is_err());
        assert!(decode::<u64>(&[0xff; 11]).is_err());
        assert!(decode::<bool>(&[2]).is_err());
        assert!(decode::<char>(&[0x80, 0xb0, 0x03]).is_err());
    }

    #[test]
    fn a_length_beyond_the_bytes_there_is_refused_before_anything_is_allocated() {
        let mut hostile = vec![0xff; 8];
        hostile.extend([0x7f, 1, 2, 3]);
        for error in [
            decode::<Vec<u64>>(&hostile).unwrap_err(),
            decode::<BTreeMap<u64, u64>>(&hostile).unwrap_err(),
            decode::<String>(&hostile).unwrap_err(),
        ] {
            assert!(error.to_string().contains("3 bytes are left"), "{error}");
        }
    }

    #[test]
    fn bytes_left_over_are_refused() {
        assert_eq!(
            decode::<u8>(&[1, 2]),
            Err(FrameFault::Undecodable { at: 1, reason: "1 bytes are left over".into() })
        );
    }
}

//! Who is meant: the identifiers of the kernel.
//!
//! The host chooses the id of a contact. Agents are numbered as they register and never renumbered; queues,
//! skills, pools and channels are numbered by their place in the configuration. An offer's id is the `Seq` of
//! the event that issued it.

use core::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use smol_str::SmolStr;

use crate::limits::MAX_ID_BYTES;

macro_rules! number {
    ($(#[$doc:meta])* $name:ident($inner:ty), $prefix:literal) => {
        $(#[$doc])*
        #[derive(
            Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
        )]
        #[serde(transparent)]
        pub struct $name(pub $inner);

        impl $name {
            /// The number as an index.
            pub const fn index(self) -> usize {
                self.0 as usize
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!($prefix, "{}"), self.0)
            }
        }
    };
}

number! {
    /// An agent, numbered in order of registration from 0; never reused.
    AgentId(u32), "agent-"
}
number! {
    /// A queue, by its place in the configuration.
    QueueId(u16), "queue-"
}
number! {
    /// A skill, by its place in the configuration.
    SkillId(u16), "skill-"
}
number! {
    /// A pool (routing profile), by its place in the configuration.
    PoolId(u16), "pool-"
}
number! {
    /// A channel, by its place in the configuration.
    ChannelId(u16), "channel-"
}
number! {
    /// A calendar: those of the configuration by their place, then the calling hours of zones as they were loaded.
    CalendarId(u16), "calendar-"
}
number! {
    /// An offer: the `Seq` of the event that issued it.
    OfferId(u64), "offer-"
}

/// Position in the total order of events; the first event is 1, and there are no gaps.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(transparent)]
pub struct Seq(pub u64);

impl Seq {
    /// The position after this one.
    #[must_use]
    pub const fn next(self) -> Self {
        Self(self.0 + 1)
    }
}

impl fmt::Display for Seq {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "#{}", self.0)
    }
}

/// A contact's id, chosen by the host: 1 to 38 bytes of text without control characters.
///
/// Room for a UUID in braces, and for the ids that telephony platforms hand out. The text is the identity; decimal
/// numbers and lower-case hyphenated UUIDs are held as what they are. An id is 40 bytes, copied and never allocated.
///
/// ```
/// use sunline_core::ContactId;
/// assert_eq!(ContactId::new("42").unwrap(), ContactId::from(42));
/// assert!(ContactId::new("").is_err());
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ContactId(Repr);

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
enum Repr {
    Number(u64),
    Uuid([u8; 16]),
    Text(Text),
}

/// A short text in place. Bytes past its length are zero.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
struct Text {
    bytes: [u8; MAX_ID_BYTES],
    len: u8,
}

impl Text {
    fn new(text: &str) -> Self {
        let mut bytes = [0; MAX_ID_BYTES];
        bytes[..text.len()].copy_from_slice(text.as_bytes());
        Self { bytes, len: text.len() as u8 }
    }

    fn as_str(&self) -> &str {
        str::from_utf8(&self.bytes[..self.len.into()]).expect("made from a text")
    }
}

/// Why a text is no contact id.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum IdError {
    /// Nothing was given.
    #[error("a contact id may not be empty")]
    Empty,
    /// The text is longer than an id may be.
    #[error("a contact id may have at most {limit} bytes, this one has {bytes}")]
    TooLong {
        /// Length given, in bytes.
        bytes: usize,
        /// Length allowed, in bytes.
        limit: usize,
    },
    /// The text holds a control character.
    #[error("a contact id may hold no control character; there is one at byte {position}")]
    ControlCharacter {
        /// Where it stands, in bytes from 0.
        position: usize,
    },
}

impl ContactId {
    /// The id spelled `text`.
    ///
    /// # Errors
    /// [`IdError`] when the text is empty, longer than 38 bytes or holds a control character.
    pub fn new(text: &str) -> Result<Self, IdError> {
        if text.is_empty() {
            return Err(IdError::Empty);
        }
        if text.len() > MAX_ID_BYTES {
            return Err(IdError::TooLong { bytes: text.len(), limit: MAX_ID_BYTES });
        }
        if let Some(position) = text.find(char::is_control) {
            return Err(IdError::ControlCharacter { position });
        }
        let number = canonical_number(text).map(Repr::Number);
        let short = number.or_else(|| canonical_uuid(text).map(Repr::Uuid));
        Ok(Self(short.unwrap_or_else(|| Repr::Text(Text::new(text)))))
    }

    /// The number, where the text is one.
    pub const fn number(&self) -> Option<u64> {
        match self.0 {
            Repr::Number(n) => Some(n),
            _ => None,
        }
    }

    /// A 64-bit hash of the id, the same on every machine.
    #[inline]
    pub(crate) fn hash64(&self) -> u64 {
        match &self.0 {
            Repr::Number(n) => crate::digest::mix(*n),
            Repr::Uuid(bytes) => crate::digest::of_bytes(bytes),
            Repr::Text(text) => crate::digest::of_bytes(text.as_str().as_bytes()),
        }
    }
}

impl From<u64> for ContactId {
    fn from(n: u64) -> Self {
        Self(Repr::Number(n))
    }
}

impl std::str::FromStr for ContactId {
    type Err = IdError;
    fn from_str(text: &str) -> Result<Self, IdError> {
        Self::new(text)
    }
}

fn canonical_number(text: &str) -> Option<u64> {
    let plain = text.bytes().all(|b| b.is_ascii_digit()) && (text == "0" || !text.starts_with('0'));
    if plain { text.parse().ok() } else { None }
}

fn canonical_uuid(text: &str) -> Option<[u8; 16]> {
    const HYPHENS: [usize; 4] = [8, 13, 18, 23];
    let bytes = text.as_bytes();
    if bytes.len() != 36 || HYPHENS.iter().any(|&i| bytes[i] != b'-') {
        return None;
    }
    let mut out = [0; 16];
    let mut digits = bytes.iter().enumerate().filter(|(i, _)| !HYPHENS.contains(i)).map(|(_, b)| match b {
        b'0'..=b'9' => Some(b - b'0'),
        b'a'..=b'f' => Some(b - b'a' + 10),
        _ => None,
    });
    for byte in &mut out {
        *byte = digits.next()?? << 4 | digits.next()??;
    }
    Some(out)
}

impl fmt::Display for ContactId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Repr::Number(n) => write!(f, "{n}"),
            Repr::Text(text) => f.write_str(text.as_str()),
            Repr::Uuid(bytes) => {
                for (i, byte) in bytes.iter().enumerate() {
                    if matches!(i, 4 | 6 | 8 | 10) {
                        f.write_str("-")?;
                    }
                    write!(f, "{byte:02x}")?;
                }
                Ok(())
            }
        }
    }
}

impl fmt::Debug for ContactId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")
    }
}

/// As its text where people read it; in the journal numbers and UUIDs keep their short form.
impl Serialize for ContactId {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if serializer.is_human_readable() {
            return serializer.collect_str(self);
        }
        match &self.0 {
            Repr::Number(n) => Wire::Number(*n),
            Repr::Uuid(bytes) => Wire::Uuid(*bytes),
            Repr::Text(text) => Wire::Text(text.as_str().into()),
        }
        .serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for ContactId {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        if deserializer.is_human_readable() {
            return Self::new(&SmolStr::deserialize(deserializer)?).map_err(serde::de::Error::custom);
        }
        match Wire::deserialize(deserializer)? {
            Wire::Number(n) => Ok(Self(Repr::Number(n))),
            Wire::Uuid(bytes) => Ok(Self(Repr::Uuid(bytes))),
            Wire::Text(text) => Self::new(&text).map_err(serde::de::Error::custom),
        }
    }
}

#[derive(Serialize, Deserialize)]
enum Wire<'a> {
    Number(u64),
    Uuid([u8; 16]),
    Text(std::borrow::Cow<'a, str>),
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_keep_their_text_whatever_they_look_like() {
        let uuid = "0f8fad5b-d9cb-469f-a165-70867728950e";
        for text in ["1", "007", "18446744073709551616", uuid, "CAf0f8fad5bd9cb469fa16570867728950e", "ключ"]
        {
            let id = ContactId::new(text).unwrap();
            assert_eq!(id.to_string(), text);
            let bytes = postcard::to_allocvec(&id).unwrap();
            assert_eq!(postcard::from_bytes::<ContactId>(&bytes).unwrap(), id);
            let json = serde_json::to_string(&id).unwrap();
            assert_eq!(serde_json::from_str::<ContactId>(&json).unwrap(), id);
        }
        assert_eq!(size_of::<ContactId>(), 40);
    }

    #[test]
    fn a_text_that_is_no_id_is_refused_with_the_reason() {
        assert_eq!(ContactId::new(""), Err(IdError::Empty));
        assert_eq!(ContactId::new(&"x".repeat(39)), Err(IdError::TooLong { bytes: 39, limit: 38 }));
        assert_eq!(ContactId::new("a\nb"), Err(IdError::ControlCharacter { position: 1 }));
    }
}

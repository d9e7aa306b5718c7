//! Typed attributes of contacts and agents.

use core::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use smol_str::SmolStr;

/// The value of an attribute.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Value {
    /// True or false.
    Flag(bool),
    /// A whole number.
    Integer(i64),
    /// A text of at most 1024 bytes.
    Text(SmolStr),
}

/// Says the kind only: nobody who prints it knows whether the attribute is marked as private.
impl fmt::Debug for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Flag(_) => f.write_str("Flag"),
            Self::Integer(_) => f.write_str("Integer"),
            Self::Text(text) => write!(f, "Text({} bytes)", text.len()),
        }
    }
}

impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Flag(flag) => write!(f, "{flag}"),
            Self::Integer(n) => write!(f, "{n}"),
            Self::Text(text) => write!(f, "{text:?}"),
        }
    }
}

/// As itself where people read it, with its type named in the journal.
impl Serialize for Value {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if serializer.is_human_readable() {
            Plain::from(self.clone()).serialize(serializer)
        } else {
            Tagged::from(self.clone()).serialize(serializer)
        }
    }
}

impl<'de> Deserialize<'de> for Value {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        if deserializer.is_human_readable() {
            Plain::deserialize(deserializer).map(Self::from)
        } else {
            Tagged::deserialize(deserializer).map(Self::from)
        }
    }
}

macro_rules! wire {
    ($name:ident $(, $attribute:meta)*) => {
        #[derive(Serialize, Deserialize)]
        $(#[$attribute])*
        enum $name {
            Flag(bool),
            Integer(i64),
            Text(SmolStr),
        }

        impl From<Value> for $name {
            fn from(value: Value) -> Self {
                match value {
                    Value::Flag(flag) => Self::Flag(flag),
                    Value::Integer(n) => Self::Integer(n),
                    Value::Text(text) => Self::Text(text),
                }
            }
        }

        impl From<$name> for Value {
            fn from(value: $name) -> Self {
                match value {
                    $name::Flag(flag) => Self::Flag(flag),
                    $name::Integer(n) => Self::Integer(n),
                    $name::Text(text) => Self::Text(text),
                }
            }
        }
    };
}

wire!(Tagged);
wire!(Plain, serde(untagged, expecting = "an attribute is a whole number, a text, or true or false"));

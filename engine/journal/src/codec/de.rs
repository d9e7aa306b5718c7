//! Reading: see the module above for what the bytes mean. No length is believed beyond the bytes that are there.

use serde::de::{self, DeserializeSeed, Error, IntoDeserializer, Visitor};

use super::CodecError;

/// Reads from what is left of the bytes.
pub(super) struct Decoder<'de> {
    pub(super) rest: &'de [u8],
}

type Read<T> = Result<T, CodecError>;

impl<'de> Decoder<'de> {
    fn byte(&mut self) -> Read<u8> {
        let (&byte, rest) = self.rest.split_first().ok_or_else(ended)?;
        self.rest = rest;
        Ok(byte)
    }

    fn bytes(&mut self, length: usize) -> Read<&'de [u8]> {
        let (bytes, rest) = self.rest.split_at_checked(length).ok_or_else(ended)?;
        self.rest = rest;
        Ok(bytes)
    }

    fn array<const N: usize>(&mut self) -> Read<[u8; N]> {
        let (array, rest) = self.rest.split_first_chunk().ok_or_else(ended)?;
        self.rest = rest;
        Ok(*array)
    }

    fn varint128(&mut self) -> Read<u128> {
        let mut n = 0;
        for shift in (0..128).step_by(7) {
            let byte = self.byte()?;
            let part = u128::from(byte & 0x7f);
            if part << shift >> shift != part {
                break;
            }
            n |= part << shift;
            if byte < 0x80 {
                return Ok(n);
            }
        }
        Err(too_large())
    }

    fn varint(&mut self) -> Read<u64> {
        let mut n = 0;
        for shift in (0..64).step_by(7) {
            let byte = self.byte()?;
            let part = u64::from(byte & 0x7f);
            if part << shift >> shift != part {
                break;
            }
            n |= part << shift;
            if byte < 0x80 {
                return Ok(n);
            }
        }
        Err(too_large())
    }

    fn number<T: TryFrom<u64>>(&mut self) -> Read<T> {
        T::try_from(self.varint()?).map_err(|_| too_large())
    }

    fn signed<T: TryFrom<i64>>(&mut self) -> Read<T> {
        let n = self.varint()?;
        let n = (n >> 1) as i64 ^ -((n & 1) as i64);
        T::try_from(n).map_err(|_| too_large())
    }

    /// A length; each thing that is counted takes a byte at least, but for units, of which none come in lists.
    fn length(&mut self) -> Read<usize> {
        let length = self.varint()?;
        let left = self.rest.len();
        match usize::try_from(length) {
            Ok(length) if length <= left => Ok(length),
            _ => Err(CodecError(format!("a length of {length} is stated, {left} bytes are left"))),
        }
    }

    fn text(&mut self) -> Read<&'de str> {
        let length = self.length()?;
        core::str::from_utf8(self.bytes(length)?).map_err(Error::custom)
    }

    fn fields<V: Visitor<'de>>(&mut self, known: usize, visitor: V) -> Read<V::Value> {
        let stated = self.varint()?;
        if stated > known as u64 {
            let reason = format!("it has {stated} fields, {known} are known here: a newer release wrote it");
            return Err(CodecError(reason));
        }
        let mut parts = Parts { decoder: self, left: stated as usize };
        let value = visitor.visit_seq(&mut parts)?;
        if parts.left > 0 { Err(CodecError("fields are left over".into())) } else { Ok(value) }
    }
}

fn ended() -> CodecError {
    CodecError("the bytes end in the middle of a value".into())
}

fn too_large() -> CodecError {
    CodecError("a number does not fit its type".into())
}

macro_rules! numbers {
    ($($method:ident $visit:ident $read:ident)*) => {
        $(fn $method<V: Visitor<'de>>(self, visitor: V) -> Read<V::Value> {
            visitor.$visit(self.$read()?)
        })*
    };
}

impl<'de> de::Deserializer<'de> for &mut Decoder<'de> {
    type Error = CodecError;

    fn is_human_readable(&self) -> bool {
        false
    }

    numbers! {
        deserialize_i16 visit_i16 signed
        deserialize_i32 visit_i32 signed
        deserialize_i64 visit_i64 signed
        deserialize_u8 visit_u8 byte
        deserialize_u16 visit_u16 number
        deserialize_u32 visit_u32 number
        deserialize_u64 visit_u64 varint
        deserialize_u128 visit_u128 varint128
        deserialize_str visit_borrowed_str text
        deserialize_string visit_borrowed_str text
    }

    fn deserialize_any<V: Visitor<'de>>(self, _: V) -> Read<V::Value> {
        Err(CodecError("the journal does not say what type a value has".into()))
    }
    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Read<V::Value> {
        self.deserialize_any(visitor)
    }
    fn deserialize_identifier<V: Visitor<'de>>(self, visitor: V) -> Read<V::Value> {
        self.deserialize_any(visitor)
    }
    fn deserialize_bool<V: Visitor<'de>>(self, visitor: V) -> Read<V::Value> {
        match self.byte()? {
            0 => visitor.visit_bool(false),
            1 => visitor.visit_bool(true),
            other => Err(CodecError(format!("{other} is neither true nor false"))),
        }
    }
    fn deserialize_i8<V: Visitor<'de>>(self, visitor: V) -> Read<V::Value> {
        visitor.visit_i8(self.byte()? as i8)
    }
    fn deserialize_f32<V: Visitor<'de>>(self, visitor: V) -> Read<V::Value> {
        visitor.visit_f32(f32::from_le_bytes(self.array()?))
    }
    fn deserialize_f64<V: Visitor<'de>>(self, visitor: V) -> Read<V::Value> {
        visitor.visit_f64(f64::from_le_bytes(self.array()?))
    }
    fn deserialize_char<V: Visitor<'de>>(self, visitor: V) -> Read<V::Value> {
        let n = self.number()?;
        visitor.visit_char(char::from_u32(n).ok_or_else(|| CodecError(format!("{n:#x} is no character")))?)
    }
    fn deserialize_bytes<V: Visitor<'de>>(self, visitor: V) -> Read<V::Value> {
        let length = self.length()?;
        visitor.visit_borrowed_bytes(self.bytes(length)?)
    }
    fn deserialize_byte_buf<V: Visitor<'de>>(self, visitor: V) -> Read<V::Value> {
        self.deserialize_bytes(visitor)
    }
    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Read<V::Value> {
        match self.byte()? {
            0 => visitor.visit_none(),
            1 => visitor.visit_some(self),
            other => {
                Err(CodecError(format!("{other} says neither that there is a value nor that there is none")))
            }
        }
    }
    fn deserialize_unit<V: Visitor<'de>>(self, visitor: V) -> Read<V::Value> {
        visitor.visit_unit()
    }
    fn deserialize_unit_struct<V: Visitor<'de>>(self, _: &'static str, visitor: V) -> Read<V::Value> {
        visitor.visit_unit()
    }
    fn deserialize_newtype_struct<V: Visitor<'de>>(self, _: &'static str, visitor: V) -> Read<V::Value> {
        visitor.visit_newtype_struct(self)
    }
    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Read<V::Value> {
        let left = self.length()?;
        visitor.visit_seq(&mut Parts { decoder: self, left })
    }
    fn deserialize_tuple<V: Visitor<'de>>(self, left: usize, visitor: V) -> Read<V::Value> {
        visitor.visit_seq(&mut Parts { decoder: self, left })
    }
    fn deserialize_tuple_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        left: usize,
        visitor: V,
    ) -> Read<V::Value> {
        visitor.visit_seq(&mut Parts { decoder: self, left })
    }
    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> Read<V::Value> {
        let left = self.length()?;
        visitor.visit_map(&mut Parts { decoder: self, left })
    }
    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Read<V::Value> {
        self.fields(fields.len(), visitor)
    }
    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Read<V::Value> {
        visitor.visit_enum(self)
    }
}

/// Parts of a value, so many of them.
struct Parts<'a, 'de> {
    decoder: &'a mut Decoder<'de>,
    left: usize,
}

impl<'de> de::SeqAccess<'de> for &mut Parts<'_, 'de> {
    type Error = CodecError;

    fn next_element_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Read<Option<T::Value>> {
        let Some(left) = self.left.checked_sub(1) else { return Ok(None) };
        self.left = left;
        seed.deserialize(&mut *self.decoder).map(Some)
    }

    fn size_hint(&self) -> Option<usize> {
        Some(self.left)
    }
}

impl<'de> de::MapAccess<'de> for &mut Parts<'_, 'de> {
    type Error = CodecError;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Read<Option<K::Value>> {
        de::SeqAccess::next_element_seed(self, seed)
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Read<V::Value> {
        seed.deserialize(&mut *self.decoder)
    }

    fn size_hint(&self) -> Option<usize> {
        Some(self.left)
    }
}

impl<'de> de::EnumAccess<'de> for &mut Decoder<'de> {
    type Error = CodecError;
    type Variant = Self;

    fn variant_seed<V: DeserializeSeed<'de>>(self, seed: V) -> Read<(V::Value, Self)> {
        let index: u32 = self.number()?;
        let variant = seed.deserialize(IntoDeserializer::<CodecError>::into_deserializer(index))?;
        Ok((variant, self))
    }
}

impl<'de> de::VariantAccess<'de> for &mut Decoder<'de> {
    type Error = CodecError;

    fn unit_variant(self) -> Read<()> {
        Ok(())
    }
    fn newtype_variant_seed<T: DeserializeSeed<'de>>(self, seed: T) -> Read<T::Value> {
        seed.deserialize(self)
    }
    fn tuple_variant<V: Visitor<'de>>(self, fields: usize, visitor: V) -> Read<V::Value> {
        self.fields(fields, visitor)
    }
    fn struct_variant<V: Visitor<'de>>(self, fields: &'static [&'static str], visitor: V) -> Read<V::Value> {
        self.fields(fields.len(), visitor)
    }
}

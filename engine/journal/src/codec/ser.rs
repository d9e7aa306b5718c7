//! Writing: see the module above for what the bytes mean.

use serde::ser::{self, Serialize};

use super::CodecError;

/// Appends to a buffer.
pub(super) struct Encoder<'a> {
    pub(super) to: &'a mut Vec<u8>,
}

impl Encoder<'_> {
    fn varint(&mut self, mut n: u64) {
        while n >= 0x80 {
            self.to.push(n as u8 | 0x80);
            n >>= 7;
        }
        self.to.push(n as u8);
    }

    fn zigzag(&mut self, n: i64) {
        self.varint(((n << 1) ^ (n >> 63)) as u64);
    }

    fn length(&mut self, length: Option<usize>) -> Result<(), CodecError> {
        let length = length.ok_or_else(|| CodecError("a list must know its length".into()))?;
        self.varint(length as u64);
        Ok(())
    }
}

type Done = Result<(), CodecError>;

impl ser::Serializer for &mut Encoder<'_> {
    type Ok = ();
    type Error = CodecError;
    type SerializeSeq = Self;
    type SerializeTuple = Self;
    type SerializeTupleStruct = Self;
    type SerializeTupleVariant = Self;
    type SerializeMap = Self;
    type SerializeStruct = Self;
    type SerializeStructVariant = Self;

    fn is_human_readable(&self) -> bool {
        false
    }

    fn serialize_bool(self, v: bool) -> Done {
        self.serialize_u8(v.into())
    }
    fn serialize_i8(self, v: i8) -> Done {
        self.serialize_u8(v as u8)
    }
    fn serialize_i16(self, v: i16) -> Done {
        self.serialize_i64(v.into())
    }
    fn serialize_i32(self, v: i32) -> Done {
        self.serialize_i64(v.into())
    }
    fn serialize_i64(self, v: i64) -> Done {
        self.zigzag(v);
        Ok(())
    }
    fn serialize_u8(self, v: u8) -> Done {
        self.to.push(v);
        Ok(())
    }
    fn serialize_u16(self, v: u16) -> Done {
        self.serialize_u64(v.into())
    }
    fn serialize_u32(self, v: u32) -> Done {
        self.serialize_u64(v.into())
    }
    fn serialize_u64(self, v: u64) -> Done {
        self.varint(v);
        Ok(())
    }
    fn serialize_u128(self, mut v: u128) -> Done {
        while v >= 0x80 {
            self.to.push(v as u8 | 0x80);
            v >>= 7;
        }
        self.serialize_u8(v as u8)
    }
    fn serialize_f32(self, v: f32) -> Done {
        self.to.extend_from_slice(&v.to_le_bytes());
        Ok(())
    }
    fn serialize_f64(self, v: f64) -> Done {
        self.to.extend_from_slice(&v.to_le_bytes());
        Ok(())
    }
    fn serialize_char(self, v: char) -> Done {
        self.serialize_u32(v.into())
    }
    fn serialize_str(self, v: &str) -> Done {
        self.serialize_bytes(v.as_bytes())
    }
    fn serialize_bytes(self, v: &[u8]) -> Done {
        self.varint(v.len() as u64);
        self.to.extend_from_slice(v);
        Ok(())
    }
    fn serialize_none(self) -> Done {
        self.serialize_u8(0)
    }
    fn serialize_some<T: ?Sized + Serialize>(self, value: &T) -> Done {
        self.to.push(1);
        value.serialize(self)
    }
    fn serialize_unit(self) -> Done {
        Ok(())
    }
    fn serialize_unit_struct(self, _: &'static str) -> Done {
        Ok(())
    }
    fn serialize_unit_variant(self, _: &'static str, index: u32, _: &'static str) -> Done {
        self.serialize_u32(index)
    }
    fn serialize_newtype_struct<T: ?Sized + Serialize>(self, _: &'static str, value: &T) -> Done {
        value.serialize(self)
    }
    fn serialize_newtype_variant<T: ?Sized + Serialize>(
        self,
        _: &'static str,
        index: u32,
        _: &'static str,
        value: &T,
    ) -> Done {
        self.varint(index.into());
        value.serialize(self)
    }
    fn serialize_seq(self, length: Option<usize>) -> Result<Self, CodecError> {
        self.length(length)?;
        Ok(self)
    }
    fn serialize_tuple(self, _: usize) -> Result<Self, CodecError> {
        Ok(self)
    }
    fn serialize_tuple_struct(self, _: &'static str, _: usize) -> Result<Self, CodecError> {
        Ok(self)
    }
    fn serialize_tuple_variant(
        self,
        _: &'static str,
        index: u32,
        _: &'static str,
        fields: usize,
    ) -> Result<Self, CodecError> {
        self.varint(index.into());
        self.varint(fields as u64);
        Ok(self)
    }
    fn serialize_map(self, length: Option<usize>) -> Result<Self, CodecError> {
        self.length(length)?;
        Ok(self)
    }
    fn serialize_struct(self, _: &'static str, fields: usize) -> Result<Self, CodecError> {
        self.varint(fields as u64);
        Ok(self)
    }
    fn serialize_struct_variant(
        self,
        _: &'static str,
        index: u32,
        _: &'static str,
        fields: usize,
    ) -> Result<Self, CodecError> {
        self.varint(index.into());
        self.varint(fields as u64);
        Ok(self)
    }
}

/// Parts of a value, one after another.
macro_rules! parts {
    ($part:ident, $write:ident $(, $key:ty)?) => {
        impl ser::$part for &mut Encoder<'_> {
            type Ok = ();
            type Error = CodecError;
            fn $write<T: ?Sized + Serialize>(&mut self, $(_: $key,)? value: &T) -> Done {
                value.serialize(&mut **self)
            }
            fn end(self) -> Done {
                Ok(())
            }
        }
    };
}

parts!(SerializeSeq, serialize_element);
parts!(SerializeTuple, serialize_element);
parts!(SerializeTupleStruct, serialize_field);
parts!(SerializeTupleVariant, serialize_field);
parts!(SerializeStruct, serialize_field, &'static str);
parts!(SerializeStructVariant, serialize_field, &'static str);

impl ser::SerializeMap for &mut Encoder<'_> {
    type Ok = ();
    type Error = CodecError;
    fn serialize_key<T: ?Sized + Serialize>(&mut self, key: &T) -> Done {
        key.serialize(&mut **self)
    }
    fn serialize_value<T: ?Sized + Serialize>(&mut self, value: &T) -> Done {
        value.serialize(&mut **self)
    }
    fn end(self) -> Done {
        Ok(())
    }
}

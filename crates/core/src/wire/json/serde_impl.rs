//! The tape as a serde source (typed claims) and sink (plain data for JavaScript).

use serde::de::value::BorrowedStrDeserializer;
use serde::de::{self, DeserializeSeed, IntoDeserializer, Visitor};
use serde::ser::{Serialize, SerializeMap, SerializeSeq, Serializer};

use super::{Node, Value};
use crate::codes::Code;
use crate::error::Error;

impl de::Error for Error {
    /// The text is dropped on purpose: serde puts offending values into it.
    fn custom<T: core::fmt::Display>(_: T) -> Self {
        Self::new(Code::ClaimsInvalid)
    }

    fn invalid_type(_: de::Unexpected<'_>, _: &dyn de::Expected) -> Self {
        Self::new(Code::ClaimsType)
    }

    fn missing_field(_: &'static str) -> Self {
        Self::new(Code::ClaimsMissing)
    }

    fn unknown_field(_: &str, _: &'static [&'static str]) -> Self {
        Self::new(Code::ClaimsUnknown)
    }
}

impl<'de> de::Deserializer<'de> for Node<'de, '_> {
    type Error = Error;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match self.value() {
            Some(Value::Array) => visitor.visit_seq(Items(self.children(true))),
            Some(Value::Bool(value)) => visitor.visit_bool(*value),
            Some(Value::Integer(number)) => match u64::try_from(*number) {
                Ok(number) => visitor.visit_u64(number),
                Err(_) => visitor.visit_i64(*number),
            },
            Some(Value::Object) => visitor.visit_map(Members {
                children: self.children(true),
                value: None,
            }),
            Some(Value::String(text)) => visitor.visit_borrowed_str(text),
            Some(Value::Null) | None => visitor.visit_unit(),
        }
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        if self.is_null() {
            visitor.visit_none()
        } else {
            visitor.visit_some(self)
        }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, Error> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        match (self.as_str(), self.children(self.is_object()).next()) {
            (Some(text), _) => visitor.visit_enum(text.into_deserializer()),
            // A variant with data is an object with the variant's name as its one member.
            (None, Some(node)) if self.len() == 1 => {
                visitor.visit_enum(de::value::MapAccessDeserializer::new(Members {
                    children: self.children(true),
                    value: Some(node),
                }))
            }
            _ => Err(Error::new(Code::ClaimsType)),
        }
    }

    // Each type asks only for its own: a visitor is not compiled for what it cannot take, which
    // halves the WebAssembly.
    fn deserialize_bool<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_bool(self.as_bool().ok_or_else(wrong_type)?)
    }

    fn deserialize_i64<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_i64(self.as_i64().ok_or_else(wrong_type)?)
    }

    fn deserialize_str<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_borrowed_str(self.as_str().ok_or_else(wrong_type)?)
    }

    fn deserialize_string<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        self.deserialize_str(visitor)
    }

    fn deserialize_identifier<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        self.deserialize_str(visitor)
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        if !self.is_array() {
            return Err(wrong_type());
        }
        visitor.visit_seq(Items(self.children(true)))
    }

    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        if !self.is_object() {
            return Err(wrong_type());
        }
        visitor.visit_map(Members {
            children: self.children(true),
            value: None,
        })
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        self.deserialize_map(visitor)
    }

    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_unit()
    }

    serde::forward_to_deserialize_any! {
        i8 i16 i32 u8 u16 u32 u64 f32 f64 char bytes byte_buf unit unit_struct tuple tuple_struct
    }
}

const fn wrong_type() -> Error {
    Error::new(Code::ClaimsType)
}

struct Items<'d, 'a>(super::Children<'d, 'a>);

impl<'d> de::SeqAccess<'d> for Items<'d, '_> {
    type Error = Error;

    fn next_element_seed<T: DeserializeSeed<'d>>(
        &mut self,
        seed: T,
    ) -> Result<Option<T::Value>, Error> {
        self.0.next().map(|node| seed.deserialize(node)).transpose()
    }
}

struct Members<'d, 'a> {
    children: super::Children<'d, 'a>,
    value: Option<Node<'d, 'a>>,
}

impl<'d> de::MapAccess<'d> for Members<'d, '_> {
    type Error = Error;

    fn next_key_seed<K: DeserializeSeed<'d>>(
        &mut self,
        seed: K,
    ) -> Result<Option<K::Value>, Error> {
        self.value = self.children.next();
        self.value
            .map(|node| seed.deserialize(BorrowedStrDeserializer::new(node.name())))
            .transpose()
    }

    fn next_value_seed<V: DeserializeSeed<'d>>(&mut self, seed: V) -> Result<V::Value, Error> {
        match self.value.take() {
            Some(node) => seed.deserialize(node),
            None => Err(Error::new(Code::Internal)),
        }
    }
}

impl Serialize for Node<'_, '_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.value() {
            Some(Value::Array) => {
                let mut seq = serializer.serialize_seq(None)?;
                for node in self.items() {
                    seq.serialize_element(&node)?;
                }
                seq.end()
            }
            Some(Value::Bool(value)) => serializer.serialize_bool(*value),
            Some(Value::Integer(number)) => serializer.serialize_i64(*number),
            Some(Value::Object) => {
                let mut map = serializer.serialize_map(None)?;
                for (name, node) in self.members() {
                    map.serialize_entry(name, &node)?;
                }
                map.end()
            }
            Some(Value::String(text)) => serializer.serialize_str(text),
            Some(Value::Null) | None => serializer.serialize_unit(),
        }
    }
}

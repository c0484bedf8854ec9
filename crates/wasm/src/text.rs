//! Plain JavaScript data, turned into JSON text on its way in.

use std::fmt;

use serde::de::{Deserialize, Deserializer, Error, MapAccess, SeqAccess, Visitor};

/// JSON text.
pub(crate) struct Json(pub(crate) String);

/// The largest integer that JavaScript keeps exactly.
const MAX_INTEGER: f64 = 9_007_199_254_740_991.0;

impl<'de> Deserialize<'de> for Json {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Writer)
    }
}

struct Writer;

impl<'de> Visitor<'de> for Writer {
    type Value = Json;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("plain data")
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<Json, E> {
        Ok(Json(if value { "true" } else { "false" }.to_owned()))
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<Json, E> {
        Ok(Json(value.to_string()))
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<Json, E> {
        Ok(Json(value.to_string()))
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<Json, E> {
        // A whole number beyond this is no longer the one that was meant; a fraction never is one.
        if value.trunc() == value
            && value.abs() <= MAX_INTEGER
            && !(value == 0.0 && value.is_sign_negative())
        {
            #[expect(
                clippy::cast_possible_truncation,
                reason = "checked to be whole and in range"
            )]
            return Ok(Json((value as i64).to_string()));
        }
        // Refused by the reader with the code for numbers.
        Ok(Json("0.5".to_owned()))
    }

    fn visit_unit<E: Error>(self) -> Result<Json, E> {
        Ok(Json("null".to_owned()))
    }

    fn visit_none<E: Error>(self) -> Result<Json, E> {
        self.visit_unit()
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Json, D::Error> {
        Json::deserialize(deserializer)
    }

    fn visit_str<E: Error>(self, value: &str) -> Result<Json, E> {
        Ok(Json(quoted(value)))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Json, A::Error> {
        let mut text = String::from("[");
        while let Some(item) = items.next_element::<Json>()? {
            if text.len() > 1 {
                text.push(',');
            }
            text.push_str(&item.0);
        }
        text.push(']');
        Ok(Json(text))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Json, A::Error> {
        let mut text = String::from("{");
        while let Some((name, value)) = members.next_entry::<String, Json>()? {
            if text.len() > 1 {
                text.push(',');
            }
            text.push_str(&quoted(&name));
            text.push(':');
            text.push_str(&value.0);
        }
        text.push('}');
        Ok(Json(text))
    }
}

fn quoted(text: &str) -> String {
    phr_link::wire::json::write(&text).unwrap_or_default()
}

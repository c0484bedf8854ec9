//! A small tree of JSON to build documents with; members keep their order.

use alloc::string::{String, ToString};
use alloc::vec::Vec;

/// A JSON value, or nothing: a member that is absent is not written.
#[derive(Debug)]
pub(super) enum Json {
    Absent,
    Array(Vec<Self>),
    Bool(bool),
    Integer(i64),
    Object(Vec<(&'static str, Self)>),
    Text(String),
    Word(&'static str),
    Written(String),
}

/// Makes an object.
pub(super) fn object<const N: usize>(members: [(&'static str, Json); N]) -> Json {
    Json::Object(members.into())
}

/// Makes an array of one value.
pub(super) fn one(value: Json) -> Json {
    Json::Array([value].into())
}

/// Makes an array; without values it is absent, because FHIR has no empty arrays.
pub(super) fn some(values: Vec<Json>) -> Json {
    if values.is_empty() {
        Json::Absent
    } else {
        Json::Array(values)
    }
}

/// Makes a string of a text that is not constant.
pub(super) fn text(text: &str) -> Json {
    Json::Text(text.to_string())
}

impl From<&'static str> for Json {
    fn from(word: &'static str) -> Self {
        Self::Word(word)
    }
}

impl From<String> for Json {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<bool> for Json {
    fn from(value: bool) -> Self {
        Self::Bool(value)
    }
}

impl<T: Into<Self>> From<Option<T>> for Json {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Absent, Into::into)
    }
}

impl Json {
    pub(super) fn write(&self) -> String {
        let mut out = String::new();
        self.write_to(&mut out);
        out
    }

    fn write_to(&self, out: &mut String) {
        match self {
            Self::Absent => out.push_str("null"),
            Self::Array(values) => {
                out.push('[');
                for (at, value) in values.iter().enumerate() {
                    if at > 0 {
                        out.push(',');
                    }
                    value.write_to(out);
                }
                out.push(']');
            }
            Self::Bool(value) => out.push_str(if *value { "true" } else { "false" }),
            Self::Integer(number) => out.push_str(&number.to_string()),
            Self::Object(members) => {
                out.push('{');
                let there = members
                    .iter()
                    .filter(|(_, value)| !matches!(value, Self::Absent));
                for (at, (name, value)) in there.enumerate() {
                    if at > 0 {
                        out.push(',');
                    }
                    quote(name, out);
                    out.push(':');
                    value.write_to(out);
                }
                out.push('}');
            }
            Self::Text(text) => quote(text, out),
            Self::Word(word) => quote(word, out),
            Self::Written(json) => out.push_str(json),
        }
    }
}

fn quote(text: &str, out: &mut String) {
    out.push('"');
    for letter in text.chars() {
        match letter {
            '"' | '\\' => {
                out.push('\\');
                out.push(letter);
            }
            '\u{0}'..='\u{1f}' => {
                out.push_str("\\u00");
                for shift in [4_u32, 0] {
                    let digit = (u32::from(letter) >> shift) & 0xf;
                    out.extend(char::from_digit(digit, 16));
                }
            }
            _ => out.push(letter),
        }
    }
    out.push('"');
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read_back_by_another_reader() {
        let nasty = "\u{0}\u{1f}\u{8}\n\t\"\\/\u{7f}\u{2028}アレルギー😀";
        let tree = object([
            ("a", text(nasty)),
            ("b", Json::Absent),
            (
                "c",
                Json::Array([true.into(), Json::Integer(i64::MIN), one("x".into())].into()),
            ),
            ("d", some(Vec::new())),
            ("e", None::<bool>.into()),
            ("f", Json::Object(Vec::new())),
        ]);
        let read: serde_json::Value = serde_json::from_str(&tree.write()).unwrap();
        let expected = serde_json::json!({"a": nasty, "c": [true, i64::MIN, ["x"]], "f": {}});
        assert_eq!(read, expected);
    }
}

//! Instants in messages: ISO 8601 with a zone. In tokens they are seconds.

use alloc::string::String;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::time::Timestamp;

/// An instant as messages write it, such as `2026-11-23T00:00:00+09:00`.
///
/// Written in Japan Standard Time; read in any zone.
///
/// # Example
/// ```
/// use phr_link::{Timestamp, contract::DateTime};
/// let at = DateTime(Timestamp::from_secs(0));
/// assert_eq!(serde_json::to_string(&at).unwrap(), r#""1970-01-01T09:00:00+09:00""#);
/// assert_eq!(serde_json::from_str::<DateTime>(r#""1970-01-01T00:00:00Z""#).unwrap(), at);
/// assert!(serde_json::from_str::<DateTime>(r#""1970-01-01T00:00:00""#).is_err());
/// ```
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub struct DateTime(pub Timestamp);

impl From<Timestamp> for DateTime {
    fn from(at: Timestamp) -> Self {
        Self(at)
    }
}

impl core::fmt::Display for DateTime {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str(&crate::export::instant::instant(self.0))
    }
}

impl Serialize for DateTime {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for DateTime {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let at = Timestamp::parse(&text);
        at.map(Self)
            .ok_or_else(|| serde::de::Error::custom("not an instant with a zone"))
    }
}

#[cfg(feature = "schema")]
impl schemars::JsonSchema for DateTime {
    fn schema_name() -> alloc::borrow::Cow<'static, str> {
        "DateTime".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({
            "type": "string",
            "format": "date-time",
            "description": "An instant in ISO 8601 with a zone.",
        })
    }
}

//! Texts with a form. What they must look like stands in their schemas; whether they do is judged
//! where they are used, by the code that belongs there.

use alloc::borrow::ToOwned;
use alloc::string::String;

use serde::{Deserialize, Serialize};

/// Declares texts of one form each.
macro_rules! texts {
    ($( #[doc = $doc:literal] $name:ident $pattern:literal )*) => { $(
        #[doc = $doc]
        #[derive(Clone, Debug, Default, Deserialize, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize)]
        #[serde(transparent)]
        pub struct $name(pub String);

        #[cfg(feature = "schema")]
        impl schemars::JsonSchema for $name {
            fn schema_name() -> alloc::borrow::Cow<'static, str> {
                stringify!($name).into()
            }

            fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
                schemars::json_schema!({
                    "type": "string", "pattern": $pattern, "description": $doc.trim(),
                })
            }
        }

        impl core::ops::Deref for $name {
            type Target = str;

            fn deref(&self) -> &str {
                &self.0
            }
        }

        impl From<String> for $name {
            fn from(text: String) -> Self {
                Self(text)
            }
        }

        impl From<&str> for $name {
            fn from(text: &str) -> Self {
                Self(text.to_owned())
            }
        }

        impl From<$name> for String {
            fn from(text: $name) -> Self {
                text.0
            }
        }
    )* };
}

texts! {
    /// A signed token in compact form: three parts in base64url.
    Compact r"^[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+$"
    /// Where a list goes on; good for the one who got it, and for the same question.
    Cursor r"^[A-Za-z0-9._~-]{1,256}$"
    /// A SHA-256 in base64url without padding.
    Hash r"^[A-Za-z0-9_-]{43}$"
    /// A name that a caller made for a call, fresh for each.
    IdempotencyKey r"^[A-Za-z0-9._~-]{16,128}$"
    /// A name that somebody gave to something; compared byte for byte.
    Identifier r"^[A-Za-z0-9._~-]{1,128}$"
    /// What a pushed request is asked for by; good once.
    RequestUri r"^urn:ietf:params:oauth:request_uri:[A-Za-z0-9._~-]{1,128}$"
    /// An Ed25519 signature in base64url without padding.
    Signature r"^[A-Za-z0-9_-]{86}$"
    /// An absolute address: https, or http on a loopback address.
    Url r"^https?://[^\s]+$"
}

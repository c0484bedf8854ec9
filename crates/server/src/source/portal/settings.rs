//! A portal as it is configured: every word that goes over the wire.

use std::collections::BTreeMap;
use std::path::PathBuf;

use phr_link::catalogue::Category;
use phr_link::contract::records::Outcome;
use serde::{Deserialize, Serialize};

use crate::source::Mapping;

/// A portal as it is configured.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct PortalSettings {
    /// A name, for provenance.
    pub name: String,
    /// The address below which it is.
    pub base: String,
    /// The categories that it has, and what it calls each.
    pub kinds: BTreeMap<Category, String>,
    /// By what it knows us.
    pub service_id: String,
    /// The file of a bearer token.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub token_file: Option<PathBuf>,
    /// Where the calls are, below the base.
    #[serde(default)]
    pub paths: Paths,
    /// Where in an answer a value stands, as JSON pointers.
    #[serde(default)]
    pub fields: Fields,
    /// What it calls each state.
    #[serde(default)]
    pub words: Words,
    /// What its reasons for an error mean to us; what is not here is an outage.
    #[serde(default)]
    pub reasons: BTreeMap<String, Outcome>,
    /// What is sent to begin: `{service_id}`, `{kind}`, `{date}`, `{redirect_uri}` and `{linkage}` are put in.
    #[serde(default = "begin")]
    pub begin: String,
    /// For how many days a link goes on without the person. The guidance of the state's portal says 90, and
    /// that it may change.
    #[serde(default = "ninety")]
    pub linkage_days: i64,
    /// How entries become FHIR where they are none.
    #[serde(default)]
    pub mappings: Vec<Mapping>,
}

fn begin() -> String {
    r#"{"service_id":"{service_id}","inquiry_cond":{"kind":"{kind}","date":{"date":"{date}"}},"redirect_uri":"{redirect_uri}","linkage_id":"{linkage}"}"#.to_owned()
}

const fn ninety() -> i64 {
    90
}

/// Declares settings that are texts with defaults.
macro_rules! texts {
    ($(#[$doc:meta])* $name:ident { $($(#[$field_doc:meta])* $field:ident: $default:literal,)* }) => {
        $(#[$doc])*
        #[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
        #[serde(default, deny_unknown_fields)]
        pub struct $name {
            $($(#[$field_doc])* pub $field: String,)*
        }

        impl Default for $name {
            fn default() -> Self {
                Self { $($field: $default.to_owned(),)* }
            }
        }
    };
}

texts! {
    /// Where the calls of a portal are.
    Paths {
        /// Begins a session.
        begin: "session/create",
        /// Asks for the status.
        status: "session/status",
        /// Asks for the person's attributes.
        identity: "session/identity",
        /// Says whether they are those of our person.
        verified: "session/verify",
        /// Asks for the result.
        result: "session/result",
    }
}

texts! {
    /// Where values stand in a portal's answers.
    Fields {
        /// The session's name.
        session: "/session_id",
        /// Where the person goes.
        user_url: "/redirect_uri",
        /// The status.
        status: "/status",
        /// Why there is an error.
        reason: "/error_reason",
        /// The entries of the result.
        entries: "/parsed",
        /// The name of a link that lasts.
        linkage: "/linkage_id",
        /// The person's name.
        name: "/name",
        /// The person's birthday, as `YYYY-MM-DD` or `YYYYMMDD`.
        birth_date: "/birth_date",
    }
}

texts! {
    /// What a portal calls the states of a session.
    Words {
        /// It waits for the person, or is at work.
        pending: "PENDING",
        /// It wants to know whether the person is ours.
        verify: "NEED_TO_VERIFY_USER",
        /// The result is there.
        success: "SUCCESS",
        /// It failed.
        error: "ERROR",
        /// It waited too long.
        expired: "EXPIRED",
    }
}

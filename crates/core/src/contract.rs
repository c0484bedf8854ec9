//! The private-PHR API: every message that goes over it, and the table of its calls.
//!
//! A holder has the records and issues grants; an operator asks, receives, and answers for what it
//! does. The messages are plain serde types, one file a noun. The [`CALLS`] are data: the OpenAPI
//! documents, the JSON Schemas and the pages that describe the interface are written from them.
//!
//! With the feature `schema` every message has a JSON Schema (2020-12).

pub mod agents;
mod call;
mod calls;
pub mod catalogue;
pub mod client;
pub mod consents;
pub mod dashboard;
mod date_time;
pub mod emergency;
pub mod erasure;
pub mod events;
pub mod export;
pub mod import;
pub mod introspection;
pub mod keys;
pub mod link;
pub mod lists;
pub mod metadata;
pub mod oauth;
#[cfg(feature = "schema")]
pub mod openapi;
pub mod operator;
pub mod par;
pub mod problem;
pub mod receipts;
pub mod records;
pub mod retrieval;
pub mod revocation;
mod text;
pub mod token;
pub mod withdrawal;

pub use call::{Answer, Body, Call, Caller, Message, Method, Parameter, Place, Refusal, Side};
pub use calls::{CALLS, calls_of};
pub use date_time::DateTime;
pub use text::{Compact, Cursor, Hash, IdempotencyKey, Identifier, RequestUri, Signature, Url};

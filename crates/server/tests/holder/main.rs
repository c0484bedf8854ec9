//! The holder over HTTP: what apps, clinics and persons may do, and what they may not.
//!
//! Everything runs against the real routes, a real SQLite file and a real notice on loopback; only
//! the clock is the test's.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test fails by panicking"
)]

#[path = "../support/world.rs"]
mod support;

mod agents;
mod api;
mod categories;
mod emergency;
mod flow;
mod introspection;
mod isolation;
mod layer;
mod linking;
mod logs;
mod provisions;
mod records;
mod repeated;
mod restart;
mod sessions;
mod sign_in;
mod sources;
mod status;
mod token;
mod trust;
mod upstream;
mod web;
mod withdrawal;

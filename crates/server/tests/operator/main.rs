//! The operator over HTTP, against a real holder on loopback.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test fails by panicking"
)]

#[expect(dead_code, unused_imports, reason = "what the other tests use")]
#[path = "../support/world.rs"]
mod support;

mod ended;
mod fuzz;
mod parties;
mod story;

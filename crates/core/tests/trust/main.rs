//! Whom a verifier believes, and for how long: trust list, trust marks, status lists.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod draft;
mod list;
mod marks;
mod status;

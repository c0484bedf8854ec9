//! A holder of personal health records: consent, grants, protected records, withdrawal; and a tower
//! layer with which any axum server protects routes of its own. The rules are the core's; this crate
//! supplies time, keys, status, storage and HTTP.

mod api;
pub mod clock;
pub mod holder;
mod html;
mod idempotency;
mod input;
pub mod limit;
pub mod problem;
pub mod records;
pub mod store;
pub mod verify;

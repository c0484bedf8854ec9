//! A holder of personal health records: consent, grants, protected records, withdrawal. The rules are
//! the core's; this crate supplies time, keys, status, storage and HTTP.

pub mod holder;
pub mod problem;
pub mod records;
pub mod verify;

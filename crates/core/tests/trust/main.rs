//! Whom a verifier believes, and for how long: trust list, trust marks, status lists.

mod draft;
mod list;
mod marks;
mod status;

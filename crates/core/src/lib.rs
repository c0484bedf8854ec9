//! # PHR-Link
//!
//! Consent tokens, signed data-sharing grants, and the verdict whether a piece of health data may
//! move.
#![cfg_attr(not(test), no_std)]
extern crate alloc;

pub mod codes;
pub mod error;
pub mod time;
pub mod wire;

pub use codes::{Blame, Code, Lang};
pub use error::{Error, Result};
pub use time::{Day, Timestamp, covered_days};

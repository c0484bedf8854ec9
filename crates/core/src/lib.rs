//! # PHR-Link
//!
//! Consent tokens, signed data-sharing grants, and the verdict whether a piece of health data may
//! move.
#![cfg_attr(not(test), no_std)]
extern crate alloc;

#[cfg(feature = "mutants")]
#[macro_use]
pub mod mutant;
#[cfg(not(feature = "mutants"))]
#[macro_use]
mod mutant;

pub mod adapter;
pub mod claims;
pub mod client_assertion;
pub mod codes;
pub mod consent;
pub mod contract;
pub mod decide;
pub mod delegation;
pub mod display;
pub mod emergency;
pub mod error;
pub mod event;
pub mod evidence;
pub mod export;
pub mod grant;
pub mod identifier;
pub mod key;
pub mod key_statement;
pub mod manual;
pub mod proof;
pub mod receipt;
pub mod request;
pub mod time;
pub mod token;
pub mod wire;
pub mod withdrawal;

pub mod catalogue;
pub mod scope;
pub mod status;
pub mod trust;

pub use codes::{Blame, Code, Lang};
pub use error::{Error, Result};
pub use time::{Day, Timestamp, covered_days};

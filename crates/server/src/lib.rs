//! A holder of personal health records: consent, grants, protected records, withdrawal; and a tower
//! layer with which any axum server protects routes of its own. The rules are the core's; this crate
//! supplies time, keys, status, storage and HTTP.

mod api;
pub mod clock;
pub mod feed;
mod fetch;
mod health;
pub mod holder;
mod html;
mod idempotency;
mod input;
pub mod keys;
pub mod limit;
pub mod listen;
mod nonce;
mod observe;
pub mod operator;
mod peer;
pub mod problem;
mod receipts;
pub mod records;
mod session;
pub mod sidecar;
pub mod sign_in;
pub mod source;
pub mod store;
pub mod verify;

/// 22 random characters.
///
/// # Errors
/// `internal` where the platform has no generator
pub(crate) fn random_id() -> phr_link::Result<String> {
    let mut bytes = [0; 16];
    getrandom::fill(&mut bytes).map_err(|_| phr_link::Error::new(phr_link::Code::Internal))?;
    Ok(phr_link::identifier::jti_from(&bytes))
}

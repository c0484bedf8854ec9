//! Playing everybody around a holder over HTTP: clients, and people at the holder's own pages.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use anyhow::{Context as _, Result};
use phr_link::Timestamp;
use phr_link::key::SecretKey;
use phr_link::wire::base64url;

mod client;
mod person;

pub use client::{Answer, Client, FORM, form, text};
pub use person::{Browser, Person};

/// A client that follows nothing and waits for nobody long.
fn http() -> Result<reqwest::Client> {
    // An embedding program may have set its own already.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let client = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none());
    let client = client
        .connect_timeout(Duration::from_secs(5))
        .timeout(Duration::from_secs(10));
    Ok(client.build()?)
}

/// The clock of this machine.
///
/// # Errors
/// if it stands before 1970
pub fn now() -> Result<Timestamp> {
    let since = SystemTime::now().duration_since(UNIX_EPOCH)?;
    Ok(Timestamp::from_secs(i64::try_from(since.as_secs())?))
}

/// 128 random bits, as every `jti` has.
///
/// # Errors
/// if this machine has no random generator
pub fn random_id() -> Result<String> {
    let mut bytes = [0; 16];
    getrandom::fill(&mut bytes).context("this machine has no random generator")?;
    Ok(base64url::encode(&bytes))
}

/// A key of this moment.
///
/// # Errors
/// if this machine has no random generator
pub fn fresh_key() -> Result<SecretKey> {
    let mut seed = [0; 32];
    getrandom::fill(&mut seed).context("this machine has no random generator")?;
    Ok(SecretKey::from_seed(&seed))
}

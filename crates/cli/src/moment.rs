//! The clock and the randomness of this machine, which the library does not reach for by itself.

use std::time::{SystemTime, UNIX_EPOCH};

use anyhow::{Context as _, Result};
use phr_link::Timestamp;
use phr_link::wire::base64url;

/// The time that was asked for, or the clock's.
pub(crate) fn at(asked: Option<i64>) -> Result<Timestamp> {
    if let Some(seconds) = asked {
        return Ok(Timestamp::from_secs(seconds));
    }
    let since = SystemTime::now().duration_since(UNIX_EPOCH)?;
    Ok(Timestamp::from_secs(i64::try_from(since.as_secs())?))
}

/// 128 random bits, as every `jti` has.
pub(crate) fn random_id() -> Result<String> {
    let mut bytes = [0; 16];
    getrandom::fill(&mut bytes).context("this machine has no random generator")?;
    Ok(base64url::encode(&bytes))
}

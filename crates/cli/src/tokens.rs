//! `phr-link verify`, `decide` and `sign`.

use std::path::Path;

use anyhow::{Context as _, Result};
use phr_link::Timestamp;
use phr_link::key::{Jwk, Signer as _};
use phr_link::token::assemble;
use serde_json::{Value, json};

use crate::keys;
use crate::show::{Output, answer, ask, input, member};

pub(crate) fn verify(
    token: &str,
    typ: &str,
    jwks: &str,
    audience: Option<&str>,
    output: &Output,
    at: Timestamp,
) -> Result<bool> {
    let jwks: Value = serde_json::from_str(&input(jwks)?).context("the keys are no JSON")?;
    let call = json!({
        "op": "token", "token": input(token)?, "typ": typ, "jwks": jwks, "now": at.as_secs(),
        "audience": audience,
    });
    answer(&ask(&call)?, output)
}

/// The verdict; where the call has no time, it is now.
pub(crate) fn decide(call: &str, output: &Output, at: Timestamp) -> Result<bool> {
    let mut call: Value = serde_json::from_str(&input(call)?).context("the call is no JSON")?;
    let members = call.as_object_mut().context("the call is no JSON object")?;
    members.insert("op".to_owned(), json!("decide"));
    members.entry("now").or_insert(json!(at.as_secs()));
    answer(&ask(&call)?, output)
}

pub(crate) fn sign(typ: &str, claims: &str, key: &Path, by_kid: bool) -> Result<bool> {
    let key = keys::load(key)?;
    let claims: Value = serde_json::from_str(&input(claims)?).context("the claims are no JSON")?;
    let jwk = Jwk::bare(key.public_key());
    let call =
        json!({"op": "signing-input", "typ": typ, "claims": claims, "jwk": jwk, "by_kid": by_kid});
    let found = ask(&call)?;
    let Some(signing_input) = member(&found, "value").as_str() else {
        return answer(
            &found,
            &Output {
                json: false,
                lang: phr_link::Lang::En,
            },
        );
    };
    println!(
        "{}",
        assemble(signing_input, &key.sign(signing_input.as_bytes())?)
    );
    Ok(true)
}

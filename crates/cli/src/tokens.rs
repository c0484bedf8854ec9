//! `phr-link inspect`, `verify`, `decide` and `sign`.

use std::path::Path;
use std::time::{SystemTime, UNIX_EPOCH};

use anyhow::{Context as _, Result};
use phr_link::key::{Jwk, Signer as _};
use phr_link::token::assemble;
use serde_json::{Value, json};

use crate::keys;
use crate::show::{Output, answer, ask, input, member, reasons};

fn now() -> Result<i64> {
    Ok(i64::try_from(
        SystemTime::now().duration_since(UNIX_EPOCH)?.as_secs(),
    )?)
}

/// What is wrong first, then what the token says.
pub(crate) fn inspect(token: &str, output: &Output) -> Result<bool> {
    let found = ask(&json!({"op": "inspect", "token": input(token)?, "now": now()?}))?;
    let seen = member(&found, "value");
    let problems = member(seen, "problems").as_array().map_or(0, Vec::len);
    if output.json {
        println!("{}", serde_json::to_string_pretty(seen)?);
        return Ok(problems == 0);
    }
    let ja = output.lang == phr_link::Lang::Ja;
    if problems == 0 {
        println!(
            "{}",
            if ja {
                "目に見える誤りはありません（署名者の鍵は確かめていません）"
            } else {
                "nothing wrong that can be seen (the signer's key was not checked)"
            }
        );
    }
    reasons(member(seen, "problems"), output);
    let kind = member(seen, "kind").as_str().unwrap_or(if ja {
        "不明な種類"
    } else {
        "unknown kind"
    });
    println!(
        "{kind}, {} bytes, s256 {}",
        member(seen, "bytes"),
        member(seen, "s256").as_str().unwrap_or_default()
    );
    println!(
        "{}",
        serde_json::to_string_pretty(
            &json!({"header": member(seen, "header"), "claims": member(seen, "claims")})
        )?
    );
    Ok(problems == 0)
}

pub(crate) fn verify(
    token: &str,
    typ: &str,
    jwks: &str,
    audience: Option<&str>,
    at: Option<i64>,
    output: &Output,
) -> Result<bool> {
    let jwks: Value = serde_json::from_str(&input(jwks)?).context("the keys are no JSON")?;
    let at = match at {
        Some(at) => at,
        None => now()?,
    };
    let call = json!({
        "op": "token", "token": input(token)?, "typ": typ, "jwks": jwks, "now": at,
        "audience": audience,
    });
    answer(&ask(&call)?, output)
}

pub(crate) fn decide(call: &str, output: &Output) -> Result<bool> {
    let mut call: Value = serde_json::from_str(&input(call)?).context("the call is no JSON")?;
    let members = call.as_object_mut().context("the call is no JSON object")?;
    members.insert("op".to_owned(), json!("decide"));
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

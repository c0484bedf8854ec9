//! Identifiers, addresses, names, and what must never be one: a My Number.

use alloc::string::String;

use crate::codes::Code;
use crate::error::{Error, Result};
use crate::wire::base64url;

mod my_number;
mod name;

pub use my_number::looks_like_my_number;
pub use name::is_name;

/// Tells whether a text is an identifier: `[A-Za-z0-9._~-]{1,128}`.
#[must_use]
pub fn is_identifier(text: &str) -> bool {
    (1..=128).contains(&text.len())
        && text
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"._~-".contains(&byte))
}

/// Tells whether a text is an entity id: an https URI, or http on the loopback address.
///
/// It is compared byte for byte everywhere, so it is only looked at, never normalised.
#[must_use]
pub fn is_entity_id(text: &str) -> bool {
    is_https_uri(text) && !text.contains(['#', '?'])
}

/// Tells whether a text is an https URI of at most 2,048 bytes, or http on the loopback address.
#[must_use]
pub fn is_https_uri(text: &str) -> bool {
    let plain = |rest: &str| {
        !rest.is_empty()
            && text.len() <= 2_048
            && text
                .bytes()
                .all(|byte| byte.is_ascii_graphic() && !b"\"<>\\^`{|}".contains(&byte))
    };
    let authority = |rest: &str| -> Option<String> {
        let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
        let authority = rest.get(..end)?;
        (!authority.is_empty() && !authority.contains('@')).then(|| String::from(authority))
    };
    if let Some(rest) = text.strip_prefix("https://") {
        return plain(rest) && authority(rest).is_some();
    }
    let Some(rest) = text.strip_prefix("http://") else {
        return false;
    };
    let Some(authority) = authority(rest) else {
        return false;
    };
    plain(rest) && is_loopback(&authority)
}

fn is_loopback(authority: &str) -> bool {
    let host = match authority.rsplit_once(':') {
        Some((host, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => host,
        _ => authority,
    };
    ["localhost", "127.0.0.1", "[::1]"].contains(&host) || host.ends_with(".localhost")
}

/// Tells whether a text can be a `jti`: at least 22 characters, enough for 128 random bits.
#[must_use]
pub fn is_jti(text: &str) -> bool {
    text.len() >= 22 && is_identifier(text)
}

/// Makes a `jti`, a `nonce` or a `txn` of 16 random bytes.
#[must_use]
pub fn jti_from(random: &[u8; 16]) -> String {
    base64url::encode(random)
}

pub(crate) fn check(is_good: bool, path: &str) -> Result<()> {
    if is_good {
        Ok(())
    } else {
        Err(Error::at(Code::ClaimsInvalid, path))
    }
}

/// An identifier of a person or a thing: well formed and no My Number.
pub(crate) fn check_identifier(text: &str, path: &str) -> Result<()> {
    check(is_identifier(text), path)?;
    refuse_my_number(text, path)
}

pub(crate) fn check_name(text: &str, path: &str) -> Result<()> {
    check(is_name(text), path)?;
    refuse_my_number(text, path)
}

pub(crate) fn refuse_my_number(text: &str, path: &str) -> Result<()> {
    if looks_like_my_number(text) && !mutant!("m-mynumber-accepted") {
        Err(Error::at(Code::ClaimsMyNumber, path))
    } else {
        Ok(())
    }
}

pub(crate) fn check_hash(text: &str, path: &str) -> Result<()> {
    check(base64url::is_sha256(text), path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entity_ids_are_https_or_loopback() {
        for good in [
            "https://phr.example",
            "https://phr.example/a/b",
            "http://localhost:8080",
            "http://127.0.0.1:1/x",
            "http://[::1]:9",
            "https://例え.jp".replace("例え", "xn--r8jz45g").as_str(),
        ] {
            assert!(is_entity_id(good), "{good}");
        }
        for bad in [
            "",
            "https://",
            "http://phr.example",
            "https://a b",
            "https://u:p@h",
            "ftp://h",
            "https://h?q",
            "https://h#f",
            "https://例え.jp",
            "http://localhost.evil.example",
        ] {
            assert!(!is_entity_id(bad), "{bad}");
        }
    }

    #[test]
    fn identifiers_are_plain_ascii() {
        assert!(is_identifier("person-1.a_b~c"));
        for bad in ["", "ＡＢＣ", "が", "a b", "a/b", &"x".repeat(129)] {
            assert!(!is_identifier(bad), "{bad}");
        }
        assert!(is_jti(&jti_from(&[0xff; 16])) && !is_jti("short"));
    }
}

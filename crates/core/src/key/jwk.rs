//! A public key as JSON (RFC 7517, RFC 8037).

use alloc::borrow::ToOwned;
use alloc::string::{String, ToString};

use serde::{Deserialize, Serialize};

use super::PublicKey;
use crate::codes::Code;
use crate::error::{Error, Result};
use crate::wire::base64url;
use crate::wire::json::Node;

/// A public Ed25519 key as JSON.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct Jwk {
    /// Key type, `OKP`.
    pub kty: String,
    /// Curve, `Ed25519`. A key of another type may lack it: a set skips such keys.
    #[serde(default)]
    pub crv: String,
    /// The 32 bytes in base64url.
    #[serde(default)]
    pub x: String,
    /// The thumbprint, for stock libraries; a reader computes it anew.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kid: Option<String>,
    /// `sig`.
    #[serde(default, rename = "use", skip_serializing_if = "Option::is_none")]
    pub usage: Option<String>,
}

impl Jwk {
    pub(super) fn published(key: &PublicKey) -> Self {
        Self {
            kid: Some(key.thumbprint().as_str().to_owned()),
            usage: Some("sig".to_string()),
            ..Self::bare(key)
        }
    }

    /// Gives the three members that a header or a `cnf` needs.
    #[must_use]
    pub fn bare(key: &PublicKey) -> Self {
        Self {
            kty: "OKP".to_string(),
            crv: "Ed25519".to_string(),
            x: key.x().to_owned(),
            kid: None,
            usage: None,
        }
    }

    /// Admits the key.
    ///
    /// # Errors
    /// `key.invalid` and the other codes of admission, `key.use-mismatch`
    pub fn admit(&self) -> Result<PublicKey> {
        if self.usage.as_deref().is_some_and(|usage| usage != "sig") {
            return Err(Error::new(Code::KeyUseMismatch));
        }
        admit(&self.kty, &self.crv, &self.x)
    }
}

fn admit(kty: &str, crv: &str, x: &str) -> Result<PublicKey> {
    if kty != "OKP" || crv != "Ed25519" {
        return Err(Error::new(Code::KeyInvalid));
    }
    let bytes = base64url::decode_array::<32>(x).map_err(|_| Error::new(Code::KeyInvalid))?;
    PublicKey::admit(&bytes)
}

/// Admits a key from parsed JSON, for a signature made under `alg`.
///
/// # Errors
/// the codes of admission, `key.use-mismatch`, `key.alg-mismatch`
pub(crate) fn admit_node(node: Node<'_, '_>, alg: Option<&str>) -> Result<PublicKey> {
    let invalid = || Error::new(Code::KeyInvalid);
    let text = |name| node.get(name).and_then(Node::as_str).ok_or_else(invalid);
    let key = admit(text("kty")?, text("crv")?, text("x")?)?;
    check_use(node)?;
    check_algorithm(node, alg)?;
    Ok(key)
}

pub(super) fn check_use(node: Node<'_, '_>) -> Result<()> {
    let usage_fits = node
        .get("use")
        .is_none_or(|usage| usage.as_str() == Some("sig"));
    let operations_fit = node
        .get("key_ops")
        .is_none_or(|ops| ops.items().any(|op| op.as_str() == Some("verify")));
    if usage_fits && operations_fit {
        Ok(())
    } else {
        Err(Error::new(Code::KeyUseMismatch))
    }
}

/// A key that names an algorithm pins it byte for byte: `EdDSA` and `Ed25519` are not the same.
fn check_algorithm(node: Node<'_, '_>, alg: Option<&str>) -> Result<()> {
    let Some(pinned) = node.get("alg") else {
        return Ok(());
    };
    match (pinned.as_str(), alg) {
        (Some(pinned), Some(alg)) if pinned == alg => Ok(()),
        (Some(_), None) => Ok(()),
        _ => Err(Error::new(Code::KeyAlgMismatch)),
    }
}

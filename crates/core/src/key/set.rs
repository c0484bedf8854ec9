//! A set of public keys (RFC 7517 §5), such as a `/jwks` answer.

use alloc::string::{String, ToString};
use alloc::vec::Vec;

use super::{KeyIndex, PublicKey, jwk};
use crate::codes::Code;
use crate::error::{Error, Result};
use crate::wire::json::{Doc, Node};

/// Admitted public keys, found by thumbprint.
///
/// An entry whose `use` or `key_ops` forbids verification stays findable, so that its use gives
/// `key.use-mismatch` and not `key.unknown`; so does one that pins its `alg`.
#[derive(Clone, Debug, Default)]
pub struct KeySet {
    index: KeyIndex,
    rules: Vec<(String, Rule)>,
}

#[derive(Clone, Debug)]
enum Rule {
    Algorithm(String),
    NotForSignatures,
}

impl KeySet {
    /// Reads a JWK Set.
    ///
    /// Entries that are not OKP/Ed25519 are skipped; a set's own `kid` is not believed.
    ///
    /// # Errors
    /// `key.set-malformed`, `key.private`, `key.duplicate`, and the codes of admission
    ///
    /// # Spec
    /// §2.4
    ///
    /// # Example
    /// ```
    /// use phr_link::key::KeySet;
    /// let set = KeySet::parse(br#"{"keys":[{"kty":"OKP","crv":"Ed25519",
    ///     "x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}]}"#)?;
    /// assert!(set.find("kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k", "EdDSA").is_ok());
    /// # Ok::<(), phr_link::Error>(())
    /// ```
    pub fn parse(json: &[u8]) -> Result<Self> {
        Self::from_node(Doc::parse(json)?.root())
    }

    /// Makes a set of keys that are admitted already.
    ///
    /// # Errors
    /// `key.duplicate`
    pub fn of(keys: impl IntoIterator<Item = PublicKey>) -> Result<Self> {
        let mut set = Self::default();
        for key in keys {
            set.index.insert(key)?;
        }
        Ok(set)
    }

    pub(crate) fn from_node(node: Node<'_, '_>) -> Result<Self> {
        let keys = node.get("keys").filter(|keys| keys.is_array());
        let keys = keys.ok_or_else(|| Error::new(Code::KeySetMalformed))?;
        Self::from_items(keys)
    }

    pub(crate) fn from_items(keys: Node<'_, '_>) -> Result<Self> {
        let mut set = Self::default();
        for entry in keys.items() {
            if !entry.is_object() {
                return Err(Error::new(Code::KeySetMalformed));
            }
            if entry.get("d").is_some() {
                return Err(Error::new(Code::KeyPrivate));
            }
            let member = |name| entry.get(name).and_then(Node::as_str);
            if member("kty") != Some("OKP") || member("crv") != Some("Ed25519") {
                continue;
            }
            let (key, rule) = match jwk::admit_node(entry, None) {
                Ok(key) => (
                    key,
                    member("alg").map(|alg| Rule::Algorithm(alg.to_string())),
                ),
                Err(error) if error.code() == Code::KeyUseMismatch => {
                    let bytes =
                        crate::wire::base64url::decode_array::<32>(member("x").unwrap_or_default())
                            .map_err(|_| Error::new(Code::KeyInvalid))?;
                    (PublicKey::admit(&bytes)?, Some(Rule::NotForSignatures))
                }
                Err(error) => return Err(error),
            };
            if let Some(rule) = rule {
                set.rules
                    .push((key.thumbprint().as_str().to_string(), rule));
            }
            set.index.insert(key)?;
        }
        Ok(set)
    }

    /// Finds the key for a signature made under `alg`.
    ///
    /// # Errors
    /// `key.unknown`, `key.use-mismatch`, `key.alg-mismatch`
    pub fn find(&self, kid: &str, alg: &str) -> Result<&PublicKey> {
        let key = self
            .index
            .find(kid)
            .ok_or_else(|| Error::new(Code::KeyUnknown))?;
        for (thumbprint, rule) in &self.rules {
            if thumbprint == kid {
                match rule {
                    Rule::NotForSignatures => return Err(Error::new(Code::KeyUseMismatch)),
                    Rule::Algorithm(pinned) if pinned != alg => {
                        return Err(Error::new(Code::KeyAlgMismatch));
                    }
                    Rule::Algorithm(_) => {}
                }
            }
        }
        Ok(key)
    }

    /// Tells whether a key with this thumbprint is in the set.
    #[must_use]
    pub fn contains(&self, thumbprint: &str) -> bool {
        self.index.find(thumbprint).is_some()
    }

    /// Gives the keys, ordered by thumbprint.
    #[must_use]
    pub fn keys(&self) -> &[PublicKey] {
        self.index.keys()
    }
}

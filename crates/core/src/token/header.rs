//! The header: a closed list of algorithms, one `typ` a kind, and no foreign key.

use alloc::boxed::Box;
use alloc::string::{String, ToString};

use serde::Serialize;

use super::kind::{KeySource, Kind};
use crate::codes::Code;
use crate::error::{Error, Result};
use crate::key::{ALGORITHMS, Jwk, PublicKey};
use crate::wire::json::{Doc, Node};

/// The name under which a header asks for Ed25519.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Algorithm {
    /// `EdDSA` (RFC 8037), the one we write.
    EdDsa,
    /// `Ed25519` (RFC 9864).
    Ed25519,
}

impl Algorithm {
    /// Gives the name.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::EdDsa => "EdDSA",
            Self::Ed25519 => "Ed25519",
        }
    }

    fn parse(text: &str) -> Option<Self> {
        match text {
            "EdDSA" => Some(Self::EdDsa),
            "Ed25519" => Some(Self::Ed25519),
            _ if mutant!("m-alg-from-header") => Some(Self::EdDsa),
            _ if mutant!("m-alg-case-insensitive") && text.eq_ignore_ascii_case("eddsa") => {
                Some(Self::EdDsa)
            }
            _ if mutant!("m-alg-none-ok") && text.eq_ignore_ascii_case("none") => Some(Self::EdDsa),
            _ => None,
        }
    }
}

/// The names that RFC 7515, 7516, 7518, 7519, 7797 and 8555 register: `crit` may not list them.
const REGISTERED: [&str; 17] = [
    "alg", "jku", "jwk", "kid", "x5u", "x5c", "x5t", "x5t#S256", "typ", "cty", "crit", "enc",
    "zip", "iss", "sub", "aud", "exp",
];

#[derive(Debug)]
pub(super) struct Header {
    pub(super) algorithm: Algorithm,
    pub(super) key: KeyRef,
}

#[derive(Debug)]
pub(super) enum KeyRef {
    /// Admission happens in the key stage: its fault is kept until then.
    Jwk(Box<Result<PublicKey>>),
    Kid(String),
}

impl Header {
    /// Reads in the order `alg`, `typ`, `crit`, `b64` and `zip`, key source.
    pub(super) fn read(doc: &Doc<'_>, kind: Kind) -> Result<Self> {
        let root = doc.root();
        if !root.is_object() {
            return Err(Error::new(Code::HeaderMalformed));
        }
        let algorithm = text(root, "alg")?.ok_or_else(|| Error::new(Code::HeaderMalformed))?;
        let algorithm =
            Algorithm::parse(algorithm).ok_or_else(|| Error::new(Code::HeaderAlgNotAllowed))?;
        match text(root, "typ")? {
            _ if mutant!("m-typ-ignored") => {}
            Some(typ) if mutant!("m-aud-trailing-slash") && typ.starts_with("application/") => {
                return Err(Error::new(Code::HeaderTypMismatch));
            }
            Some(typ) if kind.typ_is(typ) => {}
            Some(_) => return Err(Error::new(Code::HeaderTypMismatch)),
            // RFC 7523 assertions come without `typ` from stock clients.
            None if kind == Kind::ClientAssertion => {}
            None => return Err(Error::new(Code::HeaderTypMissing)),
        }
        check_crit(root)?;
        for (name, code) in [("b64", Code::HeaderB64), ("zip", Code::HeaderZip)] {
            if root.get(name).is_some() {
                return Err(Error::new(code));
            }
        }
        Ok(Self {
            algorithm,
            key: key_ref(root, kind, algorithm)?,
        })
    }
}

fn text<'d>(root: Node<'d, '_>, name: &str) -> Result<Option<&'d str>> {
    match root.get(name) {
        None => Ok(None),
        Some(node) => match node.as_str() {
            Some(text) => Ok(Some(text)),
            None => Err(Error::new(Code::HeaderMalformed)),
        },
    }
}

fn check_crit(root: Node<'_, '_>) -> Result<()> {
    let Some(crit) = root.get("crit") else {
        return Ok(());
    };
    if mutant!("m-crit-ignored") {
        return Ok(());
    }
    let names_an_extension = |node: Node<'_, '_>| {
        node.as_str()
            .is_some_and(|name| !REGISTERED.contains(&name) && root.get(name).is_some())
    };
    if crit.is_array() && !crit.is_empty() && crit.items().all(names_an_extension) {
        // Well formed, but this profile has no extension.
        return Err(Error::new(Code::HeaderCritUnsupported));
    }
    Err(Error::new(Code::HeaderCritInvalid))
}

fn key_ref(root: Node<'_, '_>, kind: Kind, algorithm: Algorithm) -> Result<KeyRef> {
    if ["jku", "x5u", "x5c"]
        .iter()
        .any(|name| root.get(name).is_some())
        && !mutant!("m-jku-fetch")
    {
        return Err(Error::new(Code::HeaderKeySource));
    }
    let jwk = root.get("jwk");
    if jwk.is_some_and(|jwk| jwk.get("d").is_some()) {
        return Err(Error::new(Code::HeaderPrivateKey));
    }
    match (kind.key_source(), jwk) {
        (KeySource::Kid, Some(jwk)) if mutant!("m-jwk-header-trusted") => Ok(KeyRef::Jwk(
            Box::new(crate::key::admit_node(jwk, Some(algorithm.as_str()))),
        )),
        (KeySource::Kid, Some(_)) => Err(Error::new(Code::HeaderKeySource)),
        (KeySource::Jwk, None) => Err(Error::new(Code::HeaderJwkMissing)),
        (KeySource::Jwk | KeySource::Either, Some(jwk)) => Ok(KeyRef::Jwk(Box::new(
            crate::key::admit_node(jwk, Some(algorithm.as_str())),
        ))),
        (KeySource::Kid | KeySource::Either, None) => match text(root, "kid")? {
            Some(kid) => Ok(KeyRef::Kid(kid.to_string())),
            None => Err(Error::new(Code::HeaderKidMissing)),
        },
    }
}

/// A header as we write it.
#[derive(Debug, Serialize)]
pub(super) struct Written {
    alg: &'static str,
    typ: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    kid: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    jwk: Option<Jwk>,
}

impl Written {
    pub(super) fn by_kid(kind: Kind, key: &PublicKey) -> Self {
        Self {
            alg: ALGORITHMS[0],
            typ: kind.typ(),
            kid: Some(key.thumbprint().as_str().to_string()),
            jwk: None,
        }
    }

    pub(super) const fn by_jwk(kind: Kind, jwk: Jwk) -> Self {
        Self {
            alg: ALGORITHMS[0],
            typ: kind.typ(),
            kid: None,
            jwk: Some(jwk),
        }
    }
}

//! Making tokens that no honest signer would make.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use phr_link::key::{SecretKey, Signer as _};
use serde_json::Value;
use sha2::{Digest as _, Sha256};

/// base64url without padding.
#[must_use]
pub fn b64(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

/// SHA-256 in base64url.
#[must_use]
pub fn s256(text: &str) -> String {
    b64(&Sha256::digest(text.as_bytes()))
}

/// A key made from a name, the same on every machine.
#[must_use]
pub fn key(name: &str) -> SecretKey {
    SecretKey::from_seed(&Sha256::digest(format!("phr-link test key {name}").as_bytes()).into())
}

/// The thumbprint of a named key.
#[must_use]
pub fn jkt(name: &str) -> String {
    key(name).public_key().thumbprint().as_str().to_owned()
}

/// The public half of a named key, the three members that count.
#[must_use]
pub fn jwk(name: &str) -> Value {
    serde_json::json!({"kty": "OKP", "crv": "Ed25519", "x": key(name).public_key().x()})
}

/// 22 characters that look random and are the same on every machine.
#[must_use]
pub fn jti(name: &str) -> String {
    s256(name).chars().take(22).collect()
}

/// Signs any header and any payload, well formed or not.
#[must_use]
pub fn sign_bytes(header: &[u8], payload: &[u8], signer: &str) -> String {
    sign_input(&format!("{}.{}", b64(header), b64(payload)), signer)
}

/// Signs any text as a signing input.
#[must_use]
pub fn sign_input(input: &str, signer: &str) -> String {
    let signature = key(signer)
        .sign(input.as_bytes())
        .map(|bytes| b64(&bytes))
        .unwrap_or_default();
    format!("{input}.{signature}")
}

/// Signs JSON.
#[must_use]
pub fn sign(header: &Value, payload: &Value, signer: &str) -> String {
    sign_bytes(
        header.to_string().as_bytes(),
        payload.to_string().as_bytes(),
        signer,
    )
}

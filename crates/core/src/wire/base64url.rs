//! base64url without padding, read strictly: one text for one sequence of bytes.

use alloc::string::String;
use alloc::vec::Vec;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use crate::codes::Code;
use crate::error::{Error, Result};

/// Writes bytes as base64url without padding.
#[must_use]
pub fn encode(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

/// Reads base64url; padding, blanks, other alphabets and non-zero trailing bits are refused.
///
/// # Errors
/// `token.base64`
///
/// # Spec
/// §2.1
pub fn decode(text: &str) -> Result<Vec<u8>> {
    if mutant!("m-b64-lenient") {
        use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
        let config = GeneralPurposeConfig::new()
            .with_decode_allow_trailing_bits(true)
            .with_decode_padding_mode(DecodePaddingMode::Indifferent);
        let engine = GeneralPurpose::new(&base64::alphabet::URL_SAFE, config);
        return engine
            .decode(text)
            .map_err(|_| Error::new(Code::TokenBase64));
    }
    URL_SAFE_NO_PAD
        .decode(text)
        .map_err(|_| Error::new(Code::TokenBase64))
}

/// Reads exactly `N` bytes.
///
/// # Errors
/// `token.base64` for another text or another length
pub fn decode_array<const N: usize>(text: &str) -> Result<[u8; N]> {
    // Bounded before anything is allocated: N bytes never need more than 2 N characters.
    if text.len() > N.saturating_mul(2) {
        return Err(Error::new(Code::TokenBase64));
    }
    decode(text)?
        .try_into()
        .map_err(|_| Error::new(Code::TokenBase64))
}

/// Tells whether a text is the base64url form of exactly 32 bytes (a SHA-256 or a thumbprint).
#[must_use]
pub fn is_sha256(text: &str) -> bool {
    // 32 bytes leave two zero bits in the 43rd character, which `decode` checks.
    text.len() == 43 && decode_array::<32>(text).is_ok()
}

/// Writes the SHA-256 of bytes as base64url.
#[must_use]
pub fn sha256(bytes: &[u8]) -> String {
    use sha2::Digest as _;
    encode(&sha2::Sha256::digest(bytes))
}

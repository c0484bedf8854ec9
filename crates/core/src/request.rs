//! The consent request: what a recipient asks for, signed, and pushed before the person is sent.

use alloc::string::String;
use alloc::vec::Vec;

use serde::{Deserialize, Serialize};

use crate::claims::{
    DETAILS, check_authorization_details, check_entity, check_jti, check_s256, check_uri,
};
use crate::error::Result;
use crate::identifier::{check, check_name, is_identifier};
use crate::scope::Detail;
use crate::time::Timestamp;
use crate::token::{Claims, Kind};
use crate::wire::base64url;
use crate::wire::schema::{Schema, Type, optional, required};

/// The claims of a consent request (RFC 9101).
///
/// # Spec
/// §3.2
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct ConsentRequest {
    /// The client.
    pub iss: String,
    /// The client again.
    pub client_id: String,
    /// The holder.
    pub aud: String,
    /// When it was issued.
    pub iat: Timestamp,
    /// When it ends, judged when it is pushed.
    pub exp: Timestamp,
    /// Before when it must not be used.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub nbf: Option<Timestamp>,
    /// A random identifier; a request is used once.
    pub jti: String,
    /// `code`.
    pub response_type: String,
    /// Where the person is sent back, byte for byte as registered.
    pub redirect_uri: String,
    /// Comes back with the person.
    pub state: String,
    /// A random number of the client.
    pub nonce: String,
    /// PKCE challenge.
    pub code_challenge: String,
    /// `S256`.
    pub code_challenge_method: String,
    /// Thumbprint of the key that will prove each request.
    pub dpop_jkt: String,
    /// What is asked for.
    pub authorization_details: Vec<Detail>,
    /// Where the notice is.
    pub notice_uri: String,
    /// Hash of the notice.
    pub notice_s256: String,
    /// The client's name, as in the trust list.
    pub client_name: String,
    /// OAuth scope, not used for the decision.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scope: Option<String>,
    /// Languages the person may prefer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ui_locales: Option<String>,
}

impl Claims for ConsentRequest {
    const KIND: Kind = Kind::ConsentRequest;

    // Closed: the person cannot be shown what the profile does not know.
    const SCHEMA: &'static Schema = &Schema::closed(&[
        required("iss", Type::String),
        required("client_id", Type::String),
        required("aud", Type::String),
        required("iat", Type::Integer),
        required("exp", Type::Integer),
        optional("nbf", Type::Integer),
        required("jti", Type::String),
        required("response_type", Type::String),
        required("redirect_uri", Type::String),
        required("state", Type::String),
        required("nonce", Type::String),
        required("code_challenge", Type::String),
        required("code_challenge_method", Type::String),
        required("dpop_jkt", Type::String),
        required("authorization_details", DETAILS),
        required("notice_uri", Type::String),
        required("notice_s256", Type::String),
        required("client_name", Type::String),
        optional("scope", Type::String),
        optional("ui_locales", Type::String),
    ]);

    fn check(&self) -> Result<()> {
        check_entity(&self.iss, "/iss")?;
        check(self.client_id == self.iss, "/client_id")?;
        check_entity(&self.aud, "/aud")?;
        check_jti(&self.jti)?;
        check(self.response_type == "code", "/response_type")?;
        check_uri(&self.redirect_uri, "/redirect_uri")?;
        check(!self.redirect_uri.contains('#'), "/redirect_uri")?;
        check(is_identifier(&self.state), "/state")?;
        check(is_identifier(&self.nonce), "/nonce")?;
        check(
            base64url::is_sha256(&self.code_challenge),
            "/code_challenge",
        )?;
        check(
            self.code_challenge_method == "S256",
            "/code_challenge_method",
        )?;
        check_s256(&self.dpop_jkt, "/dpop_jkt")?;
        check_authorization_details(&self.authorization_details)?;
        check_uri(&self.notice_uri, "/notice_uri")?;
        check_s256(&self.notice_s256, "/notice_s256")?;
        check_name(&self.client_name, "/client_name")
    }

    fn issued_at(&self) -> Timestamp {
        self.iat
    }

    fn not_before(&self) -> Option<Timestamp> {
        self.nbf
    }

    fn expires_at(&self) -> Option<Timestamp> {
        Some(self.exp)
    }
}

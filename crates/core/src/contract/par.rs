//! `POST /par`: a signed request is pushed before the person is sent (RFC 9126).

use serde::{Deserialize, Serialize};

use super::client::Credentials;
use super::{Compact, Identifier, RequestUri, Url};

/// What is pushed, as a form.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct PushRequest {
    /// The client.
    pub client_id: Url,
    /// The signed request object, a consent request.
    pub request: Compact,
    /// Who the client is.
    #[serde(flatten)]
    pub credentials: Credentials,
}

/// What is answered.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct Pushed {
    /// What `/authorize` is called with.
    pub request_uri: RequestUri,
    /// For how many seconds it waits.
    pub expires_in: i64,
}

/// What the person comes back with: the query of the redirect.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct AuthorizationResponse {
    /// A code that is good once, where the person agreed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<Identifier>,
    /// `access_denied` where the person refused.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<alloc::string::String>,
    /// The `state` of the request.
    pub state: Identifier,
    /// The holder (RFC 9207).
    pub iss: Url,
}

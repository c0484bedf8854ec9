//! Refusals over HTTP: problem details (RFC 9457), and OAuth's errors with our code beside.

use axum::Json;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use phr_link::{Code, Error, Lang};
use serde_json::{Value, json};

/// A refusal. It holds a code and a place, never a value, so that it can be told and logged.
#[derive(Clone, Debug)]
pub struct Problem {
    /// The code.
    pub code: Code,
    /// A JSON pointer, where one helps.
    pub path: Option<String>,
    /// Where HTTP has a better word than the table.
    status: Option<StatusCode>,
    /// After how many seconds it is worth to come back, where that is known.
    wait: Option<i64>,
    /// Whether a client did not prove who it is.
    is_of_client: bool,
}

impl std::fmt::Display for Problem {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.code.text(Lang::En))?;
        match &self.path {
            Some(path) => write!(f, " ({path})"),
            None => Ok(()),
        }
    }
}

impl std::error::Error for Problem {}

impl From<Error> for Problem {
    fn from(error: Error) -> Self {
        Self::at(error.code(), error.path().map(str::to_owned))
    }
}

impl From<Code> for Problem {
    fn from(code: Code) -> Self {
        Self::at(code, None)
    }
}

impl From<sqlx::Error> for Problem {
    fn from(error: sqlx::Error) -> Self {
        // The text may hold values: only its kind is told.
        let is_row = matches!(error, sqlx::Error::RowNotFound);
        tracing::error!(is_row, "the store failed");
        Self::from(Code::Internal)
    }
}

impl Problem {
    /// A refusal at a JSON pointer.
    #[must_use]
    pub const fn at(code: Code, path: Option<String>) -> Self {
        Self {
            code,
            path,
            status: None,
            wait: None,
            is_of_client: false,
        }
    }

    /// A request that cannot be read, with HTTP's own word for it.
    pub(crate) const fn unreadable(status: StatusCode) -> Self {
        Self::with_status(Code::CallerMalformed, status)
    }

    /// A refusal for which HTTP has a better word than the table.
    pub(crate) const fn with_status(code: Code, status: StatusCode) -> Self {
        Self {
            code,
            path: None,
            status: Some(status),
            wait: None,
            is_of_client: false,
        }
    }

    /// A refusal that says when to come back, in seconds.
    pub(crate) const fn later(code: Code, wait: Option<i64>) -> Self {
        Self {
            code,
            path: None,
            status: None,
            wait,
            is_of_client: false,
        }
    }

    /// The same, as a fault of who a client says that it is.
    pub(crate) const fn of_client(mut self) -> Self {
        self.is_of_client = true;
        self
    }

    fn status(&self) -> StatusCode {
        let by_table = StatusCode::from_u16(self.code.http_status());
        self.status
            .or(by_table.ok())
            .unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
    }

    /// The refusal as OAuth writes it: our code stands beside OAuth's word.
    #[must_use]
    pub fn oauth(&self, error: &'static str) -> Response {
        let error = if self.is_of_client {
            "invalid_client"
        } else {
            error
        };
        let (status, error) = match self.code {
            Code::Internal => (StatusCode::INTERNAL_SERVER_ERROR, "server_error"),
            Code::ServerRateLimited => (StatusCode::TOO_MANY_REQUESTS, "temporarily_unavailable"),
            Code::SourceUnavailable => (StatusCode::SERVICE_UNAVAILABLE, "temporarily_unavailable"),
            Code::CallerMalformed
            | Code::CallerMisuse
            | Code::CallerKeyInFlight
            | Code::CallerKeyReused => (self.status(), "invalid_request"),
            Code::EmergencyRefused => (self.status(), "access_denied"),
            _ if error == "invalid_client" => (StatusCode::UNAUTHORIZED, error),
            _ => (StatusCode::BAD_REQUEST, error),
        };
        let body = json!({
            "error": error, "error_description": self.code.text(Lang::En), "code": self.code,
            "path": self.path, "hint": self.code.hint(Lang::En),
            "ja": {"title": self.code.text(Lang::Ja), "hint": self.code.hint(Lang::Ja)},
        });
        let mut response = (status, no_store(), Json(body)).into_response();
        retry_after(&mut response, self.wait);
        if status == StatusCode::UNAUTHORIZED {
            let challenge = HeaderValue::from_static("DPoP algs=\"EdDSA Ed25519\"");
            response
                .headers_mut()
                .insert(header::WWW_AUTHENTICATE, challenge);
        }
        response.extensions_mut().insert(self.clone());
        response
    }

    fn challenge(&self) -> Option<HeaderValue> {
        let error = match self.code {
            Code::ProofNonceRequired => "use_dpop_nonce",
            code if code.as_str().starts_with("proof.") => "invalid_dpop_proof",
            _ => "invalid_token",
        };
        HeaderValue::from_str(&format!("DPoP error=\"{error}\", algs=\"EdDSA Ed25519\"")).ok()
    }
}

/// The axis of a detail on which a request asks for more than was granted.
const fn axis(code: Code) -> Option<&'static str> {
    Some(match code {
        Code::ScopeNotGranted => "datatypes",
        Code::ScopeActionNotGranted => "actions",
        Code::ScopePeriodNotGranted => "period",
        Code::ScopePurposeNotGranted => "purposes",
        Code::ScopeExcluded => "exclude",
        Code::GrantUseLimit => "frequency",
        _ => return None,
    })
}

/// Whoever has to come back is told when, in seconds.
fn retry_after(response: &mut Response, wait: Option<i64>) {
    let value = match (wait, response.status()) {
        (Some(seconds), _) => HeaderValue::from(seconds.max(1)),
        (None, StatusCode::TOO_MANY_REQUESTS) => HeaderValue::from_static("60"),
        (None, StatusCode::SERVICE_UNAVAILABLE) => HeaderValue::from_static("30"),
        (None, _) => return,
    };
    response.headers_mut().insert(header::RETRY_AFTER, value);
}

/// What is personal is never cached.
#[must_use]
pub fn no_store() -> [(header::HeaderName, HeaderValue); 1] {
    [(header::CACHE_CONTROL, HeaderValue::from_static("no-store"))]
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let status = self.status();
        let mut body = json!({
            "type": format!("urn:phr-link:code:{}", self.code),
            "title": self.code.text(Lang::En), "status": status.as_u16(),
            "code": self.code, "hint": self.code.hint(Lang::En),
            "ja": {"title": self.code.text(Lang::Ja), "hint": self.code.hint(Lang::Ja)},
        });
        let optional = [("axis", axis(self.code)), ("path", self.path.as_deref())];
        if let Some(members) = body.as_object_mut() {
            for (name, value) in optional {
                if let Some(value) = value {
                    members.insert(name.to_owned(), Value::from(value));
                }
            }
        }
        let mut response = (status, no_store(), Json(body)).into_response();
        retry_after(&mut response, self.wait);
        let headers = response.headers_mut();
        headers.insert(
            header::CONTENT_TYPE,
            HeaderValue::from_static("application/problem+json; charset=utf-8"),
        );
        if status == StatusCode::UNAUTHORIZED
            && let Some(challenge) = self.challenge()
        {
            headers.insert(header::WWW_AUTHENTICATE, challenge);
        }
        // Whoever answers a browser can say it as a page.
        response.extensions_mut().insert(self);
        response
    }
}

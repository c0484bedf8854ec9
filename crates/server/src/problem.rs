//! Refusals over HTTP: problem details (RFC 9457), and OAuth's errors with our code beside.

use axum::Json;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use phr_link::{Code, Error, Lang};
use serde_json::json;

/// A refusal.
#[derive(Clone, Debug)]
pub struct Problem {
    /// The code.
    pub code: Code,
    /// A JSON pointer, where one helps.
    pub path: Option<String>,
}

impl From<Error> for Problem {
    fn from(error: Error) -> Self {
        Self {
            code: error.code(),
            path: error.path().map(str::to_owned),
        }
    }
}

impl From<Code> for Problem {
    fn from(code: Code) -> Self {
        Self { code, path: None }
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
    fn status(&self) -> StatusCode {
        StatusCode::from_u16(self.code.http_status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
    }

    /// The refusal as OAuth writes it.
    #[must_use]
    pub fn oauth(&self, error: &'static str) -> Response {
        let body = json!({
            "error": error, "error_description": self.code.text(Lang::En), "code": self.code,
            "path": self.path, "hint": self.code.hint(Lang::En),
        });
        (StatusCode::BAD_REQUEST, no_store(), Json(body)).into_response()
    }
}

/// What is personal is never cached.
#[must_use]
pub fn no_store() -> [(header::HeaderName, HeaderValue); 1] {
    [(header::CACHE_CONTROL, HeaderValue::from_static("no-store"))]
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let status = self.status();
        let body = json!({
            "type": "about:blank", "title": self.code.text(Lang::En), "status": status.as_u16(),
            "code": self.code, "path": self.path, "hint": self.code.hint(Lang::En),
            "ja": {"title": self.code.text(Lang::Ja), "hint": self.code.hint(Lang::Ja)},
        });
        let mut response = (status, no_store(), Json(body)).into_response();
        let headers = response.headers_mut();
        headers.insert(
            header::CONTENT_TYPE,
            HeaderValue::from_static("application/problem+json; charset=utf-8"),
        );
        if status == StatusCode::UNAUTHORIZED {
            let error = match self.code {
                Code::ProofNonceRequired => "use_dpop_nonce",
                code if code.as_str().starts_with("proof.") => "invalid_dpop_proof",
                _ => "invalid_token",
            };
            let value = format!("DPoP error=\"{error}\", algs=\"EdDSA Ed25519\"");
            if let Ok(value) = HeaderValue::from_str(&value) {
                headers.insert(header::WWW_AUTHENTICATE, value);
            }
        }
        response
    }
}

//! Reading requests: what cannot be read is refused with a code, and nothing of it is repeated.
//! Axum's own texts quote what was sent, so only the status of its refusals is kept.

use axum::body::Bytes;
use axum::extract::{FromRequest, FromRequestParts, Request};
use axum::http::request::Parts;
use axum::http::{HeaderMap, StatusCode, header};
use phr_link::wire::json::Doc;
use serde::de::DeserializeOwned;

use crate::problem::Problem;

/// How deep a body may be nested.
const MAX_DEPTH: usize = 32;

/// A JSON body, read as strictly as tokens are: no member twice, at any depth.
pub(crate) struct Json<T>(pub(crate) T);

/// A form.
pub(crate) struct Form<T>(pub(crate) T);

/// A part of the path.
pub(crate) struct Path<T>(pub(crate) T);

/// A query.
pub(crate) struct Query<T>(pub(crate) T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for Json<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        if !is_json(request.headers()) {
            return Err(Problem::unreadable(StatusCode::UNSUPPORTED_MEDIA_TYPE));
        }
        let body = Bytes::from_request(request, state)
            .await
            .map_err(|rejection| unreadable(rejection.status()))?;
        let doc = Doc::parse_to_depth(&body, MAX_DEPTH)
            .map_err(|_| Problem::unreadable(StatusCode::BAD_REQUEST))?;
        T::deserialize(doc.root())
            .map(Self)
            .map_err(|_| Problem::unreadable(StatusCode::BAD_REQUEST))
    }
}

fn is_json(headers: &HeaderMap) -> bool {
    let mut values = headers.get_all(header::CONTENT_TYPE).iter();
    let (Some(value), None) = (values.next(), values.next()) else {
        return false;
    };
    let kind = value.to_str().unwrap_or_default().split(';').next();
    kind.is_some_and(|kind| kind.trim().eq_ignore_ascii_case("application/json"))
}

/// What is of the right form and means nothing is as unreadable as what is not.
fn unreadable(status: StatusCode) -> Problem {
    Problem::unreadable(match status {
        StatusCode::UNPROCESSABLE_ENTITY => StatusCode::BAD_REQUEST,
        status => status,
    })
}

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for Form<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        match axum::Form::from_request(request, state).await {
            Ok(axum::Form(value)) => Ok(Self(value)),
            Err(rejection) => Err(unreadable(rejection.status())),
        }
    }
}

impl<T: DeserializeOwned + Send, S: Send + Sync> FromRequestParts<S> for Path<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        match axum::extract::Path::from_request_parts(parts, state).await {
            Ok(axum::extract::Path(value)) => Ok(Self(value)),
            Err(rejection) => Err(unreadable(rejection.status())),
        }
    }
}

impl<T: DeserializeOwned, S: Send + Sync> FromRequestParts<S> for Query<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        match axum::extract::Query::from_request_parts(parts, state).await {
            Ok(axum::extract::Query(value)) => Ok(Self(value)),
            Err(rejection) => Err(unreadable(rejection.status())),
        }
    }
}

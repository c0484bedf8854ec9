//! A way to sign in, as an answer over HTTP.

use axum::http::{HeaderValue, header};
use axum::response::{Html, IntoResponse as _, Redirect, Response};
use phr_link::Code;

use super::{SignIn, Visit, Way};
use crate::problem::{Problem, no_store};

/// The page, or the way to the provider.
pub(crate) async fn begin(sign_in: &dyn SignIn, visit: &Visit<'_>) -> Result<Response, Problem> {
    match sign_in.begin(visit).await? {
        Way::Page(html) => Ok((no_store(), Html(html)).into_response()),
        Way::Elsewhere { url, cookie } => {
            let mut response = (no_store(), Redirect::to(&url)).into_response();
            let cookie = HeaderValue::from_str(&cookie).map_err(|_| Code::Internal)?;
            response.headers_mut().insert(header::SET_COOKIE, cookie);
            Ok(response)
        }
    }
}

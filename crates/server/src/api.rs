//! What both sides say of their own calls, and how they answer what is none.

use std::sync::Arc;

use anyhow::{Context as _, Result};
use axum::Router;
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use axum::routing::get;
use phr_link::contract::Side;
use phr_link::{Code, Lang};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::input::Query;
use crate::problem::Problem;

mod page;
mod table;

/// Gives the routes `/openapi.json` and `/docs` of a side that is served at `base`.
///
/// # Errors
/// never, if the documents in this crate are those that the generator wrote
pub(crate) fn routes<S: Clone + Send + Sync + 'static>(
    side: Side,
    base: &str,
) -> Result<Router<S>> {
    let text = match side {
        Side::Holder => include_str!("../openapi/holder.json"),
        Side::Operator => include_str!("../openapi/operator.json"),
    };
    let mut document: Value = serde_json::from_str(text).context("the OpenAPI document")?;
    if let Some(members) = document.as_object_mut() {
        members.insert("servers".to_owned(), json!([{"url": base}]));
    }
    let ja: Arc<str> = page::html(side, &document, Lang::Ja).into();
    let en: Arc<str> = page::html(side, &document, Lang::En).into();
    let policy = HeaderValue::from_str(&page::policy()).context("the policy of the page")?;
    let document: Arc<str> = document.to_string().into();
    let openapi = move || async move { answer("application/json", document.to_string()) };
    let docs = move |headers: HeaderMap, Query(asked): Query<Asked>| async move {
        let lang = asked.lang.as_deref().and_then(Lang::parse);
        let text = match lang.unwrap_or_else(|| preferred(&headers)) {
            Lang::En => en,
            Lang::Ja => ja,
        };
        let mut response = answer("text/html; charset=utf-8", text.to_string());
        let fields = response.headers_mut();
        fields.insert(header::CONTENT_SECURITY_POLICY, policy);
        fields.insert(header::X_FRAME_OPTIONS, HeaderValue::from_static("DENY"));
        fields.insert(header::VARY, HeaderValue::from_static("accept-language"));
        response
    };
    Ok(Router::new()
        .route("/openapi.json", get(openapi))
        .route("/docs", get(docs)))
}

/// Answers where there is no route.
pub(crate) async fn no_such_call() -> Problem {
    Code::ServerNoSuchCall.into()
}

/// Answers where a route has other methods; `Allow` names them.
pub(crate) async fn no_such_method(_: Method) -> Problem {
    Problem::with_status(Code::ServerNoSuchCall, StatusCode::METHOD_NOT_ALLOWED)
}

#[derive(Deserialize)]
struct Asked {
    lang: Option<String>,
}

/// The language that a browser names first; ours, if it names none of the two.
fn preferred(headers: &HeaderMap) -> Lang {
    let accepted = headers.get(header::ACCEPT_LANGUAGE);
    let accepted = accepted.and_then(|value| value.to_str().ok());
    let mut tags = accepted.unwrap_or_default().split(',');
    let known = tags.find_map(|tag| Lang::parse(tag.trim().get(..2)?));
    known.unwrap_or(Lang::Ja)
}

fn answer(media: &'static str, text: String) -> Response {
    let mut response = text.into_response();
    let fields = response.headers_mut();
    fields.insert(header::CONTENT_TYPE, HeaderValue::from_static(media));
    fields.insert(
        header::CACHE_CONTROL,
        HeaderValue::from_static("max-age=300"),
    );
    response
}

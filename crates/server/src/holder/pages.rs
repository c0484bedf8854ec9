//! The holder's own pages. Whatever comes from others is written as text or as inert JSON.

use axum::extract::Request;
use axum::http::{HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::{Html, IntoResponse, Response};
use phr_link::Lang;
use serde_json::Value;

use crate::html::escape;
use crate::input::Path;
use crate::problem::Problem;

/// Our scripts and the engine, nothing else; no frame around us.
pub(super) const POLICY: &str = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

/// The files beside the pages.
pub(super) async fn asset(Path(name): Path<String>) -> Response {
    let (text, kind) = match name.as_str() {
        "consent.js" => (
            include_str!("pages/consent.js"),
            "text/javascript; charset=utf-8",
        ),
        "dashboard.js" => (
            include_str!("pages/dashboard.js"),
            "text/javascript; charset=utf-8",
        ),
        "words.js" => (
            include_str!("pages/words.js"),
            "text/javascript; charset=utf-8",
        ),
        "page.css" => (include_str!("pages/page.css"), "text/css; charset=utf-8"),
        _ => return StatusCode::NOT_FOUND.into_response(),
    };
    let mut response = text.into_response();
    response
        .headers_mut()
        .insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    response
}

/// Says a refusal to a person as a page; scripts get the problem details.
pub(super) async fn refusals(request: Request, next: Next) -> Response {
    let accept = request.headers().get(header::ACCEPT);
    let is_person = accept
        .and_then(|value| value.to_str().ok())
        .is_some_and(|value| value.contains("text/html"));
    let response = next.run(request).await;
    let problem = response.extensions().get::<Problem>();
    let (true, Some(code)) = (is_person, problem.map(|problem| problem.code)) else {
        return response;
    };
    let body = page(
        "続けられません",
        &format!(
            "<h1>続けられません</h1>\n<p>{}。</p>\n<p>{}。</p>\n<p class=\"quiet\">{}</p>",
            code.text(Lang::Ja),
            code.hint(Lang::Ja),
            code.as_str()
        ),
    );
    (response.status(), Html(body)).into_response()
}

/// JSON inside a page: no tag can be closed or opened by it.
fn inert(data: &Value) -> String {
    data.to_string()
        .replace('<', "\\u003c")
        .replace('\u{2028}', "\\u2028")
        .replace('\u{2029}', "\\u2029")
}

fn page(title: &str, body: &str) -> String {
    format!(
        "<!doctype html>\n<html lang=\"ja\">\n<head>\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>{title}</title>\n<link rel=\"stylesheet\" href=\"/assets/page.css\">\n</head>\n<body>\n<header class=\"bar\"><span>見本記録保管</span><span class=\"quiet\">試験用の画面です。実在の人の記録はありません。</span></header>\n<main>\n{body}\n</main>\n</body>\n</html>\n"
    )
}

/// The sandbox's sign-in.
pub(super) fn login(people: &[(&str, &str)], request_uri: Option<&str>) -> String {
    let hidden = request_uri.map_or(String::new(), |uri| {
        format!(
            "<input type=\"hidden\" name=\"request_uri\" value=\"{}\">",
            escape(uri)
        )
    });
    let buttons: String = people
        .iter()
        .map(|(id, name)| {
            format!(
                "<button name=\"person\" value=\"{}\">{}</button>",
                escape(id),
                escape(name)
            )
        })
        .collect();
    page(
        "サインイン",
        &format!(
            "<h1>どなたですか</h1>\n<p>試験用の人を選んでください。</p>\n<form method=\"post\" action=\"/login\" class=\"answers\">{hidden}{buttons}</form>"
        ),
    )
}

/// The consent screen; a script fills it in from the data.
pub(super) fn consent(data: &Value) -> String {
    page(
        "記録を渡しますか",
        &format!(
            "<noscript><p>この画面にはJavaScriptが必要です。</p></noscript>\n<div id=\"screen\"></div>\n<script type=\"application/json\" id=\"data\">{}</script>\n<script type=\"module\" src=\"/assets/consent.js\"></script>",
            inert(data)
        ),
    )
}

/// What the person shares.
pub(super) fn dashboard(data: &Value) -> String {
    page(
        "渡している記録",
        &format!(
            "<h1>渡している記録</h1>\n<div id=\"screen\"></div>\n<script type=\"application/json\" id=\"data\">{}</script>\n<script type=\"module\" src=\"/assets/dashboard.js\"></script>",
            inert(data)
        ),
    )
}

//! The operator's own pages, for the sandbox. Whatever comes from others is written as text or as
//! inert JSON.

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use serde_json::Value;

use crate::html::{self, escape, inert};
use crate::input::Path;
use crate::records::synthetic::PEOPLE;

/// Our script and nothing else; no frame around us.
pub(super) const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

/// The files beside the pages.
pub(super) async fn asset(Path(name): Path<String>) -> Response {
    let (text, kind) = match name.as_str() {
        "home.js" => (
            include_str!("pages/home.js"),
            "text/javascript; charset=utf-8",
        ),
        "page.css" => (
            include_str!("../holder/pages/page.css"),
            "text/css; charset=utf-8",
        ),
        _ => return StatusCode::NOT_FOUND.into_response(),
    };
    let mut response = text.into_response();
    let kind = HeaderValue::from_static(kind);
    response.headers_mut().insert(header::CONTENT_TYPE, kind);
    response
}

/// Whose pages these are.
pub(super) const BRAND: &str = "見本ライフ";

fn page(title: &str, body: &str) -> String {
    html::page(BRAND, title, body)
}

/// The sandbox's sign-in.
pub(super) fn login(_: &str) -> String {
    let button = |id: &str, name: &str| {
        let (id, name) = (escape(id), escape(name));
        format!("<button name=\"person\" value=\"{id}\">{name}</button>")
    };
    let buttons: String = PEOPLE.iter().map(|one| button(one.id, one.name)).collect();
    page(
        "サインイン",
        &format!(
            "<h1>どなたですか</h1>\n<p>試験用の人を選んでください。</p>\n<form method=\"post\" action=\"/login\" class=\"answers\">{buttons}</form>"
        ),
    )
}

/// What is linked, and what the person can do with it; a script fills it in from the data.
pub(super) fn home(data: &Value) -> String {
    page(
        "わたしの記録",
        &format!(
            "<h1>わたしの記録</h1>\n<noscript><p>この画面にはJavaScriptが必要です。</p></noscript>\n<div id=\"screen\"></div>\n<script type=\"application/json\" id=\"data\">{}</script>\n<script type=\"module\" src=\"/assets/home.js\"></script>",
            inert(data)
        ),
    )
}

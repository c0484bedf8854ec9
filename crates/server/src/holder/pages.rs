//! The holder's own pages. Whatever comes from others is written as text or as inert JSON.

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::Value;

use crate::html::{self, escape, inert};
use crate::input::Path;
use crate::records::synthetic::{PEOPLE, Person};

/// Our scripts and the engine, nothing else; no frame around us.
pub(super) const POLICY: &str = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

/// The files beside the pages.
pub(super) async fn asset(Path(name): Path<String>) -> Response {
    const SCRIPT: &str = "text/javascript; charset=utf-8";
    let (text, kind) = match name.as_str() {
        "agents.js" => (include_str!("pages/agents.js"), SCRIPT),
        "consent.js" => (include_str!("pages/consent.js"), SCRIPT),
        "dashboard.js" => (include_str!("pages/dashboard.js"), SCRIPT),
        "page.js" => (include_str!("pages/page.js"), SCRIPT),
        "person.js" => (include_str!("pages/person.js"), SCRIPT),
        "page.css" => (include_str!("pages/page.css"), "text/css; charset=utf-8"),
        _ => return StatusCode::NOT_FOUND.into_response(),
    };
    let mut response = text.into_response();
    response
        .headers_mut()
        .insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    response
}

/// Whose pages these are.
pub(super) const BRAND: &str = "見本記録保管";

fn page(title: &str, body: &str) -> String {
    html::page(BRAND, title, body)
}

/// The sandbox's sign-in.
pub(super) fn login(target: &str) -> String {
    let hidden = if target.is_empty() {
        String::new()
    } else {
        let target = escape(target);
        format!("<input type=\"hidden\" name=\"request_uri\" value=\"{target}\">")
    };
    let button = |one: &Person| {
        let (id, name) = (escape(one.id), escape(one.name));
        format!("<button name=\"person\" value=\"{id}\">{name}</button>")
    };
    let buttons: String = PEOPLE.iter().map(button).collect();
    page(
        "サインイン",
        &format!(
            "<h1>どなたですか</h1>\n<p>試験用の人を選んでください。</p>\n<form method=\"post\" action=\"/login\" class=\"answers\">{hidden}{buttons}</form>"
        ),
    )
}

/// For whom somebody is here who may act for others.
pub(super) fn acting(choices: &[(String, String)], request_uri: &str) -> String {
    let others: String = choices
        .iter()
        .map(|(id, name)| {
            format!(
                "<button name=\"agency\" value=\"{}\">{}さんの代理人として</button>",
                escape(id),
                escape(name)
            )
        })
        .collect();
    page(
        "だれのための手続きですか",
        &format!(
            "<h1>だれのための手続きですか</h1>\n<p>代理人としての手続きには、あなたの名前と代理の根拠が記録されます。</p>\n<form method=\"post\" action=\"/acting\" class=\"answers\"><input type=\"hidden\" name=\"request_uri\" value=\"{}\"><button name=\"agency\" value=\"\">自分のため</button>{others}</form>",
            escape(request_uri)
        ),
    )
}

/// Where the person comes back from a source.
pub(super) fn retrieved() -> String {
    page(
        "受け付けました",
        "<h1>受け付けました</h1>\n<p>記録が届くと、アプリに表示されます。この画面は閉じてかまいません。</p>",
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
            "<h1 id=\"title\">渡している記録</h1>\n<div id=\"screen\"></div>\n<script type=\"application/json\" id=\"data\">{}</script>\n<script type=\"module\" src=\"/assets/dashboard.js\"></script>",
            inert(data)
        ),
    )
}

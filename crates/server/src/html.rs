//! Pages, and text inside them: whatever it is, it stays text.

use axum::extract::{Request, State};
use axum::http::{HeaderValue, header};
use axum::middleware::Next;
use axum::response::Response;
use phr_link::Lang;
use serde_json::Value;

use crate::problem::Problem;

/// Writes a text so that it can stand in an element or in a quoted attribute.
pub(crate) fn escape(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
}

/// JSON inside a page: no tag can be closed or opened by it.
pub(crate) fn inert(data: &Value) -> String {
    data.to_string()
        .replace('<', "\\u003c")
        .replace('\u{2028}', "\\u2028")
        .replace('\u{2029}', "\\u2029")
}

/// A page in the one frame of all sandbox pages.
pub(crate) fn page(brand: &str, title: &str, body: &str) -> String {
    format!(
        "<!doctype html>\n<html lang=\"ja\">\n<head>\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>{title}</title>\n<link rel=\"stylesheet\" href=\"/assets/page.css\">\n</head>\n<body>\n<header class=\"bar\"><span>{brand}</span><span class=\"quiet\">試験用の画面です。実在の人の記録はありません。</span><span id=\"language\"></span></header>\n<main>\n{body}\n</main>\n</body>\n</html>\n"
    )
}

/// Says a refusal to a person as a page; scripts get the problem details.
pub(crate) async fn refusals(
    State(brand): State<&'static str>,
    request: Request,
    next: Next,
) -> Response {
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
        brand,
        "続けられません",
        &format!(
            "<h1>続けられません</h1>\n<p>{}。</p>\n<p>{}。</p>\n<p class=\"quiet\">{}</p>",
            code.text(Lang::Ja),
            code.hint(Lang::Ja),
            code.as_str()
        ),
    );
    // The rest of the answer stays: what is not kept, when to come back, and what the audit log reads.
    let (mut head, _) = response.into_parts();
    head.headers.remove(header::CONTENT_LENGTH);
    let html = HeaderValue::from_static("text/html; charset=utf-8");
    head.headers.insert(header::CONTENT_TYPE, html);
    Response::from_parts(head, body.into())
}

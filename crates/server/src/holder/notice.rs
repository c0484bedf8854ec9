//! The recipient's notice, fetched once: no redirect, no private address, plain text, bounded.

use phr_link::Code;

use crate::fetch;
use crate::problem::Problem;

/// The largest notice, in bytes.
const MAX_NOTICE: usize = 256 * 1_024;

/// Fetches a notice. That its origin is registered for the client was checked by the core.
///
/// # Errors
/// `request.notice`
pub(super) async fn fetch(uri: &str) -> Result<String, Problem> {
    let refuse = |_| Problem::from(Code::RequestNotice);
    let url = reqwest::Url::parse(uri).map_err(|_| Code::RequestNotice)?;
    if !fetch::is_allowed(&url) {
        return Err(Code::RequestNotice.into());
    }
    let client = fetch::client().map_err(refuse)?;
    let answer = client.get(url).send().await.map_err(refuse)?;
    let content = answer
        .headers()
        .get("content-type")
        .and_then(|value| value.to_str().ok());
    let is_plain = content.is_some_and(|kind| {
        let kind = kind.to_ascii_lowercase().replace(' ', "");
        kind == "text/plain" || kind == "text/plain;charset=utf-8"
    });
    if answer.status() != reqwest::StatusCode::OK || !is_plain {
        return Err(Code::RequestNotice.into());
    }
    let text = fetch::body(answer, MAX_NOTICE).await;
    text.ok_or_else(|| Code::RequestNotice.into())
}

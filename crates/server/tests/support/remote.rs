//! A holder in another process, asked over TCP.

use std::net::SocketAddr;

use axum::body::Body;
use axum::http::Request;
use http_body_util::BodyExt as _;

use super::Answer;

/// Sends a request. Where the holder has been killed no answer ever comes: whoever asked is ended
/// from outside, and knows nothing of what became of it.
pub(crate) async fn send(address: SocketAddr, request: Request<Body>) -> Answer {
    match exchange(address, request).await {
        Ok(answer) => answer,
        Err(_) => std::future::pending().await,
    }
}

async fn exchange(address: SocketAddr, request: Request<Body>) -> reqwest::Result<Answer> {
    let (head, body) = request.into_parts();
    let path = head.uri.path_and_query().map_or("/", |path| path.as_str());
    let client = reqwest::Client::builder()
        .no_proxy()
        .redirect(reqwest::redirect::Policy::none())
        .build()?;
    let answer = client
        .request(head.method, format!("http://{address}{path}"))
        .headers(head.headers)
        .body(body.collect().await.unwrap().to_bytes())
        .send()
        .await?;
    Ok(Answer {
        status: answer.status(),
        headers: answer.headers().clone(),
        text: answer.text().await?,
    })
}

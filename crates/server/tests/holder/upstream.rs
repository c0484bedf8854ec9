//! A real server on this machine that says what a test has it say.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::extract::{Request as Call, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse as _, Response};
use serde_json::Value;

/// What an upstream says: by path, one answer after another, the last one for ever.
#[derive(Clone, Default)]
pub(crate) struct Upstream {
    says: Arc<Mutex<HashMap<String, Vec<Said>>>>,
    pub(crate) asked: Arc<Mutex<Vec<(String, HeaderMap, String)>>>,
    pub(crate) address: String,
}

pub(crate) type Said = (u16, Option<i64>, Value);

impl Upstream {
    pub(crate) async fn start() -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let upstream = Self {
            address: format!("http://{}", listener.local_addr().unwrap()),
            ..Self::default()
        };
        let router = Router::new().fallback(answer).with_state(upstream.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        upstream
    }

    pub(crate) fn say(&self, path: &str, answers: &[Said]) {
        self.says
            .lock()
            .unwrap()
            .insert(path.to_owned(), answers.to_vec());
    }

    pub(crate) fn asked(&self, part: &str) -> usize {
        let asked = self.asked.lock().unwrap();
        asked
            .iter()
            .filter(|(path, ..)| path.contains(part))
            .count()
    }
}

async fn answer(State(upstream): State<Upstream>, call: Call) -> Response {
    let (head, body) = call.into_parts();
    let path = head.uri.path_and_query().unwrap().as_str().to_owned();
    let body = axum::body::to_bytes(body, 1 << 20).await.unwrap();
    let text = String::from_utf8(body.to_vec()).unwrap();
    upstream
        .asked
        .lock()
        .unwrap()
        .push((path.clone(), head.headers, text));
    let said = {
        let mut says = upstream.says.lock().unwrap();
        match says.get_mut(&path) {
            None => (404, None, Value::Null),
            Some(answers) if answers.len() > 1 => answers.remove(0),
            Some(answers) => answers[0].clone(),
        }
    };
    let (status, retry_after, body) = said;
    let text = body
        .as_str()
        .map_or_else(|| body.to_string(), str::to_owned);
    let mut response = (StatusCode::from_u16(status).unwrap(), text).into_response();
    let fields = response.headers_mut();
    fields.insert("content-type", "application/json".parse().unwrap());
    if let Some(seconds) = retry_after {
        fields.insert("retry-after", seconds.into());
    }
    response
}

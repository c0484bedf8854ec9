//! What everybody sees: metadata, header fields, the form of errors.

use anyhow::Result;
use phr_link::scope::Purpose;
use reqwest::Method;
use serde_json::Value;

use super::{Cases, READ, Target};
use crate::player::Answer;

async fn plain(target: &Target, method: Method, path: &str) -> Result<Answer> {
    let app = target.app()?;
    let request = app.http.request(method, format!("{}{path}", target.base));
    Answer::of(request.send().await?).await
}

pub(super) async fn metadata(target: &Target) -> Result<Cases> {
    let mut cases = Cases::default();
    let own = plain(target, Method::GET, "/.well-known/phr-configuration").await?;
    let oauth = plain(
        target,
        Method::GET,
        "/.well-known/oauth-authorization-server",
    )
    .await?;
    let text = |body: &Value, name: &str| {
        body.get(name)
            .and_then(Value::as_str)
            .unwrap_or_default()
            .to_owned()
    };
    cases.holds(
        "issuer",
        "",
        "the issuer is the address it was found at",
        text(&own.body, "issuer") == target.base,
        "another issuer",
    );
    cases.holds(
        "same",
        "",
        "both documents name one issuer and one token endpoint",
        ["issuer", "token_endpoint"]
            .iter()
            .all(|name| text(&own.body, name) == text(&oauth.body, name)),
        "two different ones",
    );
    let members = own.body.as_object().cloned().unwrap_or_default();
    let endpoints: Vec<_> = members
        .iter()
        .filter(|(name, _)| name.ends_with("_endpoint") || *name == "jwks_uri")
        .collect();
    let is_here = |(_, address): &(&String, &Value)| {
        address
            .as_str()
            .is_some_and(|address| address.starts_with(&target.base))
    };
    cases.holds(
        "origin",
        "",
        "every endpoint lies at the issuer",
        !endpoints.is_empty() && endpoints.iter().all(is_here),
        "there are none, or one lies elsewhere",
    );
    let place = text(&own.body, "jwks_uri");
    let place = place.strip_prefix(&target.base).unwrap_or("/jwks");
    let keys = plain(target, Method::GET, place).await?;
    let keys = keys
        .body
        .get("keys")
        .and_then(Value::as_array)
        .cloned()
        .unwrap_or_default();
    cases.holds(
        "keys",
        "",
        "its keys are published, and only their public halves",
        !keys.is_empty() && keys.iter().all(|key| key.get("d").is_none()),
        "no keys, or private ones",
    );
    Ok(cases)
}

pub(super) async fn headers(target: &Target) -> Result<Cases> {
    let mut cases = Cases::default();
    let linked = target.link(0).await?;
    let read = linked.read(READ, Purpose::SelfView).await?;
    let bare = plain(target, Method::GET, &format!("/records/{READ}")).await?;
    let field = |answer: &Answer, name: &str| {
        let value = answer
            .headers
            .get(name)
            .and_then(|value| value.to_str().ok());
        value.unwrap_or_default().to_lowercase()
    };
    cases.holds(
        "no-store",
        "NET-006",
        "records are not to be stored on the way",
        field(&read, "cache-control").contains("no-store"),
        "nothing says so",
    );
    for (name, answer) in [("records", &read), ("refusal", &bare)] {
        cases.holds(
            &format!("nosniff-{name}"),
            "NET-006",
            "what it is, is not to be guessed",
            field(answer, "x-content-type-options") == "nosniff",
            "nothing says so",
        );
        cases.holds(
            &format!("no-server-{name}"),
            "NET-006",
            "the program and its version are not told",
            field(answer, "server").is_empty() && field(answer, "x-powered-by").is_empty(),
            "they are told",
        );
    }
    cases.status(
        "no-credentials",
        "API-001",
        "nobody in particular gets nothing",
        &[401],
        Ok(bare.clone()),
    );
    cases.holds(
        "challenge",
        "API-001",
        "a refusal names the scheme",
        field(&bare, "www-authenticate").starts_with("dpop"),
        "it does not",
    );
    cases.holds(
        "problem",
        "API-027",
        "a refusal is a problem with a code",
        field(&bare, "content-type").starts_with("application/problem+json")
            && !bare.code.is_empty(),
        "it is something else",
    );
    for method in [Method::PUT, Method::DELETE, Method::PATCH] {
        let answer = plain(target, method.clone(), &format!("/records/{READ}")).await;
        cases.status(
            &format!("method-{}", method.as_str().to_lowercase()),
            "API-019",
            "a method that no call has",
            &[405],
            answer,
        );
    }
    for (id, path) in [
        ("path-traversal", "/records/..%2fconsents"),
        ("path-semicolon", "/records/allergy;jsessionid=1"),
    ] {
        cases.status(
            id,
            "API-022",
            "a path that is none",
            &[400, 401, 403, 404],
            plain(target, Method::GET, path).await,
        );
    }
    let answer = plain(target, Method::GET, "/no-such-call").await;
    cases.status("path-unknown", "", "a call that is none", &[404], answer);
    Ok(cases)
}

//! The OpenAPI 3.1 document of a side, and the JSON Schema of each of its messages, from the table.

use alloc::borrow::ToOwned;
use alloc::collections::BTreeMap;
use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

use schemars::generate::SchemaSettings;
use schemars::transform::RecursiveTransform;
use schemars::{Schema, SchemaGenerator};
use serde_json::{Map, Value, json};

use super::call::{Answer, Body, Call, Caller, Message, Parameter, Place, Refusal, Side};
use super::events::EventError;
use super::oauth::OAuthError;
use super::problem::Problem;
use super::{CALLS, calls_of};

const DIALECT: &str = "https://json-schema.org/draft/2020-12/schema";

/// Gives the OpenAPI 3.1 document of a side.
#[must_use]
pub fn document(side: Side) -> Value {
    let mut generator = generator("/components/schemas");
    let mut paths = Map::new();
    for call in calls_of(side) {
        let methods = paths.entry(call.path).or_insert_with(|| json!({}));
        if let Some(methods) = methods.as_object_mut() {
            let method = call.method.as_str().to_ascii_lowercase();
            methods.insert(method, operation(call, &mut generator));
        }
    }
    let (title, summary) = match side {
        Side::Holder => (
            "PHR-Link holder",
            "Has personal health records, and gives them by the person's consent.",
        ),
        Side::Operator => (
            "PHR-Link operator",
            "Asks for personal health records, and answers for what it does with them.",
        ),
    };
    json!({
        "openapi": "3.1.1",
        "jsonSchemaDialect": DIALECT,
        "info": {
            "title": title,
            "summary": summary,
            "version": env!("CARGO_PKG_VERSION"),
            "license": {"name": "MIT OR Apache-2.0", "identifier": "MIT OR Apache-2.0"},
        },
        "servers": [{"url": "/"}],
        "paths": paths,
        "components": {
            "schemas": generator.take_definitions(true),
            "securitySchemes": schemes(side),
        },
    })
}

/// Gives the JSON Schema (2020-12) of every message, by its name.
#[must_use]
pub fn schemas() -> BTreeMap<String, Value> {
    let mut all = BTreeMap::new();
    for call in CALLS.iter().copied().flatten() {
        let answers = call.answers.iter().flat_map(|answer| answer.bodies);
        for body in call.request.iter().chain(answers) {
            add(&mut all, body.message.schema);
        }
    }
    for refusal in [Refusal::Event, Refusal::OAuth, Refusal::Problem] {
        add(&mut all, refused(refusal).schema);
    }
    all
}

/// Adds a message that has a schema of its own; what is only a text or bytes has none.
fn add(all: &mut BTreeMap<String, Value>, schema: fn(&mut SchemaGenerator) -> Schema) {
    let mut generator = generator("/$defs");
    let reference = schema(&mut generator);
    let name = reference.get("$ref").and_then(Value::as_str);
    let Some(name) = name.and_then(|place| place.strip_prefix("#/$defs/")) else {
        return;
    };
    let mut definitions = generator.take_definitions(true);
    let mut root = definitions.remove(name).unwrap_or_default();
    if let Some(members) = root.as_object_mut() {
        members.insert("$schema".to_owned(), DIALECT.into());
        members.insert("title".to_owned(), name.into());
        if !definitions.is_empty() {
            members.insert("$defs".to_owned(), definitions.into());
        }
    }
    all.insert(name.to_owned(), root);
}

fn generator(place: &str) -> SchemaGenerator {
    let mut settings = SchemaSettings::draft2020_12();
    settings.definitions_path = place.to_owned().into();
    settings.transforms = alloc::vec![alloc::boxed::Box::new(RecursiveTransform(plain))];
    settings.into_generator()
}

/// Words are written as `enum`, which every tool knows; Rust's names of number types are left out.
fn plain(schema: &mut Schema) {
    let words: Option<Vec<Value>> = schema.get("oneOf").and_then(|alternatives| {
        let alternatives = alternatives.as_array()?.iter();
        alternatives
            .map(|alternative| {
                alternative
                    .get("const")
                    .filter(|word| word.is_string())
                    .cloned()
            })
            .collect()
    });
    if let Some(words) = words {
        schema.remove("oneOf");
        schema.insert("type".to_owned(), "string".into());
        schema.insert("enum".to_owned(), words.into());
    }
    let is_rust = |format: &Value| {
        format
            .as_str()
            .is_some_and(|format| format.starts_with("uint"))
    };
    if schema.get("format").is_some_and(is_rust) {
        schema.remove("format");
    }
}

fn operation(call: &Call, generator: &mut SchemaGenerator) -> Value {
    let mut parameters: Vec<Value> = Vec::new();
    for parameter in call.parameters {
        parameters.push(described(parameter, generator));
    }
    if call.takes_key {
        let key = Parameter::header(
            "Idempotency-Key",
            Message::of::<super::IdempotencyKey>("IdempotencyKey"),
            "A name of the caller's for this call: a second one with it answers as the first did.",
            "呼び出し側が付ける名前。同じ名前の2回目は、1回目と同じ応答になる。",
        );
        parameters.push(described(&key, generator));
    }
    let mut responses = Map::new();
    for answer in call.answers {
        responses.insert(answer.status.to_string(), answered(answer, generator));
    }
    let refusal = refused(call.refusal);
    let media = match call.refusal {
        Refusal::Problem => "application/problem+json",
        Refusal::Event | Refusal::OAuth => "application/json",
    };
    for status in call.statuses() {
        let content = content(&Body::of(media, refusal), generator);
        let said = json!({"description": words(status), "content": content});
        responses.insert(status.to_string(), said);
    }
    let mut operation = json!({
        "operationId": call.id,
        "summary": call.en,
        "description": call.ja,
        "tags": call.callers.iter().map(|caller| caller.as_str()).collect::<Vec<_>>(),
        "responses": responses,
        "security": call.callers.iter().map(|caller| security(call, *caller)).collect::<Vec<_>>(),
    });
    if let Some(members) = operation.as_object_mut() {
        if !parameters.is_empty() {
            members.insert("parameters".to_owned(), parameters.into());
        }
        if let Some(request) = &call.request {
            let body = json!({"required": true, "content": content(request, generator)});
            members.insert("requestBody".to_owned(), body);
        }
    }
    operation
}

fn described(parameter: &Parameter, generator: &mut SchemaGenerator) -> Value {
    json!({
        "in": match parameter.place {
            Place::Header => "header",
            Place::Path => "path",
            Place::Query => "query",
        },
        "name": parameter.name,
        "required": parameter.is_required,
        "schema": (parameter.value.schema)(generator),
        "description": format!("{} {}", parameter.en, parameter.ja),
    })
}

fn answered(answer: &Answer, generator: &mut SchemaGenerator) -> Value {
    let mut said = json!({"description": format!("{} {}", answer.en, answer.ja)});
    let mut all = Map::new();
    for body in answer.bodies {
        if let Value::Object(one) = content(body, generator) {
            all.extend(one);
        }
    }
    if let Some(members) = said.as_object_mut() {
        if !all.is_empty() {
            members.insert("content".to_owned(), all.into());
        }
        if !answer.headers.is_empty() {
            let fields = answer.headers.iter();
            let fields: Map<_, _> = fields
                .map(|name| (name.to_string(), json!({"schema": {"type": "string"}})))
                .collect();
            members.insert("headers".to_owned(), fields.into());
        }
    }
    said
}

fn content(body: &Body, generator: &mut SchemaGenerator) -> Value {
    let mut content = Map::new();
    let schema = (body.message.schema)(generator);
    content.insert(body.media.to_owned(), json!({"schema": schema}));
    content.into()
}

fn refused(refusal: Refusal) -> Message {
    match refusal {
        Refusal::Event => Message::of::<EventError>("EventError"),
        Refusal::OAuth => Message::of::<OAuthError>("OAuthError"),
        Refusal::Problem => Message::of::<Problem>("Problem"),
    }
}

/// What a caller brings, by the names of the schemes.
fn security(call: &Call, caller: Caller) -> Value {
    match caller {
        Caller::Anyone | Caller::Signer => json!({}),
        Caller::Client
            if call
                .parameters
                .iter()
                .any(|parameter| parameter.name == "DPoP") =>
        {
            json!({"proof": []})
        }
        // What it signs says who it is.
        Caller::Client => json!({}),
        Caller::Grant => json!({"grant": [], "proof": []}),
        Caller::Person => json!({"session": []}),
    }
}

fn schemes(side: Side) -> Value {
    // Each side has a cookie of its own, since browsers send cookies to every port of a host.
    let cookie = match side {
        Side::Holder => "phr-holder",
        Side::Operator => "phr-operator",
    };
    json!({
        "grant": {
            "type": "http", "scheme": "DPoP",
            "description": "A grant, or a delegation of one, in `Authorization: DPoP`.",
        },
        "proof": {
            "type": "apiKey", "in": "header", "name": "DPoP",
            "description": "A proof of the key, made for this request alone (RFC 9449).",
        },
        "session": {
            "type": "apiKey", "in": "cookie", "name": cookie,
            "description": "The person signed in; changes are taken from our own pages alone.",
        },
    })
}

/// The words of HTTP for a status.
const fn words(status: u16) -> &'static str {
    match status {
        400 => "The request cannot be read or used. 要求を読めない、または使えない。",
        401 => "Who asks did not prove it. 認証されていない。",
        403 => "Who asks may not. 許可されていない。",
        404 => "There is no such thing for who asks. 見つからない。",
        408 => "The request took too long. 要求の送信に時間がかかりすぎた。",
        409 => "It does not fit how things stand. 現在の状態と合わない。",
        413 => "The body is too large. 本文が大きすぎる。",
        415 => "The body has another media type. 本文の形式が違う。",
        422 => "What is asked cannot be done. 要求の内容を実行できない。",
        429 => "Too many requests; `Retry-After` says when. 要求が多すぎる。",
        503 => "Not now; `Retry-After` says when. いまは応じられない。",
        _ => "Refused. 拒否。",
    }
}

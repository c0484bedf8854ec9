//! The language-neutral face of the library: JSON in, JSON out.
//!
//! The command line, the npm package and the vectors all come through here, and so can anyone who
//! wants to test this verifier without Rust.

use alloc::string::{String, ToString};
use alloc::vec::Vec;

use serde::Serialize;

use crate::codes::{Code, Lang};
use crate::error::{Error, Result};
use crate::time::Timestamp;
use crate::wire::json::{self, Doc, Node};

mod audit;
mod consent;
mod decide;
mod engine;
mod issued;
mod make;
mod request;
mod signature;
mod status;
mod token;
mod view;
mod words;

pub use engine::Engine;

/// The operations, in the order of the specification.
pub const OPERATIONS: &[&str] = &[
    "hello",
    "signature",
    "token",
    "decide",
    "status",
    "request",
    "issued",
    "consent",
    "audit",
    "inspect",
    "thumbprint",
    "s256",
    "signing-input",
    "narrow",
    "render",
    "view",
    "catalogue",
    "words",
    "codes",
];

/// How deep a call may be nested: a token's claims, and what is around them.
const CALL_DEPTH: usize = 32;

/// Answers one call.
///
/// `call` is a JSON object with `op`, optionally `id`, and the fields of the operation. The answer
/// repeats `id`; it is always JSON, whatever the call is.
///
/// # Spec
/// §11
///
/// # Example
/// ```
/// let answer = phr_link::adapter::answer(r#"{"id": 7, "op": "hello"}"#);
/// assert!(answer.starts_with(r#"{"id":7,"decision":"accept""#));
/// ```
#[must_use]
pub fn answer(call: &str) -> String {
    Engine::default().answer(call)
}

impl Engine {
    /// Answers one call, as [`answer`] does.
    #[must_use]
    pub fn answer(&mut self, call: &str) -> String {
        answer_with(self, call)
    }
}

fn answer_with(engine: &mut Engine, call: &str) -> String {
    let doc = match Doc::parse_to_depth(call.as_bytes(), CALL_DEPTH) {
        Ok(doc) => doc,
        Err(error) => {
            let error = error.with_code(Code::CallerMalformed);
            return write(Some("null".to_string()), &Answer::reject(&error));
        }
    };
    let root = doc.root();
    let answer = run(engine, root).unwrap_or_else(|error| Answer::reject(&error));
    write(root.get("id").and_then(|id| json::write(&id).ok()), &answer)
}

fn run(engine: &mut Engine, call: Node<'_, '_>) -> Result<Answer> {
    if !call.is_object() {
        return Err(Error::new(Code::CallerMalformed));
    }
    match text(call, "op")? {
        "hello" => Ok(Answer::accept(Some(json::write(&Hello::default())?))),
        "signature" => signature::run(call),
        "token" => token::run(engine, call),
        "decide" => decide::run(engine, call),
        "status" => status::run(engine, call),
        "request" => request::run(engine, call),
        "issued" => issued::run(engine, call),
        "consent" => consent::run(engine, call),
        "audit" => audit::run(engine, call),
        "inspect" => token::inspect(call),
        "thumbprint" => make::thumbprint(call),
        "s256" => make::s256(call),
        "signing-input" => make::signing_input(call),
        "narrow" => make::narrow(call),
        "render" => make::render(call),
        "view" => view::run(call),
        "catalogue" => make::catalogue(),
        "words" => words::run(),
        "codes" => make::codes(),
        _ => Err(Error::at(Code::CallerUnknownOp, "/op")),
    }
}

#[derive(Serialize)]
struct Hello {
    implementation: &'static str,
    version: &'static str,
    profile: &'static str,
    catalogue: &'static str,
    operations: &'static [&'static str],
}

impl Default for Hello {
    fn default() -> Self {
        Self {
            implementation: "phr-link",
            version: env!("CARGO_PKG_VERSION"),
            profile: crate::claims::VERSION,
            catalogue: crate::catalogue::VERSION,
            operations: OPERATIONS,
        }
    }
}

/// An answer before it is written.
struct Answer {
    decision: &'static str,
    code: Option<Code>,
    reasons: Vec<Explained>,
    /// JSON, written already.
    value: Option<String>,
}

/// A reason with everything a person needs.
#[derive(Serialize)]
struct Explained {
    code: Code,
    #[serde(skip_serializing_if = "Option::is_none")]
    token: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    path: Option<String>,
    blame: &'static str,
    spec: &'static str,
    text: Both,
    hint: Both,
}

#[derive(Serialize)]
struct Both {
    ja: &'static str,
    en: &'static str,
}

fn explain(code: Code, token: Option<usize>, path: Option<String>) -> Explained {
    Explained {
        code,
        token,
        path,
        blame: code.blame().as_str(),
        spec: code.section(),
        text: Both {
            ja: code.text(Lang::Ja),
            en: code.text(Lang::En),
        },
        hint: Both {
            ja: code.hint(Lang::Ja),
            en: code.hint(Lang::En),
        },
    }
}

impl Answer {
    const fn accept(value: Option<String>) -> Self {
        Self {
            decision: "accept",
            code: None,
            reasons: Vec::new(),
            value,
        }
    }

    fn reject(error: &Error) -> Self {
        Self::refuse("reject", error, None)
    }

    fn deny(error: &Error, token: Option<usize>) -> Self {
        Self::refuse("deny", error, token)
    }

    fn refuse(decision: &'static str, error: &Error, token: Option<usize>) -> Self {
        let path = error.path().map(ToString::to_string);
        Self {
            decision,
            code: Some(error.code()),
            reasons: [explain(error.code(), token, path)].into(),
            value: None,
        }
    }
}

/// Writes the members by hand, because `id` and `value` are JSON already.
fn write(id: Option<String>, answer: &Answer) -> String {
    let mut out = String::from("{");
    if let Some(id) = id {
        out.push_str("\"id\":");
        out.push_str(&id);
        out.push(',');
    }
    out.push_str("\"decision\":\"");
    out.push_str(answer.decision);
    out.push_str("\",\"code\":");
    match answer.code {
        None => out.push_str("null"),
        Some(code) => {
            out.push('"');
            out.push_str(code.as_str());
            out.push('"');
        }
    }
    out.push_str(",\"reasons\":");
    out.push_str(&json::write(&answer.reasons).unwrap_or_else(|_| "[]".to_string()));
    if let Some(value) = &answer.value {
        out.push_str(",\"value\":");
        out.push_str(value);
    }
    out.push('}');
    out
}

/// The error of a call that lacks something or has it in another type.
fn malformed(name: &str) -> Error {
    let mut path = String::from("/");
    path.push_str(name);
    Error::at(Code::CallerMalformed, &path)
}

fn text<'d>(call: Node<'d, '_>, name: &str) -> Result<&'d str> {
    call.get(name)
        .and_then(Node::as_str)
        .ok_or_else(|| malformed(name))
}

fn optional_text<'d>(call: Node<'d, '_>, name: &str) -> Result<Option<&'d str>> {
    match call.get(name) {
        None => Ok(None),
        Some(node) if node.is_null() => Ok(None),
        Some(node) => node.as_str().map(Some).ok_or_else(|| malformed(name)),
    }
}

fn now(call: Node<'_, '_>) -> Result<Timestamp> {
    call.get("now")
        .and_then(Node::as_i64)
        .map(Timestamp::from_secs)
        .ok_or_else(|| malformed("now"))
}

/// The strings of an array; an absent one is empty.
fn texts<'d>(call: Option<Node<'d, '_>>, name: &str) -> Result<Vec<&'d str>> {
    let Some(node) = call else {
        return Ok(Vec::new());
    };
    if !node.is_array() {
        return Err(malformed(name));
    }
    node.items()
        .map(|item| item.as_str().ok_or_else(|| malformed(name)))
        .collect()
}

/// Reads a typed member; an absent or null one gives `None`.
fn typed<'d, T: serde::Deserialize<'d>>(call: Node<'d, '_>, name: &str) -> Result<Option<T>> {
    match call.get(name) {
        None => Ok(None),
        Some(node) if node.is_null() => Ok(None),
        Some(node) => T::deserialize(node).map(Some).map_err(|_| malformed(name)),
    }
}

#[cfg(test)]
mod tests;

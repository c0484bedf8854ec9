//! What both sides serve.

use alloc::string::String;

use serde_json::{Map, Value};

use super::super::Caller;
use super::super::call::{Body, Call, Message, Refusal, Side, message};
use super::super::lists::ReceiptList;
use super::super::metadata::JwkSet;
use super::parts::{CURSOR, HTML, NO_BODY, ok};

type Document = Map<String, Value>;
const DOCUMENT: Message = message!(Document);
const BOTH: &[Side] = &[Side::Holder, Side::Operator];

pub(super) static CALLS: &[Call] = &[
    Call::get(
        "/jwks",
        "keys",
        "Gives the public keys.",
        "公開鍵を返します。",
    )
    .on(BOTH)
    .gives(&[ok("The keys.", "公開鍵。", &[Body::json(message!(JwkSet))])]),
    Call::get(
        "/receipts",
        "receipts",
        "Gives the records of provision and acquisition to the person.",
        "提供・取得の記録を本人に開示します。",
    )
    .on(BOTH)
    .by(&[Caller::Person])
    .with(&[CURSOR])
    .gives(&[ok(
        "A page of receipts, the newest first.",
        "記録の一覧（新しい順）。",
        &[Body::json(message!(ReceiptList))],
    )])
    .refuses(Refusal::Problem, &[401]),
    Call::get(
        "/openapi.json",
        "openapi",
        "Gives this description.",
        "このAPI定義を返します。",
    )
    .on(BOTH)
    .gives(&[ok(
        "The description, OpenAPI 3.1.",
        "API定義（OpenAPI 3.1）。",
        &[Body::json(DOCUMENT)],
    )]),
    Call::get(
        "/docs",
        "docs",
        "Shows this description as a page.",
        "このAPI定義を画面で表示します。",
    )
    .on(BOTH)
    .gives(&[ok("The page.", "画面。", &[HTML])]),
    Call::get(
        "/healthz",
        "healthz",
        "Tells that the process is alive.",
        "プロセスが動いていることを返します。",
    )
    .on(BOTH)
    .gives(&[ok("It is.", "動いている。", NO_BODY)]),
    Call::get(
        "/readyz",
        "readyz",
        "Tells whether requests can be served.",
        "要求に応じられるかを返します。",
    )
    .on(BOTH)
    .gives(&[ok("They can.", "応じられる。", NO_BODY)]),
];

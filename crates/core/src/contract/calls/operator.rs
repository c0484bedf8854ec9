//! The calls of an operator.

use super::super::call::{Answer, Body, Call, Caller, Parameter, Refusal, Side, message};
use super::super::erasure::{Erasure, ErasureRequest};
use super::super::export::Export;
use super::super::import::ImportResult;
use super::super::link::{LinkRequest, StartedLink};
use super::super::operator::OperatorMetadata;
use super::super::{Identifier, Url};
use super::parts::{COMPACT, ID, NO_BODY, TEXT, ok, see_other};

const SIDE: &[Side] = &[Side::Operator];

pub(super) static CALLS: &[Call] = &[
    Call::get(
        "/.well-known/phr-operator",
        "operator",
        "Says who this operator is, its policies and where its calls are.",
        "事業者の名称・方針・呼び出し先を返します。",
    )
    .on(SIDE)
    .gives(&[ok(
        "The metadata.",
        "メタデータ。",
        &[Body::json(message!(OperatorMetadata))],
    )]),
    Call::post(
        "/link",
        "begin-link",
        "Begins a link with a holder for the person signed in.",
        "ログイン中の本人について、保有者との連携を始めます。",
    )
    .on(SIDE)
    .by(&[Caller::Person])
    .takes(Body::json(message!(LinkRequest)))
    .gives(&[Answer::new(
        201,
        "Where the person goes now.",
        "本人が次に進む先。",
        &[Body::json(message!(StartedLink))],
    )])
    .refuses(Refusal::Problem, &[401, 403, 422, 503])
    .once(),
    Call::get(
        "/link/callback",
        "end-link",
        "Ends a link: the person comes back from the holder.",
        "本人が保有者から戻り、連携を終えます。",
    )
    .on(SIDE)
    .by(&[Caller::Person])
    .with(&[
        Parameter::query(
            "code",
            message!(Identifier),
            "A code that is good once, where the person agreed.",
            "同意したときの、1回限りの認可コード。",
        ),
        Parameter::query(
            "error",
            TEXT,
            "`access_denied` where the person refused.",
            "断ったときは`access_denied`。",
        ),
        Parameter::query(
            "state",
            message!(Identifier),
            "The `state` of the request.",
            "要求の`state`。",
        )
        .needed(),
        Parameter::query("iss", message!(Url), "The holder.", "保有者。").needed(),
    ])
    .gives(&[see_other(
        "The link stands, or the person refused.",
        "連携した、または本人が断った。",
    )])
    .refuses(Refusal::Problem, &[401, 403, 503]),
    Call::post(
        "/events",
        "receive-event",
        "Takes a signed event of a holder and stops the use at once (RFC 8935).",
        "保有者の署名済みイベントを受け取り、利用をただちに止めます（RFC 8935）。",
    )
    .on(SIDE)
    .by(&[Caller::Signer])
    .takes(Body::of("application/secevent+jwt", COMPACT))
    .gives(&[Answer::new(
        202,
        "It is stored, and the use has stopped.",
        "保存し、利用を止めた。",
        NO_BODY,
    )])
    .refuses(Refusal::Event, &[]),
    Call::get(
        "/export",
        "export",
        "Gives the person all that is kept of them, in one document.",
        "保管している本人のデータすべてを1つの文書で渡します。",
    )
    .on(SIDE)
    .by(&[Caller::Person])
    .gives(&[ok(
        "The data with a manifest of hashes.",
        "データと、ハッシュ値つきの目録。",
        &[Body::json(message!(Export))],
    )])
    .refuses(Refusal::Problem, &[401, 403]),
    Call::post(
        "/import",
        "import",
        "Takes in what another operator exported.",
        "他の事業者が出力したデータを取り込みます。",
    )
    .on(SIDE)
    .by(&[Caller::Person])
    .takes(Body::json(message!(Export)))
    .gives(&[ok(
        "What was taken in.",
        "取り込んだもの。",
        &[Body::json(message!(ImportResult))],
    )])
    .refuses(Refusal::Problem, &[401, 403, 422])
    .once(),
    Call::post(
        "/erasure",
        "erase",
        "Erases what is kept of the person, and tells those to whom it was passed on.",
        "保管している本人のデータを消去し、再提供先にも伝えます。",
    )
    .on(SIDE)
    .by(&[Caller::Person])
    .takes(Body::json(message!(ErasureRequest)))
    .gives(&[Answer::new(
        202,
        "It is being done.",
        "消去を始めた。",
        &[Body::json(message!(Erasure))],
    )
    .with(&["Location", "Retry-After"])])
    .refuses(Refusal::Problem, &[401, 403, 404, 409, 422])
    .once(),
    Call::get(
        "/erasure/{id}",
        "erasure",
        "Tells how an erasure stands, with the signed receipt once it was done.",
        "消去の状態を返します。終わっていれば署名済みの記録を含みます。",
    )
    .on(SIDE)
    .by(&[Caller::Person])
    .with(&[ID])
    .gives(&[ok(
        "How it stands.",
        "消去の状態。",
        &[Body::json(message!(Erasure))],
    )])
    .refuses(Refusal::Problem, &[401, 403, 404]),
];

//! The calls of a holder.

use super::super::agents::{AgentEntry, AgentRegistration, EndedAgents};
use super::super::call::{Answer, Body, Call, Caller, Parameter, Refusal, message};
use super::super::catalogue::Catalogue;
use super::super::consents::{ConsentRefusal, RefusedConsent, RegisteredConsent, SignedConsent};
use super::super::dashboard::Dashboard;
use super::super::emergency::{EmergencyRequest, EmergencySetting};
use super::super::introspection::{Introspection, IntrospectionRequest};
use super::super::keys::{NewKey, RegisteredKey};
use super::super::lists::{AgentList, RetrievalList};
use super::super::metadata::{HolderMetadata, MarkList};
use super::super::par::{PushRequest, Pushed};
use super::super::records::Bundle;
use super::super::retrieval::{Retrieval, RetrievalRequest};
use super::super::revocation::RevocationRequest;
use super::super::token::{TokenRequest, TokenResponse};
use super::super::withdrawal::{WithdrawalRequest, WithdrawnConsent};
use super::super::{Hash, Identifier, RequestUri};
use super::parts::{
    CATEGORY, CHAIN, CLIENT_ID, COMPACT, CURSOR, DPOP, FROM, HTML, ID, JTI, NO_BODY, TEXT, TO, ok,
    see_other,
};

const FHIR: Body = Body::of("application/fhir+json; charset=utf-8", message!(Bundle));
const RETRIEVAL: &[Body] = &[Body::json(message!(Retrieval))];

pub(super) static CALLS: &[Call] = &[
    Call::get(
        "/.well-known/phr-configuration",
        "configuration",
        "Says who this holder is, where its calls are and what its limits are.",
        "保有者の名称・呼び出し先・制限を返します。",
    )
    .gives(&[ok(
        "The metadata.",
        "メタデータ。",
        &[Body::json(message!(HolderMetadata))],
    )]),
    Call::get(
        "/.well-known/oauth-authorization-server",
        "oauth-configuration",
        "Says the same to stock OAuth clients (RFC 8414).",
        "同じ内容を一般のOAuthクライアントに返します（RFC 8414）。",
    )
    .gives(&[ok(
        "The metadata.",
        "メタデータ。",
        &[Body::json(message!(HolderMetadata))],
    )]),
    Call::get(
        "/trust-list",
        "trust-list",
        "Gives the signed trust list.",
        "署名済みの信頼リストを返します。",
    )
    .gives(&[ok(
        "The trust list.",
        "信頼リスト。",
        &[Body::of("application/phr-trust-list+jwt", COMPACT)],
    )])
    .refuses(Refusal::Problem, &[503]),
    Call::get(
        "/marks",
        "marks",
        "Gives the trust marks and their status lists.",
        "認証マークとその失効リストを返します。",
    )
    .gives(&[ok(
        "The marks.",
        "認証マーク。",
        &[Body::json(message!(MarkList))],
    )])
    .refuses(Refusal::Problem, &[503]),
    Call::get(
        "/catalogue",
        "catalogue",
        "Gives the catalogue of categories with their rules.",
        "情報種別カタログと、その規則を返します。",
    )
    .gives(&[ok(
        "The catalogue.",
        "カタログ。",
        &[Body::json(message!(Catalogue))],
    )]),
    Call::post(
        "/par",
        "push-request",
        "Takes a signed request before the person is sent (RFC 9126).",
        "本人を送る前に、署名済みの要求を受け付けます（RFC 9126）。",
    )
    .by(&[Caller::Client])
    .takes(Body::form(message!(PushRequest)))
    .gives(&[Answer::new(
        201,
        "The request waits.",
        "要求を受け付けた。",
        &[Body::json(message!(Pushed))],
    )])
    .refuses(Refusal::OAuth, &[])
    .once(),
    Call::get(
        "/authorize",
        "authorize",
        "Opens the request for the person: sign-in, then the consent screen.",
        "要求を本人に示します（認証、つづいて同意画面）。",
    )
    .with(&[
        CLIENT_ID,
        Parameter::query(
            "request_uri",
            message!(RequestUri),
            "What `/par` answered.",
            "`/par`の応答にある値。",
        )
        .needed(),
    ])
    .gives(&[
        ok("The sign-in page.", "認証画面。", &[HTML]),
        see_other("The person signs in elsewhere.", "外部で本人を認証する。"),
    ]),
    Call::post(
        "/keys",
        "register-key",
        "Registers the key that the person's browser made on this origin.",
        "本人のブラウザーがこのオリジンで作った鍵を登録します。",
    )
    .by(&[Caller::Person])
    .takes(Body::json(message!(NewKey)))
    .gives(&[ok(
        "The key is registered.",
        "鍵を登録した。",
        &[Body::json(message!(RegisteredKey))],
    )])
    .refuses(Refusal::Problem, &[401, 403, 409])
    .once(),
    Call::post(
        "/consents",
        "register-consent",
        "Registers the signed consent and ends what it supersedes.",
        "署名済みの同意を登録し、置き換えられる同意を終わらせます。",
    )
    .by(&[Caller::Person])
    .takes(Body::json(message!(SignedConsent)))
    .gives(&[ok(
        "The consent is registered.",
        "同意を登録した。",
        &[Body::json(message!(RegisteredConsent))],
    )])
    .refuses(Refusal::Problem, &[401, 403, 409])
    .once(),
    Call::post(
        "/refuse",
        "refuse-consent",
        "Closes the transaction: the person gives nothing.",
        "提供せずに手続を閉じます。",
    )
    .by(&[Caller::Person])
    .takes(Body::json(message!(ConsentRefusal)))
    .gives(&[ok(
        "It is closed.",
        "手続を閉じた。",
        &[Body::json(message!(RefusedConsent))],
    )])
    .refuses(Refusal::Problem, &[401, 403]),
    Call::post(
        "/token",
        "token",
        "Gives a grant for a code or for a live consent.",
        "認可コードまたは有効な同意に対して提供許可を発行します。",
    )
    .by(&[Caller::Client])
    .with(&[DPOP])
    .takes(Body::form(message!(TokenRequest)))
    .gives(&[ok(
        "The grant.",
        "提供許可。",
        &[Body::json(message!(TokenResponse))],
    )
    .with(&["DPoP-Nonce"])])
    .refuses(Refusal::OAuth, &[]),
    Call::get(
        "/records/{category}",
        "records",
        "Gives records of a category within a grant.",
        "提供許可の範囲で、情報種別の記録を返します。",
    )
    .by(&[Caller::Grant])
    .with(&[CATEGORY, FROM, TO, CURSOR, CHAIN])
    .gives(&[ok("A page of records.", "記録の一覧。", &[FHIR])])
    .refuses(Refusal::Problem, &[401, 403, 404, 409, 503]),
    Call::post(
        "/retrievals",
        "begin-retrieval",
        "Begins to fetch records from a source that takes its time.",
        "応答に時間のかかる情報源からの取得を始めます。",
    )
    .by(&[Caller::Grant])
    .with(&[CHAIN])
    .takes(Body::json(message!(RetrievalRequest)))
    .gives(&[Answer::new(202, "It has begun.", "取得を始めた。", RETRIEVAL)
        .with(&["Location", "Retry-After"])])
    .refuses(Refusal::Problem, &[401, 403, 409, 422, 503])
    .once(),
    Call::get(
        "/retrievals",
        "retrievals",
        "Lists the retrievals of a grant's arrangement.",
        "提供許可に対応する取得の一覧を返します。",
    )
    .by(&[Caller::Grant])
    .with(&[CURSOR, CHAIN])
    .gives(&[ok(
        "A page of retrievals.",
        "取得の一覧。",
        &[Body::json(message!(RetrievalList))],
    )])
    .refuses(Refusal::Problem, &[401, 403, 503]),
    Call::get(
        "/retrievals/{id}",
        "retrieval",
        "Tells how a retrieval stands.",
        "取得の状態を返します。",
    )
    .by(&[Caller::Grant])
    .with(&[ID, CHAIN])
    .gives(&[
        ok("How it stands.", "取得の状態。", RETRIEVAL),
        Answer::new(202, "It is under way.", "取得中。", RETRIEVAL).with(&["Retry-After"]),
    ])
    .refuses(Refusal::Problem, &[401, 403, 404, 503]),
    Call::post(
        "/retrievals/{id}/cancel",
        "cancel-retrieval",
        "Ends a retrieval that is under way.",
        "取得を取り消します。",
    )
    .by(&[Caller::Grant])
    .with(&[ID, CHAIN])
    .gives(&[ok("It has ended.", "取り消した。", RETRIEVAL)])
    .refuses(Refusal::Problem, &[401, 403, 404, 409, 503]),
    Call::get(
        "/retrievals/{id}/records",
        "retrieved-records",
        "Gives the records that were made of what was fetched.",
        "取得結果を変換した記録を返します。",
    )
    .by(&[Caller::Grant])
    .with(&[ID, CHAIN])
    .gives(&[ok("All of the records.", "すべての記録。", &[FHIR])])
    .refuses(Refusal::Problem, &[401, 403, 404, 409, 503]),
    Call::get(
        "/retrievals/{id}/raw",
        "retrieved-bytes",
        "Gives the source's own bytes.",
        "情報源が返した元のバイト列を返します。",
    )
    .by(&[Caller::Grant])
    .with(&[ID, CHAIN])
    .gives(&[ok(
        "The bytes; their hash stands in the retrieval.",
        "元のバイト列。ハッシュ値は取得の状態にある。",
        &[Body::of("application/octet-stream", TEXT)],
    )])
    .refuses(Refusal::Problem, &[401, 403, 404, 409, 503]),
    Call::get(
        "/consents",
        "consents",
        "Shows the person what is shared with whom: a page in a browser, else a list.",
        "だれに何を渡しているかを本人に示します（ブラウザーには画面、ほかには一覧）。",
    )
    .by(&[Caller::Person])
    .with(&[Parameter::query(
        "for",
        message!(Identifier),
        "The registration of an agent whom the person lets see it.",
        "閲覧を許された代理人の登録番号。",
    )])
    .gives(&[ok(
        "What is shared.",
        "渡している記録。",
        &[HTML, Body::json(message!(Dashboard))],
    )])
    .refuses(Refusal::Problem, &[401, 404]),
    Call::post(
        "/consents/{jti}/withdraw",
        "withdraw",
        "Ends a consent and every grant beneath it, by a signed withdrawal or from the person's page.",
        "同意と、それに基づくすべての提供許可を終わらせます（署名済みの撤回、または本人の画面から）。",
    )
    .by(&[Caller::Signer, Caller::Person])
    .with(&[JTI])
    .takes(Body::json(message!(WithdrawalRequest)))
    .gives(&[ok(
        "It has ended.",
        "終わった。",
        &[Body::json(message!(WithdrawnConsent))],
    )])
    .refuses(Refusal::Problem, &[401, 403, 404, 409]),
    Call::get(
        "/agents",
        "agents",
        "Lists the person's agents.",
        "本人の代理人の一覧を返します。",
    )
    .by(&[Caller::Person])
    .gives(&[ok(
        "The agents.",
        "代理人の一覧。",
        &[Body::json(message!(AgentList))],
    )])
    .refuses(Refusal::Problem, &[401]),
    Call::post(
        "/agents",
        "register-agent",
        "Registers an agent of the person.",
        "代理人を登録します。",
    )
    .by(&[Caller::Person])
    .takes(Body::json(message!(AgentRegistration)))
    .gives(&[Answer::new(
        201,
        "It is registered.",
        "登録した。",
        &[Body::json(message!(AgentEntry))],
    )])
    .refuses(Refusal::Problem, &[401, 403, 409, 422])
    .once(),
    Call::post(
        "/agents/{id}/end",
        "end-agent",
        "Ends one agent of the person's own choice; it is told nothing.",
        "代理人を1人終わらせます（代理人には何も通知しない）。",
    )
    .by(&[Caller::Person])
    .with(&[ID])
    .gives(&[ok(
        "It has ended.",
        "終わった。",
        &[Body::json(message!(AgentEntry))],
    )])
    .refuses(Refusal::Problem, &[401, 403, 404]),
    Call::post(
        "/agents/end",
        "end-agents",
        "Ends all agents of the person's own choice now; they are told nothing.",
        "本人が決めた代理人を、今すぐすべて終わらせます（代理人には何も通知しない）。",
    )
    .by(&[Caller::Person])
    .gives(&[ok(
        "They have ended.",
        "終わった。",
        &[Body::json(message!(EndedAgents))],
    )])
    .refuses(Refusal::Problem, &[401, 403]),
    Call::post(
        "/emergency-wish",
        "set-emergency-wish",
        "Sets what the person wishes for an emergency; it is shown with the consents.",
        "緊急時閲覧についての本人の意思を設定します（同意の一覧とともに表示される）。",
    )
    .by(&[Caller::Person])
    .takes(Body::json(message!(EmergencySetting)))
    .gives(&[Answer::new(204, "It is set.", "設定した。", NO_BODY)])
    .refuses(Refusal::Problem, &[401, 403])
    .once(),
    Call::get(
        "/status/{list}",
        "status-list",
        "Gives a signed status list.",
        "署名済みの失効リストを返します。",
    )
    .with(&[
        Parameter::path(
            "list",
            message!(Identifier),
            "The number of the list.",
            "リストの番号。",
        ),
        Parameter::header(
            "If-None-Match",
            message!(Hash),
            "The tag of the list that is known already.",
            "すでに持っているリストのタグ。",
        ),
    ])
    .gives(&[
        ok(
            "The list.",
            "失効リスト。",
            &[Body::of("application/statuslist+jwt", COMPACT)],
        )
        .with(&["ETag", "Cache-Control"]),
        Answer::new(304, "It has not changed.", "変更なし。", NO_BODY).with(&["ETag"]),
    ])
    .refuses(Refusal::Problem, &[404, 503]),
    Call::post(
        "/emergency",
        "emergency",
        "Gives an institution a grant on identity alone; the person is always told.",
        "本人確認だけで機関に提供許可を発行します（本人には必ず通知する）。",
    )
    .by(&[Caller::Client])
    .with(&[DPOP])
    .takes(Body::form(message!(EmergencyRequest)))
    .gives(&[ok(
        "The grant.",
        "提供許可。",
        &[Body::json(message!(TokenResponse))],
    )
    .with(&["DPoP-Nonce"])])
    .refuses(Refusal::OAuth, &[403]),
    Call::post(
        "/introspect",
        "introspect",
        "Tells a client how a grant of its own stands (RFC 7662).",
        "クライアント自身の提供許可の状態を返します（RFC 7662）。",
    )
    .by(&[Caller::Client])
    .with(&[DPOP])
    .takes(Body::form(message!(IntrospectionRequest)))
    .gives(&[ok(
        "How it stands.",
        "状態。",
        &[Body::json(message!(Introspection))],
    )])
    .refuses(Refusal::OAuth, &[]),
    Call::post(
        "/revoke",
        "revoke",
        "Ends a grant of the client's own (RFC 7009).",
        "クライアント自身の提供許可を終わらせます（RFC 7009）。",
    )
    .by(&[Caller::Client])
    .with(&[DPOP])
    .takes(Body::form(message!(RevocationRequest)))
    .gives(&[ok(
        "It is not in force.",
        "有効でない。",
        NO_BODY,
    )])
    .refuses(Refusal::OAuth, &[]),
];

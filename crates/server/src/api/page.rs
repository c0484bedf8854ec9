//! `/docs`: the calls as a page for people. It needs no script, and nothing from elsewhere.

use phr_link::contract::{Answer, Body, Call, Caller, Method, Parameter, Place, Side, calls_of};
use phr_link::wire::base64url;
use phr_link::{Code, Lang};
use serde_json::Value;
use sha2::{Digest as _, Sha256};

use super::table;
use crate::html::escape;

const STYLE: &str = include_str!("page.css");

/// The order of the groups of calls.
const CALLERS: [Caller; 5] = [
    Caller::Anyone,
    Caller::Client,
    Caller::Grant,
    Caller::Person,
    Caller::Signer,
];

/// The policy that the page is served with: its own style, by its hash, and nothing else.
pub(super) fn policy() -> String {
    let hash = base64url::encode(&Sha256::digest(STYLE));
    // A policy writes the other alphabet, padded: 32 bytes are 43 letters and one sign.
    let hash = hash.replace('-', "+").replace('_', "/");
    format!(
        "default-src 'none'; style-src 'sha256-{hash}='; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    )
}

/// Writes the page of a side in a language.
pub(super) fn html(side: Side, document: &Value, lang: Lang) -> String {
    let say = |en: &'static str, ja: &'static str| match lang {
        Lang::En => en,
        Lang::Ja => ja,
    };
    let title = match side {
        Side::Holder => say("Holder API", "情報保有者API"),
        Side::Operator => say("Operator API", "民間PHR事業者API"),
    };
    let schemas = document.pointer("/components/schemas");
    let mut side_bar = String::new();
    let mut groups = String::new();
    for caller in CALLERS {
        let calls = || calls_of(side).filter(move |call| call.callers.first() == Some(&caller));
        if calls().next().is_none() {
            continue;
        }
        let (name, about) = group(caller, lang);
        let links: String = calls().map(link).collect();
        side_bar.push_str(&format!("<h2>{name}</h2>\n<ul>\n{links}</ul>\n"));
        let calls: String = calls().map(|call| article(call, lang)).collect();
        groups.push_str(&format!(
            "<h2>{name}</h2>\n<p>{}</p>\n{calls}",
            inline(about)
        ));
    }
    let switch: String = [(Lang::Ja, "日本語"), (Lang::En, "English")]
        .map(|(other, name)| {
            let current = if other == lang {
                " aria-current=\"true\""
            } else {
                ""
            };
            let tag = other.as_str();
            format!("<a href=\"?lang={tag}\" hreflang=\"{tag}\" lang=\"{tag}\"{current}>{name}</a>")
        })
        .concat();
    let base = document.pointer("/servers/0/url").and_then(Value::as_str);
    let intro = say(
        "Every call of this service, written from the table that the service itself is built on.",
        "このサービスのすべての呼び出しです。サービス本体と同じ定義表から作っています。",
    );
    format!(
        "<!doctype html>\n<html lang=\"{lang}\">\n<head>\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>{title} | PHR-Link</title>\n<style>{STYLE}</style>\n</head>\n<body>\n<header class=\"bar\"><strong>PHR-Link {title}</strong><span class=\"quiet\">{version}</span><nav><a href=\"openapi.json\">OpenAPI 3.1</a>{switch}</nav></header>\n<div class=\"frame\">\n<nav class=\"side\" aria-label=\"{contents}\">\n{side_bar}<h2>{reference}</h2>\n<ul><li><a href=\"#messages\">{messages}</a></li><li><a href=\"#codes\">{codes}</a></li></ul>\n</nav>\n<main>\n<h1>{title}</h1>\n<p>{intro}</p>\n<p class=\"quiet\">{address}: <code>{base}</code></p>\n{groups}<h2 id=\"messages\">{messages}</h2>\n{tables}<h2 id=\"codes\">{codes}</h2>\n{table_of_codes}</main>\n</div>\n</body>\n</html>\n",
        lang = lang.as_str(),
        version = env!("CARGO_PKG_VERSION"),
        contents = say("Contents", "目次"),
        reference = say("Reference", "参照"),
        messages = say("Messages", "メッセージ"),
        codes = say("Codes", "コード"),
        address = say("Address", "アドレス"),
        base = escape(base.unwrap_or_default()),
        tables = schemas.map_or_else(String::new, |schemas| table::messages(schemas, lang)),
        table_of_codes = table_of_codes(lang),
    )
}

const fn group(caller: Caller, lang: Lang) -> (&'static str, &'static str) {
    match (caller, lang) {
        (Caller::Anyone, Lang::En) => ("Anyone", "No credentials are asked for."),
        (Caller::Anyone, Lang::Ja) => ("だれでも", "認証は不要です。"),
        (Caller::Client, Lang::En) => (
            "A client of the trust list",
            "A server authenticates by `private_key_jwt`; an app on a device is known by its proof key.",
        ),
        (Caller::Client, Lang::Ja) => (
            "信頼リストのクライアント",
            "サーバーは`private_key_jwt`で認証し、端末のアプリは証明の鍵で識別します。",
        ),
        (Caller::Grant, Lang::En) => (
            "A client with a grant",
            "The grant in `Authorization: DPoP`, and in `DPoP` a proof of its key, made for the one request.",
        ),
        (Caller::Grant, Lang::Ja) => (
            "提供許可を持つクライアント",
            "`Authorization: DPoP`に提供許可、`DPoP`にその要求のために作った鍵の所持証明を付けます。",
        ),
        (Caller::Person, Lang::En) => (
            "The person",
            "Signed in here with a browser. Changes are taken from pages of this origin alone.",
        ),
        (Caller::Person, Lang::Ja) => (
            "本人",
            "ブラウザーでサインインした本人です。変更はこのオリジンの画面からだけ受け付けます。",
        ),
        (Caller::Signer, Lang::En) => (
            "Whoever signed the message",
            "What is sent is signed, and the signature says who may send it.",
        ),
        (Caller::Signer, Lang::Ja) => (
            "メッセージに署名した者",
            "送る内容そのものに署名があり、だれが送れるかは署名で決まります。",
        ),
    }
}

fn link(call: &'static Call) -> String {
    format!(
        "<li><a href=\"#{}\">{} <span>{}</span></a></li>\n",
        call.id,
        method(call.method),
        escape(call.path)
    )
}

fn method(method: Method) -> String {
    let word = method.as_str();
    format!(
        "<span class=\"method {}\">{word}</span>",
        word.to_ascii_lowercase()
    )
}

fn article(call: &'static Call, lang: Lang) -> String {
    let say = |en: &'static str, ja: &'static str| match lang {
        Lang::En => en,
        Lang::Ja => ja,
    };
    let mut out = format!(
        "<article id=\"{}\">\n<h3>{} <code>{}</code></h3>\n<p>{}</p>\n",
        call.id,
        method(call.method),
        escape(call.path),
        inline(say(call.en, call.ja))
    );
    if let Some((_, others)) = call.callers.split_first()
        && !others.is_empty()
    {
        let names: Vec<_> = others.iter().map(|other| group(*other, lang).0).collect();
        out.push_str(&format!(
            "<p class=\"quiet\">{}: {}</p>\n",
            say("Also", "ほかに呼べる者"),
            names.join(", ")
        ));
    }
    let parameters: String = call
        .parameters
        .iter()
        .map(|one| parameter(one, lang))
        .collect();
    if !parameters.is_empty() || call.takes_key {
        let key = if call.takes_key {
            key(lang)
        } else {
            String::new()
        };
        out.push_str(&format!(
            "<h4>{}</h4>\n<div class=\"scroll\"><table><tbody>\n{parameters}{key}</tbody></table></div>\n",
            say("Parameters", "パラメーター")
        ));
    }
    if let Some(request) = &call.request {
        out.push_str(&format!(
            "<h4>{}</h4>\n<p>{}</p>\n",
            say("Body", "本文"),
            body(request)
        ));
    }
    let answers: String = call.answers.iter().map(|one| answer(one, lang)).collect();
    out.push_str(&format!(
        "<h4>{}</h4>\n<div class=\"scroll\"><table class=\"answers\"><tbody>\n{answers}</tbody></table></div>\n",
        say("Answers", "応答")
    ));
    let statuses = call.statuses();
    if !statuses.is_empty() {
        let all: String = statuses
            .iter()
            .map(|status| format!("<li>{status}</li>"))
            .collect();
        out.push_str(&format!(
            "<h4>{}</h4>\n<ul class=\"tags\">{all}</ul>\n",
            say("Refusals", "拒否")
        ));
    }
    out.push_str("</article>\n");
    out
}

fn parameter(parameter: &Parameter, lang: Lang) -> String {
    let place = match (parameter.place, lang) {
        (Place::Header, Lang::En) => "header",
        (Place::Header, Lang::Ja) => "ヘッダー",
        (Place::Path, Lang::En) => "path",
        (Place::Path, Lang::Ja) => "パス",
        (Place::Query, Lang::En) => "query",
        (Place::Query, Lang::Ja) => "クエリ",
    };
    let about = match lang {
        Lang::En => parameter.en,
        Lang::Ja => parameter.ja,
    };
    format!(
        "<tr><th scope=\"row\"><code>{}</code>{}</th><td>{place}</td><td>{}</td></tr>\n",
        parameter.name,
        table::needed(parameter.is_required, lang),
        inline(about)
    )
}

fn key(lang: Lang) -> String {
    let (place, about) = match lang {
        Lang::En => (
            "header",
            "A second call with the same key answers as the first did.",
        ),
        Lang::Ja => (
            "ヘッダー",
            "同じ値の2回目の呼び出しは、1回目と同じ応答になります。",
        ),
    };
    format!(
        "<tr><th scope=\"row\"><code>Idempotency-Key</code></th><td>{place}</td><td>{about}</td></tr>\n"
    )
}

fn answer(answer: &Answer, lang: Lang) -> String {
    let about = match lang {
        Lang::En => answer.en,
        Lang::Ja => answer.ja,
    };
    let bodies: Vec<_> = answer.bodies.iter().map(body).collect();
    let headers: Vec<_> = answer
        .headers
        .iter()
        .map(|name| format!("<code>{name}</code>"))
        .collect();
    let rest = [bodies, headers].concat().join("<br>");
    format!(
        "<tr><th scope=\"row\">{}</th><td>{}</td><td>{rest}</td></tr>\n",
        answer.status,
        inline(about)
    )
}

fn body(body: &Body) -> String {
    let media = escape(body.media);
    if body.message.name == "String" || body.message.name == "Document" {
        return format!("<code>{media}</code>");
    }
    format!(
        "<a href=\"#message-{name}\">{name}</a> <span class=\"quiet\">{media}</span>",
        name = body.message.name
    )
}

fn table_of_codes(lang: Lang) -> String {
    let rows: String = Code::ALL
        .iter()
        .map(|code| {
            format!(
                "<tr><th scope=\"row\"><code>{code}</code></th><td>{}</td><td>{}<br><span class=\"quiet\">{}</span></td></tr>\n",
                code.http_status(),
                inline(code.text(lang)),
                inline(code.hint(lang))
            )
        })
        .collect();
    format!(
        "<article><div class=\"scroll\"><table><tbody>\n{rows}</tbody></table></div></article>\n"
    )
}

/// A text with `names` in it.
pub(super) fn inline(text: &str) -> String {
    let mut out = String::new();
    for (place, part) in text.split('`').enumerate() {
        let part = escape(part);
        if place % 2 == 1 {
            out.push_str(&format!("<code>{part}</code>"));
        } else {
            out.push_str(&part);
        }
    }
    out
}

//! What calls have in common.

use alloc::string::String;

use super::super::call::{Answer, Body, Message, Parameter, message};
use super::super::{Compact, Cursor, Identifier, Url};
use crate::catalogue::Category;
use crate::time::Day;

pub(super) const TEXT: Message = message!(String);
pub(super) const COMPACT: Message = message!(Compact);

pub(super) const HTML: Body = Body::of("text/html; charset=utf-8", TEXT);

pub(super) const CATEGORY: Parameter = Parameter::path(
    "category",
    message!(Category),
    "The category.",
    "情報種別。",
);

pub(super) const ID: Parameter = Parameter::path(
    "id",
    message!(Identifier),
    "The name that the answer to its making gave.",
    "作成時の応答にある識別子。",
);

pub(super) const JTI: Parameter = Parameter::path(
    "jti",
    message!(Identifier),
    "The consent's `jti`.",
    "同意の`jti`。",
);

pub(super) const FROM: Parameter = Parameter::query(
    "from",
    message!(Day),
    "The first day of records, in Japan; open where it is left out.",
    "対象期間の初日（日本の暦日）。なければ下限なし。",
);

pub(super) const TO: Parameter = Parameter::query(
    "to",
    message!(Day),
    "The last day of records, in Japan; open where it is left out.",
    "対象期間の末日（日本の暦日）。なければ上限なし。",
);

pub(super) const CURSOR: Parameter = Parameter::query(
    "cursor",
    message!(Cursor),
    "Where the list goes on, from the page before.",
    "続きの位置。前のページの応答にある値。",
);

pub(super) const CLIENT_ID: Parameter = Parameter::query(
    "client_id",
    message!(Url),
    "The client that pushed the request.",
    "要求を送ったクライアント。",
)
.needed();

pub(super) const DPOP: Parameter = Parameter::header(
    "DPoP",
    message!(Compact),
    "A proof of the key, made for this request (RFC 9449).",
    "この要求のために作った鍵の所持証明（RFC 9449）。",
);

pub(super) const CHAIN: Parameter = Parameter::header(
    "PHR-Chain",
    TEXT,
    "The parents of a delegation, root first, with commas between.",
    "再委譲の親トークン。根から順にコンマで区切る。",
);

pub(super) const NO_BODY: &[Body] = &[];

pub(super) const fn ok(en: &'static str, ja: &'static str, bodies: &'static [Body]) -> Answer {
    Answer::new(200, en, ja, bodies)
}

pub(super) const fn see_other(en: &'static str, ja: &'static str) -> Answer {
    Answer::new(303, en, ja, NO_BODY).with(&["Location"])
}

//! One difference between a consent and a view of it.

use alloc::string::String;

use serde::{Deserialize, Serialize};

use super::json::{Json, object, text};
use crate::codes::Lang;
use crate::scope::words::words;

words! {
    /// The kind of a difference. The words are stable.
    LossKind {
        /// Said by the nearest thing that the format has.
        Approximated = "approximated",
        /// Said, but the reader has to understand it as written in §16.
        Assumed = "assumed",
        /// Not said at all.
        NotExpressible = "not-expressible",
        /// Said by a code or an extension of this project.
        OwnCode = "own-code",
    }
}

/// One difference between a consent and a view of it.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Loss {
    /// The claim: a JSON pointer into the consent, empty for the consent as a whole.
    pub path: String,
    /// The kind.
    pub kind: LossKind,
    /// Whether a restriction is lost: read alone, the view permits more.
    pub widens: bool,
    pub(super) topic: Topic,
}

impl Loss {
    /// Says what the difference is.
    ///
    /// # Example
    /// ```
    /// use phr_link::{Lang, Timestamp, consent::Consent};
    /// use phr_link::export::{Format, Standing, view};
    /// # let consent: Consent = serde_json::from_str(include_str!("sample.json")).unwrap();
    /// let standing = Standing { now: consent.iat, ended: None, s256: None };
    /// let shown = view(&consent, Format::Fhir, &standing).unwrap();
    /// let key = shown.report.losses.iter().find(|loss| loss.path == "/recipient/jkt").unwrap();
    /// assert_eq!(key.text(Lang::En), "the format has no place for it; the signed consent has it");
    /// ```
    #[must_use]
    pub const fn text(&self, lang: Lang) -> &'static str {
        let (en, ja) = self.topic.texts();
        match lang {
            Lang::En => en,
            Lang::Ja => ja,
        }
    }

    pub(super) fn to_json(&self) -> Json {
        object([
            ("path", text(&self.path)),
            ("kind", self.kind.as_str().into()),
            ("widens", self.widens.into()),
            (
                "text",
                object([
                    ("ja", self.text(Lang::Ja).into()),
                    ("en", self.text(Lang::En).into()),
                ]),
            ),
        ])
    }
}

/// What a difference is about.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Topic {
    BaseRule,
    Bundle,
    Contact,
    Controllers,
    EndTime,
    Extension,
    Labels,
    LeftOut,
    NearestState,
    NearestTerm,
    NoPlace,
    OwnWord,
    Patient,
    Place,
    Search,
    Undated,
    Unlimited,
    WholeType,
}

impl Topic {
    const fn texts(self) -> (&'static str, &'static str) {
        match self {
            Self::BaseRule => (
                "the outermost provision says deny, and only what is nested in it is permitted",
                "一番外側の規定は「拒否」で、その中の規定が許すものだけを許す",
            ),
            Self::Bundle => (
                "bundles are left out, because no scope tells their contents apart",
                "中身を区別できるスコープがないので、Bundleは入れていない",
            ),
            Self::Contact => (
                "contact details are not in the consent; an address that it names stands in",
                "連絡先は同意にないので、同意にあるアドレスで代えている",
            ),
            Self::Controllers => (
                "holder and recipient are both named as controllers",
                "情報保有者と提供先の両方を管理者としている",
            ),
            Self::EndTime => (
                "the format does not say when the consent ended",
                "同意が終わった時刻は、この形式では言えない",
            ),
            Self::Extension => (
                "said in a modifier extension of this project; who does not know it has to permit nothing",
                "この仕様の修飾拡張で表している。知らない読み手は何も許してはならない",
            ),
            Self::Labels => (
                "said by security labels; which records bear them is for the holder to say",
                "機微ラベルで表している。どの記録に付くかは情報保有者が決める",
            ),
            Self::LeftOut => (
                "the category is left out: all its sensitivities are excluded",
                "機微情報がすべて除かれているので、この情報種別は入れていない",
            ),
            Self::NearestState => (
                "shown as withdrawn, the nearest state: a new consent took its place",
                "新しい同意に置き換えられた。一番近い状態の「撤回」で表している",
            ),
            Self::NearestTerm => (
                "the term beside it is only the nearest one",
                "並べて書いた用語は、一番近いというだけのもの",
            ),
            Self::NoPlace => (
                "the format has no place for it; the signed consent has it",
                "この形式には置き場所がない（署名された同意にはある）",
            ),
            Self::OwnWord => (
                "said in a word of this project; who does not know it permits less",
                "この仕様の用語で表している。知らない読み手が許すものは、より少ない",
            ),
            Self::Patient => (
                "whose records are meant is said beside the scope",
                "だれの記録かは、スコープの外で伝える",
            ),
            Self::Place => (
                "where records are stored is not in the consent; the country of the recipient stands in",
                "保存場所は同意にないので、提供先の国で代えている",
            ),
            Self::Search => (
                "a search also returns what the records say",
                "検索では、記録の内容も返される",
            ),
            Self::Undated => (
                "records without a full date count as §5.3 says; the format is silent",
                "日付が完全でない記録の扱いは§5.3による。この形式では言えない",
            ),
            Self::Unlimited => (
                "the format cannot say it: who reads the view alone sees no limit",
                "この形式では言えない。ビューだけを読むと、制限がないように見える",
            ),
            Self::WholeType => (
                "the scope opens a whole resource type, not the category alone",
                "スコープは情報種別だけでなく、リソース型全体を開く",
            ),
        }
    }
}

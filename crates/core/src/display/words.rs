//! The words of the summary, in both languages, in one place.

use crate::claims::AgentBasisKind;
use crate::codes::Lang;
use crate::consent::Control;
use crate::scope::{Action, Deident, Flag, Frequency, Handling, OnEnd, Purpose, Role};

/// A fixed text of the summary.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Text {
    Abroad,
    Agent,
    Arrangement,
    Codes,
    Control,
    Deident,
    Exclude,
    Frequency,
    From,
    Guardian,
    Handling,
    Holder,
    HolderProvides,
    Law,
    NotAbroad,
    NotKept,
    Nothing,
    Notice,
    NoticeAlt,
    OnEnd,
    Onward,
    Open,
    Overseas,
    Part,
    Period,
    Person,
    PersonProvides,
    Proxy,
    Purposes,
    Recipient,
    RecipientKey,
    Records,
    Retention,
    Supersedes,
    Until,
    Withdraw,
}

pub(crate) const fn say(text: Text, lang: Lang) -> &'static str {
    let (en, ja) = match text {
        Text::Abroad => ("yes", "渡します"),
        Text::Agent => ("Signed by an agent", "代理人が同意します"),
        Text::Arrangement => ("Number of this sharing", "この共有の番号"),
        Text::Codes => ("Codes of the records", "記録の記号"),
        Text::Control => ("How you chose", "選んだ方法"),
        Text::Deident => ("Are names removed?", "名前などを消しますか"),
        Text::Exclude => ("What is left out?", "入れない記録"),
        Text::Frequency => ("How often?", "何回見ますか"),
        Text::From => ("From when?", "いつから"),
        Text::Guardian => ("legal representative", "法定代理人"),
        Text::Handling => ("How are they used?", "どのように使いますか"),
        Text::Holder => ("Who gives them?", "どこから渡しますか"),
        Text::HolderProvides => ("given by the holder", "情報保有者が渡します"),
        Text::Law => ("Law", "もとになる法律"),
        Text::NotAbroad => ("no", "渡しません"),
        Text::NotKept => ("not kept", "残しません"),
        Text::Nothing => ("none", "なし"),
        Text::Notice => ("Notice of the recipient", "相手の説明文"),
        Text::NoticeAlt => ("Notice in another language", "ほかの言語の説明文"),
        Text::OnEnd => ("What happens at the end?", "終わったらどうしますか"),
        Text::Onward => ("Who else may get them?", "ほかに渡す相手"),
        Text::Open => ("open", "制限なし"),
        Text::Overseas => ("Do they leave Japan?", "外国に渡しますか"),
        Text::Part => ("Part", "内容"),
        Text::Period => ("From which days?", "いつの記録ですか"),
        Text::Person => ("Your number here", "あなたの番号"),
        Text::PersonProvides => ("passed on by you", "あなたが受け取って渡します"),
        Text::Proxy => ("agent by your choice", "任意代理人"),
        Text::Purposes => ("What for?", "何に使いますか"),
        Text::Recipient => ("Who gets them?", "だれに渡しますか"),
        Text::RecipientKey => ("Key of the recipient", "相手の鍵"),
        Text::Records => ("Which records?", "どの記録ですか"),
        Text::Retention => ("How long are they kept?", "どれだけ残しますか"),
        Text::Supersedes => ("Replaces", "置き換える同意"),
        Text::Until => ("Until when?", "いつまで"),
        Text::Withdraw => ("Where to stop it", "やめるところ"),
    };
    pick(lang, en, ja)
}

const fn pick(lang: Lang, en: &'static str, ja: &'static str) -> &'static str {
    match lang {
        Lang::En => en,
        Lang::Ja => ja,
    }
}

/// Gives the words for a purpose.
#[must_use]
pub const fn purpose(purpose: Purpose, lang: Lang) -> &'static str {
    let (en, ja) = match purpose {
        Purpose::SelfView => ("for you to look at", "あなたが自分で見るため"),
        Purpose::Care => ("your treatment", "診療のため"),
        Purpose::EmergencyCare => ("your treatment in an emergency", "救急の診療のため"),
        Purpose::MedicationSafety => (
            "checking that medicines go together",
            "薬の飲み合わせを確かめるため",
        ),
        Purpose::LongTermCare => ("your long-term care", "介護のため"),
        Purpose::HealthPromotion => ("keeping you healthy", "健康づくりのため"),
        Purpose::PublicHealth => ("public health", "公衆衛生のため"),
        Purpose::InsuranceAdmin => ("administration of insurance", "保険の事務のため"),
        Purpose::EmploymentHealth => ("your health at work", "職場の健康管理のため"),
        Purpose::SchoolHealth => ("your health at school", "学校の健康管理のため"),
        Purpose::ResearchConsented => ("research that you agree to", "あなたが同意した研究のため"),
        Purpose::ServiceImprovement => ("improving the service", "サービスをよくするため"),
        Purpose::Marketing => ("advertising", "広告のため"),
    };
    pick(lang, en, ja)
}

/// Gives the words for an action.
#[must_use]
pub const fn action(action: Action, lang: Lang) -> &'static str {
    match action {
        Action::List => pick(lang, "see which there are", "一覧を見る"),
        Action::Read => pick(lang, "read", "中身を見る"),
    }
}

/// Gives the words for a handling.
#[must_use]
pub const fn handling(handling: Handling, lang: Lang) -> &'static str {
    match handling {
        Handling::View => pick(lang, "shown only, nothing kept", "見るだけで、残しません"),
        Handling::Query => pick(
            lang,
            "used in a calculation, nothing kept",
            "計算に使い、残しません",
        ),
        Handling::Store => pick(lang, "kept", "保存します"),
    }
}

/// Gives the words for a frequency.
#[must_use]
pub const fn frequency(frequency: Frequency, lang: Lang) -> &'static str {
    match frequency {
        Frequency::Once => pick(lang, "once for each kind of record", "種類ごとに1回だけ"),
        Frequency::Continuing => pick(
            lang,
            "as often as needed until the end",
            "終わりまで必要なとき",
        ),
    }
}

/// Gives the words for what happens at the end.
#[must_use]
pub const fn on_end(on_end: OnEnd, lang: Lang) -> &'static str {
    match on_end {
        OnEnd::Erase => pick(lang, "erased", "消します"),
        OnEnd::Anonymise => pick(lang, "made anonymous", "だれの記録か分からないようにします"),
        OnEnd::KeepRequiredByLaw => pick(
            lang,
            "kept only where the law demands it",
            "法律が求めるものだけ残します",
        ),
    }
}

/// Gives the words for a degree of de-identification.
#[must_use]
pub const fn deident(deident: Deident, lang: Lang) -> &'static str {
    match deident {
        Deident::None => pick(lang, "no", "消しません"),
        Deident::Pseudonymous => pick(lang, "names become numbers", "名前を番号に変えます"),
        Deident::Anonymous => pick(lang, "yes, for good", "消して、元に戻せないようにします"),
    }
}

/// Gives the words for a sensitivity.
#[must_use]
pub const fn flag(flag: Flag, lang: Lang) -> &'static str {
    match flag {
        Flag::Genetic => pick(lang, "genetic records", "遺伝子の記録"),
        Flag::Mental => pick(lang, "mental health", "心の健康の記録"),
        Flag::Infection => pick(lang, "infections", "感染症の記録"),
        Flag::Reproductive => pick(lang, "pregnancy and the like", "妊娠などの記録"),
        Flag::DisclosedDiagnosis => pick(lang, "diagnoses", "病名の記録"),
    }
}

/// Gives the words for a role.
#[must_use]
pub const fn role(role: Role, lang: Lang) -> &'static str {
    match role {
        Role::Holder => pick(lang, "holder of records", "情報保有者"),
        Role::Operator => pick(lang, "private PHR operator", "民間PHR事業者"),
        Role::MedicalInstitution => pick(lang, "medical institution", "医療機関"),
        Role::Pharmacy => pick(lang, "pharmacy", "薬局"),
        Role::CareProvider => pick(lang, "care provider", "介護事業者"),
        Role::PublicHealthCentre => pick(lang, "public health centre", "保健所"),
        Role::Researcher => pick(lang, "researcher", "研究者"),
        Role::CertificationBody => pick(lang, "certification body", "認証機関"),
        Role::SchemeOwner => pick(lang, "owner of a certification scheme", "認証制度の所有者"),
        Role::Runner => pick(
            lang,
            "runner of the conformance suite",
            "適合性試験の実施者",
        ),
    }
}

/// Gives the words for what entitles an agent.
#[must_use]
pub const fn basis(kind: AgentBasisKind, lang: Lang) -> &'static str {
    match kind {
        AgentBasisKind::CourtOrder => pick(lang, "by court order", "裁判所の決定"),
        AgentBasisKind::ParentalAuthority => pick(lang, "as a parent", "親権"),
        AgentBasisKind::PowerOfAttorney => pick(lang, "by power of attorney", "委任"),
        AgentBasisKind::RegisteredAgent => pick(lang, "registered as agent", "代理人登録"),
    }
}

/// Gives the words for a control.
#[must_use]
pub const fn control(control: Control, lang: Lang) -> &'static str {
    match control {
        Control::Button => pick(
            lang,
            "each use by a button of its own",
            "使いみちごとのボタン",
        ),
        Control::Signature => pick(lang, "each use by signature", "使いみちごとの署名"),
        Control::UntickedCheckbox => pick(
            lang,
            "each use by a box that was empty before",
            "使いみちごとの、初めは空の欄",
        ),
    }
}

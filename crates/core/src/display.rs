//! The human summary of a consent, rendered from its claims: what you see is what you sign.

use alloc::string::{String, ToString};

use crate::claims::ActorRole;
use crate::codes::{Code, Lang};
use crate::consent::{Consent, DisplayLang, ProvisionMode};
use crate::error::{Error, Result};
use crate::scope::{Detail, Retention};
use crate::time::{Day, Timestamp};
use crate::wire::base64url;

pub mod words;

use words::{Text, say};

/// The name of the template that this library renders.
pub const TEMPLATE: &str = "phr-consent-summary";

/// Its version. A change of a single letter needs a new one: old consents are rendered again.
pub const TEMPLATE_VERSION: &str = "1";

/// Renders the summary of a consent in a language.
///
/// The text has one line for each thing the person decides about, ends without a line break, and
/// depends on nothing but the claims. Every claim that concerns the person is in it.
///
/// # Errors
/// `consent.display-template` unless the template and its version are of the closed set
///
/// # Spec
/// §3.3
pub fn render(consent: &Consent, lang: Lang, template: &str, version: &str) -> Result<String> {
    if template != TEMPLATE || version != TEMPLATE_VERSION {
        return Err(Error::at(Code::ConsentDisplayTemplate, "/display/tmpl"));
    }
    let mut lines = Lines {
        lang,
        text: String::new(),
    };
    who(&mut lines, consent);
    let several = consent.authorization_details.len() > 1;
    for (at, detail) in consent.authorization_details.iter().enumerate() {
        if several {
            lines.line(say(Text::Part, lang), &at.saturating_add(1).to_string());
        }
        what(&mut lines, detail);
    }
    until(&mut lines, consent);
    Ok(lines.text)
}

/// Gives the hash that the consent carries in `display.s256`.
#[must_use]
pub fn s256(text: &str) -> String {
    base64url::sha256(text.as_bytes())
}

/// Renders the summary again and compares it with the hash that was signed.
///
/// # Errors
/// `consent.display-template`, `consent.display-mismatch`
pub fn check(consent: &Consent) -> Result<()> {
    let lang = match consent.display.lang {
        DisplayLang::En => Lang::En,
        DisplayLang::Ja => Lang::Ja,
    };
    let text = render(
        consent,
        lang,
        &consent.display.tmpl,
        &consent.display.tmpl_ver,
    )?;
    if s256(&text) == consent.display.s256 || mutant!("m-display-not-rendered") {
        Ok(())
    } else {
        Err(Error::at(Code::ConsentDisplayMismatch, "/display/s256"))
    }
}

struct Lines {
    lang: Lang,
    text: String,
}

impl Lines {
    fn line(&mut self, question: &str, answer: &str) {
        if !self.text.is_empty() {
            self.text.push('\n');
        }
        self.text.push_str(question);
        self.text.push_str(match self.lang {
            Lang::En => ": ",
            Lang::Ja => "：",
        });
        // A value never begins a line of its own making.
        self.text.extend(
            answer
                .chars()
                .map(|letter| if letter.is_control() { ' ' } else { letter }),
        );
    }

    fn ask(&mut self, question: Text, answer: &str) {
        let question = say(question, self.lang);
        self.line(question, answer);
    }

    fn list<'t>(&self, words: impl Iterator<Item = &'t str>) -> String {
        let separator = match self.lang {
            Lang::En => "; ",
            Lang::Ja => "、",
        };
        let mut text = String::new();
        for word in words {
            if !text.is_empty() {
                text.push_str(separator);
            }
            text.push_str(word);
        }
        if text.is_empty() {
            say(Text::Nothing, self.lang).to_string()
        } else {
            text
        }
    }

    fn parts(&self, parts: &[&str]) -> String {
        self.list(parts.iter().copied())
    }
}

fn who(lines: &mut Lines, consent: &Consent) {
    let lang = lines.lang;
    let recipient = &consent.recipient;
    if let Some(actor) = &consent.act {
        // First of all: somebody else signs for the person.
        let role = say(
            match actor.role {
                ActorRole::Guardian => Text::Guardian,
                _ => Text::Proxy,
            },
            lang,
        );
        let basis = words::basis(actor.basis.kind, lang);
        let until = moment(actor.basis.until, lang);
        let text = lines.parts(&[role, &actor.sub, basis, &actor.basis.reference, &until]);
        lines.ask(Text::Agent, &text);
    }
    let name = match lang {
        Lang::En => [recipient.name_en.as_str(), recipient.name.as_str()],
        Lang::Ja => [recipient.name.as_str(), recipient.name_en.as_str()],
    };
    let role = words::role(recipient.role, lang);
    let parts = [
        name[0],
        name[1],
        role,
        &recipient.address,
        &recipient.representative,
        &recipient.country,
        &recipient.id,
    ];
    let text = lines.parts(&parts);
    lines.ask(Text::Recipient, &text);
    lines.ask(Text::RecipientKey, &recipient.jkt);
    lines.ask(Text::Holder, &consent.aud);
    lines.ask(Text::Person, &consent.sub);
}

fn what(lines: &mut Lines, detail: &Detail) {
    let lang = lines.lang;
    let records = lines.list(detail.datatypes.iter().map(|category| category.label(lang)));
    lines.ask(Text::Records, &records);
    let codes = lines.list(detail.datatypes.iter().map(|category| category.code()));
    let codes = lines.parts(&[&codes, &detail.datatypes_ver]);
    lines.ask(Text::Codes, &codes);
    let day = |day: Option<Day>| {
        day.map_or_else(|| say(Text::Open, lang).to_string(), |day| day.to_string())
    };
    let mut period = day(detail.period.from);
    period.push_str(match lang {
        Lang::En => " to ",
        Lang::Ja => " から ",
    });
    period.push_str(&day(detail.period.to));
    lines.ask(Text::Period, &period);
    let purposes = lines.list(
        detail
            .purposes
            .iter()
            .map(|purpose| words::purpose(*purpose, lang)),
    );
    lines.ask(Text::Purposes, &purposes);
    let actions = lines.list(
        detail
            .actions
            .iter()
            .map(|action| words::action(*action, lang)),
    );
    let handling = words::handling(detail.handling, lang);
    let handling = lines.parts(&[&actions, handling]);
    lines.ask(Text::Handling, &handling);
    lines.ask(Text::Frequency, words::frequency(detail.frequency, lang));
    let kept = match detail.retention {
        Retention::Days(0) => say(Text::NotKept, lang).to_string(),
        Retention::Days(days) => {
            let mut text = days.to_string();
            text.push_str(match lang {
                Lang::En => " days after receipt",
                Lang::Ja => "日間（受け取ってから）",
            });
            text
        }
        Retention::Until(until) => {
            let mut text = until.to_string();
            text.push_str(match lang {
                Lang::En => " at the latest",
                Lang::Ja => "まで",
            });
            text
        }
    };
    lines.ask(Text::Retention, &kept);
    lines.ask(Text::OnEnd, words::on_end(detail.on_end, lang));
    let roles = detail
        .onward
        .roles
        .iter()
        .map(|role| words::role(*role, lang));
    let onward = lines.list(detail.onward.to.iter().map(String::as_str).chain(roles));
    lines.ask(Text::Onward, &onward);
    lines.ask(Text::Deident, words::deident(detail.deident, lang));
    let excluded = lines.list(detail.exclude.iter().map(|flag| words::flag(*flag, lang)));
    lines.ask(Text::Exclude, &excluded);
}

fn until(lines: &mut Lines, consent: &Consent) {
    let lang = lines.lang;
    lines.ask(Text::From, &moment(consent.iat, lang));
    lines.ask(Text::Until, &moment(consent.exp, lang));
    let overseas = &consent.overseas;
    let abroad = if overseas.transfer {
        let yes = say(Text::Abroad, lang);
        let optional = [
            &overseas.country,
            &overseas.regime_uri,
            &overseas.measures_uri,
            &overseas.reason,
        ];
        lines.list(
            core::iter::once(yes).chain(optional.into_iter().filter_map(|part| part.as_deref())),
        )
    } else {
        say(Text::NotAbroad, lang).to_string()
    };
    lines.ask(Text::Overseas, &abroad);
    let articles = lines.list(consent.basis.arts.iter().map(String::as_str));
    let provider = say(
        match consent.provision_mode {
            ProvisionMode::OperatorProvision => Text::HolderProvides,
            ProvisionMode::PersonMediated => Text::PersonProvides,
        },
        lang,
    );
    let law = lines.parts(&[&consent.jur, &consent.basis.law, &articles, provider]);
    lines.ask(Text::Law, &law);
    let notice = &consent.notice;
    let text = lines.parts(&[
        &notice.id,
        &notice.ver,
        &notice.lang,
        &notice.uri,
        &notice.s256,
    ]);
    lines.ask(Text::Notice, &text);
    for variant in &notice.alt {
        let text = lines.parts(&[&variant.lang, &variant.uri, &variant.s256]);
        lines.ask(Text::NoticeAlt, &text);
    }
    lines.ask(Text::Withdraw, &consent.withdraw_uri);
    lines.ask(Text::Arrangement, &consent.arrangement_id);
    if let Some(previous) = &consent.supersedes {
        lines.ask(Text::Supersedes, previous);
    }
    lines.ask(Text::Control, words::control(consent.ui.control, lang));
}

/// Minutes in Japan, which is where the person reads it; seconds follow so that nothing is hidden.
fn moment(at: Timestamp, lang: Lang) -> String {
    let day = Day::of(at);
    let seconds = at.since(day.start());
    let (hours, minutes, seconds) = (seconds / 3_600, seconds / 60 % 60, seconds % 60);
    match lang {
        Lang::En => alloc::format!("{day} {hours:02}:{minutes:02}:{seconds:02} (Japan time)"),
        Lang::Ja => alloc::format!("{day} {hours:02}:{minutes:02}:{seconds:02}（日本時間）"),
    }
}

#[cfg(test)]
mod tests;

//! The report as one page, for whoever decides, whoever assesses, and whoever mends.
//!
//! It loads nothing, works without its script, and has both languages in it.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest as _, Sha256};

use super::{EvidenceState, Mode, Report};
use crate::criteria::Text;
use crate::outcome::Outcome;

mod card;
mod cases;

const STYLE: &str = include_str!("html/style.css");
const SCRIPT: &str = include_str!("html/script.js");

/// Writes the page.
#[must_use]
pub fn write(report: &Report) -> String {
    let mut page = Page::default();
    page.head(report);
    page.raw("<main>");
    page.findings(report);
    page.contents(report);
    for (at, criterion) in report.criteria.iter().enumerate() {
        let is_new = at == 0
            || report
                .criteria
                .get(at - 1)
                .is_some_and(|last| last.chapter != criterion.chapter);
        if is_new {
            page.raw("<h2>");
            page.both(&chapter(&criterion.chapter));
            page.raw("</h2>");
        }
        page.criterion(criterion, report);
    }
    page.untested(report);
    page.raw("</main>");
    page.foot(report);
    page.text
}

/// What is written so far.
#[derive(Default)]
struct Page {
    text: String,
}

impl Page {
    fn raw(&mut self, markup: &str) {
        self.text.push_str(markup);
    }

    /// A text of the report, inert.
    fn plain(&mut self, text: &str) {
        for sign in text.chars() {
            match sign {
                '&' => self.text.push_str("&amp;"),
                '<' => self.text.push_str("&lt;"),
                '>' => self.text.push_str("&gt;"),
                '"' => self.text.push_str("&quot;"),
                '\'' => self.text.push_str("&#39;"),
                sign if sign.is_control() && sign != '\n' => self.text.push('\u{fffd}'),
                sign => self.text.push(sign),
            }
        }
    }

    fn both(&mut self, text: &Text) {
        self.raw("<span lang=\"ja\">");
        self.plain(&text.ja);
        self.raw("</span><span lang=\"en\">");
        self.plain(&text.en);
        self.raw("</span>");
    }

    fn say(&mut self, ja: &str, en: &str) {
        self.both(&Text::new(ja, en));
    }

    fn fact(&mut self, ja: &str, en: &str, value: &str) {
        self.raw("<dt>");
        self.say(ja, en);
        self.raw("</dt><dd>");
        self.plain(value);
        self.raw("</dd>");
    }

    fn badge(&mut self, outcome: Outcome) {
        let (sign, text) = named(outcome);
        self.raw(&format!(
            "<span class=\"badge {}\">{sign} ",
            outcome.as_str()
        ));
        self.both(&text);
        self.raw("</span>");
    }

    fn head(&mut self, report: &Report) {
        let hash = |text: &str| STANDARD.encode(Sha256::digest(text));
        self.raw("<!doctype html><html lang=\"ja\"><head><meta charset=\"utf-8\">");
        self.raw(&format!(
            "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'sha256-{}'; script-src 'sha256-{}'; base-uri 'none'; form-action 'none'\">",
            hash(STYLE),
            hash(SCRIPT)
        ));
        self.raw("<meta name=\"viewport\" content=\"width=device-width\"><title>");
        self.plain(&format!(
            "{} {} – PHR-Link",
            report.target.name, report.target.version
        ));
        self.raw(&format!(
            "</title><style>{STYLE}</style></head><body><header>"
        ));
        self.raw("<div class=\"languages\" role=\"group\" aria-label=\"言語 / Language\"><input type=\"radio\" name=\"lang\" id=\"lang-ja\" checked><label for=\"lang-ja\" lang=\"ja\">日本語</label><input type=\"radio\" name=\"lang\" id=\"lang-en\"><label for=\"lang-en\" lang=\"en\">English</label></div>");
        if report.run.mode == Mode::Development {
            self.raw("<p class=\"ribbon\">");
            self.say(
                "開発用 – 認証には使えません",
                "For development – not for certification",
            );
            self.raw("</p>");
        }
        self.raw("<h1>");
        self.plain(&format!("{} {}", report.target.name, report.target.version));
        self.raw("</h1><p class=\"verdict\">");
        self.both(&report.verdict.sentence());
        self.raw("</p><ul class=\"counts\">");
        for outcome in Outcome::ALL.iter().rev() {
            if let Some(count) = report.counts.outcomes.get(outcome) {
                let (sign, text) = named(*outcome);
                self.raw(&format!("<li class=\"{}\">{sign} ", outcome.as_str()));
                self.both(&text);
                self.raw(&format!(" {count}</li>"));
            }
        }
        self.raw("</ul><dl class=\"facts\">");
        self.fact("役割", "Role", report.run.role.as_str());
        let catalogue = &report.run.catalogue;
        self.fact(
            "基準",
            "Criteria",
            &format!("{} {}", catalogue.id, catalogue.version),
        );
        self.fact("日時", "When", &readable(&report.run.started));
        let tried = (report.counts.checks, report.counts.cases);
        self.raw("<dt>");
        self.say("検査", "Checks");
        self.raw("</dt><dd>");
        self.say(
            &format!("{}種類・{}事例", tried.0, tried.1),
            &format!("{} with {} cases", tried.0, tried.1),
        );
        self.raw("</dd></dl><p class=\"small\">");
        self.say(
            "公表されている義務を独自の言葉で写した基準による検査です。公的な点検表でも、認定された認証制度でもありません。",
            "Tested against criteria that mirror published duties in our own words. This is neither an official check sheet nor an accredited scheme.",
        );
        self.raw("</p></header>");
    }

    fn contents(&mut self, report: &Report) {
        self.raw("<h2>");
        self.say("基準の一覧", "Criteria");
        self.raw("</h2><nav aria-label=\"criteria\"><ul>");
        for criterion in &report.criteria {
            let (sign, _) = named(criterion.outcome);
            self.raw(&format!(
                "<li><span class=\"{}\">{sign}</span> <a href=\"#",
                criterion.outcome.as_str()
            ));
            self.plain(&criterion.id);
            self.raw("\">");
            self.plain(&criterion.id);
            self.raw(" ");
            self.both(&criterion.title);
            self.raw("</a></li>");
        }
        self.raw("</ul></nav>");
    }

    /// What this run could not show, and why: a report without it would say more than it knows.
    fn untested(&mut self, report: &Report) {
        self.raw("<h2>");
        self.say("確かめられなかったこと", "What was not shown");
        self.raw("</h2><ul class=\"small\">");
        let open = |outcome| {
            matches!(
                outcome,
                Outcome::Inconclusive | Outcome::Review | Outcome::NotApplicable | Outcome::Error
            )
        };
        let mut any = false;
        for criterion in report.criteria.iter().filter(|one| open(one.outcome)) {
            any = true;
            self.raw("<li><a href=\"#");
            self.plain(&criterion.id);
            self.raw("\">");
            self.plain(&criterion.id);
            self.raw("</a> ");
            self.both(&criterion.because);
            self.raw("</li>");
        }
        if !any {
            self.raw("<li>");
            self.say("ありません。", "Nothing.");
            self.raw("</li>");
        }
        self.raw("</ul>");
    }

    fn foot(&mut self, report: &Report) {
        self.raw("<footer><h2>");
        self.say("しるしの意味", "Legend");
        self.raw("</h2><ul class=\"counts\">");
        for outcome in Outcome::ALL.iter().rev() {
            self.raw("<li class=\"");
            self.raw(outcome.as_str());
            self.raw("\">");
            let (sign, text) = named(*outcome);
            self.raw(sign);
            self.raw(" ");
            self.both(&text);
            self.raw("</li>");
        }
        self.raw("<li class=\"declared\">");
        self.say(
            "破線：自己申告（本ツールでは検証していません）",
            "dashed: declared, not verified by this suite",
        );
        self.raw("</li></ul><h2>");
        self.say("もう一度行うには", "To do it again");
        self.raw("</h2><dl class=\"facts\">");
        let run = &report.run;
        self.fact("コマンド", "Command", &run.command);
        self.fact("道具", "Tool", &run.tool);
        self.fact(
            "基準の要約値",
            "Digest of the criteria",
            &run.catalogue.digest,
        );
        self.fact(
            "宣言の要約値",
            "Digest of the declaration",
            &run.declaration.digest,
        );
        self.raw(&format!(
            "</dl></footer><script>{SCRIPT}</script></body></html>\n"
        ));
    }
}

/// A sign and a word: no outcome is told by colour alone.
fn named(outcome: Outcome) -> (&'static str, Text) {
    match outcome {
        Outcome::Pass => ("✓", Text::new("適合", "met")),
        Outcome::Warn => ("△", Text::new("注意", "warning")),
        Outcome::Fail => ("✗", Text::new("不適合", "violated")),
        Outcome::Inconclusive => ("?", Text::new("判断できず", "inconclusive")),
        Outcome::Review => ("◷", Text::new("審査待ち", "to be reviewed")),
        Outcome::NotApplicable => ("–", Text::new("対象外", "not applicable")),
        Outcome::Error => ("!", Text::new("検査できず", "not tested")),
    }
}

fn state(state: EvidenceState) -> Text {
    match state {
        EvidenceState::Missing => Text::new("未提出", "missing"),
        EvidenceState::Submitted => Text::new("審査待ち", "waits for an assessor"),
        EvidenceState::Accepted => Text::new("承認済み", "accepted"),
        EvidenceState::Rejected => Text::new("不承認", "not accepted"),
        EvidenceState::Expired => Text::new("期限切れ", "too old"),
    }
}

fn chapter(name: &str) -> Text {
    match name {
        "security" => Text::new("情報セキュリティ対策", "Information security"),
        "personal-information" => {
            Text::new("個人情報の適切な取扱い", "Handling of personal information")
        }
        "interoperability" => Text::new("保存・管理と相互運用性", "Keeping, and interoperability"),
        "assurance" => Text::new("要件遵守の担保", "Assurance"),
        "industry" => Text::new("業界の指針", "Industry guideline"),
        "mynaportal" => Text::new("マイナポータル連携", "Mynaportal"),
        "statute" => Text::new("法律", "Statute"),
        "institutions" => Text::new("医療機関との契約", "Contracts with institutions"),
        "sensitive" => Text::new("緊急時と機微な記録", "Emergencies and sensitive records"),
        "profile" => Text::new("プロファイルの規則", "Rules of the profile"),
        other => Text::new(other, other),
    }
}

/// `2026-11-27T12:00:00+09:00` as people write it.
fn readable(time: &str) -> String {
    let (day, rest) = time.split_once('T').unwrap_or((time, ""));
    let minute: String = rest.chars().take(5).collect();
    let zone = rest.get(8..).unwrap_or_default();
    format!(
        "{day} {minute} ({})",
        if zone == "+09:00" {
            "JST"
        } else {
            zone.trim_start_matches('Z')
        }
    )
    .replace(" ()", " UTC")
}

#[cfg(test)]
mod tests;

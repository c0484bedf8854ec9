//! One criterion: what has to be, what was shown, what to do; then, folded, what engineers want.

use super::super::{CriterionResult, Report};
use super::{Page, state};
use crate::criteria::Level;
use crate::outcome::{Assurance, Outcome};

impl Page {
    pub(super) fn criterion(&mut self, criterion: &CriterionResult, report: &Report) {
        self.raw("<section class=\"card\" id=\"");
        self.plain(&criterion.id);
        self.raw("\"><div class=\"head\"><span class=\"id\">");
        self.plain(&criterion.id);
        self.raw("</span><h3>");
        self.both(&criterion.title);
        self.raw("</h3>");
        self.badge(criterion.outcome);
        match criterion.level {
            Level::Must => self.say("義務", "duty"),
            Level::Should => self.say("推奨", "recommended"),
            Level::May => self.say("任意", "optional"),
        }
        if criterion.assurance == Some(Assurance::Declared) {
            self.raw("<span class=\"badge declared\">");
            self.say("自己申告", "declared");
            self.raw("</span>");
        }
        self.raw("</div><p>");
        self.both(&criterion.statement);
        self.raw("</p><p><strong>");
        self.both(&criterion.because);
        self.raw("</strong></p>");
        if !criterion.is_met && criterion.outcome != Outcome::NotApplicable {
            self.raw("<p class=\"next\">");
            self.both(&criterion.remediation);
            self.raw("</p>");
        }
        self.asked(criterion);
        self.sources(criterion);
        for id in &criterion.checks {
            if let Some(check) = report.checks.iter().find(|check| check.id == *id) {
                // Several criteria may rest on one check: its cases stand with the first.
                let first = report
                    .criteria
                    .iter()
                    .find(|other| other.checks.contains(id));
                self.check(check, first.is_some_and(|first| first.id == criterion.id));
            }
        }
        self.raw("</section>");
    }

    fn asked(&mut self, criterion: &CriterionResult) {
        if criterion.evidence.is_empty() && criterion.attestation.is_none() {
            return;
        }
        self.raw("<ul class=\"small\">");
        for evidence in &criterion.evidence {
            self.raw("<li><strong>");
            self.both(&state(evidence.state));
            self.raw("</strong> ");
            self.both(&evidence.prompt);
            if let Some(file) = &evidence.file {
                self.raw(" <code>");
                self.plain(file);
                self.raw("</code>");
            }
            self.raw("</li>");
        }
        if let Some(attestation) = &criterion.attestation {
            self.raw("<li><strong>");
            match attestation.answer {
                Some(true) => self.say("はい（自己申告）", "yes (declared)"),
                Some(false) => self.say("いいえ", "no"),
                None => self.say("未回答", "not answered"),
            }
            self.raw("</strong> ");
            self.both(&attestation.question);
            self.raw("</li>");
        }
        self.raw("</ul>");
    }

    fn sources(&mut self, criterion: &CriterionResult) {
        use crate::criteria::SourceStatus::{Excerpt, Recalled, Verified};
        self.raw("<p class=\"small\">");
        for source in &criterion.source {
            self.plain(&format!(
                "{} {} {} ",
                source.doc, source.version, source.clause
            ));
            match source.status {
                Verified => self.say("（原文を確認）", "(text read) "),
                Excerpt => self.say("（抜粋を確認）", "(excerpt read) "),
                Recalled => self.say(
                    "（記憶による。原文と要照合）",
                    "(recalled; to be compared with the text) ",
                ),
            }
        }
        self.raw("</p>");
    }
}

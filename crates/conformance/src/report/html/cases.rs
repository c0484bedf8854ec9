//! Findings, and the cases behind them.

use super::super::{CaseResult, CheckResult, Report};
use super::{Page, named};
use crate::outcome::Outcome;

impl Page {
    pub(super) fn findings(&mut self, report: &Report) {
        if report.findings.is_empty() {
            return;
        }
        self.raw("<h2>");
        self.say("見つかったこと", "Findings");
        self.raw("</h2><div class=\"table\"><table><thead><tr><th scope=\"col\">#</th><th scope=\"col\">");
        self.say("観察", "Observed");
        self.raw("</th><th scope=\"col\">");
        self.say("事例", "Cases");
        self.raw("</th><th scope=\"col\">");
        self.say("基準", "Criteria");
        self.raw("</th></tr></thead><tbody>");
        for finding in &report.findings {
            self.raw(&format!(
                "<tr><td class=\"short\">{}</td><td>",
                finding.number
            ));
            self.say("期待 ", "expected ");
            self.raw("<code>");
            self.plain(&finding.expected);
            self.raw("</code><br>");
            self.say("実際 ", "observed ");
            self.raw("<code>");
            self.plain(&finding.observed);
            self.raw("</code></td><td>");
            for case in &finding.cases {
                self.raw("<a href=\"#");
                self.anchor(&finding.check, case);
                self.raw("\">");
                self.plain(case);
                self.raw("</a> ");
            }
            self.raw("</td><td class=\"short\">");
            for id in &finding.criteria {
                self.raw("<a href=\"#");
                self.plain(id);
                self.raw("\">");
                self.plain(id);
                self.raw("</a> ");
            }
            self.raw("</td></tr>");
        }
        self.raw("</tbody></table></div>");
    }

    fn anchor(&mut self, check: &str, case: &str) {
        self.plain(check);
        self.raw("/");
        self.plain(case);
    }

    pub(super) fn check(&mut self, check: &CheckResult, with_cases: bool) {
        let (odd, even): (Vec<_>, Vec<_>) = check
            .cases
            .iter()
            .partition(|case| case.outcome != Outcome::Pass);
        self.raw("<details><summary>");
        self.both(&check.title);
        self.raw(" <code>");
        self.plain(&check.id);
        self.raw("</code> ");
        self.say(
            &format!("{}件中{}件が期待どおり", check.cases.len(), even.len()),
            &format!("{} of {} cases as expected", even.len(), check.cases.len()),
        );
        self.raw("</summary>");
        if let Some(note) = &check.note {
            self.raw("<p class=\"next\">");
            self.both(note);
            self.raw("</p>");
        }
        if with_cases {
            self.odd(check, &odd);
            self.raw("<p class=\"small\">");
            for case in even {
                self.plain(&case.id);
                self.raw(" ");
            }
            self.raw("</p>");
        }
        self.raw("</details>");
    }

    fn odd(&mut self, check: &CheckResult, cases: &[&CaseResult]) {
        if cases.is_empty() {
            return;
        }
        self.raw("<div class=\"table\"><table><thead><tr><th scope=\"col\">");
        self.say("事例", "Case");
        self.raw("</th><th scope=\"col\">");
        self.say("期待", "Expected");
        self.raw("</th><th scope=\"col\">");
        self.say("実際", "Observed");
        self.raw("</th></tr></thead><tbody>");
        for case in cases {
            let (sign, _) = named(case.outcome);
            self.raw("<tr id=\"");
            self.anchor(&check.id, &case.id);
            self.raw(&format!(
                "\"><td><span class=\"{}\">{sign}</span> ",
                case.outcome.as_str()
            ));
            self.plain(&case.id);
            self.raw("<br>");
            self.plain(&case.comment);
            self.raw(" <span class=\"small\">");
            self.plain(&case.covers.join(" "));
            self.raw("</span>");
            if let Some(sent) = &case.sent {
                self.raw("<details><summary>");
                self.say("送信したもの", "Sent");
                self.raw("</summary><pre>");
                self.plain(sent);
                self.raw("</pre></details>");
            }
            self.raw("</td><td><code>");
            self.plain(&case.expected);
            self.raw("</code></td><td><code>");
            self.plain(&case.observed);
            self.raw("</code></td></tr>");
        }
        self.raw("</tbody></table></div>");
    }
}

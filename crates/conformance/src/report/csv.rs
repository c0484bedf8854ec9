//! The report as a table, one line a criterion, for spreadsheets.

use super::Report;

/// Quotes a field as RFC 4180 has it; what a spreadsheet would take for a formula is made a text.
#[must_use]
pub fn field(text: &str) -> String {
    let is_formula = text.starts_with(['=', '+', '-', '@', '\t', '\r']);
    let text = if is_formula {
        format!("'{text}")
    } else {
        text.to_owned()
    };
    if text.contains([',', '"', '\r', '\n']) {
        format!("\"{}\"", text.replace('"', "\"\""))
    } else {
        text
    }
}

/// Writes the table, with a mark that tells spreadsheets that it is UTF-8.
#[must_use]
pub fn write(report: &Report) -> String {
    let mut text = String::from(
        "\u{feff}id,level,title_ja,title_en,outcome,assurance,met,because_ja,because_en,remediation_ja,remediation_en\r\n",
    );
    for criterion in &report.criteria {
        let assurance = criterion
            .assurance
            .map(|one| format!("{one:?}").to_lowercase());
        let fields = [
            criterion.id.as_str(),
            &format!("{:?}", criterion.level).to_uppercase(),
            &criterion.title.ja,
            &criterion.title.en,
            criterion.outcome.as_str(),
            &assurance.unwrap_or_default(),
            if criterion.is_met { "yes" } else { "no" },
            &criterion.because.ja,
            &criterion.because.en,
            if criterion.is_met {
                ""
            } else {
                &criterion.remediation.ja
            },
            if criterion.is_met {
                ""
            } else {
                &criterion.remediation.en
            },
        ];
        text.push_str(&fields.map(field).join(","));
        text.push_str("\r\n");
    }
    text
}

#[cfg(test)]
mod tests {
    #[test]
    fn fields_are_quoted_and_are_never_formulas() {
        assert_eq!(super::field("a,b"), "\"a,b\"");
        assert_eq!(super::field("a\"b"), "\"a\"\"b\"");
        assert_eq!(super::field("=1+1"), "'=1+1");
        assert_eq!(super::field("-"), "'-");
    }
}

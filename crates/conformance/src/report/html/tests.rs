use std::collections::BTreeSet;

use phr_link::Timestamp;

use super::*;
use crate::checks::verifier;
use crate::criteria::{Catalogue, Role};
use crate::report::Target;
use crate::run::Plan;
use crate::runner::{Answer, Reference, Verifier};
use crate::vectors;

/// Permits what names a time that is over, and says things that a page might take for its own.
struct Careless(Reference);

impl Verifier for Careless {
    fn ask(&mut self, call: &serde_json::Value) -> Answer {
        match self.0.ask(call) {
            Answer::Said {
                code: Some(code), ..
            } if code.ends_with(".expired") => Answer::Said {
                decision: "permit".into(),
                code: Some("</td><script>alert(1)</script>".into()),
            },
            other => other,
        }
    }
}

fn page(verifier: &mut dyn Verifier) -> String {
    let plan = Plan {
        catalogue: Catalogue::built_in().unwrap(),
        role: Role::VerifierLibrary,
        mode: Mode::Development,
        target: Target {
            name: "\"><img src=x onerror=alert(1)>".into(),
            ..Target::default()
        },
        facts: [].into(),
        dossier: Default::default(),
        command: "phr-link".into(),
    };
    let results = verifier::run(verifier, &vectors::all(), |_| {});
    let at = Timestamp::from_secs(1_795_000_000);
    write(&plan.conclude(results, at, at))
}

#[test]
fn what_a_target_says_is_inert_and_every_link_leads_somewhere() {
    for text in [
        page(&mut Reference::default()),
        page(&mut Careless(Reference::default())),
    ] {
        assert!(!text.contains("<img") && text.matches("<script").count() == 1);
        let of = |start: &str| -> Vec<String> {
            text.split(start)
                .skip(1)
                .map(|rest| rest.split('"').next().unwrap().to_owned())
                .collect()
        };
        let ids = of(" id=\"");
        let unique: BTreeSet<_> = ids.iter().collect();
        assert_eq!(unique.len(), ids.len());
        for link in of("href=\"#") {
            assert!(unique.contains(&link), "{link}");
        }
        assert_eq!(
            text.matches("<span lang=\"ja\">").count(),
            text.matches("<span lang=\"en\">").count()
        );
        for part in [STYLE, SCRIPT] {
            assert!(text.contains(&format!(
                "'sha256-{}'",
                STANDARD.encode(Sha256::digest(part))
            )));
            assert!(text.contains(part));
        }
    }
}

#[test]
fn a_time_is_written_as_people_do() {
    assert_eq!(
        readable("2026-11-27T12:34:56+09:00"),
        "2026-11-27 12:34 (JST)"
    );
    assert_eq!(readable("2026-11-27T12:34:56Z"), "2026-11-27 12:34 UTC");
}

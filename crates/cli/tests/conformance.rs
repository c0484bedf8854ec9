//! The conformance command as certification bodies and authors of verifiers use it.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::path::Path;
use std::process::{Command, Output};

use phr_link_conformance::hostile::jwk;
use phr_link_conformance::scene::{CERTIFIER, MARK_TYPE, OPERATOR, Scene, mark_delegation};
use serde_json::Value;

#[path = "support/desk.rs"]
mod support;

use support::Desk;

fn phr_link(words: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_phr-link"))
        .arg("conformance")
        .args(words)
        .output()
        .unwrap()
}

/// How the scripts answer.
const SAY: &str = "import json, sys\ndef say(call, decision): print(json.dumps({'id': call['id'], 'decision': decision}), flush=True)\n";

/// Runs the verifier's role against a script, or against this program itself.
fn run(out: &Path, script: Option<&str>) -> (Option<i32>, String) {
    let own = [env!("CARGO_BIN_EXE_phr-link"), "adapter"];
    let script = script.map(|script| format!("{SAY}{script}"));
    let python = ["python3", "-c", script.as_deref().unwrap_or_default()];
    let program: &[&str] = if script.is_some() { &python } else { &own };
    let mut words = vec![
        "run",
        "--role",
        "verifier-library",
        "--out",
        out.to_str().unwrap(),
        "--",
    ];
    words.extend(program);
    let output = phr_link(&words);
    let said = [output.stdout, output.stderr].concat();
    (output.status.code(), String::from_utf8(said).unwrap())
}

fn report(folder: &Path) -> Value {
    serde_json::from_str(&std::fs::read_to_string(folder.join("report.json")).unwrap()).unwrap()
}

#[test]
fn the_reference_conforms_without_a_warning_and_twice_the_same() {
    let folder = tempfile::tempdir().unwrap();
    let (one, two) = (folder.path().join("one"), folder.path().join("two"));
    let (code, said) = run(&one, None);
    assert_eq!(code, Some(0), "{said}");
    assert_eq!(run(&two, None).0, Some(0));
    let first = report(&one);
    assert_eq!(first["verdict"], "conforming");
    assert_eq!(first["counts"]["outcomes"], serde_json::json!({"pass": 13}));
    assert_eq!(first["counts"]["met"], serde_json::json!({"tested": 13}));
    assert!(first["counts"]["cases"].as_u64().unwrap() > 1_300);
    let normalised = |folder: &Path| {
        let report: phr_link_conformance::report::Report =
            serde_json::from_value(report(folder)).unwrap();
        serde_json::to_string(&report.normalised()).unwrap()
    };
    assert_eq!(normalised(&one), normalised(&two));
    let same = phr_link(&["diff", one.to_str().unwrap(), two.to_str().unwrap()]);
    assert!(same.status.success() && same.stdout.is_empty());
}

/// What is open is skipped, or fails where that is asked for; markup of a target stays text.
#[test]
fn build_servers_read_the_report() {
    let folder = tempfile::tempdir().unwrap();
    let (good, bad) = (folder.path().join("good"), folder.path().join("bad"));
    assert_eq!(run(&good, None).0, Some(0));
    let script = "for line in sys.stdin:\n call = json.loads(line)\n say(call, 'accept' if call['op'] == 'hello' else 'permit')";
    assert_eq!(run(&bad, Some(script)).0, Some(1));
    let junit = |folder: &Path, more: &[&str]| {
        let words = [
            &["report", folder.to_str().unwrap(), "--format", "junit"],
            more,
        ]
        .concat();
        String::from_utf8(phr_link(&words).stdout).unwrap()
    };
    let text = junit(&good, &[]);
    assert!(
        text.contains("failures=\"0\"") && !text.contains("<failure") && !text.contains("<skipped")
    );
    assert!(junit(&good, &["--strict"]).contains("failures=\"0\""));
    let text = junit(&bad, &[]);
    assert!(text.contains("<failure") && !text.contains("<b>"));
}

/// HARN: whatever a target does, the suite neither fails nor takes it for a good one.
#[test]
fn a_target_that_misbehaves_never_conforms() {
    let folder = tempfile::tempdir().unwrap();
    let answer = |decision: &str| {
        format!(
            "for line in sys.stdin:\n call = json.loads(line)\n say(call, 'accept' if call['op'] == 'hello' else '{decision}')"
        )
    };
    let hello_then =
        |rest: &str| format!("say(json.loads(sys.stdin.readline()), 'accept')\n{rest}");
    for (name, script, code) in [
        // m-all-200, m-all-401
        ("permits-all", answer("permit"), 1),
        ("denies-all", answer("deny"), 4),
        // m-silent: it never says what it is.
        ("ends-at-once", "pass".to_owned(), 5),
        (
            "says-no-json",
            "for line in sys.stdin: print('hello', flush=True)".to_owned(),
            5,
        ),
        // m-html-inject
        (
            "says-markup",
            hello_then("for line in sys.stdin: print('<script>alert(1)</script>', flush=True)"),
            5,
        ),
        // m-rst: it ends at every call.
        (
            "crashes",
            hello_then("sys.stdin.readline(); sys.exit(3)"),
            1,
        ),
        (
            "says-other-words",
            hello_then("for line in sys.stdin: say(json.loads(line), '\\x1b[2Jpermit')"),
            5,
        ),
        // m-infinite-body
        (
            "never-stops",
            hello_then("while True: sys.stdout.write('y' * 65536)"),
            5,
        ),
    ] {
        let out = folder.path().join(name);
        let (status, said) = run(&out, Some(&script));
        assert_eq!(status, Some(code), "{name}: {said}");
        assert!(!said.contains("panicked"), "{name}: {said}");
        assert!(!said.contains('\u{1b}'), "{name}");
        if out.exists() {
            assert_ne!(report(&out)["verdict"], "conforming", "{name}");
        }
    }
    // What refuses everything shows nothing by it.
    let denies = report(&folder.path().join("denies-all"));
    let checks = denies["checks"].as_array().unwrap();
    let noted = checks
        .iter()
        .filter(|check| !check["note"].is_null())
        .count();
    assert_eq!(noted, checks.len());
}

#[test]
fn criteria_are_sound_and_a_slip_is_answered_with_what_there_is() {
    let lint = phr_link(&["criteria", "lint"]);
    assert_eq!(
        lint.status.code(),
        Some(0),
        "{}",
        String::from_utf8_lossy(&lint.stdout)
    );
    let coverage = phr_link(&["criteria", "coverage"]);
    let lines = String::from_utf8(coverage.stdout).unwrap();
    assert!(
        lines.lines().count() >= 121,
        "107 duties, those of the profile, a head"
    );
    let shown = phr_link(&["criteria", "show", "PHRG-3.3.1"]);
    assert!(
        String::from_utf8(shown.stdout)
            .unwrap()
            .contains("PHRG-3.3.1")
    );
    let slip = phr_link(&["criteria", "show", "PHRG-3.3.11"]);
    assert_eq!(slip.status.code(), Some(2));
    assert!(
        String::from_utf8(slip.stderr)
            .unwrap()
            .contains("PHRG-3.3.1,")
    );
}

#[test]
fn documents_are_bound_by_their_hash_and_decided_by_others() {
    let folder = tempfile::tempdir().unwrap();
    let place = folder.path().to_str().unwrap();
    let file = folder.path().join("policy.pdf");
    std::fs::write(&file, "a policy").unwrap();
    let list = phr_link(&["criteria", "coverage"]);
    let list = String::from_utf8(list.stdout).unwrap();
    let fields: Vec<Vec<&str>> = list
        .lines()
        .skip(1)
        .map(|line| line.split(',').collect())
        .collect();
    let wanted = fields
        .iter()
        .find(|fields| fields[0] == "PHRG-2.1.1")
        .unwrap();
    let key = wanted[6].split(' ').next().unwrap();
    let add = |by: &str| {
        phr_link(&[
            "evidence",
            "add",
            "--folder",
            place,
            "PHRG-2.1.1",
            key,
            file.to_str().unwrap(),
            "--by",
            by,
        ])
    };
    assert!(add("applicant").status.success());
    let decide = |by: &str| {
        phr_link(&[
            "evidence",
            "decide",
            "--folder",
            place,
            "PHRG-2.1.1",
            key,
            "--accept",
            "true",
            "--by",
            by,
            "--reason",
            "read",
        ])
    };
    assert_eq!(decide("applicant").status.code(), Some(2));
    assert!(decide("assessor").status.success() && decide("approver").status.success());
    let listed = phr_link(&["evidence", "list", "--folder", place]);
    assert!(
        String::from_utf8(listed.stdout)
            .unwrap()
            .trim_end()
            .ends_with("++")
    );
    // Changed afterwards, it is not what was decided about.
    let copy = std::fs::read_dir(folder.path().join("documents"))
        .unwrap()
        .next()
        .unwrap()
        .unwrap();
    std::fs::write(copy.path(), "another policy").unwrap();
    let listed = phr_link(&["evidence", "list", "--folder", place]);
    assert_eq!(listed.status.code(), Some(2));
    assert!(
        String::from_utf8(listed.stderr)
            .unwrap()
            .contains("was changed")
    );
}

/// What an assessor signed cannot be edited without `verify` noticing, file by file; nor does it help
/// to sign what does not follow.
#[test]
fn what_was_signed_stays_as_it_was() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("run");
    assert_eq!(run(&out, None).0, Some(0));
    let place = out.to_str().unwrap();
    let key = folder.path().join("runner.key");
    let made = Command::new(env!("CARGO_BIN_EXE_phr-link"))
        .args(["keys", "new", key.to_str().unwrap()])
        .output()
        .unwrap();
    assert!(made.status.success());
    let public: Value = serde_json::from_slice(&made.stdout).unwrap();
    let set = folder.path().join("keys.json");
    std::fs::write(&set, serde_json::json!({"keys": [public]}).to_string()).unwrap();
    let sign = || {
        phr_link(&[
            "sign",
            place,
            "--iss",
            "https://lab.example",
            "--key",
            key.to_str().unwrap(),
        ])
    };
    let verify = || {
        let output = phr_link(&["verify", place, "--keys", set.to_str().unwrap()]);
        (
            output.status.code(),
            String::from_utf8([output.stdout, output.stderr].concat()).unwrap(),
        )
    };
    let signed = sign();
    assert!(
        signed.status.success(),
        "{}",
        String::from_utf8_lossy(&signed.stderr)
    );
    let (code, said) = verify();
    assert_eq!(code, Some(0), "{said}");
    // Each file in turn, and the statement itself.
    let names: Vec<_> = std::fs::read_dir(&out)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    assert_eq!(names.len(), 5);
    for path in &names {
        let kept = std::fs::read(path).unwrap();
        let mut spoiled = kept.clone();
        spoiled[kept.len() / 2] ^= 1;
        std::fs::write(path, &spoiled).unwrap();
        assert_eq!(verify().0, Some(6), "{}", path.display());
        std::fs::remove_file(path).unwrap();
        assert_eq!(verify().0, Some(6), "{}", path.display());
        std::fs::write(path, kept).unwrap();
    }
    std::fs::write(out.join("more.txt"), "more").unwrap();
    let (code, said) = verify();
    assert!(
        code == Some(6) && said.contains("more.txt does not belong"),
        "{said}"
    );
    std::fs::remove_file(out.join("more.txt")).unwrap();
    assert_eq!(verify().0, Some(0));
    // A verdict, an outcome, a case that is better than what was shown: nobody can sign it.
    let path = out.join("report.json");
    let kept = std::fs::read_to_string(&path).unwrap();
    let mut report: Value = serde_json::from_str(&kept).unwrap();
    report["checks"][0]["cases"][0]["observed"] = "permit".into();
    report["checks"][0]["cases"][0]["expected"] = "deny".into();
    std::fs::write(&path, report.to_string()).unwrap();
    assert_eq!(sign().status.code(), Some(2));
    report["checks"][0]["cases"][0]["outcome"] = "fail".into();
    std::fs::write(&path, report.to_string()).unwrap();
    assert_eq!(sign().status.code(), Some(2));
    report["checks"][0]["outcome"] = "fail".into();
    std::fs::write(&path, report.to_string()).unwrap();
    let refused = sign();
    assert!(
        String::from_utf8(refused.stderr)
            .unwrap()
            .contains("the verdict does not follow")
    );
}

/// The loop closes: a run for a certificate, signed by its runner, leads to a mark of the certification
/// body, and a verifier that trusts that body permits what it would refuse without the mark.
#[test]
fn a_run_leads_to_a_mark_that_verifiers_accept() {
    let desk = Desk::new("mark");
    let (runner, certifier) = (desk.key("runner"), desk.key("certifier"));
    let set = desk.file(
        "keys.json",
        &serde_json::json!({"keys": [jwk("runner")]}).to_string(),
    );
    let delegation = desk.file("delegation.jwt", &mark_delegation().compact());
    let issue = [
        "conformance",
        "issue-mark",
        "run",
        "--keys",
        &set,
        "--iss",
        CERTIFIER,
        "--key",
        &certifier,
        "--sub",
        OPERATOR,
        "--type",
        MARK_TYPE,
        "--role",
        "operator",
        "--days",
        "300",
        "--status-uri",
        "https://certifier.example/status/1",
        "--status-idx",
        "2",
        "--delegation",
        &delegation,
    ];
    let sign = [
        "conformance",
        "sign",
        "run",
        "--iss",
        "https://lab.example",
        "--key",
        &runner,
    ];
    let own = [env!("CARGO_BIN_EXE_phr-link"), "adapter"];
    let run = |more: &[&str]| {
        let words = [
            "conformance",
            "run",
            "--role",
            "verifier-library",
            "--out",
            "run",
        ];
        desk.ok(&[&words[..], more, &["--"], &own].concat());
    };
    run(&[]);
    desk.ok(&sign);
    let said = desk.fails(2, &issue);
    assert!(said.contains("--certification"), "{said}");
    run(&["--certification"]);
    // The statement of the earlier run went with it.
    desk.fails(6, &issue);
    desk.ok(&sign);
    let mark = desk.ok(&issue);
    let decide = |marks: &[&str]| {
        let mut call = Scene::permitted().decide();
        let old = call["trust"]["marks"].as_array().unwrap().clone();
        let others = old.iter().filter(|mark| {
            !claims_of(mark.as_str().unwrap()).contains(&format!("\"sub\":\"{OPERATOR}\""))
        });
        let mut all: Vec<Value> = others.cloned().collect();
        all.extend(marks.iter().map(|mark| Value::from(*mark)));
        call["trust"]["marks"] = all.into();
        let answer: Value =
            serde_json::from_str(&phr_link::adapter::answer(&call.to_string())).unwrap();
        (
            answer["decision"].as_str().unwrap().to_owned(),
            answer["code"].clone(),
        )
    };
    assert_eq!(decide(&[]), ("deny".into(), "trust.not-certified".into()));
    assert_eq!(decide(&[mark.trim()]), ("permit".into(), Value::Null));
}

fn claims_of(token: &str) -> String {
    let payload = token.split('.').nth(1).unwrap();
    String::from_utf8(phr_link::wire::base64url::decode(payload).unwrap()).unwrap()
}

/// Runs at the time of this machine.
fn run_now(desk: &Desk, words: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_phr-link"));
    command.args(words).current_dir(&desk.0).output().unwrap()
}

/// A holder is tested with a declaration alone; what programs cannot show stays open, and says so.
#[test]
fn the_reference_holder_is_tested_over_http() {
    let desk = Desk::new("holder");
    let run = [
        "conformance",
        "run",
        "--role",
        "data-holder",
        "--reference",
        "--out",
        "run",
    ];
    assert!(desk.fails(2, &run).contains("declaration"));
    let blank = desk.ok(&["conformance", "declaration"]);
    let filled: Vec<_> = blank
        .lines()
        .map(|line| {
            match line
                .strip_prefix("# ")
                .filter(|rest| rest.ends_with(" = ") || rest.ends_with(" ="))
            {
                Some(fact) => format!("{fact} true"),
                None => line.replace("\"\"", "\"reference\""),
            }
        })
        .collect();
    let declaration = desk.file("declaration.toml", &filled.join("\n"));
    let said = run_now(
        &desk,
        &[&run[..], &["--declaration", &declaration]].concat(),
    );
    assert_eq!(
        said.status.code(),
        Some(4),
        "{}",
        String::from_utf8_lossy(&said.stderr)
    );
    let report = report(&desk.0.join("run"));
    assert_eq!(report["verdict"], "incomplete");
    assert_eq!(report["findings"], serde_json::json!([]));
    let of_profile = report["criteria"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|one| one["id"].as_str().unwrap().starts_with("PROFILE-H."));
    let outcomes: Vec<_> = of_profile
        .map(|one| one["outcome"].as_str().unwrap())
        .collect();
    assert_eq!(outcomes, ["pass"; 12]);
    let nobody = run_now(
        &desk,
        &[
            "conformance",
            "run",
            "--role",
            "data-holder",
            "--base",
            "http://localhost:1",
            "--app",
            "http://localhost:0",
            "--out",
            "none",
            "--declaration",
            &declaration,
        ],
    );
    assert_eq!(nobody.status.code(), Some(5));
}

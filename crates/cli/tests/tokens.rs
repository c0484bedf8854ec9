//! The whole way on the command line: keys, consent, grant, delegation, withdrawal.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

#[path = "support/desk.rs"]
mod desk;

use desk::Desk;
use phr_link_conformance::hostile::{jkt, jwk};
use phr_link_conformance::scene::{CLINIC, HOLDER, Linking, NOW, trust_list};
use serde_json::{Value, json};

/// The files of a linking, and the words of `consent new` for it.
fn linking(desk: &Desk) -> Vec<String> {
    let linking = Linking::registered();
    let files = [
        (
            "--request",
            desk.file("request", &linking.request.compact()),
        ),
        (
            "--key-statement",
            desk.file("statement", &linking.key_statement.compact()),
        ),
        ("--trust-list", desk.file("list", &trust_list().compact())),
        (
            "--anchor",
            desk.file("anchor", &json!({"keys": [jwk("anchor")]}).to_string()),
        ),
        ("--txn", "txn-1".to_owned()),
        ("--opened-at", (NOW - 40).to_string()),
        ("--arrangement", "arrangement-1".to_owned()),
    ];
    let mut words = vec!["consent".to_owned(), "new".to_owned()];
    for (flag, file) in files {
        words.extend([flag.to_owned(), file]);
    }
    words
}

fn with<'w>(words: &'w [String], more: &[&'w str]) -> Vec<&'w str> {
    words
        .iter()
        .map(String::as_str)
        .chain(more.iter().copied())
        .collect()
}

fn consent(desk: &Desk, more: &[&str]) -> String {
    let claims = desk.ok(&with(&linking(desk), more));
    desk.file("claims", &claims);
    let person = desk.key("person");
    let token = desk.ok(&["consent", "sign", "claims", "--key", &person]);
    desk.file("consent", &token);
    token
}

fn claims(desk: &Desk, token: &str) -> Value {
    let seen = desk.ok(&["--json", "inspect", token]);
    let seen: Value = serde_json::from_str(&seen).unwrap();
    seen.get("claims").unwrap().clone()
}

#[test]
fn a_holder_registers_the_consent_that_was_made_here() {
    let desk = Desk::new("register");
    let token = consent(&desk, &["--category", "allergy", "--purpose", "care"]);
    let mut call = Linking::registered().consent();
    call["consent"] = json!(token);
    let answer: Value =
        serde_json::from_str(&phr_link::adapter::answer(&call.to_string())).unwrap();
    assert_eq!(answer.pointer("/decision").unwrap(), "accept", "{answer}");
    let details = answer.pointer("/value/authorization_details/0").unwrap();
    assert_eq!(details.get("datatypes").unwrap(), &json!(["allergy"]));
    assert_eq!(details.get("purposes").unwrap(), &json!(["care"]));
}

#[test]
fn a_grant_a_delegation_and_a_withdrawal_rest_on_it() {
    let desk = Desk::new("chain");
    consent(&desk, &[]);
    let holder = desk.key("holder");
    let uri = format!("{HOLDER}/status/1");
    let issue = [
        "grant",
        "issue",
        "--consent",
        "consent",
        "--key-statement",
        "statement",
    ];
    let terms = [
        "--key",
        &holder,
        "--status-uri",
        &uri,
        "--status-index",
        "7",
    ];
    let grant = desk.ok(&[&issue[..], &terms[..]].concat());
    desk.file("grant", &grant);
    let jwks = desk.file("holder.jwks", &json!({"keys": [jwk("holder")]}).to_string());
    let typ = "phr-grant+jwt";
    let verified = desk.ok(&[
        "verify",
        "grant",
        "--typ",
        typ,
        "--jwks",
        &jwks,
        "--audience",
        HOLDER,
    ]);
    assert!(verified.starts_with("accept"));
    let read = claims(&desk, &grant);
    assert_eq!(read["exp"], NOW + 86_400);
    assert_eq!(read["status"]["status_list"]["idx"], 7);

    let app = desk.key("app proof");
    let to_key = jkt("clinic");
    let delegate = [
        "delegate", "grant", "--key", &app, "--to", CLINIC, "--to-key", &to_key,
    ];
    let child = desk.ok(&[&delegate[..], &["--category", "allergy"]].concat());
    let read = claims(&desk, &child);
    assert_eq!(read["depth"], 1);
    assert_eq!(read["exp"], NOW + 3_600);
    assert_eq!(
        read["authorization_details"][0]["datatypes"],
        json!(["allergy"])
    );
    desk.file("child", &child);
    let deeper = [
        "delegate", "child", "--key", &app, "--to", CLINIC, "--to-key", &to_key,
    ];
    let said = desk.fails(2, &deeper);
    assert!(said.contains("bound to another key"), "{said}");
    let wide = desk.file("wide", &json!([{"type": "phr-records"}]).to_string());
    let said = desk.fails(2, &[&delegate[..], &["--details", &wide]].concat());
    assert!(
        said.contains("not an array of authorization details"),
        "{said}"
    );
    let mut wider = read["authorization_details"].clone();
    wider[0]["handling"] = json!("store");
    let wider = desk.file("wider", &wider.to_string());
    let said = desk.fails(2, &[&delegate[..], &["--details", &wider]].concat());
    assert!(
        said.contains("scope.handling-wider") && said.contains('→'),
        "{said}"
    );

    let person = desk.key("person");
    let withdrawal = desk.ok(&["withdraw", "consent", "--key", &person, "--erase"]);
    let read = claims(&desk, &withdrawal);
    assert_eq!(read["erase"], true);
    assert_eq!(read["arrangement_id"], "arrangement-1");
    let said = desk.fails(2, &["withdraw", "consent", "--key", &app]);
    assert!(said.contains("--key-statement"), "{said}");
}

#[test]
fn what_was_not_shown_is_not_signed() {
    let desk = Desk::new("shown");
    let claims = desk.ok(&with(&linking(&desk), &["--category", "allergy"]));
    let mut claims: Value = serde_json::from_str(&claims).unwrap();
    claims["authorization_details"][0]["datatypes"] = json!(["allergy", "lab-result"]);
    desk.file("claims", &claims.to_string());
    let person = desk.key("person");
    let said = desk.fails(2, &["consent", "sign", "claims", "--key", &person]);
    assert!(said.contains("consent.display-mismatch"), "{said}");
    let said = desk.fails(1, &["consent", "show", "claims"]);
    assert!(
        said.contains("Which records?") || said.contains("どの記録ですか"),
        "{said}"
    );
}

#[test]
fn a_grant_needs_a_consent_that_verifies() {
    let desk = Desk::new("forged");
    consent(&desk, &[]);
    let other = desk.key("other holder");
    let uri = format!("{HOLDER}/status/1");
    let words = |key| {
        let issue = [
            "grant",
            "issue",
            "--consent",
            "consent",
            "--key-statement",
            "statement",
        ];
        let terms = [
            "--key",
            key,
            "--status-uri",
            uri.as_str(),
            "--status-index",
            "7",
        ];
        [&issue[..], &terms[..]].concat()
    };
    let said = desk.fails(2, &words(other.as_str()));
    assert!(
        said.contains("signature.invalid") || said.contains("key statement"),
        "{said}"
    );
    let text = std::fs::read_to_string(desk.0.join("consent")).unwrap();
    let (input, _) = text.rsplit_once('.').unwrap();
    desk.file("consent", &format!("{input}.{}", "A".repeat(86)));
    let holder = desk.key("holder");
    let said = desk.fails(2, &words(holder.as_str()));
    assert!(said.contains("signature.invalid"), "{said}");
}

#[test]
fn inspect_names_what_is_wrong_first_in_both_languages() {
    let desk = Desk::new("inspect");
    let mut statement = Linking::registered().key_statement;
    statement.claims["exp"] = json!(NOW - 60);
    statement.claims["rcp"] = json!("https://app.example\u{1b}[2J");
    desk.file("token", &statement.compact());
    let english = desk.fails(1, &["inspect", "token"]);
    let code = english.find("claims.invalid").unwrap();
    assert!(code < english.find("Japan time").unwrap());
    assert!(
        !english.contains('\u{1b}'),
        "a token must not steer the terminal"
    );
    let japanese = desk.fails(1, &["--lang", "ja", "inspect", "token"]);
    assert!(
        japanese.contains("鍵の証明書") && japanese.contains("日本時間"),
        "{japanese}"
    );
}

#[test]
fn keys_are_made_once_for_their_owner_alone_and_never_shown() {
    let desk = Desk::new("keys");
    let shown = desk.ok(&["keys", "new", "own.key"]);
    let secret = std::fs::read_to_string(desk.0.join("own.key")).unwrap();
    assert!(!shown.contains(secret.trim()));
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let mode = std::fs::metadata(desk.0.join("own.key"))
            .unwrap()
            .permissions()
            .mode();
        assert_eq!(mode & 0o777, 0o600);
    }
    let said = desk.fails(2, &["keys", "new", "own.key"]);
    assert!(said.contains("cannot make"), "{said}");
    assert_eq!(desk.ok(&["keys", "show", "own.key"]), shown);
    let jwk: Value = serde_json::from_str(&shown).unwrap();
    let thumbprint = desk.ok(&["keys", "thumbprint", &shown]);
    assert_eq!(json!(thumbprint), jwk["kid"]);
    desk.file("broken.key", "c2VjcmV0IHRleHQ");
    let said = desk.fails(2, &["keys", "show", "broken.key"]);
    assert!(!said.contains("c2VjcmV0"), "{said}");
}

#[test]
fn a_view_says_what_the_format_cannot() {
    let desk = Desk::new("view");
    consent(&desk, &["--category", "allergy"]);
    let smart = desk.run(&["consent", "view", "consent", "--as", "smart"]);
    let document: Value = serde_json::from_slice(&smart.stdout).unwrap();
    assert_eq!(document["scope"], "patient/AllergyIntolerance.rs");
    let lost = String::from_utf8(smart.stderr).unwrap();
    assert!(
        lost.starts_with("read alone, this document allows more"),
        "{lost}"
    );
    assert!(lost.contains("/authorization_details/0/purposes"), "{lost}");
    let fhir = desk.ok(&["consent", "view", "claims", "--as", "fhir"]);
    assert!(fhir.contains(r#""resourceType": "Consent""#), "{fhir}");
    let said = desk.fails(2, &["consent", "view", "consent", "--as", "hl7v2"]);
    assert!(said.contains("fhir, smart and ts27560"), "{said}");
}

#[test]
fn the_demo_tells_the_whole_story() {
    let output = std::process::Command::new(env!("CARGO_BIN_EXE_phr-link"))
        .arg("demo")
        .output()
        .unwrap();
    let said = String::from_utf8(output.stdout).unwrap();
    let error = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(0), "{said}{error}");
    assert_eq!(said.matches("permit, ").count(), 3, "{said}");
    assert_eq!(said.matches("scope.not-granted").count(), 2, "{said}");
    assert_eq!(said.matches("grant.revoked").count(), 2, "{said}");
}

//! Which claims there are, of which type, with which values.

use serde_json::{Value, json};

use super::Group;
use super::header::remove;
use crate::hostile::s256;
use crate::scene::{APP, HOLDER, NOW, OPERATOR};

pub(super) fn vectors() -> Group {
    let mut group = Group::new("claims");
    let g = &mut group;
    for name in [
        "iss",
        "sub",
        "aud",
        "client_id",
        "iat",
        "exp",
        "jti",
        "ver",
        "arrangement_id",
        "consent_s256",
        "consent_jti",
        "authorization_details",
        "dlg",
        "status",
    ] {
        let covers = match name {
            "exp" => "TIME-004",
            "aud" => "TYP-013",
            "jti" => "TYP-020",
            "status" => "STAT-016",
            _ => "",
        };
        g.grant(
            &format!("missing-{name}"),
            covers,
            "a required claim is missing",
            "claims.missing",
            |grant| {
                remove(&mut grant.claims, name);
            },
        );
    }
    g.grant(
        "missing-cnf",
        "",
        "no key is named",
        "binding.missing",
        |grant| remove(&mut grant.claims, "cnf"),
    );
    g.grant(
        "cnf-empty",
        "",
        "no thumbprint",
        "binding.invalid",
        |grant| grant.claims["cnf"] = json!({}),
    );
    g.grant(
        "cnf-text",
        "",
        "a binding that is no object",
        "binding.invalid",
        |grant| grant.claims["cnf"] = json!("x"),
    );
    g.grant(
        "cnf-short",
        "",
        "a thumbprint that is none",
        "binding.invalid",
        |grant| grant.claims["cnf"] = json!({"jkt": "abc"}),
    );
    g.grant(
        "cnf-unknown",
        "",
        "a second binding",
        "claims.unknown",
        |grant| grant.claims["cnf"]["x5t"] = json!("x"),
    );
    for (name, value) in [
        ("exp", json!("1893456000")),
        ("iat", json!(null)),
        ("sub", json!(7)),
        ("aud", json!([HOLDER, "https://evil.example"])),
        ("authorization_details", json!({})),
        ("dlg", json!(1)),
        ("status", json!([])),
        ("jti", json!({})),
        ("nbf", json!(true)),
    ] {
        let covers = match name {
            "exp" => "TIME-005",
            "aud" => "TYP-015 TYP-016",
            _ => "",
        };
        g.grant(
            &format!("type-{name}"),
            covers,
            "a claim of another type",
            "claims.type",
            |grant| grant.claims[name] = value,
        );
    }
    for (slug, value) in [
        ("empty", json!([])),
        ("numbers", json!([1])),
        ("object", json!({})),
    ] {
        g.grant(
            &format!("type-aud-{slug}"),
            "TYP-016",
            "an audience that is no text",
            "claims.type",
            |grant| grant.claims["aud"] = value,
        );
    }
    g.grant(
        "missing-before-type",
        "",
        "what is missing is named before what has a wrong type",
        "claims.missing",
        |grant| {
            grant.claims["exp"] = json!("soon");
            remove(&mut grant.claims, "status");
        },
    );
    g.grant(
        "type-before-value",
        "",
        "a wrong type is named before a wrong value",
        "claims.type",
        |grant| {
            grant.claims["exp"] = json!("soon");
            grant.claims["ver"] = json!("9.9");
        },
    );
    g.grant(
        "version-newer-with-new-words",
        "TYP-021",
        "a newer version may have words that are not known here",
        "claims.version-unsupported",
        |grant| {
            grant.claims["ver"] = json!("2.0");
            grant.claims["authorization_details"][0]["handling"] = json!("summarise");
        },
    );
    g.grant(
        "version-newer",
        "TYP-021",
        "a version that is not known",
        "claims.version-unsupported",
        |grant| grant.claims["ver"] = json!("2.0"),
    );
    g.grant(
        "unknown-claim",
        "TYP-022",
        "an unknown claim is ignored",
        "ok",
        |grant| grant.claims["note"] = json!({"x": [1, 2]}),
    );
    g.delegation(
        "unknown-claim-in-delegation",
        "TYP-022",
        "an unknown claim is ignored",
        "ok",
        |claims| claims["note"] = json!("x"),
    );
    g.proof(
        "unknown-claim-in-proof",
        "POP-026",
        "an unknown claim is ignored",
        "ok",
        |proof| proof.claims["note"] = json!("x"),
    );
    g.grant(
        "detail-unknown-member",
        "",
        "an unknown member of a detail",
        "claims.unknown",
        |grant| {
            grant.claims["authorization_details"][0]["region"] = json!("x");
        },
    );
    g.grant(
        "detail-missing-exclude",
        "",
        "an axis is missing",
        "claims.missing",
        |grant| {
            remove(&mut grant.claims["authorization_details"][0], "exclude");
        },
    );
    g.grant(
        "status-other-mechanism",
        "",
        "another status mechanism",
        "claims.unknown",
        |grant| {
            grant.claims["status"]["identifier_list"] = json!({});
        },
    );
    let values: Vec<(&str, &str, &str, Value)> = vec![
        ("jti", "short", "claims.invalid", json!("abc")),
        ("sub", "wide", "claims.invalid", json!("ＡＢＣ１２３")),
        ("sub", "nfd", "claims.invalid", json!("か\u{3099}")),
        ("sub", "long", "claims.invalid", json!("x".repeat(129))),
        (
            "sub",
            "my-number",
            "claims.my-number",
            json!("123456789018"),
        ),
        (
            "sub",
            "my-number-dashes",
            "claims.my-number",
            json!("1234-5678-9018"),
        ),
        ("sub", "twelve-digits", "ok", json!("123456789012")),
        ("sub", "client", "claims.invalid", json!(APP)),
        ("sub", "own-client", "subject.mismatch", json!(OPERATOR)),
        (
            "arrangement_id",
            "my-number",
            "claims.my-number",
            json!("123456789018"),
        ),
        (
            "client_id",
            "http",
            "claims.invalid",
            json!("http://operator.example"),
        ),
        ("client_id", "text", "claims.invalid", json!("operator")),
        (
            "consent_s256",
            "padded",
            "claims.invalid",
            json!(format!("{}=", s256("x"))),
        ),
        (
            "dlg",
            "negative",
            "claims.invalid",
            json!({"max_depth": -1}),
        ),
        ("dlg", "four", "claims.invalid", json!({"max_depth": 4})),
        (
            "authorization_details",
            "empty",
            "claims.invalid",
            json!([]),
        ),
        (
            "exp",
            "2-pow-53",
            "claims.number-range",
            json!(9_007_199_254_740_992_i64),
        ),
        (
            "exp",
            "2-pow-63",
            "claims.number-range",
            json!(9_223_372_036_854_775_808_u64),
        ),
        (
            "exp",
            "2-pow-64-minus-1",
            "claims.number-range",
            json!(u64::MAX),
        ),
        ("exp", "minus-1", "claims.inconsistent", json!(-1)),
        (
            "act",
            "self",
            "claims.invalid",
            json!({"sub": "agent-1", "role": "self", "basis": {"kind": "court-order", "ref": "r", "until": NOW}}),
        ),
        (
            "act",
            "role",
            "claims.invalid",
            json!({"sub": "agent-1", "role": "friend", "basis": {"kind": "court-order", "ref": "r", "until": NOW}}),
        ),
    ];
    for (name, slug, answer, value) in values {
        let covers = match (name, slug) {
            ("sub", "wide") => "ENC-016",
            ("sub", "nfd") => "ENC-015",
            ("sub", "own-client") => "TYP-019",
            ("exp", _) => "TIME-006 TIME-007",
            _ => "",
        };
        g.grant(
            &format!("value-{name}-{slug}"),
            covers,
            "a value that is not allowed",
            answer,
            |grant| grant.claims[name] = value,
        );
    }
    group
}

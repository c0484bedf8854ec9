//! Trust marks: one good one is needed, and of several bad ones the best is named.

use crate::draft::{
    CERTIFIER, CLINIC, DAY, FREE_TYPE, NOW, OPERATOR, OWNED_TYPE, OWNER, RIVAL, at, changed,
    header, jwk, kid, list_claims, remove, sign, sign_raw, status_claims, trust, verify_list,
};
use phr_link::Code;
use phr_link::scope::Role;
use phr_link::status::{ListAge, StatusLists};
use phr_link::trust::{Marks, TrustList};
use phr_link::wire::base64url;
use serde_json::{Value, json};

const TYP: &str = "trust-mark+jwt";
const AGE: ListAge<'static> = ListAge {
    max_age: DAY,
    skew: 60,
    floors: &[],
};

fn delegation_claims() -> Value {
    json!({
        "iss": OWNER, "sub": CERTIFIER, "trust_mark_type": OWNED_TYPE, "iat": NOW - DAY,
        "exp": NOW + 30 * DAY,
    })
}

fn delegation(claims: &Value) -> String {
    sign("trust-mark-delegation+jwt", claims, "owner")
}

/// A good mark of the operator at the index given.
fn claims_at(idx: i64) -> Value {
    json!({
        "iss": CERTIFIER, "sub": OPERATOR, "trust_mark_type": OWNED_TYPE, "iat": NOW - DAY,
        "exp": NOW + 200 * DAY, "delegation": delegation(&delegation_claims()),
        "status": {"status_list": {"idx": idx, "uri": format!("{CERTIFIER}/status/1")}},
        "criteria": "phr-jp 1.0", "suite": "phr-link 0.1",
        "report_s256": base64url::sha256(b"report"), "roles": ["operator"], "product": "見本PHR 4",
    })
}

fn mark(change: impl FnOnce(&mut Value)) -> String {
    sign(TYP, &changed(claims_at(0), change), "certifier")
}

/// Entry 1 of the certifier's list is ended, 2 suspended, 3 has a value without a meaning.
fn lists(trust: &TrustList) -> StatusLists {
    let claims = status_claims(CERTIFIER, &[(1, 1), (2, 2), (3, 3)]);
    StatusLists::new(
        [sign("statuslist+jwt", &claims, "certifier").as_str()],
        trust,
    )
}

fn code_under(tokens: &[String], trust: &TrustList, now: i64) -> Option<Code> {
    let marks = Marks::new(tokens.iter().map(String::as_str), trust);
    let status = lists(trust);
    let age = AGE;
    marks
        .check(OPERATOR, Role::Operator, at(now), trust, &status, &age)
        .err()
        .map(|error| error.code())
}

fn code_of(token: String) -> Option<Code> {
    code_under(&[token], &trust(), NOW)
}

#[test]
fn a_good_mark_certifies_its_member_for_its_roles_alone() {
    let trust = trust();
    let token = mark(|mark| mark["roles"] = json!(["operator", "researcher"]));
    let marks = Marks::new([token.as_str()], &trust);
    let status = lists(&trust);
    let code = |member, role| {
        marks
            .check(member, role, at(NOW), &trust, &status, &AGE)
            .err()
            .map(|error| error.code())
    };
    assert_eq!(code(OPERATOR, Role::Operator), None);
    assert_eq!(code(OPERATOR, Role::Researcher), None);
    assert_eq!(code(OPERATOR, Role::Pharmacy), Some(Code::MarkRole));
    assert_eq!(code(CLINIC, Role::Operator), Some(Code::TrustNotCertified));
    assert_eq!(
        code("https://phr.example/", Role::Operator),
        Some(Code::TrustNotCertified)
    );
    let none = Marks::default();
    let error = none
        .check(OPERATOR, Role::Operator, at(NOW), &trust, &status, &AGE)
        .unwrap_err();
    assert_eq!(error.code(), Code::TrustNotCertified);
}

#[test]
fn each_fault_has_its_code() {
    let changes: Vec<(&str, Option<Code>, fn(&mut Value))> = vec![
        ("as it is", None, |_| {}),
        ("with jti", None, |mark| {
            mark["jti"] = json!("pcwXkZZVkmvzOJIa-uywmQ")
        }),
        ("with ref and logo", None, |mark| {
            mark["ref"] = json!("https://scheme.example/about");
            mark["logo_uri"] = json!("https://scheme.example/logo.svg");
        }),
        ("short jti", Some(Code::MarkMalformed), |mark| {
            mark["jti"] = json!("x")
        }),
        ("no exp", Some(Code::MarkMalformed), |mark| {
            remove(mark, "exp")
        }),
        ("no status", Some(Code::MarkMalformed), |mark| {
            remove(mark, "status")
        }),
        ("no roles", Some(Code::MarkMalformed), |mark| {
            mark["roles"] = json!([])
        }),
        ("unknown role", Some(Code::MarkMalformed), |mark| {
            mark["roles"] = json!(["king"])
        }),
        ("no hash", Some(Code::MarkMalformed), |mark| {
            mark["report_s256"] = json!("abc")
        }),
        ("empty product", Some(Code::MarkMalformed), |mark| {
            mark["product"] = json!("")
        }),
        ("type no address", Some(Code::MarkMalformed), |mark| {
            mark["trust_mark_type"] = json!("x")
        }),
        ("other status", Some(Code::MarkMalformed), |mark| {
            mark["status"]["x"] = json!(1)
        }),
        ("iat after exp", Some(Code::MarkMalformed), |mark| {
            mark["exp"] = mark["iat"].clone()
        }),
        ("366 days", None, |mark| {
            mark["exp"] = json!(NOW - DAY + 366 * DAY)
        }),
        ("over 366 days", Some(Code::MarkMalformed), |mark| {
            mark["exp"] = json!(NOW - DAY + 366 * DAY + 1);
        }),
        ("by a rival", Some(Code::MarkUntrusted), |mark| {
            mark["iss"] = json!(RIVAL)
        }),
        ("by nobody", Some(Code::MarkUntrusted), |mark| {
            mark["iss"] = json!("https://n.example")
        }),
        ("type of nobody", Some(Code::MarkUntrusted), |mark| {
            mark["trust_mark_type"] = json!("https://scheme.example/marks/other");
        }),
        ("no delegation", Some(Code::MarkDelegationInvalid), |mark| {
            remove(mark, "delegation")
        }),
        ("type without an owner", None, |mark| {
            mark["trust_mark_type"] = json!(FREE_TYPE);
            remove(mark, "delegation");
        }),
        ("delegation where none is asked for", None, |mark| {
            mark["trust_mark_type"] = json!(FREE_TYPE);
            mark["delegation"] = json!("not read");
        }),
        ("iat at the skew", None, |mark| {
            mark["iat"] = json!(NOW + 60)
        }),
        ("iat beyond the skew", Some(Code::MarkNotYetValid), |mark| {
            mark["iat"] = json!(NOW + 61)
        }),
        ("last second", None, |mark| mark["exp"] = json!(NOW + 1)),
        ("over", Some(Code::MarkExpired), |mark| {
            mark["exp"] = json!(NOW)
        }),
        ("other role", Some(Code::MarkRole), |mark| {
            mark["roles"] = json!(["pharmacy"])
        }),
        ("ended", Some(Code::MarkRevoked), |mark| {
            mark["status"]["status_list"]["idx"] = json!(1)
        }),
        ("suspended", Some(Code::MarkSuspended), |mark| {
            mark["status"]["status_list"]["idx"] = json!(2);
        }),
        ("no meaning", Some(Code::MarkStatus), |mark| {
            mark["status"]["status_list"]["idx"] = json!(3);
        }),
        ("outside", Some(Code::MarkStatus), |mark| {
            mark["status"]["status_list"]["idx"] = json!(64);
        }),
        ("list not known", Some(Code::MarkStatus), |mark| {
            mark["status"]["status_list"]["uri"] = json!(format!("{CERTIFIER}/status/2"));
        }),
        ("about another", Some(Code::TrustNotCertified), |mark| {
            mark["sub"] = json!(CLINIC)
        }),
    ];
    for (what, code, change) in changes {
        assert_eq!(code_of(mark(change)), code, "{what}");
    }
}

#[test]
fn headers_and_keys_are_those_of_a_mark() {
    let payload = claims_at(0).to_string();
    let code = |change: fn(&mut Value), signer| {
        let header = changed(header(TYP, "certifier"), change);
        code_of(sign_raw(&header, payload.as_bytes(), signer))
    };
    assert_eq!(code(|_| {}, "certifier"), None);
    assert_eq!(code(|_| {}, "evil"), Some(Code::MarkSignatureInvalid));
    assert_eq!(
        code(|header| header["typ"] = json!("JWT"), "certifier"),
        Some(Code::MarkMalformed)
    );
    assert_eq!(
        code(|header| header["alg"] = json!("none"), "certifier"),
        Some(Code::MarkMalformed)
    );
    assert_eq!(
        code(|header| header["kid"] = json!(kid("evil")), "evil"),
        Some(Code::MarkUntrusted)
    );
    // A listed key of somebody else, and one of a member that signs no marks.
    assert_eq!(
        code(|header| header["kid"] = json!(kid("rival")), "rival"),
        Some(Code::MarkUntrusted)
    );
    let own = changed(claims_at(0), |mark| mark["iss"] = json!(OPERATOR));
    assert_eq!(
        code_of(sign(TYP, &own, "operator")),
        Some(Code::MarkUntrusted)
    );
    // Not a token at all: nobody knows whose it would be.
    for text in ["", "...", "a.b.c"] {
        assert_eq!(
            code_of(text.to_owned()),
            Some(Code::TrustNotCertified),
            "{text}"
        );
    }
    let large = mark(|mark| mark["x"] = json!("x".repeat(16_384)));
    assert_eq!(code_of(large), Some(Code::TrustNotCertified));
}

#[test]
fn an_owned_type_needs_its_owners_delegation() {
    let code = |token: String| code_of(mark(|mark| mark["delegation"] = json!(token)));
    let invalid = Some(Code::MarkDelegationInvalid);
    let changes: Vec<(&str, Option<Code>, fn(&mut Value))> = vec![
        ("as it is", None, |_| {}),
        ("with jti and ref", None, |it| {
            it["jti"] = json!("x");
            it["ref"] = json!("https://scheme.example/about");
        }),
        ("jti a number", invalid, |it| it["jti"] = json!(1)),
        ("other owner", invalid, |it| it["iss"] = json!(RIVAL)),
        ("other body", invalid, |it| it["sub"] = json!(RIVAL)),
        ("other type", invalid, |it| {
            it["trust_mark_type"] = json!(FREE_TYPE)
        }),
        ("over", invalid, |it| it["exp"] = json!(NOW)),
        ("last second", None, |it| it["exp"] = json!(NOW + 1)),
        ("not yet", invalid, |it| it["iat"] = json!(NOW + 61)),
        ("without end", invalid, |it| remove(it, "exp")),
        ("over 366 days", invalid, |it| {
            it["exp"] = json!(NOW + 366 * DAY)
        }),
    ];
    for (what, expected, change) in changes {
        assert_eq!(
            code(delegation(&changed(delegation_claims(), change))),
            expected,
            "{what}"
        );
    }
    let claims = delegation_claims();
    let typ = "trust-mark-delegation+jwt";
    assert_eq!(code(sign(typ, &claims, "evil")), invalid);
    assert_eq!(
        code(sign_raw(
            &header(typ, "owner"),
            claims.to_string().as_bytes(),
            "evil"
        )),
        invalid
    );
    // The owner's key as a member is not the key for its marks; nor is the body's own.
    assert_eq!(code(sign(typ, &claims, "owner member")), invalid);
    assert_eq!(code(sign(typ, &claims, "certifier")), invalid);
    assert_eq!(code(sign(TYP, &claims, "owner")), invalid);
    assert_eq!(code(String::new()), invalid);
    // A mark in the place of its delegation.
    assert_eq!(code(mark(|_| {})), invalid);
}

#[test]
fn an_empty_or_absent_array_of_issuers_means_nobody() {
    for issuers in [
        json!({}),
        json!({OWNED_TYPE: []}),
        json!({OWNED_TYPE: [RIVAL]}),
        json!({FREE_TYPE: [CERTIFIER]}),
    ] {
        let list = changed(list_claims(), |list| {
            list["trust_mark_issuers"] = issuers.clone()
        });
        let trust = verify_list(&list).unwrap();
        assert_eq!(
            code_under(&[mark(|_| {})], &trust, NOW),
            Some(Code::MarkUntrusted),
            "{issuers}"
        );
    }
    let list = changed(list_claims(), |list| remove(list, "trust_mark_issuers"));
    let trust = verify_list(&list).unwrap();
    assert_eq!(
        code_under(&[mark(|_| {})], &trust, NOW),
        Some(Code::MarkUntrusted)
    );
}

#[test]
fn the_suspension_of_the_body_counts_from_its_second_and_goes_furthest() {
    let list = |from: i64| {
        let list = changed(list_claims(), |list| {
            list["members"][4]["suspended_from"] = json!(from)
        });
        verify_list(&list).unwrap()
    };
    let good = mark(|_| {});
    assert_eq!(
        code_under(std::slice::from_ref(&good), &list(NOW + 1), NOW),
        None
    );
    assert_eq!(
        code_under(std::slice::from_ref(&good), &list(NOW), NOW),
        Some(Code::TrustSuspended)
    );
    let ended = mark(|mark| mark["status"]["status_list"]["idx"] = json!(1));
    for tokens in [[good.clone(), ended.clone()], [ended, good]] {
        assert_eq!(
            code_under(&tokens, &list(NOW), NOW),
            Some(Code::TrustSuspended)
        );
    }
}

#[test]
fn one_good_mark_is_enough_and_else_the_furthest_fault_is_named() {
    // In the order in which marks fail, from the first check to the last.
    let at_index = |idx: i64| mark(|mark| mark["status"]["status_list"]["idx"] = json!(idx));
    let faults = [
        (mark(|mark| remove(mark, "product")), Code::MarkMalformed),
        (
            sign_raw(
                &header(TYP, "certifier"),
                claims_at(0).to_string().as_bytes(),
                "evil",
            ),
            Code::MarkSignatureInvalid,
        ),
        (mark(|mark| mark["iss"] = json!(RIVAL)), Code::MarkUntrusted),
        (
            mark(|mark| remove(mark, "delegation")),
            Code::MarkDelegationInvalid,
        ),
        (
            mark(|mark| mark["iat"] = json!(NOW + 61)),
            Code::MarkNotYetValid,
        ),
        (mark(|mark| mark["exp"] = json!(NOW)), Code::MarkExpired),
        (
            mark(|mark| mark["roles"] = json!(["pharmacy"])),
            Code::MarkRole,
        ),
        (at_index(3), Code::MarkStatus),
        (at_index(2), Code::MarkSuspended),
        (at_index(1), Code::MarkRevoked),
    ];
    let trust = trust();
    for (first, code) in &faults {
        assert_eq!(
            code_under(std::slice::from_ref(first), &trust, NOW),
            Some(*code)
        );
        for (second, other) in &faults {
            let later = faults
                .iter()
                .rposition(|(_, it)| it == code || it == other)
                .unwrap();
            let tokens = [first.clone(), second.clone()];
            assert_eq!(
                code_under(&tokens, &trust, NOW),
                Some(faults[later].1),
                "{code} {other}"
            );
        }
        for tokens in [[first.clone(), mark(|_| {})], [mark(|_| {}), first.clone()]] {
            assert_eq!(code_under(&tokens, &trust, NOW), None, "{code}");
        }
    }
}

#[test]
fn what_a_newer_list_takes_away_is_gone_at_once() {
    let old = trust();
    let token = mark(|_| {});
    let marks = Marks::new([token.as_str()], &old);
    let code = |change: fn(&mut Value)| {
        let new = verify_list(&changed(list_claims(), change)).unwrap();
        let status = lists(&new);
        marks
            .check(OPERATOR, Role::Operator, at(NOW), &new, &status, &AGE)
            .err()
            .map(|e| e.code())
    };
    assert_eq!(code(|_| {}), None);
    assert_eq!(
        code(|list| list["trust_mark_issuers"] = json!({})),
        Some(Code::MarkUntrusted)
    );
    assert_eq!(
        code(|list| list["members"][4]["keys"] = json!([])),
        Some(Code::MarkUntrusted)
    );
    assert_eq!(
        code(|list| list["members"][4]["roles"] = json!(["runner"])),
        Some(Code::MarkUntrusted)
    );
    assert_eq!(
        code(|list| {
            list["members"].as_array_mut().unwrap().remove(4);
        }),
        Some(Code::MarkUntrusted)
    );
    let invalid = Some(Code::MarkDelegationInvalid);
    assert_eq!(
        code(|list| list["trust_mark_owners"][OWNED_TYPE]["sub"] = json!(RIVAL)),
        invalid
    );
    assert_eq!(
        code(|list| list["trust_mark_owners"][OWNED_TYPE]["jwks"] = json!({"keys": [jwk("evil")]})),
        invalid
    );
    assert_eq!(code(|list| list["trust_mark_owners"] = json!({})), None);
}

#[test]
fn the_list_of_the_marks_may_be_a_day_old_and_no_older() {
    let trust = trust();
    let token = mark(|_| {});
    let marks = Marks::new([token.as_str()], &trust);
    let code = |age: i64, ttl: i64| {
        let claims = changed(status_claims(CERTIFIER, &[]), |list| {
            list["iat"] = json!(NOW - age);
            list["ttl"] = json!(ttl);
        });
        let status = StatusLists::new(
            [sign("statuslist+jwt", &claims, "certifier").as_str()],
            &trust,
        );
        marks
            .check(OPERATOR, Role::Operator, at(NOW), &trust, &status, &AGE)
            .err()
            .map(|e| e.code())
    };
    assert_eq!(code(DAY, 2 * DAY), None);
    assert_eq!(code(DAY + 1, 2 * DAY), Some(Code::MarkStatus));
    assert_eq!(code(301, 300), Some(Code::MarkStatus));
}

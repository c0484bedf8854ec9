//! The trust list: what it takes to believe one, and what it says.

use crate::draft::{
    CLINIC, DAY, HOLDER, NOW, OPERATOR, OTHER_HOLDER, OWNER, anchor, at, changed, header, jwk, key,
    kid, list_claims, remove, sign, sign_raw, trust, verify_list,
};
use phr_link::Code;
use phr_link::catalogue::Mode;
use phr_link::key::{KeySet, Signer};
use phr_link::scope::Role;
use phr_link::token::Kind;
use phr_link::trust::{ActivationKind, ClientType, ListLimits, TrustList};
use serde_json::{Value, json};

const TYP: &str = "phr-trust-list+jwt";

fn code_of(compact: &str) -> Option<Code> {
    code_at(compact, NOW, &ListLimits::default())
}

fn code_at(compact: &str, now: i64, limits: &ListLimits) -> Option<Code> {
    TrustList::verify(compact, &anchor(), at(now), limits)
        .err()
        .map(|error| error.code())
}

fn code_with(change: impl FnOnce(&mut Value)) -> Option<Code> {
    code_of(&sign(TYP, &changed(list_claims(), change), "anchor"))
}

#[test]
fn a_good_list_answers_who_is_who() {
    let list = trust();
    assert_eq!(
        (list.seq(), list.members().len(), list.s256().len()),
        (42, 7, 43)
    );
    let clinic = list.member(CLINIC).unwrap();
    assert_eq!(clinic.recipient_role(), Some(Role::MedicalInstitution));
    assert_eq!(clinic.area.as_deref(), Some("13101"));
    assert_eq!(clinic.client_type, ClientType::Server);
    assert_eq!(clinic.as_party().address, clinic.address);
    assert_eq!(list.member(HOLDER).unwrap().recipient_role(), None);
    for id in [
        "https://holder.example/",
        "HTTPS://holder.example",
        "https://holder.example:443",
        "",
    ] {
        assert!(list.member(id).is_none(), "{id}");
    }
    let (owner, found) = list.key(&kid("clinic"), "EdDSA").unwrap();
    assert_eq!(
        (owner.id.as_str(), found),
        (CLINIC, key("clinic").public_key())
    );
    assert_eq!(
        list.key(&kid("evil"), "EdDSA").unwrap_err().code(),
        Code::KeyUnknown
    );
    assert_eq!(list.key("", "EdDSA").unwrap_err().code(), Code::KeyUnknown);
    let quake = list.activation("quake-1").unwrap();
    assert_eq!(
        (quake.kind, quake.areas.as_slice()),
        (ActivationKind::Disaster, &["13101".to_owned()][..])
    );
    assert!(list.activation("quake-2").is_none());
    let holders: Vec<_> = list
        .in_role(Role::Holder)
        .map(|member| member.id.as_str())
        .collect();
    assert_eq!(holders, [HOLDER, OTHER_HOLDER]);
}

#[test]
fn every_fault_of_form_and_rules_is_malformed() {
    let changes: Vec<(&str, fn(&mut Value))> = vec![
        ("no iss", |list| remove(list, "iss")),
        ("no iat", |list| remove(list, "iat")),
        ("no exp", |list| remove(list, "exp")),
        ("no jti", |list| remove(list, "jti")),
        ("no ver", |list| remove(list, "ver")),
        ("no seq", |list| remove(list, "seq")),
        ("no members", |list| remove(list, "members")),
        ("no activations", |list| remove(list, "activations")),
        ("iss no entity", |list| list["iss"] = json!("anchor")),
        ("ver", |list| list["ver"] = json!("2.0")),
        ("short jti", |list| list["jti"] = json!("abc")),
        ("negative seq", |list| list["seq"] = json!(-1)),
        ("seq too large", |list| {
            list["seq"] = json!(9_007_199_254_740_992_i64)
        }),
        ("seq a text", |list| list["seq"] = json!("42")),
        ("iat after exp", |list| list["exp"] = list["iat"].clone()),
        ("over 30 days", |list| {
            list["exp"] = json!(NOW - 3_600 + 30 * DAY + 1)
        }),
        ("members an object", |list| list["members"] = json!({})),
        ("a member a text", |list| list["members"][0] = json!("x")),
        ("repeated id", |list| {
            list["members"][1]["id"] = json!(HOLDER)
        }),
        ("repeated key", |list| {
            list["members"][6]["keys"] = json!([jwk("holder")])
        }),
        ("key twice in a member", |list| {
            list["members"][0]["keys"] = json!([jwk("holder"), jwk("holder")]);
        }),
        ("private key", |list| {
            list["members"][0]["keys"][0]["d"] = json!("AAAA")
        }),
        ("private key of another type", |list| {
            list["members"][0]["keys"] = json!([{"kty": "EC", "crv": "P-256", "x": "", "d": "AA"}]);
        }),
        ("key a text", |list| {
            list["members"][0]["keys"] = json!(["x"])
        }),
        ("short key", |list| {
            list["members"][0]["keys"][0]["x"] = json!("AAAA")
        }),
        ("small-order key", |list| {
            list["members"][0]["keys"][0]["x"] =
                json!("AQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA");
        }),
        ("second recipient role", |list| {
            list["members"][2]["roles"] = json!(["operator", "pharmacy"]);
        }),
        ("centre and institution", |list| {
            list["members"][2]["roles"] = json!(["public-health-centre", "medical-institution"]);
        }),
        ("role twice", |list| {
            list["members"][2]["roles"] = json!(["operator", "operator"])
        }),
        ("no role", |list| list["members"][2]["roles"] = json!([])),
        ("unknown role", |list| {
            list["members"][2]["roles"] = json!(["king"])
        }),
        ("unknown client type", |list| {
            list["members"][2]["client_type"] = json!("fridge")
        }),
        ("country", |list| {
            list["members"][2]["country"] = json!("jp")
        }),
        ("country not ASCII", |list| {
            list["members"][2]["country"] = json!("é")
        }),
        ("name with a control", |list| {
            list["members"][2]["name"] = json!("a\u{202e}b")
        }),
        ("empty address", |list| {
            list["members"][2]["address"] = json!("")
        }),
        ("overseas a text", |list| {
            list["members"][2]["overseas"] = json!("false")
        }),
        ("redirect not https", |list| {
            list["members"][2]["redirect_uris"] = json!(["http://a.example"])
        }),
        ("origin with a path", |list| {
            list["members"][2]["notice_origins"] = json!(["https://a.example/x"])
        }),
        ("origin with a slash", |list| {
            list["members"][2]["notice_origins"] = json!(["https://a.example/"])
        }),
        ("status address twice", |list| {
            list["members"][2]["status_uris"] =
                json!(["https://a.example/1", "https://a.example/1"]);
        }),
        ("area", |list| {
            list["members"][3]["area"] = json!("千代田区")
        }),
        ("suspension a text", |list| {
            list["members"][2]["suspended_from"] = json!("now")
        }),
        ("mark issuer no entity", |list| {
            list["trust_mark_issuers"] = json!({"https://t.example": ["certifier"]});
        }),
        ("mark issuers no array", |list| {
            list["trust_mark_issuers"] = json!({"https://t.example": "https://certifier.example"});
        }),
        ("owner no entity", |list| {
            list["trust_mark_owners"] =
                json!({"https://t.example": {"sub": "o", "jwks": {"keys": []}}});
        }),
        ("owner without keys", |list| {
            list["trust_mark_owners"] = json!({"https://t.example": {"sub": OWNER, "jwks": {}}});
        }),
        ("owner's private key", |list| {
            let private = changed(jwk("owner"), |key| key["d"] = json!("AA"));
            list["trust_mark_owners"] =
                json!({"https://t.example": {"sub": OWNER, "jwks": {"keys": [private]}}});
        }),
        ("activation twice", |list| {
            let first = list["activations"][0].clone();
            list["activations"].as_array_mut().unwrap().push(first);
        }),
        ("activation of no kind", |list| {
            list["activations"][0]["kind"] = json!("party")
        }),
        ("activation that ends first", |list| {
            list["activations"][0]["until"] = json!(NOW - 60)
        }),
        ("activation without areas", |list| {
            remove(&mut list["activations"][0], "areas")
        }),
    ];
    for (what, change) in changes {
        assert_eq!(code_with(change), Some(Code::TrustListMalformed), "{what}");
    }
}

#[test]
fn what_the_profile_leaves_free_is_accepted() {
    let changes: Vec<(&str, fn(&mut Value))> = vec![
        ("unknown claims", |list| list["note"] = json!({"a": [1]})),
        ("unknown member of a member", |list| {
            list["members"][0]["note"] = json!(1)
        }),
        ("other key types", |list| {
            list["members"][0]["keys"] =
                json!([{"kty": "RSA", "n": "AQAB", "e": "AQAB"}, jwk("holder")]);
        }),
        ("no keys", |list| list["members"][2]["keys"] = json!([])),
        ("no mark issuers", |list| remove(list, "trust_mark_issuers")),
        ("no mark owners", |list| remove(list, "trust_mark_owners")),
        ("no members", |list| list["members"] = json!([])),
        ("a holder that is an operator", |list| {
            list["members"][0]["roles"] = json!(["holder", "operator"]);
        }),
        ("exactly 30 days", |list| {
            list["exp"] = json!(NOW - 3_600 + 30 * DAY)
        }),
        ("the owner's key also a member's", |list| {
            list["members"][6]["keys"] = json!([jwk("owner")]);
        }),
    ];
    for (what, change) in changes {
        assert_eq!(code_with(change), None, "{what}");
    }
}

#[test]
fn a_header_that_is_wrong_is_malformed_and_a_key_that_is_not_the_anchors_is_signature() {
    let payload = list_claims().to_string();
    let code = |change: fn(&mut Value)| {
        code_of(&sign_raw(
            &changed(header(TYP, "anchor"), change),
            payload.as_bytes(),
            "anchor",
        ))
    };
    assert_eq!(
        code(|header| header["typ"] = json!("application/PHR-Trust-List+JWT")),
        None
    );
    assert_eq!(code(|header| header["alg"] = json!("Ed25519")), None);
    assert_eq!(
        code(|header| header["typ"] = json!("phr-grant+jwt")),
        Some(Code::TrustListMalformed)
    );
    assert_eq!(
        code(|header| header["alg"] = json!("none")),
        Some(Code::TrustListMalformed)
    );
    assert_eq!(
        code(|header| header["jwk"] = jwk("anchor")),
        Some(Code::TrustListMalformed)
    );
    assert_eq!(
        code(|header| remove(header, "kid")),
        Some(Code::TrustListMalformed)
    );
    assert_eq!(
        code(|header| header["kid"] = json!("x")),
        Some(Code::TrustListSignature)
    );
    assert_eq!(
        code(|header| header["kid"] = json!(kid("holder"))),
        Some(Code::TrustListSignature)
    );

    assert_eq!(
        code_of(&sign(TYP, &list_claims(), "evil")),
        Some(Code::TrustListSignature)
    );
    let forged = sign_raw(&header(TYP, "anchor"), payload.as_bytes(), "evil");
    assert_eq!(code_of(&forged), Some(Code::TrustListSignature));
    // A member's own list: a key in the list is no anchor.
    assert_eq!(
        code_of(&sign(TYP, &list_claims(), "holder")),
        Some(Code::TrustListSignature)
    );
    let short = forged.get(..forged.len() - 2).unwrap();
    assert_eq!(code_of(short), Some(Code::TrustListSignature));
    let twice = payload.replacen('{', "{\"seq\":1,", 1);
    let twice = sign_raw(&header(TYP, "anchor"), twice.as_bytes(), "anchor");
    assert_eq!(code_of(&twice), Some(Code::TrustListMalformed));
}

#[test]
fn an_anchor_key_that_may_not_verify_is_signature() {
    let good = sign(TYP, &list_claims(), "anchor");
    for (member, value) in [("use", "enc"), ("alg", "Ed25519")] {
        let set = json!({"keys": [changed(jwk("anchor"), |key| key[member] = json!(value))]});
        let set = KeySet::parse(set.to_string().as_bytes()).unwrap();
        let error = TrustList::verify(&good, &set, at(NOW), &ListLimits::default()).unwrap_err();
        assert_eq!(error.code(), Code::TrustListSignature, "{member}");
    }
    let none = KeySet::default();
    let error = TrustList::verify(&good, &none, at(NOW), &ListLimits::default()).unwrap_err();
    assert_eq!(error.code(), Code::TrustListSignature);
}

#[test]
fn nothing_cut_or_changed_is_believed() {
    let small = changed(list_claims(), |list| list["members"] = json!([]));
    let good = sign(TYP, &small, "anchor");
    assert_eq!(code_of(&good), None);
    for length in 0..good.len() {
        let cut = good.get(..length).unwrap();
        assert!(code_of(cut).is_some(), "{length}");
    }
    for at in 0..good.len() {
        let mut bytes = good.clone().into_bytes();
        bytes[at] = if bytes[at] == b'A' { b'B' } else { b'A' };
        let changed = String::from_utf8(bytes).unwrap();
        let code = code_of(&changed).unwrap();
        assert!(
            [Code::TrustListMalformed, Code::TrustListSignature].contains(&code),
            "{at} {code}"
        );
    }
    assert_eq!(
        code_of(&"A".repeat(1_024 * 1_024 + 1)),
        Some(Code::TrustListMalformed)
    );
}

#[test]
fn a_list_is_in_force_within_its_time_its_age_and_its_sequence() {
    let list = sign(TYP, &list_claims(), "anchor");
    let iat = NOW - 3_600;
    let limits = ListLimits::default();
    let code = |now| code_at(&list, now, &limits);
    // Up to the skew ahead its age is 0; further ahead it cannot be told.
    assert_eq!(code(iat - 60), None);
    assert_eq!(code(iat - 61), Some(Code::TrustListStale));
    assert_eq!(code(iat + DAY), None);
    assert_eq!(code(iat + DAY + 1), Some(Code::TrustListStale));
    // Old and over: the end is named first.
    assert_eq!(code(NOW + 7 * DAY), Some(Code::TrustListExpired));
    let brief = sign(
        TYP,
        &changed(list_claims(), |list| list["exp"] = json!(NOW)),
        "anchor",
    );
    assert_eq!(code_at(&brief, NOW - 1, &limits), None);
    assert_eq!(code_at(&brief, NOW, &limits), Some(Code::TrustListExpired));

    let age = |max_age, now| code_at(&list, now, &ListLimits { max_age, ..limits });
    assert_eq!(age(3_600, NOW), None);
    assert_eq!(age(3_599, NOW), Some(Code::TrustListStale));
    // No policy is looser than the profile.
    assert_eq!(age(10 * DAY, iat + DAY), None);
    assert_eq!(age(10 * DAY, iat + DAY + 1), Some(Code::TrustListStale));
    let skew = |skew, now| code_at(&list, now, &ListLimits { skew, ..limits });
    assert_eq!(skew(0, iat - 1), Some(Code::TrustListStale));
    assert_eq!(skew(9_999, iat - 300), None);
    assert_eq!(skew(9_999, iat - 301), Some(Code::TrustListStale));
    // Neither skew extends the end, nor does it add to an age.
    assert_eq!(
        code_at(
            &brief,
            NOW,
            &ListLimits {
                skew: 300,
                ..limits
            }
        ),
        Some(Code::TrustListExpired)
    );
    assert_eq!(skew(300, iat + DAY + 1), Some(Code::TrustListStale));

    let floor = |floor| {
        code_at(
            &list,
            NOW,
            &ListLimits {
                seq_floor: Some(floor),
                ..limits
            },
        )
    };
    assert_eq!(floor(41), None);
    assert_eq!(floor(42), None);
    assert_eq!(floor(43), Some(Code::TrustListRollback));
    for extreme in [i64::MIN, i64::MAX] {
        assert!(code(extreme).is_some());
    }
}

#[test]
fn an_accepted_list_is_judged_again_at_each_decision() {
    let list = trust();
    let limits = ListLimits::default();
    let code = |now, limits| {
        list.recheck(at(now), limits)
            .err()
            .map(|error| error.code())
    };
    assert_eq!(code(NOW, &limits), None);
    assert_eq!(code(NOW + DAY, &limits), Some(Code::TrustListStale));
    assert_eq!(code(NOW + 7 * DAY, &limits), Some(Code::TrustListExpired));
    let newer_seen = ListLimits {
        seq_floor: Some(43),
        ..limits
    };
    assert_eq!(code(NOW, &newer_seen), Some(Code::TrustListRollback));
}

#[test]
fn the_issuer_is_a_member_owns_the_key_and_may_sign_the_kind_in_this_order() {
    let list = trust();
    let code = |iss, name, kind| {
        list.check_issuer(iss, &kid(name), kind)
            .map(|member| member.id.clone())
            .map_err(|e| e.code())
    };
    assert_eq!(code(HOLDER, "holder", Kind::Grant), Ok(HOLDER.to_owned()));
    assert_eq!(
        code("https://nobody.example", "evil", Kind::Proof),
        Err(Code::IssuerUntrusted)
    );
    assert_eq!(
        code("https://holder.example/", "holder", Kind::Grant),
        Err(Code::IssuerUntrusted)
    );
    assert_eq!(
        code(HOLDER, "other holder", Kind::Emergency),
        Err(Code::KeyIssuerMismatch)
    );
    assert_eq!(
        code(HOLDER, "holder", Kind::Emergency),
        Err(Code::IssuerKindNotAllowed)
    );
    assert_eq!(
        code(OPERATOR, "operator", Kind::Grant),
        Err(Code::IssuerKindNotAllowed)
    );
}

#[test]
fn a_key_that_is_not_for_signatures_or_for_another_name_is_found_and_refused() {
    let list = verify_list(&changed(list_claims(), |list| {
        list["members"][0]["keys"][0]["use"] = json!("enc");
        list["members"][1]["keys"][0]["alg"] = json!("Ed25519");
        list["members"][2]["keys"][0]["key_ops"] = json!(["verify"]);
    }))
    .unwrap();
    let code = |name, alg| list.key(&kid(name), alg).err().map(|error| error.code());
    assert_eq!(code("holder", "EdDSA"), Some(Code::KeyUseMismatch));
    assert_eq!(code("other holder", "EdDSA"), Some(Code::KeyAlgMismatch));
    assert_eq!(code("other holder", "Ed25519"), None);
    assert_eq!(code("operator", "EdDSA"), None);
}

#[test]
fn each_role_signs_its_kinds_and_no_others() {
    let of_recipients = [
        Kind::ConsentRequest,
        Kind::ClientAssertion,
        Kind::Receipt,
        Kind::StatusList,
    ];
    for role in Role::ALL.iter().copied() {
        let mut kinds = match role {
            Role::Holder => {
                vec![
                    Kind::KeyStatement,
                    Kind::Grant,
                    Kind::StatusList,
                    Kind::Receipt,
                    Kind::Event,
                ]
            }
            Role::CertificationBody => vec![Kind::TrustMark, Kind::StatusList],
            Role::SchemeOwner => vec![Kind::TrustMarkDelegation],
            Role::Runner => vec![Kind::Conformance],
            _ => of_recipients.to_vec(),
        };
        if role == Role::MedicalInstitution {
            kinds.push(Kind::Emergency);
        }
        for kind in Kind::ALL {
            assert_eq!(
                role.may_sign(kind),
                kinds.contains(&kind),
                "{role:?} {kind:?}"
            );
        }
        let mode = match role {
            Role::Operator => Some(Mode::Phr),
            Role::MedicalInstitution | Role::Pharmacy => Some(Mode::Med),
            Role::CareProvider => Some(Mode::Care),
            Role::Researcher => Some(Mode::ResearchConsented),
            _ => None,
        };
        assert_eq!(role.mode(), mode, "{role:?}");
        assert_eq!(
            role.is_recipient(),
            mode.is_some() || role == Role::PublicHealthCentre
        );
    }
}

#[test]
fn a_suspension_begins_with_its_very_second() {
    let list = verify_list(&changed(list_claims(), |list| {
        list["members"][2]["suspended_from"] = json!(NOW);
    }))
    .unwrap();
    let member = list.member(OPERATOR).unwrap();
    assert!(!member.is_suspended_at(at(NOW - 1)) && member.is_suspended_at(at(NOW)));
    assert!(member.check_not_suspended(at(NOW - 1)).is_ok());
    assert_eq!(
        member.check_not_suspended(at(NOW)).unwrap_err().code(),
        Code::TrustSuspended
    );
    assert!(!list.member(CLINIC).unwrap().is_suspended_at(at(i64::MAX)));
}

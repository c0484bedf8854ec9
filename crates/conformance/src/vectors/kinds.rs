//! One kind of token in the place of another, and who may sign what for whom.

use serde_json::json;

use super::Group;
use super::header::remove;
use crate::hostile::jkt;
use crate::scene::{APP, Draft, HOLDER, NOW, OPERATOR, OTHER_HOLDER, Scene, grant_claims, mark};

pub(super) fn vectors() -> Group {
    let mut group = Group::new("kinds");
    let g = &mut group;
    g.grant(
        "typ-missing",
        "TYP-001",
        "no kind",
        "header.typ-missing",
        |grant| remove(&mut grant.header, "typ"),
    );
    for (slug, typ, answer) in [
        ("proof", "dpop+jwt", "header.typ-mismatch"),
        ("jwt", "JWT", "header.typ-mismatch"),
        ("consent", "phr-consent+jwt", "header.typ-mismatch"),
        ("delegation", "phr-delegation+jwt", "chain.form"),
        ("suffix", "phr-grant+jwt2", "header.typ-mismatch"),
        ("blank", " phr-grant+jwt", "header.typ-mismatch"),
        ("text-prefix", "text/phr-grant+jwt", "header.typ-mismatch"),
        (
            "double-prefix",
            "application/application/phr-grant+jwt",
            "header.typ-mismatch",
        ),
        ("prefix", "application/phr-grant+jwt", "ok"),
        ("prefix-upper", "APPLICATION/PHR-Grant+JWT", "ok"),
        ("upper", "PHR-GRANT+JWT", "ok"),
    ] {
        g.grant(
            &format!("typ-{slug}"),
            "TYP-006",
            "the kind, compared as a media type",
            answer,
            |grant| grant.header["typ"] = json!(typ),
        );
    }
    g.scene(
        "proof-as-grant",
        "TYP-002",
        "a proof in the place of a grant",
        "header.typ-mismatch",
        |scene| {
            scene.grant.raw = scene.proof.as_ref().map(Draft::compact);
        },
    );
    g.grant(
        "mark-as-grant",
        "TYP-003",
        "a trust mark in the place of a grant",
        "header.typ-mismatch",
        |grant| {
            grant.raw = Some(mark(OPERATOR, "operator", 1).compact());
        },
    );
    let list = Scene::permitted().status.first().map(Draft::compact);
    g.grant(
        "status-list-as-grant",
        "TYP-004",
        "a status list in the place of a grant",
        "header.typ-mismatch",
        |grant| grant.raw = list,
    );
    g.scene(
        "grant-as-status-list",
        "TYP-004",
        "a grant in the place of a status list",
        "status.unknown",
        |scene| {
            scene.status[0].raw = Some(scene.grant.compact());
        },
    );
    g.scene(
        "grant-as-proof",
        "TYP-004",
        "a grant in the place of a proof",
        "header.typ-mismatch",
        |scene| {
            let grant = scene.grant.compact();
            if let Some(proof) = &mut scene.proof {
                proof.raw = Some(grant);
            }
        },
    );
    for (slug, iss) in [
        ("unknown", "https://nobody.example"),
        ("slash", "https://holder.example/"),
        ("upper", "https://HOLDER.example"),
        ("port", "https://holder.example:443"),
        ("punycode", "https://xn--hlder-jua.example"),
        ("dot", "https://holder.example."),
    ] {
        g.grant(
            &format!("iss-{slug}"),
            "TYP-007 TYP-008",
            "an issuer that is not in the list, byte for byte",
            "issuer.untrusted",
            |grant| grant.claims["iss"] = json!(iss),
        );
    }
    g.scene(
        "iss-delisted",
        "TYP-010",
        "the holder is no longer in the list, nor is its key",
        "key.unknown",
        |scene| {
            if let Some(members) = scene.trust_list.claims["members"].as_array_mut() {
                members.remove(0);
            }
        },
    );
    for (slug, aud, answer) in [
        ("other", OTHER_HOLDER, "audience.mismatch"),
        ("suffix", "https://holder.example.evil", "audience.mismatch"),
        ("path", "https://holder.example/x", "audience.mismatch"),
        ("slash", "https://holder.example/", "audience.mismatch"),
        ("prefix", "https://holder.exampl", "audience.mismatch"),
        ("own", HOLDER, "ok"),
    ] {
        g.grant(
            &format!("aud-{slug}"),
            "TYP-014 TYP-017",
            "the audience, byte for byte",
            answer,
            |grant| grant.claims["aud"] = json!(aud),
        );
    }
    g.grant(
        "issuer-of-other-records",
        "LINK-001",
        "a holder that is trusted for its own records only",
        "issuer.not-authoritative",
        |grant| {
            grant.claims["iss"] = json!(OTHER_HOLDER);
            grant.header["kid"] = json!(jkt("other holder"));
            grant.signer = "other holder".into();
        },
    );
    g.grant(
        "operator-signs-grant",
        "LINK-002",
        "an operator may not sign grants",
        "issuer.kind-not-allowed",
        |grant| {
            grant.claims["iss"] = json!(OPERATOR);
            grant.header["kid"] = json!(jkt("operator"));
            grant.signer = "operator".into();
        },
    );
    for (slug, subject, answer) in [
        ("own", crate::scene::PERSON, "ok"),
        ("other", "person-0000", "subject.mismatch"),
        ("case", "PERSON-7F3A", "subject.mismatch"),
    ] {
        g.scene(
            &format!("subject-{slug}"),
            "TYP-018 ENC-015 ENC-016",
            "the person whose records are asked for",
            answer,
            |scene| {
                scene.call["subject"] = json!(subject);
            },
        );
    }
    device(g);
    tokens(g);
    group
}

/// A grant to an app without a server.
fn device(g: &mut Group) {
    let cases: [(&str, &str, fn(&mut serde_json::Value)); 5] = [
        ("device-control", "ok", |_| {}),
        ("device-onward-role", "scope.onward-wider", |claims| {
            claims["authorization_details"][0]["onward"]["roles"] = json!(["pharmacy"])
        }),
        ("device-onward-operator", "scope.onward-wider", |claims| {
            claims["authorization_details"][0]["onward"]["to"] = json!([OPERATOR])
        }),
        ("device-onward-unknown", "scope.onward-wider", |claims| {
            claims["authorization_details"][0]["onward"]["to"] = json!(["https://nobody.example"])
        }),
        ("device-depth", "chain.too-deep", |claims| {
            claims["dlg"] = json!({"max_depth": 2})
        }),
    ];
    for (slug, answer, change) in cases {
        g.grant(
            slug,
            "",
            "the limits of an app without a server",
            answer,
            |grant| {
                grant.claims["client_id"] = json!(APP);
                grant.claims["dlg"] = json!({"max_depth": 1});
                grant.claims["authorization_details"][0]["onward"] =
                    json!({"to": [crate::scene::CLINIC], "roles": []});
                change(&mut grant.claims);
            },
        );
    }
}

/// Each kind once through `token`, good and as another kind.
fn tokens(g: &mut Group) {
    let scene = Scene::delegated();
    let linking = crate::scene::Linking::registered();
    let names = [
        "holder",
        "anchor",
        "certifier",
        "owner mark",
        "person",
        "clinic",
    ];
    let keys = json!({"keys": names.map(crate::hostile::jwk)});
    let mut drafts: Vec<(&str, Draft)> = vec![
        ("grant", scene.grant.clone()),
        ("trust-list", scene.trust_list.clone()),
        ("request", linking.request.clone()),
        ("key-statement", linking.key_statement),
        ("mark-delegation", crate::scene::mark_delegation()),
    ];
    drafts.extend(
        scene
            .delegations
            .first()
            .map(|draft| ("delegation", draft.clone())),
    );
    drafts.extend(scene.proof.clone().map(|draft| ("proof", draft)));
    drafts.extend(
        scene
            .status
            .first()
            .map(|draft| ("status-list", draft.clone())),
    );
    drafts.extend(scene.marks.first().map(|draft| ("mark", draft.clone())));
    drafts.push(("withdrawal", Draft::by_kid("phr-withdrawal+jwt", json!({
        "iss": format!("urn:ietf:params:oauth:jwk-thumbprint:sha-256:{}", jkt("person")), "sub": crate::scene::PERSON,
        "aud": HOLDER, "iat": NOW, "jti": crate::hostile::jti("withdrawal"), "ver": "1.0",
        "key_s256": crate::hostile::s256("key statement"), "consent_jti": crate::hostile::jti("consent"),
        "arrangement_id": "arrangement-1", "erase": false,
    }), "person")));
    drafts.push(("receipt", Draft::by_kid("phr-receipt+jwt", json!({
        "iss": HOLDER, "iat": NOW, "jti": crate::hostile::jti("receipt"), "ver": "1.0", "event": "provision",
        "exchange_id": "exchange-1", "arrangement_id": "arrangement-1", "seq": 0, "sub": crate::scene::PERSON,
        "consent_jti": crate::hostile::jti("consent"), "consent_s256": crate::hostile::s256("the consent"), "at": NOW,
        "provider": party(HOLDER), "recipient": party(OPERATOR), "items": ["allergy"],
        "basis": {"law": "APPI", "arts": ["27-1"]}, "acquired_how": "CLINS", "record_form": "single", "retain_until": NOW + 3 * 366 * 86_400,
    }), "holder")));
    drafts.push(("emergency", Draft::by_kid("phr-emergency+jwt", json!({
        "iss": crate::scene::CLINIC, "aud": HOLDER, "iat": NOW, "exp": NOW + 900, "jti": crate::hostile::jti("emergency"), "ver": "1.0",
        "cnf": {"jkt": jkt("clinic proof")}, "subject": {"name": "見本 花子", "birth_date": "1980-01-31", "gender": "female"},
        "method": "four-attributes", "staff": "staff-12", "place": "救急外来", "reason": "意識がない", "oral_consent": "could-not-be-asked",
    }), "clinic")));
    drafts.push(("client-assertion", Draft::by_kid("client-authentication+jwt", json!({
        "iss": OPERATOR, "sub": OPERATOR, "aud": HOLDER, "iat": NOW, "exp": NOW + 300, "jti": crate::hostile::jti("assertion"),
    }), "holder")));
    let typs: Vec<String> = drafts
        .iter()
        .map(|(_, draft)| draft.header["typ"].as_str().unwrap_or_default().to_owned())
        .collect();
    for (at, (slug, draft)) in drafts.iter().enumerate() {
        let call = |typ: &str| json!({"op": "token", "now": NOW, "token": draft.compact(), "typ": typ, "jwks": keys});
        let own = draft.header["typ"].as_str().unwrap_or_default();
        g.add(
            &format!("token-{slug}"),
            "TYP-023",
            "one good token of the kind",
            call(own),
            "ok",
        );
        let other = typs
            .get((at + 1) % typs.len())
            .map(String::as_str)
            .unwrap_or_default();
        g.add(
            &format!("token-{slug}-as-another"),
            "TYP-002 TYP-003 TYP-004",
            "the same token, taken for another kind",
            call(other),
            "header.typ-mismatch",
        );
        if draft.header.get("kid").is_some() {
            let mut stranger = call(own);
            stranger["jwks"] = json!({"keys": [crate::hostile::jwk("nobody")]});
            g.add(
                &format!("token-{slug}-unknown-key"),
                "JOSE-011",
                "a key that the caller does not list",
                stranger,
                "key.unknown",
            );
        }
    }
    let record = |kind: &str| {
        drafts
            .iter()
            .find(|(slug, _)| *slug == kind)
            .map(|(_, draft)| draft.clone())
    };
    for kind in ["withdrawal", "receipt"] {
        if let Some(mut draft) = record(kind) {
            draft.claims["exp"] = json!(NOW + 60);
            let typ = draft.header["typ"].clone();
            g.add(&format!("token-{kind}-with-exp"), "", "a record of fact does not end", json!({"op": "token", "now": NOW, "token": draft.compact(), "typ": typ, "jwks": keys}), "claims.invalid");
        }
    }
    if let Some(mut draft) = record("grant") {
        draft.claims = grant_claims();
        let call = json!({"op": "token", "now": NOW, "token": draft.compact(), "typ": "phr-grant+jwt", "jwks": keys, "audience": OTHER_HOLDER});
        g.add(
            "token-grant-audience",
            "TYP-014",
            "an audience that is not ours",
            call,
            "audience.mismatch",
        );
    }
}

fn party(id: &str) -> serde_json::Value {
    json!({"id": id, "name": "見本", "address": "東京都千代田区1-1", "representative": "見本 太郎"})
}

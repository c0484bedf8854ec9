//! Delegation: how tokens hang together.

use serde_json::{Value, json};

use super::Group;
use crate::hostile::{jkt, s256};
use crate::scene::{
    APP, CARE, CENTRE, CLINIC, Draft, NOW, OPERATOR, Scene, UNCERTIFIED, delegation, proof,
    status_list,
};

pub(super) fn vectors() -> Group {
    let mut group = Group::new("chain");
    let g = &mut group;
    g.delegated(
        "control",
        "",
        "a delegated request is permitted",
        "ok",
        |_| {},
    );
    g.add(
        "control-twice",
        "",
        "a request delegated twice is permitted",
        Scene::delegated_twice().decide(),
        "ok",
    );
    let simple: Vec<(&str, &str, &str, fn(&mut Value))> = vec![
        ("other-sub", "CHAIN-026", "chain.broken", |c| {
            c["sub"] = json!("person-0000")
        }),
        ("other-aud", "CHAIN-026", "chain.broken", |c| {
            c["aud"] = json!(CARE)
        }),
        ("other-arrangement", "CHAIN-026", "chain.broken", |c| {
            c["arrangement_id"] = json!("arrangement-2")
        }),
        ("other-consent", "CHAIN-026", "chain.broken", |c| {
            c["consent_s256"] = json!(s256("x"))
        }),
        ("other-consent-jti", "CHAIN-026", "chain.broken", |c| {
            c["consent_jti"] = json!(crate::hostile::jti("x"))
        }),
        ("other-parent", "CHAIN-010", "chain.broken", |c| {
            c["par_s256"] = json!(s256("x"))
        }),
        ("own-hash-as-parent", "CHAIN-011", "chain.broken", |c| {
            c["par_s256"] = c["consent_s256"].clone()
        }),
        ("other-issuer", "CHAIN-008", "chain.broken", |c| {
            c["iss"] = json!(APP)
        }),
        ("exp-after-parent", "CHAIN-004", "chain.broken", |c| {
            c["exp"] = json!(NOW + 3_001)
        }),
        ("exp-as-parent", "CHAIN-004", "ok", |c| {
            c["exp"] = json!(NOW + 3_000)
        }),
        ("iat-before-parent", "", "chain.broken", |c| {
            c["iat"] = json!(NOW - 601)
        }),
        ("iat-as-parent", "", "ok", |c| c["iat"] = json!(NOW - 600)),
        ("expired", "", "delegation.expired", |c| {
            c["exp"] = json!(NOW)
        }),
        ("not-yet-valid", "", "delegation.not-yet-valid", |c| {
            c["nbf"] = json!(NOW + 61)
        }),
        ("issued-in-future", "", "delegation.issued-in-future", |c| {
            c["iat"] = json!(NOW + 61)
        }),
        ("depth-2", "CHAIN-007", "chain.broken", |c| {
            c["depth"] = json!(2)
        }),
        ("depth-0", "CHAIN-007", "claims.invalid", |c| {
            c["depth"] = json!(0)
        }),
        ("depth-4", "CHAIN-007", "claims.invalid", |c| {
            c["depth"] = json!(4)
        }),
        (
            "recipient-unknown",
            "CHAIN-027",
            "trust.not-certified",
            |c| c["client_id"] = json!("https://nobody.example"),
        ),
        (
            "recipient-not-in-onward",
            "CHAIN-006",
            "delegation.recipient-key",
            |c| c["client_id"] = json!(CENTRE),
        ),
    ];
    for (slug, covers, answer, change) in simple {
        g.delegation(
            slug,
            covers,
            "one claim of the delegation differs",
            answer,
            change,
        );
    }
    for (slug, name) in [("not-listed", "evil"), ("of-another", "care")] {
        g.delegated(
            &format!("recipient-key-{slug}"),
            "CHAIN-030",
            "bound to a key that is not the recipient's",
            "delegation.recipient-key",
            |scene| {
                if let Some(first) = scene.delegations.first_mut() {
                    first.claims["cnf"]["jkt"] = json!(jkt(name));
                }
                scene.proof = Some(proof(name));
            },
        );
    }
    g.delegated(
        "signed-by-another-key",
        "CHAIN-008",
        "not signed by the key of the parent",
        "chain.broken",
        |scene| {
            if let Some(first) = scene.delegations.first_mut() {
                *first = Draft::by_jwk("phr-delegation+jwt", first.claims.clone(), "evil");
            }
        },
    );
    g.delegated(
        "signature-of-another-key",
        "CHAIN-008",
        "the header has the right key, the signature is by another",
        "signature.invalid",
        |scene| {
            if let Some(first) = scene.delegations.first_mut() {
                first.signer = "evil".into();
            }
        },
    );
    g.delegated(
        "second-key-of-the-clinic",
        "",
        "any listed key of the recipient will do",
        "ok",
        |scene| {
            if let Some(first) = scene.delegations.first_mut() {
                first.claims["cnf"]["jkt"] = json!(jkt("clinic 2"));
            }
            scene.proof = Some(proof("clinic 2"));
        },
    );
    g.delegated(
        "proof-of-the-delegator",
        "",
        "the delegator proves in the place of the recipient",
        "binding.mismatch",
        |scene| scene.proof = Some(proof("operator proof")),
    );
    g.delegated(
        "max-depth-0",
        "CHAIN-007",
        "the grant may not be passed on",
        "chain.too-deep",
        |scene| with_grant(scene, |claims| claims["dlg"] = json!({"max_depth": 0})),
    );
    g.add(
        "max-depth-1-twice",
        "CHAIN-007",
        "one delegation more than allowed",
        {
            let mut scene = Scene::permitted();
            scene.grant.claims["dlg"] = json!({"max_depth": 1});
            two(&mut scene);
            scene.decide()
        },
        "chain.too-deep",
    );
    g.add(
        "recipient-without-mark",
        "CHAIN-027",
        "the delegate is listed but not certified",
        to(UNCERTIFIED, "uncertified"),
        "trust.not-certified",
    );
    g.add(
        "recipient-onward-by-role",
        "",
        "a role that onward names",
        {
            let mut scene = Scene::delegated();
            let mut next = delegation(
                &scene.grant,
                crate::scene::PHARMACY,
                "pharmacy",
                "operator proof",
            );
            next.claims["authorization_details"][0]["onward"] = json!({"to": [], "roles": []});
            scene.delegations = vec![next];
            scene.proof = Some(proof("pharmacy"));
            scene.decide()
        },
        "ok",
    );
    g.add(
        "recipient-onward-not-named",
        "CHAIN-006 CHAIN-027",
        "a recipient that onward does not name",
        {
            let mut scene = Scene::permitted();
            scene.grant.claims["authorization_details"][0]["onward"] =
                json!({"to": [CARE], "roles": []});
            scene.delegations = vec![delegation(&scene.grant, CLINIC, "clinic", "operator proof")];
            scene.proof = Some(proof("clinic"));
            scene.decide()
        },
        "scope.onward-wider",
    );
    g.add(
        "sensitive-needs-a-named-recipient",
        "",
        "a role does not open a sensitive category",
        {
            let mut scene = Scene::permitted();
            let detail = &mut scene.grant.claims["authorization_details"][0];
            detail["datatypes"] = json!(["e-prescription"]);
            detail["onward"] = json!({"to": [], "roles": ["medical-institution"]});
            let mut next = delegation(&scene.grant, CLINIC, "clinic", "operator proof");
            next.claims["authorization_details"][0]["datatypes"] = json!(["e-prescription"]);
            scene.delegations = vec![next];
            scene.proof = Some(proof("clinic"));
            scene.call = json!({"category": "e-prescription"});
            scene.decide()
        },
        "scope.onward-wider",
    );
    long_delegations(g);
    forms(g);
    group
}

fn with_grant(scene: &mut Scene, change: impl FnOnce(&mut Value)) {
    change(&mut scene.grant.claims);
    scene.delegations = vec![delegation(&scene.grant, CLINIC, "clinic", "operator proof")];
}

fn two(scene: &mut Scene) {
    let first = delegation(&scene.grant, CLINIC, "clinic", "operator proof");
    let second = delegation(&first, CARE, "care", "clinic");
    scene.delegations = vec![first, second];
    scene.proof = Some(proof("care"));
}

fn to(recipient: &str, key: &str) -> Value {
    let mut scene = Scene::permitted();
    scene.delegations = vec![delegation(&scene.grant, recipient, key, "operator proof")];
    scene.proof = Some(proof(key));
    scene.decide()
}

/// More than an hour needs a status of the delegator's own.
fn long_delegations(g: &mut Group) {
    let long = |status: Option<(Value, Option<Draft>)>| {
        let mut scene = Scene::permitted();
        scene.grant.claims["exp"] = json!(NOW + 20_000);
        let mut next = delegation(&scene.grant, CLINIC, "clinic", "operator proof");
        next.claims["exp"] = json!(NOW - 300 + 3_601);
        if let Some((pointer, list)) = status {
            next.claims["status"] = pointer;
            scene.status.extend(list);
        }
        scene.delegations = vec![next];
        scene.proof = Some(proof("clinic"));
        scene.decide()
    };
    let pointer =
        |idx: i64| json!({"status_list": {"idx": idx, "uri": format!("{OPERATOR}/status/1")}});
    let list = || Some(status_list(OPERATOR, "operator", 1, 64, &[(8, 1)]));
    g.add(
        "long-without-status",
        "",
        "over an hour without a status",
        long(None),
        "claims.missing",
    );
    g.add(
        "long-with-status",
        "",
        "over an hour with a status",
        long(Some((pointer(7), list()))),
        "ok",
    );
    g.add(
        "long-revoked",
        "",
        "the delegator ended it",
        long(Some((pointer(8), list()))),
        "delegation.revoked",
    );
    g.add(
        "long-status-unknown",
        "",
        "the delegator's list is not known",
        long(Some((pointer(7), None))),
        "status.unknown",
    );
    g.add(
        "middle-revoked",
        "CHAIN-012",
        "a delegation in the middle was ended",
        {
            let mut scene = Scene::permitted();
            let mut first = delegation(&scene.grant, CLINIC, "clinic", "operator proof");
            first.claims["status"] = pointer(8);
            let second = delegation(&first, CARE, "care", "clinic");
            scene.delegations = vec![first, second];
            scene.status.extend(list());
            scene.proof = Some(proof("care"));
            scene.decide()
        },
        "chain.parent-revoked",
    );
    g.delegated(
        "root-revoked",
        "CHAIN-012",
        "the grant beneath a delegation was ended",
        "grant.revoked",
        |scene| {
            with_grant(scene, |claims| {
                claims["status"]["status_list"]["idx"] = json!(9)
            });
        },
    );
    g.add(
        "device-over-one-hour",
        "",
        "an app without a server delegates for an hour at most",
        {
            let mut scene = Scene::permitted();
            let claims = &mut scene.grant.claims;
            claims["client_id"] = json!(APP);
            claims["dlg"] = json!({"max_depth": 1});
            claims["exp"] = json!(NOW + 20_000);
            claims["authorization_details"][0]["onward"] = json!({"to": [CLINIC], "roles": []});
            let mut next = delegation(&scene.grant, CLINIC, "clinic", "operator proof");
            next.claims["exp"] = json!(NOW - 300 + 3_601);
            next.claims["status"] = pointer(7);
            scene.delegations = vec![next];
            scene.proof = Some(proof("clinic"));
            scene.decide()
        },
        "token.lifetime-exceeded",
    );
}

/// The field `PHR-Chain`.
fn forms(g: &mut Group) {
    let scene = Scene::delegated_twice();
    let good = scene.decide();
    let chain = good["chain"].as_str().unwrap_or_default().to_owned();
    let (root, middle) = chain.split_once(',').unwrap_or_default();
    for (slug, text, answer) in [
        ("empty", String::new(), "chain.form"),
        ("empty-token", format!("{root},,{middle}"), "chain.form"),
        ("trailing-comma", format!("{chain},"), "chain.form"),
        ("blank", format!("{root}, {middle}"), "chain.form"),
        ("repeated", format!("{root},{root},{middle}"), "chain.form"),
        ("reordered", format!("{middle},{root}"), "chain.form"),
        (
            "leaf-included",
            format!("{chain},{}", scene.leaf()),
            "chain.form",
        ),
        ("root-missing", middle.to_owned(), "chain.form"),
        ("middle-missing", root.to_owned(), "chain.broken"),
        ("too-many", format!("{chain},a.b.c,d.e.f"), "chain.too-deep"),
        (
            "too-large",
            format!("{chain},{}", "A".repeat(8_192)),
            "token.too-large",
        ),
    ] {
        let mut call = good.clone();
        call["chain"] = json!(text);
        g.add(
            &format!("form-{slug}"),
            "CHAIN-029",
            "the list of parents",
            call,
            answer,
        );
    }
    let mut alone = Scene::delegated().decide();
    alone["chain"] = json!(null);
    g.add(
        "form-no-chain",
        "CHAIN-029",
        "a delegation without its parents",
        alone,
        "chain.form",
    );
    g.scene(
        "form-unused",
        "CHAIN-029",
        "a chain beside a grant",
        "chain.form",
        |scene| {
            let other = Draft::by_kid(
                "phr-grant+jwt",
                {
                    let mut claims = scene.grant.claims.clone();
                    claims["jti"] = json!(crate::hostile::jti("x"));
                    claims
                },
                "holder",
            );
            scene.call["chain"] = json!(other.compact());
        },
    );
    g.scene(
        "form-itself",
        "CHAIN-011 CHAIN-029",
        "the grant as its own parent",
        "chain.form",
        |scene| scene.call["chain"] = json!(scene.grant.compact()),
    );
    g.scene(
        "form-empty-beside-grant",
        "CHAIN-029",
        "an empty field",
        "chain.form",
        |scene| scene.call["chain"] = json!(""),
    );
    g.delegated(
        "audience-of-the-chain",
        "",
        "the audience is checked in the grant",
        "audience.mismatch",
        |scene| scene.call["audience"] = json!(CARE),
    );
}

//! The trust list and the trust marks.

use serde_json::json;

use super::Group;
use super::header::remove;
use crate::hostile::{jkt, jwk, sign_bytes};
use crate::scene::{
    CERTIFIER, CLINIC, Draft, HOLDER, MARK_TYPE, NOW, OPERATOR, OWNER, mark, mark_delegation,
};

pub(super) fn vectors() -> Group {
    let mut group = Group::new("trust");
    lists(&mut group);
    marks(&mut group);
    group
}

fn lists(g: &mut Group) {
    g.scene(
        "no-list",
        "",
        "there is no list",
        "trust.list-missing",
        |scene| scene.call["trust"] = json!({"trust_list": null}),
    );
    let changes: Vec<(&str, &str, &str, fn(&mut Draft))> = vec![
        ("expired", "", "trust.list-expired", |list| {
            list.claims["exp"] = json!(NOW)
        }),
        ("a-day-old", "LINK-025", "ok", |list| {
            list.claims["iat"] = json!(NOW - 86_400)
        }),
        ("over-a-day-old", "LINK-025", "trust.list-stale", |list| {
            list.claims["iat"] = json!(NOW - 86_401)
        }),
        ("within-skew", "", "ok", |list| {
            list.claims["iat"] = json!(NOW + 60)
        }),
        ("in-the-future", "", "trust.list-stale", |list| {
            list.claims["iat"] = json!(NOW + 61)
        }),
        ("over-30-days", "", "trust.list-malformed", |list| {
            list.claims["exp"] = json!(NOW + 86_400 * 31)
        }),
        ("signed-by-another", "", "trust.list-signature", |list| {
            list.signer = "evil".into()
        }),
        ("unknown-key", "", "trust.list-signature", |list| {
            list.header["kid"] = json!(jkt("evil"));
            list.signer = "evil".into();
        }),
        ("typ", "TYP-004", "trust.list-malformed", |list| {
            list.header["typ"] = json!("phr-grant+jwt")
        }),
        ("alg-none", "JOSE-001", "trust.list-malformed", |list| {
            list.header["alg"] = json!("none")
        }),
        ("no-members", "", "trust.list-malformed", |list| {
            remove(&mut list.claims, "members")
        }),
        ("repeated-id", "", "trust.list-malformed", |list| {
            list.claims["members"][1]["id"] = json!(HOLDER)
        }),
        ("repeated-key", "", "trust.list-malformed", |list| {
            list.claims["members"][1]["keys"] = json!([jwk("holder")])
        }),
        ("key-twice-in-a-set", "", "trust.list-malformed", |list| {
            list.claims["members"][0]["keys"] = json!([jwk("holder"), jwk("holder")])
        }),
        ("private-key", "", "trust.list-malformed", |list| {
            list.claims["members"][0]["keys"][0]["d"] = json!("AAAA")
        }),
        (
            "small-order-key",
            "SIG-003",
            "trust.list-malformed",
            |list| list.claims["members"][2]["keys"] = json!([{"kty": "OKP", "crv": "Ed25519", "x": "AQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"}]),
        ),
        ("other-key-types-skipped", "", "ok", |list| {
            list.claims["members"][2]["keys"] = json!([{"kty": "RSA", "n": "AQAB", "e": "AQAB"}])
        }),
        ("two-recipient-roles", "", "trust.list-malformed", |list| {
            list.claims["members"][3]["roles"] = json!(["operator", "pharmacy"])
        }),
        ("unknown-role", "", "trust.list-malformed", |list| {
            list.claims["members"][3]["roles"] = json!(["king"])
        }),
        ("unknown-member", "", "ok", |list| {
            list.claims["members"][3]["note"] = json!("x")
        }),
        ("seq-text", "", "trust.list-malformed", |list| {
            list.claims["seq"] = json!("42")
        }),
        (
            "duplicate-claim",
            "ENC-009",
            "trust.list-malformed",
            |list| {
                let payload = list.claims.to_string().replacen('{', "{\"seq\":1,", 1);
                list.raw = Some(sign_bytes(
                    list.header.to_string().as_bytes(),
                    payload.as_bytes(),
                    "anchor",
                ));
            },
        ),
    ];
    for (slug, covers, answer, change) in changes {
        g.scene(
            &format!("list-{slug}"),
            covers,
            "the trust list",
            answer,
            |scene| change(&mut scene.trust_list),
        );
    }
    for (slug, floor, answer) in [
        ("lower", 43, "trust.list-rollback"),
        ("equal", 42, "ok"),
        ("higher", 41, "ok"),
    ] {
        g.scene(
            &format!("list-seq-{slug}"),
            "LINK-013",
            "an older list than one already seen",
            answer,
            |scene| scene.call["seq_floor"] = json!(floor),
        );
    }
    for (slug, member, from, answer) in [
        ("client", 3, NOW - 86_400, "trust.suspended"),
        ("client-now", 3, NOW, "trust.suspended"),
        ("client-next-second", 3, NOW + 1, "ok"),
        ("holder", 0, NOW - 1, "trust.suspended"),
        ("certifier", 10, NOW - 1, "trust.suspended"),
        ("somebody-else", 4, NOW - 1, "ok"),
    ] {
        g.scene(
            &format!("suspended-{slug}"),
            "LINK-015",
            "a suspension overrides every mark",
            answer,
            |scene| {
                scene.trust_list.claims["members"][member]["suspended_from"] = json!(from);
            },
        );
    }
    g.delegated(
        "suspended-delegate",
        "LINK-015",
        "the delegate is suspended",
        "trust.suspended",
        |scene| scene.trust_list.claims["members"][4]["suspended_from"] = json!(NOW - 1),
    );
    g.scene(
        "client-not-listed",
        "TYP-010",
        "the client of the grant is not in the list",
        "trust.not-certified",
        |scene| scene.grant.claims["client_id"] = json!("https://nobody.example"),
    );
    g.scene(
        "policy-list-age",
        "LINK-025",
        "the caller's own limit",
        "trust.list-stale",
        |scene| scene.call["policy"] = json!({"list_age": 3_599}),
    );
    g.scene(
        "policy-list-age-too-long",
        "",
        "a limit looser than the profile's",
        "caller.policy",
        |scene| scene.call["policy"] = json!({"list_age": 86_401}),
    );
}

fn marks(g: &mut Group) {
    g.scene(
        "no-mark",
        "TYP-012",
        "no mark at all",
        "trust.not-certified",
        |scene| {
            scene.marks.remove(0);
        },
    );
    let changes: Vec<(&str, &str, &str, fn(&mut Draft))> = vec![
        ("expired", "API-033", "mark.expired", |mark| {
            mark.claims["exp"] = json!(NOW)
        }),
        ("not-yet-valid", "", "mark.not-yet-valid", |mark| {
            mark.claims["iat"] = json!(NOW + 61)
        }),
        ("over-366-days", "", "mark.malformed", |mark| {
            mark.claims["exp"] = json!(NOW - 86_400 + 86_400 * 367)
        }),
        ("366-days", "", "ok", |mark| {
            mark.claims["exp"] = json!(NOW - 86_400 + 86_400 * 366)
        }),
        ("other-role", "TYP-012", "mark.role", |mark| {
            mark.claims["roles"] = json!(["medical-institution"])
        }),
        ("other-role-too", "", "ok", |mark| {
            mark.claims["roles"] = json!(["medical-institution", "operator"])
        }),
        ("other-subject", "NET-017", "trust.not-certified", |mark| {
            mark.claims["sub"] = json!(CLINIC)
        }),
        ("typ", "NET-017", "mark.malformed", |mark| {
            mark.header["typ"] = json!("JWT")
        }),
        (
            "signed-by-another",
            "NET-017",
            "mark.signature-invalid",
            |mark| mark.signer = "evil".into(),
        ),
        ("unknown-key", "NET-017", "mark.untrusted", |mark| {
            mark.header["kid"] = json!(jkt("evil"))
        }),
        ("by-itself", "NET-017", "mark.untrusted", |mark| {
            mark.claims["iss"] = json!(OPERATOR);
            mark.header["kid"] = json!(jkt("operator"));
            mark.signer = "operator".into();
        }),
        (
            "type-not-listed",
            "LINK-014 NET-017",
            "mark.untrusted",
            |mark| mark.claims["trust_mark_type"] = json!("https://scheme.example/marks/other"),
        ),
        ("revoked", "", "mark.revoked", |mark| {
            mark.claims["status"]["status_list"]["idx"] = json!(11)
        }),
        ("suspended", "", "mark.suspended", |mark| {
            mark.claims["status"]["status_list"]["idx"] = json!(12)
        }),
        (
            "status-without-meaning",
            "STAT-004",
            "mark.status",
            |mark| mark.claims["status"]["status_list"]["idx"] = json!(13),
        ),
        ("status-outside", "STAT-001", "mark.status", |mark| {
            mark.claims["status"]["status_list"]["idx"] = json!(64)
        }),
        ("status-missing", "STAT-016", "mark.malformed", |mark| {
            remove(&mut mark.claims, "status")
        }),
        (
            "delegation-missing",
            "",
            "mark.delegation-invalid",
            |mark| remove(&mut mark.claims, "delegation"),
        ),
        (
            "delegation-garbage",
            "",
            "mark.delegation-invalid",
            |mark| mark.claims["delegation"] = json!("x.y.z"),
        ),
        ("without-jti", "TYP-023", "ok", |mark| {
            remove(&mut mark.claims, "jti")
        }),
    ];
    for (slug, covers, answer, change) in changes {
        g.scene(
            &format!("mark-{slug}"),
            covers,
            "the client's mark",
            answer,
            |scene| {
                if let Some(mark) = scene.marks.first_mut() {
                    change(mark);
                }
            },
        );
    }
    let delegations: Vec<(&str, &str, fn(&mut Draft))> = vec![
        ("expired", "mark.delegation-invalid", |d| {
            d.claims["exp"] = json!(NOW)
        }),
        ("other-body", "mark.delegation-invalid", |d| {
            d.claims["sub"] = json!(CLINIC)
        }),
        ("other-type", "mark.delegation-invalid", |d| {
            d.claims["trust_mark_type"] = json!("https://scheme.example/marks/other")
        }),
        ("other-owner", "mark.delegation-invalid", |d| {
            d.claims["iss"] = json!(CERTIFIER)
        }),
        ("signed-by-another", "mark.delegation-invalid", |d| {
            d.signer = "evil".into()
        }),
        ("member-key", "mark.delegation-invalid", |d| {
            d.header["kid"] = json!(jkt("owner"));
            d.signer = "owner".into();
        }),
    ];
    for (slug, answer, change) in delegations {
        g.scene(
            &format!("mark-delegation-{slug}"),
            "",
            "the owner's delegation",
            answer,
            |scene| {
                let mut delegation = mark_delegation();
                change(&mut delegation);
                if let Some(mark) = scene.marks.first_mut() {
                    mark.claims["delegation"] = json!(delegation.compact());
                }
            },
        );
    }
    for (slug, covers, issuers) in [
        ("empty", "LINK-014", json!({MARK_TYPE: []})),
        ("absent", "LINK-014", json!({})),
        ("others", "", json!({MARK_TYPE: [OWNER]})),
    ] {
        g.scene(
            &format!("mark-issuers-{slug}"),
            covers,
            "nobody, or somebody else, may issue the type",
            "mark.untrusted",
            |scene| scene.trust_list.claims["trust_mark_issuers"] = issuers,
        );
    }
    g.scene(
        "mark-second-is-good",
        "",
        "one good mark is enough",
        "ok",
        |scene| {
            let mut bad = mark(OPERATOR, "operator", 1);
            bad.claims["exp"] = json!(NOW);
            scene.marks.insert(0, bad);
        },
    );
    g.scene(
        "mark-furthest-is-named",
        "",
        "of several bad marks the one that got furthest is named",
        "mark.revoked",
        |scene| {
            let mut expired = mark(OPERATOR, "operator", 1);
            expired.claims["exp"] = json!(NOW);
            scene.marks.insert(0, expired);
            scene.marks[1].claims["status"]["status_list"]["idx"] = json!(11);
        },
    );
    for (slug, age, answer) in [
        ("a-day-old", 86_400, "ok"),
        ("over-a-day-old", 86_401, "mark.status"),
    ] {
        g.scene(
            &format!("mark-list-{slug}"),
            "",
            "the status list of the marks",
            answer,
            |scene| {
                scene.status[1].claims["ttl"] = json!(200_000);
                scene.status[1].claims["iat"] = json!(NOW - age);
            },
        );
    }
    g.scene(
        "mark-list-missing",
        "STAT-013",
        "the list of the marks is not known",
        "mark.status",
        |scene| {
            scene.status.remove(1);
        },
    );
}

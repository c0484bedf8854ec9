//! What is wider than its parent, and what is asked beyond the grant.

use serde_json::{Value, json};

use super::Group;
use crate::scene::{CLINIC, Scene, delegation, proof};

pub(super) fn vectors() -> Group {
    let mut group = Group::new("scope");
    axes(&mut group);
    asks(&mut group);
    group
}

fn axes(g: &mut Group) {
    let wider: Vec<(&str, &str, &str, fn(&mut Value))> = vec![
        ("actions", "CHAIN-005", "scope.actions-wider", |d| {
            d["actions"] = json!(["read", "list"])
        }),
        ("datatypes", "", "scope.datatypes-wider", |d| {
            d["datatypes"] = json!(["allergy", "key-image"])
        }),
        ("period-from", "CHAIN-002", "scope.period-wider", |d| {
            d["period"]["from"] = json!("2019-12-31")
        }),
        ("period-to", "CHAIN-002", "scope.period-wider", |d| {
            d["period"]["to"] = json!("2026-12-01")
        }),
        ("period-open", "CHAIN-002", "scope.period-wider", |d| {
            d["period"]["to"] = json!(null)
        }),
        ("purposes", "CHAIN-003", "scope.purposes-wider", |d| {
            d["purposes"] = json!(["care", "research-consented"])
        }),
        ("purposes-other", "CHAIN-003", "scope.purposes-wider", |d| {
            d["purposes"] = json!(["research-consented"])
        }),
        ("handling", "", "scope.handling-wider", |d| {
            d["handling"] = json!("store")
        }),
        ("retention", "", "scope.retention-wider", |d| {
            d["retention"] = json!({"days": 31})
        }),
        ("retention-kind", "", "scope.retention-wider", |d| {
            d["retention"] = json!({"until": "2020-01-01"})
        }),
        ("on-end", "", "scope.on-end-wider", |d| {
            d["on_end"] = json!("keep-required-by-law")
        }),
        ("onward-to", "", "scope.onward-wider", |d| {
            d["onward"]["to"] = json!(["https://evil.example"])
        }),
        ("onward-roles", "", "scope.onward-wider", |d| {
            d["onward"]["roles"] = json!(["researcher"])
        }),
        ("exclude", "CHAIN-016", "scope.exclude-wider", |d| {
            d["exclude"] = json!([])
        }),
        ("unknown-action", "CHAIN-005", "claims.invalid", |d| {
            d["actions"] = json!(["read", "export"])
        }),
        ("unknown-category", "CHAIN-015", "claims.invalid", |d| {
            d["datatypes"] = json!(["everything"])
        }),
        ("wildcard", "CHAIN-015", "claims.invalid", |d| {
            d["datatypes"] = json!(["*"])
        }),
        ("no-category", "CHAIN-015", "claims.invalid", |d| {
            d["datatypes"] = json!([])
        }),
        ("confusable-category", "ENC-016", "claims.invalid", |d| {
            d["datatypes"] = json!(["ａllergy"])
        }),
        ("no-action", "CHAIN-015", "claims.invalid", |d| {
            d["actions"] = json!([])
        }),
        ("no-purpose", "CHAIN-015", "claims.invalid", |d| {
            d["purposes"] = json!([])
        }),
        ("repeated-category", "", "claims.invalid", |d| {
            d["datatypes"] = json!(["allergy", "allergy"])
        }),
        ("catalogue-version", "", "catalogue.version-unknown", |d| {
            d["datatypes_ver"] = json!("1999.1")
        }),
        ("period-reversed", "", "claims.invalid", |d| {
            d["period"] = json!({"from": "2026-01-02", "to": "2026-01-01"})
        }),
        ("period-no-such-day", "", "claims.invalid", |d| {
            d["period"]["from"] = json!("2026-02-30")
        }),
        ("retention-negative", "", "claims.invalid", |d| {
            d["retention"] = json!({"days": -1})
        }),
        ("retention-both", "", "claims.type", |d| {
            d["retention"] = json!({"days": 1, "until": "2026-01-01"})
        }),
        ("other-type", "", "claims.invalid", |d| {
            d["type"] = json!("payment")
        }),
        ("narrower-everywhere", "", "ok", |d| {
            d["period"] = json!({"from": "2026-01-01", "to": "2026-01-02"});
            d["purposes"] = json!(["care"]);
            d["handling"] = json!("view");
            d["frequency"] = json!("once");
            d["retention"] = json!({"days": 0});
            d["on_end"] = json!("erase");
            d["onward"] = json!({"to": [], "roles": []});
            d["deident"] = json!("anonymous");
            d["exclude"] = json!(["mental", "genetic", "infection"]);
        }),
    ];
    for (slug, covers, answer, change) in wider {
        let mut scene = Scene::permitted();
        scene.grant.claims["authorization_details"][0]["actions"] = json!(["read"]);
        let mut next = delegation(&scene.grant, CLINIC, "clinic", "operator proof");
        change(&mut next.claims["authorization_details"][0]);
        scene.delegations = vec![next];
        scene.proof = Some(proof("clinic"));
        g.add(
            &format!("axis-{slug}"),
            covers,
            "a delegation against its parent",
            scene.decide(),
            answer,
        );
    }
    for (slug, parent, child, answer) in [
        (
            "frequency",
            json!({"frequency": "once"}),
            json!({"frequency": "continuing"}),
            "scope.frequency-wider",
        ),
        (
            "deident",
            json!({"deident": "pseudonymous"}),
            json!({"deident": "none"}),
            "scope.deident-wider",
        ),
        (
            "deident-stronger",
            json!({"deident": "pseudonymous"}),
            json!({"deident": "anonymous"}),
            "ok",
        ),
        (
            "open-in-open",
            json!({"period": {"from": "x", "to": "x"}}),
            json!({"period": {"from": "2026-01-01", "to": "2026-02-01"}}),
            "ok",
        ),
    ] {
        let mut scene = Scene::permitted();
        let detail = &mut scene.grant.claims["authorization_details"][0];
        crate::scene::merge(detail, &parent);
        if slug == "open-in-open" {
            detail["period"] = json!({"from": null, "to": null});
        }
        let mut next = delegation(&scene.grant, CLINIC, "clinic", "operator proof");
        crate::scene::merge(&mut next.claims["authorization_details"][0], &child);
        scene.delegations = vec![next];
        scene.proof = Some(proof("clinic"));
        g.add(
            &format!("axis-{slug}"),
            "",
            "a delegation against its parent",
            scene.decide(),
            answer,
        );
    }
    // Two parents that cover one child only together.
    let mut scene = Scene::permitted();
    let mut second = crate::scene::detail();
    second["datatypes"] = json!(["lab-result"]);
    scene.grant.claims["authorization_details"][0]["datatypes"] = json!(["allergy"]);
    if let Some(details) = scene.grant.claims["authorization_details"].as_array_mut() {
        details.push(second);
    }
    let mut next = delegation(&scene.grant, CLINIC, "clinic", "operator proof");
    next.claims["authorization_details"][0]["datatypes"] = json!(["allergy", "lab-result"]);
    scene.delegations = vec![next];
    scene.proof = Some(proof("clinic"));
    g.add(
        "axis-union",
        "CHAIN-028",
        "two details are never joined",
        scene.decide(),
        "scope.datatypes-wider",
    );
    g.grant(
        "equal-details",
        "",
        "the same detail twice",
        "claims.invalid",
        |grant| {
            let detail = crate::scene::detail();
            grant.claims["authorization_details"] = json!([detail, detail]);
        },
    );
}

fn asks(g: &mut Group) {
    g.scene(
        "category-not-granted",
        "CHAIN-017 CHAIN-021",
        "a category that the person did not allow",
        "scope.not-granted",
        |scene| scene.call["category"] = json!("lifelog"),
    );
    g.scene(
        "category-unknown",
        "",
        "a category that does not exist",
        "caller.malformed",
        |scene| scene.call["category"] = json!("Allergy"),
    );
    g.scene(
        "action-not-granted",
        "CHAIN-022",
        "an action that the person did not allow",
        "scope.action-not-granted",
        |scene| {
            scene.grant.claims["authorization_details"][0]["actions"] = json!(["list"]);
        },
    );
    for (slug, covers, period, answer) in [
        (
            "inside",
            "",
            json!({"from": "2024-01-01", "to": "2024-12-31"}),
            "ok",
        ),
        (
            "equal",
            "",
            json!({"from": "2020-01-01", "to": "2026-11-30"}),
            "ok",
        ),
        (
            "a-day-early",
            "CHAIN-018",
            json!({"from": "2019-12-31", "to": "2024-12-31"}),
            "scope.period-not-granted",
        ),
        (
            "a-day-late",
            "CHAIN-018",
            json!({"from": "2024-01-01", "to": "2026-12-01"}),
            "scope.period-not-granted",
        ),
        (
            "open",
            "CHAIN-018",
            json!({"from": null, "to": "2024-12-31"}),
            "scope.period-not-granted",
        ),
        (
            "before-look-back",
            "",
            json!({"from": "2020-01-01", "to": "2021-01-01"}),
            "catalogue.look-back",
        ),
    ] {
        g.scene(
            &format!("period-{slug}"),
            covers,
            "the days asked for",
            answer,
            |scene| scene.call["period"] = period,
        );
    }
    for (slug, covers, date, answer) in [
        ("last-second", "TIME-015", "2026-11-30T14:59:59Z", "ok"),
        (
            "next-day",
            "TIME-015",
            "2026-11-30T15:00:00Z",
            "scope.period-not-granted",
        ),
        ("partial-inside", "", "2025", "ok"),
        ("partial-across", "", "2026", "scope.period-not-granted"),
        ("before-look-back", "", "2021-01-01", "catalogue.look-back"),
        ("no-date", "", "unknown", "scope.period-not-granted"),
    ] {
        g.scene(
            &format!("record-{slug}"),
            covers,
            "the date of one record",
            answer,
            |scene| {
                scene.call["record"] = json!({"id": "r-1", "date": date, "flags": [], "tags": []});
            },
        );
    }
    g.scene(
        "record-excluded",
        "",
        "a record that the person left out",
        "scope.excluded",
        |scene| {
            scene.call["record"] =
                json!({"id": "r-1", "date": "2025-01-01", "flags": ["mental"], "tags": []});
        },
    );
    g.scene(
        "category-excluded",
        "",
        "a category all of whose sensitivities were left out",
        "scope.excluded",
        |scene| {
            let detail = &mut scene.grant.claims["authorization_details"][0];
            detail["datatypes"] = json!(["medication-claims"]);
            detail["exclude"] = json!(["mental", "infection"]);
            scene.call["category"] = json!("medication-claims");
        },
    );
    let once = |used: Value| {
        let mut scene = Scene::permitted();
        scene.grant.claims["authorization_details"][0]["frequency"] = json!("once");
        scene.call = json!({"used": used});
        scene.decide()
    };
    let consent = crate::hostile::jti("consent");
    g.add(
        "once-first",
        "CHAIN-023",
        "the first use",
        once(json!([])),
        "ok",
    );
    g.add(
        "once-second",
        "CHAIN-023",
        "the second use",
        once(json!([{"consent_jti": consent, "category": "allergy", "count": 1}])),
        "grant.use-limit",
    );
    g.add(
        "once-other-category",
        "CHAIN-023",
        "each category has its own use",
        once(json!([{"consent_jti": consent, "category": "lab-result", "count": 1}])),
        "ok",
    );
    g.add("once-other-consent", "CHAIN-023", "the use of another consent", once(json!([{"consent_jti": crate::hostile::jti("other"), "category": "allergy", "count": 1}])), "ok");
}

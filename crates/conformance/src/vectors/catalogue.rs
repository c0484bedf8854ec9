//! The rules of the catalogue: who may read what, how far back, through which gate.

use serde_json::{Value, json};

use super::Group;
use crate::scene::{
    CARE, CENTRE, CLINIC, HOLDER, NOW, OPERATOR, PHARMACY, RESEARCHER, Scene, proof,
};

/// A request by a client of any role for any category.
fn by(client: &str, category: &str) -> Scene {
    let mut scene = Scene::permitted();
    let claims = &mut scene.grant.claims;
    claims["client_id"] = json!(client);
    claims["dlg"] = json!({"max_depth": 0});
    let detail = &mut claims["authorization_details"][0];
    detail["datatypes"] = json!([category]);
    detail["onward"] = json!({"to": [], "roles": []});
    detail["exclude"] = json!([]);
    scene.call = json!({"category": category, "url": format!("{HOLDER}/records/{category}")});
    if let Some(proof) = &mut scene.proof {
        proof.claims["htu"] = json!(format!("{HOLDER}/records/{category}"));
    }
    scene
}

pub(super) fn vectors() -> Group {
    let mut group = Group::new("catalogue");
    let g = &mut group;
    for category in phr_link::catalogue::Category::all() {
        // One client a category here; a test asks every mode of every category.
        let clients = [
            (OPERATOR, "operator", phr_link::catalogue::Mode::Phr),
            (CLINIC, "clinic", phr_link::catalogue::Mode::Med),
            (CARE, "care", phr_link::catalogue::Mode::Care),
        ];
        for (client, role, mode) in clients.into_iter().skip(category.code().len() % 3).take(1) {
            let code = category.code();
            let mut scene = by(client, code);
            // The expectation is read from the data, not from the verdict.
            let answer = match (category.modes().contains(&mode), category.gate().as_str()) {
                (false, _) => "catalogue.mode-not-allowed",
                (true, "human-release") => "scope.release-required",
                (true, _) => "ok",
            };
            if answer == "scope.release-required" {
                g.add(
                    &format!("category-{code}-{role}-unreleased"),
                    "",
                    "a category that waits for release",
                    scene.decide(),
                    answer,
                );
                scene.call["released"] =
                    json!([{"category": code, "record": "r-1", "by": "staff-1", "at": NOW - 60}]);
                g.add(
                    &format!("category-{code}-{role}"),
                    "",
                    "after release",
                    scene.decide(),
                    "ok",
                );
            } else {
                g.add(
                    &format!("category-{code}-{role}"),
                    "",
                    "who may read the category",
                    scene.decide(),
                    answer,
                );
            }
        }
    }
    g.add(
        "pharmacy-reads-as-med",
        "",
        "a pharmacy reads as an institution",
        by(PHARMACY, "e-prescription").decide(),
        "ok",
    );
    g.add(
        "researcher-genome",
        "",
        "research with consent",
        {
            let mut scene = by(RESEARCHER, "whole-genome");
            scene.call["released"] =
                json!([{"category": "whole-genome", "record": "r-1", "by": "staff-1", "at": NOW}]);
            scene.decide()
        },
        "ok",
    );
    g.add(
        "researcher-allergy",
        "",
        "research is not open to every category",
        by(RESEARCHER, "allergy").decide(),
        "catalogue.mode-not-allowed",
    );
    g.add(
        "health-centre",
        "",
        "who has data by statute gets no grant",
        by(CENTRE, "home-recovery-infection").decide(),
        "catalogue.mode-not-allowed",
    );
    marks_of_records(g);
    agents(g);
    emergencies(g);
    group
}

fn marks_of_records(g: &mut Group) {
    for (client, role, tag, answer) in [
        (OPERATOR, "operator", "UNINFORMED", "scope.not-disclosed"),
        (OPERATOR, "operator", "UNDELIVERED", "scope.not-disclosed"),
        (OPERATOR, "operator", "LTS", "ok"),
        (CLINIC, "clinic", "UNINFORMED", "ok"),
        (CLINIC, "clinic", "UNDELIVERED", "scope.not-disclosed"),
    ] {
        let mut scene = by(client, "disclosed-diagnosis");
        scene.call["record"] = json!({"id": "r-1", "date": "2026-01-01", "flags": ["disclosed-diagnosis"], "tags": [tag]});
        g.add(
            &format!("mark-{}-{role}", tag.to_lowercase()),
            "",
            "a diagnosis with a mark",
            scene.decide(),
            answer,
        );
    }
    // What is shown to the clinic is not shown to whom the clinic passes it, unless they treat too.
    for (client, key, answer) in [
        (PHARMACY, "pharmacy", "ok"),
        (CARE, "care", "scope.not-disclosed"),
    ] {
        let mut scene = by(CLINIC, "allergy");
        scene.grant.claims["dlg"] = json!({"max_depth": 1});
        scene.grant.claims["authorization_details"][0]["onward"] =
            json!({"to": [client], "roles": []});
        scene.delegations = vec![crate::scene::delegation(
            &scene.grant,
            client,
            key,
            "operator proof",
        )];
        scene.proof = Some(proof(key));
        scene.call["record"] =
            json!({"id": "r-1", "date": "2026-01-01", "flags": [], "tags": ["UNINFORMED"]});
        g.add(
            &format!("mark-uninformed-clinic-to-{key}"),
            "",
            "a record with a mark, passed on",
            scene.decide(),
            answer,
        );
    }
    for (slug, record, answer) in [
        ("released", "r-1", "ok"),
        ("another-released", "r-2", "scope.release-required"),
    ] {
        let mut scene = by(CLINIC, "whole-genome");
        scene.call["released"] =
            json!([{"category": "whole-genome", "record": record, "by": "staff-1", "at": NOW}]);
        scene.call["record"] =
            json!({"id": "r-1", "date": "2026-01-01", "flags": ["genetic"], "tags": []});
        g.add(
            &format!("release-{slug}"),
            "",
            "one record at a time is released",
            scene.decide(),
            answer,
        );
    }
    for (slug, date, answer) in [
        ("100-days", "2026-08-10", "ok"),
        ("101-days", "2026-08-09", "catalogue.look-back"),
        ("month-across", "2026-08", "catalogue.look-back"),
    ] {
        let mut scene = by(CLINIC, "e-prescription");
        scene.call["record"] = json!({"id": "r-1", "date": date, "flags": [], "tags": []});
        g.add(
            &format!("look-back-{slug}"),
            "",
            "prescriptions are kept 100 days",
            scene.decide(),
            answer,
        );
    }
}

fn agents(g: &mut Group) {
    for (category, answer) in [
        ("specific-checkup", "ok"),
        ("maternal-checkup", "catalogue.mode-not-allowed"),
        ("e-prescription", "catalogue.mode-not-allowed"),
    ] {
        let mut scene = by(OPERATOR, category);
        scene.grant.claims["act"] = json!({"sub": "agent-1", "role": "proxy", "basis": {"kind": "power-of-attorney", "ref": "r-1", "until": NOW + 9_000}});
        scene.grant.claims["exp"] = json!(NOW + 600);
        g.add(
            &format!("agent-{category}"),
            "CHAIN-025",
            "what an agent may consent to",
            scene.decide(),
            answer,
        );
    }
    for (slug, category, comment, answer) in [
        (
            "delegate-mode",
            "osteoporosis-screening",
            "the category allows the delegate's mode too",
            "ok",
        ),
        (
            "delegate-mode-not-raised",
            "checkup-document",
            "passing it on to a clinic opens to an app's grant nothing that apps may not have",
            "catalogue.mode-not-allowed",
        ),
    ] {
        let mut scene = Scene::delegated();
        let detail = json!([category]);
        scene.grant.claims["authorization_details"][0]["datatypes"] = detail.clone();
        scene.delegations = vec![crate::scene::delegation(
            &scene.grant,
            CLINIC,
            "clinic",
            "operator proof",
        )];
        scene.delegations[0].claims["authorization_details"][0]["datatypes"] = detail;
        scene.call = json!({"category": category});
        g.add(slug, "", comment, scene.decide(), answer);
    }
    let mut scene = Scene::permitted();
    let detail = json!(["hepatitis-screening"]);
    scene.grant.claims["authorization_details"][0]["datatypes"] = detail.clone();
    scene.delegations = vec![crate::scene::delegation(
        &scene.grant,
        CARE,
        "care",
        "operator proof",
    )];
    scene.delegations[0].claims["authorization_details"][0]["datatypes"] = detail;
    scene.proof = Some(proof("care"));
    scene.call = json!({"category": "hepatitis-screening"});
    g.add(
        "delegate-mode-not-allowed",
        "",
        "the category does not allow the delegate's mode",
        scene.decide(),
        "catalogue.mode-not-allowed",
    );
}

fn emergencies(g: &mut Group) {
    g.add(
        "emergency",
        "",
        "an emergency grant without a consent",
        Scene::emergency(None).decide(),
        "ok",
    );
    g.add(
        "disaster",
        "",
        "under an activation for the area",
        Scene::emergency(Some("quake-1")).decide(),
        "ok",
    );
    for (id, answer) in [
        ("quake-2", "another area"),
        ("quake-0", "ended"),
        ("quake-9", "unknown"),
    ] {
        g.add(
            &format!("disaster-{id}"),
            "LIFE-034",
            answer,
            Scene::emergency(Some(id)).decide(),
            "emergency.not-active",
        );
    }
    let cases: Vec<(&str, &str, fn(&mut Value))> = vec![
        ("outlives-activation", "emergency.not-active", |c| {
            c["exp"] = json!(NOW + 7_201)
        }),
        ("as-long-as-activation", "ok", |c| {
            c["exp"] = json!(NOW + 7_200)
        }),
        ("with-consent", "claims.invalid", |c| {
            c["consent_s256"] = json!(crate::hostile::s256("x"))
        }),
        ("may-be-passed-on", "claims.invalid", |c| {
            c["dlg"] = json!({"max_depth": 1})
        }),
        ("keeps-records", "scope.handling-wider", |c| {
            c["authorization_details"][0]["handling"] = json!("store")
        }),
        ("by-an-operator", "emergency.not-active", |c| {
            c["client_id"] = json!(OPERATOR)
        }),
        (
            "category-not-for-emergencies",
            "catalogue.mode-not-allowed",
            |c| c["authorization_details"][0]["datatypes"] = json!(["allergy", "lifelog"]),
        ),
    ];
    for (slug, answer, change) in cases {
        let mut scene = Scene::emergency(Some("quake-1"));
        change(&mut scene.grant.claims);
        g.add(
            &format!("disaster-{slug}"),
            "",
            "the limits of emergency access",
            scene.decide(),
            answer,
        );
    }
    for (mode, answer) in [("disaster", "ok"), ("emergency", "request.mode-mismatch")] {
        let mut scene = Scene::emergency(Some("quake-1"));
        scene.call["mode"] = json!(mode);
        g.add(
            &format!("disaster-named-{mode}"),
            "LINK-016",
            "the mode is the activation's kind",
            scene.decide(),
            answer,
        );
    }
}

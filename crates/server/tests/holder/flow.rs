//! The whole story, from the first request to the last refusal.

use phr_link::scope::{Onward, Purpose};
use serde_json::json;

use crate::support::{Linked, Read, World, claims, detail, jkt};

#[tokio::test]
async fn a_consent_opens_records_and_its_withdrawal_closes_them() {
    let world = World::new().await;
    let (app, clinic) = (world.device(), world.clinic());
    let mut asked = detail(
        &["allergy", "lab-result", "disclosed-diagnosis"],
        &[Purpose::SelfView, Purpose::MedicationSafety],
    );
    asked.onward = Onward {
        to: vec![clinic.id.clone()],
        roles: Vec::new(),
    };
    let screen = app.ask(&world, "taro", &[asked.clone()]).await;
    // The page shows the trust list's words, and whose records they are.
    assert_eq!(screen.data["recipient"]["name"], "見本ヘルス");
    assert_eq!(screen.data["personName"], "見本 太郎");
    // The person leaves the diagnoses out.
    let mut narrowed = asked.clone();
    narrowed.datatypes.pop();
    let approved = screen.approve(&world, &[narrowed.clone()]).await;
    assert!(approved.redirect.as_str().starts_with(&app.redirect_uri));
    assert_eq!(approved.query("iss").unwrap(), crate::support::BASE);
    assert!(approved.query("state").is_some());
    let names: Vec<_> = approved
        .redirect
        .query_pairs()
        .map(|(name, _)| name.into_owned())
        .collect();
    assert_eq!(names, ["code", "state", "iss"]);

    let linked = approved.redeem(&world, &app).await;
    let (grant, consent) = (claims(&linked.grant), claims(&linked.consent));
    assert_eq!(grant["cnf"]["jkt"], jkt(&app.key));
    assert_eq!(grant["consent_jti"], consent["jti"]);
    assert_eq!(grant["sub"], consent["sub"]);
    assert_eq!(grant["exp"], world.now().as_secs() + 86_400);
    assert_eq!(grant["authorization_details"], json!([narrowed]));
    assert_eq!(claims(&linked.receipt)["event"], "registration");

    let allergies = app.read(&world, "allergy", &linked.grant).await;
    assert_eq!(
        allergies.ok().header("content-type"),
        "application/fhir+json; charset=utf-8"
    );
    assert_eq!(allergies.header("cache-control"), "no-store");
    let bundle = allergies.json();
    assert_eq!(
        (&bundle["resourceType"], &bundle["type"]),
        (&json!("Bundle"), &json!("searchset"))
    );
    assert_eq!(bundle["total"], bundle["entry"].as_array().unwrap().len());
    let refused = app.read(&world, "disclosed-diagnosis", &linked.grant).await;
    refused.refused(403, "scope.not-granted");
    assert_eq!(refused.json()["axis"], "datatypes");

    let renewed = app.renew(&world, &linked.consent).await;
    assert_eq!(
        renewed.ok().json()["issued_token_type"],
        "urn:ietf:params:oauth:token-type:access_token"
    );
    let renewed = Linked::of(&renewed);
    assert_ne!(claims(&renewed.grant)["jti"], grant["jti"]);
    app.read(&world, "lab-result", &renewed.grant).await.ok();

    let mut handed = detail(&["allergy"], &[Purpose::MedicationSafety]);
    handed.retention = asked.retention;
    let delegation = app.delegate(&world, &linked.grant, &clinic, &[handed]);
    let by_clinic = |category| Read {
        chain: Some(&linked.grant),
        purpose: Some(Purpose::MedicationSafety),
        ..Read::of(category, &delegation, &clinic.key)
    };
    by_clinic("allergy").send(&world).await.ok();
    by_clinic("lab-result")
        .send(&world)
        .await
        .refused(403, "scope.not-granted");
    // The app cannot use what it handed on.
    let stolen = Read {
        key: &app.key,
        ..by_clinic("allergy")
    };
    stolen.send(&world).await.refused(401, "binding.mismatch");

    let page = approved.person.get(&world, "/consents").await;
    let cards = crate::support::data(&page.ok().text)["consents"].clone();
    let events: Vec<_> = cards[0]["receipts"]
        .as_array()
        .unwrap()
        .iter()
        .map(|receipt| {
            let claims = &receipt["claims"];
            format!("{} {}", claims["event"], claims["recipient"]["id"])
        })
        .collect();
    assert_eq!(events.len(), 4, "{events:?}");
    assert!(events[0].contains("clinic.example") && events[3].contains("registration"));

    let jti = linked.consent_jti();
    let withdrawn = approved.person.withdraw(&world, &jti).await;
    assert_eq!(withdrawn.ok().json()["state"], "withdrawn");
    let receipt = withdrawn.json()["receipt"].as_str().unwrap().to_owned();
    assert_eq!(claims(&receipt)["event"], "withdrawal");

    // STAT-027: every unexpired grant under the consent is refused.
    for token in [&linked.grant, &renewed.grant] {
        app.read(&world, "allergy", token)
            .await
            .refused(401, "grant.revoked");
    }
    by_clinic("allergy")
        .send(&world)
        .await
        .refused(401, "grant.revoked");
    app.renew(&world, &linked.consent)
        .await
        .oauth(400, "invalid_grant", "consent.withdrawn");
    app.redeem(&world, &approved.code())
        .await
        .oauth(400, "invalid_grant", "consent.transaction");
}

#[tokio::test]
async fn receipts_of_an_arrangement_form_one_chain() {
    let world = World::new().await;
    let app = world.device();
    let details = [detail(&["allergy"], &[Purpose::SelfView])];
    let screen = app.ask(&world, "taro", &details).await;
    let approved = screen.approve(&world, &details).await;
    let linked = approved.redeem(&world, &app).await;
    app.read(&world, "allergy", &linked.grant).await.ok();
    approved
        .person
        .withdraw(&world, &linked.consent_jti())
        .await
        .ok();
    let page = approved.person.get(&world, "/consents").await;
    let cards = crate::support::data(&page.text)["consents"].clone();
    let receipts = cards[0]["receipts"].as_array().unwrap().iter().rev();
    let receipts: Vec<_> = receipts.map(|one| one["claims"].clone()).collect();
    let events: Vec<_> = receipts
        .iter()
        .map(|receipt| receipt["event"].clone())
        .collect();
    assert_eq!(events, ["registration", "provision", "withdrawal"]);
    for (seq, receipt) in receipts.iter().enumerate() {
        assert_eq!(receipt["seq"], seq);
        assert_eq!(receipt.get("prev_s256").is_some(), seq > 0);
    }
    assert_eq!(
        receipts[1]["prev_s256"],
        phr_link::token::s256(&linked.receipt)
    );
}

#[tokio::test]
async fn nobody_is_the_same_to_two_clients() {
    let world = World::new().await;
    let details = [detail(&["allergy"], &[Purpose::Care])];
    let mut seen = std::collections::BTreeSet::new();
    for client in [world.device(), world.clinic()] {
        let linked = world.link(&client, "taro", &details).await;
        let consent = claims(&linked.consent);
        for claim in ["sub", "arrangement_id", "iss"] {
            assert!(seen.insert(consent[claim].to_string()), "{claim}");
        }
    }
    // And to one client the same person stays the same.
    let again = world.link(&world.device(), "taro", &details).await;
    assert!(seen.contains(&claims(&again.consent)["sub"].to_string()));
}

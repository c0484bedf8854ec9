//! Reading records: by whom, for what, and no more than that.

use anyhow::Result;
use phr_link::proof::Proof;
use phr_link::scope::Purpose;
use phr_link::token::{s256, sign};
use serde_json::json;

use super::{Cases, Linked, OTHER, READ, Target};
use crate::player::{Answer, fresh_key, now, random_id};

type Spoil = fn(&mut Proof);

fn honest(linked: &Linked) -> Result<Proof> {
    Ok(Proof {
        htm: "GET".into(),
        htu: format!("{}/records/{READ}", linked.app.base),
        iat: now()?,
        jti: random_id()?,
        ath: Some(s256(&linked.grant)),
        nonce: None,
        phr_pur: Some(Purpose::SelfView),
    })
}

pub(super) async fn proof(target: &Target) -> Result<Cases> {
    let mut cases = Cases::default();
    let linked = target.link(0).await?;
    let path = format!("/records/{READ}");
    let get = async |proofs: &[&str]| linked.app.get(&path, &linked.grant, None, proofs).await;
    let spoilt: [(&str, &str, &str, Spoil); 6] = [
        ("method", "POP-010", "a proof for another method", |proof| {
            proof.htm = "POST".into()
        }),
        (
            "address",
            "POP-011",
            "a proof for another address",
            |proof| proof.htu.push_str("-other"),
        ),
        ("host", "POP-011", "a proof for another holder", |proof| {
            proof.htu = "https://other.example/records/allergy".into()
        }),
        ("token", "", "a proof for another token", |proof| {
            proof.ath = Some(s256("another"))
        }),
        ("old", "POP-015", "a proof of an hour ago", |proof| {
            proof.iat = proof.iat.plus(-3_600)
        }),
        ("ahead", "POP-015", "a proof of the next hour", |proof| {
            proof.iat = proof.iat.plus(3_600)
        }),
    ];
    for (id, covers, comment, spoil) in spoilt {
        let mut proof = honest(&linked)?;
        spoil(&mut proof);
        cases.status(
            id,
            covers,
            comment,
            &[400, 401],
            get(&[&sign(&proof, &linked.app.key)?]).await,
        );
    }
    let stolen = sign(&honest(&linked)?, &fresh_key()?)?;
    cases.status(
        "key",
        "",
        "a proof by another key",
        &[400, 401],
        get(&[&stolen]).await,
    );
    cases.status("none", "POP-001", "no proof", &[400, 401], get(&[]).await);
    cases.status(
        "garbage",
        "",
        "what is no proof",
        &[400, 401],
        get(&["x.y.z"]).await,
    );
    let proof = sign(&honest(&linked)?, &linked.app.key)?;
    let request = linked.app.http.get(format!("{}{path}", linked.app.base));
    let request = request.header("authorization", format!("Bearer {}", linked.grant));
    let answer = Answer::of(request.header("dpop", proof).send().await?).await;
    cases.status(
        "bearer",
        "POP-002",
        "a bound grant as one for any bearer",
        &[400, 401],
        answer,
    );
    let two = [
        sign(&honest(&linked)?, &linked.app.key)?,
        sign(&honest(&linked)?, &linked.app.key)?,
    ];
    cases.status(
        "two",
        "",
        "two proofs at once",
        &[400, 401],
        get(&[&two[0], &two[1]]).await,
    );
    let once = sign(&honest(&linked)?, &linked.app.key)?;
    cases.status(
        "honest",
        "",
        "the honest proof is taken",
        &[200],
        get(&[&once]).await,
    );
    cases.status(
        "replayed",
        "POP-017",
        "and is not taken twice",
        &[400, 401],
        get(&[&once]).await,
    );
    Ok(cases)
}

pub(super) async fn narrowed(target: &Target) -> Result<Cases> {
    let mut cases = Cases::default();
    let linked = target.link(0).await?;
    cases.status(
        "granted",
        "",
        "what was consented to",
        &[200],
        linked.read(READ, Purpose::SelfView).await,
    );
    cases.status(
        "category",
        "",
        "another category",
        &[403],
        linked.read(OTHER, Purpose::SelfView).await,
    );
    for purpose in [Purpose::Marketing, Purpose::Care, Purpose::MedicationSafety] {
        let id = format!("purpose-{}", json!(purpose).as_str().unwrap_or_default());
        cases.status(
            &id,
            "LIFE-030",
            "another purpose",
            &[403],
            linked.read(READ, purpose).await,
        );
    }
    let url = format!("{}/records/{READ}", target.base);
    let proof = linked.app.proof(
        "GET",
        &url,
        Some(&linked.grant),
        None,
        Some(Purpose::SelfView),
    )?;
    let earlier = format!("/records/{READ}?from=1990-01-01");
    cases.status(
        "period",
        "",
        "days before those that were consented to",
        &[400, 403],
        linked
            .app
            .get(&earlier, &linked.grant, None, &[&proof])
            .await,
    );
    cases.status(
        "unknown",
        "",
        "a category that the catalogue does not have",
        &[400, 403, 404],
        linked.read("weather", Purpose::SelfView).await,
    );
    Ok(cases)
}

pub(super) async fn isolation(target: &Target) -> Result<Cases> {
    let mut cases = Cases::default();
    let (his, hers) = (target.link(0).await?, target.link(1).await?);
    let path = format!("/records/{READ}");
    let url = format!("{}{path}", target.base);
    let proof = hers
        .app
        .proof("GET", &url, Some(&his.grant), None, Some(Purpose::SelfView))?;
    cases.status(
        "grant",
        "",
        "one person's grant in the hands of another's app",
        &[401],
        hers.app.get(&path, &his.grant, None, &[&proof]).await,
    );
    let ids = async |linked: &Linked| -> Result<Vec<String>> {
        let answer = linked.read(READ, Purpose::SelfView).await?;
        let entries = answer
            .body
            .get("entry")
            .and_then(|entry| entry.as_array())
            .cloned()
            .unwrap_or_default();
        Ok(entries
            .iter()
            .filter_map(|entry| Some(entry.get("resource")?.get("id")?.as_str()?.to_owned()))
            .collect())
    };
    let (first, second) = (ids(&his).await?, ids(&hers).await?);
    cases.holds(
        "records",
        "API-006",
        "two people's records have nothing in common",
        !first.is_empty() && !second.is_empty() && !first.iter().any(|id| second.contains(id)),
        "a record is shown to both, or none to one",
    );
    let withdraw = async |jti: &str| {
        hers.person
            .browser
            .post(&format!("/consents/{jti}/withdraw"), &json!({}))
            .await
    };
    let (theirs, nobodys) = (
        withdraw(&his.person.consent.jti).await?,
        withdraw(&random_id()?).await?,
    );
    cases.holds(
        "oracle",
        "API-007",
        "another's consent is answered as one that does not exist",
        theirs.status == nobodys.status && theirs.body == nobodys.body,
        "the answers differ",
    );
    cases.status(
        "foreign",
        "API-005",
        "nobody withdraws another's consent",
        &[401, 403, 404],
        Ok(theirs),
    );
    cases.status(
        "alive",
        "",
        "which still lives",
        &[200],
        his.read(READ, Purpose::SelfView).await,
    );
    Ok(cases)
}

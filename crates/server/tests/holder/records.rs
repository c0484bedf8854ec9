//! `GET /records/{category}`: what it refuses, what it counts, and what it never shows.

use std::path::{Path, PathBuf};

use phr_link::scope::{Detail, Frequency, Purpose};
use serde_json::{Value, json};

use crate::support::{App, Linked, Read, World, detail, fresh};

mod hidden;
mod loading;
mod synthetic;

fn allergy() -> [Detail; 1] {
    [detail(&["allergy"], &[Purpose::SelfView])]
}

#[tokio::test]
async fn a_reading_is_proven_for_this_request_now() {
    let world = World::new().await;
    let app = world.device();
    let linked = world.link(&app, "taro", &allergy()).await;
    let good = || Read::of("allergy", &linked.grant, &app.key);
    let stranger = fresh();
    for (read, status, code) in [
        (
            Read {
                key: &stranger,
                ..good()
            },
            401,
            "binding.mismatch",
        ),
        (
            Read {
                htm: "POST",
                ..good()
            },
            401,
            "proof.htm-mismatch",
        ),
        // A proof for GET is none for HEAD.
        (
            Read {
                htu: Some("http://localhost:8787/records/lab-result"),
                ..good()
            },
            401,
            "proof.htu-mismatch",
        ),
        // The address is the configured one, whatever the request says of itself.
        (
            Read {
                htu: Some("http://evil.example/records/allergy"),
                host: "evil.example",
                ..good()
            },
            401,
            "proof.htu-mismatch",
        ),
        (
            Read {
                purpose: Some(Purpose::Marketing),
                ..good()
            },
            403,
            "scope.purpose-not-granted",
        ),
        (
            Read {
                category: "lab-result",
                ..good()
            },
            403,
            "scope.not-granted",
        ),
        (
            Read {
                chain: Some(""),
                ..good()
            },
            401,
            "chain.form",
        ),
        (
            Read {
                query: "from=2020-01-01&from=2020-01-01",
                ..good()
            },
            400,
            "caller.misuse",
        ),
        (
            Read {
                query: "to=soon",
                ..good()
            },
            400,
            "caller.misuse",
        ),
        (
            Read {
                query: "name=x",
                ..good()
            },
            400,
            "caller.misuse",
        ),
        (
            Read {
                query: "cursor=50.AAAA",
                ..good()
            },
            400,
            "caller.misuse",
        ),
    ] {
        let answer = read.send(&world).await;
        assert_eq!(answer.code(), code, "{}", read.query);
        answer.refused(status, code);
    }
    let head = Read {
        method: "HEAD",
        ..good()
    }
    .send(&world)
    .await;
    assert_eq!(head.status, 401);
    let anywhere = Read {
        host: "evil.example",
        ..good()
    };
    anywhere.send(&world).await.ok();
    // Without a token, with the proof twice, with a bearer token, of no category.
    let request = good().request(&good().proof(&world));
    let (mut head, body) = request.into_parts();
    head.headers.append("dpop", "x".parse().unwrap());
    world
        .send(axum::http::Request::from_parts(head, body))
        .await
        .refused(401, "proof.missing");
    world
        .get("/records/allergy")
        .await
        .refused(401, "proof.missing");
    world
        .get("/records/everything")
        .await
        .refused(403, "scope.not-granted");
}

#[tokio::test]
async fn a_proof_is_good_once_and_a_refusal_after_it_says_so() {
    let world = World::new().await;
    let app = world.device();
    let approved = app
        .ask(&world, "taro", &allergy())
        .await
        .approve(&world, &allergy())
        .await;
    let linked = approved.redeem(&world, &app).await;
    let reading = Read::of("allergy", &linked.grant, &app.key);
    let proof = reading.proof(&world);
    let send = async || world.send(reading.request(&proof)).await;
    // Of many at one time one is answered.
    let (a, b, c) = tokio::join!(send(), send(), send());
    let given = [&a, &b, &c]
        .iter()
        .filter(|answer| answer.status.is_success())
        .count();
    assert_eq!(given, 1);
    send().await.refused(401, "proof.replayed");
    // The replay is named before what comes later in the order.
    approved
        .person
        .withdraw(&world, &linked.consent_jti())
        .await
        .ok();
    send().await.refused(401, "proof.replayed");
    world.pass(121);
    send().await.refused(401, "proof.stale");
}

#[tokio::test]
async fn what_may_be_used_once_is_used_once() {
    let world = World::new().await;
    let app = world.device();
    let mut once = [detail(&["allergy", "lab-result"], &[Purpose::SelfView])];
    once[0].frequency = Frequency::Once;
    let linked = world.link(&app, "taro", &once).await;
    let read = |query| Read {
        query,
        ..Read::of("allergy", &linked.grant, &app.key)
    };
    read("").send(&world).await.ok();
    // A retry of this query is the same use, another query is another.
    read("").send(&world).await.ok();
    let other = read("from=2020-01-01").send(&world).await;
    other.refused(403, "grant.use-limit");
    assert_eq!(other.json()["axis"], "frequency");
    // A new grant of the same consent renews nothing; another category is another use.
    let renewed = Linked::of(&app.renew(&world, &linked.consent).await);
    Read {
        query: "from=2020-01-01",
        ..Read::of("allergy", &renewed.grant, &app.key)
    }
    .send(&world)
    .await
    .refused(403, "grant.use-limit");
    app.read(&world, "lab-result", &linked.grant).await.ok();
    world.pass(900);
    read("").send(&world).await.ok();
    world.pass(1);
    read("").send(&world).await.refused(403, "grant.use-limit");
}

#[tokio::test]
async fn a_period_narrows_what_is_shown_and_never_widens_it() {
    let world = World::new().await;
    let app = world.device();
    let mut asked = allergy();
    asked[0].period.from = phr_link::Day::parse("2026-01-01");
    let linked = world.link(&app, "taro", &asked).await;
    let read = |query| Read {
        query,
        ..Read::of("allergy", &linked.grant, &app.key)
    };
    let all = read("from=2026-01-01").send(&world).await.ok().json();
    assert_eq!(all["total"], 3);
    let days = "from=2026-09-01&to=2026-09-30";
    let some = read(days).send(&world).await.ok().json();
    // 15:30 in UTC is the next day in Japan.
    assert_eq!(some["total"], 1, "{some}");
    assert!(some["link"][0]["url"].as_str().unwrap().ends_with(days));
    let none = read("from=2026-03-01&to=2026-03-02")
        .send(&world)
        .await
        .ok()
        .json();
    assert_eq!((&none["total"], none.get("entry")), (&json!(0), None));
    assert_eq!(none["meta"]["tag"][0]["code"], "empty");
    let wider = read("from=2025-12-31").send(&world).await;
    wider.refused(403, "scope.period-not-granted");
    assert_eq!(wider.json()["axis"], "period");
}

/// A folder with as many allergies.
fn folder(count: usize) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for number in 0..count {
        let text = json!({
            "resourceType": "AllergyIntolerance", "id": format!("a{number:03}"),
            "recordedDate": "2026-10-01", "code": {"text": "合成"},
            "patient": {"reference": "Patient/p"},
        });
        write(folder.path(), &format!("{number:03}.json"), &text);
    }
    folder
}

fn write(folder: &Path, name: &str, value: &Value) {
    std::fs::write(folder.join(name), value.to_string()).unwrap();
}

fn path(folder: &tempfile::TempDir) -> Option<PathBuf> {
    Some(folder.path().to_owned())
}

#[tokio::test]
async fn a_list_goes_on_for_its_own_reader_and_query_alone() {
    let folder = folder(120);
    let world = World::with(path(&folder)).await;
    let app = world.device();
    let linked = world.link(&app, "taro", &allergy()).await;
    let read = async |app: &App, grant: &str, query: &str| {
        Read {
            query,
            ..Read::of("allergy", grant, &app.key)
        }
        .send(&world)
        .await
    };
    let mut query = String::new();
    let mut seen = Vec::new();
    let mut pages = 0;
    loop {
        let page = read(&app, &linked.grant, &query).await.ok().json();
        assert_eq!(page["total"], 120);
        for entry in page["entry"].as_array().unwrap() {
            seen.push(entry["resource"]["id"].as_str().unwrap().to_owned());
        }
        pages += 1;
        let links = page["link"].as_array().unwrap();
        let Some(next) = links.iter().find(|link| link["relation"] == "next") else {
            break;
        };
        query = next["url"]
            .as_str()
            .unwrap()
            .split_once('?')
            .unwrap()
            .1
            .to_owned();
    }
    assert_eq!((pages, seen.len()), (3, 120));
    seen.dedup();
    assert_eq!(seen.len(), 120);
    // Another query, another reader of the same records, another person.
    let moved = format!("from=2020-01-01&{query}");
    read(&app, &linked.grant, &moved)
        .await
        .refused(400, "caller.misuse");
    let shifted = query.replacen("100", "50", 1);
    read(&app, &linked.grant, &shifted)
        .await
        .refused(400, "caller.misuse");
    let hers = world.link(&app, "hanako", &allergy()).await;
    read(&app, &hers.grant, &query)
        .await
        .refused(400, "caller.misuse");
    let clinic = world.clinic();
    let its = world.link(&clinic, "taro", &allergy()).await;
    read(&clinic, &its.grant, &query)
        .await
        .refused(400, "caller.misuse");
}

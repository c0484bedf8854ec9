//! Calls that are sent again, and callers that send too many.

use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::http::{Request, header};
use phr_link::scope::{Detail, Purpose};
use phr_link_server::limit::{Limit, Limits};
use serde_json::{Value, json};

use crate::support::{Answer, App, Person, Read, UNLIMITED, World, detail, random_id};

fn asked() -> Vec<Detail> {
    vec![detail(&["allergy"], &[Purpose::SelfView])]
}

async fn push(world: &World, app: &App, request: &str, key: &str) -> Answer {
    let fields = [("client_id", &*app.id), ("request", request)];
    world
        .form("/par", &fields, &[("idempotency-key", key)])
        .await
}

/// API-029: the same key for another call is refused, for the same call it is the first answer.
#[tokio::test]
async fn api_029_a_repeated_call_gets_the_first_answer() {
    let world = World::new().await;
    let app = world.device();
    let request = app.sign(&app.request(&world, &asked()));
    let key = random_id();
    let first = push(&world, &app, &request, &key).await;
    assert_eq!(first.status, 201);
    let again = push(&world, &app, &request, &key).await;
    assert_eq!((again.status, &again.text), (first.status, &first.text));
    assert_eq!(again.header("content-type"), first.header("content-type"));
    assert_eq!(again.header("cache-control"), "no-store");
    // Without the key, or with another one, it is the request that is taken once.
    let other = push(&world, &app, &request, &random_id()).await;
    other.oauth(400, "invalid_request", "request.replayed");
    let next = app.sign(&app.request(&world, &asked()));
    let reused = push(&world, &app, &next, &key).await;
    assert_eq!(
        (reused.status.as_u16(), &*reused.code()),
        (422, "caller.key-reused")
    );
    // What was refused may be mended under the same key.
    let key = random_id();
    assert_eq!(push(&world, &app, "no request", &key).await.status, 400);
    assert_eq!(push(&world, &app, &next, &key).await.status, 201);
    for key in ["short", &"k".repeat(129)] {
        assert_eq!(push(&world, &app, &next, key).await.code(), "caller.misuse");
    }
    world.pass(86_401);
    let later = app.sign(&app.request(&world, &asked()));
    assert_eq!(push(&world, &app, &later, &key).await.status, 201);
}

/// A key makes no read repeatable: each is judged by its own proof, and nobody is shown what was
/// answered to another.
#[tokio::test]
async fn a_read_is_judged_each_time_whatever_key_it_has() {
    let world = World::new().await;
    let app = world.device();
    let taro = world.link(&app, "taro", &asked()).await;
    let key = random_id();
    let read = Read::of("allergy", &taro.grant, &app.key);
    let mut request = read.request(&read.proof(&world));
    let value = key.parse().unwrap();
    request.headers_mut().insert("idempotency-key", value);
    world.send(request).await.ok();
    let stranger = Request::get("/records/allergy")
        .header("idempotency-key", &key)
        .body(Body::empty())
        .unwrap();
    assert_eq!(world.send(stranger).await.status, 401);
}

/// A key of one person is of no meaning to another.
#[tokio::test]
async fn a_key_belongs_to_its_caller() {
    let world = World::new().await;
    let key = random_id();
    let mut people = Vec::new();
    for (id, wish) in [("taro", "deny"), ("hanako", "allow")] {
        let mut person = Person::new(id);
        person.sign_in(&world, "").await;
        let answer = world
            .post(
                "/emergency-wish",
                &json!({"wish": wish}),
                &[
                    ("origin", crate::support::BASE),
                    ("cookie", &person.cookie),
                    ("idempotency-key", &key),
                ],
            )
            .await;
        assert_eq!(answer.status, 204, "{}", answer.text);
        people.push((person, wish));
    }
    for (person, wish) in &people {
        let page = person.get(&world, "/consents").await;
        assert_eq!(crate::support::data(&page.text)["emergency_wish"], *wish);
    }
}

/// Of many equal calls at one time one acts, and all that are answered are answered alike.
#[tokio::test]
async fn equal_calls_at_one_time_act_once() {
    let world = World::new().await;
    let app = world.device();
    let request = app.sign(&app.request(&world, &asked()));
    let key = random_id();
    let calls = (0..8).map(|_| push(&world, &app, &request, &key));
    let mut answers: Vec<Answer> = Vec::new();
    for answer in futures(calls).await {
        match answer.status.as_u16() {
            201 => answers.push(answer),
            _ => assert_eq!(answer.code(), "caller.key-in-flight"),
        }
    }
    assert!(!answers.is_empty());
    assert!(answers.iter().all(|answer| answer.text == answers[0].text));
}

async fn futures<F: Future<Output = Answer>>(calls: impl Iterator<Item = F>) -> Vec<Answer> {
    let mut calls: Vec<_> = calls.map(Box::pin).collect();
    let mut answers: Vec<Option<Answer>> = calls.iter().map(|_| None).collect();
    std::future::poll_fn(|context| {
        for (call, answer) in calls.iter_mut().zip(&mut answers) {
            if answer.is_none()
                && let std::task::Poll::Ready(ready) = call.as_mut().poll(context)
            {
                *answer = Some(ready);
            }
        }
        if answers.iter().all(Option::is_some) {
            std::task::Poll::Ready(())
        } else {
            std::task::Poll::Pending
        }
    })
    .await;
    answers.into_iter().flatten().collect()
}

async fn limited(limits: Limits) -> World {
    let mut world = World::new().await;
    world.limits = limits;
    world.restart().await;
    world
}

const FEW: Limit = Limit {
    per_minute: 6,
    burst: 5,
};

/// NET-008, NET-010: reads about one person are limited, and nobody else's are.
#[tokio::test]
async fn net_008_net_010_one_person_is_limited_and_others_are_not() {
    let world = limited(Limits {
        arrangement: FEW,
        ..UNLIMITED
    })
    .await;
    let app = world.device();
    let taro = world.link(&app, "taro", &asked()).await;
    let other = world.device();
    let hanako = world.link(&other, "hanako", &asked()).await;
    for _ in 0..5 {
        app.read(&world, "allergy", &taro.grant).await.ok();
    }
    let refused = app.read(&world, "allergy", &taro.grant).await;
    refused.refused(429, "server.rate-limited");
    assert_eq!(refused.header("retry-after"), "60");
    other.read(&world, "allergy", &hanako.grant).await.ok();
    // Ten seconds are one more.
    world.pass(10);
    app.read(&world, "allergy", &taro.grant).await.ok();
    app.read(&world, "allergy", &taro.grant)
        .await
        .refused(429, "server.rate-limited");
}

/// NET-009: an app's pushed requests are counted by the address of the connection, whatever a header
/// says; another address is not affected.
#[tokio::test]
async fn net_009_an_address_is_the_connections_own() {
    let world = limited(Limits {
        address: FEW,
        ..UNLIMITED
    })
    .await;
    let from = async |last: u8, headers: &[(&str, &str)]| {
        let app = world.device();
        let request = app.sign(&app.request(&world, &asked()));
        let mut url = reqwest::Url::parse("http://form").unwrap();
        url.query_pairs_mut()
            .extend_pairs([("client_id", &*app.id), ("request", &*request)]);
        let mut call =
            Request::post("/par").header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
        for (name, value) in headers {
            call = call.header(*name, *value);
        }
        let mut call = call
            .body(Body::from(url.query().unwrap().to_owned()))
            .unwrap();
        let peer = std::net::SocketAddr::from(([192, 0, 2, last], 4711));
        call.extensions_mut().insert(ConnectInfo(peer));
        world.send(call).await
    };
    for _ in 0..5 {
        assert_eq!(from(1, &[]).await.status, 201);
    }
    for headers in [
        vec![],
        vec![("x-forwarded-for", "192.0.2.77")],
        vec![("forwarded", "for=192.0.2.78")],
        vec![("x-real-ip", "192.0.2.79")],
    ] {
        let refused = from(1, &headers).await;
        refused.oauth(429, "temporarily_unavailable", "server.rate-limited");
    }
    assert_eq!(from(2, &[]).await.status, 201);
}

/// A client with a server is counted by itself, at every replica.
#[tokio::test]
async fn a_client_is_counted_at_all_replicas_together() {
    let world = limited(Limits {
        client: FEW,
        ..UNLIMITED
    })
    .await;
    let there = world.replica().await;
    let clinic = world.clinic();
    let ask = async |world: &World| {
        let request =
            clinic.sign(&clinic.request(world, &[detail(&["allergy"], &[Purpose::Care])]));
        clinic.push(world, &request).await
    };
    for number in 0..5 {
        let world = if number % 2 == 0 { &world } else { &there };
        assert_eq!(ask(world).await.status, 201);
    }
    for world in [&world, &there] {
        let refused: Value = ask(world).await.json();
        assert_eq!(refused["code"], "server.rate-limited");
    }
}

//! Any other axum server with the layer: it learns the lists over HTTP and judges for itself.

use std::sync::Arc;

use axum::body::Body;
use axum::http::{Request, StatusCode};
use axum::routing::{get, post};
use axum::{Extension, Router};
use http_body_util::BodyExt as _;
use phr_link::catalogue::Category;
use phr_link::decide::{Permit, Policy};
use phr_link::key::KeySet;
use phr_link::scope::Purpose;
use phr_link::status::StatusLists;
use phr_link::trust::{ListLimits, Marks, TrustList};
use phr_link_server::clock::Clock;
use phr_link_server::verify::{Known, Protect, Rules, Verifier};
use tower::ServiceExt as _;

use crate::support::{Answer, BASE, Read, World, detail};

/// Reads what the holder publishes, as any server may.
async fn known(world: &World) -> Known {
    let marks = world.get("/marks").await.ok().json();
    let anchor = KeySet::parse(marks["sandbox_anchor"].to_string().as_bytes()).unwrap();
    let list = world.get("/trust-list").await.ok().text.clone();
    let limits = ListLimits::default();
    let trust = Arc::new(TrustList::verify(&list, &anchor, world.now(), &limits).unwrap());
    let tokens: Vec<_> = marks["marks"]
        .as_array()
        .unwrap()
        .iter()
        .map(|mark| mark.as_str().unwrap())
        .collect();
    let mut lists = Vec::new();
    for uri in &trust.member(BASE).unwrap().status_uris {
        let path = uri.strip_prefix(BASE).unwrap();
        lists.push(world.get(path).await.ok().text.clone());
    }
    lists.extend(
        marks["status"]
            .as_array()
            .unwrap()
            .iter()
            .map(|list| list.as_str().unwrap().to_owned()),
    );
    Known {
        marks: Arc::new(Marks::new(tokens, &trust)),
        status: Arc::new(StatusLists::new(lists.iter().map(String::as_str), &trust)),
        trust,
        seq_floor: None,
        iat_floors: Vec::new(),
        released: Vec::new(),
    }
}

fn verifier(world: &World) -> Arc<Verifier> {
    let rules = Rules {
        audience: BASE.into(),
        issuers: vec![BASE.into()],
        policy: Policy::default(),
    };
    let now = world.now();
    Arc::new(Verifier::new(BASE, rules).with_clock(Clock::of(move || now)))
}

/// A server of somebody else, whose handler says what it got.
fn server(verifier: &Arc<Verifier>) -> Router {
    async fn handler(Extension(permit): Extension<Permit>, body: String) -> String {
        format!(
            "{} {} [{body}]",
            permit.mode.as_str(),
            permit.purpose.as_str()
        )
    }
    let by_path = |path: &str| Category::parse(path.rsplit('/').next()?);
    Router::new()
        .nest(
            "/records",
            Router::new().route("/{category}", get(handler).merge(post(handler))),
        )
        .layer(Protect::by_path(verifier.clone(), by_path))
        .route("/open", get(|| async { "open" }))
}

async fn send(server: &Router, request: Request<Body>) -> Answer {
    let answer = server.clone().oneshot(request).await.unwrap();
    let (head, body) = answer.into_parts();
    let bytes = body.collect().await.unwrap().to_bytes();
    Answer {
        status: head.status,
        headers: head.headers,
        text: String::from_utf8(bytes.to_vec()).unwrap(),
    }
}

#[tokio::test]
async fn a_permit_reaches_the_handler_and_a_denial_is_answered_before_it() {
    let world = World::new().await;
    let app = world.device();
    let asked = [detail(&["allergy"], &[Purpose::SelfView])];
    let approved = app
        .ask(&world, "taro", &asked)
        .await
        .approve(&world, &asked)
        .await;
    let linked = approved.redeem(&world, &app).await;
    let verifier = verifier(&world);
    let server = server(&verifier);
    let read = Read::of("allergy", &linked.grant, &app.key);

    // Without lists nothing is permitted: the verifier fails closed.
    send(&server, read.request(&read.proof(&world)))
        .await
        .refused(503, "trust.list-missing");
    verifier.learn(known(&world).await).unwrap();

    let proof = read.proof(&world);
    let mut request = read.request(&proof);
    *request.body_mut() = Body::from("the body is untouched");
    let answer = send(&server, request).await;
    assert_eq!(answer.ok().text, "phr self-view [the body is untouched]");
    assert_eq!(answer.header("cache-control"), "no-store");
    send(&server, read.request(&proof))
        .await
        .refused(401, "proof.replayed");

    let other = Read::of("lab-result", &linked.grant, &app.key);
    send(&server, other.request(&other.proof(&world)))
        .await
        .refused(403, "scope.not-granted");
    let nothing = Read::of("nothing", &linked.grant, &app.key);
    send(&server, nothing.request(&nothing.proof(&world)))
        .await
        .refused(403, "scope.not-granted");
    let stranger = crate::support::fresh();
    let stolen = Read::of("allergy", &linked.grant, &stranger);
    send(&server, stolen.request(&stolen.proof(&world)))
        .await
        .refused(401, "binding.mismatch");
    let mut posted = Read::of("allergy", &linked.grant, &app.key);
    posted.method = "POST";
    send(&server, posted.request(&posted.proof(&world)))
        .await
        .refused(401, "proof.htm-mismatch");
    let bare = Request::get("/records/allergy")
        .body(Body::empty())
        .unwrap();
    send(&server, bare).await.refused(401, "proof.missing");
    let open = Request::get("/open").body(Body::empty()).unwrap();
    let open = send(&server, open).await;
    assert_eq!((open.status, &*open.text), (StatusCode::OK, "open"));

    // The withdrawal reaches this server with the next status list.
    approved
        .person
        .withdraw(&world, &linked.consent_jti())
        .await
        .ok();
    verifier.learn(known(&world).await).unwrap();
    send(&server, read.request(&read.proof(&world)))
        .await
        .refused(401, "grant.revoked");
}

#[tokio::test]
async fn lists_never_go_back() {
    let world = World::new().await;
    let verifier = verifier(&world);
    let mut newer = known(&world).await;
    newer.seq_floor = Some(newer.trust.seq());
    verifier.learn(newer).unwrap();
    let mut floor = known(&world).await;
    floor.seq_floor = Some(floor.trust.seq() + 1);
    let refused = verifier.learn(floor).unwrap_err();
    assert_eq!(refused.code, phr_link::Code::TrustListRollback);
}

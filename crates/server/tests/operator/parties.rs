//! A holder and an operator that know each other, over real HTTP.

use std::sync::atomic::Ordering;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::http::Request;
use http_body_util::BodyExt as _;
use phr_link::Timestamp;
use phr_link::scope::Detail;
use phr_link_server::clock::Clock;
use phr_link_server::holder::ServerOperator;
use phr_link_server::keys::Settings;
use phr_link_server::operator::{Config, Facts, router};
use phr_link_server::store::Address;
use serde_json::{Value, json};
use tower::ServiceExt as _;

use crate::support::{Answer, BASE, Person, World};

pub(crate) struct Operator {
    router: Router,
    pub(crate) base: String,
}

impl Operator {
    async fn send(&self, request: Request<Body>) -> Answer {
        let answer = self.router.clone().oneshot(request).await.unwrap();
        let (mut head, body) = answer.into_parts();
        // Drawn for each call; the answers of two calls are compared without it.
        head.headers.remove("x-request-id");
        let bytes = body.collect().await.unwrap().to_bytes();
        Answer {
            status: head.status,
            headers: head.headers,
            text: String::from_utf8(bytes.to_vec()).unwrap(),
        }
    }

    pub(crate) async fn get(&self, path: &str, cookie: &str) -> Answer {
        let request = Request::get(path).header("cookie", cookie);
        self.send(request.body(Body::empty()).unwrap()).await
    }

    pub(crate) async fn post(&self, path: &str, cookie: &str, body: &Value) -> Answer {
        let request = Request::post(path)
            .header("cookie", cookie)
            .header("origin", &self.base)
            .header("content-type", "application/json");
        self.send(request.body(Body::from(body.to_string())).unwrap())
            .await
    }

    pub(crate) async fn sign_in(&self, person: &str) -> String {
        let request = Request::post("/login")
            .header("origin", &self.base)
            .header("content-type", "application/x-www-form-urlencoded");
        let request = request
            .body(Body::from(format!("person={person}")))
            .unwrap();
        let answer = self.send(request).await;
        assert_eq!(answer.status, 303, "{}", answer.text);
        answer
            .header("set-cookie")
            .split(';')
            .next()
            .unwrap()
            .to_owned()
    }

    /// Waits until something that happens beside the requests has happened.
    pub(crate) async fn until(&self, cookie: &str, what: impl Fn(&Value) -> bool) -> Value {
        for _ in 0..200 {
            let links = self.get("/links", cookie).await.ok().json();
            if what(&links) {
                return links;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        panic!(
            "it did not happen: {}",
            self.get("/links", cookie).await.text
        )
    }
}

async fn serve(router: Router, address: &str) {
    for _ in 0..1_200 {
        // The holder's address is one: tests that need it wait for one another.
        if let Ok(listener) = tokio::net::TcpListener::bind(address).await {
            tokio::spawn(async move { axum::serve(listener, router).await });
            return;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("nobody can listen on {address}");
}

/// A holder where its configuration says that it is, and an operator that its trust list has.
pub(crate) async fn start() -> (World, Operator) {
    let mut world = World::new().await;
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    drop(listener);
    let base = format!("http://localhost:{port}");
    let file = world.folder.path().join("operator.key");
    world.operator = Some(ServerOperator {
        base: base.clone(),
        key: file.clone(),
    });
    world.restart().await;
    serve(world.router.clone(), "127.0.0.1:8787").await;
    let config = Config {
        listen: "127.0.0.1:0".parse().unwrap(),
        base: base.clone(),
        store: Address::File(world.folder.path().join("operator.db")),
        keys: Settings {
            file,
            passphrase_file: None,
        },
        holder: BASE.into(),
        facts: Facts::sandbox(),
        notice: "見本ライフは、選ばれた記録だけを受け取ります。".into(),
        ..Config::default()
    };
    let time = world.time.clone();
    let clock = Clock::of(move || Timestamp::from_secs(time.load(Ordering::SeqCst)));
    let router = router(config, clock).await.unwrap();
    serve(router.clone(), &format!("127.0.0.1:{port}")).await;
    (world, Operator { router, base })
}

/// The person goes from the operator to the holder, agrees, and comes back.
pub(crate) async fn link(
    world: &World,
    operator: &Operator,
    cookie: &str,
    person: &str,
) -> (Person, String) {
    let begun = operator
        .post("/link", cookie, &json!({"holder": BASE}))
        .await;
    assert_eq!(begun.status, 201, "{}", begun.text);
    let url: reqwest::Url = begun.json()["url"].as_str().unwrap().parse().unwrap();
    let query = |name: &str| {
        let found = url.query_pairs().find(|(key, _)| key == name);
        found.unwrap().1.into_owned()
    };
    let screen = Person::new(person)
        .arrive(world, &query("client_id"), &query("request_uri"))
        .await;
    let details: Vec<Detail> = serde_json::from_value(screen.data["details"].clone()).unwrap();
    let approved = screen.approve(world, &details).await;
    let back = format!("/link/callback?{}", approved.redirect.query().unwrap());
    // Nobody else brings this code back.
    let other = operator.sign_in("mirai").await;
    operator
        .get(&back, &other)
        .await
        .refused(400, "consent.transaction");
    let home = operator.get(&back, cookie).await;
    assert_eq!(
        (home.status.as_u16(), home.header("location")),
        (303, "/"),
        "{}",
        home.text
    );
    // And it is good once.
    assert_eq!(
        operator.get(&back, cookie).await.code(),
        "consent.transaction"
    );
    (approved.person, back)
}

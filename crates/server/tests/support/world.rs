//! A small client: it makes keys, requests, consents and proofs with the core, and sends them.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use axum::Router;
use axum::body::Body;
use axum::http::{HeaderMap, Request, StatusCode, header};
use http_body_util::BodyExt as _;
use phr_link::Timestamp;
use phr_link::catalogue::Category;
use phr_link::key::{SecretKey, Signer as _};
use phr_link::scope::{Detail, Frequency, Purpose, Retention};
use phr_link_server::clock::Clock;
use phr_link_server::holder::{Config, ServerOperator, router};
use phr_link_server::limit::{Limit, Limits};
use phr_link_server::store::Address;
use serde_json::Value;
use tempfile::TempDir;
use tower::ServiceExt as _;

mod app;
mod notices;
mod person;
mod remote;
pub(crate) mod store;

pub(crate) use app::{ASSERTION, App, CODE, EXCHANGE, JWT, Linked, Read, VERIFIER};
pub(crate) use notices::NOTICE;
pub(crate) use person::{Approved, Person, Screen};
pub(crate) use store::is_shared;

/// The holder's address by its own configuration; nothing listens there.
pub(crate) const BASE: &str = "http://localhost:8787";
/// So much that no test meets it.
pub(crate) const UNLIMITED: Limits = {
    let much = Limit {
        per_minute: 60_000,
        burst: 1_000_000,
    };
    Limits {
        client: much,
        address: much,
        arrangement: much,
    }
};
/// When the tests begin: noon in Japan.
pub(crate) const START: i64 = 1_795_489_200;

/// A holder, its store, its clock, and the origin of the app with its notices.
#[derive(Clone)]
pub(crate) struct World {
    pub(crate) router: Router,
    pub(crate) app: String,
    pub(crate) folder: Arc<TempDir>,
    pub(crate) fetches: Arc<AtomicI64>,
    /// Seconds since 1970; 0 is the machine's own time.
    pub(crate) time: Arc<AtomicI64>,
    records: Option<PathBuf>,
    /// In force after the next restart.
    pub(crate) limits: Limits,
    /// An operator with a server, known after the next restart.
    pub(crate) operator: Option<ServerOperator>,
    /// Where records come from after the next restart; those of the sandbox if none is named.
    pub(crate) source: Vec<phr_link_server::source::Settings>,
    /// Where the trust list comes from after the next restart; the sandbox's own if absent.
    pub(crate) trust: Option<phr_link_server::feed::Settings>,
    /// Where people sign in after the next restart; as in the sandbox if absent.
    pub(crate) sign_in: Option<phr_link_server::sign_in::Settings>,
    pub(crate) store: Address,
    /// Where a holder in another process listens, which is asked instead of the router.
    pub(crate) remote: Option<SocketAddr>,
}

/// An answer.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) text: String,
}

impl Answer {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|_| panic!("no JSON: {}", self.text))
    }

    pub(crate) fn header(&self, name: &str) -> &str {
        let value = self.headers.get(name).map(|value| value.to_str().unwrap());
        value.unwrap_or_default()
    }

    pub(crate) fn code(&self) -> String {
        self.json()["code"].as_str().unwrap_or_default().to_owned()
    }

    /// Asserts a refusal with problem details, and everything that goes with one.
    #[track_caller]
    pub(crate) fn refused(&self, status: u16, code: &str) {
        assert_eq!(
            (self.status.as_u16(), &*self.code()),
            (status, code),
            "{}",
            self.text
        );
        let problem = self.json();
        assert_eq!(problem["status"], status);
        assert_eq!(problem["type"], format!("urn:phr-link:code:{code}"));
        assert!(problem["title"].is_string() && problem["hint"].is_string());
        assert!(
            self.header("content-type")
                .starts_with("application/problem+json")
        );
        assert_eq!(self.header("cache-control"), "no-store");
        let challenge = self.header("www-authenticate");
        assert_eq!(
            challenge.starts_with("DPoP error="),
            status == 401,
            "{challenge}"
        );
    }

    /// Asserts a refusal in OAuth's words.
    #[track_caller]
    pub(crate) fn oauth(&self, status: u16, error: &str, code: &str) {
        let body = self.json();
        let told = (
            self.status.as_u16(),
            body["error"].as_str(),
            body["code"].as_str(),
        );
        assert_eq!(told, (status, Some(error), Some(code)));
        assert_eq!(self.header("cache-control"), "no-store");
    }

    #[track_caller]
    pub(crate) fn ok(&self) -> &Self {
        assert!(self.status.is_success(), "{} {}", self.status, self.text);
        self
    }
}

impl World {
    pub(crate) async fn new() -> Self {
        Self::with(None).await
    }

    /// A holder whose first person has the records of a folder.
    pub(crate) async fn with(records: Option<PathBuf>) -> Self {
        let fetches = Arc::new(AtomicI64::new(0));
        let app = notices::serve(fetches.clone()).await;
        let folder = Arc::new(tempfile::tempdir().unwrap());
        let time = Arc::new(AtomicI64::new(START));
        let store = store::fresh(&folder).await;
        let mut world = Self {
            router: Router::new(),
            app,
            folder,
            fetches,
            time,
            records,
            limits: UNLIMITED,
            operator: None,
            source: Vec::new(),
            trust: None,
            sign_in: None,
            store,
            remote: None,
        };
        world.restart().await;
        world
    }

    /// Stops the holder and starts another one on the same store.
    pub(crate) async fn restart(&mut self) {
        self.router = Router::new();
        self.router = self.replica().await.router;
    }

    /// Another holder on the same store.
    pub(crate) async fn replica(&self) -> Self {
        let config = Config {
            listen: "127.0.0.1:0".parse().unwrap(),
            base: BASE.into(),
            store: self.store.clone(),
            records: self.records.clone(),
            source: self.source.clone(),
            trust: self.trust.clone(),
            sign_in: self.sign_in.clone(),
            sdk: self.folder.path().to_owned(),
            app: self.app.clone(),
            operator: self.operator.clone(),
            limits: self.limits,
            clinic_key: Some(self.folder.path().join("clinic.key")),
            ..Config::default()
        };
        let time = self.time.clone();
        let clock = Clock::of(move || Timestamp::from_secs(time.load(Ordering::SeqCst)));
        Self {
            router: router(config, clock).await.unwrap(),
            ..self.clone()
        }
    }

    pub(crate) fn now(&self) -> Timestamp {
        match self.time.load(Ordering::SeqCst) {
            0 => Clock::system().now(),
            seconds => Timestamp::from_secs(seconds),
        }
    }

    pub(crate) fn pass(&self, seconds: i64) {
        self.time.fetch_add(seconds, Ordering::SeqCst);
    }

    pub(crate) async fn send(&self, request: Request<Body>) -> Answer {
        if let Some(address) = self.remote {
            return remote::send(address, request).await;
        }
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

    pub(crate) async fn get(&self, path: &str) -> Answer {
        self.send(Request::get(path).body(Body::empty()).unwrap())
            .await
    }

    pub(crate) async fn form(
        &self,
        path: &str,
        fields: &[(&str, &str)],
        headers: &[(&str, &str)],
    ) -> Answer {
        let mut url = reqwest::Url::parse("http://form").unwrap();
        url.query_pairs_mut().extend_pairs(fields);
        let body = url.query().unwrap_or_default().to_owned();
        let kind = "application/x-www-form-urlencoded";
        let mut request = Request::post(path).header(header::CONTENT_TYPE, kind);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        self.send(request.body(Body::from(body)).unwrap()).await
    }

    pub(crate) async fn post(&self, path: &str, body: &Value, headers: &[(&str, &str)]) -> Answer {
        let mut request = Request::post(path).header(header::CONTENT_TYPE, "application/json");
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        self.send(request.body(Body::from(body.to_string())).unwrap())
            .await
    }

    /// The sandbox's app, with a key of its own.
    pub(crate) fn device(&self) -> App {
        App {
            id: self.app.clone(),
            name: "見本ヘルス".into(),
            redirect_uri: format!("{}/callback", self.app),
            key: fresh(),
            is_server: false,
        }
    }

    /// The sandbox's clinic, with the key that the trust list names.
    pub(crate) fn clinic(&self) -> App {
        let text = std::fs::read_to_string(self.folder.path().join("clinic.key")).unwrap();
        let seed = phr_link::wire::base64url::decode(&text).unwrap();
        App {
            id: phr_link_server::holder::sandbox::CLINIC.into(),
            name: "見本クリニック".into(),
            redirect_uri: "https://clinic.example/callback".into(),
            key: SecretKey::from_seed(&seed.try_into().unwrap()),
            is_server: true,
        }
    }

    /// A person links an app and gets everything that was asked for.
    pub(crate) async fn link(&self, app: &App, person: &str, details: &[Detail]) -> Linked {
        let screen = app.ask(self, person, details).await;
        screen.approve(self, details).await.redeem(self, app).await
    }
}

pub(crate) fn fresh() -> SecretKey {
    let mut seed = [0; 32];
    getrandom::fill(&mut seed).unwrap();
    SecretKey::from_seed(&seed)
}

pub(crate) fn random_id() -> String {
    let mut bytes = [0; 16];
    getrandom::fill(&mut bytes).unwrap();
    phr_link::identifier::jti_from(&bytes)
}

pub(crate) fn jkt(key: &SecretKey) -> String {
    key.public_key().thumbprint().as_str().to_owned()
}

/// A detail for reading categories again and again.
pub(crate) fn detail(categories: &[&str], purposes: &[Purpose]) -> Detail {
    let categories = categories.iter().map(|code| Category::parse(code).unwrap());
    Detail {
        purposes: purposes.to_vec(),
        frequency: Frequency::Continuing,
        retention: Retention::Days(30),
        ..Detail::strictest(categories.collect(), Purpose::SelfView)
    }
}

/// The claims of a token, as anybody may read them.
pub(crate) fn claims(token: &str) -> Value {
    let payload = token.split('.').nth(1).unwrap();
    serde_json::from_slice(&phr_link::wire::base64url::decode(payload).unwrap()).unwrap()
}

/// The JSON that a page carries.
pub(crate) fn data(page: &str) -> Value {
    let (_, rest) = page.split_once("id=\"data\">").unwrap();
    let (data, _) = rest.split_once("</script>").unwrap();
    serde_json::from_str(data).unwrap_or(Value::Null)
}

/// Adds members to an object.
pub(crate) fn merge(into: &mut Value, from: &Value) {
    let from = from.as_object().unwrap().clone();
    into.as_object_mut().unwrap().extend(from);
}

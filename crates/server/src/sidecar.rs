//! A verifier beside a server that is written in another language: a proxy, or the server itself, asks it
//! about each request before anything is answered.
//!
//! It holds no records. It says whether a request is permitted and which records may be shown, and makes the
//! last certain by filtering a Bundle. Who can reach it can use up proofs: it listens to its own machine, or
//! to named proxies.

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::middleware;
use axum::routing::{any, post};
use phr_link::catalogue::Category;
use phr_link::decide::Policy;
use serde::{Deserialize, Serialize};

use crate::clock::Clock;
use crate::feed::{self, Feed};
use crate::listen::Listen;
use crate::store::{Address, Store};
use crate::verify::{Rules, Verifier};
use crate::{api, health, observe, peer};

mod ask;
mod filter;
mod ledger;

/// The largest body, in bytes: a Bundle to be filtered.
const MAX_BODY: usize = 32 * 1_024 * 1_024;

/// How a verifier is set up.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// Where to listen; only what stands before the protected server must reach it.
    #[serde(default = "here")]
    pub listen: Listen,
    /// Where to give numbers to Prometheus; nowhere if absent.
    #[serde(default)]
    pub admin: Option<SocketAddr>,
    /// The external address of the protected server, without a slash at its end: proofs are compared with
    /// it, and with no header.
    pub base: String,
    /// The server's own name, which grants have to name; its base if absent.
    #[serde(default)]
    pub audience: Option<String>,
    /// The holders that answer for these records.
    pub issuers: Vec<String>,
    /// What was used up: verifiers of one server share a database.
    #[serde(default)]
    pub store: Address,
    /// Where the world is told.
    pub trust: feed::Settings,
    /// Which paths give which category.
    pub route: Vec<Route>,
}

fn here() -> Listen {
    SocketAddr::from(([127, 0, 0, 1], 8_790)).into()
}

/// Paths of one category.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Route {
    /// The path; those below it belong to it.
    pub path: String,
    /// The category.
    pub category: Category,
}

/// A running verifier.
struct Sidecar {
    verifier: Verifier,
    routes: Vec<Route>,
    proxies: Vec<IpAddr>,
    is_loopback: bool,
}

impl Sidecar {
    /// The category of a path. One that a server behind might read in another way than we do has none.
    fn category(&self, path: &str) -> Option<Category> {
        let is_plain = path
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"/-._~".contains(&byte));
        let mut parts = path.split('/').skip(1);
        let is_straight = parts.all(|part| !part.is_empty() && part != "." && part != "..");
        if !is_plain || !is_straight {
            return None;
        }
        let mut routes = self.routes.iter();
        let found = routes.find(|route| {
            let rest = path.strip_prefix(route.path.as_str());
            rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        });
        found.map(|route| route.category)
    }
}

/// Serves until the process is asked to stop; `ready` is called once it listens.
///
/// # Errors
/// if others can reach the address, or something cannot be opened
pub async fn serve(config: Config, ready: impl FnOnce(SocketAddr)) -> Result<()> {
    let listen = config.listen.clone();
    let router = router(config, Clock::system()).await?;
    listen.serve(router, ready).await
}

/// Gives the routes of a verifier, for embedding and for tests.
///
/// # Errors
/// if the store or the anchor's keys cannot be opened, or a route cannot be used
pub async fn router(config: Config, clock: Clock) -> Result<Router> {
    let _ = rustls::crypto::ring::default_provider().install_default();
    for route in &config.route {
        let is_path = route.path.starts_with('/') && !route.path.ends_with('/');
        ensure!(
            is_path,
            "the path {} does not begin with a slash, or ends with one",
            route.path
        );
    }
    let db = Store::open(&config.store).await?;
    if let Some(admin) = config.admin {
        observe::serve(admin, db.clone()).await?;
    }
    let feed = Feed::open(&config.trust, &db).context("the trust list")?;
    let rules = Rules {
        audience: config
            .audience
            .clone()
            .unwrap_or_else(|| config.base.clone()),
        issuers: config.issuers.clone(),
        policy: Policy::default(),
    };
    let verifier = Verifier::new(&config.base, rules)
        .with_clock(clock.clone())
        .with_ledger(ledger::Shared(db.clone()));
    let sidecar = Arc::new(Sidecar {
        verifier,
        routes: config.route.clone(),
        proxies: config.listen.proxies.clone(),
        is_loopback: config.listen.is_loopback(),
    });
    keep(&sidecar, feed, config.issuers.clone(), clock).await;
    let proxies: Arc<[IpAddr]> = Arc::from([]);
    Ok(Router::new()
        .route("/auth", any(ask::forward))
        .route("/decide", post(ask::decide))
        .route("/filter", post(filter::filter))
        .with_state(sidecar.clone())
        .merge(health::routes(db, move || sidecar.verifier.is_informed()))
        .method_not_allowed_fallback(api::no_such_method)
        .fallback(api::no_such_call)
        .layer(DefaultBodyLimit::max(MAX_BODY))
        .layer(middleware::from_fn_with_state(proxies, peer::layer))
        .layer(middleware::from_fn(observe::layer)))
}

/// Learns at the start and from then on, for as long as the verifier lives.
async fn keep(sidecar: &Arc<Sidecar>, feed: Feed, issuers: Vec<String>, clock: Clock) {
    learn(sidecar, &feed, &issuers, &clock).await;
    let sidecar = Arc::downgrade(sidecar);
    // A withdrawal reaches the verifier with the next status list, and those are asked for often.
    let pause = Duration::from_secs(feed.every().min(30));
    tokio::spawn(async move {
        loop {
            tokio::time::sleep(pause).await;
            let Some(sidecar) = sidecar.upgrade() else {
                return;
            };
            learn(&sidecar, &feed, &issuers, &clock).await;
        }
    });
}

async fn learn(sidecar: &Sidecar, feed: &Feed, issuers: &[String], clock: &Clock) {
    let known = feed.known(issuers, clock.now()).await;
    if known
        .and_then(|known| sidecar.verifier.learn(known))
        .is_err()
    {
        tracing::warn!("nothing new was learnt of the world");
    }
}

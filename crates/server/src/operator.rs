//! The operator 民間PHR事業者: it links people with holders, fetches and keeps what they consented to,
//! and answers for what it does with it.

use std::net::SocketAddr;
use std::sync::Arc;

use anyhow::{Context as _, Result, ensure};
use axum::Router;
use phr_link::Timestamp;
use phr_link::key::{KeySet, SecretKey};

use crate::clock::Clock;
use crate::receipts::Issuer;
use crate::store::{Address, Store};

mod arrangement;
mod erasure;
mod events;
mod export;
mod facts;
mod fetch;
mod holder;
mod home;
mod import;
mod link;
mod lists;
mod pages;
mod receipts;
mod routes;

pub use facts::Facts;

/// How an operator is set up.
#[derive(Debug)]
pub struct Config {
    /// Where to listen; a loopback address while people sign in as in a sandbox.
    pub listen: SocketAddr,
    /// The external address, which is the operator's entity id in the trust list.
    pub base: String,
    /// Where the store is.
    pub store: Address,
    /// The key that the trust list has for the operator.
    pub key: SecretKey,
    /// The holder that is linked with where the person names none.
    pub holder: String,
    /// The keys of the trust list's anchor; those of a sandbox holder on a loopback address if absent.
    pub anchor: Option<KeySet>,
    /// What the operator says of itself.
    pub facts: Facts,
    /// The text by which people are informed before they consent.
    pub notice: String,
}

/// A running operator.
pub(crate) struct Operator {
    config: Config,
    clock: Clock,
    db: Store,
    http: reqwest::Client,
    lists: lists::Kept,
}

pub(crate) type Shared = Arc<Operator>;

impl Operator {
    pub(crate) fn base(&self) -> &str {
        &self.config.base
    }

    pub(crate) fn now(&self) -> Timestamp {
        self.clock.now()
    }

    fn issuer(&self) -> Issuer<'_> {
        Issuer {
            id: self.base(),
            signer: &self.config.key,
        }
    }
}

/// Serves until the process is asked to stop; `ready` is called once it listens.
///
/// # Errors
/// if the address is not a loopback one, or something cannot be opened
pub async fn serve(config: Config, ready: impl FnOnce(SocketAddr)) -> Result<()> {
    ensure!(
        config.listen.ip().is_loopback(),
        "the sandbox operator lets anybody sign in: it listens on a loopback address only"
    );
    let listen = config.listen;
    let router = router(config, Clock::system()).await?;
    let listener = tokio::net::TcpListener::bind(listen)
        .await
        .with_context(|| format!("cannot listen on {listen}"))?;
    ready(listener.local_addr()?);
    let service = router.into_make_service_with_connect_info::<SocketAddr>();
    axum::serve(listener, service)
        .with_graceful_shutdown(async {
            // Without a handler for the signal the process simply ends.
            let _ = tokio::signal::ctrl_c().await;
        })
        .await?;
    Ok(())
}

/// Gives the routes of an operator, for embedding and for tests.
///
/// # Errors
/// if the store cannot be opened
///
/// # Security
/// Anybody may sign in as any of the people who do not exist: serve it on a loopback address only.
pub async fn router(config: Config, clock: Clock) -> Result<Router> {
    // An embedding program may have set its own already.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let db = Store::open(&config.store).await?;
    let http = crate::fetch::client().map_err(|_| anyhow::anyhow!("no HTTP client"))?;
    let operator = Arc::new(Operator {
        config,
        clock,
        db,
        http,
        lists: lists::Kept::default(),
    });
    fetch::keep(&operator);
    routes::of(operator)
}

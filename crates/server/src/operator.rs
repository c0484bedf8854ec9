//! The operator 民間PHR事業者: it links people with holders, fetches and keeps what they consented to,
//! and answers for what it does with it.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;

use anyhow::{Result, ensure};
use axum::Router;
use phr_link::key::Signer as _;
use phr_link::{Code, Error, Timestamp};
use serde::{Deserialize, Serialize};

use crate::clock::Clock;
use crate::feed::{self, Feed};
use crate::keys::{self, Key, Keys};
use crate::listen::Listen;
use crate::observe;
use crate::problem::Problem;
use crate::receipts::Issuer;
use crate::sign_in::{self, Oidc, Sandbox, SignIn};
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
mod pages;
mod receipts;
mod routes;

pub use facts::Facts;

/// How long the trust list is used before it is asked for again, in seconds.
const FRESH_SECONDS: u32 = 300;

/// How an operator is set up. What is left out in a file is as in the sandbox.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct Config {
    /// Where to listen; a loopback address while people sign in as in a sandbox.
    pub listen: Listen,
    /// Where to give numbers to Prometheus; nowhere if absent. Others must not reach it.
    pub admin: Option<SocketAddr>,
    /// The external address, which is the operator's entity id in the trust list.
    pub base: String,
    /// Where the store is.
    pub store: Address,
    /// What the operator signs with: keys that the trust list has for it.
    pub keys: keys::Settings,
    /// The holder that is linked with where the person names none.
    pub holder: String,
    /// The file of the keys of the trust list's anchor, a JWK Set; those of a sandbox holder on a loopback
    /// address if absent.
    pub anchor: Option<PathBuf>,
    /// The provider where people sign in; in the sandbox anybody may be anybody if absent.
    pub sign_in: Option<sign_in::Settings>,
    /// What the operator says of itself.
    pub facts: Facts,
    /// The text by which people are informed before they consent.
    pub notice: String,
}

impl Default for Config {
    /// A sandbox in memory at `http://localhost:8789`, linked with the holder at `http://localhost:8787`.
    fn default() -> Self {
        Self {
            listen: SocketAddr::from(([127, 0, 0, 1], 8_789)).into(),
            admin: None,
            base: "http://localhost:8789".to_owned(),
            store: Address::Memory,
            keys: keys::Settings {
                file: "operator.key".into(),
                passphrase_file: None,
            },
            holder: "http://localhost:8787".to_owned(),
            anchor: None,
            sign_in: None,
            facts: Facts::sandbox(),
            notice: "見本ライフは、あなたが選んだ記録だけを受け取り、保管して、あなたに見せます。"
                .to_owned(),
        }
    }
}

/// A running operator.
pub(crate) struct Operator {
    config: Config,
    clock: Clock,
    db: Store,
    keys: Arc<Keys>,
    sign_in: Box<dyn SignIn>,
    http: reqwest::Client,
    feed: Feed,
}

pub(crate) type Shared = Arc<Operator>;

impl Operator {
    pub(crate) fn base(&self) -> &str {
        &self.config.base
    }

    pub(crate) fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// The trust list and the marks.
    ///
    /// # Errors
    /// `trust.list-missing`, and the codes of a list that has grown old
    pub(crate) async fn trust(&self) -> Result<Arc<feed::World>, Problem> {
        self.feed.recent(self.now(), i64::from(FRESH_SECONDS)).await
    }

    /// What the operator signs with now.
    ///
    /// # Errors
    /// `key.unknown` where no key of its signs yet
    fn signer(&self) -> phr_link::Result<Key> {
        self.keys.signer(self.now())
    }

    /// The key with which possession is proved where a consent names it; one that signs no more still
    /// proves.
    ///
    /// # Errors
    /// `key.unknown` if it is none of ours
    fn prover(&self, jkt: &str) -> phr_link::Result<Key> {
        let ring = self.keys.ring();
        let mut entries = ring.entries().iter();
        let found = entries.find(|entry| entry.key.public_key().thumbprint().as_str() == jkt);
        found
            .map(|entry| entry.key.clone())
            .ok_or(Error::new(Code::KeyUnknown))
    }

    fn issuer(&self) -> phr_link::Result<Issuer<'_>> {
        Ok(Issuer {
            id: self.base(),
            signer: self.signer()?,
        })
    }
}

/// Serves until the process is asked to stop; `ready` is called once it listens.
///
/// # Errors
/// if the address is not a loopback one, or something cannot be opened
pub async fn serve(config: Config, ready: impl FnOnce(SocketAddr)) -> Result<()> {
    ensure!(
        config.listen.is_loopback() || config.sign_in.is_some(),
        "{} is no loopback address, and without `sign_in` anybody may be anybody: configure it",
        config.listen
    );
    let listen = config.listen.clone();
    let router = router(config, Clock::system()).await?;
    listen.serve(router, ready).await
}

/// Gives the routes of an operator, for embedding and for tests.
///
/// # Errors
/// if the store cannot be opened
///
/// # Security
/// Without a provider anybody may sign in as any of the people who do not exist: serve it on a loopback
/// address only.
pub async fn router(config: Config, clock: Clock) -> Result<Router> {
    // An embedding program may have set its own already.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let db = Store::open(&config.store).await?;
    if let Some(admin) = config.admin {
        observe::serve(admin, db.clone()).await?;
    }
    let http = crate::fetch::client().map_err(|_| anyhow::anyhow!("no HTTP client"))?;
    let keys = Keys::open(&config.keys)?;
    let trust = feed::Settings {
        list: format!("{}/trust-list", config.holder),
        marks: format!("{}/marks", config.holder),
        anchor: config.anchor.clone(),
        every: FRESH_SECONDS,
    };
    let feed = Feed::open(&trust, &db)?;
    let sign_in: Box<dyn SignIn> = match &config.sign_in {
        Some(settings) => {
            let cookie = "phr-operator-sign-in";
            Box::new(Oidc::open(
                settings,
                &config.base,
                cookie,
                &db,
                clock.clone(),
            )?)
        }
        None => Box::new(Sandbox::new(clock.clone(), pages::login)),
    };
    let operator = Arc::new(Operator {
        config,
        clock,
        db,
        keys,
        sign_in,
        http,
        feed,
    });
    fetch::keep(&operator);
    routes::of(operator)
}

//! The holder: its configuration, its state, its routes.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::{Arc, Mutex};

use anyhow::{Context as _, Result, ensure};
use axum::Router;
use phr_link::catalogue::Category;
use phr_link::decide::Policy;
use phr_link::key::SecretKey;
use phr_link::{Code, Day, Timestamp};
use serde::{Deserialize, Serialize};

use crate::clock::Clock;
use crate::feed::{self, Feed};
use crate::fetch;
use crate::keys::{self, Key, Keyring, Keys};
use crate::limit::Limits;
use crate::listen::Listen;
use crate::nonce::Secret;
use crate::observe;
use crate::problem::Problem;
use crate::random_id;
use crate::sign_in::{self, Oidc, Sandbox, SignIn};
use crate::source::{self, Source};
use crate::store::{Address, Store};
use crate::verify::Rules;
pub(crate) use people::Person;
use trust::Trust;

mod acting;
mod age;
mod agency;
mod agents;
mod authorize;
mod client;
mod consents;
mod dashboard;
pub mod desk;
mod emergency;
mod inbox;
mod introspect;
mod ledger;
mod notice;
mod outbox;
mod pages;
mod pairwise;
mod par;
mod parties;
mod people;
mod proving;
mod provisions;
mod public;
mod retrieval;
mod retrievals;
mod retrieving;
mod routes;
pub mod sandbox;
mod served;
mod status;
mod sweep;
mod taker;
mod token;
mod trust;
mod wish;
mod withdraw;
mod word;

/// How a holder is set up. What is left out in a file is as in the sandbox.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(default, deny_unknown_fields)]
pub struct Config {
    /// Where to listen; the sandbox listens on a loopback address only.
    pub listen: Listen,
    /// Where to give numbers to Prometheus; nowhere if absent. Others must not reach it.
    pub admin: Option<SocketAddr>,
    /// The external address, which is the issuer.
    pub base: String,
    /// Where the store is.
    pub store: Address,
    /// A folder of FHIR files for the first person, instead of synthetic records.
    pub records: Option<PathBuf>,
    /// Where records come from: of several that have a category the first one is asked. Without any they
    /// are those of the sandbox.
    pub source: Vec<source::Settings>,
    /// The built npm package, which the consent page uses.
    pub sdk: PathBuf,
    /// Where the trust list comes from; the sandbox makes one of its own if absent.
    pub trust: Option<feed::Settings>,
    /// The provider where people sign in; in the sandbox anybody may be anybody if absent.
    pub sign_in: Option<sign_in::Settings>,
    /// The origin of the app in the sandbox's trust list.
    pub app: String,
    /// An operator with a server in the sandbox's trust list.
    pub operator: Option<ServerOperator>,
    /// What the holder signs with; the sandbox makes a key of its own if absent.
    pub keys: Option<keys::Settings>,
    /// How much one caller may do.
    pub limits: Limits,
    /// Where the sandbox puts the private key of its clinic, so that a demonstration can play it.
    pub clinic_key: Option<PathBuf>,
}

impl Default for Config {
    /// A sandbox in memory at `http://localhost:8787`, with its app at `http://localhost:8788`.
    fn default() -> Self {
        Self {
            listen: SocketAddr::from(([127, 0, 0, 1], 8_787)).into(),
            admin: None,
            base: "http://localhost:8787".to_owned(),
            store: Address::Memory,
            records: None,
            source: Vec::new(),
            sdk: "js/dist".into(),
            trust: None,
            sign_in: None,
            app: "http://localhost:8788".to_owned(),
            operator: None,
            keys: None,
            limits: Limits::default(),
            clinic_key: None,
        }
    }
}

impl Config {
    /// Checks that nothing of the sandbox is let out: people without proof, an anchor of its own that
    /// anybody would have to believe, and records that nobody has.
    fn check(&self) -> Result<()> {
        let missing: Vec<_> = [
            ("sign_in", self.sign_in.is_none()),
            ("trust", self.trust.is_none()),
            ("keys", self.keys.is_none()),
            ("source", self.source.is_empty()),
        ]
        .into_iter()
        .filter_map(|(name, is_missing)| is_missing.then_some(name))
        .collect();
        ensure!(
            self.listen.is_loopback() || missing.is_empty(),
            "{} is no loopback address, and {} would be the sandbox's: configure it",
            self.listen,
            missing.join(", ")
        );
        Ok(())
    }
}

/// An operator with a server of its own, for the sandbox.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct ServerOperator {
    /// Its external address, which is its entity id.
    pub base: String,
    /// Where the sandbox puts its private key, so that it can be run.
    pub key: PathBuf,
}

/// A running holder.
pub(crate) struct Holder {
    config: Config,
    clock: Clock,
    trust: Trust,
    sign_in: Box<dyn SignIn>,
    db: Store,
    keys: Arc<Keys>,
    secret: Secret,
    /// The holder's own status lists, signed, with what is known beside; made anew after a change and
    /// before they grow old.
    status: Mutex<status::Kept>,
    status_turn: tokio::sync::Mutex<()>,
    http: reqwest::Client,
    /// What this holder demands of who reads.
    rules: Rules,
    taker: taker::Taker,
    people: pairwise::Known,
    sources: Vec<Arc<dyn Source>>,
}

pub(crate) type Shared = Arc<Holder>;

impl Holder {
    pub(crate) fn base(&self) -> &str {
        &self.config.base
    }

    /// What the holder signs with now.
    ///
    /// # Errors
    /// `key.unknown` where no key of its signs yet
    pub(crate) fn signer(&self) -> phr_link::Result<Key> {
        self.keys.signer(self.now())
    }

    pub(crate) fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// The trust list and the marks as they are now.
    ///
    /// # Errors
    /// `trust.list-missing`, and the codes of a list that has grown old
    pub(crate) fn lists(&self) -> Result<Arc<feed::World>, Problem> {
        self.trust.world(self.now())
    }

    /// The source that is asked for a category.
    ///
    /// # Errors
    /// `source.unavailable` where none is configured for it
    pub(crate) fn source(&self, category: Category) -> Result<&Arc<dyn Source>, Problem> {
        let mut sources = self.sources.iter();
        let found = sources.find(|source| source.covers(category));
        found.ok_or_else(|| Code::SourceUnavailable.into())
    }
}

/// Serves until the process is asked to stop; `ready` is called once it listens.
///
/// # Errors
/// if the address is not a loopback one, or something cannot be opened
pub async fn serve(config: Config, ready: impl FnOnce(SocketAddr)) -> Result<()> {
    config.check()?;
    let listen = config.listen.clone();
    let router = router(config, Clock::system()).await?;
    listen.serve(router, ready).await
}

/// Gives the routes of a holder, for embedding and for tests.
///
/// # Errors
/// if the store or the records cannot be opened
///
/// # Security
/// Without a provider anybody may sign in as any of the people who do not exist: serve it on a loopback
/// address only.
pub async fn router(config: Config, clock: Clock) -> Result<Router> {
    // Fetching a notice needs one; an embedding program may have set its own already.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let db = Store::open(&config.store).await?;
    if let Some(admin) = config.admin {
        observe::serve(admin, db.clone()).await?;
    }
    let keys = match &config.keys {
        Some(settings) => Keys::open(settings)?,
        None => {
            let seed = db.secret("holder").await?;
            Keys::of(Keyring::of(Key::of(SecretKey::from_seed(&seed))))
        }
    };
    if config.sign_in.is_none() {
        let mut people = db.begin().await?;
        Person::keep_invented(&mut people).await?;
        agency::keep_invented(&mut people, clock.now()).await?;
        people.commit().await?;
    }
    let trust = match &config.trust {
        Some(settings) => Trust::Fed(Box::new(Feed::open(settings, &db)?)),
        None => {
            let world = sandbox::World::open(&config, &db, keys.clone(), clock.now()).await?;
            Trust::Sandbox(Box::new(world))
        }
    };
    let sign_in: Box<dyn SignIn> = match &config.sign_in {
        Some(settings) => {
            let cookie = "phr-holder-sign-in";
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
    let sources = open_sources(&config, &db, Day::of(clock.now()))?;
    let secret = Secret::new(db.secret("tags").await?);
    let (taker, jobs) = taker::Taker::new();
    let rules = Rules {
        audience: config.base.clone(),
        issuers: vec![config.base.clone()],
        policy: Policy::default(),
    };
    let holder = Arc::new(Holder {
        config,
        clock,
        trust,
        sign_in,
        db,
        keys,
        secret,
        status: Mutex::default(),
        http: fetch::client().context("no HTTP client")?,
        status_turn: tokio::sync::Mutex::default(),
        rules,
        taker,
        people: pairwise::Known::default(),
        sources,
    });
    holder.refresh_trust().await;
    trust::keep(&holder);
    jobs.start(&holder);
    status::keep(&holder);
    sweep::start(&holder);
    outbox::keep(&holder);
    retrieving::keep(&holder);
    routes::of(holder)
}

fn open_sources(config: &Config, db: &Store, today: Day) -> Result<Vec<Arc<dyn Source>>> {
    let mut settings = config.source.clone();
    if settings.is_empty() {
        settings.push(source::Settings::Synthetic);
    }
    let mut sources = Vec::new();
    for one in &settings {
        sources.push(match (one, &config.records) {
            (source::Settings::Synthetic, Some(folder)) => {
                let invented = source::Kept::invented(today);
                let read = invented.with_folder(FIRST, folder).with_context(|| {
                    format!("the records in {} cannot be read", folder.display())
                })?;
                Arc::new(read)
            }
            _ => one.open(db, today)?,
        });
    }
    Ok(sources)
}

/// The sandbox's first person.
const FIRST: &str = "taro";

//! The holder: its configuration, its state, its routes.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::{Arc, Mutex};

use anyhow::{Context as _, Result, ensure};
use axum::Router;
use phr_link::key::SecretKey;
use phr_link::{Day, Timestamp};

use crate::clock::Clock;
use crate::fetch;
use crate::limit::Limits;
use crate::nonce::Secret;
use crate::random_id;
use crate::records::{Record, folder, synthetic};
use crate::store::{Address, Store};

mod authorize;
mod client;
mod consents;
mod dashboard;
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
mod proving;
mod provisions;
mod public;
mod routes;
pub mod sandbox;
mod served;
mod status;
mod sweep;
mod taker;
mod token;
mod wish;
mod withdraw;

/// How a holder is set up.
#[derive(Clone, Debug)]
pub struct Config {
    /// Where to listen; the sandbox listens on a loopback address only.
    pub listen: SocketAddr,
    /// The external address, which is the issuer.
    pub base: String,
    /// Where the store is.
    pub store: Address,
    /// A folder of FHIR files for the first person, instead of synthetic records.
    pub records: Option<PathBuf>,
    /// The built npm package, which the consent page uses.
    pub sdk: PathBuf,
    /// The origin of the app in the sandbox's trust list.
    pub app: String,
    /// An operator with a server in the sandbox's trust list.
    pub operator: Option<ServerOperator>,
    /// How much one caller may do.
    pub limits: Limits,
    /// Where the sandbox puts the private key of its clinic, so that a demonstration can play it.
    pub clinic_key: Option<PathBuf>,
}

/// An operator with a server of its own, for the sandbox.
#[derive(Clone, Debug)]
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
    world: sandbox::World,
    db: Store,
    secret: Secret,
    /// The holder's own status lists, signed, with what is known beside; made anew after a change and
    /// before they grow old.
    status: Mutex<status::Kept>,
    status_turn: tokio::sync::Mutex<()>,
    http: reqwest::Client,
    taker: taker::Taker,
    people: pairwise::Known,
    /// Records by person.
    records: Vec<(String, Vec<Record>)>,
}

pub(crate) type Shared = Arc<Holder>;

impl Holder {
    pub(crate) fn base(&self) -> &str {
        &self.config.base
    }

    /// What the holder signs with.
    pub(crate) fn signer(&self) -> &SecretKey {
        &self.world.holder
    }

    pub(crate) fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// The trust list and the marks as they are now.
    ///
    /// # Errors
    /// `internal` where they cannot be signed anew
    pub(crate) fn lists(&self) -> phr_link::Result<Arc<sandbox::Lists>> {
        self.world.lists(self.now())
    }

    /// The records of a person.
    pub(crate) fn records_of(&self, person: &str) -> &[Record] {
        let own = self.records.iter().find(|(id, _)| id == person);
        own.map_or(&[], |(_, records)| records.as_slice())
    }
}

/// Serves until the process is asked to stop; `ready` is called once it listens.
///
/// # Errors
/// if the address is not a loopback one, or something cannot be opened
pub async fn serve(config: Config, ready: impl FnOnce(SocketAddr)) -> Result<()> {
    ensure!(
        config.listen.ip().is_loopback(),
        "the sandbox holder lets anybody sign in: it listens on a loopback address only"
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

/// Gives the routes of a holder, for embedding and for tests.
///
/// # Errors
/// if the store or the records cannot be opened
///
/// # Security
/// Anybody may sign in as any of the people who do not exist: serve it on a loopback address only.
pub async fn router(config: Config, clock: Clock) -> Result<Router> {
    // Fetching a notice needs one; an embedding program may have set its own already.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let db = Store::open(&config.store).await?;
    let world = sandbox::World::open(&config, &db, clock.now()).await?;
    let records = load(&config, Day::of(clock.now()))?;
    let secret = Secret::new(db.secret("tags").await?);
    let (taker, jobs) = taker::Taker::new();
    let holder = Arc::new(Holder {
        config,
        clock,
        world,
        db,
        secret,
        status: Mutex::default(),
        http: fetch::client().context("no HTTP client")?,
        status_turn: tokio::sync::Mutex::default(),
        taker,
        people: pairwise::Known::default(),
        records,
    });
    jobs.start(&holder);
    status::keep(&holder);
    sweep::start(&holder);
    outbox::keep(&holder);
    routes::of(holder)
}

fn load(config: &Config, today: Day) -> Result<Vec<(String, Vec<Record>)>> {
    let mut all: Vec<_> = synthetic::PEOPLE
        .iter()
        .map(|person| (person.id.to_owned(), synthetic::records(person, today)))
        .collect();
    if let Some(folder) = &config.records {
        let loaded = folder::load(folder)
            .with_context(|| format!("the records in {} cannot be read", folder.display()))?;
        for refused in &loaded.refused {
            tracing::warn!(file = refused.file, why = refused.why, "a file was refused");
        }
        if let Some((_, records)) = all.first_mut() {
            *records = loaded.records;
        }
    }
    Ok(all)
}

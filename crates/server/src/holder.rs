//! The holder: its configuration, its state, its routes.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::{Arc, Mutex};

use anyhow::{Context as _, Result, ensure};
use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::http::{HeaderValue, Method, header};
use axum::routing::{get, post};
use phr_link::Timestamp;
use sqlx::SqlitePool;
use tower_http::cors::{AllowOrigin, CorsLayer};
use tower_http::services::ServeDir;
use tower_http::set_header::SetResponseHeaderLayer;

use crate::records::Record;

mod authorize;
mod consents;
mod nonce;
mod pages;
mod par;
mod public;
mod receipts;
pub mod sandbox;
mod served;
mod status;
mod token;
mod withdraw;

/// How a holder is set up.
#[derive(Clone, Debug)]
pub struct Config {
    /// Where to listen; the sandbox listens on a loopback address only.
    pub listen: SocketAddr,
    /// The external address, which is the issuer.
    pub base: String,
    /// Where the store is; a fresh one in memory if absent.
    pub store: Option<PathBuf>,
    /// A folder of FHIR files for the first person, instead of synthetic records.
    pub records: Option<PathBuf>,
    /// The built npm package, which the consent page uses.
    pub sdk: PathBuf,
    /// The origin of the app in the sandbox's trust list.
    pub app: String,
    /// Where the sandbox puts the private key of its clinic, so that a demonstration can play it.
    pub clinic_key: Option<PathBuf>,
}

/// A running holder.
pub(crate) struct Holder {
    pub(crate) config: Config,
    pub(crate) world: sandbox::World,
    pub(crate) db: SqlitePool,
    pub(crate) nonces: nonce::Nonces,
    /// The holder's own status list, signed; made anew after a change and before it grows old.
    pub(crate) status: Mutex<status::Kept>,
    /// Records by person.
    pub(crate) records: Vec<(String, Vec<Record>)>,
}

pub(crate) type Shared = Arc<Holder>;

impl Holder {
    pub(crate) fn base(&self) -> &str {
        &self.config.base
    }

    /// The records of a person.
    pub(crate) fn records_of(&self, person: &str) -> &[Record] {
        let own = self.records.iter().find(|(id, _)| id == person);
        own.map_or(&[], |(_, records)| records.as_slice())
    }
}

/// The time of this machine.
pub(crate) fn now() -> Timestamp {
    let elapsed = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    Timestamp::from_secs(elapsed.map_or(0, |time| i64::try_from(time.as_secs()).unwrap_or(0)))
}

/// 22 random characters.
///
/// # Errors
/// `internal` where the platform has no generator
pub(crate) fn random_id() -> phr_link::Result<String> {
    let mut bytes = [0; 16];
    getrandom::fill(&mut bytes).map_err(|_| phr_link::Error::new(phr_link::Code::Internal))?;
    Ok(phr_link::identifier::jti_from(&bytes))
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
    let router = router(config).await?;
    let listener = tokio::net::TcpListener::bind(listen)
        .await
        .with_context(|| format!("cannot listen on {listen}"))?;
    ready(listener.local_addr()?);
    axum::serve(listener, router)
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
pub async fn router(config: Config) -> Result<Router> {
    // Fetching a notice needs one; an embedding program may have set its own already.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let db = open(&config).await?;
    let world = sandbox::World::new(&config)?;
    let records = load(&config)?;
    let origin = HeaderValue::from_str(&config.app)?;
    let sdk = config.sdk.clone();
    let holder = Arc::new(Holder {
        config,
        world,
        db,
        nonces: nonce::Nonces::new()?,
        status: Mutex::default(),
        records,
    });
    // Apps of registered origins, without credentials: what a page of theirs may see is only what
    // its own key proves.
    let cors = CorsLayer::new()
        .allow_origin(AllowOrigin::exact(origin))
        .allow_methods([Method::GET, Method::POST])
        .allow_headers([
            header::AUTHORIZATION,
            header::CONTENT_TYPE,
            header::HeaderName::from_static("dpop"),
            header::HeaderName::from_static("phr-chain"),
        ])
        .expose_headers([
            header::HeaderName::from_static("dpop-nonce"),
            header::WWW_AUTHENTICATE,
            header::DATE,
        ]);
    let api = Router::new()
        .route("/.well-known/phr-configuration", get(public::configuration))
        .route(
            "/.well-known/oauth-authorization-server",
            get(public::configuration),
        )
        .route("/jwks", get(public::jwks))
        .route("/trust-list", get(public::trust_list))
        .route("/marks", get(public::marks))
        .route("/catalogue", get(public::catalogue))
        .route("/par", post(par::push))
        .route("/token", post(token::token))
        .route("/records/{category}", get(served::records))
        .route("/status/1", get(status::list))
        .route("/consents/{jti}/withdraw", post(withdraw::withdraw))
        .layer(cors);
    let pages = Router::new()
        .route("/authorize", get(authorize::begin))
        .route("/login", post(authorize::login))
        .route("/consent", get(authorize::page))
        .route("/keys", post(consents::register_key))
        .route(
            "/consents",
            post(consents::register).get(consents::dashboard),
        )
        .route("/refuse", post(consents::refuse))
        .route("/assets/{name}", get(pages::asset))
        .nest_service("/sdk", ServeDir::new(sdk))
        .layer(SetResponseHeaderLayer::overriding(
            header::CONTENT_SECURITY_POLICY,
            HeaderValue::from_static(pages::POLICY),
        ));
    Ok(api
        .merge(pages)
        .layer(SetResponseHeaderLayer::overriding(
            header::X_CONTENT_TYPE_OPTIONS,
            HeaderValue::from_static("nosniff"),
        ))
        .layer(DefaultBodyLimit::max(64 * 1_024))
        .with_state(holder))
}

async fn open(config: &Config) -> Result<SqlitePool> {
    use sqlx::sqlite::{
        SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous,
    };
    let options = SqliteConnectOptions::new().create_if_missing(true);
    let options = match &config.store {
        Some(path) => options
            .filename(path)
            .journal_mode(SqliteJournalMode::Wal)
            // An acknowledged withdrawal survives whatever happens right after the answer.
            .synchronous(SqliteSynchronous::Full),
        None => options.in_memory(true),
    };
    // One connection: SQLite has one writer, and a store in memory has one connection.
    let pool = SqlitePoolOptions::new()
        .max_connections(1)
        .idle_timeout(None)
        .max_lifetime(None)
        .connect_with(options)
        .await
        .context("the store cannot be opened")?;
    sqlx::migrate!()
        .run(&pool)
        .await
        .context("the store cannot be migrated")?;
    Ok(pool)
}

fn load(config: &Config) -> Result<Vec<(String, Vec<Record>)>> {
    let mut all: Vec<_> = crate::records::synthetic::PEOPLE
        .iter()
        .map(|person| {
            (
                person.id.to_owned(),
                crate::records::synthetic::records(person),
            )
        })
        .collect();
    if let Some(folder) = &config.records {
        let loaded = crate::records::folder::load(folder)
            .with_context(|| format!("the records in {} cannot be read", folder.display()))?;
        for (name, why) in &loaded.refused {
            tracing::warn!(file = name, why, "a file was refused");
        }
        if let Some((_, records)) = all.first_mut() {
            *records = loaded.records;
        }
    }
    Ok(all)
}

//! The store: one SQLite file, or memory, or a PostgreSQL database that many replicas share.
//!
//! Every statement is written once and runs on both. So there is nothing in which the two could
//! differ but what the database itself does, and the tests of the server run on both.

use std::fmt;
use std::path::{Path, PathBuf};
use std::str::FromStr;

use anyhow::{Context as _, Result, bail, ensure};
use phr_link::wire::base64url;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use sqlx::any::AnyPoolOptions;
use sqlx::{Any, AnyPool, Executor as _, Transaction};

/// Where the store is.
///
/// # Example
/// ```
/// use phr_link_server::store::Address;
/// let address: Address = "postgres://holder:secret@db.example/phr".parse().unwrap();
/// assert_eq!(address.to_string(), "postgres://holder:…@db.example/phr");
/// assert!(matches!("holder.db".parse(), Ok(Address::File(_))));
/// ```
#[derive(Clone, Default, Eq, PartialEq)]
pub enum Address {
    /// A SQLite file, made where there is none.
    File(PathBuf),
    /// The memory of this process: gone when it ends.
    #[default]
    Memory,
    /// A PostgreSQL database, by its connection URL.
    Postgres(String),
}

impl FromStr for Address {
    type Err = anyhow::Error;

    fn from_str(text: &str) -> Result<Self> {
        if text == "memory" {
            Ok(Self::Memory)
        } else if text.starts_with("postgres://") || text.starts_with("postgresql://") {
            Ok(Self::Postgres(text.to_owned()))
        } else if let Some(path) = text.strip_prefix("sqlite:") {
            Ok(Self::File(path.into()))
        } else if text.contains("://") {
            bail!("a store is `memory`, the path of a SQLite file, or a `postgres://` address")
        } else {
            Ok(Self::File(text.into()))
        }
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File(path) => write!(f, "sqlite:{}", path.display()),
            Self::Memory => f.write_str("memory"),
            Self::Postgres(url) => f.write_str(&without_password(url)),
        }
    }
}

impl<'de> Deserialize<'de> for Address {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> std::result::Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

/// Without its password, as everywhere that it is shown.
impl Serialize for Address {
    fn serialize<S: Serializer>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl fmt::Debug for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Address({self})")
    }
}

fn without_password(url: &str) -> String {
    let Ok(mut parsed) = reqwest::Url::parse(url) else {
        return "postgres://…".to_owned();
    };
    // A query may hold one as well.
    parsed.set_query(None);
    let user = parsed.username().to_owned();
    let has_password = parsed.password().is_some();
    match parsed.set_password(None) {
        Ok(()) if has_password => {
            parsed
                .as_str()
                .replacen(&format!("//{user}@"), &format!("//{user}:…@"), 1)
        }
        _ => parsed.into(),
    }
}

/// A store that is open.
#[derive(Clone, Debug)]
pub struct Store {
    pool: AnyPool,
    is_shared: bool,
}

/// The most connections of one replica to a database.
const MAX_CONNECTIONS: u32 = 16;

impl Store {
    /// Opens the store, and brings it to this version.
    ///
    /// # Errors
    /// if it cannot be opened or migrated
    pub async fn open(address: &Address) -> Result<Self> {
        sqlx::any::install_default_drivers();
        let (url, options) = match address {
            Address::Memory => ("sqlite::memory:".to_owned(), alone()),
            Address::File(path) => {
                make_private(path)?;
                (file_url(path)?, alone().after_connect(|connection, _| {
                    Box::pin(async move {
                        // An acknowledged withdrawal survives whatever happens right after the answer.
                        connection
                            .execute("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA busy_timeout = 10000")
                            .await?;
                        Ok(())
                    })
                }))
            }
            Address::Postgres(url) => (
                url.clone(),
                AnyPoolOptions::new().max_connections(MAX_CONNECTIONS),
            ),
        };
        let pool = options
            .connect(&url)
            .await
            // The driver's text may repeat the address with its password.
            .map_err(|_| anyhow::anyhow!("the store {address} cannot be opened"))?;
        sqlx::migrate!()
            .run(&pool)
            .await
            .context("the store cannot be migrated")?;
        Ok(Self {
            pool,
            is_shared: matches!(address, Address::Postgres(_)),
        })
    }

    /// Copies a SQLite store to a new file that only its owner can read, also while a server uses it.
    ///
    /// # Errors
    /// if the store is no SQLite file, is missing, or the copy exists already
    pub async fn backup(address: &Address, copy: &Path) -> Result<()> {
        let Address::File(path) = address else {
            bail!(
                "{address} is no SQLite file: PostgreSQL is backed up by its own means, `pg_dump` or an archive of its log"
            );
        };
        ensure!(path.exists(), "there is no store at {}", path.display());
        ensure!(!copy.exists(), "{} exists already", copy.display());
        let name = copy
            .to_str()
            .context("the copy's name is no text")?
            .to_owned();
        let store = Self::open(address).await?;
        // An empty file is written over, and keeps who may read it.
        make_private(copy)?;
        sqlx::query("VACUUM INTO $1")
            .bind(name)
            .execute(&store.pool)
            .await
            .context("the copy cannot be written")?;
        Ok(())
    }

    /// Begins a transaction: all of it is kept, or nothing.
    ///
    /// Until it ends, whoever holds it asks the store through it alone: SQLite has one connection,
    /// and waiting for another would wait for ever.
    ///
    /// # Errors
    /// if the store cannot be reached
    pub async fn begin(&self) -> sqlx::Result<Transaction<'static, Any>> {
        self.pool.begin().await
    }

    /// Whether other replicas may write to it, too.
    #[must_use]
    pub const fn is_shared(&self) -> bool {
        self.is_shared
    }

    /// The connections, for a statement that stands alone.
    #[must_use]
    pub const fn pool(&self) -> &AnyPool {
        &self.pool
    }

    /// Gives a secret by name: random, and the same for as long as the store lasts.
    ///
    /// # Errors
    /// if the store fails or the machine has no generator
    pub async fn secret(&self, name: &str) -> Result<[u8; 32]> {
        let mut fresh = [0; 32];
        getrandom::fill(&mut fresh)?;
        sqlx::query("INSERT INTO secret (name, value) VALUES ($1, $2) ON CONFLICT DO NOTHING")
            .bind(name)
            .bind(base64url::encode(&fresh))
            .execute(&self.pool)
            .await?;
        let kept: String = sqlx::query_scalar("SELECT value FROM secret WHERE name = $1")
            .bind(name)
            .fetch_one(&self.pool)
            .await?;
        let bytes = base64url::decode(&kept).ok();
        bytes
            .and_then(|bytes| bytes.try_into().ok())
            .with_context(|| format!("the secret {name} in the store is damaged"))
    }
}

/// One connection: SQLite has one writer, and a store in memory has one connection. So every
/// transaction is alone: a withdrawal commits before an issue begins, or after it has ended.
fn alone() -> AnyPoolOptions {
    AnyPoolOptions::new()
        .max_connections(1)
        .idle_timeout(None)
        .max_lifetime(None)
}

fn file_url(path: &Path) -> Result<String> {
    let path = std::path::absolute(path).context("the store's path")?;
    // Whatever means something in an address is escaped.
    let url = reqwest::Url::from_file_path(path)
        .map_err(|()| anyhow::anyhow!("the store's path cannot be written as an address"))?;
    Ok(format!("sqlite://{}?mode=rwc", url.path()))
}

/// The store holds keys and consents: nobody else on the machine reads it.
fn make_private(path: &Path) -> Result<()> {
    let mut options = std::fs::OpenOptions::new();
    options.append(true).create(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path).context("the store cannot be made")?;
    Ok(())
}

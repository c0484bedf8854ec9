//! The store: one SQLite file, or memory.

use std::path::Path;

use anyhow::{Context as _, Result};
use sqlx::SqlitePool;
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};

/// Opens the store, making it where there is none.
///
/// # Errors
/// if it cannot be opened or brought to this version
pub(super) async fn open(path: Option<&Path>) -> Result<SqlitePool> {
    let options = SqliteConnectOptions::new().create_if_missing(true);
    let options = match path {
        Some(path) => {
            make_private(path)?;
            options
                .filename(path)
                .journal_mode(SqliteJournalMode::Wal)
                // An acknowledged withdrawal survives whatever happens right after the answer.
                .synchronous(SqliteSynchronous::Full)
        }
        None => options.in_memory(true),
    };
    // One connection: SQLite has one writer, and a store in memory has one connection. So every
    // transaction is alone: a withdrawal commits before an issue begins, or after it has ended.
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

/// The store holds keys and consents: nobody else on the machine reads it.
fn make_private(path: &Path) -> Result<()> {
    let mut options = std::fs::OpenOptions::new();
    options.append(true).create(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path).context("the store cannot be made")?;
    Ok(())
}

/// Gives a secret by name: random, and the same for as long as the store lasts.
///
/// # Errors
/// if the store fails or the machine has no generator
pub(super) async fn secret(store: &SqlitePool, name: &str) -> Result<[u8; 32]> {
    let mut fresh = [0; 32];
    getrandom::fill(&mut fresh)?;
    sqlx::query("INSERT INTO secret (name, value) VALUES (?, ?) ON CONFLICT DO NOTHING")
        .bind(name)
        .bind(fresh.as_slice())
        .execute(store)
        .await?;
    let kept: Vec<u8> = sqlx::query_scalar("SELECT value FROM secret WHERE name = ?")
        .bind(name)
        .fetch_one(store)
        .await?;
    kept.try_into()
        .map_err(|_| anyhow::anyhow!("the secret {name} in the store is damaged"))
}

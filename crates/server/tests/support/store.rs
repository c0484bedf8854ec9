//! The store that the tests run on: a SQLite file, or a schema of its own in the PostgreSQL database
//! that `PHR_LINK_TEST_POSTGRES` names.

use std::path::Path;
use std::process::Command;

use phr_link_server::store::{Address, Store};
use sqlx::Executor as _;
use tempfile::TempDir;

use super::random_id;

/// Whether the tests run on PostgreSQL.
pub(crate) fn is_shared() -> bool {
    url().is_some()
}

fn url() -> Option<String> {
    std::env::var("PHR_LINK_TEST_POSTGRES").ok()
}

pub(crate) async fn fresh(folder: &TempDir) -> Address {
    let Some(url) = url() else {
        return Address::File(folder.path().join("holder.db"));
    };
    sqlx::any::install_default_drivers();
    // Names are folded to lower case, and may not begin with a digit.
    let name: String = random_id().to_lowercase().replace('-', "_");
    let schema = format!("t_{name}");
    let pool = sqlx::AnyPool::connect(&url).await.unwrap();
    let create = sqlx::AssertSqlSafe(format!("CREATE SCHEMA {schema}"));
    pool.execute(create).await.unwrap();
    pool.close().await;
    Address::Postgres(format!("{url}?options[search_path]={schema}"))
}

/// Copies a store as its keepers do: by ourselves, or by PostgreSQL's own tools.
pub(crate) async fn backup(address: &Address, copy: &Path) {
    let Address::Postgres(url) = address else {
        Store::backup(address, copy).await.unwrap();
        assert!(
            Store::backup(address, copy).await.is_err(),
            "a copy is not written over"
        );
        return;
    };
    let (database, schema) = parts(url);
    let dump = Command::new("pg_dump")
        .args(["--dbname", database, "--schema", schema, "--file"])
        .arg(copy)
        .status();
    assert!(dump.unwrap().success());
}

/// Puts a copy in the place of a store that is gone.
pub(crate) async fn restore(address: &Address, copy: &Path) -> Address {
    let Address::Postgres(url) = address else {
        return Address::File(copy.to_owned());
    };
    let (database, schema) = parts(url);
    let psql = |words: &[&str]| {
        let status = Command::new("psql")
            .args([
                "--quiet",
                "--dbname",
                database,
                "--set",
                "ON_ERROR_STOP=1",
                "--output",
                "/dev/null",
            ])
            .args(words)
            .status();
        assert!(status.unwrap().success());
    };
    psql(&[
        "--command",
        &format!("ALTER SCHEMA {schema} RENAME TO {schema}_gone"),
    ]);
    psql(&["--file", copy.to_str().unwrap()]);
    address.clone()
}

fn parts(url: &str) -> (&str, &str) {
    url.split_once("?options[search_path]=").unwrap()
}

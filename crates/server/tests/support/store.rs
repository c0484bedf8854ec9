//! The store that the tests run on: a SQLite file, or a schema of its own in the PostgreSQL database
//! that `PHR_LINK_TEST_POSTGRES` names.

use phr_link_server::store::Address;
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

//! `GET /healthz` and `GET /readyz`: whether the process lives, and whether it can answer.

use std::sync::Arc;

use axum::Router;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::IntoResponse;
use axum::routing::get;
use phr_link::Code;

use crate::problem::{Problem, no_store};
use crate::store::Store;

/// Whether a server knows what it needs to judge anything.
type Informed = Arc<dyn Fn() -> bool + Send + Sync>;

/// The routes of a server with this store, which is ready while it is informed.
pub(crate) fn routes<S: Clone + Send + Sync + 'static>(
    store: Store,
    is_informed: impl Fn() -> bool + Send + Sync + 'static,
) -> Router<S> {
    let is_informed: Informed = Arc::new(is_informed);
    let ready = Router::new()
        .route("/readyz", get(readyz))
        .with_state((store, is_informed));
    Router::new()
        .route("/healthz", get(|| async { (no_store(), "ok\n") }))
        .merge(ready)
}

/// Ready is who reaches the store and has lists that are still good: without either nothing can be judged.
async fn readyz(
    State((store, is_informed)): State<(Store, Informed)>,
) -> Result<impl IntoResponse, Problem> {
    let unready = |code| Problem::with_status(code, StatusCode::SERVICE_UNAVAILABLE);
    let answers = sqlx::query("SELECT 1").execute(store.pool()).await;
    answers.map_err(|_| unready(Code::Internal))?;
    if is_informed() {
        Ok((no_store(), "ok\n"))
    } else {
        Err(unready(Code::TrustListMissing))
    }
}

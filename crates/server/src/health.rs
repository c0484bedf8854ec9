//! `GET /healthz` and `GET /readyz`: whether the process lives, and whether it can answer.

use axum::Router;
use axum::extract::State;
use axum::http::StatusCode;
use axum::routing::get;

use crate::problem::{Problem, no_store};
use crate::store::Store;

/// The routes of a server with this store.
pub(crate) fn routes<S: Clone + Send + Sync + 'static>(store: Store) -> Router<S> {
    let ready = Router::new()
        .route("/readyz", get(readyz))
        .with_state(store);
    Router::new()
        .route("/healthz", get(|| async { (no_store(), "ok\n") }))
        .merge(ready)
}

/// Ready is who reaches the store: without it nothing can be judged.
async fn readyz(State(store): State<Store>) -> Result<impl axum::response::IntoResponse, Problem> {
    let answers = sqlx::query("SELECT 1").execute(store.pool()).await;
    match answers {
        Ok(_) => Ok((no_store(), "ok\n")),
        Err(_) => Err(Problem::with_status(
            phr_link::Code::Internal,
            StatusCode::SERVICE_UNAVAILABLE,
        )),
    }
}

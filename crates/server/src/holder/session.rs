//! Who is signed in. The cookie names a session; who it is stands in the store.

use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::{IntoResponse as _, Redirect, Response};
use phr_link::Code;
use sqlx::{AnyConnection, Row as _};

use super::{Shared, random_id};
use crate::problem::Problem;

/// How long a session lasts, in seconds; as long as a transaction.
const SESSION_SECONDS: i64 = super::authorize::TXN_SECONDS;

/// A session.
pub(super) struct Session {
    pub(super) id: String,
    pub(super) person: String,
}

/// Opens a session under a fresh name, so that nobody can plant one.
pub(super) async fn open(
    holder: &Shared,
    store: &mut AnyConnection,
    person: &str,
) -> Result<String, Problem> {
    let at = holder.now();
    let id = random_id()?;
    sqlx::query("INSERT INTO session (id, person, exp) VALUES ($1, $2, $3)")
        .bind(&id)
        .bind(person)
        .bind(at.plus(SESSION_SECONDS).as_secs())
        .execute(&mut *store)
        .await?;
    Ok(id)
}

/// Sends the browser on with its session.
pub(super) fn send(holder: &Shared, session: &str, target: &str) -> Result<Response, Problem> {
    let mut response = Redirect::to(target).into_response();
    let secure = if holder.base().starts_with("https:") {
        "; Secure"
    } else {
        ""
    };
    let cookie = format!(
        "phr-session={session}; HttpOnly; SameSite=Lax; Path=/; Max-Age={SESSION_SECONDS}{secure}"
    );
    let cookie = HeaderValue::from_str(&cookie).map_err(|_| Code::Internal)?;
    response.headers_mut().insert(header::SET_COOKIE, cookie);
    Ok(response)
}

/// Gives the session that a request comes with, if it is still on.
pub(super) async fn find(holder: &Shared, headers: &HeaderMap) -> Result<Option<Session>, Problem> {
    let cookie = headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|cookies| cookies.split("; "))
        .find_map(|cookie| cookie.strip_prefix("phr-session="));
    let Some(id) = cookie else { return Ok(None) };
    let row = sqlx::query("SELECT id, person FROM session WHERE id = $1 AND exp > $2")
        .bind(id)
        .bind(holder.now().as_secs())
        .fetch_optional(holder.db.pool())
        .await?;
    Ok(row.map(|row| Session {
        id: row.get("id"),
        person: row.get("person"),
    }))
}

/// A change is asked for by our own pages only.
pub(super) fn same_origin(headers: &HeaderMap, base: &str) -> Result<(), Problem> {
    let mut origins = headers.get_all(header::ORIGIN).iter();
    match (origins.next(), origins.next()) {
        (Some(origin), None) if origin.as_bytes() == base.as_bytes() => Ok(()),
        _ => Err(Code::SessionCrossOrigin.into()),
    }
}

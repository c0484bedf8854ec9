//! Who is signed in. The cookie names a session; who it is stands in the store.

use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::{IntoResponse as _, Redirect, Response};
use phr_link::{Code, Timestamp};
use sqlx::{AnyConnection, Row as _};

use crate::problem::Problem;
use crate::random_id;
use crate::sign_in::Arrived;
use crate::store::Store;

/// The cookie of a holder. A browser sends cookies to every port of a host: a holder and an operator on
/// one machine would sign each other's people out.
pub(crate) const HOLDER: &str = "phr-holder";

/// The cookie of an operator.
pub(crate) const OPERATOR: &str = "phr-operator";

/// How long a session lasts, in seconds; as long as a transaction.
const SESSION_SECONDS: i64 = 1_800;

/// A session.
pub(crate) struct Session {
    pub(crate) id: String,
    pub(crate) person: String,
    pub(crate) signed_in_at: Timestamp,
    /// How surely it is known who it is, and by which methods.
    pub(crate) acr: String,
    pub(crate) amr: Vec<String>,
}

/// How long ago the person may have signed in for what cannot be undone, in seconds.
const FRESH_SECONDS: i64 = 300;

impl Session {
    /// Checks that the person has signed in just now (RFC 9470).
    ///
    /// # Errors
    /// `session.step-up-required`
    pub(crate) fn check_fresh(&self, at: Timestamp) -> Result<(), Problem> {
        if at.since(self.signed_in_at) <= FRESH_SECONDS {
            Ok(())
        } else {
            Err(Code::SessionStepUpRequired.into())
        }
    }
}

/// Opens a session under a fresh name, so that nobody can plant one.
pub(crate) async fn open(
    store: &mut AnyConnection,
    arrived: &Arrived,
    at: Timestamp,
) -> Result<String, Problem> {
    let id = random_id()?;
    sqlx::query(
        "INSERT INTO session (id, person, exp, authenticated_at, acr, amr)
         VALUES ($1, $2, $3, $4, $5, $6)",
    )
    .bind(&id)
    .bind(&arrived.person)
    .bind(at.plus(SESSION_SECONDS).as_secs())
    .bind(arrived.at.as_secs())
    .bind(&arrived.acr)
    .bind(arrived.amr.join(" "))
    .execute(&mut *store)
    .await?;
    Ok(id)
}

/// Ends a session.
pub(crate) async fn end(store: &mut AnyConnection, id: &str) -> Result<(), Problem> {
    sqlx::query("DELETE FROM session WHERE id = $1")
        .bind(id)
        .execute(&mut *store)
        .await?;
    Ok(())
}

/// Sends the browser on with its session, under the cookie's name.
pub(crate) fn send(
    name: &str,
    base: &str,
    session: &str,
    target: &str,
) -> Result<Response, Problem> {
    let mut response = Redirect::to(target).into_response();
    let secure = if base.starts_with("https:") {
        "; Secure"
    } else {
        ""
    };
    let cookie = format!(
        "{name}={session}; HttpOnly; SameSite=Lax; Path=/; Max-Age={SESSION_SECONDS}{secure}"
    );
    let cookie = HeaderValue::from_str(&cookie).map_err(|_| Code::Internal)?;
    response.headers_mut().insert(header::SET_COOKIE, cookie);
    Ok(response)
}

/// Gives the session that a request comes with under the cookie's name, if it is still on.
pub(crate) async fn find(
    name: &str,
    store: &Store,
    headers: &HeaderMap,
    at: Timestamp,
) -> Result<Option<Session>, Problem> {
    let cookie = headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|cookies| cookies.split("; "))
        .find_map(|cookie| cookie.strip_prefix(name)?.strip_prefix('='));
    let Some(id) = cookie else { return Ok(None) };
    let row = sqlx::query("SELECT * FROM session WHERE id = $1 AND exp > $2")
        .bind(id)
        .bind(at.as_secs())
        .fetch_optional(store.pool())
        .await?;
    Ok(row.map(|row| Session {
        id: row.get("id"),
        person: row.get("person"),
        signed_in_at: Timestamp::from_secs(row.get("authenticated_at")),
        acr: row.get("acr"),
        amr: row
            .get::<&str, _>("amr")
            .split(' ')
            .map(str::to_owned)
            .collect(),
    }))
}

/// A change is asked for by our own pages only.
pub(crate) fn same_origin(headers: &HeaderMap, base: &str) -> Result<(), Problem> {
    let mut origins = headers.get_all(header::ORIGIN).iter();
    match (origins.next(), origins.next()) {
        (Some(origin), None) if origin.as_bytes() == base.as_bytes() => Ok(()),
        _ => Err(Code::SessionCrossOrigin.into()),
    }
}

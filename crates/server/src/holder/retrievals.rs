//! `/retrievals`: records from a source that takes its time. Each call is judged by grant and proof, and a
//! delivery is a provision like any other; a retrieval of another arrangement is as one that never was.

use axum::Json as Answer;
use axum::extract::{RawQuery, State};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::response::{Html, IntoResponse as _, Response};
use phr_link::catalogue::Category;
use phr_link::contract::lists::RetrievalList;
use phr_link::contract::retrieval::{RetrievalRequest, RetrievalState};
use phr_link::decide::{Permit, Policy};
use phr_link::scope::Period;
use phr_link::token::s256;
use phr_link::{Code, Timestamp};
use sqlx::Row as _;

use super::ledger;
use super::retrieval::{Kept, LIVE, MAX_LIVE, Move, PERSON_SECONDS};
use super::taker::Take;
use super::{Shared, pages, random_id, retrieving};
use crate::idempotency;
use crate::input::{Json, Path};
use crate::problem::{Problem, no_store};
use crate::records::{Page, release, searchset};
use crate::source::read_records;
use crate::verify::{Asked, Judge, Presented, Rules, Taking};

/// The most on a page.
const PAGE: i64 = 50;

/// How many seconds are worth to wait before another look.
const LOOK_AGAIN: &str = "2";

/// A call that was judged.
struct Judged {
    permit: Permit,
    exchange: Option<String>,
}

/// What is done with the permit.
#[derive(Clone, Copy, Eq, PartialEq)]
enum Use {
    /// Something is asked or told: the proof is used up, and no record goes out.
    Ask,
    /// Records go out: it is counted, and a receipt says so.
    Deliver,
}

/// Judges a call about a category.
async fn judge(
    holder: &Shared,
    headers: &HeaderMap,
    method: &Method,
    path: &str,
    (category, period): (Category, Option<Period>),
    what: Use,
) -> Result<Judged, Problem> {
    let presented = Presented::read(headers)?;
    let url = format!("{}{path}", holder.base());
    let asked = Asked {
        method: method.as_str(),
        url: &url,
        query: "",
        category,
        period,
    };
    let rules = Rules {
        audience: holder.base().to_owned(),
        issuers: vec![holder.base().to_owned()],
        policy: Policy::default(),
    };
    let status = holder.status_view().await?;
    let ledger = ledger::Kept(holder);
    let judge = Judge {
        rules: &rules,
        known: Some(&status.known),
        ledger: &ledger,
        now: holder.now(),
    };
    let decided = judge.decide(&presented, &asked).await;
    if let Some(grant) = presented.agents_grant() {
        holder.check_agent(&grant).await?;
    }
    let pledge = decided?;
    let taking = Taking {
        permit: pledge.permit(),
        reader_key: pledge.reader_key(),
        category,
        query: "",
        now: holder.now(),
    };
    let mut take = Take::of(&taking);
    if what == Use::Ask {
        take.provides_nothing();
    }
    let taken = holder.taker.take(take).await?;
    Ok(Judged {
        permit: pledge.permit().clone(),
        exchange: taken.exchange_id,
    })
}

pub(super) async fn begin(
    State(holder): State<Shared>,
    method: Method,
    headers: HeaderMap,
    Json(asked): Json<RetrievalRequest>,
) -> Result<Response, Problem> {
    let about = (asked.category, asked.period);
    let judged = judge(&holder, &headers, &method, "/retrievals", about, Use::Ask).await?;
    let permit = judged.permit;
    if asked
        .purpose
        .is_some_and(|purpose| purpose != permit.purpose)
    {
        return Err(Problem::at(Code::CallerMisuse, Some("/purpose".to_owned())));
    }
    let person = holder.person(&permit.sub).await?;
    let source = holder.source(asked.category)?.name().to_owned();
    let at = holder.now();
    let key = idempotency::name(&headers)?;
    let said = serde_json::to_string(&asked).map_err(|_| Code::Internal)?;
    let mut store = holder.db.begin().await?;
    // The arrangement is locked: what its withdrawal ends is whole.
    crate::receipts::Arrangement::lock(&mut store, &permit.arrangement_id).await?;
    let live: i64 = sqlx::query_scalar(sqlx::AssertSqlSafe(format!(
        "SELECT count(*) FROM retrieval WHERE arrangement_id = $1 AND state IN {LIVE}"
    )))
    .bind(&permit.arrangement_id)
    .fetch_one(&mut *store)
    .await?;
    let revoked: Option<i64> =
        sqlx::query_scalar("SELECT revoked FROM issued WHERE grant_jti = $1")
            .bind(&permit.grant_jti)
            .fetch_optional(&mut *store)
            .await?;
    if revoked != Some(0) {
        return Err(Code::GrantRevoked.into());
    }
    if let Some(key) = &key {
        let known =
            sqlx::query("SELECT * FROM retrieval WHERE arrangement_id = $1 AND call_key = $2")
                .bind(&permit.arrangement_id)
                .bind(key)
                .fetch_optional(&mut *store)
                .await?;
        if let Some(row) = known {
            if row.get::<&str, _>("call_s256") != s256(&said) {
                return Err(Code::CallerKeyReused.into());
            }
            store.commit().await?;
            return accepted(&holder, &Kept::of(&row)?);
        }
    }
    if live >= MAX_LIVE {
        return Err(Code::ServerRateLimited.into());
    }
    let id = random_id()?;
    sqlx::query(
        "INSERT INTO retrieval (id, arrangement_id, client_id, person, category, period, source, state,
         created_at, updated_at, expires_at, due_at, call_key, call_s256)
         VALUES ($1, $2, $3, $4, $5, $6, $7, 'created', $8, $8, $9, $8, $10, $11)",
    )
    .bind(&id)
    .bind(&permit.arrangement_id)
    .bind(&permit.client_id)
    .bind(&*person)
    .bind(asked.category.code())
    .bind(serde_json::to_string(&asked.period).map_err(|_| Code::Internal)?)
    .bind(&source)
    .bind(at.as_secs())
    .bind(at.plus(PERSON_SECONDS).as_secs())
    .bind(&key)
    .bind(s256(&said))
    .execute(&mut *store)
    .await?;
    let row = sqlx::query("SELECT * FROM retrieval WHERE id = $1")
        .bind(&id)
        .fetch_one(&mut *store)
        .await?;
    store.commit().await?;
    retrieving::soon(&holder);
    accepted(&holder, &Kept::of(&row)?)
}

fn accepted(holder: &Shared, kept: &Kept) -> Result<Response, Problem> {
    let told = kept.told(holder);
    let mut response = (StatusCode::ACCEPTED, no_store(), Answer(told)).into_response();
    let place = format!("{}/retrievals/{}", holder.base(), kept.id);
    let place = HeaderValue::from_str(&place).map_err(|_| Code::Internal)?;
    let fields = response.headers_mut();
    fields.insert(header::LOCATION, place);
    fields.insert(header::RETRY_AFTER, HeaderValue::from_static(LOOK_AGAIN));
    Ok(response)
}

/// Finds a retrieval of the arrangement that the shown grant is of; the grant is judged after it.
async fn find(holder: &Shared, headers: &HeaderMap, id: &str) -> Result<Kept, Problem> {
    let presented = Presented::read(headers)?;
    // Without a grant it is the proof that is missing, whatever was named.
    let grant = presented.grant().ok_or(Code::ProofMissing)?;
    let row = sqlx::query("SELECT * FROM retrieval WHERE id = $1 AND arrangement_id = $2")
        .bind(id)
        .bind(&grant.arrangement_id)
        .fetch_optional(holder.db.pool())
        .await?;
    Kept::of(&row.ok_or(Code::ScopeNotDisclosed)?)
}

pub(super) async fn look(
    State(holder): State<Shared>,
    Path(id): Path<String>,
    method: Method,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let kept = find(&holder, &headers, &id).await?;
    let path = format!("/retrievals/{id}");
    let about = (kept.category, kept.period);
    judge(&holder, &headers, &method, &path, about, Use::Ask).await?;
    if kept.is_live() {
        let mut response = accepted(&holder, &kept)?;
        response.headers_mut().remove(header::LOCATION);
        return Ok(response);
    }
    Ok((no_store(), Answer(kept.told(&holder))).into_response())
}

/// Those of the arrangement in the categories of one grant: each page is asked with a category.
pub(super) async fn list(
    State(holder): State<Shared>,
    RawQuery(query): RawQuery,
    method: Method,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let misused = |path: &str| Problem::at(Code::CallerMisuse, Some(path.to_owned()));
    let cursor = match query.as_deref().unwrap_or_default() {
        "" => None,
        query => Some(
            query
                .strip_prefix("cursor=")
                .ok_or_else(|| misused("/query"))?,
        ),
    };
    let grant = Presented::read(&headers)?
        .grant()
        .ok_or(Code::ProofMissing)?;
    let category = grant
        .authorization_details
        .iter()
        .find_map(|detail| detail.datatypes.first());
    let category = category.copied().ok_or(Code::ScopeNotGranted)?;
    let about = (category, None);
    let judged = judge(&holder, &headers, &method, "/retrievals", about, Use::Ask).await?;
    let permit = judged.permit;
    // Whoever was handed a part does not see what else there is.
    if permit.depth > 0 {
        return Err(Code::ScopeNotGranted.into());
    }
    let bound = [
        "retrievals",
        &permit.sub,
        &permit.client_id,
        &permit.arrangement_id,
    ];
    let (before, last) = match cursor {
        None => (i64::MAX, String::new()),
        Some(cursor) => {
            let place = holder.secret.place(cursor, &bound);
            let place = place.and_then(|place| place.split_once('~'));
            let (at, id) = place.ok_or_else(|| misused("/cursor"))?;
            (at.parse().map_err(|_| misused("/cursor"))?, id.to_owned())
        }
    };
    let rows = sqlx::query(
        "SELECT * FROM retrieval WHERE arrangement_id = $1
         AND (created_at < $2 OR (created_at = $2 AND id > $3))
         ORDER BY created_at DESC, id LIMIT $4",
    )
    .bind(&permit.arrangement_id)
    .bind(before)
    .bind(&last)
    .bind(PAGE)
    .fetch_all(holder.db.pool())
    .await?;
    let kept: Vec<Kept> = rows.iter().map(Kept::of).collect::<Result<_, _>>()?;
    let is_full = i64::try_from(kept.len()).is_ok_and(|count| count == PAGE);
    let next = kept.last().filter(|_| is_full).map(|last| {
        let place = format!("{}~{}", last.created_at.as_secs(), last.id);
        holder.secret.cursor(&place, &bound)
    });
    let list = RetrievalList {
        retrievals: kept.iter().map(|one| one.told(&holder)).collect(),
        next: next.map(Into::into),
    };
    Ok((no_store(), Answer(list)).into_response())
}

pub(super) async fn cancel(
    State(holder): State<Shared>,
    Path(id): Path<String>,
    method: Method,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let kept = find(&holder, &headers, &id).await?;
    let path = format!("/retrievals/{id}/cancel");
    let about = (kept.category, kept.period);
    judge(&holder, &headers, &method, &path, about, Use::Ask).await?;
    let at: Timestamp = holder.now();
    let next = Move {
        state: RetrievalState::Cancelled,
        outcome: None,
        session: None,
        user_url: None,
        expires_at: at,
        due_at: None,
        tries: kept.tries,
    };
    let mut store = holder.db.begin().await?;
    let is_ended = kept.moves(&mut store, &next, at).await?;
    store.commit().await?;
    if !is_ended {
        return Err(Code::RetrievalState.into());
    }
    let kept = find(&holder, &headers, &id).await?;
    Ok((no_store(), Answer(kept.told(&holder))).into_response())
}

/// The retrieval, if its result is there.
fn succeeded(kept: Kept) -> Result<Kept, Problem> {
    if kept.state == RetrievalState::Succeeded {
        Ok(kept)
    } else {
        Err(Code::RetrievalState.into())
    }
}

pub(super) async fn records(
    State(holder): State<Shared>,
    Path(id): Path<String>,
    method: Method,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let kept = succeeded(find(&holder, &headers, &id).await?)?;
    let path = format!("/retrievals/{id}/records");
    let about = (kept.category, kept.period);
    let judged = judge(&holder, &headers, &method, &path, about, Use::Deliver).await?;
    let all = read_records(&kept.records);
    let shown = release(&all, &judged.permit.filter);
    let page = Page {
        url: &format!("{}{path}", holder.base()),
        total: shown.len(),
        resources: &shown,
        next: None,
    };
    let fhir = HeaderValue::from_static("application/fhir+json; charset=utf-8");
    let mut response = (no_store(), Answer(searchset(&page))).into_response();
    response.headers_mut().insert(header::CONTENT_TYPE, fhir);
    delivered(response, &judged)
}

/// The source's own bytes go out where nothing of what they say is to stay back.
pub(super) async fn raw(
    State(holder): State<Shared>,
    Path(id): Path<String>,
    method: Method,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let kept = succeeded(find(&holder, &headers, &id).await?)?;
    let path = format!("/retrievals/{id}/raw");
    let about = (kept.category, kept.period);
    let judged = judge(&holder, &headers, &method, &path, about, Use::Deliver).await?;
    let all = read_records(&kept.records);
    let shown = release(&all, &judged.permit.filter);
    let own: Vec<_> = all
        .iter()
        .filter(|one| one.category == kept.category.code())
        .collect();
    let is_whole = shown.len() == own.len()
        && shown
            .iter()
            .zip(own)
            .all(|(shown, kept)| *shown == kept.resource);
    if !is_whole || !kept.raw_is_whole {
        return Err(Code::ScopeNotDisclosed.into());
    }
    let mut response = (no_store(), kept.bytes()?).into_response();
    let kind = HeaderValue::from_static("application/octet-stream");
    response.headers_mut().insert(header::CONTENT_TYPE, kind);
    delivered(response, &judged)
}

/// The recipient's receipt of this exchange says the same.
fn delivered(mut response: Response, judged: &Judged) -> Result<Response, Problem> {
    if let Some(exchange) = &judged.exchange {
        let exchange = HeaderValue::from_str(exchange).map_err(|_| Code::Internal)?;
        response.headers_mut().insert("phr-exchange", exchange);
    }
    Ok(response)
}

/// `GET /retrieved`: where a portal sends the person back.
pub(super) async fn back() -> Html<String> {
    Html(pages::retrieved())
}

//! `/retrievals`: records from a source that takes its time. Each call is judged by grant and proof, and a
//! delivery is a provision like any other; a retrieval of another arrangement is as one that never was.

use axum::Json as Answer;
use axum::extract::{RawQuery, State};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::response::{Html, IntoResponse as _, Response};
use phr_link::catalogue::Category;
use phr_link::contract::lists::RetrievalList;
use phr_link::contract::retrieval::{RetrievalRequest, RetrievalState};
use phr_link::decide::Permit;
use phr_link::scope::Period;
use phr_link::token::s256;
use phr_link::{Code, Timestamp};
use serde_json::Value;
use sqlx::Row as _;

use super::ledger;
use super::retrieval::{Kept, LIVE, MAX_LIVE, Move, PERSON_SECONDS};
use super::taker::Take;
use super::{Shared, pages, random_id, retrieving};
use crate::idempotency;
use crate::input::{Json, Path};
use crate::problem::{Problem, no_store};
use crate::records::{Page, Record, release, searchset};
use crate::source::read_records;
use crate::verify::{Asked, Judge, Pledge, Presented, Taking};

/// The most on a page.
const PAGE: i64 = 50;

/// How many seconds are worth to wait before another look.
const LOOK_AGAIN: &str = "2";

/// Judges a call about a category; nothing is used up yet.
async fn decide(
    holder: &Shared,
    headers: &HeaderMap,
    method: &Method,
    path: &str,
    (category, period): (Category, Option<Period>),
) -> Result<Pledge, Problem> {
    let presented = Presented::read(headers)?;
    let url = format!("{}{path}", holder.base());
    let asked = Asked {
        method: method.as_str(),
        url: &url,
        query: "",
        category,
        period,
    };
    let status = holder.status_view().await?;
    let ledger = ledger::Kept(holder);
    let judge = Judge {
        rules: &holder.rules,
        known: Some(&status.known),
        ledger: &ledger,
        now: holder.now(),
    };
    let verdict = judge.decide(&presented, &asked).await;
    holder.for_agents(&presented, verdict).await
}

fn take(holder: &Shared, pledge: &Pledge, category: Category) -> Take {
    Take::of(&Taking {
        permit: pledge.permit(),
        reader_key: pledge.reader_key(),
        category,
        query: "",
        now: holder.now(),
    })
}

/// A call in which something is asked or told: the proof is used up, and no record goes out.
async fn ask(
    holder: &Shared,
    headers: &HeaderMap,
    method: &Method,
    path: &str,
    about: (Category, Option<Period>),
) -> Result<Permit, Problem> {
    let pledge = decide(holder, headers, method, path, about).await?;
    let mut take = take(holder, &pledge, about.0);
    take.provides_nothing();
    holder.taker.take(take).await?;
    Ok(pledge.permit().clone())
}

pub(super) async fn begin(
    State(holder): State<Shared>,
    method: Method,
    headers: HeaderMap,
    Json(asked): Json<RetrievalRequest>,
) -> Result<Response, Problem> {
    let about = (asked.category, asked.period);
    let permit = ask(&holder, &headers, &method, "/retrievals", about).await?;
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
    let told = kept.told(holder)?;
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
    ask(&holder, &headers, &method, &path, about).await?;
    if kept.is_live() {
        let mut response = accepted(&holder, &kept)?;
        response.headers_mut().remove(header::LOCATION);
        return Ok(response);
    }
    Ok((no_store(), Answer(kept.told(&holder)?)).into_response())
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
    let permit = ask(&holder, &headers, &method, "/retrievals", about).await?;
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
        retrievals: kept
            .iter()
            .map(|one| one.told(&holder))
            .collect::<Result<_, _>>()?,
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
    ask(&holder, &headers, &method, &path, about).await?;
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
    Ok((no_store(), Answer(kept.told(&holder)?)).into_response())
}

/// In which form a result goes out.
#[derive(Clone, Copy, Eq, PartialEq)]
enum Form {
    /// As records, filtered by the verdict.
    Records,
    /// As the source's own bytes, where nothing of what they say is to stay back.
    Raw,
}

/// Delivers a result: a provision like any other, counted and with a receipt, and only if it goes out.
async fn deliver(
    holder: &Shared,
    headers: &HeaderMap,
    method: &Method,
    id: &str,
    form: Form,
) -> Result<Response, Problem> {
    let kept = find(holder, headers, id).await?;
    if kept.state != RetrievalState::Succeeded || kept.expires_at <= holder.now() {
        return Err(Code::RetrievalState.into());
    }
    let path = match form {
        Form::Records => format!("/retrievals/{id}/records"),
        Form::Raw => format!("/retrievals/{id}/raw"),
    };
    let about = (kept.category, kept.period);
    let pledge = decide(holder, headers, method, &path, about).await?;
    let all = read_records(&kept.records)?;
    let shown = release(&all, &pledge.permit().filter);
    if form == Form::Raw && !(kept.raw_is_whole && is_all(&shown, &all, kept.category)) {
        return Err(Code::ScopeNotDisclosed.into());
    }
    let take = take(holder, &pledge, kept.category);
    let taken = holder.taker.take(take).await?;
    let (kind, body) = match form {
        Form::Raw => ("application/octet-stream", kept.bytes()?),
        Form::Records => {
            let page = Page {
                url: &format!("{}{path}", holder.base()),
                total: shown.len(),
                resources: &shown,
                next: None,
            };
            let text = searchset(&page).to_string();
            ("application/fhir+json; charset=utf-8", text.into_bytes())
        }
    };
    let mut response = (no_store(), body).into_response();
    let fields = response.headers_mut();
    fields.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    // The recipient's receipt of this exchange says the same.
    if let Some(exchange) = &taken.exchange_id {
        let exchange = HeaderValue::from_str(exchange).map_err(|_| Code::Internal)?;
        fields.insert("phr-exchange", exchange);
    }
    Ok(response)
}

/// Whether every record of the category is shown, and as it is.
fn is_all(shown: &[Value], all: &[Record], category: Category) -> bool {
    let own = all.iter().filter(|one| one.category == category.code());
    let own: Vec<_> = own.map(|one| &one.resource).collect();
    own.len() == shown.len() && shown.iter().zip(own).all(|(shown, own)| shown == own)
}

pub(super) async fn records(
    State(holder): State<Shared>,
    Path(id): Path<String>,
    method: Method,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    deliver(&holder, &headers, &method, &id, Form::Records).await
}

pub(super) async fn raw(
    State(holder): State<Shared>,
    Path(id): Path<String>,
    method: Method,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    deliver(&holder, &headers, &method, &id, Form::Raw).await
}

/// `GET /retrieved`: where a portal sends the person back.
pub(super) async fn back() -> Html<String> {
    Html(pages::retrieved())
}

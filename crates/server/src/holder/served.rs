//! `GET /records/{category}`: the verdict, and then the records.

use axum::Json;
use axum::extract::{Path, RawQuery, State};
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::{IntoResponse, Response};
use phr_link::catalogue::Category;
use phr_link::decide::{Context, Permit, Policy, Release};
use phr_link::receipt::ReceiptEvent;
use phr_link::scope::Period;
use phr_link::status::StatusLists;
use phr_link::{Code, Day};

use super::receipts::{self, About};
use super::{Shared, now, token};
use crate::problem::{Problem, no_store};
use crate::records::{release, searchset};
use crate::verify::Presented;

pub(super) async fn records(
    State(holder): State<Shared>,
    Path(category): Path<String>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let category = Category::parse(&category).ok_or(Code::ScopeNotGranted)?;
    let period = period(query.as_deref().unwrap_or_default())?;
    let presented = Presented::read(&headers)?;
    let at = now();
    let lists = [holder.status_list().await?, holder.world.mark_status(at)?];
    let url = format!("{}/records/{}", holder.base(), category.code());
    let permit = decide(&holder, &lists, &presented, &url, category, period)?;
    token::remember(&holder, &permit.replay_key, permit.replay_until).await?;
    let person: Option<String> = sqlx::query_scalar("SELECT person FROM pairwise WHERE sub = ?")
        .bind(&permit.sub)
        .fetch_optional(&holder.db)
        .await?;
    let person = person.ok_or(Code::SubjectMismatch)?;
    count(&holder, &permit, category).await?;
    let shown = release(holder.records_of(&person), &permit.filter);
    record(&holder, &permit, category).await?;
    tracing::info!(
        category = category.code(),
        mode = permit.mode.as_str(),
        count = shown.len(),
        "records given"
    );
    let mut response = (no_store(), Json(searchset(&url, &shown))).into_response();
    response.headers_mut().insert(
        header::CONTENT_TYPE,
        HeaderValue::from_static("application/fhir+json; charset=utf-8"),
    );
    Ok(response)
}

fn decide(
    holder: &Shared,
    lists: &[String],
    presented: &Presented,
    url: &str,
    category: Category,
    period: Option<Period>,
) -> Result<Permit, Problem> {
    let status = StatusLists::new(lists.iter().map(String::as_str), &holder.world.trust);
    let released: Vec<Release> = Vec::new();
    let context = Context {
        now: now(),
        audience: holder.base(),
        issuers: &[holder.base()],
        trust: Some(&holder.world.trust),
        seq_floor: Some(holder.world.trust.seq()),
        marks: &holder.world.marks,
        status: &status,
        iat_floors: &[],
        policy: Policy::default(),
        // What may be used once is counted in the store, after the verdict and atomically.
        used: &[],
        released: &released,
        // So is a replay refused.
        seen: &|_| false,
    };
    presented.decide("GET", url, category, period, &context)
}

/// `from` and `to`, each at most once; anything else is refused.
fn period(query: &str) -> Result<Option<Period>, Problem> {
    let refuse = || Problem {
        code: Code::CallerMisuse,
        path: Some("/query".into()),
    };
    let mut period = Period::OPEN;
    let mut is_given = false;
    for pair in query.split('&').filter(|pair| !pair.is_empty()) {
        let (name, value) = pair.split_once('=').ok_or_else(refuse)?;
        let day = Some(Day::parse(value).ok_or_else(refuse)?);
        let slot = match name {
            "from" => &mut period.from,
            "to" => &mut period.to,
            _ => return Err(refuse()),
        };
        if slot.is_some() {
            return Err(refuse());
        }
        *slot = day;
        is_given = true;
    }
    Ok(is_given.then_some(period))
}

/// What may be used once is spent before anything is shown.
async fn count(holder: &Shared, permit: &Permit, category: Category) -> Result<(), Problem> {
    let (true, Some(consent)) = (permit.once, &permit.consent_jti) else {
        return Ok(());
    };
    let spent = sqlx::query(
        "INSERT INTO spent (consent_jti, category) VALUES (?, ?) ON CONFLICT DO NOTHING",
    )
    .bind(consent)
    .bind(category.code())
    .execute(&holder.db)
    .await?;
    if spent.rows_affected() == 1 {
        Ok(())
    } else {
        Err(Code::GrantUseLimit.into())
    }
}

/// Who read what and when, for the person.
async fn record(holder: &Shared, permit: &Permit, category: Category) -> Result<(), Problem> {
    let mut store = holder.db.begin().await?;
    receipts::write(
        holder,
        &mut store,
        About {
            event: ReceiptEvent::Provision,
            arrangement_id: &permit.arrangement_id,
            sub: &permit.sub,
            recipient: &permit.client_id,
            consent_jti: permit.consent_jti.clone(),
            consent_s256: None,
            txn: None,
            items: vec![category],
            at: now(),
        },
    )
    .await?;
    store.commit().await?;
    Ok(())
}

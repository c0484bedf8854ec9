//! Fetching what was consented to: page by page, each with a receipt of acquisition in the transaction
//! that keeps its records; and forgetting what may not be kept any longer.

use std::collections::BTreeMap;
use std::sync::{Arc, Weak};
use std::time::Duration;

use phr_link::catalogue::Category;
use phr_link::receipt::ReceiptEvent;
use phr_link::scope::{Detail, Frequency, Handling, Purpose, Retention};
use phr_link::time::DAY_SECONDS;
use phr_link::token::s256;
use phr_link::{Code, Timestamp};
use serde_json::Value;
use sqlx::{AnyConnection, Row as _};

use super::arrangement::{Arrangement, State};
use super::holder::{Page, is_ending};
use super::{Operator, Shared};
use crate::problem::Problem;
use crate::receipts::{self, About};

/// How often records are fetched again, in seconds.
const AGAIN_SECONDS: i64 = DAY_SECONDS;

/// How long a fetch waits for an answer of another replica that began it, in seconds.
const LEASE_SECONDS: i64 = 600;

/// After how long what failed is tried again the first time, in seconds; twice as long each time.
const PAUSE_SECONDS: i64 = 60;

/// How many pages of a category are followed.
const MAX_PAGES: usize = 200;

/// What stands for a category that the person had erased: it is not fetched again under this consent.
pub(super) const ERASED: &str = "erased";

/// How the operator came to have what it gives on.
const ACQUIRED: &str = "received from the holder on the person's consent";

/// Fetches what is due now, beside whatever else is done.
pub(super) fn soon(operator: &Shared) {
    let operator = operator.clone();
    tokio::spawn(async move {
        if fetch_due(&operator).await.is_err() {
            tracing::warn!("records could not be fetched");
        }
    });
}

/// Fetches what is due, and forgets what may not be kept, for as long as the operator lives.
pub(super) fn keep(operator: &Shared) {
    let operator: Weak<Operator> = Arc::downgrade(operator);
    tokio::spawn(async move {
        while let Some(operator) = operator.upgrade() {
            if forget(&operator).await.is_err() || fetch_due(&operator).await.is_err() {
                tracing::warn!("what is due could not be fetched or forgotten");
            }
            drop(operator);
            tokio::time::sleep(Duration::from_secs(20)).await;
        }
    });
}

/// Erases what has been kept for as long as the person said.
async fn forget(operator: &Operator) -> Result<(), Problem> {
    sqlx::query("DELETE FROM operator_record WHERE keep_until <= $1")
        .bind(operator.now().as_secs())
        .execute(operator.db.pool())
        .await?;
    Ok(())
}

async fn fetch_due(operator: &Shared) -> Result<(), Problem> {
    let at = operator.now().as_secs();
    // Claimed by moving the time on: of several replicas one fetches, and another one does if it dies.
    let due: Vec<String> = sqlx::query_scalar(
        "UPDATE operator_arrangement SET due_at = $1
         WHERE state = 'active' AND due_at > 0 AND due_at <= $2 RETURNING id",
    )
    .bind(at + LEASE_SECONDS)
    .bind(at)
    .fetch_all(operator.db.pool())
    .await?;
    for id in due {
        let outcome = run(operator, &id).await;
        if outcome.is_err() {
            tracing::warn!("records could not be fetched");
        }
        again(operator, &id, outcome.unwrap_or(Next::Retry)).await?;
    }
    Ok(())
}

/// When an arrangement is fetched next.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
enum Next {
    /// Never: it is over, or each record is given once.
    Never,
    /// At its time.
    Later,
    /// After a while: something could not be had.
    Retry,
}

async fn again(operator: &Operator, id: &str, next: Next) -> Result<(), Problem> {
    let mut store = operator.db.begin().await?;
    let failed: Option<i64> = sqlx::query_scalar(
        "UPDATE operator_arrangement SET failed = CASE WHEN $1 = 1 THEN failed + 1 ELSE 0 END
         WHERE id = $2 RETURNING failed",
    )
    .bind(i64::from(next == Next::Retry))
    .bind(id)
    .fetch_optional(&mut *store)
    .await?;
    let at = operator.now().as_secs();
    let pause = PAUSE_SECONDS << failed.unwrap_or(0).clamp(1, 11) >> 1;
    let due_at = match next {
        Next::Never => 0,
        Next::Retry => at + pause.min(AGAIN_SECONDS),
        Next::Later => at + AGAIN_SECONDS,
    };
    sqlx::query("UPDATE operator_arrangement SET due_at = $1 WHERE id = $2 AND due_at > 0")
        .bind(due_at)
        .bind(id)
        .execute(&mut *store)
        .await?;
    store.commit().await?;
    Ok(())
}

/// Fetches every category of an arrangement's consent.
async fn run(operator: &Shared, id: &str) -> Result<Next, Problem> {
    let mut store = operator.db.begin().await?;
    let arrangement = Arrangement::lock(&mut store, id).await?;
    let outcomes = outcomes(&mut store, id).await?;
    store.commit().await?;
    let Some(mut arrangement) = arrangement.filter(|arrangement| arrangement.is_active) else {
        return Ok(Next::Never);
    };
    let consent = arrangement.consent()?;
    let mut next = Next::Never;
    for detail in &consent.authorization_details {
        // What may only be looked at is asked for when somebody looks.
        if detail.handling != Handling::Store {
            continue;
        }
        if detail.frequency == Frequency::Continuing {
            next = next.max(Next::Later);
        }
        for category in &detail.datatypes {
            let before = outcomes.get(category.code()).map(String::as_str);
            let is_had = matches!(before, Some("ok" | "empty"));
            if before == Some(ERASED) || (is_had && detail.frequency == Frequency::Once) {
                continue;
            }
            let outcome = category_of(operator, &mut arrangement, detail, *category).await;
            let told = match &outcome {
                Ok(0) => "empty",
                Ok(_) => "ok",
                Err(problem) => problem.code.as_str(),
            };
            note(operator, &arrangement, *category, told).await?;
            match outcome {
                // The use stops at once, whoever said so first.
                Err(problem) if is_over(problem.code) => {
                    stop(operator, &arrangement).await?;
                    return Ok(Next::Never);
                }
                Err(_) => next = Next::Retry,
                Ok(_) => {}
            }
        }
    }
    Ok(next)
}

/// What became of each category under this consent.
async fn outcomes(
    store: &mut AnyConnection,
    id: &str,
) -> Result<BTreeMap<String, String>, Problem> {
    let rows =
        sqlx::query("SELECT category, outcome FROM operator_fetch WHERE arrangement_id = $1")
            .bind(id)
            .fetch_all(&mut *store)
            .await?;
    let rows = rows.iter();
    Ok(rows
        .map(|row| (row.get("category"), row.get("outcome")))
        .collect())
}

const fn is_over(code: Code) -> bool {
    matches!(
        code,
        Code::ConsentWithdrawn | Code::ConsentSuperseded | Code::ConsentExpired
    )
}

async fn stop(operator: &Operator, arrangement: &Arrangement) -> Result<(), Problem> {
    let mut store = operator.db.begin().await?;
    if let Some(arrangement) = arrangement.lock_again(&mut store).await? {
        arrangement.end(&mut store, State::Ended).await?;
        arrangement.erase(&mut store).await?;
    }
    store.commit().await?;
    Ok(())
}

async fn note(
    operator: &Operator,
    arrangement: &Arrangement,
    category: Category,
    outcome: &str,
) -> Result<(), Problem> {
    // Never over what the person had erased meanwhile, and nothing about a consent that is over.
    sqlx::query(
        "INSERT INTO operator_fetch (arrangement_id, category, outcome, at)
         SELECT $1, $2, $3, $4 FROM operator_arrangement
         WHERE id = $1 AND state = 'active' AND consent_jti = $5
         ON CONFLICT (arrangement_id, category) DO UPDATE SET outcome = $3, at = $4
         WHERE operator_fetch.outcome <> $6",
    )
    .bind(&arrangement.id)
    .bind(category.code())
    .bind(outcome)
    .bind(operator.now().as_secs())
    .bind(&arrangement.consent_jti)
    .bind(ERASED)
    .execute(operator.db.pool())
    .await?;
    Ok(())
}

/// Fetches one category; gives how many records it has.
async fn category_of(
    operator: &Operator,
    arrangement: &mut Arrangement,
    detail: &Detail,
    category: Category,
) -> Result<usize, Problem> {
    let purpose = purpose(detail).ok_or(Code::RequestPurposeMissing)?;
    let mut url = format!("{}/records/{}", arrangement.holder, category.code());
    let own = format!("{url}?");
    let mut count = 0;
    for _ in 0..MAX_PAGES {
        let page = read(operator, arrangement, &url, purpose).await?;
        count += page.resources.len();
        keep_page(operator, arrangement, detail, category, &page).await?;
        // A page goes on at the same call of the same holder, or nowhere.
        match page.next {
            Some(next) if next.starts_with(&own) => url = next,
            _ => break,
        }
    }
    Ok(count)
}

/// The purpose for which records are stored: to show them to the person, or else the only other one.
fn purpose(detail: &Detail) -> Option<Purpose> {
    let own = detail
        .purposes
        .iter()
        .find(|purpose| **purpose == Purpose::SelfView);
    own.or(detail.purposes.first()).copied()
}

/// Reads a page, with the next grant where this one is ending or was ended.
async fn read(
    operator: &Operator,
    arrangement: &mut Arrangement,
    url: &str,
    purpose: Purpose,
) -> Result<Page, Problem> {
    if is_ending(arrangement.grant_exp, operator.now()) {
        renew(operator, arrangement).await?;
    }
    let prover = operator.prover(&arrangement.jkt()?)?;
    match operator
        .read(url, &arrangement.grant, purpose, &prover)
        .await
    {
        Err(problem) if matches!(problem.code, Code::GrantRevoked | Code::GrantExpired) => {
            renew(operator, arrangement).await?;
            operator
                .read(url, &arrangement.grant, purpose, &prover)
                .await
        }
        answer => answer,
    }
}

/// Exchanges the live consent for the next grant.
async fn renew(operator: &Operator, arrangement: &mut Arrangement) -> Result<(), Problem> {
    let fields = [
        (
            "grant_type",
            "urn:ietf:params:oauth:grant-type:token-exchange",
        ),
        ("client_id", operator.base()),
        ("subject_token", &arrangement.consent),
        ("subject_token_type", "urn:ietf:params:oauth:token-type:jwt"),
    ];
    let prover = operator.prover(&arrangement.jkt()?)?;
    let response = operator
        .token(&arrangement.holder, &fields, &prover)
        .await?;
    let exp = operator.now().plus(response.expires_in).as_secs();
    let grant: String = response.access_token.into();
    let mut store = operator.db.begin().await?;
    arrangement.renew(&mut store, &grant, exp).await?;
    store.commit().await?;
    (arrangement.grant, arrangement.grant_exp) = (grant, exp);
    Ok(())
}

/// Keeps a page with its receipt, both or neither, and only while its consent is the one: what was on its
/// way when the person ended it, or had it erased, is dropped.
async fn keep_page(
    operator: &Operator,
    arrangement: &Arrangement,
    detail: &Detail,
    category: Category,
    page: &Page,
) -> Result<(), Problem> {
    let at = operator.now();
    let lists = operator.trust().await?;
    let mut store = operator.db.begin().await?;
    let locked = arrangement.lock_again(&mut store).await?;
    let arrangement = locked.ok_or(Code::ConsentWithdrawn)?;
    let outcomes = outcomes(&mut store, &arrangement.id).await?;
    if outcomes
        .get(category.code())
        .is_some_and(|told| told == ERASED)
    {
        return Err(Code::ScopeNotDisclosed.into());
    }
    let keep_until = keep_until(detail, at);
    for resource in &page.resources {
        insert(&mut store, &arrangement, category, resource, at, keep_until).await?;
    }
    let party = |id: &str| {
        let member = lists.trust.member(id).ok_or(Code::TrustNotCertified)?;
        Ok::<_, Problem>(member.as_party())
    };
    let about = About {
        event: ReceiptEvent::Acquisition,
        sub: &arrangement.sub,
        provider: party(&arrangement.holder)?,
        recipient: party(operator.base())?,
        consent_jti: Some(arrangement.consent_jti.clone()),
        consent_s256: Some(s256(&arrangement.consent)),
        txn: None,
        items: vec![category],
        acquired_how: ACQUIRED,
        exchange_id: page.exchange.clone(),
        at,
    };
    let mut chain = receipts::Arrangement::lock(&mut store, &arrangement.id).await?;
    chain.write(&operator.issuer()?, &mut store, about).await?;
    chain.close(&mut store).await?;
    store.commit().await?;
    Ok(())
}

fn keep_until(detail: &Detail, at: Timestamp) -> Timestamp {
    match detail.retention {
        Retention::Days(days) => at.plus(days.saturating_mul(DAY_SECONDS)),
        Retention::Until(day) => day.plus(1).start(),
    }
}

async fn insert(
    store: &mut AnyConnection,
    arrangement: &Arrangement,
    category: Category,
    resource: &Value,
    at: Timestamp,
    keep_until: Timestamp,
) -> Result<(), Problem> {
    let text = resource.to_string();
    sqlx::query(
        "INSERT INTO operator_record (person, source, category, s256, resource, acquired_at, keep_until)
         VALUES ($1, $2, $3, $4, $5, $6, $7)
         ON CONFLICT (person, source, category, s256) DO UPDATE SET keep_until = $7",
    )
    .bind(&arrangement.person)
    .bind(&arrangement.id)
    .bind(category.code())
    .bind(s256(&text))
    .bind(&text)
    .bind(at.as_secs())
    .bind(keep_until.as_secs())
    .execute(&mut *store)
    .await?;
    Ok(())
}

//! Fetching what was consented to: page by page, each with a receipt of acquisition in the transaction
//! that keeps its records; and forgetting what may not be kept any longer.

use std::sync::{Arc, Weak};
use std::time::Duration;

use phr_link::catalogue::Category;
use phr_link::consent::Consent;
use phr_link::receipt::ReceiptEvent;
use phr_link::scope::{Detail, Frequency, Handling, Purpose, Retention};
use phr_link::time::DAY_SECONDS;
use phr_link::token::{Kind, Unverified, s256};
use phr_link::{Code, Timestamp};
use serde_json::Value;

use super::arrangement::{Arrangement, State};
use super::holder::{Page, is_ending};
use super::{Operator, Shared};
use crate::problem::Problem;
use crate::receipts::{self, About};

/// How often records are fetched again, in seconds.
const AGAIN_SECONDS: i64 = DAY_SECONDS;

/// How many pages of a category are followed.
const MAX_PAGES: usize = 200;

/// How the operator came to have what it gives on.
const ACQUIRED: &str = "received from the holder on the person's consent";

/// Fetches for one arrangement, beside whatever else is done.
pub(super) fn start(operator: &Shared, arrangement: String) {
    let operator = operator.clone();
    tokio::spawn(async move {
        if run(&operator, &arrangement).await.is_err() {
            tracing::warn!("records could not be fetched");
        }
    });
}

/// Fetches again what is due, and forgets what may not be kept, for as long as the operator lives.
pub(super) fn keep(operator: &Shared) {
    let operator: Weak<Operator> = Arc::downgrade(operator);
    tokio::spawn(async move {
        while let Some(operator) = operator.upgrade() {
            if round(&operator).await.is_err() {
                tracing::warn!("what is due could not be fetched or forgotten");
            }
            drop(operator);
            tokio::time::sleep(Duration::from_secs(60)).await;
        }
    });
}

async fn round(operator: &Shared) -> Result<(), Problem> {
    let at = operator.now().as_secs();
    sqlx::query("DELETE FROM operator_record WHERE keep_until <= $1")
        .bind(at)
        .execute(operator.db.pool())
        .await?;
    // Claimed by moving the time on: of several replicas one fetches.
    let due: Vec<String> = sqlx::query_scalar(
        "UPDATE operator_arrangement SET fetched_at = $1
         WHERE state = 'active' AND fetched_at > 0 AND fetched_at <= $2 RETURNING id",
    )
    .bind(at)
    .bind(at - AGAIN_SECONDS)
    .fetch_all(operator.db.pool())
    .await?;
    for arrangement in due {
        start(operator, arrangement);
    }
    Ok(())
}

/// Fetches every category of an arrangement's consent.
pub(super) async fn run(operator: &Shared, id: &str) -> Result<(), Problem> {
    let mut store = operator.db.begin().await?;
    let arrangement = Arrangement::lock(&mut store, id).await?;
    store.commit().await?;
    let Some(mut arrangement) = arrangement.filter(|arrangement| arrangement.is_active) else {
        return Ok(());
    };
    let consent =
        Unverified::read(&arrangement.consent, Kind::Consent)?.unverified_claims::<Consent>()?;
    for detail in &consent.authorization_details {
        // What may only be looked at is asked for when somebody looks.
        if detail.handling != Handling::Store {
            continue;
        }
        for category in &detail.datatypes {
            let outcome = category_of(operator, &mut arrangement, detail, *category).await;
            let told = match &outcome {
                Ok(0) => "empty",
                Ok(_) => "ok",
                Err(problem) => problem.code.as_str(),
            };
            note(operator, id, *category, told).await?;
            match outcome {
                // The use stops at once, whoever said so first.
                Err(problem) if is_over(problem.code) => return stop(operator, id).await,
                _ => {}
            }
        }
    }
    sqlx::query("UPDATE operator_arrangement SET fetched_at = $1 WHERE id = $2")
        .bind(operator.now().as_secs())
        .bind(id)
        .execute(operator.db.pool())
        .await?;
    Ok(())
}

const fn is_over(code: Code) -> bool {
    matches!(
        code,
        Code::ConsentWithdrawn | Code::ConsentSuperseded | Code::ConsentExpired
    )
}

async fn stop(operator: &Operator, id: &str) -> Result<(), Problem> {
    let mut store = operator.db.begin().await?;
    if let Some(arrangement) = Arrangement::lock(&mut store, id).await?
        && arrangement.is_active
    {
        arrangement.end(&mut store, State::Ended).await?;
        arrangement.erase(&mut store).await?;
    }
    store.commit().await?;
    Ok(())
}

async fn note(
    operator: &Operator,
    id: &str,
    category: Category,
    outcome: &str,
) -> Result<(), Problem> {
    sqlx::query(
        "INSERT INTO operator_fetch (arrangement_id, category, outcome, at)
         SELECT $1, $2, $3, $4 FROM operator_arrangement WHERE id = $1 AND state = 'active'
         ON CONFLICT (arrangement_id, category) DO UPDATE SET outcome = $3, at = $4",
    )
    .bind(id)
    .bind(category.code())
    .bind(outcome)
    .bind(operator.now().as_secs())
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
        keep_page(operator, &arrangement.id, detail, category, &page).await?;
        match page.next {
            // A page goes on at the same call of the same holder, or nowhere.
            Some(next) if next.starts_with(&own) && detail.frequency == Frequency::Continuing => {
                url = next;
            }
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
    match operator.read(url, &arrangement.grant, purpose).await {
        Err(problem) if matches!(problem.code, Code::GrantRevoked | Code::GrantExpired) => {
            renew(operator, arrangement).await?;
            operator.read(url, &arrangement.grant, purpose).await
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
    let response = operator.token(&arrangement.holder, &fields).await?;
    let exp = operator.now().plus(response.expires_in).as_secs();
    let grant: String = response.access_token.into();
    let mut store = operator.db.begin().await?;
    arrangement.renew(&mut store, &grant, exp).await?;
    store.commit().await?;
    (arrangement.grant, arrangement.grant_exp) = (grant, exp);
    Ok(())
}

/// Keeps a page with its receipt, both or neither, and only while the arrangement is active: what was
/// on its way when the person ended it is dropped.
async fn keep_page(
    operator: &Operator,
    id: &str,
    detail: &Detail,
    category: Category,
    page: &Page,
) -> Result<(), Problem> {
    let at = operator.now();
    let lists = operator.trust().await?;
    let mut store = operator.db.begin().await?;
    let arrangement = Arrangement::lock(&mut store, id).await?;
    let arrangement = arrangement
        .filter(|arrangement| arrangement.is_active)
        .ok_or(Code::ConsentWithdrawn)?;
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
    let mut chain = receipts::Arrangement::lock(&mut store, id).await?;
    chain.write(&operator.issuer(), &mut store, about).await?;
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
    store: &mut sqlx::AnyConnection,
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

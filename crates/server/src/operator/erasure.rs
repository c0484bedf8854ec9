//! `POST /erasure` and `GET /erasure/{id}`: what is kept of the person is erased, with a signed receipt.

use axum::Json as Answer;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use phr_link::catalogue::Category;
use phr_link::claims::Party;
use phr_link::contract::DateTime;
use phr_link::contract::erasure::{
    Erasure, ErasureRequest, ErasureState, Kept, KeptKind, KeptReason,
};
use phr_link::receipt::ReceiptEvent;
use phr_link::token::s256;
use phr_link::trust::TrustList;
use phr_link::{Code, Timestamp};
use sqlx::{AnyConnection, Row as _};

use super::arrangement::{Arrangement, State as Standing};
use super::{Operator, Shared, fetch};
use crate::input::Json;
use crate::problem::{Problem, no_store};
use crate::random_id;
use crate::receipts::{self, About};
use crate::session::same_origin;

impl Operator {
    /// The operator as receipts name it.
    ///
    /// # Errors
    /// `trust.not-certified` if it is not in the trust list
    pub(super) fn party(&self, trust: &TrustList) -> Result<Party, Problem> {
        let own = trust.member(self.base()).ok_or(Code::TrustNotCertified)?;
        Ok(own.as_party())
    }
}

pub(super) async fn ask(
    State(operator): State<Shared>,
    headers: HeaderMap,
    Json(asked): Json<ErasureRequest>,
) -> Result<Response, Problem> {
    same_origin(&headers, operator.base())?;
    let session = operator.session(&headers).await?;
    session.check_fresh(operator.now())?;
    let lists = operator.trust().await?;
    let own = operator.party(&lists.trust)?;
    let mut store = operator.db.begin().await?;
    let all = Arrangement::of_person(&mut store, &session.person).await?;
    let chosen: Vec<_> = all
        .iter()
        .filter(|one| {
            asked
                .arrangement_id
                .as_ref()
                .is_none_or(|id| **id == one.id)
        })
        .collect();
    if asked.arrangement_id.is_some() && chosen.is_empty() {
        return Err(Code::ConsentUnknown.into());
    }
    let mut erased = 0;
    let mut receipt = None;
    for one in chosen {
        let Some(locked) = Arrangement::lock(&mut store, &one.id).await? else {
            continue;
        };
        if locked.is_erased {
            continue;
        }
        let provider = lists
            .trust
            .member(&locked.holder)
            .map(|holder| holder.as_party());
        let parties = (provider.unwrap_or_else(|| own.clone()), own.clone());
        let done = match &asked.categories {
            Some(categories) => {
                of_categories(&operator, &mut store, &locked, categories, parties).await?
            }
            None => of_arrangement(&operator, &mut store, &locked, parties).await?,
        };
        erased += done.count;
        receipt = Some(done.receipt);
    }
    if asked.arrangement_id.is_none() && asked.categories.is_none() {
        erased += erase_imported(&mut store, &session.person).await?;
    }
    let id = random_id()?;
    let at = operator.now().as_secs();
    sqlx::query(
        "INSERT INTO operator_erasure (id, person, state, asked_at, done_at, erased, receipt)
         VALUES ($1, $2, 'done', $3, $3, $4, $5)",
    )
    .bind(&id)
    .bind(&session.person)
    .bind(at)
    .bind(i64::try_from(erased).map_err(|_| Code::Internal)?)
    .bind(&receipt)
    .execute(&mut *store)
    .await?;
    let told = tell(&operator, &mut store, &session.person, &id).await?;
    store.commit().await?;
    let mut response = (StatusCode::ACCEPTED, no_store(), Answer(told)).into_response();
    let place = HeaderValue::from_str(&format!("{}/erasure/{id}", operator.base()));
    response
        .headers_mut()
        .insert(header::LOCATION, place.map_err(|_| Code::Internal)?);
    Ok(response)
}

/// What an erasure did.
pub(super) struct Done {
    count: u64,
    receipt: String,
}

/// Erases all that came by an arrangement, ends its use, and writes the receipt: all in one
/// transaction, after which a page that was on its way finds nothing to be added to.
pub(super) async fn of_arrangement(
    operator: &Operator,
    store: &mut AnyConnection,
    arrangement: &Arrangement,
    (provider, own): (Party, Party),
) -> Result<Done, Problem> {
    let count = arrangement.erase(store).await?;
    arrangement.end(store, Standing::Erased).await?;
    arrangement.erase_consent(store).await?;
    let receipt = write(operator, store, arrangement, Vec::new(), (provider, own)).await?;
    Ok(Done { count, receipt })
}

/// Erases some categories of an arrangement, which are not fetched again under its consent.
async fn of_categories(
    operator: &Operator,
    store: &mut AnyConnection,
    arrangement: &Arrangement,
    categories: &[Category],
    parties: (Party, Party),
) -> Result<Done, Problem> {
    let mut count = 0;
    for category in categories {
        count += erase_category(store, arrangement, category.code()).await?;
        sqlx::query(
            "INSERT INTO operator_fetch (arrangement_id, category, outcome, at)
             VALUES ($1, $2, $3, $4)
             ON CONFLICT (arrangement_id, category) DO UPDATE SET outcome = $3, at = $4",
        )
        .bind(&arrangement.id)
        .bind(category.code())
        .bind(fetch::ERASED)
        .bind(operator.now().as_secs())
        .execute(&mut *store)
        .await?;
    }
    let receipt = write(operator, store, arrangement, categories.to_vec(), parties).await?;
    Ok(Done { count, receipt })
}

/// Writes the receipt of an erasure; without items it is about everything.
async fn write(
    operator: &Operator,
    store: &mut AnyConnection,
    arrangement: &Arrangement,
    items: Vec<Category>,
    (provider, own): (Party, Party),
) -> Result<String, Problem> {
    let about = About {
        event: ReceiptEvent::Erasure,
        sub: &arrangement.sub,
        provider,
        recipient: own,
        consent_jti: Some(arrangement.consent_jti.clone()),
        consent_s256: Some(s256(&arrangement.consent)),
        txn: None,
        items,
        acquired_how: "erased on the person's wish",
        exchange_id: None,
        at: operator.now(),
    };
    let mut chain = receipts::Arrangement::lock(store, &arrangement.id).await?;
    let written = chain.write(&operator.issuer()?, store, about).await?;
    chain.close(store).await?;
    Ok(written.token)
}

async fn erase_category(
    store: &mut AnyConnection,
    arrangement: &Arrangement,
    category: &str,
) -> Result<u64, Problem> {
    let erased = sqlx::query(
        "DELETE FROM operator_record WHERE person = $1 AND source = $2 AND category = $3",
    )
    .bind(&arrangement.person)
    .bind(&arrangement.id)
    .bind(category)
    .execute(&mut *store)
    .await?;
    Ok(erased.rows_affected())
}

/// What the person brought goes as well; consents are the person's own words and go with it.
async fn erase_imported(store: &mut AnyConnection, person: &str) -> Result<u64, Problem> {
    let erased = sqlx::query("DELETE FROM operator_record WHERE person = $1")
        .bind(person)
        .execute(&mut *store)
        .await?;
    sqlx::query("DELETE FROM operator_document WHERE person = $1")
        .bind(person)
        .execute(&mut *store)
        .await?;
    Ok(erased.rows_affected())
}

pub(super) async fn look(
    State(operator): State<Shared>,
    headers: HeaderMap,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    let session = operator.session(&headers).await?;
    let mut store = operator.db.begin().await?;
    let told = tell(&operator, &mut store, &session.person, &id).await?;
    store.commit().await?;
    Ok((no_store(), Answer(told)).into_response())
}

/// How an erasure of this person stands; somebody else's is unknown.
async fn tell(
    operator: &Operator,
    store: &mut AnyConnection,
    person: &str,
    id: &str,
) -> Result<Erasure, Problem> {
    let row = sqlx::query("SELECT * FROM operator_erasure WHERE id = $1 AND person = $2")
        .bind(id)
        .bind(person)
        .fetch_optional(&mut *store)
        .await?
        .ok_or(Code::ScopeNotDisclosed)?;
    let kept = sqlx::query(
        "SELECT count(*) AS count, max(receipt.retain_until) AS until FROM receipt
         JOIN operator_arrangement ON operator_arrangement.id = receipt.arrangement_id
         WHERE operator_arrangement.person = $1",
    )
    .bind(person)
    .fetch_one(&mut *store)
    .await?;
    let count = usize::try_from(kept.get::<i64, _>("count")).unwrap_or(0);
    let until: Option<i64> = kept.get("until");
    let time = |seconds: i64| DateTime(Timestamp::from_secs(seconds));
    let asked_at: i64 = row.get("asked_at");
    let days = operator.config.facts.retention.erasure_days;
    Ok(Erasure {
        id: id.into(),
        state: ErasureState::Done,
        requested_at: time(asked_at),
        due_at: time(asked_at + days * phr_link::time::DAY_SECONDS),
        done_at: row.get::<Option<i64>, _>("done_at").map(time),
        erased: usize::try_from(row.get::<i64, _>("erased")).unwrap_or(0),
        // The law demands that the records of provision stay: it is said, not hidden.
        kept: until
            .filter(|_| count > 0)
            .map(|until| Kept {
                what: KeptKind::Receipts,
                count,
                reason: KeptReason::RequiredByLaw,
                until: time(until),
            })
            .into_iter()
            .collect(),
        onward: Vec::new(),
        receipt: row.get::<Option<String>, _>("receipt").map(Into::into),
    })
}

//! Driving retrievals: each step is kept before the next, and of several replicas one takes it.

use std::sync::{Arc, Weak};
use std::time::Duration;

use phr_link::Timestamp;
use phr_link::contract::records::Outcome;
use phr_link::contract::retrieval::RetrievalState;
use phr_link::wire::base64url;
use serde_json::Value;
use tokio::task::JoinSet;

use super::people::Person;
use super::retrieval::{Kept, LIVE, Move, PERSON_SECONDS, RESULT_SECONDS, SOURCE_SECONDS};
use super::{Holder, Shared, word};
use crate::problem::Problem;
use crate::records::Record;
use crate::source::{Absent, Link, Portal, Raw, Source, Step, Wanted, write_records};

/// How long a step waits for another replica that took it, in seconds.
const LEASE_SECONDS: i64 = 60;

/// How many are stepped on at a time.
const TOGETHER: i64 = 32;

/// The longest pause between two looks, in seconds.
const LONGEST_PAUSE_SECONDS: i64 = 900;

/// The last pause counted by doubling.
const MAX_DOUBLINGS: i64 = 9;

/// Drives for as long as the holder lives.
pub(super) fn keep(holder: &Shared) {
    let holder: Weak<Holder> = Arc::downgrade(holder);
    tokio::spawn(async move {
        while let Some(holder) = holder.upgrade() {
            if round(&holder).await.is_err() {
                tracing::warn!("retrievals could not be driven");
            }
            drop(holder);
            tokio::time::sleep(Duration::from_secs(2)).await;
        }
    });
}

/// Takes what is due now, beside whatever else is done.
pub(super) fn soon(holder: &Shared) {
    let holder = holder.clone();
    tokio::spawn(async move {
        if round(&holder).await.is_err() {
            tracing::warn!("retrievals could not be driven");
        }
    });
}

async fn round(holder: &Shared) -> Result<(), Problem> {
    let at = holder.now().as_secs();
    // What is over by time, with what was fetched.
    sqlx::query(
        "UPDATE retrieval SET state = 'expired', raw = '', records = '', user_url = NULL, due_at = 0,
         updated_at = $1 WHERE expires_at <= $1 AND state NOT IN ('expired', 'cancelled', 'failed')",
    )
    .bind(at)
    .execute(holder.db.pool())
    .await?;
    sqlx::query("DELETE FROM retrieval WHERE updated_at < $1")
        .bind(at - 30 * phr_link::time::DAY_SECONDS)
        .execute(holder.db.pool())
        .await?;
    let due = sqlx::query(sqlx::AssertSqlSafe(format!(
        "UPDATE retrieval SET due_at = $1 WHERE id IN (SELECT id FROM retrieval WHERE due_at > 0
         AND due_at <= $2 AND state IN {LIVE} ORDER BY due_at LIMIT $3)
         AND due_at <= $2 AND state IN {LIVE} RETURNING *"
    )))
    .bind(at + LEASE_SECONDS)
    .bind(at)
    .bind(TOGETHER)
    .fetch_all(holder.db.pool())
    .await?;
    // Beside one another: a source that is slow keeps nobody else waiting.
    let mut steps = JoinSet::new();
    for row in due {
        let (holder, kept) = (holder.clone(), Kept::of(&row)?);
        steps.spawn(async move { step(&holder, &kept).await });
    }
    while let Some(stepped) = steps.join_next().await {
        if !matches!(stepped, Ok(Ok(()))) {
            tracing::warn!("a retrieval could not be moved on");
        }
    }
    Ok(())
}

/// One step of one retrieval.
async fn step(holder: &Shared, kept: &Kept) -> Result<(), Problem> {
    let at = holder.now();
    let source = holder
        .sources
        .iter()
        .find(|source| source.name() == kept.source);
    let Some(source) = source.cloned() else {
        return end(holder, kept, Absent::of(Outcome::SourceUnavailable)).await;
    };
    let Some(portal) = source.portal() else {
        return at_once(holder, kept, source.as_ref()).await;
    };
    let step = match kept.state {
        RetrievalState::Created => {
            let link = portal.link(&kept.person, at).await?;
            let linkage = match &link {
                Link::Holds(linkage) => Some(linkage.as_str()),
                Link::None | Link::Over => None,
            };
            let back = format!("{}/retrieved", holder.base());
            match portal.begin(kept.category, &back, linkage, at).await {
                Ok(begun) => {
                    let state = match begun.user_url {
                        Some(_) => RetrievalState::AwaitingUser,
                        None => RetrievalState::Pending,
                    };
                    return go(
                        holder,
                        kept,
                        &Move {
                            state,
                            outcome: None,
                            session: Some(&begun.session),
                            user_url: begun.user_url.as_deref(),
                            expires_at: at.plus(match state {
                                RetrievalState::AwaitingUser => PERSON_SECONDS,
                                _ => SOURCE_SECONDS,
                            }),
                            due_at: Some(at.plus(2)),
                            tries: 0,
                        },
                    )
                    .await;
                }
                Err(step) => step,
            }
        }
        _ => {
            let mut store = holder.db.begin().await?;
            let person = Person::find(&mut store, &kept.person).await?;
            store.commit().await?;
            let person = person.ok_or(phr_link::Code::Internal)?;
            let who = (person.name.as_str(), person.birth_date.as_str());
            portal.step(&kept.session, kept.category, who).await
        }
    };
    follow(holder, kept, portal, step).await
}

/// What follows from what the portal said.
async fn follow(holder: &Shared, kept: &Kept, portal: &Portal, step: Step) -> Result<(), Problem> {
    let at = holder.now();
    match step {
        Step::Pending | Step::Nothing => {
            let pause = 2_i64 << kept.tries.clamp(0, MAX_DOUBLINGS);
            let next = Move {
                state: kept.state,
                outcome: None,
                session: None,
                user_url: kept.user_url.as_deref(),
                expires_at: kept.expires_at,
                due_at: Some(at.plus(pause.min(LONGEST_PAUSE_SECONDS))),
                tries: kept.tries + 1,
            };
            go(holder, kept, &next).await
        }
        Step::Closed(seconds) => {
            portal.note_closed(at, seconds).await?;
            // Time at which it is closed is taken from nobody.
            let next = Move {
                state: kept.state,
                outcome: None,
                session: None,
                user_url: kept.user_url.as_deref(),
                expires_at: kept.expires_at.plus(seconds),
                due_at: Some(at.plus(seconds.max(1))),
                tries: 0,
            };
            go(holder, kept, &next).await
        }
        Step::Mismatch => end(holder, kept, Absent::of(Outcome::IdentityMismatch)).await,
        Step::Expired => {
            let next = Move {
                state: RetrievalState::Expired,
                outcome: None,
                session: None,
                user_url: None,
                expires_at: at,
                due_at: None,
                tries: kept.tries,
            };
            go(holder, kept, &next).await
        }
        Step::Done(Err(absent)) => {
            if absent.outcome == Outcome::Empty {
                let raw = Raw {
                    media_type: "application/json".to_owned(),
                    bytes: Vec::new(),
                    is_whole: true,
                };
                return keep_result(holder, kept, &[], &raw).await;
            }
            end(holder, kept, absent).await
        }
        Step::Done(Ok((records, raw, linkage))) => {
            // The link first: without the result the step comes again, and without the link it would not.
            if let Some(linkage) = linkage {
                portal.keep_link(&kept.person, &linkage, at).await?;
            }
            keep_result(holder, kept, &records, &raw).await
        }
    }
}

/// A source that answers at once.
async fn at_once(holder: &Shared, kept: &Kept, source: &dyn Source) -> Result<(), Problem> {
    let wanted = Wanted {
        person: &kept.person,
        category: kept.category,
        period: kept.period,
        at: holder.now(),
    };
    match source.fetch(&wanted).await {
        Ok(fetched) => {
            let raw = fetched.raw.unwrap_or_else(|| {
                let own = fetched.records.iter();
                let own = own.filter(|record| record.category == kept.category.code());
                let own: Value = own.map(|record| record.resource.clone()).collect();
                Raw {
                    media_type: "application/fhir+json".to_owned(),
                    bytes: own.to_string().into_bytes(),
                    is_whole: true,
                }
            });
            keep_result(holder, kept, &fetched.records, &raw).await
        }
        Err(absent) => end(holder, kept, absent).await,
    }
}

async fn keep_result(
    holder: &Shared,
    kept: &Kept,
    records: &[Record],
    raw: &Raw,
) -> Result<(), Problem> {
    let at = holder.now();
    let mut own = records.iter();
    let outcome = match own.any(|record| record.category == kept.category.code()) {
        true => Outcome::Ok,
        false => Outcome::Empty,
    };
    let next = Move {
        state: RetrievalState::Succeeded,
        outcome: Some(outcome),
        session: None,
        user_url: None,
        expires_at: at.plus(RESULT_SECONDS),
        due_at: None,
        tries: kept.tries,
    };
    let mut store = holder.db.begin().await?;
    // What was withdrawn meanwhile stays away.
    if kept.moves(&mut store, &next, at).await? {
        sqlx::query(
            "UPDATE retrieval SET media_type = $1, raw = $2, raw_s256 = $3, raw_bytes = $4, records = $5,
             obtained_at = $6, raw_is_whole = $8 WHERE id = $7",
        )
        .bind(&raw.media_type)
        .bind(base64url::encode(&raw.bytes))
        .bind(base64url::sha256(&raw.bytes))
        .bind(i64::try_from(raw.bytes.len()).map_err(|_| phr_link::Code::Internal)?)
        .bind(write_records(records))
        .bind(at.as_secs())
        .bind(&kept.id)
        .bind(i64::from(raw.is_whole))
        .execute(&mut *store)
        .await?;
    }
    store.commit().await?;
    Ok(())
}

async fn end(holder: &Shared, kept: &Kept, absent: Absent) -> Result<(), Problem> {
    let at: Timestamp = holder.now();
    tracing::info!(
        outcome = word::write(&absent.outcome)?,
        "a retrieval failed"
    );
    let next = Move {
        state: RetrievalState::Failed,
        outcome: Some(absent.outcome),
        session: None,
        user_url: None,
        expires_at: at.plus(RESULT_SECONDS),
        due_at: None,
        tries: kept.tries,
    };
    go(holder, kept, &next).await
}

async fn go(holder: &Shared, kept: &Kept, next: &Move<'_>) -> Result<(), Problem> {
    let mut store = holder.db.begin().await?;
    kept.moves(&mut store, next, holder.now()).await?;
    store.commit().await?;
    Ok(())
}

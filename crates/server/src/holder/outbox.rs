//! Events to recipients: written in the transaction of what they tell, sent until the recipient has
//! acknowledged them, by whichever replica comes first.

use std::sync::{Arc, Weak};
use std::time::Duration;

use phr_link::contract::operator::OperatorMetadata;
use phr_link::event::{self, Events, SecurityEvent};
use phr_link::scope::Role;
use phr_link::time::DAY_SECONDS;
use phr_link::token::sign;
use phr_link::trust::ClientType;
use sqlx::{AnyConnection, Row as _};

use super::{Holder, Shared};
use crate::fetch;
use crate::problem::Problem;
use crate::random_id;

/// How long an event waits for an answer of another replica that took it, in seconds.
const LEASE_SECONDS: i64 = 60;

/// The longest pause between two tries, in seconds.
const LONGEST_PAUSE_SECONDS: i64 = 3_600;

/// After how long a recipient that never answers is given up, in seconds.
const GIVEN_UP_SECONDS: i64 = 30 * DAY_SECONDS;

/// How many are sent in a round.
const TOGETHER: i64 = 50;

/// The largest description of an operator that is read, in bytes.
const MAX_METADATA: usize = 256 * 1_024;

/// What ended.
pub(super) struct Ended<'a> {
    pub(super) client_id: &'a str,
    pub(super) arrangement_id: &'a str,
    pub(super) sub: &'a str,
    pub(super) consent_jti: &'a str,
    pub(super) wanted: Wanted,
}

/// What the recipient is told to do.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Wanted {
    /// To stop.
    End,
    /// To stop, and to erase what was received.
    EndAndErasure,
    /// To erase what was received: that it ended was told before.
    Erasure,
}

impl Ended<'_> {
    /// Writes the event for an operator with a server; an app without one learns it at its next
    /// request.
    ///
    /// # Errors
    /// `internal` if the store fails
    pub(super) async fn announce(
        &self,
        holder: &Holder,
        store: &mut AnyConnection,
    ) -> Result<(), Problem> {
        let lists = holder.lists()?;
        let listens = lists.trust.member(self.client_id).is_some_and(|member| {
            member.client_type == ClientType::Server
                && member.recipient_role() == Some(Role::Operator)
        });
        if !listens {
            return Ok(());
        }
        let about = event::Arrangement {
            arrangement_id: self.arrangement_id.to_owned(),
            consent_jti: Some(self.consent_jti.to_owned()),
            sub: self.sub.to_owned(),
        };
        let at = holder.now();
        let event = SecurityEvent {
            iss: holder.base().to_owned(),
            aud: self.client_id.to_owned(),
            iat: at,
            jti: random_id()?,
            events: Events {
                erase_requested: (self.wanted != Wanted::End).then(|| about.clone()),
                consent_withdrawn: (self.wanted != Wanted::Erasure).then_some(about),
                ..Events::default()
            },
            exp: None,
        };
        sqlx::query(
            "INSERT INTO event_outbox (jti, client_id, arrangement_id, token, written_at, due_at)
             VALUES ($1, $2, $3, $4, $5, $5)",
        )
        .bind(&event.jti)
        .bind(self.client_id)
        .bind(self.arrangement_id)
        .bind(sign(&event, &holder.signer()?)?)
        .bind(at.as_secs())
        .execute(&mut *store)
        .await?;
        Ok(())
    }
}

/// Sends what is due now, beside whatever else is done.
pub(super) fn send_soon(holder: &Shared) {
    let holder = holder.clone();
    tokio::spawn(async move {
        if send_due(&holder).await.is_err() {
            tracing::warn!("events could not be sent");
        }
    });
}

/// Sends for as long as the holder lives.
pub(super) fn keep(holder: &Shared) {
    let holder: Weak<Holder> = Arc::downgrade(holder);
    tokio::spawn(async move {
        while let Some(holder) = holder.upgrade() {
            if send_due(&holder).await.is_err() {
                tracing::warn!("events could not be sent");
            }
            drop(holder);
            tokio::time::sleep(Duration::from_secs(5)).await;
        }
    });
}

async fn send_due(holder: &Shared) -> Result<(), Problem> {
    let at = holder.now().as_secs();
    // Taken by moving their time on: of several replicas one sends.
    let due = sqlx::query(
        "UPDATE event_outbox SET due_at = $1, tries = tries + 1 WHERE acknowledged_at IS NULL
         AND jti IN (SELECT jti FROM event_outbox WHERE acknowledged_at IS NULL AND due_at <= $2
         AND written_at > $3 ORDER BY due_at LIMIT $4) AND due_at <= $2
         RETURNING jti, client_id, token, tries",
    )
    .bind(at + LEASE_SECONDS)
    .bind(at)
    .bind(at - GIVEN_UP_SECONDS)
    .bind(TOGETHER)
    .fetch_all(holder.db.pool())
    .await?;
    for row in due {
        let is_taken = send(holder, row.get("client_id"), row.get("token"))
            .await
            .is_some();
        let at = holder.now().as_secs();
        let pause = 5_i64 << row.get::<i64, _>("tries").clamp(0, 10);
        sqlx::query("UPDATE event_outbox SET acknowledged_at = $1, due_at = $2 WHERE jti = $3")
            .bind(is_taken.then_some(at))
            .bind(at + pause.min(LONGEST_PAUSE_SECONDS))
            .bind(row.get::<&str, _>("jti"))
            .execute(holder.db.pool())
            .await?;
    }
    Ok(())
}

/// Sends one event to where the operator's own description says; anything but an acknowledgement
/// is none.
async fn send(holder: &Holder, client_id: &str, token: &str) -> Option<()> {
    let client = &holder.http;
    let place = format!("{client_id}/.well-known/phr-operator");
    let text = fetch::text(client, &place, MAX_METADATA).await?;
    let metadata: OperatorMetadata = serde_json::from_str(&text).ok()?;
    let url = reqwest::Url::parse(&metadata.endpoints.events).ok()?;
    // It is the operator's own server that is told, and no other.
    let own = reqwest::Url::parse(client_id).ok()?;
    if url.origin() != own.origin() || !fetch::is_allowed(&url) {
        return None;
    }
    let answer = client
        .post(url)
        .header("content-type", "application/secevent+jwt")
        .body(token.to_owned())
        .send()
        .await
        .ok()?;
    answer.status().is_success().then_some(())
}

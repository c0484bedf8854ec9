//! The holder's status lists: random indices, and lists that are signed anew before they grow old.

use std::sync::{Arc, Weak};
use std::time::Duration;

use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use phr_link::claims::StatusPointer;
use phr_link::status::{StatusBits, StatusListClaims, StatusLists, StatusValue};
use phr_link::token::{s256, sign};
use phr_link::{Code, Timestamp, time::DAY_SECONDS};
use sqlx::{AnyConnection, Row as _};
use tokio::task::spawn_blocking;

use super::{Holder, Shared};
use crate::input::Path;
use crate::problem::Problem;
use crate::verify::Known;

/// How long a list may be used without asking again, in seconds.
const TTL_SECONDS: i64 = 60;

/// The entries of a list; an index tells nothing, since it is drawn from all of them.
const ENTRIES: u32 = 1 << 20;

/// A grant that takes an index.
pub(super) struct Taken<'a> {
    pub(super) grant_jti: &'a str,
    pub(super) consent_jti: &'a str,
    pub(super) exp: Timestamp,
}

/// Ends every grant beneath a consent.
pub(super) async fn revoke(store: &mut AnyConnection, consent_jti: &str) -> Result<(), Problem> {
    let ended =
        "UPDATE issued SET revoked = 1 WHERE consent_jti = $1 AND revoked = 0 RETURNING list";
    end(store, ended, consent_jti).await
}

/// Ends one grant.
pub(super) async fn revoke_grant(
    store: &mut AnyConnection,
    grant_jti: &str,
) -> Result<(), Problem> {
    let ended = "UPDATE issued SET revoked = 1 WHERE grant_jti = $1 AND revoked = 0 RETURNING list";
    end(store, ended, grant_jti).await
}

/// Ends grants, and tells all replicas that lists have changed.
async fn end(store: &mut AnyConnection, statement: &'static str, of: &str) -> Result<(), Problem> {
    let changed = sqlx::query(statement)
        .bind(of)
        .fetch_all(&mut *store)
        .await?;
    let mut lists: Vec<i64> = changed.iter().map(|row| row.get("list")).collect();
    // In one order, so that two that end grants at one time never wait for each other.
    lists.sort_unstable();
    lists.dedup();
    for list in lists {
        sqlx::query(
            "INSERT INTO status_list (list, version) VALUES ($1, 1)
             ON CONFLICT (list) DO UPDATE SET version = status_list.version + 1",
        )
        .bind(list)
        .execute(&mut *store)
        .await?;
    }
    Ok(())
}

/// What is kept in memory of the lists, when it was compared with the store, and how often this
/// replica changed something.
#[derive(Default)]
pub(crate) struct Kept {
    changes: u64,
    compared_at: Option<Timestamp>,
    view: Option<View>,
}

/// The lists as they stand.
#[derive(Clone)]
pub(super) struct View {
    lists: Vec<Arc<Signed>>,
    /// What the verdict takes, made once for all requests that come while nothing changes.
    pub(super) known: Arc<Known>,
}

struct Signed {
    at: Timestamp,
    version: i64,
    token: String,
    tag: String,
}

impl Holder {
    /// Takes an index that no token which can be unexpired has.
    pub(super) async fn allocate(
        &self,
        store: &mut AnyConnection,
        taken: &Taken<'_>,
    ) -> Result<StatusPointer, Problem> {
        let lists = self.status_uris()?;
        for _ in 0..64 {
            let mut bytes = [0; 8];
            getrandom::fill(&mut bytes).map_err(|_| Code::Internal)?;
            let drawn = u64::from_le_bytes(bytes);
            let idx = i64::try_from(drawn % u64::from(ENTRIES)).map_err(|_| Code::Internal)?;
            let place = usize::try_from(drawn >> 32).map_err(|_| Code::Internal)?;
            let place = place.checked_rem(lists.len()).ok_or(Code::Internal)?;
            let uri = lists.get(place).ok_or(Code::Internal)?;
            let stored = sqlx::query(
                "INSERT INTO issued (list, idx, grant_jti, consent_jti, exp) VALUES ($1, $2, $3, $4, $5)
                 ON CONFLICT DO NOTHING",
            )
            .bind(i64::try_from(place).map_err(|_| Code::Internal)? + 1)
            .bind(idx)
            .bind(taken.grant_jti)
            .bind(taken.consent_jti)
            .bind(taken.exp.as_secs())
            .execute(&mut *store)
            .await?;
            if stored.rows_affected() == 1 {
                return Ok(StatusPointer {
                    idx,
                    uri: uri.clone(),
                });
            }
        }
        Err(Code::ServerRateLimited.into())
    }

    /// Where the lists are, as the trust list has it: number `n` is at `/status/{n}`.
    fn status_uris(&self) -> Result<Vec<String>, Problem> {
        let lists = self.lists()?;
        let own = lists
            .trust
            .member(self.base())
            .ok_or(Code::IssuerUntrusted)?;
        let ours = (1..).map(|number| format!("{}/status/{number}", self.base()));
        Ok(ours
            .take_while(|uri| own.status_uris.contains(uri))
            .collect())
    }

    /// Compares the lists with the store at the next use: something changed here.
    pub(crate) fn forget_status(&self) {
        if let Ok(mut kept) = self.status.lock() {
            kept.changes += 1;
            kept.compared_at = None;
        }
    }

    /// Gives the lists to judge by, each at most half its time old. They may lag behind the store by
    /// a moment: what was ended meanwhile is found when the permit is taken.
    pub(super) async fn status_view(self: &Arc<Self>) -> Result<View, Problem> {
        let at = self.now();
        if let Ok(kept) = self.status.lock()
            && let Some(view) = &kept.view
            && view.is_fresh(at)
        {
            return Ok(view.clone());
        }
        self.status_now().await
    }

    /// Gives the lists as the store has them: a change of another replica is seen within a second,
    /// one of this replica at once.
    pub(super) async fn status_now(self: &Arc<Self>) -> Result<View, Problem> {
        // Of many that find the lists old one makes them anew.
        let _turn = self.status_turn.lock().await;
        let at = self.now();
        let mut last = None;
        let mut changes = 0;
        if let Ok(kept) = self.status.lock() {
            changes = kept.changes;
            last.clone_from(&kept.view);
            if let Some(view) = &kept.view
                && kept.compared_at == Some(at)
                && view.is_fresh(at)
            {
                return Ok(view.clone());
            }
        }
        let view = self.read_status(last, at).await?;
        if let Ok(mut kept) = self.status.lock() {
            // A list read before a withdrawal committed must not count as compared after it.
            kept.compared_at = (kept.changes == changes).then_some(at);
            kept.view = Some(view.clone());
        }
        Ok(view)
    }

    async fn read_status(
        self: &Arc<Self>,
        last: Option<View>,
        at: Timestamp,
    ) -> Result<View, Problem> {
        let uris = self.status_uris()?;
        // The version is read before the bits: what changes in between is seen the next time.
        let rows = sqlx::query("SELECT list, version FROM status_list")
            .fetch_all(self.db.pool())
            .await?;
        let version_of = |list: i64| {
            let row = rows.iter().find(|row| row.get::<i64, _>("list") == list);
            row.map_or(0, |row| row.get("version"))
        };
        let mut lists = Vec::new();
        let mut is_same = true;
        for (number, uri) in (1_i64..).zip(&uris) {
            let version = version_of(number);
            let place = usize::try_from(number - 1).unwrap_or(usize::MAX);
            let kept = last.as_ref().and_then(|view| view.lists.get(place));
            if let Some(signed) = kept
                && signed.version == version
                && signed.is_fresh(at)
            {
                lists.push(signed.clone());
                continue;
            }
            is_same = false;
            let revoked: Vec<i64> =
                sqlx::query_scalar("SELECT idx FROM issued WHERE list = $1 AND revoked = 1")
                    .bind(number)
                    .fetch_all(self.db.pool())
                    .await?;
            let (holder, uri) = (self.clone(), uri.clone());
            // Packing a million bits takes a while: others are served meanwhile.
            let signed = spawn_blocking(move || holder.sign_status(&uri, version, &revoked, at));
            lists.push(Arc::new(signed.await.map_err(|_| Code::Internal)??));
        }
        match last {
            Some(view) if is_same && Arc::ptr_eq(&view.known.trust, &self.lists()?.trust) => {
                Ok(view)
            }
            _ => self.view(lists, at),
        }
    }

    fn view(&self, lists: Vec<Arc<Signed>>, at: Timestamp) -> Result<View, Problem> {
        let world = self.lists()?;
        let marks = self.trust.mark_status(at)?;
        let tokens = lists.iter().map(|signed| signed.token.as_str());
        let tokens = tokens.chain(marks.iter().map(String::as_str));
        let known = Known {
            trust: world.trust.clone(),
            seq_floor: Some(world.trust.seq()),
            marks: world.marks.clone(),
            status: Arc::new(StatusLists::new(tokens, &world.trust)),
            iat_floors: Vec::new(),
            released: Vec::new(),
        };
        Ok(View {
            lists,
            known: Arc::new(known),
        })
    }

    fn sign_status(
        &self,
        uri: &str,
        version: i64,
        revoked: &[i64],
        at: Timestamp,
    ) -> phr_link::Result<Signed> {
        let mut bits = StatusBits::new(1, usize::try_from(ENTRIES).unwrap_or(0))?;
        for idx in revoked {
            bits.set(*idx, StatusValue::INVALID)?;
        }
        let claims = StatusListClaims {
            iss: self.base().to_owned(),
            sub: uri.to_owned(),
            iat: at,
            exp: at.plus(DAY_SECONDS),
            ttl: TTL_SECONDS,
            jti: None,
            status_list: bits.deflate(),
        };
        let token = sign(&claims, &self.signer()?)?;
        Ok(Signed {
            at,
            version,
            tag: format!("\"{}\"", s256(&token)),
            token,
        })
    }
}

/// Keeps the lists fresh for as long as the holder lives, so that no request waits for them.
pub(super) fn keep(holder: &Shared) {
    let holder: Weak<Holder> = Arc::downgrade(holder);
    tokio::spawn(async move {
        while let Some(holder) = holder.upgrade() {
            if holder.status_now().await.is_err() {
                tracing::warn!("the status lists could not be made anew");
            }
            drop(holder);
            tokio::time::sleep(Duration::from_secs(1)).await;
        }
    });
}

impl View {
    fn is_fresh(&self, at: Timestamp) -> bool {
        self.lists.iter().all(|signed| signed.is_fresh(at))
    }
}

impl Signed {
    /// Whether it is at most half its time old, and not of the future.
    fn is_fresh(&self, at: Timestamp) -> bool {
        (0..TTL_SECONDS / 2).contains(&at.since(self.at))
    }
}

/// `GET /status/{list}`
pub(super) async fn list(
    State(holder): State<Shared>,
    Path(number): Path<usize>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let view = holder.status_now().await?;
    let place = number.checked_sub(1).ok_or(Code::ServerNoSuchCall)?;
    let signed = view.lists.get(place).ok_or(Code::ServerNoSuchCall)?;
    let is_known = headers
        .get(header::IF_NONE_MATCH)
        .is_some_and(|value| value.as_bytes() == signed.tag.as_bytes());
    let mut response = if is_known {
        StatusCode::NOT_MODIFIED.into_response()
    } else {
        signed.token.clone().into_response()
    };
    let fields = response.headers_mut();
    fields.insert(
        header::CONTENT_TYPE,
        HeaderValue::from_static("application/statuslist+jwt"),
    );
    fields.insert(
        header::CACHE_CONTROL,
        HeaderValue::from_static("max-age=30"),
    );
    if let Ok(tag) = HeaderValue::from_str(&signed.tag) {
        fields.insert(header::ETAG, tag);
    }
    Ok(response)
}

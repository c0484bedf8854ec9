//! Taking permits, many at a time: those that wait while the store writes go into its next
//! transaction together. What is taken is on the disk before anything is shown, and many readers
//! share the wait for the disk.

use std::sync::{Arc, Weak};

use phr_link::catalogue::Category;
use phr_link::receipt::ReceiptEvent;
use phr_link::{Code, Timestamp};
use sqlx::{AnyConnection, Row as _};
use tokio::sync::{Mutex, mpsc, oneshot};

use super::parties::ACQUIRED;
use super::{Holder, Shared};
use crate::problem::Problem;
use crate::receipts::{About, Arrangement};
use crate::store::Store;
use crate::verify::{RETRY_SECONDS, Taken, Taking};

/// The most that go into one transaction.
const TOGETHER: usize = 64;

/// The most that wait; more are told to come back.
const WAITING: usize = 1_024;

/// How many transactions a replica has open at a time in a database with many writers.
const WRITERS: usize = 4;

/// What is to be taken.
pub(super) struct Take {
    arrangement_id: String,
    grant_jti: String,
    sub: String,
    client_id: String,
    consent_jti: Option<String>,
    replay_key: String,
    replay_until: Timestamp,
    is_once: bool,
    reader_key: String,
    category: Category,
    query: String,
    now: Timestamp,
    provides: bool,
}

impl Take {
    pub(super) fn of(taking: &Taking<'_>) -> Self {
        let permit = taking.permit;
        Self {
            arrangement_id: permit.arrangement_id.clone(),
            grant_jti: permit.grant_jti.clone(),
            sub: permit.sub.clone(),
            client_id: permit.client_id.clone(),
            consent_jti: permit.consent_jti.clone(),
            replay_key: permit.replay_key.clone(),
            replay_until: permit.replay_until,
            is_once: permit.once,
            reader_key: taking.reader_key.to_owned(),
            category: taking.category,
            query: taking.query.to_owned(),
            now: taking.now,
            provides: true,
        }
    }

    /// No record goes out: the proof is used up, and that is all.
    pub(super) const fn provides_nothing(&mut self) {
        self.provides = false;
        self.is_once = false;
    }
}

type Outcome = Result<Taken, Problem>;
type Job = (Take, oneshot::Sender<Outcome>);

/// The queue before the store.
pub(crate) struct Taker(mpsc::Sender<Job>);

/// The other end of the queue.
pub(crate) struct Jobs(mpsc::Receiver<Job>);

impl Taker {
    pub(super) fn new() -> (Self, Jobs) {
        let (sender, receiver) = mpsc::channel(WAITING);
        (Self(sender), Jobs(receiver))
    }

    /// Takes a permit; it was taken when this answers.
    ///
    /// # Errors
    /// `grant.revoked`, `proof.replayed`, `grant.use-limit`, `server.rate-limited`
    pub(super) async fn take(&self, take: Take) -> Outcome {
        let (answer, outcome) = oneshot::channel();
        self.0
            .try_send((take, answer))
            .map_err(|_| Code::ServerRateLimited)?;
        // An answer that never comes means that the transaction failed: nothing was taken.
        outcome.await.map_err(|_| Code::Internal)?
    }
}

impl Jobs {
    /// Takes for as long as the holder lives.
    pub(super) fn start(self, holder: &Shared) {
        let writers = if holder.db.is_shared() { WRITERS } else { 1 };
        let jobs = Arc::new(Mutex::new(self.0));
        for _ in 0..writers {
            tokio::spawn(work(
                Arc::downgrade(holder),
                holder.db.clone(),
                jobs.clone(),
            ));
        }
    }
}

async fn work(holder: Weak<Holder>, store: Store, jobs: Arc<Mutex<mpsc::Receiver<Job>>>) {
    loop {
        let mut batch = Vec::new();
        if jobs.lock().await.recv_many(&mut batch, TOGETHER).await == 0 {
            return;
        }
        let Some(holder) = holder.upgrade() else {
            return;
        };
        // Locked in one order, so that two batches never wait for each other.
        batch.sort_by(|(one, _), (other, _)| one.arrangement_id.cmp(&other.arrangement_id));
        let (takes, answers): (Vec<_>, Vec<_>) = batch.into_iter().unzip();
        match commit(&holder, &store, &takes).await {
            Ok(outcomes) => {
                for (answer, outcome) in answers.into_iter().zip(outcomes) {
                    // Whoever asked may have gone.
                    let _ = answer.send(outcome);
                }
            }
            Err(problem) => {
                for answer in answers {
                    let _ = answer.send(Err(problem.clone()));
                }
            }
        }
    }
}

/// Takes all in one transaction; one that is refused has written nothing.
async fn commit(holder: &Shared, store: &Store, takes: &[Take]) -> Result<Vec<Outcome>, Problem> {
    let mut transaction = store.begin().await?;
    let mut outcomes = Vec::with_capacity(takes.len());
    for group in takes.chunk_by(|one, other| one.arrangement_id == other.arrangement_id) {
        let Some(first) = group.first() else { continue };
        let mut arrangement = Arrangement::lock(&mut transaction, &first.arrangement_id).await?;
        for take in group {
            let limit = holder.config.limits.arrangement;
            match limit.count(arrangement.used_until, take.now) {
                Ok(until) => arrangement.used_until = until,
                Err(code) => {
                    outcomes.push(Err(code.into()));
                    continue;
                }
            }
            outcomes.push(match check(&mut transaction, take).await? {
                Ok(()) => Ok(write(holder, &mut transaction, &mut arrangement, take).await?),
                Err(code) => Err(code.into()),
            });
        }
        arrangement.close(&mut transaction).await?;
    }
    transaction.commit().await?;
    Ok(outcomes)
}

/// Everything that may refuse. The proof is remembered only if nothing else does.
async fn check(store: &mut AnyConnection, take: &Take) -> Result<Result<(), Code>, Problem> {
    let is_unspent = is_unspent(store, take).await?;
    if is_unspent {
        // The list that was judged by may be older than a withdrawal that was acknowledged since.
        let stored = sqlx::query(
            "INSERT INTO proof (replay_key, until)
             SELECT $1, $2 FROM issued WHERE grant_jti = $3 AND revoked = 0 ON CONFLICT DO NOTHING",
        )
        .bind(&take.replay_key)
        .bind(take.replay_until.as_secs())
        .bind(&take.grant_jti)
        .execute(&mut *store)
        .await?;
        if stored.rows_affected() == 1 {
            return Ok(Ok(()));
        }
    }
    let known: Option<i64> = sqlx::query_scalar("SELECT until FROM proof WHERE replay_key = $1")
        .bind(&take.replay_key)
        .fetch_optional(&mut *store)
        .await?;
    // In the order in which the verdict looks.
    Ok(Err(match (known, is_unspent) {
        (Some(_), _) => Code::ProofReplayed,
        (None, false) => Code::GrantUseLimit,
        (None, true) => Code::GrantRevoked,
    }))
}

/// What may be used once is spent before anything is shown; the same query by the same key a moment
/// later is the same use.
async fn is_unspent(store: &mut AnyConnection, take: &Take) -> Result<bool, Problem> {
    let (true, Some(consent)) = (take.is_once, &take.consent_jti) else {
        return Ok(true);
    };
    let first =
        sqlx::query("SELECT jkt, query, at FROM spent WHERE consent_jti = $1 AND category = $2")
            .bind(consent)
            .bind(take.category.code())
            .fetch_optional(&mut *store)
            .await?;
    Ok(first.is_none_or(|first| {
        first.get::<&str, _>("jkt") == take.reader_key
            && first.get::<&str, _>("query") == take.query
            && take.now.as_secs() - first.get::<i64, _>("at") <= RETRY_SECONDS
    }))
}

async fn write(
    holder: &Shared,
    store: &mut AnyConnection,
    arrangement: &mut Arrangement<'_>,
    take: &Take,
) -> Outcome {
    if let (true, Some(consent)) = (take.is_once, &take.consent_jti) {
        sqlx::query(
            "INSERT INTO spent (consent_jti, category, jkt, query, at) VALUES ($1, $2, $3, $4, $5)
             ON CONFLICT DO NOTHING",
        )
        .bind(consent)
        .bind(take.category.code())
        .bind(&take.reader_key)
        .bind(&take.query)
        .bind(take.now.as_secs())
        .execute(&mut *store)
        .await?;
    }
    if !take.provides {
        return Ok(Taken::default());
    }
    let about = About {
        event: ReceiptEvent::Provision,
        sub: &take.sub,
        provider: holder.party(holder.base())?,
        recipient: holder.party(&take.client_id)?,
        consent_jti: take.consent_jti.clone(),
        consent_s256: None,
        txn: None,
        items: vec![take.category],
        acquired_how: ACQUIRED,
        exchange_id: None,
        at: take.now,
    };
    let written = arrangement.write(&holder.issuer()?, store, about).await?;
    Ok(Taken {
        exchange_id: Some(written.exchange_id),
    })
}

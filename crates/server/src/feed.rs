//! What a server knows of the world, fetched from those who say it: the signed trust list, the marks, and
//! the status lists. The last good answers outlive a restart, and none is used beyond its time.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use anyhow::{Context as _, Result, ensure};
use phr_link::contract::Compact;
use phr_link::key::KeySet;
use phr_link::status::StatusLists;
use phr_link::token::{Kind, Unverified};
use phr_link::trust::{ListLimits, Mark, Marks, TrustList};
use phr_link::{Code, Timestamp};
use serde::{Deserialize, Serialize};
use sqlx::Row as _;

use crate::fetch;
use crate::problem::Problem;
use crate::store::Store;
use crate::verify::Known;

/// The largest trust list or list of marks, in bytes.
const MAX_LIST: usize = 4 * 1_024 * 1_024;

/// How soon it is asked again after it did not answer, in seconds.
const AGAIN_SECONDS: i64 = 30;

/// The largest status list, in bytes.
const MAX_STATUS: usize = 2 * 1_024 * 1_024;

/// Where the world is told.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// The address of the signed trust list.
    pub list: String,
    /// The address of the marks: `{"marks": [..], "status": [..]}`.
    pub marks: String,
    /// The file of the keys of the trust list's anchor, a JWK Set. They are given by hand, never fetched;
    /// while the anchor changes its key the file has both. Only a sandbox on this machine says its own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub anchor: Option<PathBuf>,
    /// How often it is asked, in seconds.
    #[serde(default = "minute")]
    pub every: u32,
}

const fn minute() -> u32 {
    60
}

/// The feed of one server.
#[derive(Debug)]
pub struct Feed {
    settings: Settings,
    anchor: Option<KeySet>,
    http: reqwest::Client,
    store: Store,
    last: Mutex<Option<Last>>,
    /// Of many that find the last answer old one asks.
    turn: tokio::sync::Mutex<()>,
}

/// The last good answer, and when it was asked for.
#[derive(Clone, Debug)]
struct Last {
    asked_at: Timestamp,
    world: Arc<World>,
}

/// The world as it was told last.
#[derive(Debug)]
pub struct World {
    /// The keys of the anchor under which the list was verified.
    pub(crate) anchor: KeySet,
    /// The trust list.
    pub trust: Arc<TrustList>,
    /// The trust list as it was signed.
    pub trust_list: String,
    /// The marks as they were signed.
    pub mark_tokens: Vec<String>,
    /// The marks.
    pub marks: Arc<Marks>,
    /// The status lists of the marks.
    pub mark_status: Vec<String>,
}

impl World {
    /// The marks that are about a member, by their own words.
    pub(crate) fn marks_of(&self, id: &str) -> Vec<Compact> {
        let is_about = |token: &&String| {
            let claims = Unverified::read(token, Kind::TrustMark)
                .and_then(|token| token.unverified_claims::<Mark>());
            claims.is_ok_and(|mark| mark.sub == id)
        };
        let about = self.mark_tokens.iter().filter(is_about);
        about.map(|token| token.as_str().into()).collect()
    }
}

#[derive(Deserialize)]
struct Published {
    #[serde(default)]
    marks: Vec<String>,
    #[serde(default)]
    status: Vec<String>,
    #[serde(default)]
    sandbox_anchor: Option<serde_json::Value>,
}

impl Feed {
    /// Makes a feed; nothing is asked yet.
    ///
    /// # Errors
    /// if an address is neither `https` nor on this machine, or the anchor's keys cannot be read
    pub fn open(settings: &Settings, store: &Store) -> Result<Self> {
        for address in [&settings.list, &settings.marks] {
            let url = reqwest::Url::parse(address).context("an address of the trust list")?;
            ensure!(
                fetch::is_allowed(&url),
                "{address} is neither `https` nor on this machine"
            );
        }
        let anchor = settings.anchor.as_deref().map(anchor).transpose()?;
        ensure!(
            anchor.is_some() || fetch::is_loopback(&settings.list),
            "the keys of the anchor of {} have to be given by hand: configure `anchor`",
            settings.list
        );
        Ok(Self {
            settings: settings.clone(),
            anchor,
            http: fetch::client().context("no HTTP client")?,
            store: store.clone(),
            last: Mutex::default(),
            turn: tokio::sync::Mutex::default(),
        })
    }

    /// How often it is worth to ask, in seconds.
    #[must_use]
    pub fn every(&self) -> u64 {
        u64::from(self.settings.every.max(1))
    }

    fn last(&self) -> Option<Last> {
        let last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        last.clone()
    }

    /// The world as it was told last, if that is still good.
    ///
    /// # Errors
    /// `trust.list-missing` before the first answer, and the codes of a list that has grown old
    pub fn world(&self, at: Timestamp) -> Result<Arc<World>, Problem> {
        let last = self.last().ok_or(Code::TrustListMissing)?;
        last.world.trust.recheck(at, &ListLimits::default())?;
        Ok(last.world)
    }

    /// The world as it was told in the last seconds, asked for anew where that is longer ago.
    ///
    /// # Errors
    /// as [`Self::world`]
    pub(crate) async fn recent(&self, at: Timestamp, seconds: i64) -> Result<Arc<World>, Problem> {
        let is_recent = || {
            let last = self.last();
            last.is_some_and(|last| (0..seconds).contains(&at.since(last.asked_at)))
        };
        if !is_recent() {
            let _turn = self.turn.lock().await;
            if !is_recent() {
                return self.refresh(at).await;
            }
        }
        self.world(at)
    }

    /// Asks at the next use: something changed.
    pub(crate) fn forget(&self) {
        let mut last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(last) = last.as_mut() {
            last.asked_at = Timestamp::from_secs(0);
        }
    }

    /// Asks again. Where that fails the last good answer stays, also the one before a restart.
    ///
    /// # Errors
    /// as [`Self::world`], where nothing good is left
    pub async fn refresh(&self, at: Timestamp) -> Result<Arc<World>, Problem> {
        let kept = self.kept().await?;
        let seen = self.last().map(|last| last.world.trust.seq());
        let floor = seen.max(kept.as_ref().map(|(seq, ..)| *seq));
        match self.fetch(floor, at).await {
            Ok((world, marks)) => {
                self.keep(&world, &marks).await?;
                self.take(world, at);
            }
            Err(problem) => {
                tracing::warn!(
                    code = problem.code.as_str(),
                    "the trust list or the marks could not be fetched"
                );
                match (seen, kept) {
                    (None, Some((seq, list, marks))) => {
                        self.take(self.verify(&list, &marks, Some(seq), at)?, at);
                    }
                    (None, None) => return Err(problem),
                    (Some(_), _) => self.ask_again(at),
                }
            }
        }
        self.world(at)
    }

    /// It is not asked for each request while it is away.
    fn ask_again(&self, at: Timestamp) {
        let pause = AGAIN_SECONDS - i64::from(self.settings.every);
        let mut last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(last) = last.as_mut() {
            last.asked_at = at.plus(pause.min(0));
        }
    }

    fn take(&self, world: World, asked_at: Timestamp) {
        let world = Arc::new(world);
        *self.last.lock().unwrap_or_else(PoisonError::into_inner) = Some(Last { asked_at, world });
    }

    /// What is told now, with the marks as they came.
    async fn fetch(&self, floor: Option<i64>, at: Timestamp) -> Result<(World, String), Problem> {
        let list = fetch::text(&self.http, &self.settings.list, MAX_LIST).await;
        let marks = fetch::text(&self.http, &self.settings.marks, MAX_LIST).await;
        let (Some(list), Some(marks)) = (list, marks) else {
            return Err(Code::TrustListMissing.into());
        };
        Ok((self.verify(&list, &marks, floor, at)?, marks))
    }

    fn verify(
        &self,
        list: &str,
        marks: &str,
        floor: Option<i64>,
        at: Timestamp,
    ) -> Result<World, Problem> {
        let limits = ListLimits {
            seq_floor: floor,
            ..ListLimits::default()
        };
        let published: Published =
            serde_json::from_str(marks).map_err(|_| Code::TrustListMissing)?;
        let sandbox;
        let anchor = match (&self.anchor, &published.sandbox_anchor) {
            (Some(anchor), _) => anchor,
            // Opened only for a list of this machine.
            (None, Some(keys)) => {
                sandbox = KeySet::parse(keys.to_string().as_bytes())?;
                &sandbox
            }
            (None, None) => return Err(Code::TrustListMissing.into()),
        };
        let trust = TrustList::verify(list, anchor, at, &limits)?;
        let tokens = published.marks.iter().map(String::as_str);
        Ok(World {
            anchor: anchor.clone(),
            marks: Arc::new(Marks::new(tokens, &trust)),
            trust: Arc::new(trust),
            trust_list: list.to_owned(),
            mark_tokens: published.marks,
            mark_status: published.status,
        })
    }

    /// The last good answer, as the store has it: number, list, marks.
    async fn kept(&self) -> Result<Option<(i64, String, String)>, Problem> {
        let row = sqlx::query("SELECT seq, list, marks FROM feed WHERE address = $1")
            .bind(&self.settings.list)
            .fetch_optional(self.store.pool())
            .await?;
        Ok(row.map(|row| (row.get("seq"), row.get("list"), row.get("marks"))))
    }

    /// Keeps an answer; of replicas that were told different ones the newer stays.
    async fn keep(&self, world: &World, marks: &str) -> Result<(), Problem> {
        sqlx::query(
            "INSERT INTO feed (address, seq, list, marks) VALUES ($1, $2, $3, $4)
             ON CONFLICT (address) DO UPDATE SET seq = $2, list = $3, marks = $4 WHERE feed.seq <= $2",
        )
        .bind(&self.settings.list)
        .bind(world.trust.seq())
        .bind(&world.trust_list)
        .bind(marks)
        .execute(self.store.pool())
        .await?;
        Ok(())
    }

    /// What a verifier of the records of these holders has to know: the world, and how their grants stand.
    ///
    /// # Errors
    /// as [`Self::refresh`]; a status list that cannot be had is left out, and what needs it is refused
    pub async fn known(&self, issuers: &[String], at: Timestamp) -> Result<Known, Problem> {
        let world = self.refresh(at).await?;
        let mut lists = world.mark_status.clone();
        for issuer in issuers {
            let member = world.trust.member(issuer).ok_or(Code::IssuerUntrusted)?;
            for uri in &member.status_uris {
                match fetch::text(&self.http, uri, MAX_STATUS).await {
                    Some(list) => lists.push(list),
                    None => tracing::warn!("a status list could not be fetched"),
                }
            }
        }
        let status = StatusLists::new(lists.iter().map(String::as_str), &world.trust);
        Ok(Known {
            trust: world.trust.clone(),
            seq_floor: Some(world.trust.seq()),
            marks: world.marks.clone(),
            status: Arc::new(status),
            iat_floors: Vec::new(),
            released: Vec::new(),
        })
    }
}

/// Reads the keys of an anchor.
///
/// # Errors
/// if the file cannot be read, or is no JWK Set
fn anchor(file: &Path) -> Result<KeySet> {
    let bytes = std::fs::read(file).with_context(|| format!("cannot read {}", file.display()))?;
    KeySet::parse(&bytes).with_context(|| format!("{} is no JWK Set", file.display()))
}

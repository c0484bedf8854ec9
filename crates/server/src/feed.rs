//! What a server knows of the world, fetched from those who say it: the signed trust list, the marks, and
//! the status lists. The last good answers outlive a restart, and none is used beyond its time.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use anyhow::{Context as _, Result, ensure};
use phr_link::key::KeySet;
use phr_link::status::StatusLists;
use phr_link::trust::{ListLimits, Marks, TrustList};
use phr_link::{Code, Timestamp};
use serde::{Deserialize, Serialize};
use sqlx::Row as _;

use crate::fetch;
use crate::problem::Problem;
use crate::store::Store;
use crate::verify::Known;

/// The largest trust list or list of marks, in bytes.
const MAX_LIST: usize = 4 * 1_024 * 1_024;

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
    /// while the anchor changes its key the file has both.
    pub anchor: PathBuf,
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
    anchor: KeySet,
    http: reqwest::Client,
    store: Store,
    last: Mutex<Option<Arc<World>>>,
}

/// The world as it was told last.
#[derive(Debug)]
pub struct World {
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

#[derive(Deserialize)]
struct Published {
    #[serde(default)]
    marks: Vec<String>,
    #[serde(default)]
    status: Vec<String>,
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
        Ok(Self {
            settings: settings.clone(),
            anchor: anchor(&settings.anchor)?,
            http: fetch::client().context("no HTTP client")?,
            store: store.clone(),
            last: Mutex::default(),
        })
    }

    /// How often it is worth to ask, in seconds.
    #[must_use]
    pub fn every(&self) -> u64 {
        u64::from(self.settings.every.max(1))
    }

    /// The world as it was told last, if that is still good.
    ///
    /// # Errors
    /// `trust.list-missing` before the first answer, and the codes of a list that has grown old
    pub fn world(&self, at: Timestamp) -> Result<Arc<World>, Problem> {
        let last = self
            .last
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone();
        let world = last.ok_or(Code::TrustListMissing)?;
        world.trust.recheck(at, &ListLimits::default())?;
        Ok(world)
    }

    /// Asks again. Where that fails the last good answer stays, also the one before a restart.
    ///
    /// # Errors
    /// as [`Self::world`], where nothing good is left
    pub async fn refresh(&self, at: Timestamp) -> Result<Arc<World>, Problem> {
        let kept = self.kept().await?;
        let seen = {
            let last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
            last.as_ref().map(|world| world.trust.seq())
        };
        let floor = seen.max(kept.as_ref().map(|(seq, ..)| *seq));
        match self.fetch(floor, at).await {
            Ok(world) => {
                self.keep(&world).await?;
                self.take(world);
            }
            Err(problem) => {
                tracing::warn!(
                    code = problem.code.as_str(),
                    "the trust list or the marks could not be fetched"
                );
                if seen.is_none()
                    && let Some((seq, list, marks)) = kept
                {
                    self.take(self.verify(&list, &marks, Some(seq), at)?);
                }
            }
        }
        self.world(at)
    }

    fn take(&self, world: World) {
        *self.last.lock().unwrap_or_else(PoisonError::into_inner) = Some(Arc::new(world));
    }

    async fn fetch(&self, floor: Option<i64>, at: Timestamp) -> Result<World, Problem> {
        let missing = || Problem::from(Code::TrustListMissing);
        let list = fetch::text(&self.http, &self.settings.list, MAX_LIST).await;
        let marks = fetch::text(&self.http, &self.settings.marks, MAX_LIST).await;
        self.verify(
            &list.ok_or_else(missing)?,
            &marks.ok_or_else(missing)?,
            floor,
            at,
        )
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
        let trust = TrustList::verify(list, &self.anchor, at, &limits)?;
        let published: Published =
            serde_json::from_str(marks).map_err(|_| Code::TrustListMissing)?;
        let tokens = published.marks.iter().map(String::as_str);
        Ok(World {
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
    async fn keep(&self, world: &World) -> Result<(), Problem> {
        let marks = serde_json::json!({"marks": world.mark_tokens, "status": world.mark_status});
        sqlx::query(
            "INSERT INTO feed (address, seq, list, marks) VALUES ($1, $2, $3, $4)
             ON CONFLICT (address) DO UPDATE SET seq = $2, list = $3, marks = $4 WHERE feed.seq <= $2",
        )
        .bind(&self.settings.list)
        .bind(world.trust.seq())
        .bind(&world.trust_list)
        .bind(marks.to_string())
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
pub(crate) fn anchor(file: &Path) -> Result<KeySet> {
    let bytes = std::fs::read(file).with_context(|| format!("cannot read {}", file.display()))?;
    KeySet::parse(&bytes).with_context(|| format!("{} is no JWK Set", file.display()))
}

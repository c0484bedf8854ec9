//! The trust list and the marks, fetched from the holder and kept for as long as they are good.

use std::sync::{Arc, Mutex};

use phr_link::contract::Compact;
use phr_link::key::KeySet;
use phr_link::token::{Kind, Unverified};
use phr_link::trust::{ListLimits, Mark, TrustList};
use phr_link::{Code, Timestamp};
use serde::Deserialize;

use super::Operator;
use crate::fetch;
use crate::problem::Problem;

/// How long lists are used before they are fetched again, in seconds.
const FRESH_SECONDS: i64 = 300;

/// The largest answers, in bytes.
const MAX_LIST: usize = 1_024 * 1_024;

/// The lists of the last fetch.
#[derive(Default)]
pub(super) struct Kept(Mutex<Option<Arc<Lists>>>);

/// What the operator knows of the world.
pub(super) struct Lists {
    pub(super) trust: TrustList,
    pub(super) trust_list: String,
    marks: Vec<String>,
    fetched_at: Timestamp,
}

impl Lists {
    /// The marks that are about a member, by their own words.
    pub(super) fn marks_of(&self, id: &str) -> Vec<Compact> {
        let is_about = |token: &&String| {
            let claims = Unverified::read(token, Kind::TrustMark)
                .and_then(|token| token.unverified_claims::<Mark>());
            claims.is_ok_and(|mark| mark.sub == id)
        };
        let about = self.marks.iter().filter(is_about);
        about.map(|token| token.as_str().into()).collect()
    }
}

#[derive(Deserialize)]
struct Published {
    #[serde(default)]
    marks: Vec<String>,
    #[serde(default)]
    sandbox_anchor: Option<serde_json::Value>,
}

impl Operator {
    /// The lists, fetched again where they are not fresh; the last good ones where that fails and
    /// they have not ended.
    ///
    /// # Errors
    /// `trust.list-missing`, and those of the list
    pub(super) async fn trust(&self) -> Result<Arc<Lists>, Problem> {
        let at = self.now();
        let last = self.lists.0.lock().ok().and_then(|kept| kept.clone());
        if let Some(lists) = &last
            && (0..FRESH_SECONDS).contains(&at.since(lists.fetched_at))
        {
            return Ok(lists.clone());
        }
        match self.fetch_lists(last.as_deref(), at).await {
            Ok(lists) => {
                let lists = Arc::new(lists);
                if let Ok(mut kept) = self.lists.0.lock() {
                    *kept = Some(lists.clone());
                }
                Ok(lists)
            }
            Err(problem) => {
                let lists = last.ok_or(problem)?;
                lists.trust.recheck(at, &ListLimits::default())?;
                Ok(lists)
            }
        }
    }

    /// Forgets when the lists were fetched: something changed.
    pub(super) fn forget_lists(&self) {
        if let Ok(mut kept) = self.lists.0.lock() {
            *kept = None;
        }
    }

    async fn fetch_lists(&self, last: Option<&Lists>, at: Timestamp) -> Result<Lists, Problem> {
        let holder = &self.config.holder;
        let list = fetch::text(&self.http, &format!("{holder}/trust-list"), MAX_LIST).await;
        let list = list.ok_or(Code::TrustListMissing)?;
        let marks = fetch::text(&self.http, &format!("{holder}/marks"), MAX_LIST).await;
        let marks = marks.ok_or(Code::TrustListMissing)?;
        let marks: Published = serde_json::from_str(&marks).map_err(|_| Code::TrustListMissing)?;
        let sandbox;
        let anchor = match (&self.anchor, &marks.sandbox_anchor) {
            (Some(anchor), _) => anchor,
            // Only a holder on this machine may say whom to trust.
            (None, Some(keys)) if fetch::is_loopback(holder) => {
                sandbox = KeySet::parse(keys.to_string().as_bytes())?;
                &sandbox
            }
            _ => return Err(Code::TrustListMissing.into()),
        };
        let limits = ListLimits {
            seq_floor: last.map(|last| last.trust.seq()),
            ..ListLimits::default()
        };
        Ok(Lists {
            trust: TrustList::verify(&list, anchor, at, &limits)?,
            trust_list: list,
            marks: marks.marks,
            fetched_at: at,
        })
    }
}

//! A portal that takes its time: a session is begun, the person identifies there, the status is asked for
//! until there is a result. The state's portal and those who mediate it are of this shape; every word that
//! goes over the wire is configured, since the true ones are told to approved applicants alone.

use std::sync::Arc;

use anyhow::{Context as _, Result, ensure};
use phr_link::catalogue::Category;
use phr_link::contract::records::Outcome;
use phr_link::{Day, Timestamp};
use reqwest::{StatusCode, Url};
use serde_json::Value;
use sqlx::Row as _;

use super::fhir_rest::{configured, retry_after};
use super::{Absent, Fetched, Fetching, Raw, Source, Wanted, read_records, token};
use crate::fetch;
use crate::problem::Problem;
use crate::records::{Record, Strict, flags_of, has_my_number};
use crate::store::Store;

mod link;
mod settings;

pub(crate) use link::Link;
pub use settings::{Fields, Paths, PortalSettings, Words};

/// The largest answer, in bytes.
const MAX_ANSWER: usize = 16 * 1_024 * 1_024;

/// A portal.
#[derive(Debug)]
pub struct Portal {
    settings: PortalSettings,
    base: Url,
    token: Option<String>,
    http: reqwest::Client,
    store: Store,
}

/// What a portal said to one question.
pub(crate) enum Said {
    /// It went on.
    Ok(Value, Vec<u8>, String),
    /// It is closed for so many seconds.
    Closed(i64),
    /// It did not answer, or not so that it can be read.
    Nothing,
}

/// What has become of a session.
#[derive(Debug)]
pub(crate) enum Step {
    /// It is under way.
    Pending,
    /// The person is another one.
    Mismatch,
    /// There is a result.
    Done(Result<(Vec<Record>, Raw, Option<String>), Absent>),
    /// The portal gave it up.
    Expired,
    /// The portal is closed for so many seconds.
    Closed(i64),
    /// It could not be asked.
    Nothing,
}

/// A session that was begun.
pub(crate) struct Begun {
    pub(crate) session: String,
    pub(crate) user_url: Option<String>,
}

impl Portal {
    /// Makes a source of it; it is not asked yet.
    ///
    /// # Errors
    /// if the address is neither `https` nor on this machine, or the token cannot be read
    pub fn open(settings: &PortalSettings, store: &Store) -> Result<Self> {
        let mut base: Url = settings.base.parse().context("the portal's address")?;
        ensure!(
            base.scheme() == "https" || fetch::is_loopback(base.as_str()),
            "the portal's address is neither `https` nor on this machine"
        );
        if !base.path().ends_with('/') {
            let path = format!("{}/", base.path());
            base.set_path(&path);
        }
        let _: Value = serde_json::from_str(&settings.begin)
            .context("what is sent to the portal to begin is no JSON")?;
        Ok(Self {
            settings: settings.clone(),
            base,
            token: token(settings.token_file.as_ref())?,
            http: configured()?,
            store: store.clone(),
        })
    }

    /// Begins a session. With a link that lasts the person need not come.
    pub(crate) async fn begin(
        &self,
        category: Category,
        redirect_uri: &str,
        linkage: Option<&str>,
        at: Timestamp,
    ) -> Result<Begun, Step> {
        let kind = self.settings.kinds.get(&category).ok_or(Step::Nothing)?;
        let date = Day::of(at).to_string().replace('-', "");
        let mut body: Value =
            serde_json::from_str(&self.settings.begin).map_err(|_| Step::Nothing)?;
        let values = [
            ("{service_id}", self.settings.service_id.as_str()),
            ("{kind}", kind),
            ("{date}", &date),
            ("{redirect_uri}", redirect_uri),
            ("{linkage}", linkage.unwrap_or_default()),
        ];
        fill(&mut body, &values);
        match self.ask(&self.settings.paths.begin, &body).await {
            Said::Ok(answer, ..) => {
                let session = text(&answer, &self.settings.fields.session);
                let user_url = text(&answer, &self.settings.fields.user_url).filter(|url| {
                    Url::parse(url).is_ok_and(|url| {
                        url.scheme() == "https" || fetch::is_loopback(url.as_str())
                    })
                });
                let session = session.ok_or(Step::Nothing)?;
                Ok(Begun {
                    session,
                    user_url: user_url.filter(|_| linkage.is_none()),
                })
            }
            Said::Closed(seconds) => Err(Step::Closed(seconds)),
            Said::Nothing => Err(Step::Nothing),
        }
    }

    /// Asks how a session stands, and goes one step on.
    pub(crate) async fn step(
        &self,
        session: &str,
        category: Category,
        (name, birth_date): (&str, &str),
    ) -> Step {
        let body = serde_json::json!({"session_id": session});
        let answer = match self.ask(&self.settings.paths.status, &body).await {
            Said::Ok(answer, ..) => answer,
            Said::Closed(seconds) => return Step::Closed(seconds),
            Said::Nothing => return Step::Nothing,
        };
        let words = &self.settings.words;
        match text(&answer, &self.settings.fields.status) {
            Some(word) if word == words.pending => Step::Pending,
            Some(word) if word == words.verify => self.verify(session, name, birth_date).await,
            Some(word) if word == words.success => self.result(&body, category).await,
            Some(word) if word == words.expired => Step::Expired,
            Some(word) if word == words.error => {
                let reason = text(&answer, &self.settings.fields.reason).unwrap_or_default();
                let outcome = self.settings.reasons.get(&reason).copied();
                Step::Done(Err(Absent::of(
                    outcome.unwrap_or(Outcome::SourceUnavailable),
                )))
            }
            _ => Step::Nothing,
        }
    }

    /// Compares whom the portal identified with our person, and tells it.
    async fn verify(&self, session: &str, name: &str, birth_date: &str) -> Step {
        let body = serde_json::json!({"session_id": session});
        let identity = match self.ask(&self.settings.paths.identity, &body).await {
            Said::Ok(answer, ..) => answer,
            Said::Closed(seconds) => return Step::Closed(seconds),
            Said::Nothing => return Step::Nothing,
        };
        let fields = &self.settings.fields;
        let bare = |text: &str| text.replace([' ', '\u{3000}'], "");
        let is_ours = text(&identity, &fields.name).is_some_and(|is| bare(&is) == bare(name))
            && text(&identity, &fields.birth_date)
                .is_some_and(|is| is.replace('-', "") == birth_date.replace('-', ""));
        let verdict = serde_json::json!({"session_id": session, "ok": is_ours});
        match self.ask(&self.settings.paths.verified, &verdict).await {
            _ if !is_ours => Step::Mismatch,
            Said::Ok(..) => Step::Pending,
            Said::Closed(seconds) => Step::Closed(seconds),
            Said::Nothing => Step::Nothing,
        }
    }

    async fn result(&self, body: &Value, category: Category) -> Step {
        let (answer, bytes, media_type) = match self.ask(&self.settings.paths.result, body).await {
            Said::Ok(answer, bytes, media_type) => (answer, bytes, media_type),
            Said::Closed(seconds) => return Step::Closed(seconds),
            Said::Nothing => return Step::Nothing,
        };
        if has_my_number(&answer) {
            tracing::error!(
                source = self.settings.name,
                "a result names a My Number; it was dropped"
            );
            return Step::Done(Err(Absent::of(Outcome::SourceUnavailable)));
        }
        let entries = answer.pointer(&self.settings.fields.entries);
        let entries = entries
            .and_then(Value::as_array)
            .cloned()
            .unwrap_or_default();
        let mut records = Vec::new();
        let mut refused = 0_usize;
        for entry in &entries {
            match self.resource(entry) {
                Some(resource) => {
                    let flags = flags_of(category.code(), &resource);
                    records.push(Record::new(category.code(), resource, flags));
                }
                None => refused += 1,
            }
        }
        if refused > 0 {
            tracing::warn!(
                source = self.settings.name,
                refused,
                "entries could not be mapped"
            );
        }
        let raw = Raw {
            media_type,
            bytes,
            is_whole: refused == 0,
        };
        let linkage = text(&answer, &self.settings.fields.linkage);
        Step::Done(Ok((records, raw, linkage)))
    }

    fn resource(&self, entry: &Value) -> Option<Value> {
        if entry.get("resourceType").is_some_and(Value::is_string) {
            return Some(entry.clone());
        }
        self.settings
            .mappings
            .iter()
            .find_map(|mapping| mapping.apply(entry))
    }

    async fn ask(&self, path: &str, body: &Value) -> Said {
        let Ok(url) = self.base.join(path) else {
            return Said::Nothing;
        };
        let mut request = self
            .http
            .post(url)
            .header("content-type", "application/json")
            .body(body.to_string());
        if let Some(token) = &self.token {
            request = request.bearer_auth(token);
        }
        let Ok(answer) = request.send().await else {
            return Said::Nothing;
        };
        match answer.status() {
            StatusCode::OK => {}
            StatusCode::SERVICE_UNAVAILABLE => {
                return retry_after(&answer).map_or(Said::Nothing, Said::Closed);
            }
            status => {
                tracing::warn!(
                    source = self.settings.name,
                    status = status.as_u16(),
                    "the portal refused"
                );
                return Said::Nothing;
            }
        }
        let media_type = answer.headers().get("content-type");
        let media_type = media_type.and_then(|value| value.to_str().ok());
        let media_type = media_type.unwrap_or("application/json").to_owned();
        let Some(text) = fetch::body(answer, MAX_ANSWER).await else {
            return Said::Nothing;
        };
        match serde_json::from_str(&text) {
            Ok(Strict(value)) => Said::Ok(value, text.into_bytes(), media_type),
            Err(_) => Said::Nothing,
        }
    }

    /// What was fetched last, or why there is nothing.
    pub(crate) async fn last(&self, wanted: &Wanted<'_>, at: Timestamp) -> Result<Fetched, Absent> {
        let away = |_: Problem| Absent::of(Outcome::SourceUnavailable);
        let row = sqlx::query(
            "SELECT records, outcome FROM retrieval WHERE person = $1 AND source = $2 AND category = $3
             AND state IN ('succeeded', 'failed') AND expires_at > $4
             ORDER BY updated_at DESC LIMIT 1",
        )
        .bind(wanted.person)
        .bind(&self.settings.name)
        .bind(wanted.category.code())
        .bind(at.as_secs())
        .fetch_optional(self.store.pool())
        .await;
        let row = row.map_err(|_| Absent::of(Outcome::SourceUnavailable))?;
        if let Some(row) = row {
            let outcome: String = row.get("outcome");
            return match serde_json::from_value(Value::String(outcome)) {
                Ok(Outcome::Ok | Outcome::Empty) => Ok(Fetched {
                    records: Arc::new(read_records(row.get("records")).map_err(away)?),
                    raw: None,
                }),
                Ok(outcome) => Err(Absent::of(outcome)),
                Err(_) => Err(Absent::of(Outcome::SourceUnavailable)),
            };
        }
        if let Some(until) = self.closed(at).await.map_err(away)? {
            return Err(Absent {
                outcome: Outcome::Maintenance,
                retry_after: Some(until - at.as_secs()),
            });
        }
        match self.link(wanted.person, at).await.map_err(away)? {
            Link::Over => Err(Absent::of(Outcome::ConsentExpired)),
            Link::None | Link::Holds(_) => Err(Absent::of(Outcome::NotYetAvailable)),
        }
    }
}

fn text(value: &Value, pointer: &str) -> Option<String> {
    let found = value.pointer(pointer)?.as_str()?;
    Some(found.to_owned()).filter(|text| !text.is_empty() && text.len() <= 2_048)
}

/// Puts values into the texts of a body; as values, so that none breaks out of its place.
fn fill(body: &mut Value, values: &[(&str, &str)]) {
    match body {
        Value::String(text) => {
            for (name, value) in values {
                *text = text.replace(name, value);
            }
        }
        Value::Array(items) => items.iter_mut().for_each(|item| fill(item, values)),
        Value::Object(members) => {
            members.values_mut().for_each(|member| fill(member, values));
            // A member that came out empty was not meant to be sent.
            members.retain(|_, member| member.as_str() != Some(""));
        }
        _ => {}
    }
}

impl Source for Portal {
    fn name(&self) -> &str {
        &self.settings.name
    }

    fn interface(&self) -> &'static str {
        "portal, asynchronous"
    }

    fn covers(&self, category: Category) -> bool {
        self.settings.kinds.contains_key(&category)
    }

    fn fetch<'a>(&'a self, wanted: &'a Wanted<'a>) -> Fetching<'a> {
        Box::pin(self.last(wanted, wanted.at))
    }

    fn portal(&self) -> Option<&Portal> {
        Some(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_stay_in_their_place() {
        let mut body = serde_json::json!({"a": "{kind}", "b": ["{linkage}"], "c": "{linkage}"});
        fill(&mut body, &[("{kind}", "x\",\"y\":\"z"), ("{linkage}", "")]);
        assert_eq!(body, serde_json::json!({"a": "x\",\"y\":\"z", "b": [""]}));
    }
}

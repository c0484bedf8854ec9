//! A portal that takes its time: a session is begun, the person identifies there, the status is asked for
//! until there is a result. The state's portal and those who mediate it are of this shape; every word that
//! goes over the wire is configured, since the true ones are told to approved applicants alone.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

use anyhow::{Context as _, Result, ensure};
use phr_link::catalogue::Category;
use phr_link::contract::records::Outcome;
use phr_link::{Day, Timestamp};
use reqwest::{StatusCode, Url};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use sqlx::Row as _;

use super::fhir_rest::{configured, retry_after};
use super::{Absent, Fetched, Fetching, Mapping, Raw, Source, Wanted, token};
use crate::fetch;
use crate::problem::Problem;
use crate::records::{Record, Strict, flags_of, has_my_number};
use crate::store::Store;

/// The largest answer, in bytes.
const MAX_ANSWER: usize = 16 * 1_024 * 1_024;

/// A portal as it is configured.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct PortalSettings {
    /// A name, for provenance.
    pub name: String,
    /// The address below which it is.
    pub base: String,
    /// The categories that it has, and what it calls each.
    pub kinds: BTreeMap<Category, String>,
    /// By what it knows us.
    pub service_id: String,
    /// The file of a bearer token.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub token_file: Option<PathBuf>,
    /// Where the calls are, below the base.
    #[serde(default)]
    pub paths: Paths,
    /// Where in an answer a value stands, as JSON pointers.
    #[serde(default)]
    pub fields: Fields,
    /// What it calls each state.
    #[serde(default)]
    pub words: Words,
    /// What its reasons for an error mean to us; what is not here is an outage.
    #[serde(default)]
    pub reasons: BTreeMap<String, Outcome>,
    /// What is sent to begin: `{service_id}`, `{kind}`, `{date}`, `{redirect_uri}` and `{linkage}` are put in.
    #[serde(default = "begin")]
    pub begin: String,
    /// For how many days a link goes on without the person. The guidance of the state's portal says 90, and
    /// that it may change.
    #[serde(default = "ninety")]
    pub linkage_days: i64,
    /// How entries become FHIR where they are none.
    #[serde(default)]
    pub mappings: Vec<Mapping>,
}

fn begin() -> String {
    r#"{"service_id":"{service_id}","inquiry_cond":{"kind":"{kind}","date":{"date":"{date}"}},"redirect_uri":"{redirect_uri}","linkage_id":"{linkage}"}"#.to_owned()
}

const fn ninety() -> i64 {
    90
}

/// Declares settings that are texts with defaults.
macro_rules! texts {
    ($(#[$doc:meta])* $name:ident { $($(#[$field_doc:meta])* $field:ident: $default:literal,)* }) => {
        $(#[$doc])*
        #[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
        #[serde(default, deny_unknown_fields)]
        pub struct $name {
            $($(#[$field_doc])* pub $field: String,)*
        }

        impl Default for $name {
            fn default() -> Self {
                Self { $($field: $default.to_owned(),)* }
            }
        }
    };
}

texts! {
    /// Where the calls of a portal are.
    Paths {
        /// Begins a session.
        begin: "session/create",
        /// Asks for the status.
        status: "session/status",
        /// Asks for the person's attributes.
        identity: "session/identity",
        /// Says whether they are those of our person.
        verified: "session/verify",
        /// Asks for the result.
        result: "session/result",
    }
}

texts! {
    /// Where values stand in a portal's answers.
    Fields {
        /// The session's name.
        session: "/session_id",
        /// Where the person goes.
        user_url: "/redirect_uri",
        /// The status.
        status: "/status",
        /// Why there is an error.
        reason: "/error_reason",
        /// The entries of the result.
        entries: "/parsed",
        /// The name of a link that lasts.
        linkage: "/linkage_id",
        /// The person's name.
        name: "/name",
        /// The person's birthday, as `YYYY-MM-DD` or `YYYYMMDD`.
        birth_date: "/birth_date",
    }
}

texts! {
    /// What a portal calls the states of a session.
    Words {
        /// It waits for the person, or is at work.
        pending: "PENDING",
        /// It wants to know whether the person is ours.
        verify: "NEED_TO_VERIFY_USER",
        /// The result is there.
        success: "SUCCESS",
        /// It failed.
        error: "ERROR",
        /// It waited too long.
        expired: "EXPIRED",
    }
}

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

    /// The person's link, if it still holds. Times at which the portal was closed do not count.
    ///
    /// # Errors
    /// `internal` if the store fails
    pub(crate) async fn link(&self, person: &str, at: Timestamp) -> Result<Link, Problem> {
        let row = sqlx::query(
            "SELECT linkage, linked_at, until FROM source_link WHERE person = $1 AND source = $2",
        )
        .bind(person)
        .bind(&self.settings.name)
        .fetch_optional(self.store.pool())
        .await?;
        let Some(row) = row else {
            return Ok(Link::None);
        };
        let (linked_at, until): (i64, i64) = (row.get("linked_at"), row.get("until"));
        let closed = sqlx::query(
            "SELECT starts_at, ends_at FROM source_maintenance
             WHERE source = $1 AND ends_at > $2 ORDER BY starts_at",
        )
        .bind(&self.settings.name)
        .bind(linked_at)
        .fetch_all(self.store.pool())
        .await?;
        let windows = closed
            .iter()
            .map(|row| (row.get("starts_at"), row.get("ends_at")));
        if holds_until(linked_at, until, windows) > at.as_secs() {
            Ok(Link::Holds(row.get("linkage")))
        } else {
            Ok(Link::Over)
        }
    }

    /// Keeps a link that lasts; one that is known goes on as it was.
    ///
    /// # Errors
    /// `internal` if the store fails
    pub(crate) async fn keep_link(
        &self,
        person: &str,
        linkage: &str,
        at: Timestamp,
    ) -> Result<(), Problem> {
        let days = self.settings.linkage_days * phr_link::time::DAY_SECONDS;
        sqlx::query(
            "INSERT INTO source_link (person, source, linkage, linked_at, until)
             VALUES ($1, $2, $3, $4, $5)
             ON CONFLICT (person, source) DO UPDATE SET linkage = $3, linked_at = $4, until = $5
             WHERE source_link.linkage <> $3",
        )
        .bind(person)
        .bind(&self.settings.name)
        .bind(linkage)
        .bind(at.as_secs())
        .bind(at.plus(days).as_secs())
        .execute(self.store.pool())
        .await?;
        Ok(())
    }

    /// Notes that the portal is closed from now on for so many seconds.
    ///
    /// # Errors
    /// `internal` if the store fails
    pub(crate) async fn note_closed(&self, at: Timestamp, seconds: i64) -> Result<(), Problem> {
        sqlx::query(
            "INSERT INTO source_maintenance (source, starts_at, ends_at) VALUES ($1, $2, $3)
             ON CONFLICT (source, starts_at) DO UPDATE SET ends_at = $3
             WHERE source_maintenance.ends_at < $3",
        )
        .bind(&self.settings.name)
        .bind(at.as_secs())
        .bind(at.plus(seconds).as_secs())
        .execute(self.store.pool())
        .await?;
        Ok(())
    }

    /// Until when the portal is closed, if it is.
    async fn closed(&self, at: Timestamp) -> Result<Option<i64>, Problem> {
        let until: Option<i64> = sqlx::query_scalar(
            "SELECT max(ends_at) FROM source_maintenance
             WHERE source = $1 AND starts_at <= $2 AND ends_at > $2",
        )
        .bind(&self.settings.name)
        .bind(at.as_secs())
        .fetch_one(self.store.pool())
        .await?;
        Ok(until)
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
                    records: Arc::new(read_records(row.get("records"))),
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

/// How a person's lasting link with a portal stands.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) enum Link {
    /// There never was one.
    None,
    /// It holds, by this name.
    Holds(String),
    /// It is over: the person has to identify anew.
    Over,
}

/// Until when a link holds: each second at which the portal was closed before its end comes on top.
fn holds_until(linked_at: i64, until: i64, windows: impl Iterator<Item = (i64, i64)>) -> i64 {
    let mut until = until;
    let mut counted = linked_at;
    for (starts_at, ends_at) in windows {
        // Windows may overlap; no second counts twice.
        let starts_at = starts_at.max(counted);
        if starts_at >= until {
            break;
        }
        if ends_at > starts_at {
            until += ends_at - starts_at;
            counted = ends_at;
        }
    }
    until
}

/// The records as they are kept: each with its category, since one may hide what another tells.
pub(crate) fn write_records(records: &[Record]) -> String {
    let all = records.iter().map(|record| {
        serde_json::json!({"category": record.category, "aliases": record.aliases, "resource": record.resource})
    });
    Value::Array(all.collect()).to_string()
}

/// Reads what [`write_records`] wrote.
pub(crate) fn read_records(text: &str) -> Vec<Record> {
    let all: Vec<Value> = serde_json::from_str(text).unwrap_or_default();
    let read = |mut kept: Value| {
        let category = Category::parse(kept.get("category")?.as_str()?)?.code();
        let aliases = kept.get("aliases").and_then(Value::as_array).cloned();
        let resource = kept.get_mut("resource")?.take();
        let flags = flags_of(category, &resource);
        let mut record = Record::new(category, resource, flags);
        let aliases = aliases.unwrap_or_default();
        let aliases = aliases.iter().filter_map(Value::as_str);
        record.aliases.extend(aliases.map(str::to_owned));
        Some(record)
    };
    all.into_iter().filter_map(read).collect()
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
    fn closed_times_do_not_eat_the_days_of_a_link() {
        let until = |windows: &[(i64, i64)]| holds_until(100, 1_000, windows.iter().copied());
        assert_eq!(until(&[]), 1_000);
        assert_eq!(until(&[(200, 300)]), 1_100);
        // Begun before the link, overlapping, and after its end.
        assert_eq!(until(&[(0, 150)]), 1_050);
        assert_eq!(until(&[(200, 300), (250, 350)]), 1_150);
        assert_eq!(
            until(&[(990, 1_100), (1_050, 1_200), (1_300, 1_400)]),
            1_210
        );
        assert_eq!(until(&[(1_000, 2_000)]), 1_000);
    }

    #[test]
    fn values_stay_in_their_place() {
        let mut body = serde_json::json!({"a": "{kind}", "b": ["{linkage}"], "c": "{linkage}"});
        fill(&mut body, &[("{kind}", "x\",\"y\":\"z"), ("{linkage}", "")]);
        assert_eq!(body, serde_json::json!({"a": "x\",\"y\":\"z", "b": [""]}));
    }
}

//! A FHIR R4 server: searched by person and category, page by page, with patience and within limits.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use phr_link::catalogue::Category;
use phr_link::contract::records::Outcome;
use reqwest::{StatusCode, Url};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{Absent, Fetched, Fetching, Raw, Source, Wanted, token};
use crate::fetch;
use crate::records::{Record, Strict, flags_of, has_my_number};

/// The largest page, in bytes.
const MAX_PAGE: usize = 16 * 1_024 * 1_024;

/// The most pages that are followed.
const MAX_PAGES: usize = 100;

/// How often a page is asked for.
const TRIES: u32 = 3;

/// The longest that is waited before another try, in seconds; what takes longer is told.
const MAX_WAIT: i64 = 2;

/// The category whose records say what is to stay hidden elsewhere.
const TELLING: &str = "disclosed-diagnosis";

/// A FHIR server as it is configured.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct FhirRestSettings {
    /// A name, for provenance.
    pub name: String,
    /// The address below which it is.
    pub base: String,
    /// The searches of each category, such as `AllergyIntolerance?patient={person}`; `{person}` is the
    /// holder's name of the person. What the person was not told is found among the records of
    /// `disclosed-diagnosis`: without a search for them only a record's own marks hide it.
    pub searches: BTreeMap<Category, Vec<String>>,
    /// The file of a bearer token.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub token_file: Option<PathBuf>,
}

/// A FHIR server.
#[derive(Debug)]
pub struct FhirRest {
    name: String,
    base: Url,
    searches: BTreeMap<Category, Vec<String>>,
    token: Option<String>,
    http: reqwest::Client,
}

impl FhirRest {
    /// Makes a source of it; it is not asked yet.
    ///
    /// # Errors
    /// if the address is neither `https` nor on this machine, or the token cannot be read
    pub fn open(settings: &FhirRestSettings) -> Result<Self> {
        let mut base: Url = settings.base.parse().context("the FHIR server's address")?;
        ensure!(
            base.scheme() == "https" || fetch::is_loopback(base.as_str()),
            "the FHIR server's address is neither `https` nor on this machine"
        );
        if !base.path().ends_with('/') {
            let path = format!("{}/", base.path());
            base.set_path(&path);
        }
        Ok(Self {
            name: settings.name.clone(),
            base,
            searches: settings.searches.clone(),
            token: token(settings.token_file.as_ref())?,
            http: configured()?,
        })
    }

    async fn search(&self, wanted: &Wanted<'_>, found: &mut Found) -> Result<(), Absent> {
        let mut categories = vec![wanted.category];
        // What may not be told is found among the diagnoses, wherever else it is named.
        categories.extend(Category::parse(TELLING).filter(|telling| *telling != wanted.category));
        for category in categories {
            for search in self.searches.get(&category).into_iter().flatten() {
                let mut escaped = self.base.clone();
                escaped.query_pairs_mut().append_pair("p", wanted.person);
                let person = escaped.query().unwrap_or_default().replacen("p=", "", 1);
                let url = self.base.join(&search.replace("{person}", &person));
                let url = url.map_err(|_| Absent::of(Outcome::SourceUnavailable))?;
                self.pages(url, (category, wanted.category), found).await?;
            }
        }
        Ok(())
    }

    async fn pages(
        &self,
        first: Url,
        (category, wanted): (Category, Category),
        found: &mut Found,
    ) -> Result<(), Absent> {
        let mut next = Some(first);
        for _ in 0..MAX_PAGES {
            let Some(url) = next.take() else {
                return Ok(());
            };
            let text = self.page(url).await?;
            let Strict(bundle) =
                serde_json::from_str(&text).map_err(|_| Absent::of(Outcome::SourceUnavailable))?;
            found.take(&bundle, category);
            if category == wanted {
                found.raw.push(text);
            }
            next = self.next(&bundle)?;
        }
        // More than that is no answer about one person.
        Err(Absent::of(Outcome::SourceUnavailable))
    }

    /// Where the list goes on: below the configured address, or nowhere.
    fn next(&self, bundle: &Value) -> Result<Option<Url>, Absent> {
        let links = bundle.get("link").and_then(Value::as_array);
        let mut links = links.into_iter().flatten();
        let next = links.find(|link| link.get("relation").is_some_and(|name| name == "next"));
        let Some(url) = next.and_then(|link| link.get("url")?.as_str()) else {
            return Ok(None);
        };
        let url = self.base.join(url).ok();
        let url = url.filter(|url| {
            url.origin() == self.base.origin() && url.path().starts_with(self.base.path())
        });
        // A list that goes on elsewhere is not half a list: it is none.
        url.map(Some).ok_or(Absent::of(Outcome::SourceUnavailable))
    }

    async fn page(&self, url: Url) -> Result<String, Absent> {
        let away = Absent::of(Outcome::SourceUnavailable);
        let mut wait = None;
        for attempt in 0..TRIES {
            let pause = wait.unwrap_or(i64::from(attempt.min(1)));
            if pause > MAX_WAIT {
                return Err(Absent {
                    outcome: Outcome::SourceUnavailable,
                    retry_after: Some(pause),
                });
            }
            tokio::time::sleep(Duration::from_millis(
                u64::try_from(pause).unwrap_or(0) * 1_000,
            ))
            .await;
            let mut request = self
                .http
                .get(url.clone())
                .header("accept", "application/fhir+json");
            if let Some(token) = &self.token {
                request = request.bearer_auth(token);
            }
            let Ok(answer) = request.send().await else {
                continue;
            };
            match answer.status() {
                StatusCode::OK => return fetch::body(answer, MAX_PAGE).await.ok_or(away),
                StatusCode::TOO_MANY_REQUESTS | StatusCode::SERVICE_UNAVAILABLE => {
                    wait = retry_after(&answer);
                }
                status if status.is_server_error() => {}
                // Asking again changes nothing.
                status => {
                    tracing::warn!(
                        source = self.name,
                        status = status.as_u16(),
                        "a search was refused"
                    );
                    return Err(away);
                }
            }
        }
        Err(away)
    }
}

/// Makes a client for addresses that we configured ourselves: they may be inside.
pub(super) fn configured() -> Result<reqwest::Client> {
    let client = reqwest::Client::builder()
        .redirect(reqwest::redirect::Policy::none())
        .no_proxy()
        .timeout(Duration::from_secs(10))
        .build();
    client.context("no HTTP client")
}

/// How long an answer asks to wait, in seconds.
pub(super) fn retry_after(answer: &reqwest::Response) -> Option<i64> {
    let value = answer.headers().get("retry-after")?.to_str().ok()?;
    value.trim().parse().ok().filter(|seconds| *seconds >= 0)
}

/// What was found so far.
#[derive(Default)]
struct Found {
    records: Vec<Record>,
    raw: Vec<String>,
    /// Entries that are no FHIR resource, or name a My Number.
    refused: usize,
    /// Entries that stand beside what was asked for.
    beside: usize,
}

impl Found {
    fn take(&mut self, bundle: &Value, category: Category) {
        let entries = bundle.get("entry").and_then(Value::as_array);
        for entry in entries.into_iter().flatten() {
            let is_match = entry
                .pointer("/search/mode")
                .is_none_or(|mode| mode == "match");
            let resource = entry.get("resource");
            let resource =
                resource.filter(|one| one.get("resourceType").is_some_and(Value::is_string));
            match resource {
                Some(resource) if !has_my_number(resource) => {
                    if !is_match
                        || resource
                            .get("resourceType")
                            .is_some_and(|kind| kind == "OperationOutcome")
                    {
                        self.beside += 1;
                        continue;
                    }
                    let flags = flags_of(category.code(), resource);
                    let mut record = Record::new(category.code(), resource.clone(), flags);
                    let address = entry.get("fullUrl").and_then(Value::as_str);
                    record.aliases.extend(address.map(str::to_owned));
                    self.records.push(record);
                }
                _ => self.refused += 1,
            }
        }
    }
}

impl Source for FhirRest {
    fn name(&self) -> &str {
        &self.name
    }

    fn interface(&self) -> &'static str {
        "FHIR R4 REST"
    }

    fn covers(&self, category: Category) -> bool {
        self.searches.contains_key(&category)
    }

    fn fetch<'a>(&'a self, wanted: &'a Wanted<'a>) -> Fetching<'a> {
        Box::pin(async move {
            let mut found = Found::default();
            self.search(wanted, &mut found).await?;
            if found.refused > 0 {
                tracing::warn!(
                    source = self.name,
                    refused = found.refused,
                    "entries were left out"
                );
            }
            Ok(Fetched {
                records: Arc::new(found.records),
                raw: Some(Raw {
                    media_type: "application/fhir+ndjson".to_owned(),
                    bytes: found.raw.join("\n").into_bytes(),
                    is_whole: found.refused == 0 && found.beside == 0,
                }),
            })
        })
    }
}

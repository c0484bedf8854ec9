//! `GET /records/{category}`: the verdict, and then the records.

use axum::Json;
use axum::extract::{RawQuery, State};
use axum::http::{HeaderMap, HeaderValue, Method, header};
use axum::response::{IntoResponse, Response};
use phr_link::catalogue::Category;
use phr_link::decide::Permit;
use phr_link::scope::Period;
use phr_link::{Code, Day};

use super::Shared;
use super::ledger::Kept;
use crate::input::Path;
use crate::problem::{Problem, no_store};
use crate::records::{Page, release, searchset};
use crate::source::Wanted;
use crate::verify::{Asked, Judge, Presented};

/// The most records on a page.
const PAGE: usize = 50;

pub(super) async fn records(
    State(holder): State<Shared>,
    Path(category): Path<String>,
    RawQuery(query): RawQuery,
    method: Method,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let category = Category::parse(&category).ok_or(Code::ScopeNotGranted)?;
    let query = Query::read(query.as_deref().unwrap_or_default())?;
    let presented = Presented::read(&headers)?;
    let url = format!("{}/records/{}", holder.base(), category.code());
    let filter = query.filter();
    let asked = Asked {
        method: method.as_str(),
        url: &url,
        query: &filter,
        category,
        period: query.period(),
    };
    let status = holder.status_view().await?;
    let ledger = Kept(&holder);
    let judge = Judge {
        rules: &holder.rules,
        known: Some(&status.known),
        ledger: &ledger,
        now: holder.now(),
    };
    let verdict = judge.decide(&presented, &asked).await;
    let pledge = holder.for_agents(&presented, verdict).await?;
    let start = start(&holder, pledge.permit(), &query)?;
    let person = holder.person(&pledge.permit().sub).await?;
    // Asked before the use is counted: whoever got nothing has used nothing.
    let wanted = Wanted {
        person: &person,
        category,
        period: asked.period,
        at: holder.now(),
    };
    let fetched = holder.source(category)?.fetch(&wanted).await?;
    let (permit, taken) = judge.take(pledge, &asked).await?;
    let shown = release(&fetched.records, &permit.filter);
    tracing::info!(
        category = category.code(),
        mode = permit.mode.as_str(),
        "records given"
    );
    let end = start.saturating_add(PAGE).min(shown.len());
    let next = (end < shown.len()).then(|| {
        let cursor = cursor(&holder, &permit, &query, end);
        let separator = if filter.is_empty() { "" } else { "&" };
        format!("{url}?{filter}{separator}cursor={cursor}")
    });
    let page = Page {
        url: &query.whole(&url),
        total: shown.len(),
        resources: shown.get(start..end).unwrap_or_default(),
        next: next.as_deref(),
    };
    let mut response = (no_store(), Json(searchset(&page))).into_response();
    response.headers_mut().insert(
        header::CONTENT_TYPE,
        HeaderValue::from_static("application/fhir+json; charset=utf-8"),
    );
    // The recipient's receipt of this exchange says the same.
    let exchange = taken.exchange_id.as_deref().map(HeaderValue::from_str);
    if let Some(Ok(exchange)) = exchange {
        response.headers_mut().insert("phr-exchange", exchange);
    }
    Ok(response)
}

/// A cursor goes on with one list: of this person, for this client, by this filter and query.
fn bound<'a>(permit: &'a Permit, filter: &'a str) -> [&'a str; 5] {
    let category = permit.filter.category.code();
    let mode = permit.mode.as_str();
    [&permit.sub, &permit.client_id, category, mode, filter]
}

fn cursor(holder: &Shared, permit: &Permit, query: &Query, start: usize) -> String {
    let filter = query.filter();
    holder
        .secret
        .cursor(&start.to_string(), &bound(permit, &filter))
}

fn start(holder: &Shared, permit: &Permit, query: &Query) -> Result<usize, Problem> {
    let Some(cursor) = &query.cursor else {
        return Ok(0);
    };
    let filter = query.filter();
    let place = holder.secret.place(cursor, &bound(permit, &filter));
    place
        .and_then(|place| place.parse().ok())
        .ok_or_else(|| misused("/cursor"))
}

fn misused(path: &str) -> Problem {
    Problem::at(Code::CallerMisuse, Some(path.to_owned()))
}

/// `from`, `to` and `cursor`, each at most once; anything else is refused.
#[derive(Default)]
struct Query {
    from: Option<Day>,
    to: Option<Day>,
    cursor: Option<String>,
}

impl Query {
    fn read(text: &str) -> Result<Self, Problem> {
        let refuse = || misused("/query");
        let mut query = Self::default();
        for pair in text.split('&').filter(|pair| !pair.is_empty()) {
            let (name, value) = pair.split_once('=').ok_or_else(refuse)?;
            let is_first = match name {
                "from" | "to" => {
                    let day = Day::parse(value).ok_or_else(refuse)?;
                    let slot = if name == "from" {
                        &mut query.from
                    } else {
                        &mut query.to
                    };
                    slot.replace(day).is_none()
                }
                "cursor" => query.cursor.replace(value.to_owned()).is_none(),
                _ => false,
            };
            if !is_first {
                return Err(refuse());
            }
        }
        Ok(query)
    }

    fn period(&self) -> Option<Period> {
        let is_given = self.from.is_some() || self.to.is_some();
        is_given.then_some(Period {
            from: self.from,
            to: self.to,
        })
    }

    /// The query in one way of writing it, without its place in the list.
    fn filter(&self) -> String {
        let days = [("from", self.from), ("to", self.to)];
        let days = days
            .iter()
            .filter_map(|(name, day)| day.map(|day| format!("{name}={day}")));
        days.collect::<Vec<_>>().join("&")
    }

    fn whole(&self, url: &str) -> String {
        let cursor = self.cursor.iter().map(|cursor| format!("cursor={cursor}"));
        let filter = Some(self.filter()).filter(|filter| !filter.is_empty());
        let parts: Vec<_> = filter.into_iter().chain(cursor).collect();
        if parts.is_empty() {
            url.to_owned()
        } else {
            format!("{url}?{}", parts.join("&"))
        }
    }
}

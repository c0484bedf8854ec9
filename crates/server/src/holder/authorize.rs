//! `GET /authorize`: the person signs in, and a transaction opens in which they decide.

use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::{Html, Response};
use phr_link::Code;
use phr_link::catalogue::Mode;
use phr_link::request::ConsentRequest;
use phr_link::token::{Kind, Unverified};
use serde::Deserialize;
use serde_json::json;
use sqlx::{AnyConnection, Row as _};

use super::agency::Agency;
use super::people::Person;
use super::{Holder, Shared, pages, par, random_id};
use crate::input::{Form, Query};
use crate::problem::Problem;
use crate::session::{self, Session, same_origin};
use crate::sign_in::{Arrived, Back, Visit, web};

/// How long a transaction stays open, in seconds.
pub(super) const TXN_SECONDS: i64 = 1_800;

/// How long after a request was pushed the person may take to sign in, in seconds.
const SIGN_IN_SECONDS: i64 = 600;

#[derive(Deserialize)]
pub(super) struct Begin {
    client_id: String,
    request_uri: String,
}

/// The person comes from an app, and signs in.
pub(super) async fn begin(
    State(holder): State<Shared>,
    Query(begin): Query<Begin>,
) -> Result<Response, Problem> {
    let waits: Option<i64> = sqlx::query_scalar(
        "SELECT 1 FROM pushed WHERE uri = $1 AND client_id = $2 AND used = 0 AND pushed_at > $3",
    )
    .bind(&begin.request_uri)
    .bind(&begin.client_id)
    .bind(holder.now().as_secs() - par::WAIT_SECONDS)
    .fetch_optional(holder.db.pool())
    .await?;
    waits.ok_or(Code::RequestUnknown)?;
    let visit = Visit {
        target: &begin.request_uri,
        fresh: false,
    };
    holder.send_to_sign_in(&visit).await
}

/// `GET /login/again`: what cannot be undone asks for a sign-in of just now.
pub(super) async fn again(State(holder): State<Shared>) -> Result<Response, Problem> {
    holder.send_to_sign_in(&Visit::AGAIN).await
}

impl Holder {
    /// The page on which a person signs in, or the way to it.
    pub(super) async fn send_to_sign_in(&self, visit: &Visit<'_>) -> Result<Response, Problem> {
        web::begin(self.sign_in.as_ref(), visit).await
    }
}

/// `POST /login`: the form of our own page.
pub(super) async fn login(
    State(holder): State<Shared>,
    headers: HeaderMap,
    Form(fields): Form<Vec<(String, String)>>,
) -> Result<Response, Problem> {
    same_origin(&headers, holder.base())?;
    let back = Back::form(&fields, &headers);
    let arrived = holder.sign_in.end(&back).await?;
    signed_in(&holder, &arrived).await
}

/// `GET /login/callback`: the person comes back from a provider.
pub(super) async fn callback(
    State(holder): State<Shared>,
    headers: HeaderMap,
    Query(fields): Query<Vec<(String, String)>>,
) -> Result<Response, Problem> {
    let back = Back::query(&fields, &headers);
    let arrived = holder.sign_in.end(&back).await?;
    signed_in(&holder, &arrived).await
}

/// A fresh session, and on to where the person wanted to go.
async fn signed_in(holder: &Shared, arrived: &Arrived) -> Result<Response, Problem> {
    let mut store = holder.db.begin().await?;
    let session = session::open(&mut store, arrived, holder.now()).await?;
    let agencies = Agency::of_agent(&mut store, &arrived.person, holder.now()).await?;
    let target = if arrived.target.is_empty() {
        "/consents".to_owned()
    } else if agencies.is_empty() {
        let opening = Opening {
            session: &session,
            person: &arrived.person,
            agency: None,
            request_uri: &arrived.target,
        };
        let txn = opening.open(holder, &mut store).await?;
        format!("/consent?txn={txn}")
    } else {
        let mut url = reqwest::Url::parse("http://x/acting").map_err(|_| Code::Internal)?;
        url.query_pairs_mut()
            .append_pair("request_uri", &arrived.target);
        format!("/acting?{}", url.query().unwrap_or_default())
    };
    store.commit().await?;
    session::send(session::HOLDER, holder.base(), &session, &target)
}

/// `POST /logout`: the session ends.
pub(super) async fn logout(
    State(holder): State<Shared>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    same_origin(&headers, holder.base())?;
    let found = session::find(session::HOLDER, &holder.db, &headers, holder.now()).await?;
    if let Some(session) = found {
        let mut store = holder.db.begin().await?;
        session::end(&mut store, &session.id).await?;
        store.commit().await?;
    }
    session::send(session::HOLDER, holder.base(), "", "/consents")
}

/// What it takes to open a transaction.
pub(super) struct Opening<'a> {
    pub(super) session: &'a str,
    /// Who signed in.
    pub(super) person: &'a str,
    /// For whom they act, where it is somebody else.
    pub(super) agency: Option<&'a Agency>,
    pub(super) request_uri: &'a str,
}

impl Opening<'_> {
    /// Opens the transaction of a pushed request; gives its name.
    ///
    /// # Errors
    /// `request.unknown`; `agent.authority` where the person does not decide alone
    pub(super) async fn open(
        &self,
        holder: &Shared,
        store: &mut AnyConnection,
    ) -> Result<String, Problem> {
        let at = holder.now();
        // Taken once: a second person with the same address finds nothing.
        let row = sqlx::query(
            "UPDATE pushed SET used = 1 WHERE uri = $1 AND used = 0 AND pushed_at > $2
             RETURNING client_id, request, notice_s256",
        )
        .bind(self.request_uri)
        .bind(at.as_secs() - SIGN_IN_SECONDS)
        .fetch_optional(&mut *store)
        .await?
        .ok_or(Code::RequestUnknown)?;
        let client: String = row.get("client_id");
        let person = self.agency.map_or(self.person, |agency| &agency.person);
        let pair = holder.pairwise(store, person, &client).await?;
        let arrangement_id = match self.agency {
            Some(agency) => agency.arrangement(store, &client).await?,
            None => pair.arrangement_id,
        };
        let txn = random_id()?;
        sqlx::query(
            "INSERT INTO txn (id, session, person, sub, arrangement_id, client_id, request, notice_s256, opened_at, agency)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
        )
        .bind(&txn)
        .bind(self.session)
        .bind(person)
        .bind(&pair.sub)
        .bind(&arrangement_id)
        .bind(&client)
        .bind(row.get::<String, _>("request"))
        .bind(row.get::<String, _>("notice_s256"))
        .bind(at.as_secs())
        .bind(self.agency.map(|agency| &agency.id))
        .execute(&mut *store)
        .await?;
        Ok(txn)
    }
}

/// A transaction that is open in this session.
pub(super) struct Txn {
    pub(super) id: String,
    pub(super) person: String,
    pub(super) sub: String,
    pub(super) arrangement_id: String,
    pub(super) client_id: String,
    pub(super) request: String,
    pub(super) notice: String,
    pub(super) opened_at: i64,
    pub(super) key_statement: Option<String>,
    /// The agency by which somebody acts for the person.
    pub(super) agency: Option<String>,
    /// Who signed in, when and how.
    pub(super) session: Session,
}

pub(super) async fn transaction(
    holder: &Shared,
    headers: &HeaderMap,
    id: &str,
) -> Result<Txn, Problem> {
    let session = session::find(session::HOLDER, &holder.db, headers, holder.now()).await?;
    let session = session.ok_or(Code::SessionMissing)?;
    let row = sqlx::query(
        "SELECT txn.*, notice.text AS notice FROM txn JOIN notice ON notice.s256 = txn.notice_s256
         WHERE id = $1 AND session = $2 AND closed = 0 AND opened_at > $3",
    )
    .bind(id)
    .bind(&session.id)
    .bind(holder.now().as_secs() - TXN_SECONDS)
    .fetch_optional(holder.db.pool())
    .await?
    .ok_or(Code::ConsentTransaction)?;
    Ok(Txn {
        id: row.get("id"),
        person: row.get("person"),
        sub: row.get("sub"),
        arrangement_id: row.get("arrangement_id"),
        client_id: row.get("client_id"),
        request: row.get("request"),
        notice: row.get("notice"),
        opened_at: row.get("opened_at"),
        key_statement: row.get("key_statement"),
        agency: row.get("agency"),
        session,
    })
}

/// The claims of a request that was verified when it was pushed.
pub(super) fn request_claims(holder: &Shared, txn: &Txn) -> Result<ConsentRequest, Problem> {
    let unverified = Unverified::read(&txn.request, Kind::ConsentRequest)?;
    let claims = match unverified.header_key() {
        Ok(key) => unverified.verify::<ConsentRequest>(&key)?.claims().clone(),
        Err(_) => {
            let (token, _) = holder
                .lists()?
                .trust
                .verify_token::<ConsentRequest>(&unverified, |claims| &claims.iss)?;
            token.claims().clone()
        }
    };
    Ok(claims)
}

#[derive(Deserialize)]
pub(super) struct Page {
    txn: String,
}

/// The consent page: what is asked, by whom as the trust list names them, and three equal answers.
pub(super) async fn page(
    State(holder): State<Shared>,
    headers: HeaderMap,
    Query(page): Query<Page>,
) -> Result<Html<String>, Problem> {
    let txn = transaction(&holder, &headers, &page.txn).await?;
    let request = request_claims(&holder, &txn)?;
    let lists = holder.lists()?;
    let member = lists
        .trust
        .member(&txn.client_id)
        .ok_or(Code::IssuerUntrusted)?;
    let mut store = holder.db.begin().await?;
    let person = Person::find(&mut store, &txn.person).await?;
    let person = person.ok_or(Code::Internal)?;
    let agency = match &txn.agency {
        Some(id) => Some(Agency::live(&mut store, id, holder.now()).await?),
        None => None,
    };
    store.commit().await?;
    let live: Option<String> = sqlx::query_scalar(
        "SELECT token FROM consent WHERE arrangement_id = $1 AND state = 'active' AND exp > $2",
    )
    .bind(&txn.arrangement_id)
    .bind(holder.now().as_secs())
    .fetch_optional(holder.db.pool())
    .await?;
    // Kept for longer than a transaction lasts.
    let pushed_at: Option<i64> =
        sqlx::query_scalar("SELECT pushed_at FROM pushed WHERE request = $1")
            .bind(&txn.request)
            .fetch_optional(holder.db.pool())
            .await?;
    let anchor: Vec<_> = lists.anchor.keys().iter().map(|key| key.to_jwk()).collect();
    let role = member
        .recipient_role()
        .ok_or(Code::CatalogueModeNotAllowed)?;
    let days = phr_link::catalogue::max_consent_days(role);
    let longest = txn.opened_at + days * 86_400;
    let until = agency.as_ref().map(|agency| agency.until.as_secs());
    let acting = agency
        .as_ref()
        .map(|agency| json!({"role": agency.role, "basis": agency.kind, "until": agency.until.as_secs()}));
    let mut details = request.authorization_details.clone();
    if agency.is_some() {
        // An agent is offered what the catalogue opens to agents.
        for detail in &mut details {
            detail
                .datatypes
                .retain(|category| category.allows(Mode::Agent));
        }
        details.retain(|detail| !detail.datatypes.is_empty());
        if details.is_empty() {
            return Err(Code::CatalogueModeNotAllowed.into());
        }
    }
    let data = json!({
        "txn": txn.id, "openedAt": txn.opened_at, "holder": holder.base(), "person": txn.sub, "personName": person.name,
        "arrangementId": txn.arrangement_id, "request": txn.request, "live": live,
        "recipient": {
            "id": member.id, "jkt": request.dpop_jkt, "name": member.name, "name#en": member.name_en, "address": member.address,
            "representative": member.representative, "country": member.country, "role": role,
        },
        "details": details, "state": request.state,
        "notice": {"id": "notice", "ver": "1", "uri": request.notice_uri, "lang": "ja", "s256": request.notice_s256},
        // The page judges the request by itself before it shows it.
        "pushedAt": pushed_at.unwrap_or(txn.opened_at),
        "trust": {"jwks": {"keys": anchor}, "trust_list": lists.trust_list, "marks": lists.marks_of(&txn.client_id)},
        "status": holder.trust.mark_status(holder.now())?,
        "noticeText": txn.notice, "expiresAt": until.map_or(longest, |until| until.min(longest)), "acting": acting, "withdrawUri": format!("{}/consents", holder.base()),
    });
    Ok(Html(pages::consent(&data)))
}

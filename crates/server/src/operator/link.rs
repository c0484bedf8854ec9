//! `POST /link` and `GET /link/callback`: the person signed in here links with a holder, and comes
//! back with a code that is good once and in this session alone.

use axum::Json as Answer;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse as _, Redirect, Response};
use phr_link::catalogue::{Category, Mode};
use phr_link::consent::Consent;
use phr_link::contract::link::{LinkRequest, StartedLink};
use phr_link::contract::token::TokenResponse;
use phr_link::grant::Grant;
use phr_link::receipt::Receipt;
use phr_link::request::ConsentRequest;
use phr_link::scope::{Detail, Frequency, Handling, Purpose, Retention};
use phr_link::token::{Kind, Unverified, s256, sign_by_kid};
use phr_link::trust::TrustList;
use phr_link::{Code, Timestamp};
use serde::Deserialize;
use sqlx::{AnyConnection, Row as _};

use super::{Operator, Shared, fetch};
use crate::input::{Json, Query};
use crate::problem::{Problem, no_store};
use crate::random_id;
use crate::session::{self, Session, same_origin};

/// How long a person may take at the holder, in seconds.
const PATIENCE_SECONDS: i64 = 2_400;

/// For how many days records are kept that were asked for without saying so.
const KEPT_DAYS: u32 = 365;

impl Operator {
    /// Who is signed in.
    ///
    /// # Errors
    /// `session.missing`
    pub(super) async fn session(&self, headers: &HeaderMap) -> Result<Session, Problem> {
        let session = session::find(session::OPERATOR, &self.db, headers, self.now()).await?;
        session.ok_or_else(|| Code::SessionMissing.into())
    }
}

pub(super) async fn begin(
    State(operator): State<Shared>,
    headers: HeaderMap,
    Json(asked): Json<LinkRequest>,
) -> Result<Response, Problem> {
    same_origin(&headers, operator.base())?;
    let session = operator.session(&headers).await?;
    let lists = operator.trust().await?;
    let holder: String = asked.holder.into();
    // Only a holder of the trust list, and only one that is configured, gets our people.
    if holder != operator.config.holder || lists.trust.member(&holder).is_none() {
        return Err(Problem::at(
            Code::IssuerUntrusted,
            Some("/holder".to_owned()),
        ));
    }
    let own = lists
        .trust
        .member(operator.base())
        .ok_or(Code::TrustNotCertified)?;
    let at = operator.now();
    let verifier = format!("{}{}", random_id()?, random_id()?);
    let request = ConsentRequest {
        iss: operator.base().to_owned(),
        client_id: operator.base().to_owned(),
        aud: holder.clone(),
        iat: at,
        exp: at.plus(300),
        nbf: None,
        jti: random_id()?,
        response_type: "code".into(),
        redirect_uri: redirect_uri(&operator),
        state: random_id()?,
        nonce: random_id()?,
        code_challenge: s256(&verifier),
        code_challenge_method: "S256".into(),
        dpop_jkt: operator.jkt()?,
        authorization_details: asked.details.unwrap_or_else(default_details),
        notice_uri: format!("{}/notice.txt", operator.base()),
        notice_s256: s256(&operator.config.notice),
        client_name: own.name.clone(),
        scope: None,
        ui_locales: None,
    };
    let compact = sign_by_kid(&request, &operator.signer()?)?;
    let (request_uri, expires_in) = operator.push(&holder, &compact).await?;
    sqlx::query(
        "INSERT INTO operator_link (state, session, person, holder, verifier, begun_at)
         VALUES ($1, $2, $3, $4, $5, $6)",
    )
    .bind(&request.state)
    .bind(&session.id)
    .bind(&session.person)
    .bind(&holder)
    .bind(&verifier)
    .bind(at.as_secs())
    .execute(operator.db.pool())
    .await?;
    let mut url =
        reqwest::Url::parse(&format!("{holder}/authorize")).map_err(|_| Code::IssuerUntrusted)?;
    url.query_pairs_mut()
        .append_pair("client_id", operator.base())
        .append_pair("request_uri", &request_uri);
    let started = StartedLink {
        url: String::from(url).into(),
        expires_in,
    };
    Ok((StatusCode::CREATED, no_store(), Answer(started)).into_response())
}

fn redirect_uri(operator: &Operator) -> String {
    format!("{}/link/callback", operator.base())
}

/// Everything that the catalogue opens to operators and that is not sensitive by itself.
fn default_details() -> Vec<Detail> {
    let categories = Category::all_by_default();
    let open = categories
        .into_iter()
        .filter(|category| category.allows(Mode::Phr));
    vec![Detail {
        purposes: vec![Purpose::SelfView, Purpose::HealthPromotion],
        handling: Handling::Store,
        frequency: Frequency::Continuing,
        retention: Retention::Days(KEPT_DAYS.into()),
        ..Detail::strictest(open.collect(), Purpose::SelfView)
    }]
}

#[derive(Deserialize)]
pub(super) struct Back {
    state: String,
    iss: String,
    #[serde(default)]
    code: Option<String>,
    #[serde(default)]
    error: Option<String>,
}

pub(super) async fn end(
    State(operator): State<Shared>,
    headers: HeaderMap,
    Query(back): Query<Back>,
) -> Result<Response, Problem> {
    let session = operator.session(&headers).await?;
    // Taken once, in the session that began it, from the holder that was asked (RFC 9207).
    let row = sqlx::query(
        "DELETE FROM operator_link WHERE state = $1 AND session = $2 AND person = $3
         AND holder = $4 AND begun_at > $5 RETURNING verifier, begun_at",
    )
    .bind(&back.state)
    .bind(&session.id)
    .bind(&session.person)
    .bind(&back.iss)
    .bind(operator.now().as_secs() - PATIENCE_SECONDS)
    .fetch_optional(operator.db.pool())
    .await?
    .ok_or(Code::ConsentTransaction)?;
    let (Some(code), None) = (&back.code, &back.error) else {
        return Ok((no_store(), Redirect::to("/?refused")).into_response());
    };
    let verifier: String = row.get("verifier");
    let redirect = redirect_uri(&operator);
    let fields = [
        ("grant_type", "authorization_code"),
        ("client_id", operator.base()),
        ("code", code),
        ("code_verifier", &verifier),
        ("redirect_uri", &redirect),
    ];
    // The key that the request named, though another one may sign by now.
    let begun_at = Timestamp::from_secs(row.get("begun_at"));
    let prover = operator.keys.signer(begun_at)?;
    let response = operator.token(&back.iss, &fields, &prover).await?;
    let lists = operator.trust().await?;
    let linked = Linked::read(&operator, &response, &back.iss, &lists.trust)?;
    linked.keep(&operator, &session.person).await?;
    fetch::soon(&operator);
    Ok((no_store(), Redirect::to("/")).into_response())
}

/// What a holder handed over, checked: it is of this holder, for us, about one arrangement.
struct Linked {
    token: String,
    grant: Grant,
    consent_token: String,
    consent: Consent,
    receipt: String,
    holder: String,
}

impl Linked {
    fn read(
        operator: &Operator,
        response: &TokenResponse,
        holder: &str,
        trust: &TrustList,
    ) -> Result<Self, Problem> {
        let token: String = response.access_token.clone().into();
        let unverified = Unverified::read(&token, Kind::Grant)?;
        let (grant, _) = trust.verify_token::<Grant>(&unverified, |grant| &grant.iss)?;
        grant.check_time(operator.now(), 60)?;
        let consent_token: String = response
            .phr_consent
            .clone()
            .ok_or(Code::ConsentUnknown)?
            .into();
        let consent =
            Unverified::read(&consent_token, Kind::Consent)?.unverified_claims::<Consent>()?;
        let receipt: String = response
            .phr_receipt
            .clone()
            .ok_or(Code::ReceiptChain)?
            .into();
        let unverified = Unverified::read(&receipt, Kind::Receipt)?;
        let (told, _) = trust.verify_token::<Receipt>(&unverified, |receipt| &receipt.iss)?;
        let fits = grant.iss == holder
            && grant.client_id == operator.base()
            && operator.prover(&grant.cnf.jkt).is_ok()
            && grant.consent_s256.as_deref() == Some(&*s256(&consent_token))
            && told.iss == holder
            && told.arrangement_id == grant.arrangement_id;
        if !fits {
            return Err(Code::BindingMismatch.into());
        }
        Ok(Self {
            grant: grant.claims().clone(),
            token,
            consent_token,
            consent,
            receipt,
            holder: holder.to_owned(),
        })
    }

    async fn keep(&self, operator: &Operator, person: &str) -> Result<(), Problem> {
        let at: Timestamp = operator.now();
        let mut store = operator.db.begin().await?;
        // The person who is signed in here stays the one: an arrangement never changes hands.
        let kept = sqlx::query(
            "INSERT INTO operator_arrangement
             (id, person, holder, sub, consent, consent_jti, grant_token, grant_exp, state, linked_at,
              due_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 'active', $9, $9)
             ON CONFLICT (id) DO UPDATE SET consent = $5, consent_jti = $6, grant_token = $7,
             grant_exp = $8, state = 'active', linked_at = $9, due_at = $9, failed = 0
             WHERE operator_arrangement.person = $2 AND operator_arrangement.sub = $4",
        )
        .bind(&self.grant.arrangement_id)
        .bind(person)
        .bind(&self.holder)
        .bind(&self.grant.sub)
        .bind(&self.consent_token)
        .bind(&self.consent.jti)
        .bind(&self.token)
        .bind(self.grant.exp.as_secs())
        .bind(at.as_secs())
        .execute(&mut *store)
        .await?;
        if kept.rows_affected() != 1 {
            return Err(Code::SubjectMismatch.into());
        }
        // What became of fetches under the last consent, and what was erased then, says nothing of this.
        sqlx::query("DELETE FROM operator_fetch WHERE arrangement_id = $1")
            .bind(&self.grant.arrangement_id)
            .execute(&mut *store)
            .await?;
        self.narrow(&mut store, person).await?;
        for (kind, token) in [("consent", &self.consent_token), ("receipt", &self.receipt)] {
            keep_document(&mut store, person, kind, token).await?;
        }
        store.commit().await?;
        Ok(())
    }
}

impl Linked {
    /// Erases what came under an earlier consent and may not be kept under this one.
    async fn narrow(&self, store: &mut AnyConnection, person: &str) -> Result<(), Problem> {
        let details = self.consent.authorization_details.iter();
        let kept: Vec<_> = details
            .filter(|detail| detail.handling == Handling::Store)
            .flat_map(|detail| detail.datatypes.iter().map(|category| category.code()))
            .collect();
        let had: Vec<String> = sqlx::query_scalar(
            "SELECT DISTINCT category FROM operator_record WHERE person = $1 AND source = $2",
        )
        .bind(person)
        .bind(&self.grant.arrangement_id)
        .fetch_all(&mut *store)
        .await?;
        for category in had.iter().filter(|had| !kept.contains(&had.as_str())) {
            sqlx::query(
                "DELETE FROM operator_record WHERE person = $1 AND source = $2 AND category = $3",
            )
            .bind(person)
            .bind(&self.grant.arrangement_id)
            .bind(category)
            .execute(&mut *store)
            .await?;
        }
        Ok(())
    }
}

/// Keeps a token of the person; tells whether it was new.
pub(super) async fn keep_document(
    store: &mut AnyConnection,
    person: &str,
    kind: &str,
    token: &str,
) -> Result<bool, Problem> {
    let kept = sqlx::query(
        "INSERT INTO operator_document (person, kind, s256, token) VALUES ($1, $2, $3, $4)
         ON CONFLICT DO NOTHING",
    )
    .bind(person)
    .bind(kind)
    .bind(s256(token))
    .bind(token)
    .execute(&mut *store)
    .await?;
    Ok(kept.rows_affected() == 1)
}

//! `POST /emergency`: break-glass. A medical institution that cannot have the person's consent reads
//! on identity alone, for a day at most, and always leaves a trace that the person sees.

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use phr_link::catalogue::{Category, Mode};
use phr_link::claims::{Binding, Status, StatusPointer};
use phr_link::emergency::{EmergencyStatement, IdentityMethod, OralConsent};
use phr_link::grant::{DelegationLimit, EmergencyGround, Grant};
use phr_link::receipt::ReceiptEvent;
use phr_link::scope::{Detail, Frequency, Purpose, Role};
use phr_link::token::{Kind, Unverified, sign};
use phr_link::trust::{ActivationKind, ClientType, Member, TrustList};
use phr_link::{Code, Timestamp, time::DAY_SECONDS};
use serde::Deserialize;
use serde_json::{Value, json};
use sqlx::AnyConnection;

use super::client::{Credentials, is_unfit};
use super::inbox::{self, Message};
use super::parties::ACQUIRED;
use super::people::Person;
use super::proving::Nonce;
use super::wish::Wish;
use super::{Shared, random_id, status};
use crate::input::Form;
use crate::problem::{Problem, no_store};
use crate::receipts::{About, Arrangement};

/// How many attempts an institution has within an hour, and one member of its staff.
const BY_INSTITUTION: i64 = 120;
const BY_STAFF: i64 = 20;

const HOUR_SECONDS: i64 = 3_600;

#[derive(Deserialize)]
pub(super) struct Ask {
    client_id: String,
    statement: String,
    #[serde(flatten)]
    credentials: Credentials,
}

pub(super) async fn emergency(
    State(holder): State<Shared>,
    headers: HeaderMap,
    form: Result<Form<Ask>, Problem>,
) -> Response {
    let answer = match form {
        Ok(Form(ask)) => answer(&holder, &headers, &ask).await,
        Err(problem) => Err(problem),
    };
    let mut response = match answer {
        Ok(body) => (StatusCode::OK, no_store(), Json(body)).into_response(),
        Err(problem) => match problem.code {
            Code::ProofNonceRequired => problem.oauth("use_dpop_nonce"),
            code if is_unfit(code) => problem.oauth("invalid_client"),
            code if code.as_str().starts_with("proof.") => problem.oauth("invalid_dpop_proof"),
            _ => problem.oauth("invalid_request"),
        },
    };
    if let Ok(nonce) = HeaderValue::from_str(&holder.secret.nonce(holder.now())) {
        response.headers_mut().insert("dpop-nonce", nonce);
    }
    response
}

async fn answer(holder: &Shared, headers: &HeaderMap, ask: &Ask) -> Result<Value, Problem> {
    let jkt = holder.prove(headers, "/emergency", Nonce::Required).await?;
    // An app without a server of its own has no emergencies.
    if holder.client(&ask.client_id, &ask.credentials).await? != ClientType::Server {
        return Err(Code::RequestClientKey.into());
    }
    let at = holder.now();
    let lists = holder.lists()?;
    let unverified = Unverified::read(&ask.statement, Kind::Emergency)?;
    let (statement, institution) = lists
        .trust
        .verify_token::<EmergencyStatement>(&unverified, |statement| &statement.iss)?;
    statement.check_time(at, 60)?;
    if statement.aud != holder.base() {
        return Err(Code::AudienceMismatch.into());
    }
    if statement.iss != ask.client_id {
        return Err(Code::RequestClientKey.into());
    }
    if statement.cnf.jkt != jkt {
        return Err(Code::BindingMismatch.into());
    }
    let mut store = holder.db.begin().await?;
    let person = match is_enough(&statement) {
        true => Person::identify(&mut store, &statement.subject).await?,
        false => None,
    };
    let attempt = Attempt {
        token: &ask.statement,
        statement: &statement,
        s256: statement.s256(),
        ground: ground(&statement, institution, &lists.trust, at),
        person,
        at,
    };
    let outcome = attempt.run(holder, &mut store).await?;
    // A refusal is kept as well.
    store.commit().await?;
    outcome.map_err(Problem::from)
}

/// On which ground the institution may ask.
struct Ground {
    mode: Mode,
    until: Timestamp,
}

/// A disaster's activation has to cover the institution's area and to be on.
fn ground(
    statement: &EmergencyStatement,
    institution: &Member,
    trust: &TrustList,
    at: Timestamp,
) -> Option<Ground> {
    if institution.recipient_role() != Some(Role::MedicalInstitution) {
        return None;
    }
    let day = at.plus(DAY_SECONDS);
    let Some(id) = &statement.activation_id else {
        return Some(Ground {
            mode: Mode::Emergency,
            until: day,
        });
    };
    let activation = trust.activation(id)?;
    let area = institution.area.as_ref()?;
    let is_on = activation.from <= at && at < activation.until;
    (activation.areas.contains(area) && is_on).then_some(Ground {
        mode: match activation.kind {
            ActivationKind::Disaster => Mode::Disaster,
            ActivationKind::Emergency => Mode::Emergency,
        },
        until: day.min(activation.until),
    })
}

/// Whether enough is stated: without the address it is not the four attributes.
fn is_enough(statement: &EmergencyStatement) -> bool {
    statement.method != IdentityMethod::FourAttributes || statement.subject.address.is_some()
}

/// An attempt, with all that was found out before the store is asked.
struct Attempt<'a> {
    token: &'a str,
    statement: &'a EmergencyStatement,
    s256: &'a str,
    ground: Option<Ground>,
    person: Option<Person>,
    at: Timestamp,
}

impl Attempt<'_> {
    /// Keeps the attempt, and gives the grant where it is permitted: all in one transaction, so that
    /// what cannot be kept is not granted.
    async fn run(
        &self,
        holder: &Shared,
        store: &mut AnyConnection,
    ) -> Result<Result<Value, Code>, Problem> {
        let statement = self.statement;
        if !self.is_first(store).await? {
            return Ok(Err(Code::ClaimsJtiReused));
        }
        if self.is_too_often(store).await? {
            self.note(store, "rate-limited", None).await?;
            return Ok(Err(Code::ServerRateLimited));
        }
        let wish = match &self.person {
            Some(person) => Some(Wish::of(store, &person.id).await?),
            None => None,
        };
        let refused = match (&self.ground, &self.person, wish) {
            (None, _, _) => Some("not-active"),
            (Some(_), None, _) => Some("no-match"),
            (_, _, Some(Wish::Deny)) => Some("denied-by-person"),
            _ if statement.oral_consent == OralConsent::Refused => Some("refused-orally"),
            _ => None,
        };
        let (Some(ground), Some(person), Some(wish), None) =
            (&self.ground, &self.person, wish, refused)
        else {
            self.note(store, refused.unwrap_or("refused"), None).await?;
            // Why not is in what was kept: the answer tells nobody who exists.
            return Ok(Err(Code::EmergencyRefused));
        };
        let (grant, token) = self.issue(holder, store, ground, person).await?;
        self.note(store, "granted", Some(&grant.jti)).await?;
        let mut arrangement = Arrangement::lock(store, &grant.arrangement_id).await?;
        let about = About {
            event: ReceiptEvent::Emergency,
            sub: &grant.sub,
            provider: holder.party(holder.base())?,
            recipient: holder.party(&grant.client_id)?,
            consent_jti: None,
            consent_s256: None,
            txn: None,
            items: categories(ground.mode),
            acquired_how: ACQUIRED,
            exchange_id: None,
            at: self.at,
        };
        let receipt = arrangement
            .write(&holder.issuer()?, store, about)
            .await?
            .token;
        arrangement.close(store).await?;
        let message = Message {
            person: &person.id,
            kind: inbox::Kind::Emergency,
            about: &grant.arrangement_id,
            recipient: &grant.client_id,
            at: self.at,
            shown_from: if wish == Wish::Allow {
                grant.exp
            } else {
                self.at
            },
        };
        inbox::tell(store, &message).await?;
        Ok(Ok(json!({
            "access_token": token, "token_type": "DPoP", "expires_in": grant.exp.since(self.at),
            "authorization_details": grant.authorization_details, "phr_receipt": receipt,
        })))
    }

    /// A statement is used once, whatever became of it.
    async fn is_first(&self, store: &mut AnyConnection) -> Result<bool, Problem> {
        let kept = sqlx::query(
            "INSERT INTO emergency (statement_jti, institution, staff, statement, person, outcome, at)
             VALUES ($1, $2, $3, $4, $5, '', $6) ON CONFLICT DO NOTHING",
        )
        .bind(&self.statement.jti)
        .bind(&self.statement.iss)
        .bind(&self.statement.staff)
        .bind(self.token)
        .bind(self.person.as_ref().map(|person| &person.id))
        .bind(self.at.as_secs())
        .execute(&mut *store)
        .await?;
        Ok(kept.rows_affected() == 1)
    }

    async fn note(
        &self,
        store: &mut AnyConnection,
        outcome: &'static str,
        grant: Option<&str>,
    ) -> Result<(), Problem> {
        tracing::warn!(
            outcome,
            institution = self.statement.iss,
            "emergency access"
        );
        sqlx::query(
            "UPDATE emergency SET outcome = $1, grant_jti = $2
             WHERE institution = $3 AND statement_jti = $4",
        )
        .bind(outcome)
        .bind(grant)
        .bind(&self.statement.iss)
        .bind(&self.statement.jti)
        .execute(&mut *store)
        .await?;
        Ok(())
    }

    async fn is_too_often(&self, store: &mut AnyConnection) -> Result<bool, Problem> {
        let since = self.at.as_secs() - HOUR_SECONDS;
        let all: i64 =
            sqlx::query_scalar("SELECT count(*) FROM emergency WHERE institution = $1 AND at > $2")
                .bind(&self.statement.iss)
                .bind(since)
                .fetch_one(&mut *store)
                .await?;
        let own: i64 = sqlx::query_scalar(
            "SELECT count(*) FROM emergency WHERE institution = $1 AND staff = $2 AND at > $3",
        )
        .bind(&self.statement.iss)
        .bind(&self.statement.staff)
        .bind(since)
        .fetch_one(&mut *store)
        .await?;
        Ok(all > BY_INSTITUTION || own > BY_STAFF)
    }

    async fn issue(
        &self,
        holder: &Shared,
        store: &mut AnyConnection,
        ground: &Ground,
        person: &Person,
    ) -> Result<(Grant, String), Problem> {
        let statement = self.statement;
        let sub = holder
            .pairwise(store, &person.id, &statement.iss)
            .await?
            .sub;
        let jti = random_id()?;
        let detail = Detail {
            frequency: Frequency::Continuing,
            ..Detail::strictest(categories(ground.mode), Purpose::EmergencyCare)
        };
        let taken = status::Taken {
            grant_jti: &jti,
            // It rests on no consent: nothing but its own end or revocation ends it.
            consent_jti: &jti,
            exp: ground.until,
        };
        let pointer: StatusPointer = holder.allocate(store, &taken).await?;
        let grant = Grant {
            iss: holder.base().to_owned(),
            sub,
            aud: holder.base().to_owned(),
            client_id: statement.iss.clone(),
            iat: self.at,
            exp: ground.until,
            nbf: None,
            jti,
            ver: "1.0".into(),
            cnf: Binding {
                jkt: statement.cnf.jkt.clone(),
            },
            arrangement_id: random_id()?,
            consent_s256: None,
            consent_jti: None,
            authorization_details: vec![detail],
            dlg: DelegationLimit { max_depth: 0 },
            status: Status {
                status_list: pointer,
            },
            act: None,
            emg: Some(EmergencyGround {
                statement_s256: self.s256.to_owned(),
                activation_id: statement.activation_id.clone(),
            }),
        };
        let token = sign(&grant, &holder.signer()?)?;
        Ok((grant, token))
    }
}

/// The categories that the catalogue opens to a mode.
fn categories(mode: Mode) -> Vec<Category> {
    Category::all()
        .filter(|category| category.allows(mode))
        .collect()
}

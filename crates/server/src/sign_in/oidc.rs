//! OpenID Connect: authorization code with PKCE, bound to the browser that began it.

use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use axum::http::header;
use openidconnect::core::{
    CoreAuthPrompt, CoreAuthenticationFlow, CoreClient, CoreJwsSigningAlgorithm,
    CoreProviderMetadata, CoreTokenResponse,
};
use openidconnect::{
    AuthType, AuthenticationContextClass, AuthorizationCode, ClientId, ClientSecret, CsrfToken,
    HttpRequest, HttpResponse, IssuerUrl, Nonce, PkceCodeChallenge, PkceCodeVerifier, RedirectUrl,
    Scope, TokenResponse as _,
};
use phr_link::emergency::Subject;
use phr_link::{Code, Day, Timestamp};
use serde::{Deserialize, Serialize};
use sqlx::Row as _;

use super::{Arrived, Back, SignIn, Visit, Way};
use crate::clock::Clock;
use crate::fetch;
use crate::holder::Person;
use crate::problem::Problem;
use crate::random_id;
use crate::source::token;
use crate::store::Store;
use crate::verify::Pending;

/// How long a person may take at the provider, in seconds.
const PATIENCE_SECONDS: i64 = 900;

/// How long what the provider says of itself is used, in seconds; its keys change more rarely.
const METADATA_SECONDS: i64 = 3_600;

/// How soon it is asked again because of a key that is not known, in seconds: a stranger's token must not
/// make us ask for each.
const AGAIN_SECONDS: i64 = 60;

/// How long ago a fresh sign-in may have been, in seconds.
const FRESH_SECONDS: i64 = 300;

/// How much clocks may differ, in seconds.
const SKEW_SECONDS: i64 = 60;

/// The largest answer of a provider, in bytes.
const MAX_ANSWER: usize = 256 * 1_024;

/// A provider as it is configured.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// Its name, which is its address.
    pub issuer: String,
    /// By what it knows us.
    pub client_id: String,
    /// The file of the secret by which it knows us; none for a public client.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub client_secret_file: Option<PathBuf>,
    /// What is asked for beside `openid`.
    #[serde(default)]
    pub scopes: Vec<String>,
    /// How surely it has to know the person: one of these, such as `aal3`. Any will do if there is none.
    #[serde(default)]
    pub acr_values: Vec<String>,
    /// Whom it may bring.
    #[serde(default)]
    pub people: People,
}

/// Whom a provider may bring.
#[derive(Clone, Copy, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum People {
    /// Those whom the desk has linked.
    #[default]
    Linked,
    /// And those whose name, birthday, gender and address it vouches for, all of them exactly ours.
    Matched,
    /// Anybody: each is a new person of ours. Only for a service that begins with nothing.
    Anyone,
}

/// A provider.
pub struct Oidc {
    settings: Settings,
    issuer: IssuerUrl,
    secret: Option<ClientSecret>,
    base: String,
    cookie: &'static str,
    clock: Clock,
    store: Store,
    http: reqwest::Client,
    metadata: Mutex<Option<(Timestamp, CoreProviderMetadata)>>,
}

impl std::fmt::Debug for Oidc {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Oidc")
            .field("issuer", &self.settings.issuer)
            .finish_non_exhaustive()
    }
}

/// The fault of a request to the provider; what it said is never repeated.
#[derive(Debug)]
struct Away;

impl std::fmt::Display for Away {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("the provider could not be asked")
    }
}

impl std::error::Error for Away {}

/// Why a sign-in failed is in the log; the person is told that it did.
fn failed(why: &'static str) -> Problem {
    tracing::warn!(why, "a sign-in failed");
    Code::SessionSignInFailed.into()
}

impl Oidc {
    /// Makes a sign-in for a server at `base`; the provider is not asked yet.
    ///
    /// # Errors
    /// if the provider's address is neither `https` nor on this machine, or the secret cannot be read
    pub fn open(
        settings: &Settings,
        base: &str,
        cookie: &'static str,
        store: &Store,
        clock: Clock,
    ) -> Result<Self> {
        let issuer = IssuerUrl::new(settings.issuer.clone()).context("the provider's address")?;
        ensure!(
            issuer.url().scheme() == "https" || fetch::is_loopback(issuer.as_str()),
            "the provider's address is neither `https` nor on this machine"
        );
        let secret = token(settings.client_secret_file.as_ref())?;
        let http = reqwest::Client::builder()
            // A redirect would take our secret elsewhere.
            .redirect(reqwest::redirect::Policy::none())
            .no_proxy()
            .timeout(Duration::from_secs(10))
            .build()
            .context("no HTTP client")?;
        Ok(Self {
            settings: settings.clone(),
            issuer,
            secret: secret.map(ClientSecret::new),
            base: base.to_owned(),
            cookie,
            clock,
            store: store.clone(),
            http,
            metadata: Mutex::default(),
        })
    }

    /// What the provider says of itself, with its keys.
    async fn metadata(&self, oldest: i64) -> Result<CoreProviderMetadata, Problem> {
        let at = self.clock.now();
        {
            let kept = self.metadata.lock().unwrap_or_else(PoisonError::into_inner);
            if let Some((asked_at, metadata)) = kept.as_ref()
                && at.since(*asked_at) < oldest
            {
                return Ok(metadata.clone());
            }
        }
        let (ask, issuer) = (asking(&self.http), self.issuer.clone());
        let asked: Pending<'static, CoreProviderMetadata> = Box::pin(async move {
            let found = CoreProviderMetadata::discover_async(issuer, &ask).await;
            found.map_err(|_| {
                tracing::warn!("the provider cannot be asked");
                Code::SourceUnavailable.into()
            })
        });
        let metadata = asked.await?;
        let mut kept = self.metadata.lock().unwrap_or_else(PoisonError::into_inner);
        *kept = Some((at, metadata.clone()));
        Ok(metadata)
    }

    fn redirect_uri(&self) -> Result<RedirectUrl, Problem> {
        RedirectUrl::new(format!("{}/login/callback", self.base)).map_err(|_| Code::Internal.into())
    }

    /// Where the person goes, with what only we know until they come back.
    fn way(
        &self,
        metadata: CoreProviderMetadata,
        (state, nonce): (&str, &str),
        is_fresh: bool,
    ) -> Result<(String, String), Problem> {
        let (challenge, verifier) = PkceCodeChallenge::new_random_sha256();
        let client = CoreClient::from_provider_metadata(
            metadata,
            ClientId::new(self.settings.client_id.clone()),
            self.secret.clone(),
        )
        .set_redirect_uri(self.redirect_uri()?);
        let (state, nonce) = (
            CsrfToken::new(state.to_owned()),
            Nonce::new(nonce.to_owned()),
        );
        let mut request = client.authorize_url(
            CoreAuthenticationFlow::AuthorizationCode,
            move || state,
            move || nonce,
        );
        for scope in &self.settings.scopes {
            request = request.add_scope(Scope::new(scope.clone()));
        }
        for acr in &self.settings.acr_values {
            request = request.add_auth_context_value(AuthenticationContextClass::new(acr.clone()));
        }
        if is_fresh {
            request = request
                .add_prompt(CoreAuthPrompt::Login)
                .set_max_age(Duration::ZERO);
        }
        let (url, ..) = request.set_pkce_challenge(challenge).url();
        Ok((url.into(), verifier.into_secret()))
    }

    async fn go(&self, visit: &Visit<'_>) -> Result<Way, Problem> {
        let metadata = self.metadata(METADATA_SECONDS).await?;
        let (state, nonce, browser) = (random_id()?, random_id()?, random_id()?);
        let (url, verifier) = self.way(metadata, (&state, &nonce), visit.fresh)?;
        sqlx::query(
            "INSERT INTO sign_in (state, browser, nonce, verifier, target, is_fresh, begun_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7)",
        )
        .bind(&state)
        .bind(&browser)
        .bind(&nonce)
        .bind(&verifier)
        .bind(visit.target)
        .bind(i64::from(visit.fresh))
        .bind(self.clock.now().as_secs())
        .execute(self.store.pool())
        .await?;
        let secure = if self.base.starts_with("https:") {
            "; Secure"
        } else {
            ""
        };
        let name = self.cookie;
        Ok(Way::Elsewhere {
            url,
            cookie: format!(
                "{name}={browser}; HttpOnly; SameSite=Lax; Path=/login; Max-Age={PATIENCE_SECONDS}{secure}"
            ),
        })
    }

    async fn arrive(&self, back: &Back<'_>) -> Result<Arrived, Problem> {
        if back.is_form {
            return Err(failed("a form"));
        }
        let at = self.clock.now();
        let state = back.field("state").ok_or_else(|| failed("no state"))?;
        let browser = back
            .headers
            .get_all(header::COOKIE)
            .iter()
            .filter_map(|value| value.to_str().ok())
            .flat_map(|cookies| cookies.split("; "))
            .find_map(|cookie| cookie.strip_prefix(self.cookie)?.strip_prefix('='));
        // Good once, and in the browser that began it: nobody signs somebody else in as themselves.
        let row = sqlx::query(
            "DELETE FROM sign_in WHERE state = $1 AND browser = $2 AND begun_at > $3
             RETURNING nonce, verifier, target, is_fresh",
        )
        .bind(state)
        .bind(browser.unwrap_or_default())
        .bind(at.as_secs() - PATIENCE_SECONDS)
        .fetch_optional(self.store.pool())
        .await?;
        let row = row.ok_or_else(|| failed("an unknown state, or another browser"))?;
        // An answer of another provider is none (RFC 9207).
        if back
            .field("iss")
            .is_some_and(|iss| iss != self.settings.issuer)
        {
            return Err(failed("another provider"));
        }
        let code = back.field("code").filter(|_| back.field("error").is_none());
        let code = code
            .ok_or_else(|| failed("the provider said no"))?
            .to_owned();
        let verifier = PkceCodeVerifier::new(row.get("verifier"));
        let response = self.redeem(code, verifier).await?;
        let is_fresh = row.get::<i64, _>("is_fresh") == 1;
        let nonce = Nonce::new(row.get("nonce"));
        let seen = match self.claims(&response, &nonce, METADATA_SECONDS).await {
            Ok(seen) => seen,
            // It may have changed its keys meanwhile.
            Err(_) => self.claims(&response, &nonce, AGAIN_SECONDS).await?,
        };
        let authenticated_at = seen.authenticated_at.unwrap_or(at).min(at);
        if is_fresh
            && (seen.authenticated_at.is_none() || at.since(authenticated_at) > FRESH_SECONDS)
        {
            return Err(failed("an old sign-in"));
        }
        Ok(Arrived {
            person: self.person(&seen, at).await?,
            at: authenticated_at,
            acr: seen.acr.unwrap_or_else(|| "oidc".to_owned()),
            amr: if seen.amr.is_empty() {
                vec!["oidc".to_owned()]
            } else {
                seen.amr
            },
            target: row.get("target"),
        })
    }

    async fn redeem(
        &self,
        code: String,
        verifier: PkceCodeVerifier,
    ) -> Result<CoreTokenResponse, Problem> {
        let metadata = self.metadata(METADATA_SECONDS).await?;
        let client = CoreClient::from_provider_metadata(
            metadata,
            ClientId::new(self.settings.client_id.clone()),
            self.secret.clone(),
        )
        .set_redirect_uri(self.redirect_uri()?)
        .set_auth_type(AuthType::BasicAuth);
        let ask = asking(&self.http);
        // Boxed with all that it borrows: it is one future that can go from thread to thread.
        let asked: Pending<'static, CoreTokenResponse> = Box::pin(async move {
            let request = client
                .exchange_code(AuthorizationCode::new(code))
                .map_err(|_| failed("no token endpoint"))?;
            let request = request.set_pkce_verifier(verifier);
            request
                .request_async(&ask)
                .await
                .map_err(|_| failed("no token"))
        });
        asked.await
    }

    async fn claims(
        &self,
        response: &CoreTokenResponse,
        nonce: &Nonce,
        oldest: i64,
    ) -> Result<Seen, Problem> {
        let metadata = self.metadata(oldest).await?;
        let client = CoreClient::from_provider_metadata(
            metadata,
            ClientId::new(self.settings.client_id.clone()),
            self.secret.clone(),
        );
        let now = self.clock.now().as_secs();
        let time = move |ahead: i64| {
            let at = chrono::DateTime::from_timestamp(now + ahead, 0);
            at.unwrap_or_default()
        };
        let wanted = self.settings.acr_values.clone();
        let verifier = client
            .id_token_verifier()
            // What is signed with a secret that we have could be signed by us.
            .set_allowed_algs([
                CoreJwsSigningAlgorithm::EdDsa,
                CoreJwsSigningAlgorithm::EcdsaP256Sha256,
                CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha256,
                CoreJwsSigningAlgorithm::RsaSsaPssSha256,
            ])
            .set_time_fn(move || time(-SKEW_SECONDS))
            .set_issue_time_verifier_fn(move |issued| {
                if issued > time(SKEW_SECONDS) || issued < time(-PATIENCE_SECONDS) {
                    Err("it was not issued just now".to_owned())
                } else {
                    Ok(())
                }
            })
            .set_auth_context_verifier_fn(move |acr| {
                let is_wanted = acr.is_some_and(|acr| wanted.contains(acr));
                if wanted.is_empty() || is_wanted {
                    Ok(())
                } else {
                    Err("the person is not known surely enough".to_owned())
                }
            });
        let token = response.id_token().ok_or_else(|| failed("no ID token"))?;
        let claims = token
            .claims(&verifier, nonce)
            .map_err(|_| failed("an ID token that does not hold"))?;
        let text = |value: Option<&str>| value.map(str::to_owned);
        Ok(Seen {
            subject: claims.subject().as_str().to_owned(),
            authenticated_at: claims
                .auth_time()
                .map(|at| Timestamp::from_secs(at.timestamp())),
            acr: text(claims.auth_context_ref().map(|acr| acr.as_str())),
            amr: claims
                .auth_method_refs()
                .into_iter()
                .flatten()
                .map(|method| method.as_str().to_owned())
                .collect(),
            name: text(
                claims
                    .name()
                    .and_then(|name| name.get(None))
                    .map(|name| name.as_str()),
            ),
            birth_date: text(claims.birthdate().map(|day| day.as_str())),
            gender: text(claims.gender().map(|gender| gender.as_str())),
            address: text(
                claims
                    .address()
                    .and_then(|address| address.formatted.as_ref())
                    .map(|address| address.as_str()),
            ),
        })
    }

    /// Which of ours it is. Neither a name nor an e-mail address alone makes anybody somebody.
    async fn person(&self, seen: &Seen, at: Timestamp) -> Result<String, Problem> {
        let mut store = self.store.begin().await?;
        let known: Option<String> =
            sqlx::query_scalar("SELECT person FROM identity WHERE issuer = $1 AND subject = $2")
                .bind(&self.settings.issuer)
                .bind(&seen.subject)
                .fetch_optional(&mut *store)
                .await?;
        if let Some(person) = known {
            store.commit().await?;
            return Ok(person);
        }
        let person = match self.settings.people {
            People::Linked => None,
            People::Anyone => Some(random_id()?),
            People::Matched => match seen.subject() {
                Some(subject) => {
                    let found = Person::identify(&mut store, &subject).await?;
                    found.map(|person| person.id)
                }
                None => None,
            },
        };
        let person = person.ok_or(Code::SessionPersonUnknown)?;
        // Who is linked already is nobody else's: a second account needs the desk.
        let linked = sqlx::query(
            "INSERT INTO identity (issuer, subject, person, linked_at)
             SELECT $1, $2, $3, $4 WHERE NOT EXISTS
             (SELECT 1 FROM identity WHERE issuer = $1 AND person = $3) ON CONFLICT DO NOTHING",
        )
        .bind(&self.settings.issuer)
        .bind(&seen.subject)
        .bind(&person)
        .bind(at.as_secs())
        .execute(&mut *store)
        .await?;
        store.commit().await?;
        if linked.rows_affected() == 1 {
            Ok(person)
        } else {
            Err(Code::SessionPersonUnknown.into())
        }
    }
}

/// What an ID token says.
struct Seen {
    subject: String,
    authenticated_at: Option<Timestamp>,
    acr: Option<String>,
    amr: Vec<String>,
    name: Option<String>,
    birth_date: Option<String>,
    gender: Option<String>,
    address: Option<String>,
}

impl Seen {
    /// The four attributes, if all are there.
    fn subject(&self) -> Option<Subject> {
        Some(Subject {
            name: self.name.clone()?,
            name_kana: None,
            birth_date: Day::parse(self.birth_date.as_deref()?)?,
            gender: self.gender.clone()?,
            address: Some(self.address.clone()?),
        })
    }
}

/// The library's way to ask, with our client.
fn asking(client: &reqwest::Client) -> impl Fn(HttpRequest) -> Asking + Send + Sync + use<> {
    let client = client.clone();
    move |request| Box::pin(ask(client.clone(), request))
}

type Asking = std::pin::Pin<Box<dyn Future<Output = Result<HttpResponse, Away>> + Send>>;

async fn ask(client: reqwest::Client, request: HttpRequest) -> Result<HttpResponse, Away> {
    let (head, body) = request.into_parts();
    let method = reqwest::Method::from_bytes(head.method.as_str().as_bytes()).map_err(|_| Away)?;
    let mut asked = client.request(method, head.uri.to_string());
    for (name, value) in &head.headers {
        asked = asked.header(name.as_str(), value.as_bytes());
    }
    let answer = asked.body(body).send().await.map_err(|_| Away)?;
    let mut response = axum::http::Response::builder().status(answer.status().as_u16());
    if let Some(kind) = answer.headers().get("content-type") {
        response = response.header("content-type", kind.as_bytes());
    }
    let text = fetch::body(answer, MAX_ANSWER).await.ok_or(Away)?;
    response.body(text.into_bytes()).map_err(|_| Away)
}

impl SignIn for Oidc {
    fn authenticates(&self) -> bool {
        true
    }

    fn begin<'a>(&'a self, visit: &'a Visit<'a>) -> Pending<'a, Way> {
        Box::pin(self.go(visit))
    }

    fn end<'a>(&'a self, back: &'a Back<'a>) -> Pending<'a, Arrived> {
        Box::pin(self.arrive(back))
    }
}

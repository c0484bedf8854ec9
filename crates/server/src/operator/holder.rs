//! A holder, as the operator asks it: a server client that proves itself by its listed key, with a
//! proof of possession for each request.

use phr_link::client_assertion::ClientAssertion;
use phr_link::contract::token::TokenResponse;
use phr_link::key::Signer as _;
use phr_link::proof::Proof;
use phr_link::scope::Purpose;
use phr_link::token::{s256, sign};
use phr_link::{Code, Timestamp};
use serde::Deserialize;
use serde_json::Value;

use super::Operator;
use crate::fetch;
use crate::keys::Key;
use crate::problem::Problem;
use crate::random_id;

/// The largest answer that is read, in bytes.
const MAX_ANSWER: usize = 16 * 1_024 * 1_024;

const ASSERTION_TYPE: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

/// The holder could not be asked.
const GONE: Code = Code::SourceUnavailable;

/// An answer.
pub(super) struct Answer {
    pub(super) status: u16,
    pub(super) nonce: Option<String>,
    pub(super) exchange: Option<String>,
    pub(super) body: Value,
}

impl Answer {
    /// The holder's code, if it refused.
    pub(super) fn code(&self) -> Option<Code> {
        Code::parse(self.body.get("code")?.as_str()?)
    }
}

#[derive(Deserialize)]
struct Pushed {
    request_uri: String,
    expires_in: i64,
}

/// A page of records.
pub(super) struct Page {
    pub(super) resources: Vec<Value>,
    pub(super) exchange: Option<String>,
    pub(super) next: Option<String>,
}

impl Operator {
    /// Pushes a request; gives its name and for how long it waits.
    ///
    /// # Errors
    /// the holder's code
    pub(super) async fn push(&self, holder: &str, request: &str) -> Result<(String, i64), Problem> {
        let fields = [("client_id", self.base()), ("request", request)];
        let answer = self.post(holder, "/par", &fields, None).await?;
        let pushed: Pushed = accepted(answer)?;
        Ok((pushed.request_uri, pushed.expires_in))
    }

    /// Asks for a token; the first answer brings the nonce for the proof.
    ///
    /// # Errors
    /// the holder's code
    pub(super) async fn token(
        &self,
        holder: &str,
        fields: &[(&str, &str)],
        prover: &Key,
    ) -> Result<TokenResponse, Problem> {
        let mut nonce = None;
        for _ in 0..2 {
            let proof = self.proof(prover, "POST", &format!("{holder}/token"), None, nonce)?;
            let answer = self.post(holder, "/token", fields, Some(&proof)).await?;
            if answer.code() != Some(Code::ProofNonceRequired) {
                return accepted(answer);
            }
            nonce = answer.nonce;
        }
        Err(Code::ProofNonceRequired.into())
    }

    /// Reads one page of a category; `url` is the category's own or the last page's `next`.
    ///
    /// # Errors
    /// the holder's code
    pub(super) async fn read(
        &self,
        url: &str,
        grant: &str,
        purpose: Purpose,
        prover: &Key,
    ) -> Result<Page, Problem> {
        let whole = reqwest::Url::parse(url).map_err(|_| GONE)?;
        let mut bare = whole.clone();
        bare.set_query(None);
        let proof = self.proof(prover, "GET", bare.as_str(), Some((grant, purpose)), None)?;
        let request = self
            .http
            .get(whole)
            .header("authorization", format!("DPoP {grant}"))
            .header("dpop", proof);
        let answer = send(request).await?;
        if answer.status != 200 {
            return Err(answer.code().unwrap_or(GONE).into());
        }
        let entries = answer.body.get("entry").and_then(Value::as_array);
        let resources = entries.into_iter().flatten();
        let links = answer.body.get("link").and_then(Value::as_array);
        let mut links = links.into_iter().flatten();
        let next = links.find(|link| link.get("relation").is_some_and(|name| name == "next"));
        Ok(Page {
            resources: resources
                .filter_map(|entry| entry.get("resource").cloned())
                .collect(),
            exchange: answer.exchange,
            next: next.and_then(|link| Some(link.get("url")?.as_str()?.to_owned())),
        })
    }

    async fn post(
        &self,
        holder: &str,
        path: &str,
        fields: &[(&str, &str)],
        proof: Option<&str>,
    ) -> Result<Answer, Problem> {
        let assertion = self.assertion(holder)?;
        let mut form = reqwest::Url::parse("http://form").map_err(|_| Code::Internal)?;
        form.query_pairs_mut().extend_pairs(fields).extend_pairs([
            ("client_assertion_type", ASSERTION_TYPE),
            ("client_assertion", &assertion),
        ]);
        let url = reqwest::Url::parse(&format!("{holder}{path}")).map_err(|_| GONE)?;
        if !fetch::is_allowed(&url) {
            return Err(GONE.into());
        }
        let mut request = self
            .http
            .post(url)
            .header("content-type", "application/x-www-form-urlencoded")
            .body(form.query().unwrap_or_default().to_owned());
        if let Some(proof) = proof {
            request = request.header("dpop", proof);
        }
        send(request).await
    }

    fn assertion(&self, holder: &str) -> Result<String, Problem> {
        let at = self.now();
        let assertion = ClientAssertion {
            iss: self.base().to_owned(),
            sub: self.base().to_owned(),
            aud: holder.to_owned(),
            iat: at,
            exp: at.plus(60),
            jti: random_id()?,
        };
        Ok(sign(&assertion, &self.signer()?)?)
    }

    fn proof(
        &self,
        prover: &Key,
        method: &str,
        url: &str,
        grant: Option<(&str, Purpose)>,
        nonce: Option<String>,
    ) -> Result<String, Problem> {
        let proof = Proof {
            htm: method.to_owned(),
            htu: url.to_owned(),
            iat: self.now(),
            jti: random_id()?,
            ath: grant.map(|(grant, _)| s256(grant)),
            nonce,
            phr_pur: grant.map(|(_, purpose)| purpose),
        };
        Ok(sign(&proof, prover)?)
    }

    /// The thumbprint of the key that makes the proofs.
    ///
    /// # Errors
    /// `key.unknown` where no key signs yet
    pub(super) fn jkt(&self) -> phr_link::Result<String> {
        let signer = self.signer()?;
        Ok(signer.public_key().thumbprint().as_str().to_owned())
    }
}

/// Whether a grant has so little time left that the next one is fetched first.
pub(super) fn is_ending(exp: i64, at: Timestamp) -> bool {
    exp - at.as_secs() < 120
}

async fn send(request: reqwest::RequestBuilder) -> Result<Answer, Problem> {
    let answer = request.send().await.map_err(|_| GONE)?;
    let text = |name: &str| {
        let value = answer.headers().get(name)?.to_str().ok()?;
        Some(value.to_owned())
    };
    let (status, nonce, exchange) = (
        answer.status().as_u16(),
        text("dpop-nonce"),
        text("phr-exchange"),
    );
    let body = fetch::body(answer, MAX_ANSWER).await.ok_or(GONE)?;
    let crate::records::Strict(body) = serde_json::from_str(&body).map_err(|_| GONE)?;
    Ok(Answer {
        status,
        nonce,
        exchange,
        body,
    })
}

fn accepted<T: serde::de::DeserializeOwned>(answer: Answer) -> Result<T, Problem> {
    if !(200..300).contains(&answer.status) {
        return Err(answer.code().unwrap_or(GONE).into());
    }
    serde_json::from_value(answer.body).map_err(|_| GONE.into())
}

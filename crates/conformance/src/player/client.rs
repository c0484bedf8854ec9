//! A client over HTTP: it pushes requests, redeems codes, and reads with a proof.

use anyhow::{Context as _, Result, ensure};
use phr_link::key::Signer;
use phr_link::proof::Proof;
use phr_link::request::ConsentRequest;
use phr_link::scope::{Detail, Purpose};
use phr_link::token::{s256, sign};
use reqwest::header::HeaderMap;
use serde_json::Value;

use super::{now, random_id};
use crate::runner::is_code;

/// A client.
#[derive(Debug)]
pub struct Client<S> {
    /// The holder.
    pub base: String,
    /// Its name, which is its origin.
    pub id: String,
    /// Its proof key.
    pub key: S,
    /// How it talks.
    pub http: reqwest::Client,
    /// What it is called in the trust list.
    name: String,
    /// PKCE: what only this client knows until it redeems its code.
    verifier: String,
}

/// What came back: records, or the code of the refusal.
#[derive(Clone, Debug)]
pub struct Answer {
    /// The HTTP status.
    pub status: u16,
    /// The fields of its header.
    pub headers: HeaderMap,
    /// The code of the refusal; empty where there is none.
    pub code: String,
    /// Its body; null where it is no JSON.
    pub body: Value,
}

impl Answer {
    /// Reads an answer; of a body more than 8 MiB is not read.
    ///
    /// # Errors
    /// if it breaks off
    pub async fn of(mut answer: reqwest::Response) -> Result<Self> {
        let (status, headers) = (answer.status().as_u16(), answer.headers().clone());
        let mut bytes = Vec::new();
        while let Some(part) = answer.chunk().await? {
            bytes.extend_from_slice(&part);
            ensure!(bytes.len() <= 8 * 1_024 * 1_024, "the answer is too long");
        }
        let body: Value = serde_json::from_slice(&bytes).unwrap_or_default();
        let code = body.get("code").and_then(Value::as_str);
        let code = code
            .filter(|code| is_code(code))
            .unwrap_or_default()
            .to_owned();
        Ok(Self {
            status,
            headers,
            code,
            body,
        })
    }

    /// How many records there are.
    ///
    /// # Errors
    /// if it is a refusal
    pub fn permitted(&self) -> Result<i64> {
        ensure!(
            self.status == 200,
            "refused with {} {}",
            self.status,
            self.code
        );
        self.body
            .get("total")
            .and_then(Value::as_i64)
            .context("no bundle of records")
    }
}

/// A form, as browsers and OAuth clients send it.
///
/// # Errors
/// never, in fact: the address it is made with is a good one
pub fn form(fields: &[(&str, &str)]) -> Result<String> {
    let mut url = reqwest::Url::parse("http://form")?;
    url.query_pairs_mut().extend_pairs(fields);
    Ok(url.query().unwrap_or_default().to_owned())
}

/// The media type of a form.
pub const FORM: &str = "application/x-www-form-urlencoded";

impl<S: Signer> Client<S> {
    /// Makes one.
    ///
    /// # Errors
    /// if this machine cannot speak TLS
    pub fn new(base: &str, id: &str, name: &str, key: S, verifier: &str) -> Result<Self> {
        Ok(Self {
            base: base.to_owned(),
            id: id.to_owned(),
            key,
            http: super::http()?,
            name: name.to_owned(),
            verifier: verifier.to_owned(),
        })
    }

    /// The same client in every way but its key.
    ///
    /// # Errors
    /// if this machine cannot speak TLS
    pub fn with_key(&self, key: S) -> Result<Self> {
        Self::new(&self.base, &self.id, &self.name, key, &self.verifier)
    }

    fn redirect_uri(&self) -> String {
        format!("{}/callback", self.id)
    }

    /// The claims of a request, to be signed as they are or spoiled.
    ///
    /// # Errors
    /// if this machine has no clock or randomness
    pub fn request(&self, details: &[Detail], notice: &str) -> Result<ConsentRequest> {
        let at = now()?;
        Ok(ConsentRequest {
            iss: self.id.clone(),
            client_id: self.id.clone(),
            aud: self.base.clone(),
            iat: at,
            exp: at.plus(300),
            nbf: None,
            jti: random_id()?,
            response_type: "code".into(),
            redirect_uri: self.redirect_uri(),
            state: random_id()?,
            nonce: random_id()?,
            code_challenge: s256(&self.verifier),
            code_challenge_method: "S256".into(),
            dpop_jkt: self.key.public_key().thumbprint().as_str().to_owned(),
            authorization_details: details.to_vec(),
            notice_uri: format!("{}/notice.txt", self.id),
            notice_s256: s256(notice),
            client_name: self.name.clone(),
            scope: None,
            ui_locales: None,
        })
    }

    /// Pushes a signed request, whatever it is.
    ///
    /// # Errors
    /// if the holder does not answer
    pub async fn push_signed(&self, request: &str) -> Result<Answer> {
        self.post(
            "/par",
            &[("client_id", self.id.as_str()), ("request", request)],
            None,
        )
        .await
    }

    /// Pushes a signed request and gives it with the address under which it waits.
    ///
    /// # Errors
    /// if it is refused
    pub async fn push(&self, details: &[Detail], notice: &str) -> Result<(String, String)> {
        let request = sign(&self.request(details, notice)?, &self.key)?;
        let answer = self.push_signed(&request).await?;
        let uri = text(&answer.body, "request_uri")?;
        Ok((request, uri))
    }

    /// Redeems a code; the holder's first answer brings the nonce for the proof.
    ///
    /// # Errors
    /// if it is refused
    pub async fn redeem(&self, code: &str) -> Result<String> {
        text(&self.try_redeem(code).await?.body, "access_token")
    }

    /// Redeems a code and gives the whole answer.
    ///
    /// # Errors
    /// if the holder does not answer
    pub async fn try_redeem(&self, code: &str) -> Result<Answer> {
        let redirect = self.redirect_uri();
        self.token(&[
            ("grant_type", "authorization_code"),
            ("client_id", self.id.as_str()),
            ("code", code),
            ("code_verifier", &self.verifier),
            ("redirect_uri", &redirect),
        ])
        .await
    }

    /// Asks for a token, with a nonce where the holder wants one.
    ///
    /// # Errors
    /// if the holder does not answer
    pub async fn token(&self, fields: &[(&str, &str)]) -> Result<Answer> {
        let url = format!("{}/token", self.base);
        let proof = self.proof("POST", &url, None, None, None)?;
        let first = self.post("/token", fields, Some(&proof)).await?;
        let Some(nonce) = first.headers.get("dpop-nonce") else {
            return Ok(first);
        };
        let nonce = nonce.to_str()?.to_owned();
        let proof = self.proof("POST", &url, None, Some(nonce), None)?;
        self.post("/token", fields, Some(&proof)).await
    }

    /// Reads one category with a token, and its parent where it is a delegation.
    ///
    /// # Errors
    /// if the holder does not answer
    pub async fn read(
        &self,
        category: &str,
        token: &str,
        parent: Option<&str>,
        purpose: Purpose,
    ) -> Result<Answer> {
        let url = format!("{}/records/{category}", self.base);
        let proof = self.proof("GET", &url, Some(token), None, Some(purpose))?;
        self.get(&format!("/records/{category}"), token, parent, &[&proof])
            .await
    }

    /// Reads with whatever proofs.
    ///
    /// # Errors
    /// if the holder does not answer
    pub async fn get(
        &self,
        path: &str,
        token: &str,
        parent: Option<&str>,
        proofs: &[&str],
    ) -> Result<Answer> {
        let mut request = self.http.get(format!("{}{path}", self.base));
        if !token.is_empty() {
            request = request.header("authorization", format!("DPoP {token}"));
        }
        if let Some(parent) = parent {
            request = request.header("phr-chain", parent);
        }
        for proof in proofs {
            request = request.header("dpop", *proof);
        }
        Answer::of(request.send().await?).await
    }

    /// Proves a request.
    ///
    /// # Errors
    /// if this machine has no clock or randomness
    pub fn proof(
        &self,
        method: &str,
        url: &str,
        token: Option<&str>,
        nonce: Option<String>,
        purpose: Option<Purpose>,
    ) -> Result<String> {
        let proof = Proof {
            htm: method.to_owned(),
            htu: url.to_owned(),
            iat: now()?,
            jti: random_id()?,
            ath: token.map(s256),
            nonce,
            phr_pur: purpose,
        };
        Ok(sign(&proof, &self.key)?)
    }

    async fn post(
        &self,
        path: &str,
        fields: &[(&str, &str)],
        proof: Option<&str>,
    ) -> Result<Answer> {
        let mut request = self
            .http
            .post(format!("{}{path}", self.base))
            .header("content-type", FORM)
            .body(form(fields)?);
        if let Some(proof) = proof {
            request = request.header("dpop", proof);
        }
        Answer::of(request.send().await?).await
    }
}

/// A text member of an answer; where it is missing, the code of the refusal says why.
///
/// # Errors
/// if it is missing
pub fn text(body: &Value, name: &str) -> Result<String> {
    let code = body.get("code").and_then(Value::as_str);
    let code = code.filter(|code| is_code(code)).unwrap_or("no code");
    let found = body.get(name).and_then(Value::as_str);
    Ok(found
        .with_context(|| format!("the holder refused: {code}"))?
        .to_owned())
}

//! A client over HTTP: it pushes requests, redeems codes, and reads with a proof.

use anyhow::{Context as _, Result, ensure};
use phr_link::key::Signer as _;
use phr_link::proof::Proof;
use phr_link::request::ConsentRequest;
use phr_link::scope::{Detail, Purpose};
use phr_link::token::{s256, sign};
use phr_link_server::keys::Key;
use reqwest::header::HeaderMap;
use serde_json::Value;

use crate::moment::{self, random_id};

pub(super) struct Client {
    pub(super) base: String,
    pub(super) id: String,
    pub(super) key: Key,
    pub(super) http: reqwest::Client,
    /// PKCE: what only this client knows until it redeems its code.
    verifier: String,
}

/// What came back: records, or the code of the refusal.
pub(super) struct Answer {
    pub(super) code: String,
    body: Value,
}

impl Answer {
    /// How many records there are.
    pub(super) fn permitted(&self) -> Result<i64> {
        ensure!(self.code.is_empty(), "refused with {}", self.code);
        self.body
            .get("total")
            .and_then(Value::as_i64)
            .context("no bundle of records")
    }
}

/// A form, as browsers and OAuth clients send it.
pub(super) fn form(fields: &[(&str, &str)]) -> Result<String> {
    let mut url = reqwest::Url::parse("http://form")?;
    url.query_pairs_mut().extend_pairs(fields);
    Ok(url.query().unwrap_or_default().to_owned())
}

pub(super) const FORM: &str = "application/x-www-form-urlencoded";

impl Client {
    pub(super) fn new(base: &str, id: &str, key: Key, verifier: &str) -> Self {
        Self {
            base: base.to_owned(),
            id: id.to_owned(),
            key,
            http: reqwest::Client::new(),
            verifier: verifier.to_owned(),
        }
    }

    fn redirect_uri(&self) -> String {
        format!("{}/callback", self.id)
    }

    /// Pushes a signed request and gives it with the address under which it waits.
    pub(super) async fn push(&self, details: &[Detail], notice: &str) -> Result<(String, String)> {
        let at = moment::at(None)?;
        let request = ConsentRequest {
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
            client_name: "見本ヘルス".into(),
            scope: None,
            ui_locales: None,
        };
        let request = sign(&request, &self.key)?;
        let fields = [("client_id", self.id.as_str()), ("request", &request)];
        let (_, body) = self.post("/par", &fields, None).await?;
        let uri = text(&body, "request_uri")?;
        Ok((request, uri))
    }

    /// Redeems a code; the holder's first answer brings the nonce for the proof.
    pub(super) async fn redeem(&self, code: &str) -> Result<String> {
        let redirect = self.redirect_uri();
        let fields = [
            ("grant_type", "authorization_code"),
            ("client_id", self.id.as_str()),
            ("code", code),
            ("code_verifier", &self.verifier),
            ("redirect_uri", &redirect),
        ];
        let url = format!("{}/token", self.base);
        let proof = self.proof("POST", &url, None, None, None)?;
        let (headers, _) = self.post("/token", &fields, Some(&proof)).await?;
        let nonce = headers
            .get("dpop-nonce")
            .context("no nonce")?
            .to_str()?
            .to_owned();
        let proof = self.proof("POST", &url, None, Some(nonce), None)?;
        let (_, body) = self.post("/token", &fields, Some(&proof)).await?;
        text(&body, "access_token")
    }

    /// Reads one category with a token, and its parent where it is a delegation.
    pub(super) async fn read(
        &self,
        category: &str,
        token: &str,
        parent: Option<&str>,
        purpose: Purpose,
    ) -> Result<Answer> {
        let url = format!("{}/records/{category}", self.base);
        let proof = self.proof("GET", &url, Some(token), None, Some(purpose))?;
        let mut request = self
            .http
            .get(&url)
            .header("authorization", format!("DPoP {token}"));
        if let Some(parent) = parent {
            request = request.header("phr-chain", parent);
        }
        let answer = request.header("dpop", proof).send().await?;
        let body: Value = serde_json::from_str(&answer.text().await?)?;
        let code = body.get("code").and_then(Value::as_str).unwrap_or_default();
        Ok(Answer {
            code: code.to_owned(),
            body,
        })
    }

    fn proof(
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
            iat: moment::at(None)?,
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
    ) -> Result<(HeaderMap, Value)> {
        let mut request = self
            .http
            .post(format!("{}{path}", self.base))
            .header("content-type", FORM)
            .body(form(fields)?);
        if let Some(proof) = proof {
            request = request.header("dpop", proof);
        }
        let answer = request.send().await?;
        let headers = answer.headers().clone();
        Ok((headers, serde_json::from_str(&answer.text().await?)?))
    }
}

/// A text member of an answer; where it is missing, the code of the refusal says why.
pub(super) fn text(body: &Value, name: &str) -> Result<String> {
    let code = body
        .get("code")
        .and_then(Value::as_str)
        .unwrap_or("no code");
    let found = body.get(name).and_then(Value::as_str);
    Ok(found
        .with_context(|| format!("the holder refused: {code}"))?
        .to_owned())
}

//! The person at the holder's pages: signs in, reads, signs, withdraws.

use anyhow::{Context as _, Result, ensure};
use phr_link::claims::LegalBasis;
use phr_link::consent::registration::verify_request;
use phr_link::consent::{Consent, ConsentTerms, Control, Notice, Overseas, ProvisionMode};
use phr_link::key::{Jwk, KeySet, SecretKey, Signer};
use phr_link::key_statement::KeyStatement;
use phr_link::token::{Kind, Unverified, sign};
use phr_link::trust::{ListLimits, TrustList};
use phr_link::wire::base64url;
use phr_link::withdrawal::Withdrawal;
use phr_link::{Lang, Timestamp, display};
use serde_json::{Value, json};

use super::client::{Answer, Client, FORM, form, text};
use super::{fresh_key, now, random_id};

/// The person with the summary before them.
#[derive(Debug)]
pub struct Person {
    /// The browser, signed in.
    pub browser: Browser,
    /// The person's key for this recipient.
    pub key: SecretKey,
    statement: String,
    /// The claims that are signed.
    pub consent: Consent,
    /// What is signed, in words.
    pub summary: String,
}

/// A browser that is signed in at the holder.
#[derive(Debug)]
pub struct Browser {
    base: String,
    http: reqwest::Client,
    cookie: String,
}

impl Person {
    /// Comes from the app, signs in, makes a key for this recipient, and reads what is asked.
    ///
    /// # Errors
    /// if the holder refuses
    pub async fn arrive(
        app: &Client<impl Signer>,
        pushed: &(String, String),
        name: &str,
    ) -> Result<Self> {
        let (request, uri) = pushed;
        let (browser, page) = Browser::sign_in(app, name, uri).await?;
        let given = browser.page(&page).await?;
        let key = fresh_key()?;
        let statement = browser.register_key(&key, &text(&given, "txn")?).await?;
        let consent = browser.consent(request, &statement, &given).await?;
        let (template, version) = (display::TEMPLATE, display::TEMPLATE_VERSION);
        Ok(Self {
            summary: display::render(&consent, Lang::Ja, template, version)?,
            browser,
            key,
            statement,
            consent,
        })
    }

    /// Signs what was read and gives the code that goes back to the app.
    ///
    /// # Errors
    /// if the consent is refused
    pub async fn sign(&self) -> Result<String> {
        let consent = sign(&self.consent, &self.key)?;
        let answer = self.register(&consent).await?;
        let redirect = reqwest::Url::parse(&text(&answer.body, "redirect")?)?;
        let code = redirect.query_pairs().find(|(name, _)| name == "code");
        Ok(code.context("the holder gave no code")?.1.into_owned())
    }

    /// Signs claims that no honest library would, as if they were a consent.
    ///
    /// # Errors
    /// if the key cannot sign
    pub fn sign_anything(&self, claims: &impl serde::Serialize) -> Result<String> {
        let kid = self.key.public_key().thumbprint().as_str();
        let header = json!({"alg": "EdDSA", "typ": Kind::Consent.typ(), "kid": kid}).to_string();
        let payload = serde_json::to_string(claims)?;
        let input = format!(
            "{}.{}",
            base64url::encode(header.as_bytes()),
            base64url::encode(payload.as_bytes())
        );
        Ok(phr_link::token::assemble(
            &input,
            &self.key.sign(input.as_bytes())?,
        ))
    }

    /// Sends a consent, whatever it is.
    ///
    /// # Errors
    /// if the holder does not answer
    pub async fn register(&self, consent: &str) -> Result<Answer> {
        let body = json!({"txn": self.consent.txn, "consent": consent});
        self.browser.post("/consents", &body).await
    }

    /// Withdraws with the person's key alone: neither the app nor a session is needed.
    ///
    /// # Errors
    /// if the holder refuses
    pub async fn withdraw(&self) -> Result<()> {
        let withdrawal = Withdrawal::of(&self.consent, random_id()?, now()?, false);
        let body = json!({
            "withdrawal": sign(&withdrawal, &self.key)?, "key_statement": self.statement,
        });
        let path = format!("/consents/{}/withdraw", self.consent.jti);
        let answer = self.browser.post(&path, &body).await?;
        ensure!(
            answer.status == 200,
            "the withdrawal was refused: {}",
            answer.code
        );
        Ok(())
    }
}

impl Browser {
    /// Signs in and gives the browser with the page to which it is sent.
    ///
    /// # Errors
    /// if the holder lets nobody in
    pub async fn sign_in(
        app: &Client<impl Signer>,
        name: &str,
        uri: &str,
    ) -> Result<(Self, String)> {
        let http = super::http()?;
        let base = app.base.clone();
        let answer = http
            .post(format!("{base}/login"))
            .header("origin", &base)
            .header("content-type", FORM)
            .body(form(&[("person", name), ("request_uri", uri)])?)
            .send()
            .await?;
        let header = |name: &str| Some(answer.headers().get(name)?.to_str().ok()?.to_owned());
        let cookie = header("set-cookie").context("the holder let nobody sign in")?;
        let page = header("location").context("the holder shows no page")?;
        let cookie = cookie.split(';').next().unwrap_or_default().to_owned();
        let browser = Self { base, http, cookie };
        if !page.starts_with("/acting") {
            return Ok((browser, page));
        }
        // Who may act for others as well says that they act for themselves.
        let fields = form(&[("request_uri", uri), ("agency", "")])?;
        let request = browser.http.post(format!("{}/acting", browser.base));
        let request = request
            .header("origin", &browser.base)
            .header("cookie", &browser.cookie);
        let answer = request
            .header("content-type", FORM)
            .body(fields)
            .send()
            .await?;
        let page = answer
            .headers()
            .get("location")
            .context("the holder shows no page")?;
        let page = page.to_str()?.to_owned();
        Ok((browser, page))
    }

    /// The data that a page of the holder carries.
    async fn page(&self, path: &str) -> Result<Value> {
        let request = self.http.get(format!("{}{path}", self.base));
        let answer = request.header("cookie", &self.cookie).send().await?;
        let page = answer.text().await?;
        let data = page
            .split_once("id=\"data\">")
            .and_then(|(_, rest)| rest.split_once("</script>"));
        let (data, _) = data.context("the page carries no data")?;
        Ok(serde_json::from_str(data)?)
    }

    /// Sends JSON as the holder's own pages do.
    ///
    /// # Errors
    /// if the holder does not answer
    pub async fn post(&self, path: &str, body: &Value) -> Result<Answer> {
        let answer = self
            .http
            .post(format!("{}{path}", self.base))
            .header("origin", &self.base)
            .header("cookie", &self.cookie)
            .header("content-type", "application/json")
            .body(body.to_string())
            .send()
            .await?;
        Answer::of(answer).await
    }

    /// Asks for JSON.
    ///
    /// # Errors
    /// if the holder does not answer
    pub async fn json(&self, path: &str) -> Result<Answer> {
        let request = self.http.get(format!("{}{path}", self.base));
        let request = request
            .header("cookie", &self.cookie)
            .header("accept", "application/json");
        Answer::of(request.send().await?).await
    }

    async fn register_key(&self, key: &SecretKey, txn: &str) -> Result<String> {
        let proof = key.sign(format!("phr-link key for transaction {txn}").as_bytes())?;
        let body = json!({
            "txn": txn, "jwk": Jwk::bare(key.public_key()), "signature": base64url::encode(&proof),
        });
        text(&self.post("/keys", &body).await?.body, "key_statement")
    }

    /// The claims of the consent to everything that is asked, as the holder's page makes them.
    async fn consent(&self, request: &str, statement: &str, given: &Value) -> Result<Consent> {
        let at = now()?;
        let marks = self.get("/marks").await?;
        let marks: Value = serde_json::from_str(&marks)?;
        let anchor = marks.get("sandbox_anchor").context("no anchor")?;
        let anchor = KeySet::parse(anchor.to_string().as_bytes())?;
        let list = self.get("/trust-list").await?;
        let list = TrustList::verify(&list, &anchor, at, &ListLimits::default())?;
        let unverified = Unverified::read(statement, Kind::KeyStatement)?;
        let (statement, _) =
            list.verify_token::<KeyStatement>(&unverified, |claims| &claims.iss)?;
        let (request, member) = verify_request(request, &self.base, &list, at, 60)?;
        let seconds = |name: &str| given.get(name).and_then(Value::as_i64).context("no time");
        let terms = ConsentTerms {
            jti: random_id()?,
            txn: text(given, "txn")?,
            opened_at: Timestamp::from_secs(seconds("openedAt")?),
            exp: Timestamp::from_secs(seconds("expiresAt")?),
            arrangement_id: text(given, "arrangementId")?,
            supersedes: given
                .get("live")
                .and_then(Value::as_str)
                .map(phr_link::token::s256),
            authorization_details: request.authorization_details.clone(),
            notice: serde_json::from_value::<Notice>(
                given.get("notice").cloned().unwrap_or_default(),
            )?,
            overseas: Overseas::NONE,
            basis: LegalBasis {
                law: "APPI".into(),
                arts: vec!["20-2".into(), "27-1".into()],
            },
            provision_mode: ProvisionMode::OperatorProvision,
            withdraw_uri: text(given, "withdrawUri")?,
            control: Control::Button,
            lang: Lang::Ja,
        };
        Ok(Consent::of(&request, &statement, member, terms)?)
    }

    async fn get(&self, path: &str) -> Result<String> {
        let answer = self.http.get(format!("{}{path}", self.base)).send().await?;
        Ok(answer.text().await?)
    }
}

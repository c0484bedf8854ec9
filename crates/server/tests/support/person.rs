//! A person with a browser on the holder's origin.

use axum::body::Body;
use axum::http::Request;
use phr_link::consent::Consent;
use phr_link::key::{SecretKey, Signer as _};
use phr_link::scope::Detail;
use phr_link::token::{s256, sign};
use phr_link::wire::base64url;
use phr_link::withdrawal::Withdrawal;
use phr_link::{Lang, Timestamp, display};
use serde_json::{Value, json};

use super::app::{App, Linked, jwk};
use super::{Answer, BASE, World, claims, data, fresh, random_id};

pub(crate) struct Person {
    pub(crate) id: String,
    pub(crate) cookie: String,
}

/// The consent screen, with the key made on it.
pub(crate) struct Screen {
    pub(crate) person: Person,
    pub(crate) data: Value,
    pub(crate) key: SecretKey,
}

/// A consent that the holder took.
pub(crate) struct Approved {
    pub(crate) redirect: reqwest::Url,
    pub(crate) statement: String,
    pub(crate) key: SecretKey,
    pub(crate) person: Person,
}

impl Person {
    pub(crate) fn new(id: &str) -> Self {
        Self {
            id: id.into(),
            cookie: String::new(),
        }
    }

    pub(crate) async fn sign_in(&mut self, world: &World, request_uri: &str) -> Answer {
        let fields = [("person", &*self.id), ("request_uri", request_uri)];
        let answer = world.form("/login", &fields, &[("origin", BASE)]).await;
        let cookie = answer.header("set-cookie").split(';').next();
        self.cookie = cookie.unwrap_or_default().to_owned();
        answer
    }

    /// Comes from the app, signs in, and sees the consent screen.
    pub(crate) async fn arrive(mut self, world: &World, client: &str, uri: &str) -> Screen {
        let page = world
            .get(&format!("/authorize?client_id={client}&request_uri={uri}"))
            .await;
        assert!(page.ok().text.contains("試験用"));
        let answer = self.sign_in(world, uri).await;
        assert_eq!(answer.status, 303, "{}", answer.text);
        let mut place = answer.header("location").to_owned();
        if place.starts_with("/acting") {
            place = self.act(world, uri, "").await.header("location").to_owned();
        }
        let page = self.get(world, &place).await;
        Screen {
            data: data(&page.ok().text),
            person: self,
            key: fresh(),
        }
    }

    /// Says for whom the person is here: an agency, or nothing for themselves.
    pub(crate) async fn act(&self, world: &World, uri: &str, agency: &str) -> Answer {
        let fields = [("request_uri", uri), ("agency", agency)];
        let headers = [("origin", BASE), ("cookie", &*self.cookie)];
        world.form("/acting", &fields, &headers).await
    }

    pub(crate) async fn get(&self, world: &World, path: &str) -> Answer {
        let request = Request::get(path).header("cookie", &self.cookie);
        world.send(request.body(Body::empty()).unwrap()).await
    }

    pub(crate) async fn post(&self, world: &World, path: &str, body: &Value) -> Answer {
        let headers = [("origin", BASE), ("cookie", &*self.cookie)];
        world.post(path, body, &headers).await
    }

    pub(crate) async fn withdraw(&self, world: &World, jti: &str) -> Answer {
        self.post(world, &format!("/consents/{jti}/withdraw"), &json!({}))
            .await
    }
}

impl Screen {
    pub(crate) fn txn(&self) -> &str {
        self.data["txn"].as_str().unwrap()
    }

    pub(crate) fn key_body(&self) -> Value {
        let text = format!("phr-link key for transaction {}", self.txn());
        let signature = self.key.sign(text.as_bytes()).unwrap();
        json!({"txn": self.txn(), "jwk": jwk(&self.key), "signature": base64url::encode(&signature)})
    }

    pub(crate) async fn make_key(&self, world: &World) -> String {
        let answer = self.person.post(world, "/keys", &self.key_body()).await;
        answer.ok().json()["key_statement"]
            .as_str()
            .unwrap()
            .to_owned()
    }

    /// The consent as the page makes it, `change`d and then signed.
    pub(crate) fn consent(
        &self,
        statement: &str,
        details: &[Detail],
        change: impl FnOnce(&mut Value),
    ) -> String {
        let data = &self.data;
        let mut value = json!({
            "iss": self.key.public_key().thumbprint().uri(),
            "sub": data["person"], "aud": data["holder"], "iat": data["openedAt"],
            "exp": data["expiresAt"], "jti": random_id(), "ver": "1.0", "txn": data["txn"],
            "req_s256": s256(data["request"].as_str().unwrap()), "key_s256": s256(statement),
            "arrangement_id": data["arrangementId"], "recipient": data["recipient"],
            "authorization_details": details, "notice": data["notice"],
            "display": {"lang": "ja", "tmpl": display::TEMPLATE, "tmpl_ver": display::TEMPLATE_VERSION, "s256": s256("")},
            "jur": "JP", "basis": {"law": "APPI", "arts": ["20-2", "27-1"]},
            "provision_mode": "operator-provision", "overseas": {"transfer": false},
            "withdraw_uri": data["withdrawUri"],
            "ui": {"control": "unticked-checkbox", "unbundled": true},
        });
        if let Some(live) = data["live"].as_str() {
            value["supersedes"] = s256(live).into();
        }
        change(&mut value);
        let mut consent: Consent = serde_json::from_value(value).unwrap();
        let version = display::TEMPLATE_VERSION;
        let text = display::render(&consent, Lang::Ja, display::TEMPLATE, version).unwrap();
        consent.display.s256 = display::s256(&text);
        sign(&consent, &self.key).unwrap()
    }

    pub(crate) async fn register(&self, world: &World, consent: &str) -> Answer {
        let body = json!({"txn": self.txn(), "consent": consent});
        self.person.post(world, "/consents", &body).await
    }

    pub(crate) async fn approve(self, world: &World, details: &[Detail]) -> Approved {
        let statement = self.make_key(world).await;
        let consent = self.consent(&statement, details, |_| {});
        let answer = self.register(world, &consent).await;
        let redirect = answer.ok().json()["redirect"].as_str().unwrap().to_owned();
        Approved {
            redirect: redirect.parse().unwrap(),
            statement,
            key: self.key,
            person: self.person,
        }
    }
}

impl Approved {
    pub(crate) fn query(&self, name: &str) -> Option<String> {
        let mut pairs = self.redirect.query_pairs();
        pairs
            .find(|(key, _)| key == name)
            .map(|(_, value)| value.into_owned())
    }

    pub(crate) fn code(&self) -> String {
        self.query("code").unwrap()
    }

    pub(crate) async fn redeem(&self, world: &World, app: &App) -> Linked {
        Linked::of(&app.redeem(world, &self.code()).await)
    }

    /// A withdrawal by the person's key, `change`d and then signed.
    pub(crate) fn withdrawal(
        &self,
        consent: &str,
        now: Timestamp,
        change: impl FnOnce(&mut Withdrawal),
    ) -> Value {
        let consent = claims(consent);
        let text = |name: &str| consent[name].as_str().unwrap().to_owned();
        let mut withdrawal = Withdrawal {
            iss: text("iss"),
            sub: text("sub"),
            aud: BASE.into(),
            iat: now,
            jti: random_id(),
            ver: "1.0".into(),
            key_s256: s256(&self.statement),
            consent_jti: text("jti"),
            arrangement_id: text("arrangement_id"),
            erase: false,
            exp: None,
        };
        change(&mut withdrawal);
        let withdrawal = sign(&withdrawal, &self.key).unwrap();
        json!({"withdrawal": withdrawal, "key_statement": self.statement})
    }
}

//! A client: the app on a device, or a clinic with a server.

use axum::body::Body;
use axum::http::Request;
use phr_link::client_assertion::ClientAssertion;
use phr_link::delegation::Delegation;
use phr_link::key::{SecretKey, Signer as _};
use phr_link::proof::Proof;
use phr_link::request::ConsentRequest;
use phr_link::scope::{Detail, Purpose};
use phr_link::token::{s256, sign, sign_by_kid};
use serde_json::Value;

use super::notices::NOTICE;
use super::person::{Person, Screen};
use super::{Answer, BASE, World, claims, jkt, random_id};

pub(crate) struct App {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) redirect_uri: String,
    pub(crate) key: SecretKey,
    pub(crate) is_server: bool,
}

/// What a linked app has.
#[derive(Clone, Debug)]
pub(crate) struct Linked {
    pub(crate) grant: String,
    pub(crate) consent: String,
    pub(crate) receipt: String,
}

/// One reading, to be spoiled by tests.
pub(crate) struct Read<'a> {
    pub(crate) category: &'a str,
    pub(crate) query: &'a str,
    pub(crate) token: &'a str,
    pub(crate) chain: Option<&'a str>,
    pub(crate) key: &'a SecretKey,
    pub(crate) purpose: Option<Purpose>,
    pub(crate) method: &'a str,
    pub(crate) htm: &'a str,
    pub(crate) htu: Option<&'a str>,
    pub(crate) host: &'a str,
}

impl<'a> Read<'a> {
    pub(crate) fn of(category: &'a str, token: &'a str, key: &'a SecretKey) -> Self {
        Self {
            category,
            query: "",
            token,
            chain: None,
            key,
            purpose: Some(Purpose::SelfView),
            method: "GET",
            htm: "GET",
            htu: None,
            host: "localhost:8787",
        }
    }

    pub(crate) fn proof(&self, world: &World) -> String {
        let htu = format!("{BASE}/records/{}", self.category);
        let proof = Proof {
            htm: self.htm.into(),
            htu: self.htu.map_or(htu, str::to_owned),
            iat: world.now(),
            jti: random_id(),
            ath: Some(s256(self.token)),
            nonce: None,
            phr_pur: self.purpose,
        };
        sign(&proof, self.key).unwrap()
    }

    pub(crate) fn request(&self, proof: &str) -> Request<Body> {
        let mark = if self.query.is_empty() { "" } else { "?" };
        let mut request = Request::builder()
            .method(self.method)
            .uri(format!("/records/{}{mark}{}", self.category, self.query))
            .header("host", self.host)
            .header("authorization", format!("DPoP {}", self.token))
            .header("dpop", proof);
        if let Some(chain) = self.chain {
            request = request.header("phr-chain", chain);
        }
        request.body(Body::empty()).unwrap()
    }

    pub(crate) async fn send(&self, world: &World) -> Answer {
        world.send(self.request(&self.proof(world))).await
    }
}

impl App {
    /// The claims of a request.
    pub(crate) fn request(&self, world: &World, details: &[Detail]) -> ConsentRequest {
        ConsentRequest {
            iss: self.id.clone(),
            client_id: self.id.clone(),
            aud: BASE.into(),
            iat: world.now(),
            exp: world.now().plus(300),
            nbf: None,
            jti: random_id(),
            response_type: "code".into(),
            redirect_uri: self.redirect_uri.clone(),
            state: random_id(),
            nonce: random_id(),
            code_challenge: s256(VERIFIER),
            code_challenge_method: "S256".into(),
            dpop_jkt: jkt(&self.key),
            authorization_details: details.to_vec(),
            notice_uri: format!("{}/notice.txt", world.app),
            notice_s256: s256(NOTICE),
            client_name: self.name.clone(),
            scope: None,
            ui_locales: None,
        }
    }

    pub(crate) fn sign(&self, request: &ConsentRequest) -> String {
        if self.is_server {
            sign_by_kid(request, &self.key).unwrap()
        } else {
            sign(request, &self.key).unwrap()
        }
    }

    pub(crate) async fn push(&self, world: &World, request: &str) -> Answer {
        let mut fields = vec![("client_id", &*self.id), ("request", request)];
        let assertion = self.is_server.then(|| self.assertion(world));
        fields.extend(credentials(assertion.as_deref()));
        world.form("/par", &fields, &[]).await
    }

    /// Pushes a request, sends the person, and has them sign in.
    pub(crate) async fn ask(&self, world: &World, person: &str, details: &[Detail]) -> Screen {
        let request = self.request(world, details);
        let pushed = self.push(world, &self.sign(&request)).await;
        assert_eq!(pushed.status, 201, "{}", pushed.text);
        let uri = pushed.json()["request_uri"].as_str().unwrap().to_owned();
        Person::new(person).arrive(world, &self.id, &uri).await
    }

    pub(crate) fn assertion(&self, world: &World) -> String {
        let assertion = ClientAssertion {
            iss: self.id.clone(),
            sub: self.id.clone(),
            aud: BASE.into(),
            iat: world.now(),
            exp: world.now().plus(60),
            jti: random_id(),
        };
        sign(&assertion, &self.key).unwrap()
    }

    pub(crate) fn token_proof(&self, world: &World, nonce: Option<String>) -> Proof {
        Proof {
            htm: "POST".into(),
            htu: format!("{BASE}/token"),
            iat: world.now(),
            jti: random_id(),
            ath: None,
            nonce,
            phr_pur: None,
        }
    }

    /// The nonce that the holder gives out now.
    pub(crate) async fn nonce(&self, world: &World) -> String {
        let proof = sign(&self.token_proof(world, None), &self.key).unwrap();
        let answer = world
            .form("/token", &self.fields(CODE), &[("dpop", &proof)])
            .await;
        answer.oauth(400, "use_dpop_nonce", "proof.nonce-required");
        answer.header("dpop-nonce").to_owned()
    }

    fn fields<'a>(&'a self, grant_type: &'a str) -> Vec<(&'a str, &'a str)> {
        vec![("grant_type", grant_type), ("client_id", &self.id)]
    }

    /// Asks for a token with whatever fields.
    pub(crate) async fn token(
        &self,
        world: &World,
        grant_type: &str,
        more: &[(&str, &str)],
    ) -> Answer {
        let proof = self.token_proof(world, Some(self.nonce(world).await));
        let proof = sign(&proof, &self.key).unwrap();
        let mut fields = self.fields(grant_type);
        fields.extend_from_slice(more);
        let assertion = self.is_server.then(|| self.assertion(world));
        fields.extend(credentials(assertion.as_deref()));
        world.form("/token", &fields, &[("dpop", &proof)]).await
    }

    pub(crate) async fn redeem(&self, world: &World, code: &str) -> Answer {
        let more = [
            ("code", code),
            ("code_verifier", VERIFIER),
            ("redirect_uri", &*self.redirect_uri),
        ];
        self.token(world, CODE, &more).await
    }

    pub(crate) async fn renew(&self, world: &World, consent: &str) -> Answer {
        let more = [("subject_token", consent), ("subject_token_type", JWT)];
        self.token(world, EXCHANGE, &more).await
    }

    pub(crate) async fn read(&self, world: &World, category: &str, grant: &str) -> Answer {
        Read::of(category, grant, &self.key).send(world).await
    }

    /// Hands a narrower grant on.
    pub(crate) fn delegate(
        &self,
        world: &World,
        grant: &str,
        to: &Self,
        details: &[Detail],
    ) -> String {
        let parent = claims(grant);
        let text = |name: &str| parent[name].as_str().unwrap().to_owned();
        let delegation = Delegation {
            iss: self.id.clone(),
            sub: text("sub"),
            aud: text("aud"),
            client_id: to.id.clone(),
            iat: world.now(),
            exp: world.now().plus(600),
            nbf: None,
            jti: random_id(),
            ver: "1.0".into(),
            cnf: phr_link::claims::Binding { jkt: jkt(&to.key) },
            arrangement_id: text("arrangement_id"),
            consent_s256: text("consent_s256"),
            consent_jti: text("consent_jti"),
            par_s256: s256(grant),
            depth: 1,
            authorization_details: details.to_vec(),
            status: None,
            nonce: None,
        };
        sign(&delegation, &self.key).unwrap()
    }
}

impl Linked {
    #[track_caller]
    pub(crate) fn of(answer: &Answer) -> Self {
        let body: Value = answer.ok().json();
        let text = |name: &str| body[name].as_str().unwrap().to_owned();
        Self {
            grant: text("access_token"),
            consent: text("phr_consent"),
            receipt: text("phr_receipt"),
        }
    }

    pub(crate) fn consent_jti(&self) -> String {
        claims(&self.consent)["jti"].as_str().unwrap().to_owned()
    }
}

fn credentials(assertion: Option<&str>) -> impl Iterator<Item = (&str, &str)> {
    assertion.into_iter().flat_map(|assertion| {
        [
            ("client_assertion_type", ASSERTION),
            ("client_assertion", assertion),
        ]
    })
}

pub(crate) const VERIFIER: &str = "a-verifier-of-forty-three-or-more-characters-000";
pub(crate) const CODE: &str = "authorization_code";
pub(crate) const EXCHANGE: &str = "urn:ietf:params:oauth:grant-type:token-exchange";
pub(crate) const JWT: &str = "urn:ietf:params:oauth:token-type:jwt";
pub(crate) const ASSERTION: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

/// The public half of a key, as a page sends it.
pub(crate) fn jwk(key: &SecretKey) -> Value {
    serde_json::to_value(phr_link::key::Jwk::bare(key.public_key())).unwrap()
}

//! `GET /.well-known/phr-operator`: what the operator says of itself, as it was configured.

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse as _, Response};
use phr_link::contract::operator::{
    Certificate, Contact, Document, OperatorEndpoints, OperatorMetadata, Policy, RetentionPolicy,
    ServiceEnd,
};
use phr_link::key::Signer as _;
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::Shared;
use crate::problem::Problem;

/// What is configured of the operator's own words; the rest comes from the trust list.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Facts {
    /// Where people turn to.
    pub contact: Contact,
    /// Its policies.
    #[serde(default)]
    pub policies: Vec<Policy>,
    /// Its own answers to the guideline's check sheet.
    #[serde(default)]
    pub self_check_sheet: Option<Document>,
    /// Certificates of others.
    #[serde(default)]
    pub certificates: Vec<Certificate>,
    /// In which countries records are stored.
    pub storage_countries: Vec<String>,
    /// How long records are kept.
    pub retention: RetentionPolicy,
    /// The end of the service, once it is known.
    #[serde(default)]
    pub service_end: Option<ServiceEnd>,
}

impl Facts {
    /// Gives those of an operator that does not exist.
    #[must_use]
    pub fn sandbox() -> Self {
        Self {
            contact: Contact {
                email: Some("desk@phr.example".into()),
                telephone: None,
                url: None,
            },
            policies: Vec::new(),
            self_check_sheet: None,
            certificates: Vec::new(),
            storage_countries: vec!["JP".into()],
            retention: RetentionPolicy {
                text: "同意で決めた日数だけ保管し、同意が終われば消去します。".into(),
                erasure_days: 0,
            },
            service_end: None,
        }
    }
}

pub(super) async fn metadata(State(operator): State<Shared>) -> Result<Response, Problem> {
    let lists = operator.trust().await?;
    let own = lists
        .trust
        .member(operator.base())
        .ok_or(phr_link::Code::TrustNotCertified)?;
    let at = |path: &str| format!("{}{path}", operator.base()).into();
    let facts = operator.config.facts.clone();
    let metadata = OperatorMetadata {
        id: operator.base().into(),
        name: own.name.clone(),
        name_en: own.name_en.clone(),
        address: own.address.clone(),
        representative: own.representative.clone(),
        country: own.country.clone(),
        contact: facts.contact,
        policies: facts.policies,
        self_check_sheet: facts.self_check_sheet,
        certificates: facts.certificates,
        trust_marks: lists.marks_of(operator.base()),
        endpoints: OperatorEndpoints {
            jwks_uri: at("/jwks"),
            link: at("/link"),
            events: at("/events"),
            export: at("/export"),
            import: at("/import"),
            erasure: at("/erasure"),
            receipts: at("/receipts"),
        },
        storage_countries: facts.storage_countries,
        retention: facts.retention,
        service_end: facts.service_end,
    };
    Ok(Json(metadata).into_response())
}

pub(super) async fn jwks(State(operator): State<Shared>) -> Response {
    let ring = operator.keys.ring();
    let keys = ring.entries().iter();
    let keys: Vec<_> = keys.map(|entry| entry.key.public_key().to_jwk()).collect();
    Json(json!({"keys": keys})).into_response()
}

/// The text that people are shown before they consent, byte for byte as it is hashed.
pub(super) async fn notice(State(operator): State<Shared>) -> Response {
    let mut response = operator.config.notice.clone().into_response();
    response.headers_mut().insert(
        header::CONTENT_TYPE,
        HeaderValue::from_static("text/plain; charset=utf-8"),
    );
    response
}

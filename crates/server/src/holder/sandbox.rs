//! The sandbox: a small world of parties with keys, a trust list and marks, made fresh at each start.

use anyhow::Result;
use phr_link::claims::{Status, StatusPointer};
use phr_link::key::{Jwk, KeySet, SecretKey, Signer as _};
use phr_link::scope::Role;
use phr_link::status::{StatusBits, StatusListClaims};
use phr_link::token::{s256, sign};
use phr_link::trust::{
    ClientType, ListLimits, Mark, MarkDelegation, MarkOwner, Marks, MemberClaims, OwnerKeys,
    TrustList, TrustListClaims,
};
use phr_link::wire::base64url;
use phr_link::{Timestamp, time::DAY_SECONDS};

use super::{Config, now, random_id};

/// The parties beside the holder.
pub(crate) struct World {
    pub(crate) holder: SecretKey,
    pub(crate) anchor: KeySet,
    pub(crate) trust: TrustList,
    pub(crate) trust_list: String,
    pub(crate) mark_tokens: Vec<String>,
    pub(crate) marks: Marks,
    /// The certification body's status list.
    certifier: SecretKey,
}

/// The clinic's id.
pub const CLINIC: &str = "https://clinic.example";
const PHARMACY: &str = "https://pharmacy.example";
const CARE: &str = "https://care.example";
const CERTIFIER: &str = "https://certifier.example";
const OWNER: &str = "https://scheme.example";
const MARK_TYPE: &str = "https://scheme.example/marks/phr";

fn fresh() -> Result<SecretKey> {
    let mut seed = [0; 32];
    getrandom::fill(&mut seed)?;
    Ok(SecretKey::from_seed(&seed))
}

/// The clinic's key; a demonstration that plays the clinic finds it in a file of its own.
fn clinic(config: &Config) -> Result<SecretKey> {
    let mut seed = [0; 32];
    getrandom::fill(&mut seed)?;
    if let Some(path) = &config.clinic_key {
        let mut options = std::fs::OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        std::io::Write::write_all(
            &mut options.open(path)?,
            base64url::encode(&seed).as_bytes(),
        )?;
    }
    Ok(SecretKey::from_seed(&seed))
}

impl World {
    pub(crate) fn new(config: &Config) -> Result<Self> {
        let at = now();
        let [anchor, holder, pharmacy, care, certifier, owner] =
            [fresh()?, fresh()?, fresh()?, fresh()?, fresh()?, fresh()?];
        let clinic = clinic(config)?;
        let app = MemberClaims {
            client_type: ClientType::Device,
            redirect_uris: vec![format!("{}/callback", config.app)],
            notice_origins: vec![config.app.clone()],
            ..member(
                &config.app,
                "見本ヘルス",
                "Sample Health",
                Role::Operator,
                None,
            )
        };
        let holder_member = MemberClaims {
            status_uris: vec![format!("{}/status/1", config.base)],
            ..member(
                &config.base,
                "見本記録保管",
                "Sample Records",
                Role::Holder,
                Some(&holder),
            )
        };
        let clinic_member = MemberClaims {
            area: Some("13101".into()),
            ..member(
                CLINIC,
                "見本クリニック",
                "Sample Clinic",
                Role::MedicalInstitution,
                Some(&clinic),
            )
        };
        let claims = TrustListClaims {
            iss: "https://anchor.example".into(),
            iat: at,
            exp: at.plus(7 * DAY_SECONDS),
            jti: random_id()?,
            ver: "1.0".into(),
            seq: at.as_secs(),
            members: vec![
                holder_member,
                app,
                clinic_member,
                member(
                    PHARMACY,
                    "見本薬局",
                    "Sample Pharmacy",
                    Role::Pharmacy,
                    Some(&pharmacy),
                ),
                member(
                    CARE,
                    "見本ケア",
                    "Sample Care",
                    Role::CareProvider,
                    Some(&care),
                ),
                member(
                    CERTIFIER,
                    "見本認証",
                    "Sample Certification",
                    Role::CertificationBody,
                    Some(&certifier),
                ),
            ],
            trust_mark_issuers: [(MARK_TYPE.to_owned(), vec![CERTIFIER.to_owned()])].into(),
            trust_mark_owners: [(
                MARK_TYPE.to_owned(),
                MarkOwner {
                    sub: OWNER.into(),
                    jwks: OwnerKeys {
                        keys: vec![Jwk::bare(owner.public_key())],
                    },
                },
            )]
            .into(),
            activations: Vec::new(),
        };
        let trust_list = sign(&claims, &anchor)?;
        let anchor = KeySet::of([anchor.public_key().clone()])?;
        let trust = TrustList::verify(&trust_list, &anchor, at, &ListLimits::default())?;
        let delegation = MarkDelegation {
            iss: OWNER.into(),
            sub: CERTIFIER.into(),
            trust_mark_type: MARK_TYPE.into(),
            iat: at,
            exp: at.plus(30 * DAY_SECONDS),
            jti: None,
            reference: None,
        };
        let delegation = sign(&delegation, &owner)?;
        let mut mark_tokens = Vec::new();
        for (idx, (id, role)) in [
            (config.app.as_str(), Role::Operator),
            (CLINIC, Role::MedicalInstitution),
            (PHARMACY, Role::Pharmacy),
            (CARE, Role::CareProvider),
        ]
        .into_iter()
        .enumerate()
        {
            let mark = mark(id, role, i64::try_from(idx)?, at, delegation.clone());
            mark_tokens.push(sign(&mark, &certifier)?);
        }
        let marks = Marks::new(mark_tokens.iter().map(String::as_str), &trust);
        Ok(Self {
            holder,
            anchor,
            trust,
            trust_list,
            mark_tokens,
            marks,
            certifier,
        })
    }

    /// The certification body's status list, signed now: nobody has lost a mark.
    pub(crate) fn mark_status(&self, at: Timestamp) -> phr_link::Result<String> {
        let claims = StatusListClaims {
            iss: CERTIFIER.into(),
            sub: format!("{CERTIFIER}/status/1"),
            iat: at,
            exp: at.plus(DAY_SECONDS),
            ttl: DAY_SECONDS,
            jti: None,
            status_list: StatusBits::new(2, 64)?.deflate(),
        };
        sign(&claims, &self.certifier)
    }
}

fn member(
    id: &str,
    name: &str,
    name_en: &str,
    role: Role,
    key: Option<&SecretKey>,
) -> MemberClaims {
    MemberClaims {
        id: id.into(),
        name: name.into(),
        name_en: name_en.into(),
        address: "東京都千代田区見本町1-1".into(),
        representative: "見本 代表".into(),
        country: "JP".into(),
        overseas: false,
        roles: vec![role],
        client_type: ClientType::Server,
        keys: key
            .map(|key| key.public_key().to_jwk())
            .into_iter()
            .collect(),
        redirect_uris: Vec::new(),
        notice_origins: Vec::new(),
        status_uris: vec![format!("{id}/status/1")],
        area: None,
        suspended_from: None,
    }
}

fn mark(id: &str, role: Role, idx: i64, at: Timestamp, delegation: String) -> Mark {
    Mark {
        iss: CERTIFIER.into(),
        sub: id.into(),
        trust_mark_type: MARK_TYPE.into(),
        iat: at,
        exp: at.plus(90 * DAY_SECONDS),
        jti: None,
        status: Status {
            status_list: StatusPointer {
                idx,
                uri: format!("{CERTIFIER}/status/1"),
            },
        },
        delegation: Some(delegation),
        reference: None,
        logo_uri: None,
        criteria: "sandbox 1".into(),
        suite: "sandbox 1".into(),
        report_s256: s256("sandbox"),
        roles: vec![role],
        product: "Sandbox".into(),
    }
}

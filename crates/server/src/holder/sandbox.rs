//! The sandbox: a small world of parties with keys, a trust list and marks. The keys last as long as
//! the store; the lists are signed anew before they grow old.

use std::path::Path;
use std::sync::{Arc, PoisonError, RwLock};

use crate::feed;
use crate::keys::{Keyring, Keys};
use crate::store::Store;
use anyhow::{Context as _, Result, ensure};
use phr_link::claims::{Status, StatusPointer};
use phr_link::key::{Jwk, KeySet, SecretKey, Signer as _};
use phr_link::scope::Role;
use phr_link::status::{StatusBits, StatusListClaims};
use phr_link::token::{s256, sign};
use phr_link::trust::{
    Activation, ActivationKind, ClientType, ListLimits, Mark, MarkDelegation, MarkOwner, Marks,
    MemberClaims, OwnerKeys, TrustList, TrustListClaims,
};
use phr_link::wire::base64url;
use phr_link::{Timestamp, time::DAY_SECONDS};

use super::{Config, random_id};

/// The parties beside the holder.
pub(crate) struct World {
    keys: Arc<Keys>,
    pub(crate) anchor: KeySet,
    signs: Signers,
    parties: Parties,
    lists: RwLock<Arc<Lists>>,
}

/// What the anchor and the certification body say; signed at one time.
struct Lists {
    signed_at: Timestamp,
    ring: Arc<Keyring>,
    world: Arc<feed::World>,
}

struct Signers {
    anchor: SecretKey,
    certifier: SecretKey,
    owner: SecretKey,
}

/// What the trust list says of everybody.
struct Parties {
    holder: String,
    app: String,
    operator: Option<String>,
    members: Vec<MemberClaims>,
}

/// The clinic's id.
pub const CLINIC: &str = "https://clinic.example";
/// The municipality of the clinic.
const CLINIC_AREA: &str = "13101";
const PHARMACY: &str = "https://pharmacy.example";
const CARE: &str = "https://care.example";
/// How many status lists the holder has.
const LISTS: usize = 2;
const CERTIFIER: &str = "https://certifier.example";
const OWNER: &str = "https://scheme.example";
const MARK_TYPE: &str = "https://scheme.example/marks/phr";

/// How old the lists may grow before they are signed anew: half of what a verifier takes.
const RENEW_SECONDS: i64 = DAY_SECONDS / 2;

/// The key of a party that is played elsewhere: in a file of its own, and the same when the store is
/// opened again.
fn hand_out(path: &Path, seed: &[u8; 32]) -> Result<()> {
    let text = base64url::encode(seed);
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    match options.open(path) {
        Ok(mut file) => {
            std::io::Write::write_all(&mut file, text.as_bytes())?;
            Ok(())
        }
        Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => {
            let is_same = std::fs::read(path)? == text.as_bytes();
            ensure!(is_same, "the file for a sandbox key holds something else");
            Ok(())
        }
        Err(error) => Err(error).context("a sandbox key cannot be written"),
    }
}

impl World {
    pub(crate) async fn open(
        config: &Config,
        db: &Store,
        keys: Arc<Keys>,
        at: Timestamp,
    ) -> Result<Self> {
        let key =
            async |name| -> Result<SecretKey> { Ok(SecretKey::from_seed(&db.secret(name).await?)) };
        let clinic_seed = db.secret("clinic").await?;
        if let Some(path) = &config.clinic_key {
            hand_out(path, &clinic_seed)?;
        }
        let operator_seed = db.secret("operator").await?;
        if let Some(operator) = &config.operator {
            hand_out(&operator.key, &operator_seed)?;
        }
        let clinic = SecretKey::from_seed(&clinic_seed);
        let (pharmacy, care) = (key("pharmacy").await?, key("care").await?);
        let signs = Signers {
            anchor: key("anchor").await?,
            certifier: key("certifier").await?,
            owner: key("owner").await?,
        };
        let mut members = members(config, &clinic, &pharmacy, &care, &signs.certifier);
        let operator = config
            .operator
            .as_ref()
            .map(|operator| operator.base.clone());
        if let Some(base) = &operator {
            members.push(operator_member(base, &SecretKey::from_seed(&operator_seed)));
        }
        let parties = Parties {
            holder: config.base.clone(),
            app: config.app.clone(),
            operator,
            members,
        };
        let anchor = KeySet::of([signs.anchor.public_key().clone()])?;
        let lists = RwLock::new(Arc::new(Lists::sign(
            &signs,
            &parties,
            keys.ring(),
            &anchor,
            at,
        )?));
        Ok(Self {
            keys,
            anchor,
            signs,
            parties,
            lists,
        })
    }

    /// The lists, signed anew where they grow old.
    pub(crate) fn lists(&self, at: Timestamp) -> phr_link::Result<Arc<feed::World>> {
        let ring = self.keys.ring();
        {
            let lists = self.lists.read().unwrap_or_else(PoisonError::into_inner);
            if at.since(lists.signed_at) < RENEW_SECONDS && Arc::ptr_eq(&lists.ring, &ring) {
                return Ok(lists.world.clone());
            }
        }
        let fresh = Arc::new(Lists::sign(
            &self.signs,
            &self.parties,
            ring,
            &self.anchor,
            at,
        )?);
        *self.lists.write().unwrap_or_else(PoisonError::into_inner) = fresh.clone();
        Ok(fresh.world.clone())
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
        sign(&claims, &self.signs.certifier)
    }
}

impl Lists {
    fn sign(
        signs: &Signers,
        parties: &Parties,
        ring: Arc<Keyring>,
        anchor: &KeySet,
        at: Timestamp,
    ) -> phr_link::Result<Self> {
        let trust_list = sign(&trust_list(signs, parties, &ring, at)?, &signs.anchor)?;
        let trust = TrustList::verify(&trust_list, anchor, at, &ListLimits::default())?;
        let delegation = MarkDelegation {
            iss: OWNER.into(),
            sub: CERTIFIER.into(),
            trust_mark_type: MARK_TYPE.into(),
            iat: at,
            exp: at.plus(30 * DAY_SECONDS),
            jti: None,
            reference: None,
        };
        let delegation = sign(&delegation, &signs.owner)?;
        let mut mark_tokens = Vec::new();
        let operator = parties.operator.as_deref().map(|id| (id, Role::Operator));
        let marked = [
            (parties.app.as_str(), Role::Operator),
            (CLINIC, Role::MedicalInstitution),
            (PHARMACY, Role::Pharmacy),
            (CARE, Role::CareProvider),
        ];
        for (idx, (id, role)) in (0..).zip(marked.into_iter().chain(operator)) {
            let mark = mark(id, role, idx, at, delegation.clone());
            mark_tokens.push(sign(&mark, &signs.certifier)?);
        }
        let marks = Marks::new(mark_tokens.iter().map(String::as_str), &trust);
        Ok(Self {
            signed_at: at,
            ring,
            world: Arc::new(feed::World {
                anchor: anchor.clone(),
                trust: Arc::new(trust),
                trust_list,
                mark_tokens,
                marks: Arc::new(marks),
                // Signed at each question: it grows old within the hour.
                mark_status: Vec::new(),
            }),
        })
    }
}

fn trust_list(
    signs: &Signers,
    parties: &Parties,
    ring: &Keyring,
    at: Timestamp,
) -> phr_link::Result<TrustListClaims> {
    let mut members = parties.members.clone();
    for member in &mut members {
        if member.id == parties.holder {
            let keys = ring.entries().iter();
            member.keys = keys.map(|entry| entry.key.public_key().to_jwk()).collect();
        }
    }
    let owner = MarkOwner {
        sub: OWNER.into(),
        jwks: OwnerKeys {
            keys: vec![Jwk::bare(signs.owner.public_key())],
        },
    };
    Ok(TrustListClaims {
        iss: "https://anchor.example".into(),
        iat: at,
        exp: at.plus(7 * DAY_SECONDS),
        jti: random_id()?,
        ver: "1.0".into(),
        seq: at.as_secs(),
        members,
        trust_mark_issuers: [(MARK_TYPE.to_owned(), vec![CERTIFIER.to_owned()])].into(),
        trust_mark_owners: [(MARK_TYPE.to_owned(), owner)].into(),
        activations: activations(at),
    })
}

/// An operator with a server of its own.
fn operator_member(base: &str, key: &SecretKey) -> MemberClaims {
    MemberClaims {
        redirect_uris: vec![format!("{base}/link/callback")],
        notice_origins: vec![base.to_owned()],
        status_uris: vec![format!("{base}/status/1")],
        ..member(base, "見本ライフ", "Sample Life", Role::Operator, Some(key))
    }
}

/// A disaster where the clinic is, one elsewhere, and one that is over.
fn activations(at: Timestamp) -> Vec<Activation> {
    let of = |id: &str, area: &str, from: i64, until: i64| Activation {
        id: id.into(),
        kind: ActivationKind::Disaster,
        areas: vec![area.into()],
        from: at.plus(from * DAY_SECONDS),
        until: at.plus(until * DAY_SECONDS),
    };
    vec![
        of("sandbox-here", CLINIC_AREA, -1, 7),
        of("sandbox-elsewhere", "27100", -1, 7),
        of("sandbox-over", CLINIC_AREA, -7, -1),
    ]
}

fn members(
    config: &Config,
    clinic: &SecretKey,
    pharmacy: &SecretKey,
    care: &SecretKey,
    certifier: &SecretKey,
) -> Vec<MemberClaims> {
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
    let holder = MemberClaims {
        status_uris: (1..=LISTS)
            .map(|number| format!("{}/status/{number}", config.base))
            .collect(),
        ..member(
            &config.base,
            "見本記録保管",
            "Sample Records",
            Role::Holder,
            None,
        )
    };
    let clinic = MemberClaims {
        area: Some(CLINIC_AREA.into()),
        redirect_uris: vec![format!("{CLINIC}/callback")],
        // The clinic has no server of its own: its notice stands beside the app's.
        notice_origins: vec![config.app.clone()],
        ..member(
            CLINIC,
            "見本クリニック",
            "Sample Clinic",
            Role::MedicalInstitution,
            Some(clinic),
        )
    };
    vec![
        holder,
        app,
        clinic,
        member(
            PHARMACY,
            "見本薬局",
            "Sample Pharmacy",
            Role::Pharmacy,
            Some(pharmacy),
        ),
        member(
            CARE,
            "見本ケア",
            "Sample Care",
            Role::CareProvider,
            Some(care),
        ),
        member(
            CERTIFIER,
            "見本認証",
            "Sample Certification",
            Role::CertificationBody,
            Some(certifier),
        ),
    ]
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

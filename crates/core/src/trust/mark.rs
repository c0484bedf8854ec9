//! Trust marks 認証マーク: a certification body says that a member meets the criteria for a role.

use alloc::collections::BTreeMap;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

use serde::{Deserialize, Serialize};

use super::TrustList;
use crate::claims::{STATUS, Status, check_entity, check_roles, check_s256, check_uri, is_line};
use crate::codes::Code;
use crate::error::{Error, Result};
use crate::identifier::{check, is_jti};
use crate::scope::Role;
use crate::status::{ListAge, StatusLists, StatusValue};
use crate::time::Timestamp;
use crate::token::{Claims, Kind, Unverified, Verified};
use crate::wire::json::Doc;
use crate::wire::schema::{Schema, Type, optional, required};

/// The claims of a trust mark (OpenID Federation).
///
/// # Spec
/// §3.10
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct Mark {
    /// The certification body.
    pub iss: String,
    /// The member that is certified.
    pub sub: String,
    /// The type of mark, a URI.
    pub trust_mark_type: String,
    /// When it was issued.
    pub iat: Timestamp,
    /// When it ends.
    pub exp: Timestamp,
    /// A random identifier; may be absent, as in the standard's examples.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub jti: Option<String>,
    /// Where its status is found.
    pub status: Status,
    /// The owner's delegation, a token.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub delegation: Option<String>,
    /// Where people read about it.
    #[serde(default, rename = "ref", skip_serializing_if = "Option::is_none")]
    pub reference: Option<String>,
    /// Its picture.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub logo_uri: Option<String>,
    /// The criteria, with their version.
    pub criteria: String,
    /// The suite, with its version.
    pub suite: String,
    /// Hash of the report.
    pub report_s256: String,
    /// The roles that are certified.
    pub roles: Vec<Role>,
    /// The product that was tested.
    pub product: String,
}

/// The claims of the delegation of a type of mark.
///
/// # Spec
/// §3.10
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct MarkDelegation {
    /// The owner of the type.
    pub iss: String,
    /// The certification body that may issue it.
    pub sub: String,
    /// The type.
    pub trust_mark_type: String,
    /// When it was issued.
    pub iat: Timestamp,
    /// When it ends.
    pub exp: Timestamp,
    /// A random identifier; may be absent, as in the standard's examples.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub jti: Option<String>,
    /// Where people read about it.
    #[serde(default, rename = "ref", skip_serializing_if = "Option::is_none")]
    pub reference: Option<String>,
}

impl Claims for Mark {
    const KIND: Kind = Kind::TrustMark;

    const SCHEMA: &'static Schema = &Schema::open(&[
        required("iss", Type::String),
        required("sub", Type::String),
        required("trust_mark_type", Type::String),
        required("iat", Type::Integer),
        required("exp", Type::Integer),
        optional("jti", Type::String),
        required("status", Type::Object(&STATUS)),
        optional("delegation", Type::String),
        optional("ref", Type::String),
        optional("logo_uri", Type::String),
        required("criteria", Type::String),
        required("suite", Type::String),
        required("report_s256", Type::String),
        required("roles", Type::Array(&Type::String)),
        required("product", Type::String),
    ]);

    fn check(&self) -> Result<()> {
        check_entity(&self.iss, "/iss")?;
        check_entity(&self.sub, "/sub")?;
        check_uri(&self.trust_mark_type, "/trust_mark_type")?;
        check(self.jti.is_some() || !mutant!("m-jti-always"), "/jti")?;
        check(self.jti.as_deref().is_none_or(is_jti), "/jti")?;
        self.status.check()?;
        check(is_line(&self.criteria), "/criteria")?;
        check(is_line(&self.suite), "/suite")?;
        check_s256(&self.report_s256, "/report_s256")?;
        check_roles(&self.roles, "/roles")?;
        check(is_line(&self.product), "/product")
    }

    fn issued_at(&self) -> Timestamp {
        self.iat
    }

    fn expires_at(&self) -> Option<Timestamp> {
        Some(self.exp)
    }
}

impl Claims for MarkDelegation {
    const KIND: Kind = Kind::TrustMarkDelegation;

    const SCHEMA: &'static Schema = &Schema::open(&[
        required("iss", Type::String),
        required("sub", Type::String),
        required("trust_mark_type", Type::String),
        required("iat", Type::Integer),
        required("exp", Type::Integer),
        optional("jti", Type::String),
        optional("ref", Type::String),
    ]);

    fn check(&self) -> Result<()> {
        check_entity(&self.iss, "/iss")?;
        check_entity(&self.sub, "/sub")?;
        check_uri(&self.trust_mark_type, "/trust_mark_type")
    }

    fn issued_at(&self) -> Timestamp {
        self.iat
    }

    fn expires_at(&self) -> Option<Timestamp> {
        Some(self.exp)
    }
}

/// The marks that a verifier has, read and checked once against a trust list.
///
/// Make the store anew with each trust list: [`Marks::check`] sees what a newer list takes away
/// from a mark, but not what it gives.
#[derive(Clone, Debug, Default)]
pub struct Marks {
    /// By the member that each is about.
    entries: BTreeMap<String, Vec<Result<Admitted>>>,
}

#[derive(Clone, Debug)]
struct Admitted {
    token: Verified<Mark>,
    delegation: Option<Verified<MarkDelegation>>,
}

impl Marks {
    /// Reads marks; a bad one is kept with its fault, to name it when its subject is asked for.
    pub fn new<'a>(tokens: impl IntoIterator<Item = &'a str>, trust: &TrustList) -> Self {
        let mut entries: BTreeMap<String, Vec<_>> = BTreeMap::new();
        for compact in tokens {
            let mark = admit(compact, trust);
            let subject = match &mark {
                Ok(mark) => mark.token.sub.clone(),
                Err(_) => claimed_subject(compact),
            };
            entries.entry(subject).or_default().push(mark);
        }
        Self { entries }
    }

    /// Checks that a member has one good mark for a role.
    ///
    /// # Errors
    /// `trust.not-certified` if there is no mark at all, else the fault of the mark that got
    /// furthest: `mark.malformed`, `mark.signature-invalid`, `mark.untrusted`,
    /// `mark.delegation-invalid`, `mark.not-yet-valid`, `mark.expired`, `mark.role`,
    /// `mark.status`, `mark.suspended`, `mark.revoked`, `trust.suspended`
    ///
    /// # Spec
    /// §4.2
    pub fn check(
        &self,
        member: &str,
        role: Role,
        now: Timestamp,
        trust: &TrustList,
        status: &StatusLists,
        age: &ListAge<'_>,
    ) -> Result<()> {
        self.good(member, role, now, trust, status, age).map(|_| ())
    }

    /// Gives the good mark by which a member is certified for a role, to show who stands behind it.
    ///
    /// # Errors
    /// those of [`Marks::check`]
    ///
    /// # Spec
    /// §4.2
    pub fn good(
        &self,
        member: &str,
        role: Role,
        now: Timestamp,
        trust: &TrustList,
        status: &StatusLists,
        age: &ListAge<'_>,
    ) -> Result<&Verified<Mark>> {
        let mut furthest = Error::new(Code::TrustNotCertified);
        for entry in self.entries.get(member).into_iter().flatten() {
            let outcome = match entry {
                Err(error) => Err(error.clone()),
                Ok(mark) => mark
                    .check(role, now, trust, status, age)
                    .map(|()| &mark.token),
            };
            match outcome {
                Ok(token) => return Ok(token),
                Err(error) if distance(error.code()) > distance(furthest.code()) => {
                    furthest = error;
                }
                Err(_) => {}
            }
        }
        Err(furthest)
    }
}

/// How far a mark got before it failed, in the order of the checks.
fn distance(code: Code) -> usize {
    const ORDER: [Code; 12] = [
        Code::TrustNotCertified,
        Code::MarkMalformed,
        Code::MarkSignatureInvalid,
        Code::MarkUntrusted,
        Code::MarkDelegationInvalid,
        Code::MarkNotYetValid,
        Code::MarkExpired,
        Code::MarkRole,
        Code::MarkStatus,
        Code::MarkSuspended,
        Code::MarkRevoked,
        Code::TrustSuspended,
    ];
    ORDER
        .iter()
        .position(|other| *other == code)
        .unwrap_or_default()
}

/// Whom a mark is about, by its own words: enough to file it, not to believe it.
fn claimed_subject(compact: &str) -> String {
    let read = || {
        let payload = compact.split('.').nth(1)?;
        let payload = crate::wire::base64url::decode(payload).ok()?;
        let doc = Doc::parse(&payload).ok()?;
        doc.root().get("sub")?.as_str().map(ToString::to_string)
    };
    if compact.len() > Kind::TrustMark.max_bytes() {
        return String::new();
    }
    read().unwrap_or_default()
}

fn admit(compact: &str, trust: &TrustList) -> Result<Admitted> {
    let unverified = Unverified::read(compact, Kind::TrustMark).map_err(name_fault)?;
    let (token, _) = trust
        .verify_token::<Mark>(&unverified, |mark| &mark.iss)
        .map_err(name_fault)?;
    if !trust.may_issue_mark(&token.trust_mark_type, &token.iss) {
        return Err(Error::at(Code::MarkUntrusted, "/trust_mark_type"));
    }
    let delegation = match trust.mark_owner(&token.trust_mark_type) {
        None => None,
        Some(_) if token.delegation.is_none() && mutant!("m-mark-no-delegation") => None,
        Some((owner, keys)) => {
            let bad = || Error::at(Code::MarkDelegationInvalid, "/delegation");
            let compact = token.delegation.as_deref().ok_or_else(bad)?;
            let read = Unverified::read(compact, Kind::TrustMarkDelegation).map_err(|_| bad())?;
            let kid = read.kid().unwrap_or_default();
            let key = keys
                .find(kid, read.algorithm().as_str())
                .map_err(|_| bad())?;
            let delegation = read.verify::<MarkDelegation>(key).map_err(|_| bad())?;
            let fits = delegation.iss == owner
                && delegation.sub == token.iss
                && delegation.trust_mark_type == token.trust_mark_type;
            if !fits {
                return Err(bad());
            }
            Some(delegation)
        }
    };
    Ok(Admitted { token, delegation })
}

fn name_fault(error: Error) -> Error {
    let code = match error.code() {
        Code::KeyUnknown
        | Code::KeyIssuerMismatch
        | Code::KeyUseMismatch
        | Code::KeyAlgMismatch
        | Code::IssuerUntrusted
        | Code::IssuerKindNotAllowed => Code::MarkUntrusted,
        Code::SignatureInvalid | Code::SignatureMalformed => Code::MarkSignatureInvalid,
        _ => Code::MarkMalformed,
    };
    error.with_code(code)
}

impl Admitted {
    fn check(
        &self,
        role: Role,
        now: Timestamp,
        trust: &TrustList,
        status: &StatusLists,
        age: &ListAge<'_>,
    ) -> Result<()> {
        self.check_standing(trust)?;
        let malformed_if_long = |error: Error| match error.code() {
            Code::TokenLifetimeExceeded => error.with_code(Code::MarkMalformed),
            _ => error,
        };
        if let Some(delegation) = &self.delegation {
            delegation
                .check_time(now, age.skew)
                .map_err(|error| error.with_code(Code::MarkDelegationInvalid))?;
        }
        self.token
            .check_time(now, age.skew)
            .map_err(malformed_if_long)?;
        if !self.token.roles.contains(&role) {
            return Err(Error::at(Code::MarkRole, "/roles"));
        }
        let unknown = |error: Error| error.with_code(Code::MarkStatus);
        let pointer = &self.token.status.status_list;
        match status
            .value(pointer, &self.token.iss, now, age)
            .map_err(unknown)?
        {
            StatusValue::VALID => {}
            StatusValue::INVALID => return Err(Error::new(Code::MarkRevoked)),
            StatusValue::SUSPENDED => return Err(Error::new(Code::MarkSuspended)),
            _ => return Err(Error::new(Code::MarkStatus)),
        }
        match trust.member(&self.token.iss) {
            Some(issuer) => issuer.check_not_suspended(now),
            None => Err(Error::new(Code::MarkUntrusted)),
        }
    }

    /// Checks against the list of today what was read against the list of then: a certification
    /// body, a type, a key may have been taken out.
    fn check_standing(&self, trust: &TrustList) -> Result<()> {
        let Mark {
            iss,
            trust_mark_type,
            ..
        } = self.token.claims();
        trust
            .check_issuer(iss, self.token.thumbprint().as_str(), Kind::TrustMark)
            .map_err(name_fault)?;
        if !trust.may_issue_mark(trust_mark_type, iss) {
            return Err(Error::at(Code::MarkUntrusted, "/trust_mark_type"));
        }
        let Some((owner, keys)) = trust.mark_owner(trust_mark_type) else {
            return Ok(());
        };
        let by_owner = |delegation: &Verified<MarkDelegation>| {
            delegation.iss == owner && keys.contains(delegation.thumbprint().as_str())
        };
        if self.delegation.as_ref().is_some_and(by_owner) || mutant!("m-mark-no-delegation") {
            return Ok(());
        }
        Err(Error::at(Code::MarkDelegationInvalid, "/delegation"))
    }
}

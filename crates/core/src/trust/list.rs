//! The trust list, signed by the configured anchor.

use alloc::collections::BTreeMap;
use alloc::string::String;
use alloc::vec::Vec;

use serde::{Deserialize, Serialize};

use super::member::{MEMBER, Member, MemberClaims};
use crate::claims::{check_entity, check_jti, check_version, has_no_repeats};
use crate::codes::Code;
use crate::error::{Error, Result};
use crate::identifier::{check, is_identifier};
use crate::key::{KeySet, PublicKey};
use crate::scope::Role;
use crate::time::Timestamp;
use crate::token::{Claims, Kind, Unverified, Verified};
use crate::wire::json::Doc;
use crate::wire::schema::{Schema, Type, optional, required};

/// The claims of a trust list.
///
/// # Spec
/// §3.11
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct TrustListClaims {
    /// The anchor.
    pub iss: String,
    /// When it was issued.
    pub iat: Timestamp,
    /// When it ends.
    pub exp: Timestamp,
    /// A random identifier.
    pub jti: String,
    /// The version of the profile.
    pub ver: String,
    /// Grows with every list.
    pub seq: i64,
    /// The members.
    pub members: Vec<MemberClaims>,
    /// Which certification bodies may issue which types of mark.
    #[serde(default)]
    pub trust_mark_issuers: BTreeMap<String, Vec<String>>,
    /// Which types of mark have an owner who delegates them.
    #[serde(default)]
    pub trust_mark_owners: BTreeMap<String, MarkOwner>,
    /// The emergencies and disasters in force.
    pub activations: Vec<Activation>,
}

/// The owner of a type of mark.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct MarkOwner {
    /// Entity id.
    pub sub: String,
    /// Its keys.
    pub jwks: OwnerKeys,
}

/// A JWK Set inside the list.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct OwnerKeys {
    /// The keys.
    pub keys: Vec<crate::key::Jwk>,
}

/// An emergency or disaster in force.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct Activation {
    /// Its name.
    pub id: String,
    /// Its kind.
    pub kind: ActivationKind,
    /// The municipality codes that it covers.
    pub areas: Vec<String>,
    /// When it begins.
    pub from: Timestamp,
    /// When it ends.
    pub until: Timestamp,
}

/// The kind of an activation.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum ActivationKind {
    /// A disaster 災害.
    Disaster,
    /// An emergency 救急.
    Emergency,
}

const OWNER: Schema = Schema::open(&[
    required("sub", Type::String),
    required("jwks", Type::Object(&JWKS)),
]);
const JWKS: Schema = Schema::open(&[required("keys", Type::Array(&Type::Any))]);
const ACTIVATION: Schema = Schema::open(&[
    required("id", Type::String),
    required("kind", Type::String),
    required("areas", Type::Array(&Type::String)),
    required("from", Type::Integer),
    required("until", Type::Integer),
]);

impl Claims for TrustListClaims {
    const KIND: Kind = Kind::TrustList;

    const SCHEMA: &'static Schema = &Schema::open(&[
        required("iss", Type::String),
        required("iat", Type::Integer),
        required("exp", Type::Integer),
        required("jti", Type::String),
        required("ver", Type::String),
        required("seq", Type::Integer),
        required("members", Type::Array(&Type::Object(&MEMBER))),
        optional("trust_mark_issuers", Type::Map(&Type::Array(&Type::String))),
        optional("trust_mark_owners", Type::Map(&Type::Object(&OWNER))),
        required("activations", Type::Array(&Type::Object(&ACTIVATION))),
    ]);

    fn check(&self) -> Result<()> {
        check_version(&self.ver)?;
        check_entity(&self.iss, "/iss")?;
        check_jti(&self.jti)?;
        check(self.seq >= 0, "/seq")?;
        for issuer in self.trust_mark_issuers.values().flatten() {
            check_entity(issuer, "/trust_mark_issuers")?;
        }
        for activation in &self.activations {
            check(is_identifier(&activation.id), "/activations")?;
            check(
                activation.areas.iter().all(|area| is_identifier(area)),
                "/activations",
            )?;
            check(activation.from < activation.until, "/activations")?;
        }
        let ids: Vec<_> = self
            .activations
            .iter()
            .map(|activation| &activation.id)
            .collect();
        check(has_no_repeats(&ids), "/activations")
    }

    fn issued_at(&self) -> Timestamp {
        self.iat
    }

    fn expires_at(&self) -> Option<Timestamp> {
        Some(self.exp)
    }
}

/// A trust list that the anchor signed, with its keys admitted.
#[derive(Clone, Debug)]
pub struct TrustList {
    token: Verified<TrustListClaims>,
    /// Sorted by id.
    members: Vec<Member>,
    /// Which member owns a key: sorted by thumbprint, with the member's index.
    owners: Vec<(String, usize)>,
    mark_owners: BTreeMap<String, (String, KeySet)>,
}

impl TrustList {
    /// Reads a list and checks the anchor's signature, its rules, and its time at `now`.
    ///
    /// # Errors
    /// `trust.list-malformed`, `trust.list-signature`, and those of [`TrustList::recheck`]
    ///
    /// # Spec
    /// §4.1
    pub fn verify(
        compact: &str,
        anchor: &KeySet,
        now: Timestamp,
        limits: &ListLimits,
    ) -> Result<Self> {
        let list = Self::read(compact, anchor)?;
        list.recheck(now, limits)?;
        Ok(list)
    }

    /// Reads a list and checks all that time does not change.
    pub(crate) fn read(compact: &str, anchor: &KeySet) -> Result<Self> {
        let malformed = |error: Error| error.with_code(Code::TrustListMalformed);
        let unverified = Unverified::read(compact, Kind::TrustList).map_err(malformed)?;
        let kid = unverified.kid().unwrap_or_default();
        let signature = |error: Error| error.with_code(Code::TrustListSignature);
        let key = anchor
            .find(kid, unverified.algorithm().as_str())
            .map_err(signature)?;
        let token =
            unverified
                .verify::<TrustListClaims>(key)
                .map_err(|error| match error.code() {
                    Code::SignatureInvalid | Code::SignatureMalformed => signature(error),
                    _ => malformed(error),
                })?;
        // The keys are read again from the text: an entry of another type is skipped, not refused.
        Self::index(token, unverified.payload()).map_err(malformed)
    }

    fn index(token: Verified<TrustListClaims>, payload: &[u8]) -> Result<Self> {
        let doc = Doc::parse(payload)?;
        let nodes = doc
            .root()
            .get("members")
            .ok_or_else(|| Error::new(Code::ClaimsMissing))?;
        let mut members = Vec::with_capacity(token.members.len());
        for (claims, node) in token.members.iter().zip(nodes.items()) {
            let keys = node
                .get("keys")
                .ok_or_else(|| Error::new(Code::ClaimsMissing))?;
            members.push(Member::admit(claims.clone(), KeySet::from_items(keys)?)?);
        }
        members.sort_by(|left, right| left.id.cmp(&right.id));
        let repeated = || Error::at(Code::ClaimsInvalid, "/members");
        if members
            .windows(2)
            .any(|pair| matches!(pair, [left, right] if left.id == right.id))
        {
            return Err(repeated());
        }
        let mut owners: Vec<(String, usize)> = Vec::new();
        for (at, member) in members.iter().enumerate() {
            for key in member.keys.keys() {
                owners.push((key.thumbprint().as_str().into(), at));
            }
        }
        owners.sort();
        if owners
            .windows(2)
            .any(|pair| matches!(pair, [left, right] if left.0 == right.0))
        {
            return Err(repeated());
        }
        let mut mark_owners = BTreeMap::new();
        let nodes = doc.root().get("trust_mark_owners");
        for (mark_type, owner) in nodes.into_iter().flat_map(|node| node.members()) {
            let sub = owner
                .get("sub")
                .and_then(|sub| sub.as_str())
                .unwrap_or_default();
            check_entity(sub, "/trust_mark_owners")?;
            let jwks = owner
                .get("jwks")
                .ok_or_else(|| Error::new(Code::ClaimsMissing))?;
            mark_owners.insert(mark_type.into(), (sub.into(), KeySet::from_node(jwks)?));
        }
        Ok(Self {
            token,
            members,
            owners,
            mark_owners,
        })
    }

    /// Checks end, age and sequence again: a list that was good may have grown old.
    ///
    /// A list that lives longer than 30 days is malformed. One dated further ahead than the skew
    /// is stale: its age cannot be told. One dated ahead by less has age 0.
    ///
    /// # Errors
    /// in this order: `trust.list-malformed`, `trust.list-stale` (dated ahead),
    /// `trust.list-expired`, `trust.list-stale` (too old), `trust.list-rollback`
    ///
    /// # Spec
    /// §4.1
    pub fn recheck(&self, now: Timestamp, limits: &ListLimits) -> Result<()> {
        self.token
            .check_time(now, limits.skew.min(MAX_SKEW))
            .map_err(|error| {
                if error.code() == Code::TokenLifetimeExceeded {
                    error.with_code(Code::TrustListMalformed)
                } else {
                    error
                }
            })?;
        let max_age = if mutant!("m-trustlist-30-days") {
            MAX_AGE.saturating_mul(30)
        } else {
            limits.max_age.min(MAX_AGE)
        };
        if now.since(self.token.iat) > max_age && !mutant!("m-trustlist-stale") {
            return Err(Error::at(Code::TrustListStale, "/iat"));
        }
        if limits.seq_floor.is_some_and(|floor| self.token.seq < floor)
            && !mutant!("m-trustlist-rollback")
        {
            return Err(Error::at(Code::TrustListRollback, "/seq"));
        }
        Ok(())
    }

    /// Gives the hash of the list's token, by which a cache tells one list from another.
    #[must_use]
    pub fn s256(&self) -> &str {
        self.token.s256()
    }

    /// Gives the sequence number.
    #[must_use]
    pub fn seq(&self) -> i64 {
        self.token.seq
    }

    /// Gives the claims.
    #[must_use]
    pub fn claims(&self) -> &TrustListClaims {
        self.token.claims()
    }

    /// Gives the members, ordered by id.
    #[must_use]
    pub fn members(&self) -> &[Member] {
        &self.members
    }

    /// Finds a member by its id, compared byte for byte.
    #[must_use]
    pub fn member(&self, id: &str) -> Option<&Member> {
        let at = self
            .members
            .binary_search_by(|member| member.id.as_str().cmp(id))
            .ok()?;
        self.members.get(at)
    }

    /// Finds a key and its owner by thumbprint.
    ///
    /// # Errors
    /// `key.unknown`, `key.use-mismatch`, `key.alg-mismatch`
    pub fn key(&self, kid: &str, alg: &str) -> Result<(&Member, &PublicKey)> {
        let unknown = || Error::new(Code::KeyUnknown);
        let at = self
            .owners
            .binary_search_by(|(other, _)| other.as_str().cmp(kid));
        let (_, owner) = self
            .owners
            .get(at.map_err(|_| unknown())?)
            .ok_or_else(unknown)?;
        let member = self.members.get(*owner).ok_or_else(unknown)?;
        Ok((member, member.keys.find(kid, alg)?))
    }

    /// Checks that `iss` is a member, owns the key, and may sign the kind.
    ///
    /// # Errors
    /// `issuer.untrusted`, `key.issuer-mismatch`, `issuer.kind-not-allowed`
    ///
    /// # Spec
    /// §4.1
    pub fn check_issuer(&self, iss: &str, kid: &str, kind: Kind) -> Result<&Member> {
        let untrusted = || Error::at(Code::IssuerUntrusted, "/iss");
        let mut member = self.member(iss);
        if mutant!("m-iss-normalised") {
            let plain = iss.trim_end_matches(['/', '.']);
            let is_like = |member: &&Member| member.id.eq_ignore_ascii_case(plain);
            member = self.members.iter().find(is_like);
        }
        let member = member.ok_or_else(untrusted)?;
        if !member.keys.contains(kid) && !mutant!("m-key-any-issuer") {
            return Err(Error::at(Code::KeyIssuerMismatch, "/iss"));
        }
        if !member.roles.iter().any(|role| role.may_sign(kind)) && !mutant!("m-kind-any-role") {
            return Err(Error::at(Code::IssuerKindNotAllowed, "/iss"));
        }
        Ok(member)
    }

    /// Verifies a token whose key is in the list: key, signature, claims, issuer.
    ///
    /// # Errors
    /// those of the stages named
    pub fn verify_token<C: Claims>(
        &self,
        unverified: &Unverified<'_>,
        iss: impl FnOnce(&C) -> &str,
    ) -> Result<(Verified<C>, &Member)> {
        if mutant!("m-jwk-header-trusted")
            && let Ok(key) = unverified.header_key()
        {
            let token = unverified.verify::<C>(&key)?;
            let member = self.member(iss(token.claims()));
            let member = member.ok_or_else(|| Error::at(Code::IssuerUntrusted, "/iss"))?;
            return Ok((token, member));
        }
        let kid = unverified
            .kid()
            .ok_or_else(|| Error::new(Code::HeaderKidMissing))?;
        let (_, key) = self.key(kid, unverified.algorithm().as_str())?;
        let token = unverified.verify::<C>(key)?;
        let member = self.check_issuer(iss(token.claims()), kid, C::KIND)?;
        Ok((token, member))
    }

    /// Finds an activation.
    #[must_use]
    pub fn activation(&self, id: &str) -> Option<&Activation> {
        self.token
            .activations
            .iter()
            .find(|activation| activation.id == id)
    }

    /// Tells whether a member may issue a type of mark; an absent or empty array means nobody.
    #[must_use]
    pub fn may_issue_mark(&self, mark_type: &str, issuer: &str) -> bool {
        let issuers = self.token.trust_mark_issuers.get(mark_type);
        issuers.is_some_and(|issuers| {
            issuers.iter().any(|id| id == issuer)
                || (issuers.is_empty() && mutant!("m-mark-empty-issuers-any"))
        }) || mutant!("m-mark-any-type")
    }

    /// Gives the owner of a type of mark, and its keys.
    #[must_use]
    pub fn mark_owner(&self, mark_type: &str) -> Option<(&str, &KeySet)> {
        self.mark_owners
            .get(mark_type)
            .map(|(sub, keys)| (sub.as_str(), keys))
    }

    /// Finds the members in a role.
    pub fn in_role(&self, role: Role) -> impl Iterator<Item = &Member> {
        self.members
            .iter()
            .filter(move |member| member.roles.contains(&role))
    }
}

/// What a caller demands of a trust list's age and sequence.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct ListLimits {
    /// The oldest `iat` that is taken, in seconds before now; more than 86,400 is as 86,400.
    pub max_age: i64,
    /// The tolerance for clocks, in seconds; more than 300 is as 300.
    pub skew: i64,
    /// The highest `seq` that was seen.
    pub seq_floor: Option<i64>,
}

impl Default for ListLimits {
    fn default() -> Self {
        Self {
            max_age: MAX_AGE,
            skew: 60,
            seq_floor: None,
        }
    }
}

/// The oldest list that any policy takes, in seconds.
const MAX_AGE: i64 = crate::time::DAY_SECONDS;

/// The largest tolerance for clocks, in seconds.
const MAX_SKEW: i64 = 300;

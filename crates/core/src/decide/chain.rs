//! Step 2: the tokens from the grant to the last delegation, and how they hang together.

use alloc::vec::Vec;

use super::presented::Presented;
use super::{Context, Reason, Request, Step, about, deny};
use crate::codes::Code;
use crate::delegation::{Delegation, STATUSLESS_SECONDS};
use crate::error::{Error, Result};
use crate::grant::Grant;
use crate::scope::{Detail, Role, check_narrower};
use crate::token::{Kind, Unverified, Verified};
use crate::trust::{ClientType, Member, TrustList};

/// A path whose tokens verify, each by the key that its parent names.
pub(super) struct Path {
    pub(super) grant: Verified<Grant>,
    pub(super) delegations: Vec<Verified<Delegation>>,
    /// The last token as it was sent, which the proof names.
    pub(super) leaf: alloc::string::String,
}

impl Path {
    /// Who reads.
    pub(super) fn reader(&self) -> &str {
        self.delegations
            .last()
            .map_or(&self.grant.client_id, |leaf| &leaf.client_id)
    }

    /// The key that has to prove the request.
    pub(super) fn proof_key(&self) -> &str {
        self.delegations
            .last()
            .map_or(&self.grant.cnf.jkt, |leaf| &leaf.cnf.jkt)
    }

    /// Everybody who gets records, the grant's client first.
    pub(super) fn clients(&self) -> impl Iterator<Item = &str> {
        core::iter::once(self.grant.client_id.as_str()).chain(
            self.delegations
                .iter()
                .map(|token| token.client_id.as_str()),
        )
    }

    /// The details by which the request is judged.
    pub(super) fn leaf_details(&self) -> &[Detail] {
        self.delegations
            .last()
            .map_or(&self.grant.authorization_details, |leaf| {
                &leaf.authorization_details
            })
    }
}

/// What a delegation has to fit: its parent's claims.
struct Parent<'p> {
    client_id: &'p str,
    jkt: &'p str,
    iat: crate::Timestamp,
    exp: crate::Timestamp,
}

pub(super) fn read(
    presented: &Presented<'_>,
    request: &Request<'_>,
    context: &Context<'_>,
    trust: &TrustList,
) -> Step<Path> {
    let mut tokens = presented.tokens.iter().enumerate();
    let Some((_, root)) = tokens.next() else {
        return Err(deny(Code::ChainForm));
    };
    let grant = read_grant(root, request, context, trust).map_err(about(0))?;
    let mut delegations: Vec<Verified<Delegation>> = Vec::new();
    for (at, compact) in tokens {
        let parent = match delegations.last() {
            Some(token) => Parent {
                client_id: &token.client_id,
                jkt: &token.cnf.jkt,
                iat: token.iat,
                exp: token.exp,
            },
            None => Parent {
                client_id: &grant.client_id,
                jkt: &grant.cnf.jkt,
                iat: grant.iat,
                exp: grant.exp,
            },
        };
        let token = read_delegation(compact, &parent, context, trust).map_err(about(at))?;
        delegations.push(token);
    }
    let leaf = presented.tokens.last().copied().unwrap_or_default().into();
    Ok(Path {
        grant,
        delegations,
        leaf,
    })
}

fn read_grant(
    compact: &str,
    request: &Request<'_>,
    context: &Context<'_>,
    trust: &TrustList,
) -> Result<Verified<Grant>> {
    let unverified = Unverified::read(compact, Kind::Grant)?;
    let (grant, _) = trust.verify_token::<Grant>(&unverified, |grant| &grant.iss)?;
    // However trusted a holder is elsewhere, it says nothing about records of others.
    let is_like =
        |issuer: &&str| issuer.eq_ignore_ascii_case(grant.iss.trim_end_matches(['/', '.']));
    let is_known = context.issuers.contains(&grant.iss.as_str())
        || (mutant!("m-iss-normalised") && context.issuers.iter().any(is_like))
        || mutant!("m-issuer-any-member");
    if !is_known {
        return Err(Error::at(Code::IssuerNotAuthoritative, "/iss"));
    }
    grant.check_time(context.now, context.policy.skew)?;
    let is_ours = grant.aud == context.audience
        || (mutant!("m-aud-contains") && grant.aud.contains(context.audience))
        || (mutant!("m-aud-prefix") && grant.aud.starts_with(context.audience));
    if !is_ours {
        return Err(Error::at(Code::AudienceMismatch, "/aud"));
    }
    if request.subject.is_some_and(|subject| subject != grant.sub) {
        return Err(Error::at(Code::SubjectMismatch, "/sub"));
    }
    Ok(grant)
}

fn read_delegation(
    compact: &str,
    parent: &Parent<'_>,
    context: &Context<'_>,
    trust: &TrustList,
) -> Result<Verified<Delegation>> {
    let unverified = Unverified::read(compact, Kind::Delegation)?;
    let key = unverified.header_key()?;
    let broken = |path| Error::at(Code::ChainBroken, path);
    // Before the signature: a key of the attacker's own would verify what the attacker signed.
    if key.thumbprint().as_str() != parent.jkt {
        return Err(Error::new(Code::ChainBroken));
    }
    let token = unverified.verify::<Delegation>(&key)?;
    if token.iss != parent.client_id {
        return Err(broken("/iss"));
    }
    let by_device = trust
        .member(&token.iss)
        .is_some_and(|member| member.client_type == ClientType::Device);
    if by_device && token.exp.since(token.iat) > STATUSLESS_SECONDS {
        return Err(Error::at(Code::TokenLifetimeExceeded, "/exp"));
    }
    if token.iat < parent.iat {
        return Err(broken("/iat"));
    }
    if token.exp > parent.exp && !mutant!("m-chain-no-subset-expiry") {
        return Err(broken("/exp"));
    }
    token.check_time(context.now, context.policy.skew)?;
    if token.aud != context.audience {
        return Err(broken("/aud"));
    }
    Ok(token)
}

/// Each delegation repeats its parent's claims, names it by hash, and goes to a listed key.
pub(super) fn check_links(path: &Path, trust: &TrustList) -> Step<()> {
    let grant = &path.grant;
    let mut parent_s256 = grant.s256();
    for ((at, token), depth) in path.delegations.iter().enumerate().zip(1_i64..) {
        let fail =
            |code, pointer| Reason::new(&Error::at(code, pointer), Some(at.saturating_add(1)));
        let same = [
            (
                token.sub == grant.sub || mutant!("m-delegation-other-sub"),
                "/sub",
            ),
            (token.aud == grant.aud, "/aud"),
            (
                token.arrangement_id == grant.arrangement_id || mutant!("m-delegation-other-sub"),
                "/arrangement_id",
            ),
            (
                Some(&token.consent_jti) == grant.consent_jti.as_ref(),
                "/consent_jti",
            ),
            (
                Some(&token.consent_s256) == grant.consent_s256.as_ref(),
                "/consent_s256",
            ),
            (
                token.par_s256 == parent_s256 || mutant!("m-chain-parent-hash"),
                "/par_s256",
            ),
            (token.depth == depth, "/depth"),
        ];
        if let Some((_, pointer)) = same.into_iter().find(|(is_same, _)| !is_same) {
            return Err(fail(Code::ChainBroken, pointer));
        }
        if depth > grant.dlg.max_depth && !mutant!("m-chain-no-subset-depth") {
            return Err(fail(Code::ChainTooDeep, "/depth"));
        }
        let Some(recipient) = trust.member(&token.client_id) else {
            if mutant!("m-delegate-unlisted") {
                parent_s256 = token.s256();
                continue;
            }
            return Err(fail(Code::TrustNotCertified, "/client_id"));
        };
        if !recipient.key_set().contains(&token.cnf.jkt) && !mutant!("m-delegate-any-key") {
            return Err(fail(Code::DelegationRecipientKey, "/cnf/jkt"));
        }
        parent_s256 = token.s256();
    }
    Ok(())
}

/// Each delegation gives no more than its parent, and only to whom the parent allows.
pub(super) fn check_scope(path: &Path, trust: &TrustList) -> Step<()> {
    check_device_limits(path, trust).map_err(about(0))?;
    let details = super::details_of(path);
    for ((at, token), pair) in path.delegations.iter().enumerate().zip(details.windows(2)) {
        let [outer, inner] = pair else { continue };
        let at = at.saturating_add(1);
        let mut joined = Vec::new();
        if mutant!("m-union-covers") {
            joined.extend_from_slice(outer);
        }
        if let Some((first, rest)) = joined.split_first_mut() {
            for detail in rest {
                first.datatypes.extend(detail.datatypes.clone());
                first.purposes.extend(detail.purposes.clone());
            }
        }
        let outer = if joined.is_empty() {
            *outer
        } else {
            joined.as_slice()
        };
        check_narrower(inner, outer).map_err(|wider| about(at)(wider.into()))?;
        let role = trust
            .member(&token.client_id)
            .and_then(Member::recipient_role);
        let may_have = |detail: &Detail| {
            outer.iter().any(|parent| {
                check_narrower(core::slice::from_ref(detail), core::slice::from_ref(parent)).is_ok()
                    && role.is_some_and(|role| {
                        parent
                            .onward
                            .allows(&token.client_id, role, detail.is_sensitive())
                    })
            })
        };
        let is_overlooked =
            mutant!("m-onward-ignored") || (mutant!("m-delegate-unlisted") && role.is_none());
        if !inner.iter().all(may_have) && !is_overlooked {
            return Err(about(at)(Error::at(Code::ScopeOnwardWider, "/client_id")));
        }
    }
    Ok(())
}

/// An app without a server passes records only to named institutions, once, for an hour.
fn check_device_limits(path: &Path, trust: &TrustList) -> Result<()> {
    let client = trust.member(&path.grant.client_id);
    if client.is_none_or(|client| client.client_type == ClientType::Server) {
        return Ok(());
    }
    let is_carer = |id: &str| {
        let role = trust.member(id).and_then(Member::recipient_role);
        matches!(
            role,
            Some(Role::MedicalInstitution | Role::Pharmacy | Role::CareProvider)
        )
    };
    for detail in &path.grant.authorization_details {
        if !detail.onward.roles.is_empty() || !detail.onward.to.iter().all(|id| is_carer(id)) {
            return Err(Error::at(Code::ScopeOnwardWider, "/authorization_details"));
        }
    }
    if path.grant.dlg.max_depth > 1 {
        return Err(Error::at(Code::ChainTooDeep, "/dlg/max_depth"));
    }
    Ok(())
}

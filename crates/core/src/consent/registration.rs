//! Registration: the rules by which a holder takes a consent.

use alloc::string::String;

use super::Consent;
use crate::catalogue::{Mode, max_consent_days};
use crate::claims::ActorRole;
use crate::codes::Code;
use crate::display;
use crate::error::{Error, Result};
use crate::key::PublicKey;
use crate::key_statement::KeyStatement;
use crate::request::ConsentRequest;
use crate::scope::{Role, check_narrower};
use crate::time::{DAY_SECONDS, Timestamp};
use crate::token::{Kind, Unverified, Verified};
use crate::trust::{ClientType, Member, TrustList};

/// What the holder knows when a consent arrives.
#[derive(Clone, Copy, Debug)]
pub struct Transaction<'a> {
    /// The time.
    pub now: Timestamp,
    /// Tolerance for clocks, in seconds.
    pub skew: i64,
    /// The holder itself.
    pub holder: &'a str,
    /// The open transaction of this session.
    pub txn: &'a str,
    /// When it was opened, which is the consent's `iat`.
    pub opened_at: Timestamp,
    /// The request of the transaction, as pushed.
    pub request: &'a str,
    /// The key statement of the transaction.
    pub key_statement: &'a str,
    /// The arrangement's live consent, if there is one, by hash.
    pub live: Option<&'a str>,
    /// The arrangement that the holder assigned.
    pub arrangement_id: Option<&'a str>,
}

/// A consent that may be registered, with what it rests on.
#[derive(Clone, Debug)]
pub struct Registered {
    /// The consent.
    pub consent: Verified<Consent>,
    /// The request that it answers.
    pub request: Verified<ConsentRequest>,
    /// The statement about the key that signed it.
    pub key_statement: Verified<KeyStatement>,
}

/// Verifies a consent request and the rules that concern it alone.
///
/// A *server* client signs with a listed key; only a *device* client signs with the key in the
/// header, which then is its proof key.
///
/// # Errors
/// those of the token; `request.*`, `issuer.untrusted`, `catalogue.mode-not-allowed`,
/// `trust.suspended`, `audience.mismatch`
///
/// # Spec
/// §9.1
pub fn verify_request<'t>(
    compact: &str,
    holder: &str,
    trust: &'t TrustList,
    now: Timestamp,
    skew: i64,
) -> Result<(Verified<ConsentRequest>, &'t Member)> {
    let (request, member) = read_request(compact, trust)?;
    request.check_time(now, skew)?;
    if request.aud != holder {
        return Err(Error::at(Code::AudienceMismatch, "/aud"));
    }
    member.check_not_suspended(now)?;
    let role = member.recipient_role();
    // Who has data by statute, or is no recipient, asks no consent.
    role.and_then(Role::mode)
        .ok_or_else(|| Error::new(Code::CatalogueModeNotAllowed))?;
    if request.client_name != member.name && !mutant!("m-name-from-request") {
        return Err(Error::at(Code::RequestNameMismatch, "/client_name"));
    }
    let is_like = |uri: &alloc::string::String| request.redirect_uri.starts_with(uri.as_str());
    let is_overlooked = mutant!("m-redirect-prefix") && member.redirect_uris.iter().any(is_like);
    if !member.redirect_uris.contains(&request.redirect_uri) && !is_overlooked {
        return Err(Error::at(Code::RequestRedirectUri, "/redirect_uri"));
    }
    let is_at = |origin: &String| {
        let rest = request.notice_uri.strip_prefix(origin.as_str());
        rest.is_some_and(|rest| rest.starts_with('/'))
    };
    if !member.notice_origins.iter().any(is_at) && !mutant!("m-notice-fetch-anywhere") {
        return Err(Error::at(Code::RequestNoticeOrigin, "/notice_uri"));
    }
    check_scope_of(&request, member, trust)?;
    Ok((request, member))
}

fn read_request<'t>(
    compact: &str,
    trust: &'t TrustList,
) -> Result<(Verified<ConsentRequest>, &'t Member)> {
    let unverified = Unverified::read(compact, Kind::ConsentRequest)?;
    if unverified.kid().is_some() {
        let read = trust.verify_token::<ConsentRequest>(&unverified, |request| &request.iss);
        return read;
    }
    let key = unverified.header_key()?;
    let request = unverified.verify::<ConsentRequest>(&key)?;
    let member = trust.member(&request.iss);
    let member = member.ok_or_else(|| Error::at(Code::IssuerUntrusted, "/iss"))?;
    // Anybody can make a key: a server client's id may not be borrowed with one.
    if member.client_type != ClientType::Device && !mutant!("m-client-downgrade") {
        return Err(Error::at(Code::RequestClientKey, "/iss"));
    }
    if key.thumbprint().as_str() != request.dpop_jkt {
        return Err(Error::at(Code::RequestClientKey, "/dpop_jkt"));
    }
    Ok((request, member))
}

/// The categories have to allow the mode that the recipient's role gives, and an app without a
/// server passes records on only to named institutions.
fn check_scope_of(request: &ConsentRequest, member: &Member, trust: &TrustList) -> Result<()> {
    let role = member.recipient_role();
    let mode = role
        .and_then(Role::mode)
        .ok_or_else(|| Error::new(Code::CatalogueModeNotAllowed))?;
    let path = "/authorization_details";
    for detail in &request.authorization_details {
        if detail
            .datatypes
            .iter()
            .any(|category| !category.allows(mode))
        {
            return Err(Error::at(Code::CatalogueModeNotAllowed, path));
        }
        if member.client_type == ClientType::Server {
            continue;
        }
        let is_carer = |id: &String| {
            let role = trust.member(id).and_then(Member::recipient_role);
            matches!(
                role,
                Some(Role::MedicalInstitution | Role::Pharmacy | Role::CareProvider)
            )
        };
        if !detail.onward.roles.is_empty() || !detail.onward.to.iter().all(is_carer) {
            return Err(Error::at(Code::ScopeOnwardWider, path));
        }
    }
    Ok(())
}

/// Verifies a key statement of the holder itself.
///
/// # Errors
/// those of the token; `key-statement.*`, `issuer.*`
///
/// # Spec
/// §3.1
pub fn verify_key_statement(
    compact: &str,
    holder: &str,
    trust: &TrustList,
    now: Timestamp,
    skew: i64,
) -> Result<Verified<KeyStatement>> {
    let unverified = Unverified::read(compact, Kind::KeyStatement)?;
    let (statement, _) =
        trust.verify_token::<KeyStatement>(&unverified, |statement| &statement.iss)?;
    if statement.iss != holder {
        return Err(Error::at(Code::KeyStatementMismatch, "/iss"));
    }
    statement.check_time(now, skew)?;
    if statement
        .basis
        .as_ref()
        .is_some_and(|basis| now >= basis.until)
    {
        return Err(Error::at(Code::AgentExpired, "/basis/until"));
    }
    Ok(statement)
}

/// Checks a consent against the transaction, the request, the key statement and the trust list.
///
/// # Errors
/// those of the three tokens; `consent.*`, `key-statement.mismatch`, `scope.*`,
/// `token.lifetime-exceeded`
///
/// # Spec
/// §9.1
pub fn verify_consent(
    compact: &str,
    transaction: &Transaction<'_>,
    trust: &TrustList,
) -> Result<Registered> {
    let Transaction {
        now, skew, holder, ..
    } = *transaction;
    // The request was judged when it was pushed; its end does not matter any more.
    let (request, member) = read_request(transaction.request, trust)?;
    let statement = verify_key_statement(transaction.key_statement, holder, trust, now, skew)?;
    let unverified = Unverified::read(compact, Kind::Consent)?;
    let key = statement.key()?;
    if unverified.kid() != Some(key.thumbprint().as_str()) {
        return Err(Error::new(Code::KeyStatementMismatch));
    }
    let consent = unverified.verify::<Consent>(&key)?;
    consent.check_time(now, skew)?;
    check_person(&consent, &statement, &key, holder)?;
    check_transaction(&consent, transaction, &request)?;
    check_recipient(&consent, &request, member, &statement)?;
    check_extent(&consent, &request, &statement, member)?;
    if consent.notice.uri != request.notice_uri || consent.notice.s256 != request.notice_s256 {
        return Err(Error::at(Code::ConsentNoticeMismatch, "/notice"));
    }
    display::check(&consent)?;
    Ok(Registered {
        consent,
        request,
        key_statement: statement,
    })
}

fn check_person(
    consent: &Consent,
    statement: &Verified<KeyStatement>,
    key: &PublicKey,
    holder: &str,
) -> Result<()> {
    let mismatch = |path| Err(Error::at(Code::KeyStatementMismatch, path));
    if consent.iss != key.thumbprint().uri() {
        return mismatch("/iss");
    }
    if consent.key_s256 != statement.s256() {
        return mismatch("/key_s256");
    }
    if consent.sub != statement.person() {
        return mismatch("/sub");
    }
    if consent.aud != holder {
        return Err(Error::at(Code::AudienceMismatch, "/aud"));
    }
    let fits = match (&consent.act, statement.role) {
        (None, ActorRole::Person) => true,
        (Some(actor), role) => {
            role != ActorRole::Person
                && actor.sub == statement.sub
                && actor.role == role
                && Some(&actor.basis) == statement.basis.as_ref()
        }
        (None, _) => false,
    };
    if fits {
        Ok(())
    } else {
        Err(Error::at(Code::ConsentActorMismatch, "/act"))
    }
}

fn check_transaction(
    consent: &Consent,
    transaction: &Transaction<'_>,
    request: &Verified<ConsentRequest>,
) -> Result<()> {
    if consent.txn != transaction.txn && !mutant!("m-registration-other-session") {
        return Err(Error::at(Code::ConsentTransaction, "/txn"));
    }
    // The time is the transaction's: the person's clock does not count.
    if consent.iat != transaction.opened_at {
        return Err(Error::at(Code::ConsentTransaction, "/iat"));
    }
    if consent.req_s256 != request.s256() {
        return Err(Error::at(Code::ConsentRequestMismatch, "/req_s256"));
    }
    if transaction
        .arrangement_id
        .is_some_and(|id| id != consent.arrangement_id)
    {
        return Err(Error::at(Code::ConsentTransaction, "/arrangement_id"));
    }
    if consent.supersedes.as_deref() != transaction.live && !mutant!("m-supersede-foreign") {
        return Err(Error::at(Code::ConsentSupersedes, "/supersedes"));
    }
    Ok(())
}

/// What the recipient says of itself does not count: every fact is the trust list's.
fn check_recipient(
    consent: &Consent,
    request: &ConsentRequest,
    member: &Member,
    statement: &KeyStatement,
) -> Result<()> {
    let recipient = &consent.recipient;
    let facts = [
        (
            recipient.id == request.iss
                && (recipient.id == statement.rcp || mutant!("m-key-shared")),
            "/recipient/id",
        ),
        (
            recipient.jkt == request.dpop_jkt || mutant!("m-consent-unbound-key"),
            "/recipient/jkt",
        ),
        (recipient.name == member.name, "/recipient/name"),
        (recipient.name_en == member.name_en, "/recipient/name#en"),
        (recipient.address == member.address, "/recipient/address"),
        (
            recipient.representative == member.representative,
            "/recipient/representative",
        ),
        (recipient.country == member.country, "/recipient/country"),
        (
            Some(recipient.role) == member.recipient_role() || mutant!("m-role-from-consent"),
            "/recipient/role",
        ),
        (
            consent.overseas.transfer || !member.overseas,
            "/overseas/transfer",
        ),
    ];
    if let Some((_, path)) = facts.into_iter().find(|(is_same, _)| !is_same) {
        return Err(Error::at(Code::ConsentRecipientMismatch, path));
    }
    // A proof key that signed the consent would let the recipient consent for the person.
    if consent.iss.ends_with(recipient.jkt.as_str()) {
        return Err(Error::at(Code::ConsentKeyReused, "/recipient/jkt"));
    }
    Ok(())
}

fn check_extent(
    consent: &Consent,
    request: &ConsentRequest,
    statement: &KeyStatement,
    member: &Member,
) -> Result<()> {
    let narrower = check_narrower(
        &consent.authorization_details,
        &request.authorization_details,
    );
    if !mutant!("m-details-wider-than-request") {
        narrower?;
    }
    let days = member.recipient_role().map_or(1, max_consent_days);
    if consent.exp.since(consent.iat) > days.saturating_mul(DAY_SECONDS)
        || consent.exp > statement.exp
    {
        return Err(Error::at(Code::TokenLifetimeExceeded, "/exp"));
    }
    // An agent consents only to what the catalogue opens to agents.
    let categories = || {
        consent
            .authorization_details
            .iter()
            .flat_map(|detail| &detail.datatypes)
    };
    if consent.act.is_some() && categories().any(|category| !category.allows(Mode::Agent)) {
        return Err(Error::at(
            Code::CatalogueModeNotAllowed,
            "/authorization_details",
        ));
    }
    Ok(())
}

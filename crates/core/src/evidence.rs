//! Evidence: everything that shows, years later, that records moved with the person's consent.

use alloc::string::String;
use alloc::vec::Vec;

use serde::{Deserialize, Serialize};

use crate::claims::StatusPointer;
use crate::codes::Code;
use crate::consent::registration::{Transaction, verify_consent};
use crate::delegation::Delegation;
use crate::display;
use crate::error::{Error, Result};
use crate::grant::Grant;
use crate::key::KeySet;
use crate::receipt::{Receipt, ReceiptEvent};
use crate::scope::check_narrower;
use crate::status::{ListAge, StatusLists, StatusValue};
use crate::time::{DAY_SECONDS, Timestamp};
use crate::token::{Kind, Unverified, Verified};
use crate::trust::{ListLimits, Marks, TrustList};
use crate::wire::base64url;

/// One file with everything an auditor needs; all members are compact tokens unless said.
///
/// # Spec
/// §8.6
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct EvidenceBundle {
    /// The request that was shown.
    pub request: String,
    /// The statement about the key that signed the consent.
    pub key_statement: String,
    /// The consent.
    pub consent: String,
    /// The hash of the consent that it replaced, where there was one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub replaced: Option<String>,
    /// The receipt of its registration.
    pub registration: String,
    /// The notice: the bytes served, in base64url.
    pub notice: String,
    /// The summary that was shown, as text.
    pub display: String,
    /// The grant and the delegations, root first.
    pub chain: Vec<String>,
    /// The trust list of then.
    pub trust_list: String,
    /// The status lists of then.
    pub status: Vec<String>,
    /// The trust marks of then.
    pub marks: Vec<String>,
    /// The receipt of provision.
    pub receipt: String,
}

/// How long before `t` a status list may have been signed, in seconds.
const STATUS_AGE: i64 = 3_600;

/// Checks that archived inputs show a permitted path at `t`.
///
/// It says "consistent with the inputs", no more: whoever held every key could have made them later.
/// The holder's receipts around `t` are what ties them to that time.
///
/// # Errors
/// the code of the first fault; `evidence.incomplete` where the inputs leave it undetermined,
/// `evidence.inconsistent` where they contradict each other
///
/// # Spec
/// §8.6
pub fn audit(bundle: &EvidenceBundle, anchor: &KeySet, t: Timestamp) -> Result<()> {
    let limits = ListLimits {
        max_age: DAY_SECONDS,
        skew: 0,
        seq_floor: None,
    };
    let trust = TrustList::verify(&bundle.trust_list, anchor, t, &limits)?;
    let contradicts = |path: &str| Error::at(Code::EvidenceInconsistent, path);
    let incomplete = |path: &str| Error::at(Code::EvidenceIncomplete, path);

    let registration = read_receipt(&bundle.registration, &trust)?;
    let chain = read_chain(&bundle.chain, &trust, t)?;
    let grant = &chain.grant;

    // The consent was taken at its own time, by the transaction that the receipt names.
    let txn = registration
        .txn
        .as_deref()
        .ok_or_else(|| incomplete("/registration/txn"))?;
    let claims = Unverified::read(&bundle.consent, Kind::Consent)?
        .unverified_claims::<crate::consent::Consent>()?;
    let transaction = Transaction {
        now: registration.at,
        skew: 60,
        holder: &grant.iss,
        txn,
        opened_at: claims.iat,
        request: &bundle.request,
        key_statement: &bundle.key_statement,
        live: bundle.replaced.as_deref(),
        arrangement_id: Some(&grant.arrangement_id),
    };
    let registered = verify_consent(&bundle.consent, &transaction, &trust)?;
    let consent = &registered.consent;
    if display::s256(&bundle.display) != consent.display.s256 {
        return Err(contradicts("/display"));
    }
    let notice = base64url::decode(&bundle.notice).map_err(|_| incomplete("/notice"))?;
    if base64url::sha256(&notice) != consent.notice.s256 {
        return Err(contradicts("/notice"));
    }
    let is_registered = registration.event == ReceiptEvent::Registration
        && registration.iss == grant.iss
        && registration.consent_s256.as_deref() == Some(consent.s256())
        && registration.arrangement_id == consent.arrangement_id
        && registration.at <= t;
    if !is_registered {
        return Err(contradicts("/registration"));
    }
    if t >= consent.exp {
        return Err(Error::at(Code::ConsentExpired, "/consent/exp"));
    }

    // The grant rests on the consent.
    let rests = grant.consent_s256.as_deref() == Some(consent.s256())
        && grant.consent_jti.as_deref() == Some(consent.jti.as_str())
        && grant.sub == consent.sub
        && grant.client_id == consent.recipient.id
        && grant.arrangement_id == consent.arrangement_id
        && grant.exp <= consent.exp
        && grant.act == consent.act;
    if !rests {
        return Err(contradicts("/chain/0"));
    }
    check_narrower(&grant.authorization_details, &consent.authorization_details)?;
    check_standing(bundle, &chain, &trust, t)?;

    // A receipt of the holder says that records moved, near t.
    let receipt = read_receipt(&bundle.receipt, &trust)?;
    let moved = receipt.event == ReceiptEvent::Provision
        && receipt.iss == grant.iss
        && receipt.arrangement_id == grant.arrangement_id
        && receipt.consent_jti == grant.consent_jti;
    if !moved {
        return Err(contradicts("/receipt"));
    }
    let (first, last) = receipt
        .period
        .as_ref()
        .map_or((receipt.at, receipt.at), |range| (range.first, range.last));
    if t < first.plus(-STATUS_AGE) || t > last.plus(STATUS_AGE) {
        return Err(incomplete("/receipt/at"));
    }
    Ok(())
}

struct Chain {
    grant: Verified<Grant>,
    delegations: Vec<Verified<Delegation>>,
}

fn read_receipt(compact: &str, trust: &TrustList) -> Result<Verified<Receipt>> {
    let unverified = Unverified::read(compact, Kind::Receipt)?;
    trust
        .verify_token::<Receipt>(&unverified, |receipt| &receipt.iss)
        .map(|(receipt, _)| receipt)
}

fn read_chain(tokens: &[String], trust: &TrustList, t: Timestamp) -> Result<Chain> {
    let broken = |path: &str| Error::at(Code::ChainBroken, path);
    let root = tokens
        .first()
        .ok_or_else(|| Error::at(Code::EvidenceIncomplete, "/chain"))?;
    let unverified = Unverified::read(root, Kind::Grant)?;
    let (grant, _) = trust.verify_token::<Grant>(&unverified, |grant| &grant.iss)?;
    grant.check_time(t, 0)?;
    let mut delegations: Vec<Verified<Delegation>> = Vec::new();
    for compact in tokens.iter().skip(1) {
        let unverified = Unverified::read(compact, Kind::Delegation)?;
        let key = unverified.header_key()?;
        let (jkt, client, s256, details, depth) = match delegations.last() {
            None => {
                let details = &grant.authorization_details;
                (&grant.cnf.jkt, &grant.client_id, grant.s256(), details, 0)
            }
            Some(parent) => {
                let details = &parent.authorization_details;
                (
                    &parent.cnf.jkt,
                    &parent.client_id,
                    parent.s256(),
                    details,
                    parent.depth,
                )
            }
        };
        if key.thumbprint().as_str() != jkt {
            return Err(broken("/chain"));
        }
        let token = unverified.verify::<Delegation>(&key)?;
        token.check_time(t, 0)?;
        let links = token.iss == *client
            && token.par_s256 == s256
            && token.depth == depth.saturating_add(1)
            && token.depth <= grant.dlg.max_depth
            && token.sub == grant.sub
            && token.aud == grant.aud
            && token.arrangement_id == grant.arrangement_id;
        if !links {
            return Err(broken("/chain"));
        }
        check_narrower(&token.authorization_details, details)?;
        delegations.push(token);
    }
    Ok(Chain { grant, delegations })
}

/// Nothing on the path was ended at `t`, and everybody was certified.
fn check_standing(
    bundle: &EvidenceBundle,
    chain: &Chain,
    trust: &TrustList,
    t: Timestamp,
) -> Result<()> {
    let status = StatusLists::new(bundle.status.iter().map(String::as_str), trust);
    let marks = Marks::new(bundle.marks.iter().map(String::as_str), trust);
    let age = ListAge {
        max_age: STATUS_AGE,
        skew: 0,
        floors: &[],
    };
    let in_force =
        |pointer: &StatusPointer, iss: &str, code| match status.value(pointer, iss, t, &age)? {
            StatusValue::VALID => Ok(()),
            _ => Err(Error::new(code)),
        };
    let grant = &chain.grant;
    in_force(&grant.status.status_list, &grant.iss, Code::GrantRevoked)?;
    for token in &chain.delegations {
        if let Some(pointer) = &token.status {
            in_force(&pointer.status_list, &token.iss, Code::DelegationRevoked)?;
        }
    }
    let mark_age = ListAge {
        max_age: DAY_SECONDS,
        ..age
    };
    let clients = core::iter::once(&grant.client_id)
        .chain(chain.delegations.iter().map(|token| &token.client_id));
    for client in clients {
        let member = trust
            .member(client)
            .ok_or_else(|| Error::new(Code::TrustNotCertified))?;
        member.check_not_suspended(t)?;
        let role = member.recipient_role();
        let role = role.ok_or_else(|| Error::new(Code::TrustNotCertified))?;
        marks.check(client, role, t, trust, &status, &mark_age)?;
    }
    Ok(())
}

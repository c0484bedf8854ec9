//! Who a client is: a *server* client says so with `private_key_jwt` (RFC 7523).

use phr_link::client_assertion::ClientAssertion;
use phr_link::token::{Kind, Unverified};
use phr_link::trust::{ClientType, Member, TrustList};
use phr_link::{Code, Timestamp};
use serde::Deserialize;
use sqlx::AnyConnection;

use super::ledger;
use crate::problem::Problem;

const ASSERTION_TYPE: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

/// What a client sends about itself beside its `client_id`.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Credentials {
    client_assertion_type: String,
    client_assertion: String,
}

impl Credentials {
    /// Finds the client in the trust list; a server client has to prove that it is the one.
    ///
    /// A device client has no key that the list could name: it is known by what it signs.
    ///
    /// # Errors
    /// `issuer.untrusted`, `trust.suspended`, `request.client-key`, and those of the assertion
    pub(super) async fn check<'t>(
        &self,
        client_id: &str,
        holder: &str,
        trust: &'t TrustList,
        store: &mut AnyConnection,
        at: Timestamp,
    ) -> Result<&'t Member, Problem> {
        let member = trust.member(client_id).ok_or(Code::IssuerUntrusted)?;
        member.check_not_suspended(at)?;
        match member.client_type {
            ClientType::Device if self.client_assertion.is_empty() => return Ok(member),
            // What cannot be checked is not taken.
            ClientType::Device => return Err(Code::RequestClientKey.into()),
            ClientType::Server => {}
        }
        if self.client_assertion_type != ASSERTION_TYPE {
            return Err(Code::RequestClientKey.into());
        }
        let unverified = Unverified::read(&self.client_assertion, Kind::ClientAssertion)?;
        let (assertion, signer) =
            trust.verify_token::<ClientAssertion>(&unverified, |assertion| &assertion.iss)?;
        assertion.check_time(at, 60)?;
        if assertion.aud != holder {
            return Err(Code::AudienceMismatch.into());
        }
        if signer.id != client_id {
            return Err(Code::RequestClientKey.into());
        }
        let key = format!("assertion {client_id} {}", assertion.jti);
        if ledger::remember(store, &key, assertion.exp).await? {
            Ok(member)
        } else {
            Err(Code::ClaimsJtiReused.into())
        }
    }
}

//! Who a client is: a *server* client says so with `private_key_jwt` (RFC 7523).

use std::sync::Arc;

use phr_link::Code;
use phr_link::client_assertion::ClientAssertion;
use phr_link::status::ListAge;
use phr_link::time::DAY_SECONDS;
use phr_link::token::{Kind, Unverified};
use phr_link::trust::{ClientType, Member};
use serde::Deserialize;

use super::{Holder, ledger};
use crate::problem::Problem;

const ASSERTION_TYPE: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

/// What a client sends about itself beside its `client_id`.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Credentials {
    client_assertion_type: String,
    client_assertion: String,
}

impl Holder {
    /// Finds a client in the trust list, certified for its role; a server client has to prove that it
    /// is the one.
    ///
    /// A device client has no key that the list could name: it is known by what it signs.
    ///
    /// # Errors
    /// `issuer.untrusted`, `trust.suspended`, `request.client-key`, those of the assertion, and those
    /// of its mark
    pub(super) async fn client(
        self: &Arc<Self>,
        client_id: &str,
        credentials: &Credentials,
    ) -> Result<ClientType, Problem> {
        let at = self.now();
        let known = self.status_view().await?.known;
        let member = known.trust.member(client_id).ok_or(Code::IssuerUntrusted)?;
        member.check_not_suspended(at)?;
        // Whatever is wrong with what a client says of itself, it is the client that is not known.
        let proven = credentials.check(self, member).await;
        proven.map_err(Problem::of_client)?;
        // A quota that all persons of an app share would let anybody lock them out: who calls itself a
        // device client has proved nothing yet.
        if member.client_type == ClientType::Server {
            let name = format!("client {client_id}");
            let mut store = self.db.begin().await?;
            let limited = self.config.limits.client.take(&mut store, &name, at).await;
            store.commit().await?;
            limited?;
        }
        let role = member.recipient_role().ok_or(Code::TrustNotCertified)?;
        let age = ListAge {
            max_age: DAY_SECONDS,
            skew: 60,
            floors: &known.iat_floors,
        };
        known
            .marks
            .check(client_id, role, at, &known.trust, &known.status, &age)?;
        Ok(member.client_type)
    }
}

impl Credentials {
    async fn check(&self, holder: &Holder, member: &Member) -> Result<(), Problem> {
        match member.client_type {
            ClientType::Device if self.client_assertion.is_empty() => return Ok(()),
            // What cannot be checked is not taken.
            ClientType::Device => return Err(Code::RequestClientKey.into()),
            ClientType::Server => {}
        }
        if self.client_assertion_type != ASSERTION_TYPE {
            return Err(Code::RequestClientKey.into());
        }
        let unverified = Unverified::read(&self.client_assertion, Kind::ClientAssertion)?;
        let lists = holder.lists()?;
        let (assertion, signer) = lists
            .trust
            .verify_token::<ClientAssertion>(&unverified, |assertion| &assertion.iss)?;
        assertion.check_time(holder.now(), 60)?;
        if assertion.aud != holder.base() {
            return Err(Code::AudienceMismatch.into());
        }
        if signer.id != member.id {
            return Err(Code::RequestClientKey.into());
        }
        let key = format!("assertion {} {}", member.id, assertion.jti);
        let mut store = holder.db.begin().await?;
        let is_new = ledger::remember(&mut store, &key, assertion.exp).await?;
        store.commit().await?;
        if is_new {
            Ok(())
        } else {
            Err(Code::ClaimsJtiReused.into())
        }
    }
}

/// OAuth's word for a client that is not who it says, or may not act (RFC 6749 §5.2).
pub(super) fn is_unfit(code: Code) -> bool {
    let code = code.as_str();
    code == Code::RequestClientKey.as_str()
        || code == Code::ClaimsJtiReused.as_str()
        || code == Code::IssuerUntrusted.as_str()
        || code.starts_with("trust.")
        || code.starts_with("mark.")
}

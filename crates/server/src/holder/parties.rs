//! The holder in receipts, and the others.

use phr_link::Code;
use phr_link::claims::Party;

use super::Holder;
use crate::problem::Problem;
use crate::receipts::Issuer;

/// How the holder came to have what it gives.
pub(super) const ACQUIRED: &str = "kept for the person by the holder";

impl Holder {
    /// A member of the trust list as a receipt names it.
    ///
    /// # Errors
    /// `trust.not-certified` if it is none
    pub(super) fn party(&self, id: &str) -> Result<Party, Problem> {
        let lists = self.lists()?;
        let member = lists.trust.member(id).ok_or(Code::TrustNotCertified)?;
        Ok(member.as_party())
    }

    /// The holder as the one who writes receipts.
    ///
    /// # Errors
    /// `key.unknown` where no key signs yet
    pub(super) fn issuer(&self) -> Result<Issuer<'_>, Problem> {
        Ok(Issuer {
            id: self.base(),
            signer: self.signer()?,
        })
    }
}

//! What a member in a role may sign, and how it reads.

use crate::catalogue::Mode;
use crate::scope::Role;
use crate::token::Kind;

impl Role {
    /// Tells whether a member in this role may sign a kind of token with a key of the trust list.
    ///
    /// Proofs and delegations are nobody's: they are signed with proof keys and follow their own
    /// rules.
    ///
    /// # Example
    /// ```
    /// use phr_link::{scope::Role, token::Kind};
    /// assert!(Role::Holder.may_sign(Kind::Grant));
    /// assert!(!Role::Operator.may_sign(Kind::Grant));
    /// ```
    ///
    /// # Spec
    /// §4.1
    #[must_use]
    pub const fn may_sign(self, kind: Kind) -> bool {
        match self {
            Self::Holder => matches!(
                kind,
                Kind::KeyStatement | Kind::Grant | Kind::StatusList | Kind::Receipt | Kind::Event
            ),
            Self::MedicalInstitution => matches!(
                kind,
                Kind::ConsentRequest
                    | Kind::ClientAssertion
                    | Kind::Receipt
                    | Kind::StatusList
                    | Kind::Emergency
            ),
            Self::Operator
            | Self::Pharmacy
            | Self::CareProvider
            | Self::PublicHealthCentre
            | Self::Researcher => matches!(
                kind,
                Kind::ConsentRequest | Kind::ClientAssertion | Kind::Receipt | Kind::StatusList
            ),
            Self::CertificationBody => matches!(kind, Kind::TrustMark | Kind::StatusList),
            Self::SchemeOwner => matches!(kind, Kind::TrustMarkDelegation),
            Self::Runner => matches!(kind, Kind::Conformance),
        }
    }

    /// Gives the mode in which a recipient of this role reads, if it gets grants at all.
    ///
    /// # Spec
    /// §8.2
    #[must_use]
    pub const fn mode(self) -> Option<Mode> {
        match self {
            Self::Operator => Some(Mode::Phr),
            Self::MedicalInstitution | Self::Pharmacy => Some(Mode::Med),
            Self::CareProvider => Some(Mode::Care),
            Self::Researcher => Some(Mode::ResearchConsented),
            // Has data by statute, or is no recipient.
            Self::PublicHealthCentre
            | Self::Holder
            | Self::CertificationBody
            | Self::SchemeOwner
            | Self::Runner => None,
        }
    }

    /// Tells whether a member in this role receives records; a member has one such role at most.
    #[must_use]
    pub const fn is_recipient(self) -> bool {
        matches!(
            self,
            Self::Operator
                | Self::MedicalInstitution
                | Self::Pharmacy
                | Self::CareProvider
                | Self::PublicHealthCentre
                | Self::Researcher
        )
    }
}

//! The kinds of token, and what differs between them.

use crate::codes::Code;
use crate::time::DAY_SECONDS;

/// A kind of token.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub enum Kind {
    /// Client assertion (RFC 7523).
    ClientAssertion,
    /// Conformance statement.
    Conformance,
    /// Consent, signed by the person.
    Consent,
    /// Consent request (RFC 9101).
    ConsentRequest,
    /// Delegation, signed by the grantee.
    Delegation,
    /// Emergency statement.
    Emergency,
    /// Event (RFC 8417).
    Event,
    /// Grant, signed by the holder.
    Grant,
    /// Key statement, signed by the holder.
    KeyStatement,
    /// Proof of possession (RFC 9449).
    Proof,
    /// Receipt of provision and the like.
    Receipt,
    /// Status list.
    StatusList,
    /// Trust list.
    TrustList,
    /// Trust mark.
    TrustMark,
    /// Delegation of a trust mark type.
    TrustMarkDelegation,
    /// Withdrawal, signed by the person.
    Withdrawal,
}

/// How the key of a kind is found.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum KeySource {
    /// In the header or by `kid`, depending on the client.
    Either,
    /// In the header.
    Jwk,
    /// By `kid`.
    Kid,
}

/// The codes for the faults of time.
#[derive(Clone, Copy, Debug)]
pub(super) struct TimeCodes {
    pub(super) expired: Code,
    pub(super) not_yet_valid: Code,
    pub(super) issued_in_future: Code,
}

const KIB: usize = 1_024;

impl Kind {
    /// Every kind.
    pub const ALL: [Self; 16] = [
        Self::ClientAssertion,
        Self::Conformance,
        Self::Consent,
        Self::ConsentRequest,
        Self::Delegation,
        Self::Emergency,
        Self::Event,
        Self::Grant,
        Self::KeyStatement,
        Self::Proof,
        Self::Receipt,
        Self::StatusList,
        Self::TrustList,
        Self::TrustMark,
        Self::TrustMarkDelegation,
        Self::Withdrawal,
    ];

    /// Gives the `typ` that the header carries.
    #[must_use]
    pub const fn typ(self) -> &'static str {
        match self {
            Self::ClientAssertion => "client-authentication+jwt",
            Self::Conformance => "phr-conformance+jwt",
            Self::Consent => "phr-consent+jwt",
            Self::ConsentRequest => "oauth-authz-req+jwt",
            Self::Delegation => "phr-delegation+jwt",
            Self::Emergency => "phr-emergency+jwt",
            Self::Event => "secevent+jwt",
            Self::Grant => "phr-grant+jwt",
            Self::KeyStatement => "phr-key+jwt",
            Self::Proof => "dpop+jwt",
            Self::Receipt => "phr-receipt+jwt",
            Self::StatusList => "statuslist+jwt",
            Self::TrustList => "phr-trust-list+jwt",
            Self::TrustMark => "trust-mark+jwt",
            Self::TrustMarkDelegation => "trust-mark-delegation+jwt",
            Self::Withdrawal => "phr-withdrawal+jwt",
        }
    }

    /// Finds a kind by its `typ`, compared as RFC 7515 §4.1.9 says.
    #[must_use]
    pub fn of_typ(typ: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.typ_is(typ))
    }

    /// Tells whether a header's `typ` names this kind.
    pub(super) fn typ_is(self, typ: &str) -> bool {
        let prefix = "application/";
        let bare = match typ.get(..prefix.len()) {
            Some(start) if start.eq_ignore_ascii_case(prefix) => typ.get(prefix.len()..),
            _ => Some(typ),
        };
        bare.is_some_and(|bare| {
            bare.eq_ignore_ascii_case(self.typ())
                || (self == Self::ClientAssertion && bare.eq_ignore_ascii_case("jwt"))
        })
    }

    /// Gives the largest size of the compact form, in bytes.
    #[must_use]
    pub const fn max_bytes(self) -> usize {
        match self {
            Self::StatusList => 8 * KIB * KIB,
            Self::TrustList => KIB * KIB,
            _ => 16 * KIB,
        }
    }

    /// Tells how the key is found.
    #[must_use]
    pub const fn key_source(self) -> KeySource {
        match self {
            Self::ConsentRequest => KeySource::Either,
            Self::Delegation | Self::Proof => KeySource::Jwk,
            _ => KeySource::Kid,
        }
    }

    /// Gives the longest `exp − iat` in seconds, where the kind alone tells.
    #[must_use]
    pub const fn lifetime_cap(self) -> Option<i64> {
        match self {
            Self::ClientAssertion => Some(300),
            Self::ConsentRequest => Some(600),
            Self::Emergency => Some(900),
            Self::Grant => Some(DAY_SECONDS),
            Self::KeyStatement => Some(400 * DAY_SECONDS),
            Self::StatusList => Some(7 * DAY_SECONDS),
            Self::TrustList => Some(30 * DAY_SECONDS),
            Self::TrustMark | Self::TrustMarkDelegation => Some(366 * DAY_SECONDS),
            // The catalogue caps a consent, its parent a delegation; the rest has no end or
            // a window of its own.
            _ => None,
        }
    }

    pub(super) const fn time_codes(self) -> TimeCodes {
        let (expired, not_yet_valid, issued_in_future) = match self {
            Self::Consent => (
                Code::ConsentExpired,
                Code::ConsentNotYetValid,
                Code::ConsentIssuedInFuture,
            ),
            Self::ConsentRequest | Self::ClientAssertion => (
                Code::RequestExpired,
                Code::RequestNotYetValid,
                Code::RequestIssuedInFuture,
            ),
            Self::Delegation => (
                Code::DelegationExpired,
                Code::DelegationNotYetValid,
                Code::DelegationIssuedInFuture,
            ),
            Self::Emergency => (
                Code::EmergencyExpired,
                Code::EmergencyNotYetValid,
                Code::EmergencyIssuedInFuture,
            ),
            Self::KeyStatement => (
                Code::KeyStatementExpired,
                Code::KeyStatementNotYetValid,
                Code::KeyStatementIssuedInFuture,
            ),
            Self::Proof => (Code::ProofStale, Code::ProofFuture, Code::ProofFuture),
            Self::StatusList => (Code::StatusStale, Code::StatusStale, Code::StatusStale),
            Self::TrustList => (
                Code::TrustListExpired,
                Code::TrustListStale,
                Code::TrustListStale,
            ),
            Self::TrustMark | Self::TrustMarkDelegation => (
                Code::MarkExpired,
                Code::MarkNotYetValid,
                Code::MarkNotYetValid,
            ),
            Self::Withdrawal => (
                Code::WithdrawalIssuedInFuture,
                Code::WithdrawalIssuedInFuture,
                Code::WithdrawalIssuedInFuture,
            ),
            Self::Conformance | Self::Event | Self::Grant | Self::Receipt => (
                Code::GrantExpired,
                Code::GrantNotYetValid,
                Code::GrantIssuedInFuture,
            ),
        };
        TimeCodes {
            expired,
            not_yet_valid,
            issued_in_future,
        }
    }
}

impl Kind {
    /// Gives the code for "it ended".
    #[must_use]
    pub const fn expired_code(self) -> Code {
        self.time_codes().expired
    }
}

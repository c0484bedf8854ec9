//! Trust: who there is, in which role, with which keys, and who has certified them.
//!
//! Everything starts at one key set that a verifier is configured with, the anchor's: it signs the
//! [`TrustList`], which names the members, their roles and their keys, and says whose [`Marks`]
//! count.

mod list;
mod mark;
mod member;
mod role;

pub use list::{
    Activation, ActivationKind, ListLimits, MarkOwner, OwnerKeys, TrustList, TrustListClaims,
};
pub use mark::{Mark, MarkDelegation, Marks};
pub use member::{ClientType, Member, MemberClaims};

//! The specification of the PHR-Link token profile 1.0, chapter by chapter, and the reasons.
//!
//! Read in this order: [`words`] (§1), [`common`] (§2), [`kinds`] (§3), its summary in [`display`], [`trust`] (§4), [`scope`] (§5),
//! [`delegation`] (§6), [`presentation`] (§7), [`verdict`] (§8), [`consent`] (§9), [`catalogue`]
//! (§10), [`adapter`] (§11), [`codes`] (§12), [`limits`] (§13), [`threats`] (§14), [`jose`] (§15), [`views`] (§16).
//! The same text is Markdown in `src/manual/`.

#[doc = include_str!("manual/adapter.md")]
pub mod adapter {}

#[doc = include_str!("manual/catalogue-rules.md")]
#[doc = include_str!("manual/catalogue.md")]
pub mod catalogue {}

#[doc = include_str!("manual/codes-rules.md")]
#[doc = include_str!("manual/codes.md")]
pub mod codes {}

#[doc = include_str!("manual/common.md")]
pub mod common {}

#[doc = include_str!("manual/consent.md")]
pub mod consent {}

#[doc = include_str!("manual/delegation.md")]
pub mod delegation {}

#[doc = include_str!("manual/display.md")]
pub mod display {}

#[doc = include_str!("../DESIGN.md")]
pub mod design {}

#[doc = include_str!("manual/jose.md")]
pub mod jose {}

#[doc = include_str!("manual/kinds.md")]
pub mod kinds {}

#[doc = include_str!("manual/limits.md")]
pub mod limits {}

#[doc = include_str!("manual/presentation.md")]
pub mod presentation {}

#[doc = include_str!("manual/scope.md")]
pub mod scope {}

#[doc = include_str!("manual/threats.md")]
pub mod threats {}

#[doc = include_str!("manual/trust.md")]
pub mod trust {}

#[doc = include_str!("manual/verdict.md")]
pub mod verdict {}

#[doc = include_str!("manual/views.md")]
pub mod views {}

#[doc = include_str!("manual/words.md")]
pub mod words {}

/// The example of the README, compiled and run.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
mod readme {}

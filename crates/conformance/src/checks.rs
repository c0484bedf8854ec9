//! The checks: what can be shown by trying it.

use crate::criteria::{Role, Text};

pub mod holder;
pub mod verifier;

/// A check.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Check {
    /// Its permanent name; what stands before the first dot names the role.
    pub id: &'static str,
    /// What it looks at, in Japanese.
    pub ja: &'static str,
    /// What it looks at, in English.
    pub en: &'static str,
}

impl Check {
    /// Names a check.
    const fn new(id: &'static str, ja: &'static str, en: &'static str) -> Self {
        Self { id, ja, en }
    }

    /// As what a target has to be tested for this check.
    #[must_use]
    pub fn role(&self) -> Role {
        role_of(self.id)
    }

    /// Its title in both languages.
    #[must_use]
    pub fn title(&self) -> Text {
        Text::new(self.ja, self.en)
    }
}

/// The role that a check's name begins with.
#[must_use]
pub fn role_of(id: &str) -> Role {
    match id.split('.').next() {
        Some("holder") => Role::DataHolder,
        Some("operator") => Role::PhrOperator,
        Some("wallet") => Role::WalletApp,
        _ => Role::VerifierLibrary,
    }
}

/// Every check, role after role.
#[must_use]
pub fn all() -> Vec<Check> {
    [verifier::CHECKS, holder::CHECKS].concat()
}

/// The names of every check.
#[must_use]
pub fn names() -> Vec<&'static str> {
    all().iter().map(|check| check.id).collect()
}

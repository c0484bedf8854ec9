//! To whom a recipient may pass records on.

use alloc::string::String;
use alloc::vec::Vec;

use serde::{Deserialize, Serialize};

use super::{Role, is_subset};

/// Recipients by id and by role; both empty means nobody.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Onward {
    /// Client ids.
    pub to: Vec<String>,
    /// Roles; they never open S2 and S3 categories.
    pub roles: Vec<Role>,
}

impl Onward {
    /// Tells whether records may be passed to a client.
    ///
    /// `is_sensitive` is whether the detail holds an S2 or S3 category: those need the client named.
    #[must_use]
    pub fn allows(&self, client_id: &str, role: Role, is_sensitive: bool) -> bool {
        self.to.iter().any(|id| id == client_id) || (!is_sensitive && self.roles.contains(&role))
    }

    /// Tells whether everyone in this is in `outer`, ids compared with ids and roles with roles.
    #[must_use]
    pub fn is_inside(&self, outer: &Self) -> bool {
        is_subset(&self.to, &outer.to) && is_subset(&self.roles, &outer.roles)
    }
}

//! The sandbox's sign-in: anybody may be any of the people who do not exist.

use phr_link::Code;

use super::{Arrived, Back, SignIn, Visit, Way};
use crate::clock::Clock;
use crate::records::synthetic::PEOPLE;
use crate::verify::Pending;

/// A sign-in without any proof.
///
/// # Security
/// It authenticates nobody: serve it on a loopback address only.
pub struct Sandbox {
    clock: Clock,
    page: fn(&str) -> String,
}

impl std::fmt::Debug for Sandbox {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Sandbox").finish_non_exhaustive()
    }
}

impl Sandbox {
    /// Makes one with a page that is given the target and sends `person` and `target`.
    #[must_use]
    pub fn new(clock: Clock, page: fn(&str) -> String) -> Self {
        Self { clock, page }
    }
}

impl SignIn for Sandbox {
    fn authenticates(&self) -> bool {
        false
    }

    fn begin<'a>(&'a self, visit: &'a Visit<'a>) -> Pending<'a, Way> {
        Box::pin(async move { Ok(Way::Page((self.page)(visit.target))) })
    }

    fn end<'a>(&'a self, back: &'a Back<'a>) -> Pending<'a, Arrived> {
        Box::pin(async move {
            let person = back.field("person").filter(|_| back.is_form);
            let person = person.filter(|id| PEOPLE.iter().any(|one| one.id == *id));
            Ok(Arrived {
                person: person.ok_or(Code::CallerMisuse)?.to_owned(),
                at: self.clock.now(),
                acr: "sandbox".to_owned(),
                amr: vec!["user".to_owned()],
                target: back.field("request_uri").unwrap_or_default().to_owned(),
            })
        })
    }
}

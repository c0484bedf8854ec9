//! How a person signs in: a trait with two implementations.
//!
//! [`Sandbox`] lets anybody be any of the people who do not exist, and serves on this machine only. [`Oidc`]
//! sends the person to an OpenID Connect provider, as the state's authentication app is one.

use axum::http::HeaderMap;
use phr_link::Timestamp;

use crate::verify::Pending;

mod oidc;
mod sandbox;
pub(crate) mod web;

pub use oidc::{Oidc, People, Settings};
pub use sandbox::Sandbox;

/// Somebody who comes to sign in.
#[derive(Clone, Copy, Debug)]
pub struct Visit<'a> {
    /// Where the person goes on afterwards; opaque to whoever signs them in.
    pub target: &'a str,
    /// Whether a sign-in of before does not do: what follows cannot be undone.
    pub fresh: bool,
}

impl Visit<'_> {
    /// Somebody who comes to our own page.
    pub const HOME: Self = Self {
        target: "",
        fresh: false,
    };

    /// Somebody who wants what cannot be undone.
    pub const AGAIN: Self = Self {
        target: "",
        fresh: true,
    };
}

/// How it begins.
#[derive(Clone, Debug)]
pub enum Way {
    /// A page of our own.
    Page(String),
    /// Elsewhere, with a cookie by which the browser is known when it comes back.
    Elsewhere {
        /// Where.
        url: String,
        /// The whole field `Set-Cookie`.
        cookie: String,
    },
}

/// What comes back.
#[derive(Clone, Copy, Debug)]
pub struct Back<'a> {
    /// Whether it is a form of our own page; else it is the query of an address.
    pub is_form: bool,
    /// The fields.
    pub fields: &'a [(String, String)],
    /// The header.
    pub headers: &'a HeaderMap,
}

impl<'a> Back<'a> {
    /// What a form of our own page sent.
    #[must_use]
    pub const fn form(fields: &'a [(String, String)], headers: &'a HeaderMap) -> Self {
        Self {
            is_form: true,
            fields,
            headers,
        }
    }

    /// What stands in the address with which the person came back.
    #[must_use]
    pub const fn query(fields: &'a [(String, String)], headers: &'a HeaderMap) -> Self {
        Self {
            is_form: false,
            fields,
            headers,
        }
    }

    /// The value of a field, if it stands there once.
    #[must_use]
    pub fn field(&self, name: &str) -> Option<&str> {
        let mut values = self.fields.iter().filter(|(key, _)| key == name);
        match (values.next(), values.next()) {
            (Some((_, value)), None) => Some(value),
            _ => None,
        }
    }
}

/// Who signed in.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Arrived {
    /// The person, by our name.
    pub person: String,
    /// When they were authenticated.
    pub at: Timestamp,
    /// How surely it is known who it is.
    pub acr: String,
    /// By which methods.
    pub amr: Vec<String>,
    /// Where they go on.
    pub target: String,
}

/// How a person signs in.
pub trait SignIn: std::fmt::Debug + Send + Sync {
    /// Whether others than this machine may be let in.
    fn authenticates(&self) -> bool;

    /// Begins.
    ///
    /// # Errors
    /// `source.unavailable` where a provider cannot be reached
    fn begin<'a>(&'a self, visit: &'a Visit<'a>) -> Pending<'a, Way>;

    /// Ends, by what came back.
    ///
    /// # Errors
    /// `session.sign-in-failed` whatever is wrong, `session.person-unknown` for somebody who is none of ours
    fn end<'a>(&'a self, back: &'a Back<'a>) -> Pending<'a, Arrived>;
}

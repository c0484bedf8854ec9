//! The one error type.

use alloc::borrow::ToOwned;
use alloc::boxed::Box;

use crate::codes::Code;

/// Why something was refused or could not be evaluated.
///
/// It holds a [`Code`] and, where one can be told, a JSON pointer to the offending place. It never
/// holds the offending value, so it can be logged.
#[derive(Clone, Eq, Hash, PartialEq)]
pub struct Error {
    code: Code,
    path: Option<Box<str>>,
}

/// A result whose error is [`Error`].
pub type Result<T, E = Error> = core::result::Result<T, E>;

impl Error {
    /// Makes an error without a place.
    #[must_use]
    pub const fn new(code: Code) -> Self {
        Self { code, path: None }
    }

    /// Makes an error at a JSON pointer, such as `/status/status_list/idx`.
    #[must_use]
    pub fn at(code: Code, path: &str) -> Self {
        Self {
            code,
            path: Some(path.to_owned().into_boxed_str()),
        }
    }

    /// Gives the stable code.
    ///
    /// # Example
    /// ```
    /// use phr_link::{Code, Error};
    /// assert_eq!(Error::at(Code::ClaimsMissing, "/exp").code().as_str(), "claims.missing");
    /// ```
    #[must_use]
    pub const fn code(&self) -> Code {
        self.code
    }

    /// Gives the JSON pointer to the offending place, where one is known.
    #[must_use]
    pub fn path(&self) -> Option<&str> {
        self.path.as_deref()
    }

    /// Gives the same error under another code.
    #[must_use]
    pub fn with_code(self, code: Code) -> Self {
        Self { code, ..self }
    }
}

impl From<Code> for Error {
    fn from(code: Code) -> Self {
        Self::new(code)
    }
}

impl core::fmt::Debug for Error {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        core::fmt::Display::fmt(self, f)
    }
}

impl core::fmt::Display for Error {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(
            f,
            "{}: {}",
            self.code,
            self.code.text(crate::codes::Lang::En)
        )?;
        match &self.path {
            Some(path) => write!(f, " (at `{path}`)"),
            None => Ok(()),
        }
    }
}

impl core::error::Error for Error {}

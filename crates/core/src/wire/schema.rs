//! The shape of claims as tables: which members there are, of which type, and which must be there.
//!
//! A table is checked in three passes over the claims (what is missing, what has a wrong type, what
//! is unknown), so that two verifiers name the same fault whatever the order of the members.

use alloc::string::String;

use super::json::Node;
use crate::codes::Code;
use crate::error::{Error, Result};

/// The members of an object.
#[derive(Debug)]
pub struct Schema {
    /// The members that the profile knows.
    pub fields: &'static [Field],
    /// Whether a member that is not listed is refused (`claims.unknown`).
    pub closed: bool,
}

/// One member.
#[derive(Debug)]
pub struct Field {
    /// Its name, compared byte for byte.
    pub name: &'static str,
    /// Its type.
    pub ty: Type,
    /// Whether it must be there.
    pub required: bool,
}

/// The type of a member.
#[derive(Debug)]
pub enum Type {
    /// Any JSON value.
    Any,
    /// An array of one type.
    Array(&'static Self),
    /// A truth value.
    Bool,
    /// An integer.
    Integer,
    /// An object with known members.
    Object(&'static Schema),
    /// An object with free member names, all of one type.
    Map(&'static Self),
    /// An object with exactly one of the members.
    OneOf(&'static Schema),
    /// The type or `null`.
    OrNull(&'static Self),
    /// A string.
    String,
}

/// Declares a required member.
#[must_use]
pub const fn required(name: &'static str, ty: Type) -> Field {
    Field {
        name,
        ty,
        required: true,
    }
}

/// Declares an optional member.
#[must_use]
pub const fn optional(name: &'static str, ty: Type) -> Field {
    Field {
        name,
        ty,
        required: false,
    }
}

impl Schema {
    /// An object whose unknown members are ignored.
    #[must_use]
    pub const fn open(fields: &'static [Field]) -> Self {
        Self {
            fields,
            closed: false,
        }
    }

    /// An object whose unknown members are refused.
    #[must_use]
    pub const fn closed(fields: &'static [Field]) -> Self {
        Self {
            fields,
            closed: true,
        }
    }

    /// Tells whether the profile knows a member.
    #[must_use]
    pub fn has(&self, name: &str) -> bool {
        self.fields.iter().any(|field| field.name == name)
    }

    /// Checks an object: first what is missing, then types, then unknown members.
    ///
    /// # Errors
    /// `claims.malformed`, `claims.missing`, `claims.type`, `claims.unknown`; for `cnf`
    /// `binding.missing` and `binding.invalid` take the place of the first two
    ///
    /// # Spec
    /// §8.3
    pub fn check(&self, node: Node<'_, '_>) -> Result<()> {
        if !node.is_object() {
            return Err(Error::new(Code::ClaimsMalformed));
        }
        // Most claims are good: one look tells. Which fault comes first needs three.
        if self.fits(node) {
            return Ok(());
        }
        for pass in [Pass::Missing, Pass::Type, Pass::Unknown] {
            self.walk(node, pass, &mut Path::default())?;
        }
        Ok(())
    }

    fn count(&self, node: Node<'_, '_>) -> usize {
        node.members().filter(|(name, _)| self.has(name)).count()
    }

    /// Tells in one pass whether there is no fault.
    fn fits(&self, node: Node<'_, '_>) -> bool {
        let mut found = 0_usize;
        let every_member_fits = node.members().all(|(name, child)| {
            match self.fields.iter().find(|field| field.name == name) {
                None => !self.closed && !mutant!("m-unknown-claim-refused"),
                Some(field) => {
                    // A member stands once: the reader has seen to that.
                    found = found.saturating_add(usize::from(field.required));
                    field.ty.fits(child)
                }
            }
        });
        every_member_fits && found == self.fields.iter().filter(|field| field.required).count()
    }

    fn walk(&self, node: Node<'_, '_>, pass: Pass, path: &mut Path) -> Result<()> {
        if matches!(pass, Pass::Unknown)
            && (self.closed || mutant!("m-unknown-claim-refused"))
            && node
                .members()
                .any(|(name, _)| self.fields.iter().all(|field| field.name != name))
        {
            // The unknown name itself is not repeated: it is the sender's text.
            return Err(path.error(Code::ClaimsUnknown));
        }
        for field in self.fields {
            let keep = path.push(field.name);
            match node.get(field.name) {
                None if field.required && matches!(pass, Pass::Missing) => {
                    return Err(path.error(if field.name == "cnf" {
                        Code::BindingMissing
                    } else if path.is_in_binding() {
                        Code::BindingInvalid
                    } else {
                        Code::ClaimsMissing
                    }));
                }
                None => {}
                Some(child) => field.ty.walk(child, pass, path)?,
            }
            path.pop(keep);
        }
        Ok(())
    }
}

#[derive(Clone, Copy, Debug)]
enum Pass {
    Missing,
    Type,
    Unknown,
}

impl Type {
    fn fits(&self, node: Node<'_, '_>) -> bool {
        match self {
            Self::Any => true,
            Self::Array(inner) => node.is_array() && node.items().all(|item| inner.fits(item)),
            Self::Bool => node.as_bool().is_some(),
            Self::Integer => node.as_i64().is_some(),
            Self::Map(inner) => {
                node.is_object() && node.members().all(|(_, item)| inner.fits(item))
            }
            Self::Object(schema) => node.is_object() && schema.fits(node),
            Self::OneOf(schema) => node.is_object() && schema.count(node) == 1 && schema.fits(node),
            Self::OrNull(inner) => node.is_null() || inner.fits(node),
            Self::String => node.as_str().is_some(),
        }
    }

    fn walk(&self, node: Node<'_, '_>, pass: Pass, path: &mut Path) -> Result<()> {
        let fits = match self {
            Self::Any => true,
            Self::Array(_) => node.is_array(),
            Self::Bool => node.as_bool().is_some(),
            Self::Integer => node.as_i64().is_some(),
            Self::Map(_) | Self::Object(_) => node.is_object(),
            Self::OneOf(schema) => node.is_object() && schema.count(node) == 1,
            Self::OrNull(inner) if !node.is_null() => return inner.walk(node, pass, path),
            Self::OrNull(_) => true,
            Self::String => node.as_str().is_some(),
        };
        if !fits {
            if matches!(pass, Pass::Type) {
                return Err(path.error(path.type_code()));
            }
            return Ok(());
        }
        match self {
            Self::Array(inner) => {
                for (index, item) in node.items().enumerate() {
                    let keep = path.push_index(index);
                    inner.walk(item, pass, path)?;
                    path.pop(keep);
                }
                Ok(())
            }
            Self::Map(inner) => {
                for (index, (_, item)) in node.members().enumerate() {
                    let keep = path.push_index(index);
                    inner.walk(item, pass, path)?;
                    path.pop(keep);
                }
                Ok(())
            }
            Self::Object(schema) | Self::OneOf(schema) => schema.walk(node, pass, path),
            _ => Ok(()),
        }
    }
}

/// The JSON pointer of where a check stands, built in place and cut back.
#[derive(Debug, Default)]
struct Path(String);

impl Path {
    fn push(&mut self, name: &str) -> usize {
        let keep = self.0.len();
        self.0.push('/');
        self.0.push_str(name);
        keep
    }

    fn push_index(&mut self, index: usize) -> usize {
        use core::fmt::Write as _;
        let keep = self.0.len();
        // Writing to a `String` does not fail.
        let _ = write!(self.0, "/{index}");
        keep
    }

    fn pop(&mut self, keep: usize) {
        self.0.truncate(keep);
    }

    fn is_in_binding(&self) -> bool {
        self.0 == "/cnf" || self.0.starts_with("/cnf/")
    }

    /// A key binding and a status index have codes of their own, whatever is wrong with them.
    fn type_code(&self) -> Code {
        if self.is_in_binding() {
            Code::BindingInvalid
        } else if self.0 == "/status/status_list/idx" {
            Code::StatusIndexInvalid
        } else {
            Code::ClaimsType
        }
    }

    fn error(&self, code: Code) -> Error {
        Error::at(code, &self.0)
    }
}

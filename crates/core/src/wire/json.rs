//! Strict JSON, read once into a flat tape.
//!
//! Why not a general reader: duplicate members at every depth, `-0`, fractions, depth and lone
//! surrogates each need a code of their own, and the hot path needs one pass without a tree. The
//! reader is compared with `serde_json` on generated input in the tests.

use alloc::borrow::Cow;
use alloc::string::String;
use alloc::vec::Vec;

use crate::codes::Code;
use crate::error::{Error, Result};

mod lexer;
mod serde_impl;

/// The deepest nesting that is read; the outermost value has depth 1.
pub const MAX_DEPTH: usize = 16;

/// The largest magnitude of an integer, 2^53 − 1: beyond it a JavaScript reader loses digits.
pub const MAX_INTEGER: i64 = 9_007_199_254_740_991;

/// A JSON text that was read: a tape of nodes in the order of the text.
#[derive(Debug)]
pub struct Doc<'a> {
    tape: Vec<Entry<'a>>,
}

#[derive(Debug)]
struct Entry<'a> {
    /// The member's name, where the value is a member of an object.
    name: Option<Cow<'a, str>>,
    value: Value<'a>,
    /// Index of the next entry on the same level or above: where a reader goes to skip this one.
    next: usize,
}

#[derive(Debug)]
enum Value<'a> {
    Array,
    Bool(bool),
    Integer(i64),
    Null,
    Object,
    String(Cow<'a, str>),
}

/// One value of a [`Doc`].
#[derive(Clone, Copy, Debug)]
pub struct Node<'d, 'a> {
    doc: &'d Doc<'a>,
    at: usize,
}

impl<'a> Doc<'a> {
    /// Reads one JSON text with nothing before or after it but blanks.
    ///
    /// # Errors
    /// `token.json`, `token.unicode`, `token.duplicate-member`, `token.too-deep`,
    /// `claims.number-range`
    ///
    /// # Spec
    /// §2.3
    pub fn parse(bytes: &'a [u8]) -> Result<Self> {
        Self::parse_to_depth(bytes, MAX_DEPTH)
    }

    /// Reads a JSON text that may be nested deeper, such as a call with a token's claims inside.
    ///
    /// # Errors
    /// as [`Doc::parse`]
    pub fn parse_to_depth(bytes: &'a [u8], max_depth: usize) -> Result<Self> {
        let text = core::str::from_utf8(bytes).map_err(|_| Error::new(Code::TokenUnicode))?;
        lexer::read(text, max_depth)
    }

    /// Gives the outermost value.
    #[must_use]
    pub fn root(&self) -> Node<'_, 'a> {
        Node { doc: self, at: 0 }
    }
}

impl<'d, 'a> Node<'d, 'a> {
    fn value(self) -> Option<&'d Value<'a>> {
        self.doc.tape.get(self.at).map(|entry| &entry.value)
    }

    /// Gives a member of an object.
    #[must_use]
    pub fn get(self, name: &str) -> Option<Self> {
        self.members()
            .find(|(member, _)| *member == name)
            .map(|(_, node)| node)
    }

    /// Gives the text of a string.
    #[must_use]
    pub fn as_str(self) -> Option<&'d str> {
        match self.value()? {
            Value::String(text) => Some(text),
            _ => None,
        }
    }

    /// Gives an integer.
    #[must_use]
    pub fn as_i64(self) -> Option<i64> {
        match self.value()? {
            Value::Integer(number) => Some(*number),
            _ => None,
        }
    }

    /// Gives a truth value.
    #[must_use]
    pub fn as_bool(self) -> Option<bool> {
        match self.value()? {
            Value::Bool(value) => Some(*value),
            _ => None,
        }
    }

    /// Tells whether the value is `null`.
    #[must_use]
    pub fn is_null(self) -> bool {
        matches!(self.value(), Some(Value::Null))
    }

    /// Tells whether the value is an object.
    #[must_use]
    pub fn is_object(self) -> bool {
        matches!(self.value(), Some(Value::Object))
    }

    /// Tells whether the value is an array.
    #[must_use]
    pub fn is_array(self) -> bool {
        matches!(self.value(), Some(Value::Array))
    }

    /// Gives the values of an array, none for anything else.
    pub fn items(self) -> impl Iterator<Item = Self> + use<'d, 'a> {
        self.children(self.is_array())
    }

    /// Gives names and values of an object, none for anything else.
    pub fn members(self) -> impl Iterator<Item = (&'d str, Self)> + use<'d, 'a> {
        self.children(self.is_object())
            .map(|node| (node.name(), node))
    }

    /// Counts the values of an array or object.
    #[must_use]
    pub fn len(self) -> usize {
        self.children(true).count()
    }

    /// Tells whether an array or object has no values.
    #[must_use]
    pub fn is_empty(self) -> bool {
        self.len() == 0
    }

    fn name(self) -> &'d str {
        self.doc
            .tape
            .get(self.at)
            .and_then(|entry| entry.name.as_deref())
            .unwrap_or_default()
    }

    fn children(self, wanted: bool) -> Children<'d, 'a> {
        let end = match (wanted, self.doc.tape.get(self.at)) {
            (true, Some(entry)) => entry.next,
            _ => 0,
        };
        Children {
            doc: self.doc,
            at: self.at.saturating_add(1),
            end,
        }
    }
}

#[derive(Debug)]
struct Children<'d, 'a> {
    doc: &'d Doc<'a>,
    at: usize,
    end: usize,
}

impl<'d, 'a> Iterator for Children<'d, 'a> {
    type Item = Node<'d, 'a>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.at >= self.end {
            return None;
        }
        let node = Node {
            doc: self.doc,
            at: self.at,
        };
        self.at = self.doc.tape.get(self.at)?.next;
        Some(node)
    }
}

/// Writes a value as JSON with `serde_json`; the members come in the order of the struct.
///
/// # Errors
/// `internal`: only a value that is no JSON, such as a map with composed keys, fails
pub fn write<T: serde::Serialize>(value: &T) -> Result<String> {
    serde_json::to_string(value).map_err(|_| Error::new(Code::Internal))
}

#[cfg(test)]
mod tests;

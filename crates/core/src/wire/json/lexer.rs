//! The lexer: one pass over the text, no recursion, so depth costs no stack.

use alloc::borrow::Cow;
use alloc::string::String;
use alloc::vec::Vec;

use super::{Doc, Entry, MAX_INTEGER, Value};
use crate::codes::Code;
use crate::error::{Error, Result};

/// Up to this many members a duplicate is looked for by comparing names pairwise.
const PAIRWISE_MEMBERS: usize = 32;

struct Lexer<'a> {
    text: &'a str,
    bytes: &'a [u8],
    at: usize,
    tape: Vec<Entry<'a>>,
    /// Open arrays and objects: their index on the tape.
    open: Vec<usize>,
    max_depth: usize,
}

pub(super) fn read(text: &str, max_depth: usize) -> Result<Doc<'_>> {
    let mut lexer = Lexer {
        text,
        bytes: text.as_bytes(),
        at: 0,
        tape: Vec::with_capacity(text.len() / 16),
        open: Vec::with_capacity(max_depth.min(64)),
        max_depth,
    };
    lexer.run()?;
    Ok(Doc { tape: lexer.tape })
}

const fn json() -> Error {
    Error::new(Code::TokenJson)
}

impl<'a> Lexer<'a> {
    fn run(&mut self) -> Result<()> {
        self.value(None)?;
        while let Some(&container) = self.open.last() {
            let in_object = self.is_object(container);
            let is_first = self.tape.len() == container.saturating_add(1);
            let close = if in_object { b'}' } else { b']' };
            match self.peek() {
                Some(byte) if byte == close => {
                    self.advance();
                    self.close()?;
                    continue;
                }
                Some(b',') if !is_first => self.advance(),
                Some(_) if is_first => {}
                _ => return Err(json()),
            }
            let name = if in_object { Some(self.name()?) } else { None };
            self.value(name)?;
        }
        match self.peek() {
            None => Ok(()),
            Some(_) => Err(json()),
        }
    }

    fn is_object(&self, index: usize) -> bool {
        matches!(
            self.tape.get(index).map(|entry| &entry.value),
            Some(Value::Object)
        )
    }

    /// Skips blanks and gives the next byte without taking it.
    fn peek(&mut self) -> Option<u8> {
        loop {
            match self.bytes.get(self.at) {
                Some(b' ' | b'\t' | b'\n' | b'\r') => self.advance(),
                other => return other.copied(),
            }
        }
    }

    const fn advance(&mut self) {
        self.at = self.at.saturating_add(1);
    }

    fn name(&mut self) -> Result<Cow<'a, str>> {
        if self.peek() != Some(b'"') {
            return Err(json());
        }
        self.advance();
        let name = self.string()?;
        if self.peek() != Some(b':') {
            return Err(json());
        }
        self.advance();
        Ok(name)
    }

    fn value(&mut self, name: Option<Cow<'a, str>>) -> Result<()> {
        let value = match self.peek().ok_or_else(json)? {
            byte @ (b'{' | b'[') => {
                if self.open.len() >= self.max_depth && !mutant!("m-no-depth-limit") {
                    return Err(Error::new(Code::TokenTooDeep));
                }
                self.advance();
                self.open.push(self.tape.len());
                if byte == b'{' {
                    Value::Object
                } else {
                    Value::Array
                }
            }
            b'"' => {
                self.check_depth()?;
                self.advance();
                Value::String(self.string()?)
            }
            b'-' | b'0'..=b'9' => {
                self.check_depth()?;
                Value::Integer(self.number()?)
            }
            _ => {
                self.check_depth()?;
                self.word()?
            }
        };
        let next = self.tape.len().saturating_add(1);
        self.tape.push(Entry { name, value, next });
        Ok(())
    }

    /// A scalar inside `max_depth` open containers would be one value too deep.
    fn check_depth(&self) -> Result<()> {
        if self.open.len() >= self.max_depth && !mutant!("m-no-depth-limit") {
            return Err(Error::new(Code::TokenTooDeep));
        }
        Ok(())
    }

    fn word(&mut self) -> Result<Value<'a>> {
        for (word, value) in [
            ("true", Value::Bool(true)),
            ("false", Value::Bool(false)),
            ("null", Value::Null),
        ] {
            if self
                .text
                .get(self.at..)
                .is_some_and(|rest| rest.starts_with(word))
            {
                self.at = self.at.saturating_add(word.len());
                return Ok(value);
            }
        }
        Err(json())
    }

    fn close(&mut self) -> Result<()> {
        let Some(index) = self.open.pop() else {
            return Err(json());
        };
        let end = self.tape.len();
        if let Some(entry) = self.tape.get_mut(index) {
            entry.next = end;
        }
        if self.is_object(index) {
            if mutant!("m-first-dup-wins") {
                return Ok(());
            }
            self.refuse_duplicates(index, end)
        } else {
            Ok(())
        }
    }

    fn refuse_duplicates(&self, object: usize, end: usize) -> Result<()> {
        let mut names: Vec<&str> = Vec::new();
        let mut at = object.saturating_add(1);
        while at < end {
            let Some(entry) = self.tape.get(at) else {
                break;
            };
            let name = entry.name.as_deref().unwrap_or_default();
            if names.len() < PAIRWISE_MEMBERS && names.contains(&name) {
                return Err(Error::new(Code::TokenDuplicateMember));
            }
            names.push(name);
            at = entry.next;
        }
        if names.len() > PAIRWISE_MEMBERS {
            names.sort_unstable();
            if names
                .windows(2)
                .any(|pair| matches!(pair, [left, right] if left == right))
            {
                return Err(Error::new(Code::TokenDuplicateMember));
            }
        }
        Ok(())
    }

    fn number(&mut self) -> Result<i64> {
        let start = self.at;
        while matches!(
            self.bytes.get(self.at),
            Some(b'-' | b'+' | b'.' | b'e' | b'E' | b'0'..=b'9')
        ) {
            self.advance();
        }
        let text = self.text.get(start..self.at).unwrap_or_default();
        let digits = text.strip_prefix('-').unwrap_or(text);
        if !is_json_number(digits) {
            return Err(json());
        }
        // A well-formed number that is no plain integer, or too large, has a code of its own.
        // `-0` is refused because a reader that keeps the sign hashes or compares it differently.
        let range = || Error::new(Code::ClaimsNumberRange);
        if text == "-0" || digits.len() > 16 {
            return Err(range());
        }
        let number: i64 = text.parse().map_err(|_| range())?;
        if !(-MAX_INTEGER..=MAX_INTEGER).contains(&number) {
            return Err(range());
        }
        Ok(number)
    }

    /// Reads a string whose opening quote is taken.
    fn string(&mut self) -> Result<Cow<'a, str>> {
        let start = self.at;
        loop {
            match self.bytes.get(self.at) {
                Some(b'"') => {
                    let text = self.text.get(start..self.at).ok_or_else(json)?;
                    self.advance();
                    return Ok(Cow::Borrowed(text));
                }
                Some(b'\\') => break,
                Some(0..=0x1f) | None => return Err(json()),
                Some(_) => self.advance(),
            }
        }
        let mut text = String::from(self.text.get(start..self.at).ok_or_else(json)?);
        loop {
            let run = self.at;
            while matches!(self.bytes.get(self.at), Some(byte) if !matches!(byte, b'"' | b'\\' | 0..=0x1f))
            {
                self.advance();
            }
            text.push_str(self.text.get(run..self.at).ok_or_else(json)?);
            match self.bytes.get(self.at) {
                Some(b'"') => {
                    self.advance();
                    return Ok(Cow::Owned(text));
                }
                Some(b'\\') => {
                    self.advance();
                    text.push(self.escape()?);
                }
                _ => return Err(json()),
            }
        }
    }

    fn escape(&mut self) -> Result<char> {
        let byte = self.bytes.get(self.at).copied().ok_or_else(json)?;
        self.advance();
        Ok(match byte {
            b'"' => '"',
            b'\\' => '\\',
            b'/' => '/',
            b'b' => '\u{8}',
            b'f' => '\u{c}',
            b'n' => '\n',
            b'r' => '\r',
            b't' => '\t',
            b'u' => return self.unicode_escape(),
            _ => return Err(json()),
        })
    }

    fn unicode_escape(&mut self) -> Result<char> {
        let lone = || Error::new(Code::TokenUnicode);
        let first = self.hex4()?;
        if !(0xd800..=0xdfff).contains(&first) {
            return char::from_u32(first).ok_or_else(lone);
        }
        if first >= 0xdc00 || self.bytes.get(self.at) != Some(&b'\\') {
            return Err(lone());
        }
        self.advance();
        if self.bytes.get(self.at) != Some(&b'u') {
            return Err(lone());
        }
        self.advance();
        let second = self.hex4()?;
        if !(0xdc00..=0xdfff).contains(&second) {
            return Err(lone());
        }
        let high = first.saturating_sub(0xd800).wrapping_shl(10);
        let low = second.saturating_sub(0xdc00);
        char::from_u32(0x1_0000_u32.saturating_add(high).saturating_add(low)).ok_or_else(lone)
    }

    fn hex4(&mut self) -> Result<u32> {
        let end = self.at.saturating_add(4);
        let digits = self.bytes.get(self.at..end).ok_or_else(json)?;
        let mut number: u32 = 0;
        for digit in digits {
            let digit = char::from(*digit).to_digit(16).ok_or_else(json)?;
            number = number.wrapping_shl(4) | digit;
        }
        self.at = end;
        Ok(number)
    }
}

/// Tells whether unsigned text is a number by RFC 8259 §6.
fn is_json_number(text: &str) -> bool {
    let (mantissa, exponent) = match text.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, Some(exponent)),
        None => (text, None),
    };
    let (whole, fraction) = match mantissa.split_once('.') {
        Some((whole, fraction)) => (whole, Some(fraction)),
        None => (mantissa, None),
    };
    let all_digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    all_digits(whole)
        && (whole == "0" || !whole.starts_with('0'))
        && fraction.is_none_or(all_digits)
        && exponent.is_none_or(|text| all_digits(text.strip_prefix(['+', '-']).unwrap_or(text)))
}

"""Strict base64url (§2.1) and strict JSON (§2.3)."""

from __future__ import annotations

import base64
import hashlib
import json
import re

from .refusal import Refusal, demand

MAX_INTEGER = 2**53 - 1
_ALPHABET = re.compile(r"[A-Za-z0-9_-]*\Z")
_NUMBER = re.compile(r"-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?")
_PLAIN = re.compile(r'[^"\\\x00-\x1f]+')
_SHORT = {'"': '"', "\\": "\\", "/": "/", "b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t"}


def encode(data: bytes) -> str:
    """base64url without padding."""
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode("ascii")


def decode(text: str) -> bytes:
    """No padding, no other letters, no bits that say nothing."""
    if not _ALPHABET.match(text) or len(text) % 4 == 1:
        raise Refusal("token.base64")
    data = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    if encode(data) != text:
        raise Refusal("token.base64")
    return data


def s256(text: str) -> str:
    """The hash of §2.5: SHA-256 in base64url."""
    return hash_of(text.encode("utf-8", "surrogatepass"))


def hash_of(data: bytes) -> str:
    """The same over bytes."""
    return encode(hashlib.sha256(data).digest())


def is_hash(text: str) -> bool:
    """base64url of 32 bytes: the last character holds four bits only."""
    return re.fullmatch(r"[A-Za-z0-9_-]{42}[AEIMQUYcgkosw048]", text) is not None


def parse(data: bytes, max_depth: int = 16):
    """One JSON text and nothing else; the fault that comes first decides."""
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        raise Refusal("token.unicode") from None
    reader = _Reader(text, max_depth)
    value = reader.value(1)
    reader.blank()
    if reader.at != len(text):
        raise Refusal("token.json")
    return value


class _Reader:
    """Reads from left to right and stops at the first fault."""

    def __init__(self, text: str, max_depth: int) -> None:
        self.text, self.at, self.max_depth = text, 0, max_depth

    def blank(self) -> None:
        while self.at < len(self.text) and self.text[self.at] in " \t\n\r":
            self.at += 1

    def peek(self) -> str:
        return self.text[self.at] if self.at < len(self.text) else ""

    def take(self, letter: str) -> None:
        if self.peek() != letter:
            raise Refusal("token.json")
        self.at += 1

    def value(self, depth: int):
        self.blank()
        if depth > self.max_depth and self.peek():
            raise Refusal("token.too-deep")
        first = self.peek()
        if first == "{":
            return self.object(depth)
        if first == "[":
            return self.array(depth)
        if first == '"':
            return self.string()
        for word, value in (("true", True), ("false", False), ("null", None)):
            if self.text.startswith(word, self.at):
                self.at += len(word)
                return value
        return self.number()

    def number(self) -> int:
        found = _NUMBER.match(self.text, self.at)
        if not found:
            raise Refusal("token.json")
        self.at = found.end()
        digits = found.group(0)
        is_integer = not found.group(2) and not found.group(3) and digits != "-0"
        # The length first: Python would convert millions of digits.
        demand(is_integer and len(digits) <= 17 and abs(int(digits)) <= MAX_INTEGER, "claims.number-range")
        return int(digits)

    def string(self) -> str:
        self.take('"')
        parts: list[str] = []
        while True:
            plain = _PLAIN.match(self.text, self.at)
            if plain:
                parts.append(plain.group(0))
                self.at = plain.end()
            letter = self.peek()
            if letter == '"':
                self.at += 1
                return "".join(parts)
            if letter != "\\":
                raise Refusal("token.json")
            self.at += 1
            parts.append(self.escape())

    def escape(self) -> str:
        letter = self.peek()
        self.at += 1
        if letter in _SHORT and letter:
            return _SHORT[letter]
        if letter != "u":
            raise Refusal("token.json")
        unit = self.unit()
        if 0xDC00 <= unit < 0xE000:
            raise Refusal("token.unicode")
        if not 0xD800 <= unit < 0xDC00:
            return chr(unit)
        if not self.text.startswith("\\u", self.at):
            raise Refusal("token.unicode")
        self.at += 2
        low = self.unit()
        if not 0xDC00 <= low < 0xE000:
            raise Refusal("token.unicode")
        return chr(0x10000 + ((unit - 0xD800) << 10) + (low - 0xDC00))

    def unit(self) -> int:
        digits = self.text[self.at : self.at + 4]
        if not re.fullmatch(r"[0-9A-Fa-f]{4}", digits):
            raise Refusal("token.json")
        self.at += 4
        return int(digits, 16)

    def array(self, depth: int) -> list:
        self.take("[")
        items: list = []
        self.blank()
        if self.peek() == "]":
            self.at += 1
            return items
        while True:
            items.append(self.value(depth + 1))
            self.blank()
            if self.peek() == "]":
                self.at += 1
                return items
            self.take(",")

    def object(self, depth: int) -> dict:
        self.take("{")
        members: list[tuple[str, object]] = []
        self.blank()
        if self.peek() != "}":
            while True:
                self.blank()
                name = self.string()
                self.blank()
                self.take(":")
                members.append((name, self.value(depth + 1)))
                self.blank()
                if self.peek() == "}":
                    break
                self.take(",")
        self.at += 1
        found = dict(members)
        demand(len(found) == len(members), "token.duplicate-member")
        return found


def write(value: object) -> str:
    """JSON on one line."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def claimed(compact: str, member: str) -> object:
    """A member of the payload of a token, by which it is filed. Nobody has verified it."""
    try:
        payload = parse(decode(compact.split(".")[1]))
    except (Refusal, IndexError):
        return None
    return payload.get(member) if isinstance(payload, dict) else None

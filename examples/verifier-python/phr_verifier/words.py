"""Identifiers and other forms of text (§2.6)."""

from __future__ import annotations

import re
import unicodedata

from .refusal import demand

_NAME = """20-7E A1-AC AE-24F 384-386 388-38A 38C 38E-3A1 3A3-3FF 400-482 48A-52F 1E00-1EFF 2010-2016 2018-2027
2030-203E 20A0-20BF 2116 2121-2122 2150-217F 2190-22FF 2460-24FF 2500-26FF 3000-3029 3030-303F 3041-3096 309B-30FF
31F0-31FF 3220-33FF 3400-4DBF 4E00-9FFF AC00-D7A3 FA0E-FA0F FA11 FA13-FA14 FA1F FA21 FA23-FA24 FA27-FA29 FF01-FFBE
20000-2A6D6 2A700-2EBE0"""
_RANGES = [tuple(int(end, 16) for end in (part.split("-") * 2)[:2]) for part in _NAME.split()]
_URI = re.compile(r"[!#-;=?-\[\]_a-z~]+\Z")
_LOOPBACK = re.compile(r"(localhost|127\.0\.0\.1|\[::1\]|.*\.localhost)(:[0-9]*)?\Z")
_SEPARATOR = re.compile(r"[\s\-._~/,:\u2010-\u2015\u2212\u00b7\u30fb\u2022\u2027\u30fc\u200b-\u200f\u2060\ufeff]")


def is_identifier(text: str) -> bool:
    return re.fullmatch(r"[A-Za-z0-9._~-]{1,128}", text) is not None


def is_random(text: str) -> bool:
    return is_identifier(text) and len(text) >= 22


def is_uri(text: str) -> bool:
    if len(text) > 2048 or not _URI.match(text) or not text.isascii():
        return False
    for scheme in ("https://", "http://"):
        if text.startswith(scheme):
            authority = re.split(r"[/?#]", text[len(scheme) :], maxsplit=1)[0]
            is_good = authority != "" and "@" not in authority
            return is_good and (scheme == "https://" or _LOOPBACK.match(authority) is not None)
    return False


def is_entity(text: str) -> bool:
    return is_uri(text) and "?" not in text and "#" not in text


def is_name(text: str) -> bool:
    if not 1 <= len(text) <= 80 or len(text.encode()) > 320 or text != text.strip():
        return False
    return all(any(low <= ord(letter) <= high for low, high in _RANGES) for letter in text)


def is_line(text: str) -> bool:
    return 1 <= len(text) <= 200 and not any(unicodedata.category(letter) == "Cc" for letter in text)


def is_country(text: str) -> bool:
    return re.fullmatch(r"[A-Z]{2}", text) is not None


def is_language(text: str) -> bool:
    return re.fullmatch(r"[A-Za-z0-9-]{2,35}", text) is not None


def looks_like_my_number(text: str) -> bool:
    digits = _SEPARATOR.sub("", unicodedata.normalize("NFKC", text))
    if not re.fullmatch(r"[0-9]{12}", digits):
        return False
    total = sum(int(digit) * weight for digit, weight in zip(digits, (6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2)))
    rest = total % 11
    return int(digits[11]) == (0 if rest <= 1 else 11 - rest)


def check_identifier(text: str) -> None:
    demand(is_identifier(text))
    demand(not looks_like_my_number(text), "claims.my-number")


def check_name(text: str) -> None:
    demand(is_name(text))
    demand(not looks_like_my_number(text), "claims.my-number")

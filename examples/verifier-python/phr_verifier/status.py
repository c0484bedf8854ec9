"""Status lists (§3.7, §8.4): whether a token was ended."""

from __future__ import annotations

import zlib
from functools import lru_cache

from . import keys, strict, token
from .kinds import DAY, KINDS
from .refusal import Refusal, demand
from .trust import TrustList

_MAX_INFLATED = 16 * 2**20
_UNTRUSTED = (
    "header.alg-not-allowed",
    "header.typ-",
    "header.key-source",
    "header.private-key",
    "header.kid-missing",
    "key.",
    "signature.",
    "issuer.",
)


class StatusLists:
    """The lists that the verifier has, under the trust list."""

    def __init__(self, tokens: list[str], trust: TrustList, floors: dict[str, int]) -> None:
        self.tokens, self.trust, self.floors = tokens, trust, floors

    def value(self, claims: dict, now: int, max_age: int, skew: int) -> int:
        """The entry that a token points to, in the newest list by the token's own issuer."""
        uri, index = claims["status"]["status_list"]["uri"], claims["status"]["status_list"]["idx"]
        newest = self._newest(uri, claims["iss"])
        demand(uri in self.trust.members[claims["iss"]].claims["status_uris"], "status.untrusted")
        values = []
        for found in newest:
            _check_age(found, now, max_age, skew, self.floors.get(uri))
            values.append(_entry(found, index))
        # Of two lists of the same second, what either ends is ended.
        return next((value for value in values if value != 0), 0)

    def _newest(self, uri: str, iss: str) -> list[dict]:
        good, is_foreign, first_fault = [], False, None
        for compact in self.tokens:
            if len(compact) > KINDS["statuslist+jwt"].max_bytes or strict.claimed(compact, "sub") != uri:
                continue
            try:
                claims = self.trust.verify(token.read(compact, "statuslist+jwt"))
            except Refusal as refusal:
                first_fault = first_fault or _fault(refusal.code)
                continue
            if claims["iss"] == iss:
                good.append(claims)
            else:
                is_foreign = True
        if not good:
            raise Refusal(first_fault or ("status.untrusted" if is_foreign else "status.unknown"))
        newest = max(claims["iat"] for claims in good)
        return [claims for claims in good if claims["iat"] == newest]


def value_in(compact: str, uri: str, index: int, jwks: dict[str, keys.Key], now: int) -> int:
    """One entry of one list, under keys that the caller names (§11.2)."""
    try:
        unverified = token.read(compact, "statuslist+jwt")
        claims = unverified.verify(keys.find(jwks, unverified.kid, unverified.alg))
    except Refusal as refusal:
        is_large = refusal.code == "token.too-large"
        raise Refusal("status.too-large" if is_large else _fault(refusal.code)) from None
    demand(claims["sub"] == uri, "status.untrusted")
    _check_age(claims, now, 3_600, 60, None)
    return _entry(claims, index)


def _check_age(claims: dict, now: int, max_age: int, skew: int, floor: int | None) -> None:
    """Point 3 of §8.4."""
    is_fresh = now - claims["iat"] <= min(claims["ttl"], max_age) and claims["iat"] <= now + skew
    is_fresh = is_fresh and (floor is None or claims["iat"] >= floor) and now < claims["exp"]
    demand(is_fresh and claims["exp"] - claims["iat"] <= 7 * DAY, "status.stale")


def _entry(claims: dict, index: int) -> int:
    """Points 4 and 5 of §8.4, and the bits of §3.7."""
    bits = claims["status_list"]["bits"]
    data = _inflate(claims["status_list"]["lst"])
    demand(0 <= index < len(data) * 8 // bits, "status.index-invalid")
    at = index * bits
    return data[at // 8] >> (at % 8) & ((1 << bits) - 1)


@lru_cache(maxsize=16)
def _inflate(lst: str) -> bytes:
    """Inflates under the limit, so that a small list cannot become a large one."""
    reader = zlib.decompressobj()
    try:
        found = reader.decompress(strict.decode(lst), _MAX_INFLATED + 1)
    except (Refusal, zlib.error):
        raise Refusal("status.malformed") from None
    demand(len(found) <= _MAX_INFLATED, "status.too-large")
    demand(reader.eof and reader.unused_data == b"" and len(found) > 0, "status.malformed")
    return found


def _fault(code: str) -> str:
    """What a fault of a list is called, last paragraph of §8.4."""
    return "status.untrusted" if code.startswith(_UNTRUSTED) else "status.malformed"

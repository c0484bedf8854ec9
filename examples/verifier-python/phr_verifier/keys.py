"""Ed25519 keys: admission, key sets, signatures (§2.4)."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import lru_cache

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from . import curve, strict
from .refusal import Refusal, demand


@dataclass(frozen=True)
class Key:
    """A key that passed points 1 to 4 of admission, with what its JWK says of its use."""

    data: bytes
    thumbprint: str
    use_ok: bool
    has_alg: bool
    alg: object

    def check_use(self, alg: str | None) -> None:
        """Points 5 and 6; without an `alg` of a header there is nothing to compare in point 6."""
        demand(self.use_ok, "key.use-mismatch")
        demand(alg is None or not self.has_alg or self.alg == alg, "key.alg-mismatch")

    def verify(self, message: bytes, signature: bytes) -> None:
        """Checks a signature over bytes."""
        demand(len(signature) == 64, "signature.malformed")
        demand(_is_valid(self.data, message, signature), "signature.invalid")


@lru_cache(maxsize=4096)
def _is_valid(key: bytes, message: bytes, signature: bytes) -> bool:
    """The rule of §2.4: a stock library checks all of it but the order of R."""
    point = curve.decode(signature[:32])
    if point is None or curve.is_neutral(curve.times(8, point)):
        return False
    if int.from_bytes(signature[32:], "little") >= curve.L:
        return False
    try:
        Ed25519PublicKey.from_public_bytes(key).verify(signature, message)
    except (InvalidSignature, ValueError):
        return False
    return True


@lru_cache(maxsize=4096)
def _admit(x: str) -> tuple[bytes, str]:
    """Points 1 to 4 of admission for the member `x`; gives the bytes and the thumbprint."""
    try:
        data = strict.decode(x)
    except Refusal:
        raise Refusal("key.invalid") from None
    point = curve.decode(data) if len(data) == 32 else None
    demand(point is not None, "key.invalid")
    demand(curve.encode(point) == data, "key.not-canonical")
    demand(not curve.is_neutral(curve.times(8, point)), "key.small-order")
    demand(curve.is_neutral(curve.times(curve.L, point)), "key.mixed-order")
    text = '{"crv":"Ed25519","kty":"OKP","x":"' + x + '"}'
    return data, strict.encode(hashlib.sha256(text.encode()).digest())


def _is_ed25519(jwk: dict) -> bool:
    return jwk.get("kty") == "OKP" and jwk.get("crv") == "Ed25519"


def _read(jwk: dict) -> Key:
    demand(_is_ed25519(jwk) and isinstance(jwk.get("x"), str), "key.invalid")
    data, thumbprint = _admit(jwk["x"])
    use_ok = "use" not in jwk or jwk["use"] == "sig"
    if "key_ops" in jwk:
        use_ok = use_ok and isinstance(jwk["key_ops"], list) and "verify" in jwk["key_ops"]
    return Key(data, thumbprint, use_ok, "alg" in jwk, jwk.get("alg"))


def admit(jwk: object, alg: str | None) -> Key:
    """All points of admission, for a key that comes by itself."""
    demand(isinstance(jwk, dict), "key.invalid")
    key = _read(jwk)
    key.check_use(alg)
    return key


def read_set(value: object) -> dict[str, Key]:
    """A JWK Set, by thumbprint."""
    demand(isinstance(value, dict) and isinstance(value.get("keys"), list), "key.set-malformed")
    return read_entries(value["keys"])


def read_entries(entries: list) -> dict[str, Key]:
    """The `keys` of a set. A key that may not be used for signatures stays, and is refused when it is used."""
    found: dict[str, Key] = {}
    for jwk in entries:
        demand(isinstance(jwk, dict), "key.set-malformed")
        demand("d" not in jwk, "key.private")
        if not _is_ed25519(jwk):
            continue
        key = _read(jwk)
        demand(key.thumbprint not in found, "key.duplicate")
        found[key.thumbprint] = key
    return found


def find(keys: dict[str, Key], kid: str, alg: str) -> Key:
    """The key that a header names."""
    demand(kid in keys, "key.unknown")
    keys[kid].check_use(alg)
    return keys[kid]

"""One token: size, form, header, key, signature, claims (§2.1–§2.5), and time (§2.7)."""

from __future__ import annotations

from dataclasses import dataclass

from . import keys, strict
from .kinds import KINDS, Kind
from .refusal import Refusal, demand

_REGISTERED = "alg jku jwk kid x5u x5c x5t x5t#S256 typ cty crit enc zip iss sub aud exp".split()


@dataclass(frozen=True)
class Unverified:
    """A token whose form and header are good. Its claims are given out only with a key that verifies it."""

    compact: str
    kind: Kind
    alg: str
    kid: str | None
    """None where the header carries the key."""
    jwk: object
    message: bytes
    payload: bytes
    signature: bytes

    @property
    def s256(self) -> str:
        """The hash by which other tokens name this one (§2.5)."""
        return strict.s256(self.compact)

    def header_key(self) -> keys.Key:
        """Admits the key of the header."""
        return keys.admit(self.jwk, self.alg)

    def check_signature(self, key: keys.Key) -> None:
        key.verify(self.message, self.signature)

    def claims(self) -> dict:
        """The claims stage; it comes after the signature."""
        claims = strict.parse(self.payload)
        self.kind.check_claims(claims)
        return claims

    def verify(self, key: keys.Key) -> dict:
        """Signature, then claims."""
        self.check_signature(key)
        return self.claims()


def read(compact: str, typ: str) -> Unverified:
    """Size, form and header of a token that has to be of one kind."""
    kind = KINDS[typ]
    demand(len(compact.encode("utf-8", "surrogatepass")) <= kind.max_bytes, "token.too-large")
    header, payload, signature = split(compact)
    alg = _check_header(header, kind)
    jwk = header.get("jwk")
    kid = None if "jwk" in header else header["kid"]
    message = compact.rpartition(".")[0].encode("ascii")
    return Unverified(compact, kind, alg, kid, jwk, message, payload, signature)


def split(compact: str) -> tuple[object, bytes, bytes]:
    """The form (§2.1): the header's JSON, the payload and the signature as bytes."""
    parts = compact.split(".")
    demand(len(parts) == 3 and parts[0] != "", "token.not-jws")
    header, payload, signature = (strict.decode(part) for part in parts)
    return strict.parse(header), payload, signature


def normal_typ(typ: str) -> str:
    """§2.2.3: ASCII letters in lower case, then without one leading `application/`."""
    lowered = "".join(letter.lower() if letter.isascii() else letter for letter in typ)
    return lowered.removeprefix("application/")


def _check_header(header: object, kind: Kind) -> str:
    """§2.2, in its order; gives `alg`."""
    demand(isinstance(header, dict), "header.malformed")
    alg = header.get("alg")
    demand(isinstance(alg, str), "header.malformed")
    demand(alg in ("EdDSA", "Ed25519"), "header.alg-not-allowed")
    _check_typ(header, kind.typ)
    if "crit" in header:
        _refuse_crit(header)
    demand("b64" not in header, "header.b64")
    demand("zip" not in header, "header.zip")
    _check_key_source(header, kind.key)
    return alg


def _check_typ(header: dict, typ: str) -> None:
    is_assertion = typ == "client-authentication+jwt"
    if "typ" not in header:
        demand(is_assertion, "header.typ-missing")
        return
    demand(isinstance(header["typ"], str), "header.malformed")
    found = normal_typ(header["typ"])
    demand(found == typ or (is_assertion and found == "jwt"), "header.typ-mismatch")


def _refuse_crit(header: dict) -> None:
    crit = header["crit"]
    demand(isinstance(crit, list) and bool(crit), "header.crit-invalid")
    for name in crit:
        is_good = isinstance(name, str) and name in header and name not in _REGISTERED
        demand(is_good, "header.crit-invalid")
    raise Refusal("header.crit-unsupported")


def _check_key_source(header: dict, key: str) -> None:
    demand(not any(name in header for name in ("jku", "x5u", "x5c")), "header.key-source")
    jwk = header.get("jwk")
    demand(not (isinstance(jwk, dict) and "d" in jwk), "header.private-key")
    demand(not (key == "kid" and "jwk" in header), "header.key-source")
    demand(not (key == "jwk" and "jwk" not in header), "header.jwk-missing")
    if "jwk" not in header:
        demand("kid" in header, "header.kid-missing")
        demand(isinstance(header["kid"], str), "header.malformed")


def check_time(kind: Kind, claims: dict, now: int, skew: int) -> None:
    """§2.7, in its order."""
    cap = _cap(kind, claims)
    if cap is not None:
        demand(claims["exp"] - claims["iat"] <= cap, "token.lifetime-exceeded")
    demand(claims["iat"] <= now + skew, f"{kind.noun}.issued-in-future")
    demand("nbf" not in claims or claims["nbf"] <= now + skew, f"{kind.noun}.not-yet-valid")
    demand("exp" not in claims or now < claims["exp"], f"{kind.noun}.expired")


def _cap(kind: Kind, claims: dict) -> int | None:
    """An agent's grant is shorter than others (§3.4)."""
    return 3_600 if kind.typ == "phr-grant+jwt" and "act" in claims else kind.cap

"""Stock libraries read our tokens, and we read theirs."""

import json
import time

import jwt as pyjwt
import pytest
from joserfc import jwt as joserfc_jwt
from joserfc.errors import JoseError
from joserfc.jwk import OKPKey

from phr_link import KINDS, NOW, TIMES, Key, ask, b64, parts, s256, sample, signed_by_us, unb64, vector

AUDIENCE = "https://holder.example"


class Joserfc:
    algorithms = ("EdDSA", "Ed25519")
    refusals = (JoseError, ValueError)

    def sign(self, header: dict, claims: dict, key: Key) -> str:
        own = OKPKey.import_key({**key.public, "d": b64(key.seed)})
        return joserfc_jwt.encode(header, claims, own, algorithms=[header["alg"]])

    def verify(self, token: str, public: dict, audience: str | None) -> dict:
        read = joserfc_jwt.decode(token, OKPKey.import_key(public), algorithms=["EdDSA", "Ed25519"])
        wanted = {} if audience is None else {"aud": {"essential": True, "value": audience}}
        joserfc_jwt.JWTClaimsRegistry(**wanted).validate(read.claims)
        return read.claims


class PyJwt:
    #: RFC 9864's name `Ed25519` is not known to it.
    algorithms = ("EdDSA",)
    refusals = (pyjwt.PyJWTError,)

    def sign(self, header: dict, claims: dict, key: Key) -> str:
        return pyjwt.encode(claims, key.private, algorithm=header["alg"], headers=header)

    def verify(self, token: str, public: dict, audience: str | None) -> dict:
        key = pyjwt.PyJWK({**public, "alg": "EdDSA"}).key
        options = {"verify_aud": audience is not None}
        return pyjwt.decode(token, key, algorithms=["EdDSA"], audience=audience, options=options)


LIBRARIES = [Joserfc(), PyJwt()]
IDS = ["joserfc", "PyJWT"]
EVERY = pytest.mark.parametrize("library", LIBRARIES, ids=IDS)


@EVERY
@pytest.mark.parametrize("kind", KINDS)
def test_a_library_reads_what_we_sign(library, kind, tmp_path):
    header, claims = parts(sample(kind))
    typ = header.get("typ", "client-authentication+jwt")
    token = signed_by_us(typ, claims, "holder", tmp_path)
    made, _ = parts(token)
    assert made["alg"] == "EdDSA" and made["typ"] == typ
    key = Key("holder")
    assert made.get("kid", key.kid) == key.kid and made.get("jwk", key.public) == key.public
    audience = claims.get("aud")
    read = library.verify(token, key.public, audience)
    assert read.keys() == claims.keys()
    assert all(read[name] == value for name, value in claims.items() if name not in TIMES)
    with pytest.raises(library.refusals):
        library.verify(token, Key("another").public, audience)
    start, payload, signature = token.split(".")
    changed = b64(unb64(payload).replace(b'"iat"', b'"iaT"'))
    with pytest.raises(library.refusals):
        library.verify(f"{start}.{changed}.{signature}", key.public, audience)
    if audience is not None:
        with pytest.raises(library.refusals):
            library.verify(token, key.public, "https://elsewhere.example")


@EVERY
def test_a_library_refuses_what_ended(library, tmp_path):
    _, claims = parts(sample("grant"))
    claims = {**claims, "iat": NOW - 600, "exp": NOW - 120}
    token = signed_by_us("phr-grant+jwt", claims, "holder", tmp_path)
    with pytest.raises(library.refusals):
        library.verify(token, Key("holder").public, AUDIENCE)
    call = {"op": "token", "typ": "phr-grant+jwt", "token": token, "now": int(time.time())}
    assert ask({**call, "jwks": {"keys": [Key("holder").public]}}) == ("reject", "grant.expired")


@EVERY
@pytest.mark.parametrize("kind", KINDS)
def test_we_read_what_a_library_signs(library, kind):
    header, claims = parts(sample(kind))
    typ = header.get("typ", "client-authentication+jwt")
    key = Key("library")
    for algorithm in library.algorithms:
        source = {"jwk": key.public} if "jwk" in header else {"kid": key.kid}
        made = {"alg": algorithm, "typ": typ, **source}
        token = library.sign(made, claims, key)
        call = {"op": "token", "typ": typ, "token": token, "now": NOW, "jwks": {"keys": [key.public]}}
        assert ask(call) == ("accept", None)
        other = {"keys": [Key("another").public]}
        if "kid" in source:
            assert ask({**call, "jwks": other}) == ("reject", "key.unknown")
        untyped = {name: value for name, value in made.items() if name != "typ"}
        token = library.sign(untyped, claims, key)
        is_fine = kind == "client assertion"
        # PyJWT writes `JWT` where nothing is asked for.
        fault = "header.typ-mismatch" if "typ" in parts(token)[0] else "header.typ-missing"
        assert ask({**call, "token": token}) == (("accept", None) if is_fine else ("reject", fault))


def signed_call(library, algorithm: str, **change) -> dict:
    """A whole request in which a library signed grant and proof."""
    call = dict(vector("header/control")["input"])
    _, grant = parts(call["authorization"].removeprefix("DPoP "))
    _, proof = parts(call["proof"])
    holder, own = Key("holder"), Key("operator proof")
    header = {"alg": algorithm, "typ": "phr-grant+jwt", "kid": holder.kid}
    leaf = library.sign(header, {**grant, **change}, holder)
    header = {"alg": algorithm, "typ": "dpop+jwt", "jwk": own.public}
    call["authorization"] = f"DPoP {leaf}"
    call["proof"] = library.sign(header, {**proof, "ath": s256(leaf)}, own)
    return call


@EVERY
def test_a_request_signed_by_a_library_is_permitted(library):
    for algorithm in library.algorithms:
        call = signed_call(library, algorithm)
        assert ask(call) == ("permit", None)
        start, payload, signature = call["authorization"].split(".")
        raw = bytearray(unb64(signature))
        raw[40] ^= 1
        broken = {**call, "authorization": f"{start}.{payload}.{b64(bytes(raw))}"}
        assert ask(broken) == ("deny", "signature.invalid")
        assert ask(signed_call(library, algorithm, exp=NOW)) == ("deny", "grant.expired")


@EVERY
def test_other_algorithms_of_the_library_are_refused(library):
    key = Key("library")
    _, claims = parts(sample("grant"))
    base = {"op": "token", "typ": "phr-grant+jwt", "now": NOW, "jwks": {"keys": [key.public]}}
    symmetric = pyjwt.encode(claims, key.x * 2, algorithm="HS256", headers={"typ": "phr-grant+jwt", "kid": key.kid})
    unsigned = pyjwt.encode(claims, None, algorithm="none", headers={"typ": "phr-grant+jwt", "kid": key.kid})
    for token in (symmetric, unsigned):
        assert ask({**base, "token": token})[1] in ("header.alg-not-allowed", "signature.malformed")
        with pytest.raises(library.refusals):
            library.verify(token, key.public, AUDIENCE)


@EVERY
def test_a_library_alone_is_not_enough(library):
    """What the specification says in §15: a library sees no duplicate, no status, no link."""
    key = Key("holder")
    _, claims = parts(sample("grant"))
    by = int(time.time()) - NOW
    claims = {**claims, "iat": claims["iat"] + by, "exp": claims["exp"] + by}
    header = {"alg": "EdDSA", "typ": "phr-grant+jwt", "kid": key.kid}
    twice = json.dumps(claims).replace('"sub":', '"sub": "somebody-else", "sub":', 1)
    text = f"{b64(json.dumps(header).encode())}.{b64(twice.encode())}"
    token = f"{text}.{b64(key.private.sign(text.encode()))}"
    assert library.verify(token, key.public, AUDIENCE)["sub"] == claims["sub"]
    call = {"op": "token", "typ": "phr-grant+jwt", "token": token, "now": int(time.time())}
    assert ask({**call, "jwks": {"keys": [key.public]}}) == ("reject", "token.duplicate-member")
    # Entry 9 of the scene's status list is ended: the signature stays good.
    status = {"status_list": {"idx": 9, "uri": f"{AUDIENCE}/status/1"}}
    assert ask(signed_call(library, "EdDSA", status=status)) == ("deny", "grant.revoked")

"""The adapter (§11): one call, one answer."""

from __future__ import annotations

from . import __version__, keys, registration, scope, shapes, status, strict, token
from .audit import audit
from .catalogue import VERSION
from .decide import decide
from .kinds import KINDS
from .refusal import Refusal, demand
from .shapes import ANY, INTEGER, OBJECT, STRING, Each, Named, OrNull, shape
from .trust import read_list

_DAY = OrNull(STRING)
_CALLS = {
    "hello": shape(""),
    "thumbprint": shape("jwk", jwk=ANY),
    "signature": shape("jwk message signature", jwk=OBJECT),
    "token": shape("typ token now jwks? audience?", now=INTEGER, jwks=ANY),
    "status": shape("list jwks uri index now", jwks=ANY, index=ANY, now=INTEGER),
    "consent": shape(
        "now request key_statement consent trust txn display?",
        now=INTEGER,
        trust=shape("jwks trust_list", jwks=ANY),
        txn=shape("id holder opened_at pushed_at? live? arrangement_id?", opened_at=INTEGER, pushed_at=INTEGER),
    ),
    "audit": shape(
        "bundle t jwks",
        bundle=shape(
            "request key_statement consent replaced? registration notice display chain trust_list status marks receipt",
            closed=True,
            chain=Each(STRING),
            status=Each(STRING),
            marks=Each(STRING),
        ),
        t=INTEGER,
        jwks=ANY,
    ),
    "decide": shape(
        "now audience issuers? method url authorization? chain? proof? category action? period? purpose? mode? subject?"
        " record? nonce? trust status? policy? seq_floor? iat_floors? used? released? seen_proofs?",
        now=INTEGER,
        issuers=Each(STRING),
        period=shape("from to", closed=True, **{"from": _DAY, "to": _DAY}),
        record=shape("id? date? flags? tags?", closed=True, flags=Each(STRING), tags=Each(STRING)),
        trust=shape("jwks trust_list? marks?", jwks=ANY, marks=Each(STRING)),
        status=Each(STRING),
        policy=shape(
            "skew? status_age? mark_age? list_age?",
            closed=True,
            skew=INTEGER,
            status_age=INTEGER,
            mark_age=INTEGER,
            list_age=INTEGER,
        ),
        seq_floor=INTEGER,
        iat_floors=Named(INTEGER),
        used=Each(shape("consent_jti category count", closed=True, count=INTEGER)),
        released=Each(shape("category record by at", closed=True, at=INTEGER)),
        seen_proofs=Each(STRING),
    ),
}


def answer_line(line: bytes) -> str:
    """Answers a line; whatever it is, there is an answer (§11.1)."""
    try:
        call = strict.parse(line, max_depth=32)
    except Refusal:
        return strict.write({"id": None} | _say("reject", "caller.malformed"))
    has_id = isinstance(call, dict) and "id" in call
    return strict.write(({"id": call["id"]} if has_id else {}) | answer(call))


def answer(call: object) -> dict:
    """Answers a call that was read."""
    is_decide = isinstance(call, dict) and call.get("op") == "decide"
    try:
        code, value = _run(call)
    except Refusal as refusal:
        return _say("deny" if is_decide else "reject", refusal.code)
    except Exception:  # noqa: BLE001 - a fault of ours is a refusal, and ends nothing
        return _say("deny" if is_decide else "reject", "internal")
    if code not in (None, "status.valid"):
        return _say("reject", code)
    return _say("permit" if is_decide else "accept", code, value)


def _say(decision: str, code: str | None, value: object = None) -> dict:
    reasons = [{"code": code}] if decision in ("deny", "reject") else []
    found = {"decision": decision, "code": code, "reasons": reasons}
    return found if value is None else found | {"value": value}


def _run(call: object) -> tuple[str | None, object]:
    demand(isinstance(call, dict) and isinstance(call.get("op"), str), "caller.malformed")
    demand(call["op"] in _CALLS, "caller.unknown-op")
    table = _CALLS[call["op"]]
    call = shapes.without_nulls(call, table)
    try:
        shapes.check(call, table)
    except Refusal:
        raise Refusal("caller.malformed") from None
    return _OPERATIONS[call["op"]](call)


def _hello(_: dict) -> tuple[None, dict]:
    return None, {
        "implementation": "phr-verifier-python",
        "version": __version__,
        "profile": "1.0",
        "catalogue": VERSION,
        "operations": list(_OPERATIONS),
    }


def _thumbprint(call: dict) -> tuple[None, str]:
    return None, keys.admit(call["jwk"], None).thumbprint


def _signature(call: dict) -> tuple[None, None]:
    try:
        message = strict.decode(call["message"])
    except Refusal:
        raise Refusal("caller.malformed") from None
    key = keys.admit(call["jwk"], None)
    key.verify(message, strict.decode(call["signature"]))
    return None, None


def _token(call: dict) -> tuple[None, dict]:
    demand(call["typ"] not in ("secevent+jwt", "phr-conformance+jwt"), "caller.misuse")
    demand(call["typ"] in KINDS, "caller.malformed")
    unverified = token.read(call["token"], call["typ"])
    if unverified.kid is None:
        key = unverified.header_key()
    else:
        demand("jwks" in call, "caller.malformed")
        key = keys.find(keys.read_set(call["jwks"]), unverified.kid, unverified.alg)
    claims = unverified.verify(key)
    latest = call["now"] + registration.SKEW
    if call["typ"] == "dpop+jwt":
        demand(claims["iat"] <= latest, "proof.future")
    elif call["typ"] == "statuslist+jwt":
        demand(claims["exp"] - claims["iat"] <= unverified.kind.cap, "token.lifetime-exceeded")
        demand(claims["iat"] <= latest and call["now"] < claims["exp"], "status.stale")
    else:
        token.check_time(unverified.kind, claims, call["now"], registration.SKEW)
    demand(call.get("audience") is None or claims.get("aud", call["audience"]) == call["audience"], "audience.mismatch")
    return None, claims


def _status(call: dict) -> tuple[str, None]:
    index = call["index"]
    demand(shapes.is_integer(index) and index >= 0, "status.index-invalid")
    found = status.value_in(call["list"], call["uri"], index, keys.read_set(call["jwks"]), call["now"])
    names = {0: "status.valid", 1: "status.revoked", 2: "status.suspended"}
    return names.get(found, "status.unknown"), None


def _decide(call: dict) -> tuple[None, dict]:
    return None, decide(call)


def _consent(call: dict) -> tuple[None, dict]:
    trust = read_list(call["trust"]["trust_list"], keys.read_set(call["trust"]["jwks"]))
    trust.check_age(call["now"], registration.SKEW, 86_400, None)
    given = call["txn"]
    opened_at = given["opened_at"]
    txn = registration.Transaction(
        given["id"], given["holder"], opened_at, given.get("pushed_at", opened_at), given.get("live"), given.get("arrangement_id")
    )
    claims = registration.register(call, txn, trust, call["now"])
    shown = call.get("display")
    demand(shown is None or strict.s256(shown) == claims["display"]["s256"], "consent.display-mismatch")
    return None, claims


def _audit(call: dict) -> tuple[None, str]:
    return None, audit(call["bundle"], call["t"], keys.read_set(call["jwks"]))


_OPERATIONS = {
    "hello": _hello,
    "signature": _signature,
    "token": _token,
    "decide": _decide,
    "status": _status,
    "consent": _consent,
    "audit": _audit,
    "thumbprint": _thumbprint,
}

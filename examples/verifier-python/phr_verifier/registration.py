"""The registration of a consent (§9.1), as far as it needs no database."""

from __future__ import annotations

from dataclasses import dataclass

from . import display, keys, strict, token
from .catalogue import CATEGORIES
from .kinds import DAY
from .path import check_device
from .refusal import demand
from .scope import check_narrower
from .trust import TrustList
from .values import THUMBPRINT_URI

SKEW = 60
_MOST_DAYS = {"operator": 90, "medical-institution": 1, "pharmacy": 1}
"""How long a consent may last (§10.2); 365 days for other roles."""


@dataclass(frozen=True)
class Transaction:
    """What the holder remembers of the transaction in which the consent was asked for."""

    id: str
    holder: str
    opened_at: int
    pushed_at: int
    live: str | None
    """The hash of the arrangement's live consent, which the new one replaces."""
    arrangement_id: str | None


def _check_request(compact: str, trust: TrustList, txn: Transaction) -> dict:
    """What a holder checks when a request is pushed, points 1 to 6."""
    unverified = token.read(compact, "oauth-authz-req+jwt")
    claims = _verify_request(unverified, trust)
    token.check_time(unverified.kind, claims, txn.pushed_at, SKEW)
    demand(claims["aud"] == txn.holder, "audience.mismatch")
    member = trust.members[claims["iss"]]
    demand(not member.is_suspended(txn.pushed_at), "trust.suspended")
    demand(member.mode is not None, "catalogue.mode-not-allowed")
    demand(claims["client_name"] == member.claims["name"], "request.name-mismatch")
    demand(claims["redirect_uri"] in member.claims["redirect_uris"], "request.redirect-uri")
    origins = member.claims["notice_origins"]
    demand(any(claims["notice_uri"].startswith(origin + "/") for origin in origins), "request.notice-origin")
    for detail in claims["authorization_details"]:
        allowed = all(member.mode in CATEGORIES[code].modes for code in detail["datatypes"])
        demand(allowed, "catalogue.mode-not-allowed")
        if member.is_device:
            check_device([detail], trust)
    return claims


def _verify_request(unverified: token.Unverified, trust: TrustList) -> dict:
    """A server client signs with a listed key, a device client with the key that the header carries (§3.2)."""
    if unverified.kid is not None:
        return trust.verify(unverified)
    key = unverified.header_key()
    claims = unverified.verify(key)
    member = trust.members.get(claims["iss"])
    demand(member is not None, "issuer.untrusted")
    demand(member.is_device and key.thumbprint == claims["dpop_jkt"], "request.client-key")
    return claims


def register(tokens: dict[str, str], txn: Transaction, trust: TrustList, now: int) -> dict:
    """Checks `request`, `key_statement` and `consent` when the consent comes back; gives its claims."""
    request = _check_request(tokens["request"], trust, txn)
    named = token.read(tokens["key_statement"], "phr-key+jwt")
    statement = trust.verify(named)
    demand(statement["iss"] == txn.holder, "key-statement.mismatch")
    token.check_time(named.kind, statement, now, SKEW)
    demand("basis" not in statement or now < statement["basis"]["until"], "agent.expired")
    key = keys.admit(statement["cnf"]["jwk"], None)
    signed = token.read(tokens["consent"], "phr-consent+jwt")
    demand(signed.kid == key.thumbprint, "key-statement.mismatch")
    consent = signed.verify(key)
    token.check_time(signed.kind, consent, now, SKEW)
    demand(consent["iss"] == THUMBPRINT_URI + key.thumbprint, "key-statement.mismatch")
    demand(consent["key_s256"] == named.s256, "key-statement.mismatch")
    demand(consent["sub"] == statement.get("for", statement["sub"]), "key-statement.mismatch")
    demand(consent["aud"] == txn.holder, "audience.mismatch")
    _check_actor(consent, statement)
    demand(consent["txn"] == txn.id and consent["iat"] == txn.opened_at, "consent.transaction")
    demand(consent["req_s256"] == strict.s256(tokens["request"]), "consent.request-mismatch")
    demand(txn.arrangement_id in (None, consent["arrangement_id"]), "consent.transaction")
    demand(consent.get("supersedes") == txn.live, "consent.supersedes")
    _check_recipient(consent, request, statement, trust)
    demand(key.thumbprint != consent["recipient"]["jkt"], "consent.key-reused")
    check_narrower(consent["authorization_details"], request["authorization_details"])
    _check_terms(consent, statement)
    notice = consent["notice"]
    is_same = notice["uri"] == request["notice_uri"] and notice["s256"] == request["notice_s256"]
    demand(is_same, "consent.notice-mismatch")
    text = display.render(consent, consent["display"]["lang"])
    demand(strict.s256(text) == consent["display"]["s256"], "consent.display-mismatch")
    return consent


def _check_actor(consent: dict, statement: dict) -> None:
    """Point 5; unknown members of either are ignored."""
    if statement["role"] == "self":
        demand("act" not in consent, "consent.actor-mismatch")
        return
    demand("act" in consent, "consent.actor-mismatch")
    act = consent["act"]
    demand(all(act[name] == statement[name] for name in ("sub", "role")), "consent.actor-mismatch")
    same_basis = all(act["basis"][name] == statement["basis"][name] for name in ("kind", "ref", "until"))
    demand(same_basis, "consent.actor-mismatch")


def _check_recipient(consent: dict, request: dict, statement: dict, trust: TrustList) -> None:
    """Point 7."""
    recipient, code = consent["recipient"], "consent.recipient-mismatch"
    demand(recipient["id"] == request["iss"] == statement["rcp"], code)
    demand(recipient["jkt"] == request["dpop_jkt"], code)
    member = trust.members[recipient["id"]]
    for name in ("name", "name#en", "address", "representative", "country"):
        demand(recipient[name] == member.claims[name], code)
    demand(recipient["role"] == member.recipient_role, code)
    demand(consent["overseas"]["transfer"] or not member.claims["overseas"], code)


def _check_terms(consent: dict, statement: dict) -> None:
    """Point 8, after the scope."""
    most = _MOST_DAYS.get(consent["recipient"]["role"], 365) * DAY
    is_short = consent["exp"] - consent["iat"] <= most and consent["exp"] <= statement["exp"]
    demand(is_short, "token.lifetime-exceeded")
    if "act" in consent:
        codes = [code for detail in consent["authorization_details"] for code in detail["datatypes"]]
        demand(all("agent" in CATEGORIES[code].modes for code in codes), "catalogue.mode-not-allowed")

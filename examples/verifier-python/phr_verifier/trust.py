"""The trust list (§4.1): who the members are, in which role, with which keys."""

from __future__ import annotations

import re
from dataclasses import dataclass

from . import keys, token, words
from .kinds import DAY
from .refusal import Refusal, demand
from .scope import ROLES, has_no_repeats

_MODES = {
    "operator": "phr",
    "medical-institution": "med",
    "pharmacy": "med",
    "care-provider": "care",
    "researcher": "research-consented",
    "public-health-centre": None,
}
"""The recipient roles, and the mode of each (§8.2)."""

_RECIPIENT_SIGNS = ("oauth-authz-req+jwt", "client-authentication+jwt", "phr-receipt+jwt", "statuslist+jwt")
_SIGNS = {role: _RECIPIENT_SIGNS for role in _MODES} | {
    "holder": ("phr-key+jwt", "phr-grant+jwt", "statuslist+jwt", "phr-receipt+jwt", "secevent+jwt"),
    "medical-institution": (*_RECIPIENT_SIGNS, "phr-emergency+jwt"),
    "certification-body": ("trust-mark+jwt", "statuslist+jwt"),
    "scheme-owner": ("trust-mark-delegation+jwt",),
    "runner": ("phr-conformance+jwt",),
}
CARERS = ("medical-institution", "pharmacy", "care-provider")
"""To whom a device client may hand on."""


@dataclass(frozen=True)
class Member:
    """An entry of the list."""

    claims: dict
    keys: dict[str, keys.Key]

    @property
    def id(self) -> str:
        return self.claims["id"]

    @property
    def recipient_role(self) -> str | None:
        return next((role for role in self.claims["roles"] if role in _MODES), None)

    @property
    def mode(self) -> str | None:
        """The mode of its recipient role; none for a role that gets no grant."""
        return _MODES.get(self.recipient_role)

    @property
    def is_device(self) -> bool:
        return self.claims["client_type"] == "device"

    def may_sign(self, typ: str) -> bool:
        return any(typ in _SIGNS[role] for role in self.claims["roles"])

    def is_suspended(self, now: int) -> bool:
        return "suspended_from" in self.claims and now >= self.claims["suspended_from"]


class TrustList:
    """A list whose signature and rules were checked; its age is checked at each use."""

    def __init__(self, claims: dict) -> None:
        self.claims = claims
        self.members: dict[str, Member] = {}
        self._keys: dict[str, tuple[Member, keys.Key]] = {}
        for each in claims["members"]:
            self._add(each)
        self.owners = {mark_type: _owner(owner) for mark_type, owner in claims.get("trust_mark_owners", {}).items()}

    def _add(self, claims: dict) -> None:
        demand(words.is_entity(claims["id"]) and claims["id"] not in self.members)
        words.check_name(claims["name"])
        words.check_name(claims["name#en"])
        demand(words.is_line(claims["address"]) and words.is_line(claims["representative"]))
        demand(words.is_country(claims["country"]))
        roles = claims["roles"]
        demand(bool(roles) and has_no_repeats(roles) and all(role in ROLES for role in roles))
        demand(sum(role in _MODES for role in roles) <= 1)
        demand(claims["client_type"] in ("server", "device"))
        for name in ("redirect_uris", "status_uris"):
            demand(all(words.is_uri(uri) for uri in claims[name]))
        demand(has_no_repeats(claims["status_uris"]))
        for origin in claims["notice_origins"]:
            demand(words.is_entity(origin) and re.fullmatch(r"https?://[^/]+", origin) is not None)
        demand("area" not in claims or words.is_identifier(claims["area"]))
        member = Member(claims, keys.read_entries(claims["keys"]))
        self.members[member.id] = member
        for thumbprint, key in member.keys.items():
            demand(thumbprint not in self._keys)
            self._keys[thumbprint] = (member, key)

    def verify(self, unverified: token.Unverified) -> dict:
        """Key by `kid`, signature, claims, and the issuer stage of §4.1."""
        demand(unverified.kid in self._keys, "key.unknown")
        owner, key = self._keys[unverified.kid]
        key.check_use(unverified.alg)
        claims = unverified.verify(key)
        member = self.members.get(claims["iss"])
        demand(member is not None, "issuer.untrusted")
        demand(member is owner, "key.issuer-mismatch")
        demand(member.may_sign(unverified.kind.typ), "issuer.kind-not-allowed")
        return claims

    def check_age(self, now: int, skew: int, list_age: int, seq_floor: int | None) -> None:
        """Points 3 to 5 of §4.1."""
        claims = self.claims
        demand(claims["iat"] <= now + skew, "trust.list-stale")
        demand(now < claims["exp"], "trust.list-expired")
        demand(now - claims["iat"] <= list_age, "trust.list-stale")
        demand(seq_floor is None or claims["seq"] >= seq_floor, "trust.list-rollback")


def _owner(owner: dict) -> tuple[str, dict[str, keys.Key]]:
    demand(words.is_entity(owner["sub"]))
    return owner["sub"], keys.read_set(owner["jwks"])


def read_list(compact: str | None, anchor: dict[str, keys.Key]) -> TrustList:
    """Points 1 to 3 of §4.1, as far as they need no clock."""
    demand(compact is not None, "trust.list-missing")
    try:
        unverified = token.read(compact, "phr-trust-list+jwt")
    except Refusal:
        raise Refusal("trust.list-malformed") from None
    try:
        unverified.check_signature(keys.find(anchor, unverified.kid, unverified.alg))
    except Refusal:
        raise Refusal("trust.list-signature") from None
    try:
        claims = unverified.claims()
        demand(claims["exp"] - claims["iat"] <= 30 * DAY)
        return TrustList(claims)
    except Refusal:
        raise Refusal("trust.list-malformed") from None

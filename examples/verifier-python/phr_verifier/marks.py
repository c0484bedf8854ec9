"""Trust marks (§4.2): that a client was certified for its role."""

from __future__ import annotations

from . import keys, strict, token
from .kinds import DAY
from .refusal import Refusal, demand
from .status import StatusLists
from .trust import Member, TrustList

_ORDER = (
    "mark.malformed",
    "mark.signature-invalid",
    "mark.untrusted",
    "mark.delegation-invalid",
    "mark.not-yet-valid",
    "mark.expired",
    "mark.role",
    "mark.status",
    "mark.suspended",
    "mark.revoked",
    "trust.suspended",
)
"""How far a mark got; of several bad ones, the one that got furthest is named."""


class Marks:
    """The marks that the verifier has, filed by the `sub` that they claim."""

    def __init__(self, tokens: list[str], trust: TrustList, status: StatusLists, skew: int, mark_age: int) -> None:
        self.tokens, self.trust, self.status = tokens, trust, status
        self.skew, self.mark_age = skew, mark_age

    def check(self, client: Member, now: int) -> None:
        """One good mark is enough."""
        filed = [compact for compact in self.tokens if strict.claimed(compact, "sub") == client.id]
        demand(bool(filed), "trust.not-certified")
        furthest = 0
        for compact in filed:
            try:
                self._check(compact, client, now)
                return
            except Refusal as refusal:
                furthest = max(furthest, _ORDER.index(refusal.code))
        raise Refusal(_ORDER[furthest])

    def _check(self, compact: str, client: Member, now: int) -> None:
        try:
            claims = self.trust.verify(token.read(compact, "trust-mark+jwt"))
        except Refusal as refusal:
            raise Refusal(_fault(refusal.code)) from None
        self._check_type(claims, now)
        demand(claims["exp"] - claims["iat"] <= 366 * DAY, "mark.malformed")
        demand(claims["iat"] <= now + self.skew, "mark.not-yet-valid")
        demand(now < claims["exp"], "mark.expired")
        demand(client.recipient_role in claims["roles"], "mark.role")
        value = self._status(claims, now)
        demand(value != 1, "mark.revoked")
        demand(value != 2, "mark.suspended")
        demand(value == 0, "mark.status")
        demand(not self.trust.members[claims["iss"]].is_suspended(now), "trust.suspended")

    def _check_type(self, claims: dict, now: int) -> None:
        """Whether the issuer may issue this type; where the type has an owner, by the owner's delegation."""
        mark_type = claims["trust_mark_type"]
        issuers = self.trust.claims.get("trust_mark_issuers", {}).get(mark_type, [])
        demand(claims["iss"] in issuers, "mark.untrusted")
        if mark_type in self.trust.owners:
            try:
                self._check_delegation(claims, *self.trust.owners[mark_type], now)
            except Refusal:
                raise Refusal("mark.delegation-invalid") from None

    def _check_delegation(self, mark: dict, owner: str, owner_keys: dict[str, keys.Key], now: int) -> None:
        demand("delegation" in mark)
        unverified = token.read(mark["delegation"], "trust-mark-delegation+jwt")
        claims = unverified.verify(keys.find(owner_keys, unverified.kid, unverified.alg))
        demand(claims["iss"] == owner and claims["sub"] == mark["iss"])
        demand(claims["trust_mark_type"] == mark["trust_mark_type"])
        token.check_time(unverified.kind, claims, now, self.skew)

    def _status(self, claims: dict, now: int) -> int:
        try:
            return self.status.value(claims, now, self.mark_age, self.skew)
        except Refusal:
            raise Refusal("mark.status") from None


def _fault(code: str) -> str:
    if code.startswith(("key.", "issuer.")):
        return "mark.untrusted"
    return "mark.signature-invalid" if code.startswith("signature.") else "mark.malformed"

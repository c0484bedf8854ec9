"""The path from the grant to the leaf: its tokens (§8.3 D), its links (F), its scope (G)."""

from __future__ import annotations

from dataclasses import dataclass, field

from . import token
from .refusal import demand
from .scope import check_narrower, fits, is_sensitive
from .trust import CARERS, TrustList


@dataclass
class Path:
    """Verified tokens, root first, with the hash of each."""

    grant: dict
    grant_s256: str
    delegations: list[dict] = field(default_factory=list)
    hashes: list[str] = field(default_factory=list)

    @property
    def leaf(self) -> dict:
        return self.delegations[-1] if self.delegations else self.grant

    @property
    def clients(self) -> list[str]:
        return [self.grant["client_id"], *(each["client_id"] for each in self.delegations)]


@dataclass(frozen=True)
class Terms:
    """Who the verifier is; an audit (§8.6) leaves all three out."""

    issuers: list[str] | None = None
    audience: str | None = None
    subject: str | None = None


def read_path(tokens: list[str], trust: TrustList, now: int, skew: int, terms: Terms) -> Path:
    """§8.3 D: all stages of one token come before the first stage of the next."""
    unverified = token.read(tokens[0], "phr-grant+jwt")
    grant = trust.verify(unverified)
    demand(terms.issuers is None or grant["iss"] in terms.issuers, "issuer.not-authoritative")
    token.check_time(unverified.kind, grant, now, skew)
    demand(terms.audience in (None, grant["aud"]), "audience.mismatch")
    demand(terms.subject in (None, grant["sub"]), "subject.mismatch")
    path = Path(grant, unverified.s256)
    for compact in tokens[1:]:
        unverified = token.read(compact, "phr-delegation+jwt")
        claims = _read_delegation(unverified, path.leaf, trust)
        token.check_time(unverified.kind, claims, now, skew)
        demand(terms.audience in (None, claims["aud"]), "chain.broken")
        path.delegations.append(claims)
        path.hashes.append(unverified.s256)
    return path


def _read_delegation(unverified: token.Unverified, parent: dict, trust: TrustList) -> dict:
    key = unverified.header_key()
    # Before the signature: otherwise anybody's own key would verify what anybody signed.
    demand(key.thumbprint == parent["cnf"]["jkt"], "chain.broken")
    claims = unverified.verify(key)
    demand(claims["iss"] == parent["client_id"], "chain.broken")
    member = trust.members.get(claims["iss"])
    is_long = claims["exp"] - claims["iat"] > 3_600
    demand(not (member is not None and member.is_device and is_long), "token.lifetime-exceeded")
    demand(claims["iat"] >= parent["iat"] and claims["exp"] <= parent["exp"], "chain.broken")
    return claims


def check_links(path: Path, trust: TrustList) -> None:
    """§8.3 F."""
    parent = path.grant_s256
    for depth, (claims, own) in enumerate(zip(path.delegations, path.hashes), start=1):
        for name in ("sub", "aud", "arrangement_id", "consent_jti", "consent_s256"):
            demand(claims[name] == path.grant.get(name), "chain.broken")
        demand(claims["par_s256"] == parent and claims["depth"] == depth, "chain.broken")
        demand(depth <= path.grant["dlg"]["max_depth"], "chain.too-deep")
        member = trust.members.get(claims["client_id"])
        demand(member is not None, "trust.not-certified")
        demand(claims["cnf"]["jkt"] in member.keys, "delegation.recipient-key")
        parent = own


def check_device(details: list[dict], trust: TrustList) -> None:
    """To whom a device client may hand on (§4.1)."""
    for detail in details:
        onward = detail["onward"]
        named = [trust.members.get(entity) for entity in onward["to"]]
        are_carers = all(member is not None and member.recipient_role in CARERS for member in named)
        demand(not onward["roles"] and are_carers, "scope.onward-wider")


def check_device_grant(path: Path, trust: TrustList) -> None:
    """§8.3 G.1."""
    client = trust.members.get(path.grant["client_id"])
    if client is not None and client.is_device:
        check_device(path.grant["authorization_details"], trust)
        demand(path.grant["dlg"]["max_depth"] <= 1, "chain.too-deep")


def check_subsets(path: Path, trust: TrustList) -> None:
    """§8.3 G.2: each delegation fits inside its parent, which allows its recipient (§6)."""
    outer = path.grant["authorization_details"]
    for claims in path.delegations:
        inner = claims["authorization_details"]
        check_narrower(inner, outer)
        role = trust.members[claims["client_id"]].recipient_role
        for detail in inner:
            allowed = any(_allows(parent, detail, claims["client_id"], role) for parent in outer)
            demand(allowed, "scope.onward-wider")
        outer = inner


def _allows(parent: dict, detail: dict, client_id: str, role: str | None) -> bool:
    onward = parent["onward"]
    is_named = client_id in onward["to"] or (not is_sensitive(detail) and role in onward["roles"])
    return fits(detail, parent) and role is not None and is_named

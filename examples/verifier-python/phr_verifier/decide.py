"""The verdict (§8): one function, whose lines are the order of the checks (§8.3)."""

from __future__ import annotations

from . import keys, scope, shapes, words
from .catalogue import CATEGORIES, FLAGS
from .marks import Marks
from .path import Path, Terms, check_device_grant, check_links, check_subsets, read_path
from .presentation import Proof, presented
from .refusal import demand
from .rules import CatalogueRules, covering
from .status import StatusLists
from .trust import TrustList, read_list

_LIMITS = {"skew": (60, 300), "status_age": (300, 3_600), "mark_age": (86_400, 86_400), "list_age": (86_400, 86_400)}
"""Of each limit of the policy the default and the most (§8.1)."""
_MODES = "self agent phr med care emergency disaster research-consented".split()


def decide(call: dict) -> dict:
    """Gives the permit, or raises the refusal."""
    policy = _check_caller(call)
    now, skew = call["now"], policy["skew"]
    trust = read_list(call["trust"].get("trust_list"), keys.read_set(call["trust"]["jwks"]))
    trust.check_age(now, skew, policy["list_age"], call.get("seq_floor"))
    tokens = presented(call.get("authorization"), call.get("chain"))
    terms = Terms(call["issuers"], call["audience"], call.get("subject"))
    path = read_path(tokens, trust, now, skew, terms)
    proof = Proof(call.get("proof"), call, skew)
    proof.check(path.leaf, tokens[-1])
    purpose = proof.purpose(path.leaf)
    proof.check_replay()
    check_links(path, trust)
    check_device_grant(path, trust)
    check_subsets(path, trust)
    detail = covering(path, call, purpose)
    rules = CatalogueRules(path, call, trust, detail)
    status = StatusLists(call.get("status", []), trust, call.get("iat_floors", {}))
    check_status(path, now, policy["status_age"], skew, status)
    marks = Marks(call["trust"].get("marks", []), trust, status, skew, policy["mark_age"])
    check_certified(path, now, trust, marks)
    return _permit(path, rules, proof, purpose)


def _check_caller(call: dict) -> dict:
    """§8.3 A; gives the policy."""
    demand(call["category"] in CATEGORIES and call.get("action", "read") in ("list", "read"), "caller.malformed")
    demand(call.get("purpose") in (None, *scope.PURPOSES), "caller.malformed")
    demand(call.get("mode") in (None, *_MODES), "caller.malformed")
    demand(all(flag in FLAGS for flag in call.get("record", {}).get("flags", [])), "caller.malformed")
    for each in (*call.get("used", []), *call.get("released", [])):
        demand(each["category"] in CATEGORIES and each.get("count", 0) >= 0, "caller.malformed")
    if "period" in call:
        demand(scope.is_period(call["period"]), "caller.malformed")
    policy = {name: default for name, (default, _) in _LIMITS.items()} | call.get("policy", {})
    demand(all(0 <= policy[name] <= most for name, (_, most) in _LIMITS.items()), "caller.policy")
    demand(words.is_entity(call["audience"]) and bool(call.get("issuers")), "caller.misuse")
    return policy


def check_status(path: Path, now: int, max_age: int, skew: int, status: StatusLists) -> None:
    """§8.3 I, with the codes of §8.5."""
    pointing = [(path.grant, "grant.revoked")]
    for claims in path.delegations:
        is_leaf = claims is path.delegations[-1]
        if "status" in claims:
            pointing.append((claims, "delegation.revoked" if is_leaf else "chain.parent-revoked"))
    for claims, ended in pointing:
        value = status.value(claims, now, max_age, skew)
        demand(value not in (1, 2), ended)
        demand(value == 0, "status.unknown")


def check_certified(path: Path, now: int, trust: TrustList, marks: Marks) -> None:
    """§8.3 J."""
    demand(not trust.members[path.grant["iss"]].is_suspended(now), "trust.suspended")
    for client_id in path.clients:
        client = trust.members.get(client_id)
        demand(client is not None and client.recipient_role is not None, "trust.not-certified")
        demand(not client.is_suspended(now), "trust.suspended")
        marks.check(client, now)


def _permit(path: Path, rules: CatalogueRules, proof: Proof, purpose: str | None) -> dict:
    """What may be had (§11.2)."""
    grant = path.grant
    found = {
        "mode": rules.mode,
        "purpose": purpose,
        "sub": grant["sub"],
        "client_id": path.clients[-1],
        "arrangement_id": grant["arrangement_id"],
        "grant_jti": grant["jti"],
        "depth": len(path.delegations),
        "by_agent": "act" in grant,
        "detail": rules.detail,
        "filter": rules.filter(),
        "replay_key": proof.replay_key,
        "replay_until": proof.replay_until,
        "once": rules.detail["frequency"] == "once",
    }
    return found | ({"consent_jti": grant["consent_jti"]} if "consent_jti" in grant else {})

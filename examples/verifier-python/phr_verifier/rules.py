"""What a request may read of what is granted: covering (§5.3), the rules of the catalogue (§8.3 H, §10.3)."""

from __future__ import annotations

import datetime

from . import days
from .catalogue import CATEGORIES, Category
from .path import Path
from .refusal import Refusal, demand
from .scope import is_inside
from .trust import Member, TrustList

INSTITUTION_MODES = ("med", "emergency", "disaster")
_COVERING = (
    "scope.not-granted",
    "scope.action-not-granted",
    "scope.period-not-granted",
    "scope.purpose-not-granted",
    "scope.excluded",
    "grant.use-limit",
)


def covering(path: Path, call: dict, purpose: str | None) -> dict:
    """§5.3: the detail of the leaf that covers the request."""
    furthest, best = 0, None
    for detail in path.leaf["authorization_details"]:
        failed = _first_uncovered(detail, path, call, purpose)
        if failed is not None:
            furthest = max(furthest, failed)
        elif best is None or (best["frequency"] == "once" and detail["frequency"] == "continuing"):
            best = detail
    if best is None:
        raise Refusal(_COVERING[furthest])
    return best


def _first_uncovered(detail: dict, path: Path, call: dict, purpose: str | None) -> int | None:
    category = CATEGORIES[call["category"]]
    holds = (
        category.code in detail["datatypes"],
        call.get("action", "read") in detail["actions"],
        is_inside(call.get("period", detail["period"]), detail["period"]),
        purpose in detail["purposes"],
        not category.flags or any(flag not in detail["exclude"] for flag in category.flags),
        detail["frequency"] == "continuing" or not _is_spent(path, call),
    )
    return next((at for at, each in enumerate(holds) if not each), None)


def _is_spent(path: Path, call: dict) -> bool:
    consent = path.grant.get("consent_jti")
    uses = [each for each in call.get("used", []) if each["category"] == call["category"]]
    return any(each["consent_jti"] == consent and each["count"] > 0 for each in uses)


class CatalogueRules:
    """§8.3 H, in its order; what it finds goes into the permit."""

    def __init__(self, path: Path, call: dict, trust: TrustList, detail: dict) -> None:
        self.category = CATEGORIES[call["category"]]
        self.detail = detail
        self.period = call.get("period", detail["period"])
        self.mode = _mode(path, call["now"], trust)
        demand(call.get("mode") in (None, self.mode), "request.mode-mismatch")
        self.modes = [self.mode]
        demand(self.mode in self.category.modes, "catalogue.mode-not-allowed")
        demand("act" not in path.grant or "agent" in self.category.modes, "catalogue.mode-not-allowed")
        for claims in path.delegations:
            self.modes.append(trust.members[claims["client_id"]].mode)
            demand(self.modes[-1] in self.category.modes, "catalogue.mode-not-allowed")
        self.look_back_from = _look_back(self.category, call["now"])
        self._check_look_back()
        self.released = None
        if self.category.gate == "human-release":
            released = [each for each in call.get("released", []) if each["category"] == self.category.code]
            demand(bool(released), "scope.release-required")
            self.released = [each["record"] for each in released]
        if "record" in call:
            self._check_record(call["record"])

    @property
    def is_institution_side(self) -> bool:
        """Whether everybody on the path treats the person."""
        return all(mode in INSTITUTION_MODES for mode in self.modes)

    def _check_look_back(self) -> None:
        start, end = self.look_back_from, self.period["to"]
        demand(start is None or end is None or days.day(end) >= start, "catalogue.look-back")

    def _check_record(self, record: dict) -> None:
        """The filter of §10.3, for one record."""
        tags = record.get("tags", [])
        is_hidden = "UNDELIVERED" in tags or ("UNINFORMED" in tags and not self.is_institution_side)
        demand(not is_hidden, "scope.not-disclosed")
        covered = days.days_of_record(record["date"]) if "date" in record else None
        demand(covered is not None, "scope.period-not-granted")
        first, last = covered
        period = {"from": first.isoformat(), "to": last.isoformat()}
        demand(is_inside(period, self.period) and is_inside(period, self.detail["period"]), "scope.period-not-granted")
        demand(self.look_back_from is None or first >= self.look_back_from, "catalogue.look-back")
        demand(not any(flag in self.detail["exclude"] for flag in record.get("flags", [])), "scope.excluded")
        demand(self.released is None or record.get("id") in self.released, "scope.release-required")

    def filter(self) -> dict:
        """What the service needs to filter the records of the answer."""
        start = self.look_back_from
        return {
            "category": self.category.code,
            "mode": self.mode,
            "institution_side": self.is_institution_side,
            "period": self.period,
            "look_back_from": None if start is None else start.isoformat(),
            "exclude": self.detail["exclude"],
            "released": self.released,
        }


def _look_back(category: Category, now: int) -> datetime.date | None:
    today = days.day_of(now)
    if category.look_back_days is None or today is None:
        return None
    return today - datetime.timedelta(days=category.look_back_days)


def _mode(path: Path, now: int, trust: TrustList) -> str:
    """§8.2: computed, never believed."""
    client = trust.members.get(path.grant["client_id"])
    demand(client is not None, "trust.not-certified")
    demand(client.mode is not None, "catalogue.mode-not-allowed")
    return _emergency_mode(path.grant, now, trust, client) if "emg" in path.grant else client.mode


def _emergency_mode(grant: dict, now: int, trust: TrustList, client: Member) -> str:
    """§8.3 H.2."""
    demand(client.recipient_role == "medical-institution", "emergency.not-active")
    demand(all(detail["handling"] == "view" for detail in grant["authorization_details"]), "scope.handling-wider")
    mode = "emergency"
    if "activation_id" in grant["emg"]:
        named = grant["emg"]["activation_id"]
        activation = next((each for each in trust.claims["activations"] if each["id"] == named), None)
        demand(activation is not None, "emergency.not-active")
        is_covered = client.claims.get("area") in activation["areas"]
        is_on = activation["from"] <= now < activation["until"]
        demand(is_covered and is_on and grant["exp"] <= activation["until"], "emergency.not-active")
        mode = activation["kind"]
    codes = [code for detail in grant["authorization_details"] for code in detail["datatypes"]]
    demand(all(mode in CATEGORIES[code].modes for code in codes), "catalogue.mode-not-allowed")
    return mode

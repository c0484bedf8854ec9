"""Details (§5.1) and the subset rule (§5.2)."""

from __future__ import annotations

from . import days, words
from .catalogue import CATEGORIES, FLAGS, VERSION
from .refusal import Refusal, demand

PURPOSES = (
    "self-view care emergency-care medication-safety long-term-care health-promotion public-health insurance-admin "
    "employment-health school-health research-consented service-improvement marketing"
).split()
HANDLING = ["view", "query", "store"]
FREQUENCY = ["once", "continuing"]
ON_END = ["erase", "anonymise", "keep-required-by-law"]
DEIDENT = ["none", "pseudonymous", "anonymous"]
ROLES = (
    "holder operator medical-institution pharmacy care-provider public-health-centre researcher certification-body "
    "scheme-owner runner"
).split()


def has_no_repeats(items: list) -> bool:
    """Whether no two are equal; also for what cannot be hashed."""
    return all(item not in items[:at] for at, item in enumerate(items))


def check_details(details: list[dict]) -> None:
    """The fourth pass, in the order of the table."""
    demand(bool(details))
    for detail in details:
        _check(detail)
    demand(has_no_repeats(details))


def _check(detail: dict) -> None:
    demand(detail["type"] == "phr-records")
    _check_set(detail["actions"], ["list", "read"], least=1)
    _check_set(detail["datatypes"], CATEGORIES, least=1)
    demand(detail["datatypes_ver"] == VERSION, "catalogue.version-unknown")
    demand(is_period(detail["period"]))
    _check_set(detail["purposes"], PURPOSES, least=1)
    demand(detail["handling"] in HANDLING)
    demand(detail["frequency"] in FREQUENCY)
    retention = detail["retention"]
    if "days" in retention:
        demand(retention["days"] >= 0)
    else:
        days.day(retention["until"])
    demand(detail["on_end"] in ON_END)
    onward = detail["onward"]
    demand(has_no_repeats(onward["to"]) and all(words.is_entity(id_) for id_ in onward["to"]))
    _check_set(onward["roles"], ROLES, least=0)
    demand(detail["deident"] in DEIDENT)
    _check_set(detail["exclude"], FLAGS, least=0)


def is_period(period: dict) -> bool:
    """Two days that exist, in order, or `null` for open."""
    try:
        ends = [None if end is None else days.day(end) for end in (period["from"], period["to"])]
    except Refusal:
        return False
    return None in ends or ends[0] <= ends[1]


def _check_set(items: list, allowed, least: int) -> None:
    demand(len(items) >= least and all(item in allowed for item in items) and has_no_repeats(items))


def _is_subset(inner: list, outer: list) -> bool:
    return all(item in outer for item in inner)


def is_inside(inner: dict, outer: dict) -> bool:
    """Whether every day of one period lies in another; days as text sort as days."""
    starts = outer["from"] is None or (inner["from"] is not None and inner["from"] >= outer["from"])
    return starts and (outer["to"] is None or (inner["to"] is not None and inner["to"] <= outer["to"]))


def _retention_fits(inner: dict, outer: dict) -> bool:
    if inner.keys() != outer.keys():
        return False
    return all(inner[name] <= outer[name] for name in inner)


def _no_more(order: list[str], inner: str, outer: str) -> bool:
    return order.index(inner) <= order.index(outer)


_AXES = (
    ("actions", lambda c, p: _is_subset(c["actions"], p["actions"])),
    ("datatypes", lambda c, p: _is_subset(c["datatypes"], p["datatypes"])),
    ("datatypes-ver", lambda c, p: c["datatypes_ver"] == p["datatypes_ver"]),
    ("period", lambda c, p: is_inside(c["period"], p["period"])),
    ("purposes", lambda c, p: _is_subset(c["purposes"], p["purposes"])),
    ("handling", lambda c, p: _no_more(HANDLING, c["handling"], p["handling"])),
    ("frequency", lambda c, p: _no_more(FREQUENCY, c["frequency"], p["frequency"])),
    ("retention", lambda c, p: _retention_fits(c["retention"], p["retention"])),
    ("on-end", lambda c, p: _no_more(ON_END, c["on_end"], p["on_end"])),
    (
        "onward",
        lambda c, p: _is_subset(c["onward"]["to"], p["onward"]["to"])
        and _is_subset(c["onward"]["roles"], p["onward"]["roles"]),
    ),
    ("deident", lambda c, p: _no_more(DEIDENT, p["deident"], c["deident"])),
    ("exclude", lambda c, p: _is_subset(p["exclude"], c["exclude"])),
)


def _first_wider(child: dict, parent: dict) -> int | None:
    return next((at for at, (_, holds) in enumerate(_AXES) if not holds(child, parent)), None)


def fits(child: dict, parent: dict) -> bool:
    """Whether one detail is nowhere wider than another."""
    return _first_wider(child, parent) is None


def check_narrower(child: list[dict], parent: list[dict]) -> None:
    """Each detail of the child fits inside one detail of the parent; else the axis that got furthest is named."""
    for detail in child:
        failures = [_first_wider(detail, outer) for outer in parent]
        if None not in failures:
            raise Refusal(f"scope.{_AXES[max(failures, default=0)][0]}-wider")


def is_sensitive(detail: dict) -> bool:
    """Whether a detail holds an S2 or S3 category."""
    return any(CATEGORIES[code].is_sensitive for code in detail["datatypes"])

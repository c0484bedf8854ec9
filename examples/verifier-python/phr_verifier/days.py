"""Days as clocks in Japan count them (§2.6), and the days of records (§5.3)."""

from __future__ import annotations

import datetime
import re

from .refusal import Refusal

_JAPAN = datetime.timezone(datetime.timedelta(hours=9))
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_MOMENT = re.compile(
    r"([0-9]{4}-[0-9]{2}-[0-9]{2})T([0-9]{2}:[0-9]{2}(?::[0-9]{2})?)(?:\.[0-9]+)?(Z|[+-][0-9]{2}:[0-9]{2})?"
)


def day(text: str) -> datetime.date:
    """A day that exists."""
    try:
        if _DAY.fullmatch(text):
            return datetime.date.fromisoformat(text)
    except ValueError:
        pass
    raise Refusal("claims.invalid")


def day_of(seconds: int) -> datetime.date | None:
    """The day that clocks in Japan show; none outside the years that calendars here know."""
    try:
        return datetime.datetime.fromtimestamp(seconds, _JAPAN).date()
    except (OverflowError, OSError, ValueError):
        return None


def days_of_record(text: str) -> tuple[datetime.date, datetime.date] | None:
    """The first and the last day that the date of a record covers; none where it cannot be read."""
    try:
        return _days_of_record(text)
    except (OverflowError, ValueError):
        return None


def _days_of_record(text: str) -> tuple[datetime.date, datetime.date] | None:
    if re.fullmatch(r"[0-9]{4}", text):
        return datetime.date(int(text), 1, 1), datetime.date(int(text), 12, 31)
    if re.fullmatch(r"[0-9]{4}-[0-9]{2}", text):
        first = datetime.date.fromisoformat(text + "-01")
        last = next(n for n in (31, 30, 29, 28) if _exists(f"{text}-{n}"))
        return first, first.replace(day=last)
    if _DAY.fullmatch(text):
        only = datetime.date.fromisoformat(text)
        return only, only
    found = _MOMENT.fullmatch(text)
    if not found:
        return None
    written, clock, zone = found.groups()
    moment = datetime.datetime.fromisoformat(f"{written}T{clock}{(zone or '').replace('Z', '+00:00')}")
    only = moment.astimezone(_JAPAN).date() if zone else moment.date()
    return only, only


def _exists(text: str) -> bool:
    try:
        datetime.date.fromisoformat(text)
    except ValueError:
        return False
    return True

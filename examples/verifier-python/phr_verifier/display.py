"""The summary of a consent (display.md)."""

from __future__ import annotations

import datetime
import unicodedata

from . import pages
from .catalogue import CATEGORIES
from .refusal import demand

_TEXTS = {name: {"en": en, "ja": ja} for name, en, ja in pages.rows("display.md", "Questions and fixed words")}
_VALUES = {(member, value): {"en": en, "ja": ja} for member, value, en, ja in pages.rows("display.md", "Words of values")}


def render(consent: dict, lang: str) -> str:
    """The text that the person saw, made again from the claims."""
    demand(consent["display"]["tmpl"] == "phr-consent-summary", "consent.display-template")
    demand(consent["display"]["tmpl_ver"] == "1", "consent.display-template")
    say = lambda name: _TEXTS[name][lang]  # noqa: E731
    word = lambda member, value: _VALUES[member, value][lang]  # noqa: E731
    lines: list[str] = []

    def line(name: str, *parts: str) -> None:
        answer = {"en": "; ", "ja": "、"}[lang].join(parts) or say("nothing")
        answer = "".join(" " if unicodedata.category(letter) == "Cc" else letter for letter in answer)
        lines.append(say(name) + {"en": ": ", "ja": "："}[lang] + answer)

    def moment(seconds: int) -> str:
        at = datetime.datetime(1970, 1, 1) + datetime.timedelta(seconds=seconds + 9 * 3_600)
        return at.strftime("%Y-%m-%d %H:%M:%S") + {"en": " (Japan time)", "ja": "（日本時間）"}[lang]

    act = consent.get("act")
    if act is not None:
        role = say("Guardian" if act["role"] == "guardian" else "Proxy")
        basis = act["basis"]
        line("Agent", role, act["sub"], word("act.basis.kind", basis["kind"]), basis["ref"], moment(basis["until"]))
    to = consent["recipient"]
    names = [to["name"], to["name#en"]]
    names = names if lang == "ja" else names[::-1]
    rest = [to[name] for name in ("address", "representative", "country", "id")]
    line("Recipient", *names, word("roles", to["role"]), *rest)
    line("RecipientKey", to["jkt"])
    line("Holder", consent["aud"])
    line("Person", consent["sub"])
    details = consent["authorization_details"]
    for number, detail in enumerate(details, start=1):
        if len(details) > 1:
            line("Part", str(number))
        line("Records", *(getattr(CATEGORIES[code], lang) for code in detail["datatypes"]))
        line("Codes", *detail["datatypes"], detail["datatypes_ver"])
        ends = [detail["period"][name] or say("Open") for name in ("from", "to")]
        line("Period", {"en": " to ", "ja": " から "}[lang].join(ends))
        line("Purposes", *(word("purposes", each) for each in detail["purposes"]))
        line("Handling", *(word("actions", each) for each in detail["actions"]), word("handling", detail["handling"]))
        line("Frequency", word("frequency", detail["frequency"]))
        line("Retention", _retention(detail["retention"], lang, say))
        line("OnEnd", word("on_end", detail["on_end"]))
        onward = detail["onward"]
        line("Onward", *onward["to"], *(word("roles", role) for role in onward["roles"]))
        line("Deident", word("deident", detail["deident"]))
        line("Exclude", *(word("exclude", flag) for flag in detail["exclude"]))
    line("From", moment(consent["iat"]))
    line("Until", moment(consent["exp"]))
    overseas = consent["overseas"]
    told = [overseas[name] for name in ("country", "regime_uri", "measures_uri", "reason") if name in overseas]
    line("Overseas", *([say("Abroad"), *told] if overseas["transfer"] else [say("NotAbroad")]))
    provider = "HolderProvides" if consent["provision_mode"] == "operator-provision" else "PersonProvides"
    line("Law", consent["jur"], consent["basis"]["law"], *consent["basis"]["arts"], say(provider))
    notice = consent["notice"]
    line("Notice", *(notice[name] for name in ("id", "ver", "lang", "uri", "s256")))
    for variant in notice.get("alt", []):
        line("NoticeAlt", variant["lang"], variant["uri"], variant["s256"])
    line("Withdraw", consent["withdraw_uri"])
    line("Arrangement", consent["arrangement_id"])
    if "supersedes" in consent:
        line("Supersedes", consent["supersedes"])
    line("Control", word("ui.control", consent["ui"]["control"]))
    return "\n".join(lines)


def _retention(retention: dict, lang: str, say) -> str:
    if "until" in retention:
        return retention["until"] + {"en": " at the latest", "ja": "まで"}[lang]
    if retention["days"] == 0:
        return say("NotKept")
    return str(retention["days"]) + {"en": " days after receipt", "ja": "日間（受け取ってから）"}[lang]

"""The catalogue of categories (§10)."""

from __future__ import annotations

from dataclasses import dataclass

from . import pages

VERSION = "2026.1"
FLAGS = ("genetic", "mental", "infection", "reproductive", "disclosed-diagnosis")


@dataclass(frozen=True)
class Category:
    """One row: what the verdict needs of it, and its names for the summary of a consent."""

    code: str
    ja: str
    en: str
    is_sensitive: bool
    flags: tuple[str, ...]
    modes: tuple[str, ...]
    gate: str
    look_back_days: int | None


def _load() -> dict[str, Category]:
    found = {}
    for code, ja, en, sensitivity, flags, modes, _statute, gate, look_back, *_ in pages.rows("catalogue.md"):
        found[code] = Category(
            code=code,
            ja=ja,
            en=en,
            is_sensitive=sensitivity != "S1",
            # Other words in that column are notes (§10.1).
            flags=tuple(flag for flag in flags.split() if flag in FLAGS),
            modes=tuple(modes.split()),
            gate=gate,
            look_back_days=int(look_back) if look_back else None,
        )
    return found


CATEGORIES = _load()

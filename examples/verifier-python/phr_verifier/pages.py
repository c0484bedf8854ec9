"""The tables of the specification, read out of its own pages: so there is no second copy of them to grow old."""

from __future__ import annotations

from pathlib import Path

_MANUAL = Path(__file__).parents[3] / "crates/core/src/manual"


def rows(page: str, chapter: str = "") -> list[list[str]]:
    """The cells of the first table of a page, or of one of its chapters, without the head of the table."""
    text = (_MANUAL / page).read_text(encoding="utf-8")
    if chapter:
        text = text.split(f"\n## {chapter}\n", 1)[1].split("\n## ", 1)[0]
    lines = text[text.index("\n|") + 1 :].split("\n\n", 1)[0].splitlines()
    return [[cell.strip().strip("`*") for cell in line.strip()[1:-1].split("|")] for line in lines[2:]]

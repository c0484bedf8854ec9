"""The one exception: a refusal with its stable code (§12)."""

from __future__ import annotations


class Refusal(Exception):
    """Raised by the first check that fails. It holds a code, and never anything of a token."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def demand(holds: bool, code: str = "claims.invalid") -> None:
    """Refuses unless something holds."""
    if not holds:
        raise Refusal(code)

"""The shape of claims: the first three passes of §2.5, over tables."""

from __future__ import annotations

from dataclasses import dataclass

from .refusal import Refusal, demand

STRING, INTEGER, BOOL, OBJECT, ANY = "string", "integer", "bool", "object", "any"


@dataclass(frozen=True)
class Shape:
    """An object: its members with their types, and whether each must be there. A closed one has no others."""

    members: dict[str, tuple[object, bool]]
    closed: bool = False


@dataclass(frozen=True)
class Each:
    """An array of one type."""

    of: object


@dataclass(frozen=True)
class Named:
    """An object with free names and one type."""

    of: object


@dataclass(frozen=True)
class OrNull:
    """A type, or `null`."""

    of: object


def shape(text: str, closed: bool = False, **types) -> Shape:
    """`name` is a required string, `name?` an optional one; members of other types are given by name."""
    members = {}
    for word in text.split():
        name = word.rstrip("?")
        members[name] = (types.get(name, STRING), not word.endswith("?"))
    return Shape(members, closed)


def is_integer(value: object) -> bool:
    """In Python a truth value is an integer, in JSON it is not."""
    return isinstance(value, int) and not isinstance(value, bool)


def _is(value: object, kind: object) -> bool:
    if kind is STRING:
        return isinstance(value, str)
    if kind is INTEGER:
        return is_integer(value)
    if kind is BOOL:
        return isinstance(value, bool)
    if isinstance(kind, Each):
        return isinstance(value, list)
    if kind is OBJECT or isinstance(kind, (Shape, Named)):
        return isinstance(value, dict)
    return True


def check(value: object, table: Shape) -> None:
    """The three passes, each complete before the next."""
    demand(isinstance(value, dict), "claims.malformed")
    for step in ("missing", "type", "unknown"):
        _walk(value, table, step, ())


def _walk(value: object, kind: object, step: str, path: tuple) -> None:
    if isinstance(kind, OrNull):
        if value is None:
            return
        kind = kind.of
    if not _is(value, kind):
        # What has another type is not looked into; the second pass will refuse it.
        demand(step != "type", _type_code(path))
        return
    if isinstance(kind, Each):
        for item in value:
            _walk(item, kind.of, step, path + ("*",))
    elif isinstance(kind, Named):
        for item in value.values():
            _walk(item, kind.of, step, path + ("*",))
    elif isinstance(kind, Shape):
        if step == "unknown" and kind.closed:
            demand(all(name in kind.members for name in value), "claims.unknown")
        for name, (inner, is_required) in kind.members.items():
            if name in value:
                _walk(value[name], inner, step, path + (name,))
            elif is_required and step == "missing":
                raise Refusal(_missing_code(path, name))


def _missing_code(path: tuple, name: str) -> str:
    if not path and name == "cnf":
        return "binding.missing"
    return "binding.invalid" if path[:1] == ("cnf",) else "claims.missing"


def _type_code(path: tuple) -> str:
    if path[:1] == ("cnf",):
        return "binding.invalid"
    return "status.index-invalid" if path == ("status", "status_list", "idx") else "claims.type"


def without_nulls(value: object, kind: object) -> object:
    """A call of the adapter (§11.1), in which `null` in place of an optional member means that it is absent."""
    if isinstance(kind, Shape) and isinstance(value, dict):
        kept = {}
        for name, item in value.items():
            inner, is_required = kind.members.get(name, (ANY, True))
            if item is not None or is_required:
                kept[name] = without_nulls(item, inner)
        return kept
    if isinstance(kind, Each) and isinstance(value, list):
        return [without_nulls(item, kind.of) for item in value]
    return value

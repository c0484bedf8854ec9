"""The curve of Ed25519 (RFC 8032): what the admission of keys (§2.4) asks, and a library does not tell.

Nothing here is secret, so nothing here takes care of timing. A point is (X, Y, Z, T) with x = X/Z, y = Y/Z, xy = T/Z.
"""

from __future__ import annotations

P = 2**255 - 19
L = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P
NEUTRAL = (0, 1, 1, 0)
_ROOT_OF_MINUS_ONE = pow(2, (P - 1) // 4, P)


def add(left: tuple, right: tuple) -> tuple:
    """The sum of two points; the formula holds for any two, also for equal ones."""
    x1, y1, z1, t1 = left
    x2, y2, z2, t2 = right
    a, b = (y1 - x1) * (y2 - x2) % P, (y1 + x1) * (y2 + x2) % P
    c, d = 2 * t1 * t2 * D % P, 2 * z1 * z2 % P
    e, f, g, h = b - a, d - c, d + c, b + a
    return e * f % P, g * h % P, f * g % P, e * h % P


def times(scalar: int, point: tuple) -> tuple:
    """A point added to itself, a number of times."""
    result = NEUTRAL
    while scalar:
        if scalar & 1:
            result = add(result, point)
        point = add(point, point)
        scalar >>= 1
    return result


def is_neutral(point: tuple) -> bool:
    x, y, z, _ = point
    return x % P == 0 and (y - z) % P == 0


def decode(data: bytes) -> tuple | None:
    """The point of 32 bytes, y taken modulo p; none where no point has this y."""
    number = int.from_bytes(data, "little")
    sign, y = number >> 255, (number & (2**255 - 1)) % P
    u, v = (y * y - 1) % P, (D * y * y + 1) % P
    x = u * pow(v, 3, P) * pow(u * pow(v, 7, P), (P - 5) // 8, P) % P
    if (v * x * x - u) % P:
        x = x * _ROOT_OF_MINUS_ONE % P
        if (v * x * x - u) % P:
            return None
    if x & 1 != sign:
        x = (P - x) % P
    return x, y, 1, x * y % P


def encode(point: tuple) -> bytes:
    """The one canonical encoding of a point."""
    x, y, z, _ = point
    inverse = pow(z, P - 2, P)
    x, y = x * inverse % P, y * inverse % P
    return (y | (x & 1) << 255).to_bytes(32, "little")

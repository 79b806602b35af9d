"""Well-known bytes of shapes: read, checked, and written in either order of bytes.

order (1: little, 0: big) | kind (1 point ... 7 collection; + 1000 Z, 2000 M, 3000 both) | coordinates or parts
"""

from __future__ import annotations

import math
import struct
from typing import Any

from pyrdd.errors import IllegalArgumentException

POINT, LINE, POLYGON, COLLECTION = 1, 2, 3, 7
Shape = tuple[int, Any]
"""The kind, and its content: a point's coordinates, a line's points, a polygon's rings, or other shapes."""


class _Reader:
    def __init__(self, data: bytes, globe: bool) -> None:
        self.data, self.globe = data, globe
        self.at = 0

    def shape(self, within: int | None = None) -> Shape:
        """The shape at the position; inside of another one (of a kind) its dimensions must be the same."""
        if not self.data:
            raise _wrong("there are no bytes", 0)
        start = self.at
        if start + 5 > len(self.data):
            raise _wrong("the bytes end too early", start)
        if self.data[start] > 1:
            raise _wrong(f"{self.data[start]} is no order of bytes", start)
        order = "<" if self.data[start] else ">"
        kind = int(struct.unpack_from(order + "I", self.data, start + 1)[0])
        plain, extra = kind % 1000, kind // 1000
        if not POINT <= plain <= COLLECTION or extra > 3 or (within is not None and extra != within // 1000):
            raise _wrong(f"{kind} is no type of shapes", start + 1)
        self.at = start + 5
        made = self._content(order, kind, plain, 2 + (extra + 1) // 2)
        if within is not None and within % 1000 != COLLECTION and plain != within % 1000 - 3:
            raise _wrong(f"a part of a shape of type {within} cannot be of type {kind}", self.at)
        return kind, made

    def _content(self, order: str, kind: int, plain: int, width: int) -> Any:
        if plain == POINT:
            return self._point(order, width, True)
        if plain == LINE:
            start = self.at
            points = self._points(order, width)
            if len(points) == 1:
                raise _wrong("a line has no or several points", start)
            return points
        if plain == POLYGON:
            return [self._ring(order, width) for _ in range(self._count(order, 4))]
        return [self.shape(kind) for _ in range(self._count(order, 5))]

    def _count(self, order: str, least: int) -> int:
        if self.at + 4 > len(self.data):
            raise _wrong("the bytes end too early", self.at)
        count = int(struct.unpack_from(order + "I", self.data, self.at)[0])
        if count * least > len(self.data) - self.at - 4:
            raise _wrong("there are not so many bytes as the number of parts needs", self.at)
        self.at += 4
        return count

    def _points(self, order: str, width: int) -> list[tuple[float, ...]]:
        return [self._point(order, width) for _ in range(self._count(order, 8 * width))]

    def _ring(self, order: str, width: int) -> list[tuple[float, ...]]:
        start = self.at
        points = self._points(order, width)
        if len(points) < 4:
            raise _wrong("a ring has at least four points", start)
        if points[0][:2] != points[-1][:2]:
            raise _wrong("a ring ends where it begins", start)
        return points

    def _point(self, order: str, width: int, alone: bool = False) -> tuple[float, ...]:
        start = self.at
        missing = start + 8 * width - len(self.data)
        if missing > 0:
            raise _wrong("the bytes end too early", start + 8 * ((len(self.data) - start) // 8))
        values = struct.unpack_from(f"{order}{width}d", self.data, start)
        self.at = start + 8 * width
        if not all(math.isfinite(v) or (alone and math.isnan(v)) for v in values):
            raise _wrong("a coordinate is no number", start)
        if self.globe and (abs(values[0]) > 180 or abs(values[1]) > 90):
            raise _wrong("a coordinate is not on the globe", start)
        return values


def _wrong(error: str, position: int) -> IllegalArgumentException:
    return IllegalArgumentException(
        errorClass="WKB_PARSE_ERROR", messageParameters={"parseError": error, "pos": str(position)}
    )


def _write(shape: Shape, big: bool) -> bytes:
    kind, content = shape
    order = ">" if big else "<"
    head = struct.pack(order + "BI", 0 if big else 1, kind)

    def points(items: Any) -> bytes:
        return struct.pack(order + "I", len(items)) + b"".join(struct.pack(f"{order}{len(p)}d", *p) for p in items)

    match kind % 1000:
        case 1:
            return head + struct.pack(f"{order}{len(content)}d", *content)
        case 2:
            return head + points(content)
        case 3:
            return head + struct.pack(order + "I", len(content)) + b"".join(map(points, content))
    return head + struct.pack(order + "I", len(content)) + b"".join(_write(part, big) for part in content)


def normalised(data: bytes, globe: bool = False) -> bytes:
    """The bytes in little-endian order, without what follows the shape. Raises IllegalArgumentException
    (WKB_PARSE_ERROR) for bytes that are no shape, or no shape on the ``globe``.

    >>> normalised(bytes.fromhex("00000000013FF00000000000004000000000000000")).hex()
    '0101000000000000000000f03f0000000000000040'
    """
    return _write(_Reader(data, globe).shape(), False)


def in_order(data: bytes, order: str) -> bytes:
    """A shape's bytes in an order: NDR (little-endian) or XDR. Raises IllegalArgumentException for another word."""
    word = order.upper()
    if word not in ("NDR", "XDR"):
        raise IllegalArgumentException(
            errorClass="ST_INVALID_ENDIANNESS_VALUE", messageParameters={"endianness": order}
        )
    return data if word == "NDR" else _write(_Reader(data, False).shape(), True)

"""Variants to Python values and to JSON text (see `pyrdd.sql.types.variant_format`)."""

from __future__ import annotations

import base64
import datetime
import decimal
import json
import struct
from collections.abc import Iterator
from typing import Any
from zoneinfo import ZoneInfo

from pyrdd.sql.types.variant_format import (
    ARRAY,
    BINARY,
    DATE,
    DECIMALS,
    DOUBLE,
    FALSE,
    FLOAT,
    INTEGERS,
    NULL,
    OBJECT,
    PRIMITIVE,
    SHORT_STRING,
    STRING,
    TIMESTAMP,
    TIMESTAMP_NTZ,
    TRUE,
    malformed,
)

_EPOCH = datetime.datetime(1970, 1, 1)


def to_python(value: bytes, metadata: bytes) -> Any:
    """The variant as Python has it; points in time are in UTC. Raises `PySparkValueError` for other bytes."""
    return _Reader(value, metadata, "UTC").python(0)


def to_json(value: bytes, metadata: bytes, zone_id: str = "UTC") -> str:
    """The variant as JSON text without blanks; points in time are in ``zone_id``."""
    return _Reader(value, metadata, zone_id).json(0)


class _Reader:
    """The bytes of a variant; the methods take the position at which a value begins."""

    def __init__(self, value: bytes, metadata: bytes, zone_id: str) -> None:
        self._value = bytes(value)
        self._metadata = bytes(metadata)
        self._zone_id = zone_id

    def python(self, at: int) -> Any:
        kind = self._byte(at) & 3
        if kind == OBJECT:
            return {name: self.python(inner) for name, inner in self._fields(at)}
        if kind == ARRAY:
            return [self.python(inner) for inner in self._items(at)]
        return self._scalar(at)

    def json(self, at: int) -> str:
        kind = self._byte(at) & 3
        if kind == OBJECT:
            return "{" + ",".join(f"{json.dumps(name)}:{self.json(inner)}" for name, inner in self._fields(at)) + "}"
        if kind == ARRAY:
            return "[" + ",".join(self.json(inner) for inner in self._items(at)) + "]"
        return _json_of_scalar(self._scalar(at))

    # --- bytes ----------------------------------------------------------------------------------------------

    def _byte(self, at: int) -> int:
        return self._bytes(at, 1)[0]

    def _bytes(self, at: int, length: int) -> bytes:
        if at < 0 or at + length > len(self._value):
            raise malformed()
        return self._value[at : at + length]

    def _number(self, at: int, width: int, signed: bool = False) -> int:
        return int.from_bytes(self._bytes(at, width), "little", signed=signed)

    # --- objects and arrays ---------------------------------------------------------------------------------

    def _fields(self, at: int) -> Iterator[tuple[str, int]]:
        details = self._byte(at) >> 2
        size_width = 4 if details & 16 else 1
        id_width, offset_width = (details >> 2 & 3) + 1, (details & 3) + 1
        size = self._number(at + 1, size_width)
        ids = at + 1 + size_width
        offsets = ids + size * id_width
        values = offsets + (size + 1) * offset_width
        for i in range(size):
            name = self._name(self._number(ids + i * id_width, id_width))
            yield name, values + self._number(offsets + i * offset_width, offset_width)

    def _items(self, at: int) -> Iterator[int]:
        details = self._byte(at) >> 2
        size_width = 4 if details & 4 else 1
        offset_width = (details & 3) + 1
        size = self._number(at + 1, size_width)
        offsets = at + 1 + size_width
        values = offsets + (size + 1) * offset_width
        for i in range(size):
            yield values + self._number(offsets + i * offset_width, offset_width)

    def _name(self, index: int) -> str:
        metadata = _Reader(self._metadata, b"", "")
        width = (metadata._byte(0) >> 6) + 1
        size = metadata._number(1, width)
        if index >= size:
            raise malformed()
        start, end = (metadata._number(1 + (index + i) * width, width) for i in (1, 2))
        if start > end:
            raise malformed()
        return metadata._bytes(1 + (size + 2) * width + start, end - start).decode("utf-8")

    # --- scalars --------------------------------------------------------------------------------------------

    def _scalar(self, at: int) -> Any:
        header = self._byte(at)
        kind, at = header >> 2, at + 1
        if header & 3 == SHORT_STRING:
            return self._bytes(at, kind).decode("utf-8")
        assert header & 3 == PRIMITIVE
        if kind in (NULL, TRUE, FALSE):
            return {NULL: None, TRUE: True, FALSE: False}[kind]
        if kind in INTEGERS:
            return self._number(at, INTEGERS[kind], signed=True)
        if kind in DECIMALS:
            return self._decimal(at, *DECIMALS[kind])
        if kind in (DATE, TIMESTAMP, TIMESTAMP_NTZ):
            return self._moment(at, kind)
        return self._wide(at, kind)

    def _wide(self, at: int, kind: int) -> Any:
        if kind == DOUBLE:
            return struct.unpack("<d", self._bytes(at, 8))[0]
        if kind == FLOAT:
            return struct.unpack("<f", self._bytes(at, 4))[0]
        if kind not in (BINARY, STRING):
            raise malformed()
        content = self._bytes(at + 4, self._number(at, 4))
        return content if kind == BINARY else content.decode("utf-8")

    def _decimal(self, at: int, width: int, digits: int) -> decimal.Decimal:
        scale = self._byte(at)
        unscaled = self._number(at + 1, width, signed=True)
        if scale > digits or abs(unscaled) >= 10**digits:
            raise malformed()
        return decimal.Decimal(unscaled).scaleb(-scale, decimal.Context(prec=38))

    def _moment(self, at: int, kind: int) -> datetime.date:
        if kind == DATE:
            return _EPOCH.date() + datetime.timedelta(days=self._number(at, 4, signed=True))
        moment = _EPOCH + datetime.timedelta(microseconds=self._number(at, 8, signed=True))
        if kind == TIMESTAMP_NTZ:
            return moment
        return moment.replace(tzinfo=datetime.UTC).astimezone(ZoneInfo(self._zone_id))


def _json_of_scalar(value: Any) -> str:
    if value is None or isinstance(value, (bool, str)):
        return json.dumps(value)
    if isinstance(value, bytes):
        return f'"{base64.b64encode(value).decode("ascii")}"'
    if isinstance(value, datetime.date):
        return f'"{value}"'
    return str(value)

"""JSON text and Python values to variants (see `pyrdd.sql.types.variant_format`)."""

from __future__ import annotations

import calendar
import datetime
import decimal
import json
import struct
from collections.abc import Iterable, Mapping
from typing import Any

from pyrdd.errors import PySparkValueError
from pyrdd.sql.types.variant_format import (
    ARRAY,
    BINARY,
    DATE,
    DECIMALS,
    DOUBLE,
    FALSE,
    FLOAT,
    INTEGERS,
    MAX_SHORT_STRING,
    NULL,
    OBJECT,
    PRIMITIVE,
    SHORT_STRING,
    SIZE_LIMIT,
    STRING,
    TIMESTAMP,
    TIMESTAMP_NTZ,
    TRUE,
    VERSION,
    malformed,
)

_EPOCH = datetime.date(1970, 1, 1).toordinal()


class Single(float):
    """A number of single precision."""


def parse_json(text: str) -> tuple[bytes, bytes]:
    """Value and metadata of the variant of a JSON text. Numbers with a point are decimals, unless they have an
    exponent or more than 38 digits. Raises `PySparkValueError` for a variant of more than 16 MiB."""
    return encode(json.loads(text, parse_float=_number_of_text))


def encode(value: Any) -> tuple[bytes, bytes]:
    """Value and metadata of the variant of a Python value: what `VariantVal.toPython` gives back."""
    names: dict[str, int] = {}
    encoded = _encode(value, names)
    metadata = _metadata(names)
    if max(len(encoded), len(metadata)) > SIZE_LIMIT:
        raise PySparkValueError(errorClass="VARIANT_SIZE_LIMIT", messageParameters={"sizeLimit": str(SIZE_LIMIT)})
    return encoded, metadata


def _encode(value: Any, names: dict[str, int]) -> bytes:
    match value:
        case None:
            return _primitive(NULL)
        case bool():
            return _primitive(TRUE if value else FALSE)
        case int():
            return _integer(value, names)
        case Single():
            return _primitive(FLOAT, struct.pack("<f", value))
        case float():
            return _primitive(DOUBLE, struct.pack("<d", value))
        case str():
            return _string(value)
        case decimal.Decimal():
            return _decimal(value)
        case bytes() | bytearray():
            return _primitive(BINARY, len(value).to_bytes(4, "little"), bytes(value))
        case datetime.date():
            return _moment(value)
        case dict():
            return _object(value, names)
        case list() | tuple():
            return _array(value, names)
    raise malformed()


def _primitive(kind: int, *content: bytes) -> bytes:
    return bytes([kind << 2 | PRIMITIVE]) + b"".join(content)


def _string(value: str) -> bytes:
    content = value.encode("utf-8")
    if len(content) <= MAX_SHORT_STRING:
        return bytes([len(content) << 2 | SHORT_STRING]) + content
    return _primitive(STRING, len(content).to_bytes(4, "little"), content)


def _integer(value: int, names: dict[str, int]) -> bytes:
    for kind, width in INTEGERS.items():
        if -(1 << width * 8 - 1) <= value < 1 << width * 8 - 1:
            return _primitive(kind, value.to_bytes(width, "little", signed=True))
    return _encode(_number_of_text(str(value)), names)


def _number_of_text(text: str) -> decimal.Decimal | float:
    if set(text) <= set("0123456789-."):
        number = decimal.Decimal(text)
        _, digits, exponent = number.as_tuple()
        if len(digits) <= 38 and -int(exponent) <= 38:
            return number
    return float(text)


def _decimal(value: decimal.Decimal) -> bytes:
    if not value.is_finite():
        raise malformed()
    sign, digits, exponent = value.as_tuple()
    scale = -int(exponent)
    unscaled = int("".join(map(str, digits)) or "0") * (-1 if sign else 1)
    if scale < 0:
        unscaled, scale = unscaled * 10**-scale, 0
    length = len(str(abs(unscaled)))
    for kind, (width, most) in DECIMALS.items():
        if max(length, scale) <= most:
            return _primitive(kind, bytes([scale]), unscaled.to_bytes(width, "little", signed=True))
    raise malformed()


def _moment(value: datetime.date) -> bytes:
    if not isinstance(value, datetime.datetime):
        return _primitive(DATE, (value.toordinal() - _EPOCH).to_bytes(4, "little", signed=True))
    kind = TIMESTAMP_NTZ if value.tzinfo is None else TIMESTAMP
    micros = calendar.timegm(value.utctimetuple()) * 1_000_000 + value.microsecond
    return _primitive(kind, micros.to_bytes(8, "little", signed=True))


def _object(value: Mapping[str, Any], names: dict[str, int]) -> bytes:
    # ids go to names in the order in which they are met, a value's inner names after its own
    encoded = {}
    for name, inner in value.items():
        names.setdefault(name, len(names))
        encoded[name] = _encode(inner, names)
    starts = dict(zip(encoded, _offsets(encoded.values()), strict=False))
    ordered = sorted(encoded)
    total = sum(map(len, encoded.values()))
    large, size = _size(len(encoded))
    id_width, offset_width = _width(max(map(names.__getitem__, ordered), default=0)), _width(total)
    header = bytes([(large << 4 | id_width - 1 << 2 | offset_width - 1) << 2 | OBJECT])
    ids = _packed((names[name] for name in ordered), id_width)
    offsets = _packed((*(starts[name] for name in ordered), total), offset_width)
    return b"".join((header, size, ids, offsets, *encoded.values()))


def _array(value: Iterable[Any], names: dict[str, int]) -> bytes:
    encoded = [_encode(inner, names) for inner in value]
    offsets = _offsets(encoded)
    large, size = _size(len(encoded))
    width = _width(offsets[-1])
    header = bytes([(large << 2 | width - 1) << 2 | ARRAY])
    return b"".join((header, size, _packed(offsets, width), *encoded))


def _metadata(names: Iterable[str]) -> bytes:
    encoded = [name.encode("utf-8") for name in names]
    offsets = _offsets(encoded)
    width = _width(max(offsets[-1], len(encoded)))
    header = bytes([VERSION | width - 1 << 6])
    return b"".join((header, _packed((len(encoded), *offsets), width), *encoded))


def _offsets(pieces: Iterable[bytes]) -> list[int]:
    """Where each piece begins when they stand one behind the other, and where the last one ends."""
    offsets = [0]
    for piece in pieces:
        offsets.append(offsets[-1] + len(piece))
    return offsets


def _size(count: int) -> tuple[bool, bytes]:
    large = count > 255
    return large, count.to_bytes(4 if large else 1, "little")


def _width(number: int) -> int:
    if number > SIZE_LIMIT:
        raise PySparkValueError(errorClass="VARIANT_SIZE_LIMIT", messageParameters={"sizeLimit": str(SIZE_LIMIT)})
    return 1 if number < 1 << 8 else 2 if number < 1 << 16 else 3


def _packed(numbers: Iterable[int], width: int) -> bytes:
    return b"".join(number.to_bytes(width, "little") for number in numbers)

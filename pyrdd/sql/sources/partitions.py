"""Partition columns in directory names: ``year=2024/month=05`` found, typed and written as Hive and Spark do.

directory names --parse_directories--> names and raw texts of each directory
raw texts --infer_type--> the narrowest common type
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any, NamedTuple

from pyrdd.io.filesystem import base_name, parent_dir, to_uri
from pyrdd.sql.sources.base import Options
from pyrdd.sql.sources.errors import runtime_error
from pyrdd.sql.sources.temporal import cast_date, cast_time, cast_timestamp, is_iso_date, is_partition_timestamp
from pyrdd.sql.sources.texts import fit_decimal, java_decimal, java_double, java_integer
from pyrdd.sql.types import (
    BooleanType,
    DataType,
    DateType,
    DecimalType,
    DoubleType,
    FloatType,
    IntegerType,
    LongType,
    NullType,
    StringType,
    TimestampNTZType,
    TimestampType,
    TimeType,
)

NULL_PARTITION = "__HIVE_DEFAULT_PARTITION__"
_ESCAPED = re.compile(r"%([0-9A-Fa-f]{2})")
_TO_ESCAPE = re.compile("[\x00-\x1f\"#%'*/:=?\\\\\x7f{\\[\\]^]")


class Directory(NamedTuple):
    """A directory of data: its partition columns with their raw texts, and the directory where they begin."""

    path: str
    names: tuple[str, ...]
    raw: tuple[str, ...]
    base: str


def escape(text: str) -> str:
    """A name or value as it stands in a directory's name.

    >>> escape("a/b: 50%")
    'a%2Fb%3A 50%25'
    """
    return _TO_ESCAPE.sub(lambda match: f"%{ord(match[0]):02X}", text)


def unescape(text: str) -> str:
    """The name or value that a part of a directory's name stands for."""
    return _ESCAPED.sub(lambda match: chr(int(match[1], 16)), text) if "%" in text else text


def directory_name(names: Sequence[str], texts: Sequence[str | None]) -> str:
    """The relative directory of a partition's values, given as text.

    >>> directory_name(["year", "city"], ["2024", None])
    'year=2024/city=__HIVE_DEFAULT_PARTITION__'
    """
    return "/".join(
        f"{escape(name)}={escape(text) if text else NULL_PARTITION}" for name, text in zip(names, texts, strict=True)
    )


def parse_directory(path: str, bases: frozenset[str]) -> Directory | None:
    """What a directory's name says, read upwards until one of ``bases``; ``None`` for a temporary directory."""
    found: list[tuple[str, str]] = []
    at = path
    while True:
        name = base_name(at)
        if name == "_temporary":
            return None
        if at in bases:
            break
        column = _column_of(name)
        if column:
            found.append(column)
        parent = parent_dir(at)
        if (column is None and found) or parent == at or not parent:
            break
        at = parent
    found.reverse()
    return Directory(path, tuple(name for name, _ in found), tuple(raw for _, raw in found), at if found else path)


def _column_of(name: str) -> tuple[str, str] | None:
    column, equals, value = name.partition("=")
    if not equals:
        return None
    if not column:
        raise runtime_error("EMPTY_PARTITION_COLUMN_NAME", columnSpec=name)
    if not value:
        raise runtime_error("EMPTY_PARTITION_COLUMN_VALUE", columnSpec=name)
    return unescape(column), value


def check_structure(directories: Sequence[Directory], case_sensitive: bool) -> None:
    """Raises `SparkRuntimeException` when the directories are not partitions of one table by the same columns."""
    bases = list(dict.fromkeys(directory.base.lower() for directory in directories))
    if len(bases) > 1:
        listed = "".join(f"\n\t{to_uri(base)}" for base in bases) + "\n"
        raise runtime_error("CONFLICTING_DIRECTORY_STRUCTURES", discoveredBasePaths=listed)
    partitioned = [directory for directory in directories if directory.names]
    lists = list(dict.fromkeys(_folded(directory.names, case_sensitive) for directory in partitioned))
    if len(lists) > 1:
        raise runtime_error("CONFLICTING_PARTITION_COLUMN_NAMES", **_conflict(partitioned))


def _folded(names: tuple[str, ...], case_sensitive: bool) -> tuple[str, ...]:
    return names if case_sensitive else tuple(name.lower() for name in names)


def _conflict(directories: Sequence[Directory]) -> dict[str, str]:
    lists = list(dict.fromkeys(directory.names for directory in directories))
    shown = "".join(f"\n\tPartition column name list #{at}: {', '.join(names)}" for at, names in enumerate(lists))
    paths = "".join(f"\n\t{to_uri(directory.path)}" for directory in directories)
    return {"distinctPartColLists": shown + "\n", "suspiciousPaths": paths}


def infer_type(raws: Iterable[str], options: Options) -> DataType:
    """The type of a partition column whose directories have these texts."""
    if not options.setting_flag("spark.sql.sources.partitionColumnTypeInference.enabled"):
        return StringType()
    found: DataType = NullType()
    for raw in set(raws):
        found = _wider(found, type_of(raw, options))
    return found


def type_of(raw: str, options: Options) -> DataType:
    """The type that one text suggests.

    >>> [type_of(raw, Options()).simpleString() for raw in ("07", "1e3", "1.5", "2024-02-30", "2024-02-03", "x")]
    ['int', 'decimal(4,0)', 'double', 'string', 'date', 'string']
    """
    if raw == NULL_PARTITION:
        return NullType()
    whole = java_integer(raw)
    if whole is not None and -(1 << 63) <= whole < 1 << 63:
        return IntegerType() if -(1 << 31) <= whole < 1 << 31 else LongType()
    decimal = _whole_decimal(raw)
    if decimal is not None:
        return decimal
    if java_double(raw) is not None:
        return DoubleType()
    return _datetime_type(raw, unescape(raw), options)


def _datetime_type(raw: str, text: str, options: Options) -> DataType:
    if is_partition_timestamp(text) and cast_timestamp(text, options.timezone) is not None:
        naive = options.setting("spark.sql.timestampType") == "TIMESTAMP_NTZ"
        return TimestampNTZType() if naive else TimestampType()
    if is_iso_date(raw) and cast_date(raw) is not None:
        return DateType()
    if ":" in text and cast_time(text) is not None:
        return TimeType(6)
    return StringType()


def _whole_decimal(raw: str) -> DecimalType | None:
    value = java_decimal(raw)
    if value is None:
        return None
    _, digits, exponent = value.as_tuple()
    if not isinstance(exponent, int) or exponent < 0:
        return None
    precision = len(digits) + exponent if digits != (0,) else 1
    return DecimalType(precision, 0) if precision <= 38 else None


def _wider(left: DataType, right: DataType) -> DataType:
    if left == right or isinstance(right, NullType):
        return left
    if isinstance(left, NullType):
        return right
    order: list[type[DataType]] = [IntegerType, LongType, DecimalType]
    if type(left) in order and type(right) in order:
        return _wider_whole(left, right, order)
    pair = {type(left), type(right)}
    if pair == {IntegerType, DoubleType}:
        return DoubleType()
    if pair in ({DateType, TimestampType}, {DateType, TimestampNTZType}):
        return left if isinstance(right, DateType) else right
    return StringType()


def _wider_whole(left: DataType, right: DataType, order: list[type[DataType]]) -> DataType:
    digits: dict[type[DataType], int] = {IntegerType: 10, LongType: 20}
    if isinstance(left, DecimalType) or isinstance(right, DecimalType):
        widths = [one.precision if isinstance(one, DecimalType) else digits[type(one)] for one in (left, right)]
        return DecimalType(max(widths), 0)
    return left if order.index(type(left)) > order.index(type(right)) else right


def typed_value(raw: str, kind: DataType, name: str, options: Options) -> Any:
    """A directory's text as a value of the column: days for dates, microseconds for times and timestamps.

    Raises `SparkRuntimeException` ``INVALID_PARTITION_VALUE`` when the text is not of the type.
    """
    if raw == NULL_PARTITION:
        return None
    text = unescape(raw)
    value = _cast(text, kind, options)
    if value is None and not isinstance(kind, NullType):
        shown = {"value": f"'{text}'", "dataType": f'"{kind.simpleString().upper()}"', "columnName": f"`{name}`"}
        raise runtime_error("INVALID_PARTITION_VALUE", **shown)
    return value


def _cast(text: str, kind: DataType, options: Options) -> Any:
    if isinstance(kind, StringType):
        return text
    if isinstance(kind, (DoubleType, FloatType)):
        return java_double(text)
    if isinstance(kind, DecimalType):
        return _decimal(text, kind)
    if isinstance(kind, BooleanType):
        return {"true": True, "false": False}.get(text.lower())
    if isinstance(kind, DateType):
        return cast_date(text)
    if isinstance(kind, TimestampType):
        return cast_timestamp(text, options.timezone)
    if isinstance(kind, TimestampNTZType):
        return cast_timestamp(text, None)
    if isinstance(kind, TimeType):
        return cast_time(text)
    bits = {"tinyint": 7, "smallint": 15, "int": 31, "bigint": 63}.get(kind.simpleString())
    whole = java_integer(text.strip())
    return whole if bits and whole is not None and -(1 << bits) <= whole < 1 << bits else None


def _decimal(text: str, kind: DecimalType) -> Decimal | None:
    value = java_decimal(text)
    return None if value is None else fit_decimal(value, kind.precision, kind.scale)

"""Names and types of CSV columns, as Spark infers them."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TypeVar

import pyarrow as pa
import pyarrow.compute as pc

from pyrdd.errors import IllegalArgumentException
from pyrdd.sql.arrow import to_arrow_type
from pyrdd.sql.kernels.datetime_format import parser
from pyrdd.sql.sources import csv_fast
from pyrdd.sql.sources.base import FileEntry, Options
from pyrdd.sql.sources.csv_dialect import Dialect, flag
from pyrdd.sql.sources.csv_reader import lines_of, multi_line_text, take_header, utf8_blocks
from pyrdd.sql.sources.csv_tokens import Tokenizer, Tokens
from pyrdd.sql.sources.csv_values import date_reader, decimal_reader, timestamp_reader
from pyrdd.sql.sources.temporal import cast_timestamp
from pyrdd.sql.sources.texts import java_double, java_integer
from pyrdd.sql.types import (
    BooleanType,
    DataType,
    DateType,
    DecimalType,
    DoubleType,
    IntegerType,
    LongType,
    NullType,
    StringType,
    StructField,
    StructType,
    TimestampNTZType,
    TimestampType,
)

_SURE: tuple[tuple[str, DataType], ...] = (
    ("^[+-]?[0-9]{1,9}$", IntegerType()),
    (r"^[+-]?[0-9]{0,15}\.[0-9]{1,15}$", DoubleType()),
)
_SURE_DATE = r"^[0-9]{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|1[0-9]|2[0-8])$"
_SURE_TIME = _SURE_DATE[:-1] + r"[ T](?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](?:\.[0-9]{1,9})?$"
_FIRST = 100
_HEAD = 1 << 16
_READ_AS_NUMBERS = (IntegerType, LongType, DoubleType)
_Row = TypeVar("_Row")


def infer(files: Sequence[FileEntry], dialect: Dialect, options: Options) -> StructType:
    """The schema of the files: names from the first one's first line, types from all of them when asked."""
    header = next((one for one in (_first_record(file.path, dialect) for file in files) if one is not None), None)
    if header is None:
        return StructType([])
    names = column_names(header, dialect, options.setting_flag("spark.sql.caseSensitive"))
    if not flag(options, "inferSchema", False):
        return StructType([StructField(name, StringType(), True) for name in names])
    ratio = options.decimal("samplingRatio", 1.0)
    if ratio <= 0:
        raise IllegalArgumentException(f"requirement failed: samplingRatio ({ratio}) should be greater than 0")
    columns = [_Column(dialect, options) for _ in names]
    for file in files:
        for texts in _value_columns(file.path, dialect, columns, ratio):
            for column, array in zip(columns, texts, strict=True):
                column.see(array)
    return StructType([StructField(name, one.result(), True) for name, one in zip(names, columns, strict=True)])


def types_of_lines(lines: Sequence[str], width: int, dialect: Dialect, options: Options) -> list[DataType]:
    """The type of each column in some lines (void without values): what a task finds in its own."""
    tokenizer = Tokenizer(dialect)
    columns = [_Column(dialect, options) for _ in range(width)]
    rows = _sampled(lines, options.decimal("samplingRatio", 1.0))
    for column, texts in zip(columns, _transposed([tokenizer.line(line) for line in rows], width), strict=False):
        column.see(texts)
    return [column.kind for column in columns]


def _first_record(path: str, dialect: Dialect) -> Tokens | None:
    tokenizer = Tokenizer(dialect)
    if dialect.multi_line:
        found = next(tokenizer.records(multi_line_text(path, dialect)), None)
        return None if found is None else found[0]
    for block in utf8_blocks(path, dialect):
        line, _ = take_header(block, dialect)
        if line is not None:
            return tokenizer.line(line)
    return None


def column_names(first: Tokens, dialect: Dialect, sensitive: bool) -> list[str]:
    """The names in a header: empty ones and repeated ones get the column's number.

    Without a header they are ``_c0``, ``_c1``, ...
    """
    if not dialect.header:
        return [f"_c{at}" for at in range(len(first))]
    folded = [name if sensitive or name is None else name.lower() for name in first]
    repeated = {name for name in folded if name and folded.count(name) > 1}
    return [
        f"_c{at}" if not name or name == dialect.null_value else f"{name}{at}" if folded[at] in repeated else name
        for at, name in enumerate(first)
    ]


def _value_columns(
    path: str, dialect: Dialect, columns: Sequence[_Column], ratio: float
) -> Iterator[Sequence[pa.ChunkedArray | pa.Array]]:
    """The columns of the file block by block, as texts, or as numbers where all texts are of the kind known so far."""
    width = len(columns)
    if dialect.multi_line:
        rows = [tokens for tokens, _ in Tokenizer(dialect).records(multi_line_text(path, dialect))]
        yield _transposed(_sampled(rows[1:] if dialect.header else rows, ratio), width)
        return
    may = ratio >= 1 and csv_fast.can_be_fast(dialect)
    for block in _blocks(path, dialect):
        fast = _fast(block, dialect, columns) if may else None
        if fast is not None:
            yield fast.columns
        else:
            tokenizer = Tokenizer(dialect)
            yield _transposed([tokenizer.line(line) for line in _sampled(lines_of(block, dialect), ratio)], width)


def _blocks(path: str, dialect: Dialect) -> Iterator[bytes]:
    """The file's blocks of lines without its header; the first ones alone, which tell what kinds to expect."""
    first = dialect.header
    for number, block in enumerate(utf8_blocks(path, dialect)):
        if first:
            line, block = take_header(block, dialect)
            first = line is None
        cut = block.find(b"\n", _HEAD) + 1 if number == 0 and dialect.line_sep in (None, "\n") else 0
        yield from filter(None, (block[:cut], block[cut:]))


def _fast(block: bytes, dialect: Dialect, columns: Sequence[_Column]) -> pa.Table | None:
    names = [str(at) for at in range(len(columns))]
    kinds = {name: column.kind for name, column in zip(names, columns, strict=True)}
    typed = {name: to_arrow_type(kind) for name, kind in kinds.items() if isinstance(kind, _READ_AS_NUMBERS)}
    table = csv_fast.parse(block, dialect, names, names, typed) if typed else None
    # Arrow reads more words as infinite and not a number than Java
    words = table is not None and any(
        pa.types.is_floating(c.type) and pc.all(pc.is_finite(c), min_count=0).as_py() is False for c in table.columns
    )
    return csv_fast.parse(block, dialect, names, names, {}) if table is None or words else table


def _sampled(rows: Sequence[_Row], ratio: float) -> Sequence[_Row]:
    if ratio >= 1:
        return rows
    chance = random.Random(1).random  # the same rows each time
    return [row for row in rows if chance() < ratio]


def _transposed(rows: Iterable[Tokens], width: int) -> list[pa.Array]:
    missing: Tokens = [None] * width
    cut = [(row + missing)[:width] for row in rows]
    return [pa.array(column, pa.string()) for column in zip(*cut, strict=True)] if cut else []


class _Column:
    """The type that a column's texts suggest so far."""

    def __init__(self, dialect: Dialect, options: Options) -> None:
        self._ladder = Ladder(options)
        self._dialect, self._options = dialect, options
        self._kind: DataType = NullType()

    def see(self, texts: pa.Array | pa.ChunkedArray) -> None:
        """Takes more texts into account. Texts of the usual forms are told apart by Arrow, the others in Python; numbers
        were read as the kind that is known."""
        if isinstance(self._kind, StringType) or not pa.types.is_string(texts.type):
            return
        texts = pc.drop_null(texts)
        if self._dialect.null_value:
            texts = texts.filter(pc.and_(pc.not_equal(texts, ""), pc.not_equal(texts, self._dialect.null_value)))
        else:
            texts = texts.filter(pc.not_equal(texts, ""))
        for text in texts.slice(0, _FIRST).to_pylist():
            self._add(self._ladder.kind_of(text))
        rest = texts.slice(_FIRST)
        for pattern, kind in (*_SURE, *self._sure_datetimes()):
            if not len(rest) or isinstance(self._kind, StringType):
                return
            known = pc.match_substring_regex(rest, pattern)
            if pc.any(known).as_py():
                self._add(kind)
                rest = rest.filter(pc.invert(known))
        for text in pc.unique(rest).to_pylist():
            if isinstance(self._kind, StringType):
                return
            self._add(self._ladder.kind_of(text))

    @property
    def kind(self) -> DataType:
        """The type so far, void if there was no value."""
        return self._kind

    def result(self) -> DataType:
        """The type; a column without values holds strings."""
        return StringType() if isinstance(self._kind, NullType) else self._kind

    def _add(self, kind: DataType) -> None:
        self._kind = wider(self._kind, kind)

    def _sure_datetimes(self) -> list[tuple[str, DataType]]:
        ladder = self._ladder
        sure: list[tuple[str, DataType]] = []
        if ladder.prefer_date and "dateFormat" not in self._options:
            sure.append((_SURE_DATE, DateType()))
        if "timestampFormat" not in self._options and not ladder.naive:
            sure.append((_SURE_TIME, TimestampType()))
        return sure


class Ladder:
    """The types that a text is tried as, from the narrowest on."""

    def __init__(self, options: Options) -> None:
        self.prefer_date = flag(options, "preferDate", True)
        self.naive = options.setting("spark.sql.timestampType") == "TIMESTAMP_NTZ"
        self._special = {
            options.get("nanValue", "NaN"),
            options.get("positiveInf", "Inf"),
            options.get("negativeInf", "-Inf"),
        }
        self._decimal = decimal_reader(options)
        own_date = date_reader(options) if "dateFormat" in options else None
        iso = parser("yyyy-MM-dd")
        self._date = own_date or (lambda text: _parsed(iso.date, text))
        self._timestamp = timestamp_reader(options)

    def kind_of(self, text: str) -> DataType:
        """The narrowest type that the text is a value of."""
        whole = java_integer(text)
        if whole is not None and -(1 << 63) <= whole < 1 << 63:
            return IntegerType() if -(1 << 31) <= whole < 1 << 31 else LongType()
        decimal = self._decimal(text)
        if decimal is not None and decimal.as_tuple().exponent == 0 and len(decimal.as_tuple().digits) <= 38:
            return DecimalType(len(decimal.as_tuple().digits), 0)
        if text in self._special or java_double(text) is not None:
            return DoubleType()
        return self._datetime(text)

    def _datetime(self, text: str) -> DataType:
        if self.prefer_date and self._date(text) is not None:
            return DateType()
        if self.naive and cast_timestamp(text, None) is not None:
            return TimestampNTZType()
        if self._timestamp(text) is not None:
            return TimestampType()
        return BooleanType() if text.lower() in ("true", "false") else StringType()


def _parsed(read: Callable[[str], int], text: str) -> int | None:
    try:
        return read(text)
    except ValueError:
        return None


_WHOLE_DIGITS = {"int": 10, "bigint": 20}
_ORDER = ("int", "bigint")


def wider(left: DataType, right: DataType) -> DataType:
    """The type of a column that holds values of both.

    >>> wider(IntegerType(), DecimalType(20, 0)).simpleString(), wider(DateType(), BooleanType()).simpleString()
    ('decimal(20,0)', 'string')
    """
    if left == right or isinstance(right, NullType):
        return left
    if isinstance(left, NullType):
        return right
    names = left.simpleString(), right.simpleString()
    if names[0] in _ORDER and names[1] in _ORDER:
        return LongType()
    if isinstance(left, DecimalType) or isinstance(right, DecimalType):
        return _wider_decimal(left, right)
    numbers = {*_ORDER, "double"}
    if names[0] in numbers and names[1] in numbers:
        return DoubleType()
    times = {"date", "timestamp", "timestamp_ntz"}
    if names[0] in times and names[1] in times:
        return TimestampType() if "timestamp" in names else TimestampNTZType()
    return StringType()


def _wider_decimal(left: DataType, right: DataType) -> DataType:
    other = right if isinstance(left, DecimalType) else left
    if isinstance(other, DoubleType):
        return DoubleType()
    digits = [
        one.precision if isinstance(one, DecimalType) else _WHOLE_DIGITS.get(one.simpleString(), 0)
        for one in (left, right)
    ]
    return DecimalType(max(digits), 0) if all(digits) else StringType()

"""The short way through CSV: a block of lines in which Spark's rules and Arrow's reader cannot differ.

A block qualifies when its quotes all stand where quotes should (a value begins behind an opening one and ends before a
closing one, on the same line), nothing is escaped in them, and no value of a number column could be read in two ways.
What does not qualify goes through `csv_tokens`, block by block.
"""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.csv as arrow_csv

from pyrdd.sql.sources.csv_dialect import Dialect

Bytes = npt.NDArray[np.uint8]
_NUMBERS = (pa.int8(), pa.int16(), pa.int32(), pa.int64(), pa.float32(), pa.float64())


def can_be_fast(dialect: Dialect) -> bool:
    """Whether blocks of the dialect may qualify."""
    sep = dialect.sep
    plain = len(sep) == 1 and sep.isascii() and sep not in "\r\n" and dialect.quote != sep
    return plain and dialect.quote.isascii() and dialect.line_sep in (None, "\n", "\r\n") and dialect.max_chars < 0


def parse(
    block: bytes, dialect: Dialect, names: Sequence[str], wanted: Sequence[str], typed: Mapping[str, pa.DataType]
) -> pa.Table | None:
    """The block's rows; ``None`` when it does not qualify. Columns are strings, but those in ``typed`` have a type.

    ``names`` are the names of all columns in the file, ``wanted`` those to return.
    """
    if not wanted or not _qualifies(block, dialect, len(names)):
        return None
    types = dict.fromkeys(wanted, pa.string())
    if typed and _numbers_are_plain(block, dialect):
        types |= typed
    quoted = bool(dialect.quote) and dialect.quote.encode() in block
    nulls = [""] if dialect.null_value == "" else ["", dialect.null_value]
    if quoted and not dialect.simple_nulls:
        return None
    try:
        return arrow_csv.read_csv(
            io.BytesIO(block),
            read_options=arrow_csv.ReadOptions(column_names=list(names), block_size=1 << 20),
            parse_options=arrow_csv.ParseOptions(
                delimiter=dialect.sep,
                quote_char=dialect.quote if quoted else False,
                double_quote=False,
                newlines_in_values=dialect.multi_line,
            ),
            convert_options=arrow_csv.ConvertOptions(
                column_types=types,
                include_columns=list(wanted),
                null_values=nulls,
                strings_can_be_null=True,
                quoted_strings_can_be_null=True,
                true_values=["true", "True", "TRUE"],
                false_values=["false", "False", "FALSE"],
            ),
        )
    except pa.ArrowInvalid:  # rows of another length, numbers that only Java reads, bytes that are no UTF-8
        return None


def plain_types(schema: pa.Schema, columns: Sequence[str]) -> dict[str, pa.DataType]:
    """The types that Arrow reads as Spark does, when the block's numbers are plain."""
    return {
        name: schema.field(at).type
        for at, name in enumerate(columns)
        if schema.field(at).type in _NUMBERS or pa.types.is_boolean(schema.field(at).type)
    }


def _qualifies(block: bytes, dialect: Dialect, width: int) -> bool:
    if dialect.line_sep == "\n" and b"\r" in block:
        return False
    if dialect.comment:
        mark = dialect.comment.encode()
        if block.startswith(mark) or b"\n" + mark in block or b"\r" + mark in block:
            return False
    if (dialect.trim_left or dialect.trim_right) and _has_edge_blanks(block, dialect):
        return False
    if width == 1 and _has_edge_blanks(block, dialect):
        return False
    if dialect.quote and dialect.quote.encode() in block:
        return _quotes_are_regular(block, dialect)
    return True


def _has_edge_blanks(block: bytes, dialect: Dialect) -> bool:
    """Whether a value may begin or end with a blank: a space or tab beside an edge, any other control character."""
    data = np.frombuffer(block, np.uint8)
    sep = dialect.sep.encode()
    known = sum(np.count_nonzero(data == one) for one in {9, 10, 13, sep[0]} if one < 32)
    if np.count_nonzero(data < 32) > known:
        return True
    blanks = [one for one in (b" ", b"\t") if one != sep and one in block]
    return any(_is_at_edge(data, one[0], sep[0]) for one in blanks)


def _is_at_edge(data: Bytes, blank: int, sep: int) -> bool:
    at = np.flatnonzero(data == blank)
    if at[0] == 0 or at[-1] == len(data) - 1:
        return True
    edges = (sep, 10, 13)
    return bool(np.isin(data[at - 1], edges).any() or np.isin(data[at + 1], edges).any())


def _numbers_are_plain(block: bytes, dialect: Dialect) -> bool:
    # Arrow trims blanks around numbers, and reads hexadecimal ones
    hexadecimal = any(mark in block and b"0" + mark in block for mark in (b"x", b"X"))
    return not hexadecimal and not _has_edge_blanks(block, dialect)


def _quotes_are_regular(block: bytes, dialect: Dialect) -> bool:
    quote, escape = dialect.quote.encode(), dialect.escape.encode()
    if escape and escape != quote and escape in block:
        return False
    data = np.frombuffer(block, np.uint8)
    at = np.flatnonzero(data == quote[0])
    if len(at) % 2:
        return False
    opening, closing = at[::2], at[1::2]
    sep = dialect.sep.encode()[0]
    before = np.where(opening > 0, data[opening - 1], 10)
    after = np.where(closing < len(data) - 1, data[np.minimum(closing + 1, len(data) - 1)], 10)
    if not (np.isin(before, (sep, 10, 13)).all() and np.isin(after, (sep, 10, 13)).all()):
        return False
    if dialect.multi_line:
        return True
    ends = np.flatnonzero((data == 10) | (data == 13))
    return bool((np.searchsorted(ends, opening) == np.searchsorted(ends, closing)).all())

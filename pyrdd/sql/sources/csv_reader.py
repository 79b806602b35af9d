"""One CSV file as record batches: blocks of lines, each read the short way or the exact way."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc

from pyrdd.errors import IllegalArgumentException, SparkRuntimeException
from pyrdd.io.filesystem import to_uri
from pyrdd.sql.sources import csv_fast
from pyrdd.sql.sources.base import FileEntry, Options
from pyrdd.sql.sources.columns import arrow_schema, rows_without_columns, selected
from pyrdd.sql.sources.csv_dialect import Dialect, read_dialect
from pyrdd.sql.sources.csv_tokens import Tokenizer, Tokens
from pyrdd.sql.sources.csv_values import converter
from pyrdd.sql.sources.errors import analysis_error, not_implemented, runtime_error
from pyrdd.sql.sources.modes import corrupt_column, parse_mode
from pyrdd.sql.sources.streams import content, line_blocks
from pyrdd.sql.types import StructType

_BLANKS = "".join(map(chr, range(33)))
_BOM = b"\xef\xbb\xbf"


def read_file(
    file: FileEntry, schema: StructType, options: Options, columns: Sequence[str] | None
) -> Iterator[pa.RecordBatch]:
    """The rows of a file; see `FileFormat.read`."""
    plan = _plan(schema, options, columns)
    try:
        yield from _rows(plan, file, options)
    except UnicodeDecodeError as error:
        raise runtime_error("FAILED_READ_FILE.NO_HINT", path=to_uri(file.path), reason=str(error)) from error


@dataclass(frozen=True, slots=True)
class _Plan:
    """What a read needs to know of all blocks."""

    dialect: Dialect
    mode: str
    corrupt: str | None
    data: StructType
    wanted: tuple[str, ...]
    output: StructType
    target: pa.Schema
    options: Options
    counted: bool
    enforce: bool

    @property
    def names(self) -> list[str]:
        """Names of the file's columns that are surely distinct."""
        return [str(at) for at in range(len(self.data.fields))]

    def positions(self) -> list[int]:
        at = {field.name: number for number, field in enumerate(self.data.fields)}
        return [at[name] for name in self.wanted]


def _plan(schema: StructType, options: Options, columns: Sequence[str] | None) -> _Plan:
    corrupt = corrupt_column(schema, options)
    output = selected(schema, columns)
    if corrupt is not None and output.fieldNames() == [corrupt]:
        raise analysis_error("UNSUPPORTED_FEATURE.QUERY_ONLY_CORRUPT_RECORD_COLUMN")
    names = [field.name for field in output.fields]
    data = StructType([field for field in schema.fields if field.name != corrupt])
    wanted = tuple(name for name in names if name != corrupt)
    pruning = options.setting_flag("spark.sql.csv.parser.columnPruning.enabled") and corrupt not in names
    counted = not (pruning and len(wanted) < len(data.fields))
    return _Plan(
        dialect=read_dialect(options),
        mode=parse_mode(options),
        corrupt=corrupt,
        data=data,
        wanted=wanted,
        output=output,
        target=arrow_schema(output),
        options=options,
        counted=counted,
        enforce=options.boolean("enforceSchema", True),
    )


def _rows(plan: _Plan, file: FileEntry, options: Options) -> Iterator[pa.RecordBatch]:
    path = file.path
    if plan.dialect.multi_line:
        yield from _whole_file(plan, path)
        return
    first = plan.dialect.header and not file.start
    for block in utf8_blocks(path, plan.dialect, file.start, file.stop):
        if first:
            header, block = take_header(block, plan.dialect)
            if header is None:
                continue
            _check_header(plan, header, path)
            first = False
        if block:
            yield from _block(plan, block)


def utf8_blocks(path: str, dialect: Dialect, start: int = 0, stop: int | None = None) -> Iterator[bytes]:
    """The file, or a part, in blocks of whole lines, as UTF-8 without a byte order mark."""
    utf8 = dialect.encoding in ("utf-8", "ascii")
    end = dialect.line_sep.encode(dialect.encoding) if dialect.line_sep else None
    by_lines = utf8 or dialect.encoding == "iso8859-1"
    blocks = line_blocks(path, end, start, stop) if by_lines else iter((content(path),))
    for number, block in enumerate(blocks):
        if not utf8:
            block = block.decode(dialect.encoding, "replace").encode()
        yield block.removeprefix(_BOM) if number == 0 and not start else block


def lines_of(block: bytes, dialect: Dialect) -> list[str]:
    """The lines of a block that hold records."""
    text = block.decode("utf-8", "replace")
    if dialect.line_sep:
        lines = text.split(dialect.line_sep)
    else:
        lines = (text.replace("\r\n", "\n").replace("\r", "\n") if "\r" in text else text).split("\n")
    return records(lines, dialect)


def take_header(block: bytes, dialect: Dialect) -> tuple[str | None, bytes]:
    """The first line that is no comment, and the rest of the block; ``None`` when there is none."""
    end = dialect.line_sep.encode() if dialect.line_sep else None
    at = 0
    while at < len(block):
        if end:
            cut = block.find(end, at)
            stop = len(block) if cut < 0 else cut
            after = stop + len(end)
        else:
            ends = (block.find(b"\n", at), block.find(b"\r", at, at + (1 << 20)))
            stop = min(found if found >= 0 else len(block) for found in ends)
            after = stop + (2 if block[stop : stop + 2] == b"\r\n" else 1)
        line = block[at:stop].decode("utf-8", "replace")
        at = after
        if line.strip(_BLANKS) and not (dialect.comment and line.startswith(dialect.comment)):
            return line, block[at:]
    return None, b""


def _check_header(plan: _Plan, header: str, path: str) -> None:
    if plan.enforce:
        return
    names = [name or "" for name in Tokenizer(plan.dialect).line(header)]
    fields = [field.name for field in plan.data.fields]
    sensitive = plan.options.setting_flag("spark.sql.caseSensitive")

    def same(left: str, right: str) -> bool:
        return left == right if sensitive else left.lower() == right.lower()

    if len(names) != len(fields) or not all(map(same, names, fields)):
        raise IllegalArgumentException(
            "The header of the CSV file does not agree with the schema.\n"
            f" Header: {', '.join(names)}\n Schema: {', '.join(fields)}\nCSV file: {to_uri(path)}"
        )


def _block(plan: _Plan, block: bytes) -> Iterator[pa.RecordBatch]:
    fast = _fast(plan, block)
    if fast is not None:
        yield from fast
        return
    lines = lines_of(block, plan.dialect)
    tokenizer = Tokenizer(plan.dialect)
    yield from _exact(plan, [tokenizer.line(line) for line in lines], lines)


def _fast(plan: _Plan, block: bytes) -> list[pa.RecordBatch] | None:
    """The block's batches, or ``None`` when it needs the exact way (irregular, or a malformed value matters)."""
    if not csv_fast.can_be_fast(plan.dialect):
        return None
    positions = plan.positions()
    numbers = [str(at) for at in positions]
    fields = [plan.target.field(plan.target.get_field_index(name)) for name in plan.wanted]
    typed = csv_fast.plain_types(pa.schema(fields), numbers)
    if any(pa.types.is_floating(kind) for kind in typed.values()) and _has_words(plan, block):
        typed = {name: kind for name, kind in typed.items() if not pa.types.is_floating(kind)}
    table = csv_fast.parse(block, plan.dialect, plan.names, numbers, typed)
    if table is None and typed:
        table = csv_fast.parse(block, plan.dialect, plan.names, numbers, {})
    if table is None:
        return None
    columns: dict[str, pa.ChunkedArray] = {}
    for at, (name, number) in enumerate(zip(plan.wanted, numbers, strict=True)):
        column = table.column(number)
        if column.type != fields[at].type:
            column, bad = _converted(plan, name, column)
            if bad and (plan.corrupt is not None or plan.mode != "PERMISSIVE"):
                return None
        columns[name] = column
    return _assembled(plan, columns, table.num_rows)


def _has_words(plan: _Plan, block: bytes) -> bool:
    """Whether a floating-point number might be written as a word, which Arrow reads in other spellings than Java."""
    positions = set(plan.positions())
    strings = any(f.dataType.simpleString() not in ("double", "float", "int", "bigint") for f in plan.data.fields)
    if strings or len(positions) < len(plan.data.fields):
        # words of other columns would give false alarms: the numbers themselves are looked at in _assembled
        return False
    return any(word in block for word in (b"n", b"N", b"i", b"I"))


def _converted(plan: _Plan, name: str, column: pa.ChunkedArray) -> tuple[pa.ChunkedArray, bool]:
    field = plan.output[name]
    target = plan.target.field(name).type
    convert = converter(field.dataType, target, plan.options)
    found = [convert(chunk) for chunk in column.chunks]
    return pa.chunked_array([values for values, _ in found], target), any(bad is not None for _, bad in found)


def _assembled(plan: _Plan, columns: dict[str, pa.ChunkedArray], rows: int) -> list[pa.RecordBatch] | None:
    arrays = []
    for field in plan.target:
        column = columns.get(field.name)
        if column is None:
            arrays.append(pa.chunked_array([pa.nulls(rows, field.type)]))
            continue
        if pa.types.is_floating(column.type) and pc.all(pc.is_finite(column), min_count=0).as_py() not in (True, None):
            return None
        arrays.append(column)
    return list(pa.Table.from_arrays(arrays, schema=plan.target).to_batches())


def _exact(plan: _Plan, rows: list[Tokens], sources: Sequence[str]) -> Iterator[pa.RecordBatch]:
    if not rows:
        return
    width = len(plan.data.fields)
    bad = [len(row) != width for row in rows] if plan.counted else [False] * len(rows)
    missing: Tokens = [None] * width
    cut = [row if len(row) == width else (row + missing)[:width] for row in rows]
    texts = list(zip(*cut, strict=True)) if width else []
    arrays: dict[str, pa.Array] = {}
    marks: list[pa.Array] = [pa.array(bad, pa.bool_())] if any(bad) else []
    for name, at in zip(plan.wanted, plan.positions(), strict=True):
        field = plan.output[name]
        convert = converter(field.dataType, plan.target.field(name).type, plan.options)
        arrays[name], marked = convert(pa.array(texts[at], pa.string()))
        if marked is not None:
            marks.append(pc.fill_null(marked, False))
    malformed = None
    for mark in marks:
        malformed = mark if malformed is None else pc.or_(malformed, mark)
    yield from _with_mode(plan, arrays, malformed, sources)


def _with_mode(
    plan: _Plan, arrays: dict[str, pa.Array], malformed: pa.Array | None, sources: Sequence[str]
) -> Iterator[pa.RecordBatch]:
    if malformed is not None and plan.mode == "FAILFAST":
        at = malformed.index(True).as_py()
        raise malformed_error(sources[at])
    if plan.corrupt is not None and plan.corrupt in plan.target.names:
        texts = pa.array(sources, pa.string())
        none = pa.nulls(len(texts), pa.string())
        arrays[plan.corrupt] = none if malformed is None else pc.if_else(malformed, texts, none)
    if not plan.target.names:
        yield rows_without_columns(len(sources))
        return
    batch = pa.RecordBatch.from_arrays([arrays[name] for name in plan.target.names], schema=plan.target)
    if malformed is not None and plan.mode == "DROPMALFORMED":
        batch = batch.filter(pc.invert(malformed))
    yield batch


def read_lines(lines: Sequence[str], schema: StructType, options: Options) -> Iterator[pa.RecordBatch]:
    """The rows of texts, each a record whatever line ends it holds; none of them is a header."""
    plan = _plan(schema, options, None)
    tokenizer = Tokenizer(plan.dialect)
    kept = records(lines, plan.dialect)
    yield from _exact(plan, [tokenizer.line(line) for line in kept], kept)


def records(lines: Sequence[str], dialect: Dialect) -> list[str]:
    """The lines that are neither blank nor comments."""
    comment = dialect.comment
    return [line for line in lines if line.strip(_BLANKS) and not (comment and line.startswith(comment))]


def malformed_error(record: str) -> SparkRuntimeException:
    """The error of mode FAILFAST."""
    shown = {"badRecord": record, "failFastMode": "FAILFAST"}
    return runtime_error("MALFORMED_RECORD_IN_PARSING.WITHOUT_SUGGESTION", **shown)


def _whole_file(plan: _Plan, path: str) -> Iterator[pa.RecordBatch]:
    """Values may hold line ends: the file is one text."""
    text = multi_line_text(path, plan.dialect)
    fast = _fast_whole(plan, text, path)
    if fast is not None:
        yield from fast
        return
    records = Tokenizer(plan.dialect).records(text)
    if plan.dialect.header:
        first = next(records, None)
        if first is not None:
            _check_header(plan, first[1], path)
    found = list(records)
    yield from _exact(plan, [tokens for tokens, _ in found], [source for _, source in found])


def _fast_whole(plan: _Plan, text: str, path: str) -> list[pa.RecordBatch] | None:
    dialect = plan.dialect
    if dialect.line_sep or "\r" in text:
        return None
    block = text.encode()
    if dialect.header:
        line, block = take_header(block, dialect)
        if line is None:
            return []
        if dialect.quote and line.count(dialect.quote) % 2:
            return None
        _check_header(plan, line, path)
    return _fast(plan, block) if block else []


def multi_line_text(path: str, dialect: Dialect) -> str:
    """The whole file, with its kind of line end (the first that it has) written ``\\n``."""
    data = content(path)
    text = data.removeprefix(_BOM).decode(dialect.encoding, "replace")
    end = dialect.line_sep or _first_end(text)
    if end == "\n":
        return text
    if end == "\r" and "\n" in text:
        both = f"A CSV file with the line ends {end!r} and {chr(10)!r}"
        raise not_implemented(both, "Give it line ends of one kind.")
    return text.replace(end, "\n")


def _first_end(text: str) -> str:
    """The kind of the first line end; a carriage return at the very end of the text is none."""
    feed, back = text.find("\n"), text.find("\r", 0, len(text) - 1)
    if back < 0 or 0 <= feed < back:
        return "\n"
    return "\r\n" if feed == back + 1 else "\r"

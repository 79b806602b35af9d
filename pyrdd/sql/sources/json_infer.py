"""The schema of JSON files, as Spark infers it: fields sorted by name, the narrowest type that holds all values."""

from __future__ import annotations

import io
import random
import re
from collections.abc import Iterable, Iterator, Sequence
from functools import reduce
from typing import Any, TypeVar

import pyarrow as pa
import pyarrow.json as arrow_json

from pyrdd.errors import IllegalArgumentException
from pyrdd.sql.sources.base import FileEntry, Options
from pyrdd.sql.sources.csv_reader import malformed_error
from pyrdd.sql.sources.csv_values import decimal_reader, timestamp_reader
from pyrdd.sql.sources.errors import analysis_error
from pyrdd.sql.sources.json_reader import has_bad_bytes, lines_of, records_in, utf8_blocks, whole_text
from pyrdd.sql.sources.json_text import (
    Float,
    Integer,
    JsonTextError,
    Leniency,
    Nested,
    decode,
    decode_fast,
    decoder_of_pairs,
)
from pyrdd.sql.sources.modes import corrupt_name, parse_mode
from pyrdd.sql.sources.texts import java_decimal
from pyrdd.sql.types import (
    ArrayType,
    BooleanType,
    DataType,
    DecimalType,
    DoubleType,
    LongType,
    NullType,
    StringType,
    StructField,
    StructType,
    TimestampType,
)

_Text = TypeVar("_Text", str, str | None)
_LONG_DIGITS = re.compile(rb"[0-9]{19}")
_EMPTY = StructType([])


def infer(files: Sequence[FileEntry], options: Options) -> StructType:
    """The common schema of all records (or of a sample, by ``samplingRatio``)."""
    ratio = sampling_ratio(options)
    reader = _Inference(options)
    return schema_of_kinds((kind for file in files for kind in reader.kinds(file.path, ratio)), options)


def sampling_ratio(options: Options) -> float:
    """The option ``samplingRatio``, which must be positive."""
    ratio = options.decimal("samplingRatio", 1.0)
    if ratio <= 0:
        raise IllegalArgumentException(f"requirement failed: samplingRatio ({ratio}) should be greater than 0")
    return ratio


def kind_of_texts(texts: Sequence[str | None], options: Options) -> DataType:
    """The common type of texts, each a record: what a task finds in its own."""
    reader = _Inference(options)
    sampled = _sampled(texts, sampling_ratio(options))
    return reader.all_merged(reader._each(sampled))


def schema_of_kinds(kinds: Iterable[DataType], options: Options) -> StructType:
    """The schema of records that have these types."""
    reader = _Inference(options)
    root = reader.canonical(reader.all_merged(kinds), top=True)
    schema = root if isinstance(root, StructType) else _EMPTY
    _check_names(schema, options)
    return schema


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        repeated = next(name for name in names if names.count(name) > 1)
        raise analysis_error("COLUMN_ALREADY_EXISTS", columnName=f"`{repeated}`")
    return found


_CHECKED = decoder_of_pairs(_object)


def _check_names(schema: StructType, options: Options) -> None:
    if options.setting_flag("spark.sql.caseSensitive"):
        return
    names = [field.name.lower() for field in schema.fields]
    for name in names:
        if names.count(name) > 1:
            raise analysis_error("COLUMN_ALREADY_EXISTS", columnName=f"`{name}`")


class _Inference:
    def __init__(self, options: Options) -> None:
        self._options = options
        self._mode = parse_mode(options)
        self._leniency = Leniency.of(options)
        self._corrupt = StructType([StructField(corrupt_name(options), StringType(), True)])
        self._texts_only = options.boolean("primitivesAsString", False)
        self._decimals = options.boolean("prefersDecimal", False)
        self._drop = options.boolean("dropFieldIfAllNull", False)
        self._decimal = decimal_reader(options)
        self._timestamp = timestamp_reader(options) if options.boolean("inferTimestamp", False) else None
        self._plain = not (self._texts_only or self._decimals or self._timestamp)

    def kinds(self, path: str, ratio: float) -> Iterator[DataType]:
        """The types of a file's records, or of blocks of them."""
        if self._options.boolean("multiLine", False):
            yield from self._each([whole_text(path, self._options)])
            return
        for block in utf8_blocks(path, self._options):
            fast = self._fast(block) if ratio >= 1 else None
            if fast is not None:
                yield fast
            else:
                yield from self._each(_sampled(lines_of(block, self._options), ratio))

    def _fast(self, block: bytes) -> DataType | None:
        """The block's type by Arrow's own inference; ``None`` where that might differ."""
        if not self._plain or b"\r" in block or self._options.get("lineSep", "\n") != "\n":
            return None
        if _LONG_DIGITS.search(block):
            return None
        try:
            block.decode()
            table = arrow_json.read_json(io.BytesIO(block), read_options=arrow_json.ReadOptions(block_size=1 << 22))
        except (pa.ArrowInvalid, pa.ArrowNotImplementedError, UnicodeDecodeError):
            return None
        if table.num_rows != records_in(block):
            return None
        return _of_arrow(pa.struct(list(table.schema)))

    def _each(self, texts: Iterable[str | None]) -> Iterator[DataType]:
        seen: set[tuple[Any, ...]] = set()
        for text in texts:
            try:
                kind = self._record(text)
            except EOFError:
                continue
            except JsonTextError:
                if self._mode == "FAILFAST":
                    raise malformed_error(text or "null") from None
                if self._mode == "DROPMALFORMED":
                    continue
                kind = self._corrupt
            shape = (kind.simpleString(),)
            if shape not in seen:
                seen.add(shape)
                yield kind

    def _record(self, text: str | None) -> DataType:
        if text is None:
            raise JsonTextError("no text")
        if not text.isascii() and has_bad_bytes(text):
            raise JsonTextError("bytes that are no UTF-8")
        try:
            value = decode_fast(text, self._leniency, _CHECKED)
        except (ValueError, RecursionError):
            value = decode(text, self._leniency)
        kind = self._kind(value)
        if isinstance(kind, ArrayType):
            kind = kind.elementType
        return kind if isinstance(kind, (StructType, NullType)) else self._corrupt

    def _kind(self, value: Any) -> DataType:
        if isinstance(value, Nested):
            value = value.value
        if value is None:
            return NullType()
        if isinstance(value, dict):
            return StructType([StructField(name, self._kind(value[name]), True) for name in sorted(value)])
        if isinstance(value, list):
            return ArrayType(self.all_merged(map(self._kind, value)))
        if self._texts_only:
            return StringType()
        if isinstance(value, bool):
            return BooleanType()
        return self._number(value) if isinstance(value, (Integer, Float)) else self._string(value)

    def _number(self, text: str) -> DataType:
        if isinstance(text, Integer):
            whole = int(text)
            if -(1 << 63) <= whole < 1 << 63:
                return LongType()
            digits = len(text.lstrip("-"))
            return DecimalType(digits, 0) if digits <= 38 else DoubleType()
        decimal = _decimal_type(java_decimal(text)) if self._decimals else None
        return decimal or DoubleType()

    def _string(self, text: str) -> DataType:
        decimal = _decimal_type(self._decimal(text)) if self._decimals and text else None
        if decimal is not None:
            return decimal
        if self._timestamp is not None and text and self._timestamp(text) is not None:
            return TimestampType()
        return StringType()

    def all_merged(self, kinds: Iterable[DataType]) -> DataType:
        """A type that holds the values of all."""
        found: DataType = NullType()
        return reduce(self.merged, kinds, found)

    def merged(self, left: DataType, right: DataType) -> DataType:
        """A type that holds the values of both."""
        if left == right or isinstance(right, NullType):
            return left
        if isinstance(left, NullType):
            return right
        if isinstance(left, StructType) and isinstance(right, StructType):
            kinds = {one.name: one.dataType for one in left.fields}
            for one in right.fields:
                kinds[one.name] = self.merged(kinds[one.name], one.dataType) if one.name in kinds else one.dataType
            return StructType([StructField(name, kinds[name], True) for name in sorted(kinds)])
        if isinstance(left, ArrayType) and isinstance(right, ArrayType):
            return ArrayType(self.merged(left.elementType, right.elementType))
        return _merged_numbers(left, right)

    def canonical(self, kind: DataType, top: bool = False) -> DataType | None:
        """The type without what holds no values; ``None`` when nothing is left."""
        if isinstance(kind, ArrayType):
            element = self.canonical(kind.elementType)
            return None if element is None else ArrayType(element)
        if isinstance(kind, StructType):
            found = [(one.name, self.canonical(one.dataType)) for one in kind.fields if one.name]
            fields = [StructField(name, inner, True) for name, inner in found if inner is not None]
            return StructType(fields) if fields or top else None
        if isinstance(kind, NullType):
            return None if self._drop else StringType()
        return kind


def _decimal_type(value: Any) -> DecimalType | None:
    if value is None:
        return None
    _, digits, exponent = value.as_tuple()
    scale = max(-exponent, 0)
    precision = max(len(digits) + max(exponent, 0), scale)
    return DecimalType(precision, scale) if precision <= 38 else None


def _merged_numbers(left: DataType, right: DataType) -> DataType:
    numbers = [one for one in (left, right) if isinstance(one, (LongType, DoubleType, DecimalType))]
    if len(numbers) < 2:
        return StringType()
    if any(isinstance(one, DoubleType) for one in numbers):
        return DoubleType()
    decimals = [one if isinstance(one, DecimalType) else DecimalType(20, 0) for one in numbers]
    scale = max(one.scale for one in decimals)
    precision = max(one.precision - one.scale for one in decimals) + scale
    return DecimalType(precision, scale) if precision <= 38 else DoubleType()


def _of_arrow(kind: pa.DataType) -> DataType | None:
    if pa.types.is_struct(kind):
        found = {kind.field(at).name: _of_arrow(kind.field(at).type) for at in range(kind.num_fields)}
        if any(inner is None for inner in found.values()):
            return None
        return StructType([StructField(name, found[name], True) for name in sorted(found)])  # type: ignore[arg-type]
    if pa.types.is_list(kind):
        element = _of_arrow(kind.value_type)
        return None if element is None else ArrayType(element)
    if pa.types.is_string(kind) or pa.types.is_timestamp(kind):
        return StringType()
    simple: dict[pa.DataType, DataType] = {
        pa.int64(): LongType(),
        pa.float64(): DoubleType(),
        pa.bool_(): BooleanType(),
        pa.null(): NullType(),
    }
    return simple.get(kind)


def _sampled(rows: Sequence[_Text], ratio: float) -> Sequence[_Text]:
    if ratio >= 1:
        return rows
    chance = random.Random(1).random  # the same rows each time
    return [row for row in rows if chance() < ratio]

"""What users' Python functions get and give: Python values, pandas Series and Arrow arrays of columns, and back.

    a stage's column  ->  outside (`border`)  ->  list | Series | DataFrame | Array  ->  function  ->  a stage's column

Each kind of result has its rules, which are PySpark's: values that travel as Arrow must fit their type, pickled ones
become null where they do not, and pandas' are converted as Arrow converts them.
"""

from __future__ import annotations

import array
import datetime
import decimal
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pyarrow as pa

from pyrdd.errors import PySparkValueError
from pyrdd.sql import sql_settings
from pyrdd.sql import types as t
from pyrdd.sql.arrow import list_to_array, to_arrow_type
from pyrdd.sql.execution.border import recast
from pyrdd.sql.types import DataType, _has_type


@dataclass(frozen=True)
class Settings:
    """The session's settings that change how Python functions are called."""

    time_zone: str
    batch_rows: int
    safe: bool
    int_to_decimal: bool
    columns_by_name: bool
    struct_mode: str
    int_extension: bool = False

    @staticmethod
    def of(conf: Mapping[str, str]) -> Settings:
        """The settings of a session: Spark's defaults where nobody set them."""
        defaults = sql_settings.DEFAULTS

        def flag(key: str) -> bool:
            return str(conf.get(key, defaults.get(key, "false"))).lower() == "true"

        rows = int(conf.get("spark.sql.execution.arrow.maxRecordsPerBatch") or 10000)
        return Settings(
            conf["TimeZone"],
            rows if rows > 0 else 1 << 62,
            flag("spark.sql.execution.pandas.convertToArrowArraySafely"),
            flag("spark.sql.execution.pythonUDF.pandas.intToDecimalCoercionEnabled"),
            str(conf.get("spark.sql.legacy.execution.pandas.groupedMap.assignColumnsByName", "true")).lower() == "true",
            conf.get("spark.sql.execution.pandas.structHandlingMode") or "legacy",
            flag("spark.sql.execution.pythonUDF.pandas.preferIntExtensionDtype"),
        )


def outside_array(column: Any, data_type: DataType) -> Any:
    """A stage's column (or array) as Arrow that users see."""
    target = to_arrow_type(data_type)
    return column if column.type.equals(target) else _changed(column, target)


def inside_array(column: Any, target: pa.DataType) -> Any:
    """A column that a user's function made, as a stage holds it."""
    return column if column.type.equals(target) else _changed(column, target)


def _changed(column: Any, target: pa.DataType) -> Any:
    try:
        return column.cast(target)
    except (pa.ArrowNotImplementedError, pa.ArrowInvalid):
        if isinstance(column, pa.ChunkedArray):
            return pa.chunked_array([recast(chunk, target) for chunk in column.chunks], target)
        return recast(column, target)


# --- results of plain functions ----------------------------------------------------------------------------------


def pickled_results(values: list[Any], data_type: DataType) -> pa.Array:
    """Results by the older rules: what has a wrong class becomes null, anything becomes text for a string."""
    return list_to_array(values, data_type)


def arrow_results(values: list[Any], data_type: DataType, settings: Settings) -> pa.Array:
    """Results by Arrow's rules. Raises what Arrow raises for a value that does not fit."""
    target = to_arrow_type(data_type)
    convert = converter(data_type, settings.int_to_decimal)
    if convert is not None and not _as_they_are(values, data_type):
        values = [convert(value) for value in values]
    if _has_type(data_type, t.TimestampType) and type(data_type) is t.TimestampType:
        return list_to_array(values, data_type)
    try:
        made = pa.array(values, type=target)
    except pa.ArrowInvalid:
        made = pa.array(values).cast(target_type=target, safe=settings.safe)
    return made.combine_chunks() if isinstance(made, pa.ChunkedArray) else made


_EXACT: dict[type[DataType], frozenset[type]] = {
    t.StringType: frozenset({str, type(None)}),
    t.BinaryType: frozenset({bytes, type(None)}),
}


def _as_they_are(values: list[Any], data_type: DataType) -> bool:
    """Whether no value needs its converter."""
    classes = _EXACT.get(type(data_type))
    return classes is not None and set(map(type, values)) <= classes


Convert = Callable[[Any], Any]


def converter(data_type: DataType, int_to_decimal: bool = False) -> Convert | None:
    """What makes of a result what Arrow takes; None where Arrow takes it as it is."""
    match data_type:
        case t.NullType():
            return _none
        case t.StructType():
            return _struct(data_type, int_to_decimal)
        case t.ArrayType():
            inner = converter(data_type.elementType, int_to_decimal)
            return None if inner is None and data_type.containsNull else _list(inner, data_type)
        case t.MapType():
            return _map(data_type, int_to_decimal)
        case t.StringType():
            return _text
        case t.BinaryType():
            return _binary
        case t.TimestampType():
            return _moment
        case t.TimestampNTZType():
            return _wall_clock
        case t.DecimalType():
            return _decimal(data_type, int_to_decimal)
        case t.UserDefinedType():
            return _udt(data_type, int_to_decimal)
        case t.VariantType():
            return _variant
        case t.GeometryType() | t.GeographyType():
            return lambda value: list_to_array([value], data_type)[0].as_py()
    return None


def _none(value: Any) -> None:
    if value is not None:
        raise PySparkValueError(f"input for NullType() must be None, but got {value}")


def _text(value: Any) -> str | None:
    if value is None or type(value) is str:
        return value
    return str(value).lower() if isinstance(value, bool) else str(value)


def _binary(value: Any) -> bytes | None:
    if value is None:
        return None
    assert isinstance(value, (bytes, bytearray)), f"binary value expected, got {type(value).__name__}"
    return bytes(value)


def _moment(value: Any) -> datetime.datetime | None:
    assert value is None or isinstance(value, datetime.datetime), f"datetime expected, got {type(value).__name__}"
    return None if value is None else value.astimezone(datetime.UTC)


def _wall_clock(value: Any) -> datetime.datetime | None:
    assert value is None or isinstance(value, datetime.datetime), f"datetime expected, got {type(value).__name__}"
    assert value is None or value.tzinfo is None, "a datetime without a time zone is expected"
    return value


def _decimal(data_type: t.DecimalType, from_int: bool) -> Convert:
    step = decimal.Decimal(1).scaleb(-data_type.scale)
    context = decimal.Context(prec=data_type.precision, rounding=decimal.ROUND_HALF_EVEN)

    def convert(value: Any) -> decimal.Decimal | None:
        if value is None:
            return None
        if from_int and isinstance(value, int):
            value = decimal.Decimal(value)
        assert isinstance(value, decimal.Decimal), f"Decimal expected, got {type(value).__name__}"
        return None if value.is_nan() else value.quantize(step, context=context)

    return convert


def _variant(value: Any) -> Any:
    if value is None:
        return None
    if not isinstance(value, t.VariantVal):
        raise PySparkValueError(errorClass="MALFORMED_VARIANT", messageParameters={})
    return {"value": value.value, "metadata": value.metadata}


def _udt(data_type: t.UserDefinedType, from_int: bool) -> Convert:
    inner = converter(data_type.sqlType(), from_int)

    def convert(value: Any) -> Any:
        stored = None if value is None else data_type.serialize(value)
        return stored if inner is None or stored is None else inner(stored)

    return convert


def _list(inner: Convert | None, data_type: t.ArrayType) -> Convert:
    required = not data_type.containsNull

    def convert(value: Any) -> list[Any] | None:
        if value is None:
            return None
        assert isinstance(value, (list, array.array)), f"list expected, got {type(value).__name__}"
        if required and None in value:
            raise PySparkValueError(f"input for {data_type.elementType} must not be None")
        return list(value) if inner is None else [inner(item) for item in value]

    return convert


def _map(data_type: t.MapType, from_int: bool) -> Convert:
    keys = converter(data_type.keyType, from_int) or _same
    items = converter(data_type.valueType, from_int) or _same

    def convert(value: Any) -> list[tuple[Any, Any]] | None:
        if value is None:
            return None
        assert isinstance(value, dict), f"dict expected, got {type(value).__name__}"
        return [(keys(key), items(item)) for key, item in value.items()]

    return convert


def _same(value: Any) -> Any:
    return value


def _struct(data_type: t.StructType, from_int: bool) -> Convert:
    names = data_type.names
    converts = [converter(f.dataType, from_int) or _same for f in data_type.fields]

    def convert(value: Any) -> tuple[tuple[str, Any], ...] | dict[str, Any] | None:
        if value is None:
            return None
        if isinstance(value, tuple):
            if len(value) != len(names):
                raise PySparkValueError(
                    errorClass="AXIS_LENGTH_MISMATCH",
                    messageParameters={"expected_length": str(len(names)), "actual_length": str(len(value))},
                )
            items: Sequence[Any] = value
        else:
            source = value if isinstance(value, dict) else vars(value)
            items = [source.get(name) for name in names]
        # pairs, because names may repeat
        made = [(name, make(item)) for name, make, item in zip(names, converts, items, strict=True)]
        return dict(made) if len(set(names)) == len(names) else tuple(made)

    return convert

"""pandas DataFrames and NumPy arrays to Arrow tables, with PySpark's types."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.compute as pc

from pyrdd.errors import PySparkTypeError, PySparkValueError
from pyrdd.sql.arrow.create import list_to_array
from pyrdd.sql.arrow.schema import from_arrow_type, to_arrow_schema, to_arrow_type
from pyrdd.sql.types import (
    ArrayType,
    BinaryType,
    DataType,
    DateType,
    DayTimeIntervalType,
    DecimalType,
    DoubleType,
    FloatType,
    GeographyType,
    GeometryType,
    IntegralType,
    MapType,
    NullType,
    Row,
    StringType,
    StructField,
    StructType,
    TimestampNTZType,
    TimestampType,
    TimeType,
    UserDefinedType,
    VariantType,
    _has_type,
)
from pyrdd.sql.types.infer import InferenceRules, _merge_type

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

Series = Any
_OURS = (UserDefinedType, VariantType, GeometryType, GeographyType, DecimalType, StringType)


def pandas_to_table(
    frame: pd.DataFrame,
    schema: StructType | Sequence[str] | None = None,
    timezone: str = "UTC",
    rules: InferenceRules | None = None,
    safe: bool = True,
    dict_as_map: bool = False,
) -> tuple[pa.Table, StructType]:
    """The table of a pandas DataFrame, whose columns count by position, and its schema: the given one, or one inferred
    with the given names or the frame's. Naive datetimes are in ``timezone``, the session's. With ``safe``, numbers that
    do not fit raise `PySparkValueError`; ``dict_as_map`` infers maps of dictionaries, and not structs."""
    rules = rules or InferenceRules()
    columns = [frame.iloc[:, i] for i in range(frame.shape[1])]
    if not isinstance(schema, StructType):
        names = [str(name) for name in (frame.columns if schema is None else schema)]
        names += [str(name) for name in frame.columns[len(names) :]]
        kinds = [infer_series(column, rules, dict_as_map) for column in columns]
        schema = StructType([StructField(name, kind) for name, kind in zip(names, kinds, strict=True)])
    if len(columns) != len(schema.fields):
        raise PySparkValueError(
            errorClass="AXIS_LENGTH_MISMATCH",
            messageParameters={"expected_length": str(len(columns)), "actual_length": str(len(schema.fields))},
        )
    arrays = [
        series_to_array(column, field.dataType, timezone, safe, field.name)
        for column, field in zip(columns, schema.fields, strict=True)
    ]
    if not arrays:
        return pa.Table.from_struct_array(pa.array([{}] * len(frame), pa.struct([]))), schema
    return pa.Table.from_arrays(arrays, schema=to_arrow_schema(schema)), schema


def numpy_to_table(array: np.ndarray[Any, Any], names: Sequence[str] | None = None) -> tuple[pa.Table, StructType]:
    """The table of a NumPy array of one dimension (a column ``value``) or two (columns ``_1``, ``_2``, ...)."""
    if array.ndim not in (1, 2):
        raise PySparkValueError(
            errorClass="INVALID_NDARRAY_DIMENSION", messageParameters={"dimensions": "1 or 2"}
        )
    columns = [array] if array.ndim == 1 else [array[:, i] for i in range(array.shape[1])]
    if names is None:
        names = ["value"] if array.ndim == 1 else [f"_{i + 1}" for i in range(len(columns))]
    arrays = [pa.array(column.copy()) for column in columns]
    schema = StructType(
        [StructField(name, from_arrow_type(made.type)) for name, made in zip(names, arrays, strict=True)]
    )
    return pa.Table.from_arrays(arrays, schema=to_arrow_schema(schema)), schema


# --- types --------------------------------------------------------------------------------------------------


def infer_series(series: Series, rules: InferenceRules, dict_as_map: bool = False) -> DataType:
    """The Spark type of a Series: its dtype's, or for objects what Arrow sees in the values; dictionaries are structs,
    unless ``dict_as_map``. Raises `PySparkTypeError`."""
    if str(series.dtype) == "object" and _by_our_rules(series, dict_as_map):
        return _type_of_values(map(_plain, series), rules)
    try:
        return from_arrow_type(pa.array(series, from_pandas=True).type, rules.prefer_timestamp_ntz)
    except (pa.ArrowInvalid, pa.ArrowTypeError, pa.ArrowNotImplementedError, PySparkTypeError):
        return _type_of_values(map(_plain, series), rules)


def _by_our_rules(series: Series, dict_as_map: bool) -> bool:
    """Whether a column has values that Arrow would see as something else."""
    return any(isinstance(v, Row) or hasattr(v, "__UDT__") or (dict_as_map and isinstance(v, dict)) for v in series)


def _type_of_values(values: Iterable[Any], rules: InferenceRules) -> DataType:
    merged: DataType = NullType()
    for value in values:
        merged = _merge_type(merged, rules.type_of(value))
    return merged


def _plain(value: Any) -> Any:
    """A value as Python has it: no NumPy array or scalar, no pandas timestamp, None for what is missing."""
    kind = type(value)
    if kind.__module__ == "numpy":
        return [_plain(item) for item in value.tolist()] if hasattr(value, "ndim") and value.ndim else value.item()
    if kind in (list, tuple):
        return [_plain(item) for item in value]
    if kind is dict:
        return {_plain(key): _plain(item) for key, item in value.items()}
    if kind.__module__.startswith("pandas"):
        return _plain_pandas(value)
    return None if kind is float and value != value else value


def _plain_pandas(value: Any) -> Any:
    if _is_missing(value):
        return None
    if isinstance(value, datetime.datetime) and hasattr(value, "to_pydatetime"):
        return value.to_pydatetime(warn=False)
    if hasattr(value, "to_pytimedelta"):
        return value.to_pytimedelta()
    return value


def _is_missing(value: Any) -> bool:
    """Whether the value is one of pandas' NaT and NA."""
    return type(value).__name__ in ("NaTType", "NAType")


# --- values -------------------------------------------------------------------------------------------------


def series_to_array(
    series: Series, data_type: DataType, timezone: str = "UTC", safe: bool = True, name: str = ""
) -> pa.Array:
    """The Arrow array of a Series for a Spark type (see `pandas_to_table`)."""
    if str(series.dtype) == "category":
        series = series.astype(series.cat.categories.dtype)
    if isinstance(data_type, TimestampType):
        return _timestamps(series, timezone)
    if isinstance(data_type, (ArrayType, MapType, StructType, UserDefinedType)) or _by_value(data_type):
        return _by_values(series, data_type, timezone)
    if isinstance(data_type, StringType):
        series = series.astype(object).map(_as_text, na_action="ignore")
    try:
        made = pa.array(series, from_pandas=True, safe=safe) if _temporal(data_type) else None
        wanted = to_arrow_type(data_type)
        made = pa.array(series, wanted, from_pandas=True, safe=safe) if made is None else made.cast(wanted, safe=False)
    except (pa.ArrowInvalid, pa.ArrowTypeError, pa.ArrowNotImplementedError) as error:
        raise _does_not_fit(series, data_type, name, error) from error
    return made.combine_chunks() if isinstance(made, pa.ChunkedArray) else made


def _by_values(series: Series, data_type: DataType, timezone: str) -> pa.Array:
    values = [_plain(value) for value in series]
    if _has_type(data_type, TimestampType):
        values = [_in_zone(value, timezone) for value in values]
    if _has_type(data_type, (ArrayType, MapType, StructType)) and not _has_type(data_type, _OURS):
        try:
            # Arrow takes a whole float for an integer, which is what NumPy makes of integers and nulls
            return pa.array(values, to_arrow_type(data_type), from_pandas=True)
        except (pa.ArrowInvalid, pa.ArrowTypeError, pa.ArrowNotImplementedError, ValueError):
            pass
    return list_to_array([_fitted(value, data_type) for value in values], data_type)


def _fitted(value: Any, data_type: DataType) -> Any:
    """The value with the class of number that its type wants, which NumPy and JSON do not always keep."""
    if isinstance(data_type, IntegralType):
        return int(value) if type(value) is float and value.is_integer() else value
    if isinstance(data_type, (FloatType, DoubleType)):
        return float(value) if type(value) is int else value
    if isinstance(data_type, ArrayType) and isinstance(value, list):
        return [_fitted(item, data_type.elementType) for item in value]
    if isinstance(data_type, MapType) and isinstance(value, dict):
        kinds = data_type.keyType, data_type.valueType
        return {_fitted(key, kinds[0]): _fitted(item, kinds[1]) for key, item in value.items()}
    if isinstance(data_type, StructType) and isinstance(value, dict):
        return {f.name: _fitted(value.get(f.name), f.dataType) for f in data_type.fields}
    if isinstance(data_type, StructType) and isinstance(value, (tuple, list)):
        return [_fitted(item, f.dataType) for item, f in zip(value, data_type.fields, strict=False)]
    return value


def _by_value(data_type: DataType) -> bool:
    return isinstance(
        data_type, (NullType, DecimalType, VariantType, GeometryType, GeographyType, BinaryType, DateType, TimeType)
    )


def _temporal(data_type: DataType) -> bool:
    return isinstance(data_type, (TimestampNTZType, DayTimeIntervalType))


def _as_text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _timestamps(series: Series, timezone: str) -> pa.Array:
    import pandas as pd  # who passes a Series has it

    moments: Series = pd.to_datetime(series) if str(series.dtype) == "object" else series
    if moments.dt.tz is None:
        # of an hour that occurs twice the one after summer time, as in PySpark
        moments = moments.dt.tz_localize(timezone, ambiguous=False)
    made = pa.array(moments.dt.tz_convert("UTC"), from_pandas=True)
    if made.type.unit == "ns":
        made = pc.floor_temporal(made, unit="microsecond")
    return made.cast(pa.timestamp("us", "UTC"), safe=False)


def _in_zone(value: Any, timezone: str) -> Any:
    from zoneinfo import ZoneInfo  # rare: naive datetimes inside nested values

    if isinstance(value, datetime.datetime):
        return value.replace(tzinfo=ZoneInfo(timezone)) if value.tzinfo is None else value
    if isinstance(value, list):
        return [_in_zone(item, timezone) for item in value]
    if isinstance(value, tuple):
        return tuple(_in_zone(item, timezone) for item in value)
    if isinstance(value, dict):
        return {_in_zone(key, timezone): _in_zone(item, timezone) for key, item in value.items()}
    return value


def _does_not_fit(series: Series, data_type: DataType, name: str, error: Exception) -> Exception:
    kind = PySparkTypeError if isinstance(error, pa.ArrowTypeError) else PySparkValueError
    return kind(f"The pandas.Series `{name}` ({series.dtype}) cannot become {data_type.simpleString()}: {error}")

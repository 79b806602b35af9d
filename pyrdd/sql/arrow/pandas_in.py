"""pandas DataFrames and NumPy arrays to Arrow tables, with PySpark's types."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from pyrdd.errors import PySparkTypeError, PySparkValueError
from pyrdd.sql.arrow.conform import in_zone
from pyrdd.sql.arrow.create import list_to_array, rows_to_table
from pyrdd.sql.arrow.schema import from_arrow_type, to_arrow_schema, to_arrow_type
from pyrdd.sql.types import (
    ArrayType,
    DataType,
    DayTimeIntervalType,
    GeographyType,
    GeometryType,
    MapType,
    NullType,
    StringType,
    StructField,
    StructType,
    TimestampNTZType,
    TimestampType,
    UserDefinedType,
    VariantType,
    _has_type,
)
from pyrdd.sql.types.infer import InferenceRules, _merge_type

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

Series = Any
_OURS = (UserDefinedType, VariantType, GeometryType, GeographyType)
_ARROW_ERRORS = (pa.ArrowInvalid, pa.ArrowTypeError, pa.ArrowNotImplementedError)


def pandas_to_table(
    frame: pd.DataFrame,
    schema: StructType | Sequence[str] | None = None,
    timezone: str = "UTC",
    rules: InferenceRules | None = None,
    safe: bool = True,
    dict_as_map: bool = False,
) -> tuple[pa.Table, StructType]:
    """The table of a pandas DataFrame, whose columns count by position, and its schema: the given one, or one inferred
    with the given names (of which there may be fewer or more than columns) or the frame's.

    Naive datetimes are in ``timezone``, the session's. Columns that Arrow cannot convert are verified value by value
    and raise what rows in a list would. ``safe`` refuses casts that lose something; ``dict_as_map`` infers maps of
    dictionaries, and not structs."""
    columns = [frame.iloc[:, i] for i in range(frame.shape[1])]
    if not isinstance(schema, StructType):
        names = [str(name) for name in (frame.columns if schema is None else schema)]
        schema = _infer(columns, names, rules or InferenceRules(), dict_as_map)
        columns = columns[: len(schema.fields)]
    try:
        if len(columns) == len(schema.fields):
            pairs = zip(columns, schema.fields, strict=True)
            arrays = [series_to_array(column, field.dataType, timezone, safe) for column, field in pairs]
            return _table(arrays, len(frame), schema), schema
    except _ARROW_ERRORS:
        pass
    values = [[_in_zone(_plain(value), timezone) for value in column] for column in columns]
    return rows_to_table(list(zip(*values, strict=True)), schema, verify=True), schema


def _table(arrays: list[pa.Array], count: int, schema: StructType) -> pa.Table:
    if not arrays:
        return pa.Table.from_struct_array(pa.array([{}] * count, pa.struct([])))
    return pa.Table.from_arrays(arrays, schema=to_arrow_schema(schema))


def numpy_to_table(
    array: np.ndarray[Any, Any],
    names: Sequence[str] | None = None,
    timezone: str = "UTC",
    prefer_timestamp_ntz: bool = False,
) -> tuple[pa.Table, StructType]:
    """The table of a NumPy array of one dimension (a column ``value``) or two (columns ``_1``, ``_2``, ...). Raises
    `PySparkTypeError` for numbers that Spark lacks."""
    if array.ndim not in (1, 2):
        raise PySparkValueError(errorClass="INVALID_NDARRAY_DIMENSION", messageParameters={"dimensions": "1 or 2"})
    columns = [array] if array.ndim == 1 else [array[:, i] for i in range(array.shape[1])]
    if names is None:
        names = ["value"] if array.ndim == 1 else [f"_{i + 1}" for i in range(len(columns))]
    arrays = [pa.array(column.copy()) for column in columns]
    kinds = [from_arrow_type(made.type, prefer_timestamp_ntz) for made in arrays]
    arrays = [_stored(made, kind, timezone) for made, kind in zip(arrays, kinds, strict=True)]
    schema = StructType([StructField(name, kind) for name, kind in zip(names, kinds, strict=True)])
    return pa.Table.from_arrays(arrays, schema=to_arrow_schema(schema)), schema


def _stored(array: pa.Array, data_type: DataType, timezone: str) -> pa.Array:
    if isinstance(data_type, TimestampType) and array.type.tz is None:
        array = in_zone(array, timezone)
    return array.cast(to_arrow_type(data_type), safe=False)


# --- types --------------------------------------------------------------------------------------------------


def _infer(columns: Sequence[Series], names: Sequence[str], rules: InferenceRules, dict_as_map: bool) -> StructType:
    if not columns or not len(columns[0]):
        raise PySparkValueError(errorClass="CANNOT_INFER_EMPTY_SCHEMA", messageParameters={})
    fields = []
    for name, column in zip(names, columns, strict=False):
        try:
            fields.append(StructField(name, infer_series(column, rules, dict_as_map)))
        except TypeError:
            raise PySparkTypeError(
                errorClass="CANNOT_INFER_TYPE_FOR_FIELD", messageParameters={"field_name": name}
            ) from None
    return StructType(fields)


def infer_series(series: Series, rules: InferenceRules, dict_as_map: bool = False) -> DataType:
    """The Spark type of a Series: its dtype's, or for objects what Arrow sees in the values; dictionaries are structs,
    unless ``dict_as_map``. Raises `PySparkTypeError`."""
    if str(series.dtype) == "object" and _by_our_rules(series, dict_as_map):
        return _type_of_values(map(_plain, series), rules)
    try:
        return from_arrow_type(pa.array(series, from_pandas=True).type, rules.prefer_timestamp_ntz)
    except (*_ARROW_ERRORS, PySparkTypeError):
        return _type_of_values(map(_plain, series), rules)


def _by_our_rules(series: Series, dict_as_map: bool) -> bool:
    """Whether a column has values that Arrow would see as something else."""
    return any(hasattr(value, "__UDT__") or (dict_as_map and isinstance(value, dict)) for value in series)


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


def series_to_array(series: Series, data_type: DataType, timezone: str = "UTC", safe: bool = True) -> pa.Array:
    """The Arrow array of a Series for a Spark type (see `pandas_to_table`). Raises Arrow's errors for values that
    cannot be converted."""
    if str(series.dtype) == "category":
        series = series.astype(series.cat.categories.dtype)
    if str(series.dtype) in ("str", "string"):
        # Arrow would read text as the wanted type, which PySpark refuses
        series = series.astype(object)
    if isinstance(data_type, TimestampType):
        return _timestamps(series, timezone)
    if _has_type(data_type, _OURS):
        return list_to_array([_plain(value) for value in series], data_type)
    wanted = to_arrow_type(data_type)
    if isinstance(data_type, (ArrayType, MapType, StructType)):
        values = [_plain(value) for value in series]
        if _has_type(data_type, TimestampType):
            values = [_in_zone(value, timezone) for value in values]
        return pa.array(values, wanted, from_pandas=True)
    if isinstance(data_type, StringType):
        series = series.astype(object).map(_as_text, na_action="ignore")
    if isinstance(data_type, (TimestampNTZType, DayTimeIntervalType)):
        # pandas may have nanoseconds, which are cut off
        made = pa.array(series, from_pandas=True, safe=safe).cast(wanted, safe=False)
    else:
        made = pa.array(series, wanted, from_pandas=True, safe=safe)
    return made.combine_chunks() if isinstance(made, pa.ChunkedArray) else made


def _as_text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _timestamps(series: Series, timezone: str) -> pa.Array:
    stored = pa.timestamp("us", "UTC")
    if str(series.dtype) == "object":
        return pa.array([_in_zone(_plain(value), timezone) for value in series], stored)
    if not hasattr(series, "dt"):
        return pa.array(series, stored, from_pandas=True)
    if series.dt.tz is None:
        # of an hour that occurs twice the one after summer time, as in PySpark
        series = series.dt.tz_localize(timezone, ambiguous=False)
    made = pa.array(series.dt.tz_convert("UTC"), from_pandas=True)
    if made.type.unit == "ns":
        import pyarrow.compute as pc  # here: loading it takes longer than a small query

        made = pc.floor_temporal(made, unit="microsecond")
    return made.cast(stored, safe=False)


def _in_zone(value: Any, timezone: str) -> Any:
    """The value with the session's time zone on each naive datetime inside."""
    if isinstance(value, datetime.datetime):
        return value if value.tzinfo is not None else _localized(value, timezone)
    if type(value) in (list, tuple):
        return [_in_zone(item, timezone) for item in value]
    if isinstance(value, dict):
        return {_in_zone(key, timezone): _in_zone(item, timezone) for key, item in value.items()}
    return value


def _localized(moment: datetime.datetime, timezone: str) -> Any:
    import pandas as pd  # who passes a Series has it

    return pd.Timestamp(moment).tz_localize(timezone, ambiguous=False).to_pydatetime(warn=False)

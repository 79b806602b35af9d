"""Arrow tables to pandas, with the dtypes of PySpark's `toPandas` (which goes through Arrow by default too).

Whole numbers with nulls become floats, truth values with nulls objects, timestamps naive in the session's time zone,
dates `datetime.date`, arrays NumPy arrays, maps dictionaries, structs dictionaries or rows.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from pyrdd.errors import PySparkNotImplementedError, PySparkValueError, UnsupportedOperationException
from pyrdd.sql.arrow.conform import conform
from pyrdd.sql.types import (
    ArrayType,
    BooleanType,
    ByteType,
    CalendarIntervalType,
    DataType,
    DayTimeIntervalType,
    DoubleType,
    FloatType,
    Geography,
    GeographyType,
    Geometry,
    GeometryType,
    IntegerType,
    IntegralType,
    LongType,
    MapType,
    ShortType,
    StringType,
    StructField,
    StructType,
    TimestampNTZType,
    TimestampType,
    UserDefinedType,
    VariantType,
    VariantVal,
    YearMonthIntervalType,
    _create_row,
    _has_type,
)

if TYPE_CHECKING:
    import pandas as pd

Convert = Callable[[Any], Any]
Series = Any

_NUMPY: dict[type[DataType], str] = {
    ByteType: "int8",
    ShortType: "int16",
    IntegerType: "int32",
    LongType: "int64",
    FloatType: "float32",
    DoubleType: "float64",
    BooleanType: "bool",
}


def table_to_pandas(
    table: pa.Table, schema: StructType, timezone: str = "UTC", struct_mode: str = "legacy"
) -> pd.DataFrame:
    """The table as a pandas DataFrame; ``timezone`` is the session's. ``struct_mode`` is the setting
    spark.sql.execution.pandas.structHandlingMode: ``row``, ``dict`` (equal names get numbers) or ``legacy`` (as
    ``dict``, but equal names raise `UnsupportedOperationException`)."""
    import pandas as pd  # only who asks for pandas needs it

    if not schema.fields:
        return pd.DataFrame(index=range(table.num_rows))
    # Arrow's structs become dictionaries, in which equal names would be lost
    table = conform(table, StructType([StructField(f.name, _distinct(f.dataType), f.nullable) for f in schema.fields]))
    columns = [
        column_to_pandas(table.column(i), field.dataType, field.nullable, timezone, struct_mode)
        for i, field in enumerate(schema.fields)
    ]
    frame: pd.DataFrame = pd.concat(columns, axis="columns")
    frame.columns = pd.Index(schema.names)
    return frame


def column_to_pandas(
    column: pa.ChunkedArray, data_type: DataType, nullable: bool, timezone: str, struct_mode: str = "legacy"
) -> Series:
    """One column, stored as its type is and with distinct names in structs, as a Series (see `table_to_pandas`)."""
    for kind in (YearMonthIntervalType, CalendarIntervalType):
        if _has_type(data_type, kind):
            raise PySparkNotImplementedError(
                errorClass="NOT_IMPLEMENTED", messageParameters={"feature": f"{kind.__name__}.fromInternal"}
            )
    if isinstance(data_type, TimestampType):
        return _timestamps(column, timezone)
    series = column.to_pandas(date_as_object=True, **_options())
    if isinstance(data_type, (TimestampNTZType, DayTimeIntervalType)):
        return series.astype(_temporal_dtype("M8" if isinstance(data_type, TimestampNTZType) else "m8"))
    if isinstance(data_type, StringType):
        return series.astype(_string_dtype())
    if type(data_type) in _NUMPY:
        return _numbers(series, data_type, nullable)
    convert = _Converters(timezone, struct_mode).of(data_type)
    return series if convert is None else _mapped(series, convert)


def _mapped(series: Series, convert: Convert) -> Series:
    import pandas as pd  # only who asks for pandas needs it

    values = [None if value is None else convert(value) for value in series]
    return pd.Series(values, index=series.index, dtype=object)


def _options() -> dict[str, Any]:
    """pandas before 3 has nanoseconds only, and casts that overflow raise; later versions keep microseconds."""
    return {"coerce_temporal_nanoseconds": True} if _nanoseconds_only() else {}


def _nanoseconds_only() -> bool:
    import pandas as pd  # only who asks for pandas needs it

    return int(pd.__version__.split(".")[0]) < 3


def _temporal_dtype(kind: str) -> str:
    return f"{kind}[{'ns' if _nanoseconds_only() else 'us'}]"


def _string_dtype() -> Any:
    import pandas as pd  # only who asks for pandas needs it

    if _nanoseconds_only():
        return object
    return pd.StringDtype(na_value=float("nan"))


def _timestamps(column: pa.ChunkedArray, timezone: str) -> Series:
    series = column.cast(pa.timestamp("us", "UTC")).to_pandas(**_options())
    return series.dt.tz_convert(timezone).dt.tz_localize(None).astype(_temporal_dtype("M8"))


def _numbers(series: Series, data_type: DataType, nullable: bool) -> Series:
    if nullable and series.isnull().any():
        if isinstance(data_type, IntegralType):
            return series.astype("float64")
        if isinstance(data_type, BooleanType):
            return series.astype(object)
    return series.astype(_NUMPY[type(data_type)])


class _Converters:
    """What is left to do for each value that Arrow made, by type; ``None`` for nothing."""

    def __init__(self, timezone: str, struct_mode: str) -> None:
        if struct_mode not in ("legacy", "row", "dict"):
            raise PySparkValueError(errorClass="UNKNOWN_VALUE_FOR", messageParameters={"var": struct_mode})
        self._timezone = timezone
        self._struct_mode = struct_mode

    def of(self, data_type: DataType) -> Convert | None:
        if isinstance(data_type, ArrayType):
            return self._of_array(data_type)
        if isinstance(data_type, MapType):
            return self._of_map(data_type)
        if isinstance(data_type, StructType):
            return self._of_struct(data_type)
        if isinstance(data_type, UserDefinedType):
            return self._of_udt(data_type)
        if isinstance(data_type, TimestampType):
            return self._timestamp
        return _SIMPLE.get(type(data_type))

    def _timestamp(self, value: datetime.datetime) -> Any:
        import pandas as pd  # only who asks for pandas needs it

        moment = pd.Timestamp(value)
        zoned = moment.tz_localize("UTC") if moment.tzinfo is None else moment
        return zoned.tz_convert(self._timezone).tz_localize(None)

    def _of_array(self, data_type: ArrayType) -> Convert | None:
        convert = self.of(data_type.elementType)
        if convert is None:
            return None
        return lambda items: _object_array([None if item is None else convert(item) for item in items])

    def _of_map(self, data_type: MapType) -> Convert:
        key, value = self.of(data_type.keyType) or _same, self.of(data_type.valueType) or _same
        return lambda pairs: {
            key(k): None if v is None else value(v) for k, v in (pairs.items() if isinstance(pairs, dict) else pairs)
        }

    def _of_struct(self, data_type: StructType) -> Convert:
        names = data_type.names
        if self._struct_mode == "legacy" and len(set(names)) < len(names):
            raise UnsupportedOperationException(
                errorClass="DUPLICATED_FIELD_NAME_IN_ARROW_STRUCT", messageParameters={"field_names": str(names)}
            )
        unique = distinct_names(names)
        converters = [self.of(field.dataType) or _same for field in data_type.fields]

        def values(struct: dict[str, Any]) -> list[Any]:
            pairs = zip(converters, unique, strict=True)
            return [None if struct.get(name) is None else convert(struct[name]) for convert, name in pairs]

        if self._struct_mode == "row":
            return lambda struct: _create_row(names, values(struct))
        return lambda struct: dict(zip(unique, values(struct), strict=True))

    def _of_udt(self, data_type: UserDefinedType) -> Convert:
        stored = _Converters(self._timezone, "row").of(data_type.sqlType()) or _same
        return lambda value: data_type.deserialize(stored(_as_list(value)))


def _distinct(data_type: DataType) -> DataType:
    if isinstance(data_type, ArrayType):
        return ArrayType(_distinct(data_type.elementType), data_type.containsNull)
    if isinstance(data_type, MapType):
        key, value = _distinct(data_type.keyType), _distinct(data_type.valueType)
        return MapType(key, value, data_type.valueContainsNull)
    if isinstance(data_type, UserDefinedType):
        return _distinct(data_type.sqlType())
    if not isinstance(data_type, StructType):
        return data_type
    pairs = zip(distinct_names(data_type.names), data_type.fields, strict=True)
    return StructType([StructField(name, _distinct(f.dataType), f.nullable) for name, f in pairs])


def distinct_names(names: Sequence[str]) -> list[str]:
    """The names, of which equal ones get numbers: ``a, b, a`` becomes ``a_0, b, a_1``."""
    if len(set(names)) == len(names):
        return list(names)
    seen: dict[str, int] = {}
    made = []
    for name in names:
        if names.count(name) > 1:
            seen[name] = seen.get(name, -1) + 1
            name = f"{name}_{seen[name]}"
        made.append(name)
    return made


def _same(value: Any) -> Any:
    return value


def _as_list(value: Any) -> Any:
    return value.tolist() if hasattr(value, "tolist") else value


def _object_array(items: list[Any]) -> Any:
    import numpy as np  # only who asks for pandas needs it

    made = np.empty(len(items), dtype=object)
    made[:] = items
    return made


def _ntz(value: Any) -> Any:
    import pandas as pd  # only who asks for pandas needs it

    return pd.Timestamp(value)


_SIMPLE: dict[type[DataType], Convert] = {
    TimestampNTZType: _ntz,
    VariantType: lambda value: VariantVal(value["value"], value["metadata"]),
    GeometryType: lambda value: Geometry(value["wkb"], value["srid"]),
    GeographyType: lambda value: Geography(value["wkb"], value["srid"]),
}

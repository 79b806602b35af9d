"""Tables as pandas, and what users' functions return as pandas, back as tables: checks and conversions are
PySpark's."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd
import pyarrow as pa

from pyrdd.errors import PySparkRuntimeError, PySparkTypeError, PySparkValueError
from pyrdd.sql import types as t
from pyrdd.sql.arrow import column_to_pandas, series_to_array, to_arrow_type
from pyrdd.sql.execution.border import inside_type
from pyrdd.sql.execution.python_types import Settings, inside_array, outside_array
from pyrdd.sql.types import DataType, StructType


def to_series(column: pa.ChunkedArray, data_type: DataType, settings: Settings, frames: bool = True) -> Any:
    """A stage's column as a Series; a struct as a DataFrame of its fields if ``frames``."""
    outside = outside_array(column, data_type)
    if frames and isinstance(data_type, StructType):
        struct = outside.combine_chunks() if isinstance(outside, pa.ChunkedArray) else outside
        struct = struct.combine_chunks() if isinstance(struct, pa.ChunkedArray) else struct
        fields = [pa.chunked_array([array]) for array in struct.flatten()]
        kinds = [f.dataType for f in data_type.fields]
        made = [_series(f, kind, settings) for f, kind in zip(fields, kinds, strict=True)]
        return frame_of(made, data_type.names, len(struct))
    return _series(outside, data_type, settings)


def _series(column: pa.ChunkedArray, data_type: DataType, settings: Settings) -> Any:
    made = column_to_pandas(column, data_type, True, settings.time_zone, "dict")
    if settings.int_extension and isinstance(data_type, t.IntegralType):
        return made.astype(f"Int{8 * to_arrow_type(data_type).bit_width // 8}")
    return made


def frame_of(series: Sequence[Any], names: Sequence[str], count: int) -> pd.DataFrame:
    """A DataFrame of these columns; names may repeat."""
    if not series:
        return pd.DataFrame(index=range(count))
    made = pd.concat(list(series), axis="columns")
    made.columns = pd.Index(list(names))
    return made


def to_frame(table: pa.Table, columns: Sequence[tuple[int, str, DataType]], settings: Settings) -> pd.DataFrame:
    """Columns of a stage's table as a DataFrame. They are given by position, name and type."""
    made = [to_series(table.column(i), kind, settings, frames=False) for i, _, kind in columns]
    return frame_of(made, [name for _, name, _ in columns], table.num_rows)


# --- results -----------------------------------------------------------------------------------------------------


def from_series(series: Any, data_type: DataType, settings: Settings) -> pa.Array:
    """A returned Series (a DataFrame for a struct) as a stage holds the column."""
    if isinstance(data_type, StructType) and isinstance(series, pd.DataFrame):
        return _from_struct(series, data_type, settings)
    return inside_array(_converted(series, data_type, settings), inside_type(data_type))


def _from_struct(frame: pd.DataFrame, struct: StructType, settings: Settings) -> pa.Array:
    arrays = [
        from_series(s, f.dataType, settings) for s, f in zip(_by_field(frame, struct, settings), struct, strict=True)
    ]
    kind = inside_type(struct)
    return pa.StructArray.from_arrays(arrays, fields=list(kind)) if arrays else pa.array([{}] * len(frame), kind)


def _by_field(frame: pd.DataFrame, struct: StructType, settings: Settings) -> list[Any]:
    """The columns in the order of the schema: by name if the frame has names, else by position."""
    if frame.empty and len(frame.columns) == 0:
        return [pd.Series([], dtype=object) for _ in struct.fields]
    if settings.columns_by_name and any(isinstance(name, str) for name in frame.columns):
        return [frame[name] for name in struct.names]
    return [frame.iloc[:, i] for i in range(len(struct.fields))]


def _converted(series: Any, data_type: DataType, settings: Settings) -> pa.Array:
    if not isinstance(series, pd.Series):
        series = pd.Series(series)
    if settings.int_to_decimal and isinstance(data_type, t.DecimalType):
        import decimal  # here: few use the setting

        series = series.map(lambda v: decimal.Decimal(v) if isinstance(v, int) else v)
    try:
        try:
            return series_to_array(series, data_type, settings.time_zone, safe=settings.safe)
        except pa.ArrowInvalid:
            target = to_arrow_type(data_type)
            return pa.array(series, from_pandas=True).cast(target, safe=settings.safe)
    except (TypeError, pa.ArrowTypeError) as error:
        raise PySparkTypeError(_said(series, data_type)) from error
    except ValueError as error:
        hint = (
            " It can be caused by overflows or other unsafe conversions warned by Arrow. Arrow safe type check can be "
            "disabled by using SQL config `spark.sql.execution.pandas.convertToArrowArraySafely`."
        )
        raise PySparkValueError(_said(series, data_type) + (hint if settings.safe else "")) from error


def _said(series: Any, data_type: DataType) -> str:
    return (
        f"Exception thrown when converting pandas.Series ({series.dtype}) with name '{series.name}' to Arrow Array "
        f"({to_arrow_type(data_type)})."
    )


def from_frame(frame: Any, struct: StructType, settings: Settings, truncate: bool = False) -> pa.Table:
    """A returned DataFrame as a stage's table, checked against the schema. ``truncate``: columns beyond are let go."""
    check_frame(frame, struct, settings.columns_by_name or truncate, truncate)
    series = _by_field(frame, struct, settings)
    arrays = [from_series(s, f.dataType, settings) for s, f in zip(series, struct.fields, strict=True)]
    return pa.table(arrays, names=[f"c{i}" for i in range(len(arrays))])


def check_frame(frame: Any, struct: StructType, by_name: bool, truncate: bool) -> None:
    """Raises UDF_RETURN_TYPE, RESULT_COLUMN_NAMES_MISMATCH or RESULT_COLUMN_SCHEMA_MISMATCH."""
    if not isinstance(frame, pd.DataFrame):
        raise wrong_result("pandas.DataFrame", type(frame).__name__)
    if frame.empty and len(frame.columns) == 0:
        return
    names = list(frame.columns[: len(struct.fields)]) if truncate else list(frame.columns)
    named = by_name and any(isinstance(name, str) for name in frame.columns)
    check_names(names, struct.names, named)


def check_names(actual: Sequence[Any], expected: Sequence[str], by_name: bool) -> None:
    """Raises if names (or, without them, the number of columns) are not those of the schema."""
    if by_name:
        missing, extra = sorted(set(expected) - set(actual)), sorted(set(actual) - set(expected), key=str)
        if missing or extra:
            raise PySparkRuntimeError(
                errorClass="RESULT_COLUMN_NAMES_MISMATCH",
                messageParameters={
                    "missing": f" Missing: {', '.join(missing)}." if missing else "",
                    "extra": f" Unexpected: {', '.join(map(str, extra))}." if extra else "",
                },
            )
    elif len(actual) != len(expected):
        raise PySparkRuntimeError(
            errorClass="RESULT_COLUMN_SCHEMA_MISMATCH",
            messageParameters={"expected": str(len(expected)), "actual": str(len(actual))},
        )


def wrong_result(expected: str, actual: str) -> PySparkTypeError:
    """UDF_RETURN_TYPE."""
    return PySparkTypeError(errorClass="UDF_RETURN_TYPE", messageParameters={"expected": expected, "actual": actual})

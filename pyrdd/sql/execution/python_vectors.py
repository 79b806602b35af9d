"""Functions of batches of rows: pandas and Arrow UDFs, plain and iterating, in an `EvaluatePython`."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.compute

from pyrdd.errors import PySparkRuntimeError, PySparkTypeError, PySparkValueError
from pyrdd.sql.arrow import to_arrow_type
from pyrdd.sql.execution.python_types import outside_array
from pyrdd.sql.types import StructType
from pyrdd.util import PythonEvalType
from pyrdd.util.stop_iteration import fail_on_stopiteration

if TYPE_CHECKING:
    from pyrdd.sql.execution.python_scalar import ScalarCall

_E = PythonEvalType


def vectors(call: ScalarCall, table: pa.Table) -> Iterator[pa.Array]:
    """The results of a vectorised function, batch by batch."""
    if call.kind in (_E.SQL_SCALAR_PANDAS_UDF, _E.SQL_SCALAR_PANDAS_ITER_UDF):
        return _pandas(call, table)
    if call.kind in (_E.SQL_SCALAR_ARROW_UDF, _E.SQL_SCALAR_ARROW_ITER_UDF):
        return _arrow(call, table)
    raise AssertionError(f"a function of kind {call.kind} stands among scalar ones")


def batches(table: pa.Table, rows: int) -> Iterator[pa.Table]:
    """The table in pieces of so many rows."""
    for start in range(0, table.num_rows, rows):
        yield table.slice(start, rows)


def _pandas(call: ScalarCall, table: pa.Table) -> Iterator[pa.Array]:
    from pyrdd.sql.execution.python_pandas import from_series, to_series  # here: it loads pandas

    def arguments(piece: pa.Table) -> list[Any]:
        return [to_series(piece.column(i), kind, call.settings) for i, kind in call.args]

    def accepted(result: Any) -> pa.Array:
        _check_struct(call, result)
        return from_series(result, call.data_type, call.settings)

    pieces = batches(table, call.settings.batch_rows)
    if call.kind == _E.SQL_SCALAR_PANDAS_ITER_UDF:
        kind = "DataFrame" if isinstance(call.data_type, StructType) else "Series"
        return map(accepted, iterated(call.called(), map(arguments, pieces), table.num_rows, f"pandas.{kind}"))
    return (accepted(r) for r in _each(call, map(arguments, pieces)))


def _each(call: ScalarCall, arguments: Iterator[list[Any]]) -> Iterator[Any]:
    function = fail_on_stopiteration(call.called())
    for args in arguments:
        result = function(*args)
        if not hasattr(result, "__len__"):
            kind = "DataFrame" if isinstance(call.data_type, StructType) else "Series"
            raise _wrong(f"pandas.{kind}", type(result).__name__)
        check_rows(len(result), len(args[0]))
        yield result


def _check_struct(call: ScalarCall, result: Any) -> None:
    if isinstance(call.data_type, StructType) and type(result).__name__ != "DataFrame":
        raise PySparkValueError(
            "Invalid return type. Please make sure that the UDF returns a "
            "pandas.DataFrame when the specified return type is StructType."
        )


def _arrow(call: ScalarCall, table: pa.Table) -> Iterator[pa.Array]:
    target = to_arrow_type(call.data_type)

    def arguments(piece: pa.Table) -> list[Any]:
        return [one_array(outside_array(piece.column(i), kind)) for i, kind in call.args]

    def accepted(result: Any) -> pa.Array:
        return one_array(result if result.type.equals(target) else result.cast(target))

    pieces = map(arguments, batches(table, call.settings.batch_rows))
    if call.kind == _E.SQL_SCALAR_ARROW_ITER_UDF:
        return map(accepted, iterated(call.called(), pieces, table.num_rows, "pyarrow.lib.Array", pa.Array))
    return map(accepted, _each_array(fail_on_stopiteration(call.called()), pieces))


def _each_array(function: Callable[..., Any], arguments: Iterator[list[Any]]) -> Iterator[Any]:
    for args in arguments:
        result = function(*args)
        if not isinstance(result, (pa.Array, pa.ChunkedArray)):
            raise _wrong("pyarrow.Array", type(result).__name__)
        check_rows(len(result), len(args[0]))
        yield result


def one_array(column: Any) -> pa.Array:
    """A column in one piece."""
    if not isinstance(column, pa.ChunkedArray):
        return column
    made = column.combine_chunks()
    return made if isinstance(made, pa.Array) else made.chunk(0)


def iterated(
    function: Callable[..., Any], arguments: Iterator[list[Any]], rows: int, expected: str, kind: type | None = None
) -> Iterator[Any]:
    """What an iterating function yields for all batches together. Raises if its rows are not as many as it was given,
    or if it stopped early."""
    given = (args[0] if len(args) == 1 else tuple(args) for args in arguments)
    results = function(given)
    label = f"iterator of {expected.replace('.lib', '')}"
    if not hasattr(results, "__next__"):
        raise _wrong(label, type(results).__name__)
    total = 0
    for result in results:
        fits = isinstance(result, kind) if kind is not None else type(result).__name__ == expected.rsplit(".", 1)[-1]
        if not fits:
            raise _wrong(label, f"iterator of {type(result).__name__}")
        total += len(result)
        if total > rows:
            raise PySparkRuntimeError(errorClass="OUTPUT_EXCEEDS_INPUT_ROWS", messageParameters={})
        yield result
    check_rows(total, rows)
    if next(given, None) is not None:
        raise PySparkRuntimeError(errorClass="INPUT_NOT_FULLY_CONSUMED", messageParameters={})


def check_rows(output: int, given: int) -> None:
    """Raises RESULT_ROWS_MISMATCH."""
    if output != given:
        raise PySparkRuntimeError(
            errorClass="RESULT_ROWS_MISMATCH",
            messageParameters={"output_length": str(output), "input_length": str(given)},
        )


def _wrong(expected: str, actual: str) -> PySparkTypeError:
    return PySparkTypeError(errorClass="UDF_RETURN_TYPE", messageParameters={"expected": expected, "actual": actual})

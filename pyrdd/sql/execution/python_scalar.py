"""Functions of each row, or of batches of rows: the columns that an `EvaluatePython` adds to its input.

The rows stay an Arrow table; only the columns that a function reads become Python values, and only its results come
back.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import pyarrow as pa

from pyrdd.sql.arrow import column_to_list
from pyrdd.sql.execution.border import inside_type
from pyrdd.sql.execution.python_types import Settings, arrow_results, inside_array, outside_array, pickled_results
from pyrdd.sql.execution.query_rdd import one_table
from pyrdd.sql.expressions import Attribute
from pyrdd.sql.plan import EvaluatePython
from pyrdd.sql.types import DataType
from pyrdd.util import PythonEvalType
from pyrdd.util.stop_iteration import stopped

ROWS = 1 << 16
"""How many rows' values a plain function has in memory at a time."""


def make(
    operator: EvaluatePython, columns: Sequence[tuple[Attribute, ...]], settings: Mapping[str, str]
) -> Callable[..., Iterator[pa.Table]]:
    """The function that a task runs."""
    positions = {a.id: i for i, a in enumerate(columns[0])}
    chosen = Settings.of(settings)
    made = []
    for alias in operator.udfs:
        udf: Any = alias.child  # type: ignore[attr-defined]
        args = tuple((positions[a.id], a.data_type) for a in udf.args)
        made.append(ScalarCall(udf.name, udf.function, udf.kind, udf.data_type, args, udf.arg_names, chosen))
    return Evaluate(columns[0], tuple(made))


@dataclass(frozen=True)
class ScalarCall:
    """One function on columns that are known by their positions (and types)."""

    name: str
    function: Callable[..., Any]
    kind: int
    data_type: DataType
    args: tuple[tuple[int, DataType], ...]
    arg_names: tuple[str | None, ...]
    settings: Settings

    def on(self, table: pa.Table) -> pa.ChunkedArray:
        """The column of its results, as a stage holds it."""
        target = inside_type(self.data_type)
        if self.kind in (PythonEvalType.SQL_BATCHED_UDF, PythonEvalType.SQL_ARROW_BATCHED_UDF):
            made = self._plain(table)
        else:
            from pyrdd.sql.execution.python_vectors import vectors  # here: it loads pandas

            made = vectors(self, table)
        return pa.chunked_array([inside_array(piece, target) for piece in made], target)

    def called(self) -> Callable[..., Any]:
        """The function of positional arguments alone."""
        if not self.arg_names:
            return self.function
        return partial(_with_names, self.function, self.arg_names)

    def _plain(self, table: pa.Table) -> Iterator[pa.Array]:
        function = self.called()
        for start in range(0, table.num_rows, ROWS):
            piece = table.slice(start, ROWS)
            columns = [column_to_list(outside_array(piece.column(i), kind), kind) for i, kind in self.args]
            results = called_for_each(function, columns, piece.num_rows, start)
            if self.kind == PythonEvalType.SQL_BATCHED_UDF:
                yield pickled_results(results, self.data_type)
            else:
                yield arrow_results(results, self.data_type, self.settings)


def _with_names(function: Callable[..., Any], names: Sequence[str | None], *args: Any) -> Any:
    first = [arg for arg, name in zip(args, names, strict=True) if name is None]
    return function(*first, **{name: arg for arg, name in zip(args, names, strict=True) if name is not None})


def called_for_each(
    function: Callable[..., Any], columns: Sequence[list[Any]], count: int, start: int = 0
) -> list[Any]:
    """The function's result for each row. What it raises carries the row's arguments as a note."""
    results: list[Any] = []
    try:
        if columns:
            # extend keeps what came before an exception, which tells the row; the loop itself is C
            results.extend(map(function, *columns))
        else:
            results.extend(function() for _ in range(count))
    except Exception as error:
        _note(error, columns, len(results), start)
        raise
    if len(results) < count:
        raise stopped(StopIteration())
    return results


def _note(error: BaseException, columns: Sequence[list[Any]], row: int, start: int) -> None:
    if row < min((len(c) for c in columns), default=0):
        shown = ", ".join(_short(column[row]) for column in columns)
        error.add_note(f"for row {start + row} of its partition, with the arguments ({shown})")


def _short(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 100 else f"{text[:97]}..."


@dataclass(frozen=True)
class Evaluate:
    """The rows of a partition with a column for each call."""

    columns: tuple[Attribute, ...]
    calls: tuple[ScalarCall, ...]

    def __call__(self, index: int, tables: Iterator[pa.Table]) -> Iterator[pa.Table]:
        table = one_table(tables, self.columns)
        made = [call.on(table) for call in self.calls]
        kept = list(table.columns) if self.columns else []
        arrays = [*kept, *made]
        yield pa.table(arrays, names=[f"c{i}" for i in range(len(arrays))])

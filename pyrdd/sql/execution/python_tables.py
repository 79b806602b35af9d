"""Python table functions in the task: an instance of the class for each partition or group, `eval` for each row of
it, then `terminate` and `cleanup`."""

from __future__ import annotations

import dataclasses
import inspect
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pyarrow as pa

from pyrdd.errors import PySparkRuntimeError
from pyrdd.sql import types as t
from pyrdd.sql.arrow import column_to_list, rows_of, rows_to_table, to_arrow_type
from pyrdd.sql.execution.border import empty, to_inside, to_outside
from pyrdd.sql.execution.grouping import grouped, slices
from pyrdd.sql.execution.python_arrow import outside_batches
from pyrdd.sql.execution.python_types import Settings, arrow_results, outside_array
from pyrdd.sql.execution.python_vectors import one_array
from pyrdd.sql.execution.query_rdd import one_table
from pyrdd.sql.expressions import Attribute
from pyrdd.sql.physical.python_tables import TableFunction
from pyrdd.sql.plan import GenerateTable
from pyrdd.sql.signals import SkipRestOfInputTableException
from pyrdd.sql.types import StructType
from pyrdd.util import PythonEvalType

_BOTH = "eval' or 'terminate"


def make(
    operator: GenerateTable, columns: Sequence[tuple[Attribute, ...]], settings: Mapping[str, str]
) -> Callable[..., Iterator[pa.Table]]:
    """The function that a task runs for calls without a table."""
    where = {c.id: i for i, c in enumerate(columns[0])}
    positions = tuple(where[a.id] for a in operator.args)  # type: ignore[attr-defined]
    call = dataclasses.replace(operator.udtf, args=positions)
    return RowCalls(call, columns[0], operator.columns, Settings.of(settings), operator.outer)


class Instance:
    """One instance of a user's class, with what PySpark checks around its methods."""

    def __init__(self, call: TableFunction, settings: Settings, given: Sequence[Attribute]) -> None:
        self.call, self.settings, self.given = call, settings, given
        self.size = len(call.schema.fields)
        self.required = [i for i, f in enumerate(call.schema.fields) if has_required(f.dataType, f.nullable)]
        self.object = self._constructed()
        self._check_arguments()

    def _constructed(self) -> Any:
        handler: Any = self.call.handler
        count = len(inspect.getfullargspec(handler).args)
        result = self.call.analyzed
        if count > (2 if result is not None else 1):
            kind = "IMPLEMENTS" if result is not None else "NO"
            raise PySparkRuntimeError(
                errorClass=f"UDTF_CONSTRUCTOR_INVALID_{kind}_ANALYZE_METHOD", messageParameters={"name": self.call.name}
            )
        try:
            return handler(dataclasses.replace(result)) if count == 2 else handler()
        except Exception as error:
            raise failed("__init__", error) from error

    def _check_arguments(self) -> None:
        names = self.call.names
        args = [0 for name in names if name is None]
        try:
            inspect.signature(self.object.eval).bind(*args, **{name: 0 for name in names if name is not None})
        except TypeError as error:
            raise PySparkRuntimeError(
                errorClass="UDTF_EVAL_METHOD_ARGUMENTS_DO_NOT_MATCH_SIGNATURE",
                messageParameters={"name": self.call.name, "reason": str(error)},
            ) from None

    def eval(self, args: Sequence[Any]) -> list[Any]:
        """The rows of one call."""
        names = self.call.names
        first = [a for a, name in zip(args, names, strict=True) if name is None]
        named = {name: a for a, name in zip(args, names, strict=True) if name is not None}
        return self._rows("eval", lambda: self.object.eval(*first, **named))

    def terminate(self) -> list[Any]:
        """The rows after the last one."""
        return self._rows("terminate", self.object.terminate) if hasattr(self.object, "terminate") else []

    def cleanup(self) -> None:
        """Lets the instance tidy up."""
        if hasattr(self.object, "cleanup"):
            self.object.cleanup()

    def _rows(self, method: str, call: Callable[[], Any]) -> list[Any]:
        try:
            made = call()
            if made is None:
                return []
            if not isinstance(made, Iterable):
                raise PySparkRuntimeError(
                    errorClass="UDTF_RETURN_NOT_ITERABLE",
                    messageParameters={"type": type(made).__name__, "func": method},
                )
            rows = list(made)
        except (SkipRestOfInputTableException, PySparkRuntimeError):
            raise
        except Exception as error:
            raise failed(method, error) from error
        if self.call.kind == PythonEvalType.SQL_ARROW_UDTF:
            return [self._arrow(item, method) for item in rows]
        for row in rows:
            self._check(row, method)
        return rows

    def _arrow(self, item: Any, method: str) -> pa.Table:
        if isinstance(item, pa.RecordBatch):
            item = pa.Table.from_batches([item])
        if not isinstance(item, pa.Table):
            raise PySparkRuntimeError(errorClass="UDTF_ARROW_TYPE_CONVERSION_ERROR", messageParameters={})
        if item.num_columns != self.size:
            raise mismatch(method, self.size, item.num_columns)
        return item

    def _check(self, row: Any, method: str) -> None:
        if row is None:
            return
        if self.call.kind == PythonEvalType.SQL_ARROW_TABLE_UDF and not self._has_shape(row):
            raise self._unconverted([row])
        if hasattr(row, "__UDT__") or not (isinstance(row, (list, dict, tuple)) or hasattr(row, "__dict__")):
            if hasattr(row, "__len__") and not hasattr(row, "__UDT__") and len(row) != self.size:
                raise mismatch(method, self.size, len(row))
            raise PySparkRuntimeError(
                errorClass="UDTF_INVALID_OUTPUT_ROW_TYPE",
                messageParameters={"type": type(row).__name__, "func": method},
            )
        if hasattr(row, "__len__") and len(row) != self.size:
            raise mismatch(method, self.size, len(row))
        for i in self.required:
            self._check_required(row, i)

    def _has_shape(self, row: Any) -> bool:
        """Whether a row can be told apart into the schema's columns."""
        if isinstance(row, (list, tuple, dict)):
            return len(row) == self.size
        return hasattr(row, "__dict__") and not hasattr(row, "__len__")

    def _unconverted(self, rows: list[Any]) -> PySparkRuntimeError:
        return PySparkRuntimeError(
            errorClass="UDTF_ARROW_DATA_CONVERSION_ERROR",
            messageParameters={
                "data": str(rows),
                "schema": self.call.schema.simpleString(),
                "arrow_schema": str(to_arrow_type(self.call.schema)),
            },
        )

    def _check_required(self, row: Any, index: int) -> None:
        field = self.call.schema.fields[index]
        named = row if isinstance(row, (list, tuple, dict)) else vars(row)
        value = named.get(field.name) if isinstance(named, dict) else named[index]
        if lacks(value, field.dataType, field.nullable):
            raise failed(
                _BOTH,
                f"Column {index} within a returned row had a value of None, either directly or within array/struct/map "
                "subfields, but the corresponding column type was declared as non-nullable; please update the UDTF to "
                "return a non-None value at this location or otherwise declare the column type as nullable.",
            )

    def table(self, rows: list[Any], columns: Sequence[Attribute]) -> pa.Table:
        """Rows as a stage's table."""
        schema = self.call.schema
        if self.call.kind == PythonEvalType.SQL_ARROW_UDTF:
            tables = [to_inside(item.rename_columns([c.name for c in columns]), columns) for item in rows]
            return pa.concat_tables(tables) if tables else empty(columns)
        if not rows:
            return empty(columns)
        if self.call.kind == PythonEvalType.SQL_ARROW_TABLE_UDF:
            return to_inside(self._by_arrow(rows, schema), columns)
        return to_inside(rows_to_table(rows, schema), columns)

    def _by_arrow(self, rows: list[Any], schema: StructType) -> pa.Table:
        tuples = [_as_tuple(row, schema) for row in rows]
        values = list(zip(*tuples, strict=True))
        try:
            arrays = [
                arrow_results(list(v), f.dataType, self.settings) for v, f in zip(values, schema.fields, strict=True)
            ]
        except Exception as error:
            raise self._unconverted(rows[:1]) from error
        return pa.table(arrays, names=[f"c{i}" for i in range(len(arrays))])


def _as_tuple(row: Any, schema: StructType) -> Sequence[Any]:
    if row is None:
        return (None,) * len(schema.fields)
    if isinstance(row, (list, tuple)):
        return row
    values = row if isinstance(row, dict) else vars(row)
    return [values.get(name) for name in schema.names]


def failed(method: str, error: BaseException | str) -> PySparkRuntimeError:
    """UDTF_EXEC_ERROR."""
    return PySparkRuntimeError(
        errorClass="UDTF_EXEC_ERROR", messageParameters={"method_name": method, "error": str(error)}
    )


def mismatch(method: str, expected: int, actual: int) -> PySparkRuntimeError:
    """UDTF_RETURN_SCHEMA_MISMATCH."""
    return PySparkRuntimeError(
        errorClass="UDTF_RETURN_SCHEMA_MISMATCH",
        messageParameters={"expected": str(expected), "actual": str(actual), "func": method},
    )


def has_required(data_type: t.DataType, nullable: bool) -> bool:
    """Whether a type has a place where null is not allowed."""
    if not nullable:
        return True
    match data_type:
        case t.ArrayType():
            return has_required(data_type.elementType, data_type.containsNull)
        case t.MapType():
            return has_required(data_type.valueType, data_type.valueContainsNull)
        case t.StructType():
            return any(has_required(f.dataType, f.nullable) for f in data_type.fields)
    return False


def lacks(value: Any, data_type: t.DataType, nullable: bool) -> bool:
    """Whether a value has None where its type does not allow it."""
    if value is None:
        return not nullable
    match data_type:
        case t.ArrayType():
            return any(lacks(v, data_type.elementType, data_type.containsNull) for v in value)
        case t.MapType():
            return any(lacks(v, data_type.valueType, data_type.valueContainsNull) for v in value.values())
        case t.StructType() if isinstance(value, (tuple, list)):
            return any(lacks(v, f.dataType, f.nullable) for v, f in zip(value, data_type.fields, strict=False))
    return False


# --- arguments ---------------------------------------------------------------------------------------------------


def argument_rows(call: TableFunction, table: pa.Table, given: Sequence[Attribute]) -> Iterator[tuple[Any, ...]]:
    """The arguments of `eval` for each row."""
    columns = [_argument(arg, table, given) for arg in call.args]
    return zip(*columns, strict=True) if columns else iter([()] * table.num_rows)


def _argument(arg: Any, table: pa.Table, given: Sequence[Attribute]) -> list[Any]:
    def values(i: int) -> list[Any]:
        return column_to_list(outside_array(table.column(i), given[i].data_type), given[i].data_type)

    if isinstance(arg, int):
        return values(arg)
    return rows_of([values(i) for i, _ in arg], [name for _, name in arg], table.num_rows)


def argument_batches(
    call: TableFunction, table: pa.Table, given: Sequence[Attribute], rows: int
) -> Iterator[tuple[Any, ...]]:
    """The arguments of an Arrow function's `eval`: arrays, and a record batch for the table."""
    outside = to_outside(table, given)
    for batch in outside_batches(outside, rows):
        yield tuple(_arrow_argument(arg, batch) for arg in call.args)


def _arrow_argument(arg: Any, batch: pa.RecordBatch) -> Any:
    if isinstance(arg, int):
        return one_array(batch.column(arg))
    return pa.RecordBatch.from_arrays([batch.column(i) for i, _ in arg], names=[name for _, name in arg])


# --- calls -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class RowCalls:
    """A call for each row: its rows with the row's own columns before them."""

    call: TableFunction
    given: tuple[Attribute, ...]
    columns: tuple[Attribute, ...]
    settings: Settings
    outer: bool

    def __call__(self, index: int, tables: Iterator[pa.Table]) -> Iterator[pa.Table]:
        table = one_table(tables, self.given)
        if not table.num_rows:
            yield empty((*self.given, *self.columns))
            return
        instance = Instance(self.call, self.settings, self.given)
        rows: list[Any] = []
        origins: list[int] = []
        try:
            for origin, args in enumerate(self._arguments(table)):
                made = instance.eval(args)
                rows += made
                origins += [origin] * self._count(made)
            made = instance.terminate()
        except SkipRestOfInputTableException:
            made = instance.terminate()
        finally:
            instance.cleanup()
        rows += made
        origins += [table.num_rows - 1] * self._count(made)
        yield self._joined(table, instance.table(rows, self.columns), origins)

    def _arguments(self, table: pa.Table) -> Iterator[tuple[Any, ...]]:
        if self.call.kind == PythonEvalType.SQL_ARROW_UDTF:
            return argument_batches(self.call, table, self.given, 1) if self.given else iter([()] * table.num_rows)
        return argument_rows(self.call, table, self.given)

    def _count(self, rows: list[Any]) -> int:
        if self.call.kind == PythonEvalType.SQL_ARROW_UDTF:
            return sum(item.num_rows for item in rows)
        return len(rows)

    def _joined(self, table: pa.Table, made: pa.Table, origins: list[int]) -> pa.Table:
        if self.outer:
            missing = sorted(set(range(table.num_rows)) - set(origins))
            nulls = pa.table([pa.nulls(len(missing), f.type) for f in made.schema], schema=made.schema)
            made, origins = pa.concat_tables([made, nulls]), [*origins, *missing]
            order = sorted(range(len(origins)), key=origins.__getitem__)
            made, origins = made.take(pa.array(order, pa.int64())), [origins[i] for i in order]
        left = table.take(pa.array(origins, pa.int64())) if self.given else None
        arrays = [*(left.columns if left is not None else ()), *made.columns]
        return pa.table(arrays, names=[f"c{i}" for i in range(len(arrays))])


@dataclass(frozen=True)
class PartitionCalls:
    """One instance for all rows of a partition."""

    call: TableFunction
    given: tuple[Attribute, ...]
    columns: tuple[Attribute, ...]
    settings: Settings

    def __call__(self, index: int, tables: Iterator[pa.Table]) -> Iterator[pa.Table]:
        table = one_table(tables, self.given)
        yield self.run(table) if table.num_rows else empty(self.columns)

    def run(self, table: pa.Table) -> pa.Table:
        """The rows that an instance makes of these."""
        instance = Instance(self.call, self.settings, self.given)
        rows: list[Any] = []
        try:
            try:
                for args in self._arguments(table):
                    rows += instance.eval(args)
            except SkipRestOfInputTableException:
                pass
            rows += instance.terminate()
        finally:
            instance.cleanup()
        return instance.table(rows, self.columns)

    def _arguments(self, table: pa.Table) -> Iterator[tuple[Any, ...]]:
        if self.call.kind == PythonEvalType.SQL_ARROW_UDTF:
            return argument_batches(self.call, table, self.given, self.settings.batch_rows)
        return argument_rows(self.call, table, self.given)


@dataclass(frozen=True)
class GroupCalls(PartitionCalls):
    """One instance for each group."""

    keys: tuple[int, ...] = ()
    order: tuple[int, ...] = ()
    directions: tuple[tuple[bool, bool], ...] = ()

    def __call__(self, index: int, tables: Iterator[pa.Table]) -> Iterator[pa.Table]:
        table, bounds = grouped(one_table(tables, self.given), self.keys, self.order, self.directions)
        made = [self.run(group) for group in slices(table, bounds)]
        yield pa.concat_tables(made) if made else empty(self.columns)

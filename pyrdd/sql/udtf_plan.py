"""The plan of a table function's call.

    f(1, x)                    Project(f's columns, GenerateTable(f, args, OneRow))
    f(TABLE(t), 1)             MapBatches over the rows of t: one instance of the class for each partition
    f(TABLE(t) PARTITION BY k) MapGroups: one for each group

Where the class has `analyze`, it is called here, with the types of the arguments and the values of those that are
constant.
"""

from __future__ import annotations

import inspect
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from pyrdd.errors import AnalysisException
from pyrdd.sql.analysis.context import AnalysisContext
from pyrdd.sql.analysis.problems import analysis_error
from pyrdd.sql.analysis.resolve import resolve
from pyrdd.sql.analysis.scope import Scope
from pyrdd.sql.column import column_or_name
from pyrdd.sql.expressions import Alias, Attribute, Expression, NamedArgument, SortOrder, new_id
from pyrdd.sql.physical.python_keys import KEY_ONLY
from pyrdd.sql.physical.python_tables import TableFunction
from pyrdd.sql.plan import (
    GenerateTable,
    LogicalPlan,
    MapBatches,
    MapGroups,
    OneRow,
    Project,
    TableArgument,
    UnresolvedTableFunction,
    attributes_of,
)
from pyrdd.sql.table_arg import TableArg
from pyrdd.sql.types import StructField, StructType
from pyrdd.sql.udtf import (
    AnalyzeArgument,
    AnalyzeResult,
    OrderingColumn,
    PartitioningColumn,
    SelectedColumn,
    UserDefinedTableFunction,
)

if TYPE_CHECKING:
    from pyrdd.sql.session import SparkSession


class DirectCall:
    """A call in Python: its arguments are Columns and tables."""

    def __init__(self, declared: UserDefinedTableFunction) -> None:
        self.declared = declared

    def plan(self, session: SparkSession, args: Sequence[Any], kwargs: dict[str, Any]) -> LogicalPlan:
        """The plan of the call, as a function of no name, analysed with the query that it stands in."""
        given = [_argument(arg) for arg in args]
        given += [NamedArgument(name, _argument(value)) for name, value in kwargs.items()]
        return UnresolvedTableFunction((_register_hidden(session, self.declared),), tuple(given))


def _register_hidden(session: SparkSession, declared: UserDefinedTableFunction) -> str:
    # a name that no SQL text can write
    name = f"\0{declared._name.lower()}\0{id(declared)}"
    session._catalog.table_functions[name] = TableCalls(declared)
    return name


def _argument(value: Any) -> Any:
    return value._argument if isinstance(value, TableArg) else column_or_name(value).expression


class TableCalls:
    """A table function as the session's catalog holds it: ``(resolved arguments, context) -> plan``."""

    def __init__(self, declared: UserDefinedTableFunction) -> None:
        self.declared = declared

    def __call__(self, args: Sequence[Any], ctx: AnalysisContext) -> LogicalPlan:
        from pyrdd.sql.udf import check_names  # here: it loads Columns

        check_names(self.declared._name, list(args))
        names = tuple(a.name if isinstance(a, NamedArgument) else None for a in args)
        values = [a.value if isinstance(a, NamedArgument) else a for a in args]
        tables = [v for v in values if isinstance(v, TableArgument)]
        if len(tables) > 1:
            raise analysis_error("TABLE_VALUED_FUNCTION_TOO_MANY_TABLE_ARGUMENTS", num=len(tables))
        result = _analyzed(self.declared, values, names, ctx)
        schema = self.declared.returnType if result is None else result.schema
        assert schema is not None
        call = TableFunction(self.declared._name, self.declared.func, self.declared.evalType, schema, (), names, result)
        if tables:
            table = _as_analyzed(tables[0], result, self.declared._name, ctx)
            return _of_table(call, values, table, result, ctx)
        return _of_values(call, values)


def _of_values(call: TableFunction, values: Sequence[Expression]) -> LogicalPlan:
    columns = attributes_of(call.schema)
    aliases = tuple(Alias(v, f"argument{i}", new_id()) for i, v in enumerate(values))
    made = GenerateTable(call, tuple(a.to_attribute() for a in aliases), columns, Project(aliases, OneRow()))
    return Project(columns, made)


def _of_table(
    call: TableFunction, values: Sequence[Any], table: TableArgument, result: AnalyzeResult | None, ctx: AnalysisContext
) -> LogicalPlan:
    child = table.plan
    scope = Scope(ctx, child.output)
    selected = _selected(child, result, ctx)
    others = [Alias(v, f"argument{i}", new_id(), None, KEY_ONLY) for i, v in enumerate(values) if _is_value(v)]
    keys = [_named_key(resolve(k, scope), i) for i, k in enumerate(table.partition)]
    order = [resolve(o, scope) for o in table.order]
    computed = [k for k in keys if isinstance(k, Alias)]
    below = Project((*child.output, *(s for s in selected if isinstance(s, Alias)), *others, *computed), child)
    positions = {a.id: i for i, a in enumerate(below.output)}
    row = tuple((positions[_id(s)], s.name) for s in selected)
    remaining = iter(others)
    args = tuple(positions[next(remaining).id] if _is_value(v) else row for v in values)
    call = replace(call, args=args, grouped=bool(keys) or table.single_partition)
    columns = attributes_of(call.schema)
    function: Any = call
    if not keys and not table.single_partition:
        return MapBatches(function, call.kind, columns, below)
    grouping = tuple(k.to_attribute() if isinstance(k, Alias) else k for k in keys)
    sorts: Any = tuple(o if isinstance(o, SortOrder) else SortOrder(o) for o in order)
    return MapGroups(function, call.kind, grouping, columns, below, sorts)


def _is_value(value: Any) -> bool:
    return not isinstance(value, TableArgument)


def _id(column: Any) -> int:
    return int(column.id)


def _named_key(key: Any, index: int) -> Any:
    return key if isinstance(key, Attribute) else Alias(key, f"key{index}", new_id(), None, KEY_ONLY)


def _selected(child: LogicalPlan, result: AnalyzeResult | None, ctx: AnalysisContext) -> list[Any]:
    """The columns of the row that `eval` gets."""
    if result is None or not result.select:
        return list(child.output)
    made: list[Any] = []
    for column in result.select:
        value: Any = resolve(_parsed(column.name, ctx), Scope(ctx, child.output))
        value = value.child if isinstance(value, Alias) else value
        plain = isinstance(value, Attribute) and not column.alias
        name = column.alias or getattr(value, "name", column.name)
        made.append(value if plain else Alias(value, name, new_id(), None, KEY_ONLY))
    return made


def _parsed(text: str, ctx: AnalysisContext) -> Expression:
    from pyrdd.sql.parser import parse_expression  # here: only `analyze` gives expressions as text

    found: Expression = parse_expression(text)
    return found


# --- analyze -----------------------------------------------------------------------------------------------------


def _analyzed(
    declared: UserDefinedTableFunction, values: Sequence[Any], names: Sequence[str | None], ctx: AnalysisContext
) -> AnalyzeResult | None:
    if declared.returnType is not None:
        return None
    described = [_described(v, ctx) for v in values]
    args = [d for d, name in zip(described, names, strict=True) if name is None]
    kwargs = {name: d for d, name in zip(described, names, strict=True) if name is not None}
    analyze: Any = declared.func.analyze  # type: ignore[attr-defined]
    try:
        inspect.signature(analyze).bind(*args, **kwargs)
    except TypeError as error:
        raise _failed(
            declared._name,
            f"the function arguments did not match the expected signature of the static 'analyze' method ({error})",
        ) from None
    try:
        result = analyze(*args, **kwargs)
    except Exception as error:
        raise analysis_error("TABLE_VALUED_FUNCTION_FAILED_TO_ANALYZE_IN_PYTHON", msg=str(error)) from error
    _check(declared._name, result, any(d.isTable for d in described))
    return result  # type: ignore[no-any-return]


def _described(value: Any, ctx: AnalysisContext) -> AnalyzeArgument:
    if isinstance(value, TableArgument):
        fields = [StructField(c.name, c.data_type, c.nullable) for c in value.plan.output]
        return AnalyzeArgument(StructType(fields), None, True, False)
    if not value.foldable:
        return AnalyzeArgument(value.data_type, None, False, False)
    return AnalyzeArgument(value.data_type, _constant(value, ctx), False, True)


def _constant(value: Expression, ctx: AnalysisContext) -> Any:
    """The Python value of a constant, as `collect` would give it."""
    from pyrdd.sql.arrow import column_to_list  # here: it loads Arrow
    from pyrdd.sql.codegen.plans import PlanWriter  # here: as above
    from pyrdd.sql.execution import database  # here: as above
    from pyrdd.sql.execution.python_types import outside_array  # here: as above

    query = PlanWriter(ctx.time_zone).query(Project((Alias(value, "value", new_id()),), OneRow()))
    column = database.run(query.text, [], query.kernels, {"TimeZone": ctx.time_zone}).column(0)
    return column_to_list(outside_array(column, value.data_type), value.data_type)[0]


def _check(name: str, result: Any, has_table: bool) -> None:
    if not isinstance(result, AnalyzeResult):
        raise _failed(
            name,
            "the static 'analyze' method expects a result of type pyspark.sql.udtf.AnalyzeResult, but instead this "
            f"method returned a value of type: {type(result)}",
        )
    if not isinstance(result.schema, StructType):
        raise _failed(
            name,
            "the static 'analyze' method expects a result of type pyspark.sql.udtf.AnalyzeResult with a 'schema' field "
            f"comprising a StructType, but the 'schema' field had the wrong type: {type(result.schema)}",
        )
    wanted = "'withSinglePartition' field set to 'true'" if result.withSinglePartition else None
    wanted = wanted or ("'partitionBy' list set to non-empty" if len(result.partitionBy) else None)
    if not has_table and wanted:
        raise _failed(
            name,
            f"the static 'analyze' method returned an 'AnalyzeResult' object with the {wanted}, but the function call "
            "did not provide any table argument",
        )
    for field, kind in (("partitionBy", PartitioningColumn), ("orderBy", OrderingColumn), ("select", SelectedColumn)):
        given = getattr(result, field)
        if not isinstance(given, (list, tuple)) or not all(isinstance(item, kind) for item in given):
            raise _failed(
                name,
                f"the static 'analyze' method returned an 'AnalyzeResult' object with the '{field}' field set to a "
                f"value besides a list or tuple of '{kind.__name__}' objects",
            )


def _failed(name: str, reason: str) -> AnalysisException:
    return analysis_error(
        "TABLE_VALUED_FUNCTION_FAILED_TO_ANALYZE_IN_PYTHON",
        msg=f"Failed to evaluate the user-defined table function '{name}' because {reason}.",
    )


def _as_analyzed(table: TableArgument, result: AnalyzeResult | None, name: str, ctx: AnalysisContext) -> TableArgument:
    """The table argument, grouped and ordered as `analyze` wants it. Raises if the call does so as well."""
    if result is None or not (result.withSinglePartition or result.partitionBy or result.orderBy):
        return table
    if result.withSinglePartition and result.partitionBy:
        raise analysis_error(
            "TABLE_VALUED_FUNCTION_REQUIRED_METADATA_INVALID", functionName=name,
            reason="the 'with_single_partition' field cannot be assigned to true if the 'partition_by' list "
            "is non-empty",
        )  # fmt: skip
    if table.single_partition or table.partition:
        raise analysis_error(
            "TABLE_VALUED_FUNCTION_REQUIRED_METADATA_INCOMPATIBLE_WITH_CALL", functionName=name,
            requestedMetadata="specified its own required partitioning of the input table",
            invalidFunctionCallProperty="specified the WITH SINGLE PARTITION or PARTITION BY clause; please remove "
            "these "
            "clauses and retry the query again.",
        )  # fmt: skip
    partition = tuple(_parsed(c.name, ctx) for c in result.partitionBy)
    order = tuple(
        SortOrder(
            _parsed(c.name, ctx), c.ascending, c.ascending if c.overrideNullsFirst is None else c.overrideNullsFirst
        )
        for c in result.orderBy
    )
    return replace(table, partition=partition, order=order, single_partition=result.withSinglePartition)

"""Normal functions: columns, constants, SQL text, hints, sort orders, conditions, calls by name."""

from __future__ import annotations

import enum
from typing import TYPE_CHECKING, Any

from pyrdd.errors import PySparkTypeError, PySparkValueError
from pyrdd.sql.column import Column, ColumnOrName, call, column_or_name, expression_of, literal, named
from pyrdd.sql.expressions import UnresolvedFunction
from pyrdd.sql.literals import literal_of
from pyrdd.sql.names import parse_attribute_name
from pyrdd.util.loading import load_without_collection

if TYPE_CHECKING:
    from pyrdd.sql.dataframe import DataFrame


def col(col: str) -> Column:
    """The column of a name; dots lead into structs, ``*`` is all columns.

    >>> spark.range(1).select(col("id")).collect()
    [Row(id=0)]
    """
    return named(col)


def column(col: str) -> Column:
    """`col` by another name."""
    return named(col)


def lit(col: Any) -> Column:
    """A constant. Lists and one-dimensional numpy arrays become arrays.

    Raises PySparkTypeError (UNSUPPORTED_LITERAL) for values of other kinds.

    >>> spark.range(1).select(lit(5).alias("five"), lit([1, 2]).alias("list")).collect()
    [Row(five=5, list=[1, 2])]
    """
    if isinstance(col, list) and any(isinstance(item, Column) for item in col):
        raise PySparkValueError(errorClass="COLUMN_IN_LIST", messageParameters={"func_name": "lit"})
    if isinstance(col, Column):
        return col
    if hasattr(col, "dtype") and getattr(col, "ndim", None) == 1:
        return _numpy_array(col)
    if hasattr(col, "dtype") and hasattr(col, "item"):
        return Column(literal_of(col)).alias(str(col))
    return literal(col)


def _numpy_array(values: Any) -> Column:
    made = call("array", *(Column(literal_of(value)) for value in values))
    return made if len(values) else made.cast(f"array<{_ELEMENTS.get(str(values.dtype), 'string')}>")


_ELEMENTS = {"int8": "tinyint", "int16": "smallint", "int32": "int", "int64": "bigint", "float32": "float",
             "float64": "double", "bool": "boolean"}  # fmt: skip


def expr(str: str) -> Column:
    """The expression of a SQL text. Raises ParseException.

    >>> spark.range(1).select(expr("id + 1 AS next")).collect()
    [Row(next=1)]
    """
    with load_without_collection("pyrdd.sql.parser"):
        from pyrdd.sql.parser import parse_expression  # here: programs without SQL text need no parser

    return Column(parse_expression(str))


def broadcast(df: DataFrame) -> DataFrame:
    """The DataFrame with a hint that it is small enough to be sent to every task of a join."""
    return df.hint("broadcast")


def when(condition: Column, value: Any) -> Column:
    """The value where the condition is true; more branches follow by `Column.when` and `Column.otherwise`.

    Raises PySparkTypeError if the condition is no Column.

    >>> spark.range(2).select(when(col("id") > 0, "yes").otherwise("no").alias("any")).collect()
    [Row(any='no'), Row(any='yes')]
    """
    if not isinstance(condition, Column):
        raise PySparkTypeError(
            errorClass="NOT_EXPECTED_TYPE",
            messageParameters={
                "expected_type": "Column",
                "arg_name": "condition",
                "arg_type": type(condition).__name__,
            },
        )
    return Column(UnresolvedFunction(("when",), (condition.expression, expression_of(value))))


def asc(col: ColumnOrName) -> Column:
    """Ascending, nulls first."""
    return column_or_name(col).asc()


def asc_nulls_first(col: ColumnOrName) -> Column:
    """Ascending, nulls first."""
    return column_or_name(col).asc_nulls_first()


def asc_nulls_last(col: ColumnOrName) -> Column:
    """Ascending, nulls last."""
    return column_or_name(col).asc_nulls_last()


def desc(col: ColumnOrName) -> Column:
    """Descending, nulls last."""
    return column_or_name(col).desc()


def desc_nulls_first(col: ColumnOrName) -> Column:
    """Descending, nulls first."""
    return column_or_name(col).desc_nulls_first()


def desc_nulls_last(col: ColumnOrName) -> Column:
    """Descending, nulls last."""
    return column_or_name(col).desc_nulls_last()


def call_function(funcName: str, *cols: ColumnOrName) -> Column:
    """A call of a function by its SQL name, built in or registered.

    >>> spark.range(1).select(call_function("abs", col("id")).alias("size")).collect()
    [Row(size=0)]
    """
    args = tuple(column_or_name(c).expression for c in cols)
    return Column(UnresolvedFunction(parse_attribute_name(funcName), args))


def call_udf(udfName: str, *cols: ColumnOrName) -> Column:
    """A call of a registered user-defined function by its name."""
    return Column(UnresolvedFunction((udfName,), tuple(column_or_name(c).expression for c in cols)))


def enum_value(value: Any) -> Any:
    """The value of a member of an enum, anything else as it is."""
    return value.value if isinstance(value, enum.Enum) else value

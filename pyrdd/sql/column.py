"""Column: an expression with PySpark's operators. Immutable; nothing is computed or looked up by building one."""

from __future__ import annotations

import enum
import inspect
import itertools
import warnings
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, NoReturn

from pyrdd.errors import IllegalArgumentException, PySparkAttributeError, PySparkTypeError, PySparkValueError
from pyrdd.errors.call_site import call_context
from pyrdd.sql.column_text import column_text
from pyrdd.sql.expressions import (
    Attribute,
    Cast,
    Expression,
    Literal,
    SortOrder,
    SubqueryExpression,
    UnresolvedAlias,
    UnresolvedAttribute,
    UnresolvedExtract,
    UnresolvedFunction,
    UnresolvedLambda,
    UnresolvedStar,
    WindowExpression,
    WindowSpecification,
)
from pyrdd.sql.literals import literal_of
from pyrdd.sql.names import parse_attribute_name
from pyrdd.sql.tvf_argument import TableValuedFunctionArgument
from pyrdd.sql.types import DataType
from pyrdd.util.jvm import no_jvm

if TYPE_CHECKING:
    from pyrdd.sql.window import WindowSpec

ColumnOrName = Any
_PLACELESS = (Attribute, Literal)
"""Expressions of which no error tells: columns that DataFrames share, and constants."""


def expression_of(value: Any) -> Expression:
    """The expression of a Column, or a literal."""
    return value.expression if isinstance(value, Column) else literal(value).expression


def column_or_name(value: Any) -> Column:
    """A Column as it is; a str as the column of that name. Raises PySparkTypeError (NOT_COLUMN_OR_STR) otherwise."""
    if isinstance(value, Column):
        return value
    if isinstance(value, str):
        return named(value)
    raise PySparkTypeError(
        errorClass="NOT_COLUMN_OR_STR",
        messageParameters={"arg_name": "col", "arg_type": type(value).__name__},
    )


def named(name: str) -> Column:
    """The column of a name; ``*`` and ``t.*`` are stars."""
    if name == "*":
        return Column(UnresolvedStar())
    if name.endswith(".*"):
        return Column(UnresolvedStar(parse_attribute_name(name[:-2])))
    return Column(UnresolvedAttribute(parse_attribute_name(name)))


def call(name: str, *args: Any) -> Column:
    """A call of a SQL function by name; arguments that are not Columns are literals."""
    return Column(UnresolvedFunction((name,), tuple(expression_of(arg) for arg in args)))


_lambda_ids = itertools.count()


def lambda_of(function: Any) -> Column:
    """A Python function of Columns as a SQL lambda. Raises PySparkValueError for parameters that SQL cannot pass."""
    parameters = inspect.signature(function).parameters.values()
    if any(p.kind not in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD) for p in parameters):
        raise PySparkValueError(
            errorClass="UNSUPPORTED_PARAM_TYPE_FOR_HIGHER_ORDER_FUNCTION",
            messageParameters={"func_name": getattr(function, "__name__", "lambda")},
        )
    if not 1 <= len(parameters) <= 3:
        raise PySparkValueError(
            errorClass="WRONG_NUM_ARGS_FOR_HIGHER_ORDER_FUNCTION",
            messageParameters={
                "func_name": getattr(function, "__name__", "lambda"),
                "num_args": str(len(parameters)),
            },
        )
    # names of their own for each lambda, so that nested ones do not hide each other
    names = tuple(f"{letter}_{next(_lambda_ids)}" for letter in ("x", "y", "z")[: len(parameters)])
    body = function(*(Column(UnresolvedAttribute((name,))) for name in names))
    if not isinstance(body, Column):
        raise PySparkValueError(
            errorClass="HIGHER_ORDER_FUNCTION_SHOULD_RETURN_COLUMN",
            messageParameters={
                "func_name": getattr(function, "__name__", "lambda"),
                "return_type": type(body).__name__,
            },
        )
    return Column(UnresolvedLambda(names, body.expression))


def literal(value: Any) -> Column:
    """A constant as Spark types it: int is int or bigint by size, float double, str string; lists become arrays."""
    if isinstance(value, Column):
        return value
    if isinstance(value, (list, tuple)):
        return call("array", *(literal(item) for item in value))
    return Column(literal_of(value))


def _bounded(value: Any, name: str, expected: str) -> PySparkTypeError:
    return PySparkTypeError(
        errorClass="NOT_EXPECTED_TYPE",
        messageParameters={"expected_type": expected, "arg_name": name, "arg_type": type(value).__name__},
    )


class Column(TableValuedFunctionArgument):
    """A value for each row of a DataFrame: a column, or an expression over columns.

    Operators and methods make new Columns. Values that are not Columns become literals; ``&``, ``|`` and ``~`` stand
    for AND, OR and NOT. Names are looked up, and types checked, when a DataFrame takes the Column.

    >>> df = spark.createDataFrame([(2, "Alice"), (5, "Bob")], ["age", "name"])
    >>> df.select((df.age + 1).alias("next"), df["name"]).collect()
    [Row(next=3, name='Alice'), Row(next=6, name='Bob')]
    """

    def __init__(self, expression: Expression) -> None:
        if expression.origin is None and not isinstance(expression, _PLACELESS):
            expression.comes_from(call_context())
        self._expression = expression

    @property
    def expression(self) -> Expression:
        """The tree behind it, unresolved for the most part."""
        return self._expression

    # --- arithmetic -----------------------------------------------------------------------------------------------

    def __neg__(self) -> Column:
        return call("negative", self)

    def __add__(self, other: Any) -> Column:
        return call("+", self, other)

    def __sub__(self, other: Any) -> Column:
        return call("-", self, other)

    def __mul__(self, other: Any) -> Column:
        return call("*", self, other)

    def __truediv__(self, other: Any) -> Column:
        return call("/", self, other)

    def __mod__(self, other: Any) -> Column:
        return call("%", self, other)

    def __radd__(self, other: Any) -> Column:
        return call("+", self, other)

    def __rsub__(self, other: Any) -> Column:
        return call("-", other, self)

    def __rmul__(self, other: Any) -> Column:
        return call("*", self, other)

    def __rtruediv__(self, other: Any) -> Column:
        return call("/", other, self)

    def __rmod__(self, other: Any) -> Column:
        return call("%", other, self)

    def __pow__(self, other: Any) -> Column:
        return call("power", self, other)

    def __rpow__(self, other: Any) -> Column:
        return call("power", other, self)

    __div__ = __truediv__
    __rdiv__ = __rtruediv__

    # --- comparison and logic -------------------------------------------------------------------------------------

    def __eq__(self, other: object) -> Column:  # type: ignore[override]
        return call("=", self, other)

    def __ne__(self, other: object) -> Column:  # type: ignore[override]
        return call("!", call("=", self, other))

    def __lt__(self, other: Any) -> Column:
        return call("<", self, other)

    def __le__(self, other: Any) -> Column:
        return call("<=", self, other)

    def __ge__(self, other: Any) -> Column:
        return call(">=", self, other)

    def __gt__(self, other: Any) -> Column:
        return call(">", self, other)

    __hash__ = None  # type: ignore[assignment]

    def eqNullSafe(self, other: Any) -> Column:
        """Equality for which two nulls are equal, and null and a value are not: never null.

        >>> df = spark.createDataFrame([(1,), (None,)], ["a"])
        >>> df.select(df.a.eqNullSafe(None).alias("same")).collect()
        [Row(same=False), Row(same=True)]
        """
        return call("<=>", self, other)

    def __and__(self, other: Any) -> Column:
        return call("and", self, other)

    def __or__(self, other: Any) -> Column:
        return call("or", self, other)

    def __invert__(self) -> Column:
        return call("!", self)

    __rand__ = __and__
    __ror__ = __or__

    def bitwiseOR(self, other: Any) -> Column:
        """The bits that are set in either value."""
        return call("|", self, other)

    def bitwiseAND(self, other: Any) -> Column:
        """The bits that are set in both values."""
        return call("&", self, other)

    def bitwiseXOR(self, other: Any) -> Column:
        """The bits that are set in one of the values only."""
        return call("^", self, other)

    def between(self, lowerBound: Any, upperBound: Any) -> Column:
        """Whether the value lies between two others, both included.

        >>> df = spark.range(5)
        >>> df.filter(df.id.between(1, 3)).count()
        3
        """
        return call("and", self >= lowerBound, self <= upperBound)

    def isin(self, *cols: Any) -> Column:
        """Whether the value is one of some values, of a list or set, or of the rows of a DataFrame with one column."""
        if len(cols) == 1 and hasattr(cols[0], "_plan"):
            return Column(SubqueryExpression("in", cols[0]._set_apart(), _struct_items(self.expression)))
        if len(cols) == 1 and isinstance(cols[0], (list, set)):
            cols = tuple(cols[0])
        return call("in", self, *cols)

    def isNull(self) -> Column:
        """Whether the value is null."""
        return call("isnull", self)

    def isNotNull(self) -> Column:
        """Whether the value is not null."""
        return call("isnotnull", self)

    def isNaN(self) -> Column:
        """Whether the value is not a number."""
        return call("isnan", self)

    # --- parts ----------------------------------------------------------------------------------------------------

    def __getitem__(self, k: Any) -> Column:
        if isinstance(k, slice):
            if k.step is not None:
                raise PySparkValueError(errorClass="SLICE_WITH_STEP", messageParameters={})
            return self.substr(k.start, k.stop)
        return Column(UnresolvedExtract(self.expression, expression_of(k)))

    def __getattr__(self, item: str) -> Column:
        if item.startswith("__"):
            raise PySparkAttributeError(errorClass="CANNOT_ACCESS_TO_DUNDER", messageParameters={})
        if item == "_expression":
            # unpickling and copying ask before the state is there
            raise AttributeError(item)
        if item == "_jc":
            raise no_jvm(item)
        return self[item]

    def __contains__(self, item: Any) -> NoReturn:
        raise PySparkValueError(errorClass="CANNOT_APPLY_IN_FOR_COLUMN", messageParameters={})

    def __iter__(self) -> NoReturn:
        raise PySparkTypeError(errorClass="NOT_ITERABLE", messageParameters={"objectName": "Column"})

    def getItem(self, key: Any) -> Column:
        """The item of an array at a position, or of a map at a key.

        >>> df = spark.createDataFrame([([1, 2], {"k": "v"})], ["l", "d"])
        >>> df.select(df.l.getItem(0), df.d.getItem("k")).collect()
        [Row(l[0]=1, d[k]='v')]
        """
        _warn_column_key(key, "getItem", "key")
        return self[key]

    def getField(self, name: Any) -> Column:
        """The field of a struct.

        >>> df = spark.createDataFrame([Row(r=Row(a=1, b="b"))])
        >>> df.select(df.r.getField("b"), df.r.a).collect()
        [Row(r.b='b', r.a=1)]
        """
        _warn_column_key(name, "getField", "name")
        return self[name]

    def withField(self, fieldName: str, col: Column) -> Column:
        """The struct with a field added, or replaced where there is one of that name. Dots go into nested structs;
        back-quotes protect them. A null struct stays null. Analysis raises FIELD_NOT_FOUND for a way that is not there.

        >>> df = spark.createDataFrame([Row(r=Row(a=1, b=2))])
        >>> df.select(df.r.withField("b", F.lit("x")).alias("r")).collect()
        [Row(r=Row(a=1, b='x'))]
        """
        if not isinstance(fieldName, str):
            raise _bounded(fieldName, "fieldName", "str")
        if not isinstance(col, Column):
            raise _bounded(col, "col", "Column")
        return call("update_field", self, fieldName, col)

    def dropFields(self, *fieldNames: str) -> Column:
        """The struct without some fields; names that it does not have are ignored. Dots go into nested structs. Analysis
        raises CANNOT_DROP_ALL_FIELDS where none would be left.

        >>> df = spark.createDataFrame([Row(r=Row(a=1, b=2))])
        >>> df.select(df.r.dropFields("b").alias("r")).collect()
        [Row(r=Row(a=1))]
        """
        made = self
        for name in fieldNames:
            if not isinstance(name, str):
                raise _bounded(name, "fieldNames", "str")
            made = call("drop_field", made, name)
        return made

    # --- strings --------------------------------------------------------------------------------------------------

    def contains(self, other: Any) -> Column:
        """Whether the string has another one inside."""
        return call("contains", self, other)

    def startswith(self, other: Any) -> Column:
        """Whether the string begins with another one."""
        return call("startswith", self, other)

    def endswith(self, other: Any) -> Column:
        """Whether the string ends with another one."""
        return call("endswith", self, other)

    def like(self, other: str) -> Column:
        """Whether the string matches a SQL pattern: ``%`` is any text, ``_`` one character."""
        return call("like", self, other)

    def rlike(self, other: str) -> Column:
        """Whether a regular expression is found in the string."""
        return call("rlike", self, other)

    def ilike(self, other: str) -> Column:
        """`like`, whatever the case."""
        return call("ilike", self, other)

    def substr(self, startPos: Any, length: Any) -> Column:
        """Part of a string or binary value; positions count from 1. Both arguments are ints, or both Columns.

        >>> df = spark.createDataFrame([("Alice",)], ["name"])
        >>> df.select(df.name.substr(1, 3).alias("start")).collect()
        [Row(start='Ali')]
        """
        start, size = _enum_value(startPos), _enum_value(length)
        if type(start) is not type(size):
            raise PySparkTypeError(
                errorClass="NOT_SAME_TYPE",
                messageParameters={
                    "arg_name1": "startPos",
                    "arg_name2": "length",
                    "arg_type1": type(start).__name__,
                    "arg_type2": type(size).__name__,
                },
            )
        if not isinstance(start, (int, Column)):
            raise _bounded(start, "startPos", "Column or int")
        return call("substr", self, start, size)

    # --- order ----------------------------------------------------------------------------------------------------

    def asc(self) -> Column:
        """Ascending, nulls first: for `DataFrame.orderBy` and windows."""
        return Column(SortOrder(self.expression, True, True))

    def asc_nulls_first(self) -> Column:
        """Ascending, nulls first."""
        return Column(SortOrder(self.expression, True, True))

    def asc_nulls_last(self) -> Column:
        """Ascending, nulls last."""
        return Column(SortOrder(self.expression, True, False))

    def desc(self) -> Column:
        """Descending, nulls last."""
        return Column(SortOrder(self.expression, False, False))

    def desc_nulls_first(self) -> Column:
        """Descending, nulls first."""
        return Column(SortOrder(self.expression, False, True))

    def desc_nulls_last(self) -> Column:
        """Descending, nulls last."""
        return Column(SortOrder(self.expression, False, False))

    # --- names and types ------------------------------------------------------------------------------------------

    def alias(self, *alias: str, **kwargs: Any) -> Column:
        """This value under another name; several names for what makes several columns. ``metadata`` is noted in the
        schema.

        >>> df = spark.range(1)
        >>> df.select(df.id.alias("n", metadata={"max": 99})).schema["n"].metadata
        {'max': 99}
        """
        metadata = kwargs.pop("metadata", None)
        assert not kwargs, f"unexpected keyword arguments: {kwargs}"
        if len(alias) != 1 and metadata is not None:
            raise PySparkValueError(
                errorClass="ONLY_ALLOWED_FOR_SINGLE_COLUMN", messageParameters={"arg_name": "metadata"}
            )
        return Column(UnresolvedAlias(self.expression, alias, metadata))

    def name(self, *alias: str, **kwargs: Any) -> Column:
        """`alias` by another name."""
        return self.alias(*alias, **kwargs)

    def cast(self, dataType: DataType | str) -> Column:
        """The value as another type; a value that does not fit is an error.

        >>> spark.range(1).select(F.col("id").cast("string").alias("text")).collect()
        [Row(text='0')]
        """
        return Column(Cast(self.expression, _data_type(dataType), "ansi"))

    def astype(self, dataType: DataType | str) -> Column:
        """`cast` by another name."""
        return self.cast(dataType)

    def try_cast(self, dataType: DataType | str) -> Column:
        """The value as another type; null where it does not fit.

        >>> df = spark.createDataFrame([("1",), ("x",)], ["s"])
        >>> df.select(df.s.try_cast("int").alias("n")).collect()
        [Row(n=1), Row(n=None)]
        """
        return Column(Cast(self.expression, _data_type(dataType), "try"))

    # --- conditions, windows, subqueries --------------------------------------------------------------------------

    def when(self, condition: Column, value: Any) -> Column:
        """Another branch of `functions.when`: the first condition that is true counts."""
        if not isinstance(condition, Column):
            raise _bounded(condition, "condition", "Column")
        branches = self._branches()
        if branches is None or len(branches) % 2:
            raise IllegalArgumentException(
                "when() can only be applied on a Column previously generated by when() function"
            )
        return Column(UnresolvedFunction(("when",), (*branches, condition.expression, expression_of(value))))

    def otherwise(self, value: Any) -> Column:
        """What `functions.when` gives if no condition is true; without it that is null.

        >>> df = spark.range(3)
        >>> df.select(F.when(df.id > 1, "big").otherwise("small").alias("size")).collect()
        [Row(size='small'), Row(size='small'), Row(size='big')]
        """
        branches = self._branches()
        if branches is None:
            raise IllegalArgumentException("otherwise() can only be applied on a Column previously generated by when()")
        if len(branches) % 2:
            raise IllegalArgumentException(
                "otherwise() can only be applied once on a Column previously generated by when()"
            )
        return Column(UnresolvedFunction(("when",), (*branches, expression_of(value))))

    def _branches(self) -> tuple[Expression, ...] | None:
        made = self.expression
        is_when = isinstance(made, UnresolvedFunction) and made.name == ("when",)
        return made.args if is_when else None  # type: ignore[attr-defined]

    def over(self, window: WindowSpec) -> Column:
        """An aggregate or window function over the rows of a window.

        >>> from pyrdd.sql import Window
        >>> df = spark.createDataFrame([("a", 1), ("a", 2)], ["k", "v"])
        >>> df.select(F.sum("v").over(Window.partitionBy("k").orderBy("v")).alias("so_far")).collect()
        [Row(so_far=1), Row(so_far=3)]
        """
        specification = getattr(window, "_specification", None)
        if not isinstance(specification, WindowSpecification):
            raise _bounded(window, "window", "WindowSpec")
        return Column(WindowExpression(self.expression, specification))

    def transform(self, f: Callable[[Column], Column]) -> Column:
        """``f(column)``, for chains of methods."""
        return f(self)

    def outer(self) -> Column:
        """Marks a column of the query around, inside a subquery made with DataFrames."""
        return Column(UnresolvedFunction(("outer",), (self.expression,)))

    # --- Python ---------------------------------------------------------------------------------------------------

    def __bool__(self) -> NoReturn:
        raise PySparkValueError(
            errorClass="CANNOT_CONVERT_COLUMN_INTO_BOOL", messageParameters={"column": column_text(self.expression)}
        )

    __nonzero__ = __bool__

    def __repr__(self) -> str:
        return f"Column<'{column_text(self.expression)}'>"


def _enum_value(value: Any) -> Any:
    return value.value if isinstance(value, enum.Enum) else value


def _warn_column_key(key: Any, method: str, argument: str) -> None:
    if isinstance(key, Column):
        warnings.warn(
            f"A Column as '{argument}' of {method} is deprecated since Spark 3.0: write column[{argument}]",
            FutureWarning,
            stacklevel=3,
        )


def _data_type(value: DataType | str) -> DataType:
    if isinstance(value, str):
        return DataType.fromDDL(value)
    if not isinstance(value, DataType):
        raise _bounded(value, "dataType", "DataType or str")
    return value


def _struct_items(expression: Expression) -> tuple[Expression, ...]:
    """The values left of IN: the fields of ``struct(a, b)`` one by one, as Spark unpacks them."""
    is_struct = isinstance(expression, UnresolvedFunction) and expression.name == ("struct",)
    return expression.args if is_struct else (expression,)  # type: ignore[attr-defined]

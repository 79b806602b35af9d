"""User-defined functions: Python functions that expressions and SQL can call.

    udf(f, "long")("a")  ->  a PythonUDF node  ->  physical.python_udfs  ->  EvaluatePython  ->  execution.python_scalar

By default the values travel as Arrow, as in Spark since 4.2: a result that does not fit its declared type is an
error. With ``useArrow=False`` the conversion is the older one, which makes null of it.
"""

from __future__ import annotations

import functools
import warnings
from collections.abc import Callable
from inspect import signature
from typing import TYPE_CHECKING, Any, NoReturn

from pyrdd.errors import PySparkNotImplementedError, PySparkTypeError
from pyrdd.sql.arguments import not_implemented, wrong_type
from pyrdd.sql.column import Column, column_or_name
from pyrdd.sql.expressions import Expression, NamedArgument, PythonUDF
from pyrdd.sql.types import (
    CalendarIntervalType,
    CharType,
    DataType,
    StringType,
    StructType,
    VarcharType,
    YearMonthIntervalType,
    _has_type,
)
from pyrdd.util import PythonEvalType

if TYPE_CHECKING:
    from pyrdd.sql.session import SparkSession

__all__ = ["UDFRegistration"]

_E = PythonEvalType

_UNSUPPORTED: dict[int, str] = {
    _E.SQL_ARROW_BATCHED_UDF: "Invalid return type with Arrow-optimized Python UDF",
    _E.SQL_SCALAR_PANDAS_UDF: "Invalid return type with scalar Pandas UDFs",
    _E.SQL_SCALAR_PANDAS_ITER_UDF: "Invalid return type with scalar Pandas UDFs",
    _E.SQL_SCALAR_ARROW_UDF: "Invalid return type with scalar Arrow UDFs",
    _E.SQL_SCALAR_ARROW_ITER_UDF: "Invalid return type with scalar Arrow UDFs",
    _E.SQL_GROUPED_AGG_PANDAS_UDF: "Invalid return type with grouped aggregate Pandas UDFs",
    _E.SQL_GROUPED_AGG_ARROW_UDF: "Invalid return type with grouped aggregate Arrow UDFs",
    _E.SQL_GROUPED_MAP_PANDAS_UDF: (
        "Invalid return type with grouped map Pandas UDFs or at groupby.applyInPandas(WithState)"
    ),
    _E.SQL_GROUPED_MAP_PANDAS_ITER_UDF: (
        "Invalid return type with grouped map Pandas UDFs or at groupby.applyInPandas(WithState)"
    ),
    _E.SQL_MAP_PANDAS_ITER_UDF: "Invalid return type in mapInPandas",
    _E.SQL_MAP_ARROW_ITER_UDF: "Invalid return type in mapInPandas",
    _E.SQL_GROUPED_MAP_ARROW_UDF: "Invalid return type with grouped map Arrow UDFs or at groupby.applyInArrow",
    _E.SQL_GROUPED_MAP_ARROW_ITER_UDF: "Invalid return type with grouped map Arrow UDFs or at groupby.applyInArrow",
    _E.SQL_COGROUPED_MAP_PANDAS_UDF: "Invalid return type in cogroup.applyInPandas",
    _E.SQL_COGROUPED_MAP_ARROW_UDF: "Invalid return type in cogroup.applyInArrow",
}
"""What is said of a return type that Arrow lacks."""

_OF_PANDAS = "SQL_GROUPED_MAP_PANDAS_UDF or SQL_GROUPED_MAP_PANDAS_ITER_UDF or SQL_GROUPED_MAP_PANDAS_UDF_WITH_STATE"
_OF_MAPS = "SQL_MAP_PANDAS_ITER_UDF or SQL_MAP_ARROW_ITER_UDF"
_OF_ARROW = "SQL_GROUPED_MAP_ARROW_UDF or SQL_GROUPED_MAP_ARROW_ITER_UDF"
_TABLES: dict[int, tuple[str, str]] = {
    _E.SQL_GROUPED_MAP_PANDAS_UDF: ("PANDAS", _OF_PANDAS),
    _E.SQL_GROUPED_MAP_PANDAS_ITER_UDF: ("PANDAS", _OF_PANDAS),
    _E.SQL_GROUPED_MAP_PANDAS_UDF_WITH_STATE: ("PANDAS", _OF_PANDAS),
    _E.SQL_MAP_PANDAS_ITER_UDF: ("PANDAS", _OF_MAPS),
    _E.SQL_MAP_ARROW_ITER_UDF: ("PANDAS", _OF_MAPS),
    _E.SQL_GROUPED_MAP_ARROW_UDF: ("ARROW", _OF_ARROW),
    _E.SQL_GROUPED_MAP_ARROW_ITER_UDF: ("ARROW", _OF_ARROW),
    _E.SQL_COGROUPED_MAP_PANDAS_UDF: ("PANDAS", "SQL_COGROUPED_MAP_PANDAS_UDF"),
    _E.SQL_COGROUPED_MAP_ARROW_UDF: ("ARROW", "SQL_COGROUPED_MAP_ARROW_UDF"),
}
"""Kinds whose functions return tables: their return type is a struct."""

_REGISTRABLE = (
    _E.SQL_BATCHED_UDF,
    _E.SQL_ARROW_BATCHED_UDF,
    _E.SQL_SCALAR_PANDAS_UDF,
    _E.SQL_SCALAR_ARROW_UDF,
    _E.SQL_SCALAR_PANDAS_ITER_UDF,
    _E.SQL_SCALAR_ARROW_ITER_UDF,
    _E.SQL_GROUPED_AGG_PANDAS_UDF,
    _E.SQL_GROUPED_AGG_ARROW_UDF,
    _E.SQL_GROUPED_AGG_PANDAS_ITER_UDF,
    _E.SQL_GROUPED_AGG_ARROW_ITER_UDF,
)


def udf(
    f: Callable[..., Any] | DataType | str | None = None,
    returnType: DataType | str = StringType(),  # noqa: B008
    *,
    useArrow: bool | None = None,
) -> Any:
    """A Python function that is called with the values of each row, as a function of Columns.

    A decorator with or without arguments, or a plain call. ``useArrow`` chooses how results are converted (None: the
    setting spark.sql.execution.pythonUDF.arrow.enabled). A function whose type hints are those of a pandas or Arrow UDF
    becomes one. Raises PySparkNotImplementedError for return types that Arrow lacks.

    >>> from pyrdd.sql.functions import udf
    >>> shout = udf(lambda s: s.upper() + "!")
    >>> @udf("long")
    ... def plus(a, b=1):
    ...     return a + b
    >>> spark.range(2).select(shout(F.lit("hey")).alias("s"), plus("id", b="id").alias("n")).collect()
    [Row(s='HEY!', n=0), Row(s='HEY!', n=2)]
    """
    if f is None or isinstance(f, (str, DataType)):
        return functools.partial(_create_py_udf, returnType=f or returnType, useArrow=useArrow)
    return _create_py_udf(f, returnType, useArrow)


def _create_py_udf(f: Callable[..., Any], returnType: DataType | str, useArrow: bool | None = None) -> Any:
    kind = None
    if useArrow is None:
        from pyrdd.sql.pandas.typehints import infer_eval_type_for_udf  # here: it loads Arrow and pandas for hints only

        try:
            kind = infer_eval_type_for_udf(f)
        except Exception:
            warnings.warn("Cannot infer the eval type from type hints. ", UserWarning, stacklevel=3)
    if kind is None:
        arrow = _arrow_by_default() if useArrow is None else useArrow
        kind = _E.SQL_ARROW_BATCHED_UDF if arrow else _E.SQL_BATCHED_UDF
    return _create_udf(f, returnType, kind)


def _arrow_by_default() -> bool:
    from pyrdd.sql.session import SparkSession  # here: the session's module loads much

    session = SparkSession._instantiatedSession
    return session is None or session.conf.get("spark.sql.execution.pythonUDF.arrow.enabled") == "true"


def _create_udf(
    f: Callable[..., Any],
    returnType: DataType | str,
    evalType: int,
    name: str | None = None,
    deterministic: bool = True,
) -> Any:
    return UserDefinedFunction(f, returnType, name, evalType, deterministic)._wrapped()


class UserDefinedFunction:
    """A declared Python function: call it with columns. Made by `udf`, `pandas_udf` and `arrow_udf`."""

    def __init__(
        self,
        func: Callable[..., Any],
        returnType: DataType | str = StringType(),  # noqa: B008
        name: str | None = None,
        evalType: int = PythonEvalType.SQL_BATCHED_UDF,
        deterministic: bool = True,
    ) -> None:
        if not callable(func):
            raise wrong_type("func", "callable", func)
        if not isinstance(returnType, (DataType, str)):
            raise wrong_type("returnType", "DataType or str", returnType)
        if not isinstance(evalType, int):
            raise wrong_type("evalType", "int", evalType)
        self.func = func
        self._returnType = returnType
        self._parsed: DataType | None = None
        self._name = name or getattr(func, "__name__", None) or type(func).__name__
        self.evalType = evalType
        self.deterministic = deterministic

    @property
    def returnType(self) -> DataType:
        """The declared type. Raises for one that this kind of function cannot return."""
        if self._parsed is None:
            given = self._returnType
            self._parsed = given if isinstance(given, DataType) else DataType.fromDDL(given)
        self._check_return_type(self._parsed, self.evalType)
        return self._parsed

    @staticmethod
    def _check_return_type(returnType: DataType, evalType: int) -> None:
        table = _TABLES.get(evalType)
        if table is not None and not isinstance(returnType, StructType):
            raise PySparkTypeError(
                errorClass=f"INVALID_RETURN_TYPE_FOR_{table[0]}_UDF",
                messageParameters={"eval_type": table[1], "return_type": str(returnType)},
            )
        refused = evalType == _E.SQL_GROUPED_AGG_PANDAS_UDF and isinstance(returnType, StructType)
        if evalType in _UNSUPPORTED and (refused or not has_arrow_type(returnType)):
            raise PySparkNotImplementedError(
                errorClass="NOT_IMPLEMENTED", messageParameters={"feature": f"{_UNSUPPORTED[evalType]}: {returnType}"}
            )

    def _expression(self, args: tuple[Expression, ...], names: tuple[str | None, ...]) -> PythonUDF:
        given = names if any(n is not None for n in names) else ()
        return PythonUDF(self._name, self.func, self.returnType, args, self.evalType, self.deterministic, given)

    def __call__(self, *args: Any, **kwargs: Any) -> Column:
        """The value of the function for each row; arguments are Columns or names of columns."""
        values = [column_or_name(arg).expression for arg in (*args, *kwargs.values())]
        names = (None,) * len(args) + tuple(kwargs)
        return Column(self._expression(tuple(values), names))

    def _wrapped(self) -> Any:
        """This as a plain function with the docstring and signature of the user's, for `help`."""
        assigned = tuple(a for a in functools.WRAPPER_ASSIGNMENTS if a not in ("__name__", "__module__"))

        @functools.wraps(self.func, assigned=assigned)
        def wrapper(*args: Any, **kwargs: Any) -> Column:
            return self(*args, **kwargs)

        wrapper.__name__ = self._name
        wrapper.__module__ = getattr(self.func, "__module__", None) or type(self.func).__module__
        made: Any = wrapper
        made.func, made.returnType, made.evalType = self.func, self.returnType, self.evalType
        made.deterministic = self.deterministic
        made.asNondeterministic = functools.wraps(self.asNondeterministic)(lambda: self.asNondeterministic()._wrapped())
        made._unwrapped = self
        return made

    def asNondeterministic(self) -> UserDefinedFunction:
        """This function, marked as one that may return another value for the same arguments: it is called once for each
        time that it is written, and never moved past a filter."""
        self.deterministic = False
        return self


def has_arrow_type(data_type: DataType) -> bool:
    """Whether PySpark has an Arrow type for a type."""
    return not any(
        _has_type(data_type, k) for k in (YearMonthIntervalType, CalendarIntervalType, CharType, VarcharType)
    )


class UDFRegistration:
    """`SparkSession.udf`: gives Python functions names in SQL."""

    def __init__(self, sparkSession: SparkSession) -> None:
        self.sparkSession = sparkSession

    def register(self, name: str, f: Any, returnType: DataType | str | None = None) -> Any:
        """Gives a function a name in SQL, and returns it as a function of Columns. ``f`` is a Python function, whose
        results are of ``returnType`` (default: string), or one that `udf`, `pandas_udf` or `arrow_udf` made.

        >>> plus_one = spark.udf.register("plus_one", lambda x: x + 1, "int")
        >>> spark.sql("SELECT plus_one(2) AS three").collect()
        [Row(three=3)]
        """
        if hasattr(f, "asNondeterministic"):
            made = self._renamed(name, f, returnType)
        else:
            made = _create_udf(f, StringType() if returnType is None else returnType, _E.SQL_BATCHED_UDF, name)
        declared: UserDefinedFunction = getattr(made, "_unwrapped", made)
        self.sparkSession._catalog.functions[name.lower()] = SqlCalls(declared)
        return made

    def _renamed(self, name: str, f: Any, return_type: Any) -> UserDefinedFunction:
        if return_type is not None:
            raise PySparkTypeError(
                errorClass="CANNOT_SPECIFY_RETURN_TYPE_FOR_UDF",
                messageParameters={"arg_name": "f", "return_type": str(return_type)},
            )
        if f.evalType not in _REGISTRABLE:
            names = [key for kind in _REGISTRABLE for key, value in vars(_E).items() if value == kind]
            raise PySparkTypeError(
                errorClass="INVALID_UDF_EVAL_TYPE",
                messageParameters={"eval_type": f"{', '.join(names[:-1])} or {names[-1]}"},
            )
        return UserDefinedFunction(f.func, f.returnType, name, f.evalType, f.deterministic)

    def registerJavaFunction(self, name: str, javaClassName: str, returnType: DataType | str | None = None) -> NoReturn:
        """Refused: there is no JVM here."""
        raise not_implemented("UDFRegistration.registerJavaFunction (JVM)", "Register a Python function.")

    def registerJavaUDAF(self, name: str, javaClassName: str) -> NoReturn:
        """Refused: there is no JVM here."""
        raise not_implemented("UDFRegistration.registerJavaUDAF (JVM)", "Register a grouped-aggregate pandas_udf.")


class SqlCalls:
    """A registered function as the session's catalog holds it: ``(resolved arguments, context) -> expression``."""

    def __init__(self, declared: UserDefinedFunction) -> None:
        self.declared = declared

    def __call__(self, args: list[Expression], ctx: Any) -> Expression:
        from pyrdd.sql.functions.python_aggregate import as_aggregate  # here: SQL alone gets here

        check_names(self.declared._name, args)
        values = tuple(arg.value if isinstance(arg, NamedArgument) else arg for arg in args)
        names = tuple(arg.name if isinstance(arg, NamedArgument) else None for arg in args)
        return as_aggregate(self.declared._expression(values, names))


def check_names(name: str, args: list[Expression]) -> None:
    """Raises for a positional argument behind a named one, and for a name that is given twice."""
    from pyrdd.sql.analysis.problems import analysis_error  # here: SQL alone gets here

    seen: set[str] = set()
    for arg in args:
        if isinstance(arg, NamedArgument):
            if arg.name.lower() in seen:
                raise analysis_error(
                    "DUPLICATE_ROUTINE_PARAMETER_ASSIGNMENT.DOUBLE_NAMED_ARGUMENT_REFERENCE",
                    routineName=f"`{name}`",
                    parameterName=f"`{arg.name}`",
                )
            seen.add(arg.name.lower())
        elif seen:
            raise analysis_error("UNEXPECTED_POSITIONAL_ARGUMENT", routineName=f"`{name}`", parameterName="`?`")


def parameters_of(function: Callable[..., Any]) -> list[str]:
    """The names of a function's parameters; none if Python cannot tell."""
    try:
        return list(signature(function).parameters)
    except (TypeError, ValueError):
        return []

"""User-defined table functions: Python classes whose `eval` makes rows of each call.

    udtf(Class, "a int")(lit(1))       a DataFrame of one call
    SELECT * FROM f(TABLE(t) ...)      the rows of a table as input, group by group
    FROM t, LATERAL f(t.a)             a call for each row of the other side

The plan of a call is made in `pyrdd.sql.udtf_plan`, the rows in `pyrdd.sql.execution.python_tables`.
"""

from __future__ import annotations

import functools
import inspect
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from pyrdd.errors import PySparkAttributeError, PySparkTypeError
from pyrdd.sql.signals import SkipRestOfInputTableException
from pyrdd.sql.types import DataType, StructType
from pyrdd.util import PythonEvalType

if TYPE_CHECKING:
    from pyrdd.sql.dataframe import DataFrame
    from pyrdd.sql.session import SparkSession

__all__ = [
    "AnalyzeArgument",
    "AnalyzeResult",
    "OrderingColumn",
    "PartitioningColumn",
    "SelectedColumn",
    "SkipRestOfInputTableException",
    "UDTFRegistration",
]


@dataclass(frozen=True)
class AnalyzeArgument:
    """What `analyze` is told of an argument of the call: its type, its value if it is constant, whether it is a
    table."""

    dataType: DataType
    value: Any | None
    isTable: bool
    isConstantExpression: bool


@dataclass(frozen=True)
class PartitioningColumn:
    """A column (or SQL expression) by which `analyze` wants the input table grouped."""

    name: str


@dataclass(frozen=True)
class OrderingColumn:
    """A column (or SQL expression) by which `analyze` wants the rows of each group ordered."""

    name: str
    ascending: bool = True
    overrideNullsFirst: bool | None = None


@dataclass(frozen=True)
class SelectedColumn:
    """A column (or SQL expression) of the input table that `eval` is given."""

    name: str
    alias: str = ""


@dataclass
class AnalyzeResult:
    """What `analyze` returns: the schema of the rows, and how the input table is to be handed over. Subclasses may
    carry more for the class's constructor."""

    schema: StructType
    withSinglePartition: bool = False
    partitionBy: Sequence[PartitioningColumn] = field(default_factory=tuple)
    orderBy: Sequence[OrderingColumn] = field(default_factory=tuple)
    select: Sequence[SelectedColumn] = field(default_factory=tuple)


def udtf(cls: type | None = None, *, returnType: StructType | str | None = None, useArrow: bool | None = None) -> Any:
    """A class with a method `eval` as a table function: a decorator with or without arguments. ``returnType`` is the
    schema of the rows; without it a static method ``analyze`` must tell.

    >>> from pyrdd.sql.functions import udtf
    >>> @udtf(returnType="n int, square int")
    ... class Squares:
    ...     def eval(self, top: int):
    ...         for n in range(top):
    ...             yield n, n * n
    >>> Squares(F.lit(3)).collect()
    [Row(n=0, square=0), Row(n=1, square=1), Row(n=2, square=4)]
    """
    if cls is None:
        return functools.partial(_create_py_udtf, returnType=returnType, useArrow=useArrow)
    return _create_py_udtf(cls, returnType, useArrow)


def arrow_udtf(cls: type | None = None, *, returnType: StructType | str | None = None) -> Any:
    """A class whose `eval` takes Arrow arrays (a record batch for a table) and yields Arrow tables, as a table
    function."""
    if cls is None:
        return functools.partial(_create_pyarrow_udtf, returnType=returnType)
    return _create_pyarrow_udtf(cls, returnType)


def _create_py_udtf(cls: type, returnType: StructType | str | None, useArrow: bool | None = None) -> Any:
    if useArrow is None:
        from pyrdd.sql.session import SparkSession  # here: the session's module loads much

        session = SparkSession._instantiatedSession
        value = None if session is None else session.conf.get("spark.sql.execution.pythonUDTF.arrow.enabled", "false")
        useArrow = str(value).lower() == "true"
    kind = PythonEvalType.SQL_ARROW_TABLE_UDF if useArrow else PythonEvalType.SQL_TABLE_UDF
    return UserDefinedTableFunction(cls, returnType, evalType=kind)


def _create_pyarrow_udtf(cls: type, returnType: StructType | str | None) -> Any:
    _validate_udtf_handler(cls, returnType)
    if hasattr(cls, "analyze"):
        raise PySparkAttributeError(
            errorClass="INVALID_ARROW_UDTF_WITH_ANALYZE", messageParameters={"name": cls.__name__}
        )
    return UserDefinedTableFunction(cls, returnType, evalType=PythonEvalType.SQL_ARROW_UDTF)


def _validate_udtf_handler(cls: Any, returnType: StructType | str | None) -> None:
    if not isinstance(cls, type):
        raise PySparkTypeError(errorClass="INVALID_UDTF_HANDLER_TYPE", messageParameters={"type": type(cls).__name__})
    if not hasattr(cls, "eval"):
        raise PySparkAttributeError(errorClass="INVALID_UDTF_NO_EVAL", messageParameters={"name": cls.__name__})
    has_analyze = hasattr(cls, "analyze")
    is_static = has_analyze and isinstance(inspect.getattr_static(cls, "analyze"), staticmethod)
    if returnType is None and not is_static:
        raise PySparkAttributeError(errorClass="INVALID_UDTF_RETURN_TYPE", messageParameters={"name": cls.__name__})
    if returnType is not None and has_analyze:
        raise PySparkAttributeError(
            errorClass="INVALID_UDTF_BOTH_RETURN_TYPE_AND_ANALYZE", messageParameters={"name": cls.__name__}
        )


class UserDefinedTableFunction:
    """A declared table function: called with Columns, names of columns and tables (`DataFrame.asTable`), it is a
    DataFrame. Made by `udtf`."""

    def __init__(
        self,
        func: type,
        returnType: StructType | str | None,
        name: str | None = None,
        evalType: int = PythonEvalType.SQL_TABLE_UDF,
        deterministic: bool = False,
    ) -> None:
        _validate_udtf_handler(func, returnType)
        self.func = func
        self._returnType = returnType
        self._parsed: StructType | None = None
        self._name = name or func.__name__
        self.evalType = evalType
        self.deterministic = deterministic

    @property
    def returnType(self) -> StructType | None:
        """The declared schema; None if `analyze` tells it. Raises for a type that is no struct."""
        if self._returnType is not None and self._parsed is None:
            given: Any = self._returnType
            parsed = DataType.fromDDL(given) if isinstance(given, str) else given
            if not isinstance(parsed, StructType):
                raise PySparkTypeError(
                    errorClass="UDTF_RETURN_TYPE_MISMATCH",
                    messageParameters={"name": self._name, "return_type": f"{parsed}"},
                )
            self._parsed = parsed
        return self._parsed

    def __call__(self, *args: Any, **kwargs: Any) -> DataFrame:
        """The rows of a call."""
        from pyrdd.sql.session import SparkSession  # here: the session's module loads much
        from pyrdd.sql.udtf_plan import DirectCall  # here: it loads the analyser

        session = SparkSession._getActiveSessionOrCreate()
        return session._frame(DirectCall(self).plan(session, args, kwargs))

    def asDeterministic(self) -> UserDefinedTableFunction:
        """This function, marked as one that makes the same rows of the same arguments."""
        self.deterministic = True
        return self


class UDTFRegistration:
    """`SparkSession.udtf`: gives table functions names in SQL."""

    def __init__(self, sparkSession: SparkSession) -> None:
        self.sparkSession = sparkSession

    def register(self, name: str, f: UserDefinedTableFunction) -> UserDefinedTableFunction:
        """Gives a table function a name in SQL. Raises CANNOT_REGISTER_UDTF for anything else."""
        if not isinstance(f, UserDefinedTableFunction):
            raise PySparkTypeError(errorClass="CANNOT_REGISTER_UDTF", messageParameters={"name": name})
        allowed = (PythonEvalType.SQL_TABLE_UDF, PythonEvalType.SQL_ARROW_TABLE_UDF, PythonEvalType.SQL_ARROW_UDTF)
        if f.evalType not in allowed:
            raise PySparkTypeError(
                errorClass="INVALID_UDTF_EVAL_TYPE",
                messageParameters={"name": name, "eval_type": "SQL_TABLE_UDF, SQL_ARROW_TABLE_UDF"},
            )
        from pyrdd.sql.udtf_plan import TableCalls  # here: it loads the analyser

        made = UserDefinedTableFunction(f.func, f.returnType, name, f.evalType, f.deterministic)
        self.sparkSession._catalog.table_functions[name.lower()] = TableCalls(made)
        return made

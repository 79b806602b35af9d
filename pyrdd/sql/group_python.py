"""Python functions on whole groups: what `GroupedData` has for pandas and Arrow, and cogroups of two of them."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from pyrdd.errors import PySparkTypeError
from pyrdd.sql.expressions import Expression
from pyrdd.sql.group_stateful import StatefulGroups
from pyrdd.sql.plan import CoGroup, MapGroups, Project, attributes_of
from pyrdd.sql.types import DataType, StructType
from pyrdd.util import PythonEvalType

if TYPE_CHECKING:
    from pyrdd.sql.dataframe.frame import DataFrame


class PythonGroups(StatefulGroups):
    """The part of `GroupedData` that runs Python functions. All rows of a group meet in one task: needs a shuffle."""

    _df: DataFrame
    _keys: tuple[Expression, ...]

    def applyInPandas(self, func: Callable[..., Any], schema: StructType | str) -> DataFrame:
        """What ``func(pdf)`` or ``func(key, pdf)`` makes of each group as a pandas DataFrame.

        >>> df = spark.createDataFrame([(1, 2.0), (1, 4.0)], ["k", "v"])
        >>> df.groupBy("k").applyInPandas(lambda pdf: pdf.assign(v=pdf.v - pdf.v.mean()), "k long, v double").collect()
        [Row(k=1, v=-1.0), Row(k=1, v=1.0)]
        """
        from pyrdd.sql.pandas.typehints import infer_group_pandas_eval_type_from_func  # here: hints need pandas

        kind = _hinted(infer_group_pandas_eval_type_from_func, func)
        return self._mapped(func, schema, kind or PythonEvalType.SQL_GROUPED_MAP_PANDAS_UDF)

    def applyInArrow(self, func: Callable[..., Any], schema: StructType | str) -> DataFrame:
        """What ``func(table)`` or ``func(key, table)`` makes of each group as an Arrow table."""
        from pyrdd.sql.pandas.typehints import infer_group_arrow_eval_type_from_func  # here: hints need Arrow

        kind = _hinted(infer_group_arrow_eval_type_from_func, func)
        return self._mapped(func, schema, kind or PythonEvalType.SQL_GROUPED_MAP_ARROW_UDF)

    def _mapped(self, func: Callable[..., Any], schema: StructType | str, kind: int) -> DataFrame:
        columns = attributes_of(checked_schema(func, schema, kind))
        return self._df._with(MapGroups(func, kind, self._grouping, columns, self._df._plan))

    @property
    def _grouping(self) -> tuple[Expression, ...]:
        """The keys as named, resolved expressions over the grouped DataFrame."""
        plan = self._df._with(Project(self._keys, self._df._plan))._plan
        assert isinstance(plan, Project), plan
        return plan.projections

    def apply(self, udf: Any) -> DataFrame:
        """`applyInPandas` with a grouped-map ``pandas_udf``; deprecated."""
        if getattr(udf, "evalType", None) != PythonEvalType.SQL_GROUPED_MAP_PANDAS_UDF:
            raise PySparkTypeError(
                errorClass="INVALID_UDF_EVAL_TYPE", messageParameters={"eval_type": "SQL_GROUPED_MAP_PANDAS_UDF"}
            )
        warnings.warn("Use applyInPandas instead of apply with a grouped-map pandas_udf.", UserWarning, stacklevel=2)
        return self.applyInPandas(udf.func, udf.returnType)

    def cogroup(self, other: PythonGroups) -> PandasCogroupedOps:
        """These groups paired with another DataFrame's groups of the same keys."""
        return PandasCogroupedOps(self, other)


class PandasCogroupedOps:
    """Two grouped DataFrames, whose groups of one key are given to a Python function together."""

    def __init__(self, gd1: PythonGroups, gd2: PythonGroups) -> None:
        self._gd1 = gd1
        self._gd2 = gd2

    def applyInPandas(self, func: Callable[..., Any], schema: StructType | str) -> DataFrame:
        """What ``func(left, right)`` or ``func(key, left, right)`` makes of the two pandas DataFrames of each key."""
        return self._mapped(func, schema, PythonEvalType.SQL_COGROUPED_MAP_PANDAS_UDF)

    def applyInArrow(self, func: Callable[..., Any], schema: StructType | str) -> DataFrame:
        """What ``func(left, right)`` or ``func(key, left, right)`` makes of the two Arrow tables of each key."""
        return self._mapped(func, schema, PythonEvalType.SQL_COGROUPED_MAP_ARROW_UDF)

    def _mapped(self, func: Callable[..., Any], schema: StructType | str, kind: int) -> DataFrame:
        left, right = self._gd1, self._gd2
        columns = attributes_of(checked_schema(func, schema, kind))
        plan = CoGroup(func, kind, left._grouping, right._grouping, columns, left._df._plan, right._df._plan)
        return left._df._with(plan)


def struct_of(schema: StructType | str) -> StructType:
    """The schema that a Python function's result has, given as a struct or as SQL text."""
    made = DataType.fromDDL(schema) if isinstance(schema, str) else schema
    if not isinstance(made, StructType):
        raise PySparkTypeError(
            errorClass="NOT_EXPECTED_TYPE",
            messageParameters={"expected_type": "StructType or str", "arg_name": "schema",
                               "arg_type": type(made).__name__},
        )  # fmt: skip
    return made


def checked_schema(func: Callable[..., Any], schema: StructType | str, kind: int) -> StructType:
    """The schema of a function's tables. Raises for a type that is none, or a function that takes other arguments than
    its kind does."""
    from pyrdd.sql.pandas.functions import _validate_vectorized_udf  # here: only functions of tables need it
    from pyrdd.sql.udf import UserDefinedFunction  # here: as above

    _validate_vectorized_udf(func, kind)
    declared = UserDefinedFunction(func, schema, None, kind).returnType
    return struct_of(declared)  # type: ignore[arg-type]


def _hinted(infer: Callable[..., int | None], func: Callable[..., Any]) -> int | None:
    """The kind of function that type hints tell; a warning if they cannot be understood."""
    try:
        return infer(func)
    except Exception:
        warnings.warn("Cannot infer the eval type from type hints. ", UserWarning, stacklevel=4)
        return None

"""pandas_udf and arrow_udf: Python functions that get whole columns, batch by batch."""

from __future__ import annotations

import functools
import warnings
from collections.abc import Callable
from inspect import FullArgSpec, getfullargspec, signature
from typing import Any

from pyrdd.errors import PySparkTypeError, PySparkValueError
from pyrdd.sql.pandas.typehints import infer_eval_type, resolved_hints
from pyrdd.sql.types import DataType
from pyrdd.sql.udf import _create_udf
from pyrdd.util import PythonEvalType

_E = PythonEvalType


class PandasUDFType:
    """The kinds of pandas UDFs, for `pandas_udf` without type hints."""

    SCALAR = PythonEvalType.SQL_SCALAR_PANDAS_UDF
    SCALAR_ITER = PythonEvalType.SQL_SCALAR_PANDAS_ITER_UDF
    GROUPED_MAP = PythonEvalType.SQL_GROUPED_MAP_PANDAS_UDF
    GROUPED_AGG = PythonEvalType.SQL_GROUPED_AGG_PANDAS_UDF
    GROUPED_AGG_ITER = PythonEvalType.SQL_GROUPED_AGG_PANDAS_ITER_UDF


class ArrowUDFType:
    """The kinds of Arrow UDFs, for `arrow_udf` without type hints."""

    SCALAR = PythonEvalType.SQL_SCALAR_ARROW_UDF
    SCALAR_ITER = PythonEvalType.SQL_SCALAR_ARROW_ITER_UDF
    GROUPED_AGG = PythonEvalType.SQL_GROUPED_AGG_ARROW_UDF
    GROUPED_AGG_ITER = PythonEvalType.SQL_GROUPED_AGG_ARROW_ITER_UDF


_HINTED_PANDAS = (
    _E.SQL_SCALAR_PANDAS_UDF,
    _E.SQL_SCALAR_PANDAS_ITER_UDF,
    _E.SQL_GROUPED_AGG_PANDAS_UDF,
    _E.SQL_GROUPED_AGG_PANDAS_ITER_UDF,
)
_HINTED_ARROW = (
    _E.SQL_SCALAR_ARROW_UDF,
    _E.SQL_SCALAR_ARROW_ITER_UDF,
    _E.SQL_GROUPED_AGG_ARROW_UDF,
    _E.SQL_GROUPED_AGG_ARROW_ITER_UDF,
)
_OF_TABLES = (
    _E.SQL_GROUPED_MAP_PANDAS_UDF,
    _E.SQL_GROUPED_MAP_PANDAS_ITER_UDF,
    _E.SQL_MAP_PANDAS_ITER_UDF,
    _E.SQL_MAP_ARROW_ITER_UDF,
    _E.SQL_COGROUPED_MAP_PANDAS_UDF,
    _E.SQL_GROUPED_MAP_PANDAS_UDF_WITH_STATE,
    _E.SQL_TRANSFORM_WITH_STATE_PANDAS_UDF,
    _E.SQL_TRANSFORM_WITH_STATE_PANDAS_INIT_STATE_UDF,
    _E.SQL_TRANSFORM_WITH_STATE_PYTHON_ROW_UDF,
    _E.SQL_TRANSFORM_WITH_STATE_PYTHON_ROW_INIT_STATE_UDF,
    _E.SQL_GROUPED_MAP_ARROW_UDF,
    _E.SQL_GROUPED_MAP_ARROW_ITER_UDF,
    _E.SQL_COGROUPED_MAP_ARROW_UDF,
)
_ALLOWED = {"pandas": (*_HINTED_PANDAS, *_OF_TABLES, None), "arrow": (*_HINTED_ARROW, None)}


def pandas_udf(f: Any = None, returnType: Any = None, functionType: int | None = None) -> Any:
    """A Python function of pandas Series (DataFrames for structs), as a function of Columns. Type hints say what it
    makes: a Series for each batch, an iterator of them, or one value of a group (for `agg` and windows).

    >>> import pandas as pd
    >>> @F.pandas_udf("long")
    ... def plus_one(s: pd.Series) -> pd.Series:
    ...     return s + 1
    >>> spark.range(2).select(plus_one("id").alias("n")).collect()
    [Row(n=1), Row(n=2)]
    >>> @F.pandas_udf("double")
    ... def mean(s: pd.Series) -> float:
    ...     return s.mean()
    >>> spark.range(3).agg(mean("id").alias("m")).collect()
    [Row(m=1.0)]
    """
    return vectorized_udf(f, returnType, functionType, "pandas")


def arrow_udf(f: Any = None, returnType: Any = None, functionType: int | None = None) -> Any:
    """A Python function of Arrow arrays, as a function of Columns. Type hints say what it makes, as for `pandas_udf`.

    >>> import pyarrow as pa
    >>> @F.arrow_udf("long")
    ... def double(a: pa.Array) -> pa.Array:
    ...     return pa.compute.multiply(a, 2)
    >>> spark.range(2).select(double("id").alias("n")).collect()
    [Row(n=0), Row(n=2)]
    """
    return vectorized_udf(f, returnType, functionType, "arrow")


def vectorized_udf(f: Any = None, returnType: Any = None, functionType: Any = None, kind: str = "pandas") -> Any:
    """`pandas_udf` and `arrow_udf`: a decorator, or a function of one."""
    is_decorator = f is None or isinstance(f, (str, DataType))
    return_type, eval_type = returnType, functionType
    if is_decorator:
        return_type = f or returnType
        if functionType is None and isinstance(returnType, int):
            eval_type = returnType
    if return_type is None:
        raise PySparkTypeError(errorClass="CANNOT_BE_NONE", messageParameters={"arg_name": "returnType"})
    if eval_type not in _ALLOWED[kind]:
        raise PySparkTypeError(
            errorClass="INVALID_PANDAS_UDF_TYPE",
            messageParameters={"arg_name": "functionType", "arg_type": str(eval_type)},
        )
    made = functools.partial(_create_vectorized_udf, returnType=return_type, evalType=eval_type, kind=kind)
    return made if is_decorator else made(f)


def _create_vectorized_udf(f: Callable[..., Any], returnType: Any, evalType: int | None, kind: str) -> Any:
    return _create_udf(f, returnType, _validate_vectorized_udf(f, evalType, kind))


def _validate_vectorized_udf(f: Callable[..., Any], evalType: int | None, kind: str = "pandas") -> int:
    """The evaluation type, from the hints where none is given. Raises INVALID_PANDAS_UDF for wrong numbers of
    parameters."""
    spec = getfullargspec(f)
    if evalType in (*_HINTED_PANDAS, *_HINTED_ARROW):
        which = "pandas" if evalType in _HINTED_PANDAS else "arrow"
        warnings.warn(
            f"It is preferred to specify type hints for {which} UDF instead of specifying {which} UDF type.",
            UserWarning,
            stacklevel=4,
        )
    elif evalType is None and spec.annotations:
        evalType = infer_eval_type(signature(f), resolved_hints(f), kind)
    if evalType is None:
        evalType = _E.SQL_SCALAR_PANDAS_UDF if kind == "pandas" else _E.SQL_SCALAR_ARROW_UDF
    _check_arity(evalType, spec, kind)
    return evalType


_ARITIES: dict[int, tuple[tuple[int, int], str]] = {
    _E.SQL_GROUPED_MAP_PANDAS_UDF: (
        (1, 2),
        "pandas_udfs with function type GROUPED_MAP or the function in groupby.applyInPandas must take either one "
        "argument (data) or two arguments (key, data).",
    ),
    _E.SQL_GROUPED_MAP_PANDAS_ITER_UDF: (
        (1, 2),
        "the function in groupby.applyInPandas with iterator API must take either one argument (batches: "
        "Iterator[pandas.DataFrame]) or two arguments (key, batches: Iterator[pandas.DataFrame]).",
    ),
    _E.SQL_GROUPED_MAP_ARROW_UDF: (
        (1, 2),
        "the function in groupby.applyInArrow must take either one argument (data) or two arguments (key, data).",
    ),
    _E.SQL_COGROUPED_MAP_PANDAS_UDF: (
        (2, 3),
        "the function in cogroup.applyInPandas must take either two arguments (left, right) or three arguments "
        "(key, left, right).",
    ),
    _E.SQL_COGROUPED_MAP_ARROW_UDF: (
        (2, 3),
        "the function in cogroup.applyInArrow must take either two arguments (left, right) or three arguments "
        "(key, left, right).",
    ),
}
_SCALARS = (
    _E.SQL_SCALAR_PANDAS_UDF,
    _E.SQL_SCALAR_PANDAS_ITER_UDF,
    _E.SQL_SCALAR_ARROW_UDF,
    _E.SQL_SCALAR_ARROW_ITER_UDF,
)


def _check_arity(kind: int, spec: FullArgSpec, of: str) -> None:
    detail = None
    if kind in _SCALARS and not spec.args and spec.varargs is None:
        detail = (
            f"0-arg {of}_udfs are not supported. Instead, create a 1-arg {of}_udfs and ignore the arg in your function."
        )
    elif kind in _ARITIES and len(spec.args) not in _ARITIES[kind][0]:
        detail = _ARITIES[kind][1]
    if detail is not None:
        raise PySparkValueError(errorClass="INVALID_PANDAS_UDF", messageParameters={"detail": detail})

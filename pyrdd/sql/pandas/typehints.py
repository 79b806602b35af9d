"""Which kind of pandas or Arrow function a Python function's type hints describe.

    Series, ... -> Series             SCALAR           Array, ... -> Array
    Iterator[Series] -> Iterator[..]  SCALAR_ITER      Iterator[Array] -> Iterator[Array]
    Series, ... -> Any                GROUPED_AGG      Array, ... -> Any
    Iterator[Series] -> Any           GROUPED_AGG_ITER Iterator[Array] -> Any

Where a Series stands, a DataFrame (for a struct) or a union of both may stand too.
"""

from __future__ import annotations

import types
from collections.abc import Callable
from inspect import Parameter, Signature, getfullargspec, signature
from typing import Any, Union, get_args, get_origin, get_type_hints

from pyrdd.errors import PySparkNotImplementedError, PySparkValueError
from pyrdd.util import PythonEvalType

Check = Callable[[Any], bool]


def infer_eval_type(sig: Signature, type_hints: dict[str, Any], kind: str = "all") -> int:
    """The evaluation type that the hints of a signature describe. ``kind``: ``pandas``, ``arrow``, or ``all`` of them.
    Raises PySparkValueError (TYPE_HINT_SHOULD_BE_SPECIFIED) where hints are missing, PySparkNotImplementedError
    (UNSUPPORTED_SIGNATURE) where they describe none."""
    assert kind in ("pandas", "arrow", "all"), "kind should be either 'pandas', 'arrow' or 'all'"
    found = infer_pandas_eval_type(sig, type_hints) if kind != "arrow" else None
    if found is None and kind != "pandas":
        found = infer_arrow_eval_type(sig, type_hints)
    if found is None:
        raise PySparkNotImplementedError(errorClass="UNSUPPORTED_SIGNATURE", messageParameters={"signature": str(sig)})
    return found


def infer_pandas_eval_type(sig: Signature, type_hints: dict[str, Any]) -> int | None:
    """The kind of pandas UDF that the hints describe; None if they describe none."""
    import pandas as pd  # here: only vectorised functions need it

    kinds = (
        PythonEvalType.SQL_SCALAR_PANDAS_UDF,
        PythonEvalType.SQL_SCALAR_PANDAS_ITER_UDF,
        PythonEvalType.SQL_GROUPED_AGG_PANDAS_UDF,
        PythonEvalType.SQL_GROUPED_AGG_PANDAS_ITER_UDF,
    )

    def is_data(hint: Any) -> bool:
        return hint is pd.Series or hint is pd.DataFrame

    return _inferred(sig, type_hints, kinds, is_data, lambda hint: hint is pd.Series)


def infer_arrow_eval_type(sig: Signature, type_hints: dict[str, Any]) -> int | None:
    """The kind of Arrow UDF that the hints describe; None if they describe none."""
    import pyarrow as pa  # here: as above

    kinds = (
        PythonEvalType.SQL_SCALAR_ARROW_UDF,
        PythonEvalType.SQL_SCALAR_ARROW_ITER_UDF,
        PythonEvalType.SQL_GROUPED_AGG_ARROW_UDF,
        PythonEvalType.SQL_GROUPED_AGG_ARROW_ITER_UDF,
    )
    return _inferred(sig, type_hints, kinds, lambda hint: hint is pa.Array, lambda hint: hint is pa.Array)


def _inferred(
    sig: Signature, type_hints: dict[str, Any], kinds: tuple[int, int, int, int], is_data: Check, is_series: Check
) -> int | None:
    params, returned = hints_of(sig, type_hints)
    scalar, scalar_iter, aggregate, aggregate_iter = kinds

    def data(hint: Any) -> bool:
        return is_data(hint) or is_union(hint, is_data)

    alone = params[0] if len(params) == 1 else None
    if is_data(returned):
        return scalar if all(data(p) for p in params) else None
    if is_iterator(returned, is_data):
        return scalar_iter if is_iterator(alone, lambda h: data(h) or is_tuple(h, data)) else None
    if is_iterator(returned) or is_tuple(returned):
        return None
    if all(data(p) for p in params):
        return aggregate
    many = is_iterator(alone, lambda h: is_series(h) or is_tuple(h, is_series))
    return aggregate_iter if many else None


def hints_of(sig: Signature, type_hints: dict[str, Any]) -> tuple[list[Any], Any]:
    """The hints of the parameters and of the result. Raises TYPE_HINT_SHOULD_BE_SPECIFIED where one is missing."""
    params = [
        type_hints.get(p.name, p.annotation) for p in sig.parameters.values() if p.annotation is not Parameter.empty
    ]
    if len(params) != len(sig.parameters):
        raise _missing("all parameters", sig)
    returned = type_hints.get("return", sig.return_annotation)
    if returned is Signature.empty:
        raise _missing("the return type", sig)
    return params, returned


def _missing(target: str, sig: Signature) -> PySparkValueError:
    return PySparkValueError(
        errorClass="TYPE_HINT_SHOULD_BE_SPECIFIED", messageParameters={"target": target, "sig": str(sig)}
    )


def resolved_hints(f: Callable[..., Any]) -> dict[str, Any]:
    """The type hints of a function, names looked up where they can be."""
    try:
        return get_type_hints(f)
    except NameError:
        return {}


def infer_eval_type_for_udf(f: Callable[..., Any]) -> int | None:
    """The evaluation type of a function given to `udf`: None if it has no parameters or no hints."""
    spec = getfullargspec(f)
    if not spec.args or not spec.annotations:
        return None
    return infer_eval_type(signature(f), resolved_hints(f))


def infer_group_pandas_eval_type_from_func(f: Callable[..., Any]) -> int | None:
    """The kind of a function given to `applyInPandas`, by its hints; None if they do not tell."""
    if not getfullargspec(f).annotations:
        return None
    import pandas as pd  # here: only functions with hints get here

    kinds = (PythonEvalType.SQL_GROUPED_MAP_PANDAS_UDF, PythonEvalType.SQL_GROUPED_MAP_PANDAS_ITER_UDF)
    return _group_kind(f, pd.DataFrame, pd.DataFrame, kinds)


def infer_group_arrow_eval_type_from_func(f: Callable[..., Any]) -> int | None:
    """The kind of a function given to `applyInArrow`, by its hints; None if they do not tell."""
    if not getfullargspec(f).annotations:
        return None
    import pyarrow as pa  # here: as above

    kinds = (PythonEvalType.SQL_GROUPED_MAP_ARROW_UDF, PythonEvalType.SQL_GROUPED_MAP_ARROW_ITER_UDF)
    return _group_kind(f, pa.Table, pa.RecordBatch, kinds)


def _group_kind(f: Callable[..., Any], whole: type, piece: type, kinds: tuple[int, int]) -> int | None:
    params, returned = hints_of(signature(f), resolved_hints(f))
    if len(params) not in (1, 2):
        return None
    if params[-1] is whole and returned is whole:
        return kinds[0]
    both = is_iterator(params[-1], lambda h: h is piece) and is_iterator(returned, lambda h: h is piece)
    return kinds[1] if both else None


def is_iterator(hint: Any, check: Check | None = None) -> bool:
    """Whether a hint is ``Iterator[...]`` of something."""
    name = getattr(hint, "_name", None) or getattr(hint, "__name__", None)
    return name == "Iterator" and (check is None or all(map(check, get_args(hint))))


def is_tuple(hint: Any, check: Check | None = None) -> bool:
    """Whether a hint is a tuple of something; ``...`` counts as anything."""
    is_one = hint is tuple or get_origin(hint) is tuple
    return is_one and (check is None or all(h is Ellipsis or check(h) for h in get_args(hint)))


def is_union(hint: Any, check: Check) -> bool:
    """Whether a hint is a union of such things."""
    return get_origin(hint) in (Union, types.UnionType) and all(map(check, get_args(hint)))

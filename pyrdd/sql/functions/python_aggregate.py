"""A user's Python aggregate as a SQL function, so that analysis treats its calls as it treats those of ``sum``."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from pyrdd.sql.expressions import AggregateCall, Expression, PythonUDF
from pyrdd.sql.functions.declare import Function
from pyrdd.sql.types import DataType
from pyrdd.util import PythonEvalType

AGGREGATE_KINDS = frozenset(
    {
        PythonEvalType.SQL_GROUPED_AGG_PANDAS_UDF,
        PythonEvalType.SQL_GROUPED_AGG_PANDAS_ITER_UDF,
        PythonEvalType.SQL_GROUPED_AGG_ARROW_UDF,
        PythonEvalType.SQL_GROUPED_AGG_ARROW_ITER_UDF,
    }
)
"""The evaluation types of functions that make one value of a group."""


@dataclass(frozen=True, eq=False)
class PythonAggregate(Function):
    """The declaration of a grouped-aggregate UDF. ``arg_names`` are those of the arguments given by name, else None."""

    function: Callable[..., Any] | None = None
    eval_type: int = 0
    arg_names: tuple[str | None, ...] = ()

    def __eq__(self, other: object) -> bool:
        return isinstance(other, PythonAggregate) and self._key == other._key

    def __hash__(self) -> int:
        return hash(self._key)

    @property
    def _key(self) -> tuple[Any, ...]:
        return (id(self.function), self.name, self.returns, self.eval_type, self.arg_names)

    def __reduce__(self) -> tuple[Any, ...]:
        return python_aggregate, (
            self.name,
            self.function,
            self.returns,
            self.eval_type,
            self.deterministic,
            self.arg_names,
        )


def python_aggregate(
    name: str,
    function: Callable[..., Any],
    data_type: DataType,
    eval_type: int,
    deterministic: bool,
    arg_names: tuple[str | None, ...],
) -> PythonAggregate:
    """The declaration for a call whose arguments have these names."""
    return PythonAggregate(
        name, "aggregate", (), data_type, 0, None, nullable=True, deterministic=deterministic, pretty=_text,
        function=function, eval_type=eval_type, arg_names=arg_names,
    )  # fmt: skip


def as_aggregate(udf: PythonUDF) -> Expression:
    """The aggregate call that a grouped-aggregate UDF stands for; other functions as they are."""
    if udf.kind not in AGGREGATE_KINDS:
        return udf
    function = python_aggregate(udf.name, udf.function, udf.data_type, udf.kind, udf.udf_deterministic, udf.arg_names)
    return AggregateCall(function, udf.args, udf.data_type, True)


def _text(name: str, args: list[str], call: Any) -> str:
    names = call.function.arg_names or (None,) * len(args)
    shown = [arg if key is None else f"{key} => {arg}" for key, arg in zip(names, args, strict=True)]
    return f"{call.function.name}({', '.join(shown)})"

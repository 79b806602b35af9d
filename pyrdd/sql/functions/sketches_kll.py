"""KLL sketches: approximate quantiles of long integers, floats and doubles."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from pyrdd.errors import SparkRuntimeException
from pyrdd.sql import types as t
from pyrdd.sql.analysis import coercion
from pyrdd.sql.analysis.problems import mismatch, quoted_sql, quoted_type
from pyrdd.sql.column import Column, ColumnOrName, call, column_or_name, literal
from pyrdd.sql.expressions import Literal
from pyrdd.sql.functions.declare import Function, declare
from pyrdd.sql.functions.inputs import ANY, BINARY, BYTE, DOUBLE, FLOAT, INT, LONG, SHORT, STRING, InputType, one_of
from pyrdd.sql.functions.sketch_arguments import (
    Check,
    Coerce,
    call_text,
    checked_constant,
    make_aggregate,
    merged_by,
    strict,
    wrong_type,
)
from pyrdd.sql.kernels import kll

KINDS = ("bigint", "float", "double")
_ITEMS: dict[str, t.DataType] = {"bigint": LONG, "float": FLOAT, "double": DOUBLE}
_COUNTED: dict[str, InputType | t.DataType] = {
    "bigint": one_of(BYTE, INT, LONG, SHORT), "float": FLOAT, "double": one_of(FLOAT, DOUBLE),
}  # fmt: skip


def _k_check(name: str) -> Check:
    """The check of the parameter `k`."""

    def problem(k: int) -> str | None:
        if kll.MIN_K <= k <= kll.MAX_K:
            return None
        error = SparkRuntimeException(
            errorClass="KLL_SKETCH_K_OUT_OF_RANGE", messageParameters={"functionName": f"`{name}`", "k": str(k)}
        )
        return str(error)

    return checked_constant(name, 1, "k", "int", problem)


# --- kernels -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Operation:
    """A function on sketches of a kind, that errors name."""

    name: str
    kind: str

    def read(self, data: bytes) -> kll.KllSketch:
        """A sketch of its bytes."""
        return kll.read(data, self.kind, self.name)

    def unreadable(self) -> SparkRuntimeException:
        """The error of a sketch that has no answer."""
        return kll.unreadable(self.name)


class _Sketch(_Operation):
    def __call__(self, values: Sequence[Any] | None, k: int = kll.DEFAULT_K) -> bytes:
        return kll.KllSketch(self.kind, k).add_all(values or ()).to_bytes()


class _MergeGroup(_Operation):
    def __call__(self, sketches: Sequence[bytes] | None, k: int | None = None) -> bytes:
        merged = None if k is None else kll.KllSketch(self.kind, k)
        for sketch in map(self.read, sketches or ()):
            if merged is None:
                merged = kll.KllSketch(self.kind, sketch.k)
            merged.merge(sketch)
        return (merged or kll.KllSketch(self.kind)).to_bytes()


class _Merge(_Operation):
    def __call__(self, left: bytes, right: bytes) -> bytes:
        first, second = self.read(left), self.read(right)
        return first.merge(second).to_bytes()


class _Number(_Operation):
    def __call__(self, data: bytes) -> int:
        return self.read(data).n


class _Text(_Operation):
    def __call__(self, data: bytes) -> str:
        return self.read(data).summary()


class _Quantile(_Operation):
    def __call__(self, data: bytes, rank: Any) -> Any:
        many = isinstance(rank, list)
        ranks = [share or 0.0 for share in rank] if many else [rank]
        if any(share < 0.0 or share > 1.0 for share in ranks):
            raise SparkRuntimeException(
                errorClass="KLL_SKETCH_INVALID_QUANTILE_RANGE", messageParameters={"functionName": f"`{self.name}`"}
            )
        sketch = self.read(data)
        if sketch.n == 0:
            raise self.unreadable()
        found = sketch.quantiles(0.0 if share != share else share for share in ranks)
        return found if many else found[0]


class _Rank(_Operation):
    def __call__(self, data: bytes, value: Any) -> Any:
        many = isinstance(value, list)
        values = [item or 0 for item in value] if many else [value]
        sketch = self.read(data)
        if sketch.n == 0 or any(item != item for item in values):
            raise self.unreadable()
        found = sketch.ranks(values)
        return found if many else found[0]


# --- declarations ------------------------------------------------------------------------------------------------------


def _made(operation: type[_Operation], name: str, kind: str) -> Callable[[Any], Any]:
    return lambda call: operation(name, kind)


def _declare_aggregate(
    name: str, kind: str, operation: type[_Operation], column: InputType | t.DataType, **more: Any
) -> None:
    declare(
        make_aggregate(
            name, 1, (column, INT), _made(operation, name, kind), min_args=1, params=(),
            coerce=strict(name, (column, INT)), check=_k_check(name), **more,
        )
    )  # fmt: skip


def _merged(kind: str) -> Callable[[Any, Any], Any]:
    """How sketches of partitions merge: with the `k` that was given, or the usual one."""

    def merge(sketches: Any, call: Any) -> Any:
        usual = () if len(call.args) > 1 else (Literal(kll.DEFAULT_K, INT),)
        return merged_by(f"kll_merge_agg_{kind}", 1, *usual)(sketches, call)

    return merge


def _declare_scalar(
    operation: type[_Operation], name: str, kind: str, inputs: Sequence[Any], returns: Any, **more: Any
) -> None:
    declare(
        Function(
            name, "scalar", tuple(inputs), returns, len(inputs), len(inputs), python=_made(operation, name, kind),
            group="sketches", **more,
        )
    )  # fmt: skip


def _sought(name: str, parameter: str, wanted: t.DataType) -> tuple[Coerce, Check]:
    """The second argument: one value of a type or an array of them, as a constant."""
    shown = quoted_type(wanted)
    required = f"({shown} or {quoted_type(t.ArrayType(wanted))})"

    def coerce(args: Sequence[Any], ctx: Any) -> Sequence[Any]:
        value = args[1]
        kind = value.data_type
        if isinstance(kind, t.ArrayType):
            if kind.elementType == wanted:
                return args
            if not kind.containsNull and isinstance(kind.elementType, t.NumericType | t.NullType):
                return [args[0], coercion.cast(value, t.ArrayType(wanted, False), ctx)]
        elif isinstance(kind, t.NumericType | t.StringType | t.NullType):
            return [args[0], value if kind == wanted else coercion.cast(value, wanted, ctx)]
        raise wrong_type(name, args, 1, required)

    def check(args: Sequence[Any], ctx: Any) -> None:
        if not args[1].foldable:
            raise mismatch(
                "NON_FOLDABLE_INPUT",
                call_text(name, args),
                inputName=f"`{parameter}`",
                inputType=shown,
                inputExpr=quoted_sql(args[1]),
            )

    return coerce, check


def _like_second(one: t.DataType) -> Callable[[Sequence[Any]], t.DataType]:
    return lambda args: t.ArrayType(one, False) if isinstance(args[1].data_type, t.ArrayType) else one


for _kind, _item in _ITEMS.items():
    _declare_aggregate(f"kll_sketch_agg_{_kind}", _kind, _Sketch, _COUNTED[_kind], merge=_merged(_kind))
    # whose k is that of the first sketch: an empty partition would have another one
    _declare_aggregate(f"kll_merge_agg_{_kind}", _kind, _MergeGroup, BINARY)
    _declare_scalar(_Merge, f"kll_sketch_merge_{_kind}", _kind, (BINARY, BINARY), BINARY)
    _declare_scalar(_Number, f"kll_sketch_get_n_{_kind}", _kind, (BINARY,), LONG)
    _declare_scalar(_Text, f"kll_sketch_to_string_{_kind}", _kind, (BINARY,), STRING)
    for _name, _operation, _parameter, _wanted, _made_type in (
        ("kll_sketch_get_quantile", _Quantile, "rank", DOUBLE, _item),
        ("kll_sketch_get_rank", _Rank, "quantile", _item, DOUBLE),
    ):
        _coerce, _check = _sought(f"{_name}_{_kind}", _parameter, _wanted)
        _declare_scalar(
            _operation, f"{_name}_{_kind}", _kind, (BINARY, ANY), _like_second(_made_type),
            coerce=_coerce, check=_check,
        )  # fmt: skip


# --- the public functions ----------------------------------------------------------------------------------------------


def _aggregate(name: str, doc: str) -> Any:
    def function(col: ColumnOrName, k: int | Column | None = None) -> Column:
        return call(name, column_or_name(col), *([] if k is None else [literal(k)]))

    return _named(function, name, doc)


def _one(name: str, doc: str) -> Any:
    def function(col: ColumnOrName) -> Column:
        return call(name, column_or_name(col))

    return _named(function, name, doc)


def _merge(name: str, doc: str) -> Any:
    def function(left: ColumnOrName, right: ColumnOrName) -> Column:
        return call(name, column_or_name(left), column_or_name(right))

    return _named(function, name, doc)


def _quantile(name: str, doc: str) -> Any:
    def function(sketch: ColumnOrName, rank: ColumnOrName) -> Column:
        return call(name, column_or_name(sketch), column_or_name(rank))

    return _named(function, name, doc)


def _rank(name: str, doc: str) -> Any:
    def function(sketch: ColumnOrName, quantile: ColumnOrName) -> Column:
        return call(name, column_or_name(sketch), column_or_name(quantile))

    return _named(function, name, doc)


def _named(function: Any, name: str, doc: str) -> Any:
    function.__name__ = function.__qualname__ = name
    function.__doc__ = doc
    return function


kll_sketch_agg_bigint, kll_sketch_agg_float, kll_sketch_agg_double = (
    _aggregate(f"kll_sketch_agg_{kind}", f"""Aggregate: a KLL sketch of {kind} values, as binary. ``k`` (200, from 8 to
    65535) decides how large and exact it is.""") for kind in KINDS
)  # fmt: skip
kll_merge_agg_bigint, kll_merge_agg_float, kll_merge_agg_double = (
    _aggregate(f"kll_merge_agg_{kind}", f"""Aggregate: the KLL sketch of all {kind} values that the sketches have seen.
    ``k`` is that of the first sketch unless it is given.""") for kind in KINDS
)  # fmt: skip
kll_sketch_merge_bigint, kll_sketch_merge_float, kll_sketch_merge_double = (
    _merge(f"kll_sketch_merge_{kind}", f"The KLL sketch of the {kind} values of two sketches.") for kind in KINDS
)
kll_sketch_get_n_bigint, kll_sketch_get_n_float, kll_sketch_get_n_double = (
    _one(f"kll_sketch_get_n_{kind}", f"How many {kind} values a KLL sketch has seen.") for kind in KINDS
)
kll_sketch_to_string_bigint, kll_sketch_to_string_float, kll_sketch_to_string_double = (
    _one(f"kll_sketch_to_string_{kind}", f"A KLL sketch of {kind} values described as text.") for kind in KINDS
)
kll_sketch_get_quantile_bigint, kll_sketch_get_quantile_float, kll_sketch_get_quantile_double = (
    _quantile(f"kll_sketch_get_quantile_{kind}", f"""The {kind} value at a rank from 0.0 to 1.0, or those at an array of
    ranks: a constant.""") for kind in KINDS
)  # fmt: skip
kll_sketch_get_rank_bigint, kll_sketch_get_rank_float, kll_sketch_get_rank_double = (
    _rank(f"kll_sketch_get_rank_{kind}", f"""The share of values up to a {kind}, or those up to each of an array: a
    constant.""") for kind in KINDS
)  # fmt: skip

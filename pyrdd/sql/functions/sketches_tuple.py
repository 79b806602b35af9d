"""Tuple sketches: theta sketches with a number beside each key."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from pyrdd.errors import SparkRuntimeException
from pyrdd.sql import types as t
from pyrdd.sql.column import Column, ColumnOrName, call, column_or_name, literal
from pyrdd.sql.expressions import Literal
from pyrdd.sql.functions.declare import Function, declare
from pyrdd.sql.functions.inputs import BINARY, DOUBLE, INT, LONG, STRING
from pyrdd.sql.functions.sketch_arguments import (
    DEFAULT_LG,
    KEY,
    Check,
    all_of,
    checked_constant,
    lenient,
    lg_entries_check,
    make_aggregate,
    merged_by,
    plain_key,
    strict,
)
from pyrdd.sql.kernels import theta
from pyrdd.sql.kernels import tuple_sketches as tuples
from pyrdd.sql.kernels.theta import sized

KINDS = ("double", "integer")
_DEFAULTS = {"lgNomEntries": Literal(DEFAULT_LG, INT), "mode": Literal("sum", STRING)}


def _mode_check(name: str, index: int) -> Check:
    """The check of the parameter `mode`."""

    def problem(mode: str) -> str | None:
        if mode.lower() in tuples.MODES:
            return None
        error = SparkRuntimeException(
            errorClass="TUPLE_INVALID_SKETCH_MODE",
            messageParameters={"function": f"`{name}`", "mode": mode, "validModes": ", ".join(tuples.MODES)},
        )
        return str(error)

    return checked_constant(name, index, "mode", "string", problem)


# --- kernels -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Sketch:
    """Makes the sketch of a group's keys and numbers."""

    kind: str
    key_type: t.DataType

    def __call__(self, rows: Sequence[dict[str, Any]] | None, lg_entries: int, mode: str) -> bytes:
        summaries = tuples.Summaries(self.kind, mode.lower())
        rows = rows or ()
        if sized(self.key_type):
            rows = [row for row in rows if len(row["c0"])]
        keys, values = [row["c0"] for row in rows], [row["c1"] for row in rows]
        return tuples.of_rows(keys, values, self.key_type, lg_entries, summaries).to_bytes(self.kind)


@dataclass(frozen=True)
class _Operation:
    """A function on sketches of a kind, that errors name."""

    name: str
    kind: str

    def read(self, data: bytes) -> tuples.TupleSketch:
        """A tuple sketch of its bytes."""
        return tuples.read(data, self.kind, self.name)

    def summaries(self, mode: str) -> tuples.Summaries:
        """How summaries are combined in a mode."""
        return tuples.Summaries(self.kind, mode.lower())


class _UnionOfGroup(_Operation):
    def __call__(self, sketches: Sequence[bytes] | None, lg_entries: int, mode: str) -> bytes:
        read = map(self.read, sketches or ())
        return tuples.union(read, lg_entries, self.summaries(mode)).to_bytes(self.kind)


class _IntersectionOfGroup(_Operation):
    def __call__(self, sketches: Sequence[bytes] | None, mode: str) -> bytes:
        read = [self.read(data) for data in sketches or ()]
        return (tuples.intersection(read, self.summaries(mode)) or tuples.TupleSketch()).to_bytes(self.kind)


class _Union(_Operation):
    def __call__(self, left: bytes, right: bytes, lg_entries: int, mode: str) -> bytes:
        both = [self.read(left), self.read(right)]
        return tuples.union(both, lg_entries, self.summaries(mode)).to_bytes(self.kind)


class _ThetaUnion(_Operation):
    def __call__(self, left: bytes, right: bytes, lg_entries: int, mode: str) -> bytes:
        summaries = self.summaries(mode)
        both = (self.read(left), tuples.with_start(theta.read(right, self.name), summaries))
        return tuples.union(both, lg_entries, summaries).to_bytes(self.kind)


class _Intersection(_Operation):
    def __call__(self, left: bytes, right: bytes, mode: str) -> bytes:
        both = [self.read(left), self.read(right)]
        return (tuples.intersection(both, self.summaries(mode)) or tuples.TupleSketch()).to_bytes(self.kind)


class _ThetaIntersection(_Operation):
    def __call__(self, left: bytes, right: bytes, mode: str) -> bytes:
        summaries = self.summaries(mode)
        both = (self.read(left), tuples.with_start(theta.read(right, self.name), summaries))
        return (tuples.intersection(both, summaries) or tuples.TupleSketch()).to_bytes(self.kind)


class _Difference(_Operation):
    def __call__(self, left: bytes, right: bytes) -> bytes:
        return tuples.difference(self.read(left), self.read(right)).to_bytes(self.kind)


class _ThetaDifference(_Operation):
    def __call__(self, left: bytes, right: bytes) -> bytes:
        return tuples.difference(self.read(left), theta.read(right, self.name)).to_bytes(self.kind)


class _Estimate(_Operation):
    def __call__(self, data: bytes) -> float:
        return self.read(data).estimate


class _Theta(_Operation):
    def __call__(self, data: bytes) -> float:
        return self.read(data).fraction


class _Summary(_Operation):
    def __call__(self, data: bytes, mode: str) -> Any:
        return self.summaries(mode).total(self.read(data))


# --- declarations ------------------------------------------------------------------------------------------------------


def _made(operation: type[_Operation], name: str, kind: str) -> Callable[[Any], Any]:
    return lambda call: operation(name, kind)


def _declare_aggregates(kind: str) -> None:
    number = INT if kind == "integer" else DOUBLE
    name = f"tuple_sketch_agg_{kind}"
    declare(
        make_aggregate(
            name, 2, (KEY, number, INT, STRING), lambda call: _Sketch(kind, call.args[0].data_type), min_args=2,
            params=("key", "summary", "lgNomEntries", "mode"), defaults=_DEFAULTS,
            coerce=lenient((2, DEFAULT_LG), (3, "sum")),
            check=all_of(plain_key(name), lg_entries_check(name, 2), _mode_check(name, 3)),
            merge=merged_by(f"tuple_union_agg_{kind}", 2),
        )
    )  # fmt: skip
    name = f"tuple_union_agg_{kind}"
    declare(
        make_aggregate(
            name, 1, (BINARY, INT, STRING), _made(_UnionOfGroup, name, kind), min_args=1,
            params=("child", "lgNomEntries", "mode"), defaults=_DEFAULTS,
            coerce=lenient((1, DEFAULT_LG), (2, "sum")),
            check=all_of(lg_entries_check(name, 1), _mode_check(name, 2)), merge=merged_by(name, 1),
        )
    )  # fmt: skip
    name = f"tuple_intersection_agg_{kind}"
    declare(
        make_aggregate(
            name, 1, (BINARY, STRING), _made(_IntersectionOfGroup, name, kind), min_args=1, params=(),
            coerce=lenient((1, "sum")), check=_mode_check(name, 1),
        )
    )  # fmt: skip


def _scalar(
    operation: type[_Operation], name: str, kind: str, inputs: Sequence[t.DataType], returns: t.DataType,
    least: int, **more: Any,
) -> None:  # fmt: skip
    declare(
        Function(
            name, "scalar", tuple(inputs), returns, least, len(inputs), python=_made(operation, name, kind),
            group="sketches", **more,
        )
    )  # fmt: skip


def _declare_sets(kind: str, middle: str, operations: Sequence[type[_Operation]]) -> None:
    union, intersection, difference = operations
    name, inputs = f"tuple_union_{middle}{kind}", (BINARY, BINARY, INT, STRING)
    _scalar(
        union, name, kind, inputs, BINARY, 2, coerce=strict(name, inputs, (2, DEFAULT_LG), (3, "sum")),
        check=all_of(lg_entries_check(name, 2), _mode_check(name, 3)),
        params=("first", "second", "lgNomEntries", "mode"), defaults=_DEFAULTS,
    )  # fmt: skip
    name, three = f"tuple_intersection_{middle}{kind}", (BINARY, BINARY, STRING)
    _scalar(
        intersection, name, kind, three, BINARY, 2, coerce=strict(name, three, (2, "sum")), check=_mode_check(name, 2)
    )
    name, two = f"tuple_difference_{middle}{kind}", (BINARY, BINARY)
    _scalar(difference, name, kind, two, BINARY, 2, coerce=strict(name, two))


def _declare_answers(kind: str) -> None:
    name = f"tuple_sketch_estimate_{kind}"
    _scalar(_Estimate, name, kind, (BINARY,), DOUBLE, 1, coerce=strict(name, (BINARY,)))
    name = f"tuple_sketch_theta_{kind}"
    _scalar(_Theta, name, kind, (BINARY,), DOUBLE, 1, coerce=strict(name, (BINARY,)))
    name, inputs = f"tuple_sketch_summary_{kind}", (BINARY, STRING)
    _scalar(
        _Summary, name, kind, inputs, LONG if kind == "integer" else DOUBLE, 1,
        coerce=strict(name, inputs, (1, "sum")), check=_mode_check(name, 1),
    )  # fmt: skip


for _kind in KINDS:
    _declare_aggregates(_kind)
    _declare_sets(_kind, "", (_Union, _Intersection, _Difference))
    _declare_sets(_kind, "theta_", (_ThetaUnion, _ThetaIntersection, _ThetaDifference))
    _declare_answers(_kind)


# --- the public functions ----------------------------------------------------------------------------------------------


def _call(name: str, columns: Sequence[ColumnOrName], *constants: Any) -> Column:
    return call(name, *map(column_or_name, columns), *map(literal, constants))


def _or(value: Any, default: Any) -> Any:
    return default if value is None else value


def _sketch_agg(kind: str) -> Any:
    def function(
        key: ColumnOrName, summary: ColumnOrName, lgNomEntries: int | Column | None = None,
        mode: str | Column | None = None,
    ) -> Column:  # fmt: skip
        return _call(f"tuple_sketch_agg_{kind}", (key, summary), _or(lgNomEntries, DEFAULT_LG), _or(mode, "sum"))

    return _named(function, f"tuple_sketch_agg_{kind}", f"""Aggregate: a tuple sketch of keys with {kind} numbers, as
    binary. ``lgNomEntries`` (12) is the base-2 logarithm of its size; ``mode`` says what becomes of the numbers of one
    key: "sum" (the default), "min", "max" or "alwaysone".""")  # fmt: skip


def _union_agg(kind: str) -> Any:
    def function(
        col: ColumnOrName, lgNomEntries: int | Column | None = None, mode: str | Column | None = None
    ) -> Column:
        return _call(f"tuple_union_agg_{kind}", (col,), _or(lgNomEntries, DEFAULT_LG), _or(mode, "sum"))

    return _named(function, f"tuple_union_agg_{kind}", f"Aggregate: the union of tuple sketches of {kind} numbers.")


def _intersection_agg(kind: str) -> Any:
    def function(col: ColumnOrName, mode: str | Column | None = None) -> Column:
        return _call(f"tuple_intersection_agg_{kind}", (col,), _or(mode, "sum"))

    name = f"tuple_intersection_agg_{kind}"
    return _named(function, name, f"Aggregate: the intersection of tuple sketches of {kind} numbers.")


def _union_of(kind: str, middle: str) -> Any:
    def function(
        col1: ColumnOrName, col2: ColumnOrName, lgNomEntries: int | Column | None = None,
        mode: str | Column | None = None,
    ) -> Column:  # fmt: skip
        return _call(f"tuple_union_{middle}{kind}", (col1, col2), _or(lgNomEntries, DEFAULT_LG), _or(mode, "sum"))

    return _named(function, f"tuple_union_{middle}{kind}", f"The union of {_two(kind, middle)}.")


def _intersection_of(kind: str, middle: str) -> Any:
    def function(col1: ColumnOrName, col2: ColumnOrName, mode: str | Column | None = None) -> Column:
        return _call(f"tuple_intersection_{middle}{kind}", (col1, col2), _or(mode, "sum"))

    return _named(function, f"tuple_intersection_{middle}{kind}", f"The intersection of {_two(kind, middle)}.")


def _difference_of(kind: str, middle: str) -> Any:
    def function(col1: ColumnOrName, col2: ColumnOrName) -> Column:
        return _call(f"tuple_difference_{middle}{kind}", (col1, col2))

    name = f"tuple_difference_{middle}{kind}"
    return _named(function, name, f"What is in the first, but not in the second, of {_two(kind, middle)}.")


def _two(kind: str, middle: str) -> str:
    other = "a theta sketch, whose keys have no numbers" if middle else "another one"
    return f"a tuple sketch of {kind} numbers and {other}"


def _answer(name: str, kind: str, doc: str) -> Any:
    def function(col: ColumnOrName) -> Column:
        return _call(f"{name}_{kind}", (col,))

    return _named(function, f"{name}_{kind}", doc)


def _summary_of(kind: str) -> Any:
    def function(col: ColumnOrName, mode: str | Column | None = None) -> Column:
        return _call(f"tuple_sketch_summary_{kind}", (col,), _or(mode, "sum"))

    return _named(function, f"tuple_sketch_summary_{kind}", f"""The sum of all {kind} numbers of a tuple sketch, or their
    minimum, maximum or (alwaysone) how many there are.""")  # fmt: skip


def _named(function: Any, name: str, doc: str) -> Any:
    function.__name__ = function.__qualname__ = name
    function.__doc__ = doc
    return function


tuple_sketch_agg_double, tuple_sketch_agg_integer = map(_sketch_agg, KINDS)
tuple_union_agg_double, tuple_union_agg_integer = map(_union_agg, KINDS)
tuple_intersection_agg_double, tuple_intersection_agg_integer = map(_intersection_agg, KINDS)
tuple_union_double, tuple_union_integer = (_union_of(kind, "") for kind in KINDS)
tuple_union_theta_double, tuple_union_theta_integer = (_union_of(kind, "theta_") for kind in KINDS)
tuple_intersection_double, tuple_intersection_integer = (_intersection_of(kind, "") for kind in KINDS)
tuple_intersection_theta_double, tuple_intersection_theta_integer = (_intersection_of(k, "theta_") for k in KINDS)
tuple_difference_double, tuple_difference_integer = (_difference_of(kind, "") for kind in KINDS)
tuple_difference_theta_double, tuple_difference_theta_integer = (_difference_of(kind, "theta_") for kind in KINDS)
tuple_sketch_estimate_double, tuple_sketch_estimate_integer = (
    _answer("tuple_sketch_estimate", kind, "About how many different keys a tuple sketch has seen.") for kind in KINDS
)
tuple_sketch_theta_double, tuple_sketch_theta_integer = (
    _answer("tuple_sketch_theta", kind, "The share of all hashes that a tuple sketch keeps.") for kind in KINDS
)
tuple_sketch_summary_double, tuple_sketch_summary_integer = map(_summary_of, KINDS)

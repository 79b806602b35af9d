"""Theta sketches: approximate counts of different values, and sets of sketches."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from pyrdd.sql import types as t
from pyrdd.sql.column import Column, ColumnOrName, call, column_or_name, literal
from pyrdd.sql.functions.declare import declare
from pyrdd.sql.functions.decorators import scalar
from pyrdd.sql.functions.inputs import BINARY, INT, LONG
from pyrdd.sql.functions.sketch_arguments import (
    DEFAULT_LG,
    KEY,
    MAX_LG,
    MIN_LG,
    make_aggregate,
    merged_by,
    plain_key,
    strict,
    wrong_lg_entries,
)
from pyrdd.sql.kernels import theta

_CONSTANT = "THETA_LG_NOM_ENTRIES_MUST_BE_CONSTANT"


def _checked(name: str, lg_entries: int | None) -> int:
    lg_entries = lg_entries or 0
    if not MIN_LG <= lg_entries <= MAX_LG:
        raise wrong_lg_entries(name, lg_entries)
    return lg_entries


@dataclass(frozen=True)
class _Sketch:
    """Makes the sketch of a group's values of a type."""

    data_type: t.DataType

    def __call__(self, values: Sequence[Any] | None, lg_entries: int | None) -> bytes:
        return theta.of_values(values or (), self.data_type, _checked("theta_sketch_agg", lg_entries)).to_bytes()


def union_of_group(sketches: Sequence[bytes] | None, lg_entries: int | None) -> bytes:
    """The union of a group's sketches."""
    name = "theta_union_agg"
    lg_entries = _checked(name, lg_entries)
    return theta.union((theta.read(data, name) for data in sketches or ()), lg_entries).to_bytes()


def intersection_of_group(sketches: Sequence[bytes] | None) -> bytes:
    """The intersection of a group's sketches; of none, an empty sketch."""
    read = [theta.read(data, "theta_intersection_agg") for data in sketches or ()]
    return (theta.intersection(read) or theta.ThetaSketch()).to_bytes()


def union_of_two(left: bytes, right: bytes, lg_entries: int) -> bytes:
    """The union of two sketches."""
    name = "theta_union"
    lg_entries = _checked(name, lg_entries)
    return theta.union([theta.read(left, name), theta.read(right, name)], lg_entries).to_bytes()


def intersection_of_two(left: bytes, right: bytes) -> bytes:
    """The intersection of two sketches."""
    name = "theta_intersection"
    both = theta.intersection([theta.read(left, name), theta.read(right, name)])
    return (both or theta.ThetaSketch()).to_bytes()


def difference_of_two(left: bytes, right: bytes) -> bytes:
    """The first sketch without the second."""
    name = "theta_difference"
    return theta.difference(theta.read(left, name), theta.read(right, name)).to_bytes()


def estimate(data: bytes) -> int:
    """About how many values a sketch has seen."""
    return math.floor(theta.read(data, "theta_sketch_estimate").estimate + 0.5)


def _kernel(function: Callable[..., Any]) -> Callable[[Any], Callable[..., Any]]:
    return lambda call: function


declare(
    make_aggregate(
        "theta_sketch_agg", 1, (KEY, INT), lambda call: _Sketch(call.args[0].data_type), min_args=1, params=(),
        coerce=strict("theta_sketch_agg", (KEY, INT), (1, DEFAULT_LG)), constant=_CONSTANT,
        check=plain_key("theta_sketch_agg"), merge=merged_by("theta_union_agg", 1),
    )
)  # fmt: skip
declare(
    make_aggregate(
        "theta_union_agg", 1, (BINARY, INT), _kernel(union_of_group), min_args=1, params=(),
        coerce=strict("theta_union_agg", (BINARY, INT), (1, DEFAULT_LG)), constant=_CONSTANT,
        merge=merged_by("theta_union_agg", 1),
    )
)  # fmt: skip
declare(
    make_aggregate(
        "theta_intersection_agg", 1, (BINARY,), _kernel(intersection_of_group), min_args=1, params=(),
        coerce=strict("theta_intersection_agg", (BINARY,)),
    )
)  # fmt: skip


def theta_sketch_agg(col: ColumnOrName, lgNomEntries: int | Column | None = None) -> Column:
    """Aggregate: a theta sketch of the values, as binary. ``lgNomEntries`` (12) is the base-2 logarithm of its size.

    >>> spark.range(9).select(F.theta_sketch_estimate(F.theta_sketch_agg("id")).alias("n")).collect()
    [Row(n=9)]
    """
    return call("theta_sketch_agg", column_or_name(col), *([] if lgNomEntries is None else [literal(lgNomEntries)]))


def theta_union_agg(col: ColumnOrName, lgNomEntries: int | Column | None = None) -> Column:
    """Aggregate: the union of theta sketches."""
    return call("theta_union_agg", column_or_name(col), *([] if lgNomEntries is None else [literal(lgNomEntries)]))


def theta_intersection_agg(col: ColumnOrName) -> Column:
    """Aggregate: the intersection of theta sketches."""
    return call("theta_intersection_agg", column_or_name(col))


@scalar(BINARY, returns=LONG, python=_kernel(estimate), coerce=strict("theta_sketch_estimate", (BINARY,)), params=())
def theta_sketch_estimate(col: ColumnOrName) -> Column:
    """About how many different values a theta sketch stands for."""


@scalar(
    BINARY, BINARY, INT, returns=BINARY, min_args=2, python=_kernel(union_of_two), params=(),
    coerce=strict("theta_union", (BINARY, BINARY, INT), (2, DEFAULT_LG)),
)  # fmt: skip
def theta_union(col1: ColumnOrName, col2: ColumnOrName, lgNomEntries: Column | int | None = None) -> Column:
    """The union of two theta sketches: a sketch of the values of either."""


@scalar(
    BINARY, BINARY, returns=BINARY, python=_kernel(intersection_of_two), params=(),
    coerce=strict("theta_intersection", (BINARY, BINARY)),
)  # fmt: skip
def theta_intersection(col1: ColumnOrName, col2: ColumnOrName) -> Column:
    """The intersection of two theta sketches: a sketch of the values of both."""


@scalar(
    BINARY, BINARY, returns=BINARY, python=_kernel(difference_of_two), params=(),
    coerce=strict("theta_difference", (BINARY, BINARY)),
)  # fmt: skip
def theta_difference(col1: ColumnOrName, col2: ColumnOrName) -> Column:
    """The difference of two theta sketches: a sketch of the values of the first that are not in the second."""

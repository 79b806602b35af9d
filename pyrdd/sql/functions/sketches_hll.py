"""HLL sketches: approximate counts of different values (by the package `datasketches`)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from pyrdd.errors import SparkRuntimeException
from pyrdd.sql import types as t
from pyrdd.sql.column import Column, ColumnOrName, call, column_or_name, literal
from pyrdd.sql.expressions import Literal
from pyrdd.sql.functions.declare import declare
from pyrdd.sql.functions.decorators import scalar
from pyrdd.sql.functions.inputs import BINARY, BOOLEAN, INT, LONG, STRING, one_of
from pyrdd.sql.functions.sketch_arguments import make_aggregate, merged_by, plain_key, strict
from pyrdd.sql.kernels import hll

_COUNTED = one_of(INT, LONG, STRING, BINARY)


@dataclass(frozen=True)
class _Sketch:
    """Makes the sketch of a group's values of a type."""

    data_type: t.DataType

    def __call__(self, values: Sequence[Any] | None, lg_k: int | None) -> bytes:
        lg_k = lg_k or 0
        if not hll.MIN_LG_K <= lg_k <= hll.MAX_LG_K:
            raise SparkRuntimeException(
                errorClass="HLL_INVALID_LG_K",
                messageParameters={
                    "function": "`hll_sketch_agg`",
                    "min": str(hll.MIN_LG_K),
                    "max": str(hll.MAX_LG_K),
                    "value": str(lg_k),
                },
            )
        return hll.of_values(values or (), self.data_type, lg_k)


def union_of_group(sketches: Sequence[bytes] | None, mixed: bool | None) -> bytes:
    """The union of a group's sketches."""
    return hll.union(sketches or (), "hll_union_agg", bool(mixed))


def union_of_two(left: bytes, right: bytes, mixed: bool) -> bytes:
    """The union of two sketches, of the lesser precision where they differ and may."""
    first, second = hll.read(left, "hll_union"), hll.read(right, "hll_union")
    if not mixed and first.lg_config_k != second.lg_config_k:
        raise hll.different(first.lg_config_k, second.lg_config_k, "hll_union")
    return hll.union((left, right), "hll_union", True, min(first.lg_config_k, second.lg_config_k))


declare(
    make_aggregate(
        "hll_sketch_agg", 1, (_COUNTED, INT), lambda call: _Sketch(call.args[0].data_type), min_args=1,
        params=(), coerce=strict("hll_sketch_agg", (_COUNTED, INT), (1, hll.DEFAULT_LG_K)),
        constant="HLL_K_MUST_BE_CONSTANT", check=plain_key("hll_sketch_agg"),
        merge=merged_by("hll_union_agg", 1, Literal(True, BOOLEAN)),
    )
)  # fmt: skip
declare(
    make_aggregate(
        "hll_union_agg", 1, (BINARY, BOOLEAN), lambda call: union_of_group, min_args=1, params=(),
        coerce=strict("hll_union_agg", (BINARY, BOOLEAN), (1, False)), constant="HLL_K_MUST_BE_CONSTANT",
    )
)  # fmt: skip


def hll_sketch_agg(col: ColumnOrName, lgConfigK: int | Column | None = None) -> Column:
    """Aggregate: an HLL sketch of the values (integers, strings or binaries), as binary. ``lgConfigK`` (12) is the
    base-2 logarithm of its size. Needs the package datasketches.

    >>> spark.range(9).select(F.hll_sketch_estimate(F.hll_sketch_agg("id")).alias("n")).collect()
    [Row(n=9)]
    """
    return call("hll_sketch_agg", column_or_name(col), *([] if lgConfigK is None else [literal(lgConfigK)]))


def hll_union_agg(col: ColumnOrName, allowDifferentLgConfigK: bool | Column | None = None) -> Column:
    """Aggregate: the union of HLL sketches. Raises HLL_UNION_DIFFERENT_LG_K when their sizes differ and may not.
    Needs the package datasketches."""
    given = [] if allowDifferentLgConfigK is None else [literal(allowDifferentLgConfigK)]
    return call("hll_union_agg", column_or_name(col), *given)


@scalar(
    BINARY, returns=LONG, python=lambda call: hll.estimate, coerce=strict("hll_sketch_estimate", (BINARY,)), params=()
)
def hll_sketch_estimate(col: ColumnOrName) -> Column:
    """About how many different values an HLL sketch has seen. Needs the package datasketches."""


@scalar(
    BINARY, BINARY, BOOLEAN, returns=BINARY, min_args=2, python=lambda call: partial(union_of_two), params=(),
    coerce=strict("hll_union", (BINARY, BINARY, BOOLEAN), (2, False)),
)  # fmt: skip
def hll_union(col1: ColumnOrName, col2: ColumnOrName, allowDifferentLgConfigK: bool | None = None) -> Column:
    """The union of two HLL sketches. Raises HLL_UNION_DIFFERENT_LG_K when their sizes differ and may not. Needs the
    package datasketches."""

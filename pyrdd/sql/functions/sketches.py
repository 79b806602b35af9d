"""Counts of frequent values: sketches of Spark's own. (Those of Apache DataSketches: `sketches_hll` and its like.)"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from functools import partial
from typing import Any, NoReturn

from pyrdd.errors import PySparkNotImplementedError
from pyrdd.javarandom import to_int
from pyrdd.sql import types as t
from pyrdd.sql.analysis.fold import constant_value
from pyrdd.sql.analysis.problems import mismatch, quoted_sql, quoted_type
from pyrdd.sql.column import Column, ColumnOrName, call, column_or_name, literal
from pyrdd.sql.expressions import Literal
from pyrdd.sql.functions.aggregates_text import present_filter
from pyrdd.sql.functions.declare import Function, declare
from pyrdd.sql.functions.decorators import aggregate
from pyrdd.sql.functions.inputs import ANY, BINARY, DOUBLE, INT, LONG
from pyrdd.sql.functions.operators import binary_text
from pyrdd.sql.functions.text_tools import require
from pyrdd.sql.kernels.sketches import CountMinSketch


def _sketched(args: Sequence[Any], ctx: Any) -> Sequence[Any]:
    if len(args) < 4:
        import random  # here: only a call without a seed needs one

        args = [*args, Literal(random.getrandbits(31), INT)]
    # no number becomes another here, though it would fit
    for index, (kinds, wanted) in enumerate(_SKETCH_NUMBERS, 1):
        require("count_min_sketch", args, index, (*kinds, t.NullType), wanted)
    return args


_SKETCH_NUMBERS = (
    ((t.DoubleType,), '"DOUBLE"'),
    ((t.DoubleType,), '"DOUBLE"'),
    ((t.IntegerType, t.LongType), '("INT" or "BIGINT")'),
)


def _check_sketch(args: Sequence[Any], ctx: Any) -> None:
    if not isinstance(args[0].data_type, t.IntegralType | t.StringType | t.BinaryType):
        raise mismatch(
            "UNEXPECTED_INPUT_TYPE",
            binary_text("count_min_sketch", args),
            paramIndex="first",
            requiredType='("INTEGRAL" or "STRING" or "BINARY")',
            inputSql=quoted_sql(args[0]),
            inputType=quoted_type(args[0].data_type),
        )
    for arg, name in zip(args[1:], ("eps", "confidence", "seed"), strict=True):
        if not arg.foldable:
            raise mismatch(
                "NON_FOLDABLE_INPUT",
                binary_text("count_min_sketch", args),
                inputName=f"`{name}`",
                inputType=quoted_type(arg.data_type),
                inputExpr=quoted_sql(arg),
            )
        if constant_value(arg, ctx) is None:
            raise mismatch("UNEXPECTED_NULL", binary_text("count_min_sketch", args), exprName=f"`{name}`")
    if constant_value(args[1], ctx) <= 0:
        raise _out_of_range(args, "`eps`", "(0.0, Infinity)", args[1], ctx)
    if not 0 < constant_value(args[2], ctx) < 1:
        raise _out_of_range(args, "`confidence`", "(0.0, 1.0)", args[2], ctx)


def _out_of_range(args: Sequence[Any], name: str, allowed: str, arg: Any, ctx: Any) -> Exception:
    return mismatch(
        "VALUE_OUT_OF_RANGE",
        binary_text("count_min_sketch", args),
        exprName=name,
        valueRange=allowed,
        currentValue=str(constant_value(arg, ctx)),
    )


def _sketch_text(call_: Any, args: list[str], writer: Any) -> str:
    kind = call_.args[0].data_type
    values = f"list({{d}}{args[0]}){present_filter(call_, writer, f'{args[0]} IS NOT NULL')}"
    types = [t.ArrayType(kind), DOUBLE, DOUBLE, LONG]
    texts = [values, args[1], args[2], f"CAST({args[3]} AS BIGINT)"]
    return str(writer.python_call("count_min_sketch", count_min, texts, types, BINARY, True))


def count_min(values: Sequence[Any] | None, eps: float, confidence: float, seed: int) -> bytes:
    """A sketch of the values in Spark's binary form."""
    sketch = CountMinSketch(eps, confidence, to_int(seed))
    for value, number in Counter(values or ()).items():
        sketch.add(value, number)
    return sketch.to_bytes()


@aggregate(
    ANY, DOUBLE, DOUBLE, LONG, returns=BINARY, sql=_sketch_text, with_writer=True, nullable=False,
    coerce=_sketched, check=_check_sketch,
)  # fmt: skip
def count_min_sketch(col: ColumnOrName, eps: Any, confidence: Any, seed: Any = None) -> Column:
    """Aggregate: a count-min sketch of the values, as binary.

    >>> spark.range(3).select(F.length(F.count_min_sketch("id", 0.5, 0.5, 1)).alias("bytes")).collect()
    [Row(bytes=60)]
    """
    args = [literal(eps), literal(confidence)] + ([] if seed is None else [literal(seed)])
    return call("count_min_sketch", column_or_name(col), *args)


# --- the most frequent values --------------------------------------------------------------------------------------


def _top_k_args(args: Sequence[Any], ctx: Any) -> Sequence[Any]:
    k = args[1] if len(args) > 1 else Literal(5, INT)
    tracked = args[2] if len(args) > 2 else Literal(10000, INT)
    return [args[0], k, tracked]


def _top_k_type(args: Sequence[Any]) -> t.DataType:
    fields = [t.StructField("item", args[0].data_type), t.StructField("count", LONG, False)]
    return t.ArrayType(t.StructType(fields), False)


def _top_k_text(call_: Any, args: list[str], writer: Any) -> str:
    kind = call_.args[0].data_type
    function = partial(most_frequent, k=call_.args[1].value, tracked=call_.args[2].value)
    values = f"list({args[0]}){{f}}"
    return str(writer.python_call("approx_top_k", function, [values], [t.ArrayType(kind)], call_.data_type, True))


def most_frequent(values: Sequence[Any] | None, k: int, tracked: int) -> list[dict[str, Any]]:
    """The ``k`` values that come most often. Counts are exact; more values than are tracked are refused."""
    counts = Counter(values or ())
    if len(counts) > tracked:
        raise PySparkNotImplementedError(
            errorClass="NOT_IMPLEMENTED",
            messageParameters={"feature": f"approx_top_k over more than {tracked} different values"},
        )
    return [{"item": item, "count": number} for item, number in counts.most_common(k)]


declare(
    Function(
        "approx_top_k", "aggregate", (ANY, INT, INT), _top_k_type, 1, 3, sql=_top_k_text, with_writer=True,
        nullable=False, coerce=_top_k_args, constants=(1, 2), params=("expr", "k", "maxItemsTracked"),
    )
)  # fmt: skip


# --- what is refused -----------------------------------------------------------------------------------------------

_REFUSED = ("approx_top_k_accumulate", "approx_top_k_combine", "approx_top_k_estimate")
"""Functions on sketches of Spark's own."""


def refused(name: str) -> PySparkNotImplementedError:
    """NOT_IMPLEMENTED for a function on sketches."""
    return PySparkNotImplementedError(
        errorClass="NOT_IMPLEMENTED",
        messageParameters={"feature": name, "alternative": "Use approx_top_k."},
    )


def _refuse(name: str) -> Any:
    def rewrite(args: Sequence[Any], ctx: Any) -> NoReturn:
        raise refused(name)

    return rewrite


for _name in _REFUSED:
    declare(Function(_name, "scalar", (ANY,), BINARY, 0, None, rewrite=_refuse(_name)))


def public(name: str) -> Any:
    """The public function of a refused name: it raises when it is called."""

    def function(*args: Any, **kwargs: Any) -> NoReturn:
        raise refused(name)

    function.__name__ = function.__qualname__ = name
    function.__module__ = __name__
    function.__doc__ = f"Not implemented: {name} makes or reads a binary sketch. Raises NOT_IMPLEMENTED."
    return function


globals().update({name: public(name) for name in _REFUSED})

"""Functions of chance. Each call has a stream of numbers of its own for each partition, so that a seed gives Spark's numbers.

The stream's state lives in the process that runs the task, under the number of the query's transaction: another run begins anew.
"""

from __future__ import annotations

import random as chance
from collections import OrderedDict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import count
from typing import Any

from pyrdd.sql import types as t
from pyrdd.sql.analysis import coercion
from pyrdd.sql.column import Column, call
from pyrdd.sql.expressions import Literal
from pyrdd.sql.functions.declare import Function, declare
from pyrdd.sql.functions.decorators import scalar
from pyrdd.sql.functions.inputs import DOUBLE, LONG, STRING

_RUNS_KEPT = 64


@dataclass(eq=False)
class Stream:
    """A value for each row: the next one of the iterator that ``make(partition)`` starts. ``site`` tells calls apart."""

    make: Callable[[int], Iterator[Any]]
    site: str

    def __post_init__(self) -> None:
        self._running: OrderedDict[tuple[int, int], Iterator[Any]] = OrderedDict()

    def __call__(self, partition: int | None, run: int) -> Any:
        key = (partition or 0, run)
        found = self._running.get(key)
        if found is None:
            found = self._running[key] = self.make(partition or 0)
            while len(self._running) > _RUNS_KEPT:
                self._running.popitem(last=False)
        return next(found)

    def __getstate__(self) -> dict[str, Any]:
        return {"make": self.make, "site": self.site}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update(state)
        self.__post_init__()


def stream_text(writer: Any, name: str, make: Callable[[int], Iterator[Any]], result: t.DataType) -> str:
    """The text of a call of a stream of its own."""
    kernel = writer._note(name, Stream(make, writer.fresh()), (LONG, LONG), result, True, False, placed=False)
    return f"{kernel}(CAST(coalesce(getvariable('partition'), 0) AS BIGINT), CAST(txid_current() AS BIGINT))"


def row_ids(partition: int) -> Iterator[int]:
    """The numbers of a partition's rows: the partition in the upper bits, the row in the lower 33."""
    return count(partition << 33)


def uniform_numbers(partition: int, seed: int) -> Iterator[float]:
    """Spark's ``rand(seed)`` for the rows of a partition."""
    return _growing(partition, seed, normal=False)


def normal_numbers(partition: int, seed: int) -> Iterator[float]:
    """Spark's ``randn(seed)`` for the rows of a partition."""
    return _growing(partition, seed, normal=True)


def _growing(partition: int, seed: int, normal: bool) -> Iterator[float]:
    from pyrdd.sql.kernels import random_columns  # here: it needs numpy

    function = random_columns.randn if normal else random_columns.rand
    size, done = 1024, 0
    while True:
        yield from function(seed, partition, size)[done:].tolist()
        done, size = size, size * 4


def seeded(args: Sequence[Any], ctx: Any, at: int = 0) -> Sequence[Any]:
    """The arguments with a seed: a constant, or a new random one."""
    from pyrdd.sql.analysis.fold import constant_value  # here: only calls with seeds need it

    if len(args) > at:
        seed = args[at]
        if isinstance(seed.data_type, t.IntegralType | t.NullType | t.StringType) and seed.foldable:
            value = constant_value(coercion.cast(seed, LONG, ctx), ctx)
            kind = seed.data_type if isinstance(seed.data_type, t.IntegralType) else t.IntegerType()
            return [*args[:at], Literal(value or 0, kind)]
        return args
    return [*args, Literal(_Unwritten(chance.getrandbits(63)), LONG)]


class _Unwritten(int):
    """A seed that nobody wrote: it does not show in names."""


def _pretty(name: str, args: list[str], call: Any) -> str:
    shown = [a for a, e in zip(args, call.args, strict=True) if not isinstance(e.value, _Unwritten)]
    return f"{name}({', '.join(shown)})"


def _check_seed(name: str, at: int = 0) -> Any:
    def check(args: Sequence[Any], ctx: Any) -> None:
        from pyrdd.sql.analysis.problems import mismatch, quoted_sql, quoted_type  # here: an error's needs

        if not isinstance(args[at], Literal):
            raise mismatch(
                "NON_FOLDABLE_INPUT",
                f'"{name}({quoted_sql(args[at])[1:-1]})"',
                inputName="`seed`",
                inputType=quoted_type(args[at].data_type),
                inputExpr=quoted_sql(args[at]),
            )

    return check


def _stream(name: str, make: Any, result: t.DataType) -> Callable[..., str]:
    def sql(call: Any, args: list[str], writer: Any) -> str:
        return stream_text(writer, name, partial(make, seed=call.args[0].value), result)

    return sql


@scalar(
    returns=LONG, sql=lambda call, args, writer: stream_text(writer, "row_id", row_ids, LONG), with_writer=True,
    nullable=False, deterministic=False,
)  # fmt: skip
def monotonically_increasing_id() -> Column:
    """A number for each row: unique and growing, but with gaps between partitions.

    >>> spark.range(0, 2, 1, 1).select(monotonically_increasing_id().alias("n")).collect()
    [Row(n=0), Row(n=1)]
    """


def _declare(name: str, make: Any, aliases: tuple[str, ...] = ()) -> None:
    declare(
        Function(
            name, "scalar", (), DOUBLE, 0, 1, sql=_stream(name, make, DOUBLE), with_writer=True, coerce=seeded,
            check=_check_seed(name), nullable=False, deterministic=False, pretty=_pretty, aliases=aliases,
        )
    )  # fmt: skip


_declare("rand", uniform_numbers, ("random",))
_declare("randn", normal_numbers)


def rand(seed: int | None = None) -> Column:
    """A uniform random number in [0, 1) for each row: that of Spark for the same seed, partition and row."""
    return call("rand", chance.getrandbits(63) if seed is None else seed)


def randn(seed: int | None = None) -> Column:
    """A random number of the standard normal distribution for each row."""
    return call("randn", chance.getrandbits(63) if seed is None else seed)


def random(seed: int | Column | None = None) -> Column:
    """`rand` by another name."""
    return call("random") if seed is None else call("random", seed)


# --- uuid, uniform ---------------------------------------------------------------------------------------------------


def uuid_texts(partition: int, seed: int) -> Iterator[str]:
    """Spark's ``uuid(seed)`` for the rows of a partition."""
    from pyrdd.sql.kernels.random_columns import uuids  # here: it needs numpy

    return uuids(seed, partition)


@scalar(
    returns=STRING, sql=_stream("uuid", uuid_texts, STRING), with_writer=True, coerce=seeded, nullable=False,
    deterministic=False, pretty=lambda name, args, call: f"{name}()", check=_check_seed("uuid"),
)  # fmt: skip
def uuid(seed: int | Column | None = None) -> Column:
    """A random UUID for each row."""


def _uniform_inputs(args: Sequence[Any], ctx: Any) -> Sequence[Any]:
    from pyrdd.sql.analysis.fold import constant_value  # here: only this function folds its arguments

    low, high = (a if a.foldable else _not_constant(a, name) for a, name in zip(args[:2], ("min", "max"), strict=True))
    kind = uniform_type((low, high))
    bounds = [Literal(constant_value(coercion.cast(a, kind, ctx), ctx), kind) for a in (low, high)]
    return [*bounds, *seeded([*bounds, *args[2:]], ctx, 2)[2:]]


def _not_constant(arg: Any, name: str) -> Any:
    from pyrdd.sql.analysis.problems import mismatch, quoted_sql, quoted_type  # here: an error's needs

    raise mismatch(
        "NON_FOLDABLE_INPUT",
        f'"uniform({quoted_sql(arg)[1:-1]})"',
        inputName=f"`{name}`",
        inputType=quoted_type(arg.data_type),
        inputExpr=quoted_sql(arg),
    )


_ORDER = (t.ByteType, t.ShortType, t.IntegerType, t.LongType, t.FloatType, t.DoubleType)


def uniform_type(args: Sequence[Any]) -> t.DataType:
    """The type of a random number between two bounds: the wider one's."""
    kinds = [a.data_type for a in args[:2]]
    if any(isinstance(k, t.DecimalType) for k in kinds):
        return max((k for k in kinds if isinstance(k, t.DecimalType)), key=lambda k: k.precision)
    known = [k for k in kinds if type(k) in _ORDER]
    return max(known, key=lambda k: _ORDER.index(type(k))) if known else t.NullType()


def between(partition: int, seed: int, low: Any, high: Any, whole: bool) -> Iterator[Any]:
    """Uniform random numbers between two bounds."""
    for number in uniform_numbers(partition, seed):
        found = float(low) + (float(high) - float(low)) * number
        yield int(found) if whole else found


def _uniform(call: Any, args: list[str], writer: Any) -> str:
    low, high, seed = (a.value for a in call.args)
    kind = call.data_type
    if low is None or high is None:
        return "NULL"
    whole = isinstance(kind, t.IntegralType)
    make = partial(between, seed=seed, low=low, high=high, whole=whole)
    made = stream_text(writer, "uniform", make, LONG if whole else DOUBLE)
    from pyrdd.sql.codegen.types import duck_type  # here: only this text needs it

    return f"CAST({made} AS {duck_type(kind)})"


declare(
    Function(
        "uniform", "scalar", (), uniform_type, 2, 3, sql=_uniform, with_writer=True, coerce=_uniform_inputs,
        nullable=False, deterministic=False, pretty=_pretty, params=("min", "max", "seed"),
    )
)  # fmt: skip


def uniform(min: Column | int | float, max: Column | int | float, seed: Column | int | None = None) -> Column:
    """A random number between two constants, of the wider one's type."""
    bounds = (min, max)
    return call("uniform", *bounds) if seed is None else call("uniform", *bounds, seed)


# --- randstr ---------------------------------------------------------------------------------------------------------


def random_texts(partition: int, seed: int, length: int) -> Iterator[str]:
    """Spark's ``randstr(length, seed)`` for the rows of a partition."""
    from pyrdd.sql.kernels.random_columns import random_strings  # here: it needs numpy

    source: Any = random_strings(seed, partition)
    next(source)
    while True:
        yield source.send(length)


def _text_inputs(args: Sequence[Any], ctx: Any) -> Sequence[Any]:
    from pyrdd.sql.analysis.fold import constant_value  # here: only calls with constants need it
    from pyrdd.sql.analysis.problems import mismatch, quoted_sql  # here: an error's needs

    length = args[0]
    shown = f'"randstr({", ".join(quoted_sql(a)[1:-1] for a in args)})"'
    if not length.foldable:
        raise mismatch(
            "NON_FOLDABLE_INPUT", shown, inputName="`length`", inputType="integer", inputExpr=quoted_sql(length)
        )
    found = constant_value(coercion.cast(length, t.IntegerType(), ctx), ctx)
    if found is not None and found < 0:
        raise mismatch(
            "VALUE_OUT_OF_RANGE", shown, exprName="`length`", valueRange="[0, 2147483647]", currentValue=found
        )
    return [length, *seeded(args, ctx, 1)[1:], Literal(_Unwritten(found or 0), t.IntegerType())]


def _text_name(name: str, args: list[str], call: Any) -> str:
    shown = [a for a, e in zip(args, call.args, strict=True) if not isinstance(getattr(e, "value", None), _Unwritten)]
    return f"{name}({', '.join(shown)})"


def _randstr(call: Any, args: list[str], writer: Any) -> str:
    make = partial(random_texts, seed=call.args[1].value, length=int(call.args[2].value))
    return stream_text(writer, "randstr", make, STRING)


declare(
    Function(
        "randstr", "scalar", (), STRING, 1, 2, sql=_randstr, with_writer=True, coerce=_text_inputs, nullable=False,
        check=_check_seed("randstr", 1), deterministic=False, pretty=_text_name, params=("length", "seed"),
    )
)  # fmt: skip


def randstr(length: Column | int, seed: Column | int | None = None) -> Column:
    """A random text of letters and digits, of a constant length."""
    return call("randstr", length) if seed is None else call("randstr", length, seed)

"""What watches or thins out the rows that pass: observations and samples."""

from __future__ import annotations

import itertools
import weakref
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa

from pyrdd.accumulators import Accumulator, AccumulatorParam
from pyrdd.javarandom import JavaRandom
from pyrdd.sql.arrow import table_to_rows
from pyrdd.sql.codegen.expressions import Kernel
from pyrdd.sql.codegen.plans import PlanWriter
from pyrdd.sql.execution import database
from pyrdd.sql.execution.border import to_outside
from pyrdd.sql.execution.poisson import poissons
from pyrdd.sql.execution.python_batches import struct_of
from pyrdd.sql.execution.query_rdd import one_table
from pyrdd.sql.expressions import Attribute
from pyrdd.sql.kernels.random_columns import rand
from pyrdd.sql.plan import Aggregate, LocalRelation, Observe, Sample


def make(
    operator: Observe | Sample, columns: Sequence[tuple[Attribute, ...]], settings: Mapping[str, str]
) -> Callable[..., Iterator[pa.Table]]:
    """The function that a task runs."""
    if isinstance(operator, Sample):
        share = operator.upper - operator.lower
        if operator.with_replacement:
            return Poisson(columns[0], share, operator.seed)
        return Bernoulli(columns[0], operator.lower, operator.upper, operator.seed)
    if operator.observation is None:
        # nobody can ask for metrics that have a name only: there are no query listeners
        return Passed()
    leaf = LocalRelation(columns[0], pa.table({}))
    query = PlanWriter(settings["TimeZone"]).query(Aggregate((), operator.metrics, leaf))
    return Watched(
        columns[0], query.text, query.kernels, query.columns, settings["TimeZone"], _account(operator.observation)
    )


# --- samples -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Bernoulli:
    """Each row by a number of its own: those between two bounds."""

    columns: tuple[Attribute, ...]
    lower: float
    upper: float
    seed: int

    def __call__(self, index: int, tables: Iterator[pa.Table]) -> Iterator[pa.Table]:
        table = one_table(tables, self.columns)
        if self.upper - self.lower <= 0:
            yield table.slice(0, 0)
            return
        numbers = rand(self.seed, index, table.num_rows)
        yield table.filter(pa.array((numbers >= self.lower) & (numbers < self.upper)))


@dataclass(frozen=True)
class Poisson:
    """Each row as often as a Poisson draw says."""

    columns: tuple[Attribute, ...]
    mean: float
    seed: int

    def __call__(self, index: int, tables: Iterator[pa.Table]) -> Iterator[pa.Table]:
        table = one_table(tables, self.columns)
        # here partitions do not add their index to the seed: each takes the next number of a generator
        generator = JavaRandom(self.seed)
        seed = [generator.next_long() for _ in range(index + 1)][-1]
        times = poissons(self.mean, seed, table.num_rows)
        yield table.take(pa.array(np.repeat(np.arange(table.num_rows), times)))


# --- observations ------------------------------------------------------------------------------------------------

_numbers = itertools.count(1)
_observed: weakref.WeakValueDictionary[int, Any] = weakref.WeakValueDictionary()


class _Delivered(AccumulatorParam[Any]):
    """Hands the metrics of a task to the observation, which only the driver has."""

    def __init__(self, number: int) -> None:
        self.number = number

    def zero(self, value: Any) -> Any:
        return None

    def addInPlace(self, value1: Any, value2: Any) -> Any:
        observation = _observed.get(self.number)
        if value2 is not None and observation is not None:
            observation._report(value2)
        return value1 if value2 is None else value2


def _account(observation: Any) -> Accumulator[Any]:
    from pyrdd.core.context import SparkContext  # here: tasks do not need the context

    context = SparkContext._active_spark_context
    assert context is not None
    number = next(_numbers)
    _observed[number] = observation
    made: Accumulator[Any] = context.accumulator(None, _Delivered(number))
    # the accumulator lives as long as the observation that it reports to
    observation._account = made
    return made


@dataclass(frozen=True)
class Passed:
    """The rows as they are."""

    def __call__(self, index: int, tables: Iterator[pa.Table]) -> Iterator[pa.Table]:
        return tables


@dataclass(frozen=True)
class Watched:
    """The rows as they are, after a query over them."""

    columns: tuple[Attribute, ...]
    text: str
    kernels: tuple[Kernel, ...]
    metrics: tuple[Attribute, ...]
    time_zone: str
    account: Accumulator[Any]

    def __call__(self, index: int, tables: Iterator[pa.Table]) -> Iterator[pa.Table]:
        table = one_table(tables, self.columns)
        found = database.run(self.text, [table], self.kernels, {"TimeZone": self.time_zone}, index)
        schema = struct_of(self.metrics)
        (row,) = table_to_rows(to_outside(found, self.metrics), schema)
        self.account.add(dict(zip(schema.names, row, strict=True)))
        yield table

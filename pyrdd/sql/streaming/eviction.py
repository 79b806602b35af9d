"""When state is done with, and when rows are late: by comparing event times with a watermark."""

from __future__ import annotations

from collections.abc import Sequence
from functools import reduce

from pyrdd.sql.analysis.calls import make_call
from pyrdd.sql.analysis.context import AnalysisContext
from pyrdd.sql.analysis.extract import fields
from pyrdd.sql.expressions import Attribute, Cast, Expression, Literal
from pyrdd.sql.literals import literal_of
from pyrdd.sql.streaming.incremental import Batch
from pyrdd.sql.streaming.lineage import delay_of
from pyrdd.sql.types import LongType, StructType, TimestampType


def event_time_key(
    columns: Sequence[Attribute], batch: Batch, origins: Sequence[Expression] | None = None
) -> Attribute | None:
    """The first of some columns that is an event time, or a window of one. ``origins`` are what the columns stand for."""
    for column, origin in zip(columns, origins or columns, strict=True):
        if delay_of(origin, batch.event_columns) is not None:
            return column
    return None


def micros_of(column: Attribute) -> Expression:
    """An event time in microseconds; of a window, that of its end."""
    time: Expression = column
    if isinstance(column.data_type, StructType):
        time = fields(column, ("end",), AnalysisContext())
    if not isinstance(time.data_type, TimestampType):
        time = Cast(time, TimestampType())
    return make_call("unix_micros", time)


def at_or_below(column: Attribute, watermark: int, after: int = 0) -> Expression:
    """The condition that an event time is not above a watermark (milliseconds), ``after`` microseconds later."""
    return make_call("<=", micros_of(column), Literal(watermark * 1000 - after, LongType()))


def unless(condition: Expression) -> Expression:
    """Whether a condition is not true."""
    return make_call("not", make_call("coalesce", condition, literal_of(False)))


def any_of(conditions: Sequence[Expression]) -> Expression | None:
    """Conditions joined by OR; those that are null count as false. None if there are none."""
    known = [make_call("coalesce", condition, literal_of(False)) for condition in conditions]
    return reduce(lambda a, b: make_call("or", a, b), known) if known else None


def same_keys(left: Sequence[Attribute], right: Sequence[Attribute]) -> Expression:
    """The condition that keys are the same ones; null is the same as null."""
    pairs = [make_call("<=>", a, b) for a, b in zip(left, right, strict=True)]
    condition: Expression = pairs[0]
    for pair in pairs[1:]:
        condition = make_call("and", condition, pair)
    return condition

"""Operators of streams. A plan with a `StreamingRelation` cannot be run as it is: `pyrdd.sql.streaming` makes an ordinary
plan of it for each micro-batch."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from pyrdd.sql.expressions import Attribute, Expression
from pyrdd.sql.plan.base import LogicalPlan, Unary
from pyrdd.sql.plan.relations import CteReference, Relation


@dataclass(frozen=True, eq=False)
class StreamingRelation(Relation):
    """The rows of a stream, without end. ``source`` makes the stream when a query starts; ``name`` is its format."""

    columns: tuple[Attribute, ...]
    name: str
    source: Any


@dataclass(frozen=True)
class EventTimeWatermark(Unary):
    """`withWatermark`: rows are not expected later than ``delay`` microseconds after the latest ``event_time``."""

    event_time: Attribute
    delay: int
    child: LogicalPlan

    expression_fields = ("event_time",)


@dataclass(frozen=True)
class DeduplicateWithinWatermark(Unary):
    """`dropDuplicatesWithinWatermark`: one row for each value of the keys within the watermark's delay."""

    keys: tuple[Expression, ...]
    child: LogicalPlan

    expression_fields = ("keys",)


@dataclass(frozen=True)
class MergeSessions(Unary):
    """Below an aggregation: rows of equal ``keys`` whose session windows touch are in one session, with those of batches
    before."""

    session: Attribute
    keys: tuple[Expression, ...]
    child: LogicalPlan

    expression_fields = ("session", "keys")


def is_streaming(plan: LogicalPlan) -> bool:
    """Whether a plan reads a stream."""
    return any(
        isinstance(node, StreamingRelation) or (isinstance(node, CteReference) and is_streaming(node.plan))
        for node in plan.walk()
    )

"""Python functions of groups that keep state between the micro-batches of a stream."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from pyrdd.sql.expressions import Attribute
from pyrdd.sql.plan.joins import CoGroup
from pyrdd.sql.plan.operators import MapGroups


@dataclass(frozen=True)
class StatePlace:
    """Where an operator's state is, and what time it is in the batch that runs. Times are in milliseconds;
    ``watermark`` is 0 before the first one, and where there is none. ``retained`` versions are kept; ``totals`` are
    accumulators of the rows in the state, those that were put and those that were removed."""

    root: str
    operator: int
    version: int
    num_partitions: int
    timestamp: int
    watermark: int
    has_watermark: bool
    retained: int = 100
    totals: tuple[Any, ...] = ()


@dataclass(frozen=True)
class MapGroupsWithState(MapGroups):
    """applyInPandasWithState and transformWithState. Without a ``place`` the state is empty, and is forgotten.
    ``event_time`` is the column of the results that holds event times, if one does."""

    place: StatePlace | None = None
    event_time: Attribute | None = None


@dataclass(frozen=True)
class CoGroupWithState(CoGroup):
    """transformWithState with an initial state, which is the right side."""

    place: StatePlace | None = None
    event_time: Attribute | None = None

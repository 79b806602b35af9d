"""A dataset whose stages run in the vectorised lane, for `test_lanes`."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from pyrdd.dependency import OneToOneDependency
from pyrdd.partition import Partition
from pyrdd.rdd.base import BaseRDD
from pyrdd.rdd.facade import RDD


class Numbers(BaseRDD):
    """0, 1, 2, ... in ``slices`` partitions of two."""

    lane = "vectorised"

    def __init__(self, rdd_id: int, slices: int) -> None:
        super().__init__(rdd_id, call_site="numbers")
        self._num_partitions = slices

    def compute(self, partition: Partition, inputs: Sequence[Iterator[Any]], task: Any) -> Iterator[Any]:
        return iter([2 * partition.index, 2 * partition.index + 1])


class Mapped(BaseRDD):
    """``function`` of each record of any dataset, in the vectorised lane."""

    lane = "vectorised"
    ships = ("function",)

    def __init__(self, rdd_id: int, parent: BaseRDD, function: Callable[[Any], Any]) -> None:
        super().__init__(rdd_id, (OneToOneDependency(parent),), call_site="mapped")
        self.function = function

    def compute(self, partition: Partition, inputs: Sequence[Iterator[Any]], task: Any) -> Iterator[Any]:
        return map(self.function, inputs[0])


def numbers(sc: Any, slices: int = 2) -> RDD[int]:
    """`Numbers` of a context."""
    return RDD(Numbers(sc._new_rdd_id(), slices), sc)


def mapped(rdd: RDD[Any], function: Callable[[Any], Any]) -> RDD[Any]:
    """`Mapped` over ``rdd``."""
    return RDD(Mapped(rdd.ctx._new_rdd_id(), rdd._node, function), rdd.ctx)


def place(record: Any) -> tuple[int, str]:
    """The process and the kind of thread that this runs in."""
    return os.getpid(), threading.current_thread().name.rpartition("-")[0]

"""Barrier stages: all tasks run at once and can wait for each other. And resource profiles, which stages carry."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from pyrdd.rdd.handle import RDDHandle

if TYPE_CHECKING:
    from pyrdd.rdd.facade import RDD
    from pyrdd.resource import ResourceProfile

T = TypeVar("T")
U = TypeVar("U")


class BarrierOperations(RDDHandle[T]):
    """`barrier` and resources."""

    has_resource_profile = False
    _resource_profile: ResourceProfile | None = None

    def barrier(self) -> RDDBarrier[T]:
        """This RDD for a barrier stage: the tasks of what is derived from it are launched together or not at all.

        >>> sc.parallelize([1, 2, 3, 4], 1).barrier().mapPartitions(lambda records: [sum(records)]).collect()
        [10]
        """
        return RDDBarrier(self._self)

    def _is_barrier(self) -> bool:
        return self._node.is_barrier

    def withResources(self, profile: ResourceProfile) -> RDD[T]:
        """Notes what resources tasks need. Local executors have CPUs and memory alone, so the profile is kept and
        shown, and changes no scheduling."""
        self.has_resource_profile = True
        self._resource_profile = profile
        return self._self

    def getResourceProfile(self) -> ResourceProfile | None:
        """The profile given by `withResources`, or ``None``."""
        return self._resource_profile


class RDDBarrier(Generic[T]):
    """An RDD whose derived stages run as barrier stages (`RDD.barrier`)."""

    def __init__(self, rdd: RDD[T]) -> None:
        self.rdd = rdd

    def mapPartitions(
        self, f: Callable[[Iterator[T]], Iterable[U]], preservesPartitioning: bool = False
    ) -> RDD[U]:
        """`RDD.mapPartitions` in a barrier stage: ``f`` may use `BarrierTaskContext`. Lazy."""
        return self._marked(self.rdd.mapPartitions(f, preservesPartitioning))

    def mapPartitionsWithIndex(
        self, f: Callable[[int, Iterator[T]], Iterable[U]], preservesPartitioning: bool = False
    ) -> RDD[U]:
        """`RDD.mapPartitionsWithIndex` in a barrier stage: ``f`` may use `BarrierTaskContext`. Lazy."""
        return self._marked(self.rdd.mapPartitionsWithIndex(f, preservesPartitioning))

    @staticmethod
    def _marked(rdd: RDD[Any]) -> RDD[Any]:
        rdd._node.is_barrier = True
        return rdd


# users know it by PySpark's module
RDDBarrier.__module__ = "pyrdd.core.rdd"

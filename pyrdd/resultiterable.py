"""ResultIterable: the values of one key, as `groupByKey` and `cogroup` hand them out."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from typing import TypeVar

__all__ = ["ResultIterable"]

T = TypeVar("T", covariant=True)


class ResultIterable(Iterable[T]):
    """An iterable with a length over ``data``, which it keeps; picklable when ``data`` is.

    >>> values = ResultIterable([3, 1, 2])
    >>> len(values), sorted(values)
    (3, [1, 2, 3])
    """

    index = 0

    def __init__(self, data: Collection[T]) -> None:
        self.data = data

    @property
    def maxindex(self) -> int:
        """The length, under PySpark's name."""
        return len(self.data)

    def __iter__(self) -> Iterator[T]:
        return iter(self.data)

    def __len__(self) -> int:
        return len(self.data)

"""Joins as functions of two tables ``{key: [values]}``, one for each side of a cogroup.

`pyrdd.shuffle.groups` fills the tables and hands them to one of these; the pairs come in PySpark's order: the left
side's keys by first appearance, then those that only the right side has; within a key the left value varies slowest.

    left.join(right)  =  cogroup's tables  |  Join(keep_left=False, keep_right=False)
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, product
from typing import Any, TypeVar

from pyrdd.resultiterable import ResultIterable
from pyrdd.util.frozen import frozen

K = TypeVar("K")

Table = dict[Any, list[Any]]
_NOTHING = [None]


@frozen
class Join:
    """The pairs ``(key, (left value, right value))`` of two tables, lazily.

    ``keep_left`` keeps the left side's keys that the right side lacks, paired with ``None`` (a left outer join),
    ``keep_right`` likewise; both make a full outer join. The tables belong to the join: it takes keys out of the right
    one.

    >>> left, right = {"a": [1, 2], "b": [3]}, {"a": [7], "c": [9]}
    >>> list(Join(keep_left=True, keep_right=False)([left, dict(right)]))
    [('a', (1, 7)), ('a', (2, 7)), ('b', (3, None))]
    """

    keep_left: bool
    keep_right: bool

    def __call__(self, tables: Sequence[Table]) -> Iterator[Any]:
        left, right = tables
        both = self._of_left(left, right)
        return chain(both, _of_right(right)) if self.keep_right else both

    def _of_left(self, left: Table, right: Table) -> Iterator[Any]:
        missing = _NOTHING if self.keep_left else None
        take = right.pop if self.keep_right else right.get
        for key, values in left.items():
            others = take(key, missing)
            if others is None:
                continue
            if len(values) == 1 == len(others):  # a unique key on both sides: most joins
                yield key, (values[0], others[0])
            else:
                for pair in product(values, others):
                    yield key, pair


def _of_right(right: Table) -> Iterator[Any]:
    """The pairs of the keys that are left in the right table: a generator, for the table is looked at last."""
    for key, values in right.items():
        for value in values:
            yield key, (None, value)


def only_left(tables: Sequence[Table]) -> Iterator[Any]:
    """The left side's pairs whose key the right side lacks (`subtractByKey`).

    >>> list(only_left([{"a": [1, 2], "b": [3]}, {"b": [0]}]))
    [('a', 1), ('a', 2)]
    """
    left, right = tables
    return ((key, value) for key, values in left.items() if key not in right for value in values)


def cogrouped(
    groups: Iterable[tuple[K, tuple[list[Any], ...]]],
) -> Iterator[tuple[K, tuple[ResultIterable[Any], ...]]]:
    """`cogroup`'s records as the user sees them: each side's values as a `ResultIterable`."""
    return ((key, tuple(map(ResultIterable, sides))) for key, sides in groups)

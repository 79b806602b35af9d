"""Where `repartition` and `coalesce` put things: as recorded from PySpark 4.3."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pyrdd.coalesce import coalesce_groups, repartition_start

DEALT = {
    # (records, partitions, new partitions): the records of each new partition, from sc.parallelize(range(n),
    # p)
    (100, 5, 3): [
        [*range(10), *range(50, 70), *range(90, 100)],
        [*range(10, 30), *range(70, 80)],
        [*range(30, 50), *range(80, 90)],
    ],
    (100, 5, 10): [
        [*range(10, 20), *range(50, 60)],
        [],
        [],
        [],
        [*range(20, 30), *range(80, 90)],
        [*range(30, 40), *range(90, 100)],
        [],
        [],
        [*range(60, 70)],
        [*range(10), *range(40, 50), *range(70, 80)],
    ],
    (7, 2, 4): [[], [*range(7)], [], []],
}
DEALT_SIZES = {(1000, 3, 4): [250, 264, 246, 240], (50, 3, 7): [7, 0, 10, 17, 6, 0, 10]}
DEALT_SIZES[250, 12, 5] = [62, 54, 41, 23, 70]


def dealt(records: int, partitions: int, new_partitions: int) -> list[list[int]]:
    """PySpark's repartition: batches of ten, dealt round from each partition's start."""
    result: list[list[int]] = [[] for _ in range(new_partitions)]
    for index in range(partitions):
        part = range(index * records // partitions, (index + 1) * records // partitions)
        position = repartition_start(index, new_partitions)
        for batch in range(0, len(part), 10):
            position += 1
            result[position % new_partitions].extend(part[batch : batch + 10])
    return result


@pytest.mark.parametrize("shape", DEALT)
def test_repartition_deals_like_spark(shape: tuple[int, int, int]) -> None:
    assert dealt(*shape) == DEALT[shape]


@pytest.mark.parametrize("shape", DEALT_SIZES)
def test_repartition_makes_partitions_of_spark_s_sizes(shape: tuple[int, int, int]) -> None:
    assert list(map(len, dealt(*shape))) == DEALT_SIZES[shape]


@pytest.mark.parametrize(
    ("parents", "partitions", "groups"),
    [
        (10, 3, [[0, 1, 2], [3, 4, 5], [6, 7, 8, 9]]),
        (7, 7, [[0], [1], [2], [3], [4], [5], [6]]),
        (5, 8, [[0], [1], [2], [3], [4]]),
        (11, 4, [[0, 1], [2, 3, 4], [5, 6, 7], [8, 9, 10]]),
        (6, 1, [[0, 1, 2, 3, 4, 5]]),
        (8, 5, [[0], [1, 2], [3], [4, 5], [6, 7]]),
        (0, 3, []),
    ],
)
def test_coalesce_groups_neighbours_like_spark(
    parents: int, partitions: int, groups: list[list[int]]
) -> None:
    assert coalesce_groups(parents, partitions) == groups


@given(st.integers(0, 200), st.integers(1, 50))
def test_every_parent_is_in_exactly_one_group(parents: int, partitions: int) -> None:
    groups = coalesce_groups(parents, partitions)
    assert [parent for group in groups for parent in group] == list(range(parents))
    assert all(groups)

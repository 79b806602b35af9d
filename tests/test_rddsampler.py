"""Samplers draw the records that PySpark draws: expected values recorded from PySpark 4.3."""

from __future__ import annotations

import pickle
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pyrdd.rddsampler import (
    RDDRangeSampler,
    RDDSampler,
    RDDStratifiedSampler,
    fraction_for_sample_size,
    key_candidates,
    max_sample_size,
    range_bounds,
    sample_keys,
    split_ranges,
)

PARTS = [range(20), range(20, 40), range(40, 60)]
WITHOUT = [0, 2, 4, 9, 11, 12, 14, 20, 26, 29, 34, 38, 39, 42, 43, 46, 50, 53, 55, 58, 59]
WITH = "6 18 21 24 26 27 28 30 30 33 34 36 37 37 38 39 39 40 43 45 46 47 49 50 50 54 56 57"
SPLITS = [
    "7 9 11 16 17 19 20 21 22 27 28 30 31 45 49 52 53 54",
    "0 1 3 4 5 6 8 10 13 14 15 18 23 24 26 29 32 33 34 35 36 38 39 40 43 46 50 55 56 58",
    "2 12 25 37 41 42 44 47 48 51 57 59",
]
BY_KEY = {
    False: "1 2 5 6 8 10 11 13 14 15 17 18 19 20 23 25 26 28 29 30 32 34 35 38 40 41 44 47 49 50 51 52 53 "
    "54 55 56 59",
    True: "0 2 5 5 5 9 10 10 14 14 15 16 19 20 21 23 23 23 24 25 26 28 28 28 29 29 32 32 33 35 37 38 41 44 "
    "44 44 53 53 58 59 59",
}


Draw = Callable[[int, Iterable[Any]], Iterator[Any]]


def draw(func: Draw, parts: Iterable[Iterable[Any]] = PARTS) -> list[Any]:
    return [record for index, part in enumerate(parts) for record in func(index, iter(part))]


def numbers(text: str) -> list[int]:
    return list(map(int, text.split()))


def test_a_sample_without_replacement_is_pyspark_s() -> None:
    assert draw(RDDSampler(False, 0.3, 7).func) == WITHOUT


def test_a_sample_with_replacement_is_pyspark_s() -> None:
    assert draw(RDDSampler(True, 0.5, 7).func) == numbers(WITH)


def test_a_large_mean_takes_the_other_algorithm_and_is_pyspark_s_too() -> None:
    drawn = draw(RDDSampler(True, 25.0, 3).func)
    assert (len(drawn), sum(drawn)) == (1476, 43614)


@pytest.mark.parametrize(("fraction", "expected"), [(1, list(range(60))), (0, [])])
def test_whole_fractions(fraction: int, expected: list[int]) -> None:
    assert draw(RDDSampler(False, fraction, 2).func) == expected


def test_random_splits_are_pyspark_s() -> None:
    samplers = [RDDRangeSampler(low, high, 17) for low, high in split_ranges([2, 3, 1])]
    assert [draw(sampler.func) for sampler in samplers] == list(map(numbers, SPLITS))


@pytest.mark.parametrize("replace", [False, True])
def test_samples_by_key_are_pyspark_s(replace: bool) -> None:
    pairs = [[(number % 3, number) for number in part] for part in PARTS]
    sampler = RDDStratifiedSampler(replace, {0: 0.2, 1: 0.5, 2: 1.5}, 5)
    assert [value for _, value in draw(sampler.func, pairs)] == numbers(BY_KEY[replace])


def test_a_key_without_a_fraction_is_an_error() -> None:
    with pytest.raises(KeyError):
        list(RDDStratifiedSampler(False, {1: 0.5}, 5).func(0, [(2, "x")]))


def test_a_sampler_without_a_seed_keeps_the_one_it_drew() -> None:
    sampler = RDDSampler(False, 0.5)
    copy = pickle.loads(pickle.dumps(sampler))
    assert draw(sampler.func) == draw(copy.func)


def test_sampling_is_lazy() -> None:
    endless = iter(int, 1)
    assert next(RDDSampler(False, 0.5, 1).func(0, endless)) == 0


def test_fractions_for_a_sample_size() -> None:
    assert fraction_for_sample_size(10, 100, True) == pytest.approx(0.1 + 9 * (0.1 / 100) ** 0.5)
    assert fraction_for_sample_size(100, 100, False) == 1
    assert 0.1 < fraction_for_sample_size(10, 100, False) < 1
    assert max_sample_size() > 2**62


@pytest.mark.parametrize(("weights", "message"), [([1, -1], "nonnegative"), ([0, 0], "positive")])
def test_unusable_weights_are_refused(weights: list[float], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        split_ranges(weights)


@given(st.lists(st.integers(0, 9000), max_size=4), st.integers(1, 5))
def test_one_pass_draws_the_keys_that_counting_first_would_draw(sizes: list[int], partitions: int) -> None:
    parts = [range(size) for size in sizes]
    fraction = min(partitions * 20.0 / max(sum(sizes), 1), 1.0)
    two_passes = draw(RDDSampler(False, fraction, 1).func, parts)
    candidates = [key_candidates(index, part, partitions) for index, part in enumerate(parts)]
    assert sample_keys(candidates, partitions) == two_passes


def test_few_candidates_leave_a_large_partition() -> None:
    count, kept = key_candidates(0, range(200_000), 4)
    assert count == 200_000
    assert 40 < len(kept) < 160


def test_bounds_are_keys_in_the_order_of_keyfunc() -> None:
    assert range_bounds([1, 2, 3, 4, 5, 6], 3, lambda key: -key) == [4, 2]
    assert range_bounds([], 3) == []

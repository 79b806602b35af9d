"""Estimates with bounds: the values recorded from Spark's evaluators."""

from __future__ import annotations

import math
import pickle

import pytest

from pyrdd.partial.bounded import BoundedFloat, MeanEvaluator, SumEvaluator
from pyrdd.partial.quantiles import student_t_quantile
from pyrdd.statcounter import StatCounter

inf = math.inf
NOTHING = (0.0, 0.0, -inf, inf)
PARTS = [[1.0, 5.0, 2.0], [7.0], [3.5, 2.5], [9.0]]
MANY = [[float(i) for i in range(150)], [], [3.0]]
Bounds = tuple[float, float, float, float]


def bounds(result: BoundedFloat) -> Bounds:
    return float(result), result.confidence, result.low, result.high


def results(evaluator: SumEvaluator | MeanEvaluator, parts: list[list[float]]) -> list[Bounds]:
    seen = [bounds(evaluator.current_result())]
    for part in parts:
        evaluator.merge(StatCounter(part))
        seen.append(bounds(evaluator.current_result()))
    return seen


def check(seen: list[Bounds], expected: list[Bounds]) -> None:
    for got, wanted in zip(seen, expected, strict=True):
        assert got == pytest.approx(wanted, rel=1e-8)


def test_a_sum_is_estimated_until_every_partition_is_there() -> None:
    expected = [
        NOTHING,
        (32.0, 0.95, -56.70145837449148, 120.70145837449148),
        (30.0, 0.95, -10.002729761374525, 70.00272976137452),
        (28.0, 0.95, 12.153869336625608, 43.846130663374396),
        (30.0, 1.0, 30.0, 30.0),
    ]
    check(results(SumEvaluator(4, 0.95), PARTS), expected)


def test_a_mean_is_estimated_until_every_partition_is_there() -> None:
    expected = [
        NOTHING,
        (2.6666666666666665, 0.9, -0.8427192445269522, 6.176052577860285),
        (3.75, 0.9, 0.5096712148562856, 6.990328785143714),
        (3.5, 0.9, 1.6976859434493763, 5.302314056550624),
        (4.285714285714286, 1.0, 4.285714285714286, 4.285714285714286),
    ]
    check(results(MeanEvaluator(4, 0.9), PARTS), expected)


def test_many_values_are_taken_to_be_normal() -> None:
    total = results(SumEvaluator(3, 0.95), MANY)[1]
    mean = results(MeanEvaluator(3, 0.95), MANY)[1]
    check([total], [(33525.0, 0.95, 28668.776387646234, 38381.22361235377)])
    check([mean], [(74.5, 0.95, 67.54742085071534, 81.45257914928466)])


def test_one_value_bounds_nothing_and_empty_partitions_say_nothing() -> None:
    parts: list[list[float]] = [[], [4.0], [4.0], [4.0], [4.0]]
    check(results(SumEvaluator(5, 0.95), parts)[:3], [NOTHING, NOTHING, (10.0, 0.95, -inf, inf)])
    check(results(MeanEvaluator(5, 0.95), parts)[2:4], [(4.0, 0.95, -inf, inf), (4.0, 0.95, 4.0, 4.0)])


def test_a_bounded_float_is_a_float_that_pickles() -> None:
    value = pickle.loads(pickle.dumps(BoundedFloat(100.0, 0.95, 95.0, 105.0)))
    assert value + 1 == 101.0
    assert bounds(value) == (100.0, 0.95, 95.0, 105.0)


@pytest.mark.parametrize(
    ("level", "degrees", "quantile"),
    [(0.975, 1, 12.706204736), (0.95, 2, 2.919985580), (0.975, 30, 2.042272456), (0.995, 99, 2.626405457)],
)
def test_student_s_quantiles_are_those_of_the_tables(level: float, degrees: int, quantile: float) -> None:
    assert student_t_quantile(level, degrees) == pytest.approx(quantile, rel=1e-8)

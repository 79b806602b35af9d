"""Jobs that depend on how their records are spread are found, with a small example."""

from __future__ import annotations

from typing import Any

import pytest

from pyrdd.testing import assert_same_for_any_partitioning as check

pytestmark = pytest.mark.masters("local", "local[2]")


def test_jobs_of_sums_and_groups_pass(sc: Any) -> None:
    check(lambda rdd: rdd.map(abs).reduce(lambda a, b: a + b), range(-5, 20))
    check(lambda rdd: rdd.keyBy(lambda n: n % 3).groupByKey(), range(10))
    check(lambda rdd: rdd.keyBy(lambda n: n % 3).groupByKey().mapValues(sum).collectAsMap(), range(10))
    check(
        lambda rdd: rdd.map(float).aggregate(
            (0, 0), lambda a, b: (a[0] + b, a[1] + 1), lambda a, b: (a[0] + b[0], a[1] + b[1])
        ),
        range(10),
    )
    check(lambda rdd: rdd.collect(), range(10), ordered=True)
    check(lambda rdd: float("nan") if rdd.count() else 0.0, [1, 2])


def test_a_difference_is_not_associative(sc: Any) -> None:
    with pytest.raises(AssertionError) as caught:
        check(lambda rdd: rdd.reduce(lambda a, b: a - b), range(8), ordered=True)
    message = str(caught.value)
    assert message.startswith("the result depends on how the records are spread: [")
    assert message.count("\n") == 2
    # a zero alone does not tell, and three records are enough
    assert len(eval(message.split(": ")[1].split("\n")[0])) <= 3


def test_an_average_of_averages_is_wrong(sc: Any) -> None:
    def mean_of_means(rdd: Any) -> float:
        means = rdd.mapPartitions(lambda part: [sum(values) / len(values) for values in [list(part)] if values])
        return means.mean()

    with pytest.raises(AssertionError, match="in 1 partition: "):
        check(mean_of_means, [1.0, 2.0, 9.0])


def test_the_first_element_depends_on_the_order(sc: Any) -> None:
    with pytest.raises(AssertionError, match=r"records in the order \[1, 0\]"):
        check(lambda rdd: rdd.first(), range(6))
    check(lambda rdd: rdd.first(), range(6), ordered=True)


def test_an_accumulator_in_a_transformation_counts_twice(sc: Any) -> None:
    seen = sc.accumulator(0)

    def counted(n: int) -> int:
        seen.add(1)
        return n

    with pytest.raises(
        AssertionError, match="counts again what is computed again: 3 after one computation, 6 after two"
    ):
        check(lambda rdd: rdd.map(counted), [1, 2, 3], accumulators=[seen])


def test_an_error_of_the_job_is_the_users(sc: Any) -> None:
    with pytest.raises(Exception, match="modulo by zero"):
        check(lambda rdd: rdd.map(lambda n: 1 // n).collect(), [0, 1])


def test_an_error_that_only_some_partitionings_raise_is_a_difference(sc: Any) -> None:
    with pytest.raises(AssertionError, match="raised"):
        check(lambda rdd: rdd.mapPartitions(lambda part: [max(part)]).reduce(max), [3, 1])

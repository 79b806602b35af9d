"""Theta, tuple, KLL and HLL sketches as bytes; the bytes are those of the Java library."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pyrdd.errors import SparkRuntimeException
from pyrdd.sql.kernels import hll, kll, theta
from pyrdd.sql.kernels import tuple_sketches as tuples
from pyrdd.sql.kernels.kll import KllSketch
from pyrdd.sql.types import BinaryType, LongType, StringType

LONG = LongType()
HASHES = st.lists(st.integers(1, theta.WHOLE - 1), max_size=40, unique=True)


@given(HASHES, st.integers(4, 6))
def test_a_theta_sketch_is_read_as_it_was_written(hashes: list[int], lg_entries: int) -> None:
    sketch = theta.trimmed(hashes, theta.WHOLE, lg_entries, not hashes)
    assert theta.read(sketch.to_bytes(), "f") == sketch
    assert len(sketch.hashes) == min(len(hashes), 1 << lg_entries)


@given(HASHES, HASHES)
def test_sets_of_theta_sketches_are_sets_of_hashes_while_they_fit(left: list[int], right: list[int]) -> None:
    a, b = (theta.trimmed(hashes, theta.WHOLE, 12, not hashes) for hashes in (left, right))
    assert set(theta.union([a, b], 12).hashes) == {*left, *right}
    assert theta.union([a, b], 4) == theta.union([b, a], 4)
    assert set(theta.difference(a, b).hashes) == {*left} - {*right}
    both = theta.intersection([a, b])
    assert both is not None and set(both.hashes) == {*left} & {*right}


def test_an_intersection_without_hashes_keeps_its_limit() -> None:
    a, b = theta.of_values(range(100), LONG, 4), theta.of_values(range(1000, 1100), LONG, 4)
    both = theta.intersection([a, b])
    assert both is not None and both.to_bytes().hex() == "03030300001acc93000000000000803f6a918b0b0be72c0f"
    assert theta.read(both.to_bytes(), "f") == both and not both.empty


@pytest.mark.parametrize("cut", [0, 3, 7, 12, 20])
def test_bytes_that_are_cut_short_are_refused(cut: int) -> None:
    sums = tuples.Summaries("integer", "sum")
    texts = {
        "theta": theta.of_values([1, 2, 3], LONG, 12).to_bytes(),
        "tuple": tuples.of_rows([1, 2, 3], [1, 1, 1], LONG, 12, sums).to_bytes("integer"),
        "kll": KllSketch("bigint").add_all([1, 2, 3]).to_bytes(),
    }
    with pytest.raises(SparkRuntimeException, match="THETA_INVALID_INPUT_SKETCH_BUFFER"):
        theta.read(texts["theta"][:cut], "f")
    with pytest.raises(SparkRuntimeException, match="TUPLE_INVALID_INPUT_SKETCH_BUFFER"):
        tuples.read(texts["tuple"][:cut], "integer", "f")
    with pytest.raises(SparkRuntimeException, match="KLL_INVALID_INPUT_SKETCH_BUFFER"):
        kll.read(texts["kll"][:cut], "bigint", "f")


def test_a_tuple_sketch_grows_and_forgets_as_in_java() -> None:
    sums = tuples.Summaries("double", "sum")
    sketch = tuples.of_rows(range(10000), [1.0] * 10000, LONG, 4, sums)
    assert tuples.read(sketch.to_bytes("double"), "double", "f") == sketch
    assert 16 <= len(sketch.entries) <= 30
    assert all(key < sketch.theta for key, _ in sketch.entries)
    assert len(tuples.union([sketch], 4, sums).entries) == 16


@given(st.lists(st.integers(-(2**63), 2**63 - 1), max_size=300), st.sampled_from([8, 20, 200]))
def test_a_kll_sketch_counts_and_keeps_the_ends(values: list[int], k: int) -> None:
    sketch = KllSketch("bigint", k).add_all(values)
    assert sketch.n == len(values) == sum(len(items) << level for level, items in enumerate(sketch.levels))
    again = kll.read(sketch.to_bytes(), "bigint", "f")
    assert again.to_bytes() == sketch.to_bytes()
    if values:
        assert (sketch.least, sketch.greatest) == (min(values), max(values))
    if len(values) <= k and values:
        assert sketch.quantiles([0.0, 0.5, 1.0])[1] == sorted(values)[(len(values) + 1) // 2 - 1]


def test_merged_kll_sketches_know_the_ranks_of_all_their_values() -> None:
    values = list(range(60000))
    random.Random(7).shuffle(values)
    merged = KllSketch("double")
    for at in range(0, 60000, 5000):
        merged.merge(KllSketch("double").add_all(map(float, values[at : at + 5000])))
    assert merged.n == 60000
    assert merged.ranks([6000.0, 30000.0, 54000.0]) == pytest.approx([0.1, 0.5, 0.9], abs=0.03)
    assert merged.retained <= kll.total_capacity(200, len(merged.levels))


def test_hll_sketches_take_bytes_as_texts() -> None:
    pytest.importorskip("datasketches")
    for count in (1, 7, 8, 40, 5000):
        texts = [f"value {i}" for i in range(count)]
        data = [text.encode() for text in texts]
        assert hll.of_values(data, BinaryType(), 10) == hll.of_values(texts, StringType(), 10)


def test_hll_sketches_of_different_precision_unite() -> None:
    pytest.importorskip("datasketches")
    fine, coarse = hll.of_values(range(1000), LONG, 12), hll.of_values(range(500, 1500), LONG, 8)
    for order in ((fine, coarse), (coarse, fine)):
        # PySpark's estimate
        assert hll.estimate(hll.union(order, "f", True, 8)) == 1584
    with pytest.raises(SparkRuntimeException, match="HLL_UNION_DIFFERENT_LG_K"):
        hll.union((fine, coarse), "f", False)

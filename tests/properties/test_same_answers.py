"""The same program gives the same answer on every master and for any number of partitions."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from typing import Any

import cloudpickle
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

spec = importlib.util.spec_from_file_location("random_pipelines", Path(__file__).with_name("pipelines.py"))
assert spec is not None and spec.loader is not None
pipelines = importlib.util.module_from_spec(spec)
sys.modules[spec.name] = pipelines
spec.loader.exec_module(pipelines)
cloudpickle.register_pickle_by_value(pipelines)  # as if it were the user's script: workers cannot import it


@given(program=pipelines.programs)
@settings(max_examples=60)
def test_a_random_program_answers_what_lists_answer(sc: Any, program: Any) -> None:
    assert program.run(sc) == program.model()


@given(program=pipelines.programs, slices=st.integers(1, 9), asked=st.integers(1, 9))
@settings(max_examples=40)
def test_an_answer_does_not_depend_on_the_number_of_partitions(sc: Any, program: Any, slices: int, asked: int) -> None:
    assert program.run(sc, slices, asked) == program.model()


@pytest.mark.masters("threads[2]", "local[2]", "local-cluster[2,1,512]")
@given(program=pipelines.programs)
@settings(max_examples=12)
def test_a_random_program_answers_alike_on_every_master(sc: Any, program: Any) -> None:
    assert program.run(sc) == program.model()


@pytest.mark.every_master
@given(
    words=st.lists(st.text(max_size=8), max_size=40),
    slices=st.integers(1, 6),
    asked=st.integers(1, 6),
)
@settings(max_examples=8)
def test_keys_are_placed_alike_whatever_the_hash_seed_of_a_process(
    sc: Any, words: list[str], slices: int, asked: int
) -> None:
    placed = sc.parallelize([(word, 1) for word in words], slices).partitionBy(asked)
    for index, part in enumerate(placed.glom().collect()):
        assert all(placed.partitioner(word) == index for word, _ in part)


@pytest.mark.every_master
@given(numbers=st.lists(st.integers(), max_size=60), slices=st.integers(1, 6), asked=st.integers(1, 6))
@settings(max_examples=8)
def test_sorting_orders_everything(sc: Any, numbers: list[int], slices: int, asked: int) -> None:
    rdd = sc.parallelize(numbers, slices)
    assert rdd.sortBy(lambda x: x, True, asked).collect() == sorted(numbers)
    assert rdd.sortBy(lambda x: x, False, asked).collect() == sorted(numbers, reverse=True)

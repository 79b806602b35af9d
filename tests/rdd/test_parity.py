"""The programs of `parity_programs`, replayed on pyrdd: the answers are those that PySpark 4.3 on ``local[2]`` gave."""

from __future__ import annotations

import importlib.util
import json
import sys
from pathlib import Path
from typing import Any

import cloudpickle
import pytest

HERE = Path(__file__).parent
ANSWERS: dict[str, str] = json.loads((HERE / "parity_answers.json").read_text(encoding="utf-8"))

# Where pyrdd means to differ, and why.
DIFFERENT = {
    "parallelize_zero_slices": ("! ValueError", "PySpark divides by zero; Spark's own message is given"),
    "narrow_stop_iteration": ("! task: RuntimeError", "PEP 479; PySpark names the StopIteration behind it"),
    "several_union_empty_list": ("! ValueError", "PySpark takes the first of an empty list"),
    "several_cartesian_batches": (
        repr([(a, b) for a in range(5) for b in range(4)]),
        "PySpark's order follows the batches that the records happen to be pickled in",
    ),
    "several_zip_lengths_differ": ("! task: ValueError", "found by the task; PySpark compares counts of batches first"),
    "several_zip_lengths_differ_same_total": ("! task: ValueError", "a Java exception in PySpark"),
    "action_run_job_missing_partition": ("! IndexError", "a Java exception in PySpark"),
    "unpicklable_result": ("! task: PicklingError", "the record is explained; PySpark lets pickle's TypeError through"),
    "persisted_twice": ("! PySparkRuntimeError", "a Java exception in PySpark"),
    "checkpoint_without_directory": ("! PySparkRuntimeError", "a Java exception in PySpark"),
    "locally_checkpointed": (
        "((True, False), 55, True, None, [0, 1, 4, 9, 16, 25])",
        "PySpark pipelines past the marked RDD, so that the first job does not checkpoint it",
    ),
    "late_binding": (
        "([2, 4], [3, 6], [3, 6])",
        "closures are pickled for each job; PySpark pickles those of an RDD once, those of an RDD derived later again",
    ),
    "text_file_missing": ("! InvalidInputException", "a Java exception in PySpark"),
    "save_as_text_file_exists": ("! FileAlreadyExistsException", "a Java exception in PySpark"),
    "save_non_pairs_as_sequence_file": ("! PySparkTypeError", "a Java exception in PySpark"),
    "job_tag_with_comma": ("! ValueError", "a Java exception in PySpark"),
    "added_missing_file": ("! FileNotFoundError", "a Java exception in PySpark"),
    "context_in_a_closure": ("! DriverOnlyError", "names the context as what was captured"),
}


DEPENDS_ON_PARALLELISM = {
    "parallelize_default",
    "parallelize_sc_range",
    "numbers_of_the_context",
    "text_file_default",
}


def load_programs() -> Any:
    spec = importlib.util.spec_from_file_location("parity_programs", HERE / "parity_programs.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module  # cloudpickle looks it up there
    spec.loader.exec_module(module)
    cloudpickle.register_pickle_by_value(module)  # as if it were the user's script: workers cannot import it
    return module


programs = load_programs()


@pytest.mark.parity
@pytest.mark.masters("local", "local[2]", "threads[2]")
@pytest.mark.parametrize("name", sorted(ANSWERS))
def test_a_program_answers_what_pyspark_answers(sc: Any, master: str, name: str) -> None:
    if master == "local" and name in DEPENDS_ON_PARALLELISM:
        pytest.skip("the answer was recorded with two slots")
    sc._checkpoint_dir = None  # as in a new context
    expected = DIFFERENT[name][0] if name in DIFFERENT else ANSWERS[name]
    assert expected in programs.answers(sc, programs.PROGRAMS[name])


@pytest.mark.parity
def test_no_program_lacks_its_recorded_answer() -> None:
    assert sorted(programs.PROGRAMS) == sorted(ANSWERS)
    assert set(DIFFERENT) <= set(ANSWERS)

"""Tasks that fail and are tried again, or not."""

from __future__ import annotations

import deeds
import pytest

from pyrdd.errors import PythonException

pytestmark = pytest.mark.faults


def failing(directory, often):
    def fail(x):
        if x == 5 and deeds.times(directory) <= often:
            raise ValueError(f"no luck with {x}")
        return x

    return fail


@pytest.mark.parametrize("master", ["local[2,3]", "local-cluster[2,1,512]"])
def test_a_task_that_fails_twice_then_succeeds(make_context, master, tmp_path):
    sc = make_context(master)
    counted = sc.accumulator(0)

    def count(x):
        counted.add(1)
        return x

    assert sc.parallelize(range(8), 4).map(count).map(failing(str(tmp_path / "n"), 2)).sum() == 28
    assert deeds.times(str(tmp_path / "n")) == 4
    assert counted.value == 8


@pytest.mark.parametrize(
    ("master", "attempts"), [("local", 1), ("local[2]", 1), ("local[2,3]", 3), ("local-cluster[2,1,512]", 4)]
)
def test_a_task_fails_its_job_after_as_many_attempts_as_the_master_allows(make_context, master, attempts, tmp_path):
    sc = make_context(master)
    with pytest.raises(PythonException, match="no luck with 5") as caught:
        sc.parallelize(range(8), 4).map(failing(str(tmp_path / "n"), 99)).count()
    assert deeds.times(str(tmp_path / "n")) == attempts + 1
    assert f"attempt {attempts}\n" in str(caught.value)
    assert sc.parallelize(range(8), 4).count() == 8


def test_failures_in_map_stages_are_tried_again_too(make_context, tmp_path):
    sc = make_context("local[2,3]")
    pairs = sc.parallelize(range(8), 4).map(failing(str(tmp_path / "n"), 2)).map(lambda x: (x % 2, x))
    assert dict(pairs.reduceByKey(lambda a, b: a + b).collect()) == {0: 12, 1: 16}


def test_the_attempt_number_is_visible_to_the_task(make_context, tmp_path):
    from pyrdd import TaskContext

    sc = make_context("local[2,3]")
    fail = failing(str(tmp_path / "n"), 2)
    attempts = sc.parallelize([1, 5], 2).map(fail).map(lambda _: TaskContext.get().attemptNumber()).collect()
    assert attempts == [0, 2]


def test_a_failing_executor_is_avoided_when_asked_for(make_context, workers_of, tmp_path):
    sc = make_context(
        "local-cluster[2,1,512]",
        **{"spark.excludeOnFailure.enabled": "true", "spark.excludeOnFailure.task.maxTaskAttemptsPerExecutor": 1},
    )
    directory = str(tmp_path)
    workers_of(sc).await_all()

    def picky(x):
        import os
        from pathlib import Path

        from pyrdd import TaskContext

        bad = Path(directory, "bad")
        me = str(os.getpid())
        if x == 3:
            if TaskContext.get().attemptNumber() == 0:
                bad.write_text(me)
            if bad.read_text() == me:
                raise ValueError("not here")
        return x

    assert sc.parallelize(range(8), 4).map(picky).sum() == 28

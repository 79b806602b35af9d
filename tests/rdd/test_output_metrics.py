"""What saving tells about itself in the events."""

from __future__ import annotations

from typing import Any

import pytest

from pyrdd.metrics import TaskMetrics


def written(sc: Any, before: int) -> list[int]:
    """The records that each task since then has written."""
    sc._engine.settle()
    tasks = sorted(task for task in sc._engine.state.tasks if task >= before)
    return [TaskMetrics.from_list(list(sc._engine.state.tasks[task].metrics)).records_written for task in tasks]


@pytest.mark.parametrize("save", ["saveAsTextFile", "saveAsPickleFile", "saveAsSequenceFile"])
def test_the_records_that_a_task_has_written_are_counted(make_context, tmp_path, save):
    sc = make_context("local")
    pairs = sc.parallelize([(n, str(n)) for n in range(10)], 3)
    pairs.cache().count()
    getattr(pairs, save)(str(tmp_path / "out"))
    assert written(sc, 0)[-3:] == [3, 3, 4]

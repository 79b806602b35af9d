"""Hypothesis strategies: any event, and the event streams that a scheduler could have emitted."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields
from random import Random
from typing import Any

from hypothesis import strategies as st

from pyrdd.events import model
from pyrdd.events.codec import KINDS
from pyrdd.metrics import TaskMetrics

numbers = st.integers(0, 2**40)
texts = st.text(max_size=8)
rdds = st.builds(
    model.RDDInfo,
    numbers,
    texts,
    texts,
    texts,
    numbers,
    texts,
    st.lists(numbers, max_size=2).map(tuple),
    st.lists(numbers, max_size=2).map(tuple),
)
stages = st.builds(
    model.StageInfo,
    numbers,
    texts,
    texts,
    numbers,
    st.lists(numbers, max_size=2).map(tuple),
    st.lists(rdds, max_size=2).map(tuple),
    st.none() | numbers,
)
_FIELDS: dict[str, Any] = {
    "str": texts,
    "int": numbers,
    "bool": st.booleans(),
    "int | None": st.none() | numbers,
    "str | None": st.none() | texts,
    "Sequence[int]": st.lists(numbers, max_size=4).map(tuple),
    "Sequence[StageInfo]": st.lists(stages, max_size=2).map(tuple),
    "Mapping[str, str]": st.dictionaries(texts, texts, max_size=2),
    "Mapping[int, str]": st.dictionaries(numbers, texts, max_size=2),
}


def _events_of(cls: type[model.Event]) -> st.SearchStrategy[model.Event]:
    kinds = {name: kind for base in reversed(cls.__mro__[:-1]) for name, kind in base.__annotations__.items()}
    return st.builds(cls, **{name: _FIELDS[kind] for name, kind in kinds.items()})


any_event = st.one_of([_events_of(cls) for cls in KINDS.values()])

METRICS = len(fields(TaskMetrics))


def application(rng: Random, jobs: int = 4) -> Iterator[model.Event]:
    """A plausible application: jobs of chained stages, failing tasks, lost executors, cached blocks."""
    time, task_id = 1000, 0

    def tick() -> int:
        nonlocal time
        time += rng.randrange(5)
        return time

    yield model.ApplicationStart(tick(), "app-1", "random", "someone", "local[2]", "0.1.0")
    yield model.EnvironmentUpdate(tick(), {"spark.app.name": "random"}, "3.11")
    for executor in "0", "1":
        yield model.ExecutorAdded(tick(), executor, "localhost", 2, 100)
    for job_id in range(jobs):
        infos = tuple(stage_info(job_id * 3 + i, rng.randrange(4)) for i in range(rng.randrange(1, 4)))
        properties = {"spark.jobGroup.id": "g"} if rng.random() < 0.5 else {}
        yield model.JobStart(tick(), job_id, f"count at app.py:{job_id}", infos, properties)
        error = None
        for info in infos:
            if rng.random() < 0.3:
                continue
            yield model.StageSubmitted(tick(), info.stage_id, 0, info.num_tasks, (job_id,))
            for partition in range(info.num_tasks):
                executor = rng.choice("01")
                task = (task_id, info.stage_id, 0, partition, 0, executor)
                task_id += 1
                yield model.TaskStart(tick(), *task, "ANY")
                status = rng.choice(["success", "success", "failed", "killed", "executor_lost"])
                metrics = tuple(rng.randrange(100) for _ in range(METRICS)) if status == "success" else ()
                yield model.TaskEnd(tick(), *task, status, None if metrics else "why", metrics)
                sizes = rng.choice([(10, 0), (0, 10), (0, 0)])
                yield model.BlockUpdated(tick(), executor, info.stage_id, partition, *sizes)
            error = rng.choice([None, None, "boom"])
            yield model.StageCompleted(tick(), info.stage_id, 0, error)
        yield model.JobEnd(tick(), job_id, error)
        yield model.RDDUnpersisted(tick(), job_id)
    yield model.ExecutorRemoved(tick(), "1", "killed")
    yield model.ApplicationEnd(tick())


def stage_info(stage_id: int, num_tasks: int, name: str = "") -> model.StageInfo:
    """A stage that matters only by id and size."""
    name = name or f"map at app.py:{stage_id}"
    return model.StageInfo(stage_id, name, name, num_tasks, (), ())

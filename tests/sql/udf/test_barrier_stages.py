"""mapInPandas and mapInArrow in barrier stages: all tasks run at once and can meet."""

from __future__ import annotations

import pytest

from pyrdd import BarrierTaskContext, TaskContext
from pyrdd.errors import PySparkRuntimeError, SparkRuntimeException


def meet(frames):
    context = BarrierTaskContext.get()
    context.barrier()
    count = len(context.getTaskInfos())
    for frame in frames:
        yield frame.assign(id=count)[["id"]].head(1)


def names(batches):
    import pyarrow as pa

    for _ in batches:
        yield pa.RecordBatch.from_pydict({"name": [type(TaskContext.get()).__name__]})


def test_tasks_of_a_barrier_stage_meet(spark):
    parts = min(2, spark.sparkContext.defaultParallelism)
    df = spark.range(0, 4, 1, parts)
    assert [row.id for row in df.mapInPandas(meet, "id long", barrier=True).collect()] == [parts] * parts


def test_without_a_barrier_there_is_no_context_of_one(spark):
    df = spark.range(0, 4, 1, 1)
    with pytest.raises(PySparkRuntimeError, match="NOT_IN_BARRIER_STAGE"):
        df.mapInPandas(meet, "id long").collect()
    assert [row.name for row in df.mapInArrow(names, "name string", barrier=False).collect()] == ["TaskContext"]


def test_what_follows_in_the_stage_is_in_the_barrier_too(spark):
    mapped = spark.range(0, 4, 1, 1).mapInArrow(names, "name string", barrier=True)
    assert [row.name for row in mapped.where("name != 'x'").collect()] == ["BarrierTaskContext"]
    assert mapped.groupBy("name").count().collect()[0]["count"] == 1


def test_a_barrier_stage_needs_a_slot_for_each_task(spark):
    parts = 2 * spark.sparkContext.defaultParallelism
    with pytest.raises(SparkRuntimeException, match="SPARK-24819"):
        spark.range(0, parts, 1, parts).mapInArrow(names, "name string", barrier=True).collect()

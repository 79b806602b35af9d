"""TaskContext: bound to the thread of its task, complete whatever happens."""

from __future__ import annotations

import threading
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest

from pyrdd.errors import PySparkRuntimeError
from pyrdd.taskcontext import BarrierTaskContext, TaskContext


@pytest.fixture(autouse=True)
def _no_context_is_left() -> Any:
    yield
    TaskContext._clear()


def start(cls: type[TaskContext] = TaskContext, **kwargs: Any) -> TaskContext:
    return cls.start(stage_id=3, partition=5, attempt=1, task_id=77, **kwargs)


def test_outside_of_tasks_there_is_no_context() -> None:
    assert TaskContext.get() is None


def test_a_task_sees_its_own_numbers() -> None:
    context = start(properties={"spark.job.description": "x"})
    assert TaskContext.get() is context
    numbers = (context.stageId(), context.partitionId(), context.attemptNumber(), context.taskAttemptId())
    assert numbers == (3, 5, 1, 77)
    assert context.getLocalProperty("spark.job.description") == "x"
    assert context.getLocalProperty("other") is None
    assert (context.cpus(), context.cpuAmount(), context.resources()) == (1, Decimal(1), {})


def test_constructing_a_context_inside_a_task_gives_the_task_s_own() -> None:
    context = start()
    assert TaskContext() is context
    assert context.stageId() == 3


def test_an_unknown_argument_is_refused() -> None:
    with pytest.raises(TypeError, match="unexpected keyword argument"):
        TaskContext(nonsense=1)


def test_tasks_in_other_threads_do_not_see_each_other() -> None:
    start()
    seen: list[TaskContext | None] = []
    thread = threading.Thread(target=lambda: seen.append(TaskContext.get()))
    thread.start()
    thread.join()
    assert seen == [None]


def test_contexts_do_not_share_metrics_or_updates() -> None:
    one, two = start(), start()
    assert one.metrics is not two.metrics
    assert one.accumulator_updates is not two.accumulator_updates


def test_completion_listeners_run_in_reverse_and_all_of_them() -> None:
    context, calls = start(), []

    def fail(_: TaskContext) -> None:
        raise ValueError("second")

    context.add_completion_listener(lambda _: calls.append("first"))
    context.add_completion_listener(fail)
    context.add_completion_listener(lambda c: calls.append(TaskContext.get() is c))
    with pytest.raises(ValueError, match="second"):
        context.finish()
    assert calls == [True, "first"]
    assert TaskContext.get() is None


def test_a_finished_inner_task_gives_the_thread_back_to_the_outer_one() -> None:
    outer = start()
    inner = start()
    inner.finish(outer)
    assert TaskContext.get() is outer


def test_a_kill_is_a_flag_with_a_reason() -> None:
    context = start()
    context.kill("another attempt succeeded")
    assert context.killed
    assert context.kill_reason == "another attempt succeeded"


def test_a_context_can_come_from_json() -> None:
    context = TaskContext.from_json(
        {
            "stageId": 1,
            "partitionId": 2,
            "attemptNumber": 0,
            "taskAttemptId": 9,
            "cpus": 1,
            "cpuAmount": "0.5",
            "resources": {"gpu": {"name": "gpu", "addresses": ["0"]}},
            "localProperties": {"k": "v"},
        }
    )
    assert context.cpuAmount() == Decimal("0.5")
    assert context.resources()["gpu"].addresses == ["0"]
    assert context.getLocalProperty("k") == "v"


class Meeting:
    """A barrier client that is alone."""

    def __init__(self) -> None:
        self.met = 0

    def barrier(self) -> None:
        self.met += 1

    def all_gather(self, message: str) -> list[str]:
        return [message, "theirs"]


def test_outside_a_barrier_stage_there_is_no_barrier_context() -> None:
    start()
    with pytest.raises(PySparkRuntimeError, match="NOT_IN_BARRIER_STAGE") as error:
        BarrierTaskContext.get()
    assert error.value.getCondition() == "NOT_IN_BARRIER_STAGE"


def test_barrier_tasks_meet_through_their_client() -> None:
    context = start(BarrierTaskContext, properties={"addresses": "a:1, b:2"})
    assert isinstance(context, BarrierTaskContext)
    client = Meeting()
    context.meet_through(client, ["c:3"])
    BarrierTaskContext.get().barrier()
    assert client.met == 1
    assert context.allGather("mine") == ["mine", "theirs"]
    assert [info.address for info in context.getTaskInfos()] == ["c:3"]
    with pytest.raises(TypeError, match="must be of type `str`"):
        context.allGather(1)  # type: ignore[arg-type]


def test_the_executor_s_client_and_the_addresses_property_are_the_default() -> None:
    env = SimpleNamespace(barrier=Meeting())
    context = start(BarrierTaskContext, properties={"addresses": "a:1, b:2"}, env=env)
    assert isinstance(context, BarrierTaskContext)
    context.barrier()
    assert env.barrier.met == 1
    assert [info.address for info in context.getTaskInfos()] == ["a:1", "b:2"]


@pytest.mark.parametrize("call", ["barrier", "allGather", "getTaskInfos"])
def test_a_barrier_context_without_a_client_says_so(call: str) -> None:
    with pytest.raises(PySparkRuntimeError) as error:
        getattr(start(BarrierTaskContext), call)()
    assert error.value.getCondition() == "CALL_BEFORE_INITIALIZE"

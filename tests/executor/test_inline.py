"""``local``: who runs the tasks of a job, and how a job of another thread than the main one is cancelled."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from typing import Any

import gates
import pytest

from pyrdd import InheritableThread
from pyrdd.errors import SparkRuntimeException

WAIT = 30.0


def of_this_thread() -> tuple[int, bool]:
    return threading.get_ident(), threading.current_thread() is threading.main_thread()


def run(target: Callable[[], Any], kind: type[threading.Thread] = threading.Thread) -> Any:
    """What ``target`` returns or raises in another thread."""
    got: list[Any] = []

    def call() -> None:
        try:
            got.append(target())
        except BaseException as error:
            got.append(error)

    thread = kind(target=call)
    thread.start()
    thread.join(WAIT)
    assert not thread.is_alive()
    return got[0]


def block(x: int) -> int:
    import gates  # the task's own

    gates.entered.set()
    gates.opened.wait()
    return x


@pytest.fixture(autouse=True)
def _gates() -> Iterator[None]:
    gates.close()
    yield
    gates.opened.set()


def test_the_main_thread_runs_its_tasks_itself(sc):
    assert sc.parallelize([1], 1).map(lambda x: of_this_thread()).collect() == [(threading.get_ident(), True)]


def test_a_job_of_another_thread_gives_the_same_answers(sc):
    pairs = sc.parallelize(range(100), 4).map(lambda x: (x % 3, 1))
    assert run(lambda: sorted(pairs.reduceByKey(lambda a, b: a + b, 2).collect())) == [(0, 34), (1, 33), (2, 33)]


def test_an_error_in_a_job_of_another_thread_is_raised_there(sc):
    error = run(lambda: sc.parallelize([0], 1).map(lambda x: 1 // x).collect())
    assert isinstance(error.__cause__, ZeroDivisionError)


@pytest.mark.parametrize("how", ["group", "tag", "all"])
def test_a_job_of_another_thread_is_cancelled_while_its_task_blocks(make_context, how):
    sc = make_context("local")
    cancel = {
        "group": lambda: sc.cancelJobGroup("g"),
        "tag": lambda: sc.cancelJobsWithTag("t"),
        "all": sc.cancelAllJobs,
    }
    errors: list[Any] = []

    def job() -> None:
        sc.setJobGroup("g", "blocks")
        sc.addJobTag("t")
        try:
            sc.parallelize([1], 1).map(block).collect()
        except SparkRuntimeException as error:
            errors.append(error)

    thread = threading.Thread(target=job)
    thread.start()
    assert gates.entered.wait(WAIT)
    cancel[how]()
    thread.join(WAIT)
    assert [error.getCondition() for error in errors] == ["SPARK_JOB_CANCELLED"]


def test_the_slot_of_a_task_that_does_not_end_after_its_kill_is_given_to_others(make_context):
    sc = make_context("local", **{"pyrdd.task.killGrace": "10ms"})
    thread = threading.Thread(target=lambda: run(lambda: sc.parallelize([1], 1).map(block).collect()))
    thread.start()
    assert gates.entered.wait(WAIT)
    sc.cancelAllJobs()
    thread.join(WAIT)
    assert sc.parallelize([1, 2], 2).sum() == 3
    assert not gates.opened.is_set()


def test_a_context_stops_while_a_task_of_another_thread_blocks(make_context):
    sc = make_context("local")
    thread = threading.Thread(target=lambda: run(lambda: sc.parallelize([1], 1).map(block).collect()))
    thread.start()
    assert gates.entered.wait(WAIT)
    sc.stop()
    thread.join(WAIT)
    assert not thread.is_alive()


def test_threads_keep_their_properties_and_context_variables(make_context):
    sc = make_context("local")
    sc.setLocalProperty("colour", "red")

    def job() -> Any:
        gates.variable.set("set")
        return sc.parallelize([1], 1).map(lambda x: (_task_property("colour"), _variable())).collect()

    assert run(job, InheritableThread) == [("red", "set")]


def _task_property(name: str) -> Any:
    from pyrdd import TaskContext  # the task's own

    return TaskContext.get().getLocalProperty(name)


def _variable() -> str:
    import gates  # the task's own

    return gates.variable.get()

"""A killed task ends, says so, and leaves the thread fit for the next one."""

from __future__ import annotations

import _imp
import importlib
import threading
import time
from contextlib import suppress
from queue import SimpleQueue
from typing import Any

import pytest

from pyrdd.executor.kill import KillableTasks, TaskKilled
from pyrdd.executor.task import ControlMessage, ReportKind, StageBinary, TaskDescription, TaskReport
from pyrdd.executor.threads import ThreadBackend
from pyrdd.scheduler.messages import ExecutorAdded


def task(task_id: int, partition: int = 0, barrier: int = 0) -> TaskDescription:
    return TaskDescription(task_id, 0, 0, partition, 0, 0, barrier_tasks=["x"] * barrier)


class Looping:
    """Runs until it is killed, or answers at once when ``finish`` is set."""

    def __init__(self) -> None:
        self.started: SimpleQueue[int] = SimpleQueue()
        self.finish = False
        self.swallow = False
        self.controls: list[ControlMessage] = []
        self.stages: list[StageBinary] = []
        self.closed = False

    def add_stage(self, stage: StageBinary) -> None:
        self.stages.append(stage)

    def control(self, message: ControlMessage) -> None:
        self.controls.append(message)

    def close(self) -> None:
        self.closed = True

    def run(self, description: TaskDescription) -> TaskReport:
        self.started.put(description.task_id)
        try:
            while not self.finish:
                pass
        except BaseException as error:
            if self.swallow:
                return TaskReport(description.task_id, ReportKind.FAILED, b"", repr(error))
            raise
        return TaskReport(description.task_id, ReportKind.RESULT, b"done")


class Backend:
    """A thread backend under test with what it posted and reported."""

    def __init__(self, threads: int, runner: Any) -> None:
        self.posted: list[Any] = []
        self.reports: SimpleQueue[TaskReport] = SimpleQueue()
        self.backend = ThreadBackend(threads, lambda gate: runner)
        self.backend.start(self.posted.append, lambda executor_id, report: self.reports.put(report))


@pytest.mark.parametrize("swallow", [False, True])
def test_a_running_task_is_killed_and_its_thread_takes_the_next(swallow: bool) -> None:
    runner = Looping()
    runner.swallow = swallow
    under = Backend(1, runner)
    for task_id in range(50):
        under.backend.launch("driver", task(task_id))
        assert runner.started.get(timeout=5) == task_id
        under.backend.kill("driver", task_id, "enough", True)
        report = under.reports.get(timeout=5)
        assert (report.task_id, report.kind, report.payload) == (task_id, ReportKind.KILLED, b"enough")
    runner.finish = True
    under.backend.launch("driver", task(99))
    assert under.reports.get(timeout=5).kind is ReportKind.RESULT
    under.backend.stop()


def test_a_waiting_task_that_is_killed_never_starts() -> None:
    runner = Looping()
    under = Backend(1, runner)
    under.backend.launch("driver", task(1))
    under.backend.launch("driver", task(2))
    assert runner.started.get(timeout=5) == 1
    under.backend.kill("driver", 2, "not needed", False)
    under.backend.kill("driver", 1, "enough", True)
    assert [under.reports.get(timeout=5).task_id for _ in range(2)] == [1, 2]
    assert runner.started.empty()
    under.backend.stop()


def test_kills_that_race_with_the_end_never_hit_the_next_task() -> None:
    class Quick(Looping):
        def run(self, description: TaskDescription) -> TaskReport:
            self.started.put(description.task_id)
            return TaskReport(description.task_id, ReportKind.RESULT)

    tasks, runner, kinds = KillableTasks(), Quick(), set()
    stop = threading.Event()

    def killer() -> None:
        while not stop.is_set():
            for task_id in tasks.running():
                if task_id % 2:
                    tasks.kill(task_id, "raced")

    thread = threading.Thread(target=killer)
    thread.start()
    try:
        for task_id in range(20_000):
            tasks.enqueue(task_id)
            report = tasks.run(runner, task(task_id))
            assert report.task_id == task_id
            if task_id % 2 == 0:
                assert report.kind is ReportKind.RESULT
            kinds.add(report.kind)
    finally:
        stop.set()
        thread.join()
    assert not tasks.running() and not tasks._doomed and not tasks._queued


def test_a_kill_waits_while_the_task_starts_a_thread() -> None:
    class Started(threading.Event):
        """Is killed while a thread starts that does not run yet."""

        def wait(self, timeout: float | None = None) -> bool:
            inside.set()
            time.sleep(0.01)
            left.append("whole")
            return super().wait(timeout)

    class Starting(Looping):
        def run(self, description: TaskDescription) -> TaskReport:
            thread = threading.Thread(target=lambda: None, daemon=True)
            thread._started = Started()  # type: ignore[attr-defined]
            thread.start()
            return super().run(description)

    tasks, inside = KillableTasks(), threading.Event()
    left: list[str] = []
    tasks.enqueue(1)
    killer = threading.Thread(target=lambda: (inside.wait(), tasks.kill(1, "enough")))
    killer.start()
    assert tasks.run(Starting(), task(1)).kind is ReportKind.KILLED
    killer.join()
    assert left == ["whole"]


def test_the_thread_backend_announces_itself_and_hands_on_stages_and_housekeeping() -> None:
    runner = Looping()
    under = Backend(3, runner)
    added = under.posted[0]
    assert isinstance(added, ExecutorAdded)
    assert (added.executor_id, added.slots) == ("driver", 3)
    stage, message = StageBinary(0, 0, b"c", b""), ControlMessage("drop_rdd", 3)
    under.backend.send_stage("driver", stage)
    under.backend.broadcast(message)
    assert (runner.stages, runner.controls) == ([stage], [message])
    under.backend.stop()
    assert runner.closed


def test_a_kill_in_the_middle_of_an_import_leaves_no_import_lock_behind() -> None:
    class Importing(Looping):
        """Is killed where importlib holds its locks."""

        def run(self, description: TaskDescription) -> TaskReport:
            _imp.acquire_lock()
            importlib._bootstrap._get_module_lock("a_module_of_nobody").acquire()  # type: ignore[attr-defined]
            raise TaskKilled

    report = KillableTasks().run(Importing(), task(1))
    assert report.kind is ReportKind.KILLED
    assert not _imp.lock_held()
    imported: list[bool] = []

    def elsewhere() -> None:
        with suppress(ModuleNotFoundError):
            importlib.import_module("a_module_of_nobody")
        imported.append(True)

    thread = threading.Thread(target=elsewhere, daemon=True)
    thread.start()
    thread.join(5)
    assert imported == [True]


def test_stopping_ends_running_tasks() -> None:
    runner = Looping()
    under = Backend(2, runner)
    under.backend.launch("driver", task(1))
    runner.started.get(timeout=5)
    under.backend.stop()
    under.backend.stop()
    assert not any(thread.is_alive() for thread in under.backend._threads)


def test_a_task_that_outlives_its_kill_is_given_up_and_its_slot_goes_to_another_thread() -> None:
    class Stuck(Looping):
        """Waits where no kill can reach it."""

        def __init__(self) -> None:
            super().__init__()
            self.release = threading.Lock()

        def run(self, description: TaskDescription) -> TaskReport:
            self.started.put(description.task_id)
            if description.task_id == 1:
                with self.release:
                    pass
            return TaskReport(description.task_id, ReportKind.RESULT)

    runner = Stuck()
    reports: SimpleQueue[TaskReport] = SimpleQueue()
    backend = ThreadBackend(1, lambda gate: runner, kill_grace=0.01)
    with runner.release:
        backend.start(lambda event: None, lambda executor_id, report: reports.put(report))
        backend.launch("driver", task(1))
        assert runner.started.get(timeout=5) == 1
        backend.kill("driver", 1, "enough", True)
        given_up = reports.get(timeout=5)
        assert (given_up.task_id, given_up.kind, given_up.payload) == (1, ReportKind.KILLED, b"enough")
        backend.launch("driver", task(2))
        assert reports.get(timeout=5).task_id == 2
    backend._threads[0].join(5)
    assert not backend._threads[0].is_alive()  # its slot was taken: it takes no more tasks
    backend.stop()
    assert reports.empty()


def test_a_failed_barrier_task_fails_its_peers() -> None:
    class Meeting(Looping):
        def run(self, description: TaskDescription) -> TaskReport:
            if description.partition == 1:
                return TaskReport(description.task_id, ReportKind.FAILED, b"", "ValueError: no")
            try:
                gate[0].client(0, 0, description.partition, 2).barrier()
            except RuntimeError as error:
                return TaskReport(description.task_id, ReportKind.FAILED, b"", str(error))
            return TaskReport(description.task_id, ReportKind.RESULT)

    gate: list[Any] = []
    reports: SimpleQueue[TaskReport] = SimpleQueue()
    backend = ThreadBackend(2, lambda way: gate.append(way) or Meeting())  # type: ignore[func-returns-value]
    backend.start(lambda event: None, lambda executor_id, report: reports.put(report))
    for partition in range(2):
        backend.launch("driver", task(partition, partition, barrier=2))
    messages = sorted(reports.get(timeout=5).message for _ in range(2))
    assert messages == ["ValueError: no", "the barrier task of partition 1 failed: ValueError: no"]
    backend.stop()

"""Worker processes under fire: real processes, killed, stopped, crashed and abandoned."""

from __future__ import annotations

import ast
import glob
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from queue import SimpleQueue
from typing import Any

import pytest

from pyrdd.executor.cluster import LocalClusterBackend
from pyrdd.executor.processes import ProcessBackend, ProcessOptions
from pyrdd.executor.sessiondir import SessionDirectory
from pyrdd.executor.task import ControlMessage, ReportKind, StageBinary, TaskDescription, TaskReport
from pyrdd.scheduler.messages import ExecutorAdded, ExecutorLost, LaneBroken

pytestmark = pytest.mark.faults

WAIT = 30.0
MAKE = "fake_runner:make"


class Cluster:
    """A backend under test: what it posted, what it reported, which executors are there."""

    def __init__(self, make: Callable[[str], ProcessBackend], expect: int) -> None:
        self.directory = SessionDirectory()
        self.events: SimpleQueue[Any] = SimpleQueue()
        self.reports: SimpleQueue[tuple[str, TaskReport]] = SimpleQueue()
        self.backend = make(self.directory.path)
        self.backend.start(self.events.put, lambda *report: self.reports.put(report))
        self.executors = [self.added().executor_id for _ in range(expect)]

    def added(self) -> ExecutorAdded:
        event = self.events.get(timeout=WAIT)
        assert isinstance(event, ExecutorAdded)
        return event

    def lost(self) -> ExecutorLost:
        event = self.events.get(timeout=WAIT)
        assert isinstance(event, ExecutorLost)
        return event

    def pid(self, executor_id: str) -> int:
        return self.backend._workers[executor_id].pid

    def launch(
        self, what: str, executor: int = 0, task_id: int = 1, partition: int = 0, barrier: int = 0
    ) -> None:
        description = TaskDescription(
            task_id, 3, 0, partition, 0, 0, what.encode(), barrier_tasks=["x"] * barrier
        )
        self.backend.launch(self.executors[executor], description)

    def report(self) -> TaskReport:
        return self.reports.get(timeout=WAIT)[1]

    def answer(self, what: str, executor: int = 0) -> bytes:
        self.launch(what, executor)
        report = self.report()
        assert report.kind is ReportKind.RESULT, report.message
        return bytes(report.payload)

    def await_start(self, task_id: int) -> None:
        deadline = time.monotonic() + WAIT
        while not glob.glob(f"{self.directory.path}/executor-*/started-{task_id}"):
            assert time.monotonic() < deadline
            time.sleep(0.01)

    def close(self) -> None:
        self.backend.stop()
        self.directory.close()
        assert not os.path.exists(self.directory.path)


Start = Callable[..., Cluster]


@pytest.fixture
def start() -> Iterator[Start]:
    started: list[Cluster] = []

    def start(workers: int = 1, expect: int | None = None, factory: str = MAKE, **options: Any) -> Cluster:
        def make(directory: str) -> ProcessBackend:
            return ProcessBackend(workers, directory, os.urandom(32), ProcessOptions(factory, **options))

        started.append(Cluster(make, workers if expect is None else expect))
        return started[-1]

    yield start
    for cluster in started:
        cluster.close()


def is_running(pid: int) -> bool:
    try:
        with open(f"/proc/{pid}/stat") as file:
            return file.read().rpartition(")")[2].split()[0] not in "ZX"
    except FileNotFoundError:
        return False


def all_end(pids: list[int], seconds: float) -> bool:
    deadline = time.monotonic() + seconds
    while any(map(is_running, pids)) and time.monotonic() < deadline:
        time.sleep(0.02)
    return not any(map(is_running, pids))


# --- ordinary life ----------------------------------------------------------------------------------------


def test_a_worker_sees_its_stage_before_its_task_and_reports_all_fields(start: Start) -> None:
    cluster = start()
    closure = bytes(range(256)) * 40_000
    cluster.backend.send_stage(cluster.executors[0], StageBinary(3, 0, closure, b""))
    cluster.launch("stage")
    report = cluster.report()
    assert (bytes(report.payload), report.metrics, report.accumulators) == (closure[:100], [1, 2], {7: b"x"})


def test_a_worker_looks_like_the_driver_but_never_runs_its_main(start: Start) -> None:
    cluster = start(conf={"a": "b"})
    seen = ast.literal_eval(cluster.answer("look").decode())
    assert seen.pop("hash") == 4644417185603328019
    assert seen == {
        "seed": "0", "cwd": os.getcwd(), "main": None, "sigint": True, "secret": False, "conf": {"a": "b"},
    }  # fmt: skip


def test_hundreds_of_tasks_in_flight_come_back_in_order(start: Start) -> None:
    cluster = start(2)
    for task_id in range(600):
        cluster.launch("nothing", task_id % 2, task_id)
    got: dict[str, list[int]] = {executor: [] for executor in cluster.executors}
    for _ in range(600):
        executor, report = cluster.reports.get(timeout=WAIT)
        got[executor].append(report.task_id)
    assert list(got.values()) == [list(range(0, 600, 2)), list(range(1, 600, 2))]


def test_a_report_of_200_mb_arrives(start: Start) -> None:
    cluster = start()
    cluster.launch("big:200000000")
    assert len(cluster.report().payload) == 200_000_000


def test_housekeeping_reaches_every_worker(start: Start) -> None:
    cluster = start(2)
    cluster.backend.broadcast(ControlMessage("drop_rdd", 5))
    assert [cluster.answer("controls", executor) for executor in range(2)] == [b"drop_rdd 5"] * 2


def test_tasks_cannot_take_the_pipe_to_the_driver(start: Start) -> None:
    assert start().answer("read_stdin") == b"nothing"


def test_what_a_task_prints_appears_on_the_drivers_stderr(
    start: Start, capfd: pytest.CaptureFixture[str]
) -> None:
    cluster = start()
    cluster.answer("print:hello from the task")
    cluster.backend.stop()
    assert "hello from the task" in capfd.readouterr().err


def test_barrier_tasks_meet_across_processes(start: Start) -> None:
    cluster = start(2)
    for partition in range(2):
        cluster.launch("barrier", partition, partition, partition, barrier=2)
    assert [bytes(cluster.report().payload) for _ in range(2)] == [b"from 0,from 1"] * 2


# --- kills ------------------------------------------------------------------------------------------------


def test_a_killed_task_ends_and_the_worker_goes_on(start: Start) -> None:
    cluster = start()
    cluster.launch("spin:60")
    cluster.await_start(1)
    cluster.backend.kill(cluster.executors[0], 1, "enough", True)
    report = cluster.report()
    assert (report.kind, bytes(report.payload)) == (ReportKind.KILLED, b"enough")
    assert cluster.answer("nothing") == b""


@pytest.mark.parametrize("what", ["sleep:60", "lock:60"])
def test_a_killed_task_that_does_not_end_takes_its_process_with_it(start: Start, what: str) -> None:
    cluster = start(kill_grace=0.2)
    cluster.launch(what)
    cluster.await_start(1)
    cluster.backend.kill(cluster.executors[0], 1, "enough", True)
    assert "did not end within 0.2 seconds of its kill" in cluster.lost().reason
    assert cluster.added().executor_id not in cluster.executors


def test_a_barrier_task_that_is_killed_fails_its_peer(start: Start) -> None:
    cluster = start(2)
    cluster.launch("barrier", 0, 0, 0, barrier=2)
    cluster.launch("spin:60", 1, 1, 1, barrier=2)
    cluster.await_start(1)
    cluster.backend.kill(cluster.executors[1], 1, "enough", True)
    reports = {report.task_id: report for report in (cluster.report(), cluster.report())}
    assert reports[1].kind is ReportKind.KILLED
    assert "barrier task of partition 1 failed: enough" in reports[0].message


# --- deaths -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("what", "reason"),
    [
        ("exit:7", "exit code 7"),
        ("exit:0", "exit code 0"),
        (f"signal:{int(signal.SIGKILL)}", "killed by SIGKILL (perhaps out of memory)"),
        (f"signal:{int(signal.SIGTERM)}", "killed by SIGTERM"),
        ("crash", "killed by SIGSEGV"),
    ],
)
def test_a_worker_that_dies_in_a_task_is_reported_and_replaced(start: Start, what: str, reason: str) -> None:
    cluster = start()
    cluster.answer("nothing")
    cluster.launch(what, task_id=12, partition=4)
    lost = cluster.lost()
    assert (lost.executor_id, lost.storage_lost) == (cluster.executors[0], False)
    assert reason in lost.reason
    assert "running task 12 (stage 3, partition 4, attempt 0)" in lost.reason
    assert "last memory seen" in lost.reason
    if what == "crash":
        assert "Fatal Python error" in lost.reason
    cluster.executors = [cluster.added().executor_id]
    assert cluster.answer("nothing") == b""


def test_an_idle_worker_that_is_killed_is_replaced_and_the_others_work_on(start: Start) -> None:
    cluster = start(2)
    os.kill(cluster.pid(cluster.executors[0]), signal.SIGKILL)
    lost = cluster.lost()
    assert lost.executor_id == cluster.executors[0]
    assert "idle" in lost.reason
    assert cluster.answer("nothing", 1) == b""
    cluster.executors[0] = cluster.added().executor_id
    assert cluster.answer("nothing", 0) == b""


def test_every_worker_may_die_at_once(start: Start) -> None:
    cluster = start(2)
    for executor in cluster.executors:
        os.kill(cluster.pid(executor), signal.SIGKILL)
    kinds = sorted(type(cluster.events.get(timeout=WAIT)).__name__ for _ in range(4))
    assert kinds == ["ExecutorAdded", "ExecutorAdded", "ExecutorLost", "ExecutorLost"]


def test_a_stopped_worker_is_silent_and_declared_lost(start: Start) -> None:
    cluster = start(silence=7.0)
    os.kill(cluster.pid(cluster.executors[0]), signal.SIGSTOP)
    assert "no sign of life for 7 seconds" in cluster.lost().reason
    cluster.added()


def test_sending_to_a_stopped_worker_blocks_nobody(start: Start) -> None:
    cluster = start(send_timeout=1.0)
    os.kill(cluster.pid(cluster.executors[0]), signal.SIGSTOP)
    before = time.monotonic()
    for attempt in range(50):
        cluster.backend.send_stage(cluster.executors[0], StageBinary(3, attempt, bytes(1_000_000), b""))
    assert time.monotonic() - before < 1.0
    assert "it took nothing that was sent to it for 1 seconds" in cluster.lost().reason
    cluster.added()


def test_a_program_that_a_task_started_dies_with_its_worker(start: Start) -> None:
    cluster = start()
    child = int(cluster.answer("child:60"))
    assert is_running(child)
    os.kill(cluster.pid(cluster.executors[0]), signal.SIGKILL)
    cluster.lost()
    assert all_end([child], 5)
    cluster.added()


def test_workers_that_cannot_start_are_given_up_with_their_last_words(start: Start) -> None:
    cluster = start(expect=0, factory="fake_runner:refuse")
    events = [cluster.events.get(timeout=WAIT) for _ in range(5)]
    assert [type(event) for event in events] == [ExecutorLost] * 4 + [LaneBroken]
    assert "4 worker processes in a row died before any work was done" in events[-1].reason
    assert "RuntimeError: no runner today" in events[-1].reason


def test_an_interpreter_that_is_not_there_is_reported(start: Start) -> None:
    event = start(expect=0, python="/no/such/python").events.get(timeout=WAIT)
    assert isinstance(event, LaneBroken) and event.lane == "python"
    assert "/no/such/python" in event.reason


# --- ends -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("what", ["spin:60", "sleep:60", "lock:60", "big:100000000"])
def test_stopping_while_tasks_run_is_quick_and_leaves_no_process(start: Start, what: str) -> None:
    cluster = start(2, stop_timeout=0.5)
    pids = [cluster.pid(executor) for executor in cluster.executors]
    for executor in range(2):
        cluster.launch(what, executor, executor)
        cluster.await_start(executor)
    before = time.monotonic()
    cluster.backend.stop()
    assert time.monotonic() - before < 10
    assert all_end(pids, 0.5)
    assert cluster.events.empty()


def test_stopping_at_once_leaves_no_process(start: Start) -> None:
    cluster = start(2, expect=0)
    cluster.backend.stop()
    assert not cluster.backend._workers


DRIVER = """
import os, sys, time, threading
from queue import SimpleQueue
from pyrdd.executor.processes import ProcessBackend, ProcessOptions
from pyrdd.executor.sessiondir import SessionDirectory
from pyrdd.executor.task import TaskDescription
added = SimpleQueue()
directory = SessionDirectory(sys.argv[1])
backend = ProcessBackend(3, directory.path, os.urandom(32), ProcessOptions("fake_runner:make"))
backend.start(added.put, lambda executor_id, report: print(bytes(report.payload).decode(), flush=True))
events = [added.get() for _ in range(3)]
for event, what in zip(events, (b"sleep:60", b"lock:60", b"child:60")):
    backend.launch(event.executor_id, TaskDescription(1, 0, 0, 0, 0, 0, what))
print(*(event.pid for event in events), flush=True)
try:
    time.sleep(60)
except KeyboardInterrupt:
    print("interrupted", flush=True)
    time.sleep(0.5)
    print(*(os.path.exists(f"/proc/{event.pid}") for event in events), flush=True)
    backend.stop()
"""


def driver(root: str, how: str) -> subprocess.Popen[str]:
    """A driver program, given as ``python -c`` or on stdin."""
    env = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    arguments = ["-c", DRIVER] if how == "-c" else ["-"]
    process = subprocess.Popen(
        [sys.executable, *arguments, root], env=env, text=True,
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, start_new_session=True,
    )  # fmt: skip
    assert process.stdin is not None
    if how != "-c":
        process.stdin.write(DRIVER)
    process.stdin.close()
    process.stdin = None
    return process


def read_pids(process: subprocess.Popen[str]) -> list[int]:
    """The worker processes and the program that a task started, once all run."""
    assert process.stdout is not None
    return [int(word) for _ in range(2) for word in process.stdout.readline().split()]


@pytest.mark.parametrize("how", ["-c", "stdin"])
def test_no_process_outlives_a_killed_driver(tmp_path: Any, how: str) -> None:
    with driver(str(tmp_path), how) as process:
        pids = read_pids(process)
        assert len(pids) == 4
        time.sleep(0.3)
        assert all(map(is_running, pids))
        process.kill()
    assert all_end(pids, 3.0), [pid for pid in pids if is_running(pid)]
    with SessionDirectory(str(tmp_path)) as path:
        assert os.listdir(tmp_path) == [os.path.basename(path)]


def test_an_interrupt_of_the_drivers_group_does_not_reach_the_workers(tmp_path: Any) -> None:
    with driver(str(tmp_path), "-c") as process:
        pids = read_pids(process)
        os.killpg(process.pid, signal.SIGINT)
        output, _ = process.communicate(timeout=WAIT)
    assert output.split() == ["interrupted", "True", "True", "True"]
    assert all_end(pids, 0.5)


# --- local-cluster ----------------------------------------------------------------------------------------


@pytest.fixture
def cluster() -> Iterator[Cluster]:
    blocks = {"broadcast_1": bytes(2_000_000)}

    def make(directory: str) -> ProcessBackend:
        return LocalClusterBackend(2, 2, 64, directory, os.urandom(32), ProcessOptions(MAKE), blocks.get)

    made = Cluster(make, 2)
    yield made
    made.close()


def test_executors_of_a_cluster_run_as_many_tasks_at_once_as_they_have_cores(cluster: Cluster) -> None:
    for partition in range(4):
        cluster.launch("barrier", partition % 2, partition, partition, barrier=4)
    assert {bytes(cluster.report().payload) for _ in range(4)} == {b"from 0,from 1,from 2,from 3"}


def test_executors_of_a_cluster_read_each_others_files_and_the_drivers_blocks(cluster: Cluster) -> None:
    where = cluster.answer("write:hello", 0).decode()
    assert where.startswith(f"{cluster.backend.endpoint(cluster.executors[0])}|")
    assert cluster.answer(f"fetch:{where}", 1) == b"hello"
    assert cluster.answer("driver_block:broadcast_1", 1) == bytes(2_000_000)


def test_an_executor_of_a_cluster_loses_its_storage_with_its_life(cluster: Cluster) -> None:
    where = cluster.answer("write:hello", 0).decode()
    cluster.launch("exit:1", 0)
    lost = cluster.lost()
    assert lost.storage_lost
    assert not os.path.exists(where.partition("|")[2])
    cluster.added()
    cluster.launch(f"fetch:{where}", 1)
    assert "ConnectionRefusedError" in cluster.report().message

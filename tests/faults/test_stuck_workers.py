"""Workers that do not answer, tasks that do not end, tasks that misuse their process."""

from __future__ import annotations

import os
import signal
import sys
import time

import deeds
import pytest

from pyrdd.errors import PySparkException

pytestmark = pytest.mark.faults

PROCESSES = ["local[2]", "local-cluster[2,1,512]"]


@pytest.mark.parametrize("master", PROCESSES)
def test_a_stopped_worker_is_replaced(make_context, master, marker):
    sc = make_context(master, **{"spark.network.timeout": "6s"})

    def stop_once(x):
        if x == 3 and deeds.first_time(marker):
            os.kill(os.getpid(), signal.SIGSTOP)
        return x

    assert sc.parallelize(range(8), 4).map(stop_once).sum() == 28
    assert os.path.exists(marker)


@pytest.mark.parametrize("master", ["threads[2]", *PROCESSES])
def test_cancelling_a_group_from_another_thread_interrupts_its_tasks_soon(make_context, master, marker, in_thread):
    sc = make_context(master)

    def job():
        sc.setJobGroup("slow", "sleeps", interruptOnCancel=True)

        def sleep(x):
            deeds.first_time(marker)
            for _ in range(3000):
                time.sleep(0.01)

        sc.parallelize(range(2), 2).foreach(sleep)

    running = in_thread(job)
    assert deeds.await_file(marker)
    started = time.monotonic()
    sc.cancelJobGroup("slow")
    with pytest.raises(PySparkException, match="group slow"):
        running.result()
    assert time.monotonic() - started < 10
    assert sc.parallelize(range(4), 2).sum() == 6


@pytest.mark.parametrize("master", PROCESSES)
def test_a_cancelled_task_in_one_long_call_loses_its_worker_not_the_context(make_context, master, marker, in_thread):
    sc = make_context(master, **{"pyrdd.task.killGrace": "1s"})

    def job():
        sc.setJobGroup("deaf", "sleeps", interruptOnCancel=True)
        sc.parallelize(range(2), 2).foreach(lambda x: (deeds.first_time(marker), time.sleep(600)))

    running = in_thread(job)
    assert deeds.await_file(marker)
    sc.cancelJobGroup("deaf")
    with pytest.raises(PySparkException, match="group deaf"):
        running.result()
    assert sc.parallelize(range(4), 2).sum() == 6


@pytest.mark.parametrize("master", PROCESSES)
def test_a_context_that_is_stopped_while_a_job_runs_ends_it(make_context, master, marker, in_thread):
    sc = make_context(master)
    running = in_thread(sc.parallelize(range(2), 2).map(lambda x: (deeds.first_time(marker), time.sleep(600))).collect)
    assert deeds.await_file(marker)
    sc.stop()
    with pytest.raises(PySparkException, match="stopped"):
        running.result()


@pytest.mark.parametrize("master", PROCESSES)
def test_a_task_that_closes_its_standard_streams(make_context, master):
    sc = make_context(master)

    def close(x):
        for stream in (sys.stdin, sys.stdout, sys.stderr):
            stream.close()
        return x

    assert sc.parallelize(range(4), 4).map(close).sum() == 6
    assert sc.parallelize(range(4), 4).map(lambda x: (print(x), x)[1]).sum() == 6
    assert sc.parallelize(range(100), 4).map(lambda x: (x % 3, x)).reduceByKey(lambda a, b: a + b).count() == 3


@pytest.mark.parametrize("master", PROCESSES)
def test_a_task_that_closes_the_descriptors_of_the_standard_streams(make_context, master):
    sc = make_context(master)
    assert sc.parallelize(range(4), 4).map(lambda x: (os.closerange(0, 3), x)[1]).sum() == 6
    assert sc.parallelize(range(100), 4).map(lambda x: (x % 3, x)).reduceByKey(lambda a, b: a + b).count() == 3


@pytest.mark.masters(*PROCESSES)
def test_a_task_that_prints_a_lot(sc):
    def shout(x):
        for _ in range(20):
            print("x" * 10_000)
            print("y" * 10_000, file=sys.stderr)
        return x

    assert sc.parallelize(range(4), 2).map(shout).sum() == 6


@pytest.mark.masters(*PROCESSES)
def test_a_task_that_reads_standard_input_gets_the_end_of_it(sc):
    assert sc.parallelize(range(2), 2).map(lambda x: sys.stdin.read()).collect() == ["", ""]


@pytest.mark.masters(*PROCESSES)
def test_a_task_that_leaves_child_processes(sc, await_true):
    import psutil

    def leave(x):
        import subprocess

        return subprocess.Popen(["sleep", "300"]).pid

    left = sc.parallelize(range(2), 2).map(leave).collect()
    assert all(map(psutil.pid_exists, left))
    sc.stop()
    await_true(lambda: not any(map(_alive, left)), "the children of tasks to end with the context")


def _alive(pid):
    import psutil

    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


@pytest.mark.masters(*PROCESSES)
def test_a_task_that_forks_and_returns_in_the_child_too(sc, marker):
    def fork(x):
        if x == 1 and deeds.first_time(marker):
            if os.fork() == 0:
                os._exit(0)
            os.wait()
        return x

    assert sc.parallelize(range(4), 2).map(fork).sum() == 6


@pytest.mark.masters(*PROCESSES)
def test_signals_and_limits_that_a_task_sets_do_not_break_the_worker(sc):
    def meddle(x):
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        os.chdir("/")
        os.environ.clear()
        sys.setrecursionlimit(500)
        return x

    assert sc.parallelize(range(4), 2).map(meddle).sum() == 6
    assert sc.parallelize(range(100), 4).map(lambda x: (x % 3, x)).reduceByKey(lambda a, b: a + b).count() == 3
    sc.stop()

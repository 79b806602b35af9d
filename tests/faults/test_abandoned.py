"""Drivers that are killed or interrupted: run as programs of their own."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import deeds
import psutil
import pytest

from pyrdd.executor.sessiondir import sweep

pytestmark = pytest.mark.faults

ROOT = Path(__file__).resolve().parents[2]

SLEEPER = """
import os, sys, time, subprocess
from pyrdd import SparkContext
marker = sys.argv[2]
sc = SparkContext(sys.argv[1], "abandoned")
def work(x):
    child = subprocess.Popen(["sleep", "300"])
    with open(f"{marker}-{x}.part", "w") as file:
        file.write(f"{os.getpid()} {child.pid}")
    os.rename(f"{marker}-{x}.part", f"{marker}-{x}")
    if x == 0:
        while True:
            sum(range(10 ** 7))
    time.sleep(300)
sc.parallelize(range(2), 2).map(lambda x: (x, x)).reduceByKey(lambda a, b: a, 2).keys().foreach(work)
"""

INTERRUPTED = """
import os, sys, time
from pyrdd import SparkContext
marker = sys.argv[2]
sc = SparkContext(sys.argv[1], "interrupted")
def pids(): return sorted(set(sc.parallelize(range(8), 8).map(lambda x: (time.sleep(0.1), os.getpid())[1]).collect()))
def slow(x):
    open(f"{marker}-{x}", "w").close()
    for _ in range(3000):
        time.sleep(0.01)
before = pids()
for round in range(int(sys.argv[3])):
    try:
        sc.parallelize(range(2), 2).foreach(slow)
        print("not interrupted")
    except KeyboardInterrupt:
        print("interrupted")
    for x in range(2):
        if os.path.exists(f"{marker}-{x}"): os.unlink(f"{marker}-{x}")
    print("sum", sc.parallelize(range(10), 4).sum(), flush=True)
time.sleep(0.2)
print("same workers", pids() == before)
print("active", sc.statusTracker().getActiveJobsIds())
sc.stop()
"""


def start(program, *arguments, tmp_path):
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "TMPDIR": str(tmp_path)}
    return subprocess.Popen(
        [sys.executable, "-c", program, *map(str, arguments)],
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        env=environment, start_new_session=True, text=True,
    )


def alive(pid):
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


@pytest.mark.parametrize("master", ["local[2]", "local-cluster[2,1,512]"])
def test_a_driver_killed_while_a_job_runs_leaves_no_process_and_the_next_one_sweeps(master, tmp_path):
    marker = tmp_path / "at-work"
    driver = start(SLEEPER, master, marker, tmp_path=tmp_path)
    try:
        assert deeds.await_file(f"{marker}-0") and deeds.await_file(f"{marker}-1")
        below = [child.pid for child in psutil.Process(driver.pid).children(recursive=True)]
        told = [int(pid) for x in (0, 1) for pid in Path(f"{marker}-{x}").read_text().split()]
        assert set(told) <= set(below)
    finally:
        driver.kill()
        driver.wait()
        driver.stdout.close()
    deadline = time.monotonic() + 3
    while any(map(alive, below)) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not any(map(alive, below))
    assert list(tmp_path.glob("pyrdd-*"))
    sweep(str(tmp_path))
    assert not list(tmp_path.glob("pyrdd-*"))


@pytest.mark.parametrize("master", ["local", "threads[2]", "local[2]", "local-cluster[2,1,512]"])
def test_an_interrupted_job_is_cancelled_and_the_context_goes_on(master, tmp_path):
    marker, rounds = tmp_path / "running", 2
    driver = start(INTERRUPTED, master, marker, rounds, tmp_path=tmp_path)
    try:
        for _ in range(rounds):
            assert deeds.await_file(f"{marker}-0"), driver.communicate(timeout=5)
            time.sleep(0.1)
            os.killpg(driver.pid, signal.SIGINT)  # as a terminal does
            line = driver.stdout.readline()
            assert line == "interrupted\n", line + driver.communicate(timeout=20)[0]
            assert driver.stdout.readline() == "sum 45\n"
        output, _ = driver.communicate(timeout=30)
    finally:
        driver.kill()
    assert output == "same workers True\nactive []\n"
    assert driver.returncode == 0
    assert not list(tmp_path.glob("pyrdd-*"))


@pytest.mark.parametrize("master", ["local", "local[2]", "local-cluster[2,1,512]"])
def test_a_program_that_ends_without_stopping_its_context_ends_and_leaves_nothing(master, tmp_path):
    program = "import sys; from pyrdd import SparkContext\nprint(SparkContext(sys.argv[1], 'x').range(10).sum())\n"
    driver = start(program, master, tmp_path=tmp_path)
    output, _ = driver.communicate(timeout=30)
    assert (output, driver.returncode) == ("45\n", 0)
    assert not list(tmp_path.glob("pyrdd-*"))


@pytest.mark.parametrize("master", ["local[2]"])
def test_a_driver_that_dies_of_an_exception_says_so_and_leaves_nothing(master, tmp_path):
    program = "from pyrdd import *; import sys\nSparkContext(sys.argv[1]).range(9).map(lambda x: 1 // x).sum()\n"
    driver = start(program, master, tmp_path=tmp_path)
    output, _ = driver.communicate(timeout=30)
    assert driver.returncode == 1
    assert re.search(r"PythonException: ZeroDivisionError: .*\n  at <string>:2 in lambda", output)
    assert not list(tmp_path.glob("pyrdd-*"))


@pytest.mark.parametrize("master", ["local[2]"])
def test_a_driver_ended_by_sigterm_leaves_no_process(master, tmp_path):
    marker = tmp_path / "at-work"
    driver = start(SLEEPER, master, marker, tmp_path=tmp_path)
    assert deeds.await_file(f"{marker}-0") and deeds.await_file(f"{marker}-1")
    below = [child.pid for child in psutil.Process(driver.pid).children(recursive=True)]
    driver.terminate()
    driver.wait(10)
    driver.stdout.close()
    deadline = time.monotonic() + 3
    while any(map(alive, below)) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not any(map(alive, below))

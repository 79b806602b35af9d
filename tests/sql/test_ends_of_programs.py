"""Queries that the user interrupts, and programs that end in the middle of queries, or fork."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from pyrdd.sql import SparkSession
from pyrdd.sql.execution import database

ROOT = str(Path(__file__).parents[2])
MASTERS = ["local", "threads[2]", "local[2]"]


def run(program: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONPATH": ROOT, "PYTHONWARNINGS": "ignore"}
    command = [sys.executable, "-c", program]
    return subprocess.run(command, capture_output=True, text=True, env=environment, timeout=120)


@pytest.mark.parametrize("master", MASTERS)
def test_an_interrupted_query_leaves_the_session_usable(make_context, monkeypatch, master):
    begun = threading.Event()
    noted = database.ended_by

    def note(interrupt):
        begun.set()
        return noted(interrupt)

    def interrupts():
        begun.wait()
        signal.pthread_kill(threading.main_thread().ident, signal.SIGINT)

    spark = SparkSession(make_context(master))
    query = spark.range(10**15).selectExpr("sum(id % 7)")
    monkeypatch.setattr(database, "ended_by", note)
    other = threading.Thread(target=interrupts)
    other.start()
    try:
        with pytest.raises(KeyboardInterrupt):
            query.collect()
    finally:
        other.join()
    assert spark.range(10).count() == 10


@pytest.mark.parametrize("master", MASTERS)
def test_a_program_may_end_while_its_threads_run_queries(master):
    done = run(f"""
import threading
from pyrdd.sql import SparkSession

spark = SparkSession.builder.master("{master}").getOrCreate()
begun = threading.Semaphore(0)

def queries():
    try:
        while True:
            spark.range(10000).selectExpr("id % 7 AS k").groupBy("k").count().collect()
            begun.release()
    except Exception:
        pass

for _ in range(3):
    threading.Thread(target=queries, daemon=True).start()
numbers = spark.readStream.format("rate-micro-batch").option("rowsPerBatch", 5).load()
numbers.writeStream.foreachBatch(lambda df, n: begun.release()).start()
for _ in range(8):
    begun.acquire()
""")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


@pytest.mark.skipif(not hasattr(os, "fork"), reason="there is no fork")
def test_a_forked_child_can_leave_but_not_run_jobs_of_its_parent():
    done = run("""
import os, sys
from pyrdd.sql import SparkSession

spark = SparkSession.builder.master("local[2]").getOrCreate()
spark.range(10).count()
child = os.fork()
if not child:
    try:
        spark.range(5).count()
    except Exception as error:
        sys.exit(7 if "forked" in str(error) else str(error))
print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), spark.range(4).count())
""")
    assert (done.returncode, done.stdout) == (0, "7 4\n")

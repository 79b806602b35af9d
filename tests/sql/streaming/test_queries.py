"""Queries: their handles, their checkpoints, what happens after a failure; listeners and progress."""

import json
import os
import threading

import pytest

from pyrdd.errors import AnalysisException, IllegalArgumentException, PySparkValueError, StreamingQueryException
from pyrdd.sql import functions as F
from pyrdd.sql.streaming import StreamingQueryListener


def collected(found):
    return lambda df, batch: found.append((batch, sorted(tuple(row) for row in df.select("a").collect())))


def started(df, function, checkpoint, mode="append"):
    return df.writeStream.outputMode(mode).option("checkpointLocation", str(checkpoint)).foreachBatch(function).start()


def test_a_query_goes_on_where_it_was_stopped(files, tmp_path):
    found, checkpoint = [], tmp_path / "checkpoint"
    files.put((1, 1))
    first = started(files.stream(), collected(found), checkpoint)
    first.processAllAvailable()
    first.stop()
    files.put((2, 2))
    second = started(files.stream(), collected(found), checkpoint)
    second.processAllAvailable()
    second.stop()
    assert found == [(0, [(1,)]), (1, [(2,)])]
    assert (first.id == second.id, first.runId == second.runId) == (True, False)


def test_a_batch_that_failed_comes_again_with_the_same_rows_and_state(files, tmp_path):
    found, checkpoint, fail = [], tmp_path / "checkpoint", [1]

    def function(df, batch):
        rows = sorted(tuple(row) for row in df.collect())
        if batch in fail:
            raise ValueError("no")
        found.append((batch, rows))

    counts = files.stream().groupBy("a").count()
    query = started(counts, function, checkpoint, "complete")
    files.put((1, 1))
    query.processAllAvailable()
    files.put((1, 2), (2, 2))
    with pytest.raises(StreamingQueryException) as caught:
        query.processAllAvailable()
    assert isinstance(caught.value.__cause__, ValueError)
    files.put((2, 3))
    fail.clear()
    again = started(counts, function, checkpoint, "complete")
    again.processAllAvailable()
    again.stop()
    assert found == [(0, [(1, 1)]), (1, [(1, 2), (2, 1)]), (2, [(1, 2), (2, 2)])]


def test_the_watermark_is_remembered(files, tmp_path):
    found, checkpoint = [], tmp_path / "checkpoint"
    counts = files.stream().withWatermark("t", "5 seconds").groupBy(F.window("t", "10 seconds")).count()

    def function(df, batch):
        found.append([row["count"] for row in df.collect()])

    for events in ([(1, 1)], [(1, 40)], [(1, 2)]):
        files.put(*events)
        query = started(counts, function, checkpoint, "update")
        query.processAllAvailable()
        query.stop()
    assert [rows for rows in found if rows] == [[1], [1]]


def test_the_checkpoint_has_spark_s_files(files, tmp_path):
    files.put((1, 1))
    query = started(files.stream(), lambda df, n: df.count(), tmp_path / "c")
    query.processAllAvailable()
    query.stop()
    assert json.loads((tmp_path / "c" / "metadata").read_text()) == {"id": query.id}
    version, facts, offset = (tmp_path / "c" / "offsets" / "0").read_text().split("\n")
    assert (version, offset) == ("v1", '{"logOffset":0}')
    assert json.loads(facts)["batchWatermarkMs"] == 0
    assert (tmp_path / "c" / "commits" / "0").read_text() == 'v1\n{"nextBatchWatermarkMs":0}'
    (entry,) = (tmp_path / "c" / "sources" / "0" / "0").read_text().split("\n")[1:]
    assert json.loads(entry)["path"].endswith("/events/001.json")


def test_a_failed_query_says_why(files):
    files.put((1, 1))
    query = files.stream().select(F.expr("raise_error('x')")).writeStream.format("noop").start()
    with pytest.raises(StreamingQueryException, match="x") as caught:
        query.awaitTermination()
    assert caught.value.getCondition() == "STREAM_FAILED"
    assert caught.value.__cause__.getCondition() == "USER_RAISED_EXCEPTION"
    assert query.exception() is caught.value
    assert (query.isActive, query.status["isTriggerActive"]) == (False, False)
    streams = files.session.streams
    with pytest.raises(StreamingQueryException):
        streams.awaitAnyTermination()
    streams.resetTerminated()
    assert streams.awaitAnyTermination(0) is False


def test_a_handle_tells_what_the_query_is(files, tmp_path):
    files.put((1, 1))
    query = files.stream().writeStream.format("noop").queryName("q").start()
    streams = files.session.streams
    assert [q.name for q in streams.active] == ["q"]
    assert streams.get(query.id).runId == query.runId
    query.processAllAvailable()
    assert (query.isActive, query.awaitTermination(0.01)) == (True, False)
    progress = query.lastProgress
    assert (progress.batchId, progress.numInputRows, progress["id"]) == (0, 1, query.id)
    assert progress.sources[0].endOffset == '{"logOffset": 0}'
    assert json.loads(progress.json)["sources"][0]["numInputRows"] == 1
    query.stop()
    assert query.status == {"message": "Stopped", "isDataAvailable": False, "isTriggerActive": False}
    assert (query.isActive, query.exception(), query.awaitTermination(1)) == (False, None, True)
    assert (streams.active, streams.get(query.id)) == ([], None)
    with pytest.raises(IllegalArgumentException, match="Invalid UUID"):
        streams.get("x")
    with pytest.raises(PySparkValueError):
        query.awaitTermination(-1)


def test_two_queries_cannot_have_one_name(files):
    first = files.stream().writeStream.format("noop").queryName("q").start()
    with pytest.raises(IllegalArgumentException, match="already active"):
        files.stream().writeStream.format("noop").queryName("q").start()
    first.stop()


def test_stop_cancels_the_running_job(files):
    running = threading.Event()
    files.put((1, 1))

    def slow(df, batch):
        running.set()
        # a task that can be killed between any two steps
        df.rdd.map(lambda row: sum(0 for _ in range(10**9))).count()

    query = files.stream().writeStream.foreachBatch(slow).start()
    assert running.wait(60)
    query.stop()
    assert (query.isActive, query.exception()) == (False, None)


def test_nothing_is_left_when_the_session_has_stopped(make_context):
    from pyrdd.sql import SparkSession

    session = SparkSession(make_context("local"))
    query = session.readStream.format("rate").load().writeStream.format("noop").start()
    thread, checkpoint = query._execution._thread, query._execution.spec.checkpoint
    assert (thread.is_alive(), os.path.exists(checkpoint)) == (True, True)
    session.stop()
    assert (query.isActive, thread.is_alive(), os.path.exists(checkpoint)) == (False, False, False)


def test_a_query_ends_when_the_context_has_stopped(make_context):
    from pyrdd.sql import SparkSession

    session = SparkSession(make_context("local"))
    query = session.readStream.format("rate").load().writeStream.format("noop").start()
    session.sparkContext.stop()
    query._execution.await_end(60)
    assert not query.isActive
    SparkSession._instantiatedSession = SparkSession._activeSession = None


def test_listeners_hear_of_a_query_s_life(files):
    heard = []

    class Listener(StreamingQueryListener):
        def onQueryStarted(self, event):
            heard.append(("started", event.name, str(event.runId)))

        def onQueryProgress(self, event):
            heard.append(("progress", event.progress.batchId, event.progress.numInputRows))

        def onQueryTerminated(self, event):
            heard.append(("terminated", event.exception, event.errorClassOnException))

    streams, listener = files.session.streams, Listener()
    streams.addListener(listener)
    files.put((1, 1), (2, 2))
    query = files.stream().writeStream.format("noop").queryName("q").start()
    query.processAllAvailable()
    query.stop()
    streams.removeListener(listener)
    files.stream().writeStream.format("noop").trigger(once=True).start().awaitTermination()
    assert heard == [("started", "q", query.runId), ("progress", 0, 2), ("terminated", None, None)]


@pytest.mark.parametrize(
    ("trigger", "batches"), [({"once": True}, [[(1,), (2,), (3,)]]), ({"availableNow": True}, [[(1,)], [(2,)], [(3,)]])]
)
def test_triggers_that_end(files, trigger, batches):
    found = []
    for n in (1, 2, 3):
        files.put((n, n))
    df = files.stream(maxFilesPerTrigger=1)
    df.writeStream.foreachBatch(collected(found)).trigger(**trigger).start().awaitTermination()
    assert [rows for _, rows in found] == batches


def test_an_interval_s_trigger_runs_at_once_first_and_ends_when_asked(files):
    found = []
    files.put((1, 1))
    done = threading.Event()
    query = (
        files.stream().writeStream.trigger(processingTime="1 hour")
        .foreachBatch(lambda df, n: (found.append(df.count()), done.set())).start()
    )  # fmt: skip
    assert done.wait(60)
    query.stop()
    assert found == [1]


def test_a_plan_of_a_stream_is_not_run_as_a_batch(files):
    df = files.stream()
    for action in (df.collect, df.count, df.show, df.toPandas, df.cache, lambda: df.rdd.count()):
        with pytest.raises(AnalysisException) as caught:
            action()
        assert caught.value.getCondition() == "_LEGACY_ERROR_TEMP_3102"
    for member in ("write", "writeTo"):
        with pytest.raises(AnalysisException) as caught:
            getattr(df, member)("t") if member == "writeTo" else df.write
        assert caught.value.getCondition() == "CALL_ON_STREAMING_DATASET_UNSUPPORTED"
    with pytest.raises(AnalysisException) as caught:
        files.session.range(1).writeStream  # noqa: B018
    assert caught.value.getCondition() == "WRITE_STREAM_NOT_ALLOWED"


def test_what_is_observed_is_in_the_progress(files):
    files.put((1, 1), (2, 2))
    df = files.stream().observe("seen", F.count("*").alias("n"), F.max("t").alias("last"))
    query = df.writeStream.format("noop").trigger(once=True).start()
    query.awaitTermination()
    seen = query.lastProgress.observedMetrics["seen"]
    assert (seen.n, seen.last.second) == (2, 2)
    assert json.loads(query.lastProgress.json)["observedMetrics"]["seen"]["n"] == 2


def test_the_checkpoint_of_another_query_is_refused(files, tmp_path):
    files.put((1, 1))
    for n, keys in enumerate((["a"], ["a", "t"])):
        query = started(files.stream().groupBy(*keys).count(), lambda df, n: df.count(), tmp_path / "c", "complete")
        query._execution.await_idle()
        query.stop()
        files.put((1, 1))
        condition = None if n == 0 else "STATE_STORE_VALUE_SCHEMA_NOT_COMPATIBLE"
        assert (query.exception() and query.exception().__cause__.getCondition()) == condition

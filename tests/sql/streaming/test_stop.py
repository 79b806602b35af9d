"""The end of a context ends its streaming queries and what their tasks do, in order."""

import threading

import pytest

from pyrdd.errors import PySparkRuntimeError
from pyrdd.sql import SparkSession

MASTERS = ["local", "threads[2]", "local[2]"]


@pytest.fixture(params=MASTERS)
def spark(make_context, request):
    made = SparkSession(make_context(request.param))
    yield made
    SparkSession._instantiatedSession = SparkSession._activeSession = None


def numbers(spark):
    return spark.readStream.format("rate-micro-batch").option("rowsPerBatch", 5).load()


def endless(spark):
    """A query over so many rows that no one sees its end."""
    return spark.range(10**15).selectExpr("sum(id % 7)")


def test_a_stopped_context_has_ended_its_queries(spark):
    begun = threading.Event()

    def batch(df, number):
        begun.set()
        endless(spark).collect()

    query = numbers(spark).writeStream.foreachBatch(batch).start()
    begun.wait()
    spark.sparkContext.stop()
    assert (query.isActive, query.exception()) == (False, None)
    assert not query._execution._thread.is_alive()


def test_the_queries_of_all_sessions_end(spark):
    queries = [numbers(session).writeStream.format("noop").start() for session in (spark, spark.newSession())]
    spark.stop()
    assert [query.isActive for query in queries] == [False, False]


def test_a_query_may_stop_its_context(spark):
    def batch(df, number):
        spark.stop()

    query = numbers(spark).writeStream.foreachBatch(batch).start()
    query.awaitTermination()
    assert (query.isActive, query.exception(), spark.sparkContext._stopped) == (False, None, True)


def test_no_query_starts_when_the_context_is_stopped(spark):
    writer = numbers(spark).writeStream.format("noop")
    spark.stop()
    with pytest.raises(PySparkRuntimeError, match="stopped SparkContext"):
        writer.start()

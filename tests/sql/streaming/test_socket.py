"""Lines of a TCP server as a stream. Conditions and offsets are Spark's."""

import datetime
import socket
import threading

import pytest

from pyrdd.errors import (
    AnalysisException,
    NumberFormatException,
    PySparkNotImplementedError,
    StreamingQueryException,
    UnsupportedOperationException,
)
from pyrdd.sql import functions as F

LONG = 60


class Server:
    """A server that waits for one client after the other."""

    def __init__(self):
        self._listening = socket.create_server(("localhost", 0))
        self.port = self._listening.getsockname()[1]
        self._client = None

    def accept(self):
        self.hang_up()
        self._client = self._listening.accept()[0]

    def send(self, text):
        self._client.sendall(text.encode())

    def hang_up(self):
        if self._client is not None:
            self._client.close()

    def client_is_gone(self):
        self._client.settimeout(LONG)
        return self._client.recv(1) == b""

    def close(self):
        self.hang_up()
        self._listening.close()


class Batches:
    """What came in the batches, for a test that waits for it."""

    def __init__(self):
        self.rows, self._changed = [], threading.Condition()

    def __call__(self, df, number):
        rows = [tuple(row) for row in df.collect()]
        with self._changed:
            self.rows.append(rows)
            self._changed.notify_all()

    def wait(self, condition):
        with self._changed:
            assert self._changed.wait_for(lambda: condition(self.rows), LONG)


@pytest.fixture
def server():
    made = Server()
    yield made
    made.close()


@pytest.fixture
def lines(session, server):
    return session.readStream.format("socket").option("host", "localhost").option("port", server.port).load()


def all_of(rows):
    return lambda batches: sorted(row for batch in batches for row in batch) == sorted(rows)


def last_is(rows):
    return lambda batches: batches[-1:] and sorted(batches[-1]) == rows


def test_words_are_counted_as_they_come(lines, server):
    counts = lines.select(F.explode(F.split("value", " ")).alias("word")).groupBy("word").count()
    found = Batches()
    query = counts.writeStream.outputMode("complete").foreachBatch(found).start()
    server.accept()
    server.send("a b a\n")
    found.wait(last_is([("a", 2), ("b", 1)]))
    server.send("b\r\npart")
    found.wait(last_is([("a", 2), ("b", 2)]))
    server.send("ial\n\nx\n")
    whole = [("", 1), ("a", 2), ("b", 2), ("partial", 1), ("x", 1)]
    found.wait(last_is(whole))
    query.stop()
    assert server.client_is_gone()
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("TextSocket")]


def test_the_first_batch_is_empty_and_offsets_are_numbers_of_lines(lines, server):
    found = Batches()
    query = lines.writeStream.foreachBatch(found).start()
    server.accept()
    found.wait(lambda batches: batches == [[]])
    server.send("one\ntwo\n")
    found.wait(all_of([("one",), ("two",)]))
    query.processAllAvailable()
    query.stop()
    first, last = query.recentProgress[0].sources[0], query.recentProgress[-1].sources[0]
    assert first.description == f"TextSocketV2[host: localhost, port: {server.port}]"
    assert (first.startOffset, first.endOffset, last.endOffset) == ("null", "-1", "1")


def test_what_a_server_sent_before_it_hung_up_is_read_and_the_query_goes_on(lines, server):
    found = Batches()
    query = lines.writeStream.foreachBatch(found).start()
    server.accept()
    server.send("one\ntwo")
    server.hang_up()
    found.wait(all_of([("one",), ("two",)]))
    assert (query.isActive, query.exception()) == (True, None)
    query.stop()


def test_lines_have_the_time_when_they_came(session, server):
    given = {"host": "localhost", "port": server.port, "includeTimestamp": True}
    lines = session.readStream.format("socket").options(**given).load()
    assert lines.schema.simpleString() == "struct<value:string,timestamp:timestamp>"
    found = Batches()
    query = lines.writeStream.foreachBatch(found).start()
    server.accept()
    server.send("x\n")
    found.wait(lambda batches: any(batches))
    query.stop()
    ((value, time),) = next(filter(None, found.rows))
    assert (value, type(time), time.microsecond % 1000) == ("x", datetime.datetime, 0)


def test_a_query_that_ends_with_what_is_there_reads_nothing_of_a_new_connection(lines, server):
    found = Batches()
    query = lines.writeStream.trigger(availableNow=True).foreachBatch(found).start()
    server.accept()
    assert query.awaitTermination(LONG)
    assert found.rows == [[]]


def test_a_query_that_nobody_answers_fails(session, server):
    server.close()
    lines = session.readStream.format("socket").options(host="localhost", port=server.port).load()
    query = lines.writeStream.format("noop").start()
    with pytest.raises(StreamingQueryException, match="Connection refused"):
        query.awaitTermination()


def test_lines_of_an_earlier_run_are_not_there_any_more(lines, server, tmp_path):
    found, writer = Batches(), lines.writeStream.option("checkpointLocation", str(tmp_path / "c"))
    query = writer.foreachBatch(found).start()
    server.accept()
    server.send("one\n")
    found.wait(all_of([("one",)]))
    query.processAllAvailable()
    query.stop()
    again = writer.foreachBatch(found).start()
    server.accept()
    with pytest.raises(StreamingQueryException) as caught:
        again.awaitTermination()
    assert isinstance(caught.value.__cause__, PySparkNotImplementedError)


@pytest.mark.parametrize(
    ("options", "raised", "condition"),
    [
        ({"port": 9}, AnalysisException, "_LEGACY_ERROR_TEMP_1295"),
        ({"host": "h"}, AnalysisException, "_LEGACY_ERROR_TEMP_1296"),
        ({"host": "h", "port": 9, "includeTimestamp": "maybe"}, AnalysisException, "_LEGACY_ERROR_TEMP_1297"),
        ({"host": "h", "port": "x"}, NumberFormatException, None),
    ],
)
def test_options_are_checked_when_the_stream_is_made(session, options, raised, condition):
    with pytest.raises(raised) as caught:
        session.readStream.format("socket").options(**options).load()
    assert caught.value.getCondition() == condition


def test_the_schema_is_the_source_s_own(session):
    reader = session.readStream.format("socket").options(host="h", port=9)
    with pytest.raises(UnsupportedOperationException) as caught:
        reader.schema("a string").load()
    assert caught.value.getCondition() == "_LEGACY_ERROR_TEMP_2242"
    assert caught.value.getMessageParameters() == {"provider": "TextSocketSourceProvider"}

"""Where the rows of streams come from, and where they go."""

import itertools
import json

import pytest

from pyrdd.errors import AnalysisException, PySparkAttributeError
from pyrdd.sql import functions as F
from pyrdd.sql.datasource import (
    DataSource,
    DataSourceStreamReader,
    DataSourceStreamWriter,
    InputPartition,
    SimpleDataSourceStreamReader,
    WriterCommitMessage,
)


def run(df, trigger="availableNow", **options):
    """The rows of each batch."""
    found = []
    writer = df.writeStream.options(**options).foreachBatch(
        lambda df, n: found.append([tuple(r) for r in df.collect()])
    )
    writer.trigger(**{trigger: True}).start().awaitTermination()
    return found


def test_a_memory_sink_is_a_view_that_grows(files):
    query = files.stream().groupBy("a").count().writeStream.outputMode("update").format("memory").queryName("m").start()
    for events in ([(1, 1)], [(1, 1), (2, 1)]):
        files.put(*events)
        query.processAllAvailable()
    query.stop()
    rows = files.session.sql("SELECT * FROM m WHERE a = 1 ORDER BY count").collect()
    assert [tuple(row) for row in rows] == [(1, 1), (1, 2)]
    assert files.session.table("m").count() == 3


def test_a_memory_sink_of_everything_has_the_last_result_only(files):
    query = (
        files.stream().groupBy("a").count().writeStream.outputMode("complete").format("memory").queryName("m").start()
    )
    for events in ([(1, 1)], [(1, 1), (2, 1)]):
        files.put(*events)
        query.processAllAvailable()
    query.stop()
    assert sorted(tuple(row) for row in files.session.table("m").collect()) == [(1, 2), (2, 1)]


def test_the_console_shows_batches_as_spark_does(files, capfd, monkeypatch):
    import sys

    monkeypatch.setattr(sys, "__stdout__", sys.stdout)
    files.put((1, 1), (2, 2))
    query = files.stream().select("a").writeStream.format("console").option("numRows", 1).trigger(once=True).start()
    query.awaitTermination()
    rule = "-" * 43
    table = "+---+\n|  a|\n+---+\n|  1|\n+---+\nonly showing top 1 row\n"
    assert capfd.readouterr().out == f"{rule}\nBatch: 0\n{rule}\n{table}\n"


def test_files_are_written_once_though_the_commit_was_lost(files, session, tmp_path):
    out, checkpoint = tmp_path / "out", tmp_path / "checkpoint"

    def write():
        writer = files.stream().writeStream.format("parquet").option("checkpointLocation", str(checkpoint))
        writer.trigger(availableNow=True).start(str(out)).awaitTermination()

    files.put((1, 1))
    write()
    files.put((2, 2))
    write()
    (checkpoint / "commits" / "1").unlink()
    write()
    assert sorted(row.a for row in session.read.parquet(str(out)).collect()) == [1, 2]


def test_files_that_are_not_in_the_log_are_not_read(files, session, tmp_path):
    out = str(tmp_path / "out")
    files.put((1, 1))
    query = files.stream().select("a").writeStream.option("checkpointLocation", str(tmp_path / "c")).start(out)
    query.processAllAvailable()
    query.stop()
    session.createDataFrame([(7,)], "a int").write.mode("append").parquet(out)
    assert [row.a for row in session.read.parquet(out).collect()] == [1]
    entry = json.loads((tmp_path / "out" / "_spark_metadata" / "0").read_text().split("\n")[1])
    assert (entry["action"], entry["path"].startswith("file:")) == ("add", True)


def test_a_stream_writes_partitions(files, session, tmp_path):
    files.put((1, 1), (2, 2))
    writer = (
        files.stream().writeStream.partitionBy("a").format("json").option("checkpointLocation", str(tmp_path / "c"))
    )
    writer.trigger(once=True).start(str(tmp_path / "out")).awaitTermination()
    assert sorted(p.name for p in (tmp_path / "out").iterdir() if p.is_dir()) == ["_spark_metadata", "a=1", "a=2"]
    assert session.read.json(str(tmp_path / "out")).where("a = 2").count() == 1


class Told:
    """Writes what it is told to a file; tasks may run elsewhere."""

    def __init__(self, path, wanted=True):
        self.path, self.wanted = str(path), wanted

    def tell(self, *what):
        with open(self.path, "a", encoding="utf-8") as file:
            file.write(json.dumps(what) + "\n")

    def open(self, partition, batch):
        self.tell("open", batch)
        return self.wanted

    def process(self, row):
        self.tell("row", row.a)

    def close(self, error):
        self.tell("close", None if error is None else str(error))


def test_foreach_opens_gives_rows_and_closes(files, tmp_path):
    files.put((1, 1))
    for wanted, expected in (
        (True, [["open", 0], ["row", 1], ["close", None]]),
        (False, [["open", 0], ["close", None]]),
    ):
        told = Told(tmp_path / f"told-{wanted}", wanted)
        files.stream().writeStream.foreach(told).trigger(once=True).start().awaitTermination()
        assert [json.loads(line) for line in open(told.path, encoding="utf-8")] == expected
    with pytest.raises(PySparkAttributeError):
        files.stream().writeStream.foreach(object())


def test_foreach_takes_a_function(files, tmp_path):
    files.put((1, 1), (2, 2))
    told = Told(tmp_path / "told")
    files.stream().writeStream.foreach(lambda row: told.tell(row.a)).trigger(once=True).start().awaitTermination()
    assert sorted(open(told.path, encoding="utf-8")) == ["[1]\n", "[2]\n"]


def test_rate_micro_batch_counts_on(session, tmp_path):
    df = session.readStream.format("rate-micro-batch").options(rowsPerBatch=2, startTimestamp=1000).load()
    df = df.select(F.unix_millis("timestamp"), "value")
    checkpoint = str(tmp_path / "c")
    assert run(df, "once", checkpointLocation=checkpoint) == [[(1000, 0), (1000, 1)]]
    assert run(df, "availableNow", checkpointLocation=checkpoint) == [[(2000, 2), (2000, 3)]]


def test_rate_makes_rows_of_the_seconds_that_have_passed(session, tmp_path):
    from pyrdd.sql.streaming.sources.base import SourceContext
    from pyrdd.sql.streaming.sources.rate import RateProvider

    source = RateProvider(5, 0, None).open(SourceContext(session, str(tmp_path / "s")))
    rows = session._frame(source.rows("1", "3")).collect()
    assert [row.value for row in rows] == list(range(5, 15))
    assert {(b.timestamp - a.timestamp).microseconds for a, b in itertools.pairwise(rows)} == {200_000}
    ramped = RateProvider(10, 4, None).open(SourceContext(session, str(tmp_path / "s")))
    assert [ramped._value_at(n) for n in range(7)] == [0, 2, 6, 12, 20, 30, 40]


def test_files_come_in_the_order_of_their_times(files):
    for n in (3, 1, 2):
        files.put((n, 0))
    df = files.stream(maxFilesPerTrigger=2).select("a")
    assert run(df) == [[(3,), (1,)], [(2,)]]
    df = files.stream(maxFilesPerTrigger=1, latestFirst=True).select("a")
    assert run(df) == [[(2,)], [(1,)], [(3,)]]


def test_text_and_csv_are_streams_too(session, tmp_path):
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "a.csv").write_text("1,x\n2,y\n")
    assert run(session.readStream.text(str(tmp_path / "in"))) == [[("1,x",), ("2,y",)]]
    assert run(session.readStream.csv(str(tmp_path / "in"), "n int, s string")) == [[(1, "x"), (2, "y")]]


def test_a_stream_goes_into_a_table_and_out_of_it(files, session, tmp_path):
    session.sql(f"CREATE DATABASE streamed LOCATION '{tmp_path / 'database'}'")
    files.put((1, 1))
    name = "streamed.t"
    query = files.stream().select("a").writeStream.toTable(name, checkpointLocation=str(tmp_path / "c"))
    query.processAllAvailable()
    query.stop()
    try:
        assert session.table(name).collect() == [(1,)]
        assert run(session.readStream.table(name)) == [[(1,)]]
    finally:
        session.sql("DROP DATABASE streamed CASCADE")


# --- Python data sources ---------------------------------------------------------------------------------------------


class Numbers(DataSource):
    @classmethod
    def name(cls):
        return "streamed_numbers"

    def schema(self):
        return "n int"

    def streamReader(self, schema):
        return NumbersReader()

    def streamWriter(self, schema, overwrite):
        return NumbersWriter(self.options["told"])


class NumbersReader(DataSourceStreamReader):
    def initialOffset(self):
        return {"n": 0}

    def latestOffset(self, start, limit):
        return {"n": min(start["n"] + 2, 4)}

    def partitions(self, start, end):
        return [InputPartition(n) for n in range(start["n"], end["n"])]

    def read(self, partition):
        yield (partition.value,)


class Written(WriterCommitMessage):
    def __init__(self, rows):
        self.rows = rows


class NumbersWriter(DataSourceStreamWriter):
    def __init__(self, path):
        self.told = Told(path)

    def write(self, iterator):
        return Written([row.n for row in iterator])

    def commit(self, messages, batchId):
        self.told.tell("commit", batchId, sorted(n for message in messages for n in message.rows))


class Simple(DataSource):
    @classmethod
    def name(cls):
        return "simple_numbers"

    def schema(self):
        return "n int"

    def simpleStreamReader(self, schema):
        return SimpleReader()


class SimpleReader(SimpleDataSourceStreamReader):
    def initialOffset(self):
        return {"n": 0}

    def read(self, start):
        n = start["n"]
        return (iter([(n,), (n + 1,)]), {"n": n + 2}) if n < 4 else (iter([]), start)

    def readBetweenOffsets(self, start, end):
        return iter([(n,) for n in range(start["n"], end["n"])])


def test_a_python_source_reads_and_writes_streams(session, tmp_path):
    session.dataSource.register(Numbers)
    told, checkpoint = str(tmp_path / "told"), str(tmp_path / "c")
    df = session.readStream.format("streamed_numbers").load()
    query = df.writeStream.format("streamed_numbers").options(told=told, checkpointLocation=checkpoint).start()
    query.processAllAvailable()
    query.stop()
    assert [json.loads(line) for line in open(told, encoding="utf-8")] == [["commit", 0, [0, 1]], ["commit", 1, [2, 3]]]


def test_a_simple_reader_reads_in_the_driver_and_again_after_a_failure(session, tmp_path):
    session.dataSource.register(Simple)
    found, fail = [], [1]

    def function(df, batch):
        if batch in fail:
            raise ValueError("no")
        found.append((batch, [row.n for row in df.collect()]))

    for _ in range(2):
        df = session.readStream.format("simple_numbers").load()
        query = df.writeStream.foreachBatch(function).option("checkpointLocation", str(tmp_path / "c")).start()
        query._execution.await_idle()
        query.stop()
        fail.clear()
    assert found == [(0, [0, 1]), (1, [2, 3])]


def test_sinks_that_need_a_checkpoint_or_a_name_say_so(files, tmp_path):
    df = files.stream()
    for start, condition in (
        (lambda: df.writeStream.start(str(tmp_path / "o")), "_LEGACY_ERROR_TEMP_1298"),
        (lambda: df.writeStream.format("memory").start(), "_LEGACY_ERROR_TEMP_1194"),
        (lambda: df.writeStream.foreachBatch(print).partitionBy("a").start(), "_LEGACY_ERROR_TEMP_1197"),
    ):
        with pytest.raises(AnalysisException) as caught:
            start()
        assert caught.value.getCondition() == condition

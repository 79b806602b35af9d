"""Python data sources that go wrong, and what writers are told: conditions and calls are PySpark's."""

from __future__ import annotations

import pytest

from pyrdd import TaskContext
from pyrdd.errors import AnalysisException, PySparkAssertionError, PySparkRuntimeError, PythonException
from pyrdd.sql import Row
from pyrdd.sql.datasource import DataSource, DataSourceReader, DataSourceWriter, InputPartition, WriterCommitMessage


class Reader(DataSourceReader):
    def __init__(self, partitions, read):
        self._partitions, self._read = partitions, read

    def partitions(self):
        return self._partitions()

    def read(self, partition):
        return self._read(partition)


class Written(WriterCommitMessage):
    def __init__(self, count):
        self.count = count


class Writer(DataSourceWriter):
    def __init__(self, write, log, overwrite, commit=None):
        self._write, self._log, self._overwrite, self._commit = write, log, overwrite, commit

    def write(self, iterator):
        return self._write(list(iterator))

    def commit(self, messages):
        self._note("commit", messages)
        if self._commit is not None:
            self._commit()

    def abort(self, messages):
        self._note("abort", messages)

    def _note(self, what, messages):
        with open(self._log, "a", encoding="utf-8") as file:
            counts = [message and message.count for message in messages]
            file.write(f"{what} {counts} {self._overwrite}\n")


def source(reader=None, writer=None):
    class Source(DataSource):
        @classmethod
        def name(cls):
            return "tried"

        def schema(self):
            return "a int, b string"

        def reader(self, schema):
            return reader

        def writer(self, schema, overwrite):
            return writer(overwrite)

    return Source


def read(spark, rows=None, partitions=lambda: [InputPartition(0), InputPartition(1)]):
    spark.dataSource.register(source(Reader(partitions, rows)))
    return spark.read.format("tried").load().collect()


def fails(*_):
    raise ValueError("no good")


def test_rows_go_by_position_and_rows_with_names_by_name(spark):
    assert read(spark, lambda partition: iter([(1, "x")])) == [Row(a=1, b="x")] * 2
    assert read(spark, lambda partition: iter([Row(b="x", a=partition.value)])) == [Row(a=0, b="x"), Row(a=1, b="x")]


def test_a_table_may_be_that_of_a_python_source(spark):
    spark.dataSource.register(source(Reader(lambda: [InputPartition(0)], lambda partition: iter([(1, "x")]))))
    spark.sql("CREATE TABLE of_a_source USING tried")
    assert spark.sql("SELECT * FROM of_a_source").collect() == [Row(a=1, b="x")]
    spark.sql("DROP TABLE of_a_source")


@pytest.mark.parametrize("partitions", [list, lambda: DataSourceReader.partitions(None)])
def test_a_reader_without_partitions_reads_once(spark, partitions):
    found = read(spark, lambda partition: iter([(1, str(partition.value))]), partitions)
    assert found == [Row(a=1, b="None")]


@pytest.mark.parametrize(
    ("returned", "parameters"),
    [
        (lambda partition: None, {"type": "NoneType", "supported_types": "iterator"}),
        (lambda partition: 1, {"type": "int", "supported_types": "iterator"}),
        (lambda partition: [(1, "x")], {"type": "list", "supported_types": "iterator"}),
        (
            lambda partition: iter([1]),
            {"type": "int", "supported_types": "tuple, list, `pyspark.sql.types.Row`, `pyarrow.RecordBatch`"},
        ),
        (
            lambda partition: iter([None]),
            {"type": "NoneType", "supported_types": "tuple, list, `pyspark.sql.types.Row`, `pyarrow.RecordBatch`"},
        ),
    ],
)
def test_what_is_no_row_is_an_error(spark, returned, parameters):
    with pytest.raises(PySparkRuntimeError) as error:
        read(spark, returned)
    assert error.value.getCondition() == "DATA_SOURCE_INVALID_RETURN_TYPE"
    assert error.value.getMessageParameters() == {"name": "tried", **parameters}


@pytest.mark.parametrize(
    ("row", "expected", "actual"),
    [((1,), "2", "1"), (Row(c="x", a=1), "['a', 'b']", "['c', 'a']")],
)
def test_rows_of_another_shape_are_errors(spark, row, expected, actual):
    with pytest.raises(PySparkRuntimeError) as error:
        read(spark, lambda partition: iter([row]))
    assert error.value.getCondition() == "DATA_SOURCE_RETURN_SCHEMA_MISMATCH"
    assert error.value.getMessageParameters() == {"expected": expected, "actual": actual}


def test_a_reader_that_fails_is_the_users_exception(spark):
    with pytest.raises(PythonException, match="ValueError: no good"):
        read(spark, fails)
    with pytest.raises(PythonException, match="int32"):
        read(spark, lambda partition: iter([("q", "x")]))


@pytest.mark.parametrize(
    ("partitions", "expected", "actual"),
    [
        (lambda: None, "'partitions' to return a list", "'NoneType'"),
        (
            lambda: [1, InputPartition(0)],
            "elements in 'partitions' to be of type 'InputPartition'",
            "'int', 'InputPartition'",
        ),
    ],
)
def test_partitions_are_a_list_of_partitions(spark, partitions, expected, actual):
    with pytest.raises(PySparkRuntimeError) as error:
        read(spark, None, partitions)
    assert error.value.getCondition() == "DATA_SOURCE_TYPE_MISMATCH"
    assert error.value.getMessageParameters() == {"expected": expected, "actual": actual}


def written(spark, tmp_path, write, mode="append", commit=None):
    log = tmp_path / "log"
    spark.dataSource.register(source(writer=lambda overwrite: Writer(write, str(log), overwrite, commit)))
    df = spark.range(0, 4, 1, 2)
    error = None
    try:
        df.write.format("tried").mode(mode).save()
    except Exception as caught:
        error = caught
    return error, log.read_text(encoding="utf-8").splitlines() if log.exists() else []


def test_a_write_is_committed_with_the_messages_of_its_tasks(spark, tmp_path):
    assert written(spark, tmp_path, lambda rows: Written(len(rows))) == (None, ["commit [2, 2] False"])
    assert written(spark, tmp_path, lambda rows: None, "overwrite") == (
        None,
        ["commit [2, 2] False", "commit [None, None] True"],
    )


def test_a_write_that_fails_is_aborted(spark, tmp_path):
    error, calls = written(spark, tmp_path, fails)
    assert isinstance(error, PythonException)
    assert "no good" in str(error)
    assert calls == ["abort [None, None] False"]


def test_a_message_is_a_message(spark, tmp_path):
    error, calls = written(spark, tmp_path, lambda rows: 1)
    assert isinstance(error, PySparkAssertionError)
    assert error.getCondition() == "DATA_SOURCE_TYPE_MISMATCH"
    assert calls == ["abort [None, None] False"]


def test_a_commit_that_fails_is_an_error(spark, tmp_path):
    error, calls = written(spark, tmp_path, lambda rows: Written(TaskContext.get().partitionId()), commit=fails)
    assert "no good" in str(error)
    assert calls[0] == "commit [0, 1] False"


def test_modes_are_append_and_overwrite(spark, tmp_path):
    for mode, shown in (("error", '"ErrorIfExists"'), ("ignore", '"Ignore"')):
        error, calls = written(spark, tmp_path, lambda rows: None, mode)
        assert isinstance(error, AnalysisException)
        assert error.getMessageParameters() == {"source": "tried", "createMode": shown}
        assert calls == []

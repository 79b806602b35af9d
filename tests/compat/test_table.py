"""The table says what the code does, and the files that are generated are current."""

from __future__ import annotations

import os
from fnmatch import fnmatchcase

import pytest

from pyrdd.compat import generate, members, table
from pyrdd.compat.differences import DIFFERENT, REFUSED, UNSEEN, Difference, is_unseen
from pyrdd.compat.judge import find, judge, refusal_of
from pyrdd.compat.members import Member, member_of
from pyrdd.compat.table import Support, absent_packages, summary, support_of
from pyrdd.errors import PySparkAttributeError, PySparkException, PySparkNotImplementedError, PySparkValueError
from pyrdd.sql import SparkSession, functions
from pyrdd.sql.streaming import listener
from pyrdd.version import SPARK_VERSION

CURRENT = "make it current: python -m pyrdd.compat.generate"


def test_the_table_is_what_the_code_says():
    assert table.DATA.read_text("utf-8") == generate.table_text(), CURRENT


def test_the_page_is_what_the_table_says():
    assert generate.PAGE.read_text("utf-8") == generate.page_text(), CURRENT


def test_the_members_are_those_of_an_installed_pyspark():
    python = os.environ.get("PYRDD_PARITY_PYTHON")
    if not python:
        pytest.skip("PYRDD_PARITY_PYTHON names no Python with PySpark")
    assert members.DATA.read_text("utf-8") == generate.members_text(generate.home_of(python))


def test_the_members_are_of_the_version_that_is_followed():
    assert members.pyspark_version() == SPARK_VERSION


def test_every_member_that_is_wholly_there_exists():
    wholly = [name for name, support in table.table().items() if support.level == "yes" and not is_unseen(name)]
    assert len(wholly) > 1700
    for name in wholly:
        find(name)  # raises LookupError


@pytest.mark.parametrize("kind", ["StreamingQueryProgress", "StateOperatorProgress", "SourceProgress", "SinkProgress"])
def test_members_that_only_instances_have_are_there(kind):
    prefix = f"pyspark.sql.streaming.listener.{kind}."
    unseen = {name[len(prefix) :] for name in members.members() if name.startswith(prefix) and is_unseen(name)}
    names = unseen - set(dir(getattr(listener, kind)))
    facts = getattr(listener, kind)(dict.fromkeys(names, 1))
    assert len(names) > 2
    assert all(getattr(facts, name) == 1 for name in names)


def test_a_member_that_is_not_there_is_a_no():
    assert judge(Member("pyspark.sql.DataFrame.sparkle", "method", ())).level == "no"


def test_a_member_without_all_parameters_is_partly_there():
    more = Member("pyspark.sql.DataFrame.limit", "method", ("num", "colour"))
    assert judge(more) == Support("partial", "Without colour.")


def test_a_body_that_only_refuses_is_a_no_with_its_own_alternative():
    assert refusal_of(find("pyspark.sql.DataFrame.plot")) == "Use toPandas().plot."
    assert refusal_of(find("pyspark.sql.DataFrame.select")) is None


def test_a_refusal_has_words():
    silent = [name for name, support in table.table().items() if support.level != "yes" and not support.note]
    assert silent == []


@pytest.mark.parametrize("pattern", [*DIFFERENT, *REFUSED, *UNSEEN])
def test_what_our_hands_say_is_of_members_that_pyspark_has(pattern):
    assert any(fnmatchcase(name, pattern) for name in members.members())


@pytest.mark.parametrize("name", DIFFERENT)
def test_a_difference_of_arguments_names_parameters(name):
    concerned = [member for known, member in members.members().items() if fnmatchcase(known, name)]
    arguments = {argument for difference in DIFFERENT[name] for argument in difference.arguments or ()}
    options = {"rowValidationXSDPath"}  # given among **options
    assert arguments - options <= {parameter for member in concerned for parameter in member.parameters or ()}


def test_unknown_values_are_not_held_against_a_call():
    difference = Difference("only local files", ("path",), "hdfs:.*", refused=True)
    assert difference.concerns({"path": "hdfs://x"})
    assert not any(difference.concerns(given) for given in ({"path": "x"}, {"path": object()}, {}, None))
    assert Difference("always").concerns(None)
    assert not Difference("up to the data", ()).concerns({"path": "x"})


def test_the_packages_that_are_absent_cover_what_is_below_them():
    assert support_of("pyspark.ml.feature.Tokenizer") == absent_packages()["pyspark.ml"]
    assert support_of("pyspark.mllibrary") is None


def test_the_summary_counts_every_member_once():
    assert sum(summary().values()) == len(table.table())
    assert summary("pyspark.sql.functions")["yes"] > 500


def test_members_are_found_in_the_classes_above():
    found = member_of("pyspark.sql.types.LongType", "simpleString")
    assert found is not None and found.returns is None
    assert member_of("pyspark.BarrierTaskContext", "partitionId").name == "pyspark.TaskContext.partitionId"


# --- what is said to be refused, is -----------------------------------------------------------------------------


@pytest.fixture
def spark(sc):
    return SparkSession(sc)


REFUSED_CALLS = {
    "pyspark.sql.DataFrame.pandas_api": lambda spark, F: spark.range(1).pandas_api(),
    "pyspark.sql.DataFrame.plot": lambda spark, F: spark.range(1).plot,
    "pyspark.sql.DataFrame.executionInfo": lambda spark, F: spark.range(1).executionInfo,
    "pyspark.sql.DataFrameReader.changes": lambda spark, F: spark.read.changes("t"),
    "pyspark.sql.DataFrameWriter.jdbc": lambda spark, F: spark.range(1).write.jdbc("jdbc:sqlite:x", "t"),
    "pyspark.sql.SparkSession.addArtifact": lambda spark, F: spark.addArtifact("x.py"),
    "pyspark.sql.SparkSession.addArtifacts": lambda spark, F: spark.addArtifacts("x.py"),
    "pyspark.sql.SparkSession.clearProgressHandlers": lambda spark, F: spark.clearProgressHandlers(),
    "pyspark.sql.SparkSession.client": lambda spark, F: spark.client,
    "pyspark.sql.SparkSession.copyFromLocalToFs": lambda spark, F: spark.copyFromLocalToFs("a", "b"),
    "pyspark.sql.SparkSession.interruptOperation": lambda spark, F: spark.interruptOperation("x"),
    "pyspark.sql.SparkSession.profile": lambda spark, F: spark.profile,
    "pyspark.sql.SparkSession.registerProgressHandler": lambda spark, F: spark.registerProgressHandler(print),
    "pyspark.sql.SparkSession.removeProgressHandler": lambda spark, F: spark.removeProgressHandler(print),
    "pyspark.sql.UDFRegistration.registerJavaFunction": lambda spark, F: spark.udf.registerJavaFunction("f", "a.B"),
    "pyspark.sql.UDFRegistration.registerJavaUDAF": lambda spark, F: spark.udf.registerJavaUDAF("f", "a.B"),
    "pyspark.sql.functions.java_method": lambda spark, F: spark.range(1).select(F.java_method(F.lit("a"), F.lit("b"))),
    "pyspark.sql.functions.reflect": lambda spark, F: spark.range(1).select(F.reflect(F.lit("a"), F.lit("b"))),
    "pyspark.sql.functions.try_reflect": lambda spark, F: spark.range(1).select(F.try_reflect(F.lit("a"), F.lit("b"))),
    "pyspark.sql.functions.timestamp_nanos": lambda spark, F: spark.range(1).select(F.timestamp_nanos("id")),
    "pyspark.sql.streaming.DataStreamReader.changes": lambda spark, F: spark.readStream.changes("t"),
    "pyspark.sql.streaming.DataStreamReader.name": lambda spark, F: spark.readStream.name("a"),
    "pyspark.sql.tvf.TableValuedFunction.python_worker_logs": lambda spark, F: spark.tvf.python_worker_logs(),
}


@pytest.mark.parametrize("name", REFUSED_CALLS)
def test_a_member_that_is_said_to_be_refused_refuses(spark, name):
    assert table.table()[name].level == "no"
    with pytest.raises((PySparkNotImplementedError, PySparkAttributeError, PySparkValueError)):
        REFUSED_CALLS[name](spark, functions)


REFUSED_ARGUMENTS = {
    ("pyspark.SparkContext.addFile", "hdfs://h/x"): lambda spark, value: spark.sparkContext.addFile(value),
    ("pyspark.SparkContext.addPyFile", "https://h/x.py"): lambda spark, value: spark.sparkContext.addPyFile(value),
    ("pyspark.sql.DataFrameReader.format", "kafka"): lambda spark, value: spark.read.format(value).load(),
    ("pyspark.sql.DataFrameReader.format", "avro"): lambda spark, value: spark.read.format(value).load("x"),
    ("pyspark.sql.DataFrameReader.load", "delta"): lambda spark, value: spark.read.load("x", format=value),
    ("pyspark.sql.DataFrameWriter.format", "jdbc"): lambda spark, value: spark.range(1).write.format(value).save(),
    ("pyspark.sql.streaming.DataStreamReader.format", "kafka"): lambda spark, value: spark.readStream.format(
        value
    ).load(),
}


@pytest.mark.parametrize(("name", "value"), REFUSED_ARGUMENTS)
def test_an_argument_that_is_said_to_be_refused_is(spark, name, value):
    said = [d for d in DIFFERENT[name] if d.arguments and d.concerns(dict.fromkeys(d.arguments, value))]
    assert [d.refused for d in said] == [True]
    with pytest.raises(PySparkException):
        REFUSED_ARGUMENTS[name, value](spark, value)

"""What our own hands say of PySpark's members: what differs, what is refused, and what to use instead.

Names may be patterns (`fnmatch`). Members that are not there, or whose bodies do nothing but refuse, need no entry:
`judge` sees these itself. An entry for a member that PySpark does not have fails a test.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from fnmatch import fnmatchcase
from typing import Any

from pyrdd.util.frozen import frozen


@frozen
class Difference:
    """What differs of a member: ``note`` says it. With ``arguments`` only calls that give one of these differ, with
    ``values`` those whose argument matches this regular expression; with none (the empty tuple) it is up to the data, or to
    what is around a call, and no call shows it. ``refused`` says that such a call fails."""

    note: str
    arguments: tuple[str, ...] | None = None
    values: str | None = None
    refused: bool = False

    def concerns(self, given: Mapping[str, Any] | None) -> bool:
        """Whether a use differs, by the arguments of a call; values that are not known are not held against it.

        >>> Difference("no", ("path",), "hdfs:.*", refused=True).concerns({"path": "hdfs://host/file"})
        True
        """
        if self.arguments is None:
            return True
        return given is not None and any(name in given and self._is_met(given[name]) for name in self.arguments)

    def _is_met(self, value: Any) -> bool:
        if self.values is None:
            return value is not None
        return isinstance(value, str) and re.fullmatch(self.values, value, re.IGNORECASE) is not None


def differences(name: str) -> Iterator[Difference]:
    """What is said of a member."""
    for pattern, found in DIFFERENT.items():
        if fnmatchcase(name, pattern):
            yield from found


def instead_of(name: str) -> str:
    """What to use instead of a member that is refused; the empty text for others."""
    return next((note for pattern, note in REFUSED.items() if fnmatchcase(name, pattern)), "")


def is_unseen(name: str) -> bool:
    """Whether a member is one that only instances have, not their class."""
    return any(fnmatchcase(name, pattern) for pattern in UNSEEN)


def _differs(note: str) -> Sequence[Difference]:
    return (Difference(note),)


def _refuses(arguments: str, note: str, values: str | None = None) -> Sequence[Difference]:
    return (Difference(note, tuple(arguments.split()), values, refused=True),)


def _rarely(note: str) -> Sequence[Difference]:
    return (Difference(note, (), refused=True),)


_CLUSTERS = "(spark|yarn|k8s|mesos|sc)\\b.*"
_MASTERS = "Masters are local, local[N], threads[N] and local-cluster[E,C,M]; PySpark takes over for others, where it is installed."
_CONVERTERS = "keyConverter and valueConverter are refused: there is no JVM; use map."
_FORMATS = "Formats are those of text, key-value text and SequenceFiles."
_REMOTE = "Remote files are refused: give a local path."
_REMOTE_PATH = "(https?|ftp|hdfs|s3[an]?|gs|abfss?|wasbs?|dbfs):.*"
_NO_FORMAT = (
    "Formats of Java packages (kafka, avro, delta, iceberg) are not there: use files, jdbc or a Python data source."
)
_JAVA_FORMATS = (
    "kafka|avro|delta|iceberg|hudi|mongodb|snowflake|bigquery|redshift|"
    r"org\.apache\.spark\.sql\.(kafka|cassandra|avro).*"
)
_CODECS = "lz4, snappy and lzo are refused: use gzip, bzip2, deflate or zstd."
_COMPRESSED = ".*(lz4|snappy|lzo).*"
_REGEX = "Rare constructs of Java's regular expressions are refused."
_NO_INTERVALS = "Intervals and variants inside are refused: read a string, and cast."
_STREAM_SOURCES = f"{_JAVA_FORMATS}|rate-limited|statestore|state-metadata"

DIFFERENT: Mapping[str, Sequence[Difference]] = {
    "pyspark.SparkContext": (
        Difference(_MASTERS, ("master",), _CLUSTERS),
        Difference("gateway and jsc are refused: there is no JVM.", ("gateway", "jsc"), refused=True),
    ),
    "pyspark.SparkConf.setMaster": (Difference(_MASTERS, ("value",), _CLUSTERS),),
    "pyspark.SparkContext.addFile": _refuses("path", _REMOTE, _REMOTE_PATH),
    "pyspark.SparkContext.addPyFile": _refuses("path", _REMOTE, _REMOTE_PATH),
    "pyspark.SparkContext.addArchive": _refuses("path", _REMOTE, _REMOTE_PATH),
    "pyspark.SparkContext.textFile": _refuses("name", _CODECS, _COMPRESSED),
    "pyspark.SparkContext.wholeTextFiles": _refuses("path", _CODECS, _COMPRESSED),
    "pyspark.SparkContext.uiWebUrl": _differs("Always None: no user interface is served."),
    "pyspark.SparkContext.sequenceFile": _refuses("keyConverter valueConverter", _CONVERTERS),
    "pyspark.SparkContext.*[hH]adoop*": (
        Difference(_CONVERTERS, ("keyConverter", "valueConverter"), refused=True),
        Difference(_FORMATS),
    ),
    "pyspark.RDD.saveAs*Hadoop*": (
        Difference(_CONVERTERS, ("keyConverter", "valueConverter"), refused=True),
        Difference(_FORMATS),
    ),
    "pyspark.RDD.saveAsTextFile": _refuses("compressionCodecClass", _CODECS, _COMPRESSED),
    "pyspark.RDD.saveAsSequenceFile": _refuses("compressionCodecClass", _CODECS, _COMPRESSED),
    "pyspark.RDD.withResources": _differs("The profile is kept and shown; local executors have CPUs and memory only."),
    "pyspark.RDD.sortByKey": (
        Difference("With keyfunc over several partitions the result is sorted; PySpark's need not be.", ("keyfunc",)),
    ),
    "pyspark.StorageLevel.OFF_HEAP": _differs("Keeps blocks as MEMORY_AND_DISK does."),
    "pyspark.sql.SparkSession.Builder.master": (Difference(_MASTERS, ("master",), _CLUSTERS),),
    "pyspark.sql.SparkSession.Builder.enableHiveSupport": _differs(
        "Accepted: tables are in the application's own catalog, there is no metastore."
    ),
    "pyspark.sql.SparkSession.sql": _rarely(
        "Refused: SELECT TRANSFORM, time travel, paths into variants (value:path), constraints, identity columns."
    ),
    "pyspark.sql.DataFrame.explain": _differs(
        "Shows pyrdd's plans: the words are Spark's where the thing is the same."
    ),
    "pyspark.sql.DataFrame.mapIn*": _refuses("profile", "A profile is refused: give spark.executor.* to the session."),
    "pyspark.sql.DataFrameReader.format": _refuses("source", _NO_FORMAT, _JAVA_FORMATS),
    "pyspark.sql.DataFrameReader.load": _refuses("format", _NO_FORMAT, _JAVA_FORMATS),
    "pyspark.sql.DataFrameReader.jdbc": _differs("Needs an ADBC driver or SQLAlchemy, with the database's own driver."),
    "pyspark.sql.DataFrameReader.xml": _refuses(
        "rowValidationXSDPath", "rowValidationXSDPath is refused: validate the files beforehand."
    ),
    "pyspark.sql.DataFrameWriter.format": (
        *_refuses("source", _NO_FORMAT, _JAVA_FORMATS),
        *_refuses("source", "Databases (jdbc) are not written: use the database's own driver.", "jdbc"),
    ),
    "pyspark.sql.DataFrameWriter.save": _refuses("format", _NO_FORMAT, _JAVA_FORMATS),
    "pyspark.sql.DataFrameWriter.saveAsTable": _refuses("format", _NO_FORMAT, _JAVA_FORMATS),
    "pyspark.sql.DataFrameWriterV2.using": _refuses("provider", _NO_FORMAT, _JAVA_FORMATS),
    "pyspark.sql.functions.hll_*": _differs("Needs the extra sketches: pip install 'pyrdd[sketches]'."),
    "pyspark.sql.functions.*aes_*": _differs("Needs the package cryptography."),
    "pyspark.sql.functions.sentences": _differs("Text that is not ASCII is refused: use a udf."),
    "pyspark.sql.functions.xpath*": _differs("Variables, namespaces and some axes are refused."),
    "pyspark.sql.functions.session_window": _rarely("Refused in GROUPING SETS, ROLLUP and CUBE."),
    "pyspark.sql.functions.from_json": _rarely(_NO_INTERVALS),
    "pyspark.sql.functions.from_csv": _rarely(_NO_INTERVALS),
    "pyspark.sql.functions.*variant_get": _rarely("Times and intervals are refused: take a string, and cast."),
    "pyspark.sql.functions.format_number": _rarely("Patterns have digits, separators, % and plain text."),
    "pyspark.sql.functions.regexp*": _rarely(_REGEX),
    "pyspark.sql.functions.rlike": _rarely(_REGEX),
    "pyspark.sql.functions.split": _rarely(_REGEX),
    "pyspark.sql.Column.rlike": _rarely(_REGEX),
    "pyspark.sql.functions.unix_nanos": _differs("Timestamps hold microseconds: it has no argument but NULL."),
    "pyspark.sql.streaming.DataStreamReader.format": _refuses("source", _NO_FORMAT, _STREAM_SOURCES),
    "pyspark.sql.streaming.DataStreamReader.option": _refuses(
        "key",
        "Of files, cleanSource, maxBytesPerTrigger, maxFileAge and fileNameOnly are refused.",
        "cleanSource|maxBytesPerTrigger|maxFileAge|fileNameOnly",
    ),
    "pyspark.sql.streaming.DataStreamReader.load": _refuses("format", _NO_FORMAT, _STREAM_SOURCES),
    "pyspark.sql.streaming.DataStreamWriter.format": _refuses("source", _NO_FORMAT, _JAVA_FORMATS),
    "pyspark.sql.streaming.DataStreamWriter.start": _refuses("format", _NO_FORMAT, _JAVA_FORMATS),
    "pyspark.sql.streaming.DataStreamWriter.partitionBy": _differs("Into files only, not with toTable."),
    "pyspark.sql.streaming.DataStreamWriter.toTable": (
        Difference("partitionBy is refused: start(path), and read the path.", ("partitionBy",), refused=True),
        Difference("Into tables that streams alone write."),
    ),
    "pyspark.sql.streaming.DataStreamWriter.trigger": _refuses(
        "continuous realTime", "Continuous and real-time triggers are refused: use processingTime, batches are small."
    ),
}
"""What differs of members that are there."""

_CONNECT = "Of Spark Connect only, as in PySpark."

REFUSED: Mapping[str, str] = {
    "pyspark.sql.HiveContext*": "Use SparkSession.",
    "pyspark.sql.DataFrame.executionInfo": _CONNECT,
    "pyspark.sql.DataFrame.mergeInto": "No table format here can be merged into: write the joined rows anew.",
    "pyspark.sql.MergeIntoWriter*": "No table format here can be merged into: write the joined rows anew.",
    "pyspark.sql.DataFrameWriter.jdbc": "Collect the rows and use the database's own driver.",
    "pyspark.sql.SparkSession.clearProgressHandlers": _CONNECT,
    "pyspark.sql.SparkSession.client": _CONNECT,
    "pyspark.sql.SparkSession.copyFromLocalToFs": _CONNECT,
    "pyspark.sql.SparkSession.registerProgressHandler": _CONNECT,
    "pyspark.sql.SparkSession.removeProgressHandler": _CONNECT,
    "pyspark.sql.functions.java_method": "Use a udf.",
    "pyspark.sql.functions.reflect": "Use a udf.",
    "pyspark.sql.functions.try_reflect": "Use a udf.",
    "pyspark.sql.functions.timestamp_nanos": "Timestamps hold microseconds: use timestamp_micros of a thousandth.",
    "pyspark.sql.streaming.DataStreamReader.name": "Keep the order of the sources in the query.",
    "pyspark.testing.main": "Run the tests by pytest or unittest.",
    "*.fromJObject": "There are no Java objects: use fromJson.",
}
"""Members that are not there, or fail however they are called: what to use instead."""

UNSEEN = (
    "pyspark.SparkContext.profiler_collector",
    "pyspark.SparkContext.serializer",
    "pyspark.serializers.CloudPickleSerializer.allowed_names",
    "pyspark.sql.DataFrame.is_cached",
    *(
        f"pyspark.sql.streaming.listener.{kind}Progress.[!f]*"
        for kind in ("StreamingQuery", "StateOperator", "Source", "Sink")
    ),
)
"""Members that only instances have, not their classes."""

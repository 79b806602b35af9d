"""PySpark's `pyspark.sql.utils`: questions about the kind of session, and the exceptions, which programs of all years
import from here."""

from __future__ import annotations

from pyrdd.errors import (
    AnalysisException,
    IllegalArgumentException,
    ParseException,
    PySparkException,
    PythonException,
    QueryExecutionException,
    SparkUpgradeException,
    StreamingQueryException,
    UnknownException,
)

CapturedException = PySparkException

__all__ = [
    "AnalysisException",
    "CapturedException",
    "IllegalArgumentException",
    "ParseException",
    "PythonException",
    "QueryExecutionException",
    "SparkUpgradeException",
    "StreamingQueryException",
    "UnknownException",
    "is_remote",
]


def is_remote() -> bool:
    """Whether the session is a Spark Connect client: never here.

    >>> is_remote()
    False
    """
    return False

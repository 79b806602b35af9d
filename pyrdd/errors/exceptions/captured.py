"""The names under which PySpark programs catch errors that came from the JVM.

pyrdd has no JVM, so nothing has to be captured: its engine raises the base classes themselves. Each name
here *is* the base class, so ``except`` clauses written for either module catch it.
"""

from __future__ import annotations

from pyrdd.errors.exceptions.base import (
    AnalysisException,
    ArithmeticException,
    ArrayIndexOutOfBoundsException,
    DateTimeException,
    IllegalArgumentException,
    NumberFormatException,
    ParseException,
    PySparkException,
    PythonException,
    QueryContext,
    QueryContextType,
    QueryExecutionException,
    SparkNoSuchElementException,
    SparkRuntimeException,
    SparkUpgradeException,
    StreamingQueryException,
    UnknownException,
    UnsupportedOperationException,
)
from pyrdd.errors.query_context import DataFrameQueryContext, SQLQueryContext

CapturedException = PySparkException

__all__ = [
    "AnalysisException",
    "ArithmeticException",
    "ArrayIndexOutOfBoundsException",
    "CapturedException",
    "DataFrameQueryContext",
    "DateTimeException",
    "IllegalArgumentException",
    "NumberFormatException",
    "ParseException",
    "PySparkException",
    "PythonException",
    "QueryContext",
    "QueryContextType",
    "QueryExecutionException",
    "SQLQueryContext",
    "SparkNoSuchElementException",
    "SparkRuntimeException",
    "SparkUpgradeException",
    "StreamingQueryException",
    "UnknownException",
    "UnsupportedOperationException",
]

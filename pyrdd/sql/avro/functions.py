"""PySpark's `pyspark.sql.avro.functions`, which wants Spark's Avro package on the JVM's class path: refused by name."""

from __future__ import annotations

from typing import Any, NoReturn

from pyrdd.sql.arguments import not_implemented


def from_avro(data: Any, jsonFormatSchema: str, options: dict[str, str] | None = None) -> NoReturn:
    """Refused. Raises PySparkNotImplementedError (NOT_IMPLEMENTED)."""
    raise not_implemented("from_avro", "Decode the column by fastavro in a udf.")


def to_avro(data: Any, jsonFormatSchema: str = "") -> NoReturn:
    """Refused. Raises PySparkNotImplementedError (NOT_IMPLEMENTED)."""
    raise not_implemented("to_avro", "Encode the column by fastavro in a udf, or use to_json.")

"""PySpark's `pyspark.sql.protobuf.functions`, which wants Spark's protobuf package on the JVM's class path: refused by
name."""

from __future__ import annotations

from typing import Any, NoReturn

from pyrdd.sql.arguments import not_implemented


def from_protobuf(
    data: Any,
    messageName: str,
    descFilePath: str | None = None,
    options: dict[str, str] | None = None,
    binaryDescriptorSet: bytes | None = None,
) -> NoReturn:
    """Refused. Raises PySparkNotImplementedError (NOT_IMPLEMENTED)."""
    raise not_implemented("from_protobuf", "Decode the column by protobuf's own classes in a udf.")


def to_protobuf(
    data: Any,
    messageName: str,
    descFilePath: str | None = None,
    options: dict[str, str] | None = None,
    binaryDescriptorSet: bytes | None = None,
) -> NoReturn:
    """Refused. Raises PySparkNotImplementedError (NOT_IMPLEMENTED)."""
    raise not_implemented("to_protobuf", "Encode the column by protobuf's own classes in a udf.")

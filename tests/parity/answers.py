"""What a session answers to a batch of queries, as plain JSON: run by pyrdd and by PySpark alike, so it imports neither.

request   {"settings": {...}, "views": {name: query}, "queries": [sql, ...]}
answers   [{"columns": [[name, type], ...], "rows": [text, ...]}  or  {"error": class, "condition": name}, ...]
"""

from __future__ import annotations

import datetime
import decimal
import time
from typing import Any

STATIC = {
    "spark.ui.enabled": "false",
    "spark.sql.shuffle.partitions": "1",
    "spark.sql.codegen.wholeStage": "false",
    "spark.sql.codegen.factoryMode": "NO_CODEGEN",
    "spark.sql.session.timeZone": "UTC",
    "spark.sql.timeType.enabled": "true",
}


def session(package: Any, master: str) -> Any:
    """A session of PySpark or of pyrdd, with the settings that all cases share."""
    builder = package.SparkSession.builder.master(master).appName("parity")
    for name, value in STATIC.items():
        builder = builder.config(name, value)
    return builder.getOrCreate()


def shown(value: Any) -> str:
    """A value as text that is equal for equal values only: -0.0 is not 0.0, a nan is any nan."""
    if isinstance(value, dict):
        # PySpark's order is that of a Java HashMap
        return "{" + ", ".join(sorted(f"{shown(k)}: {shown(v)}" for k, v in value.items())) + "}"
    if hasattr(value, "asDict"):
        return "(" + ", ".join(f"{name}={shown(v)}" for name, v in zip(value.__fields__, value, strict=True)) + ")"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(shown(v) for v in value) + "]"
    if isinstance(value, decimal.Decimal):
        # PySpark leaves more zeros than the scale of the type in some quotients
        return f"{value.normalize():f}m"
    if isinstance(value, bytes | bytearray):
        return f"x'{value.hex()}'"
    if hasattr(value, "metadata"):
        return f"variant {bytes(value.value).hex()} {bytes(value.metadata).hex()}"
    if isinstance(value, datetime.datetime):
        return f"{value.isoformat(' ')}{'' if value.fold == 0 else ' fold'}"
    return str(value) if isinstance(value, datetime.date | datetime.timedelta) else repr(value)


def answer(spark: Any, query: str) -> dict[str, Any]:
    """Columns and rows of a query, or the class and condition of its error."""
    try:
        frame = spark.sql(query)
        columns = [[field.name, field.dataType.simpleString()] for field in frame.schema.fields]
        rows = ["|".join(shown(v) for v in row) for row in frame.collect()]
    except Exception as error:
        condition = error.getCondition() if hasattr(error, "getCondition") else None
        classes = [kind.__name__ for kind in type(error).__mro__]
        return {"error": classes[0], "classes": classes, "condition": condition, "message": str(error)[:2000]}
    return {"columns": columns, "rows": rows}


def answers(spark: Any, request: dict[str, Any]) -> list[dict[str, Any]]:
    """One answer to each query of a request."""
    time.tzset()
    for name, value in request.get("settings", {}).items():
        spark.conf.set(name, value)
    for name, query in request.get("views", {}).items():
        spark.sql(query).createOrReplaceTempView(name)
    return [answer(spark, query) for query in request["queries"]]

"""Values of Arrow columns as internal values of literals (`pyrdd.sql.expressions.Literal`)."""

from __future__ import annotations

from typing import Any

import pyarrow as pa

from pyrdd.sql import types as t
from pyrdd.sql.types import DataType


def internal_value(column: pa.ChunkedArray, data_type: DataType) -> Any:
    """The first value of a column as a literal of its type holds it."""
    scalar = column[0]
    if not scalar.is_valid:
        return None
    match data_type:
        case t.TimestampType() | t.TimestampNTZType():
            return scalar.cast(pa.timestamp("us")).value if hasattr(scalar, "cast") else scalar.value
        case t.CalendarIntervalType():
            months, days, nanoseconds = scalar.as_py()
            return months, days, nanoseconds // 1000
    return scalar.as_py()

"""The small tables that commands answer with."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import cast

from pyrdd.sql.arrow import rows_to_table
from pyrdd.sql.plan import LocalRelation, attributes_of
from pyrdd.sql.types import StructType


def table(ddl: str, rows: Iterable[Sequence[object]]) -> LocalRelation:
    """Rows under a schema in DDL text."""
    schema = cast("StructType", StructType.fromDDL(ddl))
    return LocalRelation(attributes_of(schema), rows_to_table([tuple(row) for row in rows], schema))


def nothing() -> LocalRelation:
    """The answer of most commands: no columns, no rows."""
    return LocalRelation((), rows_to_table([], StructType([])))

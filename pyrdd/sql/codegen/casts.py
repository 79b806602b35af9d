"""CAST as DuckDB text, with Spark's meaning."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyrdd.sql.codegen.types import duck_type
from pyrdd.sql.expressions import Cast

if TYPE_CHECKING:
    from pyrdd.sql.codegen.expressions import Writer


def cast_sql(cast: Cast, text: str, writer: Writer) -> str:
    """The text of a cast."""
    word = "TRY_CAST" if cast.mode != "ansi" else "CAST"
    return f"{word}({text} AS {duck_type(cast.data_type)})"

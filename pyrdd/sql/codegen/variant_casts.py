"""Casts of variants and to variants as DuckDB text: both by the kernel."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from pyrdd.sql import types as t
from pyrdd.sql.kernels import variants
from pyrdd.sql.kernels.cast_values import OrNull
from pyrdd.sql.types import DataType

if TYPE_CHECKING:
    from pyrdd.sql.codegen.expressions import Writer


def variant_cast(text: str, source: DataType, target: DataType, mode: str, writer: Writer) -> str:
    """The text of a cast from or to a variant."""
    if not isinstance(source, t.VariantType):
        return writer.python_call("cast_to_variant", partial(to_variant, data_type=source), [text], [source], target)
    function: Any = partial(from_variant, data_type=target, zone=writer.time_zone)
    return writer.python_call(
        "cast_variant", function if mode == "ansi" else OrNull(function), [text], [source], target
    )


def to_variant(value: Any, data_type: DataType) -> dict[str, bytes]:
    """A value of a type as a variant (a dictionary of its two parts)."""
    made, metadata = variants.to_variant_object(value, data_type)
    return {"value": made, "metadata": metadata}


def from_variant(value: Any, data_type: DataType, zone: str) -> Any:
    """A variant (a dictionary of its two parts) as a value of a type."""
    return variants.cast_variant((value["value"], value["metadata"]), data_type, zone)

"""Casts of variants as DuckDB text: to other types by the kernel; to a variant they are refused for now."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from pyrdd.errors import PySparkNotImplementedError
from pyrdd.sql import types as t
from pyrdd.sql.kernels import variants
from pyrdd.sql.kernels.cast_values import OrNull
from pyrdd.sql.types import DataType

if TYPE_CHECKING:
    from pyrdd.sql.codegen.expressions import Writer


def variant_cast(text: str, source: DataType, target: DataType, mode: str, writer: Writer) -> str:
    """The text of a cast from a variant. Raises NOT_IMPLEMENTED for one to a variant."""
    if not isinstance(source, t.VariantType):
        raise PySparkNotImplementedError(
            errorClass="NOT_IMPLEMENTED",
            messageParameters={
                "feature": "A cast to VARIANT",
                "alternative": "Use parse_json, or to_variant_object.",
            },
        )
    function: Any = partial(from_variant, data_type=target, zone=writer.time_zone)
    return writer.python_call(
        "cast_variant", function if mode == "ansi" else OrNull(function), [text], [source], target
    )


def from_variant(value: Any, data_type: DataType, zone: str) -> Any:
    """A variant (a dictionary of its two parts) as a value of a type."""
    return variants.cast_variant((value["value"], value["metadata"]), data_type, zone)

"""Structs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from pyrdd.sql import types as t
from pyrdd.sql.analysis.extract import field_name
from pyrdd.sql.analysis.problems import mismatch, quoted_sql, wrong_arg_count
from pyrdd.sql.codegen.types import field_names, quote
from pyrdd.sql.column import Column, ColumnOrName
from pyrdd.sql.expressions import Alias, Attribute, OuterReference
from pyrdd.sql.functions.decorators import scalar
from pyrdd.sql.functions.inputs import ANY
from pyrdd.sql.functions.text_tools import call_text, literal_value


def struct_text(kind: t.StructType, values: Sequence[str]) -> str:
    """A struct of these values."""
    if not values:
        return "struct_pack(__empty := CAST(NULL AS BOOLEAN))"
    pairs = zip(field_names(kind), values, strict=True)
    return f"struct_pack({', '.join(f'{quote(name)} := {value}' for name, value in pairs)})"


def name_in_struct(arg: Any, index: int) -> str:
    """The name of a field of ``struct(...)``: the argument's own, or one by its position."""
    if isinstance(arg, Attribute | Alias):
        return arg.name
    if isinstance(arg, OuterReference):
        return arg.attribute.name
    return field_name(arg) or f"col{index + 1}"


@scalar(
    ANY,
    returns=lambda args: t.StructType(
        [t.StructField(name_in_struct(a, i), a.data_type, a.nullable) for i, a in enumerate(args)]
    ),
    nullable=False,
    sql=lambda call, args: struct_text(call.data_type, args),
)
def struct(*cols: ColumnOrName) -> Column:
    """A struct of these columns, under their names; what has no name is called col1, col2, ... by its position."""


def _names_are_constant(args: Sequence[Any], ctx: Any) -> Sequence[Any]:
    if len(args) % 2:
        raise wrong_arg_count("named_struct", "2n (n > 0)", len(args))
    wrong = [a for a in args[0::2] if not isinstance(literal_value(a), str)]
    if wrong:
        names = ", ".join(quoted_sql(a) for a in wrong)
        raise mismatch(
            "CREATE_NAMED_STRUCT_WITHOUT_FOLDABLE_STRING", call_text("named_struct", args), inputExprs=f"[{names}]"
        )
    return args


@scalar(
    ANY,
    returns=lambda args: t.StructType(
        [
            t.StructField(literal_value(name), value.data_type, value.nullable)
            for name, value in zip(args[0::2], args[1::2], strict=True)
        ]
    ),
    nullable=False,
    coerce=_names_are_constant,
    sql=lambda call, args: struct_text(call.data_type, args[1::2]),
)
def named_struct(*cols: ColumnOrName) -> Column:
    """A struct of names (constants) and values, given in turns."""

"""Structs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from pyrdd.sql import types as t
from pyrdd.sql.analysis import extract
from pyrdd.sql.analysis.calls import build
from pyrdd.sql.analysis.extract import field_name
from pyrdd.sql.analysis.problems import mismatch, quoted_sql, quoted_type, wrong_arg_count
from pyrdd.sql.codegen.types import field_names, quote
from pyrdd.sql.column import Column, ColumnOrName
from pyrdd.sql.expressions import Alias, Attribute, Call, Literal, OuterReference
from pyrdd.sql.expressions.text import pretty_name
from pyrdd.sql.functions.declare import Function, declare
from pyrdd.sql.functions.decorators import scalar
from pyrdd.sql.functions.inputs import ANY
from pyrdd.sql.functions.text_tools import call_text, literal_value
from pyrdd.sql.names import parse_attribute_name


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
    """A struct of these columns, under their names; what has no name is called col1, col2, ... by its position.

    >>> spark.range(1).select(F.struct(F.lit(1).alias("a"), F.lit("x").alias("b"))).first()[0]
    Row(a=1, b='x')
    """


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
    """A struct of names (constants) and values, given in turns.

    >>> spark.range(1).select(F.named_struct(F.lit("a"), F.lit(1))).first()[0]
    Row(a=1)
    """


# --- fields changed ----------------------------------------------------------------------------------------------


def _updates(args: Sequence[Any]) -> list[tuple[str, Any]]:
    """Names and new values (None: dropped) of a call of update_fields: the struct, then words, names and values."""
    found: list[tuple[str, Any]] = []
    rest = iter(args[1:])
    for word in rest:
        name = next(rest).value
        value = next(rest)
        found.append((name, value if word.value == "with" else None))
    return found


def _same(a: str, b: str, exact: bool) -> bool:
    return a == b if exact else a.lower() == b.lower()


def _changed(args: Sequence[Any], exact: bool) -> list[tuple[str, Any]]:
    """The fields after the updates: names, and new values or the positions of old ones."""
    fields: list[tuple[str, Any]] = [(f.name, i) for i, f in enumerate(args[0].data_type.fields)]
    for name, value in _updates(args):
        if value is None:
            fields = [f for f in fields if not _same(f[0], name, exact)]
        elif any(_same(f[0], name, exact) for f in fields):
            fields = [(name, value) if _same(f[0], name, exact) else f for f in fields]
        else:
            fields.append((name, value))
    return fields


def _changed_type(args: Sequence[Any], exact: bool) -> t.StructType:
    old = args[0].data_type.fields
    return t.StructType(
        [
            old[v] if isinstance(v, int) else t.StructField(name, v.data_type, v.nullable)
            for name, v in _changed(args, exact)
        ]
    )


def _changed_text(call: Any, args: list[str], exact: bool) -> str:
    texts = dict(zip(map(id, call.args), args, strict=True))
    names = field_names(call.args[0].data_type)
    values = [
        f"({args[0]}).{quote(names[v])}" if isinstance(v, int) else texts[id(v)] for _, v in _changed(call.args, exact)
    ]
    return f"CASE WHEN {args[0]} IS NOT NULL THEN {struct_text(call.data_type, values)} END"


def _update_name(name: str, args: list[str], call: Any) -> str:
    shown, rest = [args[0]], iter(zip(args[1:], call.args[1:], strict=True))
    for _, word in rest:
        next(rest)
        value = next(rest)[0]
        shown.append(f"WithField({value})" if word.value == "with" else "dropfield()")
    return f"update_fields({', '.join(shown)})"


def _checked(args: Sequence[Any], ctx: Any) -> Sequence[Any]:
    text = f'"{_update_name("", [pretty_name(a) for a in args], _Shown(args))}"'
    if not isinstance(args[0].data_type, t.StructType):
        raise mismatch(
            "UNEXPECTED_INPUT_TYPE", text, paramIndex="first", requiredType='"STRUCT"', inputSql=quoted_sql(args[0]),
            inputType=quoted_type(args[0].data_type),
        )  # fmt: skip
    if not _changed(args, ctx.case_sensitive):
        raise mismatch("CANNOT_DROP_ALL_FIELDS", text)
    return args


@dataclass(frozen=True)
class _Shown:
    """What a name is made of before there is a call."""

    args: Sequence[Any]


def _update_fields(exact: bool) -> Function:
    """One of two functions, which compare names of fields with case or without."""
    return declare(
        Function(
            "update_fields" if exact else "update_fields of any case", "scalar", (),
            partial(_changed_type, exact=exact), 3, None, sql=partial(_changed_text, exact=exact),
            coerce=_checked, pretty=_update_name, nullable=lambda args: bool(args[0].nullable),
        )
    )  # fmt: skip


_EXACT, _ANY_CASE = _update_fields(True), _update_fields(False)


def _updated(struct: Any, parts: Sequence[str], update: Sequence[Any], ctx: Any) -> Any:
    """A struct with an update (words and values around the name) at the end of a way through nested structs."""
    name = Literal(parts[0], t.StringType())
    if len(parts) == 1:
        done = (update[0], name, *update[1:])
    else:
        inner = _updated(extract.fields(struct, parts[:1], ctx), parts[1:], update, ctx)
        done = (Literal("with", t.StringType()), name, inner)
    function = _EXACT if ctx.case_sensitive else _ANY_CASE
    if isinstance(struct, Call) and struct.function is function:
        # updates of updates are one
        return build(function, (*struct.args, *done), ctx)
    return build(function, (struct, *done), ctx)


def _with_field(args: Sequence[Any], ctx: Any) -> Any:
    struct, name, value = args
    return _updated(struct, _way(name), (Literal("with", t.StringType()), value), ctx)


def _without_field(args: Sequence[Any], ctx: Any) -> Any:
    nothing = Literal(None, t.NullType())
    return _updated(args[0], _way(args[1]), (Literal("drop", t.StringType()), nothing), ctx)


def _way(name: Any) -> tuple[str, ...]:
    return parse_attribute_name(literal_value(name))


for _name, _rewrite in (("update_field", _with_field), ("drop_field", _without_field)):
    _count = 3 if _name == "update_field" else 2
    declare(Function(_name, "scalar", (), t.StructType([]), _count, _count, rewrite=_rewrite))

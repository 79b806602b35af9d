"""Items and fields: ``a.b``, ``a[0]``, ``a['k']`` on structs, arrays, maps and variants; stars minus columns."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from pyrdd.sql import types as t
from pyrdd.sql.analysis.calls import make_call
from pyrdd.sql.analysis.context import AnalysisContext
from pyrdd.sql.analysis.problems import ambiguous, analysis_error, mismatch, quoted_sql, quoted_type
from pyrdd.sql.analysis.scope import match_columns
from pyrdd.sql.expressions import Alias, Call, Expression, Literal, UnresolvedRegex, new_id
from pyrdd.sql.names import quoted


def fields(expression: Expression, names: Sequence[str], ctx: AnalysisContext) -> Expression:
    """The field of a field of ... an expression."""
    for name in names:
        expression = item(expression, Literal(name, t.StringType()), ctx)
    return expression


def item(child: Expression, key: Expression, ctx: AnalysisContext) -> Expression:
    """``child[key]`` by the type of the child. Raises INVALID_EXTRACT_BASE_FIELD_TYPE and the like."""
    match child.data_type:
        case t.StructType() as struct:
            return _struct_field(child, key, struct, "get_struct_field", ctx)
        case t.ArrayType(elementType=t.StructType() as struct) if _is_name(key):
            return _struct_field(child, key, struct, "get_array_struct_fields", ctx)
        case t.ArrayType():
            if not isinstance(key.data_type, t.IntegralType):
                raise mismatch(
                    "UNEXPECTED_INPUT_TYPE",
                    f'"{quoted_sql(child)[1:-1]}[{quoted_sql(key)[1:-1]}]"',
                    paramIndex="second",
                    requiredType='"INTEGRAL"',
                    inputSql=quoted_sql(key),
                    inputType=quoted_type(key.data_type),
                )
            return make_call("get_array_item", child, key, ctx=ctx)
        case t.MapType():
            return make_call("get_map_value", child, key, ctx=ctx)
        case t.VariantType():
            return make_call("get_variant_item", child, key, ctx=ctx)
    raise analysis_error("INVALID_EXTRACT_BASE_FIELD_TYPE", base=quoted_sql(child), other=quoted_type(child.data_type))


def _is_name(key: Expression) -> bool:
    return isinstance(key, Literal) and isinstance(key.value, str)


def _struct_field(
    child: Expression, key: Expression, struct: t.StructType, function: str, ctx: AnalysisContext
) -> Expression:
    if not _is_name(key):
        raise analysis_error("INVALID_EXTRACT_FIELD_TYPE", extraction=quoted_sql(key))
    assert isinstance(key, Literal)
    found = [f for f in struct.fields if ctx.same_name(f.name, key.value)]
    if not found:
        names = ", ".join(quoted(f.name) for f in struct.fields)
        raise analysis_error("FIELD_NOT_FOUND", fieldName=quoted(key.value), fields=names)
    if len(found) > 1:
        raise analysis_error("AMBIGUOUS_REFERENCE_TO_FIELDS", field=quoted(key.value), count=len(found))
    return make_call(function, child, Literal(found[0].name, t.StringType()), ctx=ctx)


def field_name(expression: Expression) -> str | None:
    """The name that a field of a struct gives its column."""
    if isinstance(expression, Call) and expression.function.name in ("get_struct_field", "get_array_struct_fields"):
        return str(expression.args[1].value)  # type: ignore[attr-defined]
    return None


def constant_text(expression: Expression) -> str:
    """The text of a constant. Raises NOT_A_CONSTANT_STRING."""
    value = getattr(expression, "value", None)
    if not isinstance(value, str):
        raise analysis_error("NOT_A_CONSTANT_STRING.NOT_CONSTANT", name="IDENTIFIER", expr=quoted_sql(expression))
    return value


def matching(regex: UnresolvedRegex, scope: Any) -> list[Expression]:
    """The columns whose whole name matches."""
    flags = 0 if scope.ctx.case_sensitive else re.IGNORECASE
    pattern = re.compile(regex.pattern, flags)
    return [
        c
        for c in scope.columns
        if pattern.fullmatch(c.name)
        and (regex.table is None or scope.ctx.same_name((c.qualifier or ("",))[-1], regex.table))
    ]


def without(columns: list[Expression], excepted: Sequence[tuple[str, ...]], scope: Any) -> list[Expression]:
    """``* EXCEPT (...)``: the columns but those named, or without those of their fields that are named. Raises
    UNRESOLVED_COLUMN for names that are not there, EXCEPT_OVERLAPPING_COLUMNS for what is named twice."""
    dropped: dict[int, list[tuple[str, ...]]] = {}
    for parts in excepted:
        matched, rest = match_columns(parts, columns, scope.ctx)  # type: ignore[arg-type]
        if not matched:
            names = ", ".join(quoted(column.name) for column in columns)  # type: ignore[attr-defined]
            raise analysis_error(
                "UNRESOLVED_COLUMN.WITH_SUGGESTION", objectName=".".join(quoted(p) for p in parts), proposal=names
            )
        if len(matched) > 1:
            raise ambiguous(parts, matched)
        known = dropped.setdefault(matched[0].id, [])
        if any(rest[: len(other)] == other[: len(rest)] for other in known):
            raise analysis_error("EXCEPT_OVERLAPPING_COLUMNS", columns=", ".join(map(".".join, excepted)))
        known.append(rest)
    return [_without_fields(c, dropped.get(c.id, []), scope.ctx) for c in columns if () not in dropped.get(c.id, [])]  # type: ignore[attr-defined]


def _without_fields(column: Any, dropped: Sequence[tuple[str, ...]], ctx: AnalysisContext) -> Expression:
    if not dropped:
        return column  # type: ignore[no-any-return]
    made = struct = column.child if isinstance(column, Alias) else column
    for names in dropped:
        fields(struct, names, ctx)  # raises for a field that is not there
        made = make_call("drop_field", made, Literal(".".join(quoted(n) for n in names), t.StringType()), ctx=ctx)
    return Alias(made, column.name, new_id(), hidden=True)

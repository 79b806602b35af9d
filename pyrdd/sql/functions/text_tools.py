"""What the declarations of functions of strings, arrays, maps and structs share: types, DuckDB text, argument checks."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Sequence
from typing import Any

from pyrdd.sql import types as t
from pyrdd.sql.analysis import coercion
from pyrdd.sql.analysis.problems import mismatch, quoted_sql, quoted_type
from pyrdd.sql.codegen.raising import is_repeatable, may_raise, raise_sql
from pyrdd.sql.codegen.types import duck_type
from pyrdd.sql.expressions import Expression, Literal
from pyrdd.sql.functions.inputs import InputType, orderable

LAMBDA = InputType("LAMBDA", lambda data_type: True)
ARRAY_OR_MAP = InputType('"ARRAY" or "MAP"', lambda d: isinstance(d, t.ArrayType | t.MapType), None, (t.NullType(),))
NO_NULLS = "list_count({0}) = len({0})"
_SIMPLE = re.compile(r'"(?:[^"]|"")*"|[a-z]\w*|-?\d+|\'[^\']*\'')


# --- text ------------------------------------------------------------------------------------------------------------


def bind(texts: Sequence[str], body: Callable[..., str]) -> str:
    """``body(*texts)``, where a text that is more than a name or a constant is computed once, as the parameter of a lambda."""
    bound = [text for text in dict.fromkeys(texts) if not _SIMPLE.fullmatch(text)]
    if not bound:
        return body(*texts)
    row = "b" + hashlib.md5("|".join(bound).encode()).hexdigest()[:10]
    if len(bound) == 1:
        return f"list_transform([{bound[0]}], lambda {row}: {body(*(row if x == bound[0] else x for x in texts))})[1]"
    # one row of all of them: DuckDB has no subqueries inside of a lambda
    names = {text: f"{row}.a{i}" for i, text in enumerate(bound)}
    fields = ", ".join(f"a{i} := {text}" for i, text in enumerate(bound))
    return f"list_transform([struct_pack({fields})], lambda {row}: {body(*(names.get(x, x) for x in texts))})[1]"


def bound_sql(body: Callable[..., str]) -> Callable[..., str]:
    """A kernel of ``body`` on the texts of the arguments, each computed once."""
    return lambda call, args: bind(args, body)


def null_if_null(texts: Sequence[str], text: str) -> str:
    """The text, or NULL if one of the others is."""
    condition = " OR ".join(f"{x} IS NULL" for x in texts)
    return f"CASE WHEN {condition} THEN NULL ELSE {text} END"


def typed_null(data_type: t.DataType) -> str:
    """A NULL of a type."""
    return f"CAST(NULL AS {duck_type(data_type)})"


# --- types -----------------------------------------------------------------------------------------------------------


def first_type(args: Sequence[Any]) -> t.DataType:
    """The type of the first argument."""
    found: t.DataType = args[0].data_type
    return found


def text_type(args: Sequence[Any]) -> t.DataType:
    """The string type of the first argument, with its collation."""
    found = args[0].data_type
    return found if isinstance(found, t.StringType) else t.StringType()


def element(args: Sequence[Any], index: int = 0) -> t.DataType:
    """The element type of an array argument."""
    found: t.DataType = args[index].data_type.elementType
    return found


def contains_null(argument: Expression) -> bool:
    """Whether an array argument may have nulls among its elements."""
    return bool(getattr(argument.data_type, "containsNull", True))


def beside_null(call: Any, args: list[str], made: str, first: int = 0) -> str:
    """``made``, where the second operand is not computed beside a null: its error would not arise in Spark either."""
    text = args[first]
    repeatable = is_repeatable(text) and not may_raise(text)
    if not call.args[first].nullable or not repeatable or not may_raise(args[1 - first]):
        return made
    return f"CASE WHEN {text} IS NOT NULL THEN {made} END"


MOST_ELEMENTS = 2_147_483_632
"""How many elements an array of Spark's has at most."""


def at_most(size: str, text: str) -> str:
    """``text``, or null where ``size`` is more than an array holds: DuckDB computes constants also behind a CASE."""
    return f"CASE WHEN {size} <= {MOST_ELEMENTS} THEN {text} END"


def too_large(kind: str, name: str, data_type: t.DataType, size: str, **parameters: str) -> str:
    """The text that raises COLLECTION_SIZE_LIMIT_EXCEEDED in the function ``name``; ``size`` is a text."""
    return raise_sql(
        f"COLLECTION_SIZE_LIMIT_EXCEEDED.{kind}",
        duck_type(data_type),
        numberOfElements=size,
        functionName=f"'`{name}`'",
        maxRoundedArrayLength=f"'{MOST_ELEMENTS}'",
        **parameters,
    )


# --- problems --------------------------------------------------------------------------------------------------------

ORDINALS = ("first", "second", "third", "fourth", "fifth")


def call_text(name: str, args: Sequence[Expression]) -> str:
    """A call in double quotes, as messages show it."""
    return f'"{name}({", ".join(quoted_sql(a)[1:-1] for a in args)})"'


def wrong_input(name: str, args: Sequence[Expression], index: int, required: str) -> Exception:
    """DATATYPE_MISMATCH.UNEXPECTED_INPUT_TYPE for the argument at a position; ``required`` is as the message shows it."""
    return mismatch(
        "UNEXPECTED_INPUT_TYPE",
        call_text(name, args),
        paramIndex=ORDINALS[index] if index < len(ORDINALS) else str(index + 1),
        requiredType=required,
        inputSql=quoted_sql(args[index]),
        inputType=quoted_type(args[index].data_type),
    )


def require(name: str, args: Sequence[Expression], index: int, kinds: type | tuple[type, ...], required: str) -> None:
    """Raises UNEXPECTED_INPUT_TYPE unless the argument has a type of these classes."""
    if not isinstance(args[index].data_type, kinds):
        raise wrong_input(name, args, index, required)


def without_promotion(a: t.DataType, b: t.DataType, ctx: Any) -> t.DataType | None:
    """The common type of two; strings are not turned into something else or the reverse, and intervals keep their units."""
    if type(a) is type(b) and isinstance(a, t.DayTimeIntervalType | t.YearMonthIntervalType):
        return a if a == b else None
    if isinstance(a, t.ArrayType) and isinstance(b, t.ArrayType):
        inner = without_promotion(a.elementType, b.elementType, ctx)
        return None if inner is None else t.ArrayType(inner, a.containsNull or b.containsNull)
    if isinstance(a, t.StringType) != isinstance(b, t.StringType) and t.NullType not in (type(a), type(b)):
        return None
    return coercion.common_type(a, b, ctx)


_WHOLE_DIGITS: dict[type[t.DataType], int] = {t.ByteType: 3, t.ShortType: 5, t.IntegerType: 10, t.LongType: 20}
_BY_WIDTH = (t.ByteType, t.ShortType, t.IntegerType, t.LongType, t.FloatType, t.DoubleType)


def _tightest(a: t.DataType, b: t.DataType, ctx: Any) -> t.DataType | None:
    """The one of two types of numbers that holds the other, in nested types too; other types as `without_promotion` has
    them."""
    match a, b:
        case t.ArrayType(), t.ArrayType():
            inner = _tightest(a.elementType, b.elementType, ctx)
            return None if inner is None else t.ArrayType(inner, a.containsNull or b.containsNull)
        case t.MapType(), t.MapType():
            key, value = _tightest(a.keyType, b.keyType, ctx), _tightest(a.valueType, b.valueType, ctx)
            if key is None or value is None:
                return None
            return t.MapType(key, value, a.valueContainsNull or b.valueContainsNull)
        case t.StructType(), t.StructType():
            return _tightest_struct(a, b, ctx)
        case t.NumericType(), t.NumericType() if a != b:
            return _tightest_number(a, b)
    return without_promotion(a, b, ctx)


def _tightest_struct(a: t.StructType, b: t.StructType, ctx: Any) -> t.DataType | None:
    if len(a.fields) != len(b.fields):
        return None
    fields = []
    for x, y in zip(a.fields, b.fields, strict=True):
        found = _tightest(x.dataType, y.dataType, ctx)
        if found is None or not ctx.same_name(x.name, y.name):
            return None
        fields.append(t.StructField(x.name, found, x.nullable or y.nullable))
    return t.StructType(fields)


def _tightest_number(a: t.DataType, b: t.DataType) -> t.DataType | None:
    if isinstance(b, t.DecimalType):
        a, b = b, a
    if isinstance(a, t.DecimalType):
        digits = _WHOLE_DIGITS.get(type(b))
        return a if digits is not None and a.precision - a.scale >= digits else None
    return max(a, b, key=lambda kind: _BY_WIDTH.index(type(kind)))


def element_and_value(
    name: str, types_differ: str = "ARRAY_FUNCTION_DIFF_TYPES", strict: bool = True
) -> Callable[..., Sequence[Any]]:
    """Coercion of ``f(array, value)``: both get the type that element and value meet at."""

    def coerce(args: Sequence[Any], ctx: Any) -> Sequence[Any]:
        array, value, *rest = args
        if strict and t.NullType in (type(array.data_type), type(value.data_type)):
            raise mismatch("NULL_TYPE", call_text(name, args), functionName=f"`{name}`")
        require(name, args, 0, t.ArrayType, '"ARRAY"')
        meet = without_promotion if strict else _tightest
        common = meet(array.data_type.elementType, value.data_type, ctx)
        if common is None:
            raise mismatch(
                types_differ,
                call_text(name, args),
                functionName=f"`{name}`",
                dataType='"ARRAY"',
                leftType=quoted_type(array.data_type),
                rightType=quoted_type(value.data_type),
            )
        whole = t.ArrayType(common, array.data_type.containsNull)
        return [coercion.cast(array, whole, ctx), coercion.cast(value, common, ctx), *rest]

    return coerce


def same_arrays(name: str) -> Callable[..., Sequence[Any]]:
    """Coercion of ``f(array, array)``: both get the element type that they meet at."""

    def coerce(args: Sequence[Any], ctx: Any) -> Sequence[Any]:
        left, right = (arg.data_type for arg in args)
        common: Any = None
        if isinstance(left, t.ArrayType) and isinstance(right, t.ArrayType):
            common = _tightest(left, right, ctx)
        if common is None:
            raise mismatch(
                "BINARY_ARRAY_DIFF_TYPES",
                call_text(name, args),
                functionName=f"`{name}`",
                arrayType='"ARRAY"',
                leftType=quoted_type(left),
                rightType=quoted_type(right),
            )
        if not orderable(common.elementType):
            raise mismatch(
                "INVALID_ORDERING_TYPE",
                call_text(name, args),
                functionName=f"`{name}`",
                dataType=quoted_type(common.elementType),
            )
        return [coercion.cast(a, t.ArrayType(common.elementType, a.data_type.containsNull), ctx) for a in args]

    return coerce


def map_key_of(name: str, strict: bool = True) -> Callable[..., Sequence[Any]]:
    """Coercion of ``f(map, key)``; not ``strict``: a key is not changed into a type that holds more."""

    def coerce(args: Sequence[Any], ctx: Any) -> Sequence[Any]:
        found, key = args
        if isinstance(found.data_type, t.NullType) or isinstance(key.data_type, t.NullType):
            raise mismatch("NULL_TYPE", call_text(name, args), functionName=f"`{name}`")
        require(name, args, 0, t.MapType, '"MAP"')
        kind = found.data_type
        meet = without_promotion if strict else _tightest
        common = meet(kind.keyType, key.data_type, ctx)
        if common is None:
            raise mismatch(
                "MAP_FUNCTION_DIFF_TYPES",
                call_text(name, args),
                functionName=f"`{name}`",
                dataType='"MAP"',
                leftType=quoted_type(kind),
                rightType=quoted_type(key.data_type),
            )
        whole = t.MapType(common, kind.valueType, kind.valueContainsNull)
        return [coercion.cast(found, whole, ctx), coercion.cast(key, common, ctx)]

    return coerce


def int_argument(name: str, args: Sequence[Any], index: int, ctx: Any) -> Expression:
    """An argument that must be an INT: smaller whole numbers and strings are cast, larger ones refused."""
    found = args[index]
    if isinstance(found.data_type, t.IntegerType):
        return found  # type: ignore[no-any-return]
    if isinstance(found.data_type, t.LongType | t.FractionalType | t.BooleanType):
        raise wrong_input(name, args, index, '"INT"')
    cast = coercion.implicit_cast(found, t.IntegerType(), ctx)
    if cast is None:
        raise wrong_input(name, args, index, '"INT"')
    return cast


def literal_value(expression: Expression) -> Any:
    """The value of a constant, through casts that analysis put around it; None for anything else."""
    while not isinstance(expression, Literal):
        if not expression.children or type(expression).__name__ != "Cast":
            return None
        expression = expression.children[0]
    return expression.value

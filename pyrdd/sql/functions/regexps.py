"""Regular expressions and LIKE. DuckDB does what RE2 finds exactly as Java would; a Python kernel does the rest."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from pyrdd.sql import types as t
from pyrdd.sql.analysis.problems import mismatch
from pyrdd.sql.codegen.types import text_literal
from pyrdd.sql.column import Column, ColumnOrName, column_or_name
from pyrdd.sql.column import call as call_of
from pyrdd.sql.expressions import Literal
from pyrdd.sql.functions.decorators import scalar
from pyrdd.sql.functions.inputs import BOOLEAN, INT, STRING
from pyrdd.sql.functions.string_tools import defaults, folded, kernel, number, text
from pyrdd.sql.functions.text_tools import call_text, literal_value, text_type
from pyrdd.sql.kernels import regexps
from pyrdd.sql.kernels.java_regex import compile_java, re2_safe


def _safe(pattern: Any, only_test: bool = False) -> str | None:
    """A constant pattern as one of RE2 that finds the same."""
    if not isinstance(pattern, Literal) or not isinstance(pattern.value, str):
        return None
    return re2_safe(pattern.value, only_test)


# --- LIKE ------------------------------------------------------------------------------------------------------------


def _escaped(args: Sequence[Any], ctx: Any) -> Sequence[Any]:
    return args if len(args) == 3 else [*args, text("\\")]


def _like_pretty(name: str, args: list[str], call: Any) -> str:
    escape = args[2] if len(args) > 2 and args[2] != "\\" else None
    if name.lower() == "ilike":
        return f"ilike({', '.join(args[:2])})"
    return f"{args[0]} LIKE {args[1]}" + (f" ESCAPE '{escape}'" if escape else "")


def _like_text(call: Any, args: list[str], writer: Any) -> str:
    pattern, escape = literal_value(call.args[1]), literal_value(call.args[2])
    word = "ILIKE" if call.function.name == "ilike" else "LIKE"
    source, shape, _ = folded(args, call.args, word)
    if isinstance(pattern, str) and escape is not None and escape not in pattern and word == "LIKE":
        return f"({source} LIKE {shape})"
    return str(writer.own_kernel(call, [source, shape, args[2]]))


@scalar(
    STRING, STRING, STRING, returns=BOOLEAN, coerce=_escaped, with_writer=True, sql=_like_text,
    python=lambda call, writer: regexps.like, pretty=_like_pretty,
)  # fmt: skip
def like(str: ColumnOrName, pattern: ColumnOrName, escapeChar: Column | None = None) -> Column:
    """Whether the whole text matches a pattern in which ``_`` is any character and ``%`` any text."""


@scalar(
    STRING, STRING, STRING, returns=BOOLEAN, coerce=_escaped, with_writer=True, sql=_like_text,
    python=lambda call, writer: regexps.ilike, pretty=_like_pretty,
)  # fmt: skip
def ilike(str: ColumnOrName, pattern: ColumnOrName, escapeChar: Column | None = None) -> Column:
    """As `like`, without regard to case."""


# --- rlike -----------------------------------------------------------------------------------------------------------


def _rlike_text(call: Any, args: list[str], writer: Any) -> str:
    safe = _safe(call.args[1], only_test=True)
    if safe is not None:
        return f"regexp_matches({args[0]}, {text_literal(safe)})"
    return str(writer.own_kernel(call, args))


@scalar(
    STRING, STRING, returns=BOOLEAN, with_writer=True, sql=_rlike_text, python=lambda call, writer: regexps.rlike,
    aliases=("regexp", "regexp_like"), pretty=lambda name, args, call: f"{name.upper()}({args[0]}, {args[1]})",
)  # fmt: skip
def rlike(str: ColumnOrName, regexp: ColumnOrName) -> Column:
    """Whether a regular expression (of Java) is found in the text."""


def regexp(str: ColumnOrName, regexp: ColumnOrName) -> Column:
    """Whether a regular expression is found in the text, as `rlike`."""
    return call_of("regexp", column_or_name(str), column_or_name(regexp))


def regexp_like(str: ColumnOrName, regexp: ColumnOrName) -> Column:
    """Whether a regular expression is found in the text, as `rlike`."""
    return call_of("regexp_like", column_or_name(str), column_or_name(regexp))


# --- extracting ------------------------------------------------------------------------------------------------------


def _group(call: Any) -> int | None:
    """A constant group that the constant pattern has."""
    pattern, index = literal_value(call.args[1]), literal_value(call.args[2])
    if not isinstance(index, int) or not isinstance(pattern, str):
        return None
    if re2_safe(pattern) is None:
        return None
    return index if 0 <= index <= min(compile_java(pattern).pattern.groups, 9) else None


def _extract_text(duck: str) -> Callable[..., str]:
    def sql(call: Any, args: list[str], writer: Any) -> str:
        safe = _safe(call.args[1])
        if safe is None or _group(call) is None:
            return str(writer.own_kernel(call, args))
        found = f"{duck}({args[0]}, {text_literal(safe)}, {_group(call)})"
        # a group that took no part in a match is empty text
        return f"list_transform({found}, lambda x: coalesce(x, ''))" if duck.endswith("all") else found

    return sql


@scalar(
    STRING, STRING, INT, returns=STRING, min_args=2, coerce=defaults(None, None, number(1)), with_writer=True,
    sql=_extract_text("regexp_extract"), python=lambda call, writer: regexps.regexp_extract,
)  # fmt: skip
def regexp_extract(str: ColumnOrName, pattern: str, idx: int) -> Column:
    """A group of the first match of a regular expression; empty if there is none.

    >>> spark.range(1).select(F.regexp_extract(F.lit("a=1, b=2"), r"b=([0-9])", 1)).first()[0]
    '2'
    """


@scalar(
    STRING, STRING, INT, returns=t.ArrayType(STRING, True), coerce=defaults(None, None, number(1)), with_writer=True,
    sql=_extract_text("regexp_extract_all"), python=lambda call, writer: regexps.regexp_extract_all,
)  # fmt: skip
def regexp_extract_all(str: ColumnOrName, regexp: ColumnOrName, idx: Column | int | None = None) -> Column:
    """A group of every match of a regular expression.

    >>> spark.range(1).select(F.regexp_extract_all(F.lit("a=1, b=2"), F.lit(r"=([0-9])"))).first()[0]
    ['1', '2']
    """


@scalar(STRING, STRING, returns=INT, python=kernel(regexps.regexp_count))
def regexp_count(str: ColumnOrName, regexp: ColumnOrName) -> Column:
    """The number of matches of a regular expression.

    >>> spark.range(1).select(F.regexp_count(F.lit("banana"), F.lit("an"))).first()[0]
    2
    """


@scalar(STRING, STRING, INT, returns=INT, coerce=defaults(None, None, number(0)), python=kernel(regexps.regexp_instr))
def regexp_instr(str: ColumnOrName, regexp: ColumnOrName, idx: Column | int | None = None) -> Column:
    """Where the first match of a regular expression begins, counted from 1; 0 if there is none."""


@scalar(STRING, STRING, returns=STRING, nullable=True, python=kernel(regexps.regexp_substr))
def regexp_substr(str: ColumnOrName, regexp: ColumnOrName) -> Column:
    """The first match of a regular expression; null if there is none."""


# --- replacing -------------------------------------------------------------------------------------------------------


def _check_position(args: Sequence[Any], ctx: Any) -> None:
    place = args[3]
    if not place.foldable:
        raise mismatch(
            "NON_FOLDABLE_INPUT", call_text("regexp_replace", args), inputName="`position`", inputType='"INT"',
            inputExpr=call_text("", [place])[2:-2],
        )  # fmt: skip
    value = literal_value(place)
    if isinstance(value, int) and value <= 0:
        raise mismatch(
            "VALUE_OUT_OF_RANGE", call_text("regexp_replace", args), exprName="position", valueRange="(0, 2147483647]",
            currentValue=value,
        )  # fmt: skip


def _replace_text(call: Any, args: list[str], writer: Any) -> str:
    safe, replacement = _safe(call.args[1]), literal_value(call.args[2])
    if (
        safe is None
        or not isinstance(replacement, str)
        or set("$\\") & set(replacement)
        or literal_value(call.args[3]) != 1
    ):
        return str(writer.own_kernel(call, args))
    return f"regexp_replace({args[0]}, {text_literal(safe)}, {args[2]}, 'g')"


@scalar(
    STRING, STRING, STRING, INT, returns=text_type, coerce=defaults(None, None, None, number(1)), check=_check_position,
    with_writer=True, sql=_replace_text, python=lambda call, writer: regexps.regexp_replace,
)  # fmt: skip
def regexp_replace(
    string: ColumnOrName, pattern: str | Column, replacement: str | Column, position: Column | int | None = None
) -> Column:
    """The text with every match of a regular expression replaced; ``$1`` stands for the first group.

    >>> spark.range(1).select(F.regexp_replace(F.lit("2024-05"), r"([0-9]+)-([0-9]+)", "$2/$1")).first()[0]
    '05/2024'
    """

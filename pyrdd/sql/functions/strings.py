"""String functions: case, length, trimming, padding, cutting, searching."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from pyrdd.errors import PySparkNotImplementedError
from pyrdd.sql import types as t
from pyrdd.sql.analysis import coercion
from pyrdd.sql.codegen.raising import raise_sql
from pyrdd.sql.codegen.types import duck_type
from pyrdd.sql.column import Column, ColumnOrName, column_or_name, literal
from pyrdd.sql.column import call as call_of
from pyrdd.sql.expressions import Literal
from pyrdd.sql.functions.declare import Function, declare
from pyrdd.sql.functions.decorators import scalar
from pyrdd.sql.functions.inputs import ANY, BOOLEAN, INT, STRING
from pyrdd.sql.functions.string_tools import (
    INT_MAX,
    STRING_OR_BINARY,
    defaults,
    folded,
    is_binary,
    kernel,
    number,
    same_or_text,
    text,
)
from pyrdd.sql.functions.text_tools import bind, bound_sql, null_if_null, text_type
from pyrdd.sql.kernels import strings as kernels
from pyrdd.sql.kernels.instr import instr_from
from pyrdd.sql.kernels.regexps import split as split_text

# --- case ------------------------------------------------------------------------------------------------------------


def _cased(duck: str) -> Callable[..., str]:
    # DuckDB maps one character to one, Unicode's full mapping makes SS of the German sharp s
    return lambda call, args, writer: bind(
        args, lambda x: f"CASE WHEN strlen({x}) = length({x}) THEN {duck}({x}) ELSE {writer.own_kernel(call, [x])} END"
    )


@scalar(
    STRING,
    returns=text_type,
    sql=_cased("upper"),
    python=lambda call, writer: str.upper,
    with_writer=True,
    aliases=("ucase",),
)
def upper(col: ColumnOrName) -> Column:
    """The text in upper case.

    >>> spark.range(1).select(F.upper(F.lit("Graz"))).first()[0]
    'GRAZ'
    """


def ucase(str: ColumnOrName) -> Column:
    """The text in upper case, as `upper`."""
    return call_of("ucase", column_or_name(str))


@scalar(
    STRING,
    returns=text_type,
    sql=_cased("lower"),
    python=lambda call, writer: str.lower,
    with_writer=True,
    aliases=("lcase",),
)
def lower(col: ColumnOrName) -> Column:
    """The text in lower case.

    >>> spark.range(1).select(F.lower(F.lit("Graz"))).first()[0]
    'graz'
    """


def lcase(str: ColumnOrName) -> Column:
    """The text in lower case, as `lower`."""
    return call_of("lcase", column_or_name(str))


@scalar(STRING, returns=text_type, python=kernel(kernels.initcap))
def initcap(col: ColumnOrName) -> Column:
    """Each word with its first letter in upper case and the others in lower case; words end at blanks.

    >>> spark.range(1).select(F.initcap(F.lit("grand hotel"))).first()[0]
    'Grand Hotel'
    """


# --- length ----------------------------------------------------------------------------------------------------------


def _length(texts: str, data: str) -> Callable[..., str]:
    return lambda call, args: f"CAST({(data if is_binary(call.args[0]) else texts).format(args[0])} AS INTEGER)"


@scalar(
    STRING_OR_BINARY,
    returns=INT,
    sql=_length("length({})", "octet_length({})"),
    aliases=("len", "char_length", "character_length"),
)
def length(col: ColumnOrName) -> Column:
    """The number of characters, trailing blanks included, or of bytes of a binary.

    >>> spark.range(1).select(F.length(F.lit("Graz "))).first()[0]
    5
    """


def char_length(str: ColumnOrName) -> Column:
    """The number of characters, as `length`."""
    return call_of("char_length", column_or_name(str))


def character_length(str: ColumnOrName) -> Column:
    """The number of characters, as `length`."""
    return call_of("character_length", column_or_name(str))


@scalar(STRING_OR_BINARY, returns=INT, sql=_length("strlen({})", "octet_length({})"))
def octet_length(col: ColumnOrName) -> Column:
    """The number of bytes, for text in UTF-8."""


@scalar(STRING_OR_BINARY, returns=INT, sql=_length("strlen({}) * 8", "octet_length({}) * 8"))
def bit_length(col: ColumnOrName) -> Column:
    """The number of bits, for text in UTF-8."""


# --- trimming --------------------------------------------------------------------------------------------------------


def _trim_text(call: Any, args: list[str]) -> str:
    name = call.function.name
    return f"{name}({args[1]}, {args[0]})" if len(args) == 2 else f"{name}({args[0]}, ' ')"


def _trim_pretty(kind: str) -> Callable[..., str]:
    return lambda name, args, call: f"TRIM({kind} {args[0]} FROM {args[1]})" if len(args) == 2 else f"{name}({args[0]})"


def _trim_call(name: str, col: Any, trim: Any) -> Column:
    source = column_or_name(col)
    return call_of(name, source) if trim is None else call_of(name, column_or_name(trim), source)


def _last_type(args: Sequence[Any]) -> t.DataType:
    return text_type(args[-1:])


@scalar(STRING, STRING, returns=_last_type, min_args=1, sql=_trim_text, pretty=_trim_pretty("BOTH"))
def trim(col: ColumnOrName, trim: ColumnOrName | None = None) -> Column:
    """The text without blanks (or these characters) at both ends.

    >>> spark.range(1).select(F.trim(F.lit("  a b "))).first()[0]
    'a b'
    """
    return _trim_call("trim", col, trim)


@scalar(STRING, STRING, returns=_last_type, min_args=1, sql=_trim_text, pretty=_trim_pretty("LEADING"))
def ltrim(col: ColumnOrName, trim: ColumnOrName | None = None) -> Column:
    """The text without blanks (or these characters) at its beginning.

    >>> spark.range(1).select(F.ltrim(F.lit("  a"))).first()[0]
    'a'
    """
    return _trim_call("ltrim", col, trim)


@scalar(STRING, STRING, returns=_last_type, min_args=1, sql=_trim_text, pretty=_trim_pretty("TRAILING"))
def rtrim(col: ColumnOrName, trim: ColumnOrName | None = None) -> Column:
    """The text without blanks (or these characters) at its end.

    >>> spark.range(1).select(F.rtrim(F.lit("a  "))).first()[0]
    'a'
    """
    return _trim_call("rtrim", col, trim)


@scalar(
    STRING,
    STRING,
    returns=text_type,
    sql=lambda call, args: f"trim({args[0]}, {args[1] if len(args) > 1 else repr(' ')})",
)
def btrim(str: ColumnOrName, trim: ColumnOrName | None = None) -> Column:
    """The text without blanks (or these characters) at both ends.

    >>> spark.range(1).select(F.btrim(F.lit("--a--"), F.lit("-"))).first()[0]
    'a'
    """


# --- padding ---------------------------------------------------------------------------------------------------------


def _pad_types(args: Sequence[Any], ctx: Any) -> Sequence[Any]:
    if len(args) == 2:
        return [*args, Literal(b"\0", t.BinaryType()) if is_binary(args[0]) else text(" ")]
    if is_binary(args[0]) != is_binary(args[2]):
        return [
            coercion.implicit_cast(args[0], STRING, ctx) or args[0],
            args[1],
            coercion.implicit_cast(args[2], STRING, ctx) or args[2],
        ]
    return args


def _pad_text(call: Any, args: list[str]) -> str:
    name = call.function.name
    if is_binary(call.args[0]):
        # two digits for each byte
        def pad(source: str, size: str, filler: str) -> str:
            digits = f"{name}(hex({source}), CAST(greatest({size}, 0) AS INTEGER) * 2, hex({filler}))"
            cut = f"left(hex({source}), greatest({size}, 0) * 2)"
            return f"CASE WHEN {size} IS NOT NULL THEN unhex(CASE WHEN octet_length({filler}) = 0 THEN {cut} ELSE {digits} END) END"

        return bind(args, pad)
    return bind(
        args,
        lambda source, size, filler: (
            f"CASE WHEN {size} IS NULL THEN NULL WHEN {filler} = '' THEN left({source}, greatest({size}, 0)) "
            f"ELSE {name}({source}, CAST(greatest({size}, 0) AS INTEGER), {filler}) END"
        ),
    )


@scalar(STRING_OR_BINARY, INT, STRING_OR_BINARY, returns=same_or_text, min_args=2, coerce=_pad_types, sql=_pad_text)
def lpad(col: ColumnOrName, len: Column | int, pad: Column | str) -> Column:
    """The text filled at its beginning, or cut at its end, to a number of characters.

    >>> spark.range(1).select(F.lpad(F.lit("7"), 3, "0")).first()[0]
    '007'
    """


@scalar(STRING_OR_BINARY, INT, STRING_OR_BINARY, returns=same_or_text, min_args=2, coerce=_pad_types, sql=_pad_text)
def rpad(col: ColumnOrName, len: Column | int, pad: Column | str) -> Column:
    """The text filled or cut at its end to a number of characters.

    >>> spark.range(1).select(F.rpad(F.lit("7"), 3, ".")).first()[0]
    '7..'
    """


@scalar(STRING, INT, returns=text_type, sql="repeat({0}, {1})")
def repeat(col: ColumnOrName, n: ColumnOrName | int) -> Column:
    """The text so many times; nothing for a negative number.

    >>> spark.range(1).select(F.repeat(F.lit("ab"), 3)).first()[0]
    'ababab'
    """
    return call_of("repeat", column_or_name(col), n if isinstance(n, int) else column_or_name(n))


# --- cutting ---------------------------------------------------------------------------------------------------------


def cut(binary: bool, source: str, start: str, size: str) -> str:
    """A part of text or bytes; the texts are names or constants."""
    first = f"CASE WHEN {start} = 0 THEN 1 ELSE {start} END"
    if not binary:
        # greatest() passes over nulls
        return f"CASE WHEN {size} IS NOT NULL THEN substring({source}, {first}, greatest({size}, 0)) END"
    # the place of the first byte, counted from 0 and perhaps before the beginning
    from_end = f"WHEN {start} < 0 THEN octet_length({source}) + {start}"
    begin = f"(CASE WHEN {start} > 0 THEN CAST({start} AS BIGINT) - 1 {from_end} ELSE 0 END)"
    end = f"greatest({begin} + greatest({size}, 0), 0)"
    digits = f"substring(hex({source}), greatest({begin}, 0) * 2 + 1, greatest({end} - greatest({begin}, 0), 0) * 2)"
    return f"CASE WHEN {start} IS NOT NULL AND {size} IS NOT NULL THEN unhex({digits}) END"


def _cut_text(call: Any, args: list[str]) -> str:
    return bind(args, lambda s, p, n: cut(is_binary(call.args[0]), s, p, n))


@scalar(
    STRING_OR_BINARY, INT, INT, returns=same_or_text, min_args=2, coerce=defaults(None, None, number(INT_MAX)), sql=_cut_text,
    aliases=("substr",),
)  # fmt: skip
def substring(str: ColumnOrName, pos: ColumnOrName | int, len: ColumnOrName | int) -> Column:
    """A part of text or bytes from a place on, counted from 1, or from -1 at the end.

    >>> spark.range(1).select(F.substring(F.lit("Salzburg"), 5, 4)).first()[0]
    'burg'
    """
    numbers = [n if isinstance(n, int) else column_or_name(n) for n in (pos, len)]
    return call_of("substring", column_or_name(str), *numbers)


def substr(str: ColumnOrName, pos: ColumnOrName, len: ColumnOrName | None = None) -> Column:
    """A part of text or bytes, to its end if there is no length; as `substring`."""
    rest = [] if len is None else [column_or_name(len)]
    return call_of("substr", column_or_name(str), column_or_name(pos), *rest)


@scalar(
    STRING_OR_BINARY, INT, returns=same_or_text,
    sql=lambda call, args: bind(args, lambda s, n: cut(is_binary(call.args[0]), s, "1", n)),
)  # fmt: skip
def left(str: ColumnOrName, len: ColumnOrName) -> Column:
    """The first characters; none for a negative number.

    >>> spark.range(1).select(F.left(F.lit("Salzburg"), F.lit(4))).first()[0]
    'Salz'
    """


@scalar(
    STRING, INT, returns=text_type, nullable=True,
    sql=bound_sql(lambda s, n: f"CASE WHEN {n} <= 0 AND {s} IS NOT NULL THEN '' ELSE substring({s}, -CAST({n} AS BIGINT)) END"),
)  # fmt: skip
def right(str: ColumnOrName, len: ColumnOrName) -> Column:
    """The last characters; none for a negative number.

    >>> spark.range(1).select(F.right(F.lit("Salzburg"), F.lit(4))).first()[0]
    'burg'
    """


@scalar(STRING, STRING, INT, returns=text_type, python=kernel(kernels.substring_index))
def substring_index(str: ColumnOrName, delim: str, count: int) -> Column:
    """What is before the count-th delimiter; counted from the end, and what is behind it, if the number is negative.

    >>> spark.range(1).select(F.substring_index(F.lit("www.example.org"), ".", 2)).first()[0]
    'www.example'
    """


def _part_text(call: Any, args: list[str]) -> str:
    zero = raise_sql("INVALID_INDEX_OF_ZERO", "VARCHAR")

    def body(s: str, d: str, n: str) -> str:
        whole = f"CASE WHEN abs({n}) = 1 THEN {s} ELSE '' END"
        part = f"CASE WHEN {n} = 0 THEN {zero} WHEN {d} = '' THEN {whole} ELSE split_part({s}, {d}, {n}) END"
        return null_if_null([s, d, n], part)

    return bind(args, body)


@scalar(STRING, STRING, INT, returns=text_type, nullable=True, sql=_part_text)
def split_part(src: ColumnOrName, delimiter: ColumnOrName, partNum: ColumnOrName) -> Column:
    """The part at a place, counted from 1 or from -1 at the end; empty outside. Raises INVALID_INDEX_OF_ZERO when computed.

    >>> spark.range(1).select(F.split_part(F.lit("a/b/c"), F.lit("/"), F.lit(2))).first()[0]
    'b'
    """


_PLAIN = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789 ,;:_-/#@!~%&='\"<>")


def _split_text(call: Any, args: list[str], writer: Any) -> str:
    pattern, limit = call.args[1], call.args[2]
    plain = isinstance(pattern, Literal) and pattern.value and set(pattern.value) <= _PLAIN
    if plain and isinstance(limit, Literal) and (limit.value or 0) < 0:
        return f"string_split({args[0]}, {args[1]})"
    return str(writer.own_kernel(call, args))


@scalar(
    STRING, STRING, INT, returns=lambda args: t.ArrayType(text_type(args), False), min_args=2, with_writer=True,
    coerce=defaults(None, None, number(-1)), sql=_split_text, python=lambda call, writer: split_text,
)  # fmt: skip
def split(str: ColumnOrName, pattern: Column | str, limit: ColumnOrName | int = -1) -> Column:
    """The parts between the matches of a regular expression, at most ``limit`` of them if that is positive.

    >>> spark.range(1).select(F.split(F.lit("a1b2c"), "[0-9]")).first()[0]
    ['a', 'b', 'c']
    """
    most = limit if isinstance(limit, int) else column_or_name(limit)
    return call_of("split", column_or_name(str), literal(pattern), most)


# --- searching -------------------------------------------------------------------------------------------------------


def _test(duck: str) -> Callable[..., str]:
    def sql(call: Any, args: list[str], writer: Any) -> str:
        if is_binary(call.args[0]):
            return str(writer.own_kernel(call, args))
        left, right = folded(args, call.args, call.function.name)
        return f"{duck}({left}, {right})"

    return sql


def _pair(args: Sequence[Any], ctx: Any) -> Sequence[Any]:
    if all(is_binary(a) for a in args):
        return args
    return [coercion.implicit_cast(a, STRING, ctx) or a for a in args]


def _found_nullable(args: Sequence[Any]) -> bool:
    return is_binary(args[0]) or any(a.nullable for a in args)


def _contains(whole: bytes, part: bytes) -> bool:
    return part in whole


@scalar(
    STRING_OR_BINARY, STRING_OR_BINARY, returns=BOOLEAN, coerce=_pair, nullable=_found_nullable, with_writer=True,
    sql=_test("contains"), python=lambda call, writer: _contains,
)  # fmt: skip
def contains(left: ColumnOrName, right: ColumnOrName) -> Column:
    """Whether the second is a part of the first.

    >>> spark.range(1).select(F.contains(F.lit("Graz"), F.lit("ra"))).first()[0]
    True
    """


@scalar(
    STRING_OR_BINARY, STRING_OR_BINARY, returns=BOOLEAN, coerce=_pair, nullable=_found_nullable, with_writer=True,
    sql=_test("starts_with"), python=lambda call, writer: bytes.startswith,
)  # fmt: skip
def startswith(str: ColumnOrName, prefix: ColumnOrName) -> Column:
    """Whether the first begins with the second.

    >>> spark.range(1).select(F.startswith(F.lit("Graz"), F.lit("Gr"))).first()[0]
    True
    """


@scalar(
    STRING_OR_BINARY, STRING_OR_BINARY, returns=BOOLEAN, coerce=_pair, nullable=_found_nullable, with_writer=True,
    sql=_test("ends_with"), python=lambda call, writer: bytes.endswith,
)  # fmt: skip
def endswith(str: ColumnOrName, suffix: ColumnOrName) -> Column:
    """Whether the first ends with the second.

    >>> spark.range(1).select(F.endswith(F.lit("Graz"), F.lit("az"))).first()[0]
    True
    """


def _instr_types(args: Sequence[Any], ctx: Any) -> Sequence[Any]:
    return args if len(args) != 3 else [*args, number(1)]


def _instr_text(call: Any, args: list[str], writer: Any) -> str:
    texts = folded(args, call.args, "instr")
    return f"CAST(instr({texts[0]}, {texts[1]}) AS INTEGER)" if len(args) == 2 else str(writer.own_kernel(call, texts))


@scalar(
    STRING, STRING, INT, INT, returns=INT, coerce=_instr_types, with_writer=True, sql=_instr_text,
    python=lambda call, writer: instr_from,
)  # fmt: skip
def instr(
    str: ColumnOrName, substr: Column | str, start: Column | int | None = None, occurrence: Column | int | None = None
) -> Column:
    """Where a text is first found (or found again from a place on), counted from 1; 0 if it is nowhere.

    >>> spark.range(1).select(F.instr(F.lit("Salzburg"), "z")).first()[0]
    4
    """


def _locate_text(call: Any, args: list[str]) -> str:
    def body(part: str, whole: str, start: str) -> str:
        behind = bind(
            [f"instr(substring({whole}, {start}), {part})"],
            lambda r: f"CASE WHEN {r} = 0 THEN 0 ELSE {r} + {start} - 1 END",
        )
        found = f"CASE WHEN coalesce({start}, 0) < 1 THEN 0 WHEN {part} = '' THEN 1 ELSE {behind} END"
        return f"CAST({null_if_null([part, whole], found)} AS INTEGER)"

    return bind(folded(args, call.args, "locate"), body)


@scalar(
    STRING, STRING, INT, returns=INT, min_args=2, coerce=defaults(None, None, number(1)), sql=_locate_text,
    nullable=lambda args: any(a.nullable for a in args[:2]), aliases=("position",), params=("substr", "str", "pos"),
)  # fmt: skip
def locate(substr: str, str: ColumnOrName, pos: int = 1) -> Column:
    """Where a text is found in another from a place on, counted from 1; 0 if it is nowhere.

    >>> spark.range(1).select(F.locate("a", F.lit("banana"), 3)).first()[0]
    4
    """


def position(substr: ColumnOrName, str: ColumnOrName, start: ColumnOrName | None = None) -> Column:
    """Where a text is found in another, as `locate`."""
    rest = [] if start is None else [column_or_name(start)]
    return call_of("position", column_or_name(substr), column_or_name(str), *rest)


@scalar(STRING, STRING, returns=INT, python=kernel(kernels.find_in_set))
def find_in_set(str: ColumnOrName, str_array: ColumnOrName) -> Column:
    """Where a text is in a list with commas, counted from 1; 0 if it is nowhere."""


# --- replacing -------------------------------------------------------------------------------------------------------


def _replace_text(call: Any, args: list[str]) -> str:
    if folded(args, call.args, "replace") != args:
        raise PySparkNotImplementedError(
            errorClass="NOT_IMPLEMENTED",
            messageParameters={"feature": "replace with a collation", "alternative": "Use regexp_replace with (?i)."},
        )
    return bind(args, lambda s, a, b: f"CASE WHEN {a} = '' THEN {s} ELSE replace({s}, {a}, {b}) END")


@scalar(STRING, STRING, STRING, returns=text_type, coerce=defaults(None, None, text("")), sql=_replace_text)
def replace(src: ColumnOrName, search: ColumnOrName, replace: ColumnOrName | None = None) -> Column:
    """The text with every appearance of one text replaced by another (by nothing).

    >>> spark.range(1).select(F.replace(F.lit("a-b-c"), F.lit("-"), F.lit("+"))).first()[0]
    'a+b+c'
    """


@scalar(STRING, STRING, STRING, returns=text_type, python=kernel(kernels.translate))
def translate(srcCol: ColumnOrName, matching: str, replace: str) -> Column:
    """The text with characters replaced by those at the same places of ``replace``, or removed where there are none.

    >>> spark.range(1).select(F.translate(F.lit("2-1"), "12", "ab")).first()[0]
    'b-a'
    """


def _overlay_bytes(source: bytes, replacement: bytes, place: int, size: int) -> bytes:
    rest = place + (len(replacement) if size < 0 else size)
    tail = source[rest - 1 :] if rest > 0 else source[max(len(source) + rest, 0) :] if rest else source
    return source[: max(place - 1, 0)] + replacement + tail


@scalar(
    STRING_OR_BINARY, STRING_OR_BINARY, INT, INT, returns=same_or_text, min_args=3,
    coerce=defaults(None, None, None, number(-1)),
    python=lambda call: _overlay_bytes if is_binary(call.args[0]) else kernels.overlay,
)  # fmt: skip
def overlay(src: ColumnOrName, replace: ColumnOrName, pos: ColumnOrName | int, len: ColumnOrName | int = -1) -> Column:
    """The text with another written over it from a place on.

    >>> spark.range(1).select(F.overlay(F.lit("Salzberg"), F.lit("u"), 6)).first()[0]
    'Salzburg'
    """
    numbers = [n if isinstance(n, int) else column_or_name(n) for n in (pos, len)]
    return call_of("overlay", column_or_name(src), column_or_name(replace), *numbers)


# --- joining ---------------------------------------------------------------------------------------------------------


def _joined_types(args: Sequence[Any], ctx: Any) -> Sequence[Any]:
    from pyrdd.sql.functions.text_tools import require  # here: for errors alone

    if not isinstance(args[0].data_type, t.StringType) and isinstance(
        args[0].data_type, t.ArrayType | t.MapType | t.StructType
    ):
        require("concat_ws", args, 0, (), '"STRING"')
    found = [coercion.cast(args[0], STRING, ctx) if not isinstance(args[0].data_type, t.StringType) else args[0]]
    for index, arg in enumerate(args[1:], 1):
        kind = arg.data_type
        if isinstance(kind, t.ArrayType):
            found.append(
                arg
                if isinstance(kind.elementType, t.StringType)
                else coercion.cast(arg, t.ArrayType(STRING, kind.containsNull), ctx)
            )
        elif isinstance(kind, t.StringType):
            found.append(arg)
        elif coercion.can_become(kind, STRING, ctx):
            found.append(coercion.cast(arg, STRING, ctx))
        else:
            require("concat_ws", args, index, (), '("ARRAY<STRING>" or "STRING")')
    return found


def _joined_text(call: Any, args: list[str]) -> str:
    separator, *parts = args
    if not any(isinstance(a.data_type, t.ArrayType) for a in call.args):
        inner = ", ".join(parts) if parts else "NULL"
        return f"CASE WHEN {separator} IS NOT NULL THEN concat_ws({separator}, {inner}) END"
    lists = [x if isinstance(a.data_type, t.ArrayType) else f"[{x}]" for x, a in zip(parts, call.args[1:], strict=True)]
    # a null array is as one without elements
    whole = f"list_filter(list_concat({', '.join(f'coalesce({x}, [])' for x in lists)}), lambda x: x IS NOT NULL)"
    return bind(
        [separator, whole],
        lambda s, w: (
            f"CASE WHEN {s} IS NOT NULL THEN "
            f"substring(list_reduce({w}, lambda a, x: a || {s} || x, ''), CAST(length({s}) AS INTEGER) + 1) END"
        ),
    )


@scalar(
    ANY, returns=text_type, min_args=1, coerce=_joined_types, nullable=lambda args: args[0].nullable, sql=_joined_text
)
def concat_ws(sep: str, *cols: ColumnOrName) -> Column:
    """The strings, and the elements of arrays of strings, with a separator between them; nulls are left out.

    >>> spark.range(1).select(F.concat_ws("-", F.lit("a"), F.lit(None), F.lit("b"))).first()[0]
    'a-b'
    """
    items = cols[0] if len(cols) == 1 and isinstance(cols[0], (list, tuple)) else cols
    return call_of("concat_ws", literal(sep), *(column_or_name(c) for c in items))


def _choice(args: Sequence[Any], ctx: Any) -> Sequence[Any]:
    index = coercion.implicit_cast(args[0], INT, ctx) or args[0]
    if all(is_binary(a) for a in args[1:]):
        return [index, *args[1:]]
    return [index, *(coercion.implicit_cast(a, STRING, ctx) or a for a in args[1:])]


def _elt_text(call: Any, args: list[str]) -> str:
    index, *values = args
    outside = "NULL"
    if call.mode == "ansi":
        outside = raise_sql(
            "INVALID_ARRAY_INDEX",
            duck_type(call.data_type),
            indexValue=index,
            arraySize=str(len(values)),
            ansiConfig="'\"spark.sql.ansi.enabled\"'",
        )
    cases = " ".join(f"WHEN {i} THEN {v}" for i, v in enumerate(values, 1))
    return f"CASE WHEN {index} IS NULL THEN NULL ELSE CASE {index} {cases} ELSE {outside} END END"


@scalar(ANY, returns=lambda args: same_or_text(args[1:]), min_args=2, coerce=_choice, nullable=True, sql=_elt_text)
def elt(*inputs: ColumnOrName) -> Column:
    """The argument at the index that the first one gives, counted from 1. Raises INVALID_ARRAY_INDEX when it is computed."""


declare(Function("space", "scalar", (INT,), STRING, 1, 1, sql="repeat(' ', {0})", params=("n",)))

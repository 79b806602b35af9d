"""String functions of characters, bytes and encodings."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from pyrdd.errors import IllegalArgumentException
from pyrdd.sql import types as t
from pyrdd.sql.analysis.problems import mismatch
from pyrdd.sql.column import Column, ColumnOrName
from pyrdd.sql.expressions import Literal
from pyrdd.sql.functions.declare import Function, declare
from pyrdd.sql.functions.decorators import scalar
from pyrdd.sql.functions.inputs import BINARY, BOOLEAN, DOUBLE, INT, LONG, STRING
from pyrdd.sql.functions.string_tools import STRING_OR_BINARY, defaults, is_binary, kernel, text
from pyrdd.sql.functions.text_tools import bound_sql, call_text, literal_value, text_type
from pyrdd.sql.kernels import base32, encodings, numbers, strings
from pyrdd.sql.types.collation_names import normal_collation

# --- characters ------------------------------------------------------------------------------------------------------


@scalar(STRING, returns=INT, sql=bound_sql(lambda x: f"CASE WHEN {x} = '' THEN 0 ELSE unicode({x}) END"))
def ascii(col: ColumnOrName) -> Column:
    """The code point of the first character; 0 for an empty text.

    >>> spark.range(1).select(F.ascii(F.lit("A"))).first()[0]
    65
    """


@scalar(
    LONG, returns=STRING, sql=bound_sql(lambda n: f"CASE WHEN {n} < 0 THEN '' ELSE chr(CAST({n} % 256 AS INTEGER)) END")
)
def char(col: ColumnOrName) -> Column:
    """The Latin-1 character of a number's lowest byte; nothing for a negative number.

    >>> spark.range(1).select(F.char(F.lit(65))).first()[0]
    'A'
    """


@scalar(
    LONG, returns=STRING, sql=bound_sql(lambda n: f"CASE WHEN {n} < 0 THEN '' ELSE chr(CAST({n} % 256 AS INTEGER)) END")
)
def chr(n: ColumnOrName) -> Column:
    """The same as `char`."""


@scalar(STRING, returns=text_type, nullable=True, python=kernel(strings.quote))
def quote(col: ColumnOrName) -> Column:
    """The text in single quotes, with those inside escaped."""


@scalar(STRING, returns=STRING, python=kernel(strings.soundex))
def soundex(col: ColumnOrName) -> Column:
    """The Soundex code.

    >>> spark.range(1).select(F.soundex(F.lit("Robert"))).first()[0]
    'R163'
    """


@scalar(STRING, STRING, INT, returns=INT, python=lambda call: strings.levenshtein)
def levenshtein(left: ColumnOrName, right: ColumnOrName, threshold: int | None = None) -> Column:
    """The edit distance; -1 if it exceeds the threshold.

    >>> spark.range(1).select(F.levenshtein(F.lit("kitten"), F.lit("sitting"))).first()[0]
    3
    """


@scalar(STRING, STRING, returns=DOUBLE, nullable=True, sql="jaro_winkler_similarity({0}, {1})")
def jaro_winkler_similarity(left: ColumnOrName, right: ColumnOrName) -> Column:
    """How alike two texts are, from 0 to 1."""


declare(
    Function(
        "luhn_check",
        "scalar",
        (STRING,),
        BOOLEAN,
        1,
        1,
        python=kernel(strings.luhn_check),
        nullable=True,
        params=("str",),
    )
)


@scalar(STRING, returns=t.ArrayType(t.ArrayType(STRING, False), False), min_args=1, nullable=True,
        coerce=defaults(None, text(""), text("")), python=lambda call: _sentences)  # fmt: skip
def sentences(
    string: ColumnOrName, language: ColumnOrName | None = None, country: ColumnOrName | None = None
) -> Column:
    """The words of each sentence of an English text."""


def _sentences(string: str, language: str, country: str) -> list[list[str]]:
    return strings.sentences(string)


@scalar(STRING, STRING, STRING, STRING, STRING, returns=text_type, nullable=True, null_calls=True,
        params=("str", "upperChar", "lowerChar", "digitChar", "otherChar"),
        defaults={"upperChar": text("X"), "lowerChar": text("x"), "digitChar": text("n"), "otherChar": text(None)},
        coerce=defaults(None, text("X"), text("x"), text("n"), text(None)), check=lambda args, ctx: _check_mask(args),
        python=lambda call: _masked)  # fmt: skip
def mask(
    col: ColumnOrName,
    upperChar: ColumnOrName | None = None,
    lowerChar: ColumnOrName | None = None,
    digitChar: ColumnOrName | None = None,
    otherChar: ColumnOrName | None = None,
) -> Column:
    """The text with letters and digits replaced; a null replacement keeps that kind of character."""
    from pyrdd.sql.column import call, column_or_name, literal  # here: this function alone fills its own defaults

    given = (upperChar, lowerChar, digitChar, otherChar)
    filled = [literal(d) if g is None else column_or_name(g) for g, d in zip(given, ("X", "x", "n", None), strict=True)]
    return call("mask", column_or_name(col), *filled)


_MASKS = ("str", "upperChar", "lowerChar", "digitChar", "otherChar")


def _check_mask(args: Sequence[Any]) -> None:
    for name, arg in list(zip(_MASKS, args, strict=True))[1:]:
        if not arg.foldable:
            raise mismatch(
                "NON_FOLDABLE_INPUT", call_text("mask", args), inputName=f"`{name}`", inputType='"STRING"',
                inputExpr=call_text("", [arg])[2:-2],
            )  # fmt: skip
        value = literal_value(arg)
        if isinstance(value, str) and len(value) != 1:
            raise mismatch("INPUT_SIZE_NOT_ONE", call_text("mask", args), exprName=f"`{name}`")


def _masked(source: str | None, *characters: str | None) -> str | None:
    return None if source is None else strings.mask(source, *characters)


# --- collations ------------------------------------------------------------------------------------------------------


def _collated(args: Sequence[Any]) -> t.DataType:
    return t.StringType(normal_collation(literal_value(args[1])))


@scalar(STRING, STRING, returns=_collated, sql="{0}")
def collate(col: ColumnOrName, collation: str) -> Column:
    """The text, to be compared as the collation says. Raises COLLATION_INVALID_NAME."""


@scalar(
    STRING, returns=STRING, nullable=False,
    sql=lambda call, args: f"'SYSTEM.BUILTIN.{getattr(call.args[0].data_type, 'collation', 'UTF8_BINARY')}'",
)  # fmt: skip
def collation(col: ColumnOrName) -> Column:
    """The name of the collation."""


# --- encodings -------------------------------------------------------------------------------------------------------


def _leniently(name: str, args: Sequence[Any], ctx: Any) -> Any:
    """The call under the settings that allow more character sets, and characters that these do not have."""
    lenient = [ctx.flag(f"spark.sql.legacy.{key}", False) for key in ("javaCharsets", "codingErrorAction")]
    if not any(lenient):
        return None
    from pyrdd.sql.analysis.calls import make_call  # here: analysis imports the registry

    return make_call(f"{name}_leniently", *args, *(Literal(flag, t.BooleanType()) for flag in lenient), ctx=ctx)


for _name, _input, _output, _kernel in (
    ("encode", STRING, BINARY, encodings.encode),
    ("decode", BINARY, STRING, encodings.decode),
):
    declare(
        Function(
            f"{_name}_leniently", "scalar", (_input, STRING, BOOLEAN, BOOLEAN), _output, 4, 4, nullable=True,
            python=kernel(_kernel), pretty=lambda name, args, call: f"{name.removesuffix('_leniently')}({', '.join(args[:2])})",
        )
    )  # fmt: skip


@scalar(
    STRING, STRING, returns=BINARY, nullable=True, rewrite=partial(_leniently, "encode"), python=kernel(encodings.encode)
)
def encode(col: ColumnOrName, charset: str) -> Column:
    """The text in a character set. Raises INVALID_PARAMETER_VALUE.CHARSET and MALFORMED_CHARACTER_CODING when it is computed."""


def _decode(args: Sequence[Any], ctx: Any) -> Any:
    """``decode(value, search, result, ..., default)`` is a CASE."""
    if len(args) == 2:
        return _leniently("decode", args, ctx)
    from pyrdd.sql.analysis.calls import make_call  # here: analysis imports the registry

    return make_call("decode_values", *args, ctx=ctx)


@scalar(BINARY, STRING, returns=STRING, nullable=True, variadic=True, rewrite=_decode, python=kernel(encodings.decode))
def decode(col: ColumnOrName, charset: str) -> Column:
    """The text of bytes in a character set. Raises as `encode` does when it is computed."""


def _decode_types(args: Sequence[Any], ctx: Any) -> Sequence[Any]:
    from pyrdd.sql.analysis import coercion  # here: only this form needs it

    pairs, default = args[1:], []
    if len(pairs) % 2:
        pairs, default = pairs[:-1], [pairs[-1]]
    searches = coercion.to_common_type([args[0], *pairs[0::2]], ctx)
    results = coercion.to_common_type([*pairs[1::2], *default], ctx)
    if searches is None or results is None:
        kinds = " or ".join(f'"{a.data_type.simpleString().upper()}"' for a in args)
        raise mismatch("DATA_DIFF_TYPES", call_text("decode", args), functionName="`decode`", dataType=f"({kinds})")
    both = [e for pair in zip(searches[1:], results, strict=False) for e in pair]
    return [searches[0], *both, *results[len(searches) - 1 :]]


def _decode_text(call: Any, args: list[str]) -> str:
    pairs = args[1:]
    cases = " ".join(
        f"WHEN {args[0]} IS NOT DISTINCT FROM {s} THEN {r}" for s, r in zip(pairs[0::2], pairs[1::2], strict=False)
    )
    return f"CASE {cases} ELSE {pairs[-1] if len(pairs) % 2 else 'NULL'} END"


declare(
    Function(
        "decode_values", "scalar", (), lambda args: args[2].data_type, 3, None, coerce=_decode_types, sql=_decode_text,
        nullable=lambda args: len(args) % 2 == 1 or any(a.nullable for a in (*args[2::2], args[-1])),
        pretty=lambda n, a, c: f"decode({', '.join(a)})",
    )
)  # fmt: skip


@scalar(BINARY, returns=STRING, sql="to_base64({0})")
def base64(col: ColumnOrName) -> Column:
    """The bytes in Base64.

    >>> spark.range(1).select(F.base64(F.lit("Graz"))).first()[0]
    'R3Jheg=='
    """


@scalar(STRING, returns=BINARY, python=kernel(encodings.unbase64))
def unbase64(col: ColumnOrName) -> Column:
    """The bytes of Base64. Raises CONVERSION_INVALID_INPUT when it is computed.

    >>> spark.range(1).select(F.unbase64(F.lit("R3Jheg=="))).first()[0]
    b'Graz'
    """


@scalar(BINARY, returns=STRING, python=kernel(base32.to_base32))
def to_base32(col: ColumnOrName) -> Column:
    """The bytes in Base32."""


@scalar(STRING, returns=BINARY, python=kernel(base32.from_base32))
def from_base32(col: ColumnOrName) -> Column:
    """The bytes of Base32. Raises CONVERSION_INVALID_INPUT when it is computed."""


_UTF8: dict[str, Any] = {"nullable": True, "with_writer": True}


def _of_bytes(always: str) -> Callable[..., str]:
    """Texts here are always UTF-8; only bytes must be looked at."""

    def sql(call: Any, args: list[str], writer: Any) -> str:
        return str(writer.own_kernel(call, args)) if is_binary(call.args[0]) else always.format(args[0])

    return sql


@scalar(
    STRING_OR_BINARY, returns=BOOLEAN, sql=_of_bytes("({0} IS NOT NULL OR NULL)"),
    python=lambda call, writer: encodings.is_valid_utf8, **_UTF8,
)  # fmt: skip
def is_valid_utf8(str: ColumnOrName) -> Column:
    """Whether text or bytes are UTF-8."""


@scalar(
    STRING_OR_BINARY,
    returns=text_type,
    sql=_of_bytes("{0}"),
    python=lambda call, writer: encodings.make_valid_utf8,
    **_UTF8,
)
def make_valid_utf8(str: ColumnOrName) -> Column:
    """The text, with U+FFFD for what is not UTF-8."""


@scalar(
    STRING_OR_BINARY,
    returns=text_type,
    sql=_of_bytes("{0}"),
    python=lambda call, writer: encodings.validate_utf8,
    **_UTF8,
)
def validate_utf8(str: ColumnOrName) -> Column:
    """The text. Raises INVALID_UTF8_STRING when it is computed."""


@scalar(
    STRING_OR_BINARY,
    returns=text_type,
    sql=_of_bytes("{0}"),
    python=lambda call, writer: encodings.try_validate_utf8,
    **_UTF8,
)
def try_validate_utf8(str: ColumnOrName) -> Column:
    """The text, or null if it is not UTF-8."""


# --- to_binary -------------------------------------------------------------------------------------------------------

_FORMATS = ("hex", "utf-8", "utf8", "base64")


def _check_format(name: str) -> Callable[..., None]:
    def check(args: Sequence[Any], ctx: Any) -> None:
        if len(args) == 1:
            return
        if not args[1].foldable:
            raise mismatch(
                "NON_FOLDABLE_INPUT", call_text(name, args), inputName="`fmt`", inputType='"STRING"',
                inputExpr=call_text("", args[1:])[2:-2],
            )  # fmt: skip
        value = literal_value(args[1])
        if isinstance(value, str) and value.lower() not in _FORMATS:
            raise mismatch(
                "INVALID_ARG_VALUE", call_text(name, args), inputName="fmt", requireType='case-insensitive "STRING"',
                validValues="'hex', 'utf-8', 'utf8', or 'base64'", inputValue=f"'{value}'",
            )  # fmt: skip

    return check


def _to_binary(value: str, form: str = "hex") -> bytes:
    found = _try_to_binary(value, form)
    if found is None:
        raise IllegalArgumentException(
            errorClass="CONVERSION_INVALID_INPUT",
            messageParameters={
                "str": f"'{value}'",
                "fmt": f"'{form.upper()}'",
                "targetType": '"BINARY"',
                "suggestion": "`try_to_binary`",
            },
        )
    return found


def _try_to_binary(value: str, form: str = "hex") -> bytes | None:
    match form.lower():
        case "hex":
            return numbers.unhex(value)
        case "base64":
            return base32.strict_base64(value)
        case _:
            return value.encode("utf-8")


@scalar(STRING, STRING, returns=BINARY, nullable=True, check=_check_format("to_binary"), python=kernel(_to_binary))
def to_binary(col: ColumnOrName, format: ColumnOrName | None = None) -> Column:
    """The bytes of text in a format: hex (the default), utf-8 or base64. Raises CONVERSION_INVALID_INPUT when it is computed."""


@scalar(
    STRING, STRING, returns=BINARY, nullable=True, check=_check_format("try_to_binary"), python=kernel(_try_to_binary)
)
def try_to_binary(col: ColumnOrName, format: ColumnOrName | None = None) -> Column:
    """As `to_binary`, but null for text that is not of the format."""

"""The options of CSV, read once and checked."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from pyrdd.errors import IllegalArgumentException
from pyrdd.sql.sources.base import Options
from pyrdd.sql.sources.errors import not_implemented, runtime_error
from pyrdd.sql.sources.streams import charset

_ESCAPES = {"\\t": "\t", "\\r": "\r", "\\b": "\b", "\\f": "\f", '\\"': '"', "\\'": "'", "\\\\": "\\", "\\u0000": "\0"}
_HANDLING = ("STOP_AT_CLOSING_QUOTE", "BACK_TO_DELIMITER", "STOP_AT_DELIMITER", "SKIP_VALUE", "RAISE_ERROR")
NO_CHAR = ""


@dataclass(frozen=True, slots=True)
class Dialect:
    """How the file is cut into values. A character that is switched off is ``""``."""

    sep: str
    quote: str
    escape: str
    escape_escape: str
    comment: str
    header: bool
    multi_line: bool
    trim_left: bool
    trim_right: bool
    null_value: str
    empty_value: str
    line_sep: str | None
    encoding: str
    max_columns: int
    max_chars: int
    unescaped: str

    @property
    def simple_nulls(self) -> bool:
        """Whether nothing but the empty string is null, quoted or not."""
        return self.null_value == "" and self.empty_value == ""


def read_dialect(options: Options) -> Dialect:
    """The dialect of the options of a read. Raises as Spark does for values that have no meaning."""
    escape = _char(options, "escape", "\\")
    quote = _char(options, "quote", '"')
    return Dialect(
        sep=separator(options),
        quote=quote,
        escape=escape,
        escape_escape=_char(options, "charToEscapeQuoteEscaping", escape if escape != quote else NO_CHAR),
        comment=_char(options, "comment", NO_CHAR),
        header=flag(options, "header", False),
        multi_line=flag(options, "multiLine", False),
        trim_left=flag(options, "ignoreLeadingWhiteSpace", False),
        trim_right=flag(options, "ignoreTrailingWhiteSpace", False),
        null_value=options.get("nullValue", ""),
        empty_value=options.get("emptyValue", ""),
        line_sep=line_separator(options),
        encoding=charset(options, "CSVOptions"),
        max_columns=whole(options, "maxColumns", 20480),
        max_chars=whole(options, "maxCharsPerColumn", -1),
        unescaped=_handling(options),
    )


def separator(options: Options) -> str:
    """What stands between values; ``\\t`` and the like may be written with a backslash."""
    text = options.first("sep", "delimiter", default=",")
    if not text:
        raise IllegalArgumentException("Delimiter cannot be empty")
    out, at = "", 0
    while at < len(text):
        known = next((name for name in _ESCAPES if text.startswith(name, at)), None) if text != "\\" else None
        out += _ESCAPES[known] if known else text[at]
        at += len(known) if known else 1
    return out


def _char(options: Options, name: str, default: str) -> str:
    text = options.get(name)
    if text is None:
        return default
    if len(text) > 1:
        raise runtime_error("OPTION_VALUE_EXCEEDS_ONE_CHARACTER", paramName=name, actualValue=text)
    return NO_CHAR if text == "\0" else text


def flag(options: Options, name: str, default: bool) -> bool:
    """A boolean option of CSV, whose mistakes have their own condition."""
    text = options.get(name)
    if text is None:
        return default
    if text.lower() not in ("true", "false"):
        raise runtime_error("_LEGACY_ERROR_TEMP_2147", paramName=name)
    return text.lower() == "true"


def whole(options: Options, name: str, default: int) -> int:
    """A whole number of CSV, whose mistakes have their own condition."""
    text = options.get(name)
    try:
        return default if text is None else int(text)
    except ValueError:
        raise runtime_error("_LEGACY_ERROR_TEMP_2146", paramName=name, value=text) from None


def line_separator(options: Options) -> str | None:
    """The option ``lineSep``: one or two characters."""
    text = options.get("lineSep")
    if text is None:
        return None
    if not text:
        raise IllegalArgumentException(errorClass="INVALID_LINE_SEPARATOR.EMPTY", messageParameters={})
    if len(text) > 2:
        shown = {"length": str(len(text))}
        raise IllegalArgumentException(errorClass="INVALID_LINE_SEPARATOR.TOO_LONG", messageParameters=shown)
    return text


def _handling(options: Options) -> str:
    text = options.get("unescapedQuoteHandling", "STOP_AT_DELIMITER").upper()
    if text not in _HANDLING:
        raise IllegalArgumentException(f"unescapedQuoteHandling is none of {', '.join(_HANDLING)}: {text}")
    if text == "BACK_TO_DELIMITER":
        raise not_implemented("unescapedQuoteHandling=BACK_TO_DELIMITER", "Use STOP_AT_DELIMITER, the default.")
    return text


def bad_record(text: str) -> Callable[[], Exception]:
    """The error of a record that cannot be cut into values."""
    return lambda: runtime_error("MALFORMED_CSV_RECORD", badRecord=text)

"""SQL text to types: `DataType.fromDDL`, the types of casts and of columns.

    "a INT, b ARRAY<STRING> NOT NULL COMMENT 'x'"  -> lexer -> tokens -> _Parser, by recursive descent -> StructType

A full SQL parser is not used because the types must load without it. Text is tried as a list of columns, then as one
type, then as the inside of a struct; the first attempt's error is the one that is raised, as in Spark.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NoReturn, TypeVar

from pyrdd.errors import ParseException, PySparkException
from pyrdd.sql.types.atomic import StringType
from pyrdd.sql.types.base import DataType, NullType
from pyrdd.sql.types.collation_names import normal_collation
from pyrdd.sql.types.containers import ArrayType, MapType
from pyrdd.sql.types.datetimes import TimestampNTZType, TimestampType
from pyrdd.sql.types.ddl_lexer import Token, string_value, tokens
from pyrdd.sql.types.ddl_names import interval_type, is_type_name, simple_type, spatial_type
from pyrdd.sql.types.intervals import CalendarIntervalType, DayTimeIntervalType, YearMonthIntervalType
from pyrdd.sql.types.struct import StructField, StructType

T = TypeVar("T")
_ANSI_UNITS = {**YearMonthIntervalType._inverted_fields, **DayTimeIntervalType._inverted_fields}


def parse_ddl(text: str) -> DataType:
    """The type that the text describes; a list of columns is a struct. Raises `ParseException`.

    >>> parse_ddl("a: array<short>, b interval day to second")
    StructType([StructField('a', ArrayType(ShortType(), True), True), \
StructField('b', DayTimeIntervalType(0, 3), True)])
    """
    try:
        return parse_columns(text)
    except PySparkException as error:
        first = error
    for attempt in (text, f"struct<{text.strip()}>"):
        try:
            return parse_type(attempt)
        except PySparkException:
            continue
    raise first


def parse_columns(text: str) -> StructType:
    """The schema of a list of columns, ``a INT, b STRING NOT NULL``. Raises `ParseException`."""
    parser = _Parser(text)
    return StructType(parser.whole(lambda: parser.listed(parser.column)))


def parse_type(text: str) -> DataType:
    """The type that the text names. Raises `ParseException`.

    >>> parse_type("map<string, decimal(10,2)>")
    MapType(StringType(), DecimalType(10,2), True)
    """
    parser = _Parser(text)
    return parser.whole(parser.data_type)


_parse_datatype_string = parse_ddl


class _Parser:
    """A position in the tokens of a text. Each method reads one construct, or raises."""

    def __init__(self, text: str) -> None:
        self._tokens = tokens(text)
        self._at = 0
        self._outermost: Token | None = None
        self._after_word = False
        self._meaning_error: PySparkException | None = None

    # --- tokens ---------------------------------------------------------------------------------------------

    @property
    def _token(self) -> Token:
        return self._tokens[self._at]

    def _next(self) -> Token:
        token = self._token
        self._at += 1
        return token

    def _take(self, *words: str) -> bool:
        """Passes over these words or signs, if they are next."""
        ahead = self._tokens[self._at : self._at + len(words)]
        if len(ahead) < len(words) or any(token.upper != word for token, word in zip(ahead, words, strict=True)):
            return False
        self._at += len(words)
        return True

    def _expect(self, sign: str) -> None:
        if not self._take(sign):
            self._fail()

    def _fail(self, token: Token | None = None, hint: str = "") -> NoReturn:
        token = token or self._outermost or self._token
        raise ParseException(errorClass="PARSE_SYNTAX_ERROR", messageParameters={"error": token.shown, "hint": hint})

    # --- lists ----------------------------------------------------------------------------------------------

    def whole(self, read: Callable[[], T]) -> T:
        """What ``read`` reads, which must be all of the text."""
        value = read()
        if self._token.kind != "end":
            last = self._tokens[self._at + 1].kind == "end"
            surplus = last and (self._token.kind in ("number", "string") or not self._after_word)
            self._fail(self._token, f": extra input {self._token.shown}" if surplus else "")
        if self._meaning_error is not None:
            raise self._meaning_error
        return value

    def _meant(self, make: Callable[[], DataType]) -> DataType:
        """The type that is made, whose errors wait until all of the text was read: mistakes in its form go first."""
        try:
            return make()
        except PySparkException as error:
            self._meaning_error = self._meaning_error or error
            return NullType()

    def listed(self, read: Callable[[], T]) -> list[T]:
        """One or more of what ``read`` reads, between commas."""
        items = [read()]
        while self._take(","):
            items.append(read())
        return items

    # --- columns --------------------------------------------------------------------------------------------

    def column(self, colon: bool = False) -> StructField:
        name = self._identifier()
        if colon:
            self._take(":")
        data_type = self.data_type()
        nullable = not self._take("NOT")
        if not nullable and not self._take("NULL"):
            self._fail(self._token, ": missing 'NULL'" if self._token.kind == "end" else "")
        comment = self._comment() if self._take("COMMENT") else None
        return StructField(name, data_type, nullable, None if comment is None else {"comment": comment})

    def _identifier(self) -> str:
        if self._token.kind not in ("word", "quoted"):
            self._fail()
        parts = [self._next()]
        while self._token.text == "-" and self._tokens[self._at + 1].kind == "word":
            self._at += 1
            parts.append(self._next())
        name = "-".join(part.name for part in parts)
        if len(parts) > 1 or (parts[0].kind == "word" and not name.isascii()):
            raise ParseException(errorClass="INVALID_IDENTIFIER", messageParameters={"ident": name})
        return name

    def _comment(self) -> str:
        if self._token.kind != "string":
            self._fail()
        text = ""
        while self._token.kind == "string":
            text += string_value(self._next().text)
        return text

    # --- types ----------------------------------------------------------------------------------------------

    def data_type(self) -> DataType:
        token, following = self._token, self._tokens[min(self._at + 1, len(self._tokens) - 1)]
        if token.kind not in ("word", "quoted"):
            self._fail()
        name = token.upper
        if following.text in ("<", "<>") and name in ("ARRAY", "MAP", "STRUCT"):
            self._at += 1
            return self._bracketed(name)
        self._identifier()
        self._after_word = is_type_name(name)
        return self._named(name)

    def _bracketed(self, name: str) -> DataType:
        if self._take("<>"):
            self._after_word = False
            return StructType([]) if name == "STRUCT" else self._fail(self._tokens[self._at - 1])
        outermost = self._outermost
        self._outermost = outermost or self._token
        self._at += 1
        made = self._inside(name)
        self._expect(">")
        self._outermost = outermost
        self._after_word = False
        return made

    def _inside(self, name: str) -> DataType:
        if name == "ARRAY":
            return ArrayType(self.data_type())
        if name == "STRUCT":
            return StructType(self.listed(lambda: self.column(colon=True)))
        key = self.data_type()
        self._expect(",")
        return MapType(key, self.data_type())

    def _named(self, name: str) -> DataType:
        if name == "INTERVAL" and self._token.text != "(":
            return self._interval()
        if name == "TIMESTAMP" and self._take("WITHOUT", "TIME", "ZONE"):
            return TimestampNTZType()
        if name == "TIMESTAMP" and self._take("WITH", "LOCAL", "TIME", "ZONE"):
            return TimestampType()
        if name in ("GEOMETRY", "GEOGRAPHY") and self._token.text == "(":
            return self._spatial(name)
        parameters = self._parameters()
        made = self._meant(lambda: simple_type(name, parameters))
        if name == "TIME":
            self._take("WITHOUT", "TIME", "ZONE")
        if name in ("STRING", "CHAR", "CHARACTER", "VARCHAR") and self._token.upper == "COLLATE":
            collation = self._collation()
            collated = self._meant(lambda: StringType(normal_collation(collation)))
            return collated if name == "STRING" else made
        return made

    def _parameters(self) -> list[str]:
        if not self._take("("):
            return []
        numbers = self.listed(self._number)
        self._expect(")")
        return numbers

    def _number(self) -> str:
        if self._token.kind != "number" or not self._token.text.isdigit():
            self._fail()
        return self._next().text

    def _interval(self) -> DataType:
        start = self._token
        if start.name.lower() not in _ANSI_UNITS or start.kind != "word":
            return CalendarIntervalType()
        self._at += 1
        to = self._token
        if not self._take("TO"):
            return interval_type(start.name)
        ends = ("MONTH",) if start.upper in ("YEAR", "MONTH") else ("HOUR", "MINUTE", "SECOND")
        if self._token.upper not in ends:
            self._fail(self._outermost or to)
        end = self._next().name
        return self._meant(lambda: interval_type(start.name, end))

    def _spatial(self, name: str) -> DataType:
        opening = self._next()
        srid = self._next()
        if not (srid.upper == "ANY" or srid.text.isdigit()) or not self._take(")"):
            self._fail(self._outermost or opening)
        return self._meant(lambda: spatial_type(name, "ANY" if srid.upper == "ANY" else int(srid.text)))

    def _collation(self) -> str:
        collate = self._next()
        if self._token.kind not in ("word", "quoted"):
            self._fail(self._outermost or collate)
        name = self._identifier()
        while self._take("."):
            name = self._identifier()
        return name

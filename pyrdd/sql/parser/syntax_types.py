"""How types are written: ``DECIMAL(10, 2)``, ``STRUCT<a: INT NOT NULL COMMENT 'x'>``, ``INTERVAL DAY TO SECOND``."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlglot import TokenType, exp
from sqlglot.parsers.spark import SparkParser

from pyrdd.sql import types as t
from pyrdd.sql.parser.errors import parse_error
from pyrdd.sql.parser.nodes import TypeNode

_SIMPLE: dict[str, Callable[[], t.DataType]] = {
    "BOOLEAN": t.BooleanType, "TINYINT": t.ByteType, "BYTE": t.ByteType, "SMALLINT": t.ShortType,
    "SHORT": t.ShortType, "INT": t.IntegerType, "INTEGER": t.IntegerType, "BIGINT": t.LongType, "LONG": t.LongType,
    "FLOAT": t.FloatType, "REAL": t.FloatType, "DOUBLE": t.DoubleType, "DATE": t.DateType,
    "TIMESTAMP": t.TimestampType, "TIMESTAMP_NTZ": t.TimestampNTZType, "TIMESTAMP_LTZ": t.TimestampType,
    "STRING": t.StringType, "BINARY": t.BinaryType, "VOID": t.NullType, "VARIANT": t.VariantType,
    "DECIMAL": t.DecimalType, "DEC": t.DecimalType, "NUMERIC": t.DecimalType, "TIME": t.TimeType,
}  # fmt: skip

_INTERVALS: dict[str, tuple[type[Any], int]] = {
    "YEAR": (t.YearMonthIntervalType, 0), "MONTH": (t.YearMonthIntervalType, 1), "DAY": (t.DayTimeIntervalType, 0),
    "HOUR": (t.DayTimeIntervalType, 1), "MINUTE": (t.DayTimeIntervalType, 2), "SECOND": (t.DayTimeIntervalType, 3),
}  # fmt: skip


class TypeSyntax(SparkParser):
    """Types, as Spark's grammar has them."""

    def _parse_types(
        self,
        check_func: bool = False,
        schema: bool = False,
        allow_identifiers: bool = True,
        with_collation: bool = False,
    ) -> exp.Expr | None:
        return TypeNode(this=self.data_type())

    def _at(self, kind: TokenType) -> bool:
        """Whether the next token is of a kind."""
        return bool(self._curr.token_type == kind)

    def data_type(self) -> t.DataType:
        """The type at the current token. Raises ParseException (UNSUPPORTED_DATATYPE and others)."""
        if not self._curr or self._curr.token_type in (TokenType.STRING, TokenType.NUMBER):
            self.raise_error("Expected a type")
        name = self._curr.text.upper()
        self._advance()
        complex_type = getattr(self, f"_{name.lower()}_type", None) if name in _COMPLEX else None
        if complex_type is not None:
            found: t.DataType = complex_type()
            return found
        return self._atomic_type(name)

    def _atomic_type(self, name: str) -> t.DataType:
        if name in ("CHAR", "CHARACTER", "VARCHAR"):
            return self._text_type(name)
        if name in ("DECIMAL", "DEC", "NUMERIC", "TIME", "GEOMETRY", "GEOGRAPHY") and self._match(TokenType.L_PAREN):
            return self._sized_type(name, self._type_arguments())
        if name not in _SIMPLE:
            raise parse_error("UNSUPPORTED_DATATYPE", typeName=f'"{name}"')
        if self._match(TokenType.L_PAREN, advance=False):
            size = ",".join(self._type_arguments(skip=True))
            raise parse_error("UNSUPPORTED_DATATYPE", typeName=f'"{name}({size})"')
        if name == "STRING" and self._match_text_seq("COLLATE"):
            return t.StringType(self._name_text())
        if name == "TIMESTAMP" and self._match_text_seq("WITHOUT", "TIME", "ZONE"):
            return t.TimestampNTZType()
        if name == "TIMESTAMP":
            self._match_text_seq("WITH", "LOCAL", "TIME", "ZONE")
        if name == "TIME":
            self._match_text_seq("WITHOUT", "TIME", "ZONE")
        return _SIMPLE[name]()

    def _text_type(self, name: str) -> t.DataType:
        if not self._match(TokenType.L_PAREN):
            raise parse_error("DATATYPE_MISSING_SIZE", type=f'"{name}"')
        (length,) = self._type_arguments()
        return t.VarcharType(int(length)) if name == "VARCHAR" else t.CharType(int(length))

    def _sized_type(self, name: str, sizes: list[str]) -> t.DataType:
        if name == "GEOMETRY":
            return t.GeometryType(int(sizes[0]) if sizes[0].isdigit() else sizes[0].upper())
        if name == "GEOGRAPHY":
            return t.GeographyType(int(sizes[0]) if sizes[0].isdigit() else sizes[0].upper())
        numbers = [int(size) for size in sizes]
        if name == "TIME" and len(numbers) == 1:
            if numbers[0] > 9:
                raise parse_error("UNSUPPORTED_TIME_PRECISION", precision=str(numbers[0]))
            return t.TimeType(numbers[0])
        if len(numbers) > 2 or name == "TIME":
            raise parse_error("UNSUPPORTED_DATATYPE", typeName=f'"{name}({",".join(sizes)})"')
        precision, scale = numbers[0], numbers[1] if len(numbers) > 1 else 0
        if precision > 38:
            raise parse_error("DECIMAL_PRECISION_EXCEEDS_MAX_PRECISION", precision=str(precision), maxPrecision="38")
        if scale > precision:
            raise parse_error("DECIMAL_SCALE_EXCEEDS_PRECISION", scale=str(scale), precision=str(precision))
        return t.DecimalType(precision, scale)

    def _type_arguments(self, skip: bool = False) -> list[str]:
        if skip:
            self._match(TokenType.L_PAREN)
        found = []
        while self._curr and not self._match(TokenType.R_PAREN):
            if not self._match(TokenType.COMMA):
                found.append(self._curr.text)
                self._advance()
        return found

    def _array_type(self) -> t.DataType:
        self._open_type("ARRAY")
        element = self.data_type()
        self._close_type()
        return t.ArrayType(element)

    def _map_type(self) -> t.DataType:
        self._open_type("MAP")
        key = self.data_type()
        if not self._match(TokenType.COMMA):
            self.raise_error("Expected a comma")
        value = self.data_type()
        self._close_type()
        return t.MapType(key, value)

    def _struct_type(self) -> t.DataType:
        if self._match(TokenType.NEQ):  # <> is one token
            return t.StructType([])
        self._open_type("STRUCT")
        fields: list[t.StructField] = []
        while not self._match(TokenType.GT):
            if fields and not self._match(TokenType.COMMA):
                self.raise_error("Expected a comma")
            fields.append(self._struct_field())
        return t.StructType(fields)

    def _struct_field(self) -> t.StructField:
        name = self._name_text()
        self._match(TokenType.COLON)
        data_type = self.data_type()
        nullable = not self._match_text_seq("NOT", "NULL")
        metadata = {"comment": self._string_text()} if self._match_text_seq("COMMENT") else None
        return t.StructField(name, data_type, nullable, metadata)

    def _interval_type(self) -> t.DataType:
        start = self._curr.text.upper()
        if start not in _INTERVALS:
            return t.CalendarIntervalType()
        self._advance()
        kind, lower = _INTERVALS[start]
        end = _INTERVALS.get(self._next.text.upper())
        upper = lower
        if self._curr.text.upper() == "TO" and end is not None and end[0] is kind and end[1] > lower:
            self._advance(2)
            upper = end[1]
        found: t.DataType = kind(lower, upper)
        return found

    def _open_type(self, name: str) -> None:
        if not self._match(TokenType.LT):
            raise parse_error("INCOMPLETE_TYPE_DEFINITION." + name, elementType="<INT>")

    def _close_type(self) -> None:
        if not self._match(TokenType.GT):
            self.raise_error("Expected >")

    def _name_text(self) -> str:
        """The text of a name: any word or a back-quoted one."""
        if not self._curr or self._curr.token_type in _NOT_NAMES:
            self.raise_error("Expected a name")
        if not self._at(TokenType.IDENTIFIER) and not self._curr.text[:1].replace("_", "a").isalnum():
            self.raise_error("Expected a name")
        self._advance()
        return self._prev.text

    def _string_text(self) -> str:
        if not self._match_set((TokenType.STRING, TokenType.RAW_STRING)):
            self.raise_error("Expected a string")
        text = self._prev.text
        while self._match_set((TokenType.STRING, TokenType.RAW_STRING)):
            text += self._prev.text
        return text


_NOT_NAMES = (TokenType.STRING, TokenType.NUMBER, TokenType.R_PAREN, TokenType.GT)
_COMPLEX = ("ARRAY", "MAP", "STRUCT", "INTERVAL")

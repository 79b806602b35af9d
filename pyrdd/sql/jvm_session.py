"""``spark._jsparkSession``: the one thing that programs ask of it and that needs no Java, which is to read types."""

from __future__ import annotations

from typing import NoReturn

from pyrdd.sql.types import DataType, _parse_datatype_json_string
from pyrdd.util.jvm import no_jvm


class ParsedType:
    """A type as Spark's Java side hands it over: its texts are methods."""

    def __init__(self, data_type: DataType) -> None:
        self._type = data_type

    def json(self) -> str:
        """The type as JSON."""
        return self._type.json()

    def simpleString(self) -> str:
        """The type's short text."""
        return self._type.simpleString()

    catalogString = simpleString


class JavaSession:
    """Reads types; all other members raise JVM_ATTRIBUTE_NOT_SUPPORTED."""

    def parseDataType(self, json: str) -> ParsedType:
        """The type that a JSON text describes."""
        return ParsedType(_parse_datatype_json_string(json))

    def __getattr__(self, name: str) -> NoReturn:
        raise no_jvm(f"_jsparkSession.{name}")

"""Strings, bytes, truth values and numbers; `DecimalType` is in `pyrdd.sql.types.numbers`."""

from __future__ import annotations

from typing import ClassVar

from pyrdd.sql.types.base import AtomicType, DataTypeSingleton


class StringType(AtomicType):
    """Text, compared by ``collation``.

    >>> StringType().simpleString(), StringType("UTF8_LCASE")
    ('string', StringType('UTF8_LCASE'))
    """

    providerSpark = "spark"
    providerICU = "icu"
    providers: ClassVar[list[str]] = [providerSpark, providerICU]

    def __init__(self, collation: str = "UTF8_BINARY") -> None:
        self.collation = collation

    @classmethod
    def collationProvider(cls, collationName: str) -> str:
        """Who defines the collation: ``spark`` or ``icu``."""
        return cls.providerSpark if collationName.startswith("UTF8") else cls.providerICU

    def isUTF8BinaryCollation(self) -> bool:
        """Whether strings are compared byte by byte."""
        return self.collation == "UTF8_BINARY"

    def simpleString(self) -> str:
        return "string" if self.isUTF8BinaryCollation() else f"string collate {self.collation}"

    def jsonValue(self) -> str:
        return self.simpleString()

    def __repr__(self) -> str:
        return "StringType()" if self.isUTF8BinaryCollation() else f"StringType('{self.collation}')"


class _LimitedText(AtomicType):
    """Text with a limit on its length."""

    def __init__(self, length: int) -> None:
        self.length = length

    def simpleString(self) -> str:
        return f"{self.typeName()}({self.length})"

    def jsonValue(self) -> str:
        return self.simpleString()

    def _tree_name(self) -> str:
        return self.simpleString()

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.length})"


class CharType(_LimitedText):
    """Text of exactly ``length`` characters, padded with blanks.

    >>> CharType(10)
    CharType(10)
    """


class VarcharType(_LimitedText):
    """Text of at most ``length`` characters."""


class BinaryType(AtomicType, metaclass=DataTypeSingleton):
    """Bytes."""


class BooleanType(AtomicType, metaclass=DataTypeSingleton):
    """True or false."""

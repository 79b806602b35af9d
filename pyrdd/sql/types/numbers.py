"""The types of numbers."""

from __future__ import annotations

from pyrdd.sql.types.base import DataTypeSingleton, FractionalType, IntegralType


class ByteType(IntegralType):
    """Whole numbers of 8 bits."""

    def simpleString(self) -> str:
        return "tinyint"


class ShortType(IntegralType):
    """Whole numbers of 16 bits."""

    def simpleString(self) -> str:
        return "smallint"


class IntegerType(IntegralType):
    """Whole numbers of 32 bits."""

    def simpleString(self) -> str:
        return "int"


class LongType(IntegralType):
    """Whole numbers of 64 bits; larger ones need a `DecimalType`."""

    def simpleString(self) -> str:
        return "bigint"


class FloatType(FractionalType, metaclass=DataTypeSingleton):
    """Floating point numbers of 32 bits."""


class DoubleType(FractionalType, metaclass=DataTypeSingleton):
    """Floating point numbers of 64 bits: Python's ``float``."""


class DecimalType(FractionalType):
    """Numbers of ``precision`` decimal digits (at most 38), ``scale`` of them behind the point.

    >>> DecimalType(5, 2).simpleString()
    'decimal(5,2)'
    """

    def __init__(self, precision: int = 10, scale: int = 0) -> None:
        self.precision = precision
        self.scale = scale
        self.hasPrecisionInfo = True

    def simpleString(self) -> str:
        return f"decimal({self.precision},{self.scale})"

    def jsonValue(self) -> str:
        return self.simpleString()

    def _tree_name(self) -> str:
        return self.simpleString()

    def __repr__(self) -> str:
        return f"DecimalType({self.precision},{self.scale})"

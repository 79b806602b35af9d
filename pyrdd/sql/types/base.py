"""DataType: what every SQL type can do, and the abstract families of types."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, ClassVar


class DataType:
    """The type of a column or of a value in one.

    Types are values: equal when their class and their parameters are, hashable, picklable.
    """

    def __repr__(self) -> str:
        return f"{type(self).__name__}()"

    def __hash__(self) -> int:
        return hash(str(self))

    def __eq__(self, other: object) -> bool:
        return self is other or (isinstance(other, self.__class__) and self.__dict__ == other.__dict__)

    def __ne__(self, other: object) -> bool:
        return not self == other

    @classmethod
    def typeName(cls) -> str:
        """The family's name, without parameters: ``decimal``, ``array``, ..."""
        return cls.__name__[:-4].lower()

    def simpleString(self) -> str:
        """The type as SQL writes it: ``bigint``, ``array<int>``, ..."""
        return self.typeName()

    def jsonValue(self) -> str | dict[str, Any]:
        """The type as a value that `json.dumps` takes, in the form of Spark's schema files."""
        return self.typeName()

    def json(self) -> str:
        """`jsonValue` as compact JSON text with sorted keys."""
        return json.dumps(self.jsonValue(), separators=(",", ":"), sort_keys=True)

    def needConversion(self) -> bool:
        """Whether Python values and Spark's internal values of this type differ."""
        return False

    def toInternal(self, obj: Any) -> Any:
        """The internal value (days, microseconds, tuples, ...) of a Python value."""
        return obj

    def fromInternal(self, obj: Any) -> Any:
        """The Python value of an internal value."""
        return obj

    @classmethod
    def fromDDL(cls, ddl: str) -> DataType:
        """The type that SQL text describes; a list of columns is a struct. Raises `ParseException`.

        >>> DataType.fromDDL("decimal(10,2)")
        DecimalType(10,2)
        >>> DataType.fromDDL("name STRING NOT NULL, age: INT")
        StructType([StructField('name', StringType(), False), StructField('age', IntegerType(), True)])
        """
        from pyrdd.sql.types.ddl import parse_ddl  # the parser makes every type, so it stands above them

        return parse_ddl(ddl)

    def _as_nullable(self) -> DataType:
        return self

    def _tree_name(self) -> str:
        """How ``printSchema`` names the type."""
        return self.typeName()

    def _tree_lines(self, prefix: str, depth: int) -> Iterator[str]:
        """The lines below the type's own in ``printSchema``."""
        return iter(())


class DataTypeSingleton(type):
    """Metaclass of the types without parameters: calling one gives the same object each time."""

    _instances: ClassVar[dict[type, Any]] = {}

    def __call__(cls, *args: Any, **kwargs: Any) -> Any:
        if cls not in cls._instances:
            cls._instances[cls] = super().__call__(*args, **kwargs)
        return cls._instances[cls]


class NullType(DataType, metaclass=DataTypeSingleton):
    """The type of a bare NULL: what nothing else is known about."""

    @classmethod
    def typeName(cls) -> str:
        return "void"


class AtomicType(DataType):
    """The family of types that are not made of others."""


class NumericType(AtomicType):
    """The family of numbers."""


class IntegralType(NumericType, metaclass=DataTypeSingleton):
    """The family of whole numbers."""


class FractionalType(NumericType):
    """The family of numbers with a fraction."""


class DatetimeType(AtomicType):
    """The family of dates and times."""


class AnyTimeType(DatetimeType):
    """The family of times of day, of any precision."""


class AnsiIntervalType(AtomicType):
    """The family of the SQL standard's intervals."""


class SpatialType(AtomicType):
    """The family of shapes, geographic or plane."""

    MIXED_SRID = -1
    MIXED_CRS = "SRID:ANY"

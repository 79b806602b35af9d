"""Arrays and maps."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from pyrdd.sql.types.base import DataType


class ArrayType(DataType):
    """Lists of values of one type, among which there may be nulls if ``containsNull``.

    >>> ArrayType(DataType.fromDDL("int")).simpleString()
    'array<int>'
    """

    def __init__(self, elementType: DataType, containsNull: bool = True) -> None:
        _assert_type("elementType", elementType)
        self.elementType = elementType
        self.containsNull = containsNull

    def simpleString(self) -> str:
        return f"array<{self.elementType.simpleString()}>"

    def __repr__(self) -> str:
        return f"ArrayType({self.elementType}, {self.containsNull})"

    def jsonValue(self) -> dict[str, Any]:
        return {"type": "array", "elementType": self.elementType.jsonValue(), "containsNull": self.containsNull}

    @classmethod
    def fromJson(
        cls, json: dict[str, Any], fieldPath: str = "", collationsMap: Mapping[str, str] | None = None
    ) -> ArrayType:
        """The type of such a dictionary as `jsonValue` gives."""
        from pyrdd.sql.types.json_schema import type_of_json  # it makes every type, so it stands above them

        element = type_of_json(json["elementType"], _path(fieldPath, "element"), collationsMap)
        return cls(element, json["containsNull"])

    def toNullable(self) -> ArrayType:
        """The same type with nulls allowed everywhere inside."""
        return self._as_nullable()

    def _as_nullable(self) -> ArrayType:
        return ArrayType(self.elementType._as_nullable(), True)

    def needConversion(self) -> bool:
        return self.elementType.needConversion()

    def toInternal(self, obj: Any) -> Any:
        if not obj or not self.needConversion():
            return obj
        return [self.elementType.toInternal(item) for item in obj]

    def fromInternal(self, obj: Any) -> Any:
        if not obj or not self.needConversion():
            return obj
        return [self.elementType.fromInternal(item) for item in obj]

    def _tree_lines(self, prefix: str, depth: int) -> Iterator[str]:
        if depth > 0:
            yield f"{prefix}-- element: {self.elementType._tree_name()} (containsNull = {_lower(self.containsNull)})\n"
            yield from self.elementType._tree_lines(f"{prefix}    |", depth - 1)


class MapType(DataType):
    """Maps from keys, which are never null, to values, which may be if ``valueContainsNull``.

    >>> MapType(DataType.fromDDL("string"), DataType.fromDDL("int")).simpleString()
    'map<string,int>'
    """

    def __init__(self, keyType: DataType, valueType: DataType, valueContainsNull: bool = True) -> None:
        _assert_type("keyType", keyType)
        _assert_type("valueType", valueType)
        self.keyType = keyType
        self.valueType = valueType
        self.valueContainsNull = valueContainsNull

    def simpleString(self) -> str:
        return f"map<{self.keyType.simpleString()},{self.valueType.simpleString()}>"

    def __repr__(self) -> str:
        return f"MapType({self.keyType}, {self.valueType}, {self.valueContainsNull})"

    def jsonValue(self) -> dict[str, Any]:
        return {
            "type": "map",
            "keyType": self.keyType.jsonValue(),
            "valueType": self.valueType.jsonValue(),
            "valueContainsNull": self.valueContainsNull,
        }

    @classmethod
    def fromJson(
        cls, json: dict[str, Any], fieldPath: str = "", collationsMap: Mapping[str, str] | None = None
    ) -> MapType:
        """The type of such a dictionary as `jsonValue` gives."""
        from pyrdd.sql.types.json_schema import type_of_json  # it makes every type, so it stands above them

        key = type_of_json(json["keyType"], _path(fieldPath, "key"), collationsMap)
        value = type_of_json(json["valueType"], _path(fieldPath, "value"), collationsMap)
        return cls(key, value, json["valueContainsNull"])

    def toNullable(self) -> MapType:
        """The same type with nulls allowed everywhere inside, but as keys."""
        return self._as_nullable()

    def _as_nullable(self) -> MapType:
        return MapType(self.keyType._as_nullable(), self.valueType._as_nullable(), True)

    def needConversion(self) -> bool:
        return self.keyType.needConversion() or self.valueType.needConversion()

    def toInternal(self, obj: Any) -> Any:
        if not obj or not self.needConversion():
            return obj
        return {self.keyType.toInternal(key): self.valueType.toInternal(value) for key, value in obj.items()}

    def fromInternal(self, obj: Any) -> Any:
        if not obj or not self.needConversion():
            return obj
        return {self.keyType.fromInternal(key): self.valueType.fromInternal(value) for key, value in obj.items()}

    def _tree_lines(self, prefix: str, depth: int) -> Iterator[str]:
        if depth <= 0:
            return
        below = f"{prefix}    |"
        yield f"{prefix}-- key: {self.keyType._tree_name()}\n"
        yield from self.keyType._tree_lines(below, depth - 1)
        nullable = _lower(self.valueContainsNull)
        yield f"{prefix}-- value: {self.valueType._tree_name()} (valueContainsNull = {nullable})\n"
        yield from self.valueType._tree_lines(below, depth - 1)


def _assert_type(name: str, value: object) -> None:
    assert isinstance(value, DataType), f"{name} must be a DataType, not {value!r}"


def _path(outer: str, inner: str) -> str:
    return f"{outer}.{inner}" if outer else inner


def _lower(flag: bool) -> str:
    return str(flag).lower()

"""StructType and its fields: the schema of a table, and the type of nested records."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, overload

from pyrdd.errors import (
    PySparkIndexError,
    PySparkKeyError,
    PySparkTypeError,
    PySparkValueError,
)
from pyrdd.sql.types.base import DataType
from pyrdd.sql.types.collations import (
    COLLATIONS_KEY,
    collation_of_metadata,
    collations_of,
    provider_and_name,
    without_collations,
)
from pyrdd.sql.types.row import Row, _create_row
from pyrdd.sql.types.variant import VariantVal

_ALL_LEVELS = 2**31 - 1
_ESCAPES = str.maketrans({"\n": "\\n", "\r": "\\r", "\t": "\\t", "\f": "\\f", "\b": "\\b", "\v": "\\v", "\a": "\\a"})


class StructField(DataType):
    """A field of a struct: its name, its type, whether it may be null, and what else is noted about it.

    >>> StructField("age", DataType.fromDDL("int"), False, {"comment": "in years"}).metadata
    {'comment': 'in years'}
    """

    def __init__(
        self, name: str, dataType: DataType, nullable: bool = True, metadata: dict[str, Any] | None = None
    ) -> None:
        assert isinstance(dataType, DataType), f"dataType must be a DataType, not {dataType!r}"
        assert isinstance(name, str), f"a field's name must be a string, not {name!r}"
        self.name = name
        self.dataType = dataType
        self.nullable = nullable
        self.metadata = metadata or {}

    def simpleString(self) -> str:
        return f"{self.name}:{self.dataType.simpleString()}"

    def __repr__(self) -> str:
        return f"StructField('{self.name}', {self.dataType}, {self.nullable})"

    def typeName(self) -> str:  # type: ignore[override]
        """Refused: a field is not a type; ask its ``dataType``."""
        raise PySparkTypeError(errorClass="INVALID_TYPENAME_CALL", messageParameters={})

    def jsonValue(self) -> dict[str, Any]:
        collations = self.getCollationMetadata()
        # older readers know nothing of collations, so the type is written without and they go to the metadata
        data_type = without_collations(self.dataType) if collations else self.dataType
        metadata = {**self.metadata, COLLATIONS_KEY: collations} if collations else self.metadata
        return {"name": self.name, "type": data_type.jsonValue(), "nullable": self.nullable, "metadata": metadata}

    @classmethod
    def fromJson(cls, json: dict[str, Any]) -> StructField:
        """The field of such a dictionary as `jsonValue` gives."""
        from pyrdd.sql.types.json_schema import type_of_json  # it makes every type, so it stands above them

        metadata = json.get("metadata")
        collations = collation_of_metadata(metadata)
        if collations and metadata:
            metadata = {key: value for key, value in metadata.items() if key != COLLATIONS_KEY}
        data_type = type_of_json(json["type"], json["name"], collations)
        return cls(json["name"], data_type, json.get("nullable", True), metadata)

    def getCollationMetadata(self) -> dict[str, str]:
        """``{path: provider.collation}`` of the strings inside that have a collation."""
        return dict(collations_of(self.dataType, self.name))

    def getCollationsMap(self, metadata: dict[str, Any]) -> dict[str, str]:
        """``{path: collation}`` as noted in a field's ``metadata``."""
        return collation_of_metadata(metadata)

    def schemaCollationValue(self, dt: DataType) -> str:
        """``provider.collation`` of a string type."""
        return provider_and_name(dt)

    def needConversion(self) -> bool:
        return self.dataType.needConversion()

    def toInternal(self, obj: Any) -> Any:
        return self.dataType.toInternal(obj)

    def fromInternal(self, obj: Any) -> Any:
        return self.dataType.fromInternal(obj)

    def _tree_lines(self, prefix: str, depth: int) -> Iterator[str]:
        if depth > 0:
            name = self.name.translate(_ESCAPES)
            yield f"{prefix}-- {name}: {self.dataType._tree_name()} (nullable = {str(self.nullable).lower()})\n"
            yield from self.dataType._tree_lines(f"{prefix}    |", depth - 1)


class StructType(DataType):
    """A list of fields. Iterate over it, or take a field by name or position.

    >>> schema = StructType().add("name", "string").add("age", DataType.fromDDL("int"), False)
    >>> schema["age"]
    StructField('age', IntegerType(), False)
    >>> schema.fieldNames(), len(schema), schema[:1]
    (['name', 'age'], 2, StructType([StructField('name', StringType(), True)]))
    """

    def __init__(self, fields: list[StructField] | None = None) -> None:
        assert all(isinstance(field, StructField) for field in fields or ()), "fields must be StructFields"
        self.fields: list[StructField] = fields or []
        self.names = [field.name for field in self.fields]
        self._note_conversions()

    def _note_conversions(self) -> None:
        self._needConversion = [field.needConversion() for field in self.fields]
        self._needSerializeAnyField = any(self._needConversion)

    @overload
    def add(
        self,
        field: str,
        data_type: str | DataType,
        nullable: bool = True,
        metadata: dict[str, Any] | None = None,
    ) -> StructType: ...

    @overload
    def add(self, field: StructField) -> StructType: ...

    def add(
        self,
        field: str | StructField,
        data_type: str | DataType | None = None,
        nullable: bool = True,
        metadata: dict[str, Any] | None = None,
    ) -> StructType:
        """Appends a field to this struct, and returns it. Give a field, or a name and a type, which may be the name
        of one as schemas in JSON have it (``"integer"``).

        >>> StructType().add("f1", "long", False)
        StructType([StructField('f1', LongType(), False)])
        """
        from pyrdd.sql.types.json_schema import type_of_json  # it makes every type, so it stands above them

        if isinstance(field, str):
            if data_type is None:
                raise PySparkValueError(
                    errorClass="ARGUMENT_REQUIRED",
                    messageParameters={
                        "arg_name": "data_type",
                        "condition": "passing name of struct_field to create",
                    },
                )
            made = type_of_json(data_type) if isinstance(data_type, str) else data_type
            field = StructField(field, made, nullable, metadata)
        self.fields.append(field)
        self.names.append(field.name)
        self._note_conversions()
        return self

    def __iter__(self) -> Iterator[StructField]:
        return iter(self.fields)

    def __len__(self) -> int:
        return len(self.fields)

    @overload
    def __getitem__(self, key: str | int) -> StructField: ...

    @overload
    def __getitem__(self, key: slice) -> StructType: ...

    def __getitem__(self, key: str | int | slice) -> StructField | StructType:
        if isinstance(key, str):
            return self._named(key)
        if isinstance(key, slice):
            return StructType(self.fields[key])
        if not isinstance(key, int):
            raise PySparkTypeError(
                errorClass="NOT_EXPECTED_TYPE",
                messageParameters={
                    "expected_type": "int, slice or str",
                    "arg_name": "key",
                    "arg_type": type(key).__name__,
                },
            )
        try:
            return self.fields[key]
        except IndexError:
            raise PySparkIndexError(
                errorClass="INDEX_OUT_OF_RANGE",
                messageParameters={"arg_name": "StructType", "index": str(key)},
            ) from None

    def _named(self, name: str) -> StructField:
        for field in self.fields:
            if field.name == name:
                return field
        raise PySparkKeyError(errorClass="KEY_NOT_EXISTS", messageParameters={"key": name})

    def simpleString(self) -> str:
        return f"struct<{','.join(field.simpleString() for field in self.fields)}>"

    def __repr__(self) -> str:
        return f"StructType([{', '.join(map(str, self.fields))}])"

    def jsonValue(self) -> dict[str, Any]:
        return {"type": "struct", "fields": [field.jsonValue() for field in self.fields]}

    @classmethod
    def fromJson(cls, json: dict[str, Any]) -> StructType:
        """The schema of such a dictionary as `jsonValue` gives.

        >>> StructType.fromJson({"fields": [{"name": "a", "type": "integer", "nullable": True, "metadata": {}}]})
        StructType([StructField('a', IntegerType(), True)])
        """
        return cls([StructField.fromJson(field) for field in json["fields"]])

    def fieldNames(self) -> list[str]:
        """The names of the fields."""
        return list(self.names)

    def toNullable(self) -> StructType:
        """The same type with nulls allowed everywhere inside.

        >>> StructType([StructField("a", DataType.fromDDL("int"), nullable=False)]).toNullable()
        StructType([StructField('a', IntegerType(), True)])
        """
        return self._as_nullable()

    def _as_nullable(self) -> StructType:
        return StructType([StructField(f.name, f.dataType._as_nullable(), True, f.metadata) for f in self.fields])

    def toDDL(self) -> str:
        """The schema as a list of columns in SQL, which `DataType.fromDDL` reads.

        >>> StructType().add("a b", "integer", False).toDDL()
        '`a b` INT NOT NULL'
        """
        from pyrdd.sql.types.ddl_text import struct_to_ddl  # it knows every type, so it stands above them

        return struct_to_ddl(self)

    def treeString(self, maxDepth: int = _ALL_LEVELS) -> str:
        """The schema as a tree, as ``printSchema`` shows it; ``maxDepth`` cuts off what lies deeper.

        >>> print(StructType().add("a", "integer").treeString())
        root
         |-- a: integer (nullable = true)
        <BLANKLINE>
        """
        return "root\n" + "".join(self._tree_lines(" |", maxDepth if maxDepth > 0 else _ALL_LEVELS))

    def _tree_lines(self, prefix: str, depth: int) -> Iterator[str]:
        for field in self.fields:
            yield from field._tree_lines(prefix, depth)

    def needConversion(self) -> bool:
        return True

    def toInternal(self, obj: Any) -> tuple[Any, ...] | None:
        if obj is None:
            return None
        values = self._values(obj)
        if not self._needSerializeAnyField:
            return tuple(values)
        steps = zip(self.fields, values, self._needConversion, strict=False)
        return tuple(field.toInternal(value) if convert else value for field, value, convert in steps)

    def _values(self, obj: Any) -> Any:
        if isinstance(obj, VariantVal):
            raise PySparkValueError("Rows cannot be of type VariantVal")
        if isinstance(obj, dict):
            return map(obj.get, self.names)
        if isinstance(obj, (tuple, list)):
            return obj
        if hasattr(obj, "__dict__"):
            return map(obj.__dict__.get, self.names)
        raise PySparkValueError(errorClass="UNEXPECTED_TUPLE_WITH_STRUCT", messageParameters={"tuple": str(obj)})

    def fromInternal(self, obj: Any) -> Row | None:
        if obj is None or isinstance(obj, Row):
            return obj
        if not self._needSerializeAnyField:
            return _create_row(self.names, obj)
        steps = zip(self.fields, obj, self._needConversion, strict=False)
        values = [field.fromInternal(value) if convert else value for field, value, convert in steps]
        return _create_row(self.names, values)

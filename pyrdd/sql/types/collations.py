"""Collations in schemas: in JSON they stand in the metadata of the outermost field, by the path inside it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from pyrdd.errors import PySparkTypeError, PySparkValueError
from pyrdd.sql.types.atomic import StringType
from pyrdd.sql.types.base import DataType
from pyrdd.sql.types.containers import ArrayType, MapType

COLLATIONS_KEY = "__COLLATIONS"


def provider_and_name(data_type: DataType) -> str:
    """``provider.collation`` of a string type."""
    assert isinstance(data_type, StringType)
    return f"{StringType.collationProvider(data_type.collation)}.{data_type.collation}"


def collations_of(data_type: DataType, path: str) -> Iterator[tuple[str, str]]:
    """Path and ``provider.collation`` of each collated string in a type; structs inside see to their own fields."""
    if isinstance(data_type, StringType) and not data_type.isUTF8BinaryCollation():
        yield path, provider_and_name(data_type)
    elif isinstance(data_type, ArrayType):
        yield from collations_of(data_type.elementType, f"{path}.element")
    elif isinstance(data_type, MapType):
        yield from collations_of(data_type.keyType, f"{path}.key")
        yield from collations_of(data_type.valueType, f"{path}.value")


def without_collations(data_type: DataType) -> DataType:
    """The type with plain strings; structs inside are left as they are."""
    if isinstance(data_type, ArrayType):
        return ArrayType(without_collations(data_type.elementType), data_type.containsNull)
    if isinstance(data_type, MapType):
        key, value = without_collations(data_type.keyType), without_collations(data_type.valueType)
        return MapType(key, value, data_type.valueContainsNull)
    return StringType() if isinstance(data_type, StringType) else data_type


def collation_of_metadata(metadata: Mapping[str, Any] | None) -> dict[str, str]:
    """``{path: collation}`` as noted in a field's metadata; raises for a provider that does not exist."""
    if not metadata or COLLATIONS_KEY not in metadata:
        return {}
    return {path: _checked_name(value) for path, value in metadata[COLLATIONS_KEY].items()}


def _checked_name(value: str) -> str:
    provider, name = value.split(".")
    if provider.lower() not in StringType.providers:
        raise PySparkValueError(
            errorClass="COLLATION_INVALID_PROVIDER",
            messageParameters={"provider": provider, "supportedProviders": ", ".join(StringType.providers)},
        )
    return name


def assert_string(json_type: object) -> None:
    """Raises unless the JSON type, for which a collation is noted, is a string."""
    if json_type != "string":
        raise PySparkTypeError(
            errorClass="INVALID_JSON_DATA_TYPE_FOR_COLLATIONS", messageParameters={"jsonType": str(json_type)}
        )

"""Variant: values whose shape each of them carries itself (see `pyrdd.sql.types.variant_decoding` for the bytes)."""

from __future__ import annotations

from typing import Any

from pyrdd.sql.types.base import AtomicType


class VariantType(AtomicType):
    """Semi-structured values, each a `VariantVal`."""

    def needConversion(self) -> bool:
        return True

    def fromInternal(self, obj: dict[str, bytes] | None) -> VariantVal | None:
        if obj is None or "value" not in obj or "metadata" not in obj:
            return None
        return VariantVal(obj["value"], obj["metadata"])

    def toInternal(self, obj: Any) -> dict[str, bytes] | None:
        if obj is None:
            return None
        assert isinstance(obj, VariantVal)
        return {"value": obj.value, "metadata": obj.metadata}


class VariantVal:
    """A semi-structured value in the Variant encoding of Spark and Parquet: ``value``, and the names of its object
    keys in ``metadata``.

    >>> v = VariantVal.parseJson('{"a": [1, 2.5, null]}')
    >>> v.toPython()
    {'a': [1, Decimal('2.5'), None]}
    >>> v.toJson()
    '{"a":[1,2.5,null]}'
    """

    def __init__(self, value: bytes, metadata: bytes) -> None:
        self.value = value
        self.metadata = metadata

    def toPython(self) -> Any:
        """The value as Python has it: dictionaries, lists, strings, numbers, decimals, dates, ..."""
        from pyrdd.sql.types.variant_decoding import to_python  # only rows with variants need the codec

        return to_python(self.value, self.metadata)

    def toJson(self, zone_id: str = "UTC") -> str:
        """The value as JSON text without blanks; points in time are written in the time zone ``zone_id``."""
        from pyrdd.sql.types.variant_decoding import to_json  # only rows with variants need the codec

        return to_json(self.value, self.metadata, zone_id)

    @classmethod
    def parseJson(cls, json_str: str) -> VariantVal:
        """The variant of a JSON text."""
        from pyrdd.sql.types.variant_encoding import parse_json  # only rows with variants need the codec

        return cls(*parse_json(json_str))

    def __str__(self) -> str:
        return self.toJson()

    def __repr__(self) -> str:
        return f"VariantVal({self.value!r}, {self.metadata!r})"

"""Schemas for the tests, written as Spark writes them."""

import re

from pyrdd.sql.types import (
    ArrayType,
    BinaryType,
    BooleanType,
    ByteType,
    DataType,
    DateType,
    DecimalType,
    DoubleType,
    FloatType,
    IntegerType,
    LongType,
    MapType,
    StringType,
    StructField,
    StructType,
    TimestampNTZType,
    TimestampType,
    TimeType,
)

TYPES = {
    "string": StringType(),
    "int": IntegerType(),
    "double": DoubleType(),
    "boolean": BooleanType(),
    "date": DateType(),
    "timestamp": TimestampType(),
    "timestamp_ntz": TimestampNTZType(),
    "binary": BinaryType(),
    "byte": ByteType(),
    "float": FloatType(),
    "bigint": LongType(),
    "time": TimeType(6),
}


def schema_of(text: str) -> StructType:
    """The schema of ``"a int, b array<string>"``."""
    pairs = [one.split(" ", 1) for one in _split(text)]
    return StructType([StructField(name, type_of(kind.replace(" not null", "")), True) for name, kind in pairs])


def type_of(text: str) -> DataType:
    """The type of that name."""
    text = text.strip()
    if text.startswith("decimal"):
        precision, scale = re.findall(r"\d+", text)
        return DecimalType(int(precision), int(scale))
    if text.startswith("array<"):
        return ArrayType(type_of(text[6:-1]))
    if text.startswith("map<"):
        key, value = _split(text[4:-1])
        return MapType(type_of(key), type_of(value))
    if text.startswith("struct<"):
        pairs = [one.split(":", 1) for one in _split(text[7:-1])]
        return StructType([StructField(name, type_of(kind)) for name, kind in pairs])
    return TYPES[text]


def _split(text: str) -> list[str]:
    parts, depth = [""], 0
    for char in text:
        depth += (char in "<(") - (char in ">)")
        if char == "," and not depth:
            parts.append("")
        else:
            parts[-1] += char
    return [part.strip() for part in parts]

"""Hadoop's Writables: the bytes of the values in SequenceFiles, and PySpark's rules between them and Python.

    Python  -> Writable    int IntWritable, or LongWritable beyond 32 bits; float DoubleWritable; str Text;
    bool;
                           bytes, bytearray BytesWritable; None NullWritable; dict MapWritable; tuple
                           ArrayWritable
    Writable -> Python     the reverse; the narrow and variable-length numbers become int and float too,
    BytesWritable
                           a bytearray, SortedMapWritable a dict

A Writable is read at a position of a buffer and tells where it ends, because maps nest them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from struct import Struct
from struct import error as _StructError
from typing import Any

from pyrdd.errors import PySparkTypeError
from pyrdd.io.errors import CorruptFileError, unsupported
from pyrdd.io.utf8 import decode

PACKAGE = "org.apache.hadoop.io."
_INT = Struct(">i")
_LENGTH = Struct(">I")
_UTF_LENGTH = Struct(">H")

Reader = Callable[[bytes, int], tuple[Any, int]]


@dataclass(frozen=True, slots=True)
class Writable:
    """One Writable class: ``read(buffer, position) -> (value, next position)`` and ``write(value) ->
    bytes``."""

    class_name: str
    read: Reader
    write: Callable[[Any], bytes]


def write_vint(value: int) -> bytes:
    """Hadoop's variable-length integer (`WritableUtils.writeVLong`): 1 to 9 bytes.

    >>> write_vint(100), write_vint(300)
    (b'd', b'\\x8e\\x01,')
    """
    if -112 <= value <= 127:
        return (value & 0xFF).to_bytes(1, "big")
    base, magnitude = (-112, value) if value >= 0 else (-120, ~value)
    size = (magnitude.bit_length() + 7) // 8
    return ((base - size) & 0xFF).to_bytes(1, "big") + magnitude.to_bytes(size, "big")


def read_vint(data: bytes, at: int) -> tuple[int, int]:
    """The inverse of `write_vint`, at a position."""
    first = data[at]
    if first <= 127:
        return first, at + 1
    first -= 256
    if first >= -112:
        return first, at + 1
    negative = first < -120
    end = at + 1 + (-120 - first if negative else -112 - first)
    if end > len(data):
        raise IndexError("a variable-length integer is cut off")
    magnitude = int.from_bytes(data[at + 1 : end], "big")
    return (~magnitude if negative else magnitude), end


def write_text(value: str) -> bytes:
    """`Text`: a vint length and UTF-8. A lone surrogate becomes ``?`` as in Java."""
    data = value.encode("utf-8", "replace")
    return write_vint(len(data)) + data


def read_text(data: bytes, at: int) -> tuple[str, int]:
    """The inverse of `write_text`; malformed bytes become U+FFFD."""
    length, start = read_vint(data, at)
    return decode(_slice(data, start, length)), start + length


def _slice(data: bytes, start: int, length: int) -> bytes:
    if length < 0 or start + length > len(data):
        raise IndexError(f"{length} bytes at {start} of {len(data)}")
    return data[start : start + length]


def _number(name: str, layout: str) -> Writable:
    struct = Struct(layout)
    unpack, size, pack = struct.unpack_from, struct.size, struct.pack
    return Writable(PACKAGE + name, lambda data, at: (unpack(data, at)[0], at + size), pack)


def _read_bytes(data: bytes, at: int) -> tuple[bytearray, int]:
    (length,) = _LENGTH.unpack_from(data, at)
    return bytearray(_slice(data, at + 4, length)), at + 4 + length


def _read_bool(data: bytes, at: int) -> tuple[bool, int]:
    return data[at] != 0, at + 1


def _write_array(value: tuple[Any, ...]) -> bytes:
    return _INT.pack(len(value)) + b"".join(to_writable(item)[1] for item in value)


def _read_array(data: bytes, at: int) -> tuple[Any, int]:
    raise unsupported(
        "Reading org.apache.hadoop.io.ArrayWritable",
        "The file does not say what its elements are (Spark fails too).",
    )


NULL = Writable(PACKAGE + "NullWritable", lambda data, at: (None, at), lambda value: b"")
BOOLEAN = Writable(PACKAGE + "BooleanWritable", _read_bool, lambda value: b"\1" if value else b"\0")
BYTE = _number("ByteWritable", ">b")
SHORT = _number("ShortWritable", ">h")
INT = _number("IntWritable", ">i")
LONG = _number("LongWritable", ">q")
VINT = Writable(PACKAGE + "VIntWritable", read_vint, write_vint)
VLONG = Writable(PACKAGE + "VLongWritable", read_vint, write_vint)
FLOAT = _number("FloatWritable", ">f")
DOUBLE = _number("DoubleWritable", ">d")
TEXT = Writable(PACKAGE + "Text", read_text, write_text)
BYTES = Writable(
    PACKAGE + "BytesWritable", _read_bytes, lambda value: _LENGTH.pack(len(value)) + bytes(value)
)
ARRAY = Writable(PACKAGE + "ArrayWritable", _read_array, _write_array)

# --- maps: a table of the classes that have no fixed number, then (class, key, class, value) entries

_FIXED_NAMES = (
    *("ArrayWritable", "BooleanWritable", "BytesWritable", "FloatWritable", "IntWritable", "LongWritable"),
    *("MapWritable", "MD5Hash", "NullWritable", "ObjectWritable", "SortedMapWritable", "Text"),
    *("TwoDArrayWritable", "VIntWritable", "VLongWritable"),
)
_FIXED_CLASSES = {number: PACKAGE + name for number, name in enumerate(_FIXED_NAMES, start=256 - 127)}


def _write_map(value: Mapping[Any, Any]) -> bytes:
    numbers = {name: number for number, name in _FIXED_CLASSES.items()}
    entries, added = [], []
    for item in (item for pair in value.items() for item in pair):
        writable, data = to_writable(item)
        name = writable.class_name
        if name not in numbers:
            added.append(name)
            numbers[name] = len(added)
        entries.append(bytes([numbers[name]]) + data)
    table = b"".join(bytes([numbers[name]]) + _write_utf(name) for name in added)
    return bytes([len(added)]) + table + _INT.pack(len(value)) + b"".join(entries)


def _write_utf(name: str) -> bytes:
    data = name.encode()
    return _UTF_LENGTH.pack(len(data)) + data


def _read_map(data: bytes, at: int) -> tuple[dict[Any, Any], int]:
    classes, at = _read_class_table(data, at)
    (size,) = _LENGTH.unpack_from(data, at)
    at += 4
    found = {}
    for _ in range(size):
        key, at = classes(data[at]).read(data, at + 1)
        found[_as_key(key)], at = classes(data[at]).read(data, at + 1)
    return found, at


def _read_class_table(data: bytes, at: int) -> tuple[Callable[[int], Writable], int]:
    names = dict(_FIXED_CLASSES)
    count, at = data[at], at + 1
    for _ in range(count):
        (length,) = _UTF_LENGTH.unpack_from(data, at + 1)
        names[data[at]] = _slice(data, at + 3, length).decode()
        at += 3 + length
    return lambda number: writable_class(names[number]), at


def _as_key(key: Any) -> Any:
    return bytes(key) if isinstance(key, bytearray) else key


MAP = Writable(PACKAGE + "MapWritable", _read_map, _write_map)
SORTED_MAP = Writable(
    PACKAGE + "SortedMapWritable", _read_map, lambda value: _write_map(dict(sorted(value.items())))
)

_ALL = (
    NULL,
    BOOLEAN,
    BYTE,
    SHORT,
    INT,
    LONG,
    VINT,
    VLONG,
    FLOAT,
    DOUBLE,
    TEXT,
    BYTES,
    ARRAY,
    MAP,
    SORTED_MAP,
)
_BY_CLASS = {writable.class_name: writable for writable in _ALL}


def writable_class(name: str) -> Writable:
    """The Writable of a Java class name; `PySparkNotImplementedError` for one that pyrdd does not know."""
    try:
        return _BY_CLASS[name]
    except KeyError:
        known = ", ".join(sorted(name.removeprefix(PACKAGE) for name in _BY_CLASS))
        raise unsupported(f"The Writable class {name}", f"Known ones of {PACKAGE}*: {known}.") from None


_EXACT: dict[type, Writable] = {
    str: TEXT,
    float: DOUBLE,
    bool: BOOLEAN,
    bytes: BYTES,
    bytearray: BYTES,
    type(None): NULL,
    dict: MAP,
    tuple: ARRAY,
}


def writable_for(value: Any) -> Writable:
    """The Writable that PySpark chooses for a Python value.

    Raises `PySparkTypeError` for what PySpark cannot write either: integers beyond 64 bits, lists, sets,
    dates, decimals, objects.
    """
    found = _EXACT.get(type(value))
    if found is not None:
        return found
    if isinstance(value, int):
        if -0x80000000 <= value <= 0x7FFFFFFF:
            return INT
        if -(1 << 63) <= value < 1 << 63:
            return LONG
        raise PySparkTypeError(f"The integer {value} cannot be used: it is beyond 64 bits")
    for kind, writable in _EXACT.items():
        if isinstance(value, kind):
            return writable
    raise PySparkTypeError(
        f"Data of type {type(value).__name__} cannot be used: keys and values are numbers, strings, bytes, "
        "bool, None, dicts of these (tuples can be written but not read back)"
    )


def to_writable(value: Any) -> tuple[Writable, bytes]:
    """A Python value's Writable class and its bytes."""
    writable = writable_for(value)
    return writable, writable.write(value)


def from_bytes(writable: Writable, data: bytes, name: str) -> Any:
    """The value that ``data``, all of it, holds; `CorruptFileError` naming the file when it does not fit."""
    try:
        return writable.read(data, 0)[0]
    except (IndexError, KeyError, ValueError, ArithmeticError, _StructError) as error:
        raise CorruptFileError(f"{name}: damaged {writable.class_name} ({error})") from error

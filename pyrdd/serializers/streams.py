"""Numbers and lengths on a binary stream, big-endian, as PySpark's worker protocol writes them."""

from __future__ import annotations

import struct
from typing import Any, BinaryIO

_INT = struct.Struct("!i")
_LONG = struct.Struct("!q")
_BOOL = struct.Struct("!?")


class SpecialLengths:
    """Negative lengths that stand for something else than data."""

    END_OF_DATA_SECTION = -1
    PYTHON_EXCEPTION_THROWN = -2
    TIMING_DATA = -3
    END_OF_STREAM = -4
    NULL = -5
    START_ARROW_STREAM = -6
    START_OF_INIT_MESSAGE = -8


def _read(number: struct.Struct, stream: BinaryIO) -> Any:
    data = stream.read(number.size)
    if not data:
        raise EOFError
    return number.unpack(data)[0]


def read_int(stream: BinaryIO) -> int:
    """The next 32-bit integer; ``EOFError`` at the end of the stream."""
    return int(_read(_INT, stream))


def write_int(value: int, stream: BinaryIO) -> None:
    """Writes a 32-bit integer."""
    stream.write(_INT.pack(value))


def read_long(stream: BinaryIO) -> int:
    """The next 64-bit integer; ``EOFError`` at the end of the stream."""
    return int(_read(_LONG, stream))


def write_long(value: int, stream: BinaryIO) -> None:
    """Writes a 64-bit integer."""
    stream.write(pack_long(value))


def pack_long(value: int) -> bytes:
    """A 64-bit integer as eight bytes.

    >>> pack_long(258)[-2:]
    b'\\x01\\x02'
    """
    return _LONG.pack(value)


def read_bool(stream: BinaryIO) -> bool:
    """The next byte as a truth value; ``EOFError`` at the end of the stream."""
    return bool(_read(_BOOL, stream))


def write_with_length(obj: bytes, stream: BinaryIO) -> None:
    """Writes the number of bytes, then the bytes."""
    write_int(len(obj), stream)
    stream.write(obj)


class ChunkedStream:
    """A writable stream that sends data of unknown length as chunks of ``buffer_size``, each after its
    length.

    `close` sends what remains, then a length of -1, and closes the wrapped stream.
    """

    def __init__(self, wrapped: BinaryIO, buffer_size: int) -> None:
        self.buffer_size = buffer_size
        self.buffer = bytearray(buffer_size)
        self.current_pos = 0
        self.wrapped = wrapped

    def write(self, data: bytes) -> None:
        rest = memoryview(data).cast("B")
        while len(rest):
            room = self.buffer_size - self.current_pos
            part, rest = rest[:room], rest[room:]
            self.buffer[self.current_pos : self.current_pos + len(part)] = part
            self.current_pos += len(part)
            if self.current_pos == self.buffer_size:
                self._send()

    def close(self) -> None:
        if self.current_pos > 0:
            self._send()
        write_int(SpecialLengths.END_OF_DATA_SECTION, self.wrapped)
        self.wrapped.close()

    @property
    def closed(self) -> bool:
        """Whether the wrapped stream is closed."""
        return self.wrapped.closed

    def _send(self) -> None:
        write_with_length(bytes(self.buffer[: self.current_pos]), self.wrapped)
        self.current_pos = 0

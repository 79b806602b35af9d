"""PySpark's serializers: objects that turn single values into bytes (`pyspark.serializers`).

A program names one in ``SparkContext(serializer=...)``; `record_functions` then makes it pickle the batches
that `pyrdd.serializers.records` writes. Those that wrap others to form batches and pairs are in
`batched_serializers`.
"""

from __future__ import annotations

import io
import marshal
import pickle
import struct
import zlib
from collections.abc import Collection, Iterable, Iterator
from typing import Any, BinaryIO

from pyrdd.serializers.streams import SpecialLengths, read_int, write_with_length

pickle_protocol = pickle.HIGHEST_PROTOCOL


class Serializer:
    """Writes values to a stream and reads them back. Equal serializers can read each other's output."""

    def dump_stream(self, iterator: Iterable[Any], stream: BinaryIO) -> None:
        """Writes every value of ``iterator`` to the stream."""
        raise NotImplementedError

    def load_stream(self, stream: BinaryIO) -> Iterator[Any]:
        """The values of the stream, lazily."""
        raise NotImplementedError

    def dumps(self, obj: Any) -> bytes:
        """One value as bytes; in a batching serializer the value is a list of records."""
        raise NotImplementedError

    def _load_stream_without_unbatching(self, stream: BinaryIO) -> Iterator[Iterable[Any]]:
        return ([value] for value in self.load_stream(stream))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, self.__class__) and self.__dict__ == other.__dict__

    def __hash__(self) -> int:
        return hash(str(self))

    def __repr__(self) -> str:
        return f"{self.__class__.__name__}()"


def _read_frame(stream: BinaryIO) -> bytes | None:
    """The bytes of the next frame; ``None`` for a null, ``EOFError`` at the end, or where a frame is cut short."""
    length = read_int(stream)
    if length == SpecialLengths.END_OF_DATA_SECTION:
        raise EOFError
    if length == SpecialLengths.NULL:
        return None
    data = stream.read(length)
    if len(data) < length:
        raise EOFError
    return data


class FramedSerializer(Serializer):
    """Writes each value as a 32-bit length and that many bytes; subclasses define `dumps` and `loads`."""

    def dump_stream(self, iterator: Iterable[Any], stream: BinaryIO) -> None:
        for value in iterator:
            self._write_with_length(value, stream)

    def load_stream(self, stream: BinaryIO) -> Iterator[Any]:
        while True:
            try:
                yield self._read_with_length(stream)
            except EOFError:
                return

    def loads(self, obj: bytes) -> Any:
        """The inverse of `dumps`."""
        raise NotImplementedError

    def _write_with_length(self, obj: Any, stream: BinaryIO) -> None:
        data = self.dumps(obj)
        if data is None:
            raise ValueError("serialized value should not be None")
        if len(data) > 1 << 31:
            raise ValueError("can not serialize object larger than 2G")
        write_with_length(data, stream)

    def _read_with_length(self, stream: BinaryIO) -> Any:
        data = _read_frame(stream)
        return None if data is None else self.loads(data)


class NoOpSerializer(FramedSerializer):
    """The values are bytes already."""

    def dumps(self, obj: Any) -> bytes:
        return obj  # type: ignore[no-any-return]  # by contract, and returned as it is

    def loads(self, obj: bytes) -> Any:
        return obj


class PickleSerializer(FramedSerializer):
    """Plain pickle: nearly any value, but functions and classes only by name.

    >>> PickleSerializer().loads(PickleSerializer().dumps((1, "one")))
    (1, 'one')
    """

    def dumps(self, obj: Any) -> bytes:
        return pickle.dumps(obj, pickle_protocol)

    def loads(self, obj: bytes, encoding: str = "bytes") -> Any:
        return pickle.loads(obj, encoding=encoding)


class _RestrictedUnpickler(pickle.Unpickler):
    def __init__(self, file: BinaryIO, allowed: Collection[tuple[str, str]], encoding: str) -> None:
        super().__init__(file, encoding=encoding)
        self._allowed = allowed

    def find_class(self, module: str, name: str) -> Any:
        if (module, name) not in self._allowed:
            raise pickle.UnpicklingError(f"Unpickling {module}.{name} is not allowed")
        return super().find_class(module, name)


class CloudPickleSerializer(FramedSerializer):
    """Cloudpickle: also functions and classes defined in the program itself. The default.

    With ``allowed_names``, a collection of ``(module, name)``, loading refuses every other class and
    function.
    """

    def __init__(self, allowed_names: Collection[tuple[str, str]] | None = None) -> None:
        self.allowed_names = allowed_names

    def dumps(self, obj: Any) -> bytes:
        import cloudpickle  # loaded when a value is first pickled so, not with the package

        try:
            data: bytes = cloudpickle.dumps(obj, pickle_protocol)
        except pickle.PickleError:
            raise
        except Exception as error:
            raise _could_not_serialize(error) from error
        return data

    def loads(self, obj: bytes, encoding: str = "bytes") -> Any:
        if self.allowed_names is None:
            return pickle.loads(obj, encoding=encoding)
        return _RestrictedUnpickler(io.BytesIO(obj), self.allowed_names, encoding).load()


def _could_not_serialize(error: Exception) -> Exception:
    from pyrdd.errors import PySparkPicklingError  # on the way out only

    if "'i' format requires" in str(error):
        return PySparkPicklingError(f"Object too large to serialize: {error}")
    return PySparkPicklingError(f"Could not serialize object: {type(error).__name__}: {error}")


CPickleSerializer = CloudPickleSerializer


class MarshalSerializer(FramedSerializer):
    """`marshal`: built-in types only, a little faster than pickle.

    >>> MarshalSerializer().loads(MarshalSerializer().dumps([1, 2]))
    [1, 2]
    """

    def dumps(self, obj: Any) -> bytes:
        return marshal.dumps(obj)

    def loads(self, obj: bytes) -> Any:
        return marshal.loads(obj)


class AutoSerializer(FramedSerializer):
    """Marshal until the first value that it refuses, pickle from then on."""

    def __init__(self) -> None:
        self._type: bytes | None = None

    def dumps(self, obj: Any) -> bytes:
        if self._type is None:
            try:
                return b"M" + marshal.dumps(obj)
            except ValueError:
                self._type = b"P"
        return b"P" + pickle.dumps(obj, pickle_protocol)

    def loads(self, obj: bytes) -> Any:
        kind = obj[:1]
        if kind == b"M":
            return marshal.loads(obj[1:])
        if kind == b"P":
            return pickle.loads(obj[1:])
        raise ValueError(f"invalid serialization type: {kind!r}")


class CompressedSerializer(FramedSerializer):
    """Compresses with zlib what another framed serializer makes."""

    def __init__(self, serializer: FramedSerializer) -> None:
        assert isinstance(serializer, FramedSerializer), "serializer must be a FramedSerializer"
        self.serializer = serializer

    def dumps(self, obj: Any) -> bytes:
        return zlib.compress(self.serializer.dumps(obj), 1)

    def loads(self, obj: bytes) -> Any:
        return self.serializer.loads(zlib.decompress(obj))

    def __repr__(self) -> str:
        return f"CompressedSerializer({self.serializer})"


class UTF8Deserializer(Serializer):
    """Reads texts, each a 32-bit length and that many UTF-8 bytes; bytes when ``use_unicode`` is false."""

    def __init__(self, use_unicode: bool = True) -> None:
        self.use_unicode = use_unicode

    def loads(self, stream: BinaryIO) -> str | bytes | None:
        """The next text; ``None`` for a null, ``EOFError`` at the end."""
        data = _read_frame(stream)
        return data.decode("utf-8") if data is not None and self.use_unicode else data

    def load_stream(self, stream: BinaryIO) -> Iterator[str | bytes | None]:
        try:
            while True:
                yield self.loads(stream)
        except (struct.error, EOFError):
            return

    def __repr__(self) -> str:
        return f"UTF8Deserializer({self.use_unicode})"

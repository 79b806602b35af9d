"""Compression: Hadoop's codecs by file suffix and by class name, streaming in both directions.

    chunks of a file  --decompressed-->  chunks of its content        (sources)
    chunks of content --Compressor----->  chunks of the file           (save actions)

A stream that ends before its format says so is an error that names the file: short data is never silent.
Multi-member gzip, bz2, xz and zstd files are read to the end. bz2 files are not split (Hadoop can), so each
is one partition.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterable, Iterator
from typing import Any, BinaryIO, Protocol, cast

from pyrdd.io.errors import CorruptFileError, unsupported
from pyrdd.util.frozen import frozen

CHUNK = 1 << 17  # fits the processor's cache: reading lines takes half as long as with 1 MB
_OUTPUT = 4 << 20
_PACKAGE = "org.apache.hadoop.io.compress."


class Compressor(Protocol):
    """The interface that zlib, bz2, lzma and zstandard share."""

    def compress(self, data: bytes, /) -> bytes: ...

    def flush(self) -> bytes: ...


class _Decoder(Protocol):
    """One member of a compressed stream. Call ``feed`` with ``b""`` while ``more`` is true."""

    @property
    def eof(self) -> bool: ...

    @property
    def more(self) -> bool: ...

    @property
    def unused_data(self) -> bytes: ...

    def feed(self, data: bytes) -> bytes: ...


class _Zlib:
    """zlib's object keeps its unread input outside; this one keeps it."""

    def __init__(self, window: int) -> None:
        self._zlib = zlib.decompressobj(window)

    @property
    def eof(self) -> bool:
        return self._zlib.eof

    @property
    def more(self) -> bool:
        return bool(self._zlib.unconsumed_tail) and not self._zlib.eof

    @property
    def unused_data(self) -> bytes:
        return self._zlib.unused_data

    def feed(self, data: bytes) -> bytes:
        return self._zlib.decompress(self._zlib.unconsumed_tail + data, _OUTPUT)


class _Bounded:
    """bz2, lzma and compression.zstd: input is kept inside, output is bounded."""

    def __init__(self, decoder: Any) -> None:
        self._decoder = decoder

    @property
    def eof(self) -> bool:
        return bool(self._decoder.eof)

    @property
    def more(self) -> bool:
        return not self._decoder.eof and not self._decoder.needs_input

    @property
    def unused_data(self) -> bytes:
        return cast(bytes, self._decoder.unused_data)

    def feed(self, data: bytes) -> bytes:
        return cast(bytes, self._decoder.decompress(data, _OUTPUT))


class _Unbounded:
    """zstandard: all output of the input at once."""

    def __init__(self, decoder: Any) -> None:
        self._decoder = decoder
        self.more = False

    @property
    def eof(self) -> bool:
        return bool(self._decoder.eof)

    @property
    def unused_data(self) -> bytes:
        return cast(bytes, self._decoder.unused_data)

    def feed(self, data: bytes) -> bytes:
        return cast(bytes, self._decoder.decompress(data))


def _bz2_decoder() -> _Decoder:
    import bz2  # a codec is loaded with the first file that needs it

    return _Bounded(bz2.BZ2Decompressor())


def _bz2_compressor() -> Compressor:
    import bz2  # a codec is loaded with the first file that needs it

    return bz2.BZ2Compressor()


def _xz_decoder() -> _Decoder:
    import lzma  # a codec is loaded with the first file that needs it

    return _Bounded(lzma.LZMADecompressor(lzma.FORMAT_XZ))


def _xz_compressor() -> Compressor:
    import lzma  # a codec is loaded with the first file that needs it

    return lzma.LZMACompressor()


def _zstd_library() -> Any:
    """``compression.zstd`` (Python 3.14) or the package ``zstandard``, whichever is there."""
    import importlib  # needed by the first zstd file only

    for module in ("compression.zstd", "zstandard"):
        try:
            return importlib.import_module(module)
        except ImportError:
            continue
    raise unsupported(
        "zstd compression without the package zstandard", "Install it: pip install pyrdd[zstd]."
    )


def _zstd_decoder() -> _Decoder:
    library = _zstd_library()
    if library.__name__ == "zstandard":
        return _Unbounded(library.ZstdDecompressor().decompressobj())
    return _Bounded(library.ZstdDecompressor())


def _zstd_compressor() -> Compressor:
    library = _zstd_library()
    compressor = library.ZstdCompressor()
    return cast(Compressor, compressor.compressobj() if library.__name__ == "zstandard" else compressor)


@frozen
class Codec:
    """A compression format: Hadoop's class name (``""`` for one Hadoop lacks), suffix, and how to code and
    decode."""

    class_name: str
    suffix: str
    compressor: Callable[[], Compressor]
    decoder: Callable[[], _Decoder]


GZIP = Codec(_PACKAGE + "GzipCodec", ".gz", lambda: zlib.compressobj(6, zlib.DEFLATED, 31), lambda: _Zlib(31))
DEFLATE = Codec(_PACKAGE + "DefaultCodec", ".deflate", zlib.compressobj, lambda: _Zlib(15))
BZIP2 = Codec(_PACKAGE + "BZip2Codec", ".bz2", _bz2_compressor, _bz2_decoder)
ZSTD = Codec(_PACKAGE + "ZStandardCodec", ".zst", _zstd_compressor, _zstd_decoder)
XZ = Codec("", ".xz", _xz_compressor, _xz_decoder)

_CODECS = (GZIP, DEFLATE, BZIP2, ZSTD, XZ)
_BY_CLASS = {codec.class_name: codec for codec in _CODECS if codec.class_name} | {
    _PACKAGE + "DeflateCodec": DEFLATE,
}
_REFUSED_SUFFIXES = (".lz4", ".snappy")
_REFUSED_CLASSES = (_PACKAGE + "Lz4Codec", _PACKAGE + "SnappyCodec")
_INSTEAD = "Use gzip, bzip2, deflate or zstd."


def codec_for_path(path: str) -> Codec | None:
    """The codec that a file's suffix names; ``None`` for a plain file.

    Raises `PySparkNotImplementedError` for ``.lz4`` and ``.snappy``.

    >>> codec_for_path("logs/day.gz").class_name
    'org.apache.hadoop.io.compress.GzipCodec'
    """
    if path.endswith(_REFUSED_SUFFIXES):
        raise unsupported(f"Reading {path}: its compression format", _INSTEAD)
    return next((codec for codec in _CODECS if path.endswith(codec.suffix)), None)


def codec_for_class(class_name: str) -> Codec:
    """The codec of a Hadoop class name.

    Raises `PySparkNotImplementedError` for a codec that pyrdd lacks (Lz4, Snappy, zstd without its package)
    and `ValueError` for a name that is no codec.
    """
    if class_name in _REFUSED_CLASSES:
        raise unsupported(f"The compression codec {class_name}", _INSTEAD)
    if class_name not in _BY_CLASS:
        raise ValueError(
            f"Compression codec {class_name} was not found. Known: {', '.join(sorted(_BY_CLASS))}"
        )
    codec = _BY_CLASS[class_name]
    codec.compressor()  # refuse on the driver what a task could not do
    return codec


def read_chunks(stream: BinaryIO, size: int = CHUNK) -> Iterator[bytes]:
    """The stream's remaining content in chunks of at most ``size`` bytes."""
    return iter(lambda: stream.read(size), b"")


def decompressed(chunks: Iterable[bytes], codec: Codec, name: str) -> Iterator[bytes]:
    """The content of a compressed file, in order, a few MB at a time.

    Raises `CorruptFileError` naming the file when it is damaged or ends early.
    """
    decoder: _Decoder | None = None
    padding = b""
    for chunk in chunks:
        data = chunk
        while data:
            if decoder is None:
                data = data.lstrip(padding) if padding else data
                if not data:
                    break
                decoder, padding = codec.decoder(), b"\0"  # zeros may follow a member, never come first
            yield from _fed(decoder, data, name)
            data = decoder.unused_data if decoder.eof else b""
            if decoder.eof:
                decoder = None
    if decoder is not None:
        raise CorruptFileError(f"{name}: the compressed data ends early (truncated file?)")


def _fed(decoder: _Decoder, data: bytes, name: str) -> Iterator[bytes]:
    try:
        out = decoder.feed(data)
        while out or decoder.more:
            if out:
                yield out
            out = decoder.feed(b"") if decoder.more else b""
    except Exception as error:
        # zlib.error, lzma.LZMAError, ZstdError and OSError have no common parent below Exception
        raise CorruptFileError(f"{name}: damaged compressed data ({error})") from error


def decompress_all(data: bytes, codec: Codec, name: str) -> bytes:
    """The content of a complete compressed buffer."""
    return b"".join(decompressed((data,), codec, name))


def compress_all(data: bytes, codec: Codec) -> bytes:
    """``data`` as one complete compressed stream."""
    compressor = codec.compressor()
    return compressor.compress(data) + compressor.flush()


class CompressedStream:
    """A binary file to write to; what is written arrives in ``stream`` compressed. Close it to complete the
    data."""

    def __init__(self, stream: BinaryIO, codec: Codec) -> None:
        self._stream, self._compressor = stream, codec.compressor()

    def write(self, data: bytes, /) -> int:
        """Takes ``data``; returns its length."""
        if packed := self._compressor.compress(data):
            self._stream.write(packed)
        return len(data)

    def close(self) -> None:
        """Writes the end of the compressed data and closes the stream."""
        try:
            self._stream.write(self._compressor.flush())
        finally:
            self._stream.close()

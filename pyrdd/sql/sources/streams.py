"""Bytes of text files: decompressed, decoded, cut into blocks of whole lines; and the way back."""

from __future__ import annotations

import codecs
from collections.abc import Iterator
from typing import BinaryIO, Protocol, cast

from pyrdd.errors import IllegalArgumentException
from pyrdd.io.codecs import BZIP2, DEFLATE, GZIP, XZ, ZSTD, Codec, CompressedStream, codec_for_path, decompressed
from pyrdd.io.codecs import read_chunks as raw_chunks
from pyrdd.io.filesystem import filesystem_of, to_uri
from pyrdd.sql.sources.base import Options
from pyrdd.sql.sources.errors import not_implemented, runtime_error

BLOCK = 8 << 20
_CODECS: dict[str, Codec | None] = {
    "none": None,
    "uncompressed": None,
    "gzip": GZIP,
    "bzip2": BZIP2,
    "deflate": DEFLATE,
    "zstd": ZSTD,
    "xz": XZ,
}
_REFUSED = ("lz4", "snappy")
CHARSETS = ("iso-8859-1", "us-ascii", "utf-16", "utf-16be", "utf-16le", "utf-32", "utf-8")


class _Sink(Protocol):
    def write(self, data: bytes, /) -> int: ...

    def close(self) -> None: ...


def write_codec(options: Options) -> Codec | None:
    """The codec of the option ``compression`` for text formats; ``None`` for plain files."""
    name = options.first("compression", "codec", default="none").lower()
    if name in _REFUSED:
        raise not_implemented(f"The compression codec {name} for text files", "Use gzip, bzip2, deflate or zstd.")
    if name not in _CODECS:
        available = {"codecName": name, "availableCodecs": ", ".join(sorted(_CODECS))}
        raise IllegalArgumentException(
            errorClass="CODEC_NOT_AVAILABLE.WITH_AVAILABLE_CODECS_SUGGESTION", messageParameters=available
        )
    return _CODECS[name]


def codec_suffix(options: Options) -> str:
    """The end of the name of a compressed file, or ``""``."""
    codec = write_codec(options)
    return codec.suffix if codec else ""


def open_sink(path: str, options: Options) -> _Sink:
    """A new file that compresses what is written to it, as the options say."""
    stream = filesystem_of(path).open_write(path)
    codec = write_codec(options)
    return cast(_Sink, CompressedStream(stream, codec) if codec else stream)


def chunks(path: str, size: int = BLOCK) -> Iterator[bytes]:
    """The content of a file, decompressed by the codec of its name, in pieces.

    Raises `SparkRuntimeException` ``FAILED_READ_FILE.FILE_NOT_EXIST`` when it is gone.
    """
    try:
        stream: BinaryIO = filesystem_of(path).open_read(path)
    except FileNotFoundError as error:
        raise runtime_error("FAILED_READ_FILE.FILE_NOT_EXIST", path=to_uri(path)) from error
    with stream:
        codec = codec_for_path(path)
        raw = raw_chunks(stream, size)
        yield from raw if codec is None else decompressed(raw, codec, path)


def content(path: str) -> bytes:
    """All bytes of a file, decompressed."""
    return b"".join(chunks(path))


def line_blocks(path: str, separator: bytes | None) -> Iterator[bytes]:
    """The file in blocks that end where a line ends: at the separator, or with ``\\n``, ``\\r\\n`` or ``\\r``."""
    rest: list[bytes] = []
    for chunk in chunks(path):
        cut = _last_end(chunk, separator)
        if cut < 0 or (separator is not None and len(separator) > 1):
            # a separator of two bytes may lie across two chunks
            joined = b"".join((*rest, chunk))
            cut = _last_end(joined, separator)
            rest = [joined[cut:]] if cut >= 0 else [joined]
            if cut > 0:
                yield joined[:cut]
            continue
        yield b"".join((*rest, chunk[:cut])) if rest else chunk[:cut]
        rest = [chunk[cut:]] if cut < len(chunk) else []
    last = b"".join(rest)
    if last:
        yield last


def _last_end(data: bytes, separator: bytes | None) -> int:
    if separator is not None:
        at = data.rfind(separator)
        return at + len(separator) if at >= 0 else -1
    at = max(data.rfind(b"\n"), data.rfind(b"\r", 0, len(data) - 1))  # the \n of a last \r may come with the next chunk
    return at + 1 if at >= 0 else -1


def charset(options: Options, parser: str) -> str:
    """Python's name of the option ``encoding`` (``charset``).

    Raises `IllegalArgumentException` ``INVALID_PARAMETER_VALUE.CHARSET`` for one that Spark does not take.
    """
    name = options.first("encoding", "charset", default="UTF-8")
    if name.lower() not in CHARSETS:
        shown = {
            "functionName": f"`{parser}`",
            "parameter": "`charset`",
            "charset": name,
            "charsets": ", ".join(CHARSETS),
        }
        raise IllegalArgumentException(errorClass="INVALID_PARAMETER_VALUE.CHARSET", messageParameters=shown)
    return codecs.lookup(name).name


def line_separator(options: Options) -> str | None:
    """The option ``lineSep``; ``None`` when lines end in the usual ways."""
    text = options.get("lineSep")
    if text == "":
        raise IllegalArgumentException(errorClass="INVALID_LINE_SEPARATOR.EMPTY", messageParameters={})
    return text

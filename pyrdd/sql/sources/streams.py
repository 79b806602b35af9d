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


def chunks(path: str, size: int = BLOCK, start: int = 0, stop: int | None = None) -> Iterator[bytes]:
    """The content of a file, decompressed by the codec of its name, in pieces; or its bytes between two offsets.

    Raises `SparkRuntimeException` ``FAILED_READ_FILE.FILE_NOT_EXIST`` when it is gone.
    """
    try:
        stream: BinaryIO = filesystem_of(path).open_read(path)
    except FileNotFoundError as error:
        raise runtime_error("FAILED_READ_FILE.FILE_NOT_EXIST", path=to_uri(path)) from error
    with stream:
        if start or stop is not None:
            yield from _between(stream, size, start, stop)
            return
        codec = codec_for_path(path)
        raw = raw_chunks(stream, size)
        yield from raw if codec is None else decompressed(raw, codec, path)


def _between(stream: BinaryIO, size: int, start: int, stop: int | None) -> Iterator[bytes]:
    stream.seek(start)
    at = start
    while stop is None or at < stop:
        data = stream.read(size if stop is None else min(size, stop - at))
        if not data:
            return
        at += len(data)
        yield data


def content(path: str) -> bytes:
    """All bytes of a file, decompressed."""
    return b"".join(chunks(path))


def line_blocks(path: str, separator: bytes | None, start: int = 0, stop: int | None = None) -> Iterator[bytes]:
    """The file in blocks that end where a line ends: at the separator, or with ``\\n``, ``\\r\\n`` or ``\\r``.

    Of a part of the file, these are the lines that begin behind ``start``, or at 0, up to ``stop`` itself: so each line
    is in one part, wherever the cuts are.
    """
    first = _line_behind(path, separator, start) if start else 0
    if first is None:
        return
    end = None if stop is None else _line_behind(path, separator, stop)
    rest: list[bytes] = []
    for chunk in chunks(path, start=first, stop=end):
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


def _line_behind(path: str, separator: bytes | None, offset: int) -> int | None:
    """Where the first line begins that begins behind an offset; ``None`` when there is none."""
    seen = b""
    for chunk in chunks(path, 1 << 16, offset):
        seen += chunk
        found = _first_end(seen, separator)
        if found is not None:
            return offset + found
    return offset + len(seen) if separator is None and seen.endswith(b"\r") else None


def _first_end(data: bytes, separator: bytes | None) -> int | None:
    if separator is not None:
        at = data.find(separator)
        return at + len(separator) if at >= 0 else None
    feed, back = data.find(b"\n"), data.find(b"\r")
    if back < 0 or 0 <= feed < back:
        return feed + 1 if feed >= 0 else None
    if back == len(data) - 1:  # the \n of a last \r may come with the next chunk
        return None
    return back + 2 if data[back + 1] == 10 else back + 1


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

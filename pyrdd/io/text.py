r"""Text files as lines: Hadoop's `TextInputFormat`.

    split [start, end)      |      next split
    ...a line\nanother line\nthe line that crosses\nmore
       ^start  ^first line read here      |  ^first line of the next split
                                          end

A split holds the lines that begin after its start (from the first byte for start 0) and at or before its
end, so each line belongs to one split and a reader may have to look past its end. ``\n``, ``\r\n`` and
``\r`` end a line, nothing else does. Reading moves whole blocks of lines through C code: one decode and one
split for thousands of lines.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import accumulate, chain
from typing import BinaryIO, TypeVar

from pyrdd.io.codecs import CHUNK, codec_for_path, decompressed, read_chunks
from pyrdd.io.errors import CorruptFileError
from pyrdd.io.filesystem import filesystem_of
from pyrdd.io.paths import input_files
from pyrdd.io.splits import FileSplit, SplitSizes, cut_files
from pyrdd.io.utf8 import decode, well_formed

T = TypeVar("T")

_BOM = b"\xef\xbb\xbf"
_LOOKAHEAD = 1 << 16


def text_splits(
    paths: str,
    min_partitions: int | None,
    sizes: SplitSizes = SplitSizes(),  # noqa: B008 (frozen)
    recursive: bool = False,
) -> list[FileSplit]:
    """What each partition of ``textFile(paths, min_partitions)`` reads; runs on the driver.

    ``None`` cuts by blocks only, as ``newAPIHadoopFile`` does. A compressed file is one split.
    """
    return cut_files(
        input_files(paths, recursive=recursive),
        num_splits=min_partitions,
        splittable=lambda path: codec_for_path(path) is None,
        sizes=sizes,
    )


def read_lines(
    split: FileSplit,
    use_unicode: bool = True,
    counted: Callable[[int], None] | None = None,
    counted_lines: Callable[[int], None] | None = None,
) -> Iterator[str] | Iterator[bytes]:
    """The lines of a split without their ends, lazily: ``str``, or UTF-8 ``bytes`` without ``use_unicode``.

    Malformed bytes become U+FFFD in both. ``counted`` is called with the bytes read as reading goes on,
    ``counted_lines`` with the lines of a block before they are handed out.
    """
    blocks = _line_blocks(split, counted)
    if use_unicode:
        return chain.from_iterable(_counting_lines(map(_text_lines, blocks), counted_lines))
    return chain.from_iterable(_counting_lines(map(_byte_lines, map(well_formed, blocks)), counted_lines))


def _counting_lines(
    blocks: Iterator[list[T]], counted_lines: Callable[[int], None] | None
) -> Iterator[list[T]]:
    for lines in blocks:
        if counted_lines is not None:
            counted_lines(len(lines))
        yield lines


def read_lines_with_offsets(split: FileSplit) -> Iterator[tuple[int, str]]:
    """``(offset, line)`` for each line: the records of Hadoop's `TextInputFormat`. Offsets count from the
    file's start, in the decompressed data for a compressed file."""
    offset, blocks = _raw_blocks(split, None)
    for block in blocks:
        lines = block.splitlines(keepends=True)  # of bytes: ends at \n, \r\n and \r only
        starts = accumulate(map(len, lines), initial=offset)
        yield from zip(starts, _text_lines(_unix_ends(_without_bom(block, offset))), strict=False)
        offset += len(block)


def read_delimited(split: FileSplit, delimiter: bytes) -> Iterator[tuple[int, str]]:
    """``(offset, record)`` where ``delimiter`` ends records instead of line ends
    (``textinputformat.record.delimiter``)."""
    offset, chunks = _region_chunks(split, None, delimiter)
    buffer = b""
    for chunk in chunks:
        *records, buffer = (buffer + chunk).split(delimiter)
        for record in records:
            yield offset, decode(_without_bom(record, offset))
            offset += len(record) + len(delimiter)
    if buffer:
        yield offset, decode(_without_bom(buffer, offset))


def _text_lines(block: bytes) -> list[str]:
    lines = decode(block).split("\n")
    if not lines[-1]:
        lines.pop()
    return lines


def _byte_lines(block: bytes) -> list[bytes]:
    lines = block.split(b"\n")
    if not lines[-1]:
        lines.pop()
    return lines


def _without_bom(block: bytes, offset: int) -> bytes:
    return block[3:] if offset == 0 and block.startswith(_BOM) else block


def _unix_ends(block: bytes) -> bytes:
    return block.replace(b"\r\n", b"\n").replace(b"\r", b"\n") if b"\r" in block else block


def _line_blocks(split: FileSplit, counted: Callable[[int], None] | None) -> Iterator[bytes]:
    """Blocks of whole lines, each line ended by ``\\n`` (the file's last one may have no end)."""
    offset, blocks = _raw_blocks(split, counted)
    for block in blocks:
        if offset == 0:
            block = _without_bom(block, 0)
            offset = 1
        if block:
            yield _unix_ends(block)


def _raw_blocks(split: FileSplit, counted: Callable[[int], None] | None) -> tuple[int, Iterator[bytes]]:
    """Where the split's first line begins, and the bytes of its lines cut into blocks at line ends."""
    first, chunks = _region_chunks(split, counted, b"")
    return first, _whole_lines(chunks)


def _region_chunks(
    split: FileSplit, counted: Callable[[int], None] | None, delimiter: bytes
) -> tuple[int, Iterator[bytes]]:
    """Where the split's first record begins, and the bytes of its records in chunks cut anywhere."""
    stream = filesystem_of(split.path).open_read(split.path)
    codec = codec_for_path(split.path)
    if codec:
        return 0, decompressed(_counting(_closing(stream, read_chunks(stream)), counted), codec, split.path)
    first, last = _record_start(stream, split.start, delimiter), split.size
    if split.end < split.size:
        last = _record_start(stream, split.end, delimiter)
    stream.seek(first)
    region = _read_region(stream, last - first, split.path)
    return first, _counting(_closing(stream, region), counted)


def _record_start(stream: BinaryIO, position: int, delimiter: bytes) -> int:
    return _after_delimiter(stream, position, delimiter) if delimiter else _line_start(stream, position)


def _after_delimiter(stream: BinaryIO, position: int, delimiter: bytes) -> int:
    """The end of the first whole delimiter at or after ``position``; 0 for 0, else maybe the file's end."""
    if position == 0:
        return 0
    stream.seek(position)
    window, keep = b"", len(delimiter) - 1
    while data := stream.read(_LOOKAHEAD):
        window += data
        at = window.find(delimiter)
        if at >= 0:
            return position + at + len(delimiter)
        cut = max(0, len(window) - keep)
        position, window = position + cut, window[cut:]
    return position + len(window)


def _closing(stream: BinaryIO, chunks: Iterable[bytes]) -> Iterator[bytes]:
    with stream:
        yield from chunks


def _counting(chunks: Iterator[bytes], counted: Callable[[int], None] | None) -> Iterator[bytes]:
    return chunks if counted is None else _counted(chunks, counted)


def _counted(chunks: Iterator[bytes], counted: Callable[[int], None]) -> Iterator[bytes]:
    for chunk in chunks:
        counted(len(chunk))
        yield chunk


def _line_start(stream: BinaryIO, position: int) -> int:
    """Where the first line begins that does not begin at or before ``position``; 0 for 0, else maybe the
    end."""
    if position == 0:
        return 0
    stream.seek(position)
    while data := stream.read(_LOOKAHEAD):
        ends = [at for at in (data.find(b"\n"), data.find(b"\r")) if at >= 0]
        if not ends:
            position += len(data)
            continue
        at = min(ends)
        after = data[at + 1 : at + 2] or stream.read(1)
        return position + at + (2 if data[at] == 0x0D and after == b"\n" else 1)
    return position


def _read_region(stream: BinaryIO, length: int, name: str) -> Iterator[bytes]:
    while length > 0:
        data = stream.read(min(CHUNK, length))
        if not data:
            raise CorruptFileError(f"{name}: the file became shorter while it was read")
        length -= len(data)
        yield data


def _whole_lines(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """The same bytes in blocks that end where a line ends. Never cuts between ``\\r`` and ``\\n``."""
    pending: list[bytes] = []
    for chunk in chunks:
        # A \r may be cut after only when the chunk shows that no \n follows it.
        cut = chunk.rfind(b"\n") + 1 or chunk.rfind(b"\r", 0, -1) + 1
        if cut:
            pending.append(chunk[:cut])
            yield b"".join(pending)
            pending = [chunk[cut:]]
        else:
            pending.append(chunk)
    if rest := b"".join(pending):
        yield rest

"""Hadoop's SequenceFile, version 6: binary key-value records with sync marks that make a file splittable.

    header   "SEQ" 6 | key class | value class | compressed? blocks? | codec | metadata | sync (16 bytes)
    plain    length | key length | key | value           ... every 100 KB: -1 | sync
    record   the same, each value compressed by itself
    block    -1 | sync | count | key lengths | keys | value lengths | values   (each of the four compressed)

A split holds the runs of records whose sync mark begins inside it; the first run begins at the end of the
header.
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from struct import Struct
from typing import BinaryIO, Protocol, cast

from pyrdd.io.codecs import Codec, codec_for_class, compress_all, decompress_all
from pyrdd.io.errors import CorruptFileError
from pyrdd.io.filesystem import filesystem_of
from pyrdd.io.paths import input_files
from pyrdd.io.splits import FileSplit, SplitSizes, cut_files
from pyrdd.io.writables import read_vint, write_text, write_vint

SYNC_INTERVAL = 102_400
_BLOCK_BYTES = 1_000_000
_MAGIC = b"SEQ\x06"
_ESCAPE = b"\xff\xff\xff\xff"
_INT = Struct(">I")
_LENGTHS = Struct(">II")

RawRecord = tuple[bytes, bytes]


@dataclass(frozen=True, slots=True)
class Header:
    """What a SequenceFile says about itself. ``codec`` is ``None`` for plain records; ``length`` is the
    header's."""

    key_class: str
    value_class: str
    sync: bytes
    codec: Codec | None = None
    block: bool = False
    metadata: Mapping[str, str] = field(default_factory=dict)
    length: int = 0


def sequence_splits(
    paths: str,
    min_splits: int | None,
    sizes: SplitSizes = SplitSizes(),  # noqa: B008 (frozen)
    recursive: bool = False,
) -> list[FileSplit]:
    """The splits of SequenceFiles; ``None`` for the rule of the ``mapreduce`` API (by blocks). Runs on the
    driver."""
    files = input_files(paths, recursive=recursive)
    at_least = SplitSizes(max(SYNC_INTERVAL, sizes.min_size), sizes.max_size)
    return cut_files(files, num_splits=min_splits, splittable=lambda _: True, sizes=at_least)


def sync_mark(*identity: object) -> bytes:
    """A sync mark for one file, the same for the same ``identity`` (say output path, job, partition,
    attempt).

    >>> len(sync_mark("out", 0)), sync_mark("out", 0) == sync_mark("out", 1)
    (16, False)
    """
    from hashlib import blake2b  # only writers need it

    return blake2b(repr(identity).encode("utf-8", "replace"), digest_size=16).digest()


class SequenceFileReader:
    """The records of one split of a SequenceFile, as raw bytes; a context manager.

    Raises `CorruptFileError` naming the file when it is no SequenceFile, is damaged or ends inside a record.
    """

    def __init__(self, split: FileSplit) -> None:
        self._split, self._name = split, split.path
        raw = filesystem_of(split.path).open_read(split.path)
        self._stream: BinaryIO = io.BufferedReader(cast(io.RawIOBase, raw), 1 << 18)
        try:
            self.header = _Parser(self._stream, self._name).header()
        except BaseException:
            self._stream.close()
            raise

    def __enter__(self) -> SequenceFileReader:
        return self

    def __exit__(self, *_: object) -> None:
        self._stream.close()

    def records(self) -> Iterator[RawRecord]:
        """``(key bytes, value bytes)`` of each record of the split, in order; values decompressed."""
        start = self._first_sync(self._split.start)
        if start >= self._split.end:
            return iter(())
        self._stream.seek(start)
        return self._blocks(start) if self.header.block else self._plain(start)

    def _plain(self, position: int) -> Iterator[RawRecord]:
        read, codec, end = self._stream.read, self.header.codec, self._split.end
        unpack, sync = _LENGTHS.unpack, self.header.sync
        while head := read(8):
            if len(head) == 8 and head[:4] == _ESCAPE:
                if position >= end:
                    return
                self._check_sync(head[4:] + read(12), sync)
                position += 20
                continue
            length, key_length = unpack(head) if len(head) == 8 else (0, 1)
            data = read(length) if key_length <= length else b""
            if len(data) != length or key_length > length:
                raise CorruptFileError(f"{self._name}: the record at byte {position} is damaged or cut off")
            position += 8 + length
            value = data[key_length:]
            yield data[:key_length], decompress_all(value, codec, self._name) if codec else value

    def _blocks(self, position: int) -> Iterator[RawRecord]:
        parser = _Parser(self._stream, self._name)
        while mark := self._stream.read(20):
            if position >= self._split.end:
                return
            if mark[:4] != _ESCAPE:
                raise CorruptFileError(f"{self._name}: no block begins at byte {position}")
            self._check_sync(mark[4:], self.header.sync)
            yield from self._block(parser)
            position = self._stream.tell()

    def _block(self, parser: _Parser) -> Iterator[RawRecord]:
        codec, count = self.header.codec, parser.vint()
        if codec is None:
            raise CorruptFileError(f"{self._name}: blocks without a codec")
        parts = [decompress_all(parser.exactly(parser.vint()), codec, self._name) for _ in range(4)]
        key_ends, value_ends = (_ends(lengths, count, self._name) for lengths in (parts[0], parts[2]))
        keys, values, at_key, at_value = parts[1], parts[3], 0, 0
        if (key_ends or [0])[-1] != len(keys) or (value_ends or [0])[-1] != len(values):
            raise CorruptFileError(f"{self._name}: the lengths of a block do not fit its data")
        for key_end, value_end in zip(key_ends, value_ends, strict=True):
            yield keys[at_key:key_end], values[at_value:value_end]
            at_key, at_value = key_end, value_end

    def _check_sync(self, found: bytes, sync: bytes) -> None:
        if found != sync:
            raise CorruptFileError(f"{self._name}: damaged sync mark")

    def _first_sync(self, start: int) -> int:
        """Where the first run of records begins that begins at or after ``start``; the file's size when none
        does."""
        if start <= self.header.length:
            return self.header.length
        mark = _ESCAPE + self.header.sync
        self._stream.seek(start)
        window, base = b"", start
        while data := self._stream.read(1 << 18):
            window += data
            at = window.find(mark)
            if at >= 0:
                return base + at
            keep = len(mark) - 1
            base += max(0, len(window) - keep)
            window = window[-keep:]
        return max(self._split.size, self._split.end)


def _ends(lengths: bytes, count: int, name: str) -> list[int]:
    ends, at, total = [], 0, 0
    try:
        for _ in range(count):
            length, at = read_vint(lengths, at)
            total += length
            ends.append(total)
    except IndexError:
        raise CorruptFileError(f"{name}: a block holds fewer records than it says") from None
    return ends


class _Parser:
    """The primitive values of a header or a block, from a stream."""

    def __init__(self, stream: BinaryIO, name: str) -> None:
        self._stream, self._name = stream, name

    def exactly(self, size: int) -> bytes:
        data = self._stream.read(size) if size >= 0 else b""
        if len(data) != size:
            raise CorruptFileError(f"{self._name}: the SequenceFile ends early")
        return data

    def vint(self) -> int:
        first = self.exactly(1)
        signed = first[0] - 256 if first[0] > 127 else first[0]
        extra = 0 if signed >= -112 else (-120 - signed if signed < -120 else -112 - signed)
        return read_vint(first + self.exactly(extra), 0)[0]

    def text(self) -> str:
        return self.exactly(self.vint()).decode("utf-8", "replace")

    def header(self) -> Header:
        magic = self._stream.read(4)
        if magic[:3] != _MAGIC[:3]:
            raise CorruptFileError(f"{self._name} not a SequenceFile")
        if magic != _MAGIC:
            raise CorruptFileError(
                f"{self._name}: a SequenceFile of version {magic[3:].hex()}; only 6 can be read"
            )
        key_class, value_class = self.text(), self.text()
        compressed, block = self.exactly(1) != b"\0", self.exactly(1) != b"\0"
        codec = codec_for_class(self.text()) if compressed else None
        entries = _INT.unpack(self.exactly(4))[0]
        metadata = {self.text(): self.text() for _ in range(entries)}
        sync = self.exactly(16)
        return Header(key_class, value_class, sync, codec, block, metadata, self._stream.tell())


class _Sink(Protocol):
    def write(self, data: bytes, /) -> int: ...


class SequenceFileWriter:
    """Writes the header at once, then records; call `finish` after the last (the stream stays open).

    ``header.sync`` should differ from file to file (16 bytes); ``header.length`` is ignored. Compression is
    by record or, with ``header.block``, by blocks of about a megabyte.
    """

    def __init__(self, stream: _Sink, header: Header) -> None:
        if len(header.sync) != 16:
            raise ValueError("the sync mark has 16 bytes")
        self._stream, self._header = stream, header
        self._position = self._last_sync = 0
        self._keys: list[bytes] = []
        self._values: list[bytes] = []
        self._pending = 0
        self._put(_header_bytes(header))

    def append(self, key: bytes, value: bytes) -> None:
        """Adds one record of raw Writable bytes."""
        if self._header.block:
            self._buffer(key, value)
            return
        codec = self._header.codec
        if codec:
            value = compress_all(value, codec)
        if self._position >= self._last_sync + SYNC_INTERVAL:
            self._mark()
        self._put(_LENGTHS.pack(len(key) + len(value), len(key)) + key + value)

    def finish(self) -> int:
        """Completes the data; returns the file's size."""
        if self._keys:
            self._write_block()
        return self._position

    def _put(self, data: bytes) -> None:
        self._stream.write(data)
        self._position += len(data)

    def _mark(self) -> None:
        self._put(_ESCAPE + self._header.sync)
        self._last_sync = self._position

    def _buffer(self, key: bytes, value: bytes) -> None:
        self._keys.append(key)
        self._values.append(value)
        self._pending += len(key) + len(value)
        if self._pending >= _BLOCK_BYTES:
            self._write_block()

    def _write_block(self) -> None:
        codec = cast(Codec, self._header.codec)
        self._mark()
        self._put(write_vint(len(self._keys)))
        for items in (self._keys, self._values):
            lengths = b"".join(map(write_vint, map(len, items)))
            for part in (lengths, b"".join(items)):
                data = compress_all(part, codec)
                self._put(write_vint(len(data)) + data)
        self._keys, self._values, self._pending = [], [], 0


def _header_bytes(header: Header) -> bytes:
    flags = bytes([header.codec is not None, header.block])
    codec = write_text(header.codec.class_name) if header.codec else b""
    metadata = b"".join(write_text(key) + write_text(value) for key, value in header.metadata.items())
    classes = write_text(header.key_class) + write_text(header.value_class)
    count = _INT.pack(len(header.metadata))
    return _MAGIC + classes + flags + codec + count + metadata + header.sync

"""The index at the head of a map output file: where each reduce partition's segment is, and its checksum.

    magic | shuffle | map | partitions          32 bytes
    entry 0 | entry 1 | ...                     36 bytes each: offset, length, records, CRC-32 of the segment,
    segment 0 | segment 1 | ...                 and a CRC-32 of the entry itself with the ids it belongs to

A reduce task reads its entry and its segment, nothing else. The entry's own checksum covers the shuffle, map
and reduce numbers, so that an entry of another file or of another partition is never believed.
"""

from __future__ import annotations

import struct
from collections.abc import Sequence
from zlib import crc32

from pyrdd.util.frozen import frozen

MAGIC = b"pyrddSH1"

_HEADER = struct.Struct("<8sQQQ")
_ENTRY = struct.Struct("<QQQI")
_IDS = struct.Struct("<QQQ")
_CHECK = struct.Struct("<I")

ENTRY_BYTES = _ENTRY.size + _CHECK.size


class CorruptEntry(ValueError):
    """The bytes are not the index entry that was asked for."""


@frozen
class Segment:
    """Where one reduce partition's frames lie in the file, how many records they hold, and their checksum."""

    offset: int
    length: int
    records: int
    crc: int


def head_size(num_partitions: int) -> int:
    """The length of the header and index, which is where the first segment starts."""
    return _HEADER.size + num_partitions * ENTRY_BYTES


def entry_offset(reduce_index: int) -> int:
    """Where in the file the entry of a reduce partition is."""
    return _HEADER.size + reduce_index * ENTRY_BYTES


def pack_head(shuffle_id: int, map_index: int, segments: Sequence[Segment]) -> bytes:
    """Header and index of a map output file.

    >>> head = pack_head(1, 2, [Segment(68, 9, 1, 7)])
    >>> unpack_entry(head[entry_offset(0):], 1, 2, 0)
    Segment(offset=68, length=9, records=1, crc=7)
    """
    header = _HEADER.pack(MAGIC, shuffle_id, map_index, len(segments))
    entries = (_pack_entry(s, shuffle_id, map_index, i) for i, s in enumerate(segments))
    return header + b"".join(entries)


def _pack_entry(segment: Segment, shuffle_id: int, map_index: int, reduce_index: int) -> bytes:
    body = _ENTRY.pack(segment.offset, segment.length, segment.records, segment.crc)
    return body + _CHECK.pack(_check(body, shuffle_id, map_index, reduce_index))


def _check(body: bytes, shuffle_id: int, map_index: int, reduce_index: int) -> int:
    return crc32(body, crc32(_IDS.pack(shuffle_id, map_index, reduce_index)))


def unpack_entry(data: bytes, shuffle_id: int, map_index: int, reduce_index: int) -> Segment:
    """The entry in ``data`` (`ENTRY_BYTES` long); raises `CorruptEntry` when it is not this partition's."""
    body, check = data[: _ENTRY.size], data[_ENTRY.size : ENTRY_BYTES]
    if check != _CHECK.pack(_check(body, shuffle_id, map_index, reduce_index)):
        raise CorruptEntry("the index entry is damaged or of another map output")
    return Segment(*_ENTRY.unpack(body))

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pyrdd.shuffle import index
from pyrdd.shuffle.index import Segment

NUMBERS = st.integers(0, 2**64 - 1)
SEGMENTS = st.lists(st.builds(Segment, NUMBERS, NUMBERS, NUMBERS, st.integers(0, 2**32 - 1)), max_size=5)


def entry(head: bytes, i: int) -> bytes:
    start = index.entry_offset(i)
    return head[start : start + index.ENTRY_BYTES]


@given(SEGMENTS)
def test_entries_are_read_back_and_the_head_has_the_size_that_is_left_for_it(segments: list[Segment]) -> None:
    head = index.pack_head(3, 4, segments)
    assert len(head) == index.head_size(len(segments))
    assert head.startswith(index.MAGIC)
    assert [index.unpack_entry(entry(head, i), 3, 4, i) for i in range(len(segments))] == segments


@given(st.integers(0, index.ENTRY_BYTES - 1), st.integers(1, 255))
def test_any_changed_byte_of_an_entry_is_noticed(at: int, change: int) -> None:
    data = bytearray(entry(index.pack_head(3, 4, [Segment(68, 9, 1, 7)]), 0))
    data[at] ^= change
    with pytest.raises(index.CorruptEntry):
        index.unpack_entry(bytes(data), 3, 4, 0)


@pytest.mark.parametrize("ids", [(2, 4, 0), (3, 5, 0), (3, 4, 1)])
def test_the_entry_of_another_output_is_not_believed(ids: tuple[int, int, int]) -> None:
    data = entry(index.pack_head(3, 4, [Segment(68, 9, 1, 7)]), 0)
    with pytest.raises(index.CorruptEntry):
        index.unpack_entry(data, *ids)


@pytest.mark.parametrize("data", [b"", b"short"])
def test_a_short_entry_is_corrupt(data: bytes) -> None:
    with pytest.raises(index.CorruptEntry):
        index.unpack_entry(data, 3, 4, 0)

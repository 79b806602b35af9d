"""Records as pickled frames."""

import io
import pickle
import subprocess
import sys
import threading
from collections import namedtuple
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pyrdd.errors import PySparkPicklingError
from pyrdd.serializers.compression import codec
from pyrdd.serializers.records import BATCH_BYTES, dump_batches, load_batches, read_frames, write_frames

values: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text() | st.binary(),
    lambda inner: st.lists(inner) | st.tuples(inner, inner) | st.dictionaries(st.text(), inner),
    max_leaves=5,
)


@given(st.lists(values), st.integers(1, 200))
def test_loading_gives_back_the_records_dumped(records: list[Any], batch_bytes: int) -> None:
    assert list(load_batches(dump_batches(records, batch_bytes))) == records


@given(st.lists(values), st.integers(1, 200))
def test_an_iterator_makes_the_same_frames_as_a_list(records: list[Any], batch_bytes: int) -> None:
    assert list(dump_batches(iter(records), batch_bytes)) == list(dump_batches(records, batch_bytes))


def test_no_records_make_no_frame() -> None:
    assert list(dump_batches([])) == []
    assert list(dump_batches(iter(()))) == []


def test_a_small_input_makes_one_frame() -> None:
    assert len(list(dump_batches(range(250)))) == 1


def test_frames_settle_around_the_target_size() -> None:
    sizes = [len(frame) for frame in dump_batches((str(i), i) for i in range(200_000))]
    assert all(BATCH_BYTES / 2 < size < BATCH_BYTES * 2 for size in sizes[3:-1])


def test_a_huge_record_goes_alone() -> None:
    assert [len(pickle.loads(f)) for f in dump_batches([b"x" * 300_000] * 3)] == [1, 1, 1]


def test_dumping_reads_no_further_than_the_frames_asked_for() -> None:
    source = iter(range(1_000_000))
    next(dump_batches(source))
    assert next(source) < 2000


def test_loading_reads_one_frame_at_a_time() -> None:
    frames = iter(list(dump_batches(range(100_000))))
    records = load_batches(frames)
    assert next(records) == 0
    assert len(list(frames)) > 2


def test_functions_and_local_classes_are_records_too() -> None:
    class Local:
        pass

    function, instance = load_batches(list(dump_batches([lambda x: x + 1, Local()])))
    assert function(1) == 2
    assert type(instance).__name__ == "Local"


def test_an_unpicklable_record_is_named_by_type_and_position() -> None:
    records: list[Any] = [*range(5000), threading.Lock(), 1]
    with pytest.raises(PySparkPicklingError, match=r"record 5000, a _thread.lock") as caught:
        list(dump_batches(records))
    assert isinstance(caught.value, pickle.PicklingError)
    assert isinstance(caught.value.__cause__, TypeError)


def test_memory_errors_are_not_disguised_as_pickling_errors() -> None:
    def out_of_memory(batch: list[Any]) -> bytes:
        raise MemoryError

    with pytest.raises(MemoryError):
        list(dump_batches([1], dumps=out_of_memory))


def test_classes_of_the_main_module_can_be_loaded_by_another_process() -> None:
    program = (
        "import sys, collections\n"
        "from pyrdd.serializers.records import dump_batches\n"
        "Point = collections.namedtuple('Point', 'x y')\n"
        "class Mine:\n    n = 3\n"
        "sys.stdout.buffer.write(next(dump_batches([Point(1, 2), Mine()])))\n"
    )
    frame = subprocess.run([sys.executable, "-c", program], capture_output=True, check=True).stdout
    point, mine = load_batches([frame])
    assert point == (1, 2) and point.y == 2 and mine.n == 3


Pair = namedtuple("Pair", "left right")


def test_a_named_tuple_of_a_module_keeps_its_type() -> None:
    assert type(next(load_batches(dump_batches([Pair(1, 2)])))) is Pair


@pytest.mark.parametrize("name", [None, "none", "zlib", "lzma", "zstd"])
def test_frames_survive_a_file(name: str | None) -> None:
    frames, file = [b"", b"a", b"bc" * 10_000], io.BytesIO()
    assert write_frames(file, frames, codec(name)) == file.tell()
    file.seek(0)
    assert list(read_frames(file, codec(name))) == frames


@pytest.mark.parametrize("keep", [3, 10])
def test_a_stream_of_frames_cut_short_is_an_error(keep: int) -> None:
    file = io.BytesIO()
    write_frames(file, [b"0123456789"])
    with pytest.raises(EOFError, match="cut short"):
        list(read_frames(io.BytesIO(file.getvalue()[:keep])))


def test_an_unknown_codec_is_refused() -> None:
    with pytest.raises(ValueError, match="known: none, lzma, zlib, zstd"):
        codec("snappy")

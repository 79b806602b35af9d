"""PySpark's serializer classes."""

import io
import pickle
import threading
from collections.abc import Iterable, Iterator
from typing import Any, BinaryIO

import pytest

from pyrdd import serializers as s
from pyrdd.errors import PySparkPicklingError
from pyrdd.serializers.compression import codec
from pyrdd.serializers.record_format import RecordFormat

FRAMED = [
    s.PickleSerializer(),
    s.CloudPickleSerializer(),
    s.MarshalSerializer(),
    s.AutoSerializer(),
    s.CompressedSerializer(s.PickleSerializer()),
]


def written(serializer: s.Serializer, records: Iterable[Any]) -> io.BytesIO:
    stream = io.BytesIO()
    serializer.dump_stream(records, stream)
    stream.seek(0)
    return stream


@pytest.mark.parametrize("serializer", FRAMED, ids=str)
def test_a_framed_serializer_reads_what_it_wrote(serializer: s.FramedSerializer) -> None:
    records = [1, "two", (3.0, None), {"four": [5]}]
    assert list(serializer.load_stream(written(serializer, records))) == records


@pytest.mark.parametrize(
    "wrapper",
    [s.BatchedSerializer(FRAMED[0], 2), s.BatchedSerializer(FRAMED[0]), s.AutoBatchedSerializer(FRAMED[0])],
)
def test_a_batched_serializer_reads_what_it_wrote(wrapper: s.BatchedSerializer) -> None:
    assert list(wrapper.load_stream(written(wrapper, range(100)))) == list(range(100))


def test_batches_have_the_size_asked_for() -> None:
    stream = written(s.BatchedSerializer(s.PickleSerializer(), 2), range(5))
    assert list(s.PickleSerializer().load_stream(stream)) == [[0, 1], [2, 3], [4]]


def test_automatic_batches_double() -> None:
    stream = written(s.AutoBatchedSerializer(s.PickleSerializer()), range(7))
    assert [len(b) for b in s.PickleSerializer().load_stream(stream)] == [1, 2, 4]


def test_automatic_batches_halve_when_far_too_long() -> None:
    serializer = s.AutoBatchedSerializer(s.PickleSerializer(), bestSize=30)
    stream = written(serializer, ["a", "x" * 400, "y" * 400, "z", "q"])
    assert [len(b) for b in s.PickleSerializer().load_stream(stream)] == [1, 2, 1, 1]


def test_flattened_values_are_split_into_short_lists() -> None:
    serializer = s.FlattenedValuesSerializer(s.PickleSerializer(), 2)
    stream = written(serializer, [("k", [1, 2, 3]), ("empty", [])])
    assert list(serializer.load_stream(stream)) == [("k", [1, 2]), ("k", [3])]


def test_pairs_and_products_are_formed_batch_by_batch() -> None:
    batched = s.BatchedSerializer(s.PickleSerializer(), 2)
    stream = written(s.PickleSerializer(), [[1, 2], ["a", "b"], [3], ["c"]])
    assert list(s.PairDeserializer(batched, batched).load_stream(stream)) == [(1, "a"), (2, "b"), (3, "c")]
    stream.seek(0)
    products = list(s.CartesianDeserializer(batched, batched).load_stream(stream))
    assert products == [(1, "a"), (1, "b"), (2, "a"), (2, "b"), (3, "c")]


def test_pairing_batches_of_different_length_is_an_error() -> None:
    batched = s.BatchedSerializer(s.PickleSerializer(), 2)
    stream = written(s.PickleSerializer(), [[1, 2], ["a"]])
    with pytest.raises(ValueError, match=r"different number of items in batches: \(2, 1\)"):
        list(s.PairDeserializer(batched, batched).load_stream(stream))


@pytest.mark.parametrize(
    ("serializer", "text"),
    [
        (s.PickleSerializer(), "PickleSerializer()"),
        (s.CPickleSerializer(), "CloudPickleSerializer()"),
        (s.BatchedSerializer(s.PickleSerializer(), 7), "BatchedSerializer(PickleSerializer(), 7)"),
        (s.AutoBatchedSerializer(s.MarshalSerializer()), "AutoBatchedSerializer(MarshalSerializer())"),
        (s.FlattenedValuesSerializer(s.NoOpSerializer()), "FlattenedValuesSerializer(NoOpSerializer(), 10)"),
        (s.CompressedSerializer(s.PickleSerializer()), "CompressedSerializer(PickleSerializer())"),
        (
            s.PairDeserializer(s.PickleSerializer(), s.NoOpSerializer()),
            "PairDeserializer(PickleSerializer(), NoOpSerializer())",
        ),
        (
            s.CartesianDeserializer(s.PickleSerializer(), s.NoOpSerializer()),
            "CartesianDeserializer(PickleSerializer(), NoOpSerializer())",
        ),
        (s.UTF8Deserializer(), "UTF8Deserializer(True)"),
    ],
)
def test_a_serializer_shows_how_it_was_made(serializer: s.Serializer, text: str) -> None:
    assert repr(serializer) == text


def test_serializers_are_equal_when_they_read_each_others_output() -> None:
    assert s.PickleSerializer() == s.PickleSerializer()
    assert s.PickleSerializer() != s.MarshalSerializer()
    assert s.BatchedSerializer(s.PickleSerializer(), 2) != s.BatchedSerializer(s.PickleSerializer(), 3)
    assert len({s.BatchedSerializer(s.PickleSerializer(), 2) for _ in range(2)}) == 1


def test_serializers_can_be_pickled() -> None:
    for serializer in FRAMED:
        assert pickle.loads(pickle.dumps(serializer)) == serializer


def test_cloudpickle_takes_functions_and_refuses_locks_with_pysparks_message() -> None:
    serializer = s.CloudPickleSerializer()
    assert serializer.loads(serializer.dumps(lambda x: x + 1))(1) == 2
    with pytest.raises(PySparkPicklingError, match=r"Could not serialize object: TypeError: cannot pickle"):
        serializer.dumps(threading.Lock())


def test_restricted_cloudpickle_loads_only_the_names_allowed() -> None:
    data = s.CloudPickleSerializer().dumps(threading.Thread)
    with pytest.raises(pickle.UnpicklingError, match=r"Unpickling threading\.Thread is not allowed"):
        s.CloudPickleSerializer({("builtins", "list")}).loads(data)
    assert s.CloudPickleSerializer({("threading", "Thread")}).loads(data) is threading.Thread


def test_auto_serializer_turns_to_pickle_for_good() -> None:
    serializer = s.AutoSerializer()
    assert serializer.dumps(1)[:1] == b"M"
    assert serializer.loads(serializer.dumps(s.SpecialLengths)) is s.SpecialLengths
    assert serializer.dumps(1)[:1] == b"P"
    with pytest.raises(ValueError, match="invalid serialization type"):
        serializer.loads(b"Q")


def test_a_serializer_that_returns_none_is_refused() -> None:
    with pytest.raises(ValueError, match="serialized value should not be None"):
        s.NoOpSerializer().dump_stream([None], io.BytesIO())


def test_compression_needs_a_framed_serializer() -> None:
    with pytest.raises(AssertionError, match="serializer must be a FramedSerializer"):
        s.CompressedSerializer(s.UTF8Deserializer())  # type: ignore[arg-type]


def test_special_lengths_end_a_section_and_stand_for_none() -> None:
    stream = io.BytesIO()
    s.write_int(s.SpecialLengths.NULL, stream)
    s.write_with_length("héllo".encode(), stream)
    s.write_int(s.SpecialLengths.END_OF_DATA_SECTION, stream)
    stream.seek(0)
    assert list(s.UTF8Deserializer().load_stream(stream)) == [None, "héllo"]
    stream.seek(0)
    assert list(s.NoOpSerializer().load_stream(stream)) == [None, "héllo".encode()]
    stream.seek(0)
    assert list(s.UTF8Deserializer(False).load_stream(stream)) == [None, "héllo".encode()]


def test_a_frame_cut_short_ends_the_stream() -> None:
    stream = io.BytesIO(written(s.PickleSerializer(), [1, 2]).getvalue()[:-1])
    assert list(s.PickleSerializer().load_stream(stream)) == [1]


def test_numbers_are_big_endian() -> None:
    stream = io.BytesIO()
    s.write_int(-7, stream)
    s.write_long(1 << 40, stream)
    stream.write(b"\x01")
    assert stream.getvalue() == b"\xff\xff\xff\xf9" + s.pack_long(1 << 40) + b"\x01"
    stream.seek(0)
    assert (s.read_int(stream), s.read_long(stream), s.read_bool(stream)) == (-7, 1 << 40, True)
    for read in (s.read_int, s.read_long, s.read_bool):
        with pytest.raises(EOFError):
            read(stream)


class KeptBytes(io.BytesIO):
    """Keeps its content after close()."""

    def close(self) -> None:
        self.kept = self.getvalue()
        super().close()


@pytest.mark.parametrize(
    ("parts", "expected"),
    [
        ([b"abcd"], b"\0\0\0\4abcd\xff\xff\xff\xff"),
        ([b"ab", b"cde"], b"\0\0\0\4abcd\0\0\0\1e\xff\xff\xff\xff"),
        ([b"abcdefghi"], b"\0\0\0\4abcd\0\0\0\4efgh\0\0\0\1i\xff\xff\xff\xff"),
        ([], b"\xff\xff\xff\xff"),
    ],
)
def test_a_chunked_stream_sends_fixed_length_frames(parts: list[bytes], expected: bytes) -> None:
    wrapped = KeptBytes()
    chunked = s.ChunkedStream(wrapped, 4)
    for part in parts:
        chunked.write(part)
    assert not chunked.closed
    chunked.close()
    assert chunked.closed
    assert wrapped.kept == expected


class Lines(s.Serializer):
    """A user's serializer that only knows streams."""

    def dump_stream(self, iterator: Iterable[Any], stream: BinaryIO) -> None:
        stream.writelines(f"{value}\n".encode() for value in iterator)

    def load_stream(self, stream: BinaryIO) -> Iterator[Any]:
        return (line.decode().rstrip("\n") for line in stream)


@pytest.mark.parametrize(
    "serializer",
    [
        None,
        Lines(),
        s.MarshalSerializer(),
        s.AutoBatchedSerializer(s.MarshalSerializer()),
        s.CloudPickleSerializer(),
    ],
    ids=str,
)
def test_a_chosen_serializer_writes_the_records(serializer: s.Serializer | None) -> None:
    records = ["a", "b", "c"] * 300
    for chosen in (RecordFormat(serializer), RecordFormat(serializer, codec("zlib"))):
        frames = list(chosen.dump(records))
        assert list(chosen.load(frames)) == records


def test_a_record_that_the_chosen_serializer_refuses_is_named() -> None:
    with pytest.raises(PySparkPicklingError, match=r"record 1, a _thread.lock: ValueError: unmarshallable"):
        list(RecordFormat(s.MarshalSerializer()).dump([1, threading.Lock()]))


def test_compressed_records_are_smaller() -> None:
    plain, packed = (list(RecordFormat(codec=codec(name)).dump(["spam"] * 250)) for name in (None, "zlib"))
    assert sum(map(len, packed)) < sum(map(len, plain)) / 3

import errno
import os
import pickle
import threading
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pyrdd.aggregator import Aggregator
from pyrdd.dependency import KeyOrder, ShuffleSpec
from pyrdd.metrics import TaskMetrics
from pyrdd.partitioner import Partitioner
from pyrdd.shuffle import buckets, frames, index, reader, writer
from pyrdd.shuffle.combine import LISTS
from pyrdd.shuffle.manager import ShuffleManager
from pyrdd.shuffle.status import FetchFailed, MapStatus
from pyrdd.util.frozen import replace

Make = Callable[..., Any]

properties = settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
KEYS = st.one_of(st.integers(-9, 9), st.text("abc", max_size=2), st.none())
MAPS = st.lists(st.lists(st.tuples(KEYS, st.integers()), max_size=40), max_size=4)
JOINED = Aggregator(lambda v: (v,), lambda c, v: (*c, v), lambda a, b: a + b)
SUM = Aggregator(lambda v: v, lambda a, b: a + b, lambda a, b: a + b)


def spec_of(n: int = 3, aggregator: Aggregator | None = None, **more: Any) -> ShuffleSpec:
    return ShuffleSpec(5, 4, Partitioner(n), aggregator, **more)


def split(n: int, maps: Sequence[Sequence[Any]]) -> list[list[Any]]:
    """The records of each reduce partition, map by map."""
    partitioner = Partitioner(n)
    parts: list[list[Any]] = [[] for _ in range(n)]
    for records in maps:
        for k, v in records:
            parts[partitioner(k)].append((k, v))
    return parts


def grouped(pairs: Sequence[Any]) -> dict[Any, tuple[Any, ...]]:
    table: dict[Any, tuple[Any, ...]] = {}
    for k, v in pairs:
        table[k] = (*table.get(k, ()), v)
    return table


# --- the right records ------------------------------------------------------------------------------------


@properties
@given(MAPS, st.integers(1, 7), st.integers(0, 5))
def test_plain_records_arrive_in_the_order_of_maps_and_of_writing(
    shuffles: Make, maps: Any, n: int, every: int
) -> None:
    assert shuffles(every).run(spec_of(n), maps) == split(n, maps)


@properties
@given(MAPS, st.integers(1, 7), st.booleans())
def test_combined_keys_arrive_in_the_order_of_their_first_appearance(
    shuffles: Make, maps: Any, n: int, combine: bool
) -> None:
    found = shuffles().run(spec_of(n, JOINED, map_side_combine=combine), maps)
    assert found == [list(grouped(part).items()) for part in split(n, maps)]


@properties
@given(MAPS, st.integers(1, 7), st.integers(1, 5), st.booleans(), st.sampled_from([JOINED, LISTS]))
def test_under_any_pressure_every_key_has_all_its_values_in_order(
    shuffles: Make, maps: Any, n: int, every: int, combine: bool, aggregator: Aggregator
) -> None:
    run = shuffles(every)
    found = run.run(spec_of(n, aggregator, map_side_combine=combine), maps)
    assert [{k: tuple(c) for k, c in part} for part in found] == [grouped(p) for p in split(n, maps)]
    assert len(run.files()) == len(maps)


@properties
@given(
    st.lists(st.lists(st.tuples(st.integers(), st.integers()), max_size=40), max_size=3), st.integers(0, 5)
)
def test_a_key_order_sorts_by_key_and_keeps_equal_keys_in_order(
    shuffles: Make, maps: Any, every: int
) -> None:
    for order in (KeyOrder(), KeyOrder(ascending=False), KeyOrder(keyfunc=lambda k: k % 3)):
        keyfunc = order.keyfunc or (lambda k: k)
        found = shuffles(every).run(spec_of(2, key_order=order), maps)
        assert found == [
            sorted(part, key=lambda pair: keyfunc(pair[0]), reverse=not order.ascending)
            for part in split(2, maps)
        ]


def test_combined_keys_can_be_sorted(shuffles: Make) -> None:
    spec = spec_of(1, SUM, map_side_combine=True, key_order=KeyOrder(ascending=False))
    assert shuffles().run(spec, [[("a", 1), ("c", 2)], [("b", 3), ("a", 4)]]) == [
        [("c", 2), ("b", 3), ("a", 5)]
    ]


@pytest.mark.parametrize("n", [1, 3])
def test_records_that_are_pairs_but_not_tuples_become_tuples(shuffles: Make, n: int) -> None:
    found = shuffles().run(spec_of(n), [[[1, "a"], (2, "b")]])
    assert sorted(pair for part in found for pair in part) == [(1, "a"), (2, "b")]


@pytest.mark.parametrize("n", [1, 3])
@pytest.mark.parametrize("record", [(1, 2, 3), (1,), 7])
def test_a_record_that_is_no_pair_is_an_error(shuffles: Make, n: int, record: Any) -> None:
    run = shuffles()
    with pytest.raises((TypeError, ValueError), match="unpack"):
        run.run(spec_of(n), [[record]])
    assert run.files() == []


def test_large_buckets_are_pickled_in_several_batches_in_order(
    shuffles: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(buckets, "OBJECTS", 10)
    monkeypatch.setattr(buckets, "OBJECTS_EACH", 1)
    maps = [[(i, str(i)) for i in range(500)]]
    for every in (0, 7):
        assert shuffles(every).run(spec_of(3), maps) == split(3, maps)


def test_more_partitions_than_records_leave_empty_segments(shuffles: Make) -> None:
    run = shuffles()
    (status,) = run.write(spec_of(50), [[(1, 1)]])
    assert sum(map(bool, status.sizes)) == sum(status.records) == 1
    assert run.read(spec_of(50), [status]) == split(50, [[(1, 1)]])


def test_any_picklable_object_can_be_key_and_value(shuffles: Make) -> None:
    pairs = [(frozenset({1}), {"a": [1]}), ((1, (2,)), b"x" * 1000), (1.5, None), (None, "é")]
    found = shuffles().run(spec_of(2), [pairs])
    assert sorted(map(repr, found[0] + found[1])) == sorted(map(repr, pairs))


def test_reading_is_lazy(shuffles: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    run = shuffles()
    statuses = run.write(spec_of(1), [[(1, 1)], [(2, 2)]])
    records = run.manager.read(spec_of(1), 0, statuses, TaskMetrics())
    os.unlink(statuses[1].path)
    assert next(records) == (1, 1)
    with pytest.raises(FetchFailed):
        next(records)


# --- counters ---------------------------------------------------------------------------------------------


def test_records_and_bytes_are_counted_on_both_sides(shuffles: Make) -> None:
    run = shuffles()
    statuses = run.write(spec_of(3), [[(i, i) for i in range(10)], [(i, i) for i in range(5)]])
    assert run.metrics.shuffle_write_records == sum(sum(s.records) for s in statuses) == 15
    assert run.metrics.shuffle_write_bytes == sum(sum(s.sizes) for s in statuses)
    run.read(spec_of(3), statuses)
    assert run.metrics.shuffle_read_records == 15
    assert run.metrics.shuffle_read_bytes == run.metrics.shuffle_write_bytes
    assert run.metrics.shuffle_remote_bytes == run.metrics.disk_spilled == 0


def test_a_map_side_combine_counts_the_combined_records(shuffles: Make) -> None:
    run = shuffles()
    run.write(spec_of(2, SUM, map_side_combine=True), [[(i % 4, 1) for i in range(100)]])
    assert run.metrics.shuffle_write_records == 4


@pytest.mark.parametrize("combine", [False, True])
def test_spills_of_the_map_side_are_counted(shuffles: Make, combine: bool) -> None:
    run = shuffles(every=3)
    run.write(spec_of(2, SUM, map_side_combine=combine), [[(i, i) for i in range(100)]])
    assert run.metrics.disk_spilled == run.metrics.memory_spilled == sum(run.memory.spills) > 0


# --- lost, truncated, corrupt ------------------------------------------------------------------------------


def one_output(shuffles: Make, **more: Any) -> tuple[Any, MapStatus]:
    run = shuffles(**more)
    (status,) = run.write(spec_of(2), [[(i, f"value {i}") for i in range(20)]])
    return run, status


def expect_fetch_failure(run: Any, status: MapStatus, reduce_index: int = 1) -> FetchFailed:
    with pytest.raises(FetchFailed) as failure:
        list(run.manager.read(spec_of(2), reduce_index, [status], TaskMetrics()))
    failed = failure.value
    assert (failed.shuffle_id, failed.map_index, failed.reduce_index) == (5, 0, reduce_index)
    assert failed.executor_id == status.executor_id
    return failed


@pytest.mark.parametrize("whole_bytes", [reader.WHOLE_BYTES, 1])
def test_any_changed_byte_of_a_segment_or_its_entry_is_a_fetch_failure(
    shuffles: Make, monkeypatch: pytest.MonkeyPatch, whole_bytes: int
) -> None:
    monkeypatch.setattr(reader, "WHOLE_BYTES", whole_bytes)
    run, status = one_output(shuffles)
    good = Path(status.path).read_bytes()
    start = index.entry_offset(1)
    entry = range(start, start + index.ENTRY_BYTES)
    segment = range(len(good) - status.sizes[1], len(good))
    for at in (*entry, *segment):
        bad = bytearray(good)
        bad[at] ^= 0x55
        Path(status.path).write_bytes(bad)
        expect_fetch_failure(run, status)
    Path(status.path).write_bytes(good)
    assert len(list(run.manager.read(spec_of(2), 1, [status], TaskMetrics()))) == status.records[1]


@pytest.mark.parametrize("whole_bytes", [reader.WHOLE_BYTES, 1])
def test_a_file_cut_anywhere_is_a_fetch_failure(
    shuffles: Make, monkeypatch: pytest.MonkeyPatch, whole_bytes: int
) -> None:
    monkeypatch.setattr(reader, "WHOLE_BYTES", whole_bytes)
    run, status = one_output(shuffles)
    size = os.path.getsize(status.path)
    for length in range(size - 1, -1, -7):
        os.truncate(status.path, length)
        expect_fetch_failure(run, status)


def test_a_deleted_file_is_a_fetch_failure(shuffles: Make) -> None:
    run, status = one_output(shuffles)
    os.unlink(status.path)
    assert "FileNotFoundError" in expect_fetch_failure(run, status).why


def test_the_file_of_another_map_is_a_fetch_failure(shuffles: Make) -> None:
    run = shuffles()
    first, second = run.write(spec_of(2), [[(1, 1)], [(1, 1)]])
    os.replace(second.path, first.path)
    expect_fetch_failure(run, first)


def test_a_fetch_failure_names_the_owner_and_crosses_processes(shuffles: Make) -> None:
    run, status = one_output(shuffles)
    failed = expect_fetch_failure(run, replace(status, executor_id="exec-9", path="/nowhere"))
    assert failed.executor_id == "exec-9"
    assert str(pickle.loads(pickle.dumps(failed))) == str(failed)


def test_a_shortage_of_file_descriptors_is_not_a_fetch_failure(
    shuffles: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    run, status = one_output(shuffles)

    def no_descriptor(*args: Any, **more: Any) -> Any:
        raise OSError(errno.EMFILE, "Too many open files")

    monkeypatch.setattr("builtins.open", no_descriptor)
    with pytest.raises(OSError, match="Too many open files") as failure:
        list(run.manager.read(spec_of(2), 1, [status], TaskMetrics()))
    assert not isinstance(failure.value, FetchFailed)


def test_an_unpickling_error_of_the_records_themselves_is_the_users(shuffles: Make) -> None:
    run = shuffles()
    (status,) = run.write(spec_of(1), [[(1, Unloadable())]])
    with pytest.raises(OSError, match="mine") as failure:
        list(run.manager.read(spec_of(1), 0, [status], TaskMetrics()))
    assert not isinstance(failure.value, FetchFailed)


def refuse() -> None:
    raise OSError("mine")


class Unloadable:
    def __reduce__(self) -> Any:
        return refuse, ()


def test_without_checksums_only_the_index_is_verified(shuffles: Make) -> None:
    run, status = one_output(shuffles)
    manager = ShuffleManager(
        "exec-1", str(run.directory), run.memory, {"spark.shuffle.checksum.enabled": "false"}
    )
    data = Path(status.path).read_bytes()
    Path(status.path).write_bytes(data.replace(b"value 19", b"value 9!"))
    records = list(manager.read(spec_of(2), 1, [status], TaskMetrics()))
    assert (19, "value 9!") in records


# --- remote outputs ----------------------------------------------------------------------------------------


class Server:
    """Serves ranges of the files of one executor, as a block server does."""

    def __init__(self, directory: Path) -> None:
        self.directory, self.calls = directory, 0
        self.change: Callable[[bytes], bytes] = lambda data: data

    def fetch(self, endpoint: str, name: str, offset: int, length: int) -> bytes:
        assert endpoint == "host:7"
        self.calls += 1
        return self.change((self.directory / name).read_bytes()[offset : offset + length])


def remote(shuffles: Make, **conf: str) -> tuple[Server, Any, MapStatus, ShuffleManager]:
    run, status = one_output(shuffles, host_local=False, endpoint="host:7")
    server = Server(run.directory)
    here = ShuffleManager("exec-2", str(run.directory / "here"), run.memory, conf, fetch=server.fetch)
    run.manager = here
    return server, run, status, here


@pytest.mark.parametrize("in_flight", ["48m", "1b"])
def test_the_outputs_of_another_executor_are_fetched_and_counted(shuffles: Make, in_flight: str) -> None:
    server, run, status, here = remote(shuffles, **{"spark.reducer.maxSizeInFlight": in_flight})
    metrics = TaskMetrics()
    found = list(here.read(spec_of(2), 1, [status], metrics))
    assert found == [(i, f"value {i}") for i in range(1, 20, 2)]
    assert metrics.shuffle_remote_bytes == status.sizes[1] + index.ENTRY_BYTES
    assert server.calls == 2
    assert run.files() == [os.path.relpath(status.path, run.directory)]


def test_an_executor_opens_its_own_files(shuffles: Make) -> None:
    run, status = one_output(shuffles, host_local=False, endpoint="host:7")
    assert len(list(run.manager.read(spec_of(2), 1, [status], TaskMetrics()))) == 10


@pytest.mark.parametrize("in_flight", ["48m", "1b"])
@pytest.mark.parametrize(
    "change", [lambda data: data[:-1], lambda data: b"", lambda data: bytes(b ^ 1 for b in data)]
)
def test_bytes_damaged_on_the_way_are_a_fetch_failure(shuffles: Make, in_flight: str, change: Any) -> None:
    server, run, status, _ = remote(shuffles, **{"spark.reducer.maxSizeInFlight": in_flight})
    server.change = change
    expect_fetch_failure(run, status)


@pytest.mark.parametrize(
    "error",
    [ConnectionRefusedError(), TimeoutError(), EOFError(), KeyError("no such block"), FileNotFoundError()],
)
def test_a_server_that_cannot_be_reached_or_lacks_the_file_is_a_fetch_failure(
    shuffles: Make, error: Exception
) -> None:
    server, run, status, _ = remote(shuffles)

    def fail(data: bytes) -> bytes:
        raise error

    server.change = fail
    assert type(error).__name__ in expect_fetch_failure(run, status).why


def test_an_output_without_a_server_is_a_fetch_failure(shuffles: Make) -> None:
    _, run, status, _ = remote(shuffles)
    assert "serves no blocks" in expect_fetch_failure(run, replace(status, endpoint=None)).why


# --- failures of the writer --------------------------------------------------------------------------------


@pytest.mark.parametrize("failing_write", range(5))
@pytest.mark.parametrize("every", [0, 3])
def test_a_full_disk_names_the_path_and_leaves_nothing(
    shuffles: Make, monkeypatch: pytest.MonkeyPatch, failing_write: int, every: int
) -> None:
    run, real, left = shuffles(every), frames.write, iter(range(failing_write, -1, -1))

    def write(file: Any, data: bytes, path: str) -> None:
        if next(left, 0) == 0:
            raise frames.named(OSError(errno.ENOSPC, "No space left on device"), path)
        real(file, data, path)

    monkeypatch.setattr(frames, "write", write)
    with pytest.raises(OSError, match="No space left on device") as failure:
        run.write(spec_of(2), [[(i, i) for i in range(50)]])
    assert str(run.directory) in str(failure.value)
    assert run.files() == []


def test_a_disk_that_is_full_on_closing_names_the_path_and_leaves_nothing(
    shuffles: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    run, real = shuffles(), open

    class Full:
        def __init__(self, *args: Any, **more: Any) -> None:
            self.file = real(*args, **more)

        def __getattr__(self, name: str) -> Any:
            return getattr(self.file, name)

        def flush(self) -> None:
            raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(writer, "open", Full, raising=False)
    with pytest.raises(OSError, match="map-0-exec-1-0"):
        run.write(spec_of(2), [[(1, 1)]])
    assert run.files() == []


class MyError(Exception):
    pass


def raising(*args: Any) -> Any:
    raise MyError("mine")


def broken_records() -> Iterator[Any]:
    yield from ((i, i) for i in range(30))
    raise MyError("mine")


@pytest.mark.parametrize("every", [0, 2])
@pytest.mark.parametrize("combine", [False, True])
def test_errors_of_user_code_pass_through_the_writer_and_leave_nothing(
    shuffles: Make, every: int, combine: bool
) -> None:
    run = shuffles(every)
    fine = [(0, i) for i in range(30)]
    bad_partitioner = ShuffleSpec(5, 1, Partitioner(3, raising), SUM, combine)
    bad_merge = spec_of(3, Aggregator(lambda v: v, raising, raising), map_side_combine=combine)
    attempts: list[tuple[ShuffleSpec, Any]] = [
        (bad_partitioner, fine),
        (ShuffleSpec(5, 1, Partitioner(1, raising), SUM, combine), fine),
        (spec_of(3, SUM, map_side_combine=combine), broken_records()),
    ]
    if combine:
        attempts.append((bad_merge, fine))
    for spec, records in attempts:
        with pytest.raises(MyError, match="mine"):
            run.manager.write(spec, 0, iter(records), run.metrics)
    assert run.files() == []


def test_a_stop_iteration_of_the_partitioner_does_not_end_the_records(shuffles: Make) -> None:
    def stop(key: Any) -> int:
        raise StopIteration

    run = shuffles()
    with pytest.raises((StopIteration, RuntimeError)):
        run.manager.write(ShuffleSpec(5, 1, Partitioner(3, stop)), 0, [(1, 1)], run.metrics)
    assert run.files() == []


# --- several attempts, several threads ----------------------------------------------------------------------


def test_two_attempts_of_one_map_have_files_of_their_own(shuffles: Make) -> None:
    run = shuffles()
    first = run.manager.write(spec_of(2), 0, [(1, "first")], run.metrics)
    second = run.manager.write(spec_of(2), 0, [(1, "second")], run.metrics)
    assert first.path != second.path
    assert run.read(spec_of(2), [first])[1] == [(1, "first")]
    assert run.read(spec_of(2), [second])[1] == [(1, "second")]


def test_threads_write_different_maps_and_the_same_map_at_once(shuffles: Make) -> None:
    run = shuffles(every=2)
    maps = [[(i, (m, i)) for i in range(200)] for m in range(4)]
    statuses: dict[tuple[int, int], MapStatus] = {}

    def task(map_index: int, attempt: int) -> None:
        statuses[map_index, attempt] = run.manager.write(
            spec_of(3), map_index, iter(maps[map_index]), TaskMetrics()
        )

    threads = [threading.Thread(target=task, args=(m, a)) for m in range(4) for a in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(run.files()) == 8
    for attempts in ((0, 0, 0, 0), (1, 1, 1, 1), (0, 1, 0, 1)):
        mixed = [statuses[m, a] for m, a in enumerate(attempts)]
        assert run.read(spec_of(3), mixed) == split(3, maps)


# --- housekeeping ------------------------------------------------------------------------------------------


def test_removing_a_shuffle_removes_its_files_and_no_others(shuffles: Make) -> None:
    run = shuffles()
    run.write(spec_of(2), [[(1, 1)]])
    (other,) = run.write(replace(spec_of(2), shuffle_id=55), [[(1, 1)]])
    run.manager.remove(5)
    run.manager.remove(5)
    assert run.files() == [os.path.relpath(other.path, run.directory)]


def test_closing_removes_private_files_and_leaves_shared_ones(shuffles: Make) -> None:
    for host_local, files in ((True, 1), (False, 0)):
        run = shuffles(host_local=host_local)
        run.write(spec_of(2), [[(1, 1)]])
        run.manager.close()
        run.manager.close()
        assert len(run.files()) == files


def test_a_result_that_is_dropped_half_way_leaves_no_spill(shuffles: Make) -> None:
    run = shuffles(every=1)
    spec = spec_of(1, LISTS, key_order=KeyOrder())
    records = run.manager.read(spec, 0, run.write(spec, [[(i, i) for i in range(300)]]), TaskMetrics())
    next(records)
    del records
    assert len(run.files()) == 1

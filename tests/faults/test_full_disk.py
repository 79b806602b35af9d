"""A disk without room: a clear error that names the path, nothing left, and a context that goes on."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest
from directories import files_under

from pyrdd import StorageLevel
from pyrdd.errors import PySparkException

pytestmark = pytest.mark.faults

MASTERS = ["local", "local[2]", "local-cluster[2,1,512]"]


@pytest.fixture
def small_disk(tmp_path, contexts):
    """A file system of 8 MB."""
    disk = tmp_path / "disk"
    disk.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", "size=8m", "tmpfs", str(disk)]
    if not hasattr(os, "geteuid") or os.geteuid() != 0 or subprocess.run(command, capture_output=True).returncode:
        pytest.skip("mounting a small file system needs root")
    yield disk
    contexts.stop()
    left = [str(path) for path in disk.rglob("*")]
    subprocess.run(["umount", "-l", str(disk)], check=True)
    assert left == []


def _files(disk: Path) -> list[str]:
    # a worker's own diagnostics and sockets are no data
    return [path.name for path in files_under(disk) if path.stat().st_size > 0]


@pytest.mark.parametrize("master", MASTERS)
def test_a_shuffle_that_does_not_fit(make_context, small_disk, master):
    sc = make_context(master, **{"spark.local.dir": small_disk})
    pairs = sc.parallelize(range(40), 4).map(lambda x: (x, os.urandom(1 << 20)))
    with pytest.raises(PySparkException) as caught:
        pairs.partitionBy(4).count()
    assert "No space left on device" in str(caught.value) and str(small_disk) in str(caught.value)
    small = sc.parallelize(range(100), 4).map(lambda x: (x % 3, x)).reduceByKey(lambda a, b: a + b)
    assert dict(small.collect()) == {k: sum(range(k, 100, 3)) for k in range(3)}
    assert not [name for name in _files(small_disk) if name.endswith(".tmp")]


@pytest.mark.parametrize("master", MASTERS)
def test_a_result_or_a_block_that_does_not_fit(make_context, small_disk, master):
    sc = make_context(master, **{"spark.local.dir": small_disk})
    blocks = sc.parallelize(range(40), 4).map(lambda x: os.urandom(1 << 20)).persist(StorageLevel.DISK_ONLY)
    try:
        found = blocks.map(len).sum()
    except PySparkException as error:
        # giving up and computing without the cache are both right; but the error must say what happened
        message = str(error)
        assert "No space left on device" in message and str(small_disk) in message
    else:
        assert found == 40 << 20
    blocks.unpersist(blocking=True)
    assert sc.parallelize(range(4), 2).sum() == 6


def test_a_result_file_that_does_not_fit(make_context, small_disk):
    sc = make_context("local[2]", **{"spark.local.dir": small_disk})
    try:
        found = sc.parallelize([1], 1).map(lambda x: os.urandom(20 << 20)).collect()
    except PySparkException as error:
        message = str(error)
        assert "No space left on device" in message and str(small_disk) in message
    else:
        assert len(found[0]) == 20 << 20
    assert not [name for name in _files(small_disk) if name.startswith("result-")]
    assert sc.parallelize(range(4), 2).sum() == 6


@pytest.mark.parametrize("master", ["local", "local[2]"])
def test_a_spill_that_does_not_fit(make_context, small_disk, master):
    memory = {"spark.executor.memory": "24m", "spark.driver.memory": "24m"}
    sc = make_context(master, **{"spark.local.dir": small_disk}, **memory)
    numbers = sc.parallelize(range(1), 1).flatMap(lambda _: ((i * 7919 % 1000003, bytes(100)) for i in range(400_000)))
    with pytest.raises(PySparkException) as caught:
        numbers.sortByKey(numPartitions=1).count()
    assert "No space left on device" in str(caught.value) and str(small_disk) in str(caught.value)
    assert sc.parallelize(range(4), 2).sum() == 6


def test_a_broadcast_that_does_not_fit(make_context, small_disk):
    sc = make_context("local[2]", **{"spark.local.dir": small_disk})
    with pytest.raises((OSError, PySparkException), match="No space left on device") as caught:
        sc.broadcast(os.urandom(20 << 20))
    assert str(small_disk) in str(caught.value)
    assert sc.broadcast(3).value == 3
    assert not [name for name in _files(small_disk) if "tmp" in name]


def test_saved_output_that_does_not_fit_leaves_no_half_written_output(make_context, small_disk):
    sc = make_context("local[2]")
    target = small_disk / "out"
    with pytest.raises(PySparkException, match="No space left on device"):
        sc.parallelize(range(20), 4).map(lambda x: "x" * (1 << 20)).saveAsTextFile(str(target))
    assert not (target / "_SUCCESS").exists()
    assert not list(target.glob("part-*"))
    import shutil

    shutil.rmtree(target, ignore_errors=True)

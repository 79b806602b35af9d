"""Map outputs that are deleted, cut short or damaged between two jobs: they are computed again."""

from __future__ import annotations

import contextlib
import os
import random

import pytest

from pyrdd.errors import PySparkException
from pyrdd.shuffle import index

pytestmark = [pytest.mark.faults, pytest.mark.masters("local[2]", "local-cluster[2,1,512]")]

N = 2000
REDUCES = 3
SUMS = {k: sum(range(k, N, 11)) for k in range(11)}


@pytest.fixture
def written(sc, workers_of):
    """A shuffle whose map outputs exist: the reduced RDD and the files, of this shuffle only."""
    workers = workers_of(sc)
    before = set(workers.shuffle_files())
    reduced = sc.parallelize(range(N), 4).map(lambda x: (x % 11, x)).reduceByKey(lambda a, b: a + b, REDUCES)
    assert dict(reduced.collect()) == SUMS
    files = sorted(set(workers.shuffle_files()) - before)
    assert len(files) == 4
    return reduced, files


def delete(path):
    path.unlink()


def empty(path):
    path.write_bytes(b"")


def cut_in_the_index(path):
    os.truncate(path, index.entry_offset(1) + 5)


def cut_in_a_segment(path):
    os.truncate(path, path.stat().st_size - 3)


def damage(path, offset):
    data = bytearray(path.read_bytes())
    data[offset] ^= 0xFF
    path.write_bytes(data)


def damage_the_index(path):
    damage(path, index.entry_offset(REDUCES - 1) + 3)


def damage_a_length(path):
    damage(path, index.entry_offset(0) + 8)


def damage_the_first_segment(path):
    damage(path, index.head_size(REDUCES))


def damage_the_last_segment(path):
    damage(path, path.stat().st_size - 1)


def of_another_map(path):
    path.write_bytes(sorted(path.parent.parent.rglob("map-*.data"))[0].read_bytes())


def a_directory(path):
    path.unlink()
    path.mkdir()


HARMS = [
    *(delete, empty, cut_in_the_index, cut_in_a_segment, damage_the_index, damage_a_length),
    *(damage_the_first_segment, damage_the_last_segment, of_another_map, a_directory),
]


@pytest.mark.parametrize("harm", HARMS, ids=lambda harm: harm.__name__)
def test_a_harmed_map_output_is_computed_again(written, harm):
    reduced, files = written
    harm(files[2])
    assert dict(reduced.collect()) == SUMS
    assert dict(reduced.collect()) == SUMS


def test_any_damaged_byte_is_noticed(written):
    reduced, files = written
    rng = random.Random(5)
    for _ in range(10):
        path = rng.choice([file for file in files if file.exists()])
        damage(path, rng.randrange(path.stat().st_size))
        assert dict(reduced.collect()) == SUMS


def test_all_map_outputs_deleted_at_once(written):
    reduced, files = written
    for file in files:
        file.unlink()
    assert dict(reduced.collect()) == SUMS


def test_only_what_is_lost_is_computed_again(sc, workers_of, tmp_path):
    directory = str(tmp_path)
    workers = workers_of(sc)
    before = set(workers.shuffle_files())

    def noted(index, records):
        open(f"{directory}/{index}-{len(os.listdir(directory))}", "w").close()
        return records

    pairs = sc.parallelize([(i, i) for i in range(8)], 4).mapPartitionsWithIndex(noted)
    reduced = pairs.reduceByKey(lambda a, b: a + b, 2)
    assert sorted(reduced.collect()) == [(i, i) for i in range(8)]
    assert len(os.listdir(directory)) == 4
    lost = sorted(set(workers.shuffle_files()) - before)[1]
    lost.unlink()
    assert sorted(reduced.collect()) == [(i, i) for i in range(8)]
    maps = sorted(name.split("-")[0] for name in os.listdir(directory))
    assert maps == sorted(["0", "1", "2", "3", lost.name.split("-")[1]])


def test_outputs_that_are_always_lost_fail_the_job(make_context, master):
    sc = make_context(master)
    directory = sc._engine.session.path

    def lose(records):
        import glob

        for path in glob.glob(f"{directory}/**/map-*.data", recursive=True):
            with contextlib.suppress(FileNotFoundError):  # the other task was faster
                os.unlink(path)
        return records

    reduced = sc.parallelize(range(10), 2).map(lambda x: (x, x)).reduceByKey(lambda a, b: a, 2)
    assert len(reduced.collect()) == 10

    def broken(pair):
        lose(())
        return pair

    lossy = sc.parallelize(range(10), 2).map(lambda x: (x, x)).partitionBy(2)
    twice = lossy.mapPartitions(lose, True).reduceByKey(lambda a, b: a, 3).map(broken).repartition(5)
    with pytest.raises(PySparkException, match="had no input in 4 attempts in a row"):
        twice.count()
    assert sc.parallelize(range(10), 2).count() == 10


def test_the_shuffle_of_a_group_and_of_a_sort_survive_damage_too(sc, workers_of):
    workers = workers_of(sc)
    before = set(workers.shuffle_files())
    data = [(i * 7919 % 1000, i) for i in range(1000)]
    grouped = sc.parallelize(data, 3).groupByKey(2).mapValues(len)
    ordered = sc.parallelize(data, 3).sortByKey(numPartitions=2)
    assert dict(grouped.collect()) == dict.fromkeys(range(1000), 1)
    assert ordered.keys().collect() == list(range(1000))
    for file in set(workers.shuffle_files()) - before:
        damage(file, file.stat().st_size - 2)
    assert dict(grouped.collect()) == dict.fromkeys(range(1000), 1)
    assert ordered.keys().collect() == list(range(1000))

"""Duplicates, limits and joins of streams. Batches, and what is in them, are Spark's."""

from pyrdd.sql import functions as F


def with_rows(found):
    return {number: rows for number, rows in found.items() if rows}


def test_keys_that_were_seen_are_dropped_for_ever_without_a_watermark(files):
    found = files.batches(
        files.stream().dropDuplicates(["a"]), "append", [(1, 1), (2, 2), (1, 12)], [(1, 3)], [(1, 4), (3, 26)]
    )
    assert found == {0: [(1, 1), (2, 2)], 1: [], 2: [(3, 26)]}


def test_keys_below_the_watermark_are_forgotten_and_their_rows_are_late(files):
    df = files.stream().withWatermark("t", "5 seconds").dropDuplicates(["a", "t"])
    puts = [(1, 1), (1, 1), (1, 30)], [(1, 1), (1, 30), (1, 26)], [(1, 30), (1, 26), (1, 27)], [(1, 60)]
    found = files.batches(df, "append", *puts)
    assert found == {0: [(1, 1), (1, 30)], 1: [], 2: [(1, 26)], 3: [(1, 27)], 4: [(1, 60)], 5: []}


def test_within_the_watermark_a_key_comes_back_when_its_time_is_over(files):
    df = files.stream().withWatermark("t", "5 seconds").dropDuplicatesWithinWatermark(["a"])
    puts = [(1, 1), (1, 1), (1, 30)], [(4, 1), (1, 30), (5, 26)], [(1, 60)], [(1, 61)], [(1, 90)], [(1, 91)]
    found = files.batches(df, "append", *puts)
    assert with_rows(found) == {0: [(1, 1)], 2: [(1, 30), (5, 26)], 5: [(1, 61)], 9: [(1, 91)]}
    assert list(found) == list(range(11))


def test_duplicates_are_dropped_before_an_aggregation(files):
    df = files.stream().withWatermark("t", "5 seconds").dropDuplicates(["a", "t"])
    df = df.groupBy(F.window("t", "10 seconds")).count()
    found = files.batches(df, "append", [(1, 1), (1, 1), (2, 2), (1, 12)], [(1, 25)])
    assert with_rows(found) == {3: [((0, 10), 2), ((10, 20), 1)]}


def test_a_limit_counts_all_batches(files):
    found = files.batches(files.stream().limit(4), "append", [(1, 1), (2, 2), (3, 3)], [(4, 4), (5, 5)], [(6, 6)])
    assert found == {0: [(1, 1), (2, 2), (3, 3)], 1: [(4, 4)], 2: []}


def test_a_stream_is_joined_with_rows_that_stay(files, session):
    names = session.createDataFrame([(1, "x"), (9, "y")], "a int, n string")
    found = files.batches(files.stream().join(names, "a", "left"), "append", [(1, 1), (2, 2)], [(1, 3)])
    assert found == {0: [(1, 1, "x"), (2, 2, None)], 1: [(1, 3, "x")]}


def test_two_streams_are_joined_with_all_that_came_before(files):
    df = files.stream()
    other = df.select("a", F.col("t").alias("t2"))
    found = files.batches(df.join(other, "a"), "append", [(1, 1)], [(1, 2)], [(2, 3)])
    assert found == {0: [(1, 1, 1)], 1: [(1, 1, 2), (1, 2, 1), (1, 2, 2)], 2: [(2, 3, 3)]}


def test_streams_joined_by_event_time_forget_what_is_late(files):
    df = files.stream().withWatermark("t", "5 seconds")
    joined = df.join(df.withColumnRenamed("a", "b"), "t")
    found = files.batches(joined, "append", [(1, 1)], [(2, 20)], [(2, 3), (3, 20)])
    assert [rows for rows in found.values() if rows] == [
        [(1, 1, 1)],
        [(20, 2, 2)],
        [(20, 2, 3), (20, 3, 2), (20, 3, 3)],
    ]


def test_a_union_reads_a_stream_once_for_each_side(files):
    df = files.stream().select("a")
    assert files.batches(df.union(df), "append", [(1, 1)], [(2, 2)]) == {0: [(1,), (1,)], 1: [(2,), (2,)]}

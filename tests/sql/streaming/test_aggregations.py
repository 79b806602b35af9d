"""Aggregations of streams in the three output modes. Batches, and what is in them, are Spark's."""

import pytest

from pyrdd.sql import functions as F

EVENTS = ([(1, 1), (2, 2), (1, 12)], [(1, 3), (1, 25)], [(1, 4), (3, 26)], [(1, 40)], [])


def windows(df):
    return (
        df.withWatermark("t", "5 seconds")
        .groupBy(F.window("t", "10 seconds"))
        .agg(F.count("*").alias("n"), F.sum("a").alias("s"))
    )


def test_append_puts_a_window_out_when_the_watermark_has_passed_it(files):
    found = files.batches(windows(files.stream()), "append", *EVENTS)
    assert {k: v for k, v in found.items() if v} == {
        3: [((0, 10), 3, 4), ((10, 20), 1, 1)],
        7: [((20, 30), 2, 4)],
    }
    # a batch without rows follows each one that has moved the watermark
    assert list(found) == list(range(9))


def test_update_puts_out_the_windows_that_have_changed_and_drops_late_rows(files):
    found = files.batches(windows(files.stream()), "update", *EVENTS)
    assert {k: v for k, v in found.items() if v} == {
        0: [((0, 10), 2, 3), ((10, 20), 1, 1)],
        2: [((0, 10), 3, 4), ((20, 30), 1, 1)],
        4: [((20, 30), 2, 4)],
        6: [((40, 50), 1, 1)],
    }


def test_complete_puts_everything_out_each_time_and_nothing_is_late(files):
    found = files.batches(windows(files.stream()), "complete", *EVENTS)
    assert len(found) == 5
    assert found[4] == found[3] == [((0, 10), 4, 5), ((10, 20), 1, 1), ((20, 30), 2, 4), ((40, 50), 1, 1)]


def test_functions_that_need_all_rows_get_them(files):
    df = files.stream().groupBy("a").agg(F.count("*"), F.avg("a"), F.sort_array(F.collect_list("t")), F.max("t"))
    found = files.batches(df, "update", *EVENTS)
    assert found == {
        0: [(1, 2, 1.0, (1, 12), 12), (2, 1, 2.0, (2,), 2)],
        1: [(1, 4, 1.0, (1, 3, 12, 25), 25)],
        2: [(1, 5, 1.0, (1, 3, 4, 12, 25), 25), (3, 1, 3.0, (26,), 26)],
        3: [(1, 6, 1.0, (1, 3, 4, 12, 25, 40), 40)],
        4: [],
    }


def test_sketches_are_continued_from_sketches(files):
    theta = F.theta_sketch_agg(F.col("t").cast("long"))
    kll = F.kll_sketch_agg_bigint(F.col("t").cast("long"))
    df = files.stream().groupBy("a").agg(F.theta_sketch_estimate(theta), F.kll_sketch_get_n_bigint(kll))
    found = files.batches(df, "update", *EVENTS)
    assert (found[0], found[2]) == ([(1, 2, 2), (2, 1, 1)], [(1, 5, 5), (3, 1, 1)])


def test_averages_sums_and_extremes_are_continued_from_partial_results(files):
    df = files.stream().groupBy("a").agg(F.avg("a"), F.sum("a"), F.min("t"), F.max("t"), F.count("t"))
    assert files.batches(df, "update", *EVENTS)[2] == [(1, 1.0, 5, 1, 25, 5), (3, 3.0, 3, 26, 26, 1)]


@pytest.mark.parametrize(("mode", "rows"), [("complete", [3, 5, 7, 8, 8]), ("update", [3, 5, 7, 8, 8])])
def test_an_aggregation_without_keys_has_one_row(files, mode, rows):
    found = files.batches(files.stream().agg(F.count("*")), mode, *EVENTS)
    assert [row for batch in found.values() for (row,) in batch] == rows


def test_an_aggregation_of_nothing_is_a_row_too(files):
    found = files.batches(files.stream().filter("a > 5").agg(F.count("*")), "update", *EVENTS[:2])
    assert found == {0: [(0,)], 1: [(0,)]}


def test_windows_of_windows_are_aggregated_after_them(files):
    df = windows(files.stream()).groupBy(F.window("window", "20 seconds")).agg(F.sum("n"))
    found = files.batches(df, "append", *EVENTS, [(1, 100)])
    assert {k: v for k, v in found.items() if v} == {3: [((0, 20), 4)], 10: [((20, 40), 2), ((40, 60), 1)]}


def test_a_complete_result_may_be_sorted(files):
    df = files.stream().groupBy("a").count().orderBy(F.desc("count"), "a").limit(2)
    rows = []
    query = df.writeStream.outputMode("complete").foreachBatch(lambda df, n: rows.append(df.collect())).start()
    for events in EVENTS[:3]:
        files.put(*events)
        query.processAllAvailable()
    query.stop()
    assert [[tuple(row) for row in batch] for batch in rows] == [[(1, 2), (2, 1)], [(1, 4), (2, 1)], [(1, 5), (2, 1)]]


def test_the_state_is_reported(files):
    query = windows(files.stream()).writeStream.outputMode("append").format("noop").start()
    for events in EVENTS:
        files.put(*events)
        query.processAllAvailable()
    query.stop()
    (state,) = query.lastProgress.stateOperators
    assert (state.operatorName, state.numRowsTotal) == ("stateStoreSave", 1)
    assert query.lastProgress.eventTime == {"watermark": "2024-01-01T00:00:35.000Z"}

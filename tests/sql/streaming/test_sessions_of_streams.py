"""Session windows of streams. Batches, and what is in them, are Spark's."""

import pytest

from pyrdd.errors import AnalysisException
from pyrdd.sql import functions as F

PUTS = (
    [(1, 1), (1, 8), (2, 3)],
    [(1, 15), (2, 30)],
    [(1, 24), (1, 2), (2, 33)],
    [(3, 60)],
    [(1, 2), (1, 50), (3, 62)],
    [(3, 90)],
)


def sessions(stream, gap="10 seconds", mark="5 seconds"):
    marked = stream.withWatermark("t", mark) if mark else stream
    return marked.groupBy("a", F.session_window("t", gap))


def rows(files, df, mode="append"):
    return {number: found for number, found in files.batches(df, mode, *PUTS).items() if found}


def test_a_session_grows_over_batches_and_comes_when_the_watermark_passes_its_end(files):
    assert rows(files, sessions(files.stream()).count()) == {
        3: [(1, (1, 25), 3), (2, (3, 13), 1)],
        7: [(1, (24, 34), 1), (2, (30, 43), 2)],
        11: [(1, (50, 60), 1), (3, (60, 72), 2)],
    }


def test_any_aggregation_is_kept_for_a_session(files):
    times = F.sort_array(F.collect_list("t")).alias("times")
    df = sessions(files.stream()).agg(F.sum("a"), F.max("t"), times, F.avg("a"))
    assert rows(files, df) == {
        3: [(1, (1, 25), 3, 15, (1, 8, 15), 1.0), (2, (3, 13), 2, 3, (3,), 2.0)],
        7: [(1, (24, 34), 1, 24, (24,), 1.0), (2, (30, 43), 4, 33, (30, 33), 2.0)],
        11: [(1, (50, 60), 1, 50, (50,), 1.0), (3, (60, 72), 6, 62, (60, 62), 3.0)],
    }


def test_gaps_may_vary(files):
    gap = F.when(F.col("a") == 1, "5 seconds").otherwise("20 seconds")
    assert rows(files, sessions(files.stream(), gap).count()) == {
        3: [(1, (1, 6), 1), (1, (15, 20), 1), (1, (8, 13), 1), (2, (3, 23), 1)],
        7: [(1, (24, 29), 1), (2, (30, 53), 2)],
        11: [(3, (60, 82), 2)],
    }


@pytest.mark.parametrize(("mark", "first"), [(None, 6), ("5 seconds", 5)])
def test_all_sessions_come_in_mode_complete_where_late_rows_count_without_a_watermark_only(files, mark, first):
    found = rows(files, sessions(files.stream(), mark=mark).count(), "complete")
    assert found[0] == [(1, (1, 18), 2), (2, (3, 13), 1)]
    assert found[2] == [(1, (1, 34), 5), (2, (3, 13), 1), (2, (30, 43), 2)]
    assert found[4] == [
        (1, (1, 34), first),
        (1, (50, 60), 1),
        (2, (3, 13), 1),
        (2, (30, 43), 2),
        (3, (60, 72), 2),
    ]


def test_sessions_are_aggregated_by_their_times(files):
    time = F.window(F.window_time("session_window"), "30 seconds")
    df = sessions(files.stream()).count().groupBy(time).count()
    assert rows(files, df) == {7: [((0, 30), 2)], 11: [((30, 60), 3)]}


def test_keys_may_be_null(files):
    df = sessions(files.stream()).count()
    found = files.batches(df, "append", [(None, 1), (None, 5)], [(1, 40)])
    assert {number: found for number, found in found.items() if found} == {3: [(None, (1, 15), 2)]}


def test_sessions_go_on_after_a_restart(files, tmp_path):
    found = []

    def run():
        counts = sessions(files.stream()).count()
        writer = counts.writeStream.option("checkpointLocation", str(tmp_path / "c"))
        query = writer.foreachBatch(lambda df, number: found.extend(row["count"] for row in df.collect())).start()
        query.processAllAvailable()
        query.stop()

    for events in ([(1, 1)], [(1, 8)], [(1, 90)]):
        files.put(*events)
        run()
    assert found == [2]


def test_the_operator_has_a_name_of_its_own(files):
    query = sessions(files.stream()).count().writeStream.format("noop").start()
    files.put((1, 1))
    query.processAllAvailable()
    query.stop()
    (operator,) = query.lastProgress.stateOperators
    assert (operator.operatorName, operator.numRowsTotal) == ("sessionWindowStateStoreSaveExec", 1)


def test_sessions_need_another_key_and_cannot_update(files):
    stream = files.stream().withWatermark("t", "5 seconds")
    with pytest.raises(AnalysisException, match="Global aggregation with session window"):
        stream.groupBy(F.session_window("t", "5 seconds")).count().writeStream.format("noop").start()
    with pytest.raises(AnalysisException) as caught:
        sessions(stream).count().writeStream.outputMode("update").format("noop").start()
    assert caught.value.getMessageParameters() == {
        "outputMode": "update",
        "operation": "session window streaming aggregations",
    }

"""Outer and left semi joins of two streams. Batches, and what is in them, are Spark's."""

import pytest

from pyrdd.errors import AnalysisException
from pyrdd.sql import functions as F

EQUAL = "a = b AND t = u"
NEAR = "a = b AND u >= t AND u <= t + INTERVAL 10 SECONDS"
STRICTLY_NEAR = "a = b AND u > t AND u - INTERVAL 10 SECONDS < t"


def right(a, t):
    """An event of the right side."""
    return 100 + a, t


def sides(stream, left_mark="5 seconds", right_mark="5 seconds"):
    """Two streams of one, so that both sides of a batch come at the same time."""
    left = stream.filter("a < 100")
    other = stream.filter("a >= 100").select((F.col("a") - 100).alias("b"), F.col("t").alias("u"))
    return (
        left.withWatermark("t", left_mark) if left_mark else left,
        other.withWatermark("u", right_mark) if right_mark else other,
    )


def joined(stream, condition, how, **marks):
    left, other = sides(stream, **marks)
    return left.join(other, F.expr(condition), how)


def rows(files, df, *puts, mode="append"):
    return {number: found for number, found in files.batches(df, mode, *puts).items() if found}


EQUAL_TIMES = (
    [(1, 1), (2, 2), right(1, 1), right(3, 3)],
    [(4, 30), right(4, 30)],
    [(5, 60), right(5, 61)],
    [(1, 1), right(2, 2), (6, 90), right(6, 95)],
    [(9, 200), right(9, 200), (9, 200)],
)
PAIRS = {0: [(1, 1, 1, 1)], 2: [(4, 30, 4, 30)], 8: [(9, 200, 9, 200), (9, 200, 9, 200)]}
LEFT_ALONE = {3: [(2, 2, None, None)], 7: [(5, 60, None, None)], 9: [(6, 90, None, None)]}
RIGHT_ALONE = {3: [(None, None, 3, 3)], 7: [(None, None, 5, 61)], 9: [(None, None, 6, 95)]}
BOTH_ALONE = {number: LEFT_ALONE[number] + RIGHT_ALONE[number] for number in LEFT_ALONE}


@pytest.mark.parametrize(
    ("how", "alone"), [("inner", {}), ("left", LEFT_ALONE), ("right", RIGHT_ALONE), ("full", BOTH_ALONE)]
)
def test_a_row_that_met_nothing_comes_when_the_watermark_passes_it(files, how, alone):
    assert rows(files, joined(files.stream(), EQUAL, how), *EQUAL_TIMES) == {**PAIRS, **alone}


@pytest.mark.parametrize("mode", ["append", "update"])
def test_a_semi_join_gives_a_row_when_it_first_meets_one(files, mode):
    found = rows(files, joined(files.stream(), EQUAL, "semi"), *EQUAL_TIMES, mode=mode)
    assert found == {0: [(1, 1)], 2: [(4, 30)], 8: [(9, 200), (9, 200)]}


def test_a_semi_join_gives_a_row_once(files):
    puts = [(1, 1), (1, 1), right(2, 2)], [right(1, 1), (2, 2)], [right(1, 1), (1, 1)]
    found = rows(files, joined(files.stream(), EQUAL, "semi"), *puts)
    assert found == {2: [(1, 1), (1, 1), (2, 2)], 4: [(1, 1)]}


NEAR_TIMES = (
    [(1, 1), (2, 2), right(1, 5), right(1, 20), right(3, 3)],
    [(4, 30), right(4, 41)],
    [(5, 60), right(5, 61), right(5, 70)],
    [(1, 1), (6, 90), right(6, 95)],
    [(9, 200), right(9, 200)],
)


def test_a_range_of_times_says_when_a_row_can_meet_nothing_more(files):
    assert rows(files, joined(files.stream(), NEAR, "full"), *NEAR_TIMES) == {
        0: [(1, 1, 1, 5)],
        3: [(2, 2, None, None), (None, None, 1, 20), (None, None, 3, 3)],
        4: [(5, 60, 5, 61), (5, 60, 5, 70)],
        5: [(4, 30, None, None), (None, None, 4, 41)],
        6: [(6, 90, 6, 95)],
        8: [(9, 200, 9, 200)],
    }


EDGES = [(1, 10), (2, 12), right(3, 20), right(4, 21)], [(8, 25), right(8, 25)], [(9, 26), right(9, 26)], [(9, 27)]


@pytest.mark.parametrize(("condition", "batch"), [(NEAR, 5), (STRICTLY_NEAR, 3)])
def test_a_row_waits_for_one_that_may_still_be_as_far_away_as_allowed(files, condition, batch):
    found = rows(files, joined(files.stream(), condition, "full"), *EDGES)
    assert found[batch] == [(1, 10, None, None), (None, None, 3, 20)]


def test_a_row_that_the_condition_excludes_does_not_wait(files):
    found = rows(files, joined(files.stream(), EQUAL + " AND a > 1", "left"), *EQUAL_TIMES[:2])
    assert found == {0: [(1, 1, None, None)], 2: [(4, 30, 4, 30)], 3: [(2, 2, None, None)]}


@pytest.mark.parametrize(
    ("marks", "how", "late"),
    [
        ({"right_mark": None}, "left", {}),
        ({"right_mark": None}, "right", {6: [(None, None, 2, 2)]}),
        ({"left_mark": None}, "left", {6: [(1, 1, None, None)]}),
        ({"left_mark": None}, "right", {}),
    ],
)
def test_one_watermark_is_enough_where_times_are_equal_and_the_other_side_is_never_late(files, marks, how, late):
    found = rows(files, joined(files.stream(), EQUAL, how, **marks), *EQUAL_TIMES[:4])
    assert {number: found.get(number) for number in late} == late
    assert found[0] == [(1, 1, 1, 1)]
    assert 6 in late or 6 not in found


def test_windows_are_equal_times(files):
    left, other = sides(files.stream())
    left = left.select("a", F.window("t", "10 seconds").alias("w"))
    other = other.select("b", F.window("u", "10 seconds").alias("v"))
    found = rows(files, left.join(other, F.expr("a = b AND w = v"), "left"), *EQUAL_TIMES[:3])
    assert found == {
        0: [(1, (0, 10), 1, (0, 10))],
        2: [(4, (30, 40), 4, (30, 40))],
        3: [(2, (0, 10), None, None)],
        4: [(5, (60, 70), 5, (60, 70))],
    }


def test_an_outer_join_goes_on_after_a_restart(files, tmp_path):
    found = []

    def run():
        writer = joined(files.stream(), EQUAL, "left").writeStream.option("checkpointLocation", str(tmp_path / "c"))
        query = writer.foreachBatch(lambda df, number: found.extend(tuple(row)[0::2] for row in df.collect())).start()
        query.processAllAvailable()
        query.stop()

    for events in ([(1, 1), (2, 2)], [right(1, 1)], [(3, 50), right(3, 50)]):
        files.put(*events)
        run()
    assert sorted(found, key=str) == [(1, 1), (2, None), (3, 3)]


def test_rows_of_a_join_are_aggregated(files):
    counts = joined(files.stream(), EQUAL, "left").groupBy(F.window("t", "10 seconds")).count()
    found = rows(files, counts, *EQUAL_TIMES)
    assert found == {3: [((0, 10), 2)], 5: [((30, 40), 1)], 7: [((60, 70), 1)], 9: [((90, 100), 1)]}


def refused(df, mode="append"):
    with pytest.raises(AnalysisException) as caught:
        df.writeStream.outputMode(mode).format("noop").start()
    assert caught.value.getCondition() == "_LEGACY_ERROR_TEMP_3102"
    return caught.value.getMessageParameters()["msg"]


@pytest.mark.parametrize(
    ("condition", "how", "marks", "name"),
    [
        ("a = b", "left", {}, "LeftOuter"),
        ("a = b", "right", {}, "RightOuter"),
        ("a = b", "full", {}, "FullOuter"),
        ("a = b", "semi", {}, "LeftSemi"),
        (NEAR, "left", {"right_mark": None}, "LeftOuter"),
        (NEAR, "right", {"left_mark": None}, "RightOuter"),
        (NEAR, "semi", {"right_mark": None}, "LeftSemi"),
        ("t <= u", "left", {}, "LeftOuter"),
    ],
)
def test_rows_that_would_wait_for_ever_are_refused(files, condition, how, marks, name):
    message = refused(joined(files.stream(), condition, how, **marks))
    assert message.startswith(
        f"Stream-stream {name} join between two streaming DataFrame/Datasets is not supported without"
    )


def test_outer_joins_cannot_update_and_anti_joins_cannot_be(files):
    assert refused(joined(files.stream(), EQUAL, "left"), "update") == (
        "LeftOuter join between two streaming DataFrames/Datasets is not supported in Update output mode, only in Append "
        "output mode"
    )
    assert refused(joined(files.stream(), EQUAL, "anti")).startswith(
        "LeftAnti joins with a streaming DataFrame/Dataset on"
    )

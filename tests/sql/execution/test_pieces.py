"""Partitions that are large beside the memory of their executor: pieces, what is made of them, and the same answers."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pyarrow as pa
import pytest

from pyrdd import SparkConf
from pyrdd.errors import NumberFormatException
from pyrdd.sql import SparkSession
from pyrdd.sql.execution import database
from pyrdd.sql.execution.exchange import OneBucket, RoundRobin, packed, packed_buckets, unpacked
from pyrdd.sql.execution.pieces import gathered, in_pieces
from pyrdd.sql.execution.query_rdd import LANE, QueryRDD, SourceRDD, TablesRDD
from pyrdd.sql.expressions import Attribute
from pyrdd.sql.types import LongType

SETTINGS = {"TimeZone": "UTC", "threads": "1"}
COLUMNS = (Attribute("id", LongType(), False, 0),)


def numbers(start: int, end: int) -> pa.Table:
    return pa.table({"c0": np.arange(start, end)})


def values(tables: Iterator[pa.Table]) -> list[list[int]]:
    return [table.column(0).to_pylist() for table in tables]


# --- pieces ---------------------------------------------------------------------------------------------------------


def test_small_tables_are_put_together_and_large_ones_cut() -> None:
    tables = iter([numbers(0, 1), numbers(1, 3), numbers(3, 9)])
    assert values(in_pieces(tables, COLUMNS, 24)) == [[0, 1, 2], [3, 4, 5], [6, 7, 8]]


def test_a_partition_of_no_tables_is_one_empty_piece() -> None:
    assert values(in_pieces(iter(()), COLUMNS, 24)) == [[]]


def test_a_partition_that_ends_with_a_full_piece_has_no_empty_one_after_it() -> None:
    assert values(gathered(iter([numbers(0, 3)]), numbers(0, 0), 24)) == [[0, 1, 2]]


# --- exchanges ------------------------------------------------------------------------------------------------------


def test_packed_rows_come_back_and_a_slice_takes_nothing_else_along() -> None:
    table = numbers(0, 100_000)
    assert unpacked(packed(table.slice(7, 3))).column(0).to_pylist() == [7, 8, 9]
    assert len(packed(table.slice(7, 3))) < 1000


def test_the_rows_of_a_bucket_keep_their_order() -> None:
    parts = packed_buckets(numbers(0, 6), np.array([2, 0, 2, 0, 2, 0]), 3)
    assert [(bucket, *values(iter([unpacked(data)]))) for bucket, data in parts] == [(0, [1, 3, 5]), (2, [0, 2, 4])]


def test_turns_go_on_from_piece_to_piece(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pyrdd.sql.execution.exchange.piece_bytes", lambda settings: 24)
    parts = RoundRobin(2, COLUMNS, SETTINGS)(1, iter([numbers(0, 7)]))
    found: dict[int, list[int]] = {0: [], 1: []}
    for bucket, data in parts:
        found[bucket] += unpacked(data).column(0).to_pylist()
    assert found == {0: [1, 3, 5], 1: [0, 2, 4, 6]}


def test_tables_without_rows_are_not_sent_to_the_only_bucket() -> None:
    assert [bucket for bucket, _ in OneBucket()(0, iter([numbers(0, 0), numbers(0, 2)]))] == [0]


# --- queries --------------------------------------------------------------------------------------------------------


def streamed(text: str, inputs: list[database.Input], nbytes: int) -> Iterator[pa.Table]:
    return database.stream(text, inputs, (), SETTINGS, 0, (), nbytes)


def test_a_query_hands_its_rows_over_in_pieces() -> None:
    tables = list(streamed("SELECT range AS c0 FROM range(100000) ORDER BY range DESC", [], 200_000))
    assert len(tables) > 1
    assert pa.concat_tables(tables).column(0).to_pylist() == list(range(99_999, -1, -1))


def test_a_query_without_rows_has_one_table_of_its_columns() -> None:
    (table,) = streamed("SELECT range AS c0 FROM range(0)", [], 1)
    assert (table.num_rows, table.column_names) == (0, ["c0"])


def test_a_query_may_read_the_pieces_of_an_input_more_than_once() -> None:
    pieces = iter([numbers(0, 3), numbers(3, 5)])
    text = "SELECT count(*) FROM input0 a JOIN input0 b ON a.c0 >= b.c0"
    assert values(streamed(text, [pieces], 100)) == [[15]]


def test_what_goes_wrong_while_an_input_is_made_is_raised_as_it_is() -> None:
    def broken() -> Iterator[pa.Table]:
        yield numbers(0, 3)
        raise LookupError("lost")

    with pytest.raises(LookupError, match="lost"):
        list(streamed("SELECT * FROM input0", [broken()], 100))


def test_an_error_while_rows_are_taken_is_one_of_spark() -> None:
    text = "SELECT CAST(CASE WHEN range = 60000 THEN 'x' ELSE '1' END AS INTEGER) AS c0 FROM range(90000)"
    with pytest.raises(NumberFormatException, match="CAST_INVALID_INPUT"):
        list(streamed(text, [], 1))


def test_a_query_that_is_left_early_is_over() -> None:
    tables = streamed("SELECT range AS c0 FROM range(10000000)", [], 1)
    assert next(tables).column(0)[0].as_py() == 0
    tables.close()  # type: ignore[attr-defined]
    assert list(tables) == []


# --- lanes ----------------------------------------------------------------------------------------------------------


def test_queries_run_where_python_among_their_parents_runs() -> None:
    source = SourceRDD(1, [], COLUMNS)
    python = TablesRDD(2, [source], lambda index, tables: tables, lane="python")
    feeds = [(0, COLUMNS)]
    assert QueryRDD(3, [source], "", feeds, (), SETTINGS).lane == LANE
    assert QueryRDD(4, [python], "", feeds, (), SETTINGS).lane == "python"
    assert TablesRDD(5, [python], lambda index, tables: tables).lane == "python"


# --- whole queries --------------------------------------------------------------------------------------------------

N = 60_000


@pytest.fixture
def tight() -> Iterator[SparkSession]:
    """A session whose pieces have a mebibyte: no partition below is one of them."""
    wanted = {"spark.driver.memory": "8m", "spark.sql.shuffle.partitions": "2", "spark.ui.showConsoleProgress": "false"}
    session = (
        SparkSession.builder.master("threads[2]").config(conf=SparkConf().setAll(list(wanted.items()))).getOrCreate()
    )
    session.range(0, N, 1, 2).selectExpr(f"(id * 7919) % {N} as k", "lpad(id, 60, '.') as t").createOrReplaceTempView(
        "t"
    )
    yield session
    session.stop()


def test_a_sort_in_pieces_is_in_order(tight: SparkSession) -> None:
    tables = tight.sql("SELECT k FROM (SELECT k, t FROM t ORDER BY k) WHERE length(t) = 60")._execution.arrow_rdd()
    keys = [key for table in tables.collect() for key in table.column(0).to_pylist()]
    assert keys == list(range(N))


def test_a_result_of_several_tables_is_one_for_its_reader(tight: SparkSession) -> None:
    found = tight.sql("SELECT k, t FROM t ORDER BY k").repartition(2, "k").toArrow()
    assert (found.num_rows, len(set(found.column("k").to_pylist()))) == (N, N)


def test_a_join_of_pieces_finds_every_pair(tight: SparkSession) -> None:
    (found,) = tight.sql(
        "SELECT /*+ MERGE(b) */ count(*), sum(length(a.t || b.t)) FROM t a JOIN t b ON a.k = b.k"
    ).collect()
    assert tuple(found) == (N, 120 * N)

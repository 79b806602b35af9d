"""The benchmark still runs, and pyrdd agrees with the hand-written programs. No times are looked at."""

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parent))

from bench_engine import SCALED, SIZES, Run, check, compare, parse, run_child
from engines.closures import make_text


@pytest.mark.parametrize("row", SIZES)
def test_pyrdd_gives_the_answer_of_the_program_written_by_hand(row, tmp_path):
    options = parse(["--timeout", "100"])
    text = str(tmp_path / "text")
    make_text(text, 20_000)
    size = 2_000 if row in SCALED else 4
    runs = [run_child(engine, row, size, text, options) for engine in ("pyrdd", "by_hand")]
    assert [run.status for run in runs] == ["ok", "ok"], runs[0].message
    assert check(runs) == []


def test_the_table_has_medians_and_ratios():
    runs = [Run("pyrdd", "sort", "ok", seconds, 10, 1) for seconds in (1.0, 2.0, 9.0)]
    runs += [Run("by_hand", "sort", "ok", 1.0, 10, 1), Run("dask", "sort", "unsupported")]
    assert compare(runs, ["pyrdd", "by_hand", "dask"], ["sort"]).splitlines()[1].split() == [
        *("sort", "2.000", "(10", "MB)"),
        *("1.000", "(10", "MB,", "x0.50)", "unsupported"),
    ]


def test_engines_that_disagree_and_children_that_fail_are_reported():
    runs = [Run("pyrdd", "sort", "ok", checksum=1), Run("by_hand", "sort", "ok", checksum=2)]
    problems = check([*runs, Run("dask", "join", "failed", message="boom")])
    assert "different answers" in problems[0] and "boom" in problems[1]


def test_a_child_that_takes_too_long_is_ended(tmp_path):
    run = run_child("by_hand", "cpu_map", 50_000_000, "", parse(["--timeout", "0.5"]))
    assert run.status == "timeout"


def test_unknown_rows_are_refused():
    with pytest.raises(SystemExit):
        parse(["--rows", "sort,nonsense"])

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pyrdd.errors import IllegalArgumentException
from pyrdd.util.setting import (
    Parser,
    Setting,
    boolean,
    integer,
    one_of,
    parse_seconds,
    parse_size,
    real,
    seconds,
    size,
    text,
    texts,
)


@pytest.mark.parametrize(
    ("parser", "given_text", "value"),
    [
        (integer(), "12", 12),
        (integer(), "-3", -3),
        (real(), "0.6", 0.6),
        (boolean(), "TRUE", True),
        (boolean(), "false", False),
        (text(), "any thing", "any thing"),
        (texts(), "a.py, b.py,,", ["a.py", "b.py"]),
        (texts(), "", []),
        (one_of("FIFO", "FAIR", fold=str.upper), "fair", "FAIR"),
        (seconds(), "3s", 3.0),
        (seconds(), "100ms", 0.1),
        (seconds(), "5min", 300.0),
        (seconds(), "1.5h", 5400.0),
        (seconds(), "2 d", 172800.0),
        (seconds("ms"), "250", 0.25),
        (size(), "1024", 1024),
        (size("m"), "512", 512 << 20),
        (size(), "64k", 64 << 10),
        (size(), "64KB", 64 << 10),
        (size(), "64KiB", 64 << 10),
        (size(), "1g", 1 << 30),
        (size(), "1.5m", 3 << 19),
        (size(), "7b", 7),
    ],
)
def test_a_text_is_read_as_its_value(parser: Parser[object], given_text: str, value: object) -> None:
    assert parser.parse(given_text) == value


@pytest.mark.parametrize(
    ("parser", "given_text", "problem"),
    [
        (integer(), "twelve", "whole number"),
        (integer(1), "0", "1 or more"),
        (real(0), "-0.1", "0 or more"),
        (real(0), "nan", "0 or more"),
        (boolean(), "yes", "true, false"),
        (one_of("FIFO", "FAIR"), "LIFO", "FIFO, FAIR"),
        (seconds(), "soon", "number with a unit"),
        (seconds(), "3 weeks", "unit of time"),
        (size(), "big", "number with a unit"),
        (size(), "3x", "unit of size"),
        (size(), "3bb", "unit of size"),
    ],
)
def test_a_text_that_cannot_be_read_names_key_value_and_problem(
    parser: Parser[object], given_text: str, problem: str
) -> None:
    setting = Setting("spark.some.key", parser, None, "doc")
    with pytest.raises(IllegalArgumentException) as caught:
        setting.read({"spark.some.key": given_text})
    assert caught.value.getCondition() == "INVALID_SETTING"
    for part in ("spark.some.key", given_text, problem):
        assert part in str(caught.value)


def test_a_setting_that_is_not_given_has_its_default() -> None:
    assert Setting("k", integer(), "4", "doc").read({}) == 4
    assert Setting("k", integer(), None, "doc").read({}) is None


@given(st.integers(0, 1 << 40), st.sampled_from([("k", 10), ("m", 20), ("g", 30), ("t", 40), ("b", 0)]))
def test_a_size_is_its_number_times_its_unit(number: int, unit: tuple[str, int]) -> None:
    letter, power = unit
    assert parse_size(f"{number}{letter}") == number << power
    assert parse_size(str(number), letter) == number << power


@given(st.integers(0, 10**9))
def test_units_of_time_agree(number: int) -> None:
    assert parse_seconds(f"{number}s") == parse_seconds(f"{number * 1000}ms") == number
    assert parse_seconds(f"{number}min") == parse_seconds(f"{number}m") == number * 60

"""What explain prints."""

from __future__ import annotations

import re
from typing import Any

import pytest


@pytest.fixture
def text_of(spark: Any) -> Any:
    """The text for a mode, with the numbers of columns left out."""
    people = spark.createDataFrame([(14, "Tom"), (16, "Bob")], ["age", "name"])
    heights = spark.createDataFrame([(80, "Tom")], ["height", "name"])
    query = people.filter("age > 14").join(heights.hint("broadcast"), "name").select("name", "height")

    def text(mode: str) -> str:
        return re.sub(r"#\d+", "", query._execution.explain(mode))

    return text


def test_a_hinted_join_sends_one_side_to_all(text_of: Any) -> None:
    plan = text_of("simple")
    assert plan.startswith("== Physical Plan ==\nDuckDBQuery [name, height]\n")
    assert "+- BroadcastHashJoin [name], [name], Inner, BuildRight\n" in plan


def test_costs_are_the_sizes_that_leaves_know(text_of: Any) -> None:
    plan = text_of("cost")
    assert plan.startswith("== Optimized Logical Plan ==\n")
    assert "Join Inner, (name = name), rightHint=(strategy=broadcast), Statistics(sizeInBytes=" in plan
    assert re.search(r"LocalRelation \[height, name\], Statistics\(sizeInBytes=[\d.]+ B, rowCount=1\)", plan)


def test_all_plans_are_shown_by_extended(text_of: Any) -> None:
    titles = re.findall(r"== (.*) ==\n", text_of("extended"))
    assert titles == ["Parsed Logical Plan", "Analyzed Logical Plan", "Optimized Logical Plan", "Physical Plan"]


def test_operators_are_numbered_from_the_leaves_by_formatted(text_of: Any) -> None:
    plan = text_of("formatted")
    assert re.search(r"BroadcastHashJoin \((\d)\)\n(.*\n)+.*\n\(\1\) BroadcastHashJoin\nInput", plan)
    # a cluster's workers scan what the driver's process reads as it is
    assert re.search(r"^\(1\) (LocalRelation|Scan)\nOutput \[2\]: \[height, name\]\n", plan, re.MULTILINE)

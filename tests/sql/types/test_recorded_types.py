"""Types answer as PySpark 4.3 does; the answers were recorded from it (see recorded_types.py)."""

import json
from pathlib import Path

import pytest
from recorded_types import answers

RECORDED = json.loads(Path(__file__).with_name("recorded_types.json").read_text("utf-8").replace("pyspark.", "pyrdd."))
TOPICS = sorted({name.split()[0] for name in RECORDED})


@pytest.fixture(scope="module")
def ours():
    return json.loads(json.dumps(answers("pyrdd")))


def test_the_same_cases_are_answered(ours):
    assert ours.keys() == RECORDED.keys()


@pytest.mark.parametrize("topic", TOPICS)
def test_answers_are_those_of_pyspark(ours, topic):
    expected = {name: answer for name, answer in RECORDED.items() if name.split()[0] == topic}
    assert {name: ours[name] for name in expected} == expected

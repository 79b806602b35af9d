from __future__ import annotations

import json

import pytest

from pyrdd.conf import SparkConf, submitted_settings
from pyrdd.environment import SUBMITTED
from pyrdd.errors import PySparkRuntimeError


@pytest.fixture(autouse=True)
def _nothing_submitted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(SUBMITTED, raising=False)


def test_setters_can_be_chained_and_read_back() -> None:
    conf = SparkConf().setMaster("local[2]").setAppName("app").setSparkHome("/opt").set("spark.x", "1")
    assert [conf.get(k) for k in ("spark.master", "spark.app.name", "spark.home", "spark.x")] == [
        "local[2]",
        "app",
        "/opt",
        "1",
    ]


def test_a_value_is_kept_as_text() -> None:
    assert SparkConf().set("spark.x", 3).get("spark.x") == "3"
    assert SparkConf().set("spark.x", True).get("spark.x") == "True"


def test_a_missing_key_has_the_default() -> None:
    assert SparkConf().get("spark.x") is None
    assert SparkConf().get("spark.x", "d") == "d"
    assert not SparkConf().contains("spark.x")


def test_set_if_missing_keeps_what_is_set() -> None:
    conf = SparkConf().set("spark.x", "1").setIfMissing("spark.x", "2").setIfMissing("spark.y", "3")
    assert (conf.get("spark.x"), conf.get("spark.y")) == ("1", "3")


def test_set_all_and_get_all_are_pairs_in_order() -> None:
    pairs = [("spark.b", "1"), ("spark.a", "2")]
    assert SparkConf().setAll(pairs).getAll() == pairs


def test_executor_variables_are_given_one_by_one_or_as_pairs() -> None:
    conf = SparkConf().setExecutorEnv("A", "1").setExecutorEnv(pairs=[("B", "2"), ("C", "3")])
    assert conf.toDebugString().splitlines() == [f"spark.executorEnv.{p}" for p in ("A=1", "B=2", "C=3")]


@pytest.mark.parametrize("given", [{}, {"key": "A", "value": "1", "pairs": [("B", "2")]}])
def test_executor_variables_need_either_a_key_or_pairs(given: dict[str, object]) -> None:
    with pytest.raises(PySparkRuntimeError) as caught:
        SparkConf().setExecutorEnv(**given)  # type: ignore[call-overload]
    assert caught.value.getCondition() == "KEY_VALUE_PAIR_REQUIRED"


def test_the_debug_string_is_sorted_by_key() -> None:
    assert SparkConf().set("spark.b", "1").set("spark.a", "2").toDebugString() == "spark.a=2\nspark.b=1"


def test_submitted_settings_are_defaults_that_the_program_overrides(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(SUBMITTED, json.dumps({"spark.master": "local[4]", "spark.x": "1"}))
    assert SparkConf().get("spark.master") == "local[4]"
    assert SparkConf().setMaster("local").get("spark.master") == "local"
    assert SparkConf(loadDefaults=False).getAll() == []
    assert submitted_settings({}) == {}


def test_a_copy_changes_on_its_own() -> None:
    conf = SparkConf().set("spark.x", "1")
    conf.copy().set("spark.x", "2")
    assert conf.get("spark.x") == "1"

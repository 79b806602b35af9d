from __future__ import annotations

import pytest

from pyrdd import settings
from pyrdd.conf import SparkConf
from pyrdd.errors import IllegalArgumentException
from pyrdd.scheduler.policy import SchedulerPolicy


def test_every_setting_is_declared_once_in_a_section() -> None:
    declared = [setting for section in settings.SECTIONS.values() for setting in section]
    assert len(declared) == len({setting.key for setting in declared}) == len(settings.BY_KEY)
    assert all(settings.SECTIONS.values())


def test_every_setting_has_a_readable_default_and_a_sentence() -> None:
    for setting in settings.BY_KEY.values():
        setting.read({})
        assert setting.doc.endswith("."), setting.key
        assert setting.key.startswith(("spark.", "pyrdd.")), setting.key


def test_a_setting_is_read_from_a_conf() -> None:
    conf = SparkConf(loadDefaults=False).set("spark.task.maxFailures", "7")
    assert settings.TASK_MAX_FAILURES.read(conf) == 7
    assert settings.LOCALITY_WAIT.read(conf) == 3.0
    assert settings.EXECUTOR_MEMORY.read({"spark.executor.memory": "512"}) == 512 << 20
    assert settings.MASTER.read(conf) is None


def test_the_schedulers_defaults_are_those_of_its_policy() -> None:
    policy = SchedulerPolicy()
    assert settings.TASK_MAX_FAILURES.read({}) == policy.max_task_failures
    assert settings.STAGE_MAX_ATTEMPTS.read({}) == policy.max_stage_attempts
    assert settings.EXECUTOR_MAX_LOSSES.read({}) == policy.max_executor_losses
    assert settings.SCHEDULER_MODE.read({}) == policy.mode
    assert settings.LOCALITY_WAIT.read({}) == policy.locality_wait
    assert settings.SPECULATION.read({}) == policy.speculation
    assert settings.SPECULATION_INTERVAL.read({}) == policy.speculation_interval
    assert settings.SPECULATION_MULTIPLIER.read({}) == policy.speculation_multiplier
    assert settings.SPECULATION_QUANTILE.read({}) == policy.speculation_quantile
    assert settings.SPECULATION_MIN_RUNTIME.read({}) == policy.speculation_min_runtime
    assert settings.EXCLUDE_ON_FAILURE.read({}) == policy.exclude_on_failure
    assert settings.EXCLUDE_TASK_ATTEMPTS.read({}) == policy.max_attempts_per_executor
    assert settings.EXCLUDE_STAGE_FAILURES.read({}) == policy.max_failures_per_executor_stage
    assert settings.EXCLUDE_APP_FAILURES.read({}) == policy.max_failures_per_executor
    assert settings.EXCLUDE_TIMEOUT.read({}) == policy.exclusion_timeout
    assert settings.NO_EXECUTOR_TIMEOUT.read({}) == policy.no_executor_timeout


def test_an_unreadable_value_is_found_when_the_settings_are_checked() -> None:
    with pytest.raises(IllegalArgumentException, match=r"spark\.speculation.*maybe"):
        settings.check({"spark.speculation": "maybe"})


def test_sparks_other_settings_are_let_through() -> None:
    settings.check({"spark.yarn.queue": "default", "my.own": "x", "spark.task.maxFailures": "2"})


def test_a_misspelt_setting_of_ours_is_refused_with_the_nearest_one() -> None:
    with pytest.raises(IllegalArgumentException, match=r"pyrdd\.closure\.serializer") as caught:
        settings.check({"pyrdd.closure.serialiser": "dill"})
    assert caught.value.getCondition() == "UNKNOWN_SETTING"


def test_looking_up_a_setting_gives_its_declaration() -> None:
    assert settings.lookup("spark.locality.wait") is settings.LOCALITY_WAIT


def test_the_reference_page_has_a_row_for_every_setting() -> None:
    page = settings.reference()
    assert page.startswith("# Settings\n")
    for setting in settings.BY_KEY.values():
        assert page.count(f"| `{setting.key}` |") == 1
    rows = [line.replace("\\|", "") for line in page.splitlines() if line.startswith("| `")]
    assert {row.count("|") for row in rows} == {5}


def test_executor_variables_are_settings_with_a_prefix() -> None:
    assert settings.executor_env([("spark.executorEnv.A", "1"), ("spark.x", "2")]) == {"A": "1"}

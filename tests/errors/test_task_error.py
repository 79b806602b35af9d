from __future__ import annotations

import json
import threading
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pyrdd.errors import PySparkRuntimeError, PySparkValueError, PythonException, SparkRuntimeException
from pyrdd.errors.task_error import (
    TaskError,
    cancelled_error,
    capture,
    executor_lost_error,
    job_error,
    job_failed_error,
    restore,
)

PLACE: dict[str, Any] = {
    "partition": 3,
    "stage_id": 7,
    "attempt": 0,
    "rdd_call_site": "map at app.py:12",
    "rdd_name": None,
    "job_call_site": "collect at app.py:14",
}


class TwoArguments(ValueError):
    def __init__(self, low: int, high: int) -> None:
        super().__init__(f"{low}..{high}")
        self.high = high


class Unpicklable(KeyError):
    def __init__(self) -> None:
        super().__init__(threading.Lock())

    def __str__(self) -> str:
        return "locked"


class BrokenStr(Exception):
    def __str__(self) -> str:
        raise TypeError("no text")


def caught(function: Any, *args: Any) -> BaseException:
    try:
        function(*args)
    except BaseException as error:
        return error
    raise AssertionError("nothing was raised")


def crossing(function: Any, *args: Any) -> TaskError:
    return restore(capture(caught(function, *args)))


def ratio(x: int) -> float:
    return 1 / x


def test_a_task_error_has_type_message_line_and_traceback() -> None:
    error = crossing(ratio, 0)
    assert error.headline == "ZeroDivisionError: division by zero"
    assert error.user_frame.startswith("test_task_error.py:")
    assert error.user_frame.endswith("in ratio")
    assert "return 1 / x" in error.traceback
    assert error.cause is None


def test_the_exception_comes_back_as_its_own_type() -> None:
    again = crossing(ratio, 0).exception()
    assert type(again) is ZeroDivisionError
    assert "ratio" in vars(again)["task_traceback"]
    assert "in ratio" in again.__notes__[-1]


def test_an_exception_whose_constructor_takes_other_arguments_comes_back_with_its_attributes() -> None:
    def fail() -> None:
        raise TwoArguments(1, 9)

    again = crossing(fail).exception()
    assert type(again) is TwoArguments
    assert (str(again), again.high) == ("1..9", 9)


def test_an_exception_of_a_local_class_comes_back_as_that_class() -> None:
    class Local(Exception):
        pass

    def fail() -> None:
        raise Local("here")

    assert type(crossing(fail).exception()) is Local


def test_an_exception_that_cannot_be_pickled_has_a_stand_in_of_its_name_and_nearest_base() -> None:
    def fail() -> None:
        raise Unpicklable

    again = crossing(fail).exception()
    assert type(again).__name__ == "Unpicklable"
    assert isinstance(again, KeyError)
    assert str(again) == "locked"


def test_an_exception_whose_text_cannot_be_made_is_captured_all_the_same() -> None:
    def fail() -> None:
        raise BrokenStr

    assert "TypeError" in crossing(fail).message


def test_a_unicode_error_that_cannot_be_pickled_still_has_a_stand_in() -> None:
    class Decoding(UnicodeDecodeError):
        lock = threading.Lock()

    def fail() -> None:
        raise Decoding("ascii", b"\xff", 0, 1, "no")

    again = crossing(fail).exception()
    assert isinstance(again, ValueError)
    assert type(again).__name__.endswith("Decoding")


def test_notes_and_causes_cross_too() -> None:
    def fail() -> None:
        try:
            ratio(0)
        except ZeroDivisionError as error:
            failed = ValueError("bad row")
            failed.add_note("row 17")
            raise failed from error

    error = crossing(fail)
    again = error.exception()
    assert error.notes == ("row 17",)
    assert again.__notes__[0] == "row 17"
    assert type(again.__cause__) is ZeroDivisionError
    assert error.full_traceback.index("division by zero") < error.full_traceback.index("bad row")


def test_a_suppressed_context_does_not_cross() -> None:
    def fail() -> None:
        try:
            ratio(0)
        except ZeroDivisionError:
            raise ValueError("bad row") from None

    assert crossing(fail).cause is None


def test_a_circle_of_causes_ends() -> None:
    first, second = ValueError("a"), ValueError("b")
    first.__cause__, second.__cause__ = second, first
    error = restore(capture(first))
    assert error.cause is not None
    assert error.cause.cause is None


def test_a_stop_iteration_becomes_the_runtime_error_that_pyspark_raises() -> None:
    error = crossing(lambda: next(iter([])))
    again = error.exception()
    assert isinstance(again, PySparkRuntimeError)
    assert again.getCondition() == "STOP_ITERATION_OCCURRED"
    assert isinstance(again.__cause__, StopIteration)
    assert error.user_frame.endswith("in lambda")


def test_a_librarys_error_points_to_the_users_line() -> None:
    def parse() -> None:
        json.loads("{")

    error = crossing(parse)
    assert error.type_name == "json.decoder.JSONDecodeError"
    assert error.user_frame.endswith("in parse")


def test_a_pyrdd_exception_keeps_its_condition() -> None:
    def fail() -> None:
        raise PySparkValueError(errorClass="CANNOT_BE_NONE", messageParameters={"arg_name": "f"})

    error = crossing(fail)
    assert error.headline == "PySparkValueError: [CANNOT_BE_NONE] `f` must not be None."
    again = error.exception()
    assert isinstance(again, PySparkValueError)
    assert again.getCondition() == "CANNOT_BE_NONE"


def test_the_job_error_starts_with_the_users_exception_and_line() -> None:
    failure = job_error(crossing(ratio, 0), **PLACE)
    assert isinstance(failure, PythonException)
    first, second, third, fourth, *_ = str(failure).splitlines()
    assert first == "ZeroDivisionError: division by zero"
    assert "test_task_error.py:" in second
    assert third == "  in partition 3 of map at app.py:12, stage 7, attempt 1"
    assert fourth == "  of the job started by collect at app.py:14"
    assert "return 1 / x" in str(failure)
    assert type(failure.__cause__) is ZeroDivisionError


def test_the_job_error_calls_a_named_rdd_by_its_name() -> None:
    failure = job_error(crossing(ratio, 0), **{**PLACE, "rdd_name": "ratios"})
    assert "partition 3 of 'ratios' (map at app.py:12)" in str(failure)


def test_a_lost_executor_is_reported_with_the_task_it_ran() -> None:
    failure = executor_lost_error("2", "signal 9 (SIGKILL), last memory 1.2 GiB", **PLACE)
    assert isinstance(failure, SparkRuntimeException)
    assert failure.getCondition() == "EXECUTOR_LOST"
    for part in ("Executor 2", "SIGKILL", "partition 3 of map at app.py:12", "collect at app.py:14"):
        assert part in str(failure)


def test_a_cancelled_job_has_sparks_condition() -> None:
    failure = cancelled_error(4, "part of cancelled job group g")
    assert failure.getCondition() == "SPARK_JOB_CANCELLED"
    assert failure.getSqlState() == "XXKDA"
    assert "group g" in str(failure)


def test_any_other_failure_names_the_line_that_started_the_job() -> None:
    assert "collect at app.py:14" in str(job_failed_error("no executors", "collect at app.py:14"))


BUILTIN = [ValueError, KeyError, OSError, RuntimeError, IndexError, SystemExit, KeyboardInterrupt]


@given(st.sampled_from(BUILTIN), st.lists(st.text() | st.integers() | st.binary(), max_size=3))
def test_pythons_exceptions_come_back_equal(kind: type[BaseException], args: list[Any]) -> None:
    error = kind(*args)
    again = restore(capture(error)).exception()
    assert type(again) is type(error)
    assert again.args == error.args


@pytest.mark.parametrize("group", [ExceptionGroup("several", [ValueError("a"), KeyError("b")])])
def test_an_exception_group_comes_back(group: ExceptionGroup[Exception]) -> None:
    again = restore(capture(group)).exception()
    assert isinstance(again, ExceptionGroup)
    assert len(again.exceptions) == 2

from __future__ import annotations

import gc
import io
import os
import threading
from pathlib import Path
from typing import Any

import pytest

from pyrdd import util
from pyrdd.errors import PySparkRuntimeError
from pyrdd.util import (
    PythonEvalType,
    VersionUtils,
    _FaulthandlerHelper,
    _parse_memory,
    default_api_mode,
    disable_gc,
    fail_on_stopiteration,
    is_remote_only,
    print_exec,
    spark_connect_mode,
    try_simplify_traceback,
    walk_tb,
)


@pytest.mark.parametrize(
    ("version", "numbers"), [("2.4.0", (2, 4)), ("4.3.0-SNAPSHOT", (4, 3)), ("3.5", (3, 5))]
)
def test_a_version_starts_with_two_numbers(version: str, numbers: tuple[int, int]) -> None:
    assert VersionUtils.majorMinorVersion(version) == numbers


@pytest.mark.parametrize("version", ["4", "four.three", "4.3-rc"])
def test_anything_else_is_no_version(version: str) -> None:
    with pytest.raises(ValueError, match="not a Spark version"):
        VersionUtils.majorMinorVersion(version)


def test_a_memory_text_is_given_in_mebibytes() -> None:
    assert [_parse_memory(s) for s in ("256m", "2g", "1T", "2048k")] == [256, 2048, 1 << 20, 2]
    with pytest.raises(ValueError, match="invalid format"):
        _parse_memory("12")


def test_the_package_is_the_engine_not_a_remote_client(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SPARK_CONNECT_MODE", raising=False)
    assert not is_remote_only()
    assert (spark_connect_mode(), default_api_mode()) == ("0", "classic")
    monkeypatch.setenv("SPARK_CONNECT_MODE", "1")
    assert default_api_mode() == "connect"


@pytest.mark.parametrize("enabled", [True, False])
def test_garbage_collection_is_off_inside_the_block_and_as_before_after_it(enabled: bool) -> None:
    before = gc.isenabled()
    try:
        gc.enable() if enabled else gc.disable()
        with disable_gc():
            assert not gc.isenabled()
        assert gc.isenabled() == enabled
    finally:
        gc.enable() if before else gc.disable()


def test_eval_types_have_pysparks_numbers() -> None:
    assert (PythonEvalType.NON_UDF, PythonEvalType.SQL_BATCHED_UDF, PythonEvalType.SQL_TABLE_UDF) == (
        0,
        100,
        300,
    )


def test_every_public_name_is_there() -> None:
    assert all(hasattr(util, name) for name in util.__all__)
    assert (util.JVM_INT_MAX, util.JVM_LONG_MIN) == (2**31 - 1, -(2**63))


# --- StopIteration ----------------------------------------------------------------------------------------


def stops_at(limit: int) -> Any:
    def f(x: int) -> int:
        if x == limit:
            raise StopIteration("done")
        return x

    return f


def test_a_function_that_raises_stop_iteration_fails_with_pysparks_condition() -> None:
    with pytest.raises(PySparkRuntimeError, match="done") as caught:
        fail_on_stopiteration(stops_at(1))(1)
    assert caught.value.getCondition() == "STOP_ITERATION_OCCURRED"
    assert fail_on_stopiteration(stops_at(1))(2) == 2


# --- tracebacks -------------------------------------------------------------------------------------------


def engine_error() -> BaseException:
    with pytest.raises(PySparkRuntimeError) as caught:
        fail_on_stopiteration(stops_at(1))(1)
    return caught.value


def test_a_simplified_traceback_starts_outside_the_engine() -> None:
    tb = engine_error().__traceback__
    assert tb is not None
    assert try_simplify_traceback(tb) is tb
    inner = tb.tb_next
    assert inner is not None
    assert try_simplify_traceback(inner) is None
    assert [entry.tb_frame.f_code.co_name for entry in walk_tb(tb)] == ["engine_error", "wrapper"]


def test_print_exec_prints_the_exception_that_is_handled() -> None:
    stream = io.StringIO()
    try:
        raise KeyError("here")
    except KeyError:
        print_exec(stream)
    assert "KeyError: 'here'" in stream.getvalue()


def test_the_fault_handlers_file_lives_as_long_as_the_outermost_block(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import faulthandler

    monkeypatch.setenv("PYTHON_FAULTHANDLER_DIR", str(tmp_path))
    monkeypatch.setenv("PYTHON_TRACEBACK_DUMP_INTERVAL_SECONDS", "3600")
    was_enabled = faulthandler.is_enabled()
    helper = _FaulthandlerHelper()
    with helper.enable_faulthandler():
        assert helper.with_faulthandler(lambda: os.listdir(tmp_path))() == [str(os.getpid())]
        assert os.listdir(tmp_path) == [str(os.getpid())]
    assert os.listdir(tmp_path) == []
    if was_enabled:
        faulthandler.enable()


def test_without_a_directory_the_fault_handler_stays_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PYTHON_FAULTHANDLER_DIR", raising=False)
    monkeypatch.delenv("PYTHON_TRACEBACK_DUMP_INTERVAL_SECONDS", raising=False)
    helper = _FaulthandlerHelper()
    with helper.enable_faulthandler():
        assert threading.active_count() > 0

"""PySparkLogger writes JSON lines that Spark's schema reads."""

from __future__ import annotations

import io
import json
import logging

import pytest

from pyrdd.logger import SPARK_LOG_SCHEMA, PySparkLogger


@pytest.fixture
def logger(request):
    """A logger of its own for each test, whose lines `written` gives."""
    made = PySparkLogger.getLogger(f"tests.{request.node.name}")
    for handler in list(made.handlers):
        made.removeHandler(handler)
    yield made
    for handler in list(made.handlers):
        made.removeHandler(handler)


@pytest.fixture
def written(logger):
    out = io.StringIO()
    logger.addHandler(logging.StreamHandler(out))
    return lambda: [json.loads(line) for line in out.getvalue().splitlines()]


def test_a_line_holds_the_message_and_its_context(logger, written):
    logger.warning("%s is %d", "a", 1, table="t", rows=3)
    (entry,) = written()
    assert list(entry) == ["ts", "level", "logger", "msg", "context"]
    assert (entry["level"], entry["logger"], entry["msg"]) == ("WARNING", logger.name, "a is 1")
    assert entry["context"] == {"table": "t", "rows": 3}


def test_less_than_warnings_are_left_out_until_the_level_is_set(logger, written):
    logger.info("no")
    logger.setLevel(logging.DEBUG)
    logger.debug("a")
    logger.info("b")
    logger.error("c")
    logger.critical("d")
    logger.fatal("e")
    logger.log(logging.INFO, "f", x=1)
    assert [(entry["level"], entry["msg"]) for entry in written()] == [
        ("DEBUG", "a"),
        ("INFO", "b"),
        ("ERROR", "c"),
        ("CRITICAL", "d"),
        ("CRITICAL", "e"),
        ("INFO", "f"),
    ]


def test_an_exception_comes_with_its_frames(logger, written):
    try:
        raise KeyError("x")
    except KeyError:
        logger.exception("it failed", table="t")
    (entry,) = written()
    exception = entry["exception"]
    assert (entry["level"], entry["context"]) == ("ERROR", {"table": "t"})
    assert (exception["class"], exception["msg"]) == ("KeyError", "'x'")
    (frame,) = exception["stacktrace"]
    assert frame["method"] == "test_an_exception_comes_with_its_frames"
    assert frame["file"] == __file__


def test_a_record_says_which_line_logged_it(logger, caplog):
    logger.addHandler(caplog.handler)
    logger.warning("here")
    assert [record.funcName for record in caplog.records][:1] == ["test_a_record_says_which_line_logged_it"]


def test_other_loggers_are_left_as_they_are():
    PySparkLogger.getLogger("tests.mine")
    assert type(logging.getLogger("tests.other of test_logger")) is logging.Logger
    assert PySparkLogger.getLogger("tests.mine") is logging.getLogger("tests.mine")


def test_the_schema_reads_the_lines(sc, logger, written, tmp_path):
    from pyrdd.sql import SparkSession

    logger.warning("slow", table="t")
    path = tmp_path / "log.json"
    path.write_text("".join(json.dumps(entry) + "\n" for entry in written()))
    (row,) = SparkSession(sc).read.schema(SPARK_LOG_SCHEMA).json(str(path)).collect()
    assert (row.level, row.msg, row.context, row.exception) == ("WARNING", "slow", {"table": "t"}, None)

"""PySparkLogger: Python's logging, a JSON object a line, with keyword arguments as context.

Lines have the fields of `SPARK_LOG_SCHEMA`, so that `spark.read.schema(SPARK_LOG_SCHEMA).json(path)` reads them.
"""

from __future__ import annotations

import json
import logging
import traceback
from collections.abc import Mapping
from typing import Any

__all__ = ["SPARK_LOG_SCHEMA", "PySparkLogger"]

SPARK_LOG_SCHEMA = (
    "ts TIMESTAMP, level STRING, msg STRING, context map<STRING, STRING>, "
    "exception STRUCT<class STRING, msg STRING, "
    "stacktrace ARRAY<STRUCT<class STRING, method STRING, file STRING, line STRING>>>, logger STRING"
)
"""The schema of the lines, as SQL text."""


class JSONFormatter(logging.Formatter):
    """Writes a record as one JSON object."""

    default_msec_format = "%s.%03d"

    def __init__(self, ensure_ascii: bool = False) -> None:
        super().__init__()
        self._ensure_ascii = ensure_ascii

    def format(self, record: logging.LogRecord) -> str:
        """The record as JSON: when, how severe, by which logger, the message, its context, and its exception if it has one."""
        entry: dict[str, Any] = {
            "ts": self.formatTime(record, self.datefmt),
            "level": record.levelname,
            "logger": record.name,
            "msg": record.getMessage(),
            "context": getattr(record, "context", {}),
        }
        if record.exc_info:
            entry["exception"] = _exception(*record.exc_info)
        return json.dumps(entry, ensure_ascii=self._ensure_ascii)


class PySparkLogger(logging.Logger):
    """A logger whose lines are JSON, and whose keyword arguments are the context of a message. Made by `getLogger`.

    >>> import io
    >>> logger, out = PySparkLogger.getLogger("doc"), io.StringIO()
    >>> logger.addHandler(logging.StreamHandler(out))
    >>> logger.warning("%d rows", 3, table="sales")
    >>> entry = json.loads(out.getvalue())
    >>> entry["level"], entry["msg"], entry["context"]
    ('WARNING', '3 rows', {'table': 'sales'})
    """

    def __init__(self, name: str = "PySparkLogger") -> None:
        super().__init__(name, level=logging.WARNING)
        self.addHandler(logging.StreamHandler())

    @staticmethod
    def getLogger(name: str | None = None) -> PySparkLogger:
        """The logger of a name, made if there is none; without a name Python's root logger."""
        usual = logging.getLoggerClass()
        logging.setLoggerClass(PySparkLogger)
        try:
            return logging.getLogger(name)  # type: ignore[return-value]
        finally:
            logging.setLoggerClass(usual)

    def addHandler(self, handler: logging.Handler) -> None:
        """Adds a handler; it writes JSON from now on."""
        handler.setFormatter(JSONFormatter())
        super().addHandler(handler)

    def _log(
        self,
        level: int,
        msg: object,
        args: Any,
        exc_info: Any = None,
        extra: Mapping[str, object] | None = None,
        stack_info: bool = False,
        stacklevel: int = 1,
        **kwargs: object,
    ) -> None:
        """What all methods that log end in: other keyword arguments than Python's are the context."""
        context = kwargs if extra is None else {**kwargs, "extra": extra}
        beyond_this = stacklevel + 1  # the line that logs is the one that called
        super()._log(level, msg, args, exc_info, {"context": context}, stack_info, beyond_this)


def _exception(kind: type[BaseException] | None, value: BaseException | None, frames: Any) -> dict[str, Any]:
    stack = [
        {"class": None, "method": frame.name, "file": frame.filename, "line": str(frame.lineno)}
        for frame in traceback.extract_tb(frames)
    ]
    return {"class": kind.__name__ if kind else "UnknownException", "msg": str(value), "stacktrace": stack}

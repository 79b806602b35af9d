"""Observation: reads the metrics that `DataFrame.observe` has an action compute on the side."""

from __future__ import annotations

import threading
import uuid
from typing import Any

from pyrdd.errors import PySparkAssertionError, PySparkTypeError, PySparkValueError


class Observation:
    """The metrics of one observed DataFrame, filled in by the first action that reads it to the end.

    >>> seen = Observation("stats")
    >>> df = spark.range(3).observe(seen, F.max("id").alias("top"))
    >>> df.collect()
    [Row(id=0), Row(id=1), Row(id=2)]
    >>> seen.get
    {'top': 2}
    """

    def __init__(self, name: str | None = None) -> None:
        if name is not None and not isinstance(name, str):
            raise PySparkTypeError(
                errorClass="NOT_EXPECTED_TYPE",
                messageParameters={"arg_name": "name", "expected_type": "str", "arg_type": type(name).__name__},
            )
        if name == "":
            raise PySparkValueError(
                errorClass="VALUE_NOT_NON_EMPTY_STR", messageParameters={"arg_name": "name", "arg_value": name}
            )
        self._name = name
        self._attached = False
        self._found = threading.Event()
        self._metrics: dict[str, Any] = {}

    def _attach(self) -> str:
        """Notes that a DataFrame is observed; the name of its metrics. Raises if there was one before."""
        if self._attached:
            raise PySparkAssertionError(errorClass="REUSE_OBSERVATION", messageParameters={})
        self._attached = True
        return self._name or str(uuid.uuid4())

    def _report(self, metrics: dict[str, Any]) -> None:
        """Takes the metrics of an action; those of the first one stay."""
        if not self._found.is_set():
            self._metrics = metrics
            self._found.set()

    @property
    def get(self) -> dict[str, Any]:
        """The metrics by name. Waits until the first action on the observed DataFrame is done."""
        if not self._attached:
            raise PySparkAssertionError(errorClass="NO_OBSERVE_BEFORE_GET", messageParameters={})
        self._found.wait()
        return dict(self._metrics)

"""SparkConf: the settings of an application, as text under Spark's keys (`pyrdd.settings` gives them
types)."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Mapping
from typing import Any, overload

from pyrdd.environment import SUBMITTED
from pyrdd.errors.exceptions.base import PySparkRuntimeError

__all__ = ["SparkConf"]


class SparkConf:
    """Settings as key-value pairs. Setters return the conf, so that calls can be chained.

    With ``loadDefaults`` it starts with the settings given to ``pyrdd submit``; what the program sets wins
    over them. A context copies its conf: setting a key later does not change a running context.

    >>> conf = SparkConf().setMaster("local").setAppName("My app")
    >>> conf.get("spark.master"), conf.get("spark.home")
    ('local', None)
    """

    def __init__(self, loadDefaults: bool = True, _jvm: Any = None, _jconf: Any = None) -> None:
        self._conf: dict[str, str] = submitted_settings(os.environ) if loadDefaults else {}

    def set(self, key: str, value: object) -> SparkConf:
        """Sets a key; a value that is not text is kept as ``str(value)``."""
        self._conf[key] = str(value)
        return self

    def setIfMissing(self, key: str, value: object) -> SparkConf:
        """Sets a key that is not set yet."""
        return self if key in self._conf else self.set(key, value)

    def setMaster(self, value: str) -> SparkConf:
        """Sets ``spark.master``: who runs the tasks."""
        return self.set("spark.master", value)

    def setAppName(self, value: str) -> SparkConf:
        """Sets ``spark.app.name``."""
        return self.set("spark.app.name", value)

    def setSparkHome(self, value: str) -> SparkConf:
        """Sets ``spark.home``, which has no effect: there is no installation to find."""
        return self.set("spark.home", value)

    @overload
    def setExecutorEnv(self, key: str, value: str) -> SparkConf: ...

    @overload
    def setExecutorEnv(self, *, pairs: Iterable[tuple[str, str]]) -> SparkConf: ...

    def setExecutorEnv(
        self, key: str | None = None, value: str | None = None, pairs: Iterable[tuple[str, str]] | None = None
    ) -> SparkConf:
        """Sets an environment variable of the worker processes, or several as ``pairs``.

        Raises `PySparkRuntimeError` (``KEY_VALUE_PAIR_REQUIRED``) unless exactly one of the two is given.
        """
        if (key is None) == (pairs is None):
            raise PySparkRuntimeError(errorClass="KEY_VALUE_PAIR_REQUIRED", messageParameters={})
        for name, text in [(key, value)] if pairs is None else pairs:
            self.set(f"spark.executorEnv.{name}", text)
        return self

    def setAll(self, pairs: Iterable[tuple[str, object]]) -> SparkConf:
        """Sets several keys."""
        for key, value in pairs:
            self.set(key, value)
        return self

    @overload
    def get(self, key: str, defaultValue: None = None) -> str | None: ...

    @overload
    def get(self, key: str, defaultValue: str) -> str: ...

    def get(self, key: str, defaultValue: str | None = None) -> str | None:
        """The text of a key, or ``defaultValue``."""
        return self._conf.get(key, defaultValue)

    def getAll(self) -> list[tuple[str, str]]:
        """All pairs, in the order in which they were set."""
        return list(self._conf.items())

    def contains(self, key: str) -> bool:
        """Whether the key is set."""
        return key in self._conf

    def toDebugString(self) -> str:
        """One ``key=value`` line for each setting, sorted by key.

        >>> print(SparkConf(loadDefaults=False).set("spark.b", "2").set("spark.a", 1).toDebugString())
        spark.a=1
        spark.b=2
        """
        return "\n".join(f"{key}={self._conf[key]}" for key in sorted(self._conf))

    def copy(self) -> SparkConf:
        """A conf with the same settings that can be changed on its own."""
        return SparkConf(loadDefaults=False).setAll(self.getAll())


def submitted_settings(environ: Mapping[str, str]) -> dict[str, str]:
    """The settings that ``pyrdd submit`` gave to this process."""
    return {str(key): str(value) for key, value in json.loads(environ.get(SUBMITTED) or "{}").items()}

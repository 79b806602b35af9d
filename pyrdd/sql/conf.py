"""RuntimeConfig: the settings of a running session (``spark.conf``)."""

from __future__ import annotations

import os
import re
import time
from collections import ChainMap
from collections.abc import Mapping
from typing import Any

from pyrdd import settings
from pyrdd.conf import SparkConf
from pyrdd.errors import (
    AnalysisException,
    IllegalArgumentException,
    PySparkTypeError,
    SparkNoSuchElementException,
)
from pyrdd.errors.call_site import want_call_contexts
from pyrdd.sql.sql_settings import DEFAULTS, FALLBACKS, OPTIONS, STATIC

_UNSET: Any = object()
_TIME_ZONE = "spark.sql.session.timeZone"
_CALL_CONTEXTS = "spark.sql.dataFrameQueryContext.enabled"
_DOCS = "https://spark.apache.org/docs/latest"


class RuntimeConfig:
    """Reads the application's settings and those set since, of this session alone. Settings of the engine are read when
    the context starts: they cannot be changed here.

    >>> spark.conf.set("spark.sql.shuffle.partitions", 8)
    >>> spark.conf.get("spark.sql.shuffle.partitions")
    '8'
    >>> spark.conf.unset("spark.sql.shuffle.partitions")
    >>> spark.conf.get("spark.sql.shuffle.partitions"), spark.conf.get("my.key", "none")
    ('200', 'none')
    """

    def __init__(self, conf: SparkConf) -> None:
        self._conf = conf
        self._changed: dict[str, str] = {}
        given = dict(conf.getAll())
        machine = {_TIME_ZONE: local_time_zone()}
        self._values: Mapping[str, str] = ChainMap(self._changed, given, machine, dict(DEFAULTS))
        self._note_change(_CALL_CONTEXTS)

    def get(self, key: str, default: str | None = _UNSET) -> str | None:
        """The value of ``key``; ``default`` when nobody set it, else Spark's default. Raises
        SparkNoSuchElementException for an unknown key.

        >>> spark.conf.get("spark.app.name") == sc.appName
        True
        """
        _check_text(key, "key")
        if default is not _UNSET:
            if default is not None:
                _check_text(default, "default")
            if key in self._changed:
                return self._changed[key]
            if default is not None:
                _check_value(key, default)
            return self._conf.get(key, default)
        if key in FALLBACKS and key not in self.getAll:
            key = FALLBACKS[key]
        if key in self._values:
            return self._values[key]
        if key in settings.BY_KEY and settings.BY_KEY[key].default is not None:
            return str(settings.BY_KEY[key].default)
        raise SparkNoSuchElementException(errorClass="SQL_CONF_NOT_FOUND", messageParameters={"sqlConf": f'"{key}"'})

    def set(self, key: str, value: str | int | bool) -> None:
        """Sets a setting of the session. Raises for settings of the engine (CANNOT_MODIFY_CONFIG), for those that are
        fixed when the session starts (CANNOT_MODIFY_STATIC_CONFIG), and for values that they cannot have."""
        _check_text(key, "key")
        if key in STATIC:
            raise AnalysisException(errorClass="CANNOT_MODIFY_STATIC_CONFIG", messageParameters={"key": f'"{key}"'})
        if key in settings.BY_KEY:
            raise AnalysisException(
                errorClass="CANNOT_MODIFY_CONFIG", messageParameters={"key": f'"{key}"', "docroot": _DOCS}
            )
        if value is None:
            raise IllegalArgumentException(f"requirement failed: value cannot be null for key: {key}")
        if not isinstance(value, str | int | bool):
            raise PySparkTypeError(
                errorClass="NOT_EXPECTED_TYPE",
                messageParameters={"arg_name": "value", "expected_type": "bool, int or str",
                                   "arg_type": type(value).__name__},
            )  # fmt: skip
        text = str(value).lower() if isinstance(value, bool) else str(value)
        _check_value(key, text)
        self._changed[key] = text
        self._note_change(key)

    def _set_all(self, options: Mapping[str, str]) -> None:
        """Sets those of a builder's options that a running session can take; the others were for the context."""
        for key, value in options.items():
            if key not in STATIC and key not in settings.BY_KEY:
                self.set(key, value)

    def unset(self, key: str) -> None:
        """Takes back what `set` did."""
        _check_text(key, "key")
        self._changed.pop(key, None)
        self._note_change(key)

    def _note_change(self, key: str) -> None:
        """Columns are made without a session: whether they look for the program's line is said for the whole process."""
        if key == _CALL_CONTEXTS:
            want_call_contexts(self._values[key].strip().lower() == "true")

    def isModifiable(self, key: str) -> bool:
        """Whether ``key`` is a setting of SQL that `set` takes."""
        _check_text(key, "key")
        return key in DEFAULTS and key not in STATIC and key not in settings.BY_KEY

    @property
    def getAll(self) -> dict[str, str]:
        """All settings that have been given a value."""
        return {**dict(self._conf.getAll()), **self._changed}


def _check_text(value: Any, name: str) -> None:
    if not isinstance(value, str):
        raise PySparkTypeError(
            errorClass="NOT_EXPECTED_TYPE",
            messageParameters={"arg_name": name, "expected_type": "str", "arg_type": type(value).__name__},
        )


def _check_value(key: str, text: str) -> None:
    """Raises IllegalArgumentException for a value that a setting cannot have; its kind is that of its default."""
    if key == _TIME_ZONE:
        _check_time_zone(text)
    if key in OPTIONS and text.upper() not in OPTIONS[key]:
        raise _invalid("OUT_OF_RANGE_OF_OPTIONS", key, text, confOptions=", ".join(OPTIONS[key]))
    default = DEFAULTS.get(key)
    if default is None:
        return
    if default in ("true", "false") and text.strip().lower() not in ("true", "false"):
        raise _invalid("TYPE_MISMATCH", key, text, confType="boolean")
    if re.fullmatch(r"-?\d+", default) and not re.fullmatch(r"\s*-?\d+\s*", text):
        raise _invalid("TYPE_MISMATCH", key, text, confType="int")


def _check_time_zone(text: str) -> None:
    from pyrdd.sql.kernels.timezones import find_zone  # here: the table of zones is for those who set one

    if find_zone(text) is None:
        raise _invalid("TIME_ZONE", _TIME_ZONE, text)


def _invalid(sub: str, key: str, text: str, **more: str) -> IllegalArgumentException:
    return IllegalArgumentException(
        errorClass=f"INVALID_CONF_VALUE.{sub}", messageParameters={"confName": key, "confValue": text, **more}
    )


def local_time_zone() -> str:
    """The name of this machine's time zone; its offset where the name cannot be found."""
    name = os.environ.get("TZ", "").lstrip(":")
    if name and not name.startswith("/"):
        return name
    _, _, linked = os.path.realpath("/etc/localtime").partition("/zoneinfo/")
    if linked:
        return linked
    hours, minutes = divmod(-time.timezone // 60, 60)
    return "UTC" if time.timezone == 0 else f"{hours:+03d}:{minutes:02d}"

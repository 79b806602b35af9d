"""RuntimeConfig: the settings of a running session (``spark.conf``)."""

from __future__ import annotations

from pyrdd import settings
from pyrdd.conf import SparkConf
from pyrdd.errors import IllegalArgumentException, PySparkTypeError

_UNSET = object()


class RuntimeConfig:
    """Reads the application's settings and those set since. Settings of the engine are read when the context starts:
    they cannot be changed here."""

    def __init__(self, conf: SparkConf) -> None:
        self._conf = conf
        self._changed: dict[str, str] = {}

    def get(self, key: str, default: str | None | object = _UNSET) -> str | None:
        """The value of ``key``; ``default`` when it has none, else the declared default. Raises for an unknown key.

        >>> from pyrdd.sql import SparkSession
        >>> SparkSession(sc).conf.get("spark.app.name") == sc.appName
        True
        """
        if key in self._changed:
            return self._changed[key]
        found = self._conf.get(key)
        if found is not None:
            return found
        if default is not _UNSET:
            return default if default is None else str(default)
        return settings.lookup(key).default

    def set(self, key: str, value: str | int | bool) -> None:
        """Sets a setting of the session; engine settings raise, for they were read when the context started."""
        if not self.isModifiable(key):
            raise IllegalArgumentException(f"Cannot modify the value of the Spark config: {key!r}. Set it earlier.")
        if not isinstance(value, str | int | bool):
            raise PySparkTypeError(f"The value of {key} must be str, int or bool, not {type(value).__name__}")
        self._changed[key] = str(value).lower() if isinstance(value, bool) else str(value)

    def unset(self, key: str) -> None:
        """Takes back what `set` did."""
        self._changed.pop(key, None)

    def isModifiable(self, key: str) -> bool:
        """Whether `set` takes ``key``: settings that the engine declares are fixed once it runs."""
        if not isinstance(key, str):
            raise PySparkTypeError(f"A configuration key must be a str, not {type(key).__name__}")
        return key not in settings.BY_KEY

    @property
    def getAll(self) -> dict[str, str]:
        """All settings that have been given a value."""
        return {**dict(self._conf.getAll()), **self._changed}

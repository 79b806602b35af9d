"""SparkSession: the entry point of PySpark programs. So far it opens, carries and stops a context.

    SparkSession.builder.master("local[2]").getOrCreate()  -->  session.sparkContext  -->  RDDs
"""

from __future__ import annotations

import threading
from types import TracebackType
from typing import Any, ClassVar, NoReturn

from pyrdd.conf import SparkConf
from pyrdd.core.context import SparkContext
from pyrdd.errors import PySparkNotImplementedError, PySparkRuntimeError
from pyrdd.sql.conf import RuntimeConfig
from pyrdd.version import SPARK_VERSION

_DATAFRAME_MEMBERS = frozenset(
    "catalog client copyFromLocalToFs createDataFrame dataSource interruptAll interruptOperation interruptTag "
    "profile range read readStream registerProgressHandler removeProgressHandler clearProgressHandlers sql streams "
    "table tvf udf udtf addArtifact addArtifacts is_stopping".split()
)


class Builder:
    """Collects settings for `getOrCreate`."""

    def __init__(self) -> None:
        self._options: dict[str, str] = {}

    def config(
        self, key: str | None = None, value: Any = None, conf: SparkConf | None = None, *, map: Any = None
    ) -> Builder:
        """Adds a setting, all of a `SparkConf`, or all of a dictionary (``map``)."""
        if conf is not None:
            self._options.update(conf.getAll())
        elif map is not None:
            self._options.update({str(k): _text(v) for k, v in map.items()})
        elif key is not None:
            self._options[key] = _text(value)
        return self

    def master(self, master: str) -> Builder:
        """Sets who runs the tasks: ``local[4]``, ..."""
        return self.config("spark.master", master)

    def appName(self, name: str) -> Builder:
        """Names the application."""
        return self.config("spark.app.name", name)

    def remote(self, url: str) -> NoReturn:
        """Refused: there is no Spark Connect here."""
        raise _not_implemented("Spark Connect (builder.remote)", "builder.master('local[*]'), or PySpark")

    def enableHiveSupport(self) -> NoReturn:
        """Refused: there is no Hive here."""
        raise _not_implemented("Hive (builder.enableHiveSupport)", "PySpark")

    def getOrCreate(self) -> SparkSession:
        """The active session, or a new one on the active context, or on a new context with these settings."""
        with SparkSession._lock:
            session = SparkSession._instantiatedSession
            if session is None or session._sc._stopped:
                conf = SparkConf()
                for key, value in self._options.items():
                    conf.set(key, value)
                session = SparkSession(SparkContext.getOrCreate(conf))
            return session

    create = getOrCreate


class _NewBuilder:
    """``SparkSession.builder``: a new `Builder` at each access."""

    def __get__(self, instance: object, owner: type) -> Builder:
        return Builder()


class SparkSession:
    """A session on a running context. Use it as a context manager to have the context stopped.

    >>> from pyrdd.sql import SparkSession
    >>> spark = SparkSession.builder.getOrCreate()
    >>> spark.sparkContext.parallelize([1, 2, 3]).sum()
    6

    The DataFrame members are not built yet: they raise ``NOT_IMPLEMENTED``.
    """

    Builder: ClassVar[type[Builder]] = Builder
    builder: ClassVar[_NewBuilder] = _NewBuilder()
    _instantiatedSession: ClassVar[SparkSession | None] = None
    _lock: ClassVar[Any] = threading.RLock()

    def __init__(self, sparkContext: SparkContext) -> None:
        self._sc = sparkContext
        self.conf = RuntimeConfig(sparkContext._conf)
        SparkSession._instantiatedSession = self

    @property
    def sparkContext(self) -> SparkContext:
        """The context that runs this session's jobs."""
        return self._sc

    @property
    def version(self) -> str:
        """The version of Spark whose API and answers these are."""
        return SPARK_VERSION

    @classmethod
    def getActiveSession(cls) -> SparkSession | None:
        """The session made last, while its context runs; else ``None``."""
        session = cls._instantiatedSession
        return None if session is None or session._sc._stopped else session

    @classmethod
    def active(cls) -> SparkSession:
        """`getActiveSession`, which must exist."""
        session = cls.getActiveSession()
        if session is None:
            raise PySparkRuntimeError(errorClass="NO_ACTIVE_OR_DEFAULT_SESSION", messageParameters={})
        return session

    def newSession(self) -> SparkSession:
        """Another session on the same context, with settings of its own."""
        return SparkSession(self._sc)

    def addTag(self, tag: str) -> None:
        """Adds a tag to the jobs that this thread starts from now on."""
        self._sc.addJobTag(tag)

    def removeTag(self, tag: str) -> None:
        """Takes a tag away from the jobs that this thread starts from now on."""
        self._sc.removeJobTag(tag)

    def getTags(self) -> set[str]:
        """The tags of the jobs that this thread starts."""
        return self._sc.getJobTags()

    def clearTags(self) -> None:
        """Takes all tags away."""
        self._sc.clearJobTags()

    def stop(self) -> None:
        """Stops the context."""
        self._sc.stop()
        SparkSession._instantiatedSession = None

    def __enter__(self) -> SparkSession:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None
    ) -> None:
        self.stop()

    def __getattr__(self, name: str) -> Any:
        if name in _DATAFRAME_MEMBERS:
            raise _not_implemented(f"SparkSession.{name} (DataFrames and SQL)", "the RDD API, or PySpark")
        raise AttributeError(f"'SparkSession' object has no attribute {name!r}")

    def __reduce__(self) -> NoReturn:
        raise PySparkRuntimeError(errorClass="CONTEXT_ONLY_VALID_ON_DRIVER", messageParameters={})


def _text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _not_implemented(feature: str, alternative: str) -> PySparkNotImplementedError:
    return PySparkNotImplementedError(
        errorClass="NOT_IMPLEMENTED", messageParameters={"feature": feature, "alternative": alternative}
    )

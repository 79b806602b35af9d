"""SparkSession: the entry point of PySpark programs.

SparkSession.builder.master("local[2]").getOrCreate() --> session.createDataFrame, .read, .sql, .table -> DataFrames
                                                          session.sparkContext --> RDDs
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from functools import cached_property
from types import TracebackType
from typing import TYPE_CHECKING, Any, ClassVar, Generic, NoReturn, TypeVar

from pyrdd import handover
from pyrdd.conf import SparkConf
from pyrdd.core.context import SparkContext
from pyrdd.errors import PySparkRuntimeError
from pyrdd.rdd import output
from pyrdd.sql.arguments import not_implemented
from pyrdd.sql.conf import RuntimeConfig
from pyrdd.sql.jvm_session import JavaSession
from pyrdd.sql.options import option_text
from pyrdd.sql.session_data import SessionData
from pyrdd.sql.session_internals import SessionInternals
from pyrdd.util.jvm import JvmOnly
from pyrdd.version import SPARK_VERSION

if TYPE_CHECKING:
    from pyrdd.sql.catalog import Catalog
    from pyrdd.sql.catalog_state import SessionCatalog

T = TypeVar("T")


class classproperty(Generic[T]):
    """A property of a class: reading it calls the function with the class.

    >>> class Shape:
    ...     @classproperty
    ...     def label(cls):
    ...         return cls.__name__.lower()
    >>> Shape.label, Shape().label
    ('shape', 'shape')
    """

    def __init__(self, fget: Callable[[Any], T]) -> None:
        self.fget = fget

    def __get__(self, instance: object, owner: type | None) -> T:
        return self.fget(type(instance) if owner is None else owner)


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
            self._options.update({str(k): option_text(v) for k, v in map.items()})
        elif key is not None:
            self._options[key] = option_text(value)
        return self

    def master(self, master: str) -> Builder:
        """Sets who runs the tasks: ``local[4]``, ..."""
        return self.config("spark.master", master)

    def appName(self, name: str) -> Builder:
        """Names the application."""
        return self.config("spark.app.name", name)

    def remote(self, url: str) -> NoReturn:
        """Hands the program over to PySpark (see `pyrdd.handover`), for there is no Spark Connect here. Raises
        PySparkNotImplementedError where PySpark is not installed."""
        if handover.available():
            handover.hand_over(url)
        raise not_implemented("Spark Connect (builder.remote)", "builder.master('local[*]'), or PySpark")

    def enableHiveSupport(self) -> Builder:
        """Accepted, so that programs for Spark run: tables are in the application's own catalog with it and without.
        There is no Hive metastore; Hive's formats (``STORED AS`` other than Parquet, ORC and text) and functions are
        refused where they are used.

        >>> SparkSession.builder.enableHiveSupport()
        <pyrdd.sql.session.SparkSession.Builder...
        """
        return self.config("spark.sql.catalogImplementation", "hive")

    def getOrCreate(self) -> SparkSession:
        """The active session, with these settings where they can still be set; else a new one on the active context, or
        on a new context."""
        with SparkSession._lock:
            session = SparkSession._instantiatedSession
            if session is None or session._sc._stopped:
                conf = SparkConf()
                for key, value in self._options.items():
                    conf.set(key, value)
                session = SparkSession(SparkContext.getOrCreate(conf))
            session.conf._set_all(self._options)
            SparkSession._activeSession = session
            return session

    def create(self) -> SparkSession:
        """A new session on the active context, or on a new context."""
        with SparkSession._lock:
            existing = SparkSession.getActiveSession()
            session = self.getOrCreate() if existing is None else existing.newSession()
            session.conf._set_all(self._options)
            return session


# PySpark has it inside
Builder.__qualname__ = "SparkSession.Builder"


def _new_builder(session_class: type) -> Builder:
    """``SparkSession.builder``: a new `Builder` at each access."""
    return Builder()


class SparkSession(SessionData, SessionInternals):
    """A session on a running context: its settings, temporary views and functions. Use it as a context manager to have
    the context stopped.

    >>> from pyrdd.sql import SparkSession
    >>> spark = SparkSession.builder.getOrCreate()
    >>> spark.createDataFrame([(1, "a"), (2, "b")], ["n", "s"]).filter("n > 1").collect()
    [Row(n=2, s='b')]
    """

    Builder: ClassVar[type[Builder]] = Builder
    builder = classproperty(_new_builder)
    _jvm = JvmOnly()
    _jsc = JvmOnly()
    _jconf = JvmOnly()
    _instantiatedSession: ClassVar[SparkSession | None] = None
    _activeSession: ClassVar[SparkSession | None] = None
    _lock: ClassVar[Any] = threading.RLock()

    def __init__(
        self, sparkContext: SparkContext, jsparkSession: Any = None, options: dict[str, Any] | None = None
    ) -> None:
        self._sc = sparkContext
        self.conf = RuntimeConfig(sparkContext._conf)
        self.conf._set_all({key: option_text(value) for key, value in (options or {}).items()})
        if SparkSession._instantiatedSession is None or SparkSession._instantiatedSession._sc._stopped:
            SparkSession._instantiatedSession = self
            SparkSession._activeSession = self
            output.make_data_frame = _rdd_to_data_frame

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
        """The session in use, while its context runs; else ``None``."""
        session = cls._activeSession
        return None if session is None or session._sc._stopped else session

    @classmethod
    def active(cls) -> SparkSession:
        """`getActiveSession`, which must exist."""
        session = cls.getActiveSession()
        if session is None:
            raise PySparkRuntimeError(errorClass="NO_ACTIVE_OR_DEFAULT_SESSION", messageParameters={})
        return session

    @classmethod
    def _getActiveSessionOrCreate(cls, **static_conf: Any) -> SparkSession:
        found = cls.getActiveSession()
        return cls.builder.config(map=static_conf).getOrCreate() if found is None else found

    def newSession(self) -> SparkSession:
        """Another session on the same context, with settings, temporary views and functions of its own. Tables, global
        views and cached data are shared.

        >>> other = spark.newSession()
        >>> other is spark, other.sparkContext is spark.sparkContext
        (False, True)
        """
        made = SparkSession(self._sc)
        made.__dict__["_cache"] = self._cache
        made._share_tables(self)
        return made

    @cached_property
    def _catalog(self) -> SessionCatalog:
        from pyrdd.sql.catalog_state import (
            SessionCatalog,  # here: it leads to the whole of SQL, as sessions without do not
        )

        return SessionCatalog(self)

    @cached_property
    def _jsparkSession(self) -> JavaSession:
        return JavaSession()

    @cached_property
    def catalog(self) -> Catalog:
        """The databases, tables, views and functions that this session knows."""
        from pyrdd.sql.catalog import Catalog  # here: few programs ask

        return Catalog(self)

    # --- tags and interruption ------------------------------------------------------------------------------------

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

    def interruptAll(self) -> list[str]:
        """Cancels all running jobs. Jobs have no operation ids here, so the list is empty."""
        self._sc.cancelAllJobs()
        return []

    def interruptTag(self, tag: str) -> list[str]:
        """Cancels the running jobs with a tag. Jobs have no operation ids here, so the list is empty."""
        self._sc.cancelJobsWithTag(tag)
        return []

    def interruptOperation(self, op_id: str) -> NoReturn:
        """Refused: jobs have no operation ids here."""
        raise not_implemented("SparkSession.interruptOperation", "Use addTag and interruptTag.")

    # --- end ------------------------------------------------------------------------------------------------------

    def stop(self) -> None:
        """Stops the streaming queries and the context."""
        self._sc.stop()
        SparkSession._instantiatedSession = None
        SparkSession._activeSession = None

    def __enter__(self) -> SparkSession:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None) -> None:
        self.stop()

    def __reduce__(self) -> NoReturn:
        raise PySparkRuntimeError(errorClass="SESSION_ONLY_VALID_ON_DRIVER", messageParameters={})

    def _repr_html_(self) -> str:
        return (
            "<div><p><b>SparkSession - in-memory</b></p><dl>"
            f"<dt>Version</dt><dd><code>v{self.version}</code></dd>"
            f"<dt>Master</dt><dd><code>{self._sc.master}</code></dd>"
            f"<dt>AppName</dt><dd><code>{self._sc.appName}</code></dd></dl></div>"
        )


def _rdd_to_data_frame(rdd: Any, schema: Any, ratio: float | None) -> Any:
    return SparkSession._getActiveSessionOrCreate().createDataFrame(rdd, schema, ratio)

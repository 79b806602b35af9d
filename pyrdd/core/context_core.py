"""What every part of the context shares: start and stop, settings, running jobs, shared variables."""

from __future__ import annotations

import atexit
import getpass
import itertools
import logging
import os
import sys
import threading
import time
import weakref
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack
from functools import partial
from types import TracebackType
from typing import TYPE_CHECKING, Any, ClassVar, NoReturn, TypeVar

from pyrdd import handover, settings
from pyrdd.accumulators import Accumulator, AccumulatorParam
from pyrdd.conf import SparkConf
from pyrdd.core.checkpointing import run_checkpoints
from pyrdd.core.cleaner import Cleaner
from pyrdd.core.engine import Engine
from pyrdd.core.master import parse_master
from pyrdd.dependency import ShuffleDependency
from pyrdd.errors import PySparkRuntimeError
from pyrdd.errors.call_site import call_site
from pyrdd.errors.frames import show_engine_frames
from pyrdd.events import model
from pyrdd.profiler import BasicProfiler, MemoryProfiler, ProfilerCollector, UDFBasicProfiler
from pyrdd.rdd.base import BaseRDD
from pyrdd.rdd.debug_string import bytes_text
from pyrdd.rdd.facade import RDD
from pyrdd.serializers import CPickleSerializer, Serializer
from pyrdd.status import StatusTracker
from pyrdd.storage.broadcast import Broadcast, BroadcastManager
from pyrdd.taskcontext import TaskContext
from pyrdd.util import local_properties
from pyrdd.util.jvm import JvmOnly
from pyrdd.version import SPARK_VERSION, __version__

if TYPE_CHECKING:
    from pyrdd.core.context import SparkContext
    from pyrdd.resource import ResourceInformation

T = TypeVar("T")
U = TypeVar("U")


class ContextCore:
    """The life of a context and the jobs it runs."""

    _active_spark_context: ClassVar[SparkContext | None] = None
    _lock: ClassVar[Any] = threading.RLock()
    # PySpark starts every program through spark-submit, which sets this
    _system_properties: ClassVar[dict[str, str]] = {"SPARK_SUBMIT": "true"}
    _jvm = JvmOnly()
    _jsc = JvmOnly()

    def __init__(
        self,
        master: str | None = None,
        appName: str | None = None,
        sparkHome: str | None = None,
        pyFiles: list[str] | None = None,
        environment: dict[str, Any] | None = None,
        batchSize: int = 0,
        serializer: Serializer | None = None,
        conf: SparkConf | None = None,
        gateway: Any = None,
        jsc: Any = None,
        profiler_cls: type[BasicProfiler] = BasicProfiler,
        udf_profiler_cls: type[UDFBasicProfiler] = UDFBasicProfiler,
        memory_profiler_cls: type[MemoryProfiler] = MemoryProfiler,
    ) -> None:
        if TaskContext.get() is not None and (
            conf is None or conf.get("spark.executor.allowSparkContext", "false").lower() != "true"
        ):
            raise PySparkRuntimeError(errorClass="CONTEXT_ONLY_VALID_ON_DRIVER", messageParameters={})
        if gateway is not None or jsc is not None:
            raise ValueError("gateway and jsc name a JVM: pyrdd has none")
        self._started_at = call_site("SparkContext")
        self._conf = self._complete_conf(conf, master, appName, sparkHome, environment)
        with ContextCore._lock:
            self._refuse_second()
            self._batch_size = batchSize
            self._open(serializer or CPickleSerializer())
            ContextCore._active_spark_context = self  # type: ignore[assignment]
        self.profiler_collector = self._profilers(profiler_cls, udf_profiler_cls, memory_profiler_cls)
        self._share_files(pyFiles)

    # --- start and stop -----------------------------------------------------------------------------------------

    @staticmethod
    def _complete_conf(
        conf: SparkConf | None,
        master: str | None,
        app_name: str | None,
        spark_home: str | None,
        environment: dict[str, Any] | None,
    ) -> SparkConf:
        complete = SparkConf().setAll(conf.getAll() if conf is not None else [])
        for key, value in ContextCore._system_properties.items():
            if key.startswith(("spark.", "pyrdd.")):
                complete.setIfMissing(key, value)
        if master:
            complete.setMaster(master)
        if app_name:
            complete.setAppName(app_name)
        if spark_home:
            complete.setSparkHome(spark_home)
        for key, value in (environment or {}).items():
            complete.setExecutorEnv(key, str(value))
        # a laptop is where pyrdd runs: unlike spark-submit's cluster, there is something sensible to choose
        complete.setIfMissing("spark.master", "local[*]")
        complete.setIfMissing("spark.app.name", os.path.basename(sys.argv[0]) or "pyrdd")
        settings.check(dict(complete.getAll()))
        return complete

    def _refuse_second(self) -> None:
        active = ContextCore._active_spark_context
        if active is not None:
            raise ValueError(
                f"Cannot run multiple SparkContexts at once; existing SparkContext(app={active.appName}, "
                f"master={active.master}) created by {active._started_at}. Stop it first, or use "
                "SparkContext.getOrCreate()."
            )

    def _open(self, serializer: Serializer) -> None:
        conf = self._conf
        self.master, self.appName = str(conf.get("spark.master")), str(conf.get("spark.app.name"))
        self.sparkHome = conf.get("spark.home")
        self.environment = settings.executor_env(conf.getAll())
        self.serializer = self._unbatched_serializer = serializer
        if handover.is_cluster(self.master) and handover.available():
            handover.hand_over(self.master)
        parsed = parse_master(self.master)
        self._default_slots = parsed.slots
        self._start_time = int(time.time() * 1000)
        self._application_id = f"local-{self._start_time}"
        conf.set("spark.app.id", self._application_id)
        show_engine_frames(settings.FULL_TRACEBACK.read(conf))
        self._rdd_ids, self._shuffle_ids = itertools.count(), itertools.count()
        self._local_properties = local_properties.LocalProperties()
        local_properties.activate(self._local_properties)
        self._checkpoint_dir: str | None = None
        self._to_checkpoint: weakref.WeakSet[BaseRDD] = weakref.WeakSet()
        self._persisted_rdds: weakref.WeakValueDictionary[int, BaseRDD] = weakref.WeakValueDictionary()
        self._engine = Engine(parsed, conf)
        self._cleaner = Cleaner(self._engine.loop)
        self._broadcasts = BroadcastManager(self._engine.broadcast_directory(), self._cleaner.broadcast)
        self._stopped = False
        self._at_stop = ExitStack()
        self._expected_lanes: set[str] = set()
        self._stop_at_exit = partial(_stop_at_exit, self, os.getpid())
        atexit.register(self._stop_at_exit)
        self._announce()

    def _announce(self) -> None:
        bus, now = self._engine.bus, self._start_time
        bus.post(
            model.ApplicationStart(now, self._application_id, self.appName, self.sparkUser(), self.master, __version__)
        )
        bus.post(model.EnvironmentUpdate(now, dict(self._conf.getAll()), sys.version))

    def _profilers(self, *classes: Any) -> ProfilerCollector | None:
        if not settings.PROFILE.read(self._conf) and not settings.PROFILE_MEMORY.read(self._conf):
            return None
        profiler, udf_profiler, memory_profiler = classes
        collector = ProfilerCollector(
            profiler, udf_profiler, memory_profiler, settings.PROFILE_DUMP.read(self._conf)
        )
        self._engine.loop.profile_with(self._new_profiler)
        return collector

    def _new_profiler(self, node: BaseRDD) -> Any:
        """A profiler for a stage that ends at ``node``."""
        assert self.profiler_collector is not None
        profiler = self.profiler_collector.new_profiler(self)
        self.profiler_collector.add_profiler(node.rdd_id, profiler)
        return profiler

    def _share_files(self, pyFiles: list[str] | None) -> None:
        """Shares the files of the constructor and the settings (`SharedFiles`)."""
        raise NotImplementedError

    def _task_properties(self) -> dict[str, str]:
        """What every task is told besides the thread's properties (`SharedFiles`)."""
        raise NotImplementedError

    @classmethod
    def getOrCreate(cls, conf: SparkConf | None = None) -> SparkContext:
        """The active context, or a new one with ``conf``.

        >>> SparkContext.getOrCreate() is sc
        True
        """
        with ContextCore._lock:
            if ContextCore._active_spark_context is None:
                from pyrdd.core.context import SparkContext  # the class that this one is a part of

                SparkContext(conf=conf or SparkConf())
            assert ContextCore._active_spark_context is not None
            return ContextCore._active_spark_context

    def stop(self) -> None:
        """Ends streaming queries and running jobs, then stops the executors and removes their files. Idempotent; also
        called at exit."""
        # not under the lock: what ends may still ask for the context
        self._at_stop.close()
        with ContextCore._lock:
            if self._stopped:
                return
            self._stopped = True
            atexit.unregister(self._stop_at_exit)
            self._engine.bus.post(model.ApplicationEnd(int(time.time() * 1000)))
            self._engine.stop()
            self._broadcasts.close()
            local_properties.activate(None)
            if ContextCore._active_spark_context is self:
                ContextCore._active_spark_context = None

    def __enter__(self) -> SparkContext:
        return self  # type: ignore[return-value]

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None
    ) -> None:
        self.stop()

    def __reduce__(self) -> NoReturn:
        raise PySparkRuntimeError(errorClass="CONTEXT_ONLY_VALID_ON_DRIVER", messageParameters={})

    def __repr__(self) -> str:
        return f"<SparkContext master={self.master} appName={self.appName}>"

    # --- facts --------------------------------------------------------------------------------------------------

    @property
    def version(self) -> str:
        """The version of Spark whose API and answers these are.

        >>> sc.version.split(".")[0]
        '4'
        """
        return SPARK_VERSION

    @property
    def applicationId(self) -> str:
        """A unique name of this application (``local-...``)."""
        return self._application_id

    @property
    def uiWebUrl(self) -> str | None:
        """Where the user interface is served; ``None`` when it is not."""
        return None

    @property
    def startTime(self) -> int:
        """When the context started, in milliseconds since the epoch."""
        return self._start_time

    @property
    def defaultParallelism(self) -> int:
        """How many partitions there are when nobody says: ``spark.default.parallelism``, else the task slots."""
        return settings.DEFAULT_PARALLELISM.read(self._conf) or self._default_slots

    @property
    def defaultMinPartitions(self) -> int:
        """The least partitions of files when nobody says: `defaultParallelism`, but at most 2."""
        return min(self.defaultParallelism, 2)

    @property
    def resources(self) -> dict[str, ResourceInformation]:
        """Resources of the driver besides CPU and memory: local drivers have none."""
        return {}

    def sparkUser(self) -> str:
        """The name of the user who runs the program."""
        return os.environ.get("SPARK_USER") or getpass.getuser()

    def getConf(self) -> SparkConf:
        """A copy of the settings."""
        return self._conf.copy()

    def setLogLevel(self, logLevel: str) -> None:
        """Sets the level of the ``pyrdd`` logger: ALL, DEBUG, ERROR, FATAL, INFO, OFF, TRACE or WARN.

        >>> sc.setLogLevel("WARN")
        """
        levels = {"ALL": 0, "TRACE": 5, "OFF": logging.CRITICAL + 1}
        name = settings.LOG_LEVEL.parse(logLevel)
        assert name is not None
        logging.getLogger("pyrdd").setLevel(levels.get(name, name))

    @classmethod
    def setSystemProperty(cls, key: str, value: str) -> None:
        """A setting for contexts made from now on (in place of Java's system properties)."""
        ContextCore._system_properties[key] = value

    @classmethod
    def getSystemProperty(cls, key: str) -> str | None:
        """What `setSystemProperty` was given; ``None`` when nothing."""
        return ContextCore._system_properties.get(key)

    def statusTracker(self) -> StatusTracker:
        """Low-level progress of jobs and stages."""
        return StatusTracker(self._engine.state, self._engine.settle)

    # --- shared variables ---------------------------------------------------------------------------------------

    def broadcast(self, value: T) -> Broadcast[T]:
        """A read-only value that is shipped to each executor once, and read there when first used.

        >>> mapping = sc.broadcast({1: 10001, 2: 10002})
        >>> sc.parallelize([1, 2]).map(lambda x: mapping.value[x]).collect()
        [10001, 10002]
        """
        return self._broadcasts.broadcast(value)

    def accumulator(self, value: T, accum_param: AccumulatorParam[T] | None = None) -> Accumulator[T]:
        """A variable that tasks add to and the driver reads. ``accum_param`` says how to add what is not a number.

        >>> total = sc.accumulator(9)
        >>> sc.parallelize([20, 30, 40]).foreach(total.add)
        >>> total.value
        99
        """
        return self._engine.accumulators.create(value, accum_param)

    def show_profiles(self) -> None:
        """Prints what ``spark.python.profile`` collected; raises when it is off."""
        self._profiles("show").show_profiles()

    def dump_profiles(self, path: str) -> None:
        """Writes what ``spark.python.profile`` collected under ``path``; raises when it is off."""
        self._profiles("dump").dump_profiles(path)

    def _profiles(self, action: str) -> ProfilerCollector:
        if self.profiler_collector is None:
            raise PySparkRuntimeError(
                errorClass="INCORRECT_CONF_FOR_PROFILE",
                messageParameters={},
            )
        return self.profiler_collector

    # --- jobs ---------------------------------------------------------------------------------------------------

    def runJob(
        self,
        rdd: RDD[T],
        partitionFunc: Callable[[Iterator[T]], Iterable[U]],
        partitions: Sequence[int] | None = None,
        allowLocal: bool = False,
    ) -> list[U]:
        """The records of ``partitionFunc`` of each of ``partitions`` (all when ``None``), in one list.

        >>> rdd = sc.parallelize(range(6), 3)
        >>> sc.runJob(rdd, lambda part: [x * x for x in part], [0, 2])
        [0, 1, 16, 25]
        """
        mapped = rdd.mapPartitions(partitionFunc)
        return list(itertools.chain.from_iterable(mapped._run(list, partitions)))

    def _run_job(
        self, node: BaseRDD, action: Callable[[Iterator[Any]], Any], partitions: Sequence[int] | None = None
    ) -> list[Any]:
        """``action`` of each partition, in the partitions' order."""
        count = node.num_partitions if partitions is None else len(partitions)
        results: list[Any] = [None] * count
        for index, result in self._job_results(node, action, partitions):
            results[index] = result
        return results

    def _job_results(
        self,
        node: BaseRDD,
        action: Callable[[Iterator[Any]], Any],
        partitions: Sequence[int] | None = None,
        timeout: float | None = None,
    ) -> Iterator[tuple[int, Any]]:
        """``(position, result)`` as tasks end; checkpoints that the user asked for follow the job."""
        self._require_running()
        self._broadcasts.sweep()
        wanted = range(node.num_partitions) if partitions is None else list(partitions)
        _check_partitions(wanted, node)
        properties = {**self._local_properties.copy(), **self._task_properties()}
        yield from self._engine.loop.results(node, wanted, action, self._call_site(), properties, timeout)
        self._engine.observers.job_returned()
        run_checkpoints(self, node)

    def _require_running(self) -> None:
        if self._stopped:
            raise PySparkRuntimeError("Cannot call methods on a stopped SparkContext.")

    def _expect(self, lane: str) -> None:
        """An RDD of a lane was made: its executors, where they are not there yet, start while the program goes on."""
        if lane not in self._expected_lanes and not self._stopped:
            self._expected_lanes.add(lane)
            self._engine.expect(lane)

    def _new_rdd_id(self) -> int:
        return next(self._rdd_ids)

    def _new_shuffle_id(self) -> int:
        return next(self._shuffle_ids)

    def _call_site(self) -> str:
        return str(call_site())

    def _persisted(self, node: BaseRDD) -> None:
        if node.rdd_id not in self._persisted_rdds:
            self._persisted_rdds[node.rdd_id] = node
            self._cleaner.watch_rdd(node)

    def _unpersist(self, rdd_id: int) -> None:
        self._persisted_rdds.pop(rdd_id, None)
        self._cleaner.rdd(rdd_id)

    def _watch_shuffles(self, node: BaseRDD) -> None:
        for dependency in node.dependencies:
            if isinstance(dependency, ShuffleDependency):
                self._cleaner.watch_shuffle(dependency)

    def _drop_shuffle(self, shuffle_id: int) -> None:
        self._cleaner.shuffle(shuffle_id)

    def _cached_note(self, node: BaseRDD) -> list[str]:
        """Spark's line on what is cached of an RDD."""
        self._engine.settle()
        view = self._engine.state.cached.get(node.rdd_id)
        if view is None or not view.num_cached_partitions:
            return []
        return [
            f"CachedPartitions: {view.num_cached_partitions}; MemorySize: {bytes_text(view.memory_size)}; "
            f"DiskSize: {bytes_text(view.disk_size)}"
        ]


def _stop_at_exit(context: ContextCore, pid: int) -> None:
    """Stops the context of a program that ends without doing so; not in a forked child, which has none of its
    threads."""
    if os.getpid() == pid:
        context.stop()


def _check_partitions(wanted: Sequence[int], node: BaseRDD) -> None:
    count = node.num_partitions
    for index in wanted:
        if not 0 <= index < count:
            raise IndexError(f"Partition {index} does not exist: {node!r} has {count} partitions")

"""Engine: wires brain, loop, backend, bus and directory together for one context. It decides nothing itself."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from pyrdd import settings
from pyrdd.accumulators import AccumulatorRegistry
from pyrdd.conf import SparkConf
from pyrdd.core.failures import job_exception
from pyrdd.core.master import Master
from pyrdd.events.bus import EventBus
from pyrdd.events.observers import Observers
from pyrdd.executor.background_loop import BackgroundLoop
from pyrdd.executor.env import Fetch, make_env
from pyrdd.executor.inline import CallerLoop, InlineBackend
from pyrdd.executor.loop import ExecutorBackend, LoopSettings
from pyrdd.executor.sessiondir import SessionDirectory
from pyrdd.executor.task_runner import TaskRunner
from pyrdd.scheduler.dag_scheduler import DAGScheduler
from pyrdd.scheduler.policy import PoolPolicy, SchedulerPolicy

ALL_LANES = frozenset({"python", "vectorised"})
WORKER_RUNNER = "pyrdd.executor.task_runner:make_worker_runner"


class Engine:
    """The running parts of one context."""

    def __init__(self, master: Master, conf: SparkConf) -> None:
        self.master, self.conf = master, conf
        self.session = SessionDirectory(_first_directory(conf))
        self.bus = EventBus(synchronous=master.kind == "inline")
        self.observers = Observers(self.bus, conf, str(conf.get("spark.app.id")))
        self.state = self.observers.state
        self.accumulators = AccumulatorRegistry()
        self.brain = DAGScheduler(_policy(master, conf), wall=_wall_clock())
        self.backend = self._make_backend()
        self.loop = self._make_loop()
        self.loop.start()

    @property
    def shares_directory(self) -> bool:
        """Whether executors can open the driver's files."""
        return self.master.kind != "cluster"

    def broadcast_directory(self) -> str:
        """Where broadcast values go: on a cluster below the directory that the driver's block server serves."""
        return self.session.subdirectory("broadcast" if self.shares_directory else os.path.join("driver", "broadcast"))

    def expect(self, lane: str) -> None:
        """Stages of a lane will soon be run: what they run on may start meanwhile."""
        self.backend.serve(lane)

    def settle(self) -> None:
        """Waits until listeners have seen what was posted."""
        self.bus.wait_until_empty(10)

    def stop(self) -> None:
        """Ends jobs, executors and listeners, and removes the application's directory."""
        self.loop.stop()
        self.bus.stop()
        self.observers.close()
        self.session.close()

    # --- parts --------------------------------------------------------------------------------------------------

    def _make_loop(self) -> BackgroundLoop | CallerLoop:
        shared: dict[str, Any] = {
            "brain": self.brain,
            "backend": self.backend,
            "bus": self.bus,
            "clock": time.monotonic,
            "count_updates": self.accumulators.merge,
            "failure": job_exception,
            "settings": LoopSettings(
                settings.CLOSURE_SERIALIZER.read(self.conf),
                settings.CLOSURE_WARN_BYTES.read(self.conf),
                settings.MAX_RESULT_SIZE.read(self.conf),
            ),
        }
        if self.master.kind == "inline":
            return CallerLoop(lanes=ALL_LANES, **shared)
        return BackgroundLoop(**shared)

    def _make_backend(self) -> ExecutorBackend:
        make: dict[str, Callable[[], Any]] = {
            "inline": self._inline,
            "threads": self._threads,
            "processes": self._processes,
            "cluster": self._cluster,
        }
        backend: ExecutorBackend = make[self.master.kind]()
        return backend

    def _inline(self) -> Any:
        return InlineBackend(self._driver_runner, kill_grace=settings.TASK_KILL_GRACE.read(self.conf))

    def _threads(self) -> Any:
        return self._thread_backend(self._driver_runner, ALL_LANES)

    def _thread_backend(self, make_runner: Callable[[Any], TaskRunner], lanes: frozenset[str]) -> Any:
        from pyrdd.executor.threads import (
            ThreadBackend,  # each kind of executor is loaded only where it is used
        )

        return ThreadBackend(
            self.master.slots,
            make_runner,
            lanes=lanes,
            barrier_timeout=settings.BARRIER_TIMEOUT.read(self.conf),
            kill_grace=settings.TASK_KILL_GRACE.read(self.conf),
        )

    def _processes(self) -> Any:
        from pyrdd.executor.lanes import VECTORISED, DriverBlocks, LanesBackend  # each kind where it is used
        from pyrdd.executor.processes import ProcessBackend  # with the one above

        token = os.urandom(32)
        blocks = DriverBlocks(self.session.path, token)

        def runner(barrier: Any) -> TaskRunner:
            made = self._driver_runner(barrier, blocks.fetch)
            blocks.read_block = made.env.blocks.read_block
            return made

        processes = ProcessBackend(self.master.slots, self.session.path, token, self._process_options())
        return LanesBackend(self._thread_backend(runner, frozenset({VECTORISED})), processes, blocks)

    def _cluster(self) -> Any:
        from pyrdd.executor.cluster import LocalClusterBackend  # each kind is loaded only where it is used

        cores = self.master.slots // self.master.executors
        return LocalClusterBackend(
            self.master.executors,
            cores,
            self.master.memory_mib,
            self.session.path,
            os.urandom(32),
            self._process_options(),
        )

    def _process_options(self) -> Any:
        from pyrdd.executor.processes import ProcessOptions  # with the backends above

        conf = self.conf
        return ProcessOptions(
            WORKER_RUNNER,
            dict(conf.getAll()),
            settings.PYTHON_WORKER_MEMORY.read(conf) or settings.EXECUTOR_MEMORY.read(conf),
            kill_grace=settings.TASK_KILL_GRACE.read(conf),
            silence=settings.NETWORK_TIMEOUT.read(conf),
            start_timeout=settings.WORKER_START_TIMEOUT.read(conf),
            barrier_timeout=settings.BARRIER_TIMEOUT.read(conf),
            environment=settings.executor_env(conf.getAll()),
        )

    def _driver_runner(self, barrier: Any = None, fetch: Fetch | None = None) -> TaskRunner:
        conf, directory = self.conf, self.session.path
        memory = settings.DRIVER_MEMORY.read(conf)
        return TaskRunner(make_env("driver", directory, dict(conf.getAll()), memory, fetch=fetch, barrier=barrier))


def _first_directory(conf: SparkConf) -> str | None:
    directory = settings.LOCAL_DIR.read(conf)
    return directory.split(",")[0] if directory else None


def _wall_clock() -> Callable[[float], int]:
    """Milliseconds since the epoch for a reading of the monotonic clock."""
    return partial(_wall, time.time() - time.monotonic())


def _wall(offset: float, now: float) -> int:
    return int((now + offset) * 1000)


def _pools(conf: SparkConf) -> Mapping[str, PoolPolicy]:
    path = settings.SCHEDULER_ALLOCATION_FILE.read(conf)
    if path is None:
        return {}
    from pyrdd.core.pools import read_pools  # most applications have no pools

    return read_pools(path)


def _executors(master: Master) -> Mapping[str, int]:
    """How many executors there will be of each lane."""
    if master.kind == "cluster":
        return dict.fromkeys(ALL_LANES, master.executors)
    return {"python": master.slots if master.kind == "processes" else 1, "vectorised": 1}


def _policy(master: Master, conf: SparkConf) -> SchedulerPolicy:
    failures = master.max_failures
    return SchedulerPolicy(
        max_task_failures=settings.TASK_MAX_FAILURES.read(conf) if failures is None else failures,
        max_executor_losses=settings.EXECUTOR_MAX_LOSSES.read(conf),
        max_stage_attempts=settings.STAGE_MAX_ATTEMPTS.read(conf),
        mode=settings.SCHEDULER_MODE.read(conf),
        pools=_pools(conf),
        locality_wait=settings.LOCALITY_WAIT.read(conf) if master.kind == "cluster" else 0.0,
        speculation=settings.SPECULATION.read(conf),
        speculation_interval=settings.SPECULATION_INTERVAL.read(conf),
        speculation_multiplier=settings.SPECULATION_MULTIPLIER.read(conf),
        speculation_quantile=settings.SPECULATION_QUANTILE.read(conf),
        speculation_min_runtime=settings.SPECULATION_MIN_RUNTIME.read(conf),
        exclude_on_failure=settings.EXCLUDE_ON_FAILURE.read(conf),
        max_attempts_per_executor=settings.EXCLUDE_TASK_ATTEMPTS.read(conf),
        max_failures_per_executor_stage=settings.EXCLUDE_STAGE_FAILURES.read(conf),
        max_failures_per_executor=settings.EXCLUDE_APP_FAILURES.read(conf),
        exclusion_timeout=settings.EXCLUDE_TIMEOUT.read(conf),
        no_executor_timeout=settings.NO_EXECUTOR_TIMEOUT.read(conf),
        expected=_executors(master),
    )



"""TaskRunner: runs one task attempt. The same code on every kind of executor.

    TaskDescription -> unpickle the stage -> evaluate the lineage -> write map output | apply the action -> TaskReport

Closures are unpickled for every task, inline and on threads too: what would behave differently on a cluster does so
here.
"""

from __future__ import annotations

import gc
import importlib
import io
import os
import pickle
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pyrdd import settings
from pyrdd.accumulators import dump_updates
from pyrdd.dependency import ShuffleSpec
from pyrdd.errors import task_error
from pyrdd.executor.env import ExecutorEnv, accept_with_level, make_env
from pyrdd.executor.kill import TaskKilled
from pyrdd.executor.task import ControlMessage, ReportKind, StageBinary, TaskDescription, TaskReport, result_path
from pyrdd.rdd.evaluate import evaluate
from pyrdd.rdd.lineage import Node, ShippedStage, StageTable
from pyrdd.serializers import closure
from pyrdd.serializers.records import BatchPickler, dump_batches, load_batches, read_frames, write_frames
from pyrdd.shuffle.status import FetchFailed, MapStatus
from pyrdd.storage.broadcast import fetch_with, forget
from pyrdd.storage.memory import process_rss
from pyrdd.taskcontext import BarrierTaskContext, TaskContext
from pyrdd.util.frozen import frozen

if TYPE_CHECKING:
    from pyrdd.executor.worker import WorkerContext

PYTHON_PATH_PROPERTY = "pyrdd.files.python_path"
"""The task property with the places that tasks can import from besides the driver's own (`SparkContext.addPyFile`)."""


@frozen
class StageOutput:
    """What a stage does with each partition of its lineage: writes it to a shuffle, or applies an action's function."""

    shuffle: ShuffleSpec | None
    action: Callable[[Iterator[Any]], Any] | None
    profiler: Any = None


class TaskRunner:
    """Runs the tasks of one executor; may be called from several threads."""

    def __init__(self, env: ExecutorEnv) -> None:
        self.env = env
        self._direct_result_bytes = settings.INLINE_RESULT.read(env.conf)
        self._stages: dict[tuple[int, int], StageBinary] = {}
        self._shipped: dict[tuple[int, int], tuple[Sequence[Node], Sequence[bytes]]] = {}
        self._statuses: dict[tuple[int, int], Mapping[int, Sequence[MapStatus]]] = {}

    def add_stage(self, stage: StageBinary) -> None:
        """Keeps a stage's binary for the tasks to come."""
        self._stages[stage.stage_id, stage.stage_attempt] = stage

    def control(self, message: ControlMessage) -> None:
        """Housekeeping: drops what ``message`` names."""
        if message.kind == "drop_stage":
            self._stages.pop((message.id, message.attempt), None)
            self._shipped.pop((message.id, message.attempt), None)
            self._statuses.pop((message.id, message.attempt), None)
        elif message.kind == "drop_shuffle":
            self.env.shuffle.remove(message.id)
        elif message.kind == "drop_rdd":
            self.env.blocks.remove_rdd(message.id)
        elif message.kind == "drop_broadcast":
            forget(message.id)

    def run(self, description: TaskDescription) -> TaskReport:
        """Runs one attempt to its end and reports it. Raises nothing but `KeyboardInterrupt` and `TaskKilled`."""
        kind: type[TaskContext] = BarrierTaskContext if description.barrier_tasks else TaskContext
        before = TaskContext.get()
        task = kind.start(
            description.stage_id,
            description.partition,
            description.attempt,
            description.task_id,
            description.properties,
            self.env,
        )
        if description.barrier_tasks and self.env.barrier is not None:
            self._join_barrier(task, description)
        started = self.env.clock_ns()
        try:
            table = self._table(description)
            output: StageOutput = table.output
            task.metrics.deserialize_ns = self.env.clock_ns() - started
            execute = partial(self._execute, table, output, description, task)
            outcome, payload = output.profiler.profile(execute) if output.profiler else execute()
            task.finish(before)
            return self._report(description, task, outcome, payload, started)
        except FetchFailed as lost:
            return self._report(
                description, task, ReportKind.FETCH_FAILED, pickle.dumps(lost.args), started, str(lost)
            )
        except (KeyboardInterrupt, TaskKilled):
            raise
        except BaseException as error:  # also asyncio's CancelledError and the like: the task's failure
            return self._failed(description, task, error, started)
        finally:
            if TaskContext.get() is task:
                self._finish_quietly(task, before)

    def close(self) -> None:
        """Drops everything the executor holds."""
        self._stages.clear()
        self.env.close()

    # --- steps of a run -----------------------------------------------------------------------------------------

    def _table(self, description: TaskDescription) -> StageTable:
        """This task's view of its stage: the nodes are shared by the stage's tasks, what is the user's is not."""
        _extend_path(description.properties.get(PYTHON_PATH_PROPERTY, ""))
        key = (description.stage_id, description.stage_attempt)
        found = self._shipped.get(key)
        if found is None:
            shipped: ShippedStage = pickle.loads(self._stages[key].closure)
            found = self._shipped[key] = (pickle.loads(shipped.nodes), shipped.parts)
        return StageTable(*found, closure.loads)

    def _execute(
        self, table: StageTable, output: StageOutput, description: TaskDescription, task: TaskContext
    ) -> tuple[ReportKind, bytes]:
        splits = pickle.loads(description.splits)[0] if description.splits else {}
        statuses = self._parent_statuses(description)

        def read_shuffle(spec: ShuffleSpec, reduce_index: int) -> Iterator[Any]:
            return self.env.shuffle.read(spec, reduce_index, statuses[spec.shuffle_id], task.metrics)

        records = evaluate(
            table,
            description.partition,
            splits,
            task,
            read_shuffle,
            description.cached_at,
            description.peers,
        )
        if output.shuffle:
            status = self.env.shuffle.write(output.shuffle, description.partition, records, task.metrics)
            return ReportKind.MAP_OUTPUT, pickle.dumps(status)
        assert output.action is not None
        result = output.action(records)
        return self._pack(result, description)

    def _parent_statuses(self, description: TaskDescription) -> Mapping[int, Sequence[MapStatus]]:
        key = (description.stage_id, description.stage_attempt)
        found = self._statuses.get(key)
        if found is None:
            data = self._stages[key].statuses
            found = self._statuses[key] = pickle.loads(data) if data else {}
        return found

    def _pack(self, result: Any, description: TaskDescription) -> tuple[ReportKind, bytes]:
        data = pack_result(result)
        if self.env.result_directory is None or len(data) <= self._direct_result_bytes:
            return ReportKind.RESULT, data
        path = Path(result_path(self.env.result_directory, description.task_id))
        try:
            path.write_bytes(data)
        except OSError:  # a full disk: the connection takes it too, if more slowly
            path.unlink(missing_ok=True)
            return ReportKind.RESULT, data
        return ReportKind.RESULT_FILE, str(path).encode()

    def _join_barrier(self, task: TaskContext, description: TaskDescription) -> None:
        assert isinstance(task, BarrierTaskContext)
        client = self.env.barrier.client(
            description.stage_id, description.stage_attempt, description.partition, len(description.barrier_tasks)
        )
        # executors of one machine talk through files, not ports: 0 stands for none
        addresses = [a if ":" in a else f"{a}:0" for a in description.barrier_tasks]
        task.meet_through(client, addresses)

    def _failed(
        self, description: TaskDescription, task: TaskContext, error: BaseException, started: int
    ) -> TaskReport:
        if isinstance(error, ResultNotPicklable) and error.__cause__ is not None:
            captured, fatal = task_error.capture(error.__cause__), True
        else:
            captured, fatal = task_error.capture(error), False
        message = task_error.one_line(error)
        return self._report(description, task, ReportKind.FAILED, captured, started, message, fatal)

    def _finish_quietly(self, task: TaskContext, before: TaskContext | None) -> None:
        # the attempt has failed already: an error of a completion listener must not replace the first one
        try:
            task.finish(before)
        except Exception:
            return

    def _report(
        self,
        description: TaskDescription,
        task: TaskContext,
        kind: ReportKind,
        payload: bytes,
        started: int,
        message: str = "",
        fatal: bool = False,
    ) -> TaskReport:
        metrics = task.metrics
        metrics.run_ns = self.env.clock_ns() - started
        metrics.result_size = len(payload) if kind is ReportKind.RESULT else 0
        metrics.peak_rss = max(metrics.peak_rss, process_rss())
        changes = self.env.changes.drain()
        return TaskReport(
            description.task_id, kind, payload, message, fatal, metrics.to_list(), dump_updates(task), changes
        )


def _extend_path(entries: str) -> None:
    """Makes the entries importable, before the closure is unpickled."""
    for entry in filter(None, entries.split(os.pathsep)):
        if entry not in sys.path:
            sys.path.insert(1, entry)
            importlib.invalidate_caches()


# --- results as bytes -------------------------------------------------------------------------------------------

_ONE, _MANY = b"1", b"n"


class ResultNotPicklable(Exception):
    """The result of a task cannot be pickled: no retry can help."""


def _dumps(value: Any) -> bytes:
    return BatchPickler()([value])


def pack_result(result: Any) -> bytes:
    """A task's result as bytes; a list goes in batches, so that a large one costs no large pickler memo."""
    buffer = io.BytesIO()
    try:
        if type(result) is list:
            buffer.write(_MANY)
            write_frames(buffer, dump_batches(result))
        else:
            buffer.write(_ONE)
            buffer.write(_dumps(result))
    except (pickle.PicklingError, TypeError, AttributeError, RecursionError) as error:
        raise ResultNotPicklable(str(error)) from error
    return buffer.getvalue()


def unpack_result(data: bytes) -> Any:
    """The inverse of `pack_result`."""
    if data[:1] == _ONE:
        return pickle.loads(memoryview(data)[1:])[0]
    stream = io.BytesIO(data)
    stream.seek(1)
    return list(load_batches(read_frames(stream)))


def _accept_copy(
    env: ExecutorEnv, tell: Callable[[list[list[int]]], None] | None, name: str, pieces: Sequence[bytes]
) -> None:
    """Takes another executor's copy of a block, and says so at once: this executor may not run a task for long."""
    accept_with_level(env.blocks, name, pieces)
    if tell is not None:
        tell(env.changes.drain())


def make_worker_runner(context: WorkerContext) -> TaskRunner:
    """The runner of a worker process (`ProcessOptions.runner_factory`)."""
    env = make_env(
        context.executor_id,
        context.directory,
        context.conf,
        context.memory or sys.maxsize,
        fetch=context.fetch,
        push=context.push,
        endpoint=context.endpoint,
        host_local=context.host_local,
        result_directory=context.result_directory,
        barrier=context.barrier,
    )
    if context.server is not None:
        context.server.read_block = env.blocks.read_block
        context.server.put_block = partial(_accept_copy, env, context.tell_blocks)
    # records are long-lived and acyclic: with Python's thresholds half of a cogroup's time went into looking for cycles
    gc.freeze()
    gc.set_threshold(100_000, 20, 100)
    if context.fetch is not None and context.driver_endpoint is not None:
        fetch_with(partial(context.fetch, context.driver_endpoint))
    return TaskRunner(env)

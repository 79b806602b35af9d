"""LanesBackend: ``local[N]``. Stages of Python closures run in worker processes, vectorised stages in driver threads.

    lane "vectorised"  -->  ThreadBackend    one executor, "driver": its engine lets the interpreter's lock go
    lane "python"      -->  ProcessBackend   N executors
                            both write below one directory; cached blocks cross through block servers

Each part starts when a stage first needs it, so a program that only queries tables never starts a process.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from typing import TYPE_CHECKING

from pyrdd.executor.processes import ProcessBackend
from pyrdd.executor.task import ControlMessage, StageBinary, TaskDescription, TaskReport
from pyrdd.executor.threads import ThreadBackend
from pyrdd.scheduler.messages import SchedulerEvent

if TYPE_CHECKING:
    from pyrdd.executor.transfer import BlockClient, BlockServer, ReadBlock

PYTHON, VECTORISED = "python", "vectorised"


class LanesBackend:
    """Two backends behind the face of one. An `ExecutorBackend` (docs/architecture.md).

    ``blocks`` serves what the threads' executor has cached to the workers.
    """

    def __init__(self, threads: ThreadBackend, processes: ProcessBackend, blocks: DriverBlocks) -> None:
        self._threads, self._processes, self._blocks = threads, processes, blocks
        self._parts: dict[str, ThreadBackend | ProcessBackend] = {VECTORISED: threads, PYTHON: processes}
        self._started: list[ThreadBackend | ProcessBackend] = []
        self._lock = threading.Lock()
        self._stopping = False

    def start(
        self, post: Callable[[SchedulerEvent], None], on_report: Callable[[str, TaskReport], None]
    ) -> None:
        """Starts nothing yet: `serve` does."""
        self._post, self._on_report = post, on_report

    def serve(self, lane: str) -> None:
        """Starts the executors of a lane, unless they run already; returns at once. From any thread."""
        part = self._parts[lane]
        with self._lock:
            if self._stopping:
                return
            if part not in self._started:
                part.start(self._post, self._on_report)
                self._started.append(part)
        part.serve(lane)

    def send_stage(self, executor_id: str, stage: StageBinary) -> None:
        """Gives a stage to one executor."""
        self._part_of(executor_id).send_stage(executor_id, stage)

    def launch(self, executor_id: str, task: TaskDescription) -> None:
        """Gives a task to one executor."""
        self._part_of(executor_id).launch(executor_id, task)

    def kill(self, executor_id: str, task_id: int, reason: str, interrupt: bool) -> None:
        """Ends a task in the way of its lane."""
        self._part_of(executor_id).kill(executor_id, task_id, reason, interrupt)

    def broadcast(self, message: ControlMessage) -> None:
        """Hands housekeeping to all executors that have started."""
        for part in list(self._started):
            part.broadcast(message)

    def endpoint(self, executor_id: str) -> str | None:
        """Where an executor's cached blocks can be read."""
        if executor_id == self._threads.executor_id:
            return self._blocks.endpoint()
        return self._processes.endpoint(executor_id)

    def stop(self) -> None:
        """Ends what has started. Idempotent."""
        with self._lock:
            self._stopping = True
        for part in self._started:
            part.stop()
        self._blocks.close()

    def _part_of(self, executor_id: str) -> ThreadBackend | ProcessBackend:
        return self._threads if executor_id == self._threads.executor_id else self._processes


class DriverBlocks:
    """The driver's end of the exchange of cached blocks. Sockets are opened when the first block crosses."""

    def __init__(self, directory: str, token: bytes, identity: str = "driver") -> None:
        # a directory of its own: only blocks are served, shuffle files are opened where they lie
        self._directory = os.path.join(directory, f"served-by-{identity}")
        self._token, self._identity = token, identity
        self._lock = threading.Lock()
        self._client: BlockClient | None = None
        self._server: BlockServer | None = None
        self.read_block: ReadBlock | None = None

    def fetch(self, endpoint: str, name: str, offset: int, length: int) -> bytes:
        """A range of a worker's block (`BlockClient.fetch`)."""
        from pyrdd.executor.transfer import BlockClient  # most programs never come here

        with self._lock:
            client = self._client = self._client or BlockClient(self._token, self._identity)
        return client.fetch(endpoint, name, offset, length)

    def endpoint(self) -> str | None:
        """The address of the server, which is started here; ``None`` when there is nothing to serve."""
        if self.read_block is None:
            return None
        from pyrdd.executor.transfer import BlockServer  # most programs never come here

        with self._lock:
            if self._server is None:
                os.makedirs(self._directory, mode=0o700, exist_ok=True)
                self._server = BlockServer(self._directory, self._token, self.read_block)
            return self._server.endpoint

    def close(self) -> None:
        """Stops serving."""
        with self._lock:
            if self._server is not None:
                self._server.close()

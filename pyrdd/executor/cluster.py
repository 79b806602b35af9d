"""LocalClusterBackend: ``local-cluster[E,C,M]``, the honest small cluster.

    driver ----- block server (broadcasts)
      |                    ^
      +--gateway--> executor 0: C slots, M MiB, own directory, block server <--fetch, push--> executor 1 ...

Executors share no disk, by rule: the directory of an executor goes with it, and so do its map outputs and
blocks.
"""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from pyrdd.executor.processes import ProcessBackend, ProcessOptions
from pyrdd.executor.transfer import BlockServer, ReadBlock
from pyrdd.util.frozen import replace

if TYPE_CHECKING:
    from pyrdd.executor.workerlaunch import Launch
    from pyrdd.executor.workerprocess import WorkerProcess


class LocalClusterBackend(ProcessBackend):
    """``executors`` processes with ``cores`` slots and a budget of ``memory_mib`` each.

    ``read_block`` serves the driver's blocks to the executors (``WorkerContext.driver_endpoint``).
    """

    storage_lost = True
    host_local = False
    lanes = frozenset({"python", "vectorised"})

    def __init__(
        self,
        executors: int,
        cores: int,
        memory_mib: int,
        directory: str,
        token: bytes,
        options: ProcessOptions,
        read_block: ReadBlock | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        options = replace(options, memory=memory_mib * 2**20)
        super().__init__(executors, directory, token, options, cores, clock)
        self._read_block = read_block
        self._server: BlockServer | None = None

    def _open(self) -> Launch:
        path = os.path.join(self.directory, "driver")
        os.makedirs(path, mode=0o700, exist_ok=True)
        self._server = BlockServer(path, self._token, self._read_block)
        return super()._open()

    def _close(self) -> None:
        super()._close()
        if self._server is not None:
            self._server.close()

    def _hello(self, executor_id: str) -> dict[str, Any]:
        assert self._server is not None
        return super()._hello(executor_id) | {
            "result_directory": None,
            "driver_endpoint": self._server.endpoint,
        }

    def _dispose(self, worker: WorkerProcess) -> None:
        shutil.rmtree(self._directory_of(worker.executor_id), ignore_errors=True)

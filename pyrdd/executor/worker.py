"""Worker: the main program of an executor process.

    driver --- stdin: token, address, sys.path --->  bootstrap    then the pipe stays open: its end is the driver's end
           <== gateway: frames ==================>  reader thread --> tasks (main thread, or one thread per slot)
                                                     watchdog thread: leaves when the driver is gone

Started by `workerprocess` as ``python -c BOOTSTRAP``, so that the user's ``__main__`` is never imported
again. The program's arguments and environment hold no secret: the token comes through stdin. A worker never
outlives its driver: the kernel kills its process group when the pipe closes (Linux), and the watchdog looks
as well.
"""

from __future__ import annotations

import os
import signal
import socket
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from itertools import count
from queue import SimpleQueue
from typing import Any

from pyrdd.environment import AS_PYSPARK
from pyrdd.executor import frames, gateway, wire
from pyrdd.executor.barrier import BarrierCall, BarrierGate
from pyrdd.executor.kill import KillableTasks, Runner
from pyrdd.executor.task import ControlMessage, StageBinary, TaskDescription, TaskReport
from pyrdd.executor.transfer import BlockClient, BlockServer
from pyrdd.executor.wire import Message
from pyrdd.util.frozen import frozen, replace

BOOTSTRAP = (
    "import sys, json; boot = json.loads(sys.stdin.buffer.readline()); sys.path[:] = boot['path']; "
    "from pyrdd.executor.worker import main; main(boot)"
)

WATCH_SECONDS = 0.5
_MEASURE_SECONDS = 0.02
_NOTICED_GROWTH = 16 * 1024 * 1024


@frozen
class WorkerContext:
    """What a runner factory is given: this executor's settings, and its ways to the others.

    ``memory`` is the executor's budget in bytes (``None``: unlimited). ``server`` is this executor's block
    server at ``endpoint``, and ``fetch``/``push`` reach the others'; ``host_local`` says that they share a
    directory, so that only cached blocks go that way. ``driver_endpoint`` is the driver's block server.
    ``result_directory`` is one that the driver reads too. ``tell_blocks`` tells the driver of changes to cached blocks
    that no task of this executor made.
    """

    executor_id: str
    slots: int
    directory: str
    conf: Mapping[str, str]
    memory: int | None
    host_local: bool
    barrier: BarrierGate
    result_directory: str | None = None
    endpoint: str | None = None
    driver_endpoint: str | None = None
    server: BlockServer | None = None
    tell_blocks: Callable[[list[list[int]]], None] | None = None
    fetch: Callable[[str, str, int, int], bytes] | None = None
    push: Callable[[str, str, Sequence[bytes]], None] | None = None


RunnerFactory = Callable[[WorkerContext], Runner]


def main(boot: Mapping[str, Any]) -> None:
    """Runs a worker until the driver says stop or is gone. Never returns."""
    parent = os.getppid()
    lifeline = _take_stdin()
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _enable_diagnostics()
    _die_with(lifeline)
    watcher = threading.Thread(target=_watch, args=(lifeline, parent), name="pyrdd-watchdog", daemon=True)
    watcher.start()
    token = bytes.fromhex(boot["token"])
    sock = gateway.connect(boot["address"], token, boot["executor_id"], timeout=boot["timeout"])
    code = 1
    try:
        Worker(sock, token, boot["executor_id"]).serve()
        code = 0
    except ConnectionError:
        _die()
    except BaseException:
        sys.excepthook(*sys.exc_info())
    finally:
        _leave(code)


class Worker:
    """One executor process: takes frames, runs tasks, sends reports."""

    def __init__(self, sock: socket.socket, token: bytes, executor_id: str) -> None:
        self._sock, self._token, self._executor_id = sock, token, executor_id
        self._reader = frames.FrameReader(sock)
        self._send_lock = threading.Lock()
        self._queue: SimpleQueue[TaskDescription | None] = SimpleQueue()
        self._tasks = KillableTasks()
        self._barriers: dict[int, Callable[[list[str], str | None], None]] = {}
        self._barrier_numbers = count()
        self._rss, self._measured_at = 0, 0.0
        self._endpoint: str | None = None

    def serve(self) -> None:
        """Greets the driver, builds the runner, then runs tasks in this thread (and more, one per slot)."""
        hello = self._reader.read()
        if hello is None:
            return
        settings = hello[1]
        self._adopt(settings)
        self._runner = self._make_runner(settings)
        self._send([int(Message.READY), self._endpoint, resident_memory()])
        self._start(self._read_frames, "pyrdd-gateway")
        self._start(self._tell_memory, "pyrdd-memory")
        for slot in range(1, settings["slots"]):
            self._start(self._run_tasks, f"pyrdd-task-{slot}")
        self._run_tasks()

    def _start(self, target: Callable[[], None], name: str) -> None:
        threading.Thread(target=target, name=name, daemon=True).start()

    def _adopt(self, settings: Mapping[str, Any]) -> None:
        """Takes over what a program can see of the driver's process."""
        sys.argv[:] = settings["argv"]
        try:
            os.chdir(settings["cwd"])
        except OSError as error:
            print(f"pyrdd: the worker cannot enter the driver's directory: {error}", file=sys.stderr)
        if os.environ.get(AS_PYSPARK):
            from pyrdd.alias import install  # here: few programs want it, and it takes a while to load

            install(rename=False)

    def _make_runner(self, settings: Mapping[str, Any]) -> Runner:
        module, _, name = settings["factory"].partition(":")
        __import__(module)
        factory: RunnerFactory = getattr(sys.modules[module], name)
        context = WorkerContext(
            self._executor_id,
            settings["slots"],
            settings["directory"],
            settings["conf"],
            settings["memory"],
            settings["host_local"],
            BarrierGate(self._call_barrier),
            settings["result_directory"],
            driver_endpoint=settings["driver_endpoint"],
            tell_blocks=self._tell_blocks,
        )
        return factory(self._connect_blocks(context))

    def _connect_blocks(self, context: WorkerContext) -> WorkerContext:
        # executors that share a directory read each other's files, but cached blocks are in memory
        private = os.path.join(context.directory, f"served-by-{self._executor_id}")
        directory = private if context.host_local else context.directory
        os.makedirs(directory, mode=0o700, exist_ok=True)
        server = BlockServer(directory, self._token)
        self._endpoint = server.endpoint
        client = BlockClient(self._token, self._executor_id)
        return replace(
            context, server=server, endpoint=server.endpoint, fetch=client.fetch, push=client.push
        )

    # --- frames in -----------------------------------------------------------------------------------------

    def _read_frames(self) -> None:
        try:
            while (message := self._reader.read()) is not None:
                if message[0] == Message.STOP:
                    self._stop()
                self._handle(message)
        except OSError:
            pass  # the driver is gone, as when the stream just ends
        except BaseException:
            # A message that cannot be handled must not leave a worker that listens to nobody.
            sys.excepthook(*sys.exc_info())
        _die()

    def _handle(self, message: list[Any]) -> None:
        kind = message[0]
        if kind == Message.TASK:
            task = TaskDescription(*message[1:])
            self._tasks.enqueue(task.task_id)
            self._queue.put(task)
        elif kind == Message.STAGE:
            self._runner.add_stage(StageBinary(*message[1:]))
        elif kind == Message.KILL:
            self._tasks.kill(message[1], message[2])
        elif kind == Message.CONTROL:
            self._runner.control(ControlMessage(*message[1:]))
        elif kind == Message.BARRIER and (reply := self._barriers.pop(message[1], None)):
            reply(message[2], message[3])

    def _stop(self) -> None:
        """Ends this process in an orderly way; what a task still does is cut off."""
        if not self._tasks.running():
            self._runner.close()
        _leave(0)

    # --- tasks ---------------------------------------------------------------------------------------------

    def _run_tasks(self) -> None:
        while (task := self._queue.get()) is not None:
            self._report(self._tasks.run(self._runner, task))

    def _report(self, report: TaskReport) -> None:
        _flush()
        try:
            self._send(wire.report_message(report, self._memory()))
        except OSError:
            _die()

    def _memory(self) -> int:
        """The resident memory, measured anew when the last figure is old: tiny tasks would pay for it."""
        now = time.monotonic()
        if now - self._measured_at > _MEASURE_SECONDS:
            self._rss, self._measured_at = resident_memory(), now
        return self._rss

    def _send(self, message: list[Any]) -> None:
        with self._send_lock:
            frames.send(self._sock, message)

    def _call_barrier(self, call: BarrierCall, reply: Callable[[list[str], str | None], None]) -> None:
        number = next(self._barrier_numbers)
        self._barriers[number] = reply
        frame = b"".join(frames.encode(wire.barrier_message(number, call)))
        # One call into C: a kill that hits this task's thread cannot leave half a frame behind.
        with self._send_lock:
            self._sock.sendall(frame)

    def _tell_blocks(self, changes: list[list[int]]) -> None:
        if changes:
            self._send([int(Message.BLOCKS), changes])

    def _tell_memory(self) -> None:
        """Tells the driver that this process lives and what memory it has: soon when it grows."""
        told, quiet = 0, 0
        pause = threading.Event()
        while not pause.wait(WATCH_SECONDS):
            now, quiet = resident_memory(), quiet + 1
            if now - told < _NOTICED_GROWTH and quiet < 10:
                continue
            told, quiet = now, 0
            try:
                self._send([int(Message.ALIVE), now])
            except OSError:
                _die()


# --- the process -------------------------------------------------------------------------------------------


def resident_memory() -> int:
    """The bytes of memory this process has resident now; 0 when the system does not say."""
    # Imported here: this module is loaded before the worker has connected, that one with its runner.
    from pyrdd.storage.memory import process_rss

    try:
        return process_rss()
    except OSError:  # no more file descriptors, no /proc
        return 0


def _take_stdin() -> int:
    """Moves the driver's pipe away from stdin, so that neither tasks nor their child processes can read or
    keep it."""
    lifeline = os.dup(0)
    null = os.open(os.devnull, os.O_RDONLY)
    os.dup2(null, 0)
    os.close(null)
    return lifeline


def _enable_diagnostics() -> None:
    import faulthandler  # a worker is imported for tests too, without being started

    faulthandler.enable()
    for stream in (sys.stdout, sys.stderr):
        # A line at a time: what a task printed must not be lost with the process.
        stream.reconfigure(line_buffering=True, errors="backslashreplace")  # type: ignore[union-attr]


def _die_with(lifeline: int) -> None:
    """Asks the kernel to kill this process group when the driver's end of the pipe closes.

    The watchdog thread needs the interpreter's lock for that; a task inside a long C call may hold it for
    minutes.
    """
    if not sys.platform.startswith("linux"):
        return
    import fcntl  # only where there is one

    try:
        fcntl.fcntl(lifeline, fcntl.F_SETOWN, -os.getpgrp() if os.getpgrp() == os.getpid() else os.getpid())
        fcntl.fcntl(lifeline, 10, int(signal.SIGKILL))  # F_SETSIG
        fcntl.fcntl(lifeline, fcntl.F_SETFL, fcntl.fcntl(lifeline, fcntl.F_GETFL) | os.O_ASYNC)
    except OSError:
        return  # the watchdog remains


def _watch(lifeline: int, parent: int) -> None:
    """Leaves when the pipe closes or another process became the parent (a fork of the driver may hold the
    pipe open)."""
    if os.name != "posix":
        os.read(lifeline, 1)
        _die()
    import select  # not needed on Windows

    while os.getppid() == parent:
        if select.select([lifeline], [], [], WATCH_SECONDS)[0] and not os.read(lifeline, 1):
            break
    _die()


def _die() -> None:
    """The driver is gone: nothing of this worker stays, not even the programs that its tasks started."""
    if os.name == "posix" and os.getpgrp() == os.getpid():
        os.killpg(os.getpid(), signal.SIGKILL)
    os._exit(1)


def _flush() -> None:
    for name, number in (("stdout", 1), ("stderr", 2)):
        try:
            getattr(sys, name).flush()
        except OSError:
            continue
        except (ValueError, AttributeError):  # a task closed or removed it: later tasks may still print
            with suppress(OSError):
                setattr(sys, name, open(number, "w", 1, errors="backslashreplace", closefd=False))


def _leave(code: int) -> None:
    """Ends the process at once; its threads may be anywhere."""
    _flush()
    os._exit(code)

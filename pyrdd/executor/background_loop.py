"""BackgroundLoop: the scheduler's loop of threads, processes and clusters: one daemon thread, one queue."""

from __future__ import annotations

import contextlib
import queue
import threading
from collections.abc import Mapping
from typing import Any

from pyrdd.executor.loop import Job, SchedulerLoop
from pyrdd.executor.task import ControlMessage, TaskReport
from pyrdd.scheduler import messages as m

_Item = (
    m.SchedulerEvent
    | tuple[str, TaskReport]
    | tuple[Job, m.JobSubmitted]
    | tuple[m.SchedulerEvent | None, ControlMessage]
    | None
)


class BackgroundLoop(SchedulerLoop):
    """Runs in a daemon thread that is the only one to touch the brain."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._queue: queue.SimpleQueue[_Item] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._run, name="pyrdd-scheduler", daemon=True)

    def start(self) -> None:
        """Starts the backend and the thread."""
        self._thread.start()
        self._backend.start(self.post, self._on_report)

    def post(self, event: m.SchedulerEvent) -> None:
        self._queue.put(event)

    _later = post

    def post_control(self, event: m.SchedulerEvent | None, message: ControlMessage) -> None:
        self._queue.put((event, message))

    def stop(self) -> None:
        if self._stopped is None:
            self._queue.put(None)
            self._thread.join(10)
            self._backend.stop()

    def _on_report(self, executor_id: str, report: TaskReport) -> None:
        self._queue.put((executor_id, report))

    def _submit(self, job: Job, properties: Mapping[str, str]) -> None:
        event = m.JobSubmitted(
            self._clock(), job.job_id, job.rdd, job.partitions, job.call_site, dict(properties)
        )
        self._queue.put((job, event))
        # the thread may be gone, as it is in a forked child: nobody would answer
        if self._stopped is not None or not self._thread.is_alive():
            self._refuse(job)

    def _refuse(self, job: Job) -> None:
        why = self._stopped or "its scheduler is not in this process, which was forked"
        job.ended = m.JobEnded(job.job_id, m.JobFailure("cancelled", why))
        job.inbox.put(job.ended)

    def _next_message(self, job: Job, deadline: float | None) -> m.Action | dict[int, bytes] | None:
        if deadline is None:
            return job.inbox.get()
        try:
            return job.inbox.get(timeout=max(0.0, deadline - self._clock()))
        except queue.Empty:
            return None

    def _cancel_and_wait(self, job: Job) -> None:
        self.post(m.JobCancelled(self._clock(), job_id=job.job_id, reason="the program stopped waiting for it"))
        while not isinstance(job.inbox.get(), m.JobEnded):
            pass

    def _run(self) -> None:
        try:
            while self._step():
                pass
            self._fail_everything("the SparkContext was stopped")
        except BaseException as error:
            self._fail_everything(f"internal error in the scheduler: {type(error).__name__}: {error}")
            raise
        finally:
            self._drain_submissions()

    def _step(self) -> bool:
        item = self._take()
        if item is None:
            return False
        if isinstance(item, tuple):
            first, second = item
            if isinstance(first, Job) and isinstance(second, m.JobSubmitted):
                self._jobs[first.job_id] = first
                self._handle(second)
            elif isinstance(first, str) and isinstance(second, TaskReport):
                self._handle_report(first, second)
            elif isinstance(second, ControlMessage):
                self._handle_control(first, second)  # type: ignore[arg-type]
        else:
            self._handle(item)
        return True

    def _take(self) -> _Item:
        if self._wake_at is None:
            return self._queue.get()
        try:
            return self._queue.get(timeout=max(0.0, self._wake_at - self._clock()))
        except queue.Empty:
            self._wake_at = None
            return m.Tick(self._clock())

    def _drain_submissions(self) -> None:
        with contextlib.suppress(queue.Empty):
            while True:
                item = self._queue.get_nowait()
                if isinstance(item, tuple) and isinstance(item[0], Job):
                    self._refuse(item[0])

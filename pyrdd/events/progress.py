"""Progress bars: the stages that run, on one line that is redrawn in place, as `AppState` tells.

    [Stage 3:==============>                (12 + 2) / 40]      12 tasks done, 2 running, 40 in all

    bus --JobStart--> ProgressReporter --every 200 ms while jobs run--> ProgressBar.refresh --line--> Surface

A stage shows up once it has run for half a second, so short jobs print nothing. On a terminal the line is
wiped when the jobs are over; in a notebook it is one output cell that is updated; anywhere else there is
nothing to see.
"""

from __future__ import annotations

import os
import sys
import threading
import time
from collections.abc import Callable
from typing import IO, Any, Protocol

from pyrdd.events.model import Event, JobEnd, JobStart
from pyrdd.events.state import AppState
from pyrdd.events.views import StageAttemptView, StageView

_MAX_STAGES = 3


class Surface(Protocol):
    """Where one line can be shown and replaced."""

    def width(self) -> int:
        """How many characters fit."""

    def show(self, line: str) -> None:
        """Replaces what was shown."""

    def clear(self) -> None:
        """Shows nothing, leaving the place free for other output."""


class TerminalSurface:
    """The line of a terminal that the cursor is on."""

    def __init__(self, stream: IO[str], columns: Callable[[], int] | None = None) -> None:
        self._stream = stream
        self._columns = columns or _terminal_columns
        self._shown = 0

    def width(self) -> int:
        """One less than the terminal has: a full line would wrap on some terminals."""
        return self._columns() - 1

    def show(self, line: str) -> None:
        self._write("\r" + line.ljust(self._shown))
        self._shown = len(line)

    def clear(self) -> None:
        if self._shown:
            self._write("\r" + " " * self._shown + "\r")
            self._shown = 0

    def _write(self, text: str) -> None:
        try:
            self._stream.write(text)
            self._stream.flush()
        except (OSError, ValueError):
            # The terminal is gone; a progress bar is not worth an error.
            self._shown = 0


class NotebookSurface:
    """One output of the running notebook cell. ``display`` is IPython's function of that name."""

    def __init__(self, display: Callable[..., Any], columns: int = 80) -> None:
        self._display, self._columns = display, columns
        self._handle: Any = None

    def width(self) -> int:
        return self._columns

    def show(self, line: str) -> None:
        content = {"text/plain": line}
        if self._handle is None:
            self._handle = self._display(content, raw=True, display_id=True)
        else:
            self._handle.update(content, raw=True)

    def clear(self) -> None:
        if self._handle is not None:
            self._handle.update({"text/plain": ""}, raw=True)
            self._handle = None


def find_surface(stream: IO[str] | None = None) -> Surface | None:
    """The place for progress bars: the notebook when one runs this process, else the terminal of ``stream``
    (``sys.stderr``), else ``None``."""
    display = _notebook_display()
    if display is not None:
        return NotebookSurface(display)
    stream = sys.stderr if stream is None else stream
    try:
        return TerminalSurface(stream) if stream is not None and stream.isatty() else None
    except ValueError:
        return None


def render(state: AppState, width: int, now: int, delay_ms: int = 500) -> str:
    """The line for the stages that have run for more than ``delay_ms``, oldest first; empty when there are
    none."""
    with state.lock:
        shown = [
            (stage, stage.attempts[-1])
            for _, stage in sorted(state.active_stages.items())
            if now - stage.attempts[-1].submitted > delay_ms
        ][:_MAX_STAGES]
        return "".join(_bar(stage, attempt, width // len(shown)) for stage, attempt in shown)


def _bar(stage: StageView, attempt: StageAttemptView, width: int) -> str:
    done = min(attempt.tasks.succeeded, attempt.num_tasks)
    head = f"[Stage {stage.info.stage_id}:"
    tail = f"({done} + {max(attempt.tasks.active, 0)}) / {attempt.num_tasks}]"
    room = width - len(head) - len(tail)
    if room < 1:
        return (head + tail)[:width]
    filled = room * done // attempt.num_tasks if attempt.num_tasks else room
    return head + ("=" * filled + ">").ljust(room)[:room] + tail


class ProgressBar:
    """The line itself: draws what is new. ``now`` gives the scheduler's time, milliseconds since the
    epoch."""

    def __init__(
        self, state: AppState, surface: Surface, now: Callable[[], int], delay_ms: int = 500
    ) -> None:
        self._state, self._surface, self._now, self._delay_ms = state, surface, now, delay_ms
        self._line, self._paused = "", False
        self._lock = threading.Lock()

    def refresh(self) -> None:
        """Redraws when something changed; wipes the line when no stage is long enough on the way."""
        with self._lock:
            line = render(self._state, self._surface.width(), self._now(), self._delay_ms)
            if line != self._line and not self._paused:
                self._draw(line)

    def finish(self) -> None:
        """Wipes the line."""
        with self._lock:
            if self._line:
                self._draw("")

    def pause(self) -> None:
        """Wipes the line and draws no other until `resume`."""
        self._paused = True
        self.finish()

    def resume(self) -> None:
        """Allows drawing again."""
        self._paused = False

    def _draw(self, line: str) -> None:
        if line:
            self._surface.show(line)
        else:
            self._surface.clear()
        self._line = line


class ProgressReporter:
    """Refreshes a progress bar while jobs run. A listener of the bus, to be added after the state's.

    Its thread sleeps while no job is active. `stop` wipes the line and ends the thread.
    """

    def __init__(self, bar: ProgressBar, state: AppState, period: float = 0.2) -> None:
        self._bar, self._state, self._period = bar, state, period
        self._busy, self._stopped = threading.Event(), threading.Event()
        self._thread: threading.Thread | None = None

    def __call__(self, event: Event) -> None:
        """Wakes the thread when a job starts; wipes the line when the last one ends, since the program will
        go on and may print."""
        if isinstance(event, JobStart):
            self._wake()
        elif isinstance(event, JobEnd) and not self._state.active_jobs:
            self._bar.finish()

    def _wake(self) -> None:
        self._bar.resume()
        self._busy.set()
        if self._thread is None:
            self._thread = threading.Thread(target=self._run, name="pyrdd-progress", daemon=True)
            self._thread.start()

    def job_returned(self) -> None:
        """To be called by the thread that waited for a job before it goes on and prints, since the event of
        the job's end may still be on its way: wipes the line, unless other jobs run."""
        if len(self._state.active_jobs) <= 1:
            self._bar.pause()

    def stop(self) -> None:
        """May be called more than once."""
        self._stopped.set()
        self._busy.set()
        if self._thread is not None and self._thread is not threading.current_thread():
            self._thread.join(5.0)

    def _run(self) -> None:
        while self._busy.wait() and not self._stopped.is_set():
            self._busy.clear()
            while self._state.active_jobs and not self._stopped.wait(self._period):
                self._bar.refresh()
            self._bar.finish()


def console_progress(
    state: AppState, stream: IO[str] | None = None, period: float = 0.2
) -> ProgressReporter | None:
    """A reporter for this process's terminal or notebook; ``None`` where there is neither."""
    surface = find_surface(stream)
    if surface is None:
        return None
    bar = ProgressBar(state, surface, lambda: time.time_ns() // 1_000_000)
    return ProgressReporter(bar, state, period)


def _terminal_columns() -> int:
    """The width of the terminal on standard error, which is where the bar goes."""
    try:
        return os.get_terminal_size(2).columns or 80
    except OSError:
        return 80


def _notebook_display() -> Callable[..., Any] | None:
    """IPython's ``display`` when ipykernel runs this process; IPython is never imported for it."""
    ipython = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython is not None and "ipykernel" in sys.modules else None
    if shell is None or type(shell).__name__ != "ZMQInteractiveShell":
        return None
    display: Callable[..., Any] | None = getattr(sys.modules.get("IPython.display"), "display", None)
    return display

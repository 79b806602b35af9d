import io
import sys
import threading
from types import ModuleType

import pytest

from pyrdd.events import model
from pyrdd.events.progress import (
    NotebookSurface,
    ProgressBar,
    ProgressReporter,
    TerminalSurface,
    console_progress,
    find_surface,
    render,
)
from pyrdd.events.state import AppState, fold
from tests.events.strategies import stage_info


def running_stage(stage_id=3, tasks=40, done=12, active=2, submitted=1000) -> list[model.Event]:
    events: list[model.Event] = [
        model.JobStart(submitted, stage_id, "count", (stage_info(stage_id, tasks),), {}),
        model.StageSubmitted(submitted, stage_id, 0, tasks, (stage_id,)),
    ]
    for partition in range(done + active):
        task = (100 * stage_id + partition, stage_id, 0, partition, 0, "0")
        events.append(model.TaskStart(submitted, *task, "ANY"))
        if partition < done:
            events.append(model.TaskEnd(submitted, *task, "success"))
    return events


def test_the_bar_shows_finished_running_and_all_tasks_in_the_width_given():
    line = render(fold(running_stage()), width=60, now=2000)
    assert line == "[Stage 3:===========>                         (12 + 2) / 40]"
    assert len(line) == 60


def test_a_stage_shows_up_after_half_a_second():
    state = fold(running_stage(submitted=1000))
    assert render(state, 60, now=1500) == ""
    assert render(state, 60, now=1501) != ""


def test_at_most_three_stages_share_the_line():
    state = fold(event for stage_id in range(5) for event in running_stage(stage_id))
    line = render(state, 90, now=2000)
    assert [line[i : i + 9] for i in (0, 30, 60)] == ["[Stage 0:", "[Stage 1:", "[Stage 2:"]
    assert len(line) == 90


@pytest.mark.parametrize("width", [1, 10, 23, 24, 25])
def test_a_narrow_terminal_never_gets_a_longer_line(width):
    assert len(render(fold(running_stage()), width, now=2000)) <= width


def test_a_stage_without_tasks_and_a_finished_stage_have_a_full_bar():
    assert "=" in render(fold(running_stage(tasks=0, done=0, active=0)), 40, now=2000)
    assert ">" not in render(fold(running_stage(tasks=4, done=4, active=0)), 40, now=2000)


def test_the_terminal_line_is_redrawn_only_when_it_changed_and_wiped_at_the_end():
    state, stream = fold(running_stage()), io.StringIO()
    bar = ProgressBar(state, TerminalSurface(stream, lambda: 41), now=lambda: 2000)
    bar.refresh()
    bar.refresh()
    assert stream.getvalue() == "\r[Stage 3:=====>           (12 + 2) / 40]"
    bar.finish()
    bar.finish()
    assert stream.getvalue().endswith("40]\r" + " " * 40 + "\r")


def test_the_bar_is_wiped_when_its_stage_is_over():
    state, stream = fold(running_stage()), io.StringIO()
    bar = ProgressBar(state, TerminalSurface(stream, lambda: 41), now=lambda: 2000)
    bar.refresh()
    state.apply(model.StageCompleted(2000, 3, 0))
    bar.refresh()
    assert stream.getvalue().endswith(" \r")


class Handle:
    def __init__(self, content: dict[str, str]) -> None:
        self.contents = [content]

    def update(self, content: dict[str, str], raw: bool) -> None:
        self.contents.append(content)


def test_a_notebook_cell_is_updated_in_place():
    handles = []

    def display(content, raw, display_id):
        handles.append(Handle(content))
        return handles[-1]

    surface = NotebookSurface(display)
    surface.show("a")
    surface.show("b")
    surface.clear()
    surface.clear()
    assert [[c["text/plain"] for c in handle.contents] for handle in handles] == [["a", "b", ""]]


def test_there_is_no_bar_without_a_terminal():
    assert find_surface(io.StringIO()) is None
    assert console_progress(AppState(), io.StringIO()) is None


def test_a_terminal_that_goes_away_is_not_an_error():
    stream = io.StringIO()
    stream.close()
    TerminalSurface(stream, lambda: 80).show("line")
    assert find_surface(stream) is None


class Recorder:
    def __init__(self) -> None:
        self.lines: list[str] = []
        self.shown, self.cleared = threading.Event(), threading.Event()

    def width(self) -> int:
        return 80

    def show(self, line: str) -> None:
        self.lines.append(line)
        self.shown.set()

    def clear(self) -> None:
        self.cleared.set()


def test_the_reporter_draws_while_a_job_runs_and_wipes_when_it_ends():
    state, surface = AppState(), Recorder()
    reporter = ProgressReporter(ProgressBar(state, surface, lambda: 2000), state, period=0.001)
    for round_number in range(2):
        for event in running_stage(stage_id=round_number):
            state.apply(event)
            reporter(event)
        assert surface.shown.wait(10)
        end = model.JobEnd(3000, round_number)
        state.apply(model.StageCompleted(3000, round_number, 0))
        state.apply(end)
        reporter(end)
        assert surface.cleared.wait(10)
        surface.shown.clear()
        surface.cleared.clear()
    reporter.stop()
    reporter.stop()
    assert surface.lines


def test_the_line_is_wiped_before_the_program_goes_on_and_stays_away_until_the_next_job():
    state, surface = fold(running_stage()), Recorder()
    bar = ProgressBar(state, surface, lambda: 2000)
    reporter = ProgressReporter(bar, state, period=60)
    bar.refresh()
    reporter.job_returned()
    bar.refresh()
    assert surface.cleared.is_set() and len(surface.lines) == 1
    reporter(model.JobStart(2000, 9, "count", (), {}))
    bar.refresh()
    assert len(surface.lines) == 2
    reporter.stop()


def test_the_line_stays_while_another_job_runs():
    state, surface = fold([*running_stage(1), *running_stage(2)]), Recorder()
    bar = ProgressBar(state, surface, lambda: 2000)
    bar.refresh()
    ProgressReporter(bar, state).job_returned()
    assert not surface.cleared.is_set()


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_a_terminal_is_found():
    assert isinstance(find_surface(Terminal()), TerminalSurface)
    assert console_progress(AppState(), Terminal()) is not None


class ZMQInteractiveShell:
    pass


class TerminalInteractiveShell:
    pass


@pytest.mark.parametrize(("shell", "found"), [(ZMQInteractiveShell, True), (TerminalInteractiveShell, False)])
def test_a_notebook_is_found_only_when_its_kernel_runs_this_process(monkeypatch, shell, found):
    ipython = ModuleType("IPython")
    ipython.get_ipython = shell
    display = ModuleType("IPython.display")
    display.display = lambda content, raw, display_id: Handle(content)
    for name, module in {"IPython": ipython, "IPython.display": display, "ipykernel": ipython}.items():
        monkeypatch.setitem(sys.modules, name, module)
    assert isinstance(find_surface(io.StringIO()), NotebookSurface) is found

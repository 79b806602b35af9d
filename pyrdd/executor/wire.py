"""Wire: the messages between the driver and a worker process, as flat lists for `frames`.

    driver                              worker
      HELLO settings         ------>
                             <------    READY endpoint of its block server, rss
      STAGE, TASK, CONTROL   ------>
                             <------    REPORT rss, fields of a TaskReport
      KILL task, reason      ------>
                             <------    ALIVE rss                 (now and then)
                             <------    BLOCKS changes            (copies that peers sent)
                             <------    BARRIER call, fields
      BARRIER call, answer   ------>
      STOP                   ------>
"""

from __future__ import annotations

from enum import IntEnum
from operator import attrgetter
from typing import Any

from pyrdd.executor.barrier import BarrierCall
from pyrdd.executor.task import ControlMessage, ReportKind, StageBinary, TaskDescription, TaskReport


class Message(IntEnum):
    """The first field of every frame."""

    HELLO = 0
    READY = 1
    STAGE = 2
    TASK = 3
    CONTROL = 4
    REPORT = 5
    KILL = 6
    ALIVE = 7
    BARRIER = 8
    STOP = 9
    BLOCKS = 10


def _fields(kind: Any) -> tuple[str, ...]:
    names: tuple[str, ...] = kind.__match_args__
    return names


_stage = attrgetter(*_fields(StageBinary))
_task = attrgetter(*_fields(TaskDescription))
_report = attrgetter(*_fields(TaskReport))
_barrier = attrgetter(*_fields(BarrierCall))


def stage_message(stage: StageBinary) -> list[Any]:
    """A STAGE message."""
    return [int(Message.STAGE), *_stage(stage)]


def task_message(task: TaskDescription) -> list[Any]:
    """A TASK message."""
    return [int(Message.TASK), *_task(task)]


def control_message(message: ControlMessage) -> list[Any]:
    """A CONTROL message."""
    return [int(Message.CONTROL), message.kind, message.id, message.attempt]


def report_message(report: TaskReport, rss: int) -> list[Any]:
    """A REPORT message; ``rss`` is the worker's resident memory."""
    return [int(Message.REPORT), rss, *_report(report)]


def barrier_message(number: int, call: BarrierCall) -> list[Any]:
    """A BARRIER message from a task; ``number`` identifies the answer."""
    return [int(Message.BARRIER), number, *_barrier(call)]


def read_report(fields_: list[Any]) -> TaskReport:
    """The report in the fields behind ``[REPORT, rss]``."""
    return TaskReport(fields_[0], ReportKind(fields_[1]), *fields_[2:])

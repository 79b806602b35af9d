"""What crosses between driver and executor: a stage's binary once, then tasks, then reports.

    driver                                       executor
      StageBinary  ------- once per executor --->  TaskRunner.add_stage
      TaskDescription  -- one per attempt ------>  TaskRunner.run
      TaskReport  <------------------------------

Every field is an int, a string, bytes, or a list or dict of these, so that a report or a description is one msgpack
frame on executors that live in another process.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from enum import IntEnum

from pyrdd.util.frozen import field, frozen


@frozen
class StageBinary:
    """One stage attempt: ``closure`` is the pickled lineage and what to do with its records, ``statuses`` the pickled
    ``{shuffle_id: [MapStatus, ...]}`` of the parent shuffles (replaced when a later attempt sees other locations)."""

    stage_id: int
    stage_attempt: int
    closure: bytes
    statuses: bytes


@frozen
class TaskDescription:
    """One attempt of one partition. ``splits`` is the pickled ``{node: split}`` of the sources it reads.

    ``cached_at`` maps block ids of persisted RDDs to the block server that holds them; ``peers`` are the other
    executors' block servers (for replicated storage levels); ``barrier_tasks`` the addresses of a barrier stage's
    tasks.
    """

    task_id: int
    stage_id: int
    stage_attempt: int
    partition: int
    attempt: int
    job_id: int
    splits: bytes = b""
    properties: dict[str, str] = field(default_factory=dict)
    cached_at: dict[str, str] = field(default_factory=dict)
    peers: Sequence[str] = ()
    barrier_tasks: Sequence[str] = ()


class ReportKind(IntEnum):
    """How a task attempt ended."""

    MAP_OUTPUT = 0
    RESULT = 1
    RESULT_FILE = 2
    FAILED = 3
    FETCH_FAILED = 4
    KILLED = 5


@frozen
class TaskReport:
    """One attempt's end.

    ``payload`` by ``kind``: MAP_OUTPUT, the pickled `MapStatus`; RESULT, the pickled result; RESULT_FILE, the path of a
    file that holds it (utf-8; the driver reads and removes it); FAILED, what `errors.task_error.capture` made;
    FETCH_FAILED, the pickled `FetchFailed` arguments; KILLED, the reason (utf-8). ``message`` is one line of a failure.
    ``accumulators`` maps accumulator ids to pickled updates; ``blocks`` lists ``[rdd_id, partition, memory, disk]``
    changes.
    """

    task_id: int
    kind: ReportKind
    payload: bytes = b""
    message: str = ""
    fatal: bool = False
    metrics: Sequence[int] = ()
    accumulators: dict[int, bytes] = field(default_factory=dict)
    blocks: Sequence[Sequence[int]] = ()


def result_path(directory: str, task_id: int) -> str:
    """The file of a result that is too large for a frame."""
    return os.path.join(directory, f"result-{task_id}")


@frozen
class ControlMessage:
    """Housekeeping for every executor: ``drop_shuffle``, ``drop_rdd``, ``drop_broadcast`` or ``drop_stage``, with its
    id (and the attempt, of a stage)."""

    kind: str
    id: int
    attempt: int = 0

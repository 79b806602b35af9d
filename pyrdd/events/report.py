"""job_report: how jobs ran, as text for people: their stages with tasks, records, bytes and time.

Called by ``pyrdd demo``; reads `AppState` only, so a replayed log gives the same report.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import compress
from statistics import median

from pyrdd.events.state import AppState
from pyrdd.events.views import JobView, StageAttemptView, StageStatus, StageView

_HEADER = ("stage", "what", "tasks", "records in", "shuffle read", "shuffle write", "spilled", "time")
_SKEW_RATIO = 3.0
_SKEW_MS = 1000


def job_report(state: AppState, job_ids: Iterable[int] | None = None) -> str:
    """A table of stages for each job (all jobs that are known when ``job_ids`` is ``None``), in the order
    given.

    A stage is listed in the job that ran it, and as skipped in those that found its output. Stages whose
    tasks took very different times are pointed out.
    """
    with state.lock:
        chosen = list(state.jobs) if job_ids is None else list(job_ids)
        return "\n\n".join(_job(state, state.jobs[job_id]) for job_id in chosen if job_id in state.jobs)


def human_bytes(size: float) -> str:
    """
    >>> human_bytes(0), human_bytes(1536), human_bytes(3 * 2**20)
    ('0 B', '1.5 KiB', '3.0 MiB')
    """
    for unit in ("B", "KiB", "MiB", "GiB"):
        if size < 1024:
            return f"{size:.0f} B" if unit == "B" else f"{size:.1f} {unit}"
        size /= 1024
    return f"{size:.1f} TiB"


def human_seconds(milliseconds: float) -> str:
    """
    >>> human_seconds(12), human_seconds(2345), human_seconds(125_000)
    ('12 ms', '2.3 s', '2 min 5 s')
    """
    if milliseconds < 1000:
        return f"{milliseconds:.0f} ms"
    if milliseconds < 60_000:
        return f"{milliseconds / 1000:.1f} s"
    minutes, seconds = divmod(round(milliseconds / 1000), 60)
    return f"{minutes} min {seconds} s"


def _job(state: AppState, job: JobView) -> str:
    stages = [state.stages[stage_id] for stage_id in job.stage_ids if stage_id in state.stages]
    rows = [row for stage in stages for row in _stage_rows(job, stage)]
    hints = [hint for stage in stages if stage.info.stage_id in job.ran for hint in _hints(state, stage)]
    return "\n".join([_title(job), *_table(_HEADER, rows), *hints])


def _title(job: JobView) -> str:
    took = f" in {human_seconds(job.ended - job.submitted)}" if job.ended is not None else ""
    counts = job.tasks
    parts = [f"{counts.succeeded} tasks"]
    parts += [f"{counts.failed} failed"] if counts.failed else []
    parts += [f"{counts.killed} killed"] if counts.killed else []
    parts += [f"{job.skipped_tasks} skipped"] if job.skipped_tasks else []
    name = job.description or job.name
    return f"Job {job.job_id}: {name}: {job.status.value.lower()}{took} ({', '.join(parts)})"


def _stage_rows(job: JobView, stage: StageView) -> list[Sequence[str]]:
    label = (str(stage.info.stage_id), stage.info.name)
    if stage.info.stage_id not in job.ran:
        why = "skipped: its output was there" if job.ended is not None else "waiting"
        return [(*label, why if stage.status is not StageStatus.FAILED else "failed before")]
    return [_attempt_row(stage, attempt) for attempt in stage.attempts if job.job_id in attempt.job_ids]


def _attempt_row(stage: StageView, attempt: StageAttemptView) -> Sequence[str]:
    name = str(stage.info.stage_id) + (f".{attempt.attempt}" if attempt.attempt else "")
    metrics = attempt.totals.metrics
    failed = f" ({attempt.tasks.failed} failed)" if attempt.tasks.failed else ""
    ended = attempt.completed
    return (
        name,
        stage.info.name,
        f"{attempt.tasks.succeeded}/{attempt.num_tasks}{failed}",
        f"{metrics.records_read + metrics.shuffle_read_records:,}",
        _shuffled(metrics.shuffle_read_records, metrics.shuffle_read_bytes),
        _shuffled(metrics.shuffle_write_records, metrics.shuffle_write_bytes),
        human_bytes(metrics.disk_spilled) if metrics.disk_spilled else "-",
        human_seconds(ended - attempt.submitted) if ended is not None else "running",
    )


def _shuffled(records: int, size: int) -> str:
    return f"{records:,} rec, {human_bytes(size)}" if records or size else "-"


def _table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    """Columns as wide as their widest cell; a row with fewer cells ends with free text."""
    header, rows = _without_empty_columns(header, rows)
    full = [row for row in rows if len(row) == len(header)]
    widths = [max(map(len, column)) for column in zip(header, *full, strict=True)]
    widths[:2] = [max([widths[i], *(len(row[i]) for row in rows)]) for i in range(2)]
    line = "  ".join("-" * width for width in widths)
    return [_line(header, widths), line, *(_line(row, widths) for row in rows)]


def _without_empty_columns(
    header: Sequence[str], rows: Sequence[Sequence[str]]
) -> tuple[Sequence[str], Sequence[Sequence[str]]]:
    full = [row for row in rows if len(row) == len(header)]
    used = [i < 2 or any(row[i] != "-" for row in full) for i in range(len(header))]
    kept = [list(compress(row, used)) if len(row) == len(header) else row for row in rows]
    return list(compress(header, used)), kept


def _line(cells: Sequence[str], widths: Sequence[int]) -> str:
    texts = [c.ljust(w) if i < 2 else c.rjust(w) for i, (c, w) in enumerate(zip(cells, widths, strict=False))]
    if len(cells) < len(widths):
        texts[-1] = cells[-1]
    return "  ".join(texts).rstrip()


def _hints(state: AppState, stage: StageView) -> list[str]:
    """What a person should look at: one task that took much longer than the others, and data that went to
    disk."""
    attempt = stage.attempts[-1] if stage.attempts else None
    if attempt is None:
        return []
    return [*_skew_hint(state, stage, attempt), *_spill_hint(stage, attempt)]


def _skew_hint(state: AppState, stage: StageView, attempt: StageAttemptView) -> list[str]:
    tasks = [t for t in state.tasks_of(stage.info.stage_id, attempt.attempt) if t.status == "success"]
    times = {t.partition: t.ended - t.started for t in tasks if t.ended is not None}
    if len(times) < 3:
        return []
    slowest, typical = max(times, key=times.__getitem__), median(times.values())
    if times[slowest] < max(_SKEW_MS, _SKEW_RATIO * typical):
        return []
    return [
        f"Skew in stage {stage.info.stage_id}: partition {slowest} took {human_seconds(times[slowest])}, "
        f"the typical task {human_seconds(typical)}. Is one key much more frequent than the others?"
    ]


def _spill_hint(stage: StageView, attempt: StageAttemptView) -> list[str]:
    spilled = attempt.totals.metrics.disk_spilled
    if not spilled:
        return []
    size = human_bytes(spilled)
    return [f"Stage {stage.info.stage_id} spilled {size} to disk: more partitions make smaller tasks."]

"""Job: one action's request for some partitions of an RDD, and what the submitting thread said about it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyrdd.scheduler.messages import JobCancelled, JobSubmitted

if TYPE_CHECKING:
    from pyrdd.scheduler.stage import Stage


class Job:
    """An active job: which of its partitions have given their result, and the stages it registered with."""

    __slots__ = (
        "call_site",
        "finished",
        "job_id",
        "partitions",
        "properties",
        "rdd",
        "remaining",
        "stages",
        "tags",
    )

    def __init__(self, event: JobSubmitted) -> None:
        self.job_id, self.rdd, self.call_site = event.job_id, event.rdd, event.call_site
        self.partitions, self.properties = event.partitions, event.properties
        self.finished = bytearray(len(event.partitions))
        self.remaining = len(event.partitions)
        self.stages: list[Stage] = []
        self.tags = frozenset(filter(None, event.properties.get("spark.job.tags", "").split(",")))

    @property
    def name(self) -> str:
        """What a progress display shows: the description the user gave, else where the action was called."""
        return self.properties.get("spark.job.description") or self.call_site

    @property
    def interrupt(self) -> bool:
        """Whether running tasks are interrupted on cancel; unlike in Spark, unless the program says
        otherwise."""
        return self.properties.get("spark.job.interruptOnCancel", "true").lower() != "false"

    def is_meant_by(self, cancel: JobCancelled) -> bool:
        """Whether a cancellation (by id, by group, by tag, or of everything) covers this job."""
        if cancel.job_id is not None:
            return cancel.job_id == self.job_id
        if cancel.group is not None:
            return cancel.group == self.properties.get("spark.jobGroup.id")
        return cancel.tag is None or cancel.tag in self.tags

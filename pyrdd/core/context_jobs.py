"""Job control: local properties, groups, tags, cancelling."""

from __future__ import annotations

from pyrdd.core.context_core import ContextCore
from pyrdd.scheduler.messages import JobCancelled

GROUP = "spark.jobGroup.id"
DESCRIPTION = "spark.job.description"
INTERRUPT = "spark.job.interruptOnCancel"
TAGS = "spark.job.tags"


class JobControl(ContextCore):
    """PySpark's methods about the jobs that this thread submits (properties), and about all jobs (cancelling)."""

    def setLocalProperty(self, key: str, value: str | None) -> None:
        """A property of the jobs that this thread submits from now on (``spark.scheduler.pool``); ``None`` removes
        it."""
        self._local_properties.set(key, value)

    def getLocalProperty(self, key: str) -> str | None:
        """This thread's property, or ``None``."""
        return self._local_properties.get(key)

    def setJobGroup(self, groupId: str, description: str, interruptOnCancel: bool = False) -> None:
        """Puts the jobs that this thread submits from now on into a group that can be cancelled."""
        self.setLocalProperty(GROUP, groupId)
        self.setLocalProperty(DESCRIPTION, description)
        self.setLocalProperty(INTERRUPT, str(interruptOnCancel).lower())

    def setJobDescription(self, value: str | None) -> None:
        """Describes the jobs that this thread submits from now on."""
        self.setLocalProperty(DESCRIPTION, value)

    def setInterruptOnCancel(self, interruptOnCancel: bool) -> None:
        """Whether cancelling interrupts the tasks of the jobs that this thread submits from now on."""
        self.setLocalProperty(INTERRUPT, str(interruptOnCancel).lower())

    def cancelJobGroup(self, groupId: str) -> None:
        """Cancels the active jobs of a group."""
        self._cancel(JobCancelled(self._now(), group=groupId, reason=f"part of cancelled job group {groupId}"))

    def cancelJobsWithTag(self, tag: str) -> None:
        """Cancels the active jobs that have a tag."""
        _check_tag(tag)
        self._cancel(JobCancelled(self._now(), tag=tag, reason=f"part of cancelled job tag {tag}"))

    def cancelAllJobs(self) -> None:
        """Cancels all active jobs."""
        self._cancel(JobCancelled(self._now(), reason="as part of cancellation of all jobs"))

    def addJobTag(self, tag: str) -> None:
        """Adds a tag to the jobs that this thread submits from now on; not empty, without commas.

        >>> sc.addJobTag("job_to_cancel")
        >>> sc.getJobTags()
        {'job_to_cancel'}
        >>> sc.clearJobTags()
        """
        _check_tag(tag)
        self._set_tags(self.getJobTags() | {tag})

    def removeJobTag(self, tag: str) -> None:
        """Takes a tag away from the jobs that this thread submits from now on."""
        _check_tag(tag)
        self._set_tags(self.getJobTags() - {tag})

    def getJobTags(self) -> set[str]:
        """The tags of the jobs that this thread submits."""
        return set(filter(None, (self.getLocalProperty(TAGS) or "").split(",")))

    def clearJobTags(self) -> None:
        """Takes all tags away."""
        self._set_tags(set())

    def _set_tags(self, tags: set[str]) -> None:
        self.setLocalProperty(TAGS, ",".join(sorted(tags)) or None)

    def _now(self) -> float:
        return self._engine.loop.now()

    def _cancel(self, event: JobCancelled) -> None:
        self._engine.loop.post(event)


def _check_tag(tag: str) -> None:
    if not tag:
        raise ValueError("Spark job tag cannot be an empty string.")
    if "," in tag:
        raise ValueError("Spark job tag cannot contain ','.")

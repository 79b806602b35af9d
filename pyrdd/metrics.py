"""TaskMetrics: what one task attempt read, wrote, spilled and took. Counted in the task, carried by the events."""

from __future__ import annotations

from dataclasses import dataclass, fields


@dataclass(slots=True)
class TaskMetrics:
    """Counters of one task attempt; times in nanoseconds, sizes in bytes. All start at zero."""

    run_ns: int = 0
    deserialize_ns: int = 0
    result_size: int = 0
    records_read: int = 0
    bytes_read: int = 0
    records_written: int = 0
    bytes_written: int = 0
    shuffle_read_records: int = 0
    shuffle_read_bytes: int = 0
    shuffle_remote_bytes: int = 0
    shuffle_write_records: int = 0
    shuffle_write_bytes: int = 0
    memory_spilled: int = 0
    disk_spilled: int = 0
    peak_rss: int = 0

    def to_list(self) -> list[int]:
        """The counters in declaration order, for a compact frame."""
        return [getattr(self, f.name) for f in fields(self)]

    @classmethod
    def from_list(cls, values: list[int]) -> TaskMetrics:
        """The inverse of `to_list`."""
        return cls(*values)

    def add(self, other: TaskMetrics) -> None:
        """Adds every counter of ``other``; ``peak_rss`` takes the larger."""
        for f in fields(self):
            mine, theirs = getattr(self, f.name), getattr(other, f.name)
            setattr(self, f.name, max(mine, theirs) if f.name == "peak_rss" else mine + theirs)

"""SchedulerPolicy: the settings that the scheduler's decisions depend on, read once when the context
starts."""

from __future__ import annotations

from collections.abc import Mapping

from pyrdd.util.frozen import field, frozen


@frozen
class PoolPolicy:
    """A FAIR pool: ``weight`` and ``min_share`` as in Spark's fair scheduler; tasks inside go FIFO or
    FAIR."""

    name: str
    mode: str = "FIFO"
    weight: int = 1
    min_share: int = 0


@frozen
class SchedulerPolicy:
    """Spark's scheduler settings under short names; times in seconds.

    ``max_task_failures`` counts exceptions of one task; ``max_executor_losses`` counts executors lost
    while running one task (a task that kills its worker each time must end); ``max_stage_attempts``
    consecutive fetch failures. ``barrier_wait`` is how long a barrier stage waits for executors to
    register before it is found too large. ``expected`` is how many executors there will be of each lane, where that
    is known.
    """

    max_task_failures: int = 4
    max_executor_losses: int = 4
    max_stage_attempts: int = 4
    mode: str = "FIFO"
    pools: Mapping[str, PoolPolicy] = field(default_factory=dict)
    locality_wait: float = 3.0
    speculation: bool = False
    speculation_interval: float = 0.1
    speculation_multiplier: float = 3.0
    speculation_quantile: float = 0.9
    speculation_min_runtime: float = 0.1
    exclude_on_failure: bool = False
    max_attempts_per_executor: int = 1
    max_failures_per_executor_stage: int = 2
    max_failures_per_executor: int = 2
    exclusion_timeout: float = 3600.0
    no_executor_timeout: float = 60.0
    barrier_wait: float = 5.0
    expected: Mapping[str, int] = field(default_factory=dict)

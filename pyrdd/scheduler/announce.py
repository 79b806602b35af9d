"""What a job tells the listeners about its stages: `StageInfo` and `RDDInfo` from a `Stage`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyrdd.dependency import ShuffleDependency
from pyrdd.events import model
from pyrdd.scheduler.stage import Stage

if TYPE_CHECKING:
    from pyrdd.rdd.base import BaseRDD


def stage_info(stage: Stage) -> model.StageInfo:
    """A stage as `JobStart` announces it; its place in the program is the action's for a result stage."""
    call_site = stage.result_of.call_site if stage.result_of else stage.rdd.call_site
    return model.StageInfo(
        stage_id=stage.stage_id,
        name=call_site,
        call_site=call_site,
        num_tasks=stage.num_tasks,
        parent_stage_ids=tuple(parent.stage_id for parent in stage.parents),
        rdds=tuple(map(rdd_info, stage.rdds)),
        shuffle_id=stage.shuffle_id,
    )


def rdd_info(rdd: BaseRDD) -> model.RDDInfo:
    """One RDD as plain values."""
    narrow: list[int] = []
    shuffled: list[int] = []
    for dependency in rdd.dependencies:
        (shuffled if isinstance(dependency, ShuffleDependency) else narrow).append(dependency.rdd.rdd_id)
    return model.RDDInfo(
        rdd_id=rdd.rdd_id,
        name=rdd.rdd_name or "",
        kind=type(rdd).__name__,
        call_site=rdd.call_site,
        num_partitions=rdd.num_partitions,
        storage_level=str(rdd.storage_level),
        parent_ids=tuple(narrow),
        shuffle_parent_ids=tuple(shuffled),
    )

"""pyrdd: Spark's ideas in plain Python. Lazy RDD lineages, a DAG scheduler, real shuffles; no JVM.

    >>> from pyrdd import SparkContext
    >>> sc = SparkContext.getOrCreate()
    >>> sc.parallelize(["to be or", "not to be"]).flatMap(str.split).countByValue()["to"]
    2

The names are PySpark's and so are the answers. Names are imported when they are first used, so that ``import pyrdd`` is
cheap.
"""

from __future__ import annotations

import os
from importlib import import_module
from typing import TYPE_CHECKING

from pyrdd.environment import ENGINE
from pyrdd.lazy import lazy_exports
from pyrdd.version import __version__

if TYPE_CHECKING:
    from pyrdd.accumulators import Accumulator, AccumulatorParam
    from pyrdd.conf import SparkConf
    from pyrdd.core.context import SparkContext
    from pyrdd.files import SparkFiles
    from pyrdd.profiler import BasicProfiler, Profiler
    from pyrdd.rdd import RDD, RDDBarrier
    from pyrdd.serializers import CPickleSerializer, MarshalSerializer
    from pyrdd.serializers.closure import explain as explain_closure
    from pyrdd.status import SparkExecutorInfo, SparkJobInfo, SparkStageInfo, StatusTracker
    from pyrdd.storage.broadcast import Broadcast
    from pyrdd.storagelevel import StorageLevel
    from pyrdd.taskcontext import BarrierTaskContext, BarrierTaskInfo, TaskContext
    from pyrdd.util import InheritableThread, inheritable_thread_target

_HOME = {
    "Accumulator": "pyrdd.accumulators",
    "AccumulatorParam": "pyrdd.accumulators",
    "BarrierTaskContext": "pyrdd.taskcontext",
    "BarrierTaskInfo": "pyrdd.taskcontext",
    "BasicProfiler": "pyrdd.profiler",
    "Broadcast": "pyrdd.storage.broadcast",
    "CPickleSerializer": "pyrdd.serializers",
    "InheritableThread": "pyrdd.util",
    "MarshalSerializer": "pyrdd.serializers",
    "Profiler": "pyrdd.profiler",
    "RDD": "pyrdd.rdd",
    "RDDBarrier": "pyrdd.rdd",
    "SparkConf": "pyrdd.conf",
    "SparkContext": "pyrdd.core.context",
    "SparkExecutorInfo": "pyrdd.status",
    "SparkFiles": "pyrdd.files",
    "SparkJobInfo": "pyrdd.status",
    "SparkStageInfo": "pyrdd.status",
    "StatusTracker": "pyrdd.status",
    "StorageLevel": "pyrdd.storagelevel",
    "TaskContext": "pyrdd.taskcontext",
    "explain_closure": "pyrdd.serializers.closure:explain",
    "inheritable_thread_target": "pyrdd.util",
}

__all__ = [
    "RDD",
    "Accumulator",
    "AccumulatorParam",
    "BarrierTaskContext",
    "BarrierTaskInfo",
    "BasicProfiler",
    "Broadcast",
    "CPickleSerializer",
    "InheritableThread",
    "MarshalSerializer",
    "Profiler",
    "RDDBarrier",
    "SparkConf",
    "SparkContext",
    "SparkExecutorInfo",
    "SparkFiles",
    "SparkJobInfo",
    "SparkStageInfo",
    "StatusTracker",
    "StorageLevel",
    "TaskContext",
    "__version__",
    "explain_closure",
    "inheritable_thread_target",
]

__getattr__, __dir__ = lazy_exports(__name__, _HOME)

if ENGINE in os.environ and (_handover := import_module("pyrdd.handover")).asked_for():
    _handover.install()

"""What a dataset is: the five properties (`base`), the kinds, one file each, and the operators on top (`facade`).

Under this name PySpark keeps `RDD`, `RDDBarrier`, `Partitioner` and `portable_hash`. They are imported when first used:
executors need the kinds alone.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyrdd.lazy import lazy_exports

if TYPE_CHECKING:
    from pyrdd.partial.bounded import BoundedFloat
    from pyrdd.partitioner import Partitioner, portable_hash
    from pyrdd.rdd.barrier import RDDBarrier
    from pyrdd.rdd.facade import RDD

_HOME = {
    "BoundedFloat": "pyrdd.partial.bounded",
    "Partitioner": "pyrdd.partitioner",
    "RDD": "pyrdd.rdd.facade",
    "RDDBarrier": "pyrdd.rdd.barrier",
    "portable_hash": "pyrdd.partitioner",
}

__all__ = ["RDD", "BoundedFloat", "Partitioner", "RDDBarrier", "portable_hash"]

__getattr__, __dir__ = lazy_exports(__name__, _HOME)

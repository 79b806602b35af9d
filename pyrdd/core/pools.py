"""Fair scheduler pools, from Spark's allocation file (``spark.scheduler.allocation.file``).

    <allocations>
      <pool name="production"><schedulingMode>FAIR</schedulingMode><weight>2</weight><minShare>1</minShare></pool>
    </allocations>
"""

from __future__ import annotations

from collections.abc import Mapping
from xml.etree import ElementTree

from pyrdd.errors import IllegalArgumentException
from pyrdd.scheduler.policy import PoolPolicy


def read_pools(path: str) -> Mapping[str, PoolPolicy]:
    """The pools of an allocation file, by name. `IllegalArgumentException` names what is wrong with it."""
    try:
        root = ElementTree.parse(path.removeprefix("file:")).getroot()
        pools = [_pool(element) for element in root.iter("pool")]
    except (ElementTree.ParseError, ValueError, KeyError) as error:
        raise IllegalArgumentException(f"spark.scheduler.allocation.file {path}: {error!r}") from error
    return {pool.name: pool for pool in pools}


def _pool(element: ElementTree.Element) -> PoolPolicy:
    mode = (element.findtext("schedulingMode") or "FIFO").strip().upper()
    if mode not in ("FIFO", "FAIR"):
        raise ValueError(f"the scheduling mode {mode} of a pool is neither FIFO nor FAIR")
    return PoolPolicy(
        element.attrib["name"],
        mode,
        int(element.findtext("weight") or 1),
        int(element.findtext("minShare") or 0),
    )

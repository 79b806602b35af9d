"""`cloudpickle`, under the name that PySpark's copy of it has."""

from __future__ import annotations

from cloudpickle import (
    CloudPickler,
    Pickler,
    __version__,
    cloudpickle,
    dump,
    dumps,
    load,
    loads,
    register_pickle_by_value,
    unregister_pickle_by_value,
)

__all__ = [
    "CloudPickler",
    "Pickler",
    "__version__",
    "cloudpickle",
    "dump",
    "dumps",
    "load",
    "loads",
    "register_pickle_by_value",
    "unregister_pickle_by_value",
]

"""The names of `pyspark.util`, and the engine's small tools.

    setting.py           a declared setting and the parsers of its text
    stop_iteration.py    a function that raises StopIteration fails its task
    local_properties.py  the settings of the jobs that one thread submits
    threads.py           threads that inherit them
    tracebacks.py        PySpark's helpers for tracebacks
    environment.py       versions, modes, memory texts, the garbage collector
    faulthandlers.py     stacks of crashing workers
    eval_type.py         how PySpark numbers its kinds of functions
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyrdd.lazy import homes_of, lazy_exports

if TYPE_CHECKING:
    from pyrdd.util.environment import (
        JVM_BYTE_MAX,
        JVM_BYTE_MIN,
        JVM_INT_MAX,
        JVM_INT_MIN,
        JVM_LONG_MAX,
        JVM_LONG_MIN,
        JVM_SHORT_MAX,
        JVM_SHORT_MIN,
        VersionUtils,
        _parse_memory,
        default_api_mode,
        disable_gc,
        is_remote_only,
        spark_connect_mode,
    )
    from pyrdd.util.eval_type import PythonEvalType
    from pyrdd.util.faulthandlers import (
        _FaulthandlerHelper,
        enable_faulthandler,
        start_faulthandler_periodic_traceback,
        with_faulthandler,
    )
    from pyrdd.util.stop_iteration import fail_on_stopiteration
    from pyrdd.util.threads import InheritableThread, inheritable_thread_target
    from pyrdd.util.tracebacks import print_exec, try_simplify_traceback, walk_tb

__all__ = [
    "JVM_BYTE_MAX",
    "JVM_BYTE_MIN",
    "JVM_INT_MAX",
    "JVM_INT_MIN",
    "JVM_LONG_MAX",
    "JVM_LONG_MIN",
    "JVM_SHORT_MAX",
    "JVM_SHORT_MIN",
    "InheritableThread",
    "PythonEvalType",
    "VersionUtils",
    "_FaulthandlerHelper",
    "_parse_memory",
    "default_api_mode",
    "disable_gc",
    "enable_faulthandler",
    "fail_on_stopiteration",
    "inheritable_thread_target",
    "is_remote_only",
    "print_exec",
    "spark_connect_mode",
    "start_faulthandler_periodic_traceback",
    "try_simplify_traceback",
    "walk_tb",
    "with_faulthandler",
]

__getattr__, __dir__ = lazy_exports(
    __name__,
    homes_of(
        {
            "pyrdd.util.environment": (
                "JVM_BYTE_MAX JVM_BYTE_MIN JVM_INT_MAX JVM_INT_MIN JVM_LONG_MAX JVM_LONG_MIN "
                "JVM_SHORT_MAX JVM_SHORT_MIN VersionUtils _parse_memory default_api_mode "
                "disable_gc is_remote_only spark_connect_mode"
            ),
            "pyrdd.util.eval_type": "PythonEvalType",
            "pyrdd.util.faulthandlers": (
                "_FaulthandlerHelper enable_faulthandler start_faulthandler_periodic_traceback "
                "with_faulthandler"
            ),
            "pyrdd.util.stop_iteration": "fail_on_stopiteration",
            "pyrdd.util.threads": "InheritableThread inheritable_thread_target",
            "pyrdd.util.tracebacks": "print_exec try_simplify_traceback walk_tb",
        }
    ),
)

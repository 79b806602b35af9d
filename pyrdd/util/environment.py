"""Versions, modes, memory texts and the garbage collector, under the names of `pyspark.util`."""

from __future__ import annotations

import gc
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager

JVM_BYTE_MIN, JVM_BYTE_MAX = -(1 << 7), (1 << 7) - 1
JVM_SHORT_MIN, JVM_SHORT_MAX = -(1 << 15), (1 << 15) - 1
JVM_INT_MIN, JVM_INT_MAX = -(1 << 31), (1 << 31) - 1
JVM_LONG_MIN, JVM_LONG_MAX = -(1 << 63), (1 << 63) - 1


class VersionUtils:
    """What a Spark version text says."""

    @staticmethod
    def majorMinorVersion(sparkVersion: str) -> tuple[int, int]:
        """The first two numbers of a version; `ValueError` when it does not start with two numbers.

        >>> VersionUtils.majorMinorVersion("2.3.0-SNAPSHOT")
        (2, 3)
        """
        match = re.fullmatch(r"(\d+)\.(\d+)(\..*)?", sparkVersion)
        if match is None:
            raise ValueError(f"{sparkVersion!r} is not a Spark version: it must start as in '4.3.0'")
        return int(match[1]), int(match[2])


_MIB = {"k": 1 / 1024, "m": 1.0, "g": 1024.0, "t": 1024.0 * 1024}


def _parse_memory(s: str) -> int:
    """The MiB of a memory text as Java writes it; `ValueError` when its unit is not one of k, m, g, t.

    >>> _parse_memory("256m"), _parse_memory("2g")
    (256, 2048)
    """
    unit = s[-1:].lower()
    if unit not in _MIB:
        raise ValueError(f"invalid format: {s}")
    return int(float(s[:-1]) * _MIB[unit])


def is_remote_only() -> bool:
    """Whether only a remote client is installed: never, the engine is part of the package.

    >>> is_remote_only()
    False
    """
    return False


def spark_connect_mode() -> str:
    """``"1"`` when ``SPARK_CONNECT_MODE`` asks for a remote client by default, otherwise ``"0"``."""
    return os.environ.get("SPARK_CONNECT_MODE", "0")


def default_api_mode() -> str:
    """``connect`` or ``classic``, as `spark_connect_mode` says."""
    return "connect" if spark_connect_mode() == "1" else "classic"


@contextmanager
def disable_gc() -> Iterator[None]:
    """No cyclic garbage collection inside the ``with`` block."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()

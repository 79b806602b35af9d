"""Writes pyspark_api.json: the names and parameters of PySpark's public classes, as far as pyrdd has them.

    python tests/architecture/list_pyspark_api.py > tests/architecture/pyspark_api.json

Run it with an interpreter that has PySpark of the version that is followed; no JVM is started. `describe_object` is
also what the test applies to pyrdd's classes.
"""

from __future__ import annotations

import inspect
import json
import sys
from importlib import import_module
from typing import Any

CLASSES = {
    "core.rdd": ["RDD", "RDDBarrier"],
    "core.context": ["SparkContext"],
    "core.broadcast": ["Broadcast"],
    "core.files": ["SparkFiles"],
    "core.status": ["SparkJobInfo", "SparkStageInfo", "StatusTracker"],
    "conf": ["SparkConf"],
    "accumulators": ["Accumulator", "AccumulatorParam", "AddingAccumulatorParam"],
    "taskcontext": ["BarrierTaskContext", "BarrierTaskInfo", "TaskContext"],
    "storagelevel": ["StorageLevel"],
    "statcounter": ["StatCounter"],
    "resultiterable": ["ResultIterable"],
    "profiler": ["BasicProfiler", "MemoryProfiler", "Profiler", "ProfilerCollector"],
    "rddsampler": ["RDDRangeSampler", "RDDSampler", "RDDSamplerBase", "RDDStratifiedSampler"],
    "resource": [
        "ExecutorResourceRequest",
        "ExecutorResourceRequests",
        "ResourceInformation",
        "ResourceProfile",
        "ResourceProfileBuilder",
        "TaskResourceRequest",
        "TaskResourceRequests",
    ],
    "serializers": [
        "AutoBatchedSerializer",
        "AutoSerializer",
        "BatchedSerializer",
        "CPickleSerializer",
        "CartesianDeserializer",
        "CloudPickleSerializer",
        "CompressedSerializer",
        "FlattenedValuesSerializer",
        "FramedSerializer",
        "MarshalSerializer",
        "NoOpSerializer",
        "PairDeserializer",
        "PickleSerializer",
        "Serializer",
        "UTF8Deserializer",
    ],
    "util": ["InheritableThread", "inheritable_thread_target"],
    "errors": [
        "PySparkException",
        "PySparkRuntimeError",
        "PySparkTypeError",
        "PySparkValueError",
    ],
}
MODULES = [
    "accumulators",
    "broadcast",
    "cloudpickle",
    "conf",
    "context",
    "core",
    "core.broadcast",
    "core.context",
    "core.files",
    "core.rdd",
    "core.status",
    "errors",
    "errors.error_classes",
    "errors.exceptions",
    "errors.exceptions.base",
    "errors.exceptions.captured",
    "errors.utils",
    "files",
    "join",
    "profiler",
    "rdd",
    "rddsampler",
    "resource",
    "resource.information",
    "resource.profile",
    "resource.requests",
    "resultiterable",
    "serializers",
    "statcounter",
    "status",
    "storagelevel",
    "taskcontext",
    "util",
    "version",
]
SPECIAL = {"__init__", "__call__", "__add__", "__iadd__", "__enter__", "__contains__", "__len__", "__iter__", "__or__"}


def describe(package: str) -> dict[str, dict[str, Any]]:
    """Each class of `CLASSES` in that package: its members, with parameters when they are called."""
    return {
        f"{module}.{name}": describe_object(getattr(import_module(f"{package}.{module}"), name, None))
        for module, names in CLASSES.items()
        for name in names
    }


def describe_object(found: Any) -> dict[str, Any]:
    """A class's members; of a function only itself; nothing for what does not exist."""
    if found is None:
        return {}
    if not inspect.isclass(found):
        return {"()": _parameters(found)}
    return {name: _member(inspect.getattr_static(found, name)) for name in sorted(dir(found)) if _counts(found, name)}


def _counts(found: type, name: str) -> bool:
    """Whether a member is the class's own business: public, or special and not just `object`'s."""
    if not (name.startswith("_") or hasattr(BaseException, name)):
        return True
    return name in SPECIAL and getattr(found, name) is not getattr(object, name, None)


def _member(found: Any) -> Any:
    if isinstance(found, staticmethod | classmethod):
        found = found.__func__
    return _parameters(found) if inspect.isroutine(found) else "attribute"


def _parameters(function: Any) -> Any:
    try:
        parameters = inspect.signature(function).parameters.values()
    except ValueError:  # written in C, without a signature
        return "native"
    return [f"{_STARS.get(p.kind, '')}{p.name}{_default(p)}" for p in parameters if p.name not in ("self", "cls")]


_STARS = {inspect.Parameter.VAR_POSITIONAL: "*", inspect.Parameter.VAR_KEYWORD: "**"}


def _default(parameter: inspect.Parameter) -> str:
    value = parameter.default
    if value is inspect.Parameter.empty:
        return ""
    plain = isinstance(value, int | float | str | bytes | tuple | list | dict | None)
    return f"={value!r}" if plain else f"=<{'function' if callable(value) else 'object'}>"


def main() -> None:
    """Prints the list of PySpark's API."""
    package = import_module("pyspark")
    listed = {"version": package.__version__, "names": sorted(package.__all__), "modules": MODULES}
    json.dump({**listed, "classes": describe("pyspark")}, sys.stdout, indent=1)
    print()


if __name__ == "__main__":
    main()

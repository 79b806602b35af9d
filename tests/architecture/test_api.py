"""PySpark's public names are here, with the same parameters in the same order and the same defaults.

`pyspark_api.json` was written by `list_pyspark_api.py` from the version of PySpark that is followed.
"""

import json
from importlib import import_module
from pathlib import Path

import pytest
from list_pyspark_api import CLASSES, MODULES, describe_object

LISTED = json.loads(Path(__file__).with_name("pyspark_api.json").read_text("utf-8"))

# what differs on purpose, and why
HANDLE = "only the engine makes these objects; PySpark's parameters are handles of the JVM"
SERIALIZED = "the default, PySpark's own serializer, is chosen when it is None"
DRAWN = "a helper; the numbers are drawn by functions of the module, the same ones"
DIFFERENT = {
    "core.rdd.RDD.__init__": HANDLE,
    "core.broadcast.Broadcast.__init__": HANDLE,
    "core.status.StatusTracker.__init__": HANDLE,
    "resource.ExecutorResourceRequests.__init__": HANDLE,
    "resource.ResourceProfile.__init__": HANDLE,
    "resource.TaskResourceRequests.__init__": HANDLE,
    "core.context.SparkContext.__init__": SERIALIZED,
    "profiler.MemoryProfiler.profile": "lines of a part of a function are asked for by the DataFrame layer only",
    "serializers.CPickleSerializer.allowed_names": "an attribute of the instances",
    "serializers.CloudPickleSerializer.allowed_names": "an attribute of the instances",
    "util.InheritableThread.__init__": "PySpark hands *args to Thread, where the only one allowed is group=None",
    **{
        f"rddsampler.{sampler}.{helper}": DRAWN
        for sampler in ("RDDRangeSampler", "RDDSampler", "RDDSamplerBase", "RDDStratifiedSampler")
        for helper in ("getPoissonSample", "getUniformSample", "initRandomGenerator")
    },
}


def resolve(name):
    module, _, member = name.rpartition(".")
    return getattr(import_module(f"pyrdd.{module}"), member, None)


@pytest.mark.parametrize("module", LISTED["modules"])
def test_a_module_of_pyspark_can_be_imported(module):
    import_module(f"pyrdd.{module}")


def test_the_package_exports_the_names_of_pyspark():
    import pyrdd

    missing = [name for name in LISTED["names"] if not hasattr(pyrdd, name)]
    assert not missing
    assert set(LISTED["names"]) <= set(pyrdd.__all__)


@pytest.mark.parametrize("name", LISTED["classes"])
def test_a_class_has_the_members_and_parameters_of_pysparks(name):
    here, there = describe_object(resolve(name)), LISTED["classes"][name]
    different = [
        f"{name}.{member}: PySpark {expected}, here {here.get(member, 'nothing')}"
        for member, expected in there.items()
        if f"{name}.{member}" not in DIFFERENT and not fits(here.get(member), expected)
    ]
    assert not different, "\n".join(different)


def fits(here, expected):
    """Whether a call or access as in PySpark works here: more optional parameters at the end may follow."""
    if not isinstance(here, list) or not isinstance(expected, list):
        return here == expected
    more = here[len(expected) :]
    return here[: len(expected)] == expected and all("=" in p or p.startswith("*") for p in more)


def test_every_difference_on_purpose_is_still_one():
    members = {f"{name}.{member}" for name, found in LISTED["classes"].items() for member in found}
    assert DIFFERENT.keys() <= members


def test_the_list_is_of_the_version_that_is_followed():
    from pyrdd.version import SPARK_VERSION

    assert LISTED["version"] == SPARK_VERSION
    assert LISTED["modules"] == MODULES
    assert LISTED["classes"].keys() == {f"{module}.{name}" for module, names in CLASSES.items() for name in names}

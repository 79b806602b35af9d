"""Stages with resources of their own: there are none on local masters, where Spark refuses them too, when a job runs."""

import pytest

from pyrdd.errors import PySparkNotImplementedError
from pyrdd.resource import ResourceProfileBuilder, TaskResourceRequests


@pytest.mark.parametrize("method", ["mapInPandas", "mapInArrow"])
def test_a_profile_is_refused(spark, method):
    profile = ResourceProfileBuilder().require(TaskResourceRequests().cpus(1)).build
    with pytest.raises(PySparkNotImplementedError, match="ResourceProfile"):
        getattr(spark.range(1), method)(iter, "id long", profile=profile)

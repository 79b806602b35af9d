"""Resources: what executors offer and what stages ask for, under the names of ``pyspark.resource``."""

from pyrdd.resource.information import ResourceInformation
from pyrdd.resource.profile import ResourceProfile, ResourceProfileBuilder
from pyrdd.resource.requests import (
    ExecutorResourceRequest,
    ExecutorResourceRequests,
    TaskResourceRequest,
    TaskResourceRequests,
)

__all__ = [
    "ExecutorResourceRequest",
    "ExecutorResourceRequests",
    "ResourceInformation",
    "ResourceProfile",
    "ResourceProfileBuilder",
    "TaskResourceRequest",
    "TaskResourceRequests",
]

"""SparkContext: the door. It opens and closes the engine and hands out RDDs; it owns no logic of its own.

    SparkContext = ContextCore + Sources (files and collections in) + JobControl (groups, tags, cancelling)
                 + SharedFiles (addFile, addPyFile, addArchive)
"""

from __future__ import annotations

from pyrdd.core.context_core import ContextCore
from pyrdd.core.context_files import SharedFiles
from pyrdd.core.context_jobs import JobControl
from pyrdd.core.context_sources import Sources


class SparkContext(Sources, JobControl, SharedFiles, ContextCore):
    """The entry point of a program: connects to executors and creates RDDs, broadcast variables and accumulators.

    One context is active at a time; `stop` it before making another. Use it as a context manager to have it stopped.
    ``master`` says who runs the tasks: ``local`` (in this thread), ``local[N]`` or ``local[*]`` (N worker processes),
    ``threads[N]``, ``local-cluster[executors,cores,MiB]``.

    >>> sc.parallelize([1, 2, 3]).count()
    3
    """

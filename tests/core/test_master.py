from __future__ import annotations

import os

import pytest

from pyrdd.core.master import parse_master, usable_cores
from pyrdd.errors import IllegalArgumentException, PySparkNotImplementedError


@pytest.mark.parametrize(
    ("url", "kind", "slots", "failures", "executors", "memory"),
    [
        ("local", "inline", 1, 1, 1, 0),
        ("local[1]", "inline", 1, 1, 1, 0),
        ("local[3]", "processes", 3, 1, 1, 0),
        ("local[2,4]", "processes", 2, 4, 1, 0),
        ("local[2, 4]", "processes", 2, 4, 1, 0),
        ("local[1,2]", "inline", 1, 2, 1, 0),
        ("threads[4]", "threads", 4, 1, 1, 0),
        ("local-cluster[2,3,512]", "cluster", 6, None, 2, 512),
        ("local-cluster[ 2 , 3 , 512 ]", "cluster", 6, None, 2, 512),
    ],
)
def test_masters_say_who_runs_how_many_tasks(
    url: str, kind: str, slots: int, failures: int | None, executors: int, memory: int
) -> None:
    master = parse_master(url)
    assert (master.kind, master.slots, master.max_failures) == (kind, slots, failures)
    assert (master.executors, master.memory_mib, master.url) == (executors, memory, url)


def test_a_star_is_the_usable_cores() -> None:
    assert parse_master("threads[*]").slots == usable_cores()
    assert parse_master("local[*]").slots == usable_cores() <= (os.cpu_count() or 1)


@pytest.mark.parametrize(
    "url",
    [
        "",
        "lokal",
        "local[]",
        "local[0]",
        "local[x]",
        "threads",
        "threads[0]",
        "local[2",
        "local-cluster[1,2]",
        "local-cluster[0,1,1]",
    ],
)
def test_what_is_no_master_is_refused(url: str) -> None:
    with pytest.raises(IllegalArgumentException, match="aster"):
        parse_master(url)


@pytest.mark.parametrize("url", ["spark://host:7077", "yarn", "k8s://host", "sc://host", "dask://host:8786"])
def test_other_engines_are_refused_with_an_alternative(url: str) -> None:
    with pytest.raises(PySparkNotImplementedError, match=r"local\[N\]"):
        parse_master(url)

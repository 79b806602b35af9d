"""Fixtures of all tests: contexts, and the check that nothing is left behind.

A test takes ``sc`` and gets a context on ``local`` (or on what ``--master`` says). A module (``pytestmark``) or test that says

    @pytest.mark.every_master                      or      @pytest.mark.masters("local", "threads[2]")

runs once on each master; ``master`` is the name. Contexts are reused from test to test, so a test may not depend on
a fresh one; a test that wants its own settings, or that stops its context, takes ``make_context``:

    def test_a_task_is_retried(make_context):
        sc = make_context("local[2]", **{"spark.task.maxFailures": 3})

A test that takes neither finds no context running and must leave none.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from typing import Any

import psutil
import pytest
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings

MASTERS = ("local", "threads[2]", "local[2]", "local-cluster[2,1,512]")

# The shared context may serve all examples of a property; and no test depends on timing.
hypothesis_settings.register_profile(
    "pyrdd", deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
hypothesis_settings.load_profile("pyrdd")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "master" not in metafunc.fixturenames:
        return
    chosen = metafunc.definition.get_closest_marker("masters")
    if chosen or metafunc.definition.get_closest_marker("every_master"):
        # the module's scope lets pytest run all tests of a master before those of the next
        metafunc.parametrize("master", chosen.args if chosen else MASTERS, scope="module")


@pytest.fixture(scope="module")
def master(request: pytest.FixtureRequest) -> str:
    """The master of ``sc``; see the markers. Tests that name none run on what ``--master`` says."""
    chosen: str = request.config.getoption("--master")
    return chosen


@pytest.fixture
def sc(contexts: Any, master: str) -> Iterator[Any]:
    """A context that other tests use too: without cached RDDs and job properties, but not fresh."""
    context = contexts.shared(master)
    yield context
    if contexts.active() is context:
        _forget(context)


def _forget(context: Any) -> None:
    for rdd_id in list(context._persisted_rdds):
        context._unpersist(rdd_id)
    context._local_properties.replace({})


@pytest.fixture
def make_context(contexts: Any) -> Iterator[Callable[..., Any]]:
    """``make_context(master="local", **settings)``: a new context, in place of any other; stopped after the test."""
    yield lambda master="local", **settings: contexts.own(master, settings)
    contexts.stop()


@pytest.fixture(autouse=True)
def _one_context(request: pytest.FixtureRequest, contexts: Any) -> Iterator[None]:
    if "sc" not in request.fixturenames:
        contexts.stop()
    yield
    left = contexts.foreign()
    if left is not None:
        contexts.stop()
        pytest.fail(f"the test left a context running: {left!r}")


@pytest.fixture(scope="session", autouse=True)
def _nothing_is_left_behind(contexts: Any) -> Iterator[None]:
    """Gives this test process a temporary directory of its own, and looks at the end what is left in it."""
    system = tempfile.gettempdir()
    os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", system)  # tmp_path stays where pytest keeps it
    own = tempfile.mkdtemp(prefix="t-")
    os.environ["TMPDIR"] = tempfile.tempdir = own
    yield
    contexts.stop()
    os.environ["TMPDIR"] = tempfile.tempdir = system
    left = [f"{own}/{name}" for name in os.listdir(own)]
    shutil.rmtree(own, ignore_errors=True)
    left += _living_children()
    if left:
        pytest.fail(f"left behind: {', '.join(left)}")


def _living_children() -> list[str]:
    children = [child for child in psutil.Process().children(recursive=True) if not _belongs_to_python(child)]
    _, alive = psutil.wait_procs(children, timeout=5)
    return [repr(child) for child in alive]


def _belongs_to_python(process: psutil.Process) -> bool:
    """Whether it is the helper of `multiprocessing`, which lives as long as the interpreter."""
    try:
        return any("resource_tracker" in argument for argument in process.cmdline())
    except psutil.Error:
        return False
